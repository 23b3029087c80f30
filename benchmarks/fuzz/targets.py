"""What is fuzzed: each reader as a function of bytes, with sound files to start from.

A reader notes findings or raises one of the program's own errors. Anything else is a crash.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import math
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fuzz.seeds import (
    csv_of,
    districts,
    geojson,
    geopackage,
    graphml,
    ground,
    kept_run,
    letter,
    log,
    matrix_parquet,
    register,
    schools_csv,
    three_schools,
    xlsx_of,
)  # fmt: skip
from geo_partnerships.batching.project import read_project
from geo_partnerships.batching.register import read_register as read_authorities
from geo_partnerships.deciding.decision import Action, Decision
from geo_partnerships.deciding.log import DecisionLog
from geo_partnerships.documents.replies import read_replies
from geo_partnerships.documents.text import DEFAULT_TEXT, read_text
from geo_partnerships.intake.answers import standing, survey
from geo_partnerships.intake.answers.judgements import read_judgements
from geo_partnerships.intake.answers.letter import read_letter
from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.formats.spreadsheets import read_spreadsheet
from geo_partnerships.intake.ground.cutting import fitted
from geo_partnerships.intake.ground.reading import Found, Wanted, read_ground
from geo_partnerships.intake.places import layers as places
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.intake.postcodes.files import PostcodeFiles
from geo_partnerships.intake.postcodes.geocode import PostcodeSource, geocode
from geo_partnerships.intake.postcodes.service import PostcodeService
from geo_partnerships.intake.problem import read_problem
from geo_partnerships.intake.register.extract import read_register
from geo_partnerships.intake.register.folder import init_from
from geo_partnerships.intake.register.templates import is_filled_in
from geo_partnerships.intake.schools import read as schools
from geo_partnerships.intake.schools.names import NameIndex, read_names
from geo_partnerships.intake.schools.row import LAYOUT
from geo_partnerships.model import Problem, School
from geo_partnerships.publishing.folder import publish_folder
from geo_partnerships.publishing.loose import FORMAT, NOTED, remove_written, write_files
from geo_partnerships.publishing.manifest import MANIFEST, MARK, verify
from geo_partnerships.scenarios.edit import edit_scenario
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import read_scenario
from geo_partnerships.workbench.kept import plan_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.intake.formats.header import Layout

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Target:
    """A reader, and sound files to start from."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]


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
        **_layers(),
        **_in_a_village(),
        **_of_commands(known),
        **_own_files(problem),
    }


def _layers() -> dict[str, Target]:
    """Return the readers of layers that GDAL reads, and of what becomes of ground."""
    roads = geopackage("road_link", kind="LineString", road_function="Motorway", name="M{n}")
    return {
        "ground-geojson": Target(partial(ground_file, name="some.geojson"), (ground(),)),
        "ground-gpkg": Target(partial(ground_file, name="some.gpkg"), (roads,)),
        "roads-gpkg": Target(
            lambda data: in_a_file(
                data, "roads.gpkg", lambda path: road_distances(path, three_schools(), Noticed(path.name))
            ),
            (geopackage("edges", kind="LineString", length="{n}00"),),
        ),
        "schools-gpkg": Target(
            partial(village_with, name="schools.gpkg"), (geopackage("schools", urn="10000{n}", name="Ash {n}"),)
        ),
        "districts-gpkg": Target(
            partial(village_with, name="boundaries/districts.gpkg"),
            (geopackage("districts", kind="Polygon", district="N{n}"),),
        ),
        "roads-of-maps": Target(partial(village_with, name="boundaries/roads.geojson"), (ground(),)),
        "distances-parquet": Target(
            lambda data: in_a_file(
                data, "matrix.parquet", lambda path: read_distances(path, three_schools(), Noticed(path.name))
            ),
            (matrix_parquet(),),
        ),
    }


def _in_a_village() -> dict[str, Target]:
    """Return the readers of the small files of a data folder."""
    profile = (
        b'name = "Freedonia"\ngrid = "EPSG:32630"\ndegrees = [-5.0, 40.0, 3.0, 55.0]\npostcode_form = "([A-Z])(.*)"\n'
        b'metres = [100000, 4500000, 900000, 6000000]\n[columns]\nurn = ["Key"]\n[phases]\n"high" = "secondary"\n'
    )
    return {
        "country-toml": Target(
            partial(village_with, name="country.toml"), (b'country = "ireland"\n', b'country = "elsewhere"\n', profile)
        ),
        "columns-toml": Target(
            partial(village_with, name="columns.toml"),
            (b'[schools]\nurn = "urn"\nname = "name"\n[survey]\nwanted = "w"\n',),
        ),
        "leaders-csv": Target(
            partial(village_with, name="leaders.csv"), (b"urn,designations\n100001,NLE; LLE\nSchool 100002,no\n",)
        ),
    }


def _of_commands(known: dict[str, School]) -> dict[str, Target]:
    """Return the readers of what commands are given beside a data folder."""
    replies = [
        ["URN", "School", "Partnership", "Reply", "Date", "What it asked", "What was decided"],
        ["100001", "A", "1", "agrees", "2015-01-28", "é", ""],
        ["100002", "B", "1", "no reply", "28/01/2015", "", "x"],
    ]
    listed = [["School key", "School name", "Phase", "Postcode", "X", "Y"], ["1", "É", "primary", "N12 8PE", "", ""]]
    words = "# Letter to {authority}\n\n- one\n{partnerships}\nDear é {date}\n".encode()
    template = [["urn", "designations"], ["100001", ""], ["100002", "NLE"]]
    point = b'{"postcode":"N12 8PE","eastings":525719,"northings":191679}'
    answer = b'{"status":200,"result":[{"query":"N12 8PE","result":' + point + b"},"
    return {
        "replies-xlsx": Target(partial(replies_file, name="replies.xlsx", known=known), (xlsx_of(replies),)),
        "replies-csv": Target(partial(replies_file, name="replies.csv", known=known), (csv_of(replies),)),
        "list-csv": Target(partial(list_file, name="list.csv"), (csv_of(listed), register())),
        "list-xlsx": Target(partial(list_file, name="list.xlsx"), (xlsx_of(listed),)),
        "list-geojson": Target(partial(list_file, name="list.geojson"), (geojson(),)),
        "list-gpkg": Target(
            partial(list_file, name="list.gpkg"), (geopackage("schools", "EPSG:4326", urn="{n}", name="Ash {n}"),)
        ),
        "letter-text": Target(lambda data: in_a_file(data, "letter.txt", read_text), (words, DEFAULT_TEXT.encode())),
        "template-csv": Target(
            lambda data: in_a_file(data, "leaders.csv", lambda path: is_filled_in(path, "leaders")), (csv_of(template),)
        ),
        "template-xlsx": Target(
            lambda data: in_a_file(data, "leaders.xlsx", lambda path: is_filled_in(path, "leaders")),
            (xlsx_of(template),),
        ),
        "postcodes-cache": Target(
            postcodes_cache, (b'{"https://service.example": {"N12 8PE": {"easting": 525719.0, "northing": 191679.0}}}',)
        ),
        "postcodes-answer": Target(
            postcodes_answer, (answer + b'{"query":"N1 1AA","result":null}]}', b'{"status":404,"error":"none"}')
        ),
        "scenario-edited": Target(edited, tuple(p.read_bytes() for p in sorted((DATA / "scenarios").glob("*.toml")))),
        "set-words": Target(set_words, (b"area.partnerships=9", b"guarantee.strength='off'", b"area.size=[4, 8]")),
    }


def _own_files(problem: Problem) -> dict[str, Target]:
    """Return the readers of what this program itself wrote, and others may have changed."""
    digest = hashlib.sha256(b"ours").hexdigest()
    manifest = {**MARK, "files": {"a.html": digest, "sub/b.html": digest}}
    note = {"format": FORMAT, "files": {"a.html": [digest], "sub/b.html": [digest], "c.html": []}}
    return {
        "manifest-json": Target(published, ((json.dumps(manifest, indent=1) + "\n").encode(),)),
        "written-json": Target(written, (json.dumps(note, indent=0).encode(),)),
        "kept-run": Target(lambda data: kept_plan(data, problem), (kept_run(),)),
    }


def ground_file(data: bytes, name: str) -> None:
    """Cut a file of open data as the command does."""

    def read(path: Path) -> None:
        found, noticed = Found(), Noticed(path.name)
        read_ground(path, Wanted((522_000.0, 187_000.0, 529_000.0, 194_000.0), "EPSG:27700"), found, noticed)
        json.dumps({layer: list(found.credits[layer]) for layer in found.rows}, ensure_ascii=False).encode()
        for layer, rows in found.rows.items():
            for line in fitted(layer, rows, "EPSG:27700", 2_000).features:
                json.loads(line.encode())

    in_a_file(data, name, read)


def village_with(data: bytes, name: str) -> None:
    """Read a data folder of three schools that has such a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        if not name.startswith("schools."):
            (Path(folder) / "schools.geojson").write_bytes(geojson())
        path.write_bytes(data)
        found = read_problem(folder)
        found.country.to_degrees(*found.country.to_grid(0.0, 50.0))


def replies_file(data: bytes, name: str, known: dict[str, School]) -> None:
    """Read replies of the schools."""
    in_a_file(data, name, lambda path: read_replies(path, known))


def list_file(data: bytes, name: str) -> None:
    """Begin a data folder with a list, and read it."""

    def begin(path: Path) -> None:
        folder = path.parent / "new"
        init_from(folder, [path], la="all")
        read_problem(folder)
        init_from(folder, [path], la="all", replace=True)

    in_a_file(data, name, begin)


def postcodes_cache(data: bytes) -> None:
    """Look up two postcodes with a cache, the service away."""
    in_a_file(data, "cache.json", lambda path: placed(_service(None, path)))


def postcodes_answer(data: bytes) -> None:
    """Look them up where the service answers this."""
    placed(_service(data, None))


class _Answering:
    """A connection whose every answer is the same, or fails."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer

    def open(self, request: object, timeout: float) -> io.BytesIO:
        """Answer a request."""
        if self.answer is None:
            raise OSError(f"{request} got no answer in {timeout} s")
        return io.BytesIO(self.answer)


def _service(answer: bytes | None, cache: Path | None) -> PostcodeService:
    service = PostcodeService("https://service.example", cache, pause=lambda _: None)
    service._opener = _Answering(answer)  # type: ignore[assignment] # noqa: SLF001 - stands for the net
    return service


def edited(data: bytes) -> None:
    """Change two parameters of a scenario, the rest left as it was written."""
    in_a_file(
        data, "x.toml", lambda path: edit_scenario(path, path.parent, ["seed=3", "area.size=[4, 9]"], drop=["title"])
    )


def set_words(data: bytes) -> None:
    """Take the bytes as a change on the command line."""
    text = data.decode("utf-8", "replace")
    read_scenario("barnet-2015", DATA / "scenarios", [text])


def published(data: bytes) -> None:
    """Publish over a folder with such a manifest; what is not the program's stays."""

    def publish(path: Path) -> None:
        target = path.parent / "made"
        _as_written(target)
        path.rename(target / MANIFEST)
        with contextlib.suppress(ValueError, RecursionError):  # one is taken for the program's only as it writes them
            text = json.dumps(json.loads((target / MANIFEST).read_bytes()), indent=1) + "\n"
            (target / MANIFEST).write_text(text, encoding="utf-8")
        verify(target)
        publish_folder(target, lambda folder: (folder / "new.html").write_text("new", encoding="utf-8"))

    _with_own(data, MANIFEST, publish)


def written(data: bytes) -> None:
    """Write into a folder with such a note of what was written before."""

    def write(path: Path) -> None:
        target = path.parent / "made"
        _as_written(target)
        path.rename(target / NOTED)
        write_files(target, {"a.html": "new"})
        remove_written(target)

    _with_own(data, NOTED, write)


def _as_written(target: Path) -> None:
    (target / "sub").mkdir(parents=True)
    for name in ("a.html", "sub/b.html"):
        (target / name).write_text("ours", encoding="utf-8")


def _with_own(data: bytes, name: str, then: Callable[[Path], object]) -> None:
    """Do something beside a file of the user's, which has the same bytes as one of the program's."""

    def beside(path: Path) -> None:
        own = path.parent / "own.html"
        own.write_text("ours", encoding="utf-8")
        then(path)
        if not own.exists():
            raise AssertionError("a file of the user's is gone")

    in_a_file(data, name, beside)


def kept_plan(data: bytes, problem: Problem) -> None:
    """Lay out a plan that the workbench kept, and check it."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        plan_from(json.loads(data), problem)


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
    in_a_file(data, "directory.csv", lambda path: placed(PostcodeFiles(path)))


def code_point(data: bytes) -> None:
    """Look them up in a folder of postcodes."""
    in_a_file(data, "n.csv", lambda path: placed(PostcodeFiles(path.parent)))


def placed(source: PostcodeSource) -> None:
    """Give points to schools that have none."""
    lost = {urn: School(urn=urn, name="A", postcode=code) for urn, code in (("1", "N12 8PE"), ("2", "N1 1AA"))}
    for school in geocode(lost, source, Noticed("schools.geojson")).values():
        if school.easting is not None and not math.isfinite(school.easting + (school.northing or 0)):
            raise AssertionError("a school is nowhere")
