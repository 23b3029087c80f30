"""The note for the Board: what is proposed, what changed since the draft, why, and how each basis counted (R48)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.documents.blocks import Block, Bullets, Grid, Heading, Paragraph
from geo_partnerships.sentences import count, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.comparing import Moved
    from geo_partnerships.deciding import Decision
    from geo_partnerships.views.model import View


def board_note(view: View, moved: Sequence[Moved] | None, decisions: Sequence[Decision] = ()) -> list[Block]:
    """Return the note.

    Parameters
    ----------
    view
        The officers' view.
    moved
        Schools that have other partnerships than in the draft it is measured against; None without a draft.
    decisions
        What was decided by hand, with its reasons.
    """
    blocks: list[Block] = [
        Heading(f"{view.title}: note for the Board", 1),
        Paragraph(view.survey_note),
        Paragraph(view.summary),
        Heading("What is proposed"),
        Grid(
            ("No.", "Partnership", "Type", "Schools", "System leaders", "Mean metres to the centre school"),
            tuple(
                (str(p.number), p.name, p.type, str(p.size), listed(p.leaders) or "none", _whole(p.mean_distance_m))
                for p in view.partnerships
            ),
        ),
        Paragraph(view.coverage),
        Heading("The plan beside the draft"),
        Grid(("", "Plan", "Draft", ""), tuple((f.label, f.plan, f.draft, f.note) for f in view.headline)),
        Heading("How each basis counted"),
        Bullets(view.uses),
        *_changes(moved),
        Heading("What was checked"),
        Grid(
            ("Check", "Holds", "In words"),
            tuple((c.name, "yes" if c.holds else "no", c.message) for c in view.checks),
        ),
        *_decided(view, decisions),
    ]
    if view.approvals:
        blocks += [Heading("Approvals so far"), Bullets(view.approvals)]
    return [block for block in blocks if block not in {Paragraph(""), Bullets(())}]


def _changes(moved: Sequence[Moved] | None) -> list[Block]:
    if moved is None:
        return []
    rows = tuple((row.name, _numbers(row.before), _numbers(row.after)) for row in moved)
    said = f"{count(len(rows), 'school')} with another partnership than in the draft." if rows else "No school moved."
    table = [Grid(("School", "In the draft", "Proposed"), rows)] if rows else []
    return [Heading("What changed since the draft"), Paragraph(said), *table]


def _decided(view: View, decisions: Sequence[Decision]) -> list[Block]:
    rows = tuple(decision_row(decision, view) for decision in decisions)
    return [Heading("What was decided by hand, and why"), Grid(DECISION_COLUMNS, rows)] if rows else []


DECISION_COLUMNS = ("No.", "When", "By", "Decision", "School", "From", "To", "Reason", "Rules it breaks")


def decision_row(decision: Decision, view: View) -> tuple[str, ...]:
    """Return a decision as a row of `DECISION_COLUMNS`; a school that is not known any more by its key."""
    names = {school.urn: school.name for school in (*view.schools, *view.uncovered)}
    schools = decision.schools or ((decision.school,) if decision.school else ())
    return (
        str(decision.n),
        decision.when,
        decision.by,
        decision.action.value,
        listed([names.get(urn, urn) for urn in schools]),
        decision.source,
        decision.to,
        decision.reason,
        " ".join(decision.breaks),
    )


def _numbers(numbers: Sequence[int]) -> str:
    return listed([str(number) for number in numbers]) or "none"


def _whole(metres: float | None) -> str:
    return "–" if metres is None else f"{metres:,.0f}"
