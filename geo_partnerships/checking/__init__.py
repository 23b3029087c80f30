"""Checking: everything a plan claims, derived again from the plan, the problem and the scenario.

Shares no code with the solver: distances, penalties, sizes and rules are worked out here anew.
"""

from geo_partnerships.checking.coverage import Coverage, Uncovered, coverage_of
from geo_partnerships.checking.guarantee import GuaranteeOutcome, guarantee_of
from geo_partnerships.checking.report import Check, CheckReport, check
from geo_partnerships.checking.scores import Scores, scores_of

__all__ = [
    "Check",
    "CheckReport",
    "Coverage",
    "GuaranteeOutcome",
    "Scores",
    "Uncovered",
    "check",
    "coverage_of",
    "guarantee_of",
    "scores_of",
]
