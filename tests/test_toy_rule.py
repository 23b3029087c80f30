"""A rule made as docs/how-to-add-a-rule.md says is planned, checked, priced, told and refused like any other."""

from __future__ import annotations

import pytest

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.checking.rules import ROWS, refuse_unclaimed, rows_by_name
from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules import BUILDERS, builders_by_name
from geo_partnerships.pricing.rules import price_of_rules
from geo_partnerships.scenarios.parameters import GENERAL
from geo_partnerships.views.method import parameters_of
from tests.small import school, small_problem
from tests.toy.parameters import TOY_RULES, ToyScenario

ROW_OF_SITES = {"30": school("30", 2_500.0, 0.0), "31": school("31", 2_500.0, 0.0)}
AREA = {"partnerships": 2, "size": [3, 3]}
HERE = {
    **{str(i): school(str(i), 100.0 * i, 0.0) for i in range(10, 12)},
    **{str(i): school(str(i), 5_000.0 + 100.0 * i, 0.0) for i in range(20, 22)},
    **ROW_OF_SITES,
}


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """The toy rule is known to the program."""
    rows = rows_by_name(("same_site",), "tests.toy.checking")
    refuse_unclaimed({**ROWS, **rows}, tuple(ToyScenario.model_fields), GENERAL)
    monkeypatch.setitem(ROWS, "same_site", rows["same_site"])
    monkeypatch.setitem(BUILDERS, "same_site", builders_by_name(("same_site",), "tests.toy.planning")["same_site"])
    assert (*ROWS,) == TOY_RULES


def planned(strength="off", **more):
    rule = {"strength": strength}
    scenario = ToyScenario.model_validate({"area": AREA, "district_penalty": 0, "same_site": rule, **more})
    return plan(small_problem(schools=HERE), scenario)


def are_together(made):
    return any({"30", "31"} <= set(p.members) for p in made.partnerships)


def test_the_rule_is_asked_of_the_solver_and_refused_where_it_cannot_be_kept() -> None:
    assert not are_together(planned())
    with pytest.raises(NoPlanError) as caught:
        planned("binding", cannot_link=[{"schools": ["30", "31"]}])
    assert "one site: School 30, School 31 (same_site." in str(caught.value)
    assert "make it preferred or leave it out" in str(caught.value)


def test_the_rule_is_checked_and_what_breaks_it_loses_its_certificate() -> None:
    made = planned("binding", area={"partnerships": 2, "size": [2, 4]})
    assert are_together(made)
    assert check(made).ok
    home = next(p.number for p in made.partnerships if "30" in p.members)
    moved = move(made, "30", 3 - home)
    assert [c.code for c in check(moved).broken] == ["same-site"]
    assert {breach.code for breach in proof_of(moved).breaches} == {"same-site"}


def test_the_rule_is_priced_where_it_is_preferred_and_where_it_is_bought() -> None:
    made = planned("preferred")
    assert check(made).ok
    assert made.objective == pytest.approx(planned().objective + 700)
    (row,) = (p for p in price_of_rules(made).prices if p.key == "same_site")
    assert row.words == "schools on one site together (1 site)"


def test_the_rule_is_told_in_the_report() -> None:
    assert dict(parameters_of(planned("preferred"), officers=False))["Schools on one site"] == "preferred; price 700 m"


def test_a_parameter_that_no_rule_has_stops_the_program() -> None:
    rows = {key: row for key, row in ROWS.items() if key != "same_site"}
    with pytest.raises(TypeError, match=r"Scenario.same_site: no rule has this parameter among its own"):
        refuse_unclaimed(rows, tuple(ToyScenario.model_fields), GENERAL)
