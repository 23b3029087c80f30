"""The public edition gives nothing away of rules for single schools: not by words, sums, counts or digests."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import math
from pathlib import PurePath

import pytest

from geo_partnerships.checking import check
from geo_partnerships.checking.costs import cost_of
from geo_partnerships.exports import write_exports
from geo_partnerships.exports.plan_json import write_plan_json
from geo_partnerships.model import Response
from geo_partnerships.pages import write_pages
from geo_partnerships.planning import plan
from geo_partnerships.planning.moving import move
from geo_partnerships.plans import BrokenRule
from geo_partnerships.publishing import write_manifest
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario

ANSWERS = tuple(Response(responder=f"1{i}", wanted=(f"1{(i + 1) % 6}",)) for i in range(6))
PHASES = {"phases": ["primary"], "most": 3}
MARK = "mark-7f3a"


def planned(*answers, **parameters):
    return plan(small_problem(*answers), small_scenario(**parameters))


def published(made, folder, audience=Audience.PUBLIC):
    """Write everything that is published of a plan, and return each file's bytes by its path."""
    view = view_of(made, audience, scenario="x")
    folder.mkdir()
    write_pages(view, folder)
    write_exports(view, folder)
    write_plan_json(view, folder / "plan.json")
    write_manifest(folder)
    return {
        PurePath(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.parametrize("name", ["primaries", "together in faith", "apart", "pinned", "guarantee: all"])
def test_what_is_public_does_not_hang_on_how_a_rule_is_called(name) -> None:
    made = planned(balance=[{"name": name, **PHASES, "strength": "preferred", "weight": 10.0}])
    public, officers = (view_of(made, audience, scenario="x") for audience in Audience)
    assert public.broken == officers.broken != ()
    assert name in public.broken[0]
    assert f"Balance: {name}" in {c.name for c in public.checks}
    assert dict(public.figures)["objective"] == pytest.approx(made.objective)


def test_a_balance_over_schools_chosen_by_hand_is_private_with_its_name_and_its_price() -> None:
    rule = {"name": MARK, "schools": ["10", "11", "20"], "most": 1, "strength": "preferred", "weight": 10.0}
    made, plain = planned(balance=[rule]), planned()
    assert MARK not in repr(view_of(made, scenario="x"))
    assert repr(view_of(made, scenario="x")) == repr(view_of(plain, scenario="x"))
    assert MARK in repr(view_of(made, Audience.OFFICERS, scenario="x"))


SECRETS = {
    "must_link": [{"schools": ["10", "11"], "reason": MARK}],
    "must_link, another pair": [{"schools": ["20", "23"]}],
    "must_link, two pairs": [{"schools": ["20", "23"]}, {"schools": ["12", "15"]}],
    "must_link, preferred and broken": [{"schools": ["10", "20"], "strength": "preferred", "weight": 7.3}],
    "cannot_link": [{"schools": ["10", "20"], "reason": MARK}],
    "cannot_link, preferred and broken": [{"schools": ["10", "11"], "strength": "preferred", "weight": 0.1}],
    "pinned": [{"schools": ["10"], "partnership": MARK, "reason": MARK}],
}


@pytest.mark.parametrize("secret", SECRETS)
def test_the_same_members_make_the_same_public_edition_whatever_rules_single_schools_have(secret, tmp_path) -> None:
    made = planned(*ANSWERS, **{secret.partition(",")[0]: SECRETS[secret]})
    plain = planned(*ANSWERS)
    assert made.memberships == plain.memberships
    assert published(made, tmp_path / "a") == published(plain, tmp_path / "b")


OTHER_ANSWERS = {
    "another school named": (*ANSWERS[:5], Response(responder="15", wanted=("11",))),
    "a school out of reach named, too": (*ANSWERS[:5], Response(responder="15", wanted=("10", "20"))),
    "by another channel": (*ANSWERS[:5], Response(responder="15", channel=MARK, existing=("10",))),
}


@pytest.mark.parametrize("answers", OTHER_ANSWERS)
def test_the_same_members_make_the_same_public_edition_whatever_one_school_answered(answers, tmp_path) -> None:
    one, other = planned(*ANSWERS), planned(*OTHER_ANSWERS[answers])
    assert one.memberships == other.memberships
    assert published(one, tmp_path / "a") == published(other, tmp_path / "b")


def test_no_pair_is_found_by_trying_every_pair_against_the_digests(tmp_path) -> None:
    made = planned(*ANSWERS, must_link=[{"schools": ["12", "15"]}])
    files = published(made, tmp_path / "a")
    everything = b"\n".join(files.values())
    for pair in itertools.combinations(sorted(made.problem.schools), 2):
        scenario = small_scenario(must_link=[{"schools": pair}])
        members = [f"{m.school},{m.partnership},{m.role},{m.distance_to_centre_m}" for m in made.memberships]
        texts = [
            scenario.changed(),
            scenario.model_dump_json(exclude={"data"}),
            json.dumps(scenario.model_dump(mode="json", exclude={"data"}), sort_keys=True),
        ]
        for text in (*texts, *("\n".join((text, *members)) for text in texts), *(f"{'0' * 64}\n{t}" for t in texts)):
            assert hashlib.sha256(text.encode()).hexdigest()[:12].encode() not in everything, pair


def test_the_digest_of_all_inputs_is_for_officers_alone(tmp_path) -> None:
    made = planned(*ANSWERS)
    public, officers = (published(made, tmp_path / str(a), a) for a in Audience)
    assert not [name for name, data in public.items() if made.digest[:16].encode() in data]
    assert made.digest.encode() in officers[next(name for name in officers if name.name == "plan.json")]


def test_public_sums_follow_from_what_is_public() -> None:
    rules = {
        "must_link": [{"schools": ["10", "20"], "strength": "preferred", "weight": 7.3}],
        "guarantee": {"strength": "preferred", "weight": 50.1},
        "balance": [{"name": "primaries", **PHASES, "strength": "preferred", "weight": 10.0}],
    }
    made = planned(Response(responder="10", wanted=("25",)), **rules)
    figures = dict(view_of(made, scenario="x").figures)
    distances = math.fsum(cost_of(made, p, p.centre) for p in made.partnerships)
    over = sum(max(0, len(p.members) - 3) for p in made.partnerships)
    assert figures["objective"] == round(distances + 10.0 * over, 3)
    assert made.objective > figures["objective"]


def test_two_editions_that_differ_by_one_school_tell_no_other_number_of_answers(tmp_path) -> None:
    answers = (*ANSWERS, *(Response(responder=f"2{i}", wanted=("10",)) for i in range(6)))
    one = planned(*answers, guarantee={"strength": "preferred", "weight": 1})
    other = move(one, "25", next(p.number for p in one.partnerships if "10" in p.members))
    met = [check(made).scores.met for made in (one, other)]
    assert met[1] == met[0] + 1
    for name in ("plan.json", "report.html"):
        texts = [published(made, tmp_path / f"{name} {n}")[PurePath(name)] for n, made in enumerate((one, other))]
        for text in texts:
            assert b"not met for every school" in text
            for count in met:
                assert f"{count} of {len(answers)}".encode() not in text
    views = [view_of(made, scenario="x") for made in (one, other)]
    rows = [next(r for r in view.headline if r.label == "Survey guarantee") for view in views]
    assert rows[0] == rows[1]
    assert rows[0].note.startswith("12 answers for 12 schools.")


def test_so_few_answers_that_the_number_points_at_a_school_are_not_counted() -> None:
    made = planned(*ANSWERS[:4])
    row = next(r for r in view_of(made, scenario="x").headline if r.label == "Survey guarantee")
    assert row.note.startswith("Fewer than 5 answers.")
    assert row.plan == "met for every school"


def test_the_public_report_says_that_something_can_be_inferred_whether_or_not_it_can() -> None:
    for made in (planned(), planned(*ANSWERS)):
        assert any("a reader may work out" in line for line in view_of(made, scenario="x").method)


def test_a_broken_rule_that_says_nothing_is_private() -> None:
    made = planned(balance=[{"name": "primaries", **PHASES, "strength": "preferred", "weight": 10.0}])
    [strand] = made.strands
    unsaid = dataclasses.replace(strand, broken=(BrokenRule(rule="x", amount=1, cost_m=1.0),))
    assert view_of(dataclasses.replace(made, strands=(unsaid,)), scenario="x").broken == ()


def test_a_broken_rule_without_a_price_is_told_by_how_often() -> None:
    public = view_of(planned(leaders={"strength": "preferred"}), scenario="x")
    assert public.broken == ("a system leader in every partnership: broken in 2 cases, at no price",)
