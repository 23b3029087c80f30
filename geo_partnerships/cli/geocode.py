"""``geocode``: give the schools without a point one from their postcodes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import tell
from geo_partnerships.cli.init import add_postcode_options, postcode_source

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", type=Path, help="schools.geojson; written anew where a school was placed")
    add_postcode_options(parser, required=True)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.intake.postcodes.geocode import geocode_file  # noqa: PLC0415 - `--help` need not load it

    source = postcode_source(options)
    if source is not None:
        tell(geocode_file(options.file, source), console)
    print(f"Looked up the postcodes of {options.file}.")
    return 0
