"""Whether the scenario's rules are kept: numbers, sizes, links, pins, balance, guarantee, leaders, borders."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.checking.guarantee import guarantee_of
from geo_partnerships.checking.scores import leaders_of
from geo_partnerships.checking.verdicts import SHOWN_AT_MOST, name_of, verdict
from geo_partnerships.privacy import gives_private, is_private
from geo_partnerships.scenarios.parameters import Scenario, SizeBy, Strength
from geo_partnerships.sentences import count, numbered, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plan import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Balance, Link, Strand

LEAST_MEMBERS = 2
"""A loose partnership is two or more schools (R19)."""


def _numbers_and_sizes(plan: Plan) -> Iterator[Check]:
    for name, strand in plan.scenario.ordered_strands():
        mine = [p for p in plan.partnerships if p.strand == name]
        least, most = strand.partnerships
        if not strand.as_given:
            told = f"there {'is' if len(mine) == 1 else 'are'} {len(mine)}, not {least} to {most}"
            problems = [] if least <= len(mine) <= most else [told]
            title, fine = f"Number of partnerships ({name})", f"{count(len(mine), 'partnership')}."
            yield verdict(f"number-{name}", title, problems, fine, private=False)
        if strand.size is not None and mine:
            yield _sizes(plan, name, strand, strand.size, mine)
        elif strand.partnerships != (1, 1) and not strand.as_given:
            alone = [f"partnership {p.number} has one school" for p in mine if len(p.members) < LEAST_MEMBERS]
            title, fine = f"Two or more schools ({name})", "All have two or more."
            yield verdict(f"size-{name}", title, alone, fine, private=False)


def _sizes(plan: Plan, name: str, strand: Strand, bounds: tuple[int, int], partnerships: list[Partnership]) -> Check:
    low, high = bounds
    what = "member" if strand.size_by is SizeBy.SCHOOLS else "pupil"
    sizes = {p.number: _size(plan, p, strand) for p in partnerships}
    problems = [
        f"partnership {number} has {count(size, what)}, not {low} to {high}"
        for number, size in sizes.items()
        if not low <= size <= high
    ]
    fine = f"{min(sizes.values())} to {count(max(sizes.values()), what)}."
    title = f"Sizes {low} to {high} ({name})"
    return verdict(f"size-{name}", title, problems, fine, binding=not strand.as_given, private=False)


def _size(plan: Plan, partnership: Partnership, strand: Strand) -> int:
    if strand.size_by is SizeBy.SCHOOLS:
        return len(partnership.members)
    return sum(plan.problem.schools[urn].pupils or 0 for urn in partnership.members)


def _links(plan: Plan) -> Iterator[Check]:
    for together, links in ((True, plan.scenario.must_link), (False, plan.scenario.cannot_link)):
        for number, link in enumerate(links, start=1):
            if link.strength is not Strength.OFF:
                yield _link(plan, link, number, together=together)


def _link(plan: Plan, link: Link, number: int, *, together: bool) -> Check:
    groups = [set(p.members) for p in plan.partnerships]
    problems = []
    if together:
        most = max((group & set(link.schools) for group in groups), key=len, default=set())
        problems = [f"{name_of(plan, urn)} is apart from the others" for urn in link.schools if urn not in most]
    else:
        pairs = [(a, b) for index, a in enumerate(link.schools) for b in link.schools[index + 1 :]]
        problems = [
            f"{name_of(plan, a)} and {name_of(plan, b)} are together"
            for a, b in pairs
            if any({a, b} <= group for group in groups)
        ]
    word = "together" if together else "apart"
    return verdict(
        f"{'must' if together else 'cannot'}-link-{number}",
        f"{word.capitalize()}: {', '.join(name_of(plan, urn) for urn in link.schools[:SHOWN_AT_MOST])}",
        problems,
        f"They are {word}.",
        binding=link.strength is Strength.BINDING,
        private=is_private(Scenario.model_fields["must_link" if together else "cannot_link"]),
    )


def _pins(plan: Plan) -> Iterator[Check]:
    if not plan.scenario.pinned:
        return
    homes: dict[str, set[int]] = {}
    problems = []
    for pin in plan.scenario.pinned:
        for urn in pin.schools:
            numbers = {p.number for p in plan.partnerships if urn in p.members}
            homes[pin.partnership] = homes.get(pin.partnership, numbers) & numbers
    problems += [f"the schools pinned to '{label}' share no partnership" for label, home in homes.items() if not home]
    problems += _not_closed(plan, homes)
    single = [(label, next(iter(home))) for label, home in homes.items() if len(home) == 1]
    numbers_used = [number for _, number in single]
    problems += [
        f"'{label}' shares partnership {number} with another pinned label"
        for label, number in single
        if numbers_used.count(number) > 1
    ]
    private = is_private(Scenario.model_fields["pinned"])
    yield verdict("pinned", "Pinned schools", problems, "All are where they are pinned.", private=private)


def _not_closed(plan: Plan, homes: Mapping[str, set[int]]) -> list[str]:
    """Who joined the schools of a label that nobody else may join."""
    members = {p.number: set(p.members) for p in plan.partnerships}
    closed = dict.fromkeys(pin.partnership for pin in plan.scenario.pinned if pin.closed)
    problems = []
    for label in closed:
        pinned = {urn for pin in plan.scenario.pinned if pin.partnership == label for urn in pin.schools}
        others = {urn for number in homes[label] for urn in members[number]} - pinned
        problems += [f"{name_of(plan, urn)} joined '{label}'" for urn in sorted(others)]
    return problems


def _balances(plan: Plan) -> Iterator[Check]:
    for number, rule in enumerate(plan.scenario.balance, start=1):
        if rule.strength is not Strength.OFF:
            yield _balance(plan, rule, number)


def _balance(plan: Plan, rule: Balance, number: int) -> Check:
    most = rule.most if rule.most is not None else math.inf
    counts = {p.number: count_of(plan, p, rule) for p in plan.partnerships if p.strand == "area"}
    problems = [
        f"partnership {p} has {held:,}, not {rule.least} to {most:g}"
        for p, held in counts.items()
        if not rule.least <= held <= most
    ]
    found = sorted(counts.values()) or [0]
    return verdict(
        f"balance-{number}",
        f"Balance: {rule.name}",
        problems,
        f"{found[0]} to {found[-1]} in each partnership.",
        binding=rule.strength is Strength.BINDING,
        private=gives_private(rule),
    )


def count_of(plan: Plan, partnership: Partnership, rule: Balance) -> int:
    """Return how many members of a partnership are of the group that a rule balances."""
    schools = [plan.problem.schools[urn] for urn in partnership.members]
    return sum(school.phase in rule.phases or school.urn in rule.schools for school in schools)


def _guarantee(plan: Plan) -> Iterator[Check]:
    """The guarantee as a total: who failed is for nobody here, the total for officers."""
    outcomes = guarantee_of(plan)
    if not outcomes or plan.scenario.guarantee.strength is Strength.OFF:
        return
    failed = sum(not outcome.met for outcome in outcomes)
    total = len(outcomes)
    problems = [_beside_a_named(total - failed, total)] if failed else []
    yield verdict(
        "guarantee", "Survey guarantee", problems,
        f"{_beside_a_named(total, total)}.",
        binding=plan.scenario.guarantee.strength is Strength.BINDING, private=True,
    )  # fmt: skip


def _beside_a_named(met: int, total: int) -> str:
    whose = "a school it named beside it" if met == 1 else "a school they named beside them"
    return f"{share(met, total, 'covered school', 'has', 'have')} {whose}"


def _leaders(plan: Plan) -> Iterator[Check]:
    """Binding for area partnerships alone; the others are as their strand makes them."""
    binding = plan.scenario.leaders.strength is Strength.BINDING
    counted = [p for p in plan.partnerships if p.strand == "area" or not binding]
    without = [p.number for p in counted if not leaders_of(plan, p)]
    problems = [f"none in {numbered('partnership', without)}"] if without else []
    yield verdict(
        "leaders", "A system leader in every partnership", problems, "Every partnership has one.",
        binding=binding, private=False,
    )  # fmt: skip


def _authorities(plan: Plan) -> Iterator[Check]:
    """Where partnerships stay within authorities, each does; those taken as given are let be."""
    if not plan.scenario.within_authorities:
        return
    given = {name for name, strand in plan.scenario.ordered_strands() if strand.as_given}
    homes = {
        p.number: {plan.problem.schools[urn].borough for urn in p.members}
        for p in plan.partnerships
        if p.strand not in given
    }
    problems = [f"partnership {n} has schools of {', '.join(sorted(h))}" for n, h in homes.items() if len(h) > 1]
    name, fine = "Each partnership within one authority", "No partnership crosses a border."
    yield verdict("authorities", name, problems, fine, private=False)


INSPECTIONS: tuple[Callable[[Plan], Iterator[Check]], ...] = (
    _numbers_and_sizes,
    _links,
    _pins,
    _balances,
    _guarantee,
    _leaders,
    _authorities,
)
