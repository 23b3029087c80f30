"""The desk as the page shows it: plain values, names as data."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import shapely

from geo_partnerships.certificate import proof_words
from geo_partnerships.checking.measures import distances_to_centre
from geo_partnerships.checking.together import LABELS
from geo_partnerships.comparing import compare
from geo_partnerships.deciding.decision import MOVING, Action
from geo_partnerships.deciding.state import AGREED, TOGETHER
from geo_partnerships.pages.context import ground_of, whole_grid
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.sentences import count, share
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.headline import metres
from geo_partnerships.views.model import Audience
from geo_partnerships.vocabulary import PartnershipType
from geo_partnerships.workbench.copies import DATA
from geo_partnerships.workbench.form import fields_of_form
from geo_partnerships.workbench.schema import (
    AlternativeRow,
    Area,
    ChangeRow,
    Check,
    ChoiceRow,
    Comment,
    DeskMember,
    DeskRole,
    DeskSchool,
    ExchangeRow,
    Figure,
    Link,
    Reply,
    ToDecide,
    Veto,
    Wavering,
    Weighed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_partnerships.checking import CheckReport
    from geo_partnerships.deciding import Alternative, Decision
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.workbench.desk import Desk
    from geo_partnerships.workbench.schema import (
        Areas,
        ChoicesState,
        DecisionRow,
        DeskGround,
        DeskPartnership,
        DeskState,
        Replies,
    )
    from geo_partnerships.workbench.sheet import Sheet

FigureRow = tuple[str, "Callable[[CheckReport], float | None]", "Callable[[float | None], str]", bool]
WAVERING_SHOWN = 25
"""So many schools are listed that change their company most."""
WEIGHED = frozenset({
    "Mean distance to the centre school", "Greatest distance to the centre school", LABELS[PairKind.GRANTED],
    "Without a system leader", "Binding rules broken",
})  # fmt: skip
"""Figures by which alternatives are weighed."""
SHOWN_DECISIONS = 200
"""Names that are asked for in one go; the next come when these are confirmed."""


def desk_object(desk: Desk) -> DeskState:
    """Return everything the page shows but the ground and the areas."""
    sheet = desk.sheet()
    state = sheet.state
    plan = sheet.plan
    job = desk.worker.job
    return {
        "n": state.latest,
        "scenario": desk.scenario,
        "title": plan.scenario.title or desk.scenario,
        "status": plan.scenario.status,
        "illustrative": plan.problem.survey.illustrative,
        "figures": figures(sheet),
        "proof": proof_words(sheet.proof),
        "partnerships": _partnerships(sheet),
        "schools": _schools(sheet),
        "checks": [Check(c.name, c.holds, c.binding, c.message) for c in sheet.report.checks],
        "findings": [f.sentence() for f in (*sheet.findings, *plan.findings)],
        "decisions": _decisions(sheet),
        "comments": [Comment(d.n, d.school, d.reason, d.by, d.when, d.to) for d in state.comments],
        "links": [Link(list(schools), word, reason) for schools, (word, reason) in state.links.items()],
        "vetoes": [Veto(school, anchor, reason) for (school, anchor), reason in state.vetoes.items()],
        "replies": replies(desk, sheet),
        "undo": _words(sheet, state.undo) if state.undo else "",
        "redo": _words(sheet, state.redo) if state.redo else "",
        "parameters": _values(sheet),
        "changed": state.parameters,
        "staged": sorted(part for part, name in state.staged.items() if state.files.get(part) != name),
        "rules_kept": sheet.rules_kept,
        "changes": {"words": sheet.changes["words"], "rows": [ChangeRow(*row) for row in sheet.changes["rows"]]},
        "year": {
            "said": state.year.get("said", ""),
            "decide": [ToDecide(*row) for row in state.year.get("decide", ())],
        },
        "digest": plan.digest,
        "changed_files": desk.changed_on_disk(),
        "job": job.as_object() if job else None,
        "published": desk.publishing.published,
    }


def _figure_rows() -> list[FigureRow]:
    """Return label, where it is found, how it is shown, and whether it is told by how much it changes."""
    return [
        ("Mean distance to the centre school", lambda r: r.scores.mean_distance_m, metres, True),
        ("Greatest distance to the centre school", lambda r: r.scores.max_distance_m, metres, True),
        ("Mean distance, all partnerships", lambda r: r.scores.mean_distance_m_all, metres, True),
        ("Schools beside one they named", lambda r: float(r.scores.met), _count, True),
        ("Schools that named another", lambda r: float(r.scores.respondents), _count, False),
        *((LABELS[kind], partial(_together, kind), _count, True) for kind in (PairKind.GRANTED, PairKind.EXISTING)),
        ("Without a system leader", lambda r: float(len(r.scores.without_leader)), _count, True),
        ("Binding rules broken", lambda r: float(len(r.broken)), _count, True),
    ]


def figures(sheet: Sheet) -> list[Figure]:
    """Return label, the plan now, its difference to the start, the start, and the letter's draft."""
    draft, start_report = sheet.draft_report, sheet.start_report
    found = [
        Figure(
            label,
            show(value(sheet.report)),
            _difference(value(sheet.report), value(start_report), show) if compared and start_report else "",
            show(value(start_report)) if start_report else "",
            show(value(draft)) if draft and label != "Binding rules broken" else "",
        )
        for label, value, show, compared in _figure_rows()
    ]
    now, start = sheet.plan.objective, sheet.start.objective
    changed = _difference(now, start, metres)
    found.append(Figure("Objective (distance and penalties)", metres(now), changed, metres(start), ""))
    if (bound := sheet.proof.lower_bound) is not None:
        found.append(Figure("Proven lower bound", metres(bound), "", metres(proof_of(sheet.start).lower_bound), ""))
    return found


def replies(desk: Desk, sheet: Sheet) -> Replies:
    """Return the deadline, every school that the letter is for, and what it answered."""
    plan, known = sheet.plan, sheet.state.replies
    letter = plan.problem.letter
    asked = {urn for p in letter.partnerships for urn in p.schools} if letter else set()
    asked |= {urn for p in plan.partnerships for urn in p.members}
    rows = [
        Reply(urn, known[urn].answer, known[urn].date, known[urn].note)
        if urn in known
        else Reply(urn, "no reply", "", "")
        for urn in sorted(asked, key=lambda urn: (plan.problem.schools[urn].name, urn))
        if urn in plan.problem.schools
    ]
    missing, due = sum(row.answer == "no reply" for row in rows), reply_by(desk)
    words = share(missing, len(rows), "school", "has not replied", "have not replied")
    return {"rows": rows, "missing": missing, "words": f"{words}{f'; replies are due by {due}' if due else ''}."}


def reply_by(desk: Desk) -> str:
    """Return by when schools may answer, in words."""
    return ground_object(desk)["reply_by"]


def ground_object(desk: Desk) -> DeskGround:
    """Return what stays as it is while decisions are taken: places of schools, the ground, the bounds."""
    problem = desk.sheet().plan.problem
    kept = desk.grounds
    if problem.digest not in kept:
        view = view_of(desk.sheet().plan, Audience.OFFICERS, scenario=desk.scenario)
        scene = Scene(view)
        payload = scene.payload(kind="overview", partnerships=view.partnerships, schools=scene.schools)
        kept.clear()
        kept[problem.digest] = {
            "bounds": payload["bounds"],
            "palette": payload["palette"],
            "none": payload["none"],
            "context": ground_of(scene, whole_grid(scene)),
            "places": scene.degrees,
            "reply_by": view.reply_by,
            "types": list(PartnershipType),
            "attributions": list(view.context.attributions),
            "fields": list(fields_of_form()),
        }
    return kept[problem.digest]


def areas_object(desk: Desk) -> Areas:
    """Return the areas of the partnerships, and their colours."""
    sheet = desk.sheet()
    view = view_of(sheet.plan, Audience.OFFICERS, scenario=desk.scenario)
    scene = Scene(view)
    shapes = {
        p.number: [
            [(round(lat, 5), round(lon, 5)) for lon, lat in scene.to_degrees(shapely.get_coordinates(ring)).tolist()]
            for polygon in shapely.get_parts(scene.areas[p.number])
            for ring in shapely.get_rings(polygon)
        ]
        for p in scene.shown_areas
    }
    return {
        "n": sheet.state.latest,
        "areas": [Area(number, scene.colours[number], rings) for number, rings in shapes.items()],
        "colours": {str(number): colour for number, colour in scene.colours.items()},
    }


def choices_object(desk: Desk) -> ChoicesState | None:
    """Return the alternatives beside the plan that is on the desk now; None where there are none."""
    found, sheet = desk.alternatives.choices, desk.sheet()
    if found is None:
        return None
    weighed = [row for row in _figure_rows() if row[0] in WEIGHED]
    return {
        "stale": found.digest != sheet.plan.digest,
        "head": [label for label, *_ in weighed],
        "desk": [show(value(sheet.report)) for _, value, show, _ in weighed],
        "rows": [
            ChoiceRow(
                one.key,
                one.name,
                one.proven,
                [
                    Weighed(show(value(one.report)), _difference(value(one.report), value(sheet.report), show))
                    for _, value, show, _ in weighed
                ],
                len(compare(sheet.plan, one.plan).moved),
            )
            for one in found.plans
        ],
        "firm": found.firm,
        "wavering": [
            Wavering(_name_of(sheet.plan, urn), number, f"{share:.0%}")
            for urn, number, share in found.wavering[:WAVERING_SHOWN]
        ],
    }


def _name_of(plan: Plan, urn: str) -> str:
    return plan.problem.schools[urn].name if urn in plan.problem.schools else urn


def alternative_rows(desk: Desk, found: Sequence[Alternative]) -> list[AlternativeRow]:
    """Return the alternatives of a school as a page shows them."""
    schools = desk.sheet().plan.problem.schools
    return [
        AlternativeRow(
            a.partnership,
            a.name,
            round(a.cost_m),
            list(a.forbidden_by),
            ExchangeRow(schools[a.exchange.school].name, round(a.exchange.cost_m)) if a.exchange else None,
        )
        for a in found
    ]


def _partnerships(sheet: Sheet) -> list[DeskPartnership]:
    state, plan = sheet.state, sheet.plan
    found: list[DeskPartnership] = []
    for p in plan.partnerships:
        distances = distances_to_centre(plan, p)
        label = state.labels.get(str(p.number))
        members = sorted(p.members, key=lambda urn: (urn != p.centre, distances.get(urn, 1e9), urn))
        found.append(
            {
                "number": p.number,
                "name": p.name,
                "strand": p.strand,
                "type": str(p.type),
                "status": p.status,
                "lead": p.lead,
                "since": p.governance.since,
                "form": p.governance.form,
                "board": p.governance.board,
                "roles": [DeskRole(one.role, one.school) for one in p.governance.offices],
                "decided": _decided_words(state.partnerships.get(str(p.number), {})),
                "centre": p.centre or "",
                "unnamed": sum(member.unnamed for member in p.unnamed),
                "locked": (locked := bool(label and state.holds[label].whole)),
                "words": size_words(p, distances) + (", agreed" if p.status == AGREED else ", locked" * locked),
                "members": [DeskMember(urn, metres(distances.get(urn))) for urn in members],
            }
        )
    return found


def _decided_words(decided: Mapping[str, Any]) -> str:
    """Say who decided what of a partnership last, and why."""
    if not decided:
        return ""
    return (
        f"Decided by {decided['by']} on {decided['date']}{': ' + reason if (reason := decided.get('reason')) else ''}."
    )


def size_words(partnership: Partnership, distances: Mapping[str, float]) -> str:
    """Say how many schools a partnership has, and how far from the centre school the others are of which it is known.

    Parameters
    ----------
    partnership
        Any partnership.
    distances
        Metres to its centre school by key, as far as they are known, the centre school's own included.
    """
    away = [metre for urn, metre in distances.items() if urn != partnership.centre]
    schools, others = count(partnership.size, "school"), partnership.size - 1
    if not away:
        return schools
    mean = metres(sum(away) / len(away))
    if others == 1:
        return f"{schools}, the other {mean} from the centre school"
    if len(away) == others:
        return f"{schools}, the others on average {mean} from the centre school"
    measured = "is measured" if len(away) == 1 else "are measured on average"
    return f"{schools}, the {len(away):,} of {count(others, 'other')} that {measured} {mean} from the centre school"


def _schools(sheet: Sheet) -> list[DeskSchool]:
    state = sheet.state
    numbers: dict[str, list[int]] = {}
    for p in sheet.plan.partnerships:
        for urn in p.members:
            numbers.setdefault(urn, []).append(p.number)
    held = {urn: "locked" if urn in state.locked else "moved" for urn in state.held()}
    held |= dict.fromkeys(state.forced, "moved against a rule")
    return [
        DeskSchool(urn, s.name, str(s.phase), s.district, numbers.get(urn, []), bool(s.designations), held.get(urn, ""))
        for urn, s in sheet.plan.problem.schools.items()
    ]


def _decisions(sheet: Sheet) -> list[DecisionRow]:
    return [
        {
            "n": d.n,
            "when": d.when,
            "by": d.by,
            "words": _words(sheet, d),
            "reason": d.reason,
            "breaks": list(d.breaks),
        }
        for d in reversed(sheet.decisions[-SHOWN_DECISIONS:])
    ]


def _words(sheet: Sheet, d: Decision) -> str:
    schools = sheet.plan.problem.schools

    def name(urn: str) -> str:
        return schools[urn].name if urn in schools else urn

    subject = name(d.school) if d.school else f"partnership {d.to}"
    listed = ", ".join(map(name, d.schools))
    value, day = (str(d.details.get(key, "")) for key in ("value", "date"))
    words = {
        Action.RERUN: _run_words(d),
        Action.MOVE: f"Move {name(d.school)} from {d.source or 'none'} to {d.to}" if d.school
                     else f"Move {listed} to {d.to}",
        Action.SWAP: f"Swap {listed}",
        Action.MERGE: f"Merge partnership {d.source} into {d.to}",
        Action.SPLIT: f"Split {listed} off partnership {d.source}, as {d.to}",
        Action.LEAVE: f"Take {name(d.school)} out of partnership {d.source}",
        Action.NAME: f"Name partnership {d.to}: {value}",
        Action.TYPE: f"Type of partnership {d.to}: {value}{' from ' * bool(day)}{day}",
        Action.FORM: f"Form of partnership {d.to}: {value or 'none'}",
        Action.BOARD: f"Board of partnership {d.to}: {value or 'none'}",
        Action.ROLE: f"Role in partnership {d.to}: {value}, {name(d.school) if d.school else 'nobody'}",
        Action.LEAD: f"Lead school of partnership {d.to}: {name(value) if value else 'none'}",
        Action.STATUS: f"Partnership {d.to} is {value}",
        Action.LOCK: f"Lock {subject}" + (f" in {d.to}" if d.school else ""),
        Action.UNLOCK: f"Unlock {subject}",
        Action.VETO: f"{'Allow' if d.source else 'Keep'} {name(d.school)} {'in' if d.source else 'out of'} {d.to}",
        Action.LINK: f"{'Together' if d.to == TOGETHER else d.to.capitalize()}: {listed}",
        Action.COMMENT: f"Comment on {subject}" if d.school or d.to else "Comment",
        Action.REPLY: f"Reply of {name(d.school)}: {d.to}",
        Action.UPLOAD: "Data taken anew from their folder" if d.details.get("part") == DATA
                       else f"Upload of {d.details.get('part', '')}"
                       + (", with names confirmed" if d.details.get("files") else ""),
        Action.UNDO: f"Undo of decision {d.details.get('of', '')}",
        Action.REDO: f"Redo of decision {d.details.get('of', '')}",
        Action.SAVE: f"Saved as scenario {d.to}",
        Action.PUBLISH: f"Published, {d.to} edition",
    }  # fmt: skip
    allowed = d.details.get("parameters", {}) if d.action in MOVING else {}
    return words[d.action] + "".join(f"; {key} = {text}" for key, text in allowed.items())


def _run_words(d: Decision) -> str:
    given = ", ".join(f"{key} = {text}" for key, text in d.details.get("parameters", {}).items())
    if d.details.get("year"):
        return "Next year's schools taken: planned with as few changes as can be"
    how = "Run, as few changes as can be" if d.details.get("near") else "Run"
    return f"{how}: {given or 'as the scenario has it'}"


def _values(sheet: Sheet) -> dict[str, Any]:
    """Return the value of each parameter that has a field, and of each that was changed."""
    table, changed = sheet.plan.scenario.model_dump(mode="json") | sheet.beneath, sheet.state.parameters
    found: dict[str, Any] = {}
    for key in (*(field["key"] for field in fields_of_form()), *changed):
        here: Any = table
        for part in key.split("."):
            here = here.get(part) if isinstance(here, dict) else None
        found[key] = here
    return found


def _difference(now: float | None, start: float | None, show: Callable[[float | None], str]) -> str:
    if now is None or start is None or abs(now - start) < 0.5:  # noqa: PLR2004 - less than a metre is none
        return "same"
    return f"{'+' if now > start else '−'}{show(abs(now - start))}"


def _together(kind: PairKind, report: CheckReport) -> float | None:
    """Return how many pairs of a kind share a partnership; None where the plan has none."""
    return next((float(found.together) for found in report.scores.together if found.kind is kind), None)


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
