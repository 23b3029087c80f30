"""A plan to stay near: each school that leaves the middle of its earlier partnership is paid for."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.checking.rules.stay import changes_in
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.intake import read_problem
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from tests.small import school, small_problem, small_scenario
from tests.village import urn, write_village


def earlier(*groups):
    return tuple(
        Alliance(number=n, title=f"Old {n}", members=tuple(ListedMember(text=u, schools=(u,)) for u in group))
        for n, group in enumerate(groups, start=1)
    )


OLD = earlier(("10", "11", "12", "13", "20"), ("14", "15", "21", "22", "23", "24", "25"))
"""The first has its middle at 11 or 12 in the west, so that 20 is far from it; the second at 21 to 23 in the east."""


def planned(weight=None, strength="preferred", groups=OLD, **more):
    stay = {"strength": strength} if weight is None else {"strength": strength, "weight": weight}
    return plan(small_problem(earlier=groups), small_scenario(stay=stay, **more))


def test_without_a_price_worth_it_schools_change_and_are_paid_for() -> None:
    made = planned(weight=100)
    assert made.objective == pytest.approx(1_800 + 3 * 100)
    assert [(b.amount, b.cost_m, b.private) for b in made.strands[0].broken] == [(3, 300, True)]
    report = check(made)
    assert report.ok
    assert "School 14 (14) leaves School 2" in next(c for c in report.checks if c.code == "stay").message
    assert proof_of(made, report).gap == 0


def test_at_a_high_price_or_binding_nobody_changes() -> None:
    for made in (planned(weight=9_000), planned(strength="binding")):
        assert {frozenset(p.members) for p in made.partnerships} == {frozenset(a.schools) for a in OLD}
        assert check(made).ok


@pytest.mark.parametrize("strength", ["off", "preferred"])
def test_no_more_schools_change_than_may_and_the_plan_is_the_best_of_those(strength) -> None:
    found = []
    for most in range(4):
        made = plan(small_problem(earlier=OLD), small_scenario(stay={"strength": strength, "weight": 0, "most": most}))
        report = check(made)
        assert report.ok, [c.message for c in report.broken]
        assert len(changes_in(made)) <= most
        assert proof_of(made, report).gap == 0
        found.append(round(made.objective))
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4  # each school that may change shortens the plan
    assert found[-1] == 1_800
    assert found == [round(least_with(most)) for most in range(4)]


def least_with(most: int) -> float:
    """Try every choice of members of the first partnership, each with its best centres."""
    at = {s.urn: s.easting for s in small_problem().schools.values()}
    urns = sorted(at)
    best = float("inf")
    for size in range(4, 9):
        for one in itertools.combinations(urns, size):
            groups = [set(one), set(urns) - set(one)]
            changed = 0
            for old in OLD:
                total = {m: round(sum(abs(at[m] - at[o]) for o in old.schools), 3) for m in sorted(old.schools)}
                middle = min(total, key=lambda urn: (total[urn], urn))
                home = next(group for group in groups if middle in group)
                changed += sum(urn not in home for urn in old.schools)
            if changed <= most:
                best = min(best, sum(min(sum(abs(at[a] - at[m]) for a in g) for m in g) for g in groups))
    return best


def test_a_number_of_changes_that_no_plan_keeps_is_told_with_the_least_that_one_does() -> None:
    with pytest.raises(NoPlanError, match="at most 0 schools that change, but 1 school has to change at least") as told:
        plan(small_problem(earlier=OLD), small_scenario(stay={"most": 0}, area={"size": [6, 6]}))
    assert told.value.keys == ("stay.most",)
    made = plan(small_problem(earlier=OLD), small_scenario(stay={"most": 1}, area={"size": [6, 6]}))
    assert len(changes_in(made)) == 1


def test_a_move_by_hand_beyond_the_number_of_changes_is_found_by_the_check() -> None:
    made = plan(small_problem(earlier=OLD), small_scenario(stay={"most": 0}))
    home = next(p.number for p in made.partnerships if "20" in p.members)
    [broken] = check(move(made, "20", 3 - home)).broken
    assert (broken.code, broken.message) == ("stay-most", "1 school changes; at most 0 may.")


def test_changes_are_limited_for_as_many_schools_as_it_can_be_proved_for() -> None:
    schools = {f"{i}": school(f"{i}", 100.0 * i, 0.0) for i in range(201)}
    asked = small_scenario(area={"partnerships": 40, "size": [1, 10]}, stay={"most": 3})
    with pytest.raises(UsageError, match="up to 200 schools"):
        plan(small_problem(schools=schools, earlier=earlier(("1", "2", "3"))), asked)


def test_a_partnership_that_only_changes_its_name_changes_nobody() -> None:
    made = planned(weight=100, groups=earlier([f"2{i}" for i in range(6)], [f"1{i}" for i in range(6)], ["999"]))
    assert made.objective == pytest.approx(1_800)
    assert not made.strands[0].broken


def test_a_school_that_is_exempt_may_change() -> None:
    waivers = [{"schools": ["20"], "rule": "stay", "reason": "asked to"}]
    assert planned(weight=100, waivers=waivers).objective == pytest.approx(1_800 + 2 * 100)


def test_a_move_away_from_the_middle_breaks_a_binding_rule() -> None:
    made = planned(strength="binding")
    home = next(p.number for p in made.partnerships if "20" in p.members)
    assert [c.code for c in check(move(made, "20", 3 - home)).broken] == ["stay"]


def test_the_earlier_plan_is_read_from_a_table_of_schools_and_partnerships(tmp_path) -> None:
    folder = write_village(tmp_path / "data")
    file = tmp_path / "plan.csv"
    rows = [f"{urn(place, n)},x,{place + 1},area,member,1.5" for place in range(3) for n in range(6)]
    file.write_text(
        "urn,name,partnership,strand,role,distance_to_centre_m\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    found = read_problem(folder, plan=file).earlier
    assert [len(one.schools) for one in found] == [6, 6, 6]
    file.write_text(file.read_text(encoding="utf-8") + f"{urn(2, 0)},x,,,,\n", encoding="utf-8")  # a school in none
    assert read_problem(folder, plan=file).earlier == found


@given(
    points=st.lists(st.integers(0, 40).map(lambda x: 100.0 * x), min_size=6, max_size=8, unique=True),
    old=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    weight=st.sampled_from([30.0, 400.0, 2_000.0]),
)
@settings(max_examples=15, deadline=None)
def test_the_best_plan_is_that_of_trying_all(points, old, weight) -> None:
    schools = {str(i): school(str(i), x, 0.0) for i, x in enumerate(points)}
    groups = [[str(i) for i in range(len(points)) if old[i] == g] for g in range(3)]
    scenario = small_scenario(area={"size": [2, 6]}, stay={"strength": "preferred", "weight": weight})
    made = plan(small_problem(schools=schools, earlier=earlier(*filter(None, groups))), scenario)
    middles = {}
    for group in groups:
        places = [int(u) for u in group]
        middle = min(places, key=lambda b: (sum(abs(points[a] - points[b]) for a in places), str(b)), default=None)
        middles |= dict.fromkeys(places, middle)
    expected = float("inf")
    for chosen in itertools.product((0, 1), repeat=len(points)):
        halves = [[i for i, g in enumerate(chosen) if g == one] for one in (0, 1)]
        if all(2 <= len(half) <= 6 for half in halves):
            distance = sum(min(sum(abs(points[a] - points[b]) for a in half) for b in half) for half in halves)
            changes = sum(chosen[a] != chosen[middle] for a, middle in middles.items())
            expected = min(expected, distance + changes * weight)
    assert made.objective == pytest.approx(expected)
    assert check(made).ok
    assert proof_of(made).lower_bound <= expected + 1e-6
