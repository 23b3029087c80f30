"""Next year: an agreed plan against a newer list of schools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import docx
import pytest

from geo_partnerships.cli import main
from geo_partnerships.updating import Kind, update, update_note
from tests.village import urn, write_village

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.updating import Update


def rewrite(folder: Path, change) -> None:
    path = folder / "schools.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    collection["features"] = change(collection["features"])
    path.write_text(json.dumps(collection), encoding="utf-8")


def next_years(features: list[dict]) -> list[dict]:
    """One school closed, one replaced, two opened, one renamed, one moved: the second of N1, N2 and so on."""
    new = json.loads(json.dumps(features[0]))
    new["properties"] |= {"urn": "100901", "name": "New School", "easting": 525_060, "northing": 190_060}
    other = json.loads(json.dumps(features[0]))
    other["properties"] |= {"urn": "100902", "name": "New Nursery", "phase": "nursery"}
    kept = [f for f in features if f["properties"]["urn"] != urn(0, 1)]
    for feature in kept:
        properties = feature["properties"]
        if properties["urn"] == urn(1, 1):
            properties |= {"urn": "100903", "name": "Heir Academy", "predecessors": [urn(1, 1)]}
        if properties["urn"] == urn(1, 2):
            properties["name"] = "Renamed School"
        if properties["urn"] == urn(2, 2):
            properties["northing"] += 400
    return [*kept, new, other]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path, Path]:
    root = tmp_path_factory.mktemp("update")
    before, after = write_village(root / "before", hostile=False), write_village(root / "after", hostile=False)
    (after / "survey.csv").unlink(missing_ok=True)
    rewrite(after, next_years)
    assert main(["run", "village", "--data", str(before), "--output", str(root / "out")]) == 0
    return before, after, next((root / "out").rglob("plan.csv")).parent


@pytest.fixture(scope="module")
def found(folders) -> Update:
    before, after, agreed = folders
    return update("village", before=before, plan=agreed, data=after)


def test_every_difference_of_the_newer_list_is_told_by_its_kind(found) -> None:
    told = {(d.kind, d.school): d.words for d in found.differences}
    assert told.keys() == {
        (Kind.CLOSED, urn(0, 1)),
        (Kind.REPLACED, urn(1, 1)),
        (Kind.OPENED, "100901"),
        (Kind.OPENED, "100902"),
        (Kind.CHANGED, urn(1, 2)),
        (Kind.CHANGED, urn(2, 2)),
    }
    assert told[Kind.REPLACED, urn(1, 1)] == "its place was taken by Heir Academy"
    assert told[Kind.CHANGED, urn(1, 2)].startswith("was called School N2")
    assert told[Kind.CHANGED, urn(2, 2)] == "stands 400 m from where it stood"


def test_all_others_stay_where_they_were_agreed_under_the_same_number_and_name(found) -> None:
    gone = {urn(0, 1), urn(1, 1)}
    before = {p.number: (p.name, set(p.members) - gone) for p in found.agreed.partnerships}
    after = {p.number: (p.name, set(p.members) - {"100901", "100903"}) for p in found.run.plan.partnerships}
    assert after == before
    assert found.moved == ()
    assert found.said.startswith("No school has to change")


def test_an_heir_takes_its_place_and_a_new_school_of_their_kind_is_put_in_the_nearest(found) -> None:
    home = {member: p.number for p in found.run.plan.partnerships for member in p.members}
    agreed = {member: p.number for p in found.agreed.partnerships for member in p.members}
    assert home["100903"] == agreed[urn(1, 1)]
    assert dict(found.placed) == {"100901": agreed[urn(0, 0)]}
    assert "100902" not in home  # a nursery, of which the partnerships have none


def test_the_note_says_what_has_to_be_decided(found) -> None:
    decide = next(block for block in update_note(found) if hasattr(block, "items")).items
    assert any(one.startswith("New School: is it to join partnership") for one in decide)
    assert any("School N1 B is closed; 5 schools of those agreed are left." in one for one in decide)


def test_a_rule_that_forces_a_change_is_said_with_the_least_number(folders) -> None:
    before, after, agreed = folders
    apart = [f'cannot_link=[{{schools=["{urn(2, 0)}", "{urn(2, 1)}"], reason="asked"}}]']
    found = update("village", before=before, plan=agreed, data=after, changes=apart)
    assert len(found.moved) == 1
    assert found.said.startswith("1 school parts from the school in the middle of its agreed partnership. No plan")


def test_the_command_publishes_pages_and_a_note_for_officers(folders, tmp_path, capsys) -> None:
    before, after, agreed = folders
    given = ["--plan", str(agreed), "--before", str(before), "--data", str(after), "--output", str(tmp_path)]
    assert main(["update", "village", *given]) == 0
    told = capsys.readouterr().out
    assert "Heir Academy" in told
    folder = next(tmp_path.glob("update-*-officers"))
    assert {"index.html", "plan.csv", "update-note.html", "update-note.docx"} <= {p.name for p in folder.iterdir()}
    words = "\n".join(p.text for p in docx.Document(folder / "update-note.docx").paragraphs)
    assert "What has to be decided" in words


def test_a_newer_list_has_to_be_named(capsys) -> None:
    assert main(["update", "--plan", "plan.csv"]) == 2
    assert "Say where the newer list is" in capsys.readouterr().err
