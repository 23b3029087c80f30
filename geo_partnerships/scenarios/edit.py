"""Scenario files as a planner handles them: made from another, edited with their comments kept, told apart."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from geo_partnerships.bounded_toml import parse_toml
from geo_partnerships.errors import UsageError
from geo_partnerships.scenarios.read import (
    CHANGED,
    apply_change,
    available,
    parse_change,
    read_chain,
    read_scenario,
    read_table,
    scenario_from,
    scenario_path,
)
from geo_partnerships.systems import is_reserved, refusal
from geo_partnerships.whole_files import make_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.scenarios.parameters import Scenario

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter as a scenario has it.

    Parameters
    ----------
    key
        Dotted, as ``--set`` takes it.
    value
        As TOML writes it.
    origin
        The scenario file that gives it, ``--set``, or ``default``.
    """

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A parameter that two scenarios have otherwise; empty where one has not got it."""

    key: str
    a: str
    b: str


def new_scenario(name: str, folder: Path, parent: str, changes: Sequence[str] = ()) -> Path:
    """Write a scenario that extends another one, and return its file.

    Parameters
    ----------
    name
        Small letters, digits and hyphens.
    folder
        Folder of scenarios.
    parent
        Scenario whose parameters it takes where it gives none itself.
    changes
        ``key=value`` each.

    Raises
    ------
    UsageError
        The name is taken or no name, or there is no such parent.
    BadDataError
        The changes make no scenario.
    """
    scenario_path(parent, folder)
    table: dict[str, Any] = {}
    for change in changes:
        apply_change(table, change)
    return write_new(name, folder, parent, table)


def write_new(name: str, folder: Path, parent: str, table: Mapping[str, Any], *, among: Path | None = None) -> Path:
    """Write a scenario that extends `parent`, if any, by the parameters in `table`, and return its file.

    Parameters
    ----------
    among
        Folder of the scenarios that it may extend, and whose names are taken; default `folder`.

    Raises
    ------
    UsageError
        The name is taken or no name.
    BadDataError
        The parameters make no scenario.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name[:80]}' is no name for a scenario: use small letters, digits and hyphens.")
    if is_reserved(name):
        raise UsageError(f"'{name}' is the name of a device on Windows: choose another.")
    target = folder / f"{name}.toml"
    others = folder if among is None else among
    if target.exists() or name in available(others):  # before it is checked: it would be found to extend itself
        raise _taken(name)
    document = tomlkit.document()
    if parent:
        document.add("extends", tomlkit.item(parent))
    _fill(document, table)
    text = tomlkit.dumps(document)
    _check(text, target, others)
    try:
        make_folder(folder)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise _taken(name) from None
    except OSError as error:
        raise UsageError(f"{target} could not be written: {refusal(error)}.") from None
    return target


def _taken(name: str) -> UsageError:
    return UsageError(f"There is a scenario '{name}' already. Choose another name.")


def edit_scenario(path: Path, folder: Path, changes: Sequence[str], drop: Sequence[str] = ()) -> Scenario:
    """Change a scenario's file; what is not changed stays as it was written, comments too.

    Parameters
    ----------
    path
        The file.
    folder
        Folder of scenarios.
    changes
        ``key=value`` each.
    drop
        Keys that the file shall give no more.

    Returns
    -------
    Scenario
        The scenario as it now is.

    Raises
    ------
    UsageError
        A change that is not ``key=value``, or a key to drop that the file does not give.
    BadDataError
        The file would be no scenario; it is left as it is.
    """
    read_chain(path, folder)
    text = path.read_bytes().decode("utf-8-sig")
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise UsageError(f"{path.name} cannot be edited by the program: {error}") from None
    for change in changes:
        key, value = parse_change(change)
        _set(document, key, value)
    for key in drop:
        _drop(document, key, path)
    edited = tomlkit.dumps(document)
    scenario = _check(edited, path, folder)
    _replace(path, edited)
    return scenario


def resolved(name: str, folder: Path, changes: Sequence[str] = ()) -> tuple[Parameter, ...]:
    """Return every parameter of a scenario with its value and where that comes from.

    Raises
    ------
    UsageError, BadDataError
        As `read_scenario`.
    """
    chain = [(path.stem, table) for path, table in read_chain(scenario_path(name, folder), folder)]
    return parameters_from(read_scenario(name, folder, changes), chain, changes)


def parameters_from(
    scenario: Scenario, chain: Sequence[tuple[str, Mapping[str, Any]]], changes: Sequence[str] = ()
) -> tuple[Parameter, ...]:
    """Return every parameter of a scenario with its value and where that comes from.

    Parameters
    ----------
    chain
        Name and parameters of each scenario that it was put together from, nearest first.
    changes
        ``key=value`` each, given after them.
    """
    origins: dict[str, str] = {}
    for name, table in reversed(chain):
        origins |= dict.fromkeys(_given(table), name)
    for change in changes:
        key, value = parse_change(change)
        origins |= dict.fromkeys(_given({key: value}), CHANGED)
    return tuple(
        Parameter(key=key, value=toml_text(value), origin=_origin(key, origins))
        for key, value in leaves(scenario.model_dump(mode="json"))
    )


def differences(a: Sequence[Parameter], b: Sequence[Parameter]) -> tuple[Difference, ...]:
    """Return the parameters that two scenarios have otherwise, in the order of the first."""
    mine, other = ({p.key: p.value for p in side} for side in (a, b))
    return tuple(
        Difference(key=key, a=mine.get(key, ""), b=other.get(key, ""))
        for key in dict.fromkeys((*mine, *other))
        if mine.get(key, "") != other.get(key, "")
    )


def leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted key and value of every parameter in a nested table; lists are values."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _given(table: Mapping[str, Any]) -> list[str]:
    return [key for key, _ in leaves(table)]


def _origin(key: str, origins: Mapping[str, str]) -> str:
    parts = key.split(".")
    known = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((origins[part] for part in known if part in origins), DEFAULT)


def toml_text(value: object) -> str:
    """Return a value as it stands behind ``key =`` on one line."""
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {toml_text(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _fill(document: tomlkit.TOMLDocument, given: Mapping[str, Any]) -> None:
    table: dict[str, Any] = _without_empty(dict(given))
    plain = {key: value for key, value in table.items() if not _is_nested(value)}
    for key, value in (*plain.items(), *((k, v) for k, v in table.items() if k not in plain)):
        document.add(key, tomlkit.item(value))


def _without_empty(value: Any) -> Any:
    """Return a value without what is left empty in it, for which TOML has no word."""
    if isinstance(value, dict):
        return {key: _without_empty(inner) for key, inner in value.items() if inner is not None}
    return [_without_empty(inner) for inner in value] if isinstance(value, list | tuple) else value


def _is_nested(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _set(document: tomlkit.TOMLDocument, key: str, value: object) -> None:
    *parents, last = key.split(".")
    here: Any = document
    for part in parents:
        if part not in here:
            here[part] = tomlkit.table()
        here = here[part]
        if not hasattr(here, "items") or isinstance(here, AoT):
            raise UsageError(f"--set {key}: '{part}' is a value, not a table.")
    here[last] = value


def _drop(document: tomlkit.TOMLDocument, key: str, path: Path) -> None:
    *parents, last = key.split(".")
    here: Any = document
    for part in parents:
        here = here.get(part) if hasattr(here, "get") else None
    if not hasattr(here, "get") or last not in here:
        raise UsageError(f"{path.name} does not give '{key[:80]}', so there is nothing to drop.")
    del here[last]


def _check(text: str, path: Path, folder: Path) -> Scenario:
    """Return the scenario that the text would be in place of the file."""
    return scenario_from(read_table(path, folder, parse_toml(text)), path.name)


def _replace(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageError(f"{path} could not be written: {refusal(error)}.") from None
