"""Goals in an order: each is the best there is once those before it are held, as trying every plan shows."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.random_problems import partitions
from geo_partnerships.certificate import GoalReached, Lack, goal_words, proof_words
from geo_partnerships.checking import check
from geo_partnerships.deciding import why_here
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.exports.tables import write_csv
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.model import Response, Survey
from geo_partnerships.planning import plan
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.plain import from_plain, to_plain
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.parameters import Goal
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.headline import headline_of
from tests.small import school, small_problem, small_scenario

WISHING = [
    ("leaders", "worst distance", "wishes", "distance"),
    ("wishes", "leaders", "worst distance", "distance"),
    ("worst distance", "wishes", "distance"),
]
ORDERS = [("leaders", "worst distance", "distance"), ("worst distance", "leaders", "distance")]


def scattered(seed: int, n: int = 7):
    """A few schools anywhere, two of which are led."""
    random = np.random.default_rng(seed)
    points = random.integers(0, 4000, (n, 2)).astype(float)
    schools = [school(f"1{i}", *point) for i, point in enumerate(points)]
    led = random.choice(n, 2, replace=False)
    schools = [replace(s, designations=("NLE",)) if i in led else s for i, s in enumerate(schools)]
    return small_problem(schools={s.urn: s for s in schools}), points, set(led.tolist())


def best_by_trial(points, led, order, slack=0.0):
    """Try every plan of two or three partnerships of two to five schools, goal by goal."""
    far = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    plans = []
    for parts in partitions(len(points)):
        if len(parts) == 3 and all(2 <= len(part) <= 5 for part in parts):
            alone = sum(led.isdisjoint(part) for part in parts)
            plans += [
                (
                    alone,
                    max(far[i, j] for part, j in zip(parts, centres, strict=True) for i in part),
                    sum(far[i, j] for part, j in zip(parts, centres, strict=True) for i in part),
                )
                for centres in itertools.product(*parts)
            ]
    place = {"leaders": 0, "worst distance": 1, "distance": 2}
    best = {}
    for goal in order:
        where = place[goal]
        best[goal] = min(p[where] for p in plans)
        room = slack if goal == "worst distance" else 0.0
        plans = [p for p in plans if p[where] <= best[goal] + room + 1e-9]
    return best


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("slack", [0.0, 400.0])
def test_each_goal_is_the_best_there_is(order, seed, slack) -> None:
    problem, points, led = scattered(seed)
    goals = {"goals": list(order), "leaders": {"strength": "preferred"}, "slack": {"worst_distance": slack}}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **goals))
    best = best_by_trial(points, led, order, slack)
    told = {goal.goal: goal for goal in made.strands[-1].goals}
    assert list(told) == list(order)
    for name, goal in told.items():
        assert goal.proven, name
        assert goal.best == pytest.approx(best[name], abs=1e-6)
        assert goal.value <= goal.best + goal.slack + 1e-6
    report = check(made)
    assert report.ok, [c.message for c in report.broken]
    assert report.scores.max_distance_m == pytest.approx(told["worst distance"].value)
    assert made.strands[-1].certificate.within_m == pytest.approx(best["worst distance"] + slack)


def wishing(seed: int, n: int = 7):
    """A few schools anywhere that wish for others anywhere; two are led."""
    problem, points, led = scattered(seed, n)
    random = np.random.default_rng(seed + 100)
    responses = []
    for i in range(0, n, 2):
        named = [f"1{j}" for j in random.choice([j for j in range(n) if j != i], 3, replace=False)]
        responses.append(Response(responder=f"1{i}", wanted=tuple(named)))
    wishes = [(int(r.responder[1:]), int(urn[1:])) for r in responses for urn in r.wanted]
    survey = Survey(responses=tuple(responses), illustrative=True)
    return replace(problem, survey=survey), points, led, wishes


def best_with_wishes(points, led, wishes, order, slack):
    """Try every plan of three partnerships of two to five schools, goal by goal, each within its slack."""
    far = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    plans = []
    for parts in partitions(len(points)):
        if len(parts) != 3 or not all(2 <= len(part) <= 5 for part in parts):
            continue
        home = {i: number for number, part in enumerate(parts) for i in part}
        figures = {
            "leaders": sum(led.isdisjoint(part) for part in parts),
            "wishes": sum(home[a] != home[b] for a, b in wishes),
        }
        plans += [
            figures
            | {
                "worst distance": max(far[i, j] for part, j in zip(parts, centres, strict=True) for i in part),
                "distance": sum(far[i, j] for part, j in zip(parts, centres, strict=True) for i in part),
            }
            for centres in itertools.product(*parts)
        ]
    best = {}
    for goal in order:
        best[goal] = min(p[goal] for p in plans)
        plans = [p for p in plans if p[goal] <= best[goal] + slack.get(goal, 0) + 1e-9]
    return best


@pytest.mark.parametrize("order", WISHING, ids="-".join)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("slack", [{}, {"wishes": 2}, {"leaders": 1, "wishes": 1}], ids=str)
def test_wishes_are_a_goal_in_any_place_each_held_within_its_slack(order, seed, slack) -> None:
    problem, points, led, wishes = wishing(seed)
    led_as = {"strength": "preferred" if "leaders" in order else "off"}
    asked = {"guarantee": {"strength": "off"}, "goals": list(order), "leaders": led_as, "slack": slack}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **asked))
    best = best_with_wishes(points, led, wishes, order, slack)
    told = {goal.goal: goal for goal in made.strands[-1].goals}
    assert list(told) == list(order)
    for name, goal in told.items():
        assert goal.proven, name
        assert goal.best == pytest.approx(best[name], abs=1e-6), name
        assert goal.value <= goal.best + goal.slack + 1e-6
    report = check(made)
    assert report.ok, [c.message for c in report.broken]
    assert "in the order of its goals" in proof_words(proof_of(made, report))


def test_wishes_may_miss_the_most_by_a_share() -> None:
    problem, _, _, wishes = wishing(1)
    asked = {"guarantee": {"strength": "off"}, "goals": ["wishes", "distance"], "slack": {"wishes_percent": 50}}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **asked))
    goal = made.strands[-1].goals[0]
    assert goal.slack == int((len(wishes) - goal.best) / 2) > 0
    assert goal_words(goal)[1].endswith("more are accepted")


def test_a_plan_moved_by_hand_that_grants_fewer_wishes_has_no_certificate_and_the_public_is_told_no_figure() -> None:
    problem, _, _, _ = wishing(1)
    asked = {"guarantee": {"strength": "off"}, "goals": ["wishes", "distance"]}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **asked))
    proofs = [
        proof_of(move(made, urn, p.number))
        for p in made.partnerships
        for other in made.partnerships
        if p is not other and len(other.members) > 2 and len(p.members) < 5
        for urn in other.members
    ]
    fewer = [proof for proof in proofs if proof.lack is Lack.WISHES]
    assert fewer
    for proof in fewer:
        assert "grants fewer wishes" in proof_words(proof)
        assert proof.for_public(proof.objective).lack is Lack.WITHHELD
    rows = [row.label for row in headline_of(made, check(made), None, officers=False)]
    assert not [label for label in rows if "wishes" in label.lower() and label.startswith("Goal")]


@pytest.mark.parametrize("goal", ["wishes", "worst distance"])
def test_whoever_asks_why_a_school_is_here_is_told_of_the_goal_that_a_move_would_miss(goal) -> None:
    problem, _, _, _ = wishing(1)
    asked = {"guarantee": {"strength": "off"}, "goals": [goal, "distance"]}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **asked))
    found = [one for p in made.partnerships for urn in p.members for one in why_here(made, urn, p.number)]
    told = [one for one in found if any(words.startswith(f"Goal {goal}") for words in one.forbidden_by)]
    assert told
    assert all(one.cost_m >= -1e-6 for one in found if not one.forbidden_by), "what no rule forbids is no better"


def test_a_stated_number_of_wishes_that_the_members_do_not_have_fails_a_check_for_officers() -> None:
    problem, _, _, _ = wishing(2)
    asked = {"guarantee": {"strength": "off"}, "goals": ["wishes", "distance"]}
    made = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, **asked))
    [result] = made.strands
    stated = replace(result, goals=(replace(result.goals[0], value=result.goals[0].value + 1), result.goals[1]))
    [broken] = check(replace(made, strands=(stated,))).broken
    assert (broken.code, broken.private) == ("goals", True)


def test_a_goal_that_cannot_be_proved_for_so_many_schools_is_refused_before_any_work() -> None:
    schools = {f"{i}": school(f"{i}", 100.0 * i, 0.0) for i in range(201)}
    asked = {"area": {"partnerships": 40, "size": [1, 10]}, "goals": ["wishes", "distance"]}
    with pytest.raises(UsageError, match=r"up to 200 schools.*this one has 201"):
        plan(small_problem(schools=schools), small_scenario(**asked))


def test_a_longer_mean_is_accepted_for_a_shorter_worst_journey() -> None:
    problem, _, _ = scattered(3)
    plain = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}))
    fair = plan(problem, small_scenario(area={"partnerships": 3, "size": [2, 5]}, goals=["worst distance", "distance"]))
    assert check(fair).scores.max_distance_m <= check(plain).scores.max_distance_m
    assert fair.objective >= plain.objective


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"goals": ["worst distance"]}, "the last goal is 'distance'"),
        ({"goals": ["distance"], "leaders": {"strength": "preferred"}}, "give 'leaders' its place"),
        ({"goals": ["worst distance", "guarantee", "distance"]}, "'guarantee' comes first"),
        ({"goals": ["distance", "distance"]}, "stands twice"),
        ({"goals": ["nearness", "distance"]}, "goals"),
    ],
)
def test_goals_that_make_no_order_are_refused(parameters, fault) -> None:
    with pytest.raises(BadDataError, match=fault):
        small_scenario(**parameters)


def test_the_guarantee_is_a_goal_that_is_kept_before_all_others() -> None:
    problem, _, _ = scattered(1)
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, goals=["guarantee", "distance"]))
    first = made.strands[-1].goals[0]
    assert (first.goal, first.value, first.proven, first.private) == (Goal.GUARANTEE, 0.0, True, True)
    assert math.isclose(made.strands[-1].goals[1].value, made.objective)


def test_a_goal_whose_rule_is_not_in_force_is_passed_over() -> None:
    problem, _, _ = scattered(1)
    off = {"guarantee": {"strength": "preferred"}, "goals": ["guarantee", "leaders", "worst distance", "distance"]}
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, **off))
    assert [goal.goal for goal in made.strands[-1].goals] == [Goal.WORST_DISTANCE, Goal.DISTANCE]


def test_a_school_moved_beyond_what_the_goal_allows_leaves_no_certificate() -> None:
    problem, _, _ = scattered(3)
    goals = {"goals": ["worst distance", "distance"], "area": {"partnerships": 2, "size": [2, 6]}}
    made = plan(problem, small_scenario(**goals))
    assert "better in the order of its goals: worst distance, distance" in proof_words(proof_of(made))
    moves = [
        move(made, urn, p.number)
        for p in made.partnerships
        for other in made.partnerships
        if p is not other
        for urn in other.members
        if len(other.members) > 2
    ]
    within = made.strands[-1].certificate.within_m
    far = [m for m in moves if check(m).scores.max_distance_m > within + 1e-6 and check(m).ok]
    near = [m for m in moves if check(m).scores.max_distance_m <= within and check(m).ok]
    assert far
    assert all(proof_of(m).lack is Lack.FARTHER and "has somebody farther" in proof_words(proof_of(m)) for m in far)
    assert all(proof_of(m).lack is None and "has nobody farther than" in proof_words(proof_of(m)) for m in near)


def test_a_plan_read_back_keeps_its_centres(tmp_path) -> None:
    problem, _, _ = scattered(3)
    scenario = small_scenario(area={"partnerships": 2, "size": [2, 6]}, goals=["worst distance", "distance"])
    made = plan(problem, scenario)
    again = read_plan(write_csv(view_of(made, scenario="far"), tmp_path / "plan.csv"), problem, scenario)
    assert check(again).ok, [c.message for c in check(again).broken]


def test_each_goal_has_a_line_and_what_is_private_of_them_is_for_officers() -> None:
    problem, _, _ = scattered(1)
    order = ["guarantee", "worst distance", "distance"]
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, goals=order))
    rows = headline_of(made, check(made), None)
    told = {row.label: (row.plan, row.note) for row in rows if row.label.startswith("Goal")}
    worst = check(made).scores.max_distance_m
    assert told["Goal 2: worst distance"] == (f"{worst:,.0f} m", "proven least")
    assert told["Goal 1: guarantee"] == ("0 schools", "proven least")
    public = [row.label for row in headline_of(made, check(made), None, officers=False)]
    assert [label for label in public if label.startswith("Goal")] == ["Goal 2: worst distance"]


@pytest.mark.parametrize(
    ("value", "best", "bound", "slack", "words"),
    [
        (1955.0, 1889.0, 1889.0, 100.0, "the least possible is 1,889 m; up to 100 m more is accepted"),
        (1955.0, 1889.0, 1800.0, 0.0, "the least possible is between 1,800 m and 1,889 m"),
        (1889.2, 1889.0, 1889.0, 0.0, "proven least"),
    ],
)
def test_what_is_proved_of_a_goal_is_told_in_words(value, best, bound, slack, words) -> None:
    goal = GoalReached(goal="worst distance", unit="m", value=value, best=best, bound=bound, slack=slack)
    assert goal_words(goal) == (f"{value:,.0f} m", words)


def test_a_stated_goal_that_the_members_do_not_have_fails_the_check() -> None:
    problem, _, _ = scattered(1)
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, goals=["worst distance", "distance"]))
    [result] = made.strands
    worst, distance = result.goals

    def failing(**changes):
        stated = replace(result, goals=(replace(worst, **changes), distance))
        return {one.code for one in check(replace(made, strands=(stated,))).broken}

    assert failing() == set()
    assert failing(value=worst.value - 1) == {"goals"}
    assert failing(best=worst.best - 1, bound=worst.bound - 1) == {"goals"}


def test_a_plan_kept_as_json_is_the_same_plan_again_with_what_it_reached_of_its_goals() -> None:
    problem, _, _ = scattered(1)
    led = {"guarantee": {"strength": "preferred"}, "leaders": {"strength": "preferred"}, "goals": list(ORDERS[0])}
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, **led))
    again = from_plain(json.loads(json.dumps(to_plain(made))), problem, made.scenario)
    assert (again.partnerships, again.strands, again.digest) == (made.partnerships, made.strands, made.digest)
    assert again.strands[-1].goals
    assert check(again).ok == check(made).ok


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_wherever_a_school_is_moved_against_a_goal_the_check_agrees_with_the_centre(seed) -> None:
    problem, _, _ = scattered(seed)
    made = plan(problem, small_scenario(area={"partnerships": 2, "size": [2, 6]}, goals=["worst distance", "distance"]))
    homes = {urn: p.number for p in made.partnerships for urn in p.members}
    for urn, home in homes.items():
        for number in sorted(set(homes.values()) - {home}):
            broken = {one.code for one in check(move(made, urn, number)).broken}
            assert "centres" not in broken, (urn, number)
