"""One problem over two authorities: what crossing the border costs, and what happens where it may not be crossed."""

from dataclasses import replace

import pytest

from geo_partnerships.checking import check
from geo_partnerships.errors import NoPlanError
from geo_partnerships.pages import write_pages
from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from tests.small import school, small_problem, small_scenario


def across():
    """Twelve schools in two clumps of six; one school of each clump lies in the other authority, Farton."""
    west = [school(f"1{i}", 100.0 * i, 0.0, borough="Farton" if i == 5 else "Smallton") for i in range(6)]
    east = [school(f"2{i}", 5_000.0 + 100.0 * i, 0.0, borough="Smallton" if i == 0 else "Farton") for i in range(6)]
    return small_problem(schools={s.urn: s for s in (*west, *east)})


def mixed(made):
    return sum(len({made.problem.schools[u].borough for u in p.members}) > 1 for p in made.partnerships)


def test_without_a_penalty_the_border_is_no_matter():
    made = plan(across(), small_scenario())
    assert mixed(made) == 2
    assert check(made).ok


def test_a_penalty_is_paid_where_crossing_is_worth_it_and_stands_in_the_objective():
    free, priced = (plan(across(), small_scenario(authority_penalty=p)) for p in (0, 100))
    assert priced.partnerships == free.partnerships
    assert priced.objective == pytest.approx(free.objective + 200)
    assert check(priced).ok


def test_a_high_penalty_keeps_the_authorities_apart():
    assert mixed(plan(across(), small_scenario(authority_penalty=50_000))) == 0


def test_within_authorities_is_kept_and_proven_without_a_penalty_in_the_objective():
    made = plan(across(), small_scenario(within_authorities=True))
    report = check(made)
    assert mixed(made) == 0
    assert report.ok
    assert made.objective == pytest.approx(report.scores.dissimilarity)
    assert made.strands[0].certificate.proven
    assert [c.holds for c in report.checks if c.code == "authorities"] == [True]


def test_sizes_that_force_a_border_to_be_crossed_are_told():
    with pytest.raises(NoPlanError, match="no cluster that 12 of 12 schools may be in") as caught:
        plan(across(), small_scenario(within_authorities=True, area={"partnerships": 1, "size": [12, 12]}))
    assert caught.value.proved
    assert "within_authorities: --set within_authorities=false" in str(caught.value)
    assert "School 10" in str(caught.value)


def test_the_check_finds_a_partnership_that_crosses():
    made = plan(across(), small_scenario())
    strict = small_scenario(within_authorities=True)
    found = next(c for c in check(replace(made, scenario=strict)).checks if c.code == "authorities")
    assert not found.holds
    assert "Farton, Smallton" in found.message


def test_the_pages_say_whose_schools_a_partnership_has(tmp_path):
    made = plan(across(), small_scenario())
    write_pages(view_of(made, scenario="two"), tmp_path)
    page = (tmp_path / "partnerships" / "01.html").read_text(encoding="utf-8")
    assert "Its schools are in 2 authorities:" in page
    assert "Smallton (5)" in page or "Smallton (1)" in page
    alone = plan(small_problem(), small_scenario())
    write_pages(view_of(alone, scenario="one"), tmp_path)
    assert "authorities:" not in (tmp_path / "partnerships" / "01.html").read_text(encoding="utf-8")
