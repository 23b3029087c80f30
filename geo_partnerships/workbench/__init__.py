"""The planner's workbench: the plan on a desk, live, on this machine alone."""
