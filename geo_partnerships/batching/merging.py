"""Two entries of a register for one school: the former one and the one that took its place."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.intake.schools.write import SchoolRecord

NEAR_M = 500.0
"""Metres within which two schools of one name in one authority are taken for one."""
SAME_PLACE_M = 300.0
"""Metres within which the former school's point, from the register, is taken for the later one's."""
COARSE = "postcode centroid"
# Words that come and go when a school becomes an academy; what tells schools apart (infant, girls, a faith) stays.
_PASSING = re.compile(r"\b(the|a|an|of|and|school|academy|academies|college|community|foundation|trust|nc)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the register: its number, its authority's code and the school."""

    row: int
    code: str
    record: SchoolRecord


def merge_successors(entries: Sequence[Entry], noticed: Noticed) -> list[Entry]:
    """Return the entries with each school and the one whose place it took as one; every such pair is told.

    Two entries are one school where they have one name, but for words such as "Academy", and lie at one postcode or
    within 500 m in one authority; or where they share postcode and phase, and the one with the lower URN has no pupils
    any more while only the one with the higher has. The higher URN is kept, with the lower as its predecessor.
    """
    by_urn = {entry.record.urn: entry for entry in entries}
    why: dict[tuple[str, str], str] = {}
    for former, later, reason in _pairs(entries):
        why.setdefault((former, later), reason)
    heirs: dict[str, str] = {}
    for (former, later), reason in sorted(why.items()):
        if former in heirs:
            continue
        heirs[former] = later
        gone, stays = by_urn[former].record, by_urn[later].record
        noticed.note(
            "register-merged",
            f"{stays.urn} {stays.name} took the place of {gone.urn} {gone.name}: {reason}.",
            "If they are two schools, set merge_successors = false.",
            row=by_urn[former].row,
        )
    former_of: dict[str, list[str]] = defaultdict(list)
    for former in sorted(heirs, key=_age, reverse=True):
        former_of[heirs[former]].append(former)
    stay = (entry for entry in entries if entry.record.urn not in heirs)
    return [
        _joined(entry, [by_urn[urn] for urn in _ancestors(entry.record.urn, former_of)])
        if entry.record.urn in former_of
        else entry
        for entry in stay
    ]


def _ancestors(urn: str, former_of: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all whose place was taken by `urn`, in the end, those it took over from itself first."""
    found = list(former_of.get(urn, ()))
    for former in found:  # grows while it is gone through
        found += former_of.get(former, ())
    return found


def _age(urn: str) -> tuple[int, str]:
    """Return a key by which the register's numbers grow in the order in which schools open."""
    return (int(urn), urn) if urn.isdecimal() else (0, urn)


def _joined(entry: Entry, former: Sequence[Entry]) -> Entry:
    """Return the later school with what only its predecessors' rows say."""
    record, code = entry.record, entry.code
    for other in (one.record for one in former):
        record = replace(
            record,
            phase=record.phase if record.phase not in {"", Phase.OTHER} else other.phase,
            type=record.type or other.type,
            religious_character=record.religious_character or other.religious_character,
            pupils=record.pupils if record.pupils is not None else other.pupils,
            pupils_year=record.pupils_year if record.pupils is not None else other.pupils_year,
            postcode=record.postcode or other.postcode,
            borough=record.borough or other.borough,
            predecessors=(*record.predecessors, other.urn),
        )
        apart = _metres_apart(record, other)
        if apart is None or (apart <= SAME_PLACE_M and record.point_source.startswith(COARSE)):
            point = (other.easting, other.northing, other.point_source)
            if other.easting is not None:
                record = replace(record, easting=point[0], northing=point[1], point_source=point[2])
    code = code or next((one.code for one in former if one.code), "")
    return Entry(row=entry.row, code=code, record=replace(record, predecessors=tuple(sorted(record.predecessors))))


def _pairs(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str]]:
    """Yield former URN, later URN and why the two are one school."""
    at_postcode: dict[str, list[Entry]] = defaultdict(list)
    of_name: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        postcode = entry.record.postcode.replace(" ", "").upper()
        if postcode:
            at_postcode[postcode].append(entry)
        of_name[entry.code, _key(entry.record)].append(entry)
    for group in at_postcode.values():
        for a, b in combinations(sorted(group, key=lambda e: _age(e.record.urn)), 2):
            if _may_be_one(a, b) and _key(a.record) == _key(b.record):
                yield a.record.urn, b.record.urn, "one name at one postcode"
        yield from _replaced(group)
    for (code, name), group in of_name.items():
        if not code or not name:
            continue
        for a, b in combinations(sorted(group, key=lambda e: _age(e.record.urn)), 2):
            apart = _metres_apart(a.record, b.record)
            if apart is not None and apart <= NEAR_M and _may_be_one(a, b):
                yield a.record.urn, b.record.urn, f"one name, {apart:.0f} m apart"


def _replaced(group: Sequence[Entry]) -> Iterator[tuple[str, str, str]]:
    """Yield the only school at a postcode that has no pupils any more, and the only later one that has."""
    for phase in sorted({entry.record.phase for entry in group}):
        alike = [entry.record for entry in group if entry.record.phase == phase and entry.record.sector == "state"]
        empty = [record for record in alike if record.pupils is None]
        full = [record for record in alike if record.pupils is not None]
        one_each = phase != Phase.OTHER and len(empty) == len(full) == 1
        if one_each and _age(empty[0].urn) < _age(full[0].urn) and not _infants_and_juniors(empty[0], full[0]):
            yield empty[0].urn, full[0].urn, "one postcode and phase, and the former has no pupils any more"


def _infants_and_juniors(a: SchoolRecord, b: SchoolRecord) -> bool:
    names = [folded(a.name), folded(b.name)]
    return any("infant" in names[i] and "junior" in names[1 - i] and "junior" not in names[i] for i in (0, 1))


def _may_be_one(a: Entry, b: Entry) -> bool:
    """Return False for two that were counted in one year, or of different authorities or phases."""
    one, two = a.record, b.record
    counted_together = (
        one.pupils is not None and two.pupils is not None and one.pupils_year == two.pupils_year is not None
    )
    unknown = {"", Phase.OTHER}
    phases = one.phase == two.phase or one.phase in unknown or two.phase in unknown
    return not counted_together and phases and (a.code == b.code or not a.code or not b.code)


def _key(record: SchoolRecord) -> str:
    text = folded(record.name).replace("church of england", "ce").replace("cofe", "ce").replace("c of e", "ce")
    return " ".join(_PASSING.sub(" ", text.replace("roman catholic", "catholic").replace("rc", "catholic")).split())


def _metres_apart(a: SchoolRecord, b: SchoolRecord) -> float | None:
    if a.easting is None or a.northing is None or b.easting is None or b.northing is None:
        return None
    return math.hypot(a.easting - b.easting, a.northing - b.northing)
