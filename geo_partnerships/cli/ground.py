"""``ground``: roads, water, parks and built-up land for the maps of an authority, from open data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import tell
from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

LAYERS = ("green", "water", "roads", "rail", "tube", "built_up", "places", "stations")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "files",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="GeoPackage or GeoJSON: OS Open Greenspace, Open Rivers, Open Roads, Zoomstack, an OpenStreetMap extract",
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder that the ground is for")
    parser.add_argument("--as", dest="meant", choices=LAYERS, default="", help="what files of another kind show")
    parser.add_argument("--credit", default="", metavar="WORDS", help="whom maps credit for the files")
    parser.add_argument("--postcodes", type=Path, help="OS Code-Point Open, which built-up land is derived from")
    parser.add_argument("--replace", action="store_true", help="write over layers that are there already")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.intake.ground.making import make_ground  # noqa: PLC0415 - `--help` need not load it
    from geo_partnerships.intake.postcodes.files import PostcodeFiles  # noqa: PLC0415
    from geo_partnerships.intake.problem import read_problem  # noqa: PLC0415

    if not options.files and options.postcodes is None:
        raise UsageError("Name a file of open data, or Code-Point Open with --postcodes.")
    made = make_ground(
        read_problem(options.data),
        options.data / "boundaries",
        options.files,
        meant=options.meant,
        credit=options.credit.strip(),
        postcodes=None if options.postcodes is None else PostcodeFiles(options.postcodes),
        replace=options.replace,
    )
    tell(made.findings, console)
    print("\n".join(made.said) or f"None of the files holds any ground around the schools of {options.data}.")
    return 0
