"""Files to a Problem, and findings on everything that is not as it should be."""

from geo_partnerships.intake.problem import names_to_confirm, read_problem, unsure_in

__all__ = ["names_to_confirm", "read_problem", "unsure_in"]
