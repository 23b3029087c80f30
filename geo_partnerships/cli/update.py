"""``update``: an agreed plan against a newer list of schools, changed as little as can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, changes, default_scenario, print_table

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.updating import Update


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Says which schools closed, opened, were replaced or changed since a plan was agreed, what has to be decided, "
        "and plans the newer list so that as few schools as possible change. For officers."
    )
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument(
        "--plan", type=Path, required=True, help="the agreed plan: its published folder, or its plan.csv"
    )
    parser.add_argument("--before", type=Path, help="data folder that it was made of; default data")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    parser.add_argument(
        "--most",
        type=int,
        metavar="N",
        help="let up to N schools change, and plan the best of those plans; default: change as few as can be",
    )
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.errors import UsageError  # noqa: PLC0415
    from geo_partnerships.updating import update, update_note  # noqa: PLC0415

    if options.data is None:
        raise UsageError("Say where the newer list is: --data with its folder.")
    before, data = running.data_folder(options.before), running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    with console.status(f"{name}: planning") as status:
        found = update(
            name,
            before=before,
            plan=options.plan,
            data=data,
            changes=[*changes(options), *([] if options.most is None else [f"stay.most={options.most}"])],
            progress=lambda words: status.update(f"{name}: {words}"),
        )
        folder = running.publish_update(found.run, update_note(found), options.output, tell=console.print)
    if options.json:
        print(json.dumps({"folder": str(folder), **as_object(found)}, indent=1))
        return 0
    print_table([("school", "agreed", "what is otherwise"), *_rows(found)])
    print(f"\n{found.said}\n\nOpen {folder / 'update-note.html'}")
    return 0


def _rows(found: Update) -> list[tuple[str, str, str]]:
    return [
        (d.name, ", ".join(map(str, d.partnerships)) or "–", f"{d.kind.value}: {d.words}") for d in found.differences
    ]


def as_object(found: Update) -> dict[str, object]:
    """Return the update as the object that ``--json`` gives."""
    from geo_partnerships.api.run_json import run_object  # noqa: PLC0415
    from geo_partnerships.updating import to_decide  # noqa: PLC0415

    return {
        "differences": [
            {
                "kind": d.kind.value,
                "school": d.school,
                "name": d.name,
                "partnerships": list(d.partnerships),
                "words": d.words,
            }
            for d in found.differences
        ],
        "moved": [{"school": m.school, "before": list(m.before), "after": list(m.after)} for m in found.moved],
        "placed": dict(found.placed),
        "to_decide": [words for _, words in to_decide(found)],
        "said": found.said,
        "run": run_object(found.run),
    }
