"""From clusters to numbered, named partnerships."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.naming import order_like_draft, place_names
from geo_partnerships.planning.strands import draft_partnerships
from geo_partnerships.plans import Membership, Partnership, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from geo_partnerships.letter import DraftPartnership, ListedMember
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Scenario, Strand
    from geo_partnerships.vocabulary import PartnershipType

    Progress = Callable[[str], None]


@dataclass(frozen=True)
class Group:
    """A partnership before it has its number."""

    members: tuple[str, ...]
    centre: str | None
    name: str
    type: PartnershipType
    unnamed: tuple[ListedMember, ...] = ()
    draft_number: int | None = None


def names_of(
    strand: Strand, members: Sequence[Sequence[School]], centres: Sequence[School], problem: Problem
) -> list[str]:
    """Name the partnerships of a strand, by the scenario or by their places."""
    if strand.name and len(members) == 1:
        return [strand.name]
    names = place_names(members, centres, problem)
    return [f"{strand.name}: {name}" for name in names] if strand.name else names


def in_order(groups: list[Group], name: str, strand: Strand, problem: Problem) -> list[Group]:
    """Order a strand's partnerships like the draft's, the rest from north to south."""
    north_first = sorted(groups, key=lambda g: (-(problem.schools[g.centre or ""].northing or 0.0), g.members))
    draft: Sequence[DraftPartnership] = draft_partnerships(problem, strand)
    if not draft and name == "area" and problem.letter is not None:
        draft = [p for p in problem.letter.partnerships if p.basis == "place"]
    positions = order_like_draft([g.members for g in north_first], [p.schools for p in draft])
    return [north_first[i] for i in positions]


def left_out(urns: Sequence[str], placed: Collection[str], problem: Problem) -> list[Finding]:
    """Tell of schools that could not be planned for."""
    within = set(placed)
    schools = [problem.schools[urn] for urn in urns if urn not in within]
    return [_cut_off(school) if school.has_point else _no_point(school) for school in schools]


def _no_point(school: School) -> Finding:
    return Finding(
        code="school-not-placed",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) has no point, so it cannot be clustered by distance.",
        fix="Give it a point or a postcode.",
    )


def _cut_off(school: School) -> Finding:
    return Finding(
        code="school-cut-off",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) cannot be reached from the other schools of its strand.",
        fix="Complete the matrix or the road network.",
    )


def no_pupils(school: School) -> Finding:
    """Tell of a school whose number of pupils is not known where sizes count pupils."""
    return Finding(
        code="school-without-pupils",
        severity=Severity.WARNING,
        message=f"{school.name} ({school.urn}) has no number of pupils; sizes by pupils count it as 0.",
        fix="Give its number of pupils.",
    )


def numbered(scenario: Scenario, groups: Mapping[str, Sequence[Group]]) -> tuple[Partnership, ...]:
    """Number the partnerships in the order of the strands; a plan wholly as given keeps the letter's numbers."""
    in_order = [(name, group) for name, _ in scenario.ordered_strands() for group in groups[name]]
    given = [group.draft_number for _, group in in_order]
    numbers = list(range(1, len(in_order) + 1))
    if None not in given and len(set(given)) == len(given):
        in_order.sort(key=lambda item: item[1].draft_number or 0)
        numbers = sorted(number for number in given if number is not None)
    return tuple(
        Partnership(
            number=number,
            name=group.name,
            type=group.type,
            strand=name,
            centre=group.centre,
            members=group.members,
            unnamed=group.unnamed,
            status=scenario.status,
        )
        for number, (name, group) in zip(numbers, in_order, strict=True)
    )


def memberships_of(problem: Problem, partnerships: Sequence[Partnership]) -> tuple[Membership, ...]:
    """Return the membership of each member of each partnership, with its distance to the centre school."""
    found = []
    for partnership in partnerships:
        centre = problem.schools[partnership.centre] if partnership.centre else None
        for urn in partnership.members:
            school = problem.schools[urn]
            distance = None
            if centre is not None and school.has_point:
                found_m = float(distances_between([school, centre], problem.distances)[0, 1])
                distance = found_m if np.isfinite(found_m) else None
            role = Role.CENTRE if urn == partnership.centre else Role.MEMBER
            found.append(
                Membership(
                    school=urn,
                    partnership=partnership.number,
                    strand=partnership.strand,
                    role=role,
                    distance_to_centre_m=distance,
                )
            )
    return tuple(found)


def digest_of(problem: Problem, scenario: Scenario) -> str:
    """Return SHA-256 over the digest of the inputs and the scenario, hexadecimal."""
    text = f"{problem.digest}\n{scenario.changed()}"
    return hashlib.sha256(text.encode()).hexdigest()
