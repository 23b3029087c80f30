"""``run``: plan scenarios, check them and write their maps."""

from __future__ import annotations

import dataclasses
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import (
    add_data_options,
    add_output_options,
    changes,
    default_scenario,
    planned,
    print_table,
    tell,
)
from geo_partnerships.cli.prices import prices_object, show_prices
from geo_partnerships.errors import UsageError
from geo_partnerships.findings import Severity
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from geo_partnerships.api.running import Run
    from geo_partnerships.pricing.rules import PriceList


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", nargs="*", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument("--seed", type=int, help="replaces the scenario's seed")
    add_output_options(parser)
    parser.add_argument(
        "--assets",
        choices=("inline", "shared"),
        default="inline",
        help="inline: each page one file; shared: one assets folder beside small pages; default inline",
    )
    parser.add_argument("--parquet", action="store_true", help="write the schools as GeoParquet (plan.parquet), too")
    parser.add_argument("--prices", action="store_true", help="say what each rule of the area strand costs, too")
    parser.add_argument(
        "--alternatives", action="store_true", help="plan under other goals, too; with --audience officers"
    )
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.api.run_json import run_object  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.pages import Assets  # noqa: PLC0415
    from geo_partnerships.views.model import Audience  # noqa: PLC0415

    if options.alternatives and options.audience != Audience.OFFICERS:
        raise UsageError("Alternatives tell what single schools answered: give --audience officers with them.")
    if options.parquet and find_spec("pyarrow") is None:
        raise UsageError("GeoParquet needs an extra: pip install 'geo-partnerships[parquet]'.")
    data = running.data_folder(options.data)
    runs: list[Run] = []
    prices: list[PriceList | None] = []
    names = options.scenario or [default_scenario(data)]
    running.refuse_one_folder(names)
    for name in names:
        with console.status(f"{name}: planning") as status:
            made = planned(name, data, options, status.update)
            status.update(f"{name}: writing pages")
            audience, assets = Audience(options.audience), Assets(options.assets)
            output = running.publish(
                made, options.output, audience, assets, parquet=options.parquet, tell=console.print
            )
            costs = _costs(made, status.update) if options.prices else None
            if options.alternatives:
                page = _alternatives(name, data, options, status.update, console.print)
                console.print(f"Alternatives: {page}")
        made = dataclasses.replace(made, output=output)
        runs.append(made)
        prices.append(costs)
        noticed = (*made.plan.problem.findings, *made.plan.findings)
        tell((f for f in noticed if f.severity is not Severity.NOTE), console)
        if not options.json:
            _show(made, costs)
    if options.json:
        objects = [
            run_object(made) | ({} if costs is None else {"prices": prices_object(costs)})
            for made, costs in zip(runs, prices, strict=True)
        ]
        print(json.dumps({"runs": objects}, indent=1))
    return 0 if all(made.report.ok for made in runs) else 1


def _costs(made: Run, progress: Callable[[str], None]) -> PriceList | None:
    """Return the prices of the area strand's rules; None where it is taken as given."""
    from geo_partnerships.pricing.rules import price_of_rules  # noqa: PLC0415

    return None if made.plan.scenario.area.as_given else price_of_rules(made.plan, progress=progress)


def _alternatives(
    name: str, data: Path, options: argparse.Namespace, progress: Callable[[str], None], tell: Callable[[str], None]
) -> Path:
    """Plan the alternatives, publish them beside the run, and return their page."""
    from geo_partnerships.alternatives import alternatives_of, publish_alternatives  # noqa: PLC0415

    seed = [] if options.seed is None else [f"seed={options.seed}"]
    found = alternatives_of(name, data, [*changes(options), *seed], progress=progress)
    return publish_alternatives(found, options.output, tell=tell)


def _show(made: Run, costs: PriceList | None) -> None:
    from geo_partnerships.views.headline import headline_of  # noqa: PLC0415

    rows = headline_of(made.plan, made.report, made.draft)
    print(f"{made.plan.scenario.title or made.name} ({made.plan.scenario.status})")
    if made.draft:
        print_table([("", "plan", "letter's draft", ""), *((r.label, r.plan, r.draft, r.note) for r in rows)])
    else:
        print_table([(r.label, r.plan, r.note) for r in rows])
    print()
    if costs is not None:
        show_prices(costs)
        print()
    print_table([(f"{p.number:>3}", p.name, count(p.size, "member")) for p in made.plan.partnerships])
    for check in made.report.checks:
        if not check.holds:
            print(f"{'BROKEN' if check.binding else 'Note'}: {check.name}: {check.message}")
    print(f"\nOpen {made.output}/index.html")
