"""``verify``: hash a published folder again and say what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.publishing.manifest import verify

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", type=Path)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, _console: Console) -> int:
    """Run the command; the exit code is 1 where something differs."""
    differences = verify(options.folder)
    print("\n".join(differences) or "Every file is as it was published.")
    return 1 if differences else 0
