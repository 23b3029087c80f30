"""``init``: make a data folder for one authority from the school register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import tell

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.intake.postcodes.files import PostcodeFiles
    from geo_partnerships.intake.postcodes.service import PostcodeService


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's options."""
    parser = commands.add_parser("init", help="make a data folder for one authority from the school register")
    parser.add_argument("folder", type=Path, help="folder to make")
    parser.add_argument(
        "--register", type=Path, required=True, help="the Department's extract of all establishments, CSV"
    )
    parser.add_argument("--la", required=True, help="the authority's code or name, e.g. 302")
    parser.add_argument("--on", help="day on which the schools are open, e.g. 2015-01-15; default those open now")
    parser.add_argument("--phase", action="append", default=[], help="keep this phase; may be given several times")
    parser.add_argument("--links", type=Path, help="the register's file of links: who took whose place")
    parser.add_argument("--replace", action="store_true", help="write over schools and a scenario that are there")
    add_postcode_options(parser)
    parser.set_defaults(command=command)


def add_postcode_options(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the options that say where postcodes are looked up."""
    group = parser.add_mutually_exclusive_group(required=required)
    words = "OS Code-Point Open (its folder) or the ONS Postcode Directory (CSV)"
    group.add_argument("--postcodes", type=Path, help=words)
    group.add_argument("--postcode-service", metavar="URL", help="address of a postcodes service")
    parser.add_argument("--cache", type=Path, help="file that keeps the service's answers")


def postcode_source(options: argparse.Namespace) -> PostcodeFiles | PostcodeService | None:
    """Return what the options name, or None."""
    from geo_partnerships.intake.postcodes.files import PostcodeFiles  # noqa: PLC0415 - `--help` need not load it
    from geo_partnerships.intake.postcodes.service import PostcodeService  # noqa: PLC0415

    if options.postcodes is not None:
        return PostcodeFiles(options.postcodes)
    if options.postcode_service is not None:
        return PostcodeService(options.postcode_service, cache=options.cache)
    return None


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.intake.register.extract import init_borough  # noqa: PLC0415

    found = init_borough(
        options.folder,
        options.register,
        options.la,
        options.on,
        phases=options.phase,
        links=options.links,
        postcodes=postcode_source(options),
        replace=options.replace,
    )
    tell(found, console)
    print(f"Wrote {options.folder}. Next: geo-partnerships run --data {options.folder}")
    return 0
