"""Plans as points of a chart, each a link to its plan: SVG without scripts, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Spot", "scatter"]

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 48
TICKS = 5


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


def scatter(spots: Iterable[Spot], *, title: str, across: str, up: str, up_digits: int = 0) -> str:
    """Return plans as points; `across` and `up` are what is told along the axes, with units."""
    spots = tuple(spots)
    horizontal = _Scale([spot.across for spot in spots], LEFT, WIDTH - RIGHT)
    vertical = _Scale([spot.up for spot in spots], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="group" font-size="13"',
        f' aria-label="{escape(title)}">',
        *_axes(horizontal, vertical, across, up, up_digits),
    ]
    for spot in spots:
        x, y = horizontal.at(spot.across), vertical.at(spot.up)
        fill = "#00456d" if spot.filled else "#ffffff"
        end = x > WIDTH - RIGHT - 7 * len(spot.label) - 9
        anchor = f'x="{x - 9:.1f}" text-anchor="end"' if end else f'x="{x + 9:.1f}"'
        parts.append(
            f'<a href="{escape(spot.page)}" aria-label="{escape(spot.words)}"><title>{escape(spot.words)}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="#00456d" stroke-width="2"/>'
            f'<text {anchor} y="{y - 6:.1f}" fill="#111" aria-hidden="true">{escape(spot.label)}</text></a>'
        )
    return "".join((*parts, "</svg>"))


class _Scale:
    """Values to places on the drawing, with round values between for ticks."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        spread = (max(values) - min(values)) or max(abs(max(values)), 1.0) / 10
        self.low, self.high = min(values) - spread / 12, max(values) + spread / 12
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        step = (self.high - self.low) / TICKS
        return [self.low + step * (index + 0.5) for index in range(TICKS)]


def _axes(across: _Scale, up: _Scale, across_words: str, up_words: str, up_digits: int) -> list[str]:
    floor = HEIGHT - BOTTOM
    middle, side = (LEFT + WIDTH - RIGHT) / 2, (TOP + floor) / 2
    return [
        f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}" fill="none" stroke="#555"/>',
        *(
            f'<text x="{across.at(value):.1f}" y="{floor + 18}" text-anchor="middle">{value:,.0f}</text>'
            for value in across.ticks
        ),
        *(
            f'<text x="{LEFT - 8}" y="{up.at(value) + 4:.1f}" text-anchor="end">{value:,.{up_digits}f}</text>'
            for value in up.ticks
        ),
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across_words)}</text>',
        f'<text transform="translate(14 {side}) rotate(-90)" text-anchor="middle">{escape(up_words)}</text>',
    ]
