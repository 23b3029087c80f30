"""``show``: every parameter of a scenario, and where it comes from."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, changes, default_scenario, print_table

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver

    data = running.data_folder(options.data)
    found = running.parameters_of(options.scenario or default_scenario(data), data, changes(options))
    if options.json:
        print(json.dumps([dataclasses.asdict(parameter) for parameter in found], indent=1))
    else:
        print_table([("PARAMETER", "VALUE", "FROM"), *((p.key, p.value, p.origin) for p in found)])
    return 0
