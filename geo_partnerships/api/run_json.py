"""A run as plain values: what ``run --json`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.certificate import proof_words, reaches
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.views.pieces import pieces_of

if TYPE_CHECKING:
    from geo_partnerships.api.running import Run
    from geo_partnerships.certificate import GoalReached, Proof
    from geo_partnerships.checking import Scores
    from geo_partnerships.plans import Plan, StrandResult

__all__ = ["run_object"]


def run_object(run: Run) -> dict[str, Any]:
    """Return the run as the object that ``run --json`` gives."""
    made, scores = run.plan, run.report.scores
    proof = proof_of(made, run.report)
    return {
        "scenario": run.name,
        "output": str(run.output) if run.output else None,
        "schools": scores.schools,
        "partnerships": scores.partnerships,
        "objective": made.objective,
        "lower_bound": proof.lower_bound,
        "gap": proof.gap,
        "certificate": proof_words(proof),
        "goals": [_goal(goal) for result in made.strands for goal in result.goals],
        **_distances(scores),
        "pieces": {str(number): found for number, found in pieces_of(made).items()},
        "guarantee": _guarantee(run.plan, scores),
        "together": _together(scores),
        "rules_broken": len(run.report.broken),
        "broken": [f"{c.name}: {c.message}" for c in run.report.broken],
        "checks": [{"code": c.code, "holds": c.holds, "binding": c.binding} for c in run.report.checks],
        "seed": made.scenario.seed,
        "digest": made.digest,
        "illustrative_survey": made.problem.survey.illustrative,
        "strands": {
            r.strand: {
                "objective": r.objective,
                "method": r.method,
                **_proved(r, proof),
                "repeatable": r.repeatable,
                "preferred_rules_broken": len(r.broken),
            }
            for r in made.strands
        },
        "draft": _draft(run),
    }


def _proved(result: StrandResult, proof: Proof) -> dict[str, float | bool | None]:
    """Return what is proved of a strand: nothing where the whole plan has no certificate."""
    certificate = result.certificate
    if proof.lack or certificate is None:
        return {"lower_bound": None, "proven": None}
    return {"lower_bound": certificate.bound, "proven": reaches(result.objective, certificate.bound)}


def _goal(goal: GoalReached) -> dict[str, str | float | bool]:
    return {
        "goal": goal.goal,
        "unit": goal.unit,
        "value": goal.value,
        "best": goal.best,
        "lower_bound": goal.bound,
        "slack": goal.slack,
        "proven": goal.proven,
    }


def _distances(scores: Scores) -> dict[str, float | None]:
    return {
        "mean_distance_m": scores.mean_distance_m,
        "max_distance_m": scores.max_distance_m,
        "measured": scores.measured,
        "places": scores.places,
        "mean_distance_m_all": scores.mean_distance_m_all,
        "max_distance_m_all": scores.max_distance_m_all,
    }


def _guarantee(made: Plan, scores: Scores) -> dict[str, int]:
    return {"respondents": scores.respondents, "met": scores.met, "direct": made.problem.survey.direct}


def _together(scores: Scores) -> dict[str, dict[str, int]]:
    return {str(one.kind): {"together": one.together, "pairs": one.pairs} for one in scores.together}


def _draft(run: Run) -> dict[str, Any] | None:
    if run.draft is None:
        return None
    drafted, report = run.draft
    return {
        **_distances(report.scores),
        "objective": drafted.objective,
        "guarantee": _guarantee(drafted, report.scores),
        "together": _together(report.scores),
    }
