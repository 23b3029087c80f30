"""A Folium map that needs no network, names its parts the same way every time and treats names as data."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

import folium
from branca.element import Element, Figure
from folium.template import Template

from geo_partnerships.pages.modules import built
from geo_partnerships.pages.packing import safe_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo_partnerships.pages.schema import Ground

LEAFLET_SHA256 = {
    "leaflet.js": "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    "leaflet.css": "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
}
"""Digests of Leaflet 1.9.4 as its authors publish it."""
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S*\s*$")
_URL = re.compile(r"url\([^)]*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')|[^"']+""")
_FOR_OLD_BROWSERS = re.compile(r"(?<=[{;])-(?:moz|ms|o|webkit)-(?!tap|user-select)[a-z-]+:[^;}]*;?")
_OF_OLD_BROWSERS = re.compile(r"(?:(?<=})|^)[^{}]*(?:leaflet-oldie|vml)[^{}]*\{[^{}]*\}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,-]")


@contextmanager
def stable_ids() -> Iterator[None]:
    """Have branca number its elements from one, so that the same map gives the same bytes.

    Folium draws ids at random. A map made inside this context must be rendered inside it too, and be the
    only one made there that goes into its page.
    """
    counter = itertools.count(1)
    before = Element.__dict__["_generate_id"]
    Element._generate_id = classmethod(lambda _: f"{next(counter):04d}")  # noqa: SLF001
    try:
        yield
    finally:
        Element._generate_id = before  # noqa: SLF001


@cache
def leaflet_asset(name: str) -> str:
    """Return ``leaflet.js`` or ``leaflet.css`` of Leaflet 1.9.4, ready to stand in a page.

    The style sheet loses its comments, what browsers of the time before 2015 needed, and its pictures, which a page on
    its own could not load.

    Raises
    ------
    RuntimeError
        Where the installed file is not the one its authors published.
    """
    raw = (files("js_lib_leaflet") / "static" / "js_lib_leaflet" / name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != LEAFLET_SHA256[name]:
        raise RuntimeError(
            f"{name} of the package django-js-lib-leaflet is not Leaflet 1.9.4 as published; "
            "reinstall django-js-lib-leaflet==1.9.4.1"
        )
    text = raw.decode("utf-8")
    if name.endswith(".js"):
        return _SOURCE_MAP.sub("\n", text)
    tight = squeezed_css(_URL.sub("none", text))
    return _FOR_OLD_BROWSERS.sub("", _OF_OLD_BROWSERS.sub("", tight))


@cache
def own_asset(name: str) -> str:
    """Return one of the package's own scripts or style sheets, ready to stand in a page."""
    if name.endswith(".js"):
        return built(name)
    return squeezed_css((files("geo_partnerships.pages") / "assets" / name).read_text(encoding="utf-8"))


def squeezed_css(text: str) -> str:
    """Return a style sheet without comments and spare space."""
    tight = _SPACE.sub(" ", _COMMENT.sub("", text))
    closed = re.sub(r" ?([{};,>]) ?", r"\1", tight).replace(";}", "}").strip()
    return _QUOTED.sub(lambda found: found[0].replace(": ", ":") if found[1] is None else found[0], closed)


@cache
def marker_icons() -> str:
    """Return a script that gives Leaflet its default pin from the page itself, for layers a user adds."""
    folder = files("js_lib_leaflet") / "static" / "js_lib_leaflet" / "images"
    pictures = {
        key: "data:image/png;base64," + base64.b64encode((folder / name).read_bytes()).decode("ascii")
        for key, name in (("iconUrl", "marker-icon.png"), ("shadowUrl", "marker-shadow.png"))
        if (folder / name).is_file()
    }
    return "delete L.Icon.Default.prototype._getIconUrl;L.Icon.Default.mergeOptions(" + safe_json(pictures) + ");"


# Folium's popups ask for two of jQuery's habits; layers that a user adds get these and no more.
JQUERY = (
    "window.$=window.$||function(x){if(typeof x!=='string')return{ready:function(f){f();}};"
    "var t=document.createElement('template');t.innerHTML=x.trim();return[t.content.firstElementChild];};"
)


class Verbatim(Element):  # type: ignore[misc]
    """Text that goes into the page as it is.

    branca compiles the text of an ordinary element as a Jinja template; this one renders itself, so that no
    text is ever taken for a template.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self.text


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A ``folium.Map`` that brings Leaflet along, so that its page needs no network as long as its layers need none.

    Parameters
    ----------
    label
        What the map is, for screen readers.
    **given
        For ``folium.Map``.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's; each map gets its own below
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    # Folium's own template forbids zooming the page.
    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <style>html, body { width: 100%; height: 100%; margin: 0; }
        #{{ this.get_name() }} { position: {{ this.position }}; width: {{ this.width|join }};
        height: {{ this.height|join }}; left: {{ this.left|join }}; top: {{ this.top|join }}; }
        .leaflet-container { font: .875rem/1.35 system-ui, Arial, sans-serif; }
        .leaflet-control-attribution { max-width: 26rem; color: #1c272c; }
        .leaflet-control-attribution details { display: inline-block; vertical-align: top; }
        .leaflet-control-attribution summary { cursor: pointer; }
        .leaflet-control-layers-toggle { display: flex; background: none; align-items: center; justify-content: center;
        text-decoration: none; font-size: 1.25rem; }
        .leaflet-control-layers-toggle::after { content: "☰"; }
        .leaflet-control-layers-expanded .leaflet-control-layers-toggle { display: none; }</style>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, Object.assign({
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}
        }, {{ this.options|tojavascript }}, geoPartnershipsLayers.motion()));
        {% endmacro %}
        """
    )
    scripts: ClassVar[tuple[str, ...]] = ("layers.js",)
    """Own scripts that it needs beside Leaflet."""
    size: ClassVar[str] = ""
    """A style sheet that gives it a size where its template does not."""

    def __init__(self, *, label: str, **given: Any) -> None:
        super().__init__(tiles=None, **given)
        self.default_js, self.default_css = [], []  # the class's lists would leak into other maps
        self.label = label

    def render(self, **kwargs: Any) -> None:
        """Put the map and Leaflet into the page it stands in."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("a map can only be rendered inside a page (a branca Figure)")
        if not getattr(figure, "brings_leaflet", False):
            add_to_head(figure, styles=("leaflet.css", "map.css"), scripts=("leaflet.js", *self.scripts))
            figure.header.add_child(Verbatim(self.size), name="size")
            figure.header.add_child(Verbatim(f"<script>{marker_icons()}{JQUERY}</script>"), name="habits")
        figure.html.add_child(Verbatim(map_markup(self.get_name(), self.label)), name=f"{self.get_name()}_html")
        super().render(**kwargs)


def add_to_head(figure: Figure, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()) -> None:
    """Put scripts and style sheets of the package into a page of Folium's; each only once."""
    for name in (*styles, *scripts):
        text = leaflet_asset(name) if name in LEAFLET_SHA256 else own_asset(name)
        kind = "script" if name.endswith(".js") else "style"
        figure.header.add_child(Verbatim(f"<{kind}>{text}</{kind}>"), name=f"geo_partnerships_{name}")


class PartnershipMap(OfflineMap):
    """A ``folium.Map`` of partnerships that renders without a network.

    Add any Folium layer to it as to other maps. Its own data travels in one JSON block and reaches the page
    as text only.

    Parameters
    ----------
    payload
        What the map shows, as `Scene.payload` gives it.
    context
        Outlines around it, as `Scene.context` gives them; None where the page brings them another way.
    label
        What the map is, for screen readers.
    """

    # Folium's own template forbids zooming the page and lays the map over all of it.
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, Object.assign({
            center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}
        }, {{ this.options|tojavascript }}, geoPartnerships.motion()));
        geoPartnerships.draw({{ this.get_name() }}, {{ this.get_name()|tojson }});
        {% endmacro %}
        """
    )
    scripts = ("map.js",)
    size = "<style>.folium-map{height:100vh}</style>"

    def __init__(self, payload: Mapping[str, Any], context: Ground | None, label: str) -> None:
        super().__init__(
            label=label,
            location=middle(payload["bounds"]),
            zoom_start=12,
            zoom_control=True,
            zoom_snap=0.25,
            attribution_control=False,
            maxZoom=18,
        )
        self.payload = payload
        self.context = context

    def get_bounds(self) -> list[list[float | None]]:
        """Return the corners the map opens on, widened by any layers added."""
        (south, west), (north, east) = super().get_bounds()
        (low, left), (high, right) = self.payload["bounds"]
        return [
            [low if south is None else min(low, south), left if west is None else min(left, west)],
            [high if north is None else max(high, north), right if east is None else max(right, east)],
        ]

    def render(self, **kwargs: Any) -> None:
        """Put the map, its data and its script into the page it stands in."""
        super().render(**kwargs)
        data = map_data(self.get_name(), safe_json(self.payload), safe_json(self.context))
        self.get_root().html.add_child(Verbatim(data), name=f"{self.get_name()}_data")


def middle(bounds: Sequence[Sequence[float]]) -> list[float]:
    """Return latitude and longitude half way between the south-western and the north-eastern corner."""
    (south, west), (north, east) = bounds
    return [(south + north) / 2, (west + east) / 2]


def as_plain_html(text: str) -> str:
    """Return text as HTML that is nothing but text, wherever it is put: every sign but a few as a reference."""
    return _NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", text)


def map_markup(name: str, label: str) -> str:
    """Return the element that a map is drawn into."""
    return f'<div class="folium-map" id="{name}" role="region" aria-label="{as_plain_html(label)}"></div>'


def map_data(name: str, payload: str, context: str) -> str:
    """Return the block of a map's data; both parts are JSON as `safe_json` writes it."""
    return f'<script type="application/json" id="{name}_data">{{"map":{payload},"context":{context}}}</script>'
