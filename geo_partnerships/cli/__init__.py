"""The command line: ``geo-partnerships``; one module a command."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.console import Console

from geo_partnerships.errors import GeoPartnershipsError, UsageError
from geo_partnerships.systems import refusal, show_all_characters
from geo_partnerships.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = {
    "run": "plan scenarios, check them and write their maps",
    "demo": "plan Barnet from the data that comes with the program; open the pages",
    "check": "check the data, and a plan, without solving",
    "compare": "plan two scenarios and say what differs",
    "alternatives": "plan under other goals: the shortest plan, the fairest, most leaders, and what is firm",
    "prices": "what each rule of a scenario costs, in metres",
    "disclosure": "what the public edition of a plan gives away all the same",
    "init": "make a data folder from a list of schools: a register, a sheet, a layer",
    "ground": "roads, water, parks and built-up land for maps, from open data",
    "geocode": "place the schools of a schools.geojson that have no point",
    "names": "list the survey's names that reach no school, with suggestions: a names.csv to fill in",
    "batch": "plan every authority of a register, or of a tree of folders",
    "new": "write a scenario that extends another one",
    "edit": "change a scenario's file and keep its comments",
    "show": "every parameter of a scenario, and where it comes from",
    "diff": "the parameters that two scenarios have otherwise",
    "sweep": "plan a scenario over a grid of parameters",
    "serve": "the planner's workbench, in a browser on this machine",
    "booklet": "all partnerships of a plan as one PDF to print",
    "documents": "the draft letter, a sheet for each first meeting, mail merge, replies, the note for the Board",
    "replies": "take the replies of a filled-in replies.xlsx into the workbench's log",
    "update": "next year: an agreed plan against a newer list of schools, changed as little as can be",
    "verify": "hash a published folder again and say what differs",
}
"""What each command does; its module is loaded when it is asked for."""
LIBRARIES = ("highspy", "scipy", "geopandas", "folium")
INTERNAL, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Returns
    -------
    int
        0 ok, 1 internal or a plan that fails its check, 2 usage, 3 bad data, 4 no plan satisfies the rules.
    """
    show_all_characters((sys.stdout, sys.stderr))
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        command: Callable[[argparse.Namespace, Console], int] = options.command
        code = command(options, console)
        sys.stdout.flush()
    except GeoPartnershipsError as error:
        console.print(str(error))
        return error.exit_code
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == __name__.partition(".")[0]:
            raise
        package = error.name.partition(".")[0]
        console.print(
            f"The Python library {package}, which this needs, is not installed. Install the program again with all "
            "that belongs to it: pip install --force-reinstall geo-partnerships."
        )
        return UsageError.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away
        return 0
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        console.print(f"The disk refuses: {refusal(error)}{place}. Nothing published is lost.")
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


class _Command(argparse.ArgumentParser):
    """A command, which has its options from its module once it is asked for: the others are not loaded."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Load the options, and parse."""
        import_module(f"{__name__}.{self.prog.split()[-1]}").add_options(self)
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="geo-partnerships",
        description="Groups schools into school improvement partnerships and shows them on maps.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="the program's version, and its libraries'")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Command)
    for name, words in COMMANDS.items():
        commands.add_parser(name, help=words)
    return parser
