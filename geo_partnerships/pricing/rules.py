"""What each rule costs: the strand is planned again without it, and what that saves is the rule's price."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.certificate import proof_words
from geo_partnerships.checking.rules import ROWS, row_of
from geo_partnerships.checking.rules.numbers import LEAST_MEMBERS
from geo_partnerships.clustering import Count, Infeasible, Leaders, Size, Stopped
from geo_partnerships.clustering.problem import MATRIX_ITEMS
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.planning.certificates import premise_of
from geo_partnerships.planning.dissimilarity import best_centre, dissimilarity_of, pair_prices
from geo_partnerships.planning.distances import distances_between
from geo_partnerships.planning.goals import goal_rules
from geo_partnerships.planning.planner import clustered
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules import keyed_rules
from geo_partnerships.planning.strands import owed_in, placeable, strand_schools
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.certificate import Certificate
    from geo_partnerships.checking.rules.base import Price
    from geo_partnerships.clustering import Clustering, Rule
    from geo_partnerships.model import School
    from geo_partnerships.plans import Plan, StrandResult
    from geo_partnerships.scenarios.parameters import Scenario

    Keyed = tuple[str, Rule]

__all__ = [
    "ALL",
    "AnswerPrice",
    "NumberPrice",
    "PriceList",
    "RulePrice",
    "StrandOfPlan",
    "has_leaders_first",
    "price_of_rules",
    "prices_of_answers",
    "strand_of",
]

ALL = "all"
"""The key of all rules together."""

NUMBER = "partnerships"
NUMBERS_MOST = 16
"""Each number that the sizes allow is planned where there are no more than these and the plan is proved best."""

GUARANTEE = "guarantee"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What it costs to keep a rule, or all rules of a kind.

    Parameters
    ----------
    key
        Key of the parameter in the scenario; ``all`` for all rules together.
    words
        The rule in words.
    low_m, high_m
        The price lies between these, in metre-equivalents over all schools of the strand. They are equal where the
        plan and the one without the rule are proved best; `high_m` is None where no plan was found in time.
    mean_distance_m
        Mean distance to the centre school in the plan without the rule.
    repeatable
        False where a limit by the clock took part.
    """

    key: str
    words: str
    low_m: float
    high_m: float | None
    mean_distance_m: float | None
    repeatable: bool = True

    @property
    def is_exact(self) -> bool:
        """Whether the price is proved, to a metre in all."""
        return self.high_m is not None and self.high_m - self.low_m < 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrice:
    """What it costs to keep the promise to those for whom an answer speaks. Private.

    Parameters
    ----------
    responder
        Who answered.
    schools
        The schools covered by the answer whose promise is kept in the strand.
    price
        What the plan could save without the answer.
    """

    responder: str
    schools: tuple[str, ...]
    price: RulePrice


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPrice:
    """What another number of partnerships would cost more than the plan, all other rules kept.

    Parameters
    ----------
    partnerships
        How many; None where any number was allowed and no plan was found in time.
    low_m, high_m
        The difference lies between these, in metre-equivalents over all schools of the strand; below 0 where less
        would be paid. They are equal where both plans are proved best. Both are None where the other rules leave no
        such plan; `high_m` is None where none was found in time.
    mean_distance_m
        Mean distance to the centre school in that plan.
    repeatable
        False where a limit by the clock took part.
    """

    partnerships: int | None
    low_m: float | None
    high_m: float | None
    mean_distance_m: float | None = None
    repeatable: bool = True

    @property
    def is_exact(self) -> bool:
        """Whether the difference is proved, to a metre in all."""
        return self.low_m is not None and self.high_m is not None and self.high_m - self.low_m < 1.0

    @property
    def is_possible(self) -> bool:
        """Whether the other rules may leave a plan with so many partnerships."""
        return self.low_m is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """The prices of a strand's rules.

    Parameters
    ----------
    strand
        Name of the strand.
    schools
        How many schools it places.
    mean_distance_m
        Their mean distance to the centre school in the plan.
    prices
        In the order of the parameters, then all rules together, then penalties.
    partnerships
        How many partnerships the plan has.
    numbers
        What other numbers of partnerships would cost, the plan's own among them, ascending; empty where not asked.
        They are all that the sizes allow, or where these are many or slow to plan, one fewer and one more.
    any_number
        What the plan would cost with the best of all numbers that the sizes allow: never more, so the price of
        giving a number is this with the other sign. None where not asked, and where not all numbers were planned
        while leaders come before distance.
    leaders_first
        Whether leaders come before distance, so that a nearer plan may leave more partnerships without one.
    """

    strand: str
    schools: int
    mean_distance_m: float
    prices: tuple[RulePrice, ...]
    partnerships: int
    numbers: tuple[NumberPrice, ...] = ()
    any_number: NumberPrice | None = None
    leaders_first: bool = False


@dataclass(frozen=True)
class _Drop:
    """A problem with something left out."""

    key: str
    words: str
    kept: tuple[Rule, ...]
    dropped: tuple[Rule, ...]
    scenario: Scenario
    is_cheaper_by_rule: bool
    """Whether only binding rules are left out, so that the price is a difference of two best plans."""


@dataclass(frozen=True)
class StrandOfPlan:
    """A strand of a plan as it was solved.

    Parameters
    ----------
    plan
        The plan.
    result
        How the strand was solved.
    certificate
        What was proved of it.
    schools
        The schools that it places; rules and groups speak of their positions.
    keyed
        Its rules, each after the key of its parameter.
    groups
        Positions of the members of each partnership.
    """

    plan: Plan
    result: StrandResult
    certificate: Certificate
    schools: tuple[School, ...]
    keyed: tuple[Keyed, ...]
    groups: tuple[tuple[int, ...], ...]

    @cached_property
    def distances(self) -> NDArray[np.float64]:
        """Metres between its schools, shape (n, n)."""
        return distances_between(self.schools, self.plan.problem.distances)

    @cached_property
    def cost(self) -> NDArray[np.float64]:
        """Dissimilarities that it was solved by, shape (n, n)."""
        return self.cost_under(self.plan.scenario)

    @cached_property
    def mean_distance_m(self) -> float:
        """Mean distance of its schools to their centre schools."""
        prices = pair_prices((rule for _, rule in self.keyed), len(self.schools))
        centred = [(group, group[_centre_of(group, self.cost, prices)]) for group in self.groups]
        return _mean(self.distances, centred)

    def cost_under(self, scenario: Scenario) -> NDArray[np.float64]:
        """Dissimilarities of its schools under another scenario, shape (n, n)."""
        return dissimilarity_of(self.schools, self.plan.problem, scenario)


def price_of_rules(
    plan: Plan,
    *,
    strand: str = "area",
    keys: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> PriceList:
    """Plan a strand again without each kind of rule and say what keeping it costs.

    The schools of the strand and the number of its partnerships stay. The number has a list of its own: it is planned
    with others, all other rules kept. What is not a rule but a penalty, as that on other postcode districts, is priced
    by what the plan could save if it did not count.

    Parameters
    ----------
    plan
        The plan with all rules.
    strand
        Name of the strand.
    keys
        Keys of single rules, e.g. ``guarantee.101275`` or ``area.partnerships``, priced in the place of the kinds.
    progress
        Called with a few words as each rule begins.

    Raises
    ------
    UsageError
        There is no such strand or rule, the strand is taken as given, it is too large for a matrix, or nothing is
        proved of the plan.
    """
    priced = strand_of(plan, strand)
    drops = list(_single(priced, keys) if keys else _kinds(priced))
    is_counted = not keys or any(_is_number(key) for key in keys)
    numbers, any_number = _numbers(priced, progress) if is_counted else ((), None)
    prices = []
    for number, drop in enumerate(drops, start=1):
        if progress:
            progress(f"without {drop.words} ({number} of {len(drops)})")
        prices.append(_price(priced, drop))
    return PriceList(
        strand=strand,
        schools=len(priced.schools),
        mean_distance_m=priced.mean_distance_m,
        prices=tuple(prices),
        partnerships=len(priced.groups),
        numbers=numbers,
        any_number=any_number,
        leaders_first=has_leaders_first(rule for _, rule in priced.keyed),
    )


def prices_of_answers(
    plan: Plan, *, strand: str = "area", progress: Callable[[str], None] | None = None
) -> tuple[AnswerPrice, ...]:
    """Plan a strand again without each answer of the survey and say what keeping its promise costs.

    An answer for several schools is left out for all of them. Each plan may take as long as the scenario gives it.

    Parameters
    ----------
    plan
        The plan with all answers.
    strand
        Name of the strand; an answer is priced where one of its schools has its promise kept there.
    progress
        Called with a few words as each answer begins.

    Returns
    -------
    tuple of AnswerPrice
        The dearest first. It is private: it tells who answered, and what of it shapes the plan.

    Raises
    ------
    UsageError
        As `price_of_rules`, or no promise is kept in the strand.
    """
    priced = strand_of(plan, strand)
    promised = {urn for key, _ in priced.keyed for kind, _, urn in [key.partition(".")] if kind == GUARANTEE}
    answers = [(one.responder, promised.intersection(one.covers)) for one in plan.problem.survey.responses]
    asked = [(responder, schools) for responder, schools in answers if schools]
    if not asked:
        raise UsageError(f"No answer shapes the strand '{strand}', so none has a price there.")
    found = []
    for number, (responder, schools) in enumerate(asked, start=1):
        if progress:
            progress(f"without the answer of {plan.problem.schools[responder].name} ({number} of {len(asked)})")
        keys = {f"{GUARANTEE}.{urn}" for urn in schools}
        price = _price(priced, _drop(priced, f"answer.{responder}", responder, keys, plan.scenario))
        found.append(AnswerPrice(responder=responder, schools=tuple(sorted(schools)), price=price))
    return tuple(sorted(found, key=lambda one: (-_most(one.price), one.responder)))


def _most(price: RulePrice) -> float:
    return math.inf if price.high_m is None else price.high_m


def strand_of(plan: Plan, strand: str) -> StrandOfPlan:
    """Return a strand of a plan with its rules, so that it can be planned again.

    Raises
    ------
    UsageError
        There is no such strand, it is taken as given, it is too large for a matrix, or nothing is proved of the plan.
    """
    strands = dict(plan.scenario.ordered_strands())
    if strand not in strands:
        raise UsageError(f"There is no strand '{strand[:60]}'. There are: {', '.join(strands)}.")
    if strands[strand].as_given:
        raise UsageError(f"The strand '{strand}' is taken as given: no rule shapes it, so none has a price.")
    names = strand_schools(plan.problem, plan.scenario)
    placed = {
        name: names[name] if one.as_given else placeable(names[name], plan.problem) for name, one in strands.items()
    }
    schools = tuple(plan.problem.schools[urn] for urn in placed[strand])
    if len(schools) > MATRIX_ITEMS:
        raise UsageError(f"Rules are priced for up to {MATRIX_ITEMS:,} schools; this strand has {len(schools):,}.")
    result = next((result for result in plan.strands if result.strand == strand), None)
    proof = proof_of(plan)
    if proof.lack or result is None or result.certificate is None:
        raise UsageError(f"Prices are measured from a plan with a certificate, and this has none. {proof_words(proof)}")
    owed = owed_in(plan.problem, plan.scenario, placed)
    position = {school.urn: index for index, school in enumerate(schools)}
    members = [[position[urn] for urn in p.members if urn in position] for p in plan.partnerships if p.strand == strand]
    return StrandOfPlan(
        plan=plan,
        result=result,
        certificate=result.certificate,
        schools=schools,
        keyed=(
            *keyed_rules(strand, plan.problem, plan.scenario, schools, owed[strand]),
            *goal_rules(plan, strand, schools),
        ),
        groups=tuple(tuple(group) for group in members if group),
    )


def _is_number(key: str) -> bool:
    """Say whether a key is that of the number of partnerships."""
    return key.endswith(f".{NUMBER}")


def _kinds(priced: StrandOfPlan) -> Iterator[_Drop]:
    """Yield the problem without each rule, then without all of them, then without each penalty."""
    scenario = priced.plan.scenario
    prices = [price for row in ROWS.values() for price in row.prices(scenario)]
    rules = [drop for price in prices if not price.is_penalty for drop in _without(priced, price)]
    yield from rules
    if len(rules) > 1:
        dropped = {id(rule) for drop in rules for rule in drop.dropped}
        keys = {key for key, rule in priced.keyed if id(rule) in dropped}
        off = {key: value for price in prices if not price.is_penalty for key, value in (price.off or {}).items()}
        yield _drop(priced, ALL, "all these rules together", keys, scenario.model_copy(update=off))
    for price in prices:
        if price.is_penalty and _differ(priced, scenario.model_copy(update=dict(price.off or {}))):
            yield from _without(priced, price)


def _without(priced: StrandOfPlan, price: Price) -> Iterator[_Drop]:
    """Yield the problem without what a price is about; nothing where the strand has no such rule."""
    keys = [key for key, _ in priced.keyed if f"{key}.".startswith(f"{price.key}.") and not _is_number(key)]
    scenario = priced.plan.scenario
    if price.off:
        yield _drop(priced, price.key, price.words, set(keys), scenario.model_copy(update=dict(price.off)))
    elif keys:
        number = f" ({count(len(keys), price.one, price.many)})" if price.one else ""
        own = next(rule.words for key, rule in priced.keyed if key == keys[0])
        yield _drop(priced, price.key, f"{price.words}{number}" if price.words else own, set(keys), scenario)


def _differ(priced: StrandOfPlan, scenario: Scenario) -> bool:
    """Say whether another scenario's dissimilarities are others."""
    return not np.array_equal(priced.cost, priced.cost_under(scenario), equal_nan=True)


def _single(priced: StrandOfPlan, keys: Sequence[str]) -> Iterator[_Drop]:
    words = {key: rule.words for key, rule in priced.keyed if any(row_of(key).prices(priced.plan.scenario))}
    unknown = [key for key in keys if key not in words]
    if unknown:
        some = ", ".join(list(words)[:8]) + (" and more" if len(words) > 8 else "")  # noqa: PLR2004
        raise UsageError(f"No rule of the strand has the key '{unknown[0][:60]}'. There are: {some or 'none'}.")
    for key in dict.fromkeys(key for key in keys if not _is_number(key)):
        yield _drop(priced, key, words[key], {key}, priced.plan.scenario)


def _drop(priced: StrandOfPlan, key: str, words: str, keys: set[str], scenario: Scenario) -> _Drop:
    dropped = tuple(rule for k, rule in priced.keyed if k in keys)
    kept = tuple(rule for k, rule in priced.keyed if k not in keys)
    same = premise_of(scenario) == premise_of(priced.plan.scenario)
    return _Drop(key, words, kept, dropped, scenario, same and all(rule.binding for rule in dropped))


def _price(priced: StrandOfPlan, drop: _Drop) -> RulePrice:
    cost = priced.cost_under(drop.scenario)
    try:
        found = clustered(cost, drop.kept, drop.scenario)
    except (Stopped, NoPlanError):
        return RulePrice(key=drop.key, words=drop.words, low_m=0.0, high_m=None, mean_distance_m=None, repeatable=False)
    low, high = _interval(priced, drop, cost, found)
    return RulePrice(
        key=drop.key,
        words=drop.words,
        low_m=low,
        high_m=high,
        mean_distance_m=_mean(priced.distances, list(zip(found.members, found.medoids, strict=True))),
        repeatable=found.repeatable and priced.result.repeatable,
    )


def _numbers(
    priced: StrandOfPlan, progress: Callable[[str], None] | None
) -> tuple[tuple[NumberPrice, ...], NumberPrice | None]:
    """Plan with other numbers of partnerships, and with any.

    Where sizes leave few numbers, each is planned: that proves the best of any sooner than a plan whose number is
    left open.
    """
    rules = [rule for key, rule in priced.keyed if not _is_number(key)]
    own, schools = len(priced.groups), len(priced.schools)
    if not any(isinstance(rule, Size) for rule in rules):
        rules.append(Size(LEAST_MEMBERS, max(LEAST_MEMBERS, schools)))
    least, most = _allowed(rules, schools)
    is_whole = most - least < NUMBERS_MOST and priced.certificate.proven
    asked = sorted({own, *(range(least, most + 1) if is_whole else (max(least, own - 1), min(most, own + 1)))})
    found = []
    for number in asked:
        if progress and number != own:
            progress(f"with {count(number, 'partnership')}")
        found.append(_with_number(priced, rules, number, number))
    if is_whole:
        return tuple(found), _best_number(found)
    if has_leaders_first(rules):
        return tuple(found), None
    if progress:
        progress("with any number of partnerships")
    return tuple(found), _best_number([*found, _with_number(priced, rules, least, most)])


def _allowed(rules: Sequence[Rule], schools: int) -> tuple[int, int]:
    """Fewest and most partnerships that the binding sizes allow."""
    least, most = 1, schools
    for rule in rules:
        if isinstance(rule, Size) and rule.binding:
            total = float(schools if rule.weights is None else math.fsum(rule.weights))
            least = max(least, math.ceil(total / rule.maximum - 1e-9))
            most = min(most, math.floor(total / rule.minimum + 1e-9)) if rule.minimum > 0 else most
    return least, most


def _with_number(priced: StrandOfPlan, rules: Sequence[Rule], least: int, most: int) -> NumberPrice:
    result, own = priced.result, len(priced.groups)
    if least == most == own:
        return NumberPrice(partnerships=own, low_m=0.0, high_m=0.0, mean_distance_m=priced.mean_distance_m)
    number = least if least == most else None
    unknown = NumberPrice(partnerships=number, low_m=-result.objective, high_m=None, repeatable=False)
    try:
        counted = (Count(least, most, name="number"), *rules)
        found = clustered(priced.cost, counted, priced.plan.scenario)
    except Infeasible as error:
        return NumberPrice(partnerships=number, low_m=None, high_m=None) if error.proved else unknown
    except (Stopped, NoPlanError):
        return unknown
    return NumberPrice(
        partnerships=len(found.members),
        low_m=found.lower_bound - result.objective,
        high_m=found.objective - priced.certificate.bound,
        mean_distance_m=_mean(priced.distances, list(zip(found.members, found.medoids, strict=True))),
        repeatable=found.repeatable and result.repeatable,
    )


def _best_number(found: Sequence[NumberPrice]) -> NumberPrice:
    """Return the cheapest of some numbers, with what is proved of them all."""
    best = min((one for one in found if one.high_m is not None), key=_dearness)
    return replace(
        best,
        low_m=min(one.low_m for one in found if one.low_m is not None),
        repeatable=all(one.repeatable for one in found),
    )


def _dearness(price: NumberPrice) -> float:
    return math.inf if price.high_m is None else price.high_m


def _interval(priced: StrandOfPlan, drop: _Drop, cost: NDArray[np.float64], found: Clustering) -> tuple[float, float]:
    """Bounds on the price: for binding rules between two best plans, else on what the plan in hand could save."""
    result = priced.result
    if drop.is_cheaper_by_rule:
        low, high = priced.certificate.bound - found.objective, result.objective - found.lower_bound
    else:
        measured = _measured(priced, drop, cost)
        low, high = measured - found.objective, measured - found.lower_bound
    if not has_leaders_first(drop.kept):
        low = max(low, 0.0)
    return low, max(low, high)


def has_leaders_first(rules: Iterable[Rule]) -> bool:
    """Say whether leaders come before distance, so that a plan with fewer rules may cost more."""
    return any(isinstance(rule, Leaders) and not rule.binding for rule in rules)


def _measured(priced: StrandOfPlan, drop: _Drop, cost: NDArray[np.float64]) -> float:
    """What the plan in hand costs where what is left out does not count."""
    prices = pair_prices(drop.kept, len(priced.schools))
    centred = [(group, group[_centre_of(group, cost, prices)]) for group in priced.groups]
    words = {rule.words for rule in drop.dropped}
    broken = [rule.cost_m for rule in priced.result.broken if rule.rule not in words]
    return math.fsum([*(float(np.nansum(cost[list(group), centre])) for group, centre in centred), *broken])


def _centre_of(group: Sequence[int], cost: NDArray[np.float64], prices: NDArray[np.float64]) -> int:
    """Return the place in a group of its centre."""
    block = np.ix_(group, group)
    return best_centre(cost[block], prices[block])


def _mean(distances: NDArray[np.float64], centred: Sequence[tuple[Sequence[int], int]]) -> float:
    """Mean distance to the centre."""
    total = math.fsum(float(np.nansum(distances[list(group), centre])) for group, centre in centred)
    return total / max(1, len(distances))
