"""What others can read of a batch does not change with what a single school answered, nor with a secret rule."""

from __future__ import annotations

import csv
import stat

import pytest

from geo_partnerships.batching import read_project, run_batch
from geo_partnerships.publishing.loose import NOTED
from tests.village import write_village

ANSWERS = "100305,,form,100304,,\n"


def batch_of(folder, *, answers=ANSWERS, rules=""):
    """Run a batch over one village with other answers and rules; return its output and what it told."""
    village = write_village(folder / "data" / "village", hostile=False)
    survey, scenario = village / "survey.csv", village / "scenarios" / "village.toml"
    survey.write_text(survey.read_text(encoding="utf-8").replace(ANSWERS, answers), encoding="utf-8")
    scenario.write_text(scenario.read_text(encoding="utf-8") + rules, encoding="utf-8")
    project = folder / "project.toml"
    project.write_text('folders = "data"\nscenario = "village"\n', encoding="utf-8")
    report = run_batch(read_project(project), folder / "out", workers=1, site=True)
    return folder / "out", report


def readable_by_others(folder):
    """Yield the files that any user of the machine can read, with their bytes."""
    for path in sorted(folder.iterdir()):
        mode = path.stat().st_mode
        if path.is_dir() and mode & stat.S_IXOTH:
            yield from readable_by_others(path)
        elif path.is_file() and mode & stat.S_IROTH:
            yield path, path.read_bytes()


def public_part(output):
    return {path.relative_to(output).as_posix(): data for path, data in readable_by_others(output)}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return batch_of(tmp_path_factory.mktemp("plain"))


CHANGES = {
    "another school named": {"answers": "100305,,form,100303,,\n"},
    "a secret pair": {"rules": '[[must_link]]\nschools = ["100300", "100301"]\nreason = "a feud"\n'},
    "a secret pair that is parted": {
        "rules": '[[must_link]]\nschools = ["100100", "100300"]\nstrength = "preferred"\nweight = 7.3\n'
    },
    "two kept apart": {"rules": '[[cannot_link]]\nschools = ["100100", "100300"]\n'},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_others_can_read_of_a_batch_is_the_same_for_the_same_plan(plain, change, tmp_path):
    (output, before), (other, after) = plain, batch_of(tmp_path, **CHANGES[change])
    assert [note["status"] for note in after.notes] == ["planned"]
    plans = {(folder / "authorities" / "village" / "plan.csv").read_bytes() for folder in (output, other)}
    assert len(plans) == 1
    assert before.notes[0]["figures"]["digest"] != after.notes[0]["figures"]["digest"]
    found, expected = public_part(other), public_part(output)
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []
    assert {"summary.csv", "site/index.html", "authorities/village/plan.json"} <= found.keys()


def test_officers_alone_can_read_the_full_tables_and_what_is_noted_of_plans(plain):
    output, report = plain
    private = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()} - {
        *public_part(output)
    }
    assert {name for name in private if not name.startswith(".batch/")} == {
        "officers/summary.csv", "officers/findings.csv", "officers/timings.csv", f"officers/{NOTED}",
    }  # fmt: skip
    digest = report.notes[0]["figures"]["digest"]
    assert digest.encode() in (output / "officers" / "summary.csv").read_bytes()
    assert not [name for name, data in public_part(output).items() if digest[:16].encode() in data]


def test_the_public_table_of_a_batch_has_the_figures_of_the_public_edition(plain):
    output, report = plain
    with (output / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    figures = report.notes[0]["published"]
    assert float(row["objective"]) == figures["objective"]
    assert (row["status"], row["schools"], row["partnerships"]) == ("planned", "18", "3")
    assert "reason" not in row
