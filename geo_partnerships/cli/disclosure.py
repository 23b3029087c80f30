"""``disclosure``: what the public edition of a plan gives away all the same."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, default_scenario, planned, print_table

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.views.model import DisclosureView


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Plans a scenario and says which schools a reader of the public edition can see to be held by an "
        "answer or an unpublished rule, and what changes against the edition that is published. Writes nothing; what "
        "it prints is for officers."
    )
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument("--seed", type=int, help="replaces the scenario's seed")
    parser.add_argument(
        "--output", type=Path, default=DEFAULT_OUTPUT, help="folder of the earlier publication; default output"
    )
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.views.disclosure import disclosure_view  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    with console.status(f"{name}: planning") as status:
        made = planned(name, data, options, status.update)
        found = disclosure_view(made.plan, running.disclosure_in(made, options.output))
    if options.json:
        print(json.dumps({"scenario": made.name, **dataclasses.asdict(found)}, indent=1))
    else:
        _show(found)
    return 0


def _show(found: DisclosureView) -> None:
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    print(found.summary)
    if found.caution:
        print(found.caution)
    if found.held:
        print()
        head = ("SCHOOL", "IN", "BETTER IN", "SAVING", "NAMED ONE OF", "NAMED NONE OF", "OF THE FIRST, BEFORE")
        rows = [
            (
                f"{one.name} ({one.urn})",
                str(one.partnership),
                ", ".join(map(str, one.cheaper)),
                metres(one.saving_m),
                str(one.candidates),
                str(one.not_named),
                "" if one.stayed is None else str(one.stayed),
            )
            for one in found.held
        ]
        print_table([head, *rows])
    print(f"\n{found.earlier}")
    if found.moved:
        print_table([(name,) for name in found.moved])
    print("\nThis is the least that can be worked out: one school is moved at a time.")
