"""What is proved of a plan: whether a certificate stands is judged from the members, and never from how they came."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.certificate import Breach, Lack, Proof, proof_words
from geo_partnerships.checking import check
from geo_partnerships.checking.verdicts import BY_HAND
from geo_partnerships.deciding import why_here
from geo_partnerships.errors import UsageError
from geo_partnerships.model import Response
from geo_partnerships.planning.moving import digest_by_hand, move
from geo_partnerships.planning.plain import from_plain, to_plain
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.pricing.rules import price_of_rules
from tests.depth import examples
from tests.small import school, small_problem, small_scenario, two_villages, with_bound

URNS = tuple(two_villages())
ANSWERS = (Response(responder="10", wanted=("25",)), Response(responder="21", wanted=("14",)))
LED = {
    urn: dataclasses.replace(one, designations=("NLE",)) if urn in {"12", "22"} else one
    for urn, one in two_villages().items()
}
PLANS = {
    "sizes": plan(small_problem(), small_scenario(area={"partnerships": 3, "size": [3, 5]})),
    "answers": plan(small_problem(*ANSWERS), small_scenario(area={"size": [2, 10]})),
    "prices": plan(
        small_problem(*ANSWERS), small_scenario(guarantee={"strength": "preferred", "weight": 900}, district_penalty=80)
    ),
    "leaders": plan(
        small_problem(schools=LED), small_scenario(leaders={"strength": "preferred"}, area={"size": [2, 9]})
    ),
    "links": plan(
        small_problem(),
        small_scenario(
            must_link=[{"schools": ["10", "25"]}],
            cannot_link=[{"schools": ["11", "12"]}],
            pinned=[{"schools": ["20", "21"], "partnership": "east"}],
            area={"partnerships": [2, 3], "size": [2, 9]},
        ),
    ),
    "strands": plan(
        small_problem(*ANSWERS),
        small_scenario(strands={"pair": {"members": {"schools": ["10", "25", "14"]}}}, area={"size": [2, 10]}),
    ),
}
TOLERANCE_M = 1e-3


def number_of(made, urn):
    return next(p.number for p in made.partnerships if urn in p.members)


def tried(made, urn, number):
    """Return the plan after a move, or as it was where there is no such move."""
    try:
        return move(made, urn, number)
    except UsageError:
        return made


moves = st.lists(st.tuples(st.sampled_from(URNS), st.integers(1, 4)), min_size=1, max_size=5)


@settings(max_examples=examples(24), deadline=None)
@given(st.sampled_from(sorted(PLANS)), moves)
def test_no_certificate_stands_beside_a_broken_rule_and_no_bound_ever_moves(name, steps) -> None:
    made = PLANS[name]
    for urn, number in steps:
        made = tried(made, urn, number)
        if check(made).broken:
            assert (made.lower_bound, made.gap) == (None, None)
            assert "proven" not in proof_words(made.proof)
        if made.lower_bound is not None:
            assert made.lower_bound == pytest.approx(PLANS[name].lower_bound)
            assert made.objective >= made.lower_bound - TOLERANCE_M
            assert made.gap == pytest.approx((made.objective - made.lower_bound) / made.objective, abs=1e-9)
        assert made.proof.lack is not Lack.CONTRADICTED


@settings(max_examples=examples(24), deadline=None)
@given(st.sampled_from(sorted(PLANS)), moves, st.sampled_from(URNS))
def test_what_no_rule_forbids_never_saves_more_than_the_gap(name, steps, urn) -> None:
    made = PLANS[name]
    for school_moved, number in steps:
        other = tried(made, school_moved, number)
        made = other if other.gap is not None else made
    allowed_m = made.gap * made.objective + TOLERANCE_M
    found = why_here(made, urn, number_of(made, urn))
    for one in found:
        assert one.forbidden_by or -one.cost_m <= allowed_m
    assert [bool(one.forbidden_by) for one in found] == sorted(bool(one.forbidden_by) for one in found)
    for mate in URNS:  # swaps
        here, there = number_of(made, urn), number_of(made, mate)
        if here != there:
            swapped = tried(tried(made, urn, there), mate, here)
            assert swapped.gap is None or made.objective - swapped.objective <= allowed_m


def test_a_plan_that_breaks_a_rule_says_how_it_compares_with_those_that_keep_it() -> None:
    made = plan(small_problem(*ANSWERS), small_scenario(area={"size": [2, 10]}))
    floor = f"{made.objective:,.0f} m is the least of all plans that keep every rule; this one is "
    away = made
    for urn in URNS:
        target = number_of(away, "12" if urn in {"10", "11", "12", "13", "14", "15"} else "22")
        away = tried(away, urn, target)
    told = proof_words(away.proof)
    assert told.startswith(floor)
    assert told.endswith("shorter because it breaks 1.")
    assert away.objective < made.objective
    assert str(made.objective) not in repr(away.proof)


def test_a_longer_plan_and_one_of_a_bound_not_reached_are_told_as_such() -> None:
    rules = tuple(Breach(code=code, words=code, private=False) for code in ("size-area", "leaders"))
    proof = Proof(objective=1_500.0, lack=Lack.BROKEN, breaches=rules, least=1_000.0, reached=True)
    assert proof_words(proof) == (
        "1,000 m is the least of all plans that keep every rule; this one is 500 m longer although it breaks 2."
    )
    assert proof_words(dataclasses.replace(proof, reached=False, objective=900.0)) == (
        "No plan that keeps every rule is shorter than 1,000 m; this one is 100 m shorter because it breaks 2."
    )
    led = dataclasses.replace(proof, lack=Lack.LEADERS, breaches=(), more_leaderless=1, objective=900.0)
    assert proof_words(led).endswith("this one is 100 m shorter but leaves 1 partnership more without.")


def test_the_public_is_told_nothing_of_a_broken_private_rule() -> None:
    made = PLANS["answers"]
    moved = move(made, "10", 3 - number_of(made, "10"))
    public = moved.proof.for_public(moved.objective)
    assert moved.proof.breaches[0].private
    assert proof_words(public) == "The plan was changed by hand and carries no certificate."
    assert (public.lower_bound, public.least, public.breaches) == (None, None, ())


def test_a_hand_made_plan_tells_no_public_bound_where_private_rules_have_prices() -> None:
    made = PLANS["prices"]
    moved = move(made, "13", 3 - number_of(made, "13"))
    assert moved.gap is not None
    assert moved.proof.for_public(moved.objective).gap is None


def test_a_move_between_strands_leaves_no_bound_known() -> None:
    made = PLANS["strands"]
    pair = next(p.number for p in made.partnerships if p.strand == "pair")
    moved = move(made, "11", pair, source=next(p.number for p in made.partnerships if "11" in p.members))
    assert moved.proof.lack is Lack.SCHOOLS
    assert "how far it is from the best is not known" in proof_words(moved.proof)


def test_rules_that_were_added_leave_the_bound_and_rules_that_were_dropped_take_it() -> None:
    made = PLANS["links"]
    stricter = made.scenario.model_dump() | {"must_link": [{"schools": ["10", "25"]}, {"schools": ["20", "21"]}]}
    looser = made.scenario.model_dump() | {"must_link": []}
    scenarios = [type(made.scenario).model_validate(table) for table in (stricter, looser)]
    added, dropped = (dataclasses.replace(made, scenario=scenario, digest="") for scenario in scenarios)
    assert added.lower_bound == made.lower_bound
    assert dropped.proof.lack is Lack.RULES


def test_members_that_were_exchanged_without_a_move_carry_no_certificate() -> None:
    made = PLANS["sizes"]
    first, second, *rest = made.partnerships
    swapped = (
        dataclasses.replace(first, members=(*first.members, second.members[0])),
        dataclasses.replace(second, members=second.members[1:]),
        *rest,
    )
    assert dataclasses.replace(made, partnerships=swapped).gap is None


def test_a_plan_read_back_or_taken_as_given_is_not_proven_best() -> None:
    made = PLANS["sizes"]
    bare = dataclasses.replace(made, strands=())
    assert bare.gap is None
    assert "not known" in proof_words(bare.proof)
    again = from_plain(to_plain(made), made.problem, made.scenario)
    assert proof_of(again).lower_bound == made.lower_bound
    assert from_plain(to_plain(made, rules=False), made.problem, made.scenario).strands[0].certificate.rules == ()


def test_a_bound_above_a_plan_that_keeps_every_rule_is_told_as_a_fault() -> None:
    made = PLANS["sizes"]
    moved = move(move(made, "10", 3), "10", number_of(made, "10")) if number_of(made, "10") != 3 else made
    [result] = moved.strands
    false = dataclasses.replace(moved, strands=(with_bound(result, result.objective + 50, proven=True),))
    if result.method == "moved by hand":
        assert false.proof.lack is Lack.CONTRADICTED
    assert false.gap is None


def test_prices_are_not_measured_from_a_plan_without_a_certificate() -> None:
    made = PLANS["answers"]
    with pytest.raises(UsageError, match="this has none"):
        price_of_rules(move(made, "10", 3 - number_of(made, "10")))


def test_a_school_without_a_point_that_joins_changes_nothing_that_is_proved() -> None:
    schools = {**two_villages(), "30": school("30", None, None)}
    made = plan(small_problem(schools=schools), small_scenario(area={"size": [2, 10]}))
    assert move(made, "30", 1).lower_bound == made.lower_bound


def test_a_plan_that_states_wrong_figures_carries_no_certificate_and_says_why() -> None:
    made = PLANS["sizes"]
    [result] = made.strands
    wrong = dataclasses.replace(made, strands=(dataclasses.replace(result, objective=result.objective + 5),))
    assert wrong.proof.lack is Lack.FAULTY
    assert proof_words(wrong.proof).startswith("The check finds that the plan's own figures are not right")
    bare = dataclasses.replace(made, strands=(), digest="0" * 64)
    assert bare.proof.lack is Lack.NOT_KNOWN  # nothing was proved that wrong figures could spoil
    assert (bare.proof.reached, made.proof.reached) == (False, True)
    assert made.proof.lack is None


def test_where_nobody_that_a_school_named_is_left_nothing_is_proved_and_nothing_told_of_prices() -> None:
    made = PLANS["answers"]
    gone = tuple(
        dataclasses.replace(p, members=tuple(urn for urn in p.members if urn != "25")) for p in made.partnerships
    )
    left = dataclasses.replace(made, partnerships=gone)
    assert left.proof.lack is Lack.SCHOOLS
    assert left.proof.has_private_prices
    assert {name for name, one in PLANS.items() if one.proof.has_private_prices} == {"prices"}


def test_one_partnership_more_without_a_leader_takes_the_certificate() -> None:
    made = PLANS["leaders"]
    assert (made.proof.lack, made.proof.more_leaderless) == (None, 0)
    moved = move(made, "12", number_of(made, "22"))
    assert (moved.proof.lack, moved.proof.more_leaderless) == (Lack.LEADERS, 1)
    assert "leaves 1 partnership more without" in proof_words(moved.proof)
    back = move(moved, "12", number_of(made, "12"))
    assert (back.proof.lack, back.proof.more_leaderless) == (None, 0)


@pytest.mark.parametrize(("above", "lack"), [(0.9e-6, None), (1.1e-6, Lack.CONTRADICTED)])
def test_a_plan_made_by_hand_may_lie_a_millionth_below_its_bound_and_no_further(above, lack) -> None:
    made = PLANS["sizes"]
    [result] = made.strands
    by_hand = dataclasses.replace(with_bound(result, result.objective * (1 + above), proven=True), method=BY_HAND)
    stated = dataclasses.replace(made, strands=(by_hand,))
    assert dataclasses.replace(stated, digest=digest_by_hand(stated)).proof.lack is lack
