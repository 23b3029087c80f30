"""Colours: Okabe and Ito's set, told apart by people with any common colour vision, with a number always beside."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """A fill, an ink that reads on it at 4.5:1 or better, and a darker line."""

    fill: str
    ink: str
    line: str


# Okabe & Ito (2008), "Color universal design", without black; then slate.
PALETTE: tuple[Colour, ...] = (
    Colour("#0072b2", "#ffffff", "#00456d"),
    Colour("#e69f00", "#111111", "#7d5600"),
    Colour("#009e73", "#000000", "#005c43"),
    Colour("#cc79a7", "#000000", "#84345f"),
    Colour("#56b4e9", "#111111", "#1b6796"),
    Colour("#d55e00", "#000000", "#8a3c00"),
    Colour("#f0e442", "#111111", "#756d00"),
    Colour("#44525a", "#ffffff", "#2b363c"),
)
SLATE = len(PALETTE) - 1
"""For partnerships by kind rather than place, which have no area to tell apart by colour."""
NONE = Colour("#ffffff", "#333f45", "#55636b")
"""For a school in no partnership."""


def place(index: int) -> int:
    """Return where a view's colour stands in the palette, going round where the palette is too small."""
    return index % SLATE
