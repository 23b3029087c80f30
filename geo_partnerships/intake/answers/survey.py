"""The survey: who answered, for whom, and whom they named (R06-R10)."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_partnerships.characters import is_unprintable
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.strict_toml import Section, read_toml
from geo_partnerships.intake.schools.names import NO_SCHOOL
from geo_partnerships.intake.schools.row import URN
from geo_partnerships.model import Response, Survey, SurveyRange
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.formats.tables import Row, Table
    from geo_partnerships.intake.schools.names import NameIndex
    from geo_partnerships.model import School

LAYOUT = Layout(
    {
        "responder_urn": ("Responder", "URN", "School URN", "School", "School name", "Your school", "Respondent"),
        "on_behalf_of": ("On behalf of schools", "Also for", "Answering for", "Speaks for"),
        "channel": ("Source", "Form or meeting", "How received"),
        "existing": (
            "Existing partners",
            "Existing partnerships",
            "Existing informal partnerships",
            "Current partners",
            "Schools you already work with",
            "Informal partnerships",
        ),
        "wanted": (
            "Wanted partners",
            "Preferred partners",
            "Would like to partner with",
            "Schools you would like to partner with",
            "Schools you would like to work with",
            "Preferences",
        ),
        "answered": ("Timestamp", "Completion time", "Submitted", "Date submitted", "Date of answer"),
        "wanted_type": ("Type", "Partnership type", "Type of partnership", "Preferred type", "Type wanted"),
    },
    ("responder_urn", "existing", "wanted"),
    questions=(
        ("on_behalf_of", r"on behalf of|\b(?:answer|speak|respond)\w* (?:also )?for\b|also for"),
        ("wanted_type", r"\b(?:type|kind|sort|form) of (?:\w+ )?partnership|how (?:close|formal)"),
        ("responder_urn", r"\bname of (?:your|the|my) school|\b(?:which|what) (?:is|school are) you\w*|^your school"),
        ("existing", r"\b(?:already|currently|existing|presently|at the moment|at present|now)\b"),
        ("wanted", r"\b(?:would|want|wish|like to|prefer|hope|welcome|choose)\b"),
    ),
)
NOBODY = frozenset({"none", "n/a", "na", "nil", "no", "nobody", "no one", "not applicable", "-", "nothing", "#n/a"})
LATEST = "latest"
_PASTED = re.compile(r"([1-9][0-9]{4,6}|x-[a-z0-9-]+)[\s:,\u2013-]+(\S.*)")
ILLUSTRATIVE = "illustrative"
_LISTED = re.compile(r"[;\n]")
LONGEST_CHANNEL = 60
NEAR_M = 3_000.0
"""An answer that names nobody within this distance, in metres, is told."""


def read_survey(
    table: Table | None,
    index: NameIndex,
    noticed: Noticed,
    *,
    sidecar: bytes | None,
    sidecar_noticed: Noticed,
) -> Survey:
    """Return the survey in a table of `LAYOUT`; lists are parted by ``;`` or line breaks.

    Parameters
    ----------
    table
        None where the file could not be read; the sidecar is looked at all the same.
    index
        The schools by key and by name.
    sidecar
        TOML with ``illustrative`` and ``round``; None where there is none. Illustrative wherever the sidecar or
        a single channel says so: the flag must not get lost on the way.
    """
    beside, latest = _read_sidecar(sidecar, sidecar_noticed)
    if table is None or noticed.has_errors:
        return beside
    answers = [(row.number, _response(row, index, noticed)) for row in table.rows]
    if latest:
        answers = _latest(answers, noticed)
    _check_covered_once(answers, noticed)
    _check_cycles(answers, noticed)
    _check_nearness(answers, index.schools, noticed)
    responses = tuple(sorted((answer for _, answer in answers), key=lambda answer: answer.responder))
    marked = any(response.channel.casefold().startswith(ILLUSTRATIVE) for response in responses)
    return replace(beside, responses=responses, illustrative=beside.illustrative or marked)


def names_in(table: Table) -> tuple[str, ...]:
    """Return what stands in the cells for schools and is no URN, each once, in order."""
    texts = (
        text.strip()
        for row in table.rows
        for column in ("responder_urn", "on_behalf_of", "existing", "wanted")
        for text in _LISTED.split(row.cells.get(column, ""))
    )
    return tuple(dict.fromkeys(text for text in texts if not _is_nobody(text) and not URN.fullmatch(text)))


def _is_nobody(text: str) -> bool:
    return not text or text.casefold().rstrip(".") in NOBODY


def _read_sidecar(data: bytes | None, noticed: Noticed) -> tuple[Survey, bool]:
    """Return what the sidecar says of a survey, without its responses, and whether the later of two answers counts."""
    content = None if data is None else read_toml(data, noticed)
    if content is None:
        return Survey(), False
    sidecar = Section(content, "", noticed)
    illustrative, round_ = sidecar.flag(ILLUSTRATIVE), sidecar.text("round")
    for how_it_was_made in ("made_by", "method"):
        sidecar.text(how_it_was_made)
    sidecar.whole("seed")
    measured = sidecar.section("range")
    range_ = _read_range(measured) if measured else None
    repeated = sidecar.text("repeated")
    if repeated not in {"", LATEST, "refuse"}:
        noticed.error("survey-repeated", f"{shown(repeated)} is no choice.", f'Write "{LATEST}" or "refuse".')
    sidecar.close()
    return Survey(illustrative=illustrative, round=round_, range=range_ if illustrative else None), repeated == LATEST


def _read_range(section: Section) -> SurveyRange | None:
    """Return what was measured under several made-up surveys; None, with findings, where it is not all there."""
    command, scenario = (section.text(key, required=True) for key in ("command", "scenario"))
    seeds, mean, greatest = (_least_and_most(section, key) for key in ("seeds", "mean_distance_m", "max_distance_m"))
    promise_kept, proven = (section.whole(key, required=True) for key in ("promise_kept", "proven"))
    section.close()
    if not command or not scenario or not seeds or not mean or not greatest or promise_kept is None or proven is None:
        return None
    return SurveyRange(
        command=command,
        scenario=scenario,
        surveys=seeds[1] - seeds[0] + 1,
        mean_distance_m=mean,
        max_distance_m=greatest,
        promise_kept=promise_kept,
        proven=proven,
    )


def _least_and_most(section: Section, key: str) -> tuple[int, int] | None:
    """Return two whole numbers, the smaller first; None, with a finding, where they are not there."""
    found = section.wholes(key)
    if len(found) == 2 and 0 <= found[0] <= found[1]:  # noqa: PLR2004
        return found[0], found[1]
    section.noticed.error(
        "survey-range", f"{key} is not the least and the most.", "Write two whole numbers, the smaller first.",
        field=section.field(key),
    )  # fmt: skip
    return None


def _response(row: Row, index: NameIndex, noticed: Noticed) -> Response:
    reader = _Answer(row, index, noticed)
    responder = reader.responder()
    on_behalf_of = reader.keys("on_behalf_of", responder, must_be_known=True)
    existing = reader.keys("existing", responder)
    wanted = reader.keys("wanted", responder)
    response = Response(
        responder=responder,
        on_behalf_of=on_behalf_of,
        channel=reader.channel(),
        existing=existing,
        wanted=wanted,
        wanted_type=reader.wanted_type(),
    )
    if responder and not response.named:
        noticed.warning(
            "survey-names-nobody",
            f"{responder} names no school, so nothing can be promised to it.",
            "Ask the school, or leave it so.",
            row=row.number,
        )
    for urn in on_behalf_of:
        if set(response.named) == {urn}:
            noticed.warning(
                "survey-names-only-itself",
                f"The answer for {urn} names {urn} alone, so nothing can be promised to it.",
                "Ask the school, or leave it so.",
                row=row.number,
                field="on_behalf_of",
            )
    return response


class _Answer:
    """Reads one answer's cells."""

    def __init__(self, row: Row, index: NameIndex, noticed: Noticed) -> None:
        self.row, self.index, self.noticed = row, index, noticed

    def _error(self, code: str, message: str, fix: str, field: str) -> None:
        self.noticed.error(code, message, fix, row=self.row.number, field=field)

    def responder(self) -> str:
        text = self.row.cells["responder_urn"]
        if not text:
            self._error("survey-no-responder", "The row has no responder.", "Add its URN.", "responder_urn")
            return ""
        return self._key(text, "responder_urn", must_be_known=True)

    def keys(self, field: str, responder: str, *, must_be_known: bool = False) -> tuple[str, ...]:
        found: list[str] = []
        for text in self._listed(field):
            key = self._key(text, field, must_be_known=must_be_known) if text else ""
            if key and key == responder:
                self._error("survey-self-reference", f"{key} names itself.", "Delete it from the list.", field)
            elif key in found:
                self.noticed.warning(
                    "survey-named-twice",
                    f"{key} stands twice in the list.",
                    "Delete one.",
                    row=self.row.number,
                    field=field,
                )
            elif key:
                found.append(key)
        return tuple(found)

    def _listed(self, field: str) -> list[str]:
        """Return the texts of a list; words that mean nobody are none."""
        texts = (text.strip() for text in _LISTED.split(self.row.cells.get(field, "")))
        return [part for text in texts for part in self.index.parted(text) if not _is_nobody(part)]

    def _key(self, text: str, field: str, *, must_be_known: bool) -> str:
        """Return the key that `text` is or stands for; "" with an error finding where it does for none."""
        confirmed = self.index.confirmed_as(text)
        if text in self.index.schools:
            return text
        if confirmed == NO_SCHOOL:
            self._note_match("survey-no-school", f"{shown(text)} is no school here, as names.csv says.", field)
            return ""
        if confirmed:
            self._note_match("survey-name-confirmed", f"{shown(text)} was read as {self._named(confirmed)}.", field)
            return confirmed
        return (
            self._unknown_key(text, field, must_be_known=must_be_known)
            if URN.fullmatch(text)
            else self._by_name(text, field)
        )

    def _unknown_key(self, text: str, field: str, *, must_be_known: bool) -> str:
        """Return a key that is no school's here, which stays as it is where it may be a school elsewhere."""
        successors = self.index.successors(text)
        if successors:
            fix = f"Write {' or '.join(map(self._named, successors))}, which took its place."
            self._error("survey-former-school", f"{text} is the URN of a school that is no more.", fix, field)
            return ""
        if must_be_known:
            self._error("survey-unknown-school", f"{text} is not among the schools.", "Correct it or add it.", field)
            return ""
        self.noticed.warning(
            "survey-unknown-named",
            f"{text} is not among the schools; it stays as named.",
            "Nothing to do where it is a school elsewhere.",
            row=self.row.number,
            field=field,
        )
        return text

    def _by_name(self, text: str, field: str) -> str:
        pasted = _PASTED.fullmatch(text)
        if pasted and pasted[1] in self.index.exact(pasted[2]):
            return pasted[1]
        matches = self.index.exact(text)
        if len(matches) == 1:
            named = self._named(matches[0])
            self._note_match("survey-name-matched", f"{shown(text)} was read as {named}.", field)
            return matches[0]
        if text.isascii() and text.replace(".", "").replace(",", "").replace(" ", "").isdigit():
            separated = "," in text or "." in text or " " in text
            fix = "Part URNs by a semicolon and write them without decimals." if separated else "Correct it."
            self._error("survey-urn-malformed", f"{shown(text)} is no URN.", fix, field)
            return ""
        if matches:
            meant = " or ".join(map(self._named, matches))
            self._error("survey-ambiguous-name", f"{shown(text)} may be {meant}.", "Write the URN.", field)
            return ""
        ranked = ", ".join(self._named(one.urn) for one in self.index.suggested(text)[:3])
        fix = f"Write the URN, or confirm it in names.csv. Perhaps {ranked}?" if ranked else "Write the URN."
        self._error("survey-unknown-name", f"{shown(text)} is the name of no school here.", fix, field)
        return ""

    def _named(self, key: str) -> str:
        return f"{key} {self.index.schools[key].name}"

    def _note_match(self, code: str, message: str, field: str) -> None:
        self.noticed.note(code, message, "Check that this is meant.", row=self.row.number, field=field)

    def channel(self) -> str:
        text = self.row.cells.get("channel", "")
        if len(text) > LONGEST_CHANNEL or any(map(is_unprintable, text)):
            self._error("survey-channel", f"{shown(text)} is no channel.", "Write a word such as form.", "channel")
        return text

    def wanted_type(self) -> str:
        text = " ".join(re.sub(r"partnerships?", "", self.row.cells.get("wanted_type", "").casefold()).split())
        if text in NOBODY:
            return ""
        if text and text not in set(PartnershipType):
            self._error(
                "survey-unknown-type",
                f"{shown(text)} is no type.",
                f"Use {', '.join(PartnershipType)} or nothing.",
                "wanted_type",
            )
        return text


def _latest(answers: Iterable[tuple[int, Response]], noticed: Noticed) -> list[tuple[int, Response]]:
    """Return of each school the answer that stands last, and say which was left out for it."""
    last: dict[str, tuple[int, Response]] = {}
    for row, answer in answers:
        if answer.responder in last:
            before = last.pop(answer.responder)[0]
            message = f"{answer.responder} answered again in row {row}, which counts; row {before} was left out."
            noticed.note("survey-answered-again", message, row=before, field="responder_urn")
        last[answer.responder] = row, answer
    return list(last.values())


def _check_covered_once(answers: Iterable[tuple[int, Response]], noticed: Noticed) -> None:
    """Report a school whose view stands in two answers: either could be the one that counts."""
    seen: dict[str, int] = {}
    for row, answer in answers:
        for urn in filter(None, answer.covers):
            if urn in seen and seen[urn] != row:
                noticed.error(
                    "survey-answered-twice",
                    f"The view of {urn} stands in row {seen[urn]} already.",
                    f'Keep the answer that counts, or write repeated = "{LATEST}" in survey.toml.',
                    row=row,
                    field="responder_urn" if urn == answer.responder else "on_behalf_of",
                )
            seen.setdefault(urn, row)


def _check_cycles(answers: Iterable[tuple[int, Response]], noticed: Noticed) -> None:
    """Report schools that speak for each other in a ring."""
    speaks_for = {answer.responder: (row, answer.on_behalf_of) for row, answer in answers if answer.responder}
    reported: set[str] = set()
    for start in sorted(speaks_for):
        ring = _ring(start, speaks_for)
        if ring and reported.isdisjoint(ring):
            reported.update(ring)
            noticed.error(
                "survey-on-behalf-cycle",
                f"{' speaks for '.join((*ring, ring[0]))}.",
                "Let one of them answer.",
                row=speaks_for[start][0],
                field="on_behalf_of",
            )


def _ring(start: str, speaks_for: Mapping[str, tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    """Return a shortest ring of schools from `start` back to it, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for urn in waiting:
        for other in speaks_for[urn][1]:
            if other == start:
                path = [urn]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return tuple(reversed(path))
            if other in speaks_for and other not in came_from:
                came_from[other] = urn
                waiting.append(other)
    return ()


def _check_nearness(answers: Iterable[tuple[int, Response]], schools: Mapping[str, School], noticed: Noticed) -> None:
    """Tell of each school for which an answer names nobody near; where a place is not known, nothing is said."""
    for row, answer in answers:
        for urn in filter(None, answer.covers):
            away = _nearest_named(urn, answer, schools)
            if away is not None and away > NEAR_M:
                noticed.warning(
                    "survey-names-nobody-near",
                    f"Of the schools named for {urn}, none is within {NEAR_M / 1_000:.0f} km: the nearest is "
                    f"{away / 1_000:.1f} km away.",
                    "Ask whether it would name a nearer one, too; prices --answers says what the answer costs.",
                    row=row,
                )


def _nearest_named(urn: str, answer: Response, schools: Mapping[str, School]) -> float | None:
    """Return the metres to the nearest school named for a school; None where none is, or a place is not known."""
    here, *there = (_point(schools.get(other)) for other in (urn, *(one for one in answer.named if one != urn)))
    if here is None or None in there:
        return None
    return min((math.dist(here, point) for point in there if point), default=None)


def _point(school: School | None) -> tuple[float, float] | None:
    if school is None or school.easting is None or school.northing is None:
        return None
    return school.easting, school.northing
