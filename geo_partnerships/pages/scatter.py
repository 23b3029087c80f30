"""Plans as points of a chart, each a link to its plan: SVG without scripts, the same bytes every time."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
__all__ = ["Spot", "by_itself", "scatter"]

INCHES = (8.0, 5.0)
INK, FAINT = "#00456d", "#d5dcdf"
BESIDE = ((9, 5), (9, -13), (-9, 5), (-9, -13), (0, 12), (0, -20))
"""Points to the east and north of a plan at which its label begins, ends, or is centred."""
FARTHER = (24, 36, 50, 66, 84, 104, 126)
"""Points away from it at which a label may stand that finds no room there; a line leads to its plan."""
TURNS = 12
"""Directions tried at each of these."""
LETTERING: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "geo_partnerships",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}
NO_METADATA: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
_HEAD = re.compile(r"^.*?<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One plan in a chart.

    Parameters
    ----------
    label
        A word or number beside the point.
    words
        What is read aloud, and shown where the point is pointed at.
    page
        Where the plan is, from the chart's page.
    filled
        Whether the point is drawn full.
    """

    across: float
    up: float
    label: str
    words: str
    page: str
    filled: bool


def scatter(spots: Iterable[Spot], *, title: str, across: str, up: str) -> str:
    """Return plans as points; `across` and `up` are what is told along the axes, with units."""
    spots = tuple(spots)
    with mpl.rc_context({**mpl.rcParamsDefault, **LETTERING, "backend": "agg"}):
        figure = Figure(figsize=INCHES, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        _axes(axes, across, up)
        for at, spot in enumerate(spots):
            (point,) = axes.plot(spot.across, spot.up, "o", markersize=9, markeredgewidth=1.6, color=INK)
            point.set_markerfacecolor(INK if spot.filled else "white")
            point.set_gid(f"plan-{at}")
        axes.margins(0.1)
        figure.canvas.draw()
        _label(axes, spots)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata=NO_METADATA)
    return _linked(drawn.getvalue(), spots, title)


def _axes(axes: Axes, across: str, up: str) -> None:
    """Give axes words, a faint grid, and ticks at round values."""
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color=FAINT, linewidth=0.8)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], min_n_ticks=3))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _label(axes: Axes, spots: Sequence[Spot]) -> None:
    """Put a label beside each point, none upon another or a point, as near as there is room."""
    renderer: Any = axes.figure.canvas.get_renderer()  # type: ignore[attr-defined]  # that of Agg
    taken = [_around(axes.transData.transform((spot.across, spot.up))) for spot in spots]
    inside = axes.get_window_extent(renderer)
    far = [(_turned(at, length), True) for length in FARTHER for at in range(TURNS)]
    for number, spot in enumerate(spots):
        for (east, north), led in [*((way, False) for way in BESIDE), *far]:
            words = axes.annotate(
                spot.label,
                (spot.across, spot.up),
                (east, north),
                textcoords="offset points",
                ha="left" if east > 1 else "right" if east < -1 else "center",
                arrowprops={"arrowstyle": "-", "color": "#6b777d", "lw": 0.8, "shrinkB": 5} if led else None,
            )
            words.set_in_layout(False)
            words.update_positions(renderer)
            box = Text.get_window_extent(words, renderer)  # without the line to its plan
            if _is_free(box, taken, inside):
                words.set_gid(f"label-{number}")
                taken.append(box)
                break
            words.remove()


def _turned(at: int, length: float) -> tuple[float, float]:
    """Return a place so far away, upward first and then to both sides in turn."""
    angle = math.pi / 2 + (at + 1) // 2 * (-1) ** at * 2 * math.pi / TURNS
    return length * math.cos(angle), length * math.sin(angle)


def _around(at: NDArray[np.float64]) -> Bbox:
    return Bbox.from_bounds(at[0] - 8, at[1] - 8, 16, 16)


def _is_free(box: Bbox, taken: Sequence[Bbox], inside: Bbox) -> bool:
    fits = box.x0 >= inside.x0 and box.x1 <= inside.x1 and box.y0 >= inside.y0 and box.y1 <= inside.y1
    return fits and not any(box.overlaps(other) for other in taken)


def by_itself(drawing: str) -> str:
    """Return a drawing that stands in pages as a file of its own."""
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _linked(svg: str, spots: Sequence[Spot], title: str) -> str:
    """Return the drawing to stand in a page, each of its points a link that says which plan it is."""
    said = f'width="640" role="group" aria-label="{escape(title)}"'
    text = _METADATA.sub("", _HEAD.sub(lambda found: f"<svg {found[1]} {said}>", svg, count=1), count=1)
    text = text.replace(" xlink:href=", " href=")
    for at, spot in enumerate(spots):
        words = escape(spot.words)
        opened = f'<a href="{escape(spot.page)}" aria-label="{words}"><title>{words}</title>'
        text = re.sub(
            rf'<g id="plan-{at}">.*?</g>\s*</g>',
            lambda found, opened=opened: f"{opened}{found[0]}</a>",  # type: ignore[misc]  # the default binds it
            text,
            count=1,
            flags=re.DOTALL,
        )
        text = text.replace(f'<g id="label-{at}">', f'<g id="label-{at}" aria-hidden="true">', 1)
    return text
