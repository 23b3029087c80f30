"""Scenarios read from TOML, and changed."""

from __future__ import annotations

import copy
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from geo_partnerships.bounded_toml import TomlError, TomlTooDeepError, parse_toml
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.limits import KEY_PARTS, PARENTS, SCENARIO_FAULTS, TOML_BYTES, WORD_CHARACTERS
from geo_partnerships.scenarios.origins import SCENARIO, Origins
from geo_partnerships.scenarios.parameters import Scenario, Strand
from geo_partnerships.scenarios.words import table_in
from geo_partnerships.sentences import count
from geo_partnerships.systems import is_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHANGED = "--set"


def available(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in ``folder``, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def read_scenario(
    name: str | Path, folder: Path | str, changes: Sequence[str] = (), *, seed: int | None = None
) -> Scenario:
    """Read a scenario and apply changes.

    Parameters
    ----------
    name
        Name of a scenario in `folder`, or path of a TOML file.
    folder
        Folder of scenarios.
    changes
        ``key=value`` each; the key is dotted, e.g. ``area.partnerships=9``; the value is TOML, or bare text.
    seed
        Replaces the scenario's seed.

    Raises
    ------
    UsageError
        No such scenario, or a change that is not ``key=value``.
    BadDataError
        Parameters that are unknown or out of range; one finding each.
    """
    path = scenario_path(name, Path(folder))
    table = read_table(path, Path(folder))
    for change in changes:
        apply_change(table, change)
    if seed is not None:
        table["seed"] = seed
    return scenario_from(table, path.name, read_origins(name, folder, changes))


def read_origins(name: str | Path, folder: Path | str, changes: Sequence[str] = ()) -> Origins:
    """Return where the parameters of a scenario were written; arguments are those of `read_scenario`."""
    path = scenario_path(name, Path(folder))
    files = tuple((file.name, file.read_text(encoding="utf-8-sig")) for file, _ in read_chain(path, Path(folder)))
    return Origins(files=files, changes=tuple((CHANGED, change) for change in changes))


def read_table(path: Path, folder: Path, own: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the parameters of a scenario's file over those of the scenarios that it extends.

    Arguments are those of `read_chain`.
    """
    merged: dict[str, Any] = {}
    for _, table in reversed(read_chain(path, folder, own)):
        merge_tables(merged, table)
    return merged


def read_chain(path: Path, folder: Path, own: dict[str, Any] | None = None) -> list[tuple[Path, dict[str, Any]]]:
    """Return a scenario's file and those it extends, nearest first, each with the parameters it gives itself.

    Parameters
    ----------
    path
        The scenario's file.
    folder
        Folder of scenarios: where ``extends = "name"`` is looked for, after the file's own folder.
    own
        What the file would hold, where it is not to be read.

    Raises
    ------
    UsageError
        A file extends a scenario that is not there.
    BadDataError
        A file cannot be read, or extends itself in the end.
    """
    chain: list[tuple[Path, dict[str, Any]]] = []
    here: Path | None = path
    read = 0
    while here is not None:
        if here.resolve() in {known.resolve() for known, _ in chain}:
            names = " → ".join([*(known.stem for known, _ in chain), here.stem])
            raise _bad_file(path, f"extends itself: {names}", "Break the ring.")
        if len(chain) == PARENTS:
            raise _bad_file(path, f"extends more than {PARENTS - 1} scenarios in a row", "Put some of them together.")
        table = dict(own) if own is not None and not chain else _read_toml(here, read)
        read += here.stat().st_size if own is None or chain else 0
        parent = table.pop("extends", None)
        if parent is not None and not (isinstance(parent, str) and parent):
            raise _bad_file(here, "extends something that is no name", 'Write extends = "barnet-2015".')
        chain.append((here, table))
        here = _parent_path(parent, here, folder) if parent else None
    return chain


def _parent_path(name: str, child: Path, folder: Path) -> Path:
    beside = child.parent / (name if name.endswith(".toml") else f"{name}.toml")
    try:
        return beside if is_file(beside) else scenario_path(name, folder)
    except UsageError as error:
        raise UsageError(f"{child.name} extends '{name[:80]}'. {error}") from None


def merge_tables(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Put the values of `over` into `base`: a table into a table, anything else, lists too, in its place."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge_tables(base[key], value)
        else:
            base[key] = copy.deepcopy(value)


def scenario_path(name: str | Path, folder: Path) -> Path:
    """Return the file of the scenario called `name`; `name` may be the path of a TOML file.

    Raises
    ------
    UsageError
        There is no such scenario; the message names the nearest ones.
    """
    text = str(name)
    path = Path(text) if text.endswith(".toml") else folder / f"{text}.toml"
    if is_file(path):
        return path
    known = available(folder)
    near = difflib.get_close_matches(text, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else f" There are: {', '.join(known) or 'none'}."
    raise UsageError(f"There is no scenario '{text[:80]}'.{hint}")


def scenario_from(table: dict[str, Any], file: str = SCENARIO, origins: Origins | None = None) -> Scenario:
    """Return the scenario of a table of parameters.

    Parameters
    ----------
    file
        The file that is told of where `origins` do not know of one.

    Raises
    ------
    BadDataError
        Parameters that are unknown or out of range; one finding each.
    """
    try:
        return Scenario.model_validate(table)
    except ValidationError as error:
        known = origins or Origins()
        faults = error.errors(include_url=False)
        findings = [_finding(dict(item), known, file) for item in faults[:SCENARIO_FAULTS]]
        if len(faults) > SCENARIO_FAULTS:
            findings.append(_more(len(faults) - SCENARIO_FAULTS, file))
        raise BadDataError(findings) from None


def _more(number: int, file: str) -> Finding:
    return Finding(
        code="scenario-more", severity=Severity.ERROR, file=file,
        message=f"there {'is' if number == 1 else 'are'} {count(number, 'fault')} more.",
        fix="Correct those that are told first.",
    )  # fmt: skip


def set_parameter(table: dict[str, Any], key: str, value: object) -> None:
    """Set a dotted key in a nested table, making tables on the way.

    Raises
    ------
    UsageError
        A part of the key is a value, not a table; or the key has more parts than that of any parameter.
    """
    refuse_long_key(key)
    *parents, last = key.split(".")
    here = table
    for part in parents:
        nested = here.setdefault(part, {})
        if not isinstance(nested, dict):
            raise UsageError(f"--set {key}: '{part}' is a value, not a table.")
        here = nested
    here[last] = value


def refuse_long_key(key: str) -> None:
    """Raise `UsageError` where a dotted key has more or longer parts than any parameter."""
    parts = key.split(".")
    if len(parts) > KEY_PARTS or max(map(len, parts)) > WORD_CHARACTERS:
        raise _too_deep(key)


def apply_change(table: dict[str, Any], change: str) -> None:
    """Apply one ``key=value`` to a nested table."""
    key, value = parse_change(change)
    set_parameter(table, key, value)


def parse_change(change: str) -> tuple[str, object]:
    """Return key and value of ``key=value``.

    Raises
    ------
    UsageError
        It is not ``key=value``, or longer, deeper or with more parts in its key than is read.
    """
    key, equals, text = change.partition("=")
    key = key.strip()
    if not equals or not key or not all(key.split(".")):
        raise UsageError(f"--set {change[:80]}: write key=value, e.g. --set area.partnerships=9")
    refuse_long_key(key)
    return key, parse_value(text.strip())


def parse_value(text: str) -> object:
    """Return the TOML value that the text is, or the bare text.

    Raises
    ------
    UsageError
        It is nested deeper than any parameter is.
    """
    try:
        value: object = parse_toml(f"value = {text}")["value"]
    except TomlTooDeepError:
        raise _too_deep(text) from None
    except TomlError:  # no TOML, or a number of thousands of digits
        return text
    return value


def _too_deep(text: str) -> UsageError:
    return UsageError(f"{text[:40]}…: this is nested deeper than any parameter. Write e.g. area.partnerships=9")


def _read_toml(path: Path, read: int = 0) -> dict[str, Any]:
    """Return the tables of a file; `read` bytes of those that extend it count with its own."""
    if path.stat().st_size + read > TOML_BYTES:
        others = " with those that extend it" if read else ""
        raise _bad_file(path, f"is larger than {TOML_BYTES:,} bytes{others}", "Is it a scenario?")
    try:
        return parse_toml(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _bad_file(path, "is not UTF-8 text", "Save it as UTF-8.") from None
    except TomlError as error:
        raise _bad_file(path, f"is not TOML that can be read: {error}", "Mend that line.") from None


def _bad_file(path: Path, message: str, fix: str) -> BadDataError:
    return BadDataError(
        [Finding(code="scenario-file", severity=Severity.ERROR, file=path.name, message=message, fix=fix)]
    )


def _finding(error: dict[str, Any], origins: Origins, file: str) -> Finding:
    parts = [str(part + 1 if isinstance(part, int) else part) for part in error["loc"]]
    key = ".".join(parts)
    place, line = origins.place(key)
    given: dict[str, Any] = {"file": file if place == origins.added else place, "row": line, "field": key[:120]}
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(parts[-1], _known_keys(parts[:-1]), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(_known_keys(parts[:-1]))}."
        return Finding(
            code="scenario-unknown-key", severity=Severity.ERROR, **given,
            message="there is no such parameter.", fix=hint,
        )  # fmt: skip
    shown = "" if isinstance(error["input"], dict) else f" (it is {str(error['input'])[:60]!r})"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "stands_twice":
        return Finding(
            code="scenario-stands-twice",
            severity=Severity.ERROR,
            **given,
            message=f"{message}.",
            fix="Leave one out, or write the one that was meant.",
        )
    return Finding(
        code="scenario-value", severity=Severity.ERROR, **given,
        message=f"{message}{shown}.", fix="See the table of parameters in docs/parameters.md.",
    )  # fmt: skip


def _known_keys(path: Iterable[str]) -> list[str]:
    model: type[BaseModel] = Scenario
    for part in path:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        found = table_in(field.annotation) if field else (Strand if model is Scenario else None)
        if found is None:
            continue
        model = found
    return list(model.model_fields)
