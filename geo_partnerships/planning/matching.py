"""Which partnership of one plan is which of another: by the members they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def most_in_common(
    groups: Sequence[Collection[str]], others: Sequence[Collection[str]], *, alike: Collection[tuple[int, int]] = ()
) -> dict[int, int]:
    """Match groups one to one with others so that the most members stay together.

    Parameters
    ----------
    alike
        Places of pairs that are matched rather than others, where as many members stay.

    Returns
    -------
    dict
        Place among the others by place among the groups; what has no member in common is not matched.
    """
    homes: dict[str, list[int]] = {}
    for column, other in enumerate(others):
        for member in other:
            homes.setdefault(member, []).append(column)
    common = np.zeros((len(groups), len(others)), dtype=np.int64)
    for row, group in enumerate(groups):
        for member in group:
            common[row, homes.get(member, [])] += 1
    preferred = np.zeros_like(common)
    for pair in alike:
        preferred[pair] = common[pair] > 0
    rows, columns = linear_sum_assignment(common * (len(groups) + 1) + preferred, maximize=True)
    return {row: column for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if common[row, column]}


def is_same(group: Collection[str], other: Collection[str]) -> bool:
    """Say whether two groups share at least half the members of the smaller: then one can pass for the other."""
    return 2 * len(set(group) & set(other)) >= min(len(group), len(other)) > 0
