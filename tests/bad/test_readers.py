"""Broken and hostile input, one case a line: each ends in the findings named here, never in a traceback.

A case replaces one file of a small sound folder. The errors that stop the run are compared as a whole, so that
one fault neither hides another nor grows a tail of errors that only follow from it.
"""

import codecs
import gzip
import json
import os
import socket
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import SHOWN_AT_MOST, Severity
from geo_partnerships.intake import read_problem

SHARED = Path(__file__).parents[3] / "shared" / "payloads" / "geojson-bad"


# --- a sound folder, and the parts it is made of -----------------------------------------------------------------


def feature(urn: object = "100001", name: object = "Dogwood", at: object = (-0.2, 51.6), **more: object) -> dict:
    geometry = None if at is None else {"type": "Point", "coordinates": at}
    return {"type": "Feature", "properties": {"urn": urn, "name": name, **more}, "geometry": geometry}


def geometry(value: object) -> dict:
    return {**feature(), "geometry": value}


def collection(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()


def schools(*features: object) -> bytes:
    """Return the three sound schools with `features` after them."""
    return collection(*THREE, *features)


def raw(text: str) -> bytes:
    """Return a collection of one feature whose properties are `text`, written as it stands."""
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"urn":"100009","name":"Elm",'
        + text
        + '},"geometry":null}]}'
    ).encode()


HEAD = "responder_urn,on_behalf_of,channel,existing,wanted,wanted_type\n"


def survey(*lines: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"{line}\n" for line in lines)).encode()


def letter(more: str = "", *, members: str = '{ text = "Ash", urn = "100001" }', kind: str = "loose") -> bytes:
    return f"""title = "A letter"
authority = "Borough of Trees"
{more if "[" not in more else ""}
[[partnership]]
number = 1
type = "{kind}"
label = "North"
members = [{members}]
{more if "[" in more else ""}
""".encode()


def judgements(*lines: str) -> bytes:
    return ("urn,ofsted,ofsted_date,la_view,self_evaluation,head_experience\n" + "\n".join(lines)).encode()


def area(coordinates: object, kind: str = "Polygon", **properties: object) -> bytes:
    shape = {"type": kind, "coordinates": coordinates}
    return collection({"type": "Feature", "properties": {"name": "Trees", **properties}, "geometry": shape})


THREE = (
    feature("100001", "Ash School", (-0.2, 51.6)),
    feature("100002", "Beech School", (-0.21, 51.61)),
    feature("100003", "Cedar School", (-0.22, 51.62)),
)
SQUARE = [[[-0.3, 51.5], [-0.1, 51.5], [-0.1, 51.7], [-0.3, 51.7], [-0.3, 51.5]]]
BOW_TIE = [[[-0.3, 51.5], [-0.1, 51.7], [-0.1, 51.5], [-0.3, 51.7], [-0.3, 51.5]]]
DEEP = 200_000
SOUND = {
    "schools.geojson": collection(*THREE),
    "survey.csv": survey("100001,,form,,100002,loose"),
    "survey.toml": b"illustrative = true\n",
    "letter-2015.toml": letter(),
    "judgements.csv": judgements("100001,Good,,,,"),
    "boundaries/authority.geojson": area(SQUARE),
}


@dataclass(frozen=True)
class Case:
    name: str
    file: str
    content: bytes
    errors: dict[str, int]
    warnings: tuple[str, ...] = ()


def zipped() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("schools.geojson", collection(*THREE))
    return held.getvalue()


# --- the table ---------------------------------------------------------------------------------------------------

G, S, T, L, J, A, D = (
    "schools.geojson", "survey.csv", "survey.toml", "letter-2015.toml", "judgements.csv",
    "boundaries/authority.geojson", "boundaries/districts.geojson",
)  # fmt: skip

JSON_TEXT = [
    Case("empty file", G, b"", {"json-malformed": 1}),
    Case("only blanks", G, b" \n\n ", {"json-malformed": 1}),
    Case("cut off", G, collection(*THREE)[:-20], {"json-malformed": 1}),
    Case("cut off in a name", G, collection(*THREE)[:90], {"json-malformed": 1}),
    Case("two documents", G, collection(*THREE) * 2, {"json-malformed": 1}),
    Case("trailing comma", G, b'{"type":"FeatureCollection","features":[],}', {"json-malformed": 1}),
    Case("a comment", G, b'// mine\n{"type":"FeatureCollection","features":[]}', {"json-malformed": 1}),
    Case("single quotes", G, b"{'type':'FeatureCollection'}", {"json-malformed": 1}),
    Case("CSV under the name of GeoJSON", G, b"urn,name\n100001,Ash\n", {"json-malformed": 1}),
    Case("HTML error page", G, b"<!doctype html><title>404</title>", {"json-malformed": 1}),
    Case("null", G, b"null", {"json-malformed": 1}),
    Case("a number of 5,000 digits", G, b"[" + b"9" * 5000 + b"]", {"json-malformed": 1}),
    Case("raw control character", G, raw('"note":"a\x01b"'), {"json-malformed": 1}),
    Case("NaN", G, raw('"pupils":NaN'), {"json-not-finite": 1}),
    Case("Infinity", G, raw('"pupils":-Infinity'), {"json-not-finite": 1}),
    Case("1e999", G, raw('"pupils":1e999'), {"json-not-finite": 1}),
    Case("key twice in properties", G, raw('"urn":"100008"'), {"json-duplicate-key": 1}),
    Case("key twice at the top", G, b'{"type":"a","type":"FeatureCollection"}', {"json-duplicate-key": 1}),
    Case("escaped key twice", G, raw('"a":1,"\\u0061":2'), {"json-duplicate-key": 1}),
    Case("depth bomb of lists", G, b"[" * DEEP + b"]" * DEEP, {"json-too-deep": 1}),
    Case("depth bomb of objects", G, b'{"a":' * DEEP + b"1" + b"}" * DEEP, {"json-too-deep": 1}),
    Case("depth bomb in properties", G, raw('"x":' + "[" * DEEP + "]" * DEEP), {"json-too-deep": 1}),
    Case("nested but legal in a URN", G, schools(feature([[[[[[[1]]]]]]])), {"urn-malformed": 1}),
    Case("ZIP", G, zipped(), {"file-archive": 1}),
    Case("gzip", G, gzip.compress(collection(*THREE)), {"file-archive": 1}),
    Case("binary", G, bytes(range(256)) * 4, {"text-binary": 1}),
    Case("NUL in text", G, raw('"note":"' + "a" * 9000 + '\0"'), {"text-binary": 1}),
    Case("UTF-16 cut in half", G, codecs.BOM_UTF16_LE + "{}".encode("utf-16-le")[:-1], {"text-undecodable": 1}),
    Case("UTF-16 lone surrogate", G, codecs.BOM_UTF16_LE + b"\x00\xd8{\x00", {"text-undecodable": 1}),
    Case("neither encoding", G, b'{"a": "\x81\x8d"}', {"text-undecodable": 1}),
    Case("two encodings", G, '{"a": "é",\n'.encode() + b'"b": "\xe9"}', {"text-mixed-encoding": 1}),
]

COLLECTIONS = [
    Case("a list", G, b"[]", {"geojson-not-a-collection": 1}),
    Case("a string", G, b'"FeatureCollection"', {"geojson-not-a-collection": 1}),
    Case("a number", G, b"7", {"geojson-not-a-collection": 1}),
    Case("one feature", G, json.dumps(feature()).encode(), {"geojson-not-a-collection": 1}),
    Case("one geometry", G, b'{"type":"Point","coordinates":[-0.2,51.6]}', {"geojson-not-a-collection": 1}),
    Case("type in small letters", G, b'{"type":"featurecollection","features":[]}', {"geojson-not-a-collection": 1}),
    Case("type is a list", G, b'{"type":["FeatureCollection"],"features":[]}', {"geojson-not-a-collection": 1}),
    Case("topology", G, b'{"type":"Topology","objects":{}}', {"geojson-not-a-collection": 1}),
    Case("no features", G, b'{"type":"FeatureCollection"}', {"geojson-no-features": 1}),
    Case("features an object", G, b'{"type":"FeatureCollection","features":{}}', {"geojson-no-features": 1}),
    Case("features null", G, b'{"type":"FeatureCollection","features":null}', {"geojson-no-features": 1}),
    Case("features empty", G, collection(), {"schools-none": 1}),
    Case("feature null", G, schools(None), {"geojson-not-a-feature": 1}),
    Case("feature a list", G, schools([1, 2]), {"geojson-not-a-feature": 1}),
    Case("feature of another type", G, schools({**feature(), "type": "feature"}), {"geojson-not-a-feature": 1}),
    Case("collection in a collection", G, schools(json.loads(collection())), {"geojson-not-a-feature": 1}),
    Case("no properties", G, schools({"type": "Feature", "geometry": None}), {"geojson-no-properties": 1}),
    Case("properties null", G, schools({**feature(), "properties": None}), {"geojson-no-properties": 1}),
    Case("properties a list", G, schools({**feature(), "properties": []}), {"geojson-no-properties": 1}),
    Case("British grid declared", G, collection(*THREE, crs={"type": "name", "properties": {"name": "EPSG:27700"}}),
         {"geojson-crs": 1}),
    Case("web Mercator declared", G,
         collection(*THREE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
         {"geojson-crs": 1}),
    Case("crs a number", G, collection(*THREE, crs=27700), {"geojson-crs": 1}),
    Case("crs a link", G, collection(*THREE, crs={"type": "link", "properties": {"href": "x"}}), {"geojson-crs": 1}),
]  # fmt: skip

POINT = "geometry-not-a-point"
XY = "coordinates-malformed"
GEOMETRIES = [
    Case("no geometry member", G, schools({"type": "Feature", "properties": {"urn": "100004", "name": "D"}}),
         {"geometry-missing": 1}),
    Case("polygon", G, schools(geometry({"type": "Polygon", "coordinates": SQUARE})), {POINT: 1, "urn-twice": 0}),
    Case("multipoint", G, schools(geometry({"type": "MultiPoint", "coordinates": [[-0.2, 51.6]]})), {POINT: 1}),
    Case("line", G, schools(geometry({"type": "LineString", "coordinates": [[0, 51], [0, 52]]})), {POINT: 1}),
    Case("geometry collection", G, schools(geometry({"type": "GeometryCollection", "geometries": []})), {POINT: 1}),
    Case("unknown type", G, schools(geometry({"type": "Circle", "coordinates": [0, 51]})), {POINT: 1}),
    Case("small letters", G, schools(geometry({"type": "point", "coordinates": [0, 51]})), {POINT: 1}),
    Case("text for geometry", G, schools(geometry("POINT(-0.2 51.6)")), {POINT: 1}),
    Case("list for geometry", G, schools(geometry([-0.2, 51.6])), {POINT: 1}),
    Case("no coordinates", G, schools(geometry({"type": "Point"})), {XY: 1}),
    Case("empty coordinates", G, schools(feature("100004", at=[])), {XY: 1}),
    Case("one coordinate", G, schools(feature("100004", at=[-0.2])), {XY: 1}),
    Case("four coordinates", G, schools(feature("100004", at=[-0.2, 51.6, 1, 2])), {XY: 1}),
    Case("coordinates as text", G, schools(feature("100004", at=["-0.2", "51.6"])), {XY: 1}),
    Case("coordinates as one text", G, schools(feature("100004", at="-0.2,51.6")), {XY: 1}),
    Case("coordinates null", G, schools(geometry({"type": "Point", "coordinates": None})), {XY: 1}),
    Case("a null coordinate", G, schools(feature("100004", at=[None, 51.6])), {XY: 1}),
    Case("truth values", G, schools(feature("100004", at=[True, False])), {XY: 1}),
    Case("nested coordinates", G, schools(feature("100004", at=[[-0.2, 51.6]])), {XY: 1}),
    Case("coordinates an object", G, schools(feature("100004", at={"lon": -0.2, "lat": 51.6})), {XY: 1}),
    Case("huge coordinate", G, schools(feature("100004", at=[10**40, 51.6])), {XY: 1}),
    Case("swapped", G, schools(feature("100004", at=[51.6, -0.2])), {"coordinates-swapped": 1}),
    Case("metres", G, schools(feature("100004", at=[525000, 190000])), {"coordinates-metres": 1}),
    Case("Mercator metres", G, schools(feature("100004", at=[-22263.9, 6725000])), {"coordinates-metres": 1}),
    Case("null island", G, schools(feature("100004", at=[0, 0])), {"coordinates-outside": 1}),
    Case("Paris", G, schools(feature("100004", at=[2.35, 48.86])), {"coordinates-outside": 1}),
    Case("sign lost", G, schools(feature("100004", at=[20.2, 51.6])), {"coordinates-outside": 1}),
    Case("beyond the pole", G, schools(feature("100004", at=[-0.2, 91])), {"coordinates-metres": 1}),
]  # fmt: skip

PROPERTIES = [
    Case("URN twice", G, schools(feature("100001", "Dogwood")), {"urn-twice": 1}),
    Case("URN twice as number and text", G, schools(feature(100001, "Dogwood")), {"urn-twice": 1}),
    Case("URN float", G, schools(feature(100004.0)), {"urn-float": 1}),
    Case("URN float as text", G, schools(feature("100004.0")), {"urn-float": 1}),
    Case("URN in scientific notation", G, schools(feature("1.00004E+05")), {"urn-float": 1}),
    Case("URN missing", G, schools({**feature(), "properties": {"name": "D"}}), {"urn-missing": 1}),
    Case("URN null", G, schools(feature(None)), {"urn-missing": 1}),
    Case("URN empty", G, schools(feature("")), {"urn-missing": 1}),
    Case("URN blank", G, schools(feature("  ")), {"urn-missing": 1}),
    Case("URN a word", G, schools(feature("Ash")), {"urn-malformed": 1}),
    Case("URN negative", G, schools(feature(-100004)), {"urn-malformed": 1}),
    Case("URN zero", G, schools(feature(0)), {"urn-malformed": 1}),
    Case("URN too long", G, schools(feature("10000400000")), {"urn-malformed": 1}),
    Case("URN true", G, schools(feature(at=(-0.2, 51.6), urn=True)), {"urn-malformed": 1}),
    Case("URN a path", G, schools(feature("../../etc")), {"urn-malformed": 1}),
    Case("URN a reserved file name", G, schools(feature("CON")), {"urn-malformed": 1}),
    Case("URN in other digits", G, schools(feature("\u0661\u0660\u0660\u0660\u0660\u0664")), {"urn-malformed": 1}),
    Case("URN with a line break inside", G, schools(feature("1000\n04")), {"urn-malformed": 1}),
    Case("own key in capitals", G, schools(feature("x-ASH")), {"urn-malformed": 1}),
    Case("own key with a path", G, schools(feature("x-../a")), {"urn-malformed": 1}),
    Case("name missing", G, schools({**feature(), "properties": {"urn": "100004"}}), {"name-missing": 1}),
    Case("name empty", G, schools(feature("100004", "")), {"name-missing": 1}),
    Case("name blank", G, schools(feature("100004", " \t")), {"name-missing": 1}),
    Case("name null", G, schools(feature("100004", None)), {"name-missing": 1}),
    Case("name a number", G, schools(feature("100004", 7)), {"field-not-text": 1}),
    Case("name a list", G, schools(feature("100004", ["Ash"])), {"field-not-text": 1}),
    Case("name of nothing that shows", G, schools(feature("100004", "\u200b\u200d")), {"text-unprintable": 1}),
    Case("name with a NUL", G, schools(feature("100004", "Ash\0")), {"text-unprintable": 1}),
    Case("name with an escape", G, schools(feature("100004", "\x1b[31mAsh")), {"text-unprintable": 1}),
    Case("name with a line break", G, schools(feature("100004", "Ash\nSchool")), {"text-unprintable": 1}),
    Case("name with a lone surrogate", G, schools(feature("100004", "Ash\ud800")), {"text-unprintable": 1}),
    Case("name of a megabyte", G, schools(feature("100004", "A" * 1_000_000)), {"text-too-long": 1}),
    Case("aliases a number", G, schools(feature("100004", aliases=3)), {"field-not-a-list": 1}),
    Case("aliases of numbers", G, schools(feature("100004", aliases=[3])), {"field-not-a-list": 1}),
    Case("designations an object", G, schools(feature("100004", designations={"NLE": 1})), {"field-not-a-list": 1}),
    Case("phase a list", G, schools(feature("100004", phase=["infant"])), {"field-not-text": 1}),
    Case("postcode not one", G, schools(feature("100004", postcode="N12")), {"postcode-malformed": 1}),
    Case("postcode with O for 0", G, schools(feature("100004", postcode="EN4 OAB")), {"postcode-malformed": 1}),
    Case("postcode American", G, schools(feature("100004", postcode="90210")), {"postcode-malformed": 1}),
    Case("postcode a number", G, schools(feature("100004", postcode=12)), {"field-not-text": 1}),
    Case("district not one", G, schools(feature("100004", district="Barnet")), {"district-malformed": 1}),
    Case("pupils a word", G, schools(feature("100004", pupils="many")), {"number-malformed": 1}),
    Case("pupils negative", G, schools(feature("100004", pupils=-1)), {"count-malformed": 1}),
    Case("pupils half", G, schools(feature("100004", pupils=12.5)), {"count-malformed": 1}),
    Case("pupils true", G, schools(feature("100004", pupils=True)), {"number-malformed": 1}),
    Case("pupils nan as text", G, schools(feature("100004", pupils="nan")), {"number-malformed": 1}),
    Case("easting alone", G, schools(feature("100004", easting=525000)), {"grid-incomplete": 1}),
    Case("northing alone", G, schools(feature("100004", northing=190000)), {"grid-incomplete": 1}),
    Case("easting a word", G, schools(feature("100004", easting="E", northing=1)),
         {"number-malformed": 1, "grid-incomplete": 1}),
    Case("grid in degrees", G, schools(feature("100004", easting=-0.2, northing=51.6)), {"grid-outside": 1}),
    Case("grid at nought", G, schools(feature("100004", easting=0, northing=0)), {"grid-outside": 1}),
    Case("grid too far", G, schools(feature("100004", easting=900000, northing=190000)), {"grid-outside": 1}),
    Case("in_letter a word", G, schools(feature("100004", in_letter="perhaps")), {"flag-malformed": 1}),
    Case("three faults in one school", G, schools(feature("x", "", postcode="?")),
         {"urn-malformed": 1, "name-missing": 1, "postcode-malformed": 1}),
    Case("one fault in each of thirty schools", G, collection(*(feature(f"1000{n}.0") for n in range(10, 40))),
         {"urn-float": 30}),
]  # fmt: skip

SURVEYS = [
    Case("empty", S, b"", {"table-empty": 1}),
    Case("only a header", S, HEAD.encode(), {"table-empty": 1}),
    Case("only line breaks", S, b"\n\n\n", {"table-empty": 1}),
    Case("no header", S, b"100001,,form,,100002,loose\n", {"table-missing-column": 3}),
    Case("a column missing", S, survey("100001,,form,,loose", head=HEAD.replace(",wanted,", ",")),
         {"table-missing-column": 1}),
    Case("a column twice", S, survey("100001,,form,,100002,loose,", head=HEAD.replace("\n", ",wanted\n")),
         {"table-duplicate-column": 1}),
    Case("a cell too many", S, survey("100001,,form,,100002,loose,more"), {"table-extra-cells": 1}),
    Case("lists parted by commas", S, survey("100001,,form,,100002,100003,loose"), {"table-extra-cells": 1}),
    Case("lists parted by commas in quotes", S, survey('100001,,form,,"100002,100003",loose'),
         {"survey-urn-malformed": 1}),
    Case("a cell too few", S, survey("100001,,form,,100002"), {"table-short-row": 1}),
    Case("quotation mark left open", S, survey('"100001,,form,,100002,loose'), {"table-malformed": 1}),
    Case("quotation mark in the middle", S, survey('"100001"x,,form,,100002,loose'), {"table-malformed": 1}),
    Case("a field of a megabyte", S, survey("100001,," + "f" * 1_000_000 + ",,100002,loose"), {"table-malformed": 1}),
    Case("a million columns", S, b"a," * 1_000_000 + b"\n1\n", {"table-too-wide": 1}),
    Case("JSON", S, b'{"responses": []}', {"table-missing-column": 3}),
    Case("workbook", S, zipped(), {"file-archive": 1}),
    Case("binary", S, b"\xff\xfe\xff\x00" * 9 + b"\x00", {"text-undecodable": 1}),
    Case("two encodings", S, survey("100001,,form é,,100002,loose") + b"100002,,form \xe9,,100001,\n",
         {"text-mixed-encoding": 1}),
    Case("no responder", S, survey(",,form,,100002,loose"), {"survey-no-responder": 1}),
    Case("unknown responder", S, survey("100009,,form,,100002,loose"), {"survey-unknown-school": 1}),
    Case("responder by name", S, survey("Ashford,,form,,100002,loose"), {"survey-unknown-name": 1}),
    Case("responder a float", S, survey("100001.0,,form,,100002,loose"), {"survey-urn-malformed": 1}),
    Case("two responders", S, survey("100001;100003,,form,,100002,loose"), {"survey-unknown-name": 1}),
    Case("wants itself", S, survey("100001,,form,,100001,loose"), {"survey-self-reference": 1}),
    Case("partner of itself", S, survey("100001,,form,100002;100001,,loose"), {"survey-self-reference": 1}),
    Case("speaks for itself", S, survey("100001,100001,form,,100002,loose"), {"survey-self-reference": 1}),
    Case("speaks for a stranger", S, survey("100001,100009,form,,100002,loose"), {"survey-unknown-school": 1}),
    Case("speaks for a name", S, survey("100001,Beach Schl,form,,100002,loose"), {"survey-unknown-name": 1}),
    Case("wants a name", S, survey("100001,,form,,Beech;Cedar,loose"), {"survey-unknown-name": 2}),
    Case("answered twice", S, survey("100001,,form,,100002,loose", "100001,,form,,100003,loose"),
         {"survey-answered-twice": 1}),
    Case("answered and spoken for", S, survey("100001,,form,,100002,", "100002,100001,form,,100003,"),
         {"survey-answered-twice": 1}),
    Case("spoken for twice", S, survey("100001,100003,form,,100002,", "100002,100003,form,,100001,"),
         {"survey-answered-twice": 1}),
    Case("speak for each other", S, survey("100001,100002,form,,100003,", "100002,100001,form,,100003,"),
         {"survey-answered-twice": 2, "survey-on-behalf-cycle": 1}),
    Case("speak for each other in a ring", S,
         survey("100001,100002,form,,100003,", "100002,100003,form,,100001,", "100003,100001,form,,100002,"),
         {"survey-answered-twice": 3, "survey-on-behalf-cycle": 1}),
    Case("unknown type", S, survey("100001,,form,,100002,tight"), {"survey-unknown-type": 1}),
    Case("two types", S, survey("100001,,form,,100002,loose;hard"), {"survey-unknown-type": 1}),
    Case("a channel of a page", S, survey("100001,," + "f" * 500 + ",,100002,loose"), {"survey-channel": 1}),
    Case("a formula for a URN", S, survey("=HYPERLINK(1),,form,,100002,loose"), {"survey-unknown-name": 1}),
    Case("a URN in other digits", S, survey("\u0661\u0660\u0660\u0660\u0660\u0661,,form,,100002,loose"),
         {"survey-unknown-name": 1}),
    Case("a name of nothing but marks", S, survey("100001,,form,,???,loose"), {"survey-unknown-name": 1}),
    Case("a sum of faults", S, survey("100009,,form,,100002,tight", "100001,,form,100001,Beech,"),
         {"survey-unknown-school": 1, "survey-unknown-type": 1, "survey-self-reference": 1, "survey-unknown-name": 1}),
    Case("sidecar no TOML", T, b"illustrative: true", {"toml-malformed": 1}),
    Case("sidecar flag a word", T, b'illustrative = "yes"', {"toml-kind": 1}),
    Case("sidecar round a number", T, b"round = 2014", {"toml-kind": 1}),
    Case("sidecar key twice", T, b"round = '1'\nround = '2'", {"toml-malformed": 1}),
    Case("sidecar binary", T, bytes(range(256)), {"text-binary": 1}),
]  # fmt: skip

LETTERS = [
    Case("no TOML", L, b"title: A letter", {"toml-malformed": 1}),
    Case("empty", L, b"", {"toml-missing": 2}),
    Case("key twice", L, letter('title = "Another"'), {"toml-malformed": 1}),
    Case("depth bomb", L, b"a = " + b"[" * DEEP + b"]" * DEEP, {"toml-malformed": 1}),
    Case("number of 5,000 digits", L, letter("target = " + "9" * 5000), {"toml-malformed": 1}),
    Case("title a number", L, b'title = 1\nauthority = "B"', {"toml-kind": 1}),
    Case("partnership not a list", L, b'title = "A"\nauthority = "B"\npartnership = 3', {"toml-kind": 1}),
    Case("partnerships of words", L, b'title = "A"\nauthority = "B"\npartnership = ["a"]', {"toml-kind": 1}),
    Case("members not a list", L, letter(members="") .replace(b"members = []", b"members = 1"), {"toml-kind": 1}),
    Case("number a float", L, letter().replace(b"number = 1", b"number = 1.5"), {"toml-kind": 1, "toml-missing": 1}),
    Case("number nan", L, letter().replace(b"number = 1", b"number = nan"), {"toml-kind": 1, "toml-missing": 1}),
    Case("number negative", L, letter().replace(b"number = 1", b"number = -1"), {"toml-kind": 1, "toml-missing": 1}),
    Case("number true", L, letter().replace(b"number = 1", b"number = true"), {"toml-kind": 1, "toml-missing": 1}),
    Case("no number", L, letter().replace(b"number = 1", b""), {"toml-missing": 1}),
    Case("no label", L, letter().replace(b'label = "North"', b""), {"toml-missing": 1}),
    Case("unknown type", L, letter(kind="tight"), {"letter-unknown-type": 1}),
    Case("unknown school", L, letter(members='{ text = "Ash", urn = "100009" }'), {"letter-unknown-school": 1}),
    Case("unknown school in a pair", L, letter(members='{ text = "Ash", urns = ["100001", "100009"] }'),
         {"letter-unknown-school": 1}),
    Case("URN a number", L, letter(members='{ text = "Ash", urn = 100001 }'),
         {"toml-kind": 1, "letter-member-unresolved": 1}),
    Case("member without text", L, letter(members='{ urn = "100001" }'), {"toml-missing": 1}),
    Case("member that means nobody", L, letter(members='{ text = "Ash" }'), {"letter-member-unresolved": 1}),
    Case("unnamed negative", L, letter(members='{ text = "Ash", unnamed = -8 }'),
         {"toml-kind": 1, "letter-member-unresolved": 1}),
    Case("also_in words", L, letter(members='{ text = "Ash", urn = "100001", also_in = ["2"] }'), {"toml-kind": 1}),
    Case("number twice", L, letter('[[partnership]]\nnumber = 1\nlabel = "South"'), {"letter-number-twice": 1}),
    Case("unknown lead", L, letter('[[alliance]]\nnumber = 1\nlead = "100009"'), {"letter-unknown-school": 1}),
    Case("unknown school on the way", L,
         letter(members='{ text = "U", body = "university", via = { scheme = "S", urn = "100009" } }'),
         {"letter-unknown-school": 1}),
    Case("milestone after nothing", L, letter('[[milestone]]\nkey = "a"\ntitle = "A"\ndepends_on = "b"'),
         {"letter-unknown-milestone": 1}),
    Case("stated counts words", L, letter('[survey]\ndirect = "many"'), {"toml-kind": 1}),
    Case("survey a word", L, letter('survey = "2014"'), {"toml-kind": 1}),
]  # fmt: skip

OTHERS = [
    Case("judgements on a stranger", J, judgements("100009,Good,,,,"), {"judgements-unknown-school": 1}),
    Case("judgements twice", J, judgements("100001,Good,,,,", "100001,Good,,,,"), {"judgements-twice": 1}),
    Case("judgements without URNs", J, b"school,ofsted\nAsh,Good\n", {"table-missing-column": 1}),
    Case("judgements binary", J, b"\x00" * 50, {"text-binary": 1}),
    Case("area a line", A, area([[-0.3, 51.5], [-0.1, 51.5]], "LineString"), {"geometry-unexpected": 1}),
    Case("area a point", A, area([-0.3, 51.5], "Point"), {"geometry-unexpected": 1}),
    Case("area crossing itself", A, area(BOW_TIE), {"geometry-invalid": 1}),
    Case("area of two corners", A, area([[[-0.3, 51.5], [-0.1, 51.5]]]), {"geometry-malformed": 1}),
    Case("area of words", A, area([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]), {"geometry-malformed": 1}),
    Case("area empty", A, area([]), {"geometry-malformed": 1}),
    Case("area without coordinates", A, area(None), {"geometry-malformed": 1}),
    Case("area in metres", A, area([[[5e5, 1e5], [6e5, 1e5], [6e5, 2e5], [5e5, 1e5]]]), {"coordinates-outside": 1}),
    Case("area swapped", A, area([[[51.5, -0.3], [51.5, -0.1], [51.7, -0.1], [51.5, -0.3]]]),
         {"coordinates-outside": 1}),
    Case("area without a name", A, area(SQUARE, name=None), {"places-no-name": 1}),
    Case("area null", A, collection({"type": "Feature", "properties": {"name": "T"}, "geometry": None}),
         {"geojson-not-a-feature": 1}),
    Case("area empty collection", A, collection(), {"places-none": 1}),
    Case("area cut off", A, area(SQUARE)[:-9], {"json-malformed": 1}),
    Case("area on another grid", A, area(SQUARE).replace(b'"features"', b'"crs": "EPSG:27700", "features"'),
         {"geojson-crs": 1}),
    Case("districts without names", D, area(SQUARE), {"places-no-name": 1}),
    Case("districts numbered", D, area(SQUARE, district=4), {"places-no-name": 1}),
]  # fmt: skip

P, N = "standing.csv", "names.csv"


def standing(*lines: str) -> bytes:
    return ("partnership,urn,type,lead\n" + "\n".join(lines)).encode()


STANDING = [
    Case("no header", P, b"North,100001,hard,yes\n", {"table-missing-column": 2}),
    Case("no partnership", P, standing(",100001,hard,yes"), {"standing-no-partnership": 1}),
    Case("a stranger", P, standing("North,100009,,", "North,100001,,"), {"standing-unknown-school": 1}),
    Case("half a name", P, standing("North,Ash,,", "North,100001,,"), {"standing-unknown-school": 1}),
    Case("no school", P, standing("North,,,", "North,100001,,"), {"standing-unknown-school": 1}),
    Case("a member twice", P, standing("North,100001,,", "North,100001,,"), {"standing-twice": 1}),
    Case("two leads", P, standing("North,100001,,yes", "North,100002,,yes"), {"standing-two-leads": 1}),
    Case("a lead by name", P, standing("North,100001,,Mrs Elm", "North,100002,,"), {"flag-malformed": 1}),
    Case("unknown type", P, standing("North,100001,tight,", "North,100002,,"), {"standing-type": 1}),
    Case("two types", P, standing("North,100001,hard,", "North,100002,loose,"), {"standing-type": 1}),
    Case("a cell too many", P, standing("North,100001,hard,yes,more"), {"table-extra-cells": 1}),
    Case("binary", P, b"\0" * 50, {"text-binary": 1}),
    Case("names without a header", N, b"Ash,100001\n", {"table-missing-column": 2}),
    Case("names for a stranger", N, b"written,urn\nAsh,100009\n", {"names-unknown-school": 1}),
    Case("names confirmed twice", N, b"written,urn\nAsh,100001\nash.,100002\n", {"names-confirmed-twice": 1}),
    Case("names with a quotation mark left open", N, b'written,urn\n"Ash,100001\n', {"table-malformed": 1}),
]

CASES = [*STANDING, *JSON_TEXT, *COLLECTIONS, *GEOMETRIES, *PROPERTIES, *SURVEYS, *LETTERS, *OTHERS]


def build(folder: Path, **replaced: bytes) -> Path:
    for name, content in {**SOUND, **replaced}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_size) for path in folder.rglob("*"))


def test_a_name_that_two_schools_bear_is_refused_with_both(tmp_path: Path) -> None:
    folder = build(tmp_path, **{G: schools(feature("100004", aliases=["Ash School"], at=(-0.23, 51.6)))})
    (folder / S).write_bytes(survey("100002,,form,,Ash School,"))
    with pytest.raises(BadDataError, match="100001 Ash School or 100004 Dogwood"):
        read_problem(folder)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    folder = build(tmp_path)
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(BadDataError, match="permission denied"):
        read_problem(folder)


def test_far_too_many_features(tmp_path: Path) -> None:
    content = b'{"type":"FeatureCollection","features":[' + b"0," * 200_000 + b"0]}"
    with pytest.raises(BadDataError) as caught:
        read_problem(build(tmp_path, **{G: content}))
    assert [finding.code for finding in caught.value.findings] == ["geojson-too-many"]


def test_the_folder_that_the_cases_spoil_is_sound(tmp_path: Path) -> None:
    assert not [f for f in read_problem(build(tmp_path)).findings if f.severity is not Severity.NOTE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-{case.name}")
def test_bad_file(case: Case, tmp_path: Path) -> None:
    folder = build(tmp_path, **{case.file: case.content})
    before = listing(folder)
    with pytest.raises(BadDataError) as caught:
        read_problem(folder)
    findings = caught.value.findings
    assert Counter(finding.code for finding in findings) == +Counter(case.errors)
    assert {finding.file for finding in findings} == {Path(case.file).name}
    assert all(finding.message and finding.fix for finding in findings)
    assert all(len(finding.message) < 400 and finding.message.isprintable() for finding in findings)
    shown = str(caught.value).splitlines()
    assert len(shown) <= SHOWN_AT_MOST + 1
    if len(findings) > SHOWN_AT_MOST:
        assert f"({len(findings)} in all)" in shown[-1]
    assert caught.value.exit_code == 3
    assert listing(folder) == before


# --- what is let through, with a word ------------------------------------------------------------------------------

TOLD = [
    Case("no point", G, schools(feature("100004", at=None)), {}, ("point-missing",)),
    Case("name shared", G, schools(feature("100004", "ash school", (-0.23, 51.6))), {}, ("name-shared",)),
    Case("override", G, schools(feature("100004", "Ash\u202eloohcS", (-0.23, 51.6))), {}, ("text-unseen",)),
    Case("zero-width space", G, schools(feature("100004", "A\u200bsh", (-0.23, 51.6))), {}, ("text-unseen",)),
    Case("name of 10,000 letters", G, schools(feature("100004", "A" * 10_000, (-0.23, 51.6))), {}, ("text-long",)),
    Case("phase unknown", G, schools(feature("100004", at=(-0.23, 51.6), phase="upper")), {}, ("phase-unknown",)),
    Case("points disagree", G, schools(feature("100004", at=(-0.23, 51.6), easting=525000, northing=190000)), {},
         ("point-disagrees",)),
    Case("district disagrees", G, schools(feature("100004", at=(-0.23, 51.6), postcode="N12 8PE", district="N3")), {},
         ("district-disagrees",)),
    Case("outside its authority", G, schools(feature("100004", at=(-0.5, 51.6), borough="Trees")), {},
         ("point-outside-authority",)),
    Case("far from its district", D, area(SQUARE, district="N12"), {}, ()),
    Case("unknown column", S, survey("100001,,form,,100002,loose,x", head=HEAD.replace("\n", ",mood\n")), {},
         ("table-unknown-column",)),
    Case("names a school elsewhere", S, survey("100001,,form,,100009,loose"), {}, ("survey-unknown-named",)),
    Case("speaks for a school that it names alone", S, survey("100001,100002,form,,100002,loose"), {},
         ("survey-names-only-itself",)),
    Case("names nobody", S, survey("100001,,form,,,loose"), {}, ("survey-names-nobody",)),
    Case("names twice", S, survey("100001,,form,,100002;100002,loose"), {}, ("survey-named-twice",)),
    Case("unknown key", T, b"illustrativ = true", {}, ("toml-unknown-key",)),
    Case("unknown key in a member", L, letter(members='{ text = "A", urn = "100001", mark = "x" }'), {},
         ("toml-unknown-key",)),
    Case("said at one end only", L, letter(members='{ text = "A", urn = "100001", also_in = [2] }'), {},
         ("letter-cross-reference",)),
    Case("stated size", L, letter('[[alliance]]\nnumber = 1\nstated_size = 3\nmembers = [{text="A",urn="100001"}]'), {},
         ("letter-stated-size",)),
    Case("stated answers", L, letter("[survey]\ndirect = 49\ncovered = 1"), {}, ("survey-count-disagrees",)),
    Case("two schools in one entry", L, letter(members='{ text = "A/B", urns = ["100001", "100002"] }'), {},
         ("letter-joint-entry",)),
    Case("credits that are no text", A, area(SQUARE)[:-1] + b', "attribution": 5}', {}, ()),
    Case("a partnership of one", P, standing("North,100001,,"), {}, ("standing-alone",)),
    Case("an empty standing table", P, standing(), {}, ()),
    Case("an empty list of names", N, b"written,urn\n", {}, ()),
    Case("a district that neighbours itself", D,
         area(SQUARE, district="N12", neighbours=["N12", "N99"]), {}, ("districts-unknown-neighbour",)),
    Case("unknown grade", J, judgements("100001,Superb,,,,"), {}, ("judgements-unknown-grade",)),
]  # fmt: skip


@pytest.mark.parametrize("case", TOLD, ids=lambda case: f"{case.file}-{case.name}")
def test_told_but_read(case: Case, tmp_path: Path) -> None:
    problem = read_problem(build(tmp_path, **{case.file: case.content}))
    assert tuple(f.code for f in problem.findings if f.severity is Severity.WARNING) == case.warnings


# --- things that are no files --------------------------------------------------------------------------------------


def a_folder(path: Path) -> None:
    path.mkdir()


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def a_huge_file(path: Path) -> None:
    with path.open("wb") as opened:
        opened.truncate(60_000_000)


KINDS: list[tuple[str, Callable[[Path], object], str]] = [
    ("folder", a_folder, "file-not-regular"),
    ("pipe", os.mkfifo, "file-not-regular"),
    ("socket", a_socket, "file-not-regular"),
    ("link to a device", lambda path: path.symlink_to("/dev/zero"), "file-not-regular"),
    ("link to a terminal", lambda path: path.symlink_to("/dev/null"), "file-not-regular"),
    ("link to a folder", lambda path: path.symlink_to("/"), "file-not-regular"),
    ("link to nothing", lambda path: path.symlink_to("nowhere"), "file-missing"),
    ("link to itself", lambda path: path.symlink_to(path), "file-unreadable"),
    ("60 MB", a_huge_file, "file-too-large"),
]


@pytest.mark.parametrize("file", [G, S, T, L, J])
@pytest.mark.parametrize(("make", "code"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_no_regular_file(file: str, make: Callable[[Path], object], code: str, tmp_path: Path) -> None:
    folder = build(tmp_path)
    (folder / file).unlink()
    make(folder / file)
    with pytest.raises(BadDataError) as caught:
        read_problem(folder)
    assert [(finding.file, finding.code) for finding in caught.value.findings] == [(file, code)]


PATHS = [
    ("/vsicurl/http://localhost/schools.geojson", "file-not-regular"),
    ("/vsizip/schools.zip/schools.geojson", "file-not-regular"),
    ("/vsistdin/", "file-not-regular"),
    ("/VSIMEM/schools.geojson", "file-not-regular"),
    ("http://localhost/schools.geojson", "file-not-regular"),
    ("file:///etc/passwd", "file-not-regular"),
    ("nowhere.geojson", "file-missing"),
    ("a\0b.geojson", "file-unreadable"),
    ("a" * 5000, "file-unreadable"),
    ("\n\x1b[31m.geojson", "file-missing"),
    ("CON", "file-missing"),
    ("{{ 7*7 }}.geojson", "file-missing"),
]


@pytest.mark.parametrize("part", ["schools", "survey", "letter", "judgements"])
@pytest.mark.parametrize(("path", "code"), PATHS, ids=[repr(path[:20]) for path, _ in PATHS])
def test_hostile_path(part: str, path: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadDataError) as caught:
        read_problem(build(tmp_path), **{part: path})
    (finding,) = caught.value.findings
    assert finding.code == code
    assert all(line.isprintable() for line in str(caught.value).splitlines())


@pytest.mark.parametrize("path", sorted(SHARED.glob("*.geojson")) or [None], ids=lambda path: path and path.name)
def test_shared_payload(path: Path | None, tmp_path: Path) -> None:
    if path is None:
        pytest.skip(f"no {SHARED.parent.name}/{SHARED.name} beside the project")
    with pytest.raises(BadDataError):
        read_problem(build(tmp_path), schools=path)
