"""Where in a scenario's files a parameter was written: file and line."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geo_partnerships.bounded_toml import parse_toml
from geo_partnerships.errors import NoPlanError
from geo_partnerships.scenarios.parameters import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.findings import Finding

SCENARIO = "scenario"
"""Stands for the file in a finding of whoever does not know it."""
LONGEST_LINE = 1_000  # looked at; a key stands at the beginning
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Everything that a scenario was put together from; it can be asked without the files.

    Parameters
    ----------
    files
        Name and text of each file, nearest first.
    changes
        What was given after the files: how, such as ``--set``, and ``key=value``.
    added
        What is said of rules that stand behind the files' own, and of what is given nowhere.
    """

    files: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    added: str = "by default"

    def place(self, key: str) -> tuple[str, int | None]:
        """Return the file and line of a parameter, such as ``area.size`` or ``must_link.2`` for the second.

        Where no file has it, the words for that stand in the file's place.
        """
        parts = _parameter(key).split(".")
        for how, change in self.changes:
            given = [part.strip() for part in change.partition("=")[0].split(".")]
            if given == parts[: len(given)] or parts == given[: len(parts)]:
                return f"{how} {'.'.join(given)}", None
        for name, text in self.files:
            found = _gives(_parsed(text), parts)
            if found:
                return name, line_of(text, parts)
            if found is None:
                break
        return self.added, None

    def words(self, key: str) -> str:
        """Return the place in words, e.g. ``barnet-2015.toml, line 37``; ``--set area.size``; ``by default``."""
        name, line = self.place(key)
        return name if line is None else f"{name}, line {line}"

    def told(self, error: NoPlanError) -> NoPlanError:
        """Return the error with the place of each of its rules."""
        places = tuple(map(self.words, error.keys))
        return NoPlanError(error.sentence, error.rules, keys=error.keys, proved=error.proved, places=places)

    def placed(self, finding: Finding) -> Finding:
        """Return a finding about the scenario with file and line where they are known; any other as it is."""
        if finding.file != SCENARIO:
            return finding
        name, line = self.place(finding.field)
        return finding if name == self.added else dataclasses.replace(finding, file=name, row=line)


def _parameter(key: str) -> str:
    """Return the key of the parameter that a rule comes from: the strength, where one table gives all such rules."""
    start, _, rest = key.partition(".")
    table = Scenario.model_fields[start].annotation if start in Scenario.model_fields else None
    fields = getattr(table, "model_fields", ())
    return f"{start}.strength" if "strength" in fields and rest not in fields else key


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    """Return the tables of a scenario's text; only looked at, never changed."""
    return parse_toml(text)


def _gives(table: Any, parts: Sequence[str]) -> bool | None:
    """Say whether a table gives a parameter; None where it has a list that ends before it."""
    for part in parts:
        if isinstance(table, list):
            return True if part.isdigit() and int(part) <= len(table) else None
        if not isinstance(table, dict):
            return True
        if part not in table:
            return False
        table = table[part]
    return True


def line_of(text: str, parts: Sequence[str]) -> int | None:
    """Return the line of TOML on which a key is given, or its table begins; None where it cannot be told.

    Parameters
    ----------
    parts
        The key's parts; a table of a list is known by its number, from 1.
    """
    wanted = list(parts)
    here: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    around: int | None = None
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole[:LONGEST_LINE]
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if header:
            here = _split(header[2])
            if header[1] == "[[":
                counts[(*here,)] = counts.get((*here,), 0) + 1
                here = [*here, str(counts[(*here,)])]
            if here[: len(wanted)] == wanted:
                return number
            if here == wanted[: len(here)]:
                around = number
        elif assignment:
            full = [*here, *_split(assignment[1])]
            if full == wanted[: len(full)] or full[: len(wanted)] == wanted:
                return number
    return around


def _split(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", key)]
