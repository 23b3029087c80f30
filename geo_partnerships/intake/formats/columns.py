"""``columns.toml``: which header is meant by each column of a folder's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.strict_toml import Section, read_toml

if TYPE_CHECKING:
    from geo_partnerships.intake.formats.findings_log import Noticed

COLUMNS = "columns.toml"


def columns_from(data: bytes, part: str, noticed: Noticed) -> dict[str, str]:
    """Return the headers by column that a ``columns.toml`` gives for one of the tables, ``schools`` or ``survey``."""
    content = read_toml(data, noticed)
    section = None if content is None else Section(content, "", noticed).section(part)
    return {} if section is None else {column: section.text(column) for column in section.values}
