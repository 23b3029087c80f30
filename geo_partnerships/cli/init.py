"""``init``: make a data folder from a list of schools, whatever it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import print_table, tell
from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import BadDataError, UsageError

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.intake.postcodes.files import PostcodeFiles
    from geo_partnerships.intake.postcodes.service import PostcodeService
    from geo_partnerships.intake.register.folder import Begun

ASKED_ABOUT = frozenset({"table-duplicate-column", "table-missing-column", "table-respondent"})


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", type=Path, help="folder to make")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--from",
        dest="files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="any list of schools: CSV (.gz and .zip, too), workbook, GeoPackage, GeoJSON; and answers to a survey",
    )
    source.add_argument("--register", type=Path, help="the Department's extract of all establishments, CSV")
    parser.add_argument("--la", default="", help="the authority's code or name, e.g. 302; or all")
    parser.add_argument("--on", help="day on which the schools are open, e.g. 2015-01-15; default those open now")
    parser.add_argument("--phase", action="append", default=[], help="keep this phase; may be given several times")
    parser.add_argument("--links", type=Path, help="the register's file of links: who took whose place")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="COLUMN=HEADER",
        help='which column is meant, e.g. name="School name2"; may be given several times',
    )
    parser.add_argument(
        "--country", default=UNITED_KINGDOM.code, help="whose schools they are: ireland, plain, …; see docs/data.md"
    )
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
    if options.register is not None:
        _from_register(options, console)
    else:
        _from_lists(options, console)
    print(f"Wrote {options.folder}. Next: geo-partnerships run --data {options.folder}")
    return 0


def _from_register(options: argparse.Namespace, console: Console) -> None:
    from geo_partnerships.intake.register.extract import init_borough  # noqa: PLC0415

    if not options.la:
        raise UsageError("Say whose schools are meant: --la with a code or a name.")
    if options.country != UNITED_KINGDOM.code:
        raise UsageError("--country goes with --from: the register is England's.")
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


def _from_lists(options: argparse.Namespace, console: Console) -> None:
    if options.links is not None:
        raise UsageError("--links goes with --register.")
    columns = _given_columns(options.column)
    begun = _begun(options, columns)
    print("\n".join(begun.said))
    print_table([("column", "read as"), *((header, column or "–") for header, column in begun.reading if header)])
    tell(begun.findings, console)


def _begun(options: argparse.Namespace, columns: dict[str, str]) -> Begun:
    """Make the folder, and ask which column is meant where somebody is there to answer."""
    from geo_partnerships.intake.register.folder import init_from  # noqa: PLC0415

    while True:
        try:
            return init_from(
                options.folder,
                options.files,
                la=options.la,
                on=options.on,
                phases=options.phase,
                columns=columns,
                country=options.country,
                postcodes=postcode_source(options),
                replace=options.replace,
            )
        except BadDataError as error:
            doubtful = next((one for one in error.findings if one.code in ASKED_ABOUT), None)
            if doubtful is None or doubtful.field in columns or not sys.stdin.isatty():
                raise
            print(doubtful.sentence())
            answer = input(f"Which column of the header is {doubtful.field}? (nothing to stop) ").strip()
            if not answer:
                raise
            columns[doubtful.field] = answer


def _given_columns(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        column, parted, header = text.partition("=")
        if not parted or not column.strip() or not header.strip():
            raise UsageError(f"--column {text[:80]}: write COLUMN=HEADER, e.g. name=School.")
        found[column.strip()] = header.strip()
    return found
