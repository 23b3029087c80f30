"""Schools on a drawing: pins with numbers, lines to the centre schools, and where pins that are parted belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import escape

from geo_partnerships.pages.labels import Box
from geo_partnerships.pages.palette import NONE
from geo_partnerships.pages.spread import spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_partnerships.pages.labels import Board
    from geo_partnerships.pages.palette import Colour
    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.pages.svg import Sheet
    from geo_partnerships.views.model import PartnershipView, SchoolView

RADIUS = 13
CROWD = 600
"""Schools from which a drawing has dots for pins, without numbers."""
DOT = 4
SPECK = ".01"
"""Length of the stroke that a pin is the end of: of one without any a printer draws no square ends."""


class Look(NamedTuple):
    """What stands in pins by key, where it is not the numbers of their partnerships; keys of those that stand out."""

    labels: Mapping[str, str]
    marked: Sequence[str] = ()


PLAIN = Look({})


def path_of(d: str, **attributes: str | float) -> str:
    """Return a path element; nothing where there is no path. Attributes are numbers and colours, never data."""
    if not d:
        return ""
    pairs = "".join(f'{name.replace("_", "-")}="{value}" ' for name, value in attributes.items())
    return f'<path {pairs}d="{d}"/>'


def drawn_pins(
    scene: Scene,
    sheet: Sheet,
    board: Board,
    partnerships: Sequence[PartnershipView],
    schools: Sequence[SchoolView],
    look: Look,
) -> str:
    """Return pins with the lines between them; the board has them then."""
    labels, marked = look
    placed = [s for s in schools if s.urn in scene.spots]
    if not placed:
        return ""
    at = sheet.units(np.array([scene.spots[s.urn] for s in placed]))
    crowded = len(placed) > CROWD
    moved = at if crowded else spread(at, 2 * RADIUS + 1)
    where = {s.urn: (round(x), round(y)) for s, (x, y) in zip(placed, moved.tolist(), strict=True)}
    for school in () if crowded else placed:
        x, y = where[school.urn]
        half = RADIUS + 4 * max(0, len(labels.get(school.urn) or scene.label(school)) - 2)
        board.take(Box(x - half, y - RADIUS, x + half, y + RADIUS))
    strong = {p.number: p for p in partnerships}
    spokes = []
    for p in partnerships:
        if p.centre in where and (p.number in scene.grounded or len(partnerships) == 1):
            x, y = where[p.centre]
            ends = (where[m.urn] for m in p.members if m.urn in where and m.urn != p.centre)
            spokes.append(path_of("".join(f"M{x} {y}L{u} {v}" for u, v in ends), stroke=scene.tint(p).line))
    gone = np.hypot(*(moved - at).T) > RADIUS / 2
    leaders = "".join(
        f"M{round(x)} {round(y)}L{where[s.urn][0]} {where[s.urn][1]}"
        for s, (x, y), far in zip(placed, at.tolist(), gone.tolist(), strict=True)
        if far
    )
    texts = {s.urn: labels.get(s.urn) or scene.label(s) for s in placed}
    rings = "".join(
        f'<circle cx="{where[urn][0]}" cy="{where[urn][1]}" r="{RADIUS + 6}"/>' for urn in marked if urn in where
    )
    return (
        f'<g fill="none" stroke-width="2">{"".join(spokes)}</g>'
        f'<g fill="none" stroke="#222c31">{path_of(leaders)}</g>'
        f'<g fill="#ffd24d" stroke="#111" stroke-width="3">{rings}</g>'
        f"{_dots(scene, placed, where, strong, texts, DOT if crowded else RADIUS)}"
        '<g font-size="14" font-weight="700" text-anchor="middle">'
        f"{'' if crowded else _labels(scene, placed, where, strong, texts)}</g>"
    )


def _tint(scene: Scene, school: SchoolView, strong: dict[int, PartnershipView]) -> tuple[Colour, bool]:
    """Return the colour of a school's pin, and whether it is a centre school."""
    mine = [strong[n] for n in scene.numbers(school) if n in strong]
    return (scene.tint(mine[0]), mine[0].centre == school.urn) if mine else (NONE, False)


def _dots(
    scene: Scene,
    schools: Sequence[SchoolView],
    where: dict[str, tuple[int, int]],
    strong: dict[int, PartnershipView],
    texts: Mapping[str, str],
    radius: int,
) -> str:
    """Return the pins as ends of round or square strokes, one path a colour: the shortest way to write them."""
    strokes: dict[tuple[str, str], list[str]] = {}
    for school in schools:
        tint, centre = _tint(scene, school, strong)
        half = 4 * max(0, len(texts[school.urn]) - 2) if radius == RADIUS else 0
        x, y = where[school.urn]
        strokes.setdefault((tint.fill, "square" if centre else "round"), []).append(
            f"M{x - half} {y}h{2 * half or SPECK}"
        )
    size = 2 * radius
    edges: dict[str, list[str]] = {}
    for (_, cap), d in strokes.items():
        edges.setdefault(cap, []).extend(d)
    rows = [
        path_of("".join(d), stroke="#1c272c", stroke_width=size + 1, stroke_linecap=cap) for cap, d in edges.items()
    ]
    for (fill, cap), d in strokes.items():
        inside = size - 4 if cap == "square" else size - 2
        rows.append(path_of("".join(d), stroke=fill, stroke_width=inside, stroke_linecap=cap))
    return f'<g fill="none">{"".join(rows)}</g>'


def _labels(
    scene: Scene,
    schools: Sequence[SchoolView],
    where: dict[str, tuple[int, int]],
    strong: dict[int, PartnershipView],
    texts: Mapping[str, str],
) -> str:
    inks: dict[str, list[str]] = {}
    stars = []
    for school in schools:
        tint, _ = _tint(scene, school, strong)
        x, y = where[school.urn]
        words = inks.setdefault(tint.ink, [])
        words.append(f'<text x="{x}" y="{y + 5}">{escape(texts[school.urn])}</text>')
        if school.designations:
            stars.append(f'<text x="{x + RADIUS}" y="{y - 7}">★</text>')
    numbers = "".join(f'<g fill="{ink}">{"".join(words)}</g>' for ink, words in inks.items())
    return f'{numbers}<g stroke="#fff" stroke-width="3" paint-order="stroke">{"".join(stars)}</g>' if stars else numbers
