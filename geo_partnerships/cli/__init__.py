"""The command line: ``geo-partnerships``; one module a command."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from rich.console import Console

from geo_partnerships.cli import (
    alternatives,
    batch,
    check,
    compare,
    demo,
    diff,
    disclosure,
    documents,
    edit,
    geocode,
    init,
    names,
    new,
    prices,
    replies,
    run,
    serve,
    show,
    sweep,
    verify,
)
from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = (
    run,
    demo,
    check,
    compare,
    alternatives,
    prices,
    disclosure,
    init,
    geocode,
    names,
    batch,
    new,
    edit,
    show,
    diff,
    sweep,
    serve,
    documents,
    replies,
    verify,
)
LIBRARIES = ("highspy", "scipy", "geopandas", "folium")
INTERNAL, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Returns
    -------
    int
        0 ok, 1 internal or a plan that fails its check, 2 usage, 3 bad data, 4 no plan satisfies the rules.
    """
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        command: Callable[[argparse.Namespace, Console], int] = options.command
        code = command(options, console)
        sys.stdout.flush()
    except GeoPartnershipsError as error:
        console.print(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away
        return 0
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        console.print(f"The disk refuses: {error.strerror or type(error).__name__}{place}. Nothing published is lost.")
        return INTERNAL
    except KeyboardInterrupt:
        console.print("Stopped; what was published before is untouched.")
        return INTERRUPTED
    return code


class _Version(argparse.Action):
    """Prints the version of the program and of the libraries that plans and pages depend on."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print them and end."""
        libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        print(f"geo-partnerships {__version__} ({libraries})")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="geo-partnerships",
        description="Groups schools into school improvement partnerships and shows them on maps.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="the program's version, and its libraries'")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser
