"""The survey: who answered, for whom, and whom they named (R06-R10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.intake.files import refuse_archive
from geo_partnerships.intake.names import NameIndex
from geo_partnerships.intake.noticing import is_unprintable, shown
from geo_partnerships.intake.schools import URN
from geo_partnerships.intake.strict_toml import Section, read_toml
from geo_partnerships.intake.tables import read_table, require_columns
from geo_partnerships.intake.text import decode
from geo_partnerships.model import PartnershipType, Response, Survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo_partnerships.intake.noticing import Noticed
    from geo_partnerships.intake.tables import Row, Table
    from geo_partnerships.model import School

COLUMNS = ("responder_urn", "on_behalf_of", "channel", "existing", "wanted", "wanted_type")
ILLUSTRATIVE = "illustrative"
LONGEST_CHANNEL = 60


def read_survey(
    data: bytes,
    schools: Mapping[str, School],
    noticed: Noticed,
    *,
    sidecar: bytes | None,
    sidecar_noticed: Noticed,
) -> Survey:
    """Return the survey in CSV `data`.

    Parameters
    ----------
    data
        The columns in `COLUMNS`; lists are URNs parted by ``;``.
    sidecar
        TOML with ``illustrative`` and ``round``; None where there is none.
    """
    illustrative, round_ = _read_sidecar(sidecar, sidecar_noticed)
    text = None if refuse_archive(data, noticed) else decode(data, noticed)
    table = None if text is None else read_table(text, noticed)
    if table is None or not require_columns(table, COLUMNS, COLUMNS, noticed):
        return Survey(illustrative=illustrative, round=round_)
    return survey_from(table, schools, noticed, illustrative=illustrative, round_=round_)


def survey_from(
    table: Table, schools: Mapping[str, School], noticed: Noticed, *, illustrative: bool, round_: str
) -> Survey:
    """Return the survey in a table that has the columns in `COLUMNS`.

    Illustrative wherever the sidecar or a single channel says so: the flag must not get lost on the way.
    """
    index = NameIndex(schools.values())
    answers = [(row.number, _response(row, schools, index, noticed)) for row in table.rows]
    _check_covered_once(answers, noticed)
    _check_cycles(answers, noticed)
    responses = tuple(sorted((answer for _, answer in answers), key=lambda answer: answer.responder))
    marked = any(response.channel.casefold().startswith(ILLUSTRATIVE) for response in responses)
    return Survey(responses=responses, illustrative=illustrative or marked, round=round_)


def _read_sidecar(data: bytes | None, noticed: Noticed) -> tuple[bool, str]:
    content = None if data is None else read_toml(data, noticed)
    if content is None:
        return False, ""
    sidecar = Section(content, "", noticed)
    illustrative, round_ = sidecar.flag(ILLUSTRATIVE), sidecar.text("round")
    for how_it_was_made in ("made_by", "method"):
        sidecar.text(how_it_was_made)
    sidecar.whole("seed")
    sidecar.close()
    return illustrative, round_


def _response(row: Row, schools: Mapping[str, School], index: NameIndex, noticed: Noticed) -> Response:
    reader = _Answer(row, schools, index, noticed)
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
    return response


class _Answer:
    """Reads one answer's cells."""

    def __init__(self, row: Row, schools: Mapping[str, School], index: NameIndex, noticed: Noticed) -> None:
        self.row, self.schools, self.index, self.noticed = row, schools, index, noticed

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
        for text in (one.strip() for one in self.row.cells[field].split(";")):
            key = self._key(text, field, must_be_known=must_be_known) if text else ""
            if key and key == responder:
                self._error(
                    "survey-self-reference", f"{key} names itself.", "Delete it from the list.", field
                )
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

    def _key(self, text: str, field: str, *, must_be_known: bool) -> str:
        """Return the key `text`; "" with an error finding where it is none."""
        if not URN.fullmatch(text):
            self._not_a_key(text, field)
            return ""
        if text in self.schools:
            return text
        if must_be_known:
            self._error(
                "survey-unknown-school",
                f"{text} is not among the schools.",
                "Correct it or add the school.",
                field,
            )
            return ""
        self.noticed.warning(
            "survey-unknown-named",
            f"{text} is not among the schools; it stays as named.",
            "Nothing to do where it is a school elsewhere.",
            row=self.row.number,
            field=field,
        )
        return text

    def _not_a_key(self, text: str, field: str) -> None:
        if text.isascii() and text.replace(".", "").replace(",", "").isdigit():
            separators = "," in text or "." in text
            fix = "Part URNs by a semicolon and write them without decimals." if separators else "Correct it."
            self._error("survey-urn-malformed", f"{shown(text)} is no URN.", fix, field)
            return
        matches = self.index.exact(text)
        if not matches:
            fix = "Write the school's URN."
        elif len(matches) == 1:
            fix = f"Write {matches[0]} where {self.schools[matches[0]].name} is meant."
        else:
            fix = f"Several schools bear that name: write {' or '.join(matches)}."
        self._error("survey-name-not-urn", f"{shown(text)} is a name, not a URN.", fix, field)

    def channel(self) -> str:
        text = self.row.cells["channel"]
        if len(text) > LONGEST_CHANNEL or any(map(is_unprintable, text)):
            self._error(
                "survey-channel", f"{shown(text)} is no channel.", "Write a word such as form.", "channel"
            )
        return text

    def wanted_type(self) -> str:
        text = self.row.cells["wanted_type"].casefold()
        if text and text not in set(PartnershipType):
            self._error(
                "survey-unknown-type",
                f"{shown(text)} is no type.",
                f"Use {', '.join(PartnershipType)} or nothing.",
                "wanted_type",
            )
        return text


def _check_covered_once(answers: Iterable[tuple[int, Response]], noticed: Noticed) -> None:
    """Report a school whose view stands in two answers: either could be the one that counts."""
    seen: dict[str, int] = {}
    for row, answer in answers:
        for urn in filter(None, answer.covers):
            if urn in seen and seen[urn] != row:
                noticed.error(
                    "survey-answered-twice",
                    f"The view of {urn} stands in row {seen[urn]} already.",
                    "Keep the answer that counts.",
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
