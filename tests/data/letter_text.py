"""The letter as data compared with the letter's own words, part by part.

``letter-2015.txt`` is the text of the letter, its line breaks aside; the names of three officers are left out. Every
part is cut out of the text and compared as a whole: what is left out of the data is seen as well as what is changed.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = Path(__file__).with_name("letter-2015.txt")
BULLET = "\uf0b7"
NUMBERS = {"three": 3, "six": 6}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
MILESTONES = {
    "survey": "{audience} were asked to complete a Survey in {month} indicating the schools they already have",
    "board": "presented to the {audience} on {date} who approved the approach",
    "directors-meeting": "The Director’s Meeting with {audience} on {weekday} has this item on the Agenda",
    "secondary-meeting": "discussing the partnerships with {audience} at a later meeting",
    "issues": "{audience} to consider proposed Partnerships and contact me before the end of {month_alone}",
    "remit": "{audience} to produce suggestions for the remit and expectations",
    "network-meetings": "the next Network Meetings for {audience}, on {weekday} {day}",
    "first-meetings": "{audience} to have an initial meeting",
    "target": "partnerships by {month} in Barnet so that every {audience_one} is a member",
}
HOURS = "It is suggested to have these initial partnership meetings on the day of the next Network Meetings for "
STATUS = {"remit": "open", "secondary-meeting": "open", "first-meetings": "suggested"}

Content = dict[str, Any]


def text_of_letter() -> str:
    """Return the letter's text on one line."""
    return " ".join(TEXT.read_text(encoding="utf-8").split())


def differences(letter: Content, text: str) -> list[str]:
    """Return every part of the data that is not what the text says."""
    parts = (_heads, _bases, _bullets, _partnerships, _alliances, _approvals, _survey, _milestones)
    return [found for part in parts for found in part(letter, text)]


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0].strip()


def _same(what: str, said: object, stated: object) -> Iterator[str]:
    if said != stated:
        yield f"{what}: the letter says {said!r}, the data {stated!r}"


def _heads(letter: Content, text: str) -> Iterator[str]:
    title = _between(text, "Dear Colleague,", "Towards a self-improving")
    yield from _same("title", title, letter["title"])
    target = re.search(r"improvement partnerships by (\w+ \d{4})", text)
    yield from _same("target", target and target[1], _month(letter["target"]))


def _bases(letter: Content, text: str) -> Iterator[str]:
    listed = _between(text, "suggested partnerships are based on:", "Note: Secondary Schools")
    said = re.split(r" ?\b(\d)\. ", listed)[1:]
    stated = [part for basis in letter["basis"] for part in (str(basis["number"]), basis["text"])]
    yield from _same("bases", said, stated)


def _bullets(letter: Content, text: str) -> Iterator[str]:
    rationale = _between(text, "the rationale for this new approach", "Types of Partnership")
    types = text.partition("Types of Partnership")[2]
    for what, listed, stated in (
        ("rationale", rationale, [one["text"] for one in letter["rationale"]]),
        ("types", types, [one["definition"] for one in letter["type"]]),
    ):
        said = [line.strip() for line in listed.split(BULLET)[1:]]
        yield from _same(what, said, stated)
    for kind in letter["type"]:
        if not kind["definition"].startswith(f"A {kind['name']} partnership"):
            yield f"type {kind['name']}: its definition is another's"
        for form in kind["forms"]:
            if form not in kind["definition"] and form.replace("academy", "academies") not in kind["definition"]:
                yield f"type {kind['name']}: {form} is not in its definition"
    ranks = [kind["rank"] for kind in letter["type"]]
    yield from _same("types, from the hardest", sorted(ranks, reverse=True), ranks)


def _partnerships(letter: Content, text: str) -> Iterator[str]:
    listed = _between(text, "The following partnerships are being suggested:", "Apart from The Elliott Foundation")
    said = re.findall(
        r"Partnership (\d+) – (\w+) Partnership \(([^)]*)\)[ :–-]+(.*?)(?=$|\s*Partnership \d+ –)", listed
    )
    stated = [
        (str(one["number"]), one["type"].capitalize(), one["label"], _members(one["members"]))
        for one in letter["partnership"]
    ]
    yield from _same("numbers of partnerships", [one[0] for one in said], [one[0] for one in stated])
    for one, other in zip(said, stated, strict=False):
        yield from _same(f"partnership {one[0]}", (*one[:3], _tidy(one[3])), other)
    exception = re.search(r"Apart from The Elliott Foundation Partnership .* initially be (\w+) but", text)
    loose = {one["type"] for one in letter["partnership"][:-1]}
    yield from _same("types of all but the trust", {exception and exception[1]}, loose)


def _alliances(letter: Content, text: str) -> Iterator[str]:
    listed = _between(text, "In addition the following partnerships were indicated:", "Next Steps")
    said = re.split(r" ?\b(\d)\. ", listed)[1:]
    yield from _same("numbers of alliances", said[::2], [str(one["number"]) for one in letter["alliance"]])
    for words, one in zip(said[1::2], letter["alliance"], strict=False):
        yield from _same(f"alliance {one['number']}", _tidy(words), _alliance(one))


def _alliance(one: Content) -> str:
    if one["status"] == "consultation":
        names = [member["text"] for member in one["members"]]
        return f"Consultation on a Multi Academy Trust with {', '.join(names[:-1])} and {names[-1]} Primary Schools"
    head = f"{one['title']} - " if one["title"] else ""
    if "stated_size" in one:
        size = f"has a partnership with {one['stated_size']} different educational institutions"
        head += f"The Compton School Teaching Alliance {size} – "
    return head + _members(one["members"])


def _members(members: list[Content]) -> str:
    """Return a list of members as the letter writes it: what it puts in brackets stands in the fields of the data."""
    return ", ".join(" ".join((member["text"], *(f"({said})" for said in _brackets(member)))) for member in members)


def _brackets(member: Content) -> Iterator[str]:
    yield from member.get("marks", [])
    yield from (f"also in Partnership {number}" for number in member.get("also_in", []))
    yield from (member[key] for key in ("borough", "country") if key in member)
    if "via" in member:
        yield f"via {member['via']['scheme']} link with Broadfields"


def _tidy(listed: str) -> str:
    """Return a list without the spaces that the letter's slips put before its commas."""
    return re.sub(r"\s+,", ",", listed).strip()


def _approvals(letter: Content, text: str) -> Iterator[str]:
    said = re.search(
        r"presented to the ([\w ]+) on (\d+)\w\w (\w+) (\d{4}) who approved (.*?)\. This Board comprises (\w+) "
        r"Headteachers \((.*?)\) as well as \[(\w+) officers, by name\] and myself",
        text,
    )
    if said is None:
        yield "the Board: its sentence is not in the text"
        return
    (approval,) = letter["approval"]
    heads, officers = approval["members"]
    yield from _same("the Board", said[1], approval["body"])
    yield from _same("its date", f"{said[4]}-{MONTHS.index(said[3]) + 1:02}-{int(said[2]):02}", approval["date"])
    yield from _same("its scope", said[5], approval["scope"])
    yield from _same("its heads", (NUMBERS[said[6]], f"headteacher ({said[7].lower()})"),
                     (heads["count"], heads["role"].lower()))  # fmt: skip
    yield from _same("its officers", NUMBERS[said[8]] + 1, officers["count"])


def _survey(letter: Content, text: str) -> Iterator[str]:
    said = re.search(r"a Survey in (\w+ \d{4}).*the (\d+) schools who responded .*views of (\d+) schools", text)
    stated = letter["survey"]
    if said is None or said.groups() != (_month(stated["round"]), str(stated["direct"]), str(stated["covered"])):
        yield f"survey: the letter says {said and said.groups()!r}, the data {stated!r}"


def _milestones(letter: Content, text: str) -> Iterator[str]:
    steps = {step["key"]: step for step in letter["milestone"]}
    yield from _same("milestones", sorted(MILESTONES), sorted(steps))
    for key, sentence in MILESTONES.items():
        if key in steps and (words := sentence.format_map(_words(steps[key]))).lower() not in text.lower():
            yield f"milestone {key}: {words!r} is not in the letter"
        if key in steps:
            yield from _same(f"status of {key}", STATUS.get(key, "fixed"), steps[key]["status"])
    keys = ("network-meetings", "directors-meeting", "first-meetings")
    meeting, director, first = (steps.get(key, {}) for key in keys)
    fixed = _words(director)
    wanted = [f"Director’s Meeting with Headteachers on {fixed['weekday']} {fixed['day']}"]
    hours = "between {} and {}".format(*(f"{_clock(first.get(end, ''))}" for end in ("from", "to")))
    said = _words(first)
    wanted += [f"{HOURS}{_words(meeting)['audience']}, on {said['weekday']} {said['day']} {hours}"]
    yield from (f"dates: {words!r} is not in the letter" for words in wanted if words.lower() not in text.lower())


def _words(step: Content) -> dict[str, str]:
    """Return what a milestone says in the letter's way of writing it."""
    audience = step.get("audience", "")
    month = step.get("month", "")
    found = {"audience": audience, "audience_one": audience.removesuffix("s"), "month": _month(month)}
    found |= {"month_alone": _month(month).partition(" ")[0], "date": "", "day": "", "weekday": ""}
    if "date" in step:
        date = dt.date.fromisoformat(step["date"])
        day = f"{date.day}th {MONTHS[date.month - 1]}"
        found |= {"day": day, "date": f"{day} {date.year}", "weekday": date.strftime("%A")}
    return found


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month.isdigit() else ""


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    return f"{(int(hours) - 1) % 12 + 1}.{minutes}{'am' if int(hours) < 12 else 'pm'}" if minutes else ""
