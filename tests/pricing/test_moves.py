"""What it costs to have a school elsewhere, on two villages of six schools 5 km apart."""

import pytest

from geo_partnerships.clustering import Stopped
from geo_partnerships.errors import UsageError
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.pricing import moves as tolerances
from geo_partnerships.pricing.moves import tolerances_of
from tests.small import small_problem, small_scenario


def test_a_schools_move_costs_what_the_best_plan_apart_costs_more() -> None:
    made = plan(small_problem(), small_scenario())
    found = {one.school: one for one in tolerances_of(made)}
    assert len(found) == 12
    for urn, one in found.items():
        again = plan(small_problem(), small_scenario(cannot_link=[{"schools": [urn, one.apart_from]}]))
        assert one.low_m == one.high_m == pytest.approx(again.objective - made.objective)
        home = next(p for p in again.partnerships if urn in p.members)
        assert one.apart_from not in home.members
        assert one.centre in {urn for p in again.partnerships for urn in p.members}
    assert found["15"].moved == 0  # it goes alone to the other village
    assert found["15"].centre in {"20", "21", "22", "23", "24", "25"}


def test_the_cheapest_move_comes_first_and_a_held_school_last() -> None:
    made = plan(
        small_problem(Response(responder="10", wanted=("13",))), small_scenario(must_link=[{"schools": ["10", "13"]}])
    )
    found = tolerances_of(made, schools=["10", "15", "20"])
    assert [one.school for one in found][-1] == "10"
    assert found[-1].apart_from == "13"
    assert found[-1].is_held
    assert found[-1].high_m is None
    costs = [one.high_m for one in found[:-1]]
    assert costs == sorted(costs)
    assert all(one.is_exact for one in found[:-1])


def test_a_move_that_is_not_found_in_time_has_no_upper_end(monkeypatch) -> None:
    made = plan(small_problem(), small_scenario())

    def stop(*_arguments):
        raise Stopped

    monkeypatch.setattr(tolerances, "clustered", stop)
    [one] = tolerances_of(made, schools=["15"])
    assert (one.low_m, one.high_m, one.centre) == (0.0, None, None)
    assert not one.is_held
    assert not one.is_exact


def test_a_school_that_is_not_in_the_strand_is_refused() -> None:
    with pytest.raises(UsageError, match="no school with the URN '999'"):
        tolerances_of(plan(small_problem(), small_scenario()), schools=["999"])
