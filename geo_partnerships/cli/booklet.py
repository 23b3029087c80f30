"""``booklet``: all partnerships of a plan as one PDF, a cover and a sheet of A4 for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import add_data_options, default_scenario, planned
from geo_partnerships.errors import UsageError
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument("--seed", type=int, help="replaces the scenario's seed")
    parser.add_argument("--pdf", type=Path, help="file to write; default booklet-SCENARIO.pdf here")
    parser.add_argument("--html", type=Path, help="write the page instead, to print it from any browser")
    parser.add_argument("--browser", default="", help="Chromium, Chrome or Edge, where it is not found by itself")
    parser.add_argument(
        "--audience", choices=("public", "officers"), default="public", help="edition that is written; default public"
    )
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.documents.printing import browser_found, printed  # noqa: PLC0415
    from geo_partnerships.pages.booklet import booklet_of  # noqa: PLC0415
    from geo_partnerships.views.model import Audience  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    target = options.html or options.pdf or Path(f"booklet-{Path(name).stem}.pdf")
    if target.exists() and not options.replace:
        raise UsageError(f"{target} is there already; --replace writes over it.")
    browser = "" if options.html else browser_found(options.browser)
    with console.status(f"{name}: planning") as status:
        made = planned(name, data, options, status.update)
        page = booklet_of(running.view_of_run(made, Audience(options.audience)))
        status.update(f"{name}: printing")
        write_whole(target, page if options.html else printed(page, browser))
    print(target)
    return 0
