"""Names and numbers made from places."""

from geo_partnerships.planning.naming import district_order, order_like_draft, place_name, place_names
from tests.small import school


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
