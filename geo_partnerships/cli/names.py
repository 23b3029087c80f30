"""``names``: list the names in a survey that reach no school, for a person to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's options."""
    parser = commands.add_parser(
        "names", help="list the survey's names that reach no school, with suggestions: a names.csv to fill in"
    )
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument("--survey", type=Path, help="another file of survey answers")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the readers
    from geo_partnerships.intake import names_to_confirm  # noqa: PLC0415

    data = running.data_folder(options.data)
    found = names_to_confirm(data, survey=options.survey)
    print(found, end="")
    return 0
