"""A published plan is read back as it was, and each row that cannot be is told."""

from __future__ import annotations

import pytest

from geo_partnerships.errors import BadDataError
from geo_partnerships.exports.tables import Membership
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.vocabulary import PartnershipType
from tests.small import small_problem, small_scenario

HEADER = ",".join(Membership._fields) + "\r\n"
SOUND = (
    HEADER
    + "20,School 20,7,East,pair,centre,0.0\r\n25,School 25,7,East,pair,member,500.0\r\n"
    + "11,School 11,2,West,area,member,\r\n10,School 10,2,West,area,centre,0.0\r\n"
)
PROBLEM = small_problem()
SCENARIO = small_scenario(
    status="agreed", strands={"pair": {"members": {"schools": ["20", "25"]}, "type": "hard", "name": "Pair"}}
)


def read(folder, text):
    (folder / "plan.csv").write_text(text, encoding="utf-8-sig", newline="")
    return read_plan(folder, PROBLEM, SCENARIO)


def test_a_plan_is_read_from_its_file_or_its_folder(tmp_path) -> None:
    made = read(tmp_path, SOUND)
    assert read_plan(tmp_path / "plan.csv", PROBLEM, SCENARIO) == made
    found = [(p.number, p.name, p.strand, p.type, p.status, p.centre, p.members) for p in made.partnerships]
    assert found == [
        (2, "West", "area", PartnershipType.LOOSE, "agreed", "10", ("10", "11")),
        (7, "East", "pair", PartnershipType.HARD, "agreed", "20", ("20", "25")),
    ]
    assert [m.distance_to_centre_m for m in made.memberships] == [0.0, None, 0.0, 500.0]


def test_only_school_number_and_role_are_needed(tmp_path) -> None:
    made = read(tmp_path, "urn,partnership,role\r\n10,1,member\r\n11,1,member\r\n")
    (only,) = made.partnerships
    assert (only.name, only.strand, only.centre, only.members) == ("", "area", None, ("10", "11"))


def test_a_strand_that_the_scenario_has_not_is_of_no_special_type(tmp_path) -> None:
    made = read(tmp_path, HEADER + "10,A,1,N,elsewhere,centre,0\r\n")
    assert made.partnerships[0].type is PartnershipType.LOOSE


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("999,A,1,N,area,centre,0", "plan-unknown-school", "urn"),
        ("10,A,one,N,area,centre,0", "plan-number", "partnership"),
        ("10,A,-1,N,area,centre,0", "plan-number", "partnership"),
        ("10,A,²,N,area,centre,0", "plan-number", "partnership"),
        ("10,A,1234567,N,area,centre,0", "plan-number", "partnership"),
        ("10,A,1,N,area,leader,0", "plan-role", "role"),
        ("10,A,1,N,area,,0", "plan-role", "role"),
        ("10,A,1,N,area,centre,far", "plan-distance", "distance_to_centre_m"),
        ("10,A,1,N,area,centre,-1", "plan-distance", "distance_to_centre_m"),
        ("10,A,1,N,area,centre,nan", "plan-distance", "distance_to_centre_m"),
        ("10,A,1,N,area,centre,inf", "plan-distance", "distance_to_centre_m"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_place(tmp_path, row, code, field) -> None:
    with pytest.raises(BadDataError) as caught:
        read(tmp_path, f"{HEADER}11,B,1,N,area,member,1\r\n{row}\r\n")
    (finding,) = caught.value.findings
    assert (finding.code, finding.field, finding.row) == (code, field, 3)
    assert finding.fix


def test_everything_wrong_is_told_at_once(tmp_path) -> None:
    with pytest.raises(BadDataError) as caught:
        read(tmp_path, f"{HEADER}999,B,x,N,area,none,no\r\n998,A,1,N,area,centre,0\r\n")
    assert [(f.code, f.row) for f in caught.value.findings] == [
        ("plan-unknown-school", 2), ("plan-number", 2), ("plan-role", 2), ("plan-distance", 2),
        ("plan-unknown-school", 3),
    ]  # fmt: skip


def test_a_plan_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(BadDataError, match=r"plan\.csv"):
        read_plan(tmp_path, PROBLEM, SCENARIO)
    with pytest.raises(BadDataError, match="role"):
        read(tmp_path, "urn,partnership\r\n10,1\r\n")
