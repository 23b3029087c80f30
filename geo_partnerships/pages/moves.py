"""Schools that change their partnership: each a pin in two colours, with an arrow to where it goes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import escape

from geo_partnerships.pages.labels import Box
from geo_partnerships.pages.palette import NONE
from geo_partnerships.pages.pins import RADIUS, path_of
from geo_partnerships.pages.spread import spread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from geo_partnerships.pages.labels import Board
    from geo_partnerships.pages.palette import Colour
    from geo_partnerships.pages.plane import Spot
    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.pages.svg import Sheet

HALF = 14
"""Units of each half of a pin in two colours, its round end left out."""
TIP = 7
"""Units that the first half points into the second."""
APART = 2 * (HALF + RADIUS) - 6
"""Units between two such pins."""
SLIGHT = 4
"""Radius of the dot that a school is which stays."""
BEND = 0.16
"""How far an arrow bows out, as a share of its length."""
SHORTEST = 46
"""Units below which no arrow is drawn."""
HEAD = 9


class Move(NamedTuple):
    """A school that changes its partnership: numbers of those it leaves and joins, and where it goes on the plane."""

    urn: str
    leaves: tuple[int, ...]
    joins: tuple[int, ...]
    towards: Spot | None

    @property
    def words(self) -> tuple[str, str]:
        """What stands in the two halves of its pin."""
        first, second = (",".join(map(str, numbers)) or "–" for numbers in (self.leaves, self.joins))
        return first, second


class Moves(NamedTuple):
    """What differs between two plans: who moves, and the colours of the partnerships of both by number."""

    schools: Sequence[Move]
    colours: Mapping[int, Colour]


def drawn_moves(scene: Scene, sheet: Sheet, board: Board, moves: Moves) -> str:
    """Return schools that stay as dots, centre schools as pins, those that move in two colours with arrows."""
    placed = [move for move in moves.schools if move.urn in scene.spots]
    moving = {move.urn for move in placed}
    centres = {p.centre: p for p in scene.view.partnerships if p.number in scene.grounded and p.centre in scene.spots}
    still = [(key, p) for key, p in centres.items() if key not in moving]
    keys = [*(move.urn for move in placed), *(str(key) for key, _ in still)]
    if not keys:
        return _stayers(scene, sheet, board, moving)
    at = sheet.units(np.array([scene.spots[key] for key in keys]))
    where: dict[str | None, Spot] = {key: (x, y) for key, (x, y) in zip(keys, spread(at, APART).tolist(), strict=True)}
    for key, (x, y) in where.items():
        half = RADIUS + (HALF if key in moving else 0)
        board.take(Box(x - half, y - RADIUS, x + half, y + RADIUS))
    goals = {p.number: where[key] for key, p in centres.items()}
    arrows = []
    for move in placed:
        towards = sheet.units(np.array([move.towards]))[0].tolist() if move.towards else None
        end = next((goals[number] for number in move.joins if number in goals), towards)
        arrows.append(_arrow(where[move.urn], end, _colour(moves.colours, move.joins).line) if end else "")
    pins = [_pin(move, where[move.urn], moves.colours) for move in placed]
    feet = "".join(
        f"M{u:.0f} {v:.0f}L{where[key][0]:.0f} {where[key][1]:.0f}"
        for key, (u, v) in zip(keys, at.tolist(), strict=True)
        if math.hypot(where[key][0] - u, where[key][1] - v) > RADIUS / 2
    )
    squares = "".join(_centre(p.number, where[key], scene.tint(p)) for key, p in still)
    return (
        f"{_stayers(scene, sheet, board, {*where})}"
        f'<g fill="none" stroke="#222c31">{path_of(feet)}</g>'
        f'<g fill="none" stroke-linecap="round">{"".join(arrows)}</g>'
        f'<g font-size="13" font-weight="700" text-anchor="middle">{squares}{"".join(pins)}</g>'
    )


def _stayers(scene: Scene, sheet: Sheet, board: Board, others: Collection[str | None]) -> str:
    """Return a dot for each school that stays, in its partnership's colour, one path a colour."""
    strokes: dict[str, list[str]] = {}
    for school in scene.schools:
        if school.urn not in others:
            x, y = sheet.units(np.array([scene.spots[school.urn]]))[0].round().tolist()
            board.take(Box(x - SLIGHT, y - SLIGHT, x + SLIGHT, y + SLIGHT))
            numbers = scene.numbers(school)
            fill = scene.tint(scene.partnerships[numbers[0]]).fill if numbers else NONE.fill
            strokes.setdefault(fill, []).append(f"M{x:.0f} {y:.0f}h.01")
    edge = path_of("".join(d for one in strokes.values() for d in one), stroke="#4b555b", stroke_width=2 * SLIGHT + 1.6)
    dots = (path_of("".join(d), stroke=fill, stroke_width=2 * SLIGHT) for fill, d in strokes.items())
    return f'<g fill="none" stroke-linecap="round" opacity=".8">{edge}{"".join(dots)}</g>'


def _colour(colours: Mapping[int, Colour], numbers: Iterable[int]) -> Colour:
    return next((colours[number] for number in numbers if number in colours), NONE)


def _arrow(start: Spot, end: Spot, stroke: str) -> str:
    """Return a bowed arrow with a light edge, from the rim of one pin to the rim of another."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    if length < SHORTEST:
        return ""
    bow = ((start[0] + end[0]) / 2 + BEND * down, (start[1] + end[1]) / 2 - BEND * across)
    back = math.hypot(end[0] - bow[0], end[1] - bow[1])
    ux, uy = (end[0] - bow[0]) / back, (end[1] - bow[1]) / back
    tip = (end[0] - ux * (RADIUS + 4), end[1] - uy * (RADIUS + 4))
    neck = (tip[0] - ux * HEAD, tip[1] - uy * HEAD)
    line = f"M{start[0]:.0f} {start[1]:.0f}Q{bow[0]:.0f} {bow[1]:.0f} {neck[0]:.0f} {neck[1]:.0f}"
    wings = [(neck[0] - side * uy * HEAD / 2, neck[1] + side * ux * HEAD / 2) for side in (1, -1)]
    head = f"M{tip[0]:.0f} {tip[1]:.0f}" + "".join(f"L{x:.0f} {y:.0f}" for x, y in wings) + "z"
    return (
        path_of(line, stroke="#fff", stroke_width=5, stroke_opacity=".85")
        + path_of(line, stroke=stroke, stroke_width=2.2)
        + path_of(head, fill=stroke, stroke="#fff", stroke_width=1)
    )


def _centre(number: int, at: Spot, tint: Colour) -> str:
    x, y = at
    return (
        f'<rect x="{x - RADIUS + 1:.0f}" y="{y - RADIUS + 1:.0f}" width="{2 * RADIUS - 2}" height="{2 * RADIUS - 2}" '
        f'rx="4" fill="{tint.fill}" stroke="#1c272c" stroke-width="2"/>'
        f'<text x="{x:.0f}" y="{y + 5:.0f}" fill="{tint.ink}">{number}</text>'
    )


def _pin(move: Move, at: Spot, colours: Mapping[int, Colour]) -> str:
    """Return a pin whose first half, in the colour that a school leaves, points into the second."""
    (x, y), r = at, RADIUS - 1
    before, after = _colour(colours, move.leaves), _colour(colours, move.joins)
    ends = f"M{x - HALF:.0f} {y:.0f}h{2 * HALF}"
    side = HALF - TIP / 2
    first = f"M{x - HALF:.0f} {y - r:.0f}h{side}l{TIP} {r}l{-TIP} {r}h{-side}a{r} {r} 0 0 1 0 {-2 * r}z"
    left, right = move.words
    return (
        path_of(ends, fill="none", stroke="#1c272c", stroke_width=2 * r + 4, stroke_linecap="round")
        + path_of(ends, fill="none", stroke=after.fill, stroke_width=2 * r, stroke_linecap="round")
        + path_of(first, fill=before.fill, stroke="#fff", stroke_width=1.6)
        + f'<text x="{x - HALF:.0f}" y="{y + 5:.0f}" fill="{before.ink}">{escape(left)}</text>'
        f'<text x="{x + HALF:.0f}" y="{y + 5:.0f}" fill="{after.ink}">{escape(right)}</text>'
    )
