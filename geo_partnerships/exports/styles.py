"""How QGIS draws the layers of a plan: every partnership in the colour that it has on the pages."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Literal

from geo_partnerships.pages.palette import NONE
from geo_partnerships.pages.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_partnerships.views.model import View

Drawn = Literal["marker", "fill", "line"]

STYLED: Mapping[str, tuple[Drawn, str]] = {
    "schools": ("marker", "partnership"),
    "partnerships": ("fill", "number"),
    "spokes": ("line", "partnership"),
}
"""Layers that have a style: as what they are drawn, and the column with the partnership's number."""
SYMBOLS: Mapping[Drawn, str] = {"marker": "SimpleMarker", "fill": "SimpleFill", "line": "SimpleLine"}
FAINT = 77
"""Of 255: how strongly the areas are filled, so that a map beneath them shows."""
STRONG = 255


def style_of(view: View, layer: str) -> str:
    """Return a layer's style as QGIS keeps it (QML): one category a partnership, one for schools in none.

    Parameters
    ----------
    view
        What may be seen.
    layer
        A name in `STYLED`.
    """
    drawn, column = STYLED[layer]
    scene = Scene(view)
    root = ET.Element("qgis", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=column, enableorderby="0")
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    rows = [(str(p.number), f"{p.number} {p.name}", scene.tint(p)) for p in view.partnerships]
    for at, (value, label, colour) in enumerate([*rows, ("", "in none of the partnerships", NONE)]):
        ET.SubElement(categories, "category", value=value, symbol=str(at), label=label, render="true")
        symbol = ET.SubElement(symbols, "symbol", name=str(at), type=drawn, alpha="1")
        part = ET.SubElement(symbol, "layer", {"class": SYMBOLS[drawn], "enabled": "1", "pass": "0"})
        for key, text in _look(drawn, colour.fill, colour.line).items():
            ET.SubElement(part, "prop", k=key, v=text)
    return ET.tostring(root, encoding="unicode")


def _look(drawn: Drawn, fill: str, line: str) -> dict[str, str]:
    if drawn == "line":
        return {"line_color": _rgba(line, STRONG), "line_width": "0.4", "line_style": "solid"}
    edge = {"outline_color": _rgba(line, STRONG), "outline_width": "0.4", "outline_style": "solid", "style": "solid"}
    if drawn == "fill":
        return {"color": _rgba(fill, FAINT), **edge}
    return {"color": _rgba(fill, STRONG), "name": "circle", "size": "3", **edge}


def _rgba(colour: str, opacity: int) -> str:
    """Return a colour such as ``#0072b2`` as ``0,114,178,255``."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + f",{opacity}"
