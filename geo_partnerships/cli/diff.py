"""``diff``: the parameters that two scenarios have otherwise."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, changes, print_table

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("a", help="scenario")
    parser.add_argument("b", help="scenario")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.scenarios.edit import differences  # noqa: PLC0415

    data = running.data_folder(options.data)
    found = differences(*(running.parameters_of(name, data, changes(options)) for name in (options.a, options.b)))
    if options.json:
        print(json.dumps([dataclasses.asdict(difference) for difference in found], indent=1))
    elif found:
        print_table([("PARAMETER", options.a, options.b), *((d.key, d.a or "–", d.b or "–") for d in found)])
    else:
        print("The two have the same parameters.")
    return 0
