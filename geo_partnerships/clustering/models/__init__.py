"""The model of memberships, and HiGHS that solves it; bounds, exact methods and conflicts build on both."""
