"""Sound files about three schools, to start from."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import tempfile
from pathlib import Path

import openpyxl

from geo_partnerships.deciding.decision import Action, Decision
from geo_partnerships.intake.register.extract import COLUMNS
from geo_partnerships.model import Problem, School
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import scenario_from
from geo_partnerships.workbench.kept import plan_object


def three_schools() -> dict[str, School]:
    """Return three schools that the files speak of."""
    return {
        urn: School(urn=urn, name=f"École {urn}", easting=525_000.0 + number, northing=190_000.0, district="N12")
        for number, urn in enumerate(("100001", "100002", "100003"))
    }


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


def geopackage(layer: str, crs: str = "EPSG:27700", kind: str = "Point", **fields: str) -> bytes:
    """Return three features of a kind as a GeoPackage, beside each other; `fields` are those of each."""
    import numpy as np
    import pyogrio
    import shapely

    easts = 525_000.0 + np.arange(3) * 100
    shapes = {
        "Point": [shapely.Point(east, 190_000) for east in easts],
        "LineString": [shapely.LineString([(east, 190_000), (east + 100, 190_000)]) for east in easts],
        "Polygon": [shapely.box(east, 190_000, east + 400, 190_400) for east in easts],
    }[kind]
    columns = {name: [text.format(n=n) for n in range(1, 4)] for name, text in fields.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes)), [np.array(texts, dtype=object) for texts in columns.values()],
            list(columns), geometry_type=kind, crs=crs, driver="GPKG", layer=layer,
        )  # fmt: skip
        return path.read_bytes()


def ground() -> bytes:
    """Return a road, a park and a river as OpenStreetMap has them."""
    line = {"type": "LineString", "coordinates": [[-0.2, 51.59], [-0.19, 51.6], [-0.18, 51.6]]}
    park = {"type": "Polygon", "coordinates": [[[-0.2, 51.59], [-0.18, 51.59], [-0.18, 51.61], [-0.2, 51.59]]]}
    properties = ({"highway": "primary", "ref": "A1"}, {"leisure": "park"}, {"other_tags": '"waterway"=>"river"'})
    features = [
        {"type": "Feature", "properties": own, "geometry": shape}
        for own, shape in zip(properties, (line, park, line), strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "attribution": ["A", "B"], "features": features}).encode()


def matrix_parquet() -> bytes:
    """Return the distances of three schools as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = io.BytesIO()
    table = {"from": ["100001", "100002"], "to": ["100002", "100003"], "distance": [3.0, 4.5]}
    pq.write_table(pa.table(table), held)
    return held.getvalue()


def three_apart() -> Problem:
    """Return a problem of three schools."""
    return Problem(schools=three_schools())


@functools.cache
def kept_run() -> bytes:
    """Return the plan of three schools as the workbench keeps it."""
    scenario = scenario_from({"area": {"partnerships": 1, "size": [1, 3]}}, "village.toml")
    return json.dumps(plan_object(plan(three_apart(), scenario))).encode()
