"""What is fuzzed: each reader as a function of bytes, with sound files to start from.

A reader notes findings or raises one of the program's own errors. Anything else is a crash.
"""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from geo_partnerships.batching.project import read_project
from geo_partnerships.batching.register import read_register as read_authorities
from geo_partnerships.deciding.decision import Action, Decision
from geo_partnerships.deciding.log import DecisionLog
from geo_partnerships.intake.answers import standing, survey
from geo_partnerships.intake.answers.judgements import read_judgements
from geo_partnerships.intake.answers.letter import read_letter
from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.spreadsheets import read_spreadsheet
from geo_partnerships.intake.places import layers as places
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.postcodes.geocode import geocode
from geo_partnerships.intake.register.extract import COLUMNS, read_register
from geo_partnerships.intake.schools import read as schools
from geo_partnerships.intake.schools.names import NameIndex, read_names
from geo_partnerships.intake.schools.row import LAYOUT
from geo_partnerships.model import Problem, School
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import read_scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.intake.formats.tables import Layout

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Target:
    """A reader, and sound files to start from."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


def three_schools() -> dict[str, School]:
    """Return three schools that the files speak of."""
    return {
        urn: School(urn=urn, name=f"École {urn}", easting=525_000.0 + number, northing=190_000.0, district="N12")
        for number, urn in enumerate(("100001", "100002", "100003"))
    }


def targets() -> dict[str, Target]:
    """Return every reader by name."""
    known = three_schools()
    index = NameIndex(known.values())
    problem = Problem(schools=known)
    survey_rows = [
        ["responder_urn", "on_behalf_of", "channel", "existing", "wanted", "wanted_type"],
        ["100001", "", "form é", "", "100002; École 100003", "loose"],
        ["100003", "100002", "", "100001", "", ""],
    ]
    judgement = b"urn,ofsted,ofsted_date,la_view,self_evaluation,head_experience\n100001,Good,2013-05,,,\n"
    plan = (
        "\ufeffurn,name,partnership,partnership_name,strand,role,distance_to_centre_m\r\n"
        "100001,A,1,N12 Area,area,centre,0.0\r\n100002,B,1,N12 Area,area,member,1.0\r\n"
    )
    return {
        "schools-geojson": Target(lambda data: schools.read_schools(data, Noticed("schools.geojson")), (geojson(),)),
        "schools-csv": Target(lambda data: table(data, ".csv", LAYOUT, schools.schools_from_table), (schools_csv(),)),
        "survey-csv": Target(lambda data: answers(data, ".csv", index), (csv_of(survey_rows),)),
        "survey-xlsx": Target(lambda data: answers(data, ".xlsx", index), (xlsx_of(survey_rows),)),
        "letter-toml": Target(
            lambda data: read_letter(data, known, Noticed("letter.toml")),
            ((DATA / "letter-2015.toml").read_bytes()[:6_000], letter()),
        ),
        "scenario-toml": Target(scenario, tuple(p.read_bytes() for p in sorted((DATA / "scenarios").glob("*.toml")))),
        "plan-csv": Target(lambda data: plan_file(data, problem), (plan.encode(),)),
        "decisions-log": Target(decisions, (log(),)),
        "judgements-csv": Target(lambda data: read_judgements(data, known, Noticed("judgements.csv")), (judgement,)),
        "names-csv": Target(
            lambda data: read_names(data, known, Noticed("names.csv")), (b"written,urn\nThe old one,100003\n",)
        ),
        "standing-csv": Target(
            lambda data: table(data, ".csv", standing.LAYOUT, lambda t, n: standing.read_standing(t, index, n)),
            (b"partnership,urn,type,lead\nNorth,100001,hard,yes\nNorth,100002,hard,\n",),
        ),
        "districts-geojson": Target(
            lambda data: places.read_places({"districts": data}, {"districts": Noticed("districts.geojson")}),
            (districts(),),
        ),
        "distances-csv": Target(
            lambda data: in_a_file(data, "matrix.csv", lambda path: read_distances(path, known, Noticed(path.name))),
            (
                b"from,to,distance\n100001,100002,3\n100002,100003,4.5\n",
                b",100001,100002\n100001,0,3\n100002,3,0\n",
            ),
        ),
        "roads-graphml": Target(
            lambda data: in_a_file(data, "roads.graphml", lambda path: road_distances(path, known, Noticed(path.name))),
            (graphml(),),
        ),
        "postcodes-csv": Target(
            postcodes,
            (b'"pcd","doterm","oseast1m","osnrth1m"\n"N12 8PE","","525719","191679"\nN1 1AA,201401,530000,184000\n',),
        ),
        "code-point": Target(code_point, (b'"N12 8PE",10,525719,191679,"E92000001","","","E09000003","",""\n',)),
        "register-csv": Target(
            lambda data: in_a_file(data, "all.csv", lambda path: read_register(path, "302", Noticed(path.name))),
            (register(),),
        ),
        "authorities-csv": Target(
            lambda data: in_a_file(data, "all.csv.gz", lambda path: read_authorities(path, Noticed(path.name))),
            (register(), gzip.compress(register(), mtime=0)),
        ),
        "project-toml": Target(
            lambda data: in_a_file(data, "project.toml", read_project),
            (b'folders = "data"\nscenario = "village"\nset = ["area.size=4"]\nauthorities = ["901"]\n',),
        ),
    }


def table(data: bytes, ending: str, layout: Layout, then: Callable[..., object]) -> None:
    """Read a table and what is in it."""
    noticed = Noticed(f"file{ending}")
    found = read_spreadsheet(data, ending, layout, noticed, sheet="sheet")
    if found is not None and not noticed.has_errors:
        then(found, noticed)


def answers(data: bytes, ending: str, index: NameIndex) -> None:
    """Read a survey; the same bytes serve as its sidecar."""
    noticed, beside = Noticed(f"survey{ending}"), Noticed("survey.toml")
    found = read_spreadsheet(data, ending, survey.LAYOUT, noticed, sheet="survey")
    survey.read_survey(found, index, noticed, sidecar=data[:500], sidecar_noticed=beside)


def in_a_file(data: bytes, name: str, read: Callable[[Path], object]) -> None:
    """Read from the disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        read(path)


def scenario(data: bytes) -> None:
    """Read a scenario file, and its text as a change on the command line."""
    in_a_file(data, "x.toml", lambda path: read_scenario(path, path.parent))


def plan_file(data: bytes, problem: Problem) -> None:
    """Read a plan back, and check it."""
    from geo_partnerships.checking import check

    in_a_file(data, "plan.csv", lambda path: check(read_plan(path, problem, Scenario())))


def decisions(data: bytes) -> None:
    """Read a log, and write after whatever stands there."""

    def use(path: Path) -> None:
        before, _ = DecisionLog(path).read()
        written = DecisionLog(path).append(Decision(action=Action.COMMENT, when="", by="", reason="x"))
        after, _ = DecisionLog(path).read()
        if after[: len(before)] != before or after[-1] != written:
            raise AssertionError("what was decided before, or just now, is not there")

    in_a_file(data, "decisions.jsonl", use)


def postcodes(data: bytes) -> None:
    """Look up where schools without a point are, in one file of postcodes."""
    in_a_file(data, "directory.csv", place)


def code_point(data: bytes) -> None:
    """Look them up in a folder of postcodes."""
    in_a_file(data, "n.csv", lambda path: place(path.parent))


def place(path: Path) -> None:
    """Give points to schools that have none."""
    lost = {urn: School(urn=urn, name="A", postcode=code) for urn, code in (("1", "N12 8PE"), ("2", "N1 1AA"))}
    for school in geocode(lost, PostcodeFiles(path), Noticed("schools.geojson")).values():
        if school.easting is not None and not math.isfinite(school.easting + (school.northing or 0)):
            raise AssertionError("a school is nowhere")


def graphml() -> bytes:
    """Return a road of two ends beside the three schools."""
    ends = "".join(
        f'<node id="{at}"><data key="x">{525_000 + 10 * at}</data><data key="y">190000</data></node>' for at in (0, 1)
    )
    keys = '<key id="x" for="node" attr.name="x"/><key id="y" for="node" attr.name="y"/>'
    edge = '<edge source="0" target="1"/>'
    return f'<graphml>{keys}<graph edgedefault="directed">{ends}{edge}</graph></graphml>'.encode()


def register() -> bytes:
    """Return an extract of the school register with two schools of one authority."""
    usual = {
        "LA (code)": "302", "LA (name)": "Barnet", "TypeOfEstablishment (name)": "Community school",
        "EstablishmentStatus (name)": "Open", "OpenDate": "01-09-2001", "PhaseOfEducation (name)": "Primary",
        "StatutoryLowAge": "3", "StatutoryHighAge": "11", "Postcode": "N12 8PE", "Easting": "525719",
        "Northing": "191679", "NumberOfPupils": "210", "CensusDate": "16-01-2014",
    }  # fmt: skip
    rows = [list(COLUMNS.values())]
    for urn in ("100001", "100002"):
        cells = {**usual, "URN": urn, "EstablishmentName": f"School {urn}", "EstablishmentNumber": urn[2:]}
        rows.append([cells.get(column, "") for column in COLUMNS.values()])
    return csv_of(rows)


def geojson() -> bytes:
    """Return three schools as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"urn": urn, "name": "É", "postcode": "N12 8PE", "phase": "primary", "pupils": 210},
            "geometry": {"type": "Point", "coordinates": [-number / 10, 51.6]},
        }
        for number, urn in enumerate(three_schools(), start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def districts() -> bytes:
    """Return a postcode district as GeoJSON."""
    square = [[[-0.3, 51.5], [-0.1, 51.5], [-0.1, 51.7], [-0.3, 51.7], [-0.3, 51.5]]]
    feature = {
        "type": "Feature",
        "properties": {"district": "N12", "neighbours": []},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def schools_csv() -> bytes:
    """Return three schools as CSV."""
    rows = [["urn", "name", "phase", "postcode", "easting", "northing", "pupils"]]
    rows += [[s.urn, s.name, "primary", "N12 8PE", "525000", "190000", "210"] for s in three_schools().values()]
    return csv_of(rows)


def letter() -> bytes:
    """Return a letter about the three schools."""
    return (
        b'title = "A"\nauthority = "B"\nstatus = "draft"\nsent = "2015-01-12"\n[[partnership]]\nnumber = 1\n'
        b'label = "N"\ntype = "loose"\nmembers = [{ text = "A", urn = "100001" }, { text = "B", unnamed = 8 }]\n'
        b'[[alliance]]\nnumber = 1\ntitle = "T"\nmembers = [{ text = "C", urn = "100002" }]\n'
    )


def log() -> bytes:
    """Return a log of two decisions."""
    first = Decision(action=Action.COMMENT, when="2015-01-12", by="a planner", school="100001", reason="é", n=1)
    second = dataclasses.replace(first, action=Action.UNDO, n=2)
    return b"".join(decision.line().encode() + b"\n" for decision in (first, second))


def csv_of(rows: list[list[str]]) -> bytes:
    """Return rows as CSV."""
    return "".join(",".join(row) + "\n" for row in rows).encode()


def xlsx_of(rows: list[list[str]]) -> bytes:
    """Return rows as a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
