"""Which schools are in a partnership, and why the others are not (R01, R02)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.checking.scores import can_be_placed
from geo_partnerships.model import Phase

if TYPE_CHECKING:
    from geo_partnerships.model import Plan, School

REASONS = {
    "outside-authority": "is in another authority",
    "independent": "is not a state school",
    "no-point": "has no point, so it cannot be clustered by distance",
    "cut-off": "cannot be reached from the schools of the plan",
    "secondary-not-answering": "is a secondary school that did not answer the survey and is in no existing partnership",
    "not-selected": "is in none of the scenario's strands",
}
SECONDARY_PHASES = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SIXTH_FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A school in no partnership, with the code of the reason."""

    school: str
    reason: str

    @property
    def words(self) -> str:
        """The reason in words."""
        return REASONS[self.reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the authority's state schools are in a partnership.

    Parameters
    ----------
    denominator
        Schools that ought to be: state schools of the authority.
    covered
        How many of these are.
    uncovered
        Every other school of the problem, with its reason.
    """

    authority: str
    denominator: int
    covered: int
    uncovered: tuple[Uncovered, ...]


def home_authority(plan: Plan) -> str:
    """Return the borough of most schools; the first by name where several have as many."""
    counts = Counter(school.borough for school in plan.problem.schools.values() if school.borough)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else ""


def coverage_of(plan: Plan) -> Coverage:
    """Return the coverage of a plan."""
    home = home_authority(plan)
    placed = {urn for partnership in plan.partnerships for urn in partnership.members}
    answered = {urn for response in plan.problem.survey.responses for urn in response.covers}
    due = [s for s in plan.problem.schools.values() if s.borough == home and s.sector in {"", "state"}]
    return Coverage(
        authority=home,
        denominator=len(due),
        covered=sum(school.urn in placed for school in due),
        uncovered=tuple(
            Uncovered(school=urn, reason=_reason(school, home, answered, placeable=can_be_placed(plan, urn, placed)))
            for urn, school in plan.problem.schools.items()
            if urn not in placed
        ),
    )


def _reason(school: School, home: str, answered: set[str], *, placeable: bool) -> str:
    if school.borough != home:
        return "outside-authority"
    if school.sector not in {"", "state"}:
        return "independent"
    if not placeable:
        return "cut-off" if school.has_point else "no-point"
    if school.phase in SECONDARY_PHASES and school.urn not in answered:
        return "secondary-not-answering"
    return "not-selected"
