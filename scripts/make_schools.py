"""Write ``schools.geojson`` and ``judgements.csv`` from the public register and the letter.

The schools are those that the letter names, with the state schools of the borough that were open in
January 2015 and that the letter leaves out. Names, points and ages come from the reference tables;
spellings, designations and who is in the letter come from ``letter-2015.toml``.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from _common import arguments, read_letter, read_rows, write_geojson, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

TEACHING_SCHOOL = "Teaching School"
DESIGNATIONS = ("NLE/National Support School", "LLE", TEACHING_SCHOOL)
ATTRIBUTION = ["Contains public sector information licensed under the Open Government Licence v3.0"]
JUDGEMENT_COLUMNS = ["urn", "ofsted", "ofsted_date", "la_view", "self_evaluation", "head_experience"]

# The letter's slash entry is two schools (its `urns`); these are the two halves as spelt there.
SLASH_SPELLINGS = {"134798": "London Academy", "139489": "Deansbrook Juniors"}

# Only where a reader of the point, the postcode or the identity would otherwise be misled.
NOTES = {
    "101295": "Its postcode N12 8PE lies in the area of N3.",
    "101339": "Its register point lies 316 m from its postcode: the school moved about that time.",
    "101356": "Its postcode N14 5HD is one of Enfield; the point lies in Barnet.",
    "133365": "Maintained by Barnet; its point lies 27 m outside the borough, on the Brent side of the A5.",
    "133749": "A pupil referral unit that the letter calls a teaching school.",
    "134798": "The letter writes London Academy/Deansbrook Juniors as one entry.",
    "136327": "The letter gives no borough; taken to be the secondary school in Enfield.",
    "137353": "The letter gives no borough; taken to be the school in Westminster.",
    "137531": "The letter gives no borough; taken to be the school in Haringey.",
    "138649": "In partnerships 1 and 8, and the letter says so at both.",
    "139489": "The letter writes London Academy/Deansbrook Juniors as one entry.",
    "139562": (
        "Three sites: temporary premises until July 2015, another in 2015/16; the point is the permanent "
        "site of 2016, in the area where the letter puts the school."
    ),
    "140387": "New building: its register point lies 559 m from its postcode.",
}


def main() -> None:
    """Write both files."""
    parsed = arguments(__doc__).parse_args()
    rows = open_schools(
        read_rows(parsed.reference / "schools_reference.csv"),
        read_rows(parsed.reference / "barnet_all_schools.csv"),
    )
    letter = read_letter()
    named = set(members_by_school(letter))
    in_reference = {row["urn"] for row in rows if row["borough"]}
    if named != in_reference:
        sys.exit(f"the letter and the reference differ in these schools: {sorted(named ^ in_reference)}")
    parsed.output.mkdir(parents=True, exist_ok=True)
    write_geojson(parsed.output / "schools.geojson", features(rows, letter), ATTRIBUTION)
    write_rows(parsed.output / "judgements.csv", JUDGEMENT_COLUMNS, map(judgement, rows))


def open_schools(named: list[dict[str, str]], borough: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the letter's schools and the borough's other state schools open in January 2015, by URN.

    Parameters
    ----------
    named
        Rows of the schools in the letter; these alone have a filled ``borough``.
    borough
        Rows of all establishments of the borough.
    """
    known = {row["urn"] for row in named}
    left_out = [
        row | {"borough": ""}
        for row in borough
        if row["sector"] == "state" and row["open_2015_01"] == "yes" and row["urn"] not in known
    ]
    return sorted(named + left_out, key=lambda row: row["urn"])


def members_by_school(letter: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return every list entry of the letter by the URN it means; a lead without an entry has none."""
    entries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for group in (*letter["partnership"], *letter["alliance"]):
        for member in group["members"]:
            for urn in member.get("urns", [member.get("urn")]):
                if urn is not None:
                    entries[urn].append(member)
        if "lead" in group:
            entries.setdefault(group["lead"], [])
    return entries


def features(
    rows: list[dict[str, str]], letter: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield properties and point of each school in the order of the rows."""
    entries = members_by_school(letter)
    leads = {
        alliance["lead"]
        for alliance in letter["alliance"]
        if "lead" in alliance and TEACHING_SCHOOL in alliance["title"]
    }
    at_point: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        at_point[row["easting"], row["northing"]].append(row)
    for row in rows:
        urn = row["urn"]
        members = entries.get(urn, [])
        placed = bool(row["easting"])
        shared = [other["official_name"] for other in at_point[row["easting"], row["northing"]] if other is not row]
        properties = {
            "urn": urn,
            "name": row["official_name"],
            "aliases": aliases(row, members),
            "phase": row["phase"],
            "type": row["type"],
            "religious_character": row["religious_character"],
            "low_age": number(row["low_age"]),
            "high_age": number(row["high_age"]),
            "pupils": number(row["pupils"]),
            "pupils_year": number(row["pupils_year"]),
            "postcode": row["postcode"],
            "district": row["postcode_district"],
            "borough": row["borough"] or row["la"],
            "sector": "state",
            "designations": designations(members, leads_teaching_school=urn in leads),
            "in_letter": urn in entries,
            "easting": number(row["easting"]),
            "northing": number(row["northing"]),
            "point_source": row["coord_source"],
        }
        remarks = [NOTES[urn]] if urn in NOTES else []
        if placed and shared:
            remarks.append(f"Same register point as {' and '.join(shared)}.")
        if remarks:
            properties["note"] = " ".join(remarks)
        point = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]} if placed else None
        yield properties, point


def aliases(row: dict[str, str], members: list[dict[str, Any]]) -> list[str]:
    """Return the letter's spellings of a school in its order, each once, the official name left out.

    A borough in brackets is part of the spelling: without it Claremont (Brent) would be Claremont.
    """
    spellings = [
        SLASH_SPELLINGS[row["urn"]]
        if "urns" in member
        else f"{member['text']} ({member['borough']})"
        if "borough" in member
        else member["text"]
        for member in members
    ]
    return [spelling for spelling in dict.fromkeys(spellings) if spelling != row["official_name"]]


def designations(members: list[dict[str, Any]], *, leads_teaching_school: bool) -> list[str]:
    """Return the designations that the letter gives, the slash in a designation kept."""
    given = {mark for member in members for mark in member.get("marks", [])}
    if leads_teaching_school or any(TEACHING_SCHOOL in member["text"] for member in members):
        given.add(TEACHING_SCHOOL)
    return [designation for designation in DESIGNATIONS if designation in given]


def judgement(row: dict[str, str]) -> dict[str, str]:
    """Return a school's grade in force in January 2015, empty where none is known; the rest is not public."""
    in_force = row.get("ofsted_in_force_2015_01") or ("yes" if row["ofsted_date"] < "2015" else "no")
    known = bool(row["ofsted"]) and in_force == "yes"
    return dict.fromkeys(JUDGEMENT_COLUMNS, "") | {
        "urn": row["urn"],
        "ofsted": row["ofsted"] if known else "",
        "ofsted_date": row["ofsted_date"] if known else "",
    }


def number(text: str) -> int | None:
    """Return a whole number, None for an empty cell."""
    return int(text) if text else None


if __name__ == "__main__":
    main()
