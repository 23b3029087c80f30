"""From a scenario's words to the rules of a strand: over which schools, at what price, in what words."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Size,
    Violation,
)
from geo_partnerships.planning.rules import broken_rules, keyed_rules, strand_rules
from geo_partnerships.planning.words import school_names
from geo_partnerships.scenarios.read import scenario_from
from tests.small import school, small_problem

HERE = (
    school("10", 0, 0, pupils=100, designations=("LLE",)),
    school("11", 0, 0, pupils=None, phase="special"),
    school("12", 0, 0, pupils=300),
)
ELSEWHERE = school("20", 0, 0)
PROBLEM = small_problem(schools={s.urn: s for s in (*HERE, ELSEWHERE)})
ANY = ("area.partnerships", Count(1, 3, name="1 to 3 partnerships"))


def rules(scenario, name="area", owed=None):
    """The rules beside the number of partnerships, which stands first."""
    table = {"area": {"partnerships": [1, 3], "size": [1, 3]}, **scenario}
    first, size, *found = keyed_rules(name, PROBLEM, scenario_from(table), HERE, owed or {})
    assert first[0].endswith(".partnerships")
    assert size[0].endswith(".size")
    return found


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ({"partnerships": 1}, [Count(1, 1, name="1 partnership")]),
        (
            {"partnerships": 2},
            [Count(2, 2, name="2 partnerships"), Size(2, 3, name="two or more schools in a partnership")],
        ),
        (
            {"partnerships": [1, 2]},
            [Count(1, 2, name="1 to 2 partnerships"), Size(2, 3, name="two or more schools in a partnership")],
        ),
        ({"partnerships": 1, "size": [2, 3]}, [Count(1, 1, name="1 partnership"), Size(2, 3, name="sizes 2 to 3")]),
        (
            {"partnerships": [2, 3], "size": [50, 400], "size_by": "pupils"},
            [
                Count(2, 3, name="2 to 3 partnerships"),
                Size(50, 400, weights=(100.0, 0.0, 300.0), name="sizes 50 to 400 pupils"),
            ],
        ),
    ],
)
def test_numbers_and_sizes(area, expected) -> None:
    assert list(strand_rules("area", PROBLEM, scenario_from({"area": area}), HERE, {})) == expected


def test_a_partnership_is_two_or_more_even_where_there_is_one_school() -> None:
    area = scenario_from({"area": {"partnerships": [1, 2]}})
    assert strand_rules("area", PROBLEM, area, HERE[:1], {})[1] == Size(
        2, 2, name="two or more schools in a partnership"
    )


def test_a_strand_has_its_own_numbers_under_its_own_key() -> None:
    scenario = scenario_from({"area": {"partnerships": 9}, "strands": {"x": {"partnerships": 2, "size": 1}}})
    assert keyed_rules("x", PROBLEM, scenario, HERE, {}) == [
        ("strands.x.partnerships", Count(2, 2, name="2 partnerships")),
        ("strands.x.size", Size(1, 1, name="sizes 1 to 1")),
    ]
    assert keyed_rules("area", PROBLEM, scenario, HERE, {})[0] == (
        "area.partnerships",
        Count(9, 9, name="9 partnerships"),
    )


def test_links_hold_among_the_schools_of_the_strand() -> None:
    found = rules(
        {
            "must_link": [
                {"schools": ["12", "10"]},
                {"schools": ["10", "20"]},  # one alone is here
                {"schools": ["11", "20", "10"], "strength": "preferred", "weight": 7},
                {"schools": ["10", "12"], "strength": "off"},
            ],
            "cannot_link": [{"schools": ["10", "11", "12"], "weight": 9}],
        }
    )
    assert found == [
        ("must_link.1", MustLink((0, 2), name="together: School 12, School 10")),
        ("must_link.3", MustLink((0, 1), name="together: School 11, School 20, School 10", binding=False, weight=7)),
        ("cannot_link.1", CannotLink((0, 1, 2), name="apart: School 10, School 11, School 12")),
    ]


def test_pins_of_a_label_are_one_and_a_closed_one_keeps_others_out() -> None:
    found = rules(
        {
            "pinned": [
                {"schools": ["11"], "partnership": "a"},
                {"schools": ["20"], "partnership": "far", "closed": True},
                {"schools": ["10"], "partnership": "a", "closed": True},
                {"schools": ["20", "12"], "partnership": "both", "closed": True},
            ]
        }
    )
    assert found == [
        ("pinned.1", Pinned((0, 1), "a", name="pinned to 'a'")),
        ("pinned.1.closed", CannotLink((0, 2), name="nobody else joins 'a'")),
        ("pinned.4", Pinned((2,), "both", name="pinned to 'both'")),  # closed where its other school is as well
    ]


def test_a_label_that_is_open_keeps_nobody_out() -> None:
    found = rules({"pinned": [{"schools": ["10", "11"], "partnership": "a"}]})
    assert found == [("pinned.1", Pinned((0, 1), "a", name="pinned to 'a'"))]


@pytest.mark.parametrize(("strength", "binding", "weight"), [("binding", True, 0.0), ("preferred", False, 7.0)])
def test_a_strand_owes_what_it_is_given_and_does_not_say_whom_a_school_named(strength, binding, weight) -> None:
    owed = {"12": ("20", "11", "10"), "10": ("12",)}
    assert rules({"guarantee": {"strength": strength, "weight": 7}}, owed=owed) == [
        ("guarantee.10", Guarantee(0, (2,), name="guarantee: School 10", binding=binding, weight=weight)),
        ("guarantee.12", Guarantee(2, (0, 1), name="guarantee: School 12", binding=binding, weight=weight)),
    ]


@pytest.mark.parametrize(("strength", "binding"), [("binding", True), ("preferred", False)])
def test_leaders_are_those_designated(strength, binding) -> None:
    expected = Leaders((0,), name="a system leader in every partnership", binding=binding)
    assert rules({"leaders": {"strength": strength}}) == [("leaders", expected)]


def test_a_balance_is_over_a_phase_and_schools_named() -> None:
    group = {"phases": ["special"], "schools": ["12", "20"]}
    found = rules(
        {
            "balance": [
                {"name": "no", "phases": ["primary"], "most": 0, "strength": "off"},
                {"name": "x", "least": 1, "most": 2, **group},
                {"name": "y", "least": 1, "strength": "preferred", "weight": 7, **group},
            ]
        }
    )
    assert found == [
        ("balance.2", Balance((1, 2), minimum=1, maximum=2, name="x: 1 to 2 in each partnership")),
        (
            "balance.3",
            Balance((1, 2), minimum=1, name="y: 1 or more in each partnership", binding=False, weight=7),
        ),
    ]


def test_leaders_and_balances_are_for_the_area_alone() -> None:
    every = {
        "leaders": {"strength": "binding"},
        "balance": [{"name": "x", "schools": ["10"], "most": 1}],
        "strands": {"x": {"size": 3}},
    }
    assert rules(every, "x") == []
    assert [key for key, _ in rules(every)] == ["leaders", "balance.1"]


def test_rules_of_different_parameters_with_the_same_words_are_told_apart() -> None:
    twice = {"schools": ["10", "11"]}
    found = rules({"must_link": [twice, twice], "pinned": [{"schools": ["10"], "partnership": "a", "closed": True}]})
    assert [rule.words for _, rule in found] == [
        "together: School 10, School 11",
        "together: School 10, School 11 (must_link.2)",
        "pinned to 'a'",
        "nobody else joins 'a'",
        "nobody else joins 'a'",
    ]


def test_only_a_few_names_are_told() -> None:
    problem = small_problem(schools={str(n): dataclasses.replace(HERE[0], urn=str(n), name=f"S{n}") for n in range(9)})
    assert school_names(["1", "2", "3", "4"], problem) == "S1, S2, S3, S4"
    assert school_names(["1", "2", "3", "4", "5", "99"], problem) == "S1, S2, S3, S4 and 2 more"
    assert school_names(["99"], problem) == "99"


@pytest.mark.parametrize("private", [(True, False), (False, True), (False, False)])
def test_what_is_broken_is_as_private_as_any_rule_of_the_same_words(private) -> None:
    asked = [Balance((0, 1), name="a mix", binding=False, private=one) for one in private]
    told = broken_rules([Violation("a mix", 1.0, 0.0)], asked)
    assert [rule.private for rule in told] == [any(private)]
