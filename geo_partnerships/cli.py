"""The command line: ``geo-partnerships``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from geo_partnerships.errors import GeoPartnershipsError, UsageError
from geo_partnerships.findings import bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geo_partnerships.running import Run

DEFAULT_OUTPUT = Path("output")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Returns
    -------
    int
        0 ok, 1 internal, 2 usage, 3 bad data, 4 no plan satisfies the rules.
    """
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        command: Callable[[argparse.Namespace, Console], int] = options.command
        return command(options, console)
    except GeoPartnershipsError as error:
        console.print(str(error))
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader went away
        return 0
    except KeyboardInterrupt:
        console.print("Stopped; what was published before is untouched.")
        return 130


def _run(options: argparse.Namespace, console: Console) -> int:
    from geo_partnerships import running  # noqa: PLC0415 - `--help` need not load the solver

    data = running.data_folder(options.data)
    runs: list[Run] = []
    for name in options.scenario or [_default_scenario(data)]:
        problem, scenario = running.load(name, data, _changes(options), seed=options.seed)
        with console.status(f"{name}: planning") as status:
            made = running.make_plan(name, problem, scenario, status.update)
            status.update(f"{name}: writing pages")
            output = running.publish(made, options.output)
        made = dataclasses.replace(made, output=output)
        runs.append(made)
        _tell_findings(made, console)
        if not options.json:
            _show(made)
    if options.json:
        print(json.dumps({"runs": [running.run_object(made) for made in runs]}, indent=1))
    return 1 if any(not made.report.ok for made in runs) else 0


def _check(options: argparse.Namespace, console: Console) -> int:
    from geo_partnerships import running  # noqa: PLC0415
    from geo_partnerships.checking import check  # noqa: PLC0415
    from geo_partnerships.intake.plans import read_plan  # noqa: PLC0415
    from geo_partnerships.planning import plan_of_draft  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or _default_scenario(data)
    problem, scenario = running.load(name, data, _changes(options))
    _print_all(bounded(problem.findings), console)
    given = options.plan
    made = read_plan(given, problem, scenario) if given else plan_of_draft(problem, scenario)
    if made is None:
        print(f"{len(problem.schools)} schools, {problem.survey.direct} responses: the data can be used.")
        return 0
    report = check(made)
    if options.json:
        rows = [dataclasses.asdict(c) for c in report.checks]
        print(
            json.dumps(
                {"ok": report.ok, "checks": rows, "scores": dataclasses.asdict(report.scores)}, indent=1
            )
        )
    else:
        print(f"Checked: {options.plan or 'the draft of the letter'}")
        _table([("", c.name, c.message) if c.holds else ("✗", c.name, c.message) for c in report.checks])
    return 0 if report.ok or options.plan is None else 1


def _compare(options: argparse.Namespace, console: Console) -> int:
    from geo_partnerships import running  # noqa: PLC0415
    from geo_partnerships.comparing import compare  # noqa: PLC0415
    from geo_partnerships.viewing import metres  # noqa: PLC0415

    data = running.data_folder(options.data)
    plans = []
    for name in (options.a, options.b):
        problem, scenario = running.load(name, data, _changes(options))
        with console.status(f"{name}: planning"):
            plans.append(running.make_plan(name, problem, scenario).plan)
    found = compare(*plans)
    if options.json:
        print(json.dumps(dataclasses.asdict(found), indent=1))
        return 0
    rows = [
        (
            "Mean distance to the centre school",
            metres(found.before.mean_distance_m),
            metres(found.after.mean_distance_m),
        ),
        ("Greatest distance", metres(found.before.max_distance_m), metres(found.after.max_distance_m)),
        ("Objective", metres(plans[0].objective), metres(plans[1].objective)),
        ("Guarantee met", *(f"{s.met} of {s.respondents}" for s in (found.before, found.after))),
    ]
    _table([("", options.a, options.b), *rows])
    print(f"\n{len(found.moved)} schools have another partnership:")
    _table([(m.name, _numbers(m.before), "→", _numbers(m.after)) for m in found.moved])
    return 0


def _verify(options: argparse.Namespace, _console: Console) -> int:
    from geo_partnerships.publishing import verify  # noqa: PLC0415

    differences = verify(options.folder)
    print("\n".join(differences) or "Every file is as it was published.")
    return 1 if differences else 0


def _show(made: Run) -> None:
    from geo_partnerships.viewing import headline_of  # noqa: PLC0415

    rows = headline_of(made.plan, made.report, made.draft[1] if made.draft else None)
    print(f"{made.plan.scenario.title or made.name} ({made.plan.scenario.status})")
    _table([("", "plan", "letter's draft", ""), *((r.label, r.plan, r.draft, r.note) for r in rows)])
    print()
    _table(
        [
            (f"{p.number:>3}", p.name, f"{p.size} members")
            for p in made.plan.partnerships
        ]
    )  # fmt: skip
    failed = [c for c in made.report.checks if not c.holds]
    for check in failed:
        print(f"{'BROKEN' if check.binding else 'Note'}: {check.name}: {check.message}")
    print(f"\nOpen {made.output}/index.html")


def _table(rows: Iterable[Sequence[str]]) -> None:
    lines = [tuple(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    for row in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _tell_findings(made: Run, console: Console) -> None:
    problem = made.plan.problem
    noticed = [f for f in (*problem.findings, *made.plan.findings) if f.severity != "note"]
    _print_all(bounded(tuple(noticed)), console)


def _print_all(lines: Iterable[str], console: Console) -> None:
    for line in lines:
        console.print(line)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _changes(options: argparse.Namespace) -> list[str]:
    changes = list(options.set or [])
    if options.survey is not None:
        changes.append(f"data.survey={json.dumps(str(options.survey))}")
    return changes


def _default_scenario(data: Path) -> str:
    """Return ``barnet-2015``, or the only scenario of a folder that has another one."""
    from geo_partnerships.running import SCENARIO_FOLDER  # noqa: PLC0415
    from geo_partnerships.scenario import DEFAULT_SCENARIO, available  # noqa: PLC0415

    names = available(data / SCENARIO_FOLDER)
    if DEFAULT_SCENARIO in names or not names:
        return DEFAULT_SCENARIO
    if len(names) > 1:
        raise UsageError(f"Name a scenario. There are: {', '.join(names)}.")
    return names[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="geo-partnerships", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True)
    _run_parser(commands)
    _check_parser(commands)
    _compare_parser(commands)
    verify = commands.add_parser("verify", help="hash a published folder again and say what differs")
    verify.add_argument("folder", type=Path)
    verify.set_defaults(command=_verify)
    return parser


def _run_parser(commands: Any) -> None:
    run = commands.add_parser("run", help="plan scenarios, check them and write their maps")
    run.add_argument("scenario", nargs="*", help="name of a scenario, or a TOML file; default barnet-2015")
    run.add_argument("--seed", type=int, help="replaces the scenario's seed")
    run.add_argument(
        "--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output"
    )
    _common(run)
    run.set_defaults(command=_run)


def _check_parser(commands: Any) -> None:
    check = commands.add_parser("check", help="check the data, and a plan, without solving")
    check.add_argument("scenario", nargs="?", help="scenario whose rules are checked")
    check.add_argument("--plan", type=Path, help="plan.csv or its folder; default the letter's own draft")
    _common(check)
    check.set_defaults(command=_check)


def _compare_parser(commands: Any) -> None:
    compare = commands.add_parser("compare", help="plan two scenarios and say what differs")
    compare.add_argument("a", help="scenario")
    compare.add_argument("b", help="scenario")
    _common(compare)
    compare.set_defaults(command=_compare)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument("--survey", type=Path, help="another file of survey answers")
    parser.add_argument(
        "--set", action="append", metavar="KEY=VALUE", help="change a parameter, e.g. area.partnerships=9"
    )
    parser.add_argument("--json", action="store_true", help="one machine-readable object on stdout")
