"""TOML text to tables, each value's kind checked on the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.bounded_toml import TomlError, parse_toml
from geo_partnerships.intake.formats.encoding import decode
from geo_partnerships.intake.formats.files import refuse_archive
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.limits import TOML_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_partnerships.intake.formats.findings_log import Noticed


def read_toml(data: bytes, noticed: Noticed) -> dict[str, Any] | None:
    """Return the tables in TOML `data`, or None and an error finding."""
    if len(data) > TOML_BYTES:
        noticed.error("file-too-large", f"The file holds more than {TOML_BYTES:,} bytes.", "Is it the right one?")
        return None
    text = None if refuse_archive(data, noticed) else decode(data, noticed)
    if text is None:
        return None
    try:
        return parse_toml(text)
    except TomlError as problem:
        noticed.error("toml-malformed", f"The text is no TOML: {shown(str(problem), 120)}.", "Correct that line.")
        return None


class Section:
    """One TOML table whose keys are read by kind; keys that nobody asked for are told by `close`.

    Parameters
    ----------
    where
        The table's name for findings, e.g. ``partnership 3``.
    """

    def __init__(self, values: Mapping[str, Any], where: str, noticed: Noticed) -> None:
        self.values, self.where, self.noticed = values, where, noticed
        self._asked: set[str] = set()

    def field(self, key: str) -> str:
        """Return the place of `key` for findings."""
        return f"{self.where}: {key}" if self.where else key

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self.values.get(key)

    def _wrong(self, key: str, kind: str) -> None:
        self.noticed.error(
            "toml-kind",
            f"{shown(self.values[key])} is not {kind}.",
            f"Write {kind}.",
            field=self.field(key),
        )

    def _missing(self, key: str) -> None:
        self.noticed.error("toml-missing", f"The key {key} is missing.", "Add it.", field=self.field(key))

    def text(self, key: str, *, required: bool = False) -> str:
        """Return the text at `key`; "" where it is absent."""
        value = self._get(key)
        if value is None:
            if required:
                self._missing(key)
            return ""
        if not isinstance(value, str):
            self._wrong(key, "text")
            return ""
        return value

    def date(self, key: str) -> str:
        """Return the date at `key` as text, whether it is written as text or as a TOML date."""
        value = self._get(key)
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        return self.text(key)

    def whole(self, key: str, *, required: bool = False) -> int | None:
        """Return the whole number at `key`, not negative; None where it is absent."""
        value = self._get(key)
        if value is None:
            if required:
                self._missing(key)
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._wrong(key, "a whole number")
            return None
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return the truth value at `key`."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._wrong(key, "true or false")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of texts at `key`."""
        return tuple(str(one) for one in self._list(key, str, "a list of texts"))

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return the list of whole numbers at `key`."""
        return tuple(int(one) for one in self._list(key, int, "a list of whole numbers"))

    def section(self, key: str) -> Section | None:
        """Return the table at `key`; None where it is absent."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, "a table")
            return None
        return Section(value, self.field(key), self.noticed)

    def sections(self, key: str, numbered: str = "") -> list[Section]:
        """Return the tables in the list at `key`, each called by its number or its `numbered`."""
        tables = self._list(key, dict, "a list of tables")
        return [
            Section(table, self.field(f"{key} {table.get(numbered, at)}"), self.noticed)
            for at, table in enumerate(tables, 1)
        ]

    def _list(self, key: str, kind: type, words: str) -> Sequence[Any]:
        value = self._get(key)
        if value is None:
            return []
        if not isinstance(value, list) or any(type(one) is not kind for one in value):
            self._wrong(key, words)
            return []
        return value

    def close(self) -> None:
        """Report the keys that were not asked for."""
        for key in self.values:
            if key not in self._asked:
                self.noticed.warning(
                    "toml-unknown-key",
                    f"The key {shown(key)} is not known and was left out.",
                    "Check its spelling.",
                    field=self.where,
                )
