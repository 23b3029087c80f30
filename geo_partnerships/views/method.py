"""How a plan was made, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.certificate import proof_words, reaches
from geo_partnerships.checking.rules import ROWS
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.words import told
from geo_partnerships.sentences import between, count
from geo_partnerships.views.headline import UNSOLVED, metres
from geo_partnerships.views.redact import waived

if TYPE_CHECKING:
    from geo_partnerships.certificate import Proof
    from geo_partnerships.plans import Plan, StrandResult

STRAIGHT_WORDS = "Distances are straight lines in metres on the British National Grid; they are not walking distances."


METHOD_WORDS = (
    "Each partnership has a centre school: the member with the least total distance to the others, with a stated "
    "penalty for each school in another postcode district. The plan makes the sum over all schools as small as the "
    "rules allow."
)


MEAN_WORDS = (
    "A mean distance to the centre school counts every school with a known distance, the centre school itself at 0 m; "
    "the page of a partnership tells the mean of the other schools, the centre school left out."
)


BOUND_WORDS = (
    "The lower bound is a proven floor under that sum for any plan that keeps the same rules; the gap says how far "
    "the plan may be from it."
)


UNPUBLISHED_WORDS = (
    "What schools answered, and rules for single schools, are not published. What such a rule costs where it may be "
    "broken is in no sum here, and a plan keeps the same rules if it keeps these, too, as well as this one does."
)


INFERENCE_WORDS = (
    "Because the method is published, a reader may work out that a school stands where only an answer or such a rule "
    "can hold it, and from that, that it answered and which schools it did not name."
)


def parameters_of(plan: Plan, *, officers: bool) -> tuple[tuple[str, str], ...]:
    """Name the parameters of a plan with their values; of private lists, their number, and to officers alone."""
    fields = Scenario.model_fields
    private = [price for row in ROWS.values() for price in row.prices(plan.scenario) if price.one]
    numbers = [
        (fields[price.key].title or price.key, count(len(getattr(plan.scenario, price.key)), price.one, price.many))
        for price in private
        if officers and is_private(fields[price.key]) and getattr(plan.scenario, price.key)
    ]
    return (*told(plan.scenario, () if officers else waived(plan.scenario), officers=officers), *numbers)


def method_of(plan: Plan, proof: Proof, *, officers: bool) -> tuple[str, ...]:
    """Tell in sentences how a plan was made and proved."""
    words = [
        f"Distances are {plan.problem.distances.words}." if plan.problem.distances else STRAIGHT_WORDS,
        METHOD_WORDS,
        MEAN_WORDS,
        BOUND_WORDS if proof.lack is None else proof_words(proof),
        *(() if officers else (UNPUBLISHED_WORDS, INFERENCE_WORDS)),
        "An independent check worked out every figure and rule again from the finished plan.",
    ]
    words += [
        f"Strand {r.strand}: {_how(r, officers=officers)}objective {metres(r.objective)}{_bound_words(r, proof)}"
        f"{'' if r.repeatable else '; stopped by the clock, so it may not repeat'}."
        for r in plan.strands
    ]
    return tuple(words)


def _how(result: StrandResult, *, officers: bool) -> str:
    """Say how a strand was made; which search found it follows from all of its rules, and is for officers alone."""
    return f"{result.method}; " if officers or result.method in UNSOLVED else ""


def _bound_words(result: StrandResult, proof: Proof) -> str:
    """Return what is proved of a strand; nothing where the whole plan has no certificate."""
    certificate = result.certificate
    if proof.lack or certificate is None:
        return ""
    best = ", proven best" if reaches(result.objective, certificate.bound) else ""
    return f", bound {metres(certificate.bound)}{best}"


def survey_range(plan: Plan, scenario: str) -> str:
    """Say what a scenario comes to under other made-up surveys, so that one of them is not taken for the answer."""
    measured = plan.problem.survey.range
    if measured is None or measured.scenario != scenario:
        return ""
    return (
        f"One made-up survey is one of many. Under {count(measured.surveys, 'survey')} made in the same way, the "
        f"scenario {measured.scenario} as it came has a mean distance to the centre school of "
        f"{between(*measured.mean_distance_m)} m and a greatest of {between(*measured.max_distance_m)} m; under "
        f"{_of_them(measured.promise_kept, measured.surveys)} every school that answered has a school that it named "
        f"beside it, and under {_of_them(measured.proven, measured.surveys)} the plan is proved best. Measured with: "
        f"{measured.command}"
    )


def _of_them(number: int, whole: int) -> str:
    return "all of them" if number == whole else f"{number:,} of them"
