"""The map as a drawing: what a page prints, and shows where scripts do not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from markupsafe import Markup, escape

from geo_partnerships.pages.packing import around, lines
from geo_partnerships.pages.palette import NONE
from geo_partnerships.pages.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.palette import Colour
    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.views.model import PartnershipView, SchoolView

WIDTH = 1_000
"""Units across a drawing that fills a page."""
NARROW = 560
"""Units across one that fills half a page: the same pins take more of it."""
TALLEST = 1.15
"""Height over width that no drawing goes beyond."""
FLATTEST = 0.5
RADIUS = 13
MARGIN = 0.06
BARS = (20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)
"""Metres that a scale bar may show."""
CROWD = 600
"""Schools from which a drawing has dots for pins, without numbers."""
DOT = 4
LEAST = 1_500.0
"""Metres across that a drawing shows at the least."""


class Sheet:
    """Paper with a scale: from metres on EPSG:27700 to whole units, north up.

    Parameters
    ----------
    bounds
        West, south, east, north in metres.
    width
        Units across.
    """

    def __init__(self, bounds: tuple[float, float, float, float], width: int = WIDTH) -> None:
        west, south, east, north = bounds
        across = max(east - west, LEAST) * (1 + 2 * MARGIN)
        down = max(north - south, LEAST * 0.6) * (1 + 2 * MARGIN)
        self.width = width
        self.scale = min(width / across, TALLEST * width / down)
        self.height = max(round(down * self.scale), round(FLATTEST * width))
        self._west = (west + east) / 2 - width / 2 / self.scale
        self._north = (south + north) / 2 + self.height / 2 / self.scale
        self.window = (
            self._west,
            self._north - self.height / self.scale,
            self._west + width / self.scale,
            self._north,
        )

    def units(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return units on the sheet for eastings and northings, shape (n, 2)."""
        return (points - (self._west, self._north)) * (self.scale, -self.scale)

    def path(self, shape: BaseGeometry) -> str:
        """Return path data of a shape's part within the window, in whole units; empty where none is."""
        cut = shapely.clip_by_rect(shape, *self.window)
        if cut.is_empty:
            return ""
        closed = "z" if cut.area else ""
        pieces = []
        for line in lines(shapely.simplify(cut, 0.5 / self.scale)):
            whole = np.rint(self.units(line)).astype(int)
            steps = np.diff(whole, axis=0)
            steps = steps[np.any(steps != 0, axis=1)]
            if len(steps):
                pieces.append(f"M{whole[0, 0]} {whole[0, 1]}l{_numbers(steps.ravel())}{closed}")
        return "".join(pieces)


def drawing(
    scene: Scene,
    *,
    partnerships: Sequence[PartnershipView],
    schools: Sequence[SchoolView],
    focus: Sequence[str],
    title: str,
    width: int = WIDTH,
    labels: Mapping[str, str] | None = None,
    marked: Sequence[str] = (),
) -> Markup:
    """Return a map as static SVG without scripts, styles or links.

    Parameters
    ----------
    scene
        Geography of the view.
    partnerships
        Those drawn strongly, with lines to their centre schools.
    schools
        Those with a pin.
    focus
        Keys of the schools the drawing is cut to; none means the authority, or else all schools.
    title
        What the drawing shows, for screen readers.
    width
        Units across; pins and words keep their size in units.
    labels
        What stands in pins by key, where it is not the numbers of the school's partnerships.
    marked
        Keys of the schools that stand out.
    """
    sheet = Sheet(_bounds(scene, focus), width)
    body = "".join(
        (
            _ground(scene, sheet),
            _areas(scene, sheet, partnerships),
            _context_lines(scene, sheet),
            _pins(scene, sheet, partnerships, schools, labels or {}, marked),
            _scale_bar(sheet),
        )
    )
    return Markup(  # noqa: S704 - numbers and colours; what is text from data was escaped where it was put in
        f'<svg viewBox="0 0 {width} {sheet.height}" role="img" aria-label="{escape(title)}" '
        'font-family="system-ui,Arial,sans-serif">'
        f'<rect width="100%" height="100%" fill="#e7ecee"/>{body}</svg>'
    )


def _bounds(scene: Scene, focus: Sequence[str]) -> tuple[float, float, float, float]:
    chosen = [scene.places[urn] for urn in focus if urn in scene.places]
    if not chosen and not scene.authority.is_empty:
        return scene.authority.bounds
    return around(chosen or list(scene.places.values()) or [(400_000.0, 300_000.0)], 250)


def _numbers(values: Iterable[int]) -> str:
    """Return whole numbers as path data, with no more space than they need."""
    return " ".join(str(v) for v in values).replace(" -", "-")


def _path(d: str, **attributes: str | float) -> str:
    """Return a path element; nothing where there is no path. Attributes are numbers and colours, never data."""
    if not d:
        return ""
    pairs = "".join(f'{name.replace("_", "-")}="{value}" ' for name, value in attributes.items())
    return f'<path {pairs}d="{d}"/>'


def _ground(scene: Scene, sheet: Sheet) -> str:
    return (
        f'<g fill="none" stroke="#aab6bc" stroke-width="1.5">{_lines(scene, sheet, "neighbours")}</g>'
        f'<g fill="#fff" stroke="#4c5a61" stroke-width="2.5">{_path(sheet.path(scene.authority))}</g>'
    )


def _areas(scene: Scene, sheet: Sheet, partnerships: Sequence[PartnershipView]) -> str:
    strong = {p.number for p in partnerships}
    alone = len(partnerships) == 1
    rows = []
    shown = dict(scene.areas_by_place.within(sheet.window))
    if alone:
        shown |= {number: scene.areas[number] for number in strong if number in scene.areas}
    for number, area in sorted(shown.items()):
        p = scene.partnerships[number]
        tint = scene.tint(p)
        opacity, width = (".28", "1.5") if p.number in strong else (".07", ".7")
        d = sheet.path(area)
        rows.append(_path(d, fill=tint.fill, fill_opacity=opacity, stroke=tint.line, stroke_width=width))
    return f'<g stroke-linejoin="round">{"".join(rows)}</g>'


def _context_lines(scene: Scene, sheet: Sheet) -> str:
    labels = []
    for name, shape in scene.districts_by_place.within(sheet.window):
        x, y = _spot(sheet, shape)
        labels.append(f'<text x="{x}" y="{y}">{escape(name)}</text>')
    return (
        f'<g fill="none" stroke="#8d979c" stroke-width="1.5">{_lines(scene, sheet, "rail")}</g>'
        f'<g fill="none" stroke="#5f7079" stroke-dasharray="1 5">{_lines(scene, sheet, "districts")}</g>'
        '<g font-size="15" font-weight="600" fill="#3d4b52" text-anchor="middle" stroke="#fff" stroke-width="3" '
        f'paint-order="stroke">{"".join(labels)}</g>'
    )


def _lines(scene: Scene, sheet: Sheet, layer: str) -> str:
    """Return the lines of a layer of the context within the window, as one path."""
    return _path("".join(sheet.path(line) for _, line in scene.lines_by_place[layer].within(sheet.window)))


def _spot(sheet: Sheet, shape: BaseGeometry) -> tuple[int, int]:
    cut = shapely.clip_by_rect(shape, *sheet.window)
    place = shapely.point_on_surface(shape if cut.is_empty else cut)
    x, y = sheet.units(np.array([[place.x, place.y]]))[0]
    return round(float(x)), round(float(y))


def _pins(
    scene: Scene,
    sheet: Sheet,
    partnerships: Sequence[PartnershipView],
    schools: Sequence[SchoolView],
    labels: Mapping[str, str],
    marked: Sequence[str],
) -> str:
    placed = [s for s in schools if s.urn in scene.places]
    if not placed:
        return ""
    at = sheet.units(np.array([scene.places[s.urn] for s in placed]))
    crowded = len(placed) > CROWD
    moved = at if crowded else spread(at, 2 * RADIUS + 1)
    where = {s.urn: (round(x), round(y)) for s, (x, y) in zip(placed, moved.tolist(), strict=True)}
    strong = {p.number: p for p in partnerships}
    spokes = []
    for p in partnerships:
        if p.centre in where and (p.number in scene.grounded or len(partnerships) == 1):
            x, y = where[p.centre]
            ends = (where[m.urn] for m in p.members if m.urn in where and m.urn != p.centre)
            spokes.append(_path("".join(f"M{x} {y}L{u} {v}" for u, v in ends), stroke=scene.tint(p).line))
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
        f'<g fill="none" stroke="#222c31">{_path(leaders)}</g>'
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
        strokes.setdefault((tint.fill, "square" if centre else "round"), []).append(f"M{x - half} {y}h{2 * half}")
    size = 2 * radius
    rows = [
        _path("".join(d), stroke="#1c272c", stroke_width=size + 1, stroke_linecap=cap)
        for (_, cap), d in strokes.items()
    ]
    for (fill, cap), d in strokes.items():
        inside = size - 4 if cap == "square" else size - 2
        rows.append(_path("".join(d), stroke=fill, stroke_width=inside, stroke_linecap=cap))
    return f'<g fill="none">{"".join(rows)}</g>'


def _labels(
    scene: Scene,
    schools: Sequence[SchoolView],
    where: dict[str, tuple[int, int]],
    strong: dict[int, PartnershipView],
    texts: Mapping[str, str],
) -> str:
    inks: dict[str, list[str]] = {}
    for school in schools:
        tint, _ = _tint(scene, school, strong)
        x, y = where[school.urn]
        words = inks.setdefault(tint.ink, [])
        words.append(f'<text x="{x}" y="{y + 5}">{escape(texts[school.urn])}</text>')
        if school.designations:
            words.append(
                f'<text x="{x + RADIUS}" y="{y - 7}" fill="#000" stroke="#fff" stroke-width="3" '
                'paint-order="stroke">★</text>'
            )
    return "".join(f'<g fill="{ink}">{"".join(words)}</g>' for ink, words in inks.items())


def _scale_bar(sheet: Sheet) -> str:
    length = next((m for m in BARS if m * sheet.scale <= sheet.width / 4), BARS[-1])
    end = 20 + round(length * sheet.scale)
    y = sheet.height - 18
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"  # noqa: PLR2004 - metres in a kilometre
    return (
        f'<path d="M20 {y}v8H{end}v-8" fill="none" stroke="#1c272c" stroke-width="2"/>'
        f'<text x="{end + 8}" y="{y + 9}" font-size="14" fill="#1c272c">{words}</text>'
    )
