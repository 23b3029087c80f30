"""Pages where the reader's system chooses the colours, or wants no movement: nothing that is said is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Visitor

FORCED = {"forced_colors": "active", "viewport": {"width": 1_100, "height": 800}}
COLOURS = """
names => Object.fromEntries(names.map(name => {
    const style = getComputedStyle(document.querySelector(name));
    return [name, [style.backgroundColor, style.color, style.webkitTextStrokeColor, style.borderTopColor]];
}))
"""


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html", "compare-sample--other.html"])
def test_a_map_keeps_its_colours_where_the_system_chooses_the_others(site: Path, visit: Visitor, name: str) -> None:
    parts = [".folium-map", ".pin .dot", ".label span", ".map-key b"]
    usual, forced = (visit(site / name, **given).page.evaluate(COLOURS, parts) for given in ({}, FORCED))
    assert forced == usual


def test_the_drawings_of_index_and_school_keep_their_colours(site: Path, visit: Visitor) -> None:
    for name in ("index.html", "schools/101285.html"):
        fills = "[...document.querySelectorAll('svg text')].map(text => getComputedStyle(text).fill)"
        usual, forced = (visit(site / name, **given).page.evaluate(fills) for given in ({}, FORCED))
        assert forced == usual
        assert usual


def test_what_only_a_background_says_has_an_edge_in_forced_colours(site: Path, visit: Visitor) -> None:
    page = visit(site / "schools/101285.html", **FORCED).page
    edge = "name => (s => [s.borderTopStyle, s.outlineStyle])(getComputedStyle(document.querySelector(name)))"
    assert page.evaluate(edge, ".tag")[0] == "solid", "draft or agreed"
    assert page.evaluate(edge, "tr.chosen")[1] == "solid", "this school's own row"
    page.focus("#q")
    assert page.evaluate(edge, "#q")[1] == "solid", "where the keyboard is"


@pytest.mark.parametrize("name", ["overview.html", "partnerships/06.html", "schools/101285.html"])
def test_nothing_moves_by_itself_where_the_reader_wants_no_movement(site: Path, visit: Visitor, name: str) -> None:
    page = visit(site / name, reduced_motion="reduce").page
    lasting = """
    [...document.querySelectorAll('*')].filter(one => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
        return parseFloat(transitionDuration) > 0 || animationName !== 'none' || scrollBehavior === 'smooth';
    }).length
    """
    assert page.evaluate(lasting) == 0
    if page.evaluate("Boolean(window.geoPartnerships)"):
        options = page.evaluate("Object.values(geoPartnerships.maps)[0].map.options")
        assert not options["zoomAnimation"]
        assert not options["inertia"]
