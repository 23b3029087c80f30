"""What a worker does: from a task to an outcome, the same bytes wherever it runs."""

from __future__ import annotations

import math
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.api.running import make_plan, read_files, view_of_run
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.exports.plan_json import write_plan_json
from geo_partnerships.exports.tables import write_csv
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning import plan_of_draft
from geo_partnerships.planning.plain import from_plain, to_plain
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.planning.rules.base import remedy
from geo_partnerships.planning.strands import strand_schools
from geo_partnerships.scenarios.origins import SCENARIO
from geo_partnerships.sentences import capital, count
from geo_partnerships.views.fill import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.api.running import Run
    from geo_partnerships.batching.tasks import Task
    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario
    from geo_partnerships.views.model import View

PLANNED, TOO_SMALL, FAILED = "planned", "too small", "failed"
RULE = "no-plan-rule"
BY_THE_CLOCK = "plan-by-the-clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one task.

    Parameters
    ----------
    status
        ``planned``, ``too small`` for the bounds on size, or ``failed``.
    figures
        Schools, partnerships, objective, lower bound and so on; empty where there is no plan. Officers only.
    published
        The same as far as the public edition has them.
    findings
        Why there is no plan, or what was noticed.
    kept
        The plan as plain data; None where there is none.
    seconds
        How long it took; of no account to what was made.
    files
        What is published, by relative path.
    """

    key: str
    name: str
    digest: str
    status: str
    figures: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    kept: dict[str, Any] | None = None
    seconds: float = 0.0
    files: dict[str, bytes] = field(default_factory=dict)


class _TooSmall(Exception):  # noqa: N818 - an answer, not a malfunction
    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def plan_task(task: Task) -> Outcome:
    """Plan and check one authority."""
    started = time.perf_counter()
    given: dict[str, Any] = {"key": task.key, "name": task.name, "digest": task.digest}
    try:
        problem, scenario = _read(task)
        run = make_plan(task.scenario_name, problem, scenario)
    except _TooSmall as told:
        return Outcome(**given, status=TOO_SMALL, findings=(told.finding,))
    except BadDataError as error:
        return Outcome(**given, status=FAILED, findings=error.findings)
    except NoPlanError as error:
        return Outcome(**given, status=FAILED, findings=tuple(_no_plan(error)))
    view = view_of_run(run)
    return Outcome(
        **given,
        status=PLANNED,
        figures=_figures(run),
        published={**dict(view.figures), "digest": view.digest},
        findings=(*problem.findings, *run.plan.findings, *_by_the_clock(run)),
        kept=to_plain(run.plan, rules=False),
        seconds=time.perf_counter() - started,
        files=_files(view),
    )


def view_again(task: Task, kept: dict[str, Any]) -> View:
    """Return the public view of a plan that was kept, without solving."""
    problem, scenario = _read(task)
    draft = plan_of_draft(problem, scenario)
    return view_of(from_plain(kept, problem, scenario), scenario=task.scenario_name, draft=draft)


def _read(task: Task) -> tuple[Problem, Scenario]:
    if task.scenario is None:
        raise BadDataError(task.findings)
    with _unpacked(task) as folder:
        problem = read_files(folder, task.scenario.data.model_dump(), task.scenario.distance)
    return problem, _fitted(task.scenario, problem, task.average_size)


@contextmanager
def _unpacked(task: Task) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="geo-partnerships-") as name:
        root = Path(name)
        for path, data in task.contents.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        yield root


def _fitted(scenario: Scenario, problem: Problem, average_size: float | None) -> Scenario:
    """Return the scenario with a number of partnerships that fits the schools; refuse where no number does."""
    urns = strand_schools(problem, scenario)["area"]
    schools = sum(problem.schools[urn].has_point for urn in urns)
    least, most = scenario.area.size or (1, max(schools, 1))
    fewest, greatest = math.ceil(schools / most), schools // least
    by_schools = scenario.area.size_by == "schools"
    if by_schools and (schools == 0 or fewest > greatest):
        raise _TooSmall(_too_small(schools, least, most))
    if average_size is None or not by_schools:
        return scenario
    number = min(max(round(schools / average_size), fewest, 1), greatest)
    area = scenario.area.model_copy(update={"partnerships": (number, number)})
    return scenario.model_copy(update={"area": area})


def _too_small(schools: int, least: int, most: int) -> Finding:
    few = schools < least
    fewer = f"{'is' if schools == 1 else 'are'} fewer than one partnership takes"
    return Finding(
        code="authority-too-small" if few else "authority-no-number",
        severity=Severity.WARNING,
        message=f"It has {count(schools, 'school')}, which {fewer if few else 'no number of partnerships can share'} "
        f"({least} to {most} in each).",
        fix="Plan it together with a neighbour ([[together]]), or give it a scenario of its own.",
    )


def _no_plan(error: NoPlanError) -> Iterator[Finding]:
    """The conflict, and each of its rules, whose file and line are filled in wherever the batch is told of."""
    yield Finding(code="no-plan", severity=Severity.ERROR, message=error.sentence, fix="Loosen one of these rules.")
    for rule, key in zip(error.rules, error.keys, strict=False):
        message = f"'{rule}' is one of the rules that cannot hold together."
        yield Finding(
            code=RULE, severity=Severity.NOTE, file=SCENARIO, field=key, message=message, fix=f"{capital(remedy(key))}."
        )


def _by_the_clock(run: Run) -> Iterator[Finding]:
    """Tell a plan that may not be the same on a slower or busier machine."""
    stopped = [result.strand for result in run.plan.strands if not result.repeatable]
    if stopped:
        yield Finding(
            code=BY_THE_CLOCK,
            severity=Severity.NOTE,
            file=SCENARIO,
            field="seconds",
            message=f"The clock stopped the search ({', '.join(stopped)}), so another run may end elsewhere.",
            fix="Leave out seconds, or allow more, where the batch has to give the same bytes again.",
        )


def _files(view: View) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="geo-partnerships-") as name:
        folder = Path(name)
        written = [write_csv(view, folder / "plan.csv"), write_plan_json(view, folder / "plan.json")]
        return {path.name: path.read_bytes() for path in written}


def _figures(run: Run) -> dict[str, Any]:
    made, scores = run.plan, run.report.scores
    proof = proof_of(made, run.report)
    return {
        "schools": scores.schools,
        "partnerships": scores.partnerships,
        "objective": made.objective,
        "lower_bound": proof.lower_bound,
        "gap": proof.gap,
        "mean_distance_m": scores.mean_distance_m,
        "max_distance_m": scores.max_distance_m,
        "checked": run.report.ok,
        "broken": [f"{check.name}: {check.message}" for check in run.report.broken],
        "digest": made.digest,
    }


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome without its files, as JSON can hold it."""
    return {
        "key": outcome.key,
        "name": outcome.name,
        "digest": outcome.digest,
        "status": outcome.status,
        "figures": outcome.figures,
        "published": outcome.published,
        "findings": [asdict(f) for f in outcome.findings],
        "kept": outcome.kept,
        "seconds": round(outcome.seconds, 3),
    }
