"""Which schools are in one of the partnerships, which in an alliance only, and why the others are not (R01, R02)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geo_partnerships.checking.measures import can_be_placed
from geo_partnerships.sentences import count, first_of, listed, share
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan


class Reason(NamedTuple):
    """Why a school is in none of the partnerships: a clause, and what of it the public may read."""

    words: str
    public: str = ""


NOT_SELECTED = "it was chosen for none of them and is in no alliance"
REASONS = {
    "outside-authority": Reason("it is in another authority"),
    "independent": Reason("it is not a state school"),
    "alliance-only": Reason("it is in an alliance only"),
    "no-point": Reason("it has no point, so it cannot be clustered by distance"),
    "cut-off": Reason("it cannot be reached from the schools of the plan"),
    "secondary-not-answering": Reason(
        "it is a secondary school that did not answer the survey and is in no alliance", NOT_SELECTED
    ),
    "not-selected": Reason(NOT_SELECTED),
}
"""A school with two reasons has the first of them. In public no reason says whether a school answered."""
ALLIANCES_SHOWN = 3
SECONDARY_PHASES = (Phase.SECONDARY, Phase.ALL_THROUGH, Phase.SIXTH_FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A school in none of the partnerships, with the code of the reason and the alliances it is in."""

    school: str
    reason: str
    alliances: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason as a clause that begins with ``it``."""
        words = REASONS[self.reason].words
        return f"{words}: {first_of(self.alliances, ALLIANCES_SHOWN)}" if self.reason == "alliance-only" else words

    @property
    def public_words(self) -> str:
        """What of it the public may read."""
        return REASONS[self.reason].public or self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the authority's state schools are in one of the partnerships, in an alliance only, in neither.

    Parameters
    ----------
    partnerships
        How many there are.
    denominator
        Schools that ought to be in one: state schools of the authority.
    covered, allied
        How many of these are, and how many others are in an alliance that stands.
    uncovered
        Every school of the problem in none of the partnerships, with its reason.
    """

    authority: str
    partnerships: int
    denominator: int
    covered: int
    allied: int
    uncovered: tuple[Uncovered, ...]

    @property
    def words(self) -> str:
        """How many are in what, in a sentence."""
        noun = f"state school of {self.authority or 'the authority'}"
        nouns = f"state schools of {self.authority or 'the authority'}"
        homes = "the partnership" if self.partnerships == 1 else f"one of the {count(self.partnerships, 'partnership')}"
        told = [f"{share(self.covered, self.denominator, noun, 'is', 'are', many=nouns)} in {homes}"]
        left = self.denominator - self.covered - self.allied
        told += [f"{self.allied:,} in an alliance only"] if self.allied else []
        told += [f"{left:,} in {'neither' if self.allied else 'none'}"] if left else []
        return f"{listed(told)}."


def home_authority(plan: Plan) -> str:
    """Return the borough of most schools; the first by name where several have as many."""
    counts = Counter(school.borough for school in plan.problem.schools.values() if school.borough)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else ""


def coverage_of(plan: Plan) -> Coverage:
    """Return the coverage of a plan."""
    home = home_authority(plan)
    placed = {urn for partnership in plan.partnerships for urn in partnership.members}
    answered = {urn for response in plan.problem.survey.responses for urn in response.covers}
    due = {s.urn for s in plan.problem.schools.values() if s.borough == home and _is_state(s)}
    outside = [school for urn, school in plan.problem.schools.items() if urn not in placed]
    uncovered = tuple(_uncovered(plan, school, home, placed, answered) for school in outside)
    return Coverage(
        authority=home,
        partnerships=len(plan.partnerships),
        denominator=len(due),
        covered=len(due & placed),
        allied=sum(one.reason == "alliance-only" for one in uncovered),
        uncovered=uncovered,
    )


def _is_state(school: School) -> bool:
    return school.sector in {"", "state"}


def _uncovered(plan: Plan, school: School, home: str, placed: set[str], answered: set[str]) -> Uncovered:
    letter = plan.problem.letter
    alliances = [a for a in letter.alliances if a.stands and school.urn in a.schools] if letter else []
    if school.borough != home:
        reason = "outside-authority"
    elif not _is_state(school):
        reason = "independent"
    elif alliances:
        reason = "alliance-only"
    elif not can_be_placed(plan, school.urn, placed):
        reason = "cut-off" if school.has_point else "no-point"
    else:
        silent = school.phase in SECONDARY_PHASES and school.urn not in answered
        reason = "secondary-not-answering" if silent else "not-selected"
    return Uncovered(school=school.urn, reason=reason, alliances=tuple(a.spoken for a in alliances))
