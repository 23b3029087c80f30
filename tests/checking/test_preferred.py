"""What preferred rules cost is counted by the check as the solver counts it, and seen where it is stated otherwise."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.checking import check
from geo_partnerships.checking.costs import preferred_costs
from geo_partnerships.model import Response
from geo_partnerships.planning import moving, plan
from tests.depth import examples
from tests.small import small_letter, small_problem, small_scenario, two_villages

URNS = sorted(two_villages())


def planned(**rules):
    return plan(small_problem(Response(responder="10", wanted=("25",))), small_scenario(**rules))


def test_each_kind_of_preferred_rule_is_counted_by_hand() -> None:
    made = planned(
        guarantee={"strength": "preferred", "weight": 7},
        must_link=[{"schools": ["10", "11", "20"], "strength": "preferred", "weight": 3}],
        cannot_link=[{"schools": ["12", "13", "14"], "strength": "preferred", "weight": 2}],
        balance=[
            {"name": "a", "schools": ["10", "11", "12"], "least": 1, "most": 2, "strength": "preferred", "weight": 5},
            {"name": "b", "schools": ["20", "21"], "least": 1, "strength": "preferred", "weight": 4},
        ],
        leaders={"strength": "preferred"},
    )
    assert [p.members[0] for p in made.partnerships] == ["10", "20"]  # the two villages
    # 10 and 11 apart from 20; 12, 13, 14 together; one of three too many here and too few there; nobody leads
    assert preferred_costs(made, "area") == [(1, 4), (1, 7), (2, 0), (2, 6), (2, 10), (3, 6)]
    assert check(made).ok


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_the_check_agrees_with_the_solver_on_every_preferred_rule(data) -> None:
    def rule(fewest, **more):
        schools = data.draw(st.lists(st.sampled_from(URNS), min_size=fewest, max_size=5, unique=True))
        return {"schools": schools, "strength": "preferred", "weight": data.draw(st.integers(0, 900)), **more}

    made = planned(
        guarantee={"strength": "preferred", "weight": data.draw(st.integers(0, 9_000))},
        must_link=[rule(2)], cannot_link=[rule(2)],
        balance=[rule(1, name="x", least=data.draw(st.integers(0, 2)), most=data.draw(st.integers(2, 3)))],
        leaders={"strength": data.draw(st.sampled_from(["off", "preferred"]))},
    )  # fmt: skip
    assert check(made).ok
    number = data.draw(st.sampled_from([p.number for p in made.partnerships]))
    urn = data.draw(st.sampled_from([u for p in made.partnerships if p.number != number for u in p.members]))
    moved = moving.move(made, urn, number)
    codes = {c.code for c in check(moved).broken}
    assert not codes & {"objective", "distances", "centres", "inputs", "members", "partition"}


def test_a_guarantee_met_by_a_strand_of_one_is_owed_by_no_other() -> None:
    pair = {"pair": {"members": {"schools": ["10", "25"]}}}
    made = planned(guarantee={"strength": "preferred", "weight": 7}, strands=pair)
    assert preferred_costs(made, "area") == preferred_costs(made, "pair") == []
    apart = {"pair": {"members": {"schools": ["10", "11"]}}}
    made = planned(guarantee={"strength": "preferred", "weight": 7}, strands=apart)
    assert (preferred_costs(made, "area"), preferred_costs(made, "pair")) == ([(1, 7)], [])


def test_rules_switched_off_are_not_checked() -> None:
    made = planned(
        guarantee={"strength": "off"},
        must_link=[{"schools": ["10", "25"], "strength": "off"}],
        balance=[{"name": "x", "phases": ["primary"], "most": 1, "strength": "off"}],
    )
    assert not [c for c in check(made).checks if c.code.startswith(("must", "balance", "guarantee"))]
    assert check(made).ok


def test_a_plan_moved_by_hand_has_the_digest_of_its_places() -> None:
    made = planned(guarantee={"strength": "preferred"})
    moved = moving.move(made, "15", 2)
    assert "inputs" not in {c.code for c in check(moved).broken}
    assert "inputs" in {c.code for c in check(dataclasses.replace(moved, digest=made.digest)).broken}


def test_an_answer_that_names_only_itself_is_owed_nothing() -> None:
    made = plan(small_problem(Response(responder="10", wanted=("10",))), small_scenario())
    assert check(made).guarantee == ()


def test_a_second_membership_belongs_only_where_a_wish_asks_for_it() -> None:
    letter = small_letter(tuple(URNS[:6]), tuple(URNS[6:]))
    scenario = small_scenario(
        area={"members": {"letter": [2]}, "partnerships": 1, "size": [4, 9]},
        strands={"west": {"members": {"letter": [1]}}},
        guarantee={"strength": "binding", "second_membership": True},
    )
    answers = (Response(responder="10", wanted=("25",)), Response(responder="11", wanted=("12",)))
    made = plan(small_problem(*answers, letter=letter), scenario)
    assert check(made).ok
    area = next(i for i, p in enumerate(made.partnerships) if p.strand == "area")
    assert "10" in made.partnerships[area].members
    for urn, code in (("11", True), ("12", True), ("10", False)):
        members = tuple(sorted({*made.partnerships[area].members, urn}))
        partnerships = list(made.partnerships)
        partnerships[area] = dataclasses.replace(partnerships[area], members=members)
        other = dataclasses.replace(made, partnerships=tuple(partnerships))
        assert ("partition" in {c.code for c in check(other).broken}) is code


def test_a_strand_without_partnerships_has_too_few() -> None:
    made = planned(guarantee={"strength": "off"})
    empty = dataclasses.replace(made, partnerships=(), memberships=(), strands=())
    assert {"number-area", "partition"} <= {c.code for c in check(empty).broken}


def test_rules_that_are_kept_cost_nothing_and_are_not_listed() -> None:
    made = planned(
        guarantee={"strength": "off"},
        must_link=[{"schools": ["10", "11"], "strength": "preferred", "weight": 3}],
        cannot_link=[{"schools": ["10", "20"], "strength": "preferred", "weight": 2}],
        balance=[{"name": "a", "schools": ["10", "20"], "least": 1, "most": 1, "strength": "preferred", "weight": 5}],
    )
    assert preferred_costs(made, "area") == []


def test_of_two_strands_the_last_that_has_a_named_school_owes_the_guarantee() -> None:
    """10 is in both; the school it named is in the first alone, but in another partnership of it."""
    strands = {"first": {"members": {"schools": [*URNS]}, "partnerships": 2, "size": [4, 8]}}
    area = {"members": {"schools": [u for u in URNS if u != "25"]}}
    made = planned(strands=strands, area=area, guarantee={"strength": "preferred", "weight": 7})
    assert preferred_costs(made, "first") == [(1, 7)]
    assert preferred_costs(made, "area") == []


LETTER = small_letter(("10", "11", "12", "25"), ("13", "14", "20", "21"))
GIVEN = {"given": {"members": {"letter": [1, 2]}, "as_given": True}}
OWED = {"guarantee": {"strength": "preferred", "weight": 7}, "area": {"members": {"schools": URNS}}}


def as_given(urn, wanted, **more):
    answer = Response(responder=urn, wanted=wanted)
    return plan(small_problem(answer, letter=LETTER), small_scenario(**OWED, strands=GIVEN, **more))


def test_a_guarantee_that_the_letters_own_strand_meets_is_owed_by_no_other() -> None:
    assert preferred_costs(as_given("10", ("25",)), "area") == []
    # 13 named one who is in the same strand, but in another partnership of it; so the area owes it, in any order
    for order in (["given", "area"], ["area", "given"]):
        made = as_given("13", ("25",), order=order)
        assert preferred_costs(made, "area") == [(1, 7)]
        assert preferred_costs(made, "given") == []
        assert check(made).ok


def test_a_strand_that_has_none_of_those_named_owes_nothing() -> None:
    strands = {
        "without": {"members": {"schools": [u for u in URNS if u != "25"]}, "partnerships": 2, "size": [4, 8]},
        "single": {"members": {"schools": ["10", "11", "12"]}},
    }
    made = planned(strands=strands, order=["area", "without", "single"], **OWED)
    assert [preferred_costs(made, name) for name in ("area", "without", "single")] == [[(1, 7)], [], []]
    assert check(made).ok
