"""Points from postcodes: the files as published, and a service that also fails, stalls and lies."""

import csv
import gzip
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.postcodes.files import PostcodeFiles, PostcodePoint
from geo_partnerships.intake.postcodes.geocode import geocode, geocode_file
from geo_partnerships.intake.postcodes.service import PAUSES_S, PostcodeService
from geo_partnerships.model import School

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "codepoint_open_2014_north_london.csv.gz"
CODES = '"E92000001","E19000003","E18000007","","E09000003","E05000040"'
DIRECTORY = """pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,usertype,oseast1m,osnrth1m,osgrdind,lat,long
"N12 8PE","N12  8PE","N12 8PE","198001","","E99999999","E09000003","0","525700","0191600","1",51.6,-0.18
"N12 8PG","N12  8PG","N12 8PG","198001","201406","E99999999","E09000003","0","525800","0191700","1",51.6,-0.18
"N20 0NQ","N20  0NQ","N20 0NQ","198001","","E99999999","E09000003","0","526761","0193616","1",51.6,-0.17
"N12 9ZZ","N12  9ZZ","N12 9ZZ","198001","","E99999999","E09000003","0","","","9",99.999999,0.0
"N128PX","N12  8PX","N12 8PX","198001","","E99999999","E09000003","0","525600","0191500","1",51.6,-0.18
"JE2 3AB","JE2  3AB","JE2 3AB","198001","","L99999999","L99999999","0","","","9",99.999999,0.0
"""


@pytest.fixture
def code_point(tmp_path):
    """Code-Point Open in its published shape: no headers, a file for each area, other CSV files beside them."""
    folder = tmp_path / "codepo_gb"
    (folder / "Data" / "CSV").mkdir(parents=True)
    (folder / "Doc").mkdir()
    (folder / "Doc" / "Code-Point_Open_Column_Headers.csv").write_text("PC,PQ,EA,NO\n")
    (folder / "Data" / "CSV" / "n.csv").write_text(
        f'"N12 8PE",10,525700,191600,{CODES}\r\n"N12 8PX",10,525600,191500,{CODES}\r\n'
        f'"N12 9ZZ",90,0,0,{CODES}\r\n"N20 0NQ",10,526761,193616,{CODES}\r\n',
        newline="",
    )
    return PostcodeFiles(folder)


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "ONSPD_UK.csv").write_text(DIRECTORY)
    return PostcodeFiles(tmp_path / "ONSPD_UK.csv")


def school(urn, postcode="", point=(None, None)):
    return School(urn=urn, name=f"School {urn}", postcode=postcode, easting=point[0], northing=point[1])


def place(source, *schools):
    noticed = Noticed("schools.geojson")
    placed = geocode({one.urn: one for one in schools}, source, noticed)
    return placed, [(finding.code, finding.field) for finding in noticed.findings]


@pytest.mark.parametrize("source", ["code_point", "directory"])
def test_schools_without_a_point_get_their_postcodes(source, request):
    placed, told = place(request.getfixturevalue(source), school("1", "N12 8PE"), school("2", "N20 0NQ"))
    assert [(s.easting, s.northing) for s in placed.values()] == [(525700, 191600), (526761, 193616)]
    assert {s.point_source for s in placed.values()} == {"unit postcode"}
    assert told == []


@pytest.mark.parametrize("source", ["code_point", "directory"])
def test_an_unknown_postcode_falls_back_to_its_district_and_says_so(source, request):
    placed, told = place(request.getfixturevalue(source), school("1", "N12 0AA"), school("2", "N12 9ZZ"))
    assert (placed["1"].easting, placed["1"].northing, placed["1"].point_source) == (
        525650,
        191550,
        "postcode district",
    )
    assert told == [("postcode-unknown", "1"), ("postcode-unknown", "2")]


def test_a_postcode_of_another_area_is_not_guessed(code_point):
    placed, told = place(code_point, school("1", "EN4 8SD"))
    assert not placed["1"].has_point
    assert told == [("postcodes-area-missing", ""), ("postcode-unknown", "1")]


def test_an_ended_postcode_still_has_a_point(directory):
    placed, told = place(directory, school("1", "N12 8PG"))
    assert (placed["1"].easting, placed["1"].northing) == (525800, 191700)
    assert told == [("postcode-ended", "1")]


def test_points_far_from_their_postcode_are_told_and_kept(code_point):
    near, far = school("1", "N12 8PE", (525700, 192500)), school("2", "N12 8PE", (525700, 192700))
    placed, told = place(code_point, near, far)
    assert (placed["1"], placed["2"]) == (near, far)
    assert told == [("point-far-from-postcode", "2")]


def test_neither_point_nor_postcode(code_point):
    assert place(code_point, school("1"))[1] == [("postcode-missing", "1")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("postcode,x,y\nN12 8PE,1,2\n", "postcodes-column-missing"),
        ("", "postcodes-column-missing"),
        (DIRECTORY.replace("525700", "east"), "postcodes-malformed-rows"),
        (DIRECTORY + '"N12 1AA","N12', "postcodes-unreadable"),
    ],
)
def test_directories_that_are_none(content, code, tmp_path):
    (tmp_path / "file.csv").write_text(content)
    told = place(PostcodeFiles(tmp_path / "file.csv"), school("1", "N12 8PE"))[1]
    assert code in {one for one, _ in told}


@pytest.mark.parametrize("easting", ["nan", "inf", "-525700", "1e308", "0", "701000", "x"])
def test_a_postcode_that_is_nowhere_in_britain_gives_no_point(tmp_path, easting):
    (tmp_path / "n.csv").write_text(f'"N12 8PE",10,{easting},191600,{CODES}\r\n"N12 8PX",10,525600,191500,{CODES}\r\n')
    (tmp_path / "ONSPD.csv").write_text(DIRECTORY.replace('"525700"', f'"{easting}"'))
    for source in (PostcodeFiles(tmp_path), PostcodeFiles(tmp_path / "ONSPD.csv")):
        placed, told = place(source, school("1", "N12 8PE"))
        assert (placed["1"].easting, placed["1"].northing) == (525600, 191500)  # of its district, which is told
        without = easting == "0" and source.path.is_dir()  # is how Code-Point Open says that there is none
        assert told == [("postcodes-malformed-rows", "")] * (not without) + [("postcode-unknown", "1")]


def test_a_file_that_is_not_there(tmp_path):
    assert ("file-missing", "") in place(PostcodeFiles(tmp_path / "none.csv"), school("1", "N12 8PE"))[1]


def test_a_schools_file_is_written_anew_only_where_a_point_was_found(code_point, tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"urn": urn, "name": "Ash", "postcode": postcode, "kept": "as it is"},
            "geometry": None,
        }
        for urn, postcode in (("100001", "N12 8PE"), ("100002", ""))
    ]
    path = tmp_path / "schools.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "attribution": ["Me"], "features": features}))
    told = [finding.code for finding in geocode_file(path, code_point)]
    assert told == ["postcode-missing", "point-from-postcode"]
    written = json.loads(path.read_text())
    assert written["attribution"] == ["Me"]
    assert written["features"][0]["properties"]["kept"] == "as it is"
    assert written["features"][0]["geometry"]["type"] == "Point"
    before = path.stat().st_mtime_ns
    assert [finding.code for finding in geocode_file(path, code_point)] == ["postcode-missing"]
    assert path.stat().st_mtime_ns == before
    path.write_text("{")
    with pytest.raises(BadDataError):
        geocode_file(path, code_point)
    assert path.read_text() == "{"


def test_real_postcodes_in_the_published_shape(tmp_path):
    if not REFERENCE.is_file():
        pytest.skip(f"no {REFERENCE.name} beside the project")
    with gzip.open(REFERENCE, "rt", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["postcode"])
    for area, group in itertools.groupby(
        rows, key=lambda row: "".join(itertools.takewhile(str.isalpha, row["postcode"]))
    ):
        lines = [
            f'"{row["postcode"]}",{row["positional_quality"]},{row["easting"]},{row["northing"]},{CODES}\r\n'
            for row in group
        ]
        (tmp_path / f"{area.lower()}.csv").write_text("".join(lines), newline="")
    known = PostcodeFiles(tmp_path).look_up(["EN4 8SD", "NW11 6EJ"], Noticed("x"))
    by_code = {row["postcode"]: row for row in rows}
    for code in ("EN4 8SD", "NW11 6EJ"):
        assert known.units[code].easting == float(by_code[code]["easting"])


# --- the service ---------------------------------------------------------------------------------------------------

POINTS = {"N12 8PE": (525700, 191600), "N20 0NQ": (526761, 193616)}


class Fake(BaseHTTPRequestHandler):
    """A postcodes service that does as its server's script says, one word a request, then answers truly."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["postcodes"]
        self.server.asked.append(asked)
        results = [{"query": code, "result": self.result(code)} for code in asked]
        self.answer({"status": 200, "result": results})

    def do_GET(self):
        self.server.asked.append(self.path)
        code = self.path.rsplit("/", 1)[1].replace("%20", " ")
        if code != "N12 8PG":
            self.reply(404, b'{"status":404,"error":"Terminated postcode not found"}')
            return
        ended = {
            "postcode": code,
            "year_terminated": 2014,
            "month_terminated": 6,
            "longitude": -0.185829,
            "latitude": 51.609916,
        }
        self.answer({"status": 200, "result": ended})

    def result(self, code):
        if code not in POINTS:
            return None
        return {"postcode": code, "quality": 1, "eastings": POINTS[code][0], "northings": POINTS[code][1]}

    def answer(self, content):
        word = self.server.script.pop(0) if self.server.script else "truly"
        if word.isdigit():
            self.reply(int(word), b"{}")
        elif word == "stall":
            time.sleep(0.8)
        elif word == "drip":
            self.drip()
        elif word == "cut":
            self.reply(200, json.dumps(content).encode()[:-9])
        elif word == "endless":
            self.reply(200, b'"' + b"a" * 2_500_000 + b'"')
        elif word == "redirect":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        else:
            if content.get("result") and isinstance(content["result"], list):
                content = self.lie(word, content)
            self.reply(200, json.dumps(content).encode())

    def lie(self, word, content):
        first = content["result"][0]
        if word == "other query":
            first["query"] = "AB1 0AA"
        elif word == "other postcode":
            first["result"]["postcode"] = "AB1 0AA"
        elif word == "nowhere":
            first["result"]["eastings"] = 10**9
        elif word == "words":
            first["result"] |= {"eastings": "east", "northings": None}
        elif word == "fewer":
            content["result"] = content["result"][1:]
        elif word == "no list":
            content["result"] = {"a": 1}
        return content

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(20):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def fake():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    server.script, server.asked = [], []
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def service(fake, cache=None, timeout_s=10.0):
    waited = []
    made = PostcodeService(f"http://127.0.0.1:{fake.server_port}", cache, timeout_s, waited.append)
    return made, waited


def ask(made, *codes):
    noticed = Noticed("schools.geojson")
    found = made.look_up(codes, noticed)
    return found.units, [finding.code for finding in noticed.findings]


def test_the_service_in_batches_of_a_hundred(fake):
    codes = [f"N{n} {m}AA" for n in range(1, 23) for m in range(1, 10)]
    ask(service(fake)[0], *codes)
    sizes = [len(asked) for asked in fake.asked if isinstance(asked, list)]
    assert sizes == [100, 98]


def test_ended_and_unknown_postcodes(fake):
    units, told = ask(service(fake)[0], "N12 8PE", "N12 8PG", "N12 0AA")
    assert units["N12 8PE"] == PostcodePoint(525700, 191600)
    assert units["N12 8PG"].ended == "2014-06"
    assert abs(units["N12 8PG"].easting - 525719) < 2
    assert "N12 0AA" not in units
    assert told == []


@pytest.mark.parametrize("word", ["500", "503", "429", "stall", "drip", "cut", "endless"])
def test_what_may_pass_is_tried_again_with_growing_pauses(word, fake):
    fake.script = [word, word]
    made, waited = service(fake, timeout_s=0.5 if word in {"stall", "drip"} else 10.0)
    units, told = ask(made, "N12 8PE")
    assert units["N12 8PE"] == PostcodePoint(525700, 191600)
    assert told == []
    assert waited[:2] == list(PAUSES_S[:2])


@pytest.mark.parametrize("word", ["500", "400", "redirect", "other query", "other postcode", "fewer", "no list"])
def test_what_does_not_pass_is_one_warning_and_no_point(word, fake):
    fake.script = [word] * 9
    units, told = ask(service(fake)[0], "N12 8PE")
    assert units == {}
    assert told == ["postcodes-service"]


@pytest.mark.parametrize(("word", "told"), [("nowhere", ["postcodes-service-outside"]), ("words", [])])
def test_points_that_cannot_be_are_left_out(word, told, fake):
    fake.script = [word]
    units, found = ask(service(fake)[0], "N12 8PE")
    assert units == {}
    assert found == told


def test_offline_is_said_clearly(fake):
    made, waited = service(fake)
    made.url = "http://127.0.0.1:9"
    noticed = Noticed("schools.geojson")
    assert made.look_up(["N12 8PE"], noticed).units == {}
    (finding,) = noticed.findings
    assert "no connection" in finding.message
    assert "Code-Point Open" in finding.fix
    assert waited == list(PAUSES_S)


@pytest.mark.parametrize("text", ["my thesis", '{"type": "FeatureCollection", "features": []}', "[]", '{"a": {}}'])
def test_a_file_that_is_no_cache_is_kept_beside_the_new_one(fake, tmp_path, text):
    cache = tmp_path / "thesis.json"
    cache.write_text(text)
    assert ask(service(fake, cache)[0], "N12 8PE")[1] == ["postcodes-cache"]
    assert (tmp_path / "thesis.json.before-1").read_text() == text
    assert ask(service(fake, cache)[0], "N12 8PE")[1] == []


def test_the_cache_is_asked_first_and_survives_damage(fake, tmp_path):
    cache = tmp_path / "kept" / "postcodes.json"
    ask(service(fake, cache)[0], "N12 8PE", "N12 0AA")
    first = cache.read_bytes()
    asked = len(fake.asked)
    units, told = ask(service(fake, cache)[0], "N12 8PE", "N12 0AA")
    assert (len(fake.asked), told, list(units)) == (asked, [], ["N12 8PE"])
    assert cache.read_bytes() == first
    cache.write_text('{"http')
    assert ask(service(fake, cache)[0], "N12 8PE")[1] == ["postcodes-cache"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://localhost", "localhost:80", "", "http://"])
def test_addresses_that_are_none(url):
    with pytest.raises(UsageError):
        PostcodeService(url)


SWAPPED = """oseast1m,osnrth1m,doterm,pcds,ctry
333700,372900,,BT7 1NN,N92000002
525700,191600,,N12 8PE,E92000001
526000,191000,,W12 8PE,E92000001
"""


def test_a_directory_is_read_whatever_the_order_of_its_columns(tmp_path):
    (tmp_path / "ONSPD.csv").write_text(SWAPPED)
    placed, told = place(PostcodeFiles(tmp_path / "ONSPD.csv"), school("100001", "N12 8PE"))
    assert placed["100001"].easting == 525_700
    assert not told


def test_postcodes_of_northern_ireland_come_from_the_irish_grid(tmp_path):
    (tmp_path / "ONSPD.csv").write_text(SWAPPED)
    placed, _ = place(PostcodeFiles(tmp_path / "ONSPD.csv"), school("100001", "BT7 1NN"))
    belfast = placed["100001"]
    assert (round(belfast.easting, -3), round(belfast.northing, -3)) == (146_000, 528_000)
