"""``sweep``: plan a scenario over a grid of parameters."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, changes, default_scenario, print_table, share
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.sweeping import Sweep

SWEEPS = "sweeps"
OFFICERS = "officers"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Plans a scenario over a grid of parameters on all cores. A stopped one goes on when run again."
    )
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="KEY=VALUES",
        help="what is varied, e.g. area.partnerships=9..14 or district_penalty=0,250,500; may be given again",
    )
    parser.add_argument("--workers", type=int, help="plans made at once; default one a core")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.publishing import lock_folder  # noqa: PLC0415
    from geo_partnerships.sweeping import parse_axis, sweep, write_sweep  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    axes = [parse_axis(text) for text in options.over]
    folder = options.output / SWEEPS / f"{running.scenario_name(name)}-{OFFICERS}"
    with lock_folder(folder, private=True), console.status(f"{name}: reading") as status:
        found = sweep(
            name,
            data,
            axes,
            folder,
            changes=changes(options),
            workers=options.workers,
            progress=lambda done, every: status.update(f"{name}: {done} of {count(every, 'plan')}"),
        )
        page = write_sweep(found, folder)
    if options.json:
        print(json.dumps({"page": str(page), **dataclasses.asdict(found)}, indent=1))
    else:
        _show(found, page)
    return 0


def _show(found: Sweep, page: Path) -> None:
    from geo_partnerships.sweeping.page import mean_of  # noqa: PLC0415
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    head = ("PLAN", *(axis.key for axis in found.axes), "MEAN DISTANCE", "GREATEST", "WISHES MET", "GAP", "")
    rows = [head]
    for number, point in enumerate(found.points, start=1):
        if point.run is None:
            rows.append((str(number), *point.values, "no plan", "", "", "", point.why_none.splitlines()[0]))
            continue
        wishes = f"{point.wishes_met} of {point.wishes_named}"
        distances = (mean_of(point.run), metres(point.run["max_distance_m"]))
        best = "best trade-off" if found.is_best(point) else ""
        rows.append((str(number), *point.values, *distances, wishes, share(point.run["gap"]), best))
    print_table(rows)
    if found.reused:
        print(f"\n{found.reused} of them were made before and are as they were.")
    print(f"\nOpen {page}")
