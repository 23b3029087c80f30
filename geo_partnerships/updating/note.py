"""The note on an update: what the newer list says otherwise, what has to be decided, who changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.documents.blocks import Block, Bullets, Grid, Heading, Paragraph
from geo_partnerships.sentences import count, listed
from geo_partnerships.updating.differences import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.updating.update import Update

TITLES = {
    Kind.CLOSED: "Closed",
    Kind.REPLACED: "Replaced by another school",
    Kind.OPENED: "New in the list",
    Kind.CHANGED: "Changed",
}


def update_note(update: Update) -> list[Block]:
    """Return the note; it is for officers."""
    blocks: list[Block] = [
        Heading(f"{update.run.plan.scenario.title or update.run.name}: what next year's list changes", 1),
        Paragraph(update.said),
        Heading("What has to be decided"),
        Bullets(tuple(words for _, words in to_decide(update)) or ("Nothing: the list asks for no decision.",)),
    ]
    for kind in Kind:
        rows = tuple((d.name, _numbers(d.partnerships), d.words) for d in update.differences if d.kind is kind)
        if rows:
            blocks += [Heading(TITLES[kind]), Grid(("School", "Agreed partnership", "What is otherwise"), rows)]
    if update.moved:
        rows = tuple((m.name, _numbers(m.before), _numbers(m.after)) for m in update.moved)
        blocks += [Heading("Who changes"), Grid(("School", "Agreed", "Now"), rows)]
    return blocks


def to_decide(update: Update) -> Iterator[tuple[str, str]]:
    """Yield what somebody has to decide: the key of the school that it is about, empty for none, and a sentence."""
    plan = update.run.plan
    names = {urn: school.name for urn, school in plan.problem.schools.items()}
    called = {p.number: p.name for p in plan.partnerships}
    for urn, number in update.placed:
        yield urn, f"{names[urn]}: is it to join partnership {number}, {called[number]}, as this plan has it?"
    for partnership in update.agreed.partnerships:
        gone = [d.name for d in update.differences if d.kind is Kind.CLOSED and partnership.number in d.partnerships]
        left = len(partnership.members) - len(gone)
        if gone:
            words = (
                f"Partnership {partnership.number}, {partnership.name}: {listed(gone)} "
                f"{'is' if len(gone) == 1 else 'are'} closed; {count(left, 'school')} of those agreed "
                f"{'is' if left == 1 else 'are'} left."
            )
            yield "", words
        if partnership.lead and partnership.lead not in names:
            yield "", f"Partnership {partnership.number}, {partnership.name}: its lead school is gone. Who leads it?"
    for one in update.moved:
        yield (
            one.school,
            f"{one.name}: does it agree to go from partnership {_numbers(one.before)} to {_numbers(one.after)}?",
        )


def _numbers(numbers: tuple[int, ...]) -> str:
    return listed([str(number) for number in numbers]) or "none"
