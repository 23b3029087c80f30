"""Wishes are weighed against distance: a plan grants those that are worth the way, with a proof that stands."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.api.plan import plan
from geo_partnerships.checking import check
from geo_partnerships.checking.bases import uses_of
from geo_partnerships.model import Response
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning.moving import move
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.pricing.rules import price_of_rules
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_letter, small_problem, small_scenario

OFF = {"strength": "off"}
FAR = Response(responder="10", wanted=("25",), wanted_type="loose")
BACK = Response(responder="25", wanted=("10",), wanted_type="hard")


def planned(*answers, **wishes):
    """The two villages, 5 km apart, with six schools each."""
    return plan(small_problem(*answers), small_scenario(guarantee=OFF, wishes=wishes))


def is_granted(made) -> bool:
    return any({"10", "25"} <= {*p.members} for p in made.partnerships)


@pytest.mark.parametrize(
    ("answers", "wishes", "granted"),
    [
        ((FAR,), {}, False),
        ((FAR,), {"granted": 2_000}, False),
        ((FAR,), {"granted": 9_000}, True),
        ((FAR, BACK), {"granted": 4_500}, True),
        ((FAR, BACK), {"granted": 2_000, "mutual": 5_000}, True),
        ((FAR,), {"granted": 2_000, "mutual": 5_000}, False),
        ((FAR,), {"wanted_type": 9_000}, True),
        ((BACK,), {"wanted_type": 9_000}, False),
        ((FAR,), {"existing": 9_000}, False),
        ((dataclasses.replace(FAR, existing=("25",)),), {"existing": 9_000}, True),
        ((dataclasses.replace(FAR, on_behalf_of=("25",)),), {"joint": 9_000}, True),
    ],
)
def test_a_pair_is_together_where_all_that_it_is_worth_is_more_than_the_way(answers, wishes, granted) -> None:
    made = planned(*answers, **wishes)
    assert is_granted(made) is granted
    assert proof_of(made).gap == 0
    assert check(made).ok


def test_what_parted_pairs_would_be_worth_is_in_the_objective_and_found_by_the_check() -> None:
    made = planned(FAR, BACK, granted=100, mutual=40)
    (result,) = made.strands
    assert {rule.rule: (rule.amount, rule.cost_m) for rule in result.broken} == {
        "wishes granted": (2, 200.0),
        "mutual wishes granted": (1, 40.0),
    }
    report = check(made)
    assert report.ok
    found = {c.code: (c.holds, c.message, c.binding) for c in report.checks}
    assert found["wishes-granted"] == (False, "0 of 2", False)
    lied = dataclasses.replace(result, objective=result.objective - 100)
    assert not check(dataclasses.replace(made, strands=(lied,))).ok


def test_a_certificate_under_wishes_stands_for_a_plan_moved_by_hand_at_its_own_price() -> None:
    made = planned(FAR, granted=2_000)
    moved = move(made, "10", next(p.number for p in made.partnerships if "25" in p.members))
    proof = proof_of(moved)
    assert is_granted(moved)
    assert proof.lack is None
    assert proof.gap > 0
    other = dataclasses.replace(
        made, scenario=made.scenario.model_copy(update={"wishes": planned(granted=9_000).scenario.wishes})
    )
    assert proof_of(other).lack is not None, "what was proved at one worth is not about another"


def test_the_price_of_wishes_is_the_way_that_they_cost() -> None:
    made = planned(FAR, granted=9_000)
    bare = planned(FAR)
    price = next(one for one in price_of_rules(made).prices if one.key == "wishes")
    distance = sum(result.objective for result in made.strands)
    assert price.is_exact
    assert price.low_m == pytest.approx(distance - sum(result.objective for result in bare.strands))
    assert price.words == "wishes and other pairs that are weighed"


def test_officers_read_the_weights_and_figures_and_the_public_that_wishes_are_weighed() -> None:
    letter = dataclasses.replace(small_letter(("10", "11")), bases=("survey",), basis_kinds=("survey",))
    problem = small_problem(FAR, BACK, letter=letter)
    made = plan(problem, small_scenario(guarantee=OFF, wishes={"granted": 300}))
    assert "300 m for each wish granted" in uses_of(made, officers=True)[0]
    assert "Wishes and other pairs are weighed against distance." in uses_of(made, officers=False)[0]
    officers, public = (view_of(made, audience, scenario="x") for audience in (Audience.OFFICERS, Audience.PUBLIC))
    figures = {f.label: f.plan for f in officers.headline}
    assert figures["Wishes granted"] == "0 of 2"
    assert figures["Mutual wishes granted"] == "0 of 1"
    assert dict(next(s for s in officers.schools if s.urn == "10").together)["Wishes granted"] == "0 of 1"
    assert any(dict(p.together).get("Wishes granted") == "0 of 2" for p in officers.partnerships)
    assert not {f.label for f in public.headline} & {"Wishes granted", "Mutual wishes granted"}
    assert not any(s.together for s in public.schools)
    assert not any("ish" in label for p in public.partnerships for label, _ in p.together)


def test_the_public_edition_is_the_same_whoever_wished_for_whom_and_whatever_it_is_worth() -> None:
    one = planned(FAR, Response(responder="20", wanted=("21",)), granted=100)
    other = planned(
        Response(responder="11", wanted=("12", "21")), Response(responder="21", wanted=("15",)), granted=70, existing=9
    )
    assert {p.members for p in one.partnerships} == {p.members for p in other.partnerships}
    first, second = (view_of(made, Audience.PUBLIC, scenario="x") for made in (one, other))
    assert dataclasses.replace(first, digest="") == dataclasses.replace(second, digest="")
    assert first.digest == second.digest


def test_wishes_that_are_worth_nothing_are_no_rule() -> None:
    made = planned(FAR)
    assert not any(c.code.startswith("wishes") for c in check(made).checks)
    assert not made.strands[0].broken
    assert PairKind.GRANTED in {one.kind for one in check(made).scores.together}
