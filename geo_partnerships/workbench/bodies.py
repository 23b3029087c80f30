"""What a request holds, read strictly: every text no longer than it may be, every key one that is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import request

from geo_partnerships.errors import UsageError
from geo_partnerships.findings import SHOWN_AT_MOST
from geo_partnerships.workbench.request import Request

if TYPE_CHECKING:
    from geo_partnerships.deciding import Action

MOST_JSON = 100_000
LONGEST_PARAMETER = 20_000  # members of a strand, by their keys
LONGEST = {
    "reason": 2_000, "by": 80, "to": 80, "value": 120, "source": 20, "school": 60, "date": 10, "key": 200,
    "a": 300, "b": 300,  # a scenario may have as long a name as a file
}  # fmt: skip
PARTS = {
    "schools": (".csv", ".xlsx", ".geojson"),
    "survey": (".csv", ".xlsx"),
    "standing": (".csv", ".xlsx"),
    "leaders": (".csv", ".xlsx"),
    "judgements": (".csv",),
    "letter": (".toml",),
    "names": (".csv",),
    "replies": (".xlsx", ".csv"),
}
"""What can be uploaded, by the keys of a scenario's ``data``."""
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PARAMETER = re.compile(r"[a-z_]+(?:\.[a-z0-9_-]+)*")


def uploaded(part: str) -> tuple[str, bytes]:
    """Return ending and content of a file that was sent."""
    ending = request.args.get("ending", "")
    if part not in PARTS or ending not in PARTS[part]:
        raise UsageError(f"Upload a file that ends in {' or '.join(PARTS.get(part, ('.csv',)))}.")
    if request.mimetype != "application/octet-stream":
        raise UsageError("The request makes no sense.")
    content = request.get_data(cache=False)
    if not content:
        raise UsageError("The file is empty.")
    return ending, content


def decision_asked(action: Action, row: dict[str, Any], when: str) -> Request:
    """Return the decision that is asked for, before it is judged."""
    schools = row.get("schools", [])
    if not isinstance(schools, list) or len(schools) > SHOWN_AT_MOST or not all(isinstance(s, str) for s in schools):
        raise UsageError("Name the schools.")
    date = text_in(row, "date")
    if date and not DATE.fullmatch(date):
        raise UsageError("Write the date as 2015-01-31.")
    return Request(
        action=action,
        seen=seen_in(row),
        by=text_in(row, "by").strip() or "planner",
        when=when,
        school=text_in(row, "school"),
        schools=tuple(schools),
        source=text_in(row, "source"),
        to=text_in(row, "to"),
        reason=text_in(row, "reason").strip(),
        date=date,
        value=text_in(row, "value"),
        override=row.get("override") is True,
    )


def said_of_names(row: dict[str, Any]) -> dict[str, str]:
    """Return what is said of names: a key by the text that was written."""
    said = row.get("said", {})
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise UsageError("The request makes no sense.")
    if not all(_can_be_written(text) and len(text) <= LONGEST["key"] for text in said.values()):
        raise UsageError("A school is named by its key.")
    return said


def parameters_given(row: dict[str, Any]) -> dict[str, str]:
    """Return the parameters that were written: TOML text by key."""
    given = row.get("parameters", {})
    if not isinstance(given, dict):
        raise UsageError("The request makes no sense.")
    for key, text in given.items():
        if not isinstance(text, str) or not _can_be_written(text) or len(text) > LONGEST_PARAMETER:
            raise UsageError(f"{key[:60]}: write each parameter as key = value.")
        if not PARAMETER.fullmatch(key) or len(key) > LONGEST["key"]:
            raise UsageError(f"{key[:60]}: this is the name of no parameter.")
        if key.split(".")[0] == "data":
            raise UsageError("Files are uploaded, not named.")
    return given


def body() -> dict[str, Any]:
    """Return what was sent as JSON."""
    if request.mimetype != "application/json" or (request.content_length or 0) > MOST_JSON:
        raise UsageError("The request makes no sense.")
    try:
        row = request.get_json(silent=True)
    except RecursionError:
        row = None
    if not isinstance(row, dict):
        raise UsageError("The request makes no sense.")
    return row


def seen_in(row: dict[str, Any]) -> int:
    """Return the latest decision that the planner knew of."""
    seen = row.get("seen")
    if not isinstance(seen, int) or isinstance(seen, bool):
        raise UsageError("The request makes no sense.")
    return seen


def text_in(row: dict[str, Any], key: str) -> str:
    """Return a text, no longer than its key may have it."""
    text = row.get(key, "")
    if not isinstance(text, str) or len(text) > LONGEST.get(key, 80) or not _can_be_written(text):
        raise UsageError(f"The {key} is too long or no text.")
    return text


def _can_be_written(text: str) -> bool:
    """Say whether the text is whole characters: half of a pair can be sent as JSON, and be written to no file."""
    return not re.search("[\ud800-\udfff]", text)
