"""Made-up boroughs and scenarios for property tests."""

from __future__ import annotations

import dataclasses
import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.model import Response
from tests.small import school, small_problem, small_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_partnerships.model import Problem, School
    from geo_partnerships.plans import Plan

DISTRICTS = ("N1", "N2", "N3", "")
POINT = st.tuples(st.integers(0, 4_000), st.integers(0, 4_000))


@st.composite
def boroughs(draw: Any, least: int = 4, most: int = 9, *, answering: bool = True) -> Problem:
    """A borough of a few schools anywhere within 4 km; some answer the survey, points may coincide."""
    points = draw(st.lists(POINT, min_size=least, max_size=most))
    schools = {}
    for number, (east, north) in enumerate(points):
        urn = f"{100 + number}"
        schools[urn] = school(
            urn, east, north,
            district=draw(st.sampled_from(DISTRICTS)),
            phase=draw(st.sampled_from(["primary", "secondary"])),
            pupils=draw(st.integers(50, 900)),
            designations=("LLE",) if draw(st.booleans()) else (),
        )  # fmt: skip
    answers = draw(st.lists(wishes(list(schools)), max_size=3, unique_by=lambda r: r.responder)) if answering else []
    return small_problem(*answers, schools=schools)


@st.composite
def wishes(draw: Any, urns: Sequence[str]) -> Response:
    """An answer that names one to three other schools."""
    responder = draw(st.sampled_from(urns))
    others = [urn for urn in urns if urn != responder]
    named = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
    return Response(responder=responder, wanted=tuple(named))


def scenario_for(problem: Problem, **more: Any) -> Any:
    """Two or three partnerships of any size, the guarantee preferred: always possible."""
    area = {"partnerships": [2, 3], "size": [1, len(problem.schools)], **more.pop("area", {})}
    fields = {"guarantee": {"strength": "preferred", "weight": 700.0}, "district_penalty": 300.0}
    return small_scenario(area=area, **{**fields, **more})


def planned(problem: Problem, **more: Any) -> Plan:
    """The problem's plan under `scenario_for`."""
    return plan(problem, scenario_for(problem, **more))


def partition(made: Plan) -> set[frozenset[str]]:
    """The groups of a plan, without names and numbers."""
    return {frozenset(p.members) for p in made.partnerships}


def groupings(urns: Sequence[str], least: int, most: int) -> Iterator[list[tuple[str, ...]]]:
    """Every way to part schools into so many groups."""

    def parted(rest: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
        if not rest:
            yield []
            return
        for groups in parted(rest[1:]):
            for index, group in enumerate(groups):
                yield [*groups[:index], (rest[0], *group), *groups[index + 1 :]]
            if len(groups) < most:
                yield [(rest[0],), *groups]

    yield from (groups for groups in parted(urns) if len(groups) >= least)


def cost_around(problem: Problem, centre: str, group: Sequence[str], *, penalty: float, share: float) -> float:
    """What a group costs around a centre, worked out by hand: distances and penalties."""

    def between(a: School, b: School) -> float:
        far = math.hypot(a.easting - b.easting, a.northing - b.northing)
        if not a.district or not b.district or a.district == b.district:
            return far
        return far + penalty * (share if {a.district, b.district} == {"N1", "N2"} else 1.0)

    return sum(between(problem.schools[urn], problem.schools[centre]) for urn in group)


def price(problem: Problem, groups: Sequence[Sequence[str]], *, penalty: float, share: float, wish: float) -> float:
    """What a grouping costs around the best centres, and for unmet wishes."""
    total = sum(
        min(cost_around(problem, centre, group, penalty=penalty, share=share) for centre in group) for group in groups
    )
    home = {urn: set(group) for group in groups for urn in group}
    unmet = sum(not home[urn] & set(named) for urn, named in problem.survey.named_by().items())
    return total + wish * unmet


def moved(problem: Problem, change: Any) -> Problem:
    """The problem with every school changed by a function."""
    return dataclasses.replace(problem, schools={s.urn: s for s in map(change, problem.schools.values())})


def pairs(urns: Sequence[str]) -> list[tuple[str, str]]:
    """Every pair of keys."""
    return list(combinations(urns, 2))
