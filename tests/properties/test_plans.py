"""What holds of every plan, whatever the schools, the answers and the rules."""

import dataclasses
import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check, coverage_of, guarantee_of, scores_of
from geo_partnerships.comparing import compare
from geo_partnerships.errors import NoPlanError
from geo_partnerships.model import Survey
from geo_partnerships.planning.moving import alternatives, move
from geo_partnerships.plans import Role
from geo_partnerships.scenarios.read import scenario_from
from tests.depth import examples
from tests.properties.strategies import (
    boroughs,
    cost_around,
    groupings,
    moved,
    pairs,
    partition,
    planned,
    price,
    scenario_for,
)

quick = settings(
    max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
few = settings(quick, max_examples=examples(5))


@quick
@given(boroughs())
def test_every_school_is_in_one_partnership(problem) -> None:
    made = planned(problem)
    listed = sorted(urn for p in made.partnerships for urn in p.members)
    assert listed == sorted(problem.schools)


@quick
@given(boroughs())
def test_the_check_finds_nothing_wrong_with_a_fresh_plan(problem) -> None:
    report = check(planned(problem))
    assert report.broken == ()


@quick
@given(boroughs(), st.integers(1, 3), st.integers(0, 3))
def test_sizes_and_numbers_are_within_bounds_or_no_plan_is_proved_possible(problem, low, extra) -> None:
    n = len(problem.schools)
    try:
        made = planned(problem, area={"size": [low, low + extra]})
    except NoPlanError as caught:
        proved = caught.proved
        assert proved
        assert not any(k * low <= n <= k * (low + extra) for k in (2, 3))
        return
    assert 2 <= len(made.partnerships) <= 3
    assert all(low <= len(p.members) <= low + extra for p in made.partnerships)


@quick
@given(boroughs())
def test_every_centre_is_a_member_and_the_best(problem) -> None:
    made = planned(problem)
    for p in made.partnerships:
        assert p.centre in p.members
        costs = [cost_around(problem, urn, p.members, penalty=300, share=0.5) for urn in p.members]
        assert cost_around(problem, p.centre, p.members, penalty=300, share=0.5) <= min(costs) + 1e-6
    centres = [m for m in made.memberships if m.role is Role.CENTRE]
    assert {m.school for m in centres} == {p.centre for p in made.partnerships}
    assert all(m.distance_to_centre_m == 0 for m in centres)


@quick
@given(boroughs())
def test_the_objective_is_what_the_groups_cost_by_hand(problem) -> None:
    made = planned(problem)
    by_hand = price(problem, [p.members for p in made.partnerships], penalty=300, share=0.5, wish=700)
    assert made.objective == pytest.approx(by_hand, abs=1e-3)


@few
@given(boroughs(most=7))
def test_no_grouping_is_cheaper_than_the_plan(problem) -> None:
    made = planned(problem)
    best = min(
        price(problem, groups, penalty=300, share=0.5, wish=700) for groups in groupings(list(problem.schools), 2, 3)
    )
    assert made.objective == pytest.approx(best, abs=1e-3)


@few
@given(boroughs(least=20, most=40, answering=False))
def test_up_to_forty_schools_are_solved_to_proof(problem) -> None:
    made = planned(problem, area={"partnerships": [3, 5], "size": [3, 15]}, method="exact")
    assert made.strands[0].certificate.proven
    assert made.gap == 0


@quick
@given(boroughs())
def test_the_bound_is_never_above_the_objective(problem) -> None:
    made = planned(problem)
    assert 0 <= made.lower_bound <= made.objective + 1e-6
    assert 0 <= made.gap <= 1


@quick
@given(boroughs(), st.data())
def test_schools_that_belong_together_are_together(problem, data) -> None:
    link = data.draw(st.sampled_from(pairs(list(problem.schools))))
    made = planned(problem, must_link=[{"schools": list(link)}])
    assert any(set(link) <= group for group in partition(made))


@quick
@given(boroughs(), st.data())
def test_schools_that_belong_apart_are_apart(problem, data) -> None:
    link = data.draw(st.sampled_from(pairs(list(problem.schools))))
    made = planned(problem, cannot_link=[{"schools": list(link)}])
    assert not any(set(link) <= group for group in partition(made))


@quick
@given(boroughs(), st.data())
def test_pins_of_one_label_are_together_and_of_two_apart(problem, data) -> None:
    a, b, c = data.draw(st.permutations(list(problem.schools)))[:3]
    pins = [{"schools": [a, b], "partnership": "x"}, {"schools": [c], "partnership": "y"}]
    groups = partition(planned(problem, pinned=pins))
    assert any({a, b} <= group and c not in group for group in groups)


@quick
@given(boroughs())
def test_a_rule_more_never_makes_a_plan_cheaper(problem) -> None:
    free = planned(problem)
    first, second = list(problem.schools)[:2]
    for rule in ("must_link", "cannot_link"):
        assert planned(problem, **{rule: [{"schools": [first, second]}]}).objective >= free.objective - 1e-6


@quick
@given(boroughs())
def test_wider_bounds_never_make_a_plan_dearer(problem) -> None:
    n = len(problem.schools)
    narrow = planned(problem, area={"partnerships": 2})
    wide = planned(problem, area={"partnerships": [1, min(4, n)]})
    assert wide.objective <= narrow.objective + 1e-6


@quick
@given(boroughs())
def test_a_binding_guarantee_is_kept_or_proved_impossible(problem) -> None:
    try:
        made = planned(problem, guarantee={"strength": "binding"})
    except NoPlanError as caught:
        proved = caught.proved
        assert proved
        best = min(
            price(problem, groups, penalty=0, share=0, wish=1e9) for groups in groupings(list(problem.schools), 2, 3)
        )
        assert best >= 1e9
        return
    assert all(outcome.met for outcome in guarantee_of(made))


@quick
@given(boroughs(), st.randoms(use_true_random=False))
def test_the_order_of_schools_and_answers_does_not_matter(problem, chance) -> None:
    schools, answers = list(problem.schools.values()), list(problem.survey.responses)
    chance.shuffle(schools)
    chance.shuffle(answers)
    other = dataclasses.replace(
        problem, schools={s.urn: s for s in schools}, survey=Survey(responses=tuple(answers), illustrative=True)
    )
    assert planned(other).partnerships == planned(problem).partnerships


@quick
@given(boroughs())
def test_names_do_not_decide_who_is_where(problem) -> None:
    other = moved(problem, lambda s: dataclasses.replace(s, name=f"{{{{ {s.urn} }}}} <b>", aliases=("x",)))
    assert partition(planned(other)) == partition(planned(problem))


@quick
@given(boroughs(), st.integers(-9_000, 9_000), st.integers(-9_000, 9_000))
def test_moving_the_whole_borough_changes_no_cost(problem, east, north) -> None:
    other = moved(problem, lambda s: dataclasses.replace(s, easting=s.easting + east, northing=s.northing + north))
    assert planned(other).objective == pytest.approx(planned(problem).objective, abs=1e-4)


@quick
@given(boroughs(), st.sampled_from([0.25, 2.0, 8.0]))
def test_scaling_distances_and_prices_scales_the_objective(problem, factor) -> None:
    other = moved(problem, lambda s: dataclasses.replace(s, easting=s.easting * factor, northing=s.northing * factor))
    scaled = planned(other, district_penalty=300 * factor, guarantee={"strength": "preferred", "weight": 700 * factor})
    assert scaled.objective == pytest.approx(planned(problem).objective * factor, rel=1e-6, abs=1e-3)


@quick
@given(boroughs())
def test_turning_the_map_changes_no_cost(problem) -> None:
    other = moved(problem, lambda s: dataclasses.replace(s, easting=-s.northing, northing=s.easting))
    assert planned(other).objective == pytest.approx(planned(problem).objective, abs=1e-4)


@few
@given(boroughs(), st.integers(0, 2**31 - 1))
def test_the_same_input_gives_the_same_plan_and_a_seed_no_other_objective(problem, seed) -> None:
    assert planned(problem, seed=seed) == planned(problem, seed=seed)
    assert planned(problem, seed=seed).objective == pytest.approx(planned(problem).objective, abs=1e-6)


@quick
@given(boroughs(answering=False))
def test_a_school_on_the_same_point_costs_at_most_what_its_neighbour_does(problem) -> None:
    first = next(iter(problem.schools.values()))
    other = dataclasses.replace(
        problem, schools={**problem.schools, "999": dataclasses.replace(first, urn="999", name="Twin")}
    )
    made = planned(problem)
    centre = next(p.centre for p in made.partnerships if first.urn in p.members)
    extra = cost_around(other, centre, ["999"], penalty=300, share=0.5)
    assert planned(other).objective <= made.objective + extra + 1e-6


@quick
@given(boroughs())
def test_numbers_count_from_one_and_names_differ(problem) -> None:
    made = planned(problem)
    assert [p.number for p in made.partnerships] == list(range(1, len(made.partnerships) + 1))
    names = [p.name for p in made.partnerships]
    assert len(set(names)) == len(names)


@quick
@given(boroughs())
def test_a_plan_does_not_differ_from_itself(problem) -> None:
    made = planned(problem)
    same = compare(made, made)
    assert same.moved == ()
    assert same.before == same.after


@quick
@given(boroughs(), st.data())
def test_comparing_names_exactly_the_school_that_was_moved(problem, data) -> None:
    made = planned(problem)
    source = data.draw(st.sampled_from([p for p in made.partnerships if len(p.members) > 1] or [None]))
    assume(source is not None)
    target = next(p for p in made.partnerships if p.number != source.number)
    urn = data.draw(st.sampled_from(source.members))
    other = move(made, urn, target.number)
    assert [(m.school, m.before, m.after) for m in compare(made, other).moved] == [
        (urn, (source.number,), (target.number,))
    ]
    assert compare(other, made).moved[0].school == urn


@quick
@given(boroughs(), st.data())
def test_a_move_is_priced_the_same_before_and_after_and_back_again(problem, data) -> None:
    problem = dataclasses.replace(problem, survey=Survey())
    made = planned(problem)
    source = data.draw(st.sampled_from([p for p in made.partnerships if len(p.members) > 1] or [None]))
    assume(source is not None)
    urn = data.draw(st.sampled_from(source.members))
    for number, extra in alternatives(made, urn, source.number):
        other = move(made, urn, number)
        assert other.objective - made.objective == pytest.approx(extra, abs=1e-4)
        assert extra >= -1e-4  # the plan was proven best
        assert not {c.code for c in check(other).broken} & {"centres", "distances", "objective", "inputs", "members"}
        assert partition(move(other, urn, source.number)) == partition(made)


@quick
@given(boroughs())
def test_scores_agree_with_memberships(problem) -> None:
    made = planned(problem)
    scores = scores_of(made)
    distances = [m.distance_to_centre_m for m in made.memberships]
    assert scores.mean_distance_m == pytest.approx(math.fsum(distances) / len(distances))
    assert scores.max_distance_m == pytest.approx(max(distances))
    assert sum(scores.sizes) == scores.schools == len(problem.schools)
    covered = coverage_of(made)
    assert covered.covered == covered.denominator == len(problem.schools)
    assert scores.met <= scores.respondents


@few
@given(boroughs(answering=False))
def test_minutes_for_metres_change_nothing_where_a_minute_is_a_metre(problem) -> None:
    """A table of the straight lines gives the plan that straight lines give."""
    import numpy as np

    from geo_partnerships.model import Distances

    keys = tuple(problem.schools)
    at = np.array([(s.easting, s.northing) for s in problem.schools.values()])
    table = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    other = dataclasses.replace(problem, distances=Distances(keys=keys, matrix=table, words="a table"))
    assert planned(other).objective == pytest.approx(planned(problem).objective, abs=1e-6)
    assert check(planned(other)).ok


@quick
@given(boroughs(), st.data())
def test_the_digest_is_that_of_what_a_scenario_says_not_how_it_is_written(problem, data) -> None:
    table = scenario_for(problem).model_dump(mode="json", exclude_defaults=True)
    order = data.draw(st.permutations(list(table)))
    written_otherwise = {key: table[key] for key in order}
    assert plan(problem, scenario_from(written_otherwise)).digest == planned(problem).digest
    assert planned(problem, district_penalty=301).digest != planned(problem).digest
    assert planned(dataclasses.replace(problem, digest="1" * 64)).digest != planned(problem).digest


@quick
@given(boroughs(), st.data())
def test_a_preferred_rule_is_kept_where_its_price_is_beyond_all_distance(problem, data) -> None:
    link = data.draw(st.sampled_from(pairs(list(problem.schools))))
    rule = {"schools": list(link), "strength": "preferred", "weight": 1_000_000}
    assert any(set(link) <= group for group in partition(planned(problem, must_link=[rule])))
    assert not any(set(link) <= group for group in partition(planned(problem, cannot_link=[rule])))


@quick
@given(boroughs(), st.data())
def test_a_rule_of_no_price_or_switched_off_changes_no_cost(problem, data) -> None:
    link = data.draw(st.sampled_from(pairs(list(problem.schools))))
    free = planned(problem).objective
    for strength, weight in (("off", 5_000), ("preferred", 0)):
        rule = {"schools": list(link), "strength": strength, "weight": weight}
        for key in ("must_link", "cannot_link"):
            made = planned(problem, **{key: [rule]})
            assert made.objective == pytest.approx(free, abs=1e-4)
            assert check(made).ok


@quick
@given(boroughs(), st.integers(1, 3))
def test_a_balance_is_kept_or_proved_impossible(problem, most) -> None:
    rule = {"name": "secondaries", "phases": ["secondary"], "most": most}
    group = {s.urn for s in problem.schools.values() if s.phase == "secondary"}
    try:
        made = planned(problem, balance=[rule])
    except NoPlanError as caught:
        proved = caught.proved
        assert proved
        assert len(group) > 3 * most
        return
    assert all(len(group & set(p.members)) <= most for p in made.partnerships)
