# ruff: noqa: E501 - the damaged files read best unbroken
"""Files damaged at random: each is read or refused in words, and never ends in anything else."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.distances.matrix import read_distances
from geo_partnerships.intake.distances.roads import road_distances
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.model import School
from tests.depth import examples

SQUARE = [[[-0.3, 51.5], [-0.1, 51.5], [-0.1, 51.7], [-0.3, 51.7], [-0.3, 51.5]]]


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def feature(properties, kind, coordinates):
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


SCHOOLS = [
    feature(
        {"urn": f"10000{n}", "name": f"École {n}", "postcode": "N12 8PE", "phase": "primary"}, "Point", [-n / 10, 51.6]
    )
    for n in (1, 2, 3)
]
SOUND = {
    "schools.geojson": collection(*SCHOOLS),
    "survey.csv": "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n100001,,form é,,100002,loose\n".encode(),
    "survey.toml": b'illustrative = true\nround = "2014-10"\n',
    "standing.csv": b"partnership,urn,type,lead\nNorth,100001,hard,yes\nNorth,100002,hard,\n",
    "names.csv": b"written,urn\nThe old one,100003\n",
    "judgements.csv": b"urn,ofsted,ofsted_date,la_view,self_evaluation,head_experience\n100001,Good,,,,\n",
    "letter-2015.toml": (
        b'title = "A"\nauthority = "B"\n[[partnership]]\nnumber = 1\nlabel = "N"\nmembers = [{ text = "A", urn = "100001" }]\n'
    ),
    "boundaries/districts.geojson": collection(feature({"district": "N12", "neighbours": []}, "Polygon", SQUARE)),
}
BITS = [
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"[", b"{", b"]", b"}", b",", b";", b"\t", b"\n", b"\r", b"nan", b"null",
    b"1e999", b"-1", b"\xe9", b"\xc3\xa9", b"true", b"[[]]", "\u202e".encode(), b"'", b"\\", b"=", b"x-a", b"100001", b"{{",
]  # fmt: skip
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(BITS)), min_size=1, max_size=4)


def damaged(content, damage):
    for where, length, bit in damage:
        at = int(where * len(content))
        content = content[:at] + bit + content[at + length :]
    return content


def json_value():
    leaf = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
    return st.recursive(
        leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    )


def findings_of(folder):
    """Return the errors that a folder is refused for, none where it is read."""
    try:
        problem = read_problem(folder)
    except BadDataError as refusal:
        return refusal.findings or [None]
    return [finding for finding in problem.findings if finding.severity == "error"]


def read(**replaced):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**SOUND, **replaced}.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        before = sorted(path.name for path in Path(folder).rglob("*"))
        refused = findings_of(folder)
        assert all(finding.severity == "error" for finding in refused)
        assert all(finding.message.isprintable() for finding in refused)
        assert sorted(path.name for path in Path(folder).rglob("*")) == before


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(sorted(SOUND)), DAMAGE)
def test_bytes_damaged_at_random(name, damage):
    read(**{name: damaged(SOUND[name], damage)})


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(["urn", "name", "postcode", "phase", "aliases", "pupils", "easting", "in_letter"]), json_value())
def test_any_value_of_any_property(key, value):
    properties = {**SCHOOLS[0]["properties"], key: value}
    read(**{"schools.geojson": collection({**SCHOOLS[0], "properties": properties}, *SCHOOLS[1:])})


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(["schools.geojson", "boundaries/districts.geojson"]), json_value())
def test_any_geometry(name, value):
    made = json.loads(SOUND[name])
    made["features"][0]["geometry"] = value
    read(**{name: json.dumps(made).encode()})
    made["features"][0]["geometry"] = {"type": "Polygon" if "district" in name else "Point", "coordinates": value}
    read(**{name: json.dumps(made).encode()})


@settings(max_examples=examples(60), deadline=None)
@given(DAMAGE)
def test_matrices_and_graphs_damaged_at_random(damage):
    schools = {"1": School(urn="1", name="A", easting=525000.0, northing=190000.0)}
    graph = (
        b'<graphml><key id="x" for="node" attr.name="x"/><key id="y" for="node" attr.name="y"/><graph edgedefault="directed">'
        b'<node id="a"><data key="x">525000</data><data key="y">190000</data></node>'
        b'<node id="b"><data key="x">525100</data><data key="y">190000</data></node>'
        b'<edge source="a" target="b"/></graph></graphml>'
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matrix.csv"
        for sound in (b"from,to,distance\n1,2,3\n", b",1,2\n1,0,3\n2,3,0\n"):
            path.write_bytes(damaged(sound, damage))
            noticed = Noticed(path.name)
            assert read_distances(path, schools, noticed) is not None or noticed.has_errors
        path = Path(folder) / "roads.graphml"
        path.write_bytes(damaged(graph, damage))
        noticed = Noticed(path.name)
        assert road_distances(path, schools, noticed) is not None or noticed.has_errors
