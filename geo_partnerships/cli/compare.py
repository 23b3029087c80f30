"""``compare``: plan two scenarios and say what differs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, changes, print_table
from geo_partnerships.errors import UsageError
from geo_partnerships.sentences import counted

NOT_PUBLIC = (
    "A comparison is not published: which schools move between two plans of one survey tells what single schools "
    "answered. Leave --audience away, and keep the page among officers; for the public, publish the plan that was "
    "chosen: geo-partnerships run SCENARIO."
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("a", help="scenario")
    parser.add_argument("b", help="scenario")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    parser.add_argument(
        "--audience",
        choices=("public", "officers"),
        default="officers",
        help="officers alone: the public is refused, since what two plans of one survey differ in tells of answers",
    )
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    if options.audience == "public":
        raise UsageError(NOT_PUBLIC)
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.checking.together import LABELS  # noqa: PLC0415
    from geo_partnerships.comparing import compare, numbers_beside  # noqa: PLC0415
    from geo_partnerships.views.fit import agreement  # noqa: PLC0415
    from geo_partnerships.views.headline import metres, whole_words  # noqa: PLC0415
    from geo_partnerships.views.pieces import pieces_of  # noqa: PLC0415

    data = running.data_folder(options.data)
    runs = []
    for name in (options.a, options.b):
        problem, scenario = running.load(name, data, changes(options))
        with console.status(f"{name}: planning"):
            runs.append(running.make_plan(name, problem, scenario))
    found = compare(*(made.plan for made in runs))
    agreed = agreement(runs[0].plan, runs[1].plan)
    page = running.publish_comparison(runs[0], runs[1], options.output, tell=console.print)
    if options.json:
        figures = {"pieces": [pieces_of(made.plan) for made in runs], "agreement": agreed}
        print(json.dumps({"page": str(page), **dataclasses.asdict(found), **figures}, indent=1))
        return 0
    sides = (found.before, found.after)
    rows = [
        ("", options.a, options.b),
        ("Mean distance to the centre school", *(metres(s.mean_distance_m) for s in sides)),
        ("Greatest distance", *(metres(s.max_distance_m) for s in sides)),
        ("Objective (distance and penalties)", *(metres(made.objective) for made in (run.plan for run in runs))),
        ("In one piece", *(whole_words(made.plan) for made in runs)),
        ("Guarantee met", *(f"{s.met} of {s.respondents}" for s in sides)),
    ]
    for kind in dict.fromkeys(one.kind for s in sides for one in s.together):
        counts = [{one.kind: one.words for one in s.together}.get(kind, "none") for s in sides]
        rows.append((LABELS[kind], *counts))
    print_table(rows)
    if agreed is not None:
        print(
            f"\nThey agree by {agreed:.2f} (adjusted Rand index: 1 groups the same schools, 0 agrees as chance would)."
        )
    moved = counted(len(found.moved), "school", "has", "have")
    print(f"\n{moved} another partnership{':' if found.moved else '.'}")
    shown = numbers_beside(*(made.plan for made in runs))
    print_table([(m.name, _numbers(m.before), "→", _numbers([shown[n] for n in m.after])) for m in found.moved])
    if found.moved and any(own != number for own, number in shown.items()):
        print(f"Numbers are those of {options.a}; the page says what {options.b} calls its partnerships.")
    print(f"\nOpen {page}")
    return 0


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
