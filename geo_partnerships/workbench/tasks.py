"""What the worker process can do."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from geo_partnerships.alternatives import plans_of, with_firmness
from geo_partnerships.alternatives.page import chart, firm_words, over_plans
from geo_partnerships.api import running
from geo_partnerships.api.inputs import digest_of_files
from geo_partnerships.checking import check
from geo_partnerships.comparing import compare, numbers_beside
from geo_partnerships.deciding import changes_since
from geo_partnerships.deciding.rules import PARTNERSHIP
from geo_partnerships.errors import BadDataError, NoPlanError
from geo_partnerships.intake import unsure_in
from geo_partnerships.pages import write_comparison
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.scenarios.parameters import Distance
from geo_partnerships.scenarios.read import apply_change, scenario_from, set_parameter
from geo_partnerships.scenarios.read import parse_value as value_of
from geo_partnerships.sentences import counted
from geo_partnerships.updating import changes_told
from geo_partnerships.views.disclosure import disclosure_view
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.headline import headline_of
from geo_partnerships.views.model import Audience, beside
from geo_partnerships.whole_files import PRIVATE_FILE, make_folder
from geo_partnerships.workbench.kept import plan_from, plan_object
from geo_partnerships.workbench.year import next_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.schools.names import UnsureName
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.origins import Origins
    from geo_partnerships.scenarios.parameters import Scenario

    Tell = Callable[[float, str], None]

DRAFT = "draft"
CHANGES = "changes"
SHOWN_NAMES = 20
WITH_NAMES = ("survey", "standing", "leaders")
"""Tables in which a school may be called by a name."""
WITHOUT_NAMES = frozenset({"judgements", "letter"})
UNSURE = frozenset({"survey-name-matched", "survey-unknown-named"})
"""Findings on names that a person has to look at: read as a school's, or kept as no school here."""
ON_THE_DESK = "on the desk,"
DECIDED = "decided on the desk, or by default"


class Source(TypedDict):
    """What a problem is read from: a folder, the files in the place of its own, and how distances are read."""

    data: str
    files: dict[str, str | None]
    distance: Distance


@lru_cache(maxsize=4)
def _read(data: str, files: str, distance: str, _content: str) -> Problem:
    return running.read_files(Path(data), json.loads(files), Distance.model_validate_json(distance))


def problem_of(data: Path, files: Mapping[str, str | None], distance: Distance) -> Problem:
    """Return the problem of a data folder with some of its files replaced; read once for each content of the files."""
    content = digest_of_files(data, files)
    return _read(str(data), json.dumps(dict(files), sort_keys=True), distance.model_dump_json(), content)


def desk_scenario(
    name: str,
    data: Path,
    parameters: Mapping[str, str],
    rules: Mapping[str, Sequence[dict[str, Any]]],
) -> Scenario:
    """Return a scenario with parameters changed and the rules that were decided added to its own.

    Raises
    ------
    UsageError, BadDataError
        As `read_scenario`.
    """
    table = running.table_of(name, data, read=problem_of)
    for key, text in parameters.items():
        set_parameter(table, key, value_of(text))
    for key, rows in rules.items():
        if rows:
            table[key] = [*([] if key == PARTNERSHIP else table.get(key, ())), *rows]
    if rules.get(PARTNERSHIP):
        table["as_saved"] = False  # only a plan that is opened is as it was saved
    return scenario_from(table, running.file_of(name, data), desk_origins(name, data, parameters))


def desk_origins(name: str, data: Path, parameters: Mapping[str, str]) -> Origins:
    """Return where the parameters of a scenario on the desk come from: its files, or the desk itself."""
    changes = tuple((ON_THE_DESK, f"{key}={text}") for key, text in parameters.items())
    return replace(running.origins_of(name, data), changes=changes, added=DECIDED)


def _problem(source: Source) -> Problem:
    return problem_of(Path(source["data"]), source["files"], source["distance"])


def _plan(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Plan; the answer is the plan as it is kept, with the digest of what was read here.

    Where the schools moved against a rule leave no plan for the others, the others are planned without them, and these
    are moved again after.
    """
    tell(0.02, "reading")
    scenario: Scenario = task["scenario"]
    problem = _problem(task["source"])
    steps = len(scenario.strands) + 1
    done = 0

    def progress(words: str) -> None:
        nonlocal done
        tell(0.05 + 0.9 * done / steps, words)
        done += 1

    def so_far(words: str) -> None:
        tell(0.05 + 0.9 * (done - 0.5) / steps, words)

    with running.placing(task["origins"]):
        try:
            made = plan(problem, scenario, progress=progress, so_far=so_far)
        except NoPlanError:
            if task["otherwise"] is None:
                raise
            made = plan(problem, task["otherwise"], so_far=so_far)
    tell(0.97, "checking")
    return plan_object(made)


def changes_told_of(before: Plan, after: Plan, *, near: bool) -> dict[str, Any]:
    """Return who has another partnership, and why, as it is kept.

    Parameters
    ----------
    near
        True where as few as can be were to change: it is told whether that is proven.
    """
    told = changes_told(after, check(after), "partnership") if near else ""
    found = changes_since(before, after)
    rows = [[c.moved.school, c.moved.name, list(c.moved.before), list(c.moved.after), c.why] for c in found]
    words = f"{counted(len(rows), 'school', 'has', 'have')} another partnership than before."
    return {"words": f"{words} {told}".strip(), "rows": rows}


def _alternatives(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Plan under other goals; each answer has its plan as it is kept."""
    tell(0.02, "reading")
    scenario: Scenario = task["scenario"]
    done = 0

    def progress(words: str) -> None:
        nonlocal done
        tell(min(0.05 + 0.07 * done, 0.95), words)
        done += 1

    def changed(changes: tuple[str, ...]) -> Scenario:
        table = scenario.model_dump()
        for change in changes:
            apply_change(table, change)
        return type(scenario).model_validate(table)

    with running.placing(task["origins"]):
        found = plans_of(task["name"], _problem(task["source"]), scenario, changed, progress=progress)
    rows = [
        {"key": one.key, "name": one.name, "changes": list(one.changes), "proven": one.is_proven,
         "kept": plan_object(one.run.plan)}
        for one in found
    ]  # fmt: skip
    judged = with_firmness(task["name"], found, progress)
    firmness = judged.firmness
    wavering = [[place.school, place.partnership, place.share] for place in firmness.places if not place.is_firm]
    return {
        "rows": rows,
        "chart": chart(judged),
        "firm": firm_words(firmness, over_plans(firmness)),
        "wavering": wavering,
    }


def _compare(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Compare two plans, planning those that are named only; the page with both maps is written, too."""
    sides = []
    for number, side in enumerate(task["sides"]):
        tell(0.1 + 0.4 * number, side["title"])
        sides.append(_side(side))
    tell(0.9, "drawing")
    found = compare(*sides)
    views = [
        view_of(made, Audience.OFFICERS, scenario=side["title"])
        for made, side in zip(sides, task["sides"], strict=True)
    ]
    folder = Path(task["folder"])
    make_folder(folder, private=True)
    shown = numbers_beside(*sides)
    page = write_comparison(views[0], views[1], found.moved, folder, numbers=shown)
    page.chmod(PRIVATE_FILE)
    return {
        "titles": [side["title"] for side in task["sides"]],
        "figures": _figures(sides),
        "words": f"{counted(len(found.moved), 'school', 'has', 'have')} another partnership.",
        "moved": [[m.school, m.name, list(m.before), [shown[n] for n in m.after]] for m in found.moved],
        "page": page.name,
    }


def _side(side: dict[str, Any]) -> Plan:
    problem = _problem(side["source"])
    if "kept" in side:
        made = plan_from(side["kept"], problem)
        return plan_of_draft(made.problem, made.scenario) or made if side.get(DRAFT) else made
    with running.placing(side["origins"]):
        return plan(problem, side["scenario"])


def _figures(sides: Sequence[Plan]) -> list[list[str]]:
    first, second = (headline_of(made, check(made), None) for made in sides)
    return [list(row) for row in beside(first, second)]


def _publish(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Publish a plan and return where, and what of the user's was kept beside it, in words."""
    tell(0.1, "reading")
    run = _run(task)
    tell(0.3, "writing pages")
    kept: list[str] = []
    folder = running.publish(run, Path(task["output"]), Audience(task["audience"]), tell=kept.append)
    return {"folder": str(folder), "kept": kept}


def _documents(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Write the documents of a plan for officers, with what was decided and replied; return where."""
    tell(0.1, "reading")
    run = _run(task)
    tell(0.3, "writing documents")
    kept: list[str] = []
    folder = running.publish_documents(
        run, Path(task["output"]), Audience.OFFICERS, decisions=task["decisions"], tell=kept.append
    )
    return {"folder": str(folder), "kept": kept}


def _disclose(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Return what publishing a plan would give away, in sentences; nothing is written."""
    tell(0.1, "reading")
    run = _run(task)
    tell(0.3, "what the public could work out")
    found = disclosure_view(run.plan, running.disclosure_in(run, Path(task["output"])))
    moved = f"Whoever keeps both editions sees which: {_shortened(found.moved)}." if found.moved else ""
    sentences = (found.summary, found.caution, found.earlier, moved)
    return {"digest": run.plan.digest, "sentences": [*filter(None, sentences)]}


def _shortened(names: Sequence[str]) -> str:
    """Return the names one after another, and how many more there are than are shown."""
    more = f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
    return f"{', '.join(names[:SHOWN_NAMES])}{more}"


def _run(task: dict[str, Any]) -> running.Run:
    """Return the plan of a task as a run."""
    made = plan_from(task["kept"], _problem(task["source"]))
    drafted = plan_of_draft(made.problem, made.scenario)
    return running.Run(
        name=running.scenario_name(task["name"]),
        plan=made,
        report=check(made),
        draft=(drafted, check(drafted)) if drafted else None,
    )


def _look(task: dict[str, Any], tell: Tell) -> dict[str, Any]:
    """Read data that might be taken, and say how they differ from those on the desk; nothing is changed."""
    tell(0.1, "the data on the desk")
    before = _problem(task["before"])
    tell(0.4, "the new data")
    names = _unsure(task["after"], task["part"])
    try:
        after = _problem(task["after"])
    except BadDataError as error:
        return {"refused": True, "noticed": list(error.findings), "names": names}
    noticed = [f for f in after.findings if task["file"] in {"", f.file}]
    gone = [urn for urn in task["spoken_of"] if urn not in after.schools]
    names_of = {**after.schools, **before.schools}
    lists = [(words, [names_of[urn].name for urn in urns]) for words, urns in _lists(before, after, gone)]
    return {
        "refused": False,
        "noticed": noticed,
        "names": names,
        "rows": [list(row) for row in _beside(before, after)],
        "gone": gone,
        "lists": [[words, found] for words, found in (*lists, *_groups(before, after)) if found],
    }


def _unsure(source: Source, part: str) -> list[UnsureName]:
    """Return the names of which no person has said what they mean: of one table, or of all where others are new."""
    tables = () if part in WITHOUT_NAMES else (part,) if part in WITH_NAMES else WITH_NAMES
    given = {key: running.locate(file, Path(source["data"])) for key, file in source["files"].items() if file}
    read = {key: path for key, path in given.items() if key in {"schools", "names", *WITH_NAMES}}
    return unsure_in(source["data"], tables, **read) if tables else []


def _beside(before: Problem, after: Problem) -> Iterator[tuple[str, int, int]]:
    """Yield what can be counted, in the data on the desk and in the new ones."""
    counts: list[tuple[str, Callable[[Problem], int]]] = [
        ("Schools", lambda p: len(p.schools)),
        ("Schools with a point", lambda p: sum(s.has_point for s in p.schools.values())),
        ("System leaders", lambda p: sum(bool(s.designations) for s in p.schools.values())),
        ("Answers to the survey", lambda p: len(p.survey.responses)),
        ("Schools spoken for in answers", lambda p: len(_spoken_for(p))),
        ("Names that are not sure", lambda p: sum(f.code in UNSURE for f in p.findings)),
        ("Judgements", lambda p: len(p.judgements)),
        ("Standing partnerships", lambda p: len(p.standing)),
        ("Partnerships in the letter", lambda p: len(p.letter.partnerships) if p.letter else 0),
    ]
    for label, number in counts:
        yield label, number(before), number(after)


def _lists(before: Problem, after: Problem, gone: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "Decisions speak of schools that are no longer there, and are dropped for them", gone
    yield "Schools that are gone", sorted(set(before.schools) - set(after.schools))
    yield "Schools that are new", sorted(set(after.schools) - set(before.schools))
    yield "Answers that are lost", sorted(_spoken_for(before) - _spoken_for(after))
    yield "Judgements that are lost", sorted(set(before.judgements) - set(after.judgements))
    both = sorted(set(before.judgements) & set(after.judgements))
    yield "Judgements that are others", [urn for urn in both if before.judgements[urn] != after.judgements[urn]]
    both = sorted(set(before.schools) & set(after.schools))
    yield "Schools that are described otherwise", [urn for urn in both if before.schools[urn] != after.schools[urn]]


def _groups(before: Problem, after: Problem) -> Iterator[tuple[str, list[str]]]:
    """Yield partnerships that exist, and those of the letter, which are gone, new or have become others."""
    for what, of in (("Standing partnerships", _standing), ("Partnerships of the letter", _of_letter)):
        then, now = of(before), of(after)
        yield f"{what} that are gone", sorted(then.keys() - now.keys())
        yield f"{what} that are new", sorted(now.keys() - then.keys())
        yield f"{what} that are others", sorted(name for name in then.keys() & now.keys() if then[name] != now[name])


def _standing(problem: Problem) -> dict[str, object]:
    return {found.name: replace(found, number=0) for found in problem.standing}


def _of_letter(problem: Problem) -> dict[str, object]:
    return {
        f"{found.number}: {found.label}": found for found in (problem.letter.partnerships if problem.letter else ())
    }


def _spoken_for(problem: Problem) -> set[str]:
    return {urn for response in problem.survey.responses for urn in response.covers}


KINDS: dict[str, Callable[[dict[str, Any], Tell], dict[str, Any]]] = {
    "plan": _plan,
    "alternatives": _alternatives,
    "compare": _compare,
    "publish": _publish,
    "disclose": _disclose,
    "documents": _documents,
    "year": lambda task, tell: next_year(task, tell, _problem),
    "read": _look,
}
