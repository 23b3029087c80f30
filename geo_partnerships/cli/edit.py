"""``edit``: change a scenario's file and keep its comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, changes
from geo_partnerships.errors import UsageError
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER
from geo_partnerships.scenarios.read import scenario_path

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", help="name of a scenario, or a TOML file")
    parser.add_argument("--drop", action="append", default=[], metavar="KEY", help="give this parameter no more")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.scenarios.edit import edit_scenario  # noqa: PLC0415

    data = running.data_folder(options.data)
    if running.is_first_plan(options.scenario, data):
        raise UsageError("The first plan has no file to edit. Write one: geo-partnerships new NAME --data FOLDER")
    folder = data / SCENARIO_FOLDER
    path = scenario_path(options.scenario, folder)
    edit_scenario(path, folder, changes(options), options.drop)
    print(json.dumps({"file": str(path)}, indent=1) if options.json else f"Changed {path}.")
    return 0
