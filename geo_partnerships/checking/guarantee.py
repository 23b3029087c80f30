"""The survey guarantee, per covered school: met by whom, or failed (R04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_partnerships.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeOutcome:
    """What became of one covered school's answer. Private: says who named whom.

    Parameters
    ----------
    school
        Key of the covered school.
    responder
        Key of the school whose answer speaks for it.
    named, met_by
        Keys of the schools named, and of those that share a partnership with it.
    """

    school: str
    responder: str
    channel: str
    named: tuple[str, ...]
    met_by: tuple[str, ...]

    @property
    def met(self) -> bool:
        """True where at least one school named shares a partnership with it."""
        return bool(self.met_by)


def guarantee_of(plan: Plan) -> tuple[GuaranteeOutcome, ...]:
    """Return an outcome for every covered school that named another, in order of key."""
    groups = [frozenset(partnership.members) for partnership in plan.partnerships]
    outcomes = []
    for response in plan.problem.survey.responses:
        for urn in (response.responder, *response.on_behalf_of):
            named = [other for other in (*response.existing, *response.wanted) if other != urn]
            beside = frozenset().union(*(group for group in groups if urn in group))
            if named:
                outcomes.append(
                    GuaranteeOutcome(
                        school=urn,
                        responder=response.responder,
                        channel=response.channel,
                        named=tuple(dict.fromkeys(named)),
                        met_by=tuple(other for other in dict.fromkeys(named) if other in beside),
                    )
                )
    return tuple(sorted(outcomes, key=lambda outcome: (outcome.school, outcome.responder)))
