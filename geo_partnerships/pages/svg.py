"""The map as a drawing: what a page prints, and shows where scripts do not run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from markupsafe import Markup, escape

from geo_partnerships.pages.ground import BORDERS, EDGE, FROM_AFAR, OPEN_LAND, STYLES, VEIL, VEILED, width_at
from geo_partnerships.pages.labels import Board, Box, in_two, names_of, width_of
from geo_partnerships.pages.moves import Moves, drawn_moves
from geo_partnerships.pages.packing import around
from geo_partnerships.pages.pins import PLAIN, Look, drawn_pins, path_of
from geo_partnerships.pages.plane import EARTH, FAR_OUT, UNIT, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_partnerships.pages.ground import Style
    from geo_partnerships.pages.labels import Group, Name
    from geo_partnerships.pages.plane import Plane, Window
    from geo_partnerships.pages.scene import Scene
    from geo_partnerships.views.model import PartnershipView, SchoolView

WIDTH = 1_000
"""Units across a drawing that fills a page."""
BESIDE = 700
"""Units across one that leaves room on a page for words beside it: the same pins take more of it."""
NARROW = 560
"""Units across one that fills half a page."""
TALLEST = 1.15
"""Height over width that no drawing goes beyond."""
FLATTEST = 0.5
MARGIN = 0.06
BARS = (20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)
"""Metres that a scale bar may show."""
BEYOND = 0.35
"""Share of its own size that the paths of a drawing beside a live map reach beyond it on each side."""
WIDEST = 1.0
"""Half of how many times as wide as high a live map may be."""
NEARLY = 0.05
STILL_FINENESS = 1.6
"""Units that the lines of a drawing without a live map may lie beside where they are."""
STILL_UNIT = 0.7
"""Units that its paths are rounded to."""
LEAST = 1_500.0
"""Metres across that a drawing shows at the least."""


class Paper(NamedTuple):
    """How wide a drawing is."""

    width: int
    """Units across."""
    live: bool
    """True where a live map beside it takes its ground from it: more is in it then than shows."""


PAGE = Paper(WIDTH, live=True)
SHEET = Paper(BESIDE, live=True)
THUMB = Paper(WIDTH, live=False)
COLUMN = Paper(NARROW, live=False)
LEAF = Paper(BESIDE, live=False)


class Sheet:
    """Paper with a scale: from the plane to units, north up.

    Parameters
    ----------
    plane
        What it shows a part of.
    bounds
        West, south, east, north of what must be on it.
    ground
        All the ground that there is; None where there is none.
    paper
        How wide it is.
    """

    def __init__(self, plane: Plane, bounds: Window, ground: Window | None, paper: Paper) -> None:
        width, live = paper
        west, south, east, north = bounds
        across = max(east - west, LEAST) * (1 + 2 * MARGIN)
        down = max(north - south, LEAST * 0.6) * (1 + 2 * MARGIN)
        self.width = width
        self.scale = min(width / across, TALLEST * width / down)
        self.height = max(round(down * self.scale), round(FLATTEST * width))
        self._west = (west + east) / 2 - width / 2 / self.scale
        self._north = (south + north) / 2 + self.height / 2 / self.scale
        self.window: Window = (
            self._west,
            self._north - self.height / self.scale,
            self._west + width / self.scale,
            self._north,
        )
        self.live = live
        finest = 0.0 if live else STILL_FINENESS / self.scale
        unit = UNIT if live else max(UNIT, round(STILL_UNIT / self.scale, 1))
        self.grid = Grid(plane, _reach(self.window, ground, BEYOND if live else NEARLY), finest, unit)
        self.zoom = math.log2(2 * math.pi * EARTH / 256 / plane.stretch * self.scale)
        self.nearest = self.zoom + math.log2(WIDTH / width) if live else self.zoom
        """Zoom of a live map that fills a page with the same."""

    def units(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return units on the sheet for places on the plane, shape (n, 2)."""
        return (points - (self._west, self._north)) * (self.scale, -self.scale)

    @property
    def pen(self) -> float:
        """Units of the grid in one unit of the sheet."""
        return 1 / (self.grid.unit * self.scale)

    @property
    def to_grid(self) -> str:
        """How the grid lies on the sheet, as SVG says it."""
        west, _, _, north = self.grid.window
        x, y = self.units(np.array([[west, north]]))[0].tolist()
        return f"translate({x:.1f} {y:.1f})scale({1 / self.pen:.5f})"


def _reach(window: Window, ground: Window | None, beyond: float) -> Window:
    """Return what the paths of a drawing hold: what it shows and as much around it as it may be moved to."""
    west, south, east, north = window
    across, down = east - west, north - south
    over = max(across * beyond, down * WIDEST - across / 2 if beyond >= BEYOND else 0)
    up = down * beyond
    wished = (west - over, south - up, east + over, north + up)
    if ground is None:
        return wished
    least, most = zip(wished[:2], ground[:2], strict=True), zip(wished[2:], ground[2:], strict=True)
    west, south = (max(pair) for pair in least)
    east, north = (min(pair) for pair in most)
    return (west, south, east, north) if west < east and south < north else wished


def sheet_of(scene: Scene, focus: Sequence[str], paper: Paper = PAGE) -> Sheet:
    """Return the paper that some schools are drawn on; none means the authority, or else all schools."""
    chosen = [scene.spots[urn] for urn in focus if urn in scene.spots]
    if not chosen and not scene.outline.is_empty:
        return Sheet(scene.plane, scene.outline.bounds, scene.reach, paper)
    spots = chosen or list(scene.spots.values()) or [(0.0, 0.0)]
    return Sheet(scene.plane, around(spots, 250), scene.reach, paper)


def drawing(
    scene: Scene,
    *,
    partnerships: Sequence[PartnershipView],
    schools: Sequence[SchoolView],
    focus: Sequence[str],
    title: str,
    paper: Paper = PAGE,
    look: Look | Moves = PLAIN,
) -> Markup:
    """Return a map as static SVG without scripts, styles or links.

    Its paths bear the names that a live map beside it finds them by, and reach beyond what the drawing shows.

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
    paper
        How wide it is; pins and words keep their size in units.
    look
        How its pins look; moves of a comparison stand in place of pins.
    """
    sheet = sheet_of(scene, focus, paper)
    width = paper.width
    board = Board(width, sheet.height)
    board.take(Box(0, sheet.height - 30, width / 4 + 90, sheet.height))  # the scale bar's
    if not paper.live:
        board.take(Box(0, 0, 60, 140))  # the buttons'
    if isinstance(look, Moves):
        pins = drawn_moves(scene, sheet, board, look)
    else:
        pins = drawn_pins(scene, sheet, board, partnerships, schools, look)
    body = "".join(
        (
            f'<g transform="{sheet.to_grid}" stroke-linejoin="round" fill="none">',
            _ground(scene, sheet, over=False),
            _areas(scene, sheet, partnerships),
            _ground(scene, sheet, over=True),
            _borders(scene, sheet),
            _outside(scene, sheet),
            "</g>",
            _names(scene, sheet, board, partnerships),
            pins,
            _scale_bar(sheet),
        )
    )
    return Markup(  # noqa: S704 - numbers and colours; what is text from data was escaped where it was put in
        f'<svg viewBox="0 0 {width} {sheet.height}" role="img" aria-label="{escape(title)}" '
        'font-family="system-ui,Arial,sans-serif">'
        f'<rect width="100%" height="100%" fill="{OPEN_LAND}"/>{body}</svg>'
    )


def _ground(scene: Scene, sheet: Sheet, *, over: bool) -> str:
    """Return land and water, or the roads and railways over it; what shows from nearer alone is there, not seen."""
    rows = []
    for style in STYLES:
        if style.name in scene.ground and style.is_line is over:
            d = "".join(sheet.grid.path(part) for _, part in scene.ground[style.name].within(sheet.grid.window))
            rows.append(_layer(style, d, sheet))
    return "".join(rows)


def _layer(style: Style, d: str, sheet: Sheet) -> str:
    if not d:
        return ""
    name = f'data-layer="{style.name}"'
    if style.zoom > sheet.zoom:
        kept = sheet.live and style.zoom < sheet.nearest + FROM_AFAR
        return f'<path {name} display="none" d="{d}"/>' if kept else ""
    if style.fill:
        return f'<path {name} fill="{style.fill}" fill-rule="evenodd" d="{d}"/>'
    width = style.width * width_at(sheet.zoom) * sheet.pen
    dash = style.dash and " ".join(f"{float(part) * sheet.pen:.0f}" for part in style.dash.split())
    lines = path_of(d, stroke=style.stroke, stroke_width=f"{width:.1f}", **({"stroke_dasharray": dash} if dash else {}))
    under = path_of(d, stroke=style.casing, stroke_width=f"{width + 1.4 * sheet.pen:.1f}") if style.casing else ""
    return (under + lines).replace("<path ", f"<path {name} ", 1)


def _areas(scene: Scene, sheet: Sheet, partnerships: Sequence[PartnershipView]) -> str:
    strong = {p.number for p in partnerships}
    rows = []
    for number, area in sorted(drawn_areas(scene, sheet, partnerships).items()):
        p = scene.partnerships[number]
        tint = scene.tint(p)
        opacity, width = (".3", 1.8) if p.number in strong else (".05", 0.8)
        d = sheet.grid.path(area)
        look = {
            "fill": tint.fill,
            "fill_opacity": opacity,
            "stroke": tint.line,
            "stroke_width": f"{width * sheet.pen:.1f}",
        }
        rows.append(path_of(d, data_area=number, **look))
    return "".join(rows)


def drawn_areas(scene: Scene, sheet: Sheet, partnerships: Sequence[PartnershipView]) -> dict[int, BaseGeometry]:
    """Return the areas that a drawing of some partnerships has, by number."""
    shown = dict(scene.drawn_areas_by_place.within(sheet.grid.window))
    if len(partnerships) == 1:
        shown |= {p.number: scene.drawn_areas[p.number] for p in partnerships if p.number in scene.drawn_areas}
    return shown


def _outside(scene: Scene, sheet: Sheet) -> str:
    """Return a veil over what lies outside the authority, whose edge is its outline."""
    d = sheet.grid.around(scene.outline, FAR_OUT if sheet.live else NEARLY)
    edge = {"stroke": EDGE.stroke, "stroke_width": f"{EDGE.width * sheet.pen:.1f}"}
    return path_of(d, data_layer="outside", fill=VEIL, fill_opacity=VEILED, fill_rule="evenodd", **edge)


def _borders(scene: Scene, sheet: Sheet) -> str:
    rows = []
    for name, look in BORDERS.items():
        d = "".join(sheet.grid.path(part) for _, part in scene.borders[name].within(sheet.grid.window))
        dash = {"stroke_dasharray": " ".join(f"{n * sheet.pen:.0f}" for n in look.dash)} if look.dash else {}
        rows.append(
            path_of(d, data_layer=name, stroke=look.stroke, stroke_width=f"{look.width * sheet.pen:.1f}", **dash)
        )
    return "".join(rows)


@dataclass(frozen=True, slots=True)
class Lettering:
    """How names of a kind are written, in units of the sheet."""

    size: int
    ink: str
    weight: int = 400
    apart: float = 0
    """Space between letters."""


LETTERING = {
    "town": Lettering(15, "#3a4146", 600),
    "district": Lettering(12, "#4a565d", 600, 0.4),
    "area": Lettering(15, "#1c272c", 700),
    "around": Lettering(13, "#4b555b", 400, 1.6),
    "quarter": Lettering(12, "#4a5156"),
    "road": Lettering(10, "#4d463b", 600),
    "station": Lettering(10, "#4c555a"),
}
LONGEST = 44
"""Letters of a name that a drawing shows."""


def _names(scene: Scene, sheet: Sheet, board: Board, partnerships: Sequence[PartnershipView]) -> str:
    """Return the names that find room, none upon another or upon a pin."""
    strong = {p.number: p for p in partnerships}
    written: dict[tuple[str, str], list[str]] = {}
    for group in names_of(scene, sheet.window):
        if group.zoom <= sheet.zoom:
            for name in group.names:
                ink, row = _name(scene, sheet, board, group, name, strong)
                written.setdefault((group.kind, ink), []).append(row)
    return "".join(_written(kind, ink, rows) for (kind, ink), rows in written.items() if any(rows))


def _written(kind: str, ink: str, rows: list[str]) -> str:
    look = LETTERING[kind]
    apart = f' letter-spacing="{look.apart}"' if look.apart else ""
    return (
        f'<g font-size="{look.size}" font-weight="{look.weight}" fill="{ink}"{apart} text-anchor="middle" '
        f'stroke="#fff" stroke-opacity=".85" stroke-width="3" paint-order="stroke">{"".join(rows)}</g>'
    )


def _name(
    scene: Scene, sheet: Sheet, board: Board, group: Group, name: Name, strong: dict[int, PartnershipView]
) -> tuple[str, str]:
    """Return the ink and the text of a name that finds room, or no text."""
    look = LETTERING[group.kind]
    ink = look.ink
    words: tuple[str, ...] = (name.text[:LONGEST],)
    if group.kind == "area":
        number = int(name.text)
        ink = scene.tint(scene.partnerships[number]).line
        if number not in scene.grounded and set(strong) != {number}:
            return ink, ""
        if number in strong:
            words = in_two(f"{number} {strong[number].name}"[:LONGEST])
    places = list(_ways(group.kind, sheet.units(np.array(name.spots)).tolist(), look.size))
    for said in dict.fromkeys((words, (name.text[:LONGEST],))):  # an area at least its number
        found = board.put([_box_of(said, x, y, look) for x, y in places])
        if found is not None:
            return ink, _text(said, *places[found], look.size)
    return ink, ""


def _ways(kind: str, spots: Sequence[Sequence[float]], size: int) -> Iterator[tuple[float, float]]:
    """Yield where a name's middle may stand: on its spots, and for a place a little beside."""
    for x, y in spots:
        if kind != "station":
            yield x, y
        if kind in ("town", "quarter", "station", "district"):
            for across, down in ((0, -1.1), (0, 1.1), (2.2, 0), (-2.2, 0), (2.2, -1.1), (-2.2, -1.1), (2.2, 1.1)):
                yield x + across * size, y + down * size


def _box_of(words: Sequence[str], x: float, y: float, look: Lettering) -> Box:
    half = max(width_of(line, look.size) + look.apart * len(line) for line in words) / 2 + 2
    tall = look.size * (0.62 * len(words) + 0.05) + 1
    return Box(x - half, y - tall, x + half, y + tall)


def _text(words: Sequence[str], x: float, y: float, size: int) -> str:
    first = y + size * (0.36 - 0.58 * (len(words) - 1))
    return "".join(
        f'<text x="{x:.0f}" y="{first + 1.16 * size * at:.0f}">{escape(line)}</text>' for at, line in enumerate(words)
    )


def _scale_bar(sheet: Sheet) -> str:
    length = next((m for m in BARS if m * sheet.scale <= sheet.width / 4), BARS[-1])
    end = 20 + round(length * sheet.scale)
    y = sheet.height - 18
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"  # noqa: PLR2004 - metres in a kilometre
    return (
        f'<path d="M20 {y}v8H{end}v-8" fill="none" stroke="#1c272c" stroke-width="2"/>'
        f'<text x="{end + 8}" y="{y + 9}" font-size="14" fill="#1c272c">{words}</text>'
    )
