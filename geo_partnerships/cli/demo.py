"""``demo``: plan Barnet from the data that comes with the program, and open the pages."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

from geo_partnerships.cli import run
from geo_partnerships.cli.common import add_output_options
from geo_partnerships.scenarios.parameters import DEFAULT_SCENARIO

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_output_options(parser)
    parser.add_argument("--no-browser", action="store_true", help="write the pages and open none")
    parser.set_defaults(
        command=command,
        scenario=[DEFAULT_SCENARIO],
        assets="inline",
        **dict.fromkeys(("data", "seed", "set", "survey")),
        **dict.fromkeys(("json", "prices"), False),
    )


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver

    options.data = running.shipped_data()
    code = run.command(options, console)
    page = options.output / DEFAULT_SCENARIO / "index.html"
    if not options.no_browser and page.is_file():
        webbrowser.open(page.resolve().as_uri())
    return code
