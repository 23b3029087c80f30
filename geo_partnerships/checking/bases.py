"""How a plan uses what the letter says its partnerships are based on: with what weight and what effect (R11-R15)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_partnerships.checking.costs import broken_of, penalty_of
from geo_partnerships.checking.measures import distances_to_centre
from geo_partnerships.checking.rules import ROWS
from geo_partnerships.checking.rules.balance import unbalanced_of
from geo_partnerships.pairs import PairKind
from geo_partnerships.scenarios.parameters import Strength
from geo_partnerships.sentences import count, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.parameters import Balance

WEIGHED = {
    PairKind.GRANTED: "each wish granted",
    PairKind.MUTUAL: "each mutual pair more",
    PairKind.EXISTING: "each pair of existing partners",
    PairKind.WANTED_TYPE: "each wish granted in the type wanted more",
    PairKind.JOINT: "each pair of schools given as one",
    PairKind.ALLIANCE: "each pair of allies",
    PairKind.SITE: "each infant and junior school of one site",
}
NOT_USED = "Not used in this scenario."
MEASURED_BY = "`geo-partnerships prices` measures what it costs in metres."


def uses_of(plan: Plan, *, officers: bool) -> tuple[str, ...]:
    """Return for each basis of the letter, in its order, how this plan uses it.

    Parameters
    ----------
    plan
        Any plan; its figures are worked out anew.
    officers
        False for words that the public may read: they tell nothing of answers, judgements and the rules made of them.

    Returns
    -------
    tuple of str
        One for each basis; empty for a basis whose kind the letter's file does not give.
    """
    letter = plan.problem.letter
    return tuple(USES[kind](plan, officers) if kind in USES else "" for kind in (letter.basis_kinds if letter else ()))


def _survey(plan: Plan, officers: bool) -> str:  # noqa: FBT001 - the four have one signature
    if all(strand.as_given for _, strand in plan.scenario.ordered_strands()):
        return "Measured, not used: the plan is taken as it is."
    rule = plan.scenario.guarantee
    brings = [name for name, strand in plan.scenario.ordered_strands() if strand.members.respondents]
    told = []
    if rule.strength is Strength.BINDING:
        told.append("Used as a binding rule, which has no weight: each school that answered has a school beside it "
                    f"that it named. {MEASURED_BY}")  # fmt: skip
    elif rule.strength is Strength.PREFERRED:
        effect = _effect(broken_of(plan, ROWS["guarantee"]), "school", officers=officers)
        told.append(f"Used as a preferred rule: {rule.weight:,.0f} m for each school that answered and has no school "
                    f"beside it that it named. {effect} {MEASURED_BY}")  # fmt: skip
    weighed = [(label, getattr(plan.scenario.wishes, kind)) for kind, label in WEIGHED.items()]
    weights = [f"{weight:,.0f} m for {label}" for label, weight in weighed if weight > 0]
    if weights:
        much = f": {listed(weights)}" if officers else ""
        effect = _effect(broken_of(plan, ROWS["wishes"]), "parted pair", officers=officers)
        told.append(f"Wishes and other pairs are weighed against distance{much}. {effect} {MEASURED_BY}")
    if brings:
        told.append(f"Schools that answered are taken into the strand {listed(brings)}.")
    if not plan.problem.survey.responses or not told:
        return NOT_USED
    return " ".join(told)


def _effect(found: tuple[int, float], one: str, *, officers: bool) -> str:
    """Say what a preferred rule adds to a plan; by what single schools answered or are, it is for officers alone."""
    if not officers:
        return "What that adds to this plan is for officers alone."
    number, metres = found
    if not number:
        return "It adds nothing to this plan, which keeps it everywhere."
    return f"It adds {metres:,.0f} m to this plan, for {count(number, one)}."


def _standing(plan: Plan, officers: bool) -> str:  # noqa: FBT001 - the four have one signature
    told = []
    given = {name for name, strand in plan.scenario.ordered_strands() if strand.as_given}
    taken = [p for p in plan.partnerships if p.strand in given]
    if taken:
        metres = math.fsum(r.objective for r in plan.strands if r.strand in given)
        told.append(f"{count(len(taken), 'partnership')} of the letter {'is' if len(taken) == 1 else 'are'} taken as "
                    f"given, whatever the distance: {metres:,.0f} m of the sum.")  # fmt: skip
    rule = plan.scenario.standing
    if rule.strength is not Strength.OFF:
        preferred = rule.strength is Strength.PREFERRED
        price = f", {rule.weight:,.0f} m for each pair apart" if preferred else ""
        effect = f"{_effect(broken_of(plan, ROWS['standing']), 'pair', officers=officers)} " if preferred else ""
        told.append(f"Partnerships that stand are kept together ({rule.strength.value}{price}). {effect}{MEASURED_BY}")
    return " ".join(told) or NOT_USED


def _judgements(plan: Plan, officers: bool) -> str:  # noqa: FBT001 - the four have one signature
    if not officers:
        return "For officers alone; this edition does not tell whether a rule uses it."
    every = enumerate(plan.scenario.balance, start=1)
    rules = [(n, one) for n, one in every if (one.schools or one.judgements) and one.strength is not Strength.OFF]
    if not rules:
        return f"{NOT_USED[:-1]}: no balance rule lists schools or judgements."
    told = [_balance(plan, number, rule) for number, rule in rules]
    return f"Used by balance rules that list schools or judgements. {' '.join(told)} {MEASURED_BY}"


def _balance(plan: Plan, number: int, rule: Balance) -> str:
    """Say how strong a balance rule is, and what it adds to the plan where it is preferred."""
    if rule.strength is Strength.BINDING:
        return f"{rule.name}: binding, which has no weight."
    effect = _effect(unbalanced_of(plan, number), "school", officers=True)
    return f"{rule.name}: preferred, {rule.weight:,.0f} m for each school too many or too few. {effect}"


def _place(plan: Plan, officers: bool) -> str:  # noqa: ARG001, FBT001 - the four have one signature
    scenario = plan.scenario
    distance = math.fsum(d for p in plan.partnerships for d in distances_to_centre(plan, p).values())
    districts, authorities = (penalty_of(plan, ROWS[name]) for name in ("districts", "authorities"))
    told = [f"distance to the centre school, weight 1: {distance:,.0f} m"]
    told.append(
        f"{scenario.district_penalty:,.0f} m for another postcode district, {scenario.neighbour_share:.0%} of it "
        f"between neighbours: {districts:,.0f} m"
        if scenario.district_penalty
        else "no penalty for another postcode district"
    )
    if scenario.authority_penalty:
        told.append(f"{scenario.authority_penalty:,.0f} m for another authority: {authorities:,.0f} m")
    planned = any(not strand.as_given for _, strand in scenario.ordered_strands())
    start = "Used as the sum that the plan makes small" if planned else "Measured, not used: the plan is taken as it is"
    return f"{start}: {'; '.join(told)}."


USES: dict[str, Callable[[Plan, bool], str]] = {
    "survey": _survey,
    "standing": _standing,
    "judgements": _judgements,
    "place": _place,
}
