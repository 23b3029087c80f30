"""What is published of a plan that was moved against a rule: nowhere a word or a figure of a certificate."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import zipfile

import pytest

from geo_partnerships.api import running
from geo_partnerships.api.plan import plan
from geo_partnerships.api.run_json import run_object
from geo_partnerships.atlas import assemble, authority_site
from geo_partnerships.batching import read_project, run_batch, work
from geo_partnerships.checking import check
from geo_partnerships.model import Response
from geo_partnerships.planning.moving import move
from geo_partnerships.sweeping import parse_axis, points, write_sweep
from geo_partnerships.sweeping.points import Sweep
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.small import small_problem, small_scenario
from tests.village import write_village

WORDS = re.compile(
    rb"proven|no plan that|lower.bound|best possible|\bgap\b(?!\s*:)", re.IGNORECASE
)  # `gap:` is a style
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
    told = run_object(running.Run(name="moved", plan=moved, report=check(moved), draft=None))
    assert (told["lower_bound"], told["gap"]) == (None, None)
    assert {(one["lower_bound"], one["proven"]) for one in told["strands"].values()} == {(None, None)}
    assert str(SIZES.lower_bound) not in repr(dataclasses.replace(moved, strands=moved.strands).strands)


def made_against_a_rule(name, problem, scenario):
    """Stand in for `make_plan`: the plan, moved against a rule as a planner may move it."""
    moved = against_a_rule(plan(problem, scenario))
    return running.Run(name=name, plan=moved, report=check(moved), draft=None)


def village_of_sixes(folder):
    """Write a village whose three partnerships have six schools each, so that no school may move alone."""
    scenario = write_village(folder, hostile=False) / "scenarios" / "village.toml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("[4, 8]", "[6, 6]"), encoding="utf-8")
    return folder


def words_in(folder):
    """Return where a word of a certificate stands in a folder, but for the heads of columns and names of fields."""
    found = {}
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if hit := WORDS.search(re.sub(rb"^\xef\xbb\xbfkey,.*", b"", data)):
            found[path.name] = hit.group()
    return found


@pytest.mark.parametrize("made", [SIZES, ANSWERS], ids=["a public rule", "a private rule"])
def test_no_byte_of_a_site_over_authorities_is_of_a_certificate_after_such_a_move(made, tmp_path) -> None:
    for name, shown in (("moved", against_a_rule(made)), ("kept", made)):
        site = authority_site(view_of(shown, scenario="x"), name, "Smallton")
        for path, data in site.files.items():
            (tmp_path / name / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / name / path).write_bytes(data)
        assemble(tmp_path / name, [site.record], title="All")
    assert words_in(tmp_path / "moved") == {}
    assert {"index.html", "report.html"} <= words_in(tmp_path / "kept").keys()


def test_a_batch_has_no_certificate_of_a_plan_that_breaks_a_rule(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(work, "make_plan", made_against_a_rule)
    village_of_sixes(tmp_path / "data" / "village")
    project = tmp_path / "project.toml"
    project.write_text('folders = "data"\nscenario = "village"\n', encoding="utf-8")
    report = run_batch(read_project(project), tmp_path / "out", workers=1, site=True)
    assert (report.totals["lower_bound"], report.totals["gap"], report.totals["worst_gap"]) == (None, None, None)
    for name in ("summary.csv", "officers/summary.csv"):
        with (tmp_path / "out" / name).open(encoding="utf-8-sig", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["lower_bound"], row["gap"]) == ("", "")
    for folder in ("site", "authorities", "officers"):
        assert words_in(tmp_path / "out" / folder) == {}


def test_a_sweep_has_no_certificate_of_a_plan_that_breaks_a_rule(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(running, "make_plan", made_against_a_rule)
    data, folder = village_of_sixes(tmp_path / "data"), tmp_path / "out"
    axes = [parse_axis("seed=1")]
    (task,) = points._tasks("village", data, [("seed=1",)], (), folder)
    point = points._make(task)
    assert (point.run["lower_bound"], point.run["gap"]) == (None, None)
    write_sweep(Sweep(scenario="village", axes=tuple(axes), points=(point,)), folder)
    assert words_in(folder / "plans") == {}
    assert '<td class="n">–</td>' in (folder / "index.html").read_text(encoding="utf-8")
