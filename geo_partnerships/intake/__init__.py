"""Files to a Problem, and findings on everything that is not as it should be."""

from geo_partnerships.intake.problem import read_problem

__all__ = ["read_problem"]
