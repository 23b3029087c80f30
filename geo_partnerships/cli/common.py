"""What the commands share: options, tables, and the scenario meant when none is named."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.characters import printable
from geo_partnerships.errors import UsageError
from geo_partnerships.findings import bounded
from geo_partnerships.scenarios.parameters import DEFAULT_SCENARIO, FIRST_PLAN, SCENARIO_FOLDER
from geo_partnerships.scenarios.read import available

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from geo_partnerships.api.running import Run
    from geo_partnerships.findings import Finding
    from geo_partnerships.planning.planner import Progress

DEFAULT_OUTPUT = Path("output")


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is read and how it is shown."""
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument("--survey", type=Path, help="another file of survey answers")
    parser.add_argument(
        "--set", action="append", metavar="KEY=VALUE", help="change a parameter, e.g. area.partnerships=9"
    )
    parser.add_argument("--json", action="store_true", help="one machine-readable object on stdout")


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where pages are written, and for whom."""
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    parser.add_argument(
        "--audience", choices=("public", "officers"), default="public", help="edition that is written; default public"
    )


def changes(options: argparse.Namespace) -> list[str]:
    """Return every change to the scenario that the options ask for."""
    found = list(options.set or [])
    if options.survey is not None:
        found.append(f"data.survey={json.dumps(str(options.survey))}")
    return found


def default_scenario(data: Path) -> str:
    """Return ``barnet-2015``, or the only scenario of a folder, or a first plan where it has none.

    Raises
    ------
    UsageError
        The folder has several and none of that name.
    """
    names = available(data / SCENARIO_FOLDER)
    if not names:
        return FIRST_PLAN
    if DEFAULT_SCENARIO in names:
        return DEFAULT_SCENARIO
    if len(names) > 1:
        raise UsageError(f"Name a scenario. There are: {', '.join(names)}.")
    return names[0]


def planned(name: str, data: Path, options: argparse.Namespace, say: Progress) -> Run:
    """Plan a scenario as the options change it; `say` is called with a few words as it goes on."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver

    problem, scenario = running.load(name, data, changes(options), seed=options.seed)
    with running.placing(running.origins_of(name, data, changes(options))):
        made = running.make_plan(name, problem, scenario, say, say)
    return dataclasses.replace(made, folder=running.folder_of(name, data))


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows of cells in columns; control characters in data do not reach the terminal."""
    lines = [tuple(map(printable, row)) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for row in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def share(value: float | None) -> str:
    """Return e.g. ``1.25%``; a dash where there is no value."""
    return "–" if value is None else f"{value:.2%}"


def tell(findings: Iterable[Finding], console: Console) -> None:
    """Print findings, bounded, on stderr."""
    for line in bounded(tuple(findings)):
        console.print(line)
