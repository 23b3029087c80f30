"""Damage done to a file: what slips, other programs and ill will do to it."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

# ruff: noqa: E501 - what is hostile reads best unbroken
VALUES = [
    None, True, False, 0, -1, 1, 1.5, 1e308, 10**30, -0.2, 51.6, "", " ", "N12", "100001", "1e5", "\ud800", "\0", "a\nb", "É" * 3,
    "{{ x }}", "=1+1", "a" * 30_000, [], {}, [[]], [None], {"a": 1}, [-0.2, 51.6], [[-0.3, 51.5]], [1e400, 5], "Polygon",
    "Point", "MultiPolygon", "GeometryCollection", [0, 0, 0, 0], "urn:ogc:def:crs:EPSG::27700", 525_000.0,
]  # fmt: skip
BITS = [
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"[", b"{", b"]", b"}", b",", b";", b"\t", b"\n", b"\r", b"nan", b"NaN",
    b"null", b"Infinity", b"1e999", b"-1", b"-0.0", b"0", b"1" * 40, b"\xe9", b"\xc3\xa9", b"\xf0\x9f\x8f\xab", b"true",
    b"[[]]", b"{{", b"${", b"\xe2\x80\xae", b"'", b'"""', b"\\", b"\\u0000", b"\\ud800", b"=", b"=HYPERLINK(", b"x-a",
    b"100001", b"2015-02-30", b"1979-05-27T07:32:00Z", b"inf", b"0x10", b"1_0", b"#", b"<", b"&", b"[" * 300, b'{"a":' * 300,
    b"\xed\xa0\x80", b"\x1b[2J", b"\xa0", b" " * 50, b"\r\n", b"a" * 5_000,
]  # fmt: skip


def damaged(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a damaged copy of one of the files."""
    data = chance.choice(seeds)
    if data.startswith(b"PK") and chance.random() < 0.85:
        return _within_archive(data, seeds, chance)
    if data.startswith(b"{") and chance.random() < 0.7:
        return _within_json(data, chance)
    return _in_bytes(data, seeds, chance)


def _within_json(data: bytes, chance: random.Random) -> bytes:
    """Put hostile values into a document, or into each line of several, that stays well formed."""
    try:
        lines = [json.loads(data)]
    except ValueError:
        lines = [json.loads(line) for line in data.splitlines() if line.strip()]
    for _ in range(chance.choice((1, 1, 2, 3))):
        holders = [node for line in lines for node in _nodes(line) if node]
        if not holders:
            break
        node = chance.choice(holders)
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        kind = chance.randrange(5)
        if kind == 0:
            del node[key]
        elif kind == 1 and isinstance(node, dict):
            node[chance.choice(["name", "urn", "type", "geometry", "crs", "bbox", "n", "x"])] = copy.deepcopy(
                chance.choice(VALUES)
            )
        elif kind == 2:
            node[key] = copy.deepcopy(chance.choice(holders))
        else:
            node[key] = copy.deepcopy(chance.choice(VALUES))
    return b"\n".join(json.dumps(line).encode() for line in lines) + b"\n"


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _nodes(inner)


def _in_bytes(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        start, other = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        end = min(other, start + chance.choice((0, 1, 4, 20, 200, 10**9)))
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:start] + data[end:]
        elif kind == 1:
            data = data[:start] + data[start:end] * chance.choice((2, 3, 20)) + data[end:]
        elif kind == 2:
            source = chance.choice(seeds)
            at = chance.randrange(len(source) + 1)
            data = data[:start] + source[at : at + chance.choice((5, 50, 500))] + data[end:]
        elif kind == 3 and start < len(data):
            data = data[:start] + bytes([data[start] ^ (1 << chance.randrange(8))]) + data[start + 1 :]
        else:
            data = data[:start] + chance.choice(BITS) + data[start + chance.choice((0, 0, 1, 5, 30)) :]
        data = data[:200_000]
    return _in_another_encoding(data, chance)


def _in_another_encoding(data: bytes, chance: random.Random) -> bytes:
    if chance.random() > 0.1:
        return data
    try:
        return data.decode("utf-8").encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7", "cp037")))
    except UnicodeError:
        return data


def _within_archive(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Damage one file of a workbook and pack it again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = _in_bytes(parts[name], [*parts.values(), *seeds], chance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return buffer.getvalue()
