"""What is published of a plan that was moved against a rule: nowhere a word or a figure of a certificate."""

from __future__ import annotations

import dataclasses
import json
import re
import zipfile

import pytest

from geo_partnerships.api import running
from geo_partnerships.checking import check
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.planning.moving import move
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario

WORDS = re.compile(rb"proven|lower.bound|best possible|\bgap\b(?!\s*:)", re.IGNORECASE)  # `gap:` is a style
SIZES = plan(small_problem(), small_scenario(area={"partnerships": 3, "size": [4, 5]}))
ANSWERS = plan(
    small_problem(Response(responder="10", wanted=("25",))), small_scenario(area={"partnerships": 3, "size": [2, 9]})
)


def against_a_rule(made):
    """Return the plan with the first move that breaks a rule."""
    for p in made.partnerships:
        for urn in p.members:
            for other in made.partnerships:
                if other.number != p.number and len(p.members) > 1:
                    moved = move(made, urn, other.number)
                    if check(moved).broken:
                        return moved
    raise AssertionError("every move keeps the rules")


def published(made, audience, folder):
    """Return every file's bytes by name, workbooks unzipped."""
    run = running.Run(name="moved", plan=made, report=check(made), draft=None)
    target = running.publish(run, folder, audience)
    found = {}
    for path in sorted(target.rglob("*")):
        if path.is_file():
            found[path.name] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
    return found


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("made", [SIZES, ANSWERS], ids=["a public rule", "a private rule"])
def test_no_byte_published_after_a_move_against_a_rule_is_of_a_certificate(made, audience, tmp_path) -> None:
    moved = against_a_rule(made)
    files = published(moved, audience, tmp_path)
    assert {name: hit.group() for name, data in files.items() if (hit := WORDS.search(data))} == {}
    figures = json.loads(files["plan.json"])["figures"]
    assert not {"gap", "lower_bound"} & figures.keys()
    told = json.loads(files["plan.json"])["summary"]
    if made is ANSWERS and audience is Audience.PUBLIC:
        assert told.endswith("The plan was changed by hand and carries no certificate.")
    else:
        assert "of all plans that keep every rule; this one is" in told
        assert "breaks 1." in told


def test_a_folder_of_a_plan_that_keeps_its_rules_has_the_words_that_were_looked_for(tmp_path) -> None:
    files = published(SIZES, Audience.PUBLIC, tmp_path)
    assert WORDS.search(files["plan.json"])
    assert any(WORDS.search(data) for name, data in files.items() if name.startswith("plan.xlsx/"))


def test_a_run_as_an_object_has_no_bound_of_a_plan_that_breaks_a_rule() -> None:
    moved = against_a_rule(SIZES)
    told = running.run_object(running.Run(name="moved", plan=moved, report=check(moved), draft=None))
    assert (told["lower_bound"], told["gap"]) == (None, None)
    assert {(one["lower_bound"], one["proven"]) for one in told["strands"].values()} == {(None, None)}
    assert str(SIZES.lower_bound) not in repr(dataclasses.replace(moved, strands=moved.strands).strands)
