"""From the words of a scenario to the rules of one strand: a builder for each rule, a module each."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from geo_partnerships.planning.rules.base import Asked, Builder
from geo_partnerships.plans import BrokenRule
from geo_partnerships.scenarios.parameters import RULES
from geo_partnerships.scenarios.rule_parts import parts_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_partnerships.clustering import Rule, Violation
    from geo_partnerships.model import Problem, School
    from geo_partnerships.planning.rules.base import Keyed
    from geo_partnerships.scenarios.parameters import Scenario

__all__ = ["BUILDERS", "Asked", "Builder", "broken_rules", "builders_by_name", "keyed_rules", "strand_rules"]


def builders_by_name(rules: tuple[str, ...], package: str) -> dict[str, Builder]:
    """Return the builder of each rule: what its module calls ``BUILDER``.

    Raises
    ------
    TypeError
        A rule has no module, or its module no builder.
    """
    return parts_by_name(rules, package, Builder, "builder")


BUILDERS = builders_by_name(RULES, __name__)
"""The builder of every rule, in the order in which rules are laid down."""


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
    asked = Asked(strand=name, problem=problem, scenario=scenario, schools=tuple(schools), owed=owed)
    rules = [keyed for builder in BUILDERS.values() for keyed in builder.rules(asked)]
    return _told_apart(rules)


def broken_rules(violations: Iterable[Violation], rules: Iterable[Rule]) -> tuple[BrokenRule, ...]:
    """Return the preferred rules that a clustering breaks, each as private as any rule that is known by its words."""
    private: dict[str, bool] = {}
    for rule in rules:
        private[rule.words] = rule.private or private.get(rule.words, False)
    return tuple(
        BrokenRule(rule=v.rule, amount=v.amount, cost_m=v.cost, private=private.get(v.rule, True)) for v in violations
    )


def _told_apart(rules: Iterable[Keyed]) -> list[Keyed]:
    """Give rules of different parameters different words, so that a conflict names the right ones."""
    sources: dict[str, set[str]] = {}
    found = []
    for key, rule in rules:
        known = sources.setdefault(rule.words, set())
        known.add(key)
        found.append((key, rule if len(known) == 1 else dataclasses.replace(rule, name=f"{rule.words} ({key})")))
    return found
