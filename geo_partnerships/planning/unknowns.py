"""What a plan does not price because the data does not say it: districts, authorities and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.sentences import first_of, share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Scenario

SHOWN_AT_MOST = 5


def unpriced(problem: Problem, scenario: Scenario, placed: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Yield what is not known of the schools that are planned, and what that means for penalties."""
    keys = sorted({urn for urns in placed.values() for urn in urns})
    schools = [problem.schools[urn] for urn in keys]
    for kind, field, penalty in (
        ("postcode district", "district", scenario.district_penalty),
        ("authority", "borough", scenario.authority_penalty),
    ):
        missing = [school for school in schools if not getattr(school, field)]
        if missing and penalty:
            yield _not_known(kind, field, missing, len(schools))
    yield from _strangers(problem, scenario, {school.district for school in schools} - {""})


def _not_known(kind: str, field: str, missing: list[School], schools: int) -> Finding:
    names = first_of([school.name for school in missing], SHOWN_AT_MOST)
    return Finding(
        code=f"{field}-not-known",
        severity=Severity.WARNING,
        message=f"{share(len(missing), schools, 'school', 'has', 'have')} no known {kind}, so the penalty for "
        f"another {kind} is not counted for {'it' if len(missing) == 1 else 'them'}: {names}.",
        fix="Give postcodes or districts." if field == "district" else "Give each school's authority.",
        field=field,
    )


def _strangers(problem: Problem, scenario: Scenario, districts: set[str]) -> Iterator[Finding]:
    """Tell of districts whose neighbours no file tells: the share for neighbours is given to none of them."""
    neighbours = problem.places.district_neighbours
    told = {*neighbours, *(name for others in neighbours.values() for name in others)}
    strange = sorted(districts - told)
    graded = scenario.district_penalty > 0 and scenario.neighbour_share != 1
    if strange and graded and len(districts) > 1:
        one = len(strange) == 1
        yield Finding(
            code="district-neighbours-not-known",
            severity=Severity.NOTE,
            message=f"Which districts are neighbours of {first_of(strange, SHOWN_AT_MOST)} is not known; "
            f"{'it counts as a neighbour of no other' if one else 'they count as neighbours of no other'}.",
            fix=f"Add {'it' if one else 'them'} to boundaries/districts.geojson.",
            field="neighbour_share",
        )
