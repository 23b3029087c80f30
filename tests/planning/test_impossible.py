"""What partnerships taken as the letter has them rule out: seen at once, and nothing else is."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.checking import check
from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning import plan
from geo_partnerships.planning.rules.base import remedies, remedy
from tests.small import small_letter, small_problem, small_scenario, two_villages

W, E = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))
LETTER = small_letter(W, E)
GIVEN = {"members": {"letter": [1, 2]}, "as_given": True, "size": None}
APART, TOGETHER, ONE, OTHERS = (
    "has them apart",
    "has them together",
    "has one partnership of them",
    "has others with them",
)
LINKED = "together: School 10, School 20"


def link(*schools, **more):
    return {"schools": list(schools), **more}


def pin(label, *schools, **more):
    return {"schools": list(schools), "partnership": label, **more}


def group(*schools, **bounds):
    return {"name": "group", "schools": list(schools), **bounds}


def led(*urns):
    return {u: dataclasses.replace(s, designations=("LLE",)) if u in urns else s for u, s in two_villages().items()}


def planned(rules, schools=None):
    scenario = small_scenario(**{"area": GIVEN, **rules})
    return plan(small_problem(letter=LETTER, schools=schools), scenario)


REFUSED = {
    # what: (rules, the parameters that conflict, words)
    "the second link": ({"must_link": [link("10", "11"), link("10", "20")]}, {"must_link.2"}, APART),
    "every school": ({"must_link": [link(*W, *E)]}, {"must_link.1"}, APART),
    "the second pin": ({"pinned": [pin("a", "10"), pin("b", "11", "20")]}, {"pinned.2"}, APART),
    "a label of two pins": ({"pinned": [pin("a", "10"), pin("a", "20")]}, {"pinned.1"}, APART),
    "the second pair apart": ({"cannot_link": [link("10", "20"), link("10", "20", "21")]}, {"cannot_link.2"}, TOGETHER),
    "two labels, the first of all": ({"pinned": [pin("a", *W), pin("b", "10")]}, {"pinned.1", "pinned.2"}, ONE),
    "two labels, the first elsewhere": (
        {"pinned": [pin("a", "20"), pin("b", "10"), pin("c", "11")]}, {"pinned.2", "pinned.3"}, ONE,
    ),
    "three labels: two are enough": (
        {"pinned": [pin("a", "10"), pin("b", "11"), pin("c", "12")]}, {"pinned.1", "pinned.2"}, ONE,
    ),
    "closed, with others": ({"pinned": [pin("b", "10"), pin("a", *E[1:], closed=True)]}, {"pinned.2.closed"}, OTHERS),
    "one too many": ({"balance": [group("10", most=1), group("10", "11", most=1)]}, {"balance.2"}, "has one with 2"),
    "one too few": ({"balance": [group("20", "21", "10", least=2)]}, {"balance.1"}, "has one with 1"),
    "one too few, no most": ({"balance": [group("10", least=1)]}, {"balance.1"}, "has one with 0"),
    "a phase": ({"balance": [{"name": "group", "phases": ["primary"], "most": 5}]}, {"balance.1"}, "has one with 6"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_rule_that_the_letter_breaks_is_refused_with_it(case) -> None:
    rules, keys, words = REFUSED[case]
    with pytest.raises(NoPlanError) as caught:
        planned(rules)
    assert set(caught.value.keys) == {*keys, "area.as_given"}
    assert len(caught.value.rules) == len(caught.value.keys)
    assert f", but the letter {words}. Any one of these must give way: " in caught.value.sentence
    assert "the strand 'area' as the letter has it (area.as_given: plan it afresh)" in caught.value.sentence


KEPT = {
    "together in the letter": {"must_link": [link("10", "11")]},
    "all of one of the letter's": {"must_link": [link(*W)]},
    "together, preferred": {"must_link": [link("10", "20", strength="preferred")]},
    "apart in the letter": {"cannot_link": [link("10", "20")]},
    "apart, preferred": {"cannot_link": [link("10", "11", strength="preferred")]},
    "a label each": {"pinned": [pin("a", "10", "11"), pin("b", "20")]},
    "a label, others with it": {"pinned": [pin("a", "10", "11")]},
    "closed, and nobody else": {"pinned": [pin("a", *W, closed=True), pin("b", "20")]},
    "open, and nobody else": {"pinned": [pin("a", *W)]},
    "just as many as the least": {"balance": [group(*W, *E, least=6)]},
    "just as many as the most": {"balance": [group("10", "20", least=1, most=1)]},
    "too many, preferred": {"balance": [group("10", "11", most=1, strength="preferred")]},
    "of a phase or named": {"balance": [{"name": "g", "phases": ["special"], "schools": ["10", "20"], "least": 1}]},
    "a leader in each": {"leaders": {"strength": "binding"}},
}


@pytest.mark.parametrize("case", KEPT)
def test_a_rule_that_the_letter_keeps_is_no_conflict(case) -> None:
    made = planned(KEPT[case], led("10", "20"))
    assert sorted(p.members for p in made.partnerships) == [W, E]
    assert check(made).ok


@pytest.mark.parametrize("leaders", [(), ("10",), W])
def test_one_partnership_of_the_letter_without_a_leader_is_enough(leaders) -> None:
    with pytest.raises(NoPlanError, match="the letter has one without") as caught:
        planned({"leaders": {"strength": "binding"}}, led(*leaders))
    assert caught.value.keys == ("leaders", "area.as_given")
    assert planned({}, led(*leaders)).partnerships


def test_the_letters_own_strand_is_named() -> None:
    rules = {
        "strands": {"west": {"members": {"letter": [1]}, "as_given": True}},
        "area": {"members": {"schools": E}, "partnerships": 1},
        "balance": [group("10", "11", most=1)],
        "cannot_link": [link("10", "11")],
    }
    with pytest.raises(NoPlanError, match="the strand 'west' as the letter has it") as caught:
        planned(rules)
    assert caught.value.keys == ("cannot_link.1", "strands.west.as_given")
    assert check(planned({**rules, "cannot_link": []})).ok  # a balance is for the area alone


def test_a_whole_strand_may_be_tied_together_and_schools_of_two_may_not() -> None:
    area = {"members": {"schools": E}, "partnerships": 1, "size": [1, 9]}
    strands = {"west": {"members": {"schools": W}}}
    assert check(planned({"area": area, "strands": strands, "must_link": [link(*W), link(*E)]})).ok
    with pytest.raises(NoPlanError) as caught:
        planned({"area": area, "strands": strands, "must_link": [link("10", "20")]})
    assert caught.value.sentence == (
        f"No plan keeps the rules: {LINKED}, but the schools are in no strand together, or have no point. "
        f"This must give way: {LINKED} (must_link.1: make it preferred or leave it out)."
    )


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("area.partnerships", "give other bounds"),
        ("strands.x.size", "give other bounds"),
        ("area.as_given", "plan it afresh"),
        ("pinned.3.closed", "let others join"),
        ("pinned.3", "leave it out"),
        ("guarantee.100001", "--set guarantee.strength=preferred"),
        ("leaders", "--set leaders.strength=preferred"),
        ("must_link.2", "make it preferred or leave it out"),
        ("balance.1", "make it preferred or leave it out"),
    ],
)
def test_each_parameter_has_a_remedy(key, words) -> None:
    assert remedy(key) == words


def test_what_must_give_way_is_said_of_one_rule_of_several_and_of_none() -> None:
    assert remedies([], []) == ""
    assert remedies(["sizes"], ["area.size"]) == " This must give way: sizes (area.size: give other bounds)."
    assert remedies(["a", "b"], ["leaders", "pinned.1"]) == (
        " Any one of these must give way: a (leaders: --set leaders.strength=preferred); b (pinned.1: leave it out)."
    )
