"""Bytes to text: the encodings in which councils' files arrive, or a refusal in words."""

from __future__ import annotations

import codecs
import io
import re
from typing import IO, TYPE_CHECKING

from geo_partnerships.limits import RECORD_CHARACTERS
from geo_partnerships.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.intake.formats.findings_log import Noticed

# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 8192
_CHUNK = 1 << 20
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|[\r\n])|[^\r\n]++\Z")
_SAVE_AS_UTF8 = "Save the file again as UTF-8 (in a spreadsheet: CSV UTF-8)."


def decode(data: bytes, noticed: Noticed, *, published_as_1252: bool = False) -> str | None:
    """Return the text in `data`, or None and an error finding where it cannot be told.

    UTF-8, UTF-16 and UTF-32 by their marks; UTF-16 without a mark by its empty bytes; else UTF-8, else
    windows-1252. Text that is partly UTF-8 and partly not is refused, since either reading spoils names.

    Parameters
    ----------
    published_as_1252
        True where the publisher is known to write windows-1252. What is no UTF-8 is then read as that, even where a
        name was spoilt before it was published, and undefined bytes become replacement characters, which is told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data[len(mark) :], encoding, noticed), noticed)
    if b"\0" in data[:_SAMPLE]:
        encoding = _utf16_by_zeros(data[:_SAMPLE])
        if not encoding:
            noticed.error("text-binary", "The file is not text.", _SAVE_AS_UTF8)
            return None
        return _checked(_strictly(data, encoding, noticed), noticed)
    try:
        return _checked(data.decode("utf-8"), noticed)
    except UnicodeDecodeError as problem:
        if published_as_1252:
            return _checked(_published(data, noticed), noticed)
        return _checked(_windows_1252(data, problem.start, noticed), noticed)


def _utf16_by_zeros(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.3 * half and even <= 0.02 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd <= 0.02 * half:
        return "utf-16-be"
    return ""


def _strictly(data: bytes, encoding: str, noticed: Noticed) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        noticed.error(
            "text-undecodable",
            f"The file begins as {encoding.upper()} but breaks at byte {problem.start + 1}.",
            _SAVE_AS_UTF8,
        )
        return None


def _windows_1252(data: bytes, broken_at: int, noticed: Noticed) -> str | None:
    row = data.count(b"\n", 0, broken_at) + 1
    loose = data.decode("utf-8", "surrogateescape")
    if _BEYOND_ASCII.search(loose):
        noticed.error("text-mixed-encoding", f"Line {row} is not UTF-8, though other lines are.", _SAVE_AS_UTF8)
        return None
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        noticed.error("text-undecodable", f"Line {row} is neither UTF-8 nor windows-1252.", _SAVE_AS_UTF8)
        return None
    noticed.note("text-windows-1252", "The file was read as windows-1252.", "Look at accents and apostrophes.")
    return text


def _published(data: bytes, noticed: Noticed) -> str:
    text = data.decode("windows-1252", "replace")
    spoilt = text.count("\ufffd")
    if spoilt:
        noticed.warning(
            "text-undefined-bytes",
            f"{counted(spoilt, 'byte', 'has', 'have')} no meaning in windows-1252, shown as \ufffd.",
            "Look for names with that mark.",
        )
    noticed.note("text-windows-1252", "The file was read as windows-1252.", "Look at accents and apostrophes.")
    return text


def _checked(text: str | None, noticed: Noticed) -> str | None:
    if text is not None and "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        noticed.error("text-binary", f"Line {line} holds a NUL character: the file is not text.", _SAVE_AS_UTF8)
        return None
    return text


def too_many_lines(data: bytes, most: int) -> bool:
    """Say whether `data` has more than `most` lines, which counting tells long before reading does."""
    return max(data.count(b"\n"), data.count(b"\r")) > most


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of `text` with their ends, one at a time: a list of them can need a hundred times its memory."""
    return (found[0] for found in _LINE.finditer(text))


def lines_in(data: bytes, noticed: Noticed, *, published_as_1252: bool = False) -> Iterator[str] | None:
    """Return the lines of `data` with their ends, as `decode` reads them, or None and an error finding.

    UTF-8 is decoded line by line: of a large file there is then no second copy in memory.
    """
    if _is_utf8(data):
        return pieces(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""))
    text = decode(data, noticed, published_as_1252=published_as_1252)
    return None if text is None else lines_of(text)


def pieces(opened: IO[str]) -> Iterator[str]:
    """Yield the lines of an open file, a line that is longer than any row in pieces."""
    return iter(lambda: opened.readline(RECORD_CHARACTERS + 1), "")


def _is_utf8(data: bytes) -> bool:
    if b"\0" in data:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(view), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
