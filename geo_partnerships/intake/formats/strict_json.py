"""JSON text to objects, with nothing let pass that two readers could take differently."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from geo_partnerships.characters import writable
from geo_partnerships.intake.formats.encoding import decode
from geo_partnerships.intake.formats.files import refuse_archive
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.limits import COLUMNS, JSON_BYTES, JSON_VALUES, ROWS
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed

WGS84 = frozenset(
    {
        "OGC:CRS84",
        "URN:OGC:DEF:CRS:OGC:1.3:CRS84",
        "URN:OGC:DEF:CRS:OGC::CRS84",
        "EPSG:4326",
        "URN:OGC:DEF:CRS:EPSG::4326",
    }
)


class _DuplicateKeyError(ValueError):
    pass


class _NotANumberError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _DuplicateKeyError(next(key for key, count in counts.items() if count > 1))
    return found


def _refuse(constant: str) -> float:
    raise _NotANumberError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise _NotANumberError(digits)
    return number


def read_json(data: bytes, noticed: Noticed) -> object:
    """Return the value in JSON `data`, or None and an error finding."""
    if refuse_archive(data, noticed):
        return None
    text = _text_of(data, noticed)
    if text is None or _holds_too_much(text, noticed):
        return None
    try:
        value: object = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as problem:
        noticed.error(
            "json-malformed",
            f"The text stops being JSON at line {problem.lineno}, column {problem.colno}: {problem.msg}.",
            "Export the file again; it may be cut off.",
        )
    except _DuplicateKeyError as problem:
        noticed.error(
            "json-duplicate-key",
            f"The key {shown(str(problem))} stands twice in one object.",
            "Delete one of them.",
        )
    except _NotANumberError as problem:
        noticed.error("json-not-finite", f"{shown(str(problem))} is no number.", "Write a number or null.")
    except RecursionError:
        noticed.error("json-too-deep", "The text is nested too deeply.", "Export the file again.")
    except ValueError:
        noticed.error("json-malformed", "The text holds a number that is far too long.", "Export the file again.")
    else:
        if value is None:
            noticed.error("json-malformed", "The text holds nothing but null.", "Export the file again.")
        return value
    return None


def _text_of(data: bytes, noticed: Noticed) -> str | None:
    if len(data) <= JSON_BYTES:
        return decode(data, noticed)
    message = f"The text holds more than {JSON_BYTES // 1_000_000} MB."
    noticed.error("file-too-large", message, "Leave only what is needed.")
    return None


def _holds_too_much(text: str, noticed: Noticed) -> bool:
    """Return True, with an error finding, where the values in JSON `text` would need too much memory."""
    if sum(map(text.count, ",[{{")) <= JSON_VALUES:  # an object needs twice what a value does
        return False
    noticed.error(
        "json-too-large",
        f"The file holds more than {JSON_VALUES:,} values.",
        "Leave only the places that are needed, or simplify their outlines.",
    )
    return True


def read_features(data: bytes, noticed: Noticed) -> tuple[list[Any], dict[str, Any]]:
    """Return the features of a GeoJSON FeatureCollection and its other members; findings where it is none."""
    value = read_json(data, noticed)
    if value is None:
        return [], {}
    if not isinstance(value, dict) or value.get("type") != "FeatureCollection":
        kind = value.get("type") if isinstance(value, dict) else type(value).__name__
        message = f"The file holds {shown(kind)} where a FeatureCollection is needed."
        fix = 'Wrap the features: {"type": "FeatureCollection", "features": […]}.'
        if kind == "Topology":
            message, fix = "This is TopoJSON, not GeoJSON.", "Export GeoJSON."
        noticed.error("geojson-not-a-collection", message, fix)
        return [], {}
    features = value.pop("features", None)
    if not isinstance(features, list):
        noticed.error("geojson-no-features", "The member features is no list.", "Export the file again.")
        return [], {}
    if len(features) > ROWS:
        noticed.error(
            "geojson-too-many",
            f"There are {count(len(features), 'feature')}; at most {ROWS:,} can be read.",
            "Leave only what is needed.",
        )
        return [], {}
    if not _is_wgs84(value.get("crs"), noticed):
        return [], {}
    return features, value


def properties_of(feature: object) -> Mapping[str, Any]:
    """Return the properties of what a collection has in the place of a feature; none where it is none."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def property_names(features: Iterable[object]) -> list[str]:
    """Return the names of the features' properties in the order in which they come, no more than columns are read."""
    names: dict[str, None] = {}
    for feature in features:
        for name in properties_of(feature):
            if len(names) == COLUMNS:
                return list(names)
            names[name] = None
    return list(names)


def credits_of(members: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whom a collection's ``attribution`` says to credit: one line, or a list of lines."""
    credit = members.get("attribution")
    lines = [credit] if isinstance(credit, str) else credit if isinstance(credit, list) else []
    return tuple(writable(line) for line in lines if isinstance(line, str))


def _is_wgs84(crs: object, noticed: Noticed) -> bool:
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else crs
    if isinstance(name, str) and name.upper() in WGS84:
        return True
    noticed.error(
        "geojson-crs",
        f"The coordinates are in {shown(name)}; GeoJSON's are longitude and latitude (WGS 84).",
        "Export the file in EPSG:4326.",
        field="crs",
    )
    return False
