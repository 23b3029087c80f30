"""Every kind of file that can be uploaded: read beside the desk's data, its names confirmed, taken when one says so."""

from __future__ import annotations

import csv

import pytest

pytestmark = pytest.mark.xdist_group("workbench")
SURVEY = "responder_urn,existing,wanted\nSchool N1 B,100102,Shool N1 D\n100200,,Schl N2 B;Ye Olde Nursery\n"
LETTER = 'title = "A letter"\nauthority = "Smallton"\n[[partnership]]\nnumber = 1\nlabel = "North"\n' + "".join(
    f'[[partnership.members]]\ntext = "{key}"\nurn = "{key}"\n' for key in ("100101", "100102")
)


def confirm(client, proposed, **said) -> dict:
    """Say what names mean and return what is proposed then."""
    answer = client.send("/api/names", {"name": proposed["name"], "said": said})
    assert answer[0] == 200, answer
    assert client.wait()["status"] == "done"
    return client.send("/api/proposed")[1]


def counted(proposed, label: str) -> list[int]:
    return next(row[1:] for row in proposed["rows"] if row[0] == label)


def listed(proposed, words: str) -> list[str]:
    return next((names for said, names in proposed["lists"] if said == words), [])


def test_unsure_names_of_a_survey_are_confirmed_and_the_next_run_reads_them(served) -> None:
    client = served.client()
    found = client.offer("survey", ".csv", SURVEY.encode())
    assert found["refused"]
    names = {written: (read_as, [urn for urn, _ in suggested]) for written, read_as, suggested in found["names"]}
    assert names["School N1 B"] == ("100101", ["100101"])
    assert names["Shool N1 D"][0] == ""
    assert names["Shool N1 D"][1][0] == "100103"
    assert client.take(found)[0] == 422

    found = confirm(client, found, **{"Shool N1 D": "100103", "Schl N2 B": "100201"})
    assert found["refused"], "one name is open yet"
    assert [written for written, _, _ in found["names"]] == ["Ye Olde Nursery", "School N1 B"]
    found = confirm(client, found, **{"Ye Olde Nursery": "none", "School N1 B": "100101"})
    assert not found["refused"]
    assert found["names"] == []
    assert counted(found, "Names that are not sure") == [0, 0]
    assert client.take(found)[0] == 200
    assert client.desk()["decisions"][0]["words"] == "Upload of survey, with names confirmed"

    rows = list(csv.DictReader(client.send("/names.csv")[1].decode().splitlines()))
    assert [(row["written"], row["urn"]) for row in rows] == [
        ("Shool N1 D", "100103"), ("Schl N2 B", "100201"), ("Ye Olde Nursery", "none"), ("School N1 B", "100101"),
    ]  # fmt: skip
    client.rerun()
    desk = client.desk()
    assert next(row[1] for row in desk["figures"] if row[0] == "Schools that named another") == "2"

    # Undone, the desk has neither the survey nor the names.
    for _ in range(2):
        assert client.decide(action="undo")[0] == 200
    assert client.send("/names.csv")[1] == b""


@pytest.mark.parametrize(
    "said",
    [{}, {"A name that nobody wrote": "100101"}, {"Shool N1 D": "\ud800"}, {"Shool N1 D": 7}, ["Shool N1 D"]],
    ids=["nothing", "another name", "half a character", "a number", "a list"],
)
def test_only_names_that_were_asked_for_are_confirmed(client, said) -> None:
    found = client.offer("survey", ".csv", SURVEY.encode())
    assert client.send("/api/names", {"name": found["name"], "said": said})[0] == 422
    assert client.send("/api/names", {"name": "other.csv", "said": {"Shool N1 D": "100103"}})[0] == 422
    client.send("/api/leave", {})


def test_a_key_that_is_no_school_is_told_and_the_names_can_be_said_again(client) -> None:
    found = client.offer("survey", ".csv", SURVEY.encode())
    found = confirm(client, found, **{"Shool N1 D": "999999"})
    assert found["refused"]
    assert any("999999" in row[3] for row in found["noticed"])
    client.send("/api/leave", {})


def test_files_of_a_proposal_that_is_left_are_gone(shared, client) -> None:
    before = set((shared.workspace / "files").glob("*"))
    found = client.offer("survey", ".csv", SURVEY.replace("Olde", "Newe").encode())
    confirm(client, found, **{"Ye Newe Nursery": "none"})
    assert len(set((shared.workspace / "files").glob("*")) - before) == 2
    client.send("/api/leave", {})
    assert set((shared.workspace / "files").glob("*")) == before


def test_partnerships_judgements_leaders_letter_and_names_show_before_and_after(served) -> None:
    client = served.client()
    standing = client.offer("standing", ".csv", b"partnership,urn\nTrust,100101\nTrust,School N1 C\n")
    assert counted(standing, "Standing partnerships") == [0, 1]
    assert listed(standing, "Standing partnerships that are new") == ["Trust"]
    assert [written for written, _, _ in standing["names"]] == ["School N1 C"]
    assert client.take(standing)[0] == 200

    judgements = client.offer("judgements", ".csv", b"urn,ofsted\n100101,good\n")
    assert counted(judgements, "Judgements") == [0, 1]
    assert client.take(judgements)[0] == 200

    leaders = client.offer("leaders", ".csv", b"urn,designations\n100102,NLE\n")
    assert counted(leaders, "System leaders") == [0, 1]
    assert listed(leaders, "Schools that are described otherwise") == ["School N1 C"]
    assert client.take(leaders)[0] == 200

    letter = client.offer("letter", ".toml", LETTER.encode())
    assert counted(letter, "Partnerships in the letter") == [0, 1]
    assert listed(letter, "Partnerships of the letter that are new") == ["1: North"]
    assert client.take(letter)[0] == 200

    assert client.desk()["staged"] == ["judgements", "leaders", "letter", "standing"]
    desk = client.rerun()
    assert [row[5] for row in desk["schools"] if row[0] == "100102"] == [True]
    assert client.send("/api/comparable")[1][1][0] == "draft"

    # What follows is read beside what was taken.
    again = client.offer("standing", ".csv", b"partnership,urn\nTrust,100101\nTrust,100103\n")
    assert listed(again, "Standing partnerships that are others") == ["Trust"]
    emptied = client.offer("judgements", ".csv", b"urn,ofsted\n")
    assert listed(emptied, "Judgements that are lost") == ["School N1 B"]
    other = client.offer("letter", ".toml", LETTER.replace('urn = "100102"', 'urn = "100103"').encode())
    assert listed(other, "Partnerships of the letter that are others") == ["1: North"]


def test_a_saved_scenario_names_every_file_that_was_uploaded(served) -> None:
    from geo_partnerships.api import running

    client = served.client()
    for part, content in (
        ("standing", b"partnership,urn\nTrust,100101\nTrust,100102\n"),
        ("leaders", b"urn,designations\n100102,NLE\n"),
        ("names", b"written,urn\nThe Nursery,100101\n"),
    ):
        assert client.take(client.offer(part, ".csv", content))[0] == 200
    digest = client.rerun()["digest"]
    assert client.send("/api/save", {"to": "with-files", "by": "A. Planner"})[0] == 200
    saved = served.workspace / "scenarios" / "with-files.toml"
    problem, scenario = running.load(str(saved), served.data)
    assert [group.title for group in problem.standing] == ["Trust"]
    assert problem.schools["100102"].is_system_leader
    assert running.make_plan(str(saved), problem, scenario).plan.digest != ""
    assert digest
