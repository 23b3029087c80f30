"""``check``: check the data, and a plan, without solving."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, changes, default_scenario, print_table, tell
from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def _no_points(schools: int) -> Finding:
    return Finding(
        code="points-none",
        severity=Severity.ERROR,
        message=f"No school has a point: not usable until geocoded (0 of {count(schools, 'school')} have a point).",
        fix="Give points, or postcodes and --set data.postcodes=FOLDER of Code-Point Open, or a matrix of distances.",
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", nargs="?", help="scenario whose rules are checked; default barnet-2015")
    parser.add_argument("--plan", type=Path, help="plan.csv or its folder; default the letter's own draft")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command; the exit code is 1 where a plan that was given breaks a binding rule."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.checking import check  # noqa: PLC0415
    from geo_partnerships.intake.plans import read_plan  # noqa: PLC0415
    from geo_partnerships.planning import plan_of_draft  # noqa: PLC0415
    from geo_partnerships.planning.planner import prepared  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    problem, scenario = running.load(name, data, changes(options))
    tell(problem.findings, console)
    given = options.plan
    made = read_plan(given, problem, scenario) if given else plan_of_draft(problem, scenario)
    if made is None:
        pointed = sum(school.has_point for school in problem.schools.values())
        if not pointed and problem.distances is None:
            raise BadDataError([_no_points(len(problem.schools))])
        prepared(problem, scenario)
        points = f"{count(len(problem.schools), 'school')}, {pointed:,} of them with a point"
        print(f"{points}, {count(problem.survey.direct, 'answer')}: the data can be used.")
        return 0
    report = check(made)
    if options.json:
        rows = [dataclasses.asdict(c) for c in report.checks]
        print(json.dumps({"ok": report.ok, "checks": rows, "scores": dataclasses.asdict(report.scores)}, indent=1))
    else:
        print(f"Checked by the rules of {name}: {given or 'the draft of the letter'}")
        verdicts = ["holds" if c.holds else "FAILS" if c.binding else "note" for c in report.checks]
        print_table([(v, c.name, c.message) for v, c in zip(verdicts, report.checks, strict=True)])
    return 0 if report.ok or given is None else 1
