"""Names and numbers made from places."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.checking.naming import expected_names
from geo_partnerships.model import Locality, Places
from geo_partnerships.planning import plan
from geo_partnerships.planning.naming import district_order, order_like_draft, place_name, place_names, spoken_label
from tests.small import school, small_letter, small_problem, small_scenario


def of(*districts):
    return [school(str(i), 0, 0, district=d) for i, d in enumerate(districts)]


def test_a_name_lists_the_districts_with_two_members_or_more_in_natural_order() -> None:
    assert place_name(of("N20", "N20", "N10", "N10", "N11", "N11", "NW7")) == "N10, N11, N20 Areas"


def test_one_district_is_an_area() -> None:
    assert place_name(of("NW7", "NW7", "HA8")) == "NW7 Area"


def test_lone_districts_are_named_where_none_has_two() -> None:
    assert place_name(of("N2", "N10")) == "N2, N10 Areas"


def test_schools_without_a_district_make_an_area_without_a_name() -> None:
    assert place_name(of("", "")) == "Area"


def test_two_groups_of_one_district_are_told_apart_by_their_centres() -> None:
    a, b = of("N2", "N2"), of("N2", "N2")
    assert place_names([a, b], [a[0], b[1]]) == ["N2 Area around School 0", "N2 Area around School 1"]


def test_n2_comes_before_n10() -> None:
    assert sorted(["N10", "N2", "EN4", "HA8"], key=district_order) == ["EN4", "HA8", "N2", "N10"]


def test_groups_keep_the_order_of_the_draft_and_new_ones_come_last() -> None:
    assert order_like_draft([{"c"}, {"x"}, {"a", "b"}], [{"a", "b"}, {"c"}]) == [2, 0, 1]
    assert order_like_draft([{"c"}, {"x"}], []) == [0, 1]


@pytest.mark.parametrize(
    ("label", "spoken"),
    [
        ("Mill Hill Area", "Mill Hill"),
        ("High Barnet/Finchley Area", "High Barnet and Finchley"),
        ("Colindale /Edgware / Golders Green Area", "Colindale, Edgware and Golders Green"),
        ("N10, N11, N20 Areas", ""),
        ("EN5 Area", ""),
        ("", ""),
    ],
)
def test_a_label_of_the_letter_is_spoken_as_a_place_and_districts_are_none(label, spoken) -> None:
    assert spoken_label(label) == spoken


MILL, GREEN = Locality("Mill", 520_200.0, 190_000.0), Locality("Green", 525_200.0, 190_000.0, 2)


def problem_of(*localities, labels=()):
    letter = small_letter(*(group for _, group in labels)) if labels else None
    if letter:
        drafts = (replace(p, label=label) for p, (label, _) in zip(letter.partnerships, labels, strict=True))
        letter = replace(letter, partnerships=tuple(drafts))
    return small_problem(letter=letter, places=Places(localities=localities))


def names_in(problem, *groups):
    schools = [[problem.schools[urn] for urn in group] for group in groups]
    return place_names(schools, [group[0] for group in schools], problem)


WEST, EAST = tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6))


def test_a_partnership_is_called_after_the_place_of_the_letter_that_half_its_schools_come_from() -> None:
    problem = problem_of(MILL, labels=[("Hill Area", WEST[:4]), ("Vale Area", EAST)])
    assert names_in(problem, WEST, EAST) == ["Hill", "Vale"]
    assert names_in(problem, (*WEST[:2], *EAST[:1]), EAST[1:]) == ["Hill", "Vale"]
    assert names_in(problem, (*WEST[3:], *EAST[:1]), EAST[1:])[0] == "Mill"


def test_else_it_is_called_after_the_nearest_locality_and_no_two_after_one() -> None:
    problem = problem_of(MILL, GREEN)
    assert names_in(problem, WEST, EAST) == ["Mill", "Green"]
    assert names_in(problem, WEST[:3], WEST[3:], EAST) == ["Mill", "N1 Area", "Green"]
    assert names_in(problem_of(MILL), EAST) == ["N2 Area"]  # it is too far away


def test_the_name_of_the_whole_borough_names_no_part_of_it() -> None:
    assert names_in(problem_of(replace(MILL, name="Smallton")), WEST) == ["N1 Area"]


def test_a_name_stays_when_a_school_or_two_change() -> None:
    problem = problem_of(MILL, GREEN, labels=[("Hill Area", WEST), ("Vale Area", EAST)])
    for away in WEST:
        rest = tuple(urn for urn in WEST if urn != away)
        assert names_in(problem, rest, (*EAST, away)) == ["Hill", "Vale"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_check_gives_the_same_names_and_each_once(data) -> None:
    urns = [*WEST, *EAST]
    cut = data.draw(st.lists(st.integers(0, 2), min_size=12, max_size=12))
    groups = [tuple(u for u, c in zip(urns, cut, strict=True) if c == n) for n in range(3)]
    groups = [group for group in groups if group]
    labels = [("Hill Area", WEST[:4]), ("A/B Area", EAST[:3]), ("N1, N2 Areas", EAST[3:])]
    near = data.draw(st.lists(st.sampled_from([MILL, GREEN, Locality("Hill", 520_000.0, 190_100.0, 4)]), max_size=3))
    problem = problem_of(*near, labels=data.draw(st.sampled_from([[], labels])))
    told = names_in(problem, *groups)
    made = plan(problem, small_scenario())
    kind = made.partnerships[0]
    partnerships = tuple(
        replace(kind, number=n, members=group, centre=group[0]) for n, group in enumerate(groups, start=1)
    )
    assert expected_names(made, "", partnerships) == told
    assert len(set(told)) == len(told)
