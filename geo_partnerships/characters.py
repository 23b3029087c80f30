"""Characters that a line of text cannot show."""

from __future__ import annotations

import unicodedata


def is_unprintable(character: str) -> bool:
    """Return True for control, format, surrogate, private and line-separating characters."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_control(character: str) -> bool:
    """Return True for characters that no text holds: control characters and halves of surrogate pairs."""
    return unicodedata.category(character) in {"Cc", "Cs"}


def writable(text: str) -> str:
    """Return a text with a mark in the place of what no text holds, so that it can be written to a file."""
    return "".join("�" if is_control(character) else character for character in text)


def printable(text: str) -> str:
    """Return a text with a mark in the place of what a terminal would obey rather than show."""
    return "".join("�" if is_unprintable(character) else character for character in text)
