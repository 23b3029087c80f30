"""From the words of a scenario to the rules of one strand's clustering."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import (
    Allowed,
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
from geo_partnerships.plan import BrokenRule
from geo_partnerships.planning.dissimilarity import across_authorities
from geo_partnerships.privacy import gives_private, is_private
from geo_partnerships.scenarios.parameters import Scenario, SizeBy, Strength
from geo_partnerships.sentences import between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering import Violation
    from geo_partnerships.model import Problem, School
    from geo_partnerships.scenarios.parameters import Balance as BalanceParameters
    from geo_partnerships.scenarios.parameters import Link, Strand

    Keyed = tuple[str, Rule]

NAMES_SHOWN = 4
LEADERS_WORDS = "a system leader in every partnership"
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
    return tuple(rule for _, rule in keyed_rules(name, problem, scenario, schools, owed))


def keyed_rules(
    name: str,
    problem: Problem,
    scenario: Scenario,
    schools: Sequence[School],
    owed: Mapping[str, tuple[str, ...]],
) -> list[tuple[str, Rule]]:
    """Return the rules of one strand, each after the key of the parameter it comes from.

    Arguments are those of `strand_rules`. Rules of different parameters have different words.
    """
    strand = scenario.area if name == "area" else scenario.strands[name]
    position = {school.urn: index for index, school in enumerate(schools)}
    rules = [*_numbers(strand, strand_key(name), schools)]
    rules += _links("must_link", scenario.must_link, position, problem)
    rules += _links("cannot_link", scenario.cannot_link, position, problem)
    rules += _pins(scenario, position)
    rules += _guarantees(scenario, position, problem, owed)
    if name == "area":
        rules += _leaders(scenario, schools)
        rules += _balances(scenario, schools)
    return _told_apart(rules)


def pair_masks(cost: NDArray[np.float64], schools: Sequence[School], scenario: Scenario) -> list[tuple[str, Allowed]]:
    """Return the rules that bar pairs of school and centre, each after the key of what it comes from.

    Parameters
    ----------
    cost
        Dissimilarities of the schools, shape (n, n); NaN where two have no distance.
    """
    known = ~np.isnan(cost)
    masks = []
    if not known.all():
        rule = Allowed(known, name="a known distance to the centre school", private=False)
        masks.append(("distances", rule))
    if scenario.within_authorities:
        inside = ~across_authorities(schools)
        rule = Allowed(inside, name="each partnership within one authority", private=False)
        masks.append(("within_authorities", rule))
    return masks


def broken_rules(violations: Iterable[Violation], rules: Iterable[Rule]) -> tuple[BrokenRule, ...]:
    """Return the preferred rules that a clustering breaks, each as private as the rule is."""
    private = {rule.words: rule.private for rule in rules}
    return tuple(
        BrokenRule(rule=v.rule, amount=v.amount, cost_m=v.cost, private=private.get(v.rule, True)) for v in violations
    )


def is_private_kind(key: str) -> bool:
    """Say whether the scenario declares all rules of a kind private, e.g. ``must_link``."""
    return is_private(Scenario.model_fields[key])


def strand_key(name: str) -> str:
    """Return the key of a strand's table."""
    return "area" if name == "area" else f"strands.{name}"


def _told_apart(rules: Iterable[Keyed]) -> list[Keyed]:
    """Give rules of different parameters different words, so that a conflict names the right ones."""
    sources: dict[str, set[str]] = {}
    found = []
    for key, rule in rules:
        known = sources.setdefault(rule.words, set())
        known.add(key)
        found.append((key, rule if len(known) == 1 else dataclasses.replace(rule, name=f"{rule.words} ({key})")))
    return found


def school_names(urns: Iterable[str], problem: Problem) -> str:
    """Return a few names in words, bounded."""
    names = [problem.schools[urn].name if urn in problem.schools else urn for urn in urns]
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _numbers(strand: Strand, key: str, schools: Sequence[School]) -> Iterator[Keyed]:
    least, most = strand.partnerships
    yield f"{key}.partnerships", Count(least, most, name=between(least, most, "partnership"), private=False)
    if strand.size is None and strand.partnerships != (1, 1):
        bounds = LEAST_MEMBERS, max(LEAST_MEMBERS, len(schools))
        yield f"{key}.size", Size(*bounds, name="two or more schools in a partnership", private=False)
    elif strand.size is not None:
        pupils = strand.size_by is SizeBy.PUPILS
        weights = tuple(float(school.pupils or 0) for school in schools) if pupils else None
        unit = " pupils" if pupils else ""
        words = f"sizes {strand.size[0]} to {strand.size[1]}{unit}"
        yield f"{key}.size", Size(*strand.size, weights=weights, name=words, private=False)


def _links(key: str, links: Iterable[Link], position: Mapping[str, int], problem: Problem) -> Iterator[Keyed]:
    kind, word = (MustLink, "together") if key == "must_link" else (CannotLink, "apart")
    for number, link in enumerate(links, start=1):
        items = tuple(sorted({position[urn] for urn in link.schools if urn in position}))
        if link.strength is Strength.OFF or len(items) < 2:  # noqa: PLR2004 - a link takes two
            continue
        binding = link.strength is Strength.BINDING
        weight = 0.0 if binding else link.weight
        words = f"{word}: {school_names(link.schools, problem)}"
        yield f"{key}.{number}", kind(items, name=words, binding=binding, weight=weight, private=is_private_kind(key))


def _pins(scenario: Scenario, position: Mapping[str, int]) -> Iterator[Keyed]:
    labels = pinned_labels(scenario)
    numbers = {pin.partnership: number for number, pin in reversed([*enumerate(scenario.pinned, start=1)])}
    closed = {pin.partnership for pin in scenario.pinned if pin.closed}
    private = is_private_kind("pinned")
    for label, schools in labels.items():
        items = tuple(sorted(position[urn] for urn in schools if urn in position))
        if items:
            yield f"pinned.{numbers[label]}", Pinned(items, label, name=f"pinned to '{label}'", private=private)
        if label in closed and len(items) == len(schools):
            others = sorted(set(position.values()) - set(items))
            for other in others:
                words = f"nobody else joins '{label}'"
                yield f"pinned.{numbers[label]}.closed", CannotLink((items[0], other), name=words, private=private)


def pinned_labels(scenario: Scenario) -> dict[str, set[str]]:
    """Return the keys of the schools pinned to each label."""
    labels: dict[str, set[str]] = {}
    for pin in scenario.pinned:
        labels.setdefault(pin.partnership, set()).update(pin.schools)
    return labels


def _guarantees(
    scenario: Scenario, position: Mapping[str, int], problem: Problem, owed: Mapping[str, tuple[str, ...]]
) -> Iterator[Keyed]:
    binding = scenario.guarantee.strength is Strength.BINDING
    for urn in sorted(owed, key=position.__getitem__):
        named = tuple(sorted({position[other] for other in owed[urn] if other in position}))
        rule = Guarantee(
            position[urn],
            named,
            name=f"guarantee: {school_names([urn], problem)}",  # whom it named is private
            binding=binding,
            weight=0.0 if binding else scenario.guarantee.weight,
            private=True,  # that a school answered, and whom it named
        )
        yield f"guarantee.{urn}", rule


def _leaders(scenario: Scenario, schools: Sequence[School]) -> Iterator[Keyed]:
    """A leader in every area partnership; the others are as their strand makes them."""
    if scenario.leaders.strength is Strength.OFF:
        return
    leaders = tuple(index for index, school in enumerate(schools) if school.is_system_leader)
    binding = scenario.leaders.strength is Strength.BINDING
    yield "leaders", Leaders(leaders, name=LEADERS_WORDS, binding=binding, private=False)


def _balances(scenario: Scenario, schools: Sequence[School]) -> Iterator[Keyed]:
    for number, rule in enumerate(scenario.balance, start=1):
        if rule.strength is Strength.OFF:
            continue
        binding = rule.strength is Strength.BINDING
        group = tuple(
            index for index, school in enumerate(schools) if school.phase in rule.phases or school.urn in rule.schools
        )
        bounds = Balance(
            group,
            minimum=rule.least,
            maximum=rule.most,
            name=balance_words(rule),
            binding=binding,
            weight=0.0 if binding else rule.weight,
            private=gives_private(rule),
        )
        yield f"balance.{number}", bounds


def balance_words(rule: BalanceParameters) -> str:
    """Return a balance in words."""
    most = f" to {rule.most}" if rule.most is not None else " or more"
    return f"{rule.name}: {rule.least}{most} in each partnership"
