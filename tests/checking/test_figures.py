"""Names, scores and figures are worked out anew; each is compared here with one that was reckoned by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from geo_partnerships.checking import check, coverage_of, scores_of
from geo_partnerships.checking.costs import cost_of
from geo_partnerships.checking.measures import can_be_placed, distances_to_centre, metres_between
from geo_partnerships.checking.naming import expected_names
from geo_partnerships.model import Distances, Places
from geo_partnerships.planning import plan
from geo_partnerships.planning.moving import digest_by_hand
from tests.small import school, small_letter, small_problem, small_scenario, two_villages, with_bound

W, E = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))


@pytest.fixture(scope="module")
def good():
    return plan(small_problem(), small_scenario())


def of_districts(made, *partnerships):
    """A plan whose partnerships have schools of these districts, the first school of each its centre."""
    schools, groups = {}, []
    for number, districts in enumerate(partnerships):
        members = [f"{number}{place}" for place, _ in enumerate(districts)]
        schools |= {u: school(u, 0, 0, district=d) for u, d in zip(members, districts, strict=True)}
        first = made.partnerships[0]
        groups.append(dataclasses.replace(first, number=number + 1, members=tuple(members), centre=members[0]))
    problem = small_problem(schools=schools)
    return dataclasses.replace(made, problem=problem, partnerships=tuple(groups))


@pytest.mark.parametrize(
    ("districts", "name"),
    [
        (["N2", "N2", "N10", "N10"], "N2, N10 Areas"),
        (["N10", "N2"], "N2, N10 Areas"),
        (["N10", "N10", "N2"], "N10 Area"),
        (["N2", "", ""], "N2 Area"),
        (["", ""], "Area"),
        (["D", "D", "C", "C", "B", "B", "A", "A", "A"], "A, B, C Areas"),
        (["NW9", "NW9", "EN5", "EN5", "NW11", "NW11"], "EN5, NW9, NW11 Areas"),
        (["N2A", "N2A", "N2", "N2"], "N2, N2A Areas"),
    ],
)
def test_a_partnership_is_named_after_its_commonest_districts(good, districts, name) -> None:
    made = of_districts(good, districts)
    assert expected_names(made, "", made.partnerships) == [name]


def test_a_strand_with_a_name_gives_it_to_its_partnerships(good) -> None:
    one, two = of_districts(good, ["N2"]), of_districts(good, ["N2"], ["N3"])
    assert expected_names(one, "Infants", one.partnerships) == ["Infants"]
    assert expected_names(two, "Infants", two.partnerships) == ["Infants: N2 Area", "Infants: N3 Area"]


def test_partnerships_of_the_same_districts_are_told_apart_by_their_centres(good) -> None:
    made = of_districts(good, ["N2"], ["N2"], ["N3"])
    assert expected_names(made, "", made.partnerships) == [
        "N2 Area around School 00", "N2 Area around School 10", "N3 Area",
    ]  # fmt: skip
    nowhere = (dataclasses.replace(made.partnerships[0], centre=None), *made.partnerships[1:])
    assert expected_names(made, "", nowhere)[0] == "N2 Area"


def test_scores_are_those_reckoned_by_hand(good) -> None:
    """Six schools 100 m apart around the third: 200 + 100 + 0 + 100 + 200 + 300 m in each village."""
    designated = {**two_villages(), "10": dataclasses.replace(two_villages()["10"], designations=("LLE",))}
    found = scores_of(dataclasses.replace(good, problem=small_problem(schools=designated)))
    assert (found.schools, found.partnerships, found.sizes) == (12, 2, (6, 6))
    assert (found.mean_distance_m, found.max_distance_m) == (150.0, 300.0)
    assert (found.mean_distance_m_all, found.max_distance_m_all) == (150.0, 300.0)
    assert (found.districts_per_partnership, found.dissimilarity) == (1.0, 1800.0)
    assert len(found.without_leader) == 1
    without = next(p for p in good.partnerships if p.number == found.without_leader[0])
    assert "10" not in without.members


def test_scores_of_other_strands_count_among_all_and_not_among_those_by_place(good) -> None:
    first, second = good.partnerships
    found = scores_of(dataclasses.replace(good, partnerships=(first, dataclasses.replace(second, strand="other"))))
    assert (found.sizes, found.dissimilarity) == ((6,), 900.0)
    assert (found.schools, found.partnerships) == (12, 2)
    none = scores_of(dataclasses.replace(good, partnerships=(dataclasses.replace(first, centre=None),)))
    assert (none.mean_distance_m, none.max_distance_m, none.mean_distance_m_all) == (None, None, None)
    assert none.dissimilarity == 0.0


@pytest.mark.parametrize(
    ("other", "neighbours", "parameters", "penalty"),
    [
        ({}, {}, {"district_penalty": 500}, 0.0),
        ({"district": "N9"}, {}, {"district_penalty": 500}, 500.0),
        ({"district": "N9"}, {"N1": frozenset({"N9"})}, {"district_penalty": 500, "neighbour_share": 0.4}, 200.0),
        ({"district": "N9"}, {"N9": frozenset({"N1"})}, {"district_penalty": 500, "neighbour_share": 0.4}, 200.0),
        ({"district": ""}, {}, {"district_penalty": 500}, 0.0),
        ({"borough": "Bigton"}, {}, {"authority_penalty": 70}, 70.0),
        ({"borough": ""}, {}, {"authority_penalty": 70}, 0.0),
        ({"borough": "Bigton", "district": "N9"}, {}, {"authority_penalty": 70, "district_penalty": 500}, 570.0),
    ],
)
def test_penalties_are_added_to_the_distance(good, other, neighbours, parameters, penalty) -> None:
    schools = {"1": school("1", 0, 0), "2": school("2", 30, 40, **other), "3": school("3", -30, 40, **other)}
    problem = dataclasses.replace(small_problem(schools=schools), places=Places(district_neighbours=neighbours))
    one = dataclasses.replace(good.partnerships[0], members=("1", "2", "3"), centre="1")
    made = dataclasses.replace(good, problem=problem, scenario=small_scenario(**parameters), partnerships=(one,))
    assert cost_of(made, one, "1") == pytest.approx(2 * (50.0 + penalty))


def test_a_district_that_is_not_known_costs_nothing(good) -> None:
    schools = {"1": school("1", 0, 0, district=""), "2": school("2", 30, 40, district="")}
    one = dataclasses.replace(good.partnerships[0], members=("1", "2"), centre="1")
    made = dataclasses.replace(
        good, problem=small_problem(schools=schools), scenario=small_scenario(district_penalty=500), partnerships=(one,)
    )
    assert cost_of(made, one, "1") == pytest.approx(50.0)


def test_distances_come_from_a_table_where_there_is_one(good) -> None:
    table = Distances(keys=("1", "2", "3"), matrix=np.array([[0.0, 7, np.nan], [7, 0, np.nan], [np.nan, np.nan, 0]]),
                      words="by bus")  # fmt: skip
    schools = {"1": school("1", 0, 0), "2": school("2", 30, 40), "3": school("3", 0, 1), "4": school("4", None, None)}
    straight = small_problem(schools=schools)
    problem = dataclasses.replace(straight, distances=table)
    one = dataclasses.replace(good.partnerships[0], members=("1", "2", "3"), centre="1")
    made = dataclasses.replace(good, problem=problem, partnerships=(one,))
    assert metres_between(problem, schools["1"], schools["2"]) == 7.0
    assert metres_between(problem, schools["1"], schools["3"]) is None
    assert metres_between(straight, schools["1"], schools["2"]) == 50.0
    assert metres_between(straight, schools["1"], schools["4"]) is None
    assert metres_between(straight, schools["4"], schools["1"]) is None
    assert metres_between(straight, schools["1"], dataclasses.replace(schools["4"], easting=5.0)) is None
    assert distances_to_centre(made, one) == {"1": 0.0, "2": 7.0}
    assert [can_be_placed(made, "1", others) for others in (["2"], ["3"], ["3", "2"], [])] == [True, False, True, False]
    by_line = dataclasses.replace(made, problem=straight)
    assert [can_be_placed(by_line, urn, []) for urn in ("3", "4")] == [True, False]


def test_whom_a_table_cuts_off_is_told_so_and_not_that_it_has_no_point(good) -> None:
    keys = (*W, *E, "30")
    matrix = np.abs(np.subtract.outer(np.arange(13.0), np.arange(13.0))) * 100
    matrix[12, :12] = matrix[:12, 12] = np.nan
    schools = {**two_villages(), "30": school("30", 0, 50)}
    problem = dataclasses.replace(
        small_problem(schools=schools), distances=Distances(keys=keys, matrix=matrix, words="by bus")
    )
    found = coverage_of(dataclasses.replace(good, problem=problem))
    assert [(u.school, u.reason) for u in found.uncovered] == [("30", "cut-off")]
    assert "cannot be reached" in found.uncovered[0].words


def test_the_home_authority_is_that_of_most_schools_and_the_first_of_as_many(good) -> None:
    def home(boroughs):
        schools = {str(n): school(str(n), n, 0, borough=b) for n, b in enumerate(boroughs)}
        return coverage_of(dataclasses.replace(good, problem=small_problem(schools=schools), partnerships=()))

    assert home(["B", "A", "A", "", "", ""]).authority == "A"
    assert home(["B", "A"]).authority == "A"
    assert home(["", ""]).authority == ""
    assert (home(["A", "A", "B"]).denominator, home(["A", "A", "B"]).covered) == (2, 0)


def failing(made):
    return {c.code: c.message for c in check(made).checks if not c.holds}


def with_result(made, **changes):
    return dataclasses.replace(made, strands=(dataclasses.replace(made.strands[0], **changes),))


def bounded(made, bound, *, proven=False):
    return dataclasses.replace(made, strands=(with_bound(made.strands[0], bound, proven=proven),))


def test_a_bound_is_judged_at_its_edges(good) -> None:
    objective = good.strands[0].objective
    assert objective == 1800.0
    for bound, proven, words in (
        (0.0, False, ""),
        (objective, True, ""),
        (objective * (1 - 0.9e-6), True, ""),
        (objective * (1 - 1.1e-6), True, "called proven"),
        (objective + 2e-6, False, "below 0 or above"),
        (-1e-9, False, "below 0 or above"),
    ):
        told = failing(bounded(good, bound, proven=proven)).get("objective", "")
        assert (words in told) if words else not told, (bound, told)


def test_an_objective_is_exact_to_the_millimetre_and_every_strand_has_one(good) -> None:
    assert "objective" not in failing(bounded(with_result(good, objective=1800.0009), 0.0))
    told = failing(bounded(with_result(good, objective=1800.0021), 0.0))["objective"]
    assert "stated 1800.002" in told
    twice = dataclasses.replace(good, strands=(*good.strands, *good.strands))
    assert failing(twice)["objective"] == "area is stated 2 times"
    other = tuple(dataclasses.replace(p, strand="other") for p in good.partnerships[:1])
    assert "other has no objective" in failing(dataclasses.replace(good, partnerships=other))["objective"]
    unknown = dataclasses.replace(good.strands[0], strand="nowhere")
    told = failing(dataclasses.replace(good, strands=(*good.strands, unknown)))["objective"]
    assert told == "nowhere is no strand of the scenario"
    assert "objective" not in failing(dataclasses.replace(good, strands=()))


def test_a_stated_distance_may_be_rounded_to_the_millimetre_and_no_further(good) -> None:
    def shifted(metres):
        first = good.memberships[0]
        stated = dataclasses.replace(first, distance_to_centre_m=(first.distance_to_centre_m or 0.0) + metres)
        return failing(dataclasses.replace(good, memberships=(stated, *good.memberships[1:])))

    assert "distances" not in shifted(0.0005)
    assert "distances" in shifted(0.0007)
    first = dataclasses.replace(good.memberships[0], distance_to_centre_m=None)
    told = failing(dataclasses.replace(good, memberships=(first, *good.memberships[1:])))["distances"]
    assert "stated no distance, found " in told
    elsewhere = dataclasses.replace(good.memberships[0], strand="other")
    told = failing(dataclasses.replace(good, memberships=(elsewhere, *good.memberships[1:])))["distances"]
    assert "stated in the strand other, is in area" in told


def test_a_centre_is_there_is_a_member_has_a_point_and_is_the_best(good) -> None:
    def centred(centre, schools=None, members=W):
        one = dataclasses.replace(good.partnerships[0], members=members, centre=centre)
        problem = small_problem(schools=schools) if schools else good.problem
        return failing(dataclasses.replace(good, problem=problem, partnerships=(one,))).get("centres", "")

    assert centred("12") == ""
    assert centred("13") == ""  # as good as the third
    assert centred("14") == "School 12 (12) would be a better centre of partnership 1"
    assert centred(None) == "partnership 1 has no centre school"
    assert centred("20") == "the centre of partnership 1 is not a member"
    lost = {**two_villages(), "12": school("12", None, None)}
    assert centred("12", lost) == "the centre of partnership 1 has no point"
    nowhere = {urn: school(urn, None, None) for urn in W}
    assert centred(None, nowhere) == ""
    near = {**two_villages(), "13": school("13", 200.0 + 5e-7, 0)}
    assert centred("13", near) == ""  # no measurable difference


def test_the_digest_is_that_of_the_data_and_the_scenario(good) -> None:
    assert "inputs" in failing(dataclasses.replace(good, digest="0" * 64))
    assert "inputs" not in {c.code for c in check(dataclasses.replace(good, digest="")).checks}
    by_hand = with_result(good, method="moved by hand")
    assert "inputs" in failing(by_hand)  # moved by hand, the places are part of it


def test_strands_are_as_the_letter_has_them_or_it_is_said_which_is_not() -> None:
    letter = small_letter(W, E)
    given = {"partnerships": [1, 1], "size": None, "as_given": True, "members": {"letter": [1, 2]}}
    made = plan(small_problem(letter=letter), small_scenario(area=given))
    assert set(failing(made)) == {"leaders"}
    first, second = made.partnerships

    def told(*partnerships):
        return failing(dataclasses.replace(made, partnerships=partnerships)).get("as-given", "")

    assert told(first, dataclasses.replace(second, members=E[:5])) == "the strand area is not as the letter has it"
    assert told(first) == "the strand area is not as the letter has it"
    assert "other unnamed members or another type" in told(first, dataclasses.replace(second, type="strict"))
    read_back = dataclasses.replace(made, partnerships=(first, dataclasses.replace(second, type="strict")), strands=())
    assert "as-given" not in failing(read_back)
    assert "another number in the letter" in failing(
        dataclasses.replace(made, partnerships=(dataclasses.replace(first, number=2),
                                                dataclasses.replace(second, number=3)))
    )["names"]  # fmt: skip


def test_numbers_names_status_and_types_follow_from_the_scenario(good) -> None:
    first, second = good.partnerships

    def told(*partnerships):
        return failing(dataclasses.replace(good, partnerships=partnerships)).get("names", "")

    assert told(first, second) == ""
    assert "two partnerships share a number" in told(first, dataclasses.replace(second, number=1))
    assert "not in the order of their numbers" in told(second, first)
    assert "do not count from 1 to 2" in told(first, dataclasses.replace(second, number=3))
    assert "is called 'x', not 'N" in told(first, dataclasses.replace(second, name="x"))
    assert "is agreed, the scenario draft" in told(first, dataclasses.replace(second, status="agreed"))
    assert "is strict, its strand loose" in told(first, dataclasses.replace(second, type="strict"))
    pair = {"pair": {"members": {"schools": ["10", "11"]}}}
    made = plan(small_problem(), small_scenario(strands=pair))
    assert [p.strand for p in made.partnerships] == ["pair", "area", "area"]
    turned = [dataclasses.replace(p, number=n) for p, n in zip(made.partnerships, (3, 1, 2), strict=True)]
    words = failing(dataclasses.replace(made, partnerships=tuple(sorted(turned, key=lambda p: p.number))))["names"]
    assert "do not follow the order of the strands" in words


def test_a_school_is_once_in_its_strand_and_no_stranger_is(good) -> None:
    first, second = good.partnerships

    def told(*partnerships, made=good):
        return failing(dataclasses.replace(made, partnerships=partnerships))

    doubled = dataclasses.replace(second, members=(*second.members, first.members[0]))
    assert "is twice in the strand area" in told(first, doubled)["partition"]
    assert "is of no strand" in told(first, dataclasses.replace(second, strand="x"))["partition"]
    chosen = plan(small_problem(), small_scenario(area={"members": {"schools": [*W, *E[:5]]}}))
    one, two = chosen.partnerships
    east = one if "20" in one.members else two
    west = two if east is one else one
    wider = dataclasses.replace(east, members=(*east.members, "25"))
    kept = sorted((west, wider), key=lambda p: p.number)
    assert "School 25 (25) does not belong to the strand area" in told(*kept, made=chosen)["partition"]
    by_hand = with_result(chosen, method="moved by hand")
    assert "partition" not in told(*kept, made=by_hand)
    empty = dataclasses.replace(second, members=())
    assert "has no members" in told(first, empty)["members"]
    strange = dataclasses.replace(second, members=(*second.members, "99"))
    assert "unknown member 99" in told(first, strange)["members"]
    assert "unknown member 98" in told(first, dataclasses.replace(second, centre="98"))["members"]


def test_a_proof_of_a_tiny_objective_is_exact_to_a_micrometre(good) -> None:
    schools = {"1": school("1", 0, 0), "2": school("2", 0.5, 0)}
    one = dataclasses.replace(good.partnerships[0], members=("1", "2"), centre="1")
    made = dataclasses.replace(good, problem=small_problem(schools=schools), partnerships=(one,), memberships=())
    for gap, words in ((0.9e-6, ""), (1.5e-6, "called proven")):
        told = failing(bounded(with_result(made, objective=0.5), 0.5 - gap, proven=True)).get("objective", "")
        assert (words in told) if words else not told


def test_a_centre_that_reaches_all_is_better_than_a_nearer_one_that_does_not(good) -> None:
    matrix = np.array([[0.0, np.nan, 1], [np.nan, 0, 100], [1, 100, 0]])
    schools = {urn: school(urn, 0, 0) for urn in ("1", "2", "3")}
    table = Distances(keys=("1", "2", "3"), matrix=matrix, words="by bus")
    problem = dataclasses.replace(small_problem(schools=schools), distances=table)
    one = dataclasses.replace(good.partnerships[0], members=("1", "2", "3"), centre="3")
    made = dataclasses.replace(good, problem=problem, partnerships=(one,))
    assert "centres" not in failing(made)


def test_a_plan_partly_moved_by_hand_has_the_digest_of_one() -> None:
    made = plan(small_problem(), small_scenario(strands={"pair": {"members": {"schools": ["10", "11"]}}}))
    area = next(i for i, result in enumerate(made.strands) if result.strand == "area")
    results = [*made.strands]
    results[area] = dataclasses.replace(results[area], method="moved by hand")
    moved = dataclasses.replace(made, strands=tuple(results))
    assert "inputs" in failing(moved)
    assert "inputs" not in failing(dataclasses.replace(moved, digest=digest_by_hand(moved)))


def test_what_holds_is_said_in_words(good) -> None:
    said = {c.code: c.message for c in check(good).checks}
    assert said["objective"] == "The objective is the sum it states."
    assert said["members"] == "12 memberships, all known."
    unstated = check(dataclasses.replace(good, strands=())).checks
    assert [c.message for c in unstated if c.code == "objective"] == ["No objective is stated."]
