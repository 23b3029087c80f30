"""Where in the scenario's files a rule was written: file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geo_partnerships.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_STRENGTH = {"guarantee": "guarantee.strength", "leaders": "leaders.strength"}


def with_origins(
    error: NoPlanError, chain: Sequence[tuple[Path, dict[str, Any]]], changes: Sequence[str] = ()
) -> NoPlanError:
    """Return the error with a line for each of its rules that says where it was written.

    Parameters
    ----------
    chain
        The scenario's files, nearest first, each with what it gives itself.
    changes
        ``key=value`` each, given after the files.
    """
    lines = [
        f"  {rule}: {origin(key, chain, changes)}" for rule, key in zip(error.rules, error.keys, strict=False)
    ]
    return NoPlanError("\n".join([error.sentence, *lines]), error.rules, keys=error.keys, proved=error.proved)


def origin(key: str, chain: Sequence[tuple[Path, dict[str, Any]]], changes: Sequence[str] = ()) -> str:
    """Return e.g. ``barnet-2015.toml, line 37`` for ``area.size``; ``--set``, or ``by default``."""
    parts = _STRENGTH.get(key.partition(".")[0], key).split(".")
    for change in changes:
        given = [part.strip() for part in change.partition("=")[0].split(".")]
        if given == parts[: len(given)] or parts == given[: len(parts)]:
            return f"--set {'.'.join(given)}"
    for path, table in chain:
        if _gives(table, parts):
            line = line_of(path, parts)
            return path.name if line is None else f"{path.name}, line {line}"
    return "by default"


def _gives(table: Any, parts: Sequence[str]) -> bool:
    for part in parts:
        if isinstance(table, list):
            return part.isdigit() and int(part) <= len(table)
        if not isinstance(table, dict) or part not in table:
            return False
        table = table[part]
    return True


def line_of(path: Path, parts: Sequence[str]) -> int | None:
    """Return the line of a TOML file on which a key is given; None where it cannot be told.

    Parameters
    ----------
    parts
        The key's parts; a table of a list is known by its number, from 1.
    """
    wanted = list(parts)
    here: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if header:
            here = _split(header[2])
            if header[1] == "[[":
                counts[(*here,)] = counts.get((*here,), 0) + 1
                here = [*here, str(counts[(*here,)])]
            if here == wanted[: len(here)] and len(here) == len(wanted):
                return number
        elif assignment:
            full = [*here, *_split(assignment[1])]
            if full == wanted[: len(full)] or full[: len(wanted)] == wanted:
                return number
    return None


def _split(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", key)]
