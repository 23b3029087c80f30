"""The first lines that a reader sees: the plan beside the draft, in words and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.certificate import Lack, goal_words, proof_words
from geo_partnerships.checking.together import LABELS
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.sentences import count, share
from geo_partnerships.views.fit import agreement
from geo_partnerships.views.model import (
    FigureView,
)
from geo_partnerships.views.pieces import pieces_of
from geo_partnerships.views.redact import guarantee_note, kinds_shown, met_words, together_of, without_private_rules

if TYPE_CHECKING:
    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport, Scores
    from geo_partnerships.checking.together import Together
    from geo_partnerships.plans import Plan

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


PIECES_NOTE = "area partnerships; of the ground nearest to their schools"

UNSOLVED = ("as given", "moved by hand")


def told_proof(plan: Plan, report: CheckReport, *, officers: bool) -> Proof:
    """Return what an audience is told of how good a plan is proved to be; no output takes it from elsewhere."""
    proof = proof_of(plan, report)
    return proof if officers else proof.for_public(without_private_rules(plan).objective)


def metres(value: float | None) -> str:
    """Return e.g. ``1,418 m``; a dash where there is no value."""
    return "–" if value is None else f"{value:,.0f} m"


def date_words(text: str) -> str:
    """Return e.g. ``15 December 2014`` for ``2014-12-15`` and ``April 2015`` for ``2015-04``."""
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) not in {2, 3} or not 1 <= int(parts[1]) <= 12:  # noqa: PLR2004
        return text
    day = f"{int(parts[2])} " if len(parts) > 2 else ""  # noqa: PLR2004
    return f"{day}{MONTHS[int(parts[1]) - 1]} {parts[0]}"


def headline_of(
    plan: Plan, report: CheckReport, draft: tuple[Plan, CheckReport] | None, *, officers: bool = True
) -> tuple[FigureView, ...]:
    """Return what a planner reads first: the plan beside the draft, computed from both."""
    mine, other = report.scores, draft[1].scores if draft else None
    guarantee = [met_words(scores, officers=officers) if scores else "" for scores in (mine, other)]
    everywhere = known_of(mine.measured_all, mine.places_all)
    near = "; ".join(filter(None, ("area partnerships", known_of(mine.measured, mine.places))))
    rows = [
        ("Mean distance to the centre school", *_pair(mine, other, "mean_distance_m"), near),
        ("Greatest distance to the centre school", *_pair(mine, other, "max_distance_m"), near),
        *([("Survey guarantee", *guarantee, guarantee_note(plan))] if mine.respondents else []),
        *_proof(told_proof(plan, report, officers=officers)),
        *_goals(plan, officers=officers),
        ("Distance and penalties", *_pair(mine, other, "dissimilarity"), "area partnerships"),
        ("Mean distance, all partnerships", *_pair(mine, other, "mean_distance_m_all"), everywhere),
        ("Sizes", _sizes(mine), _sizes(other), "area partnerships"),
        ("Districts in a partnership, mean", _number(mine), _number(other), "area partnerships"),
        *_agreement(plan, draft[0] if draft else None),
        ("In one piece", whole_words(plan), whole_words(draft[0]) if draft else "", PIECES_NOTE),
        ("Without a system leader", str(len(mine.without_leader)), _without(other), _leaderless_note(mine)),
        *_together(mine, other, officers=officers),
        ("Partnerships", str(mine.partnerships), str(other.partnerships) if other else "", ""),
        ("Schools", str(mine.schools), str(other.schools) if other else "", _schools_note(mine)),
    ]
    granted = LABELS[PairKind.GRANTED]
    return tuple(FigureView(label=a, plan=b, draft=c, note=d, leads=a == granted) for a, b, c, d in rows)


def _together(mine: Scores, other: Scores | None, *, officers: bool) -> list[tuple[str, str, str, str]]:
    """Return the rows on wishes granted and other pairs together."""
    drafted = dict(together_of(other.together, officers=officers)) if other else {}
    shown = kinds_shown(mine.together, officers=officers)
    return [(one.label, one.words, drafted.get(one.label, ""), _together_note(one)) for one in shown]


def _together_note(one: Together) -> str:
    note = "pairs of schools that the plan has both of"
    return f"{note}; {share(one.no_strand, one.pairs, 'pair', 'is', 'are')} in strands apart" if one.no_strand else note


def known_of(measured: int, places: int) -> str:
    """Say of how many a mean is made, where that is not of all."""
    return "" if measured == places else f"of the {measured:,} of {count(places, 'place')} with a known distance"


def _leaderless_note(scores: Scores) -> str:
    return "partnerships, as far as their schools are named" if scores.unnamed else "partnerships"


def _schools_note(scores: Scores) -> str:
    return f"named, counted once each; {scores.unnamed:,} more are not named" if scores.unnamed else "counted once each"


def _proof(proof: Proof) -> list[tuple[str, str, str, str]]:
    """Return the rows on objective and bound; without a certificate there is no bound to tell."""
    objective = ("Objective (distance and penalties)", metres(proof.objective), "", "all strands")
    if proof.gap is None:
        return [("Certificate", "none", "", proof_words(proof)), objective]
    return [
        ("Gap to the best possible", f"{proof.gap:.2%}", "", "0 means proven best"),
        objective,
        ("Proven lower bound", metres(proof.lower_bound), "", "no plan under these rules can be below it"),
    ]


def _agreement(plan: Plan, draft: Plan | None) -> list[tuple[str, str, str, str]]:
    found = None if draft is None else agreement(draft, plan)
    note = "adjusted Rand index: 1 groups the same schools, 0 agrees as chance would"
    return [] if found is None else [("Agreement with the draft", f"{found:.2f}", "", note)]


def whole_words(plan: Plan) -> str:
    """Say how many area partnerships hang together, of those that have an area."""
    found = pieces_of(plan)
    return f"{sum(parts == 1 for parts in found.values())} of {len(found)}" if found else "–"


def _goals(plan: Plan, *, officers: bool) -> list[tuple[str, str, str, str]]:
    """Return a row for each goal in its order; nobody is told what is private of them but officers."""
    goals = [goal for result in plan.strands for goal in result.goals]
    rows = []
    for number, goal in enumerate(goals, start=1):
        if officers or not goal.private:
            value, proved = goal_words(goal)
            rows.append((f"Goal {number}: {goal.goal}", value, "", proved))
    return rows


def _pair(mine: Scores, other: Scores | None, field: str) -> tuple[str, str]:
    return metres(getattr(mine, field)), metres(getattr(other, field)) if other else ""


def _sizes(scores: Scores | None) -> str:
    return f"{min(scores.sizes)} to {max(scores.sizes)}" if scores and scores.sizes else ""


def _number(scores: Scores | None) -> str:
    value = scores.districts_per_partnership if scores else None
    return "" if value is None else f"{value:.1f}"


def _without(scores: Scores | None) -> str:
    return str(len(scores.without_leader)) if scores else ""


def kept_of(scores: Scores) -> str:
    """Say whether schools that answered are beside one that they named; how many are not is for officers alone."""
    if not scores.respondents:
        return ""
    if scores.met == scores.respondents:
        return "Each school that answered the survey is with a school that it named."
    return "Not each school that answered the survey is with a school that it named."


def ways_of(scores: Scores, draft: Scores | None) -> tuple[tuple[str, float | None, float | None], ...]:
    """Return how far schools are from their centre schools in this plan and in the draft, in metres."""
    mean, most = (draft.mean_distance_m, draft.max_distance_m) if draft else (None, None)
    return (
        ("from a school to its centre school, on average", scores.mean_distance_m, mean),
        ("is the longest way to a centre school", scores.max_distance_m, most),
    )


def summary_of(proof: Proof, scores: Scores, draft: Scores | None) -> str:
    """Sum up a plan in a few sentences."""
    if scores.mean_distance_m is None:
        return f"{count(scores.partnerships, 'partnership')} of {count(scores.schools, 'school')}."
    text = f"The area partnerships have a mean distance to their centre school of {metres(scores.mean_distance_m)}"
    if draft and proof.lack is not Lack.NOTHING_SOLVED and draft.mean_distance_m is not None:
        text += f"; in the letter's draft it is {metres(draft.mean_distance_m)}"
    return f"{text}. {proof_words(proof)}"
