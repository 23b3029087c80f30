"""Each rule of a scenario is measured on the finished plan, at its very bounds, and told in words."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.checking import check
from geo_partnerships.checking.rules import numbers
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from tests.small import school, small_letter, small_problem, small_scenario, two_villages

W, E = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))


@pytest.fixture(scope="module")
def good():
    return plan(small_problem(), small_scenario())


def under(made, *groups, schools=None, answers=(), **parameters):
    """The plan with these groups, these schools and this scenario in the place of its own."""
    problem = small_problem(*answers, schools=schools) if schools or answers else made.problem
    partnerships = made.partnerships
    if groups:
        first = made.partnerships[0]
        partnerships = tuple(
            dataclasses.replace(first, number=number, members=tuple(members), centre=members[0])
            for number, members in enumerate(groups, start=1)
        )
    return dataclasses.replace(made, problem=problem, scenario=small_scenario(**parameters), partnerships=partnerships)


def verdict(made, code):
    """Holds or not, and in which words, without the full stop; None where nothing is checked."""
    found = [(c.holds, c.message.rstrip(".")) for c in check(made).checks if c.code == code]
    return found[0] if found else None


def test_sizes_are_counted_in_members_and_hold_at_their_bounds(good) -> None:
    assert verdict(under(good, W, E, area={"size": [6, 6]}), "size-area") == (True, "6 to 6 members")
    assert verdict(under(good, W, E[:5], area={"size": [5, 6]}), "size-area") == (True, "5 to 6 members")
    holds, words = verdict(under(good, W, E[:5], area={"size": [6, 6]}), "size-area")
    assert (holds, words) == (False, "partnership 2 has 5 members, not 6 to 6")


def test_sizes_may_be_counted_in_pupils_and_who_has_none_counts_nothing(good) -> None:
    schools = {urn: dataclasses.replace(s, pupils=None if urn == "10" else 100) for urn, s in two_villages().items()}
    area = {"size": [500, 600], "size_by": "pupils"}
    assert verdict(under(good, W, E, schools=schools, area=area), "size-area") == (True, "500 to 600 pupils")
    holds, words = verdict(under(good, W, E, schools=schools, area=area | {"size": [501, 600]}), "size-area")
    assert (holds, words) == (False, "partnership 1 has 500 pupils, not 501 to 600")


@pytest.mark.parametrize(
    ("number", "alone", "expected"),
    [([1, 3], 2, True), ([1, 3], 1, False), ([1, 1], 1, None), ([2, 2], 2, True)],
)
def test_without_a_size_two_schools_make_a_partnership_and_one_makes_none(good, number, alone, expected) -> None:
    """A strand of one partnership takes whoever is there, if it is a single school."""
    made = under(good, W, E[:alone], area={"partnerships": number, "size": None})
    found = verdict(made, "size-area")
    assert (found and found[0]) == expected
    if expected is False:
        assert found[1] == "partnership 2 has one school"


def test_a_strand_taken_as_given_is_not_asked_for_numbers_and_sizes() -> None:
    letter = small_letter(W, E[:5], E[5:])
    made = plan(
        small_problem(letter=letter),
        small_scenario(area={"as_given": True, "members": {"letter": [1, 2, 3]}, "size": None}),
    )
    codes = {c.code for c in check(made).checks}
    assert not codes & {"number-area", "size-area"}
    bounded = under(made, area={"as_given": True, "members": {"letter": [1, 2, 3]}, "size": [4, 8]})
    (size,) = [c for c in check(bounded).checks if c.code == "size-area"]
    assert (size.holds, size.binding) == (False, False)


def test_links_are_measured_both_ways_and_told_in_their_own_words(good) -> None:
    pair = {"schools": ["10", "11"]}
    together, apart = {"must_link": [pair]}, {"cannot_link": [pair]}
    both, parted = [("10", "11"), ("12", *E)], [("10", "12"), ("11", *E)]
    names = "School 10 (10), School 11 (11)"
    for groups, rules, code, holds, words in (
        (both, together, "must-link-1", True, "They are together"),
        (parted, together, "must-link-1", False, "School 11 (11) is apart from the others"),
        (parted, apart, "cannot-link-1", True, "They are apart"),
        (both, apart, "cannot-link-1", False, "School 10 (10) and School 11 (11) are together"),
    ):
        made = under(good, *groups, **rules)
        assert verdict(made, code) == (holds, words)
        (found,) = [c for c in check(made).checks if c.code == code]
        assert found.name == f"{'Together' if rules is together else 'Apart'}: {names}"


def test_a_rule_that_is_off_is_not_checked(good) -> None:
    pair = {"schools": ["10", "20"], "strength": "off"}
    rule = {"name": "five", "schools": ["10"], "least": 1, "strength": "off"}
    made = under(good, must_link=[pair], cannot_link=[pair], balance=[rule])
    assert not {c.code for c in check(made).checks} & {"must-link-1", "cannot-link-1", "balance-1"}


def test_pinned_schools_share_a_partnership_and_labels_do_not(good) -> None:
    def pins(*labels):
        return {"pinned": [{"schools": list(schools), "partnership": label} for label, schools in labels]}

    assert verdict(good, "pinned") is None
    fine = under(good, W, E, **pins(("a", ["10", "11"]), ("b", ["20"])))
    assert verdict(fine, "pinned") == (True, "All are where they are pinned")
    parted = under(good, W, E, **pins(("a", ["10", "20"])))
    assert verdict(parted, "pinned") == (False, "the schools pinned to 'a' share no partnership")
    shared = under(good, W, E, **pins(("a", ["10"]), ("b", ["11"]), ("c", ["20"])))
    holds, words = verdict(shared, "pinned")
    assert not holds
    assert words == ("'a' shares partnership 1 with another pinned label; "
                     "'b' shares partnership 1 with another pinned label")  # fmt: skip


def test_a_school_in_two_partnerships_may_meet_a_pin_in_either(good) -> None:
    """It is in partnerships 1 and 2, and so is known to share neither with the other label for certain."""
    pinned = [{"schools": ["10"], "partnership": "a"}, {"schools": ["20"], "partnership": "b"}]
    made = under(good, W, (*E, "10"), pinned=pinned)
    assert verdict(made, "pinned")[0]


@pytest.mark.parametrize(
    ("least", "most", "holds"),
    [(2, 4, True), (3, 4, False), (2, 3, False), (0, 4, True), (2, None, True), (3, None, False)],
)
def test_a_balance_holds_at_its_bounds(good, least, most, holds) -> None:
    """Two of the group are in the first partnership and four in the second."""
    rule = {"name": "six", "schools": [*W[:2], *E[:4]], "least": least, "most": most}
    found = verdict(under(good, W, E, balance=[rule]), "balance-1")
    assert found[0] == holds
    assert holds == (found[1] == "2 to 4 in each partnership")


def test_a_balance_over_no_partnership_counts_none(good) -> None:
    other = tuple(dataclasses.replace(p, strand="other") for p in good.partnerships)
    made = under(good, balance=[{"name": "x", "schools": ["10"], "most": 1}])
    found = verdict(dataclasses.replace(made, partnerships=other), "balance-1")
    assert found == (True, "0 to 0 in each partnership")


def test_partnerships_within_authorities_are_checked_where_that_is_asked() -> None:
    schools = {**two_villages(), "20": school("20", 5_000, 0, borough="Bigton")}
    given = {"strands": {"x": {"members": {"letter": [1]}, "as_given": True}}}
    letter = small_letter(("10", "20"), W, E)
    made = plan(small_problem(schools=schools, letter=letter), small_scenario(**given))
    assert verdict(made, "authorities") is None
    asked = dataclasses.replace(made, scenario=small_scenario(within_authorities=True, **given))
    holds, words = verdict(asked, "authorities")
    assert not holds
    assert words == "partnership 3 has schools of Bigton, Smallton"  # the one of the letter, 1, may cross
    own = {urn: dataclasses.replace(s, borough="Bigton" if urn in E else "Smallton") for urn, s in schools.items()}
    within = dataclasses.replace(asked, problem=small_problem(schools=own, letter=letter))
    assert verdict(within, "authorities") == (True, "No partnership crosses a border")


@pytest.mark.parametrize("strength", ["binding", "preferred", "off"])
def test_the_guarantee_counts_who_has_a_named_school_beside_it(good, strength) -> None:
    answers = (Response(responder="10", wanted=("11",)), Response(responder="20", wanted=("12",)))
    made = under(good, W, E, answers=answers, guarantee={"strength": strength})
    found = verdict(made, "guarantee")
    if strength == "off":
        assert found is None
    else:
        assert found == (False, "1 of 2 covered schools has a school it named beside it")


@pytest.mark.parametrize("by", ["schools", "pupils"])
@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (5, 6, None),
        (5, 5, "partnership 1 has 6 {by}, not 5 to 5"),
        (4, 5, "partnership 1 has 6 {by}, not 4 to 5"),
        (6, 6, "partnership 2 has 5 {by}, not 6 to 6"),
        (6, 7, "partnership 2 has 5 {by}, not 6 to 7"),
    ],
)
def test_one_school_or_pupil_beyond_either_limit_of_size_is_too_many_or_too_few(good, by, low, high, told) -> None:
    schools = {urn: dataclasses.replace(one, pupils=1) for urn, one in two_villages().items()}
    made = under(good, W, E[:5], schools=schools, area={"size": [low, high], "size_by": by})
    words = {"schools": "members", "pupils": "pupils"}[by]
    expected = (True, f"5 to 6 {words}") if told is None else (False, told.format(by=words))
    assert verdict(made, "size-area") == expected


@pytest.mark.parametrize(("least", "most", "holds"), [(2, 2, True), (1, 1, False), (3, 3, False), (1, 2, True)])
def test_one_partnership_beyond_either_limit_of_number_is_too_many_or_too_few(good, least, most, holds) -> None:
    words = "2 partnerships" if holds else f"there are 2, not {least} to {most}"
    assert verdict(under(good, W, E, area={"partnerships": [least, most]}), "number-area") == (holds, words)


EVERY_RULE = {
    "must_link": [{"schools": ["10", "11"]}, {"schools": ["10", "12"], "strength": "preferred", "weight": 5}],
    "cannot_link": [{"schools": ["10", "20"]}, {"schools": ["11", "20"], "strength": "preferred", "weight": 5}],
    "pinned": [{"schools": ["10"], "partnership": "a"}],
    "balance": [
        {"name": "named", "schools": ["10", "11"], "most": 2},
        {"name": "primary", "phases": ["primary"], "most": 6, "strength": "preferred", "weight": 5},
    ],
    "leaders": {"strength": "binding"},
    "within_authorities": True,
    "strands": {"old": {"as_given": True, "members": {"letter": [1]}}},
}
PRIVATE_AND_PREFERRED = {
    "members": "", "partition": "", "as-given": "", "names": "", "centres": "", "distances": "", "objective": "",
    "inputs": "", "number-area": "", "size-area": "", "must-link-1": "private", "must-link-2": "private preferred",
    "cannot-link-1": "private", "cannot-link-2": "private preferred", "pinned": "private", "balance-1": "private",
    "balance-2": "preferred", "guarantee": "private", "leaders": "", "authorities": "", "coverage": "preferred",
}  # fmt: skip


def test_the_public_is_told_of_every_check_but_those_of_answers_and_of_rules_for_single_schools() -> None:
    """What a plan says of itself and what public rules ask is public, held or not."""
    problem = small_problem(Response(responder="10", wanted=("11",)), letter=small_letter(("14", "15")))
    made = plan(problem, small_scenario(strands=EVERY_RULE["strands"], area={"partnerships": 2, "size": [4, 8]}))
    made = dataclasses.replace(made, scenario=small_scenario(**EVERY_RULE))
    found = {
        c.code: " ".join(w for w, said in (("private", c.private), ("preferred", not c.binding)) if said)
        for c in check(made).checks
    }
    assert found == PRIVATE_AND_PREFERRED
    wrong = dataclasses.replace(made.strands[0], objective=1.0)
    told = {c.code: c for c in check(dataclasses.replace(made, strands=(wrong, *made.strands[1:]))).checks}
    assert (told["objective"].holds, told["objective"].private) == (False, True)  # its sums hold private prices
    loose = under(made, area={"partnerships": [1, 3], "size": None})
    assert {c.code: c.private for c in check(loose).checks}["size-area"] is False


def test_the_schools_that_a_strand_lists_are_told_by_their_place() -> None:
    scenario = small_scenario(
        strands={"pair": {"members": {"schools": ["20", "21"]}}}, area={"members": {"without": ["10"]}}
    )
    found = dict(numbers.ROW.schools(scenario))
    assert found["strands.pair.members.schools"] == ("20", "21")
    assert found["area.members.without"] == ("10",)
    assert numbers.ROW.remedy("area.as_given") == "plan it afresh"
    assert numbers.ROW.remedy("area.size") == "give other bounds"
