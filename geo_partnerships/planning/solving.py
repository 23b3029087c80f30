"""What a scenario asks of the solver: in how much work, and how few pairs can be parted."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.certificate import PROOF_TOLERANCE
from geo_partnerships.clustering import Effort, PairRewards, PartedAtMost, cluster
from geo_partnerships.clustering.parameters import PARAMETERS
from geo_partnerships.errors import NoPlanError, UsageError
from geo_partnerships.planning.rules.base import remedies
from geo_partnerships.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.clustering import Clustering, ClusterProblem
    from geo_partnerships.clustering import Progress as Standing
    from geo_partnerships.planning.rules.base import Keyed
    from geo_partnerships.scenarios.parameters import Scenario

__all__ = ["fewest_parted", "parted", "refuse_few_changes", "solved_by"]

_LEAST_S = 1.0
PAIRS_SHARE = 0.25
"""Share of work and seconds that counting how few pairs can be parted may take."""
PAIR_WORTH = 1.0
"""Mean costs of any school under any centre that a pair is worth where distance guides the count."""
MOST_SCHOOLS = PARAMETERS.method.exact_items
"""Up to how many schools in a strand the number of parted pairs can be limited, with proof."""


def solved_by(
    asked: ClusterProblem,
    scenario: Scenario,
    told: Callable[[Standing], None] | None = None,
    *,
    quick: bool = False,
    spent: float = 0.0,
    share: float = 1.0,
) -> Clustering:
    """Cluster as a scenario says, in a share of the work and of the seconds that are not spent.

    `quick` is content with any good clustering.
    """
    seconds = None if scenario.seconds is None else max(_LEAST_S, share * (scenario.seconds - spent))
    return cluster(
        asked,
        method="search" if quick else scenario.method,
        seed=scenario.seed,
        effort=Effort(seconds=seconds, work=share * scenario.work),
        noun="schools",
        progress=told,
    )


def parted(found: Clustering, pairs: Sequence[tuple[int, int]]) -> int:
    """Count the pairs that are not in one cluster."""
    return sum(bool(found.labels[a] != found.labels[b]) for a, b in pairs)


def fewest_parted(asked: ClusterProblem, pairs: tuple[tuple[int, int], ...], scenario: Scenario) -> tuple[int, int]:
    """Return the fewest pairs that were found to be parted by a plan that keeps the rules, and a floor under them."""
    if not pairs:
        return 0, 0
    rules = tuple(rule for rule in asked.rules if rule.binding or rule.goes_first())
    bare = replace(asked, cost=np.zeros_like(asked.cost), rules=(*rules, PairRewards(pairs, weight=1.0)))
    alone = solved_by(bare, scenario, share=PAIRS_SHARE)
    fewest, bound = parted(alone, pairs), math.ceil(alone.lower_bound - PROOF_TOLERANCE)
    if fewest > bound:
        weight = max(1.0, PAIR_WORTH * float(asked.cost.mean()))
        weighed = replace(asked, rules=(*asked.rules, PairRewards(pairs, weight=weight)))
        fewest = min(fewest, parted(solved_by(weighed, scenario, share=PAIRS_SHARE), pairs))
    return fewest, max(0, min(bound, fewest))


def refuse_few_changes(asked: ClusterProblem, keyed: Sequence[Keyed], scenario: Scenario) -> None:
    """Refuse a number of changes that no plan keeps, and say the least that one does.

    Raises
    ------
    NoPlanError
        More schools have to change.
    UsageError
        There are more schools than the number can be proved for.
    """
    for key, rule in keyed:
        if not isinstance(rule, PartedAtMost):
            continue
        if asked.n > MOST_SCHOOLS:
            raise UsageError(
                f"{key}: how many schools change is limited for up to {MOST_SCHOOLS:,} schools in a strand; this one "
                f"has {asked.n:,}. Give each change a price instead: --set stay.strength=preferred."
            )
        free = replace(asked, rules=tuple(one for one in asked.rules if one is not rule))
        least, bound = fewest_parted(free, rule.pairs, scenario)
        if least <= rule.most:
            continue
        proved = bound > rule.most
        claim = "No plan keeps the rules" if proved else "No plan was found that keeps the rules (not proved)"
        have = f"{counted(bound, 'school', 'has', 'have')} to change at least, and {least:,} can"
        if bound == least:
            have = f"{counted(least, 'school', 'has', 'have')} to change at least"
        said = f"{claim}: {rule.words}, but {have}.{remedies((rule.words,), (key,))}"
        raise NoPlanError(said, (rule.words,), keys=(key,), proved=proved)
