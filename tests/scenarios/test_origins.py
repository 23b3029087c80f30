"""Where a parameter was written: the file and line that a planner is sent to."""

from __future__ import annotations

import pytest

from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.scenarios.origins import Origins, line_of
from geo_partnerships.scenarios.read import read_scenario

TEXT = """\
title = "x"
guarantee.strength = "off"

[[must_link]]
schools = ["1", "2"]
[[ "must_link" ]] # the second
schools = ["1",
  "3"]

[area]
partnerships = 3
members.boroughs = ["A"]
[strands."south side"]
size = [1, 2]
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 1), ("guarantee.strength", 2), ("guarantee", 2),
        ("must_link", 4), ("must_link.1", 4), ("strands", 13),
        ("must_link.2", 6), ("must_link.2.schools", 7), ("must_link.2.reason", 6), ("area", 10),
        ("area.partnerships", 11), ("area.partnerships.2", 11), ("area.members.boroughs.1", 12),
        ("area.size", 10), ("strands.south side", 13), ("strands.south side.size", 14), ("pinned.1", None),
    ],
)  # fmt: skip
def test_a_key_is_found_on_its_line_or_else_its_table(key, line) -> None:
    assert line_of(TEXT, key.split(".")) == line


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert line_of('title = "a\u2028b\x85"\r\nseed = 1\r\n', ["seed"]) == 2


def test_a_list_of_the_nearest_file_takes_the_place_of_its_parents() -> None:
    """Rule 2 is none of either file's: the nearest has one only, and the parent's two count no more."""
    origins = Origins(files=(("own.toml", "[[must_link]]\n"), ("base.toml", "[[must_link]]\n[[must_link]]\nseed=1\n")))
    assert origins.words("must_link.1") == "own.toml, line 1"
    assert origins.words("must_link.2") == "by default"
    assert Origins(files=(("base.toml", "must_link = [{}, {}]\n"),)).words("must_link.2") == "base.toml, line 1"


def test_what_was_given_after_the_files_comes_first() -> None:
    origins = Origins(files=(("own.toml", "area.size = 3\n"),), changes=(("--set", "area.size=4"),))
    assert origins.words("area.size") == "--set area.size"
    assert origins.words("area.size.1") == "--set area.size"
    assert origins.words("area.sizes") == "by default"
    assert Origins(files=origins.files).words("area.size.1") == "own.toml, line 1"


@pytest.mark.parametrize("key", ["guarantee.100001", "guarantee"])
def test_a_guarantee_is_made_binding_by_its_strength(key) -> None:
    assert Origins(files=(("a.toml", '\n[guarantee]\nstrength = "binding"\n'),)).words(key) == "a.toml, line 3"


def test_an_error_names_the_place_of_each_rule_and_stays_what_it_was() -> None:
    error = NoPlanError("No.", ("sizes", "number"), keys=("area.size", "area.partnerships"), proved=False)
    told = Origins(files=(("a.toml", "area.size = 3\n"),)).told(error)
    assert str(told).splitlines() == ["No.", "  sizes: a.toml, line 1", "  number: by default"]
    assert (told.sentence, told.rules, told.keys, told.proved) == (error.sentence, error.rules, error.keys, False)


def test_only_findings_about_the_scenario_are_placed() -> None:
    origins = Origins(files=(("a.toml", "\narea.size = 3\n"),))

    def place(file, field):
        return origins.placed(Finding(code="x", severity=Severity.ERROR, message="m", file=file, field=field)).place

    assert place("scenario", "area.size") == "a.toml, line 2, area.size"
    assert place("survey.csv", "area.size") == "survey.csv, area.size"
    assert place("scenario", "area.partnerships") == "scenario, area.partnerships"


NONSENSE = {
    "together with itself": ('[[must_link]]\nschools = ["1", "1"]\n', "line 2, must_link.1.schools", "1 stands twice"),
    "apart from itself": (
        'seed = 1\n[[cannot_link]]\nschools = ["1", "2", "1"]\n', "line 3, cannot_link.1.schools", "1 stands twice",
    ),
    "pinned twice": (
        '[[pinned]]\npartnership = "a"\nschools = ["1", "1"]\n', "line 3, pinned.1.schools", "1 stands twice",
    ),
    "balanced twice": (
        '[[balance]]\nname = "b"\nmost = 1\nschools = ["1", "1"]\n', "line 4, balance.1.schools", "1 stands twice",
    ),
    "taken twice": ('[area.members]\nschools = ["1", "1"]\n', "line 2, area.members.schools", "1 stands twice"),
    "left out twice": ('area.members.without = ["1", "1"]\n', "line 1, area.members.without", "1 stands twice"),
    "a partnership of the letter twice": (
        "[strands.x]\nmembers.letter = [3, 3]\n", "line 2, strands.x.members.letter", "3 stands twice",
    ),
    "a balance that asks for nothing": ('[[balance]]\nname = "b"\nphases = ["primary"]\n', "line 1, balance.1", "give"),
    "a link of one": ('[[must_link]]\n\nschools = ["1"]\n', "line 3, must_link.1.schools", "2 items"),
    "a link of none": ("\n[[must_link]]\n", "line 2, must_link.1.schools", "required"),
    "an unknown key": ("[area]\n\nsizes = 3\n", "line 3, area.sizes", "Did you mean 'size'"),
    "more than the most": ("[area]\nsize = [3, 2]\n", "line 1, area", "more than the most"),
}  # fmt: skip


@pytest.mark.parametrize("name", NONSENSE)
def test_a_rule_that_makes_no_sense_is_refused_with_file_line_and_fix(tmp_path, name) -> None:
    text, place, words = NONSENSE[name]
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadDataError) as caught:
        read_scenario("x", tmp_path)
    (finding,) = caught.value.findings
    assert finding.place == f"x.toml, {place}"
    assert words in finding.sentence()
    assert finding.fix


def test_nonsense_is_told_of_the_file_that_has_it(tmp_path) -> None:
    (tmp_path / "base.toml").write_text('[[must_link]]\nschools = ["1", "1"]\n', encoding="utf-8")
    (tmp_path / "x.toml").write_text('extends = "base"\n', encoding="utf-8")
    with pytest.raises(BadDataError, match=r"base\.toml, line 2"):
        read_scenario("x", tmp_path)
    with pytest.raises(BadDataError, match=r"--set area.size, area.size"):
        read_scenario("x", tmp_path, ["must_link=[]", "area.size=0"])


def test_a_first_plan_without_a_file_says_what_was_given(tmp_path, capsys) -> None:
    """The folder has no scenario: rules that cannot hold are named, and not a scenario that is missing."""
    from tests.village import write_village

    data = write_village(tmp_path / "data")
    for path in (data / "scenarios").glob("*.toml"):
        path.unlink()
    code = main(["run", "--data", str(data), "--set", "area.size=[50,60]", "--output", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert code == 4
    assert "--set area.size" in told
