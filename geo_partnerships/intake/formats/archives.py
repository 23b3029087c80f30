"""Files as they are handed out: plain, gzipped, or the one table in a ZIP."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.limits import PARTS, REGISTER_BYTES

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from geo_partnerships.intake.formats.findings_log import Noticed

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
PLAIN = (".csv", ".tsv", ".txt")
_PIECE = 1_000_000


def read_unpacked(path: Path, noticed: Noticed, limit: int = REGISTER_BYTES) -> bytes | None:
    """Return the bytes of a table that may be gzipped or in a ZIP; None and an error finding where there is none.

    Parameters
    ----------
    limit
        Most bytes that are read, packed or not.
    """
    data = read_bytes(path, noticed, limit)
    return None if data is None else unpacked(data, noticed, limit)


def unpacked(data: bytes, noticed: Noticed, limit: int = REGISTER_BYTES) -> bytes | None:
    """Return the table in `data`, which may be gzipped or in a ZIP; a workbook is returned as it is."""
    if not data.startswith((GZIP, ZIP)):
        return data
    try:
        if data.startswith(GZIP):
            with gzip.open(io.BytesIO(data)) as opened:
                return _held(opened, noticed, limit)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _from_zip(archive, data, noticed, limit)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        noticed.error("file-archive", "The archive cannot be unpacked.", "Download it again.")
    return None


def _from_zip(archive: zipfile.ZipFile, data: bytes, noticed: Noticed, limit: int) -> bytes | None:
    """Return the one table in a ZIP: of several the first that holds the establishments, not their links."""
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return data
    tables = [name for name in names[:PARTS] if name.lower().endswith(PLAIN) and not name.startswith("__MACOSX")]
    chosen = [name for name in tables if "link" not in name.lower()] or tables
    if len(chosen) != 1:
        listed = ", ".join(map(shown, chosen[:5])) or "none"
        noticed.error("file-archive", f"The ZIP holds {len(chosen)} tables: {listed}.", "Unpack it, and name one.")
        return None
    if len(names) > 1:
        noticed.note("file-unpacked", f"{shown(chosen[0])} was read from the ZIP.", "Check that it is the one meant.")
    with archive.open(chosen[0]) as opened:
        return _held(opened, noticed, limit)


def _held(opened: IO[bytes] | gzip.GzipFile, noticed: Noticed, limit: int) -> bytes | None:
    pieces, size = [], 0
    while piece := opened.read(_PIECE):
        size += len(piece)
        if size > limit:
            noticed.error("file-too-large", f"It unpacks to more than {limit // 1_000_000} MB.", "Split it.")
            return None
        pieces.append(piece)
    return b"".join(pieces)
