"""TOML of bounded size, nesting and length of keys; what is beyond is refused before a table is built."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from geo_partnerships.limits import ALL_PARTS, KEY_PARTS, NESTING, TOML_BYTES, WORD_CHARACTERS

# Text in quotes and comments count as one token each, so that what stands in them is not taken for structure.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^']|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\w+:-]++"
    r"|[.\[\]{}=,\n]",
    re.DOTALL,
)


class TomlError(ValueError):
    """The text is no TOML, or more than is read; the message says which, and where."""


class TomlTooDeepError(TomlError):
    """Its brackets or its keys are nested deeper than is read."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables in TOML `text`.

    Raises
    ------
    TomlError
        It is none, or exceeds a limit.
    """
    refuse_excess(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError of int
        raise TomlError(str(error)[:200]) from None


def refuse_excess(text: str) -> None:
    """Raise `TomlError` where `text` is larger, deeper or has longer keys than is read."""
    if len(text) > TOML_BYTES:
        raise TomlError(f"it holds more than {TOML_BYTES:,} characters")
    depth = dots = parts = 0
    line = 1
    for found in _TOKEN.finditer(text):
        part = found[0]
        if part in "[{":
            depth, dots = depth + 1, 0
        elif part in "]}":
            depth = max(depth - 1, 0)
        elif part == ".":
            dots, parts = dots + 1, parts + 1
        elif part in "=,\n":
            dots = 0
        elif part[0] not in "\"'#" and len(part) > WORD_CHARACTERS:
            raise TomlError(f"line {line}: a key or number has more than {WORD_CHARACTERS} characters")
        if depth > NESTING:
            raise TomlTooDeepError(f"line {line}: brackets are nested more than {NESTING} deep")
        if dots >= KEY_PARTS or parts > ALL_PARTS:
            has = "keys have" if parts > ALL_PARTS else "a key has"
            most = f"{ALL_PARTS:,} parts in all" if parts > ALL_PARTS else f"{KEY_PARTS} parts"
            raise TomlTooDeepError(f"line {line}: {has} more than {most}")
        line += part.count("\n")
