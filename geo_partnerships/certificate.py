"""What is proved, of a strand and of a plan, and the words for it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from enum import StrEnum

from geo_partnerships.sentences import count, listed

PROOF_TOLERANCE = 1e-6
"""Share of the objective to which a proof is exact."""
SHORTEST_M = 0.5
"""What is not more than this is told as no difference."""


class Lack(StrEnum):
    """Why nothing is proved of a plan as it is."""

    NOTHING_SOLVED = "it was not planned but taken as it is"
    NOT_KNOWN = "no bound came with it"
    SCHOOLS = "its schools are not those it was planned for"
    RULES = "its rules are not those it was planned under"
    FAULTY = "its figures are not those of its members"
    BROKEN = "it breaks binding rules"
    LEADERS = "it leaves more partnerships without a system leader"
    FARTHER = "a school is farther from its centre school"
    WISHES = "it grants fewer wishes"
    CONTRADICTED = "it is below the bound"
    WITHHELD = "what it breaks, or what that costs, is private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was proved of a strand: no plan of the same schools that keeps these rules has a smaller objective.

    It says nothing of a plan that breaks one of them, whatever the plan it came with:
    `geo_partnerships.planning.proof` tells for which plans it stands.

    Parameters
    ----------
    bound
        The least objective there can be, in metre-equivalents.
    proven
        True where a plan that reaches the bound was found.
    rules
        The rules it is about, each a line; private.
    premises
        SHA-256 over the schools and what their dissimilarities are made of, hexadecimal.
    leaderless
        It is about plans with at most so many partnerships without a system leader; None where no preferred rule
        asks for one.
    within_m
        It is about plans in which no school is farther than this from its centre school, in metres; None where no
        goal asks for that.
    not_granted
        It is about plans that do not grant more than so many wishes; None where no goal asks for that. Private.
    """

    bound: float
    proven: bool
    rules: tuple[str, ...] = ()
    premises: str = ""
    leaderless: int | None = None
    within_m: float | None = None
    not_granted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReached:
    """What was reached of one goal, once those before it were held.

    Parameters
    ----------
    goal
        The scenario's word for it.
    unit
        Of what its value is: metres, partnerships, schools or wishes not granted; the fewer, the better.
    value
        What the plan has.
    best
        The best that was found.
    bound
        Proven floor: no plan that keeps the rules, and the goals before this one, has less.
    slack
        By how much the plan may miss the best, for the sake of later goals.
    private
        Whether only officers are told.
    """

    goal: str
    unit: str
    value: float
    best: float
    bound: float
    slack: float = 0.0
    private: bool = True

    @property
    def proven(self) -> bool:
        """True where nothing is left between the best that was found and the floor."""
        return reaches(self.best, self.bound)


def goal_words(goal: GoalReached) -> tuple[str, str]:
    """Return what a plan has of a goal, and what is proved of it, in a few words each."""

    def amount(value: float) -> str:
        return _amount(value, goal.unit)

    if goal.proven:
        least = f"the least possible is {amount(goal.best)}" if goal.value - goal.best > SHORTEST_M else "proven least"
    else:
        low = f"{goal.bound:,.0f}" if goal.unit == "wishes" else amount(goal.bound)
        least = f"the least possible is between {low} and {amount(goal.best)}"
    slack = f"; up to {_slack(goal)} more {'is' if goal.unit == 'm' else 'are'} accepted" if goal.slack else ""
    return amount(goal.value), f"{least}{slack}"


def _amount(value: float, unit: str) -> str:
    if unit == "m":
        return f"{value:,.0f} m"
    if unit == "wishes":
        return count(round(value), "wish not granted", "wishes not granted")
    return count(round(value), unit.removesuffix("s"))


def _slack(goal: GoalReached) -> str:
    return _amount(goal.slack, "m") if goal.unit == "m" else f"{goal.slack:,.0f}"


def reaches(objective: float, bound: float) -> bool:
    """Say whether an objective is at its bound, to the exactness of a proof."""
    return objective - bound <= PROOF_TOLERANCE * max(1.0, objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A binding rule that a plan breaks.

    Parameters
    ----------
    code
        Key of the check that finds it, or would.
    words
        The rule in words, for officers.
    private
        True where it was laid down for single schools, or comes from their answers.
    """

    code: str
    words: str
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is proved of a plan.

    Parameters
    ----------
    objective
        Of the plan, in metre-equivalents.
    lack
        Why nothing is proved of the plan itself; None where it has a certificate.
    breaches
        The binding rules that it breaks.
    least
        Proven floor under any plan that keeps every rule, this one or not, in metre-equivalents; None where none is
        known.
    reached
        True where a plan that reaches the floor was found.
    more_leaderless
        How many more partnerships are without a system leader than in the plans that the floor is about.
    leaders_first
        True where the floor is about plans with as few partnerships without a system leader.
    by_hand
        True where a school was moved after planning.
    has_private_prices
        True where a private rule has a price, so that figures tell of it.
    within_m
        The floor is about plans in which no school is farther than this from its centre school, in metres.
    goals
        What was reached of the goals; none where a school was moved by hand.
    """

    objective: float
    lack: Lack | None
    breaches: tuple[Breach, ...] = ()
    least: float | None = dataclasses.field(default=None, repr=False)
    reached: bool = dataclasses.field(default=False, repr=False)
    more_leaderless: int = 0
    leaders_first: bool = False
    by_hand: bool = False
    has_private_prices: bool = False
    within_m: float | None = None
    goals: tuple[GoalReached, ...] = ()

    @property
    def lower_bound(self) -> float | None:
        """Proven floor under the objective, in metre-equivalents; None where the plan has no certificate."""
        return None if self.lack else self.least

    @property
    def gap(self) -> float | None:
        """Share of the objective by which another plan could be better; None where the plan has no certificate."""
        bound = self.lower_bound
        if bound is None:
            return None
        return max(0.0, self.objective - bound) / self.objective if self.objective else 0.0

    @property
    def is_best(self) -> bool:
        """True where no plan that keeps the same rules is better."""
        bound = self.lower_bound
        return bound is not None and reaches(self.objective, bound)

    def for_public(self, objective: float) -> Proof:
        """Return what the public may know of it.

        Parameters
        ----------
        objective
            As far as it follows from what is public, in metre-equivalents.

        Notes
        -----
        Of a broken private rule neither number nor price is told. A bound holds the prices that the best plan pays
        for private rules: beside the plan of a run it tells nothing of them; beside a second plan, moved by hand, it
        would tell what changed.
        """
        is_private = any(breach.private for breach in self.breaches)
        is_changed = self.by_hand or bool(self.breaches) or bool(self.more_leaderless)
        if is_private or (is_changed and self.has_private_prices) or self.lack is Lack.WISHES:
            return Proof(objective=objective, lack=Lack.WITHHELD, by_hand=self.by_hand)
        least = self.least
        if least is not None:
            least = public_bound(self.objective, least, objective) if self.lack is None else round(least, 3)
        goals = tuple(dataclasses.replace(one, slack=0.0) if one.private else one for one in self.goals)
        return dataclasses.replace(self, objective=objective, least=least, goals=goals)


def public_bound(objective: float, bound: float, public_objective: float) -> float:
    """Return a bound as far below the public objective as it is below the whole one, to the millimetre."""
    below = 0.0 if reaches(objective, bound) else math.ceil(1000 * (objective - bound)) / 1000
    return max(0.0, public_objective - below)


def proof_words(proof: Proof) -> str:
    """Return in a sentence or two what is proved of a plan; `Proof.for_public` makes it fit for the public."""
    if proof.lack is None:
        return _certified_words(proof)
    if proof.lack is Lack.CONTRADICTED:
        return (
            "The plan keeps every rule and is below what the run stated as the least: that cannot be. Please report "
            "this as a fault of the program, with the data."
        )
    if proof.lack in {Lack.BROKEN, Lack.LEADERS, Lack.FARTHER, Lack.WISHES}:
        return _uncertified_words(proof)
    if proof.lack is Lack.NOTHING_SOLVED and not proof.by_hand:
        return "The plan is taken as it is: how far it is from the best is not known."
    if proof.lack is Lack.WITHHELD and not proof.by_hand:
        return "The plan carries no certificate."
    broken = f" It breaks {count(len(proof.breaches), 'binding rule')}." if proof.breaches else ""
    return _UNKNOWN_WORDS[proof.lack] + broken


def plain_words(proof: Proof) -> str:
    """Say in everyday words whether another plan could be shorter; empty where that is not known."""
    if proof.gap is None:
        return ""
    kept = ["keeps these promises"]
    if proof.leaders_first:
        kept.append("has as many partnerships with a system leader")
    if proof.within_m is not None:
        kept.append("takes nobody farther")
    how = "" if proof.is_best else f"more than {math.ceil(100 * proof.gap)}% "
    return f"No plan that {listed(kept)} is {how}shorter."


_UNKNOWN_WORDS = {
    Lack.NOTHING_SOLVED: "The plan was changed by hand: how far it is from the best is not known.",
    Lack.NOT_KNOWN: "How far the plan is from the best is not known.",
    Lack.FAULTY: "The check finds that the plan's own figures are not right, so nothing is proved of it.",
    Lack.SCHOOLS: "Schools left or joined a part of the plan that was planned on its own, so how far it is from the "
    "best is not known: run again to learn it.",
    Lack.RULES: "Rules were changed since the plan was made, so how far it is from the best is not known: run again "
    "to learn it.",
    Lack.WITHHELD: "The plan was changed by hand and carries no certificate.",
}


def _certified_words(proof: Proof) -> str:
    if proof.is_best and proof.goals and all(goal.proven for goal in proof.goals):
        order = ", ".join(f"{goal.goal}{_slack_words(goal)}" for goal in proof.goals)
        return f"It is proven that no plan that keeps the same rules is better in the order of its goals: {order}."
    kept = f"that keeps the same rules{_within_words(proof)}"
    if proof.is_best:
        return f"It is proven that no plan {kept} is better."
    return f"It is proven that no plan {kept} is more than {proof.gap:.2%} better."


def _slack_words(goal: GoalReached) -> str:
    return f" (to {_slack(goal)} above the least)" if goal.slack else ""


def _within_words(proof: Proof, verb: str = "has") -> str:
    if proof.within_m is None:
        return ""
    return f" and {verb} nobody farther than {proof.within_m:,.0f} m from the centre school"


def _uncertified_words(proof: Proof) -> str:
    """Tell the floor under plans that keep the rules, and how this one compares."""
    least = proof.least or 0.0
    verb = "have" if proof.reached else "has"
    kept = ("keep every rule" if proof.reached else "keeps every rule") + _within_words(proof, verb)
    if proof.lack is Lack.LEADERS:
        more = count(proof.more_leaderless, "partnership")
        few = " and leave" if proof.reached else " and leaves"
        kept += f"{few} as few partnerships without a system leader"
        cause, spite = f"but leaves {more} more without", f"and leaves {more} more without"
    elif proof.lack is Lack.WISHES:
        kept += " and grants as many wishes" if not proof.reached else " and grant as many wishes"
        cause, spite = "but grants fewer wishes", "and grants fewer wishes"
    elif proof.lack is Lack.FARTHER:
        cause, spite = "but has somebody farther", "and has somebody farther"
    else:
        cause, spite = f"because it breaks {len(proof.breaches)}", f"although it breaks {len(proof.breaches)}"
    floor = (
        f"{least:,.0f} m is the least of all plans that {kept}"
        if proof.reached
        else f"No plan that {kept} is shorter than {least:,.0f} m"
    )
    change = proof.objective - least
    if change < -SHORTEST_M:
        return f"{floor}; this one is {-change:,.0f} m shorter {cause}."
    length = "as long" if change <= SHORTEST_M else f"{change:,.0f} m longer"
    return f"{floor}; this one is {length} {spite}."
