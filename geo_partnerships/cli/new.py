"""``new``: write a scenario that extends another one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, changes, default_scenario
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("name", help="name of the new scenario: small letters, digits and hyphens")
    parser.add_argument("--from", dest="parent", metavar="SCENARIO", help="scenario it extends; default barnet-2015")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.scenarios.edit import new_scenario, write_new  # noqa: PLC0415

    data = running.data_folder(options.data)
    parent = options.parent or default_scenario(data)
    folder, first = data / SCENARIO_FOLDER, running.is_first_plan(parent, data)
    if first:
        written = write_new(options.name, folder, "", running.table_of(parent, data, changes(options)))
    else:
        written = new_scenario(options.name, folder, parent, changes(options))
    if options.json:
        extends = None if first else parent
        print(json.dumps({"scenario": options.name, "extends": extends, "file": str(written)}, indent=1))
    elif first:
        print(f"Wrote {written}: the first plan of this folder, to be changed.")
    else:
        print(f"Wrote {written}. It takes from {parent} what it does not give itself.")
    return 0
