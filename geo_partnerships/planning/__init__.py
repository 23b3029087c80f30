"""Planning: a problem and a scenario make a plan."""

from geo_partnerships.planning.planner import plan, plan_of_draft

__all__ = ["plan", "plan_of_draft"]
