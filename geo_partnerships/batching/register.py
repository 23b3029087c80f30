"""A register-like file of many authorities to one data folder for each."""

from __future__ import annotations

import gzip
import io
import math
import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.batching.merging import Entry, merge_successors
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.tables import Layout, read_csv
from geo_partnerships.intake.register.extract import PHASE_OF_TYPE, PHASE_STATED, sector_of
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS
from geo_partnerships.intake.schools.row import PHASES
from geo_partnerships.intake.schools.write import SchoolRecord
from geo_partnerships.limits import REGISTER_BYTES
from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.intake.formats.tables import Row


GZIP = b"\x1f\x8b"
LAYOUT = Layout(
    {
        **{key: names for key, names in SCHOOLS.names.items() if key not in {"borough", "longitude", "latitude"}},
        "la_code": ("LA (code)", "LA code", "Authority code", "LEA"),
        "la_name": ("LA (name)", "LA name", "Local authority", "Authority", "Borough"),
    },
    ("urn", "name", "la_code", "la_name", "easting", "northing"),
)  # fmt: skip
_WHOLE = re.compile(r"(\d{1,6})(?:\.0*)?")
SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The schools of one authority, or of several that are planned together, in the order of their keys."""

    code: str
    name: str
    schools: tuple[SchoolRecord, ...]


def read_register(path: Path, noticed: Noticed, *, merge: bool = True) -> tuple[Authority, ...]:
    """Return the authorities of a register-like file in the order of their codes.

    Parameters
    ----------
    path
        CSV, gzipped or not, with the columns of a file of schools, and ``la_code`` and ``la_name``.
    noticed
        Takes the findings: rows without an authority, keys that stand twice, schools that were merged.
    merge
        Whether a school and the one whose place it took count once.
    """
    data = read_bytes(path, noticed, REGISTER_BYTES)
    plain = None if data is None else _unpacked(data, noticed)
    table = None if plain is None else read_csv(plain, LAYOUT, noticed)
    if table is None or noticed.has_errors:
        return ()
    entries = _each_once([_entry(row) for row in table.rows], noticed)
    if merge:
        entries = merge_successors(entries, noticed)
    homeless = [entry for entry in entries if not entry.code]
    if homeless:
        noticed.warning(
            "register-no-authority",
            f"{len(homeless):,} schools have no authority and are left out, such as {_some(homeless)}.",
            "Give each its la_code and la_name.",
            field="la_code",
        )
    return _grouped(entries, noticed)


def _unpacked(data: bytes, noticed: Noticed) -> bytes | None:
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            plain = packed.read(REGISTER_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        noticed.error("file-archive", "The gzip file cannot be unpacked.", "Download it again.")
        return None
    if len(plain) > REGISTER_BYTES:
        noticed.error("file-too-large", f"It unpacks to more than {REGISTER_BYTES // 1_000_000} MB.", "Split it.")
        return None
    return plain


def _entry(row: Row) -> Entry:
    cells = row.cells
    record = SchoolRecord(
        urn=cells["urn"],
        name=cells["name"],
        phase=_phase(cells),
        type=cells.get("type", ""),
        religious_character=cells.get("religious_character", ""),
        pupils=_whole(cells.get("pupils", "")),
        pupils_year=_whole(cells.get("pupils_year", "")),
        postcode=cells.get("postcode", ""),
        borough=cells["la_name"],
        sector=cells.get("sector", "") or sector_of(f"{cells.get('phase', '')} {cells.get('type', '')}"),
        designations=tuple(filter(None, (one.strip() for one in cells.get("designations", "").split(";")))),
        easting=_metres(cells["easting"]),
        northing=_metres(cells["northing"]),
        point_source=cells.get("point_source", ""),
    )
    return Entry(row=row.number, code=cells["la_code"], record=record)


def _phase(cells: Mapping[str, str]) -> str:
    stated = cells.get("phase", "").casefold()
    if stated in PHASES and stated:
        return PHASES[stated]
    kind = f"{cells.get('type', '')} {stated}".casefold()
    told = [phase for words, phase in PHASE_OF_TYPE.items() if words in kind]
    told += [phase for words, phase in PHASE_STATED.items() if words in stated]
    return told[0] if told else Phase.OTHER


def _whole(text: str) -> int | None:
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


def _metres(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value else None


def _each_once(entries: Iterable[Entry], noticed: Noticed) -> list[Entry]:
    """Return the entries whose URN stands first; tell those that stand again."""
    first: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.record.urn, entry)
        if known is not entry:
            same = known.record == entry.record
            noticed.warning(
                "register-urn-twice",
                f"{shown(entry.record.urn)} stands in row {known.row} already{'' if same else ', with other details'}; "
                "the first row was taken.",
                "Delete one of the two." if same else "Correct the URN of one of the two.",
                row=entry.row,
                field="urn",
            )
    return list(first.values())


def _grouped(entries: Iterable[Entry], noticed: Noticed) -> tuple[Authority, ...]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.code:
            groups[entry.code].append(entry)
    found = []
    for code, members in sorted(groups.items()):
        names = sorted({entry.record.borough for entry in members})
        if len(names) > 1:
            noticed.warning(
                "register-authority-names",
                f"The code {shown(code)} has several names: {', '.join(map(shown, names[:SHOWN_AT_MOST]))}.",
                "Give it one.",
                field="la_name",
            )
        schools = tuple(sorted((entry.record for entry in members), key=lambda record: record.urn))
        found.append(Authority(code=code, name=names[0] or code, schools=schools))
    return tuple(found)


def _some(entries: Sequence[Entry]) -> str:
    return ", ".join(shown(entry.record.name) for entry in entries[:SHOWN_AT_MOST])
