"""Problems too large for a matrix of all distances are solved from the points."""

import random

import pytest

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.clustering import problem as clustering_problem
from geo_partnerships.model import Problem, School
from geo_partnerships.planning import assemble, dissimilarity, planner, strands
from geo_partnerships.scenarios.read import scenario_from

SCHOOLS = 210


@pytest.fixture
def problem():
    draw = random.Random(3)  # noqa: S311 - made-up places
    schools = {
        str(urn): School(
            urn=str(urn), name=f"School {urn}", phase="primary", postcode="N1 1AA", district="N1", borough="Made-up",
            sector="state", easting=400_000.0 + draw.randrange(40_000), northing=300_000.0 + draw.randrange(40_000),
        )
        for urn in range(100_000, 100_000 + SCHOOLS)
    }  # fmt: skip
    return Problem(schools=schools, digest="0" * 64)


def scenario(**changes):
    return scenario_from(
        {"district_penalty": 0, "method": "search", "area": {"partnerships": SCHOOLS // 8, "size": [4, 12]}} | changes
    )


@pytest.fixture
def few_items(monkeypatch):
    monkeypatch.setattr(planner, "MATRIX_ITEMS", SCHOOLS - 10)
    monkeypatch.setattr(clustering_problem, "MATRIX_ITEMS", SCHOOLS - 10)


def test_many_schools_need_no_matrix_and_pass_the_same_check(problem, few_items, monkeypatch) -> None:
    largest, real = [0], dissimilarity.distances_between

    def distances(schools, table):
        largest.append(len(schools))
        return real(schools, table)

    for module in (assemble, dissimilarity, strands):
        monkeypatch.setattr(module, "distances_between", distances)
    made = plan(problem, scenario())
    assert check(made).ok
    assert max(largest) < SCHOOLS
    assert made.gap < 0.05


@pytest.mark.parametrize("changes", [{"district_penalty": 500}, {"authority_penalty": 2000}])
def test_penalties_still_count_for_many_schools(problem, few_items, monkeypatch, changes) -> None:
    asked, real = [], planner.dissimilarity_of
    monkeypatch.setattr(planner, "dissimilarity_of", lambda *given: asked.append(given) or real(*given))
    assert check(plan(problem, scenario(**changes))).ok
    assert asked
