"""What each rule costs, on two villages of six schools 5 km apart: a village alone costs 900 m."""

import dataclasses

import pytest

from geo_partnerships.clustering import Stopped
from geo_partnerships.errors import UsageError
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.pricing import rules as prices
from geo_partnerships.pricing.rules import price_of_rules, prices_of_answers
from tests.small import school, small_letter, small_problem, small_scenario, two_villages, with_bound

BOTH_VILLAGES = 1_800.0
ACROSS = Response(responder="10", wanted=("25",))


def priced(made, **more):
    return {price.key: price for price in price_of_rules(made, **more).prices}


def test_a_rules_price_is_what_the_plan_without_it_saves() -> None:
    made = plan(small_problem(ACROSS), small_scenario())
    found = price_of_rules(made)
    price = priced(made)["guarantee"]
    assert made.objective > BOTH_VILLAGES
    assert price.low_m == price.high_m == pytest.approx(made.objective - BOTH_VILLAGES)
    assert price.is_exact
    assert price.words == "the survey guarantee (1 school)"
    assert price.mean_distance_m == pytest.approx(BOTH_VILLAGES / 12)
    assert (found.strand, found.schools) == ("area", 12)
    assert found.mean_distance_m == pytest.approx(made.objective / 12)


def test_whom_a_school_named_is_in_no_words_of_a_price() -> None:
    made = plan(small_problem(ACROSS), small_scenario())
    words = " ".join(price.words for price in (*priced(made).values(), *priced(made, keys=["guarantee.10"]).values()))
    assert "School 10" in words
    assert "25" not in words


def test_every_kind_of_rule_has_its_price_and_all_together_cost_no_less_than_any() -> None:
    schools = {**two_villages(), "11": school("11", 100, 0, designations=("NLE",))}
    pair = Alliance(number=1, title="The Pair", members=tuple(ListedMember(text=u, schools=(u,)) for u in ("14", "20")))
    problem = small_problem(ACROSS, schools=schools, standing=(pair,))
    made = plan(
        problem,
        small_scenario(
            area={"size": [3, 9]},
            standing={"strength": "binding"},
            must_link=[{"schools": ["15", "21"]}],
            cannot_link=[{"schools": ["11", "12"]}],
            pinned=[{"schools": ["12"], "partnership": "a"}],
            leaders={"strength": "off"},
            balance=[{"name": "two", "schools": ["22", "23"], "most": 1}],
            within_authorities=True,
        ),
    )
    found = priced(made)
    assert list(found) == [
        "area.size", "must_link", "standing", "cannot_link", "pinned", "guarantee", "balance.1",
        "within_authorities", "all",
    ]  # fmt: skip
    assert all(price.is_exact for price in found.values())
    assert found["pinned"].low_m == found["within_authorities"].low_m == 0
    assert found["all"].low_m == pytest.approx(made.objective - BOTH_VILLAGES)
    assert max(price.low_m for price in found.values()) == found["all"].low_m
    assert found["standing"].words == "existing partnerships kept together (1 partnership)"


def test_single_rules_are_priced_by_their_keys() -> None:
    made = plan(
        small_problem(),
        small_scenario(area={"size": [2, 10]}, must_link=[{"schools": ["10", "25"]}, {"schools": ["11", "12"]}]),
    )
    found = priced(made, keys=["must_link.2", "must_link.1", "must_link.2"])
    assert list(found) == ["must_link.2", "must_link.1"]
    assert found["must_link.2"].low_m == 0
    assert found["must_link.1"].low_m == pytest.approx(made.objective - BOTH_VILLAGES)


def test_a_preferred_rule_costs_nothing_where_it_is_broken_and_its_detour_where_it_is_kept() -> None:
    problem = small_problem(ACROSS)
    broken = plan(problem, small_scenario(guarantee={"strength": "preferred", "weight": 50}))
    assert broken.objective == pytest.approx(BOTH_VILLAGES + 50)
    assert priced(broken)["guarantee"].high_m == pytest.approx(0, abs=1e-3)
    kept = plan(problem, small_scenario(guarantee={"strength": "preferred", "weight": 100_000}))
    assert priced(kept)["guarantee"].low_m == pytest.approx(kept.objective - BOTH_VILLAGES)


def test_a_penalty_costs_the_distance_that_could_be_saved_if_it_did_not_count() -> None:
    places = [("1", 0, "N1"), ("2", 10, "N1"), ("3", 12, "N9"), ("4", 1_000, "N9")]
    schools = {urn: school(urn, east, 0, district=district) for urn, east, district in places}
    made = plan(
        small_problem(schools=schools),
        small_scenario(area={"partnerships": 2, "size": [1, 3]}, district_penalty=2_000),
    )
    price = priced(made)["district_penalty"]
    assert price.low_m == pytest.approx((10 + 988) - (10 + 2))  # with it 3 goes with 4, without it with 1 and 2
    assert price.is_exact


def test_leaders_come_before_distance_so_that_a_rule_less_may_cost_more() -> None:
    schools = {**two_villages(), **{urn: school(urn, 100.0 * int(urn[1]), 0, designations=("LLE",)) for urn in
                                    ("14", "15")}}  # fmt: skip
    made = plan(
        small_problem(schools=schools),
        small_scenario(must_link=[{"schools": ["14", "15"]}], leaders={"strength": "preferred"}),
    )
    assert made.objective == pytest.approx(BOTH_VILLAGES)  # one partnership has no leader
    assert priced(made)["must_link"].high_m < 0  # without the link each has one, which is farther


def test_where_a_plan_is_not_proved_best_the_price_is_an_interval() -> None:
    made = plan(small_problem(ACROSS), small_scenario())
    [result] = made.strands
    short = with_bound(result, result.objective - 400)
    price = priced(dataclasses.replace(made, strands=(short,)))["guarantee"]
    assert not price.is_exact
    assert price.high_m == pytest.approx(made.objective - BOTH_VILLAGES)
    assert price.low_m == pytest.approx(price.high_m - 400)


def test_where_no_plan_was_found_in_time_no_price_is_given(monkeypatch) -> None:
    made = plan(small_problem(ACROSS), small_scenario())

    def stop(*_arguments):
        raise Stopped

    monkeypatch.setattr(prices, "clustered", stop)
    price = priced(made)["guarantee"]
    assert price.high_m is None
    assert price.mean_distance_m is None
    assert not price.is_exact


def test_a_strand_without_such_a_rule_or_as_given_is_refused() -> None:
    made = plan(small_problem(), small_scenario())
    with pytest.raises(UsageError, match=r"no strand 'east'.*area"):
        price_of_rules(made, strand="east")
    with pytest.raises(UsageError, match=r"key 'guarantee.10'. There are: area.partnerships, area.size"):
        price_of_rules(made, keys=["guarantee.10"])
    letter = small_letter(tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6)))
    given = plan(small_problem(letter=letter), small_scenario(area={"members": {"letter": [1, 2]}, "as_given": True}))
    with pytest.raises(UsageError, match="taken as given"):
        price_of_rules(given)


def test_each_number_that_the_sizes_allow_is_planned_and_costs_what_can_be_added_up_by_hand() -> None:
    found = price_of_rules(plan(small_problem(), small_scenario(area={"size": [2, 8]})))
    assert found.partnerships == 2
    assert [one.partnerships for one in found.numbers] == [2, 3, 4, 5, 6]
    # a village of six about one centre costs 900 m, as two threes 400 m, as three pairs 300 m
    saved = [0, 500, 1_000, 1_100, 1_200]
    assert [one.high_m for one in found.numbers] == pytest.approx([-metres for metres in saved])
    assert all(one.is_exact and one.repeatable for one in found.numbers)
    assert found.any_number == found.numbers[-1]
    assert [one.mean_distance_m for one in found.numbers] == pytest.approx([(1_800 - m) / 12 for m in saved])


def test_where_a_rule_wants_few_partnerships_more_of_them_cost_more_or_are_impossible() -> None:
    together = [{"schools": [f"1{i}" for i in range(6)]}, {"schools": [f"2{i}" for i in range(6)]}]
    found = price_of_rules(plan(small_problem(), small_scenario(area={"size": [3, 12]}, must_link=together)))
    assert [(one.partnerships, one.is_possible) for one in found.numbers] == [
        (1, True), (2, True), (3, False), (4, False),
    ]  # fmt: skip
    assert found.numbers[0].low_m > 0
    assert found.any_number.partnerships == 2
    assert found.any_number.high_m == 0


def test_where_sizes_allow_many_numbers_one_fewer_one_more_and_the_best_of_any_are_told(monkeypatch) -> None:
    monkeypatch.setattr(prices, "NUMBERS_MOST", 2)
    made = plan(small_problem(), small_scenario(area={"partnerships": 3, "size": [2, 8]}))
    found = price_of_rules(made, keys=["area.partnerships"])
    assert found.prices == ()
    assert [one.partnerships for one in found.numbers] == [2, 3, 4]
    assert [one.low_m for one in found.numbers] == pytest.approx([500, 0, -500])
    assert found.any_number.partnerships == 6
    assert found.any_number.low_m == pytest.approx(-700)
    leaders = {**two_villages(), "11": school("11", 100, 0, designations=("NLE",))}
    made = plan(
        small_problem(schools=leaders), small_scenario(area={"size": [2, 8]}, leaders={"strength": "preferred"})
    )
    assert price_of_rules(made, keys=["area.partnerships"]).any_number is None


def test_where_numbers_are_not_proved_their_prices_are_intervals_that_hold(monkeypatch) -> None:
    made = plan(small_problem(), small_scenario(area={"size": [2, 8]}))
    [result] = made.strands
    short = with_bound(result, result.objective - 500)
    found = price_of_rules(dataclasses.replace(made, strands=(short,)), keys=["area.partnerships"])
    three, most = found.numbers[-1], found.any_number
    assert (three.low_m, three.high_m) == pytest.approx((-500, 0))
    assert (most.low_m, most.high_m) == pytest.approx((-1_200, -700))
    assert not three.is_exact

    def stop(*_arguments):
        raise Stopped

    monkeypatch.setattr(prices, "clustered", stop)
    found = price_of_rules(made, keys=["area.partnerships"])
    assert found.numbers[1].high_m is None
    assert found.numbers[1].low_m == pytest.approx(-made.objective)
    assert found.any_number.partnerships == 2
    assert not found.any_number.repeatable


def test_one_partnership_for_all_is_priced_against_two(monkeypatch) -> None:
    monkeypatch.setattr(prices, "NUMBERS_MOST", 1)
    made = plan(small_problem(), small_scenario(area={"partnerships": 1, "size": None}))
    found = price_of_rules(made, keys=["area.partnerships"])
    assert [one.partnerships for one in found.numbers] == [1, 2]
    assert found.numbers[1].high_m == pytest.approx(BOTH_VILLAGES - made.objective)
    assert found.any_number.partnerships == 6


def test_progress_says_which_rule_is_left_out() -> None:
    told: list[str] = []
    price_of_rules(plan(small_problem(ACROSS), small_scenario()), progress=told.append)
    assert told == [
        "with 3 partnerships",
        "without sizes 4 to 8 (1 of 3)",
        "without the survey guarantee (1 school) (2 of 3)",
        "without all these rules together (3 of 3)",
    ]


def test_each_answer_costs_what_the_plan_could_save_without_it_the_dearest_first() -> None:
    near = Response(responder="11", wanted=("12",))
    made = plan(small_problem(near, ACROSS), small_scenario())
    found = prices_of_answers(made)
    assert [(one.responder, one.schools) for one in found] == [("10", ("10",)), ("11", ("11",))]
    assert [one.price.low_m for one in found] == [pytest.approx(made.objective - BOTH_VILLAGES), 0]
    assert all(one.price.is_exact for one in found)


def test_an_answer_for_several_schools_is_left_out_for_all_of_them() -> None:
    joint = Response(responder="10", on_behalf_of=("11",), wanted=("25",))
    made = plan(small_problem(joint), small_scenario())
    [one] = prices_of_answers(made)
    assert one.schools == ("10", "11")
    assert one.price.low_m == pytest.approx(made.objective - BOTH_VILLAGES)
    singly = priced(made, keys=["guarantee.10", "guarantee.11"])
    assert max(price.low_m for price in singly.values()) < one.price.low_m


def test_where_no_promise_shapes_a_strand_no_answer_has_a_price_there() -> None:
    made = plan(small_problem(ACROSS), small_scenario(guarantee={"strength": "off"}))
    with pytest.raises(UsageError, match="No answer shapes the strand 'area'"):
        prices_of_answers(made)


def test_progress_says_whose_answer_is_left_out() -> None:
    told: list[str] = []
    prices_of_answers(plan(small_problem(ACROSS), small_scenario()), progress=told.append)
    assert told == ["without the answer of School 10 (1 of 1)"]
