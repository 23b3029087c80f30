"""``prices``: what each rule of a scenario costs, in metres."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from geo_partnerships.cli.common import add_data_options, changes, default_scenario, print_table, tell
from geo_partnerships.errors import UsageError
from geo_partnerships.findings import Severity
from geo_partnerships.sentences import count, counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from rich.console import Console

    from geo_partnerships.plans import Plan
    from geo_partnerships.pricing.moves import Tolerance
    from geo_partnerships.pricing.rules import AnswerPrice, NumberPrice, PriceList, RulePrice


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Plans a strand again without each kind of rule and says what keeping it costs, and with other "
        "numbers of partnerships; with --moves, what it would cost to have each school elsewhere; with --answers, what "
        "each answer of the survey costs. Writes nothing."
    )
    parser.add_argument("scenario", nargs="?", help="name of a scenario, or a TOML file; default barnet-2015")
    parser.add_argument("--strand", default="area", help="the strand; default area")
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="KEY",
        help="a single rule by its key, e.g. guarantee.101275 or area.partnerships; may be given again",
    )
    parser.add_argument(
        "--moves",
        action="store_true",
        help="instead: what the best plan costs more that has a school elsewhere, for each school; some minutes",
    )
    parser.add_argument(
        "--answers",
        action="store_true",
        help="instead: what the plan could save without each answer of the survey, the dearest first; for officers",
    )
    parser.add_argument(
        "--school", action="append", default=[], metavar="URN", help="only this school's move; may be given again"
    )
    parser.add_argument("--seed", type=int, help="replaces the scenario's seed")
    add_data_options(parser)
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.planning import plan  # noqa: PLC0415

    if options.answers and (options.moves or options.school or options.rule):
        raise UsageError("--answers stands alone: leave --moves, --school and --rule away.")
    data = running.data_folder(options.data)
    name = options.scenario or default_scenario(data)
    problem, scenario = running.load(name, data, changes(options), seed=options.seed)
    priced = _answers if options.answers else _moves if options.moves or options.school else _rules
    with console.status(f"{name}: planning") as status:
        with running.placing(running.origins_of(name, data, changes(options))):
            made = plan(problem, scenario, progress=status.update)
        told = priced(made, options, status.update)
    tell((f for f in (*problem.findings, *made.findings) if f.severity is not Severity.NOTE), console)
    if options.json:
        print(json.dumps({"scenario": running.scenario_name(name), **told.content}, indent=1))
    else:
        print(f"{scenario.title or name}: {told.title}")
        told.show()
    return 0


class _Told(NamedTuple):
    """Prices of one kind: what they are, the object that ``--json`` gives, and what prints them."""

    title: str
    content: dict[str, Any]
    show: Callable[[], None]


def _rules(made: Plan, options: argparse.Namespace, progress: Callable[[str], None]) -> _Told:
    from geo_partnerships.pricing.rules import price_of_rules  # noqa: PLC0415

    found = price_of_rules(made, strand=options.strand, keys=options.rule, progress=progress)
    return _Told("what each rule costs", prices_object(found), lambda: show_prices(found))


def _moves(made: Plan, options: argparse.Namespace, progress: Callable[[str], None]) -> _Told:
    from geo_partnerships.pricing.moves import tolerances_of  # noqa: PLC0415

    found = tolerances_of(made, strand=options.strand, schools=options.school, progress=progress)
    moves = [{**dataclasses.asdict(one), "exact": one.is_exact, "held": one.is_held} for one in found]
    title = "what it costs to have a school elsewhere"
    return _Told(title, {"strand": options.strand, "moves": moves}, lambda: _show_moves(found, made))


def _answers(made: Plan, options: argparse.Namespace, progress: Callable[[str], None]) -> _Told:
    from geo_partnerships.pricing.rules import prices_of_answers  # noqa: PLC0415

    found = prices_of_answers(made, strand=options.strand, progress=progress)
    answers = [
        {"responder": one.responder, "schools": one.schools, **_measures(one.price), "exact": one.price.is_exact}
        for one in found
    ]
    title = "what each answer costs (for officers: it tells who answered)"
    return _Told(title, {"strand": options.strand, "answers": answers}, lambda: _show_answers(found, made, options))


def _measures(price: RulePrice) -> dict[str, Any]:
    kept = ("low_m", "high_m", "mean_distance_m", "repeatable")
    return {key: value for key, value in dataclasses.asdict(price).items() if key in kept}


def prices_object(found: PriceList) -> dict[str, Any]:
    """Return the prices as the object that ``--json`` gives."""
    return {
        **dataclasses.asdict(found),
        "prices": [_price_object(price) for price in found.prices],
        "numbers": [_price_object(price) for price in found.numbers],
        "any_number": None if found.any_number is None else _price_object(found.any_number),
    }


def _price_object(price: RulePrice | NumberPrice) -> dict[str, Any]:
    return {**dataclasses.asdict(price), "exact": price.is_exact}


def show_prices(found: PriceList) -> None:
    """Print the prices as tables: of the rules, and of the number of partnerships."""
    if found.prices:
        _show_rules(found)
    if found.numbers:
        _show_numbers(found)
    placed = counted(found.schools, "school", "is", "are")
    print(
        f"\n{placed} placed in the strand '{found.strand}'; a mean is over these, "
        "the centre school counted at 0 m. A price is in metres of what the plan minimises: distance to the centre "
        "school and penalties."
    )


def _show_rules(found: PriceList) -> None:
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    rows = [("WITHOUT", "IT COSTS IN ALL", "A SCHOOL", "MEAN DISTANCE")]
    rows += [
        (price.words, _price(price, 1), _price(price, found.schools), metres(price.mean_distance_m))
        for price in found.prices
    ]
    print_table([*rows, ("nothing: the plan", "", "", metres(found.mean_distance_m))])


def _show_numbers(found: PriceList) -> None:
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    if found.prices:
        print()
    rows = [("PARTNERSHIPS", "IT WOULD COST IN ALL", "A SCHOOL", "MEAN DISTANCE")]
    for one in found.numbers:
        if one.partnerships == found.partnerships:
            rows.append((f"{one.partnerships} (the plan)", "", "", metres(one.mean_distance_m)))
        else:
            costs = (_difference(one, 1), _difference(one, found.schools)) if one.is_possible else (HELD, "")
            rows.append((str(one.partnerships), *costs, metres(one.mean_distance_m)))
    best = found.any_number
    if best is not None:
        least = f"any: best {best.partnerships}"
        rows.append((least, _difference(best, 1), _difference(best, found.schools), metres(best.mean_distance_m)))
    print_table(rows)
    print(
        "\nAll other rules are kept. More partnerships are mostly nearer, each having a centre school of its own, as "
        "far as the other rules let them; what a partnership costs to run is in no price."
    )
    if found.leaders_first:
        print("Leaders come before distance: another number may leave more partnerships without one.")


HELD = "the rules allow none"


def _difference(price: NumberPrice, schools: int) -> str:
    """Say by how much a plan is dearer or cheaper; by what lies between two bounds where it is not proved."""
    if price.low_m is None or price.high_m is None:
        return "no plan in time"
    low, high = price.low_m / schools, price.high_m / schools
    if price.is_exact or round(low) == round(high):
        return _more_or_less(high)
    if low * high < 0:
        return f"between {_more_or_less(low)} and {_more_or_less(high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"between {near:,.0f} and {_more_or_less(math.copysign(far, low + high))}"


def _more_or_less(value: float) -> str:
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    word = " more" if round(value) > 0 else " less" if round(value) < 0 else ""
    return f"{metres(abs(value))}{word}"


def _show_answers(found: tuple[AnswerPrice, ...], made: Plan, options: argparse.Namespace) -> None:
    """Print what each answer costs, the dearest first."""
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    names = {urn: f"{school.name} ({urn})" for urn, school in made.problem.schools.items()}
    rows = [("ANSWER OF", "FOR", "IT COSTS", "MEAN DISTANCE WITHOUT")]
    for one in found:
        schools = count(len(one.schools), "school")
        rows.append((names[one.responder], schools, _price(one.price, 1), metres(one.price.mean_distance_m)))
    print_table(rows)
    others = made.problem.survey.direct - len(found)
    print(
        "\nEach plan leaves one answer out, for every school that it speaks for, and keeps all others; prices do not "
        "add up."
    )
    if others:
        print(f"{counted(others, 'answer', 'has', 'have')} no promise to keep in the strand '{options.strand}'.")


def _show_moves(found: tuple[Tolerance, ...], made: Plan) -> None:
    """Print what each school's move costs, the cheapest first."""
    names = {urn: f"{school.name} ({urn})" for urn, school in made.problem.schools.items()}
    rows = [("SCHOOL", "IT COSTS", "THEN AROUND", "OTHERS MOVED")]
    for one in found:
        if one.is_held:
            rows.append((names[one.school], "the rules hold it", "", ""))
        else:
            then = names[one.centre] if one.centre else ""
            rows.append((names[one.school], _price(one, 1), then, str(one.moved) if one.centre else ""))
    print_table(rows)
    print("\nEach plan holds the school apart from the centre of the others in its partnership and is the best such.")


def _price(price: RulePrice | Tolerance, schools: int) -> str:
    from geo_partnerships.views.headline import metres  # noqa: PLC0415

    if price.low_m is None or price.high_m is None:
        return "no plan in time"
    if price.is_exact:
        return metres(price.low_m / schools)
    low, high = price.low_m / schools, price.high_m / schools
    return f"between {low:,.0f} and {metres(math.ceil(high))}" if round(low) else f"at most {metres(math.ceil(high))}"
