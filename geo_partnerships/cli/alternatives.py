"""``alternatives``: plan a scenario under other goals and say what each gives and what is firm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, add_data_options, changes, default_scenario, print_table
from geo_partnerships.sentences import count, share

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.alternatives import Alternatives
    from geo_partnerships.alternatives.firm import Firmness


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = "Plans a scenario under other goals, each plan proven best in its own order. For officers."
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument(
        "--surveys",
        type=Path,
        nargs="+",
        default=(),
        metavar="FILE",
        help="other surveys, made up or given: says what stays together under each of them, too",
    )
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.alternatives import alternatives_of, publish_alternatives  # noqa: PLC0415 - as for `--help`
    from geo_partnerships.api import running  # noqa: PLC0415

    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    with console.status(f"{name}: planning") as status:
        found = alternatives_of(
            name,
            data,
            changes(options),
            surveys=[path.resolve() for path in options.surveys],
            progress=lambda words: status.update(f"{name}: {words}"),
        )
        page = publish_alternatives(found, options.output, tell=console.print)
    if options.json:
        print(json.dumps({"page": str(page), **as_object(found)}, indent=1))
        return 0
    from geo_partnerships.alternatives.page import HEAD, cells, firm_words, over_surveys  # noqa: PLC0415

    print_table([HEAD, *map(cells, found.plans)])
    firm = sum(place.is_firm for place in found.firmness.places)
    told = share(firm, len(found.firmness.places), "place", "has", "have")
    print(f"\n{told} the same company in all of {count(found.firmness.plans, 'plan')}.")
    if found.surveys is not None:
        print(f"\n{firm_words(found.surveys.firmness, over_surveys(found.surveys))}")
    print(f"\nOpen {page}")
    return 0


def as_object(found: Alternatives) -> dict[str, object]:
    """Return the alternatives as the object that ``--json`` gives."""
    from geo_partnerships.api.run_json import run_object  # noqa: PLC0415

    return {
        "scenario": found.scenario,
        "alternatives": [
            {
                "key": one.key,
                "name": one.name,
                "changes": list(one.changes),
                "mean_distance_m": one.mean_m,
                "max_distance_m": one.worst_m,
                "wishes_met": one.wishes_met,
                "wishes_named": one.wishes_named,
                "with_leader": one.with_leader,
                "moved_from_draft": one.moved,
                "proven": one.is_proven,
                "best_trade_off": found.is_best(one),
                "run": run_object(one.run),
            }
            for one in found.plans
        ],
        "plans": found.firmness.plans,
        "places": _places(found.firmness),
        "under_surveys": None
        if found.surveys is None
        else {
            "invented": found.surveys.invented,
            "plans": found.surveys.firmness.plans,
            "impossible": found.surveys.impossible,
            "places": _places(found.surveys.firmness),
        },
    }


def _places(firmness: Firmness) -> list[dict[str, str | int | float]]:
    return [
        {"school": place.school, "partnership": place.partnership, "company_kept": place.share}
        for place in firmness.places
    ]
