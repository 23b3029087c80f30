"""``names``: list the names in a survey that reach no school, for a person to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument("--survey", type=Path, help="another file of survey answers")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write names.csv in the data folder, what is filled in kept; default stdout",
    )
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the readers
    from geo_partnerships.intake import names_to_confirm  # noqa: PLC0415
    from geo_partnerships.whole_files import write_whole  # noqa: PLC0415

    data = running.data_folder(options.data)
    found = names_to_confirm(data, survey=options.survey, with_confirmed=options.write)
    if options.write:
        write_whole(data / "names.csv", found)
        print(f"Wrote {data / 'names.csv'}: fill in the column urn, or write none where it is no school here.")
    else:
        print(found, end="")
    return 0
