"""``documents``: the letter, the sheets of the first meetings, the mail merge, the replies, the note for the Board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, default_scenario, planned, tell
from geo_partnerships.cli.serve import DEFAULT_WORKSPACE

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Plans a scenario and writes its documents. The public edition has the letter, the sheets and the "
        "mail merge; replies, decisions and the note for the Board are for officers."
    )
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument("--seed", type=int, help="replaces the scenario's seed")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    parser.add_argument(
        "--audience", choices=("public", "officers"), default="officers", help="edition that is written; officers"
    )
    parser.add_argument("--text", type=Path, help="the authority's own words for the letter; see --show-text")
    parser.add_argument("--show-text", action="store_true", help="print the words that come with the program, to edit")
    parser.add_argument("--address", default="", help="where the pages are published, for the mail merge's links")
    parser.add_argument(
        "--workspace", type=Path, default=DEFAULT_WORKSPACE, help="decisions of the workbench; default workbench"
    )
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.deciding import DecisionLog  # noqa: PLC0415
    from geo_partnerships.deciding.log import FILE  # noqa: PLC0415
    from geo_partnerships.documents import DEFAULT_TEXT, read_text  # noqa: PLC0415
    from geo_partnerships.views.model import Audience  # noqa: PLC0415

    if options.show_text:
        print(DEFAULT_TEXT, end="")
        return 0
    text = None if options.text is None else read_text(options.text)
    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    decisions, findings = DecisionLog(options.workspace / FILE).read()
    tell(findings, console)
    with console.status(f"{name}: planning") as status:
        made = planned(name, data, options, status.update)
        folder = running.publish_documents(
            made, options.output, Audience(options.audience),
            text=text, address=options.address, decisions=decisions, tell=console.print,
        )  # fmt: skip
    for path in sorted(folder.iterdir()):
        print(path)
    return 0
