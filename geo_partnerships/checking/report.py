"""The check of a plan: each thing it must hold, with what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking import figures, structure
from geo_partnerships.checking.coverage import Coverage, coverage_of
from geo_partnerships.checking.guarantee import GuaranteeOutcome, guarantee_of
from geo_partnerships.checking.rules import ROWS
from geo_partnerships.checking.scores import Scores, scores_of
from geo_partnerships.checking.verdicts import Check

if TYPE_CHECKING:
    from geo_partnerships.plans import Plan

__all__ = ["Check", "CheckReport", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """Everything derived anew from one plan."""

    checks: tuple[Check, ...]
    scores: Scores
    coverage: Coverage
    guarantee: tuple[GuaranteeOutcome, ...]

    @property
    def ok(self) -> bool:
        """True where every binding check holds."""
        return not self.broken

    @property
    def broken(self) -> tuple[Check, ...]:
        """Binding checks that fail."""
        return tuple(check for check in self.checks if check.binding and not check.holds)


def check(plan: Plan) -> CheckReport:
    """Derive everything a plan claims anew, and compare.

    Parameters
    ----------
    plan
        Any plan, from wherever.

    Returns
    -------
    CheckReport
        A check for each claim and each rule of the scenario, the scores, the coverage and the guarantee.
    """
    checks = [*structure.members_are_known(plan)]
    known = structure.without_strangers(plan)
    for inspect in (*structure.INSPECTIONS, *figures.INSPECTIONS, *(row.check for row in ROWS.values())):
        checks += inspect(known)
    coverage = coverage_of(known)
    return CheckReport(
        checks=(*checks, _covered(coverage)),
        scores=scores_of(known),
        coverage=coverage,
        guarantee=guarantee_of(known),
    )


def _covered(coverage: Coverage) -> Check:
    return Check(
        code="coverage",
        name="Every state school of the authority is in one of the partnerships",
        holds=coverage.covered == coverage.denominator,
        message=coverage.words,
        binding=False,
        private=False,
    )
