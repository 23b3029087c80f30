"""What a plan is, on two villages of six schools 5 km apart."""

import dataclasses
import re

import numpy as np
import pytest

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.model import Places, Response
from geo_partnerships.planning import plan_of_draft
from geo_partnerships.plans import Role
from geo_partnerships.scenarios.read import read_origins, read_scenario
from geo_partnerships.vocabulary import PartnershipType
from tests.small import school, small_letter, small_problem, small_scenario, two_villages

WEST = tuple(f"1{i}" for i in range(6))
EAST = tuple(f"2{i}" for i in range(6))


def groups(made):
    return sorted(p.members for p in made.partnerships)


def test_each_village_becomes_a_partnership_and_that_is_proven_best() -> None:
    made = plan(small_problem(), small_scenario())
    assert groups(made) == [WEST, EAST]
    assert made.gap == 0
    assert made.objective == made.lower_bound == pytest.approx(2 * 900)  # 200+100+0+100+200+300 m, twice


def test_partnerships_are_numbered_named_loose_drafts_with_a_centre_among_their_members() -> None:
    made = plan(small_problem(), small_scenario())
    assert [p.number for p in made.partnerships] == [1, 2]
    assert {p.name for p in made.partnerships} == {"N1 Area", "N2 Area"}
    assert all(p.type is PartnershipType.LOOSE and p.status == "draft" for p in made.partnerships)
    assert all(p.centre in p.members for p in made.partnerships)


def test_distances_are_metres_to_the_centre_school() -> None:
    made = plan(small_problem(), small_scenario())
    found = {m.school: m.distance_to_centre_m for m in made.memberships}
    centres = [m for m in made.memberships if m.role is Role.CENTRE]
    assert [m.distance_to_centre_m for m in centres] == [0, 0]
    assert found["15"] in {200.0, 300.0}


def test_the_district_penalty_is_less_between_neighbours() -> None:
    schools = {
        s.urn: s for s in (school("1", 0, 0), school("2", 10, 0, district="N2"), school("3", 20, 0, district="N9"))
    }
    made = plan(
        small_problem(schools=schools),
        small_scenario(area={"partnerships": 1, "size": [1, 3]}, district_penalty=100, neighbour_share=0.5),
    )
    assert made.objective == pytest.approx(10 + 50 + 10 + 100)  # around 2: N1 is its neighbour, N9 is not


def test_a_binding_guarantee_moves_a_school_to_one_it_named() -> None:
    made = plan(small_problem(Response(responder="10", wanted=("25",))), small_scenario())
    home = next(p for p in made.partnerships if "10" in p.members)
    assert "25" in home.members
    assert check(made).ok


def test_a_preferred_guarantee_is_broken_where_that_is_cheaper_and_its_price_is_told() -> None:
    problem = small_problem(Response(responder="10", wanted=("25",)))
    made = plan(problem, small_scenario(guarantee={"strength": "preferred", "weight": 50}))
    assert groups(made) == [WEST, EAST]
    [broken] = made.strands[0].broken
    assert broken.cost_m == 50
    assert made.objective == pytest.approx(1_850)


def test_links_and_pins_hold() -> None:
    made = plan(
        small_problem(),
        small_scenario(
            must_link=[{"schools": ["15", "20"]}],
            cannot_link=[{"schools": ["10", "11"]}],
            pinned=[{"schools": ["12"], "partnership": "a"}, {"schools": ["13"], "partnership": "b"}],
        ),
    )
    assert check(made).ok
    home = {urn: p.number for p in made.partnerships for urn in p.members}
    assert home["15"] == home["20"]
    assert home["10"] != home["11"]
    assert home["12"] != home["13"]


@pytest.mark.parametrize(("weight", "together"), [(4_000, False), (6_000, True)])
def test_a_preferred_link_holds_where_that_is_cheap_and_breaks_at_its_price(weight, together) -> None:
    link = {"schools": ["15", "20"], "strength": "preferred", "weight": weight}
    made = plan(small_problem(), small_scenario(must_link=[link]))
    home = {urn: p.number for p in made.partnerships for urn in p.members}
    assert (home["15"] == home["20"]) == together
    assert [rule.cost_m for rule in made.strands[0].broken] == ([] if together else [weight])
    assert check(made).ok


def test_a_strand_is_clustered_on_its_own_and_a_school_may_be_in_two() -> None:
    made = plan(
        small_problem(),
        small_scenario(strands={"pair": {"members": {"schools": ["10", "25"]}, "name": "Pair"}}),
    )
    assert made.partnerships[0].name == "Pair"
    assert made.partnerships[0].members == ("10", "25")
    assert sum(m.school == "10" for m in made.memberships) == 2


def test_impossible_sizes_say_the_sum() -> None:
    with pytest.raises(NoPlanError) as caught:
        plan(small_problem(), small_scenario(area={"size": [7, 9]}))
    assert "2 × 7 = 14" in caught.value.sentence
    assert "12" in caught.value.sentence
    assert caught.value.proved


def test_a_guarantee_that_the_strands_rule_out_is_named_without_saying_whom_it_named() -> None:
    problem = small_problem(Response(responder="10", wanted=("25",)))
    scenario = small_scenario(
        area={"members": {"schools": list(EAST)}, "partnerships": 1, "size": None},
        strands={"west": {"members": {"schools": list(WEST)}}},
    )
    with pytest.raises(NoPlanError) as caught:
        plan(problem, scenario)
    assert "School 10" in caught.value.sentence
    assert "School 25" not in caught.value.sentence


def test_a_second_membership_meets_a_guarantee_that_its_own_strand_cannot() -> None:
    problem = small_problem(Response(responder="10", wanted=("25",)))
    scenario = small_scenario(
        area={"members": {"schools": list(EAST)}, "partnerships": 1, "size": [2, 8]},
        strands={"west": {"members": {"schools": list(WEST)}}},
        guarantee={"second_membership": True},
    )
    made = plan(problem, scenario)
    assert sum(m.school == "10" for m in made.memberships) == 2
    assert check(made).ok


def test_a_school_named_in_another_strand_joins_the_area_where_that_is_the_only_way() -> None:
    problem = small_problem(Response(responder="20", wanted=("15",)))
    scenario = small_scenario(
        area={"members": {"schools": list(EAST)}, "partnerships": 1, "size": [2, 8]},
        strands={"west": {"members": {"schools": list(WEST)}}},
        guarantee={"second_membership": True},
    )
    made = plan(problem, scenario)
    assert [m.partnership for m in made.memberships if m.school == "15"] == [1, 2]
    assert check(made).ok


def test_without_a_size_a_partnership_still_has_two_schools() -> None:
    schools = {**two_villages(), "99": school("99", 50_000, 0)}
    made = plan(small_problem(schools=schools), small_scenario(area={"size": None, "partnerships": 3}))
    assert min(p.size for p in made.partnerships) >= 2
    assert check(made).ok


def test_more_partnerships_than_schools_is_a_mistake_in_the_scenario() -> None:
    with pytest.raises(BadDataError) as caught:
        plan(small_problem(), small_scenario(area={"partnerships": 13, "size": [1, 2]}))
    assert caught.value.findings[0].code == "scenario-too-many-partnerships"


def test_each_rule_about_a_school_that_is_not_there_is_told() -> None:
    wrong = small_scenario(
        must_link=[{"schools": ["10", "11"]}, {"schools": ["10", "997"]}],
        cannot_link=[{"schools": ["12", "20"]}, {"schools": ["998", "997", ""]}],
        pinned=[{"schools": ["10"], "partnership": "a"}, {"schools": ["999"], "partnership": "b"}],
        balance=[{"name": "c", "most": 9, "schools": ["20", "996"]}],
        strands={"x": {"members": {"schools": ["10", "995"]}}},
        area={"members": {"without": ["994"]}},
    )
    with pytest.raises(BadDataError) as caught:
        plan(small_problem(), wrong)
    assert {(f.field, f.message.split("'")[1]) for f in caught.value.findings} == {
        ("must_link.2.schools", "997"),
        ("cannot_link.2.schools", "998"),
        ("cannot_link.2.schools", "997"),
        ("cannot_link.2.schools", ""),
        ("pinned.2.schools", "999"),
        ("balance.1.schools", "996"),
        ("strands.x.members.schools", "995"),
        ("area.members.without", "994"),
    }


def test_the_line_that_names_a_school_that_is_not_there_is_told(tmp_path) -> None:
    text = "[[must_link]]\nschools = ['10', '11']\n[[must_link]]\nschools = ['12',\n  '999']\n"
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        plan(small_problem(), read_scenario("x", tmp_path))
    placed = read_origins("x", tmp_path).placed(caught.value.findings[0])
    assert placed.place == "x.toml, line 4, must_link.2.schools"


def test_a_school_without_a_point_is_left_out_with_a_finding_and_a_reason() -> None:
    schools = {**two_villages(), "30": school("30", None, None)}
    made = plan(small_problem(schools=schools), small_scenario())
    assert [f.code for f in made.findings] == ["school-not-placed"]
    assert {u.reason for u in check(made).coverage.uncovered} == {"no-point"}


def test_numbers_follow_the_draft_they_resemble() -> None:
    letter = small_letter(EAST, WEST)
    made = plan(small_problem(letter=letter), small_scenario(area={"members": {"letter": [1, 2]}}))
    assert [p.members for p in made.partnerships] == [EAST, WEST]


def test_the_draft_is_measured_as_it_is() -> None:
    mixed = (("10", "11", "12", "20", "21", "22"), ("13", "14", "15", "23", "24", "25"))
    made = plan_of_draft(small_problem(letter=small_letter(*mixed)), small_scenario())
    assert made is not None
    assert groups(made) == sorted(mixed)
    assert made.strands[0].method == "as given"
    assert plan_of_draft(small_problem(), small_scenario()) is None


def test_the_same_input_gives_the_same_plan() -> None:
    problem = small_problem(Response(responder="10", wanted=("25", "20")))
    assert plan(problem, small_scenario()) == plan(problem, small_scenario())


def test_sizes_may_count_pupils() -> None:
    schools = {urn: dataclasses.replace(s, pupils=500 if urn == "10" else 100) for urn, s in two_villages().items()}
    made = plan(small_problem(schools=schools), small_scenario(area={"size": [700, 900], "size_by": "pupils"}))
    totals = [sum(schools[urn].pupils or 0 for urn in p.members) for p in made.partnerships]
    assert all(700 <= total <= 900 for total in totals)
    assert check(made).ok


def test_of_many_schools_whose_guarantee_cannot_be_met_a_few_are_named() -> None:
    answers = [Response(responder=urn, wanted=("25",)) for urn in WEST]
    scenario = small_scenario(
        area={"members": {"schools": list(EAST)}, "partnerships": 1, "size": None},
        strands={"west": {"members": {"schools": list(WEST)}}},
    )
    with pytest.raises(NoPlanError, match=r"for 6 schools, since .*School 14 \(west\) and 1 more") as caught:
        plan(small_problem(*answers), scenario)
    assert caught.value.keys == ("guarantee.10",)  # each is impossible for itself


def test_a_plan_is_told_of_with_its_gap_before_it_is_proven() -> None:
    """Many schools and a rule besides number and sizes: the first plan is told as soon as there is one."""
    random = np.random.default_rng(1)
    places = {f"{100 + i}": school(f"{100 + i}", *random.uniform(0, 9_000, 2).tolist()) for i in range(74)}
    scenario = small_scenario(
        area={"partnerships": 9, "size": [6, 10]},
        cannot_link=[{"schools": ["100", "101"]}],
        balance=[{"name": "thirds", "schools": [f"{100 + i}" for i in range(0, 74, 3)], "most": 4}],
    )
    told: list[str] = []
    made = plan(small_problem(schools=places), scenario, so_far=told.append)
    words = re.fullmatch(r"area: a plan of ([\d,]+) m, at most (\d+\.\d) % from the best", told[0])
    assert words is not None
    assert float(words[1].replace(",", "")) >= made.objective - 1
    assert float(words[2]) < 20


def nowhere(**fields):
    return {urn: dataclasses.replace(s, **fields) for urn, s in two_villages().items()}


def test_a_district_that_is_not_known_costs_nothing_and_that_is_told() -> None:
    made = plan(small_problem(schools=nowhere(district="")), small_scenario(district_penalty=500))
    assert made.objective == pytest.approx(2 * (100 + 200 + 300 + 100 + 200))
    assert check(made).ok
    assert [f.code for f in made.findings] == ["district-not-known"]
    assert made.findings[0].message.startswith("12 of 12 schools have no known postcode district, so the penalty")


def test_an_authority_that_is_not_known_costs_nothing_and_that_is_told() -> None:
    schools = two_villages() | {"20": dataclasses.replace(two_villages()["20"], borough="")}
    made = plan(small_problem(schools=schools), small_scenario(authority_penalty=500))
    assert made.objective == plan(small_problem(), small_scenario()).objective
    assert check(made).ok
    assert [(f.code, f.message.split(",")[0]) for f in made.findings] == [
        ("borough-not-known", "1 of 12 schools has no known authority")
    ]


def test_districts_whose_neighbours_are_not_known_are_named() -> None:
    problem = small_problem(places=Places(district_neighbours={"N1": frozenset({"N3"})}))
    made = plan(problem, small_scenario(district_penalty=500))
    assert [f.code for f in made.findings] == ["district-neighbours-not-known"]
    assert "neighbours of N2 is not known; it counts as a neighbour of no other" in made.findings[0].message
    assert not plan(problem, small_scenario(district_penalty=500, neighbour_share=1)).findings
