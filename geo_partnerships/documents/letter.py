"""The draft letter to headteachers: the authority's words with the plan's lists in the letter's own shape (R22-R41)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.documents.blocks import Block, Bullets, Paragraph
from geo_partnerships.documents.text import DEFAULT_TEXT, LetterText, parsed
from geo_partnerships.sentences import capital, numbered

if TYPE_CHECKING:
    from geo_partnerships.views.model import AllianceView, MemberView, MilestoneView, PartnershipView, View

MEETING_OF = "partnerships"
"""Whom the first meeting is for, as the letter's milestones say it."""


def letter_of(view: View, text: LetterText | None = None) -> list[Block]:
    """Return the letter.

    Parameters
    ----------
    view
        What may be seen; nothing else reaches the letter.
    text
        The authority's own words; None for those that come with the program.
    """
    words = {
        "authority": view.authority,
        "title": view.title,
        "contact": view.contact or "the authority",
        "reply_by": view.reply_by or "the date that the authority names",
        "survey_note": view.survey_note,
        "meeting": meeting(view),
    }
    lists = {
        "partnerships": lambda: tuple(_partnership(p, view) for p in view.partnerships),
        "alliances": lambda: _bullets([_alliance(a) for a in view.alliances], numbers=True),
        "bases": lambda: _bullets(view.bases, numbers=True),
        "next_steps": lambda: _bullets([_step(m) for m in view.milestones], numbers=True),
        "rationale": lambda: _bullets(view.rationale),
        "types": lambda: _bullets([definition for _, definition in view.types]),
        "approvals": lambda: _bullets(view.approvals),
        "coverage": lambda: (Paragraph(view.coverage),) if view.coverage else (),
    }
    return (text or parsed(DEFAULT_TEXT)).filled(words, lists)


def meeting(view: View) -> str:
    """Return when the partnerships meet first, in words."""
    found = next((m for m in view.milestones if m.audience == MEETING_OF), None)
    if found is None or found.when == "no date":
        return "a date to be agreed"
    return found.when + (" (suggested)" if found.status == "suggested" else "")


def member_words(member: MemberView, view: View) -> str:
    """Return a member as the letter writes it: name, then in brackets its mark, its other partnership, its place."""
    school = view.school(member.urn)
    notes = [*school.designations]
    if member.also_in:
        notes.append(f"also in {numbered('partnership', member.also_in)}")
    if member.authority and member.authority != view.authority:
        notes.append(member.authority)
    return f"{member.name} ({'; '.join(notes)})" if notes else member.name


def _partnership(partnership: PartnershipView, view: View) -> Paragraph:
    members = [member_words(member, view) for member in partnership.members]
    members += [unnamed.text for unnamed in partnership.unnamed]
    term = f"Partnership {partnership.number}: {capital(partnership.type)} partnership ({partnership.name})"
    return Paragraph(", ".join(members), term)


def _alliance(alliance: AllianceView) -> str:
    members = ", ".join(text for text, _ in alliance.members)
    return members if alliance.name == members else f"{alliance.name}: {members}"


def _step(milestone: MilestoneView) -> str:
    return milestone.title + ("" if milestone.when == "no date" else f" ({milestone.when})")


def _bullets(items: tuple[str, ...] | list[str], *, numbers: bool = False) -> tuple[Block, ...]:
    return (Bullets(tuple(items), numbers),) if items else ()
