"""One thing that was checked, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.plans import Plan

SHOWN_AT_MOST = 5
BY_HAND = "moved by hand"
"""The method of a strand in which a school was moved after planning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked.

    Parameters
    ----------
    code
        Stable key of the check.
    holds
        Whether it holds.
    binding
        False where only a preferred rule is measured: a plan may break it at its price.
    message
        What was found, in a sentence.
    private
        Whether that this was checked, and what was found, is for officers alone.
    """

    code: str
    name: str
    holds: bool
    message: str
    binding: bool = True
    private: bool = True


def verdict(
    code: str, name: str, problems: Sequence[str], fine: str, *, binding: bool = True, private: bool = True
) -> Check:
    """Return a check that holds where there are no problems, of which the first few are told."""
    shown = "; ".join(problems[:SHOWN_AT_MOST])
    if len(problems) > SHOWN_AT_MOST:
        shown += f"; and {len(problems) - SHOWN_AT_MOST} more"
    return Check(code=code, name=name, holds=not problems, message=shown or fine, binding=binding, private=private)


def name_of(plan: Plan, urn: str) -> str:
    """Return a school's name and key; the key alone where the school is unknown."""
    school = plan.problem.schools.get(urn)
    return f"{school.name} ({urn})" if school else urn


def is_by_hand(plan: Plan, strand: str) -> bool:
    """Say whether a school of a strand was moved by hand: then it keeps names and numbers as they were."""
    return any(result.strand == strand and result.method == BY_HAND for result in plan.strands)
