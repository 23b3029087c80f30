"""From the words of a scenario to the rules of one strand's clustering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    Count,
    Guarantee,
    Leaders,
    MustLink,
    Pinned,
    Rule,
    Size,
)
from geo_partnerships.scenario import SizeBy, Strength

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenario import Link, Scenario, Strand

NAMES_SHOWN = 4
LEAST_MEMBERS = 2
"""A loose partnership is two or more schools (R19)."""


def strand_rules(
    name: str,
    problem: Problem,
    scenario: Scenario,
    schools: Sequence[School],
    owed: Mapping[str, tuple[str, ...]],
) -> tuple[Rule, ...]:
    """Return the rules of one strand.

    Parameters
    ----------
    schools
        The strand's schools; rules speak of their positions.
    owed
        Covered schools whose guarantee this strand must meet, with the schools they named.
    """
    strand = scenario.area if name == "area" else scenario.strands[name]
    position = {school.urn: index for index, school in enumerate(schools)}
    rules: list[Rule] = [*_numbers(strand, schools)]
    rules += _links(scenario.must_link, position, problem, together=True)
    rules += _links(scenario.cannot_link, position, problem, together=False)
    rules += _pins(scenario, position)
    rules += _guarantees(scenario, position, problem, owed)
    if name == "area":
        rules += _leaders(scenario, schools)
        rules += _balances(scenario, schools)
    return tuple(rules)


def school_names(urns: Iterable[str], problem: Problem) -> str:
    """Return a few names in words, bounded."""
    names = [problem.schools[urn].name if urn in problem.schools else urn for urn in urns]
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _numbers(strand: Strand, schools: Sequence[School]) -> Iterator[Rule]:
    least, most = strand.partnerships
    words = f"{least} partnerships" if least == most else f"{least} to {most} partnerships"
    yield Count(least, most, name=words)
    if strand.size is None and strand.partnerships != (1, 1):
        yield Size(LEAST_MEMBERS, max(LEAST_MEMBERS, len(schools)), name="two or more schools in a partnership")
    elif strand.size is not None:
        pupils = strand.size_by is SizeBy.PUPILS
        weights = tuple(float(school.pupils or 0) for school in schools) if pupils else None
        unit = " pupils" if pupils else ""
        yield Size(*strand.size, weights=weights, name=f"sizes {strand.size[0]} to {strand.size[1]}{unit}")


def _links(
    links: Iterable[Link], position: Mapping[str, int], problem: Problem, *, together: bool
) -> Iterator[Rule]:
    for link in links:
        items = tuple(sorted({position[urn] for urn in link.schools if urn in position}))
        if link.strength is Strength.OFF or len(items) < 2:  # noqa: PLR2004 - a link takes two
            continue
        words = f"{'together' if together else 'apart'}: {school_names(link.schools, problem)}"
        binding = link.strength is Strength.BINDING
        weight = 0.0 if binding else link.weight
        if together:
            yield MustLink(items, name=words, binding=binding, weight=weight)
        else:
            yield CannotLink(items, name=words, binding=binding, weight=weight)


def _pins(scenario: Scenario, position: Mapping[str, int]) -> Iterator[Rule]:
    labels: dict[str, set[str]] = {}
    for pin in scenario.pinned:
        labels.setdefault(pin.partnership, set()).update(pin.schools)
    closed = {pin.partnership for pin in scenario.pinned if pin.closed}
    for label, schools in labels.items():
        items = tuple(sorted(position[urn] for urn in schools if urn in position))
        if items:
            yield Pinned(items, label, name=f"pinned to '{label}'")
        if label in closed and len(items) == len(schools):
            others = sorted(set(position.values()) - set(items))
            for other in others:
                yield CannotLink((items[0], other), name=f"nobody else joins '{label}'")


def _guarantees(
    scenario: Scenario, position: Mapping[str, int], problem: Problem, owed: Mapping[str, tuple[str, ...]]
) -> Iterator[Rule]:
    binding = scenario.guarantee.strength is Strength.BINDING
    for urn in sorted(owed, key=position.__getitem__):
        named = tuple(sorted({position[other] for other in owed[urn] if other in position}))
        yield Guarantee(
            position[urn],
            named,
            name=f"guarantee: {school_names([urn], problem)}",  # whom it named is private
            binding=binding,
            weight=0.0 if binding else scenario.guarantee.weight,
        )


def _leaders(scenario: Scenario, schools: Sequence[School]) -> Iterator[Rule]:
    """A leader in every area partnership; the others are as their strand makes them."""
    if scenario.leaders.strength is Strength.OFF:
        return
    leaders = tuple(index for index, school in enumerate(schools) if school.is_system_leader)
    yield Leaders(
        leaders,
        name="a system leader in every partnership",
        binding=scenario.leaders.strength is Strength.BINDING,
    )


def _balances(scenario: Scenario, schools: Sequence[School]) -> Iterator[Rule]:
    for rule in scenario.balance:
        if rule.strength is Strength.OFF:
            continue
        binding = rule.strength is Strength.BINDING
        group = tuple(
            index
            for index, school in enumerate(schools)
            if school.phase in rule.phases or school.urn in rule.schools
        )
        most = f" to {rule.most}" if rule.most is not None else " or more"
        yield Balance(
            group,
            minimum=rule.least,
            maximum=rule.most,
            name=f"{rule.name}: {rule.least}{most} in each partnership",
            binding=binding,
            weight=0.0 if binding else rule.weight,
        )
