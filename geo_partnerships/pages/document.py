"""A page: a template around Folium's fragments, with a policy that lets nothing in but what it holds."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from branca.element import Element, Figure
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from geo_partnerships.pages import words
from geo_partnerships.pages.leaflet import (
    JQUERY,
    LEAFLET_SHA256,
    PartnershipMap,
    leaflet_asset,
    map_data,
    map_markup,
    marker_icons,
    middle,
    own_asset,
    stable_ids,
)
from geo_partnerships.pages.packing import safe_json
from geo_partnerships.pages.styling import without, words_of, worn
from geo_partnerships.pages.telling import inside, kind, leading, of_named, others, reach, whom, whose_authority, why
from geo_partnerships.sentences import capital, count, listed, noun, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FOR_OTHER_MAPS = (
    *("control-layers", "control-attribution", "attribution-flag", "div-icon", "default-icon", "marker-draggable"),
    *("image-layer", "shadow", "crosshair", "tooltip-bottom", "tooltip-left", "tooltip-right", "popup-scrolled"),
)
_FOR_TILES = ("leaflet-tile", "safari")
BOOT = "document.documentElement.className='js';"
"""Tells the style sheet that scripts run."""
_MIDDLE = [51.0, -0.5]
"""Where the one map lies that Folium writes for all pages; each puts its own place there."""


class Assets(StrEnum):
    """Where a page has its scripts and styles: inside itself, or in one folder beside all pages."""

    INLINE = "inline"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Parts:
    """The scripts and styles of a page, in order: name and text."""

    styles: tuple[tuple[str, str], ...]
    scripts: tuple[tuple[str, str], ...]


@cache
def parts(
    *,
    mapped: bool = False,
    compared: bool = False,
    drawn: bool = False,
    sheet: bool = False,
    searching: bool = False,
    index: str = "",
) -> Parts:
    """Return the assets of a page: a live map, one of two plans, a drawing that moves, a sheet, a search."""
    styles = [("page.css", own_asset("page.css"))]
    scripts = []
    if not mapped:
        styles.append(("text.css", own_asset("text.css")))
    if mapped:
        script = "compare.js" if compared else "map.js"
        styles[:0] = [("leaflet.css", leaflet_asset("leaflet.css")), ("map.css", own_asset("map.css"))]
        scripts += [("leaflet.js", leaflet_asset("leaflet.js")), (script, own_asset(script))]
    if compared:
        styles.append(("compare.css", own_asset("compare.css")))
    if sheet:
        styles.append(("sheet.css", own_asset("sheet.css")))
    if index:
        scripts.append(("entries.js", index))
    if searching and not mapped:  # a map has the search in it
        scripts.append(("search.js", own_asset("search.js")))
    if drawn:
        styles.append(("school.css", own_asset("school.css")))
        scripts.append(("drawing.js", own_asset("drawing.js")))
    return Parts(tuple(styles), tuple(scripts))


@cache
def all_assets(index: str = "") -> Mapping[str, str]:
    """Return all scripts and styles of pages by name; `index` is what can be found, where pages share it."""
    kinds = (parts(mapped=True, sheet=True), parts(drawn=True), parts(searching=True, index=index))
    return {name: text for kind in kinds for name, text in (*kind.styles, *kind.scripts)}


@cache
def digest(text: str) -> str:
    """Return the source expression of a content security policy for an inline script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


@cache
def environment(package: str = "geo_partnerships.pages") -> Environment:
    """Return the environment of a package's templates: everything escaped, nothing undefined."""
    env = Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(
        distance=words.distance,
        metres=words.metres,
        stem=words.file_stem,
        listed=listed,
        capital=capital,
        placed_by=words.placed_by,
    )
    env.globals.update(count=count, noun=noun, share=share)
    env.globals.update(reach=reach, of_named=of_named, whose_authority=whose_authority)
    env.globals.update(others=others, leading=leading, kind=kind, inside=inside, why=why, whom=whom)
    return env


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Folium brings to a page: for its head, its maps, their data, and the script that draws them."""

    head: str = ""
    maps: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    script: str = ""


NOTHING_DRAWN = Drawn()


def page_of(
    template: str,
    values: Mapping[str, Any],
    assets: Parts,
    drawn: Drawn = NOTHING_DRAWN,
    *,
    shared: str | None = None,
    policy: bool = True,
    data: object = None,
) -> str:
    """Return a whole page.

    Parameters
    ----------
    template
        File name of the template.
    values
        What the template shows; strings are escaped.
    assets
        Parts of the page.
    drawn
        The page's maps.
    shared
        Path from this page to the shared assets, such as ``../assets/``; None puts them inside.
    policy
        False leaves the content security policy out, for maps that users add their own layers to.
    data
        Plain data for the page's own scripts.
    """
    basemap = values.get("basemap") if drawn.maps else None
    images = basemap.hosts if basemap is not None else ()
    credited = {} if basemap is None else {"credits": words.credit_line((basemap.credit, values["credits"]))}
    inline = [] if shared is not None else [text for _, text in assets.scripts]
    if not policy:
        inline.append(marker_icons() + JQUERY)
    inline += [drawn.script] if drawn.script else []
    styles = [] if shared is not None else [styles_of(template, assets, policy=policy, tiled=bool(images))]
    return (
        environment()
        .get_template(template)
        .render(
            **{**values, **credited},
            head=Markup(drawn.head),  # noqa: S704 - what Folium and the user's own layers put there
            policy=_policy(styles, [BOOT, *inline], images, shared=shared is not None) if policy else "",
            online=bool(images),
            boot=Markup(BOOT),  # noqa: S704 - a constant
            styles=[Markup(text) for text in styles],  # noqa: S704 - the package's own
            scripts=[Markup(text) for text in inline],  # noqa: S704 - the package's own and Folium's
            linked_styles=[name for name, _ in assets.styles] if shared is not None else [],
            linked_scripts=[name for name, _ in assets.scripts] if shared is not None else [],
            shared=shared or "",
            maps=[Markup(text) for text in drawn.maps],  # noqa: S704
            blocks=[Markup(text) for text in drawn.blocks],  # noqa: S704
            data=Markup(safe_json(data)) if data is not None else "",  # noqa: S704
        )
    )


class Document(Figure):  # type: ignore[misc]
    """A whole page as a branca figure: what Folium renders is set into one of the package's templates.

    Parameters are those of `page_of`.
    """

    brings_leaflet = True

    def __init__(
        self,
        template: str,
        values: Mapping[str, Any],
        assets: Parts,
        *,
        shared: str | None = None,
        policy: bool = True,
        data: object = None,
    ) -> None:
        super().__init__(height="800px")
        self._name = "Document"
        self.header = Element()
        self.header._parent = self  # noqa: SLF001 - as branca sets up its own
        self.page = template
        self.values = dict(values)
        self.assets = assets
        self.shared = shared
        self.policy = policy
        self.data = data
        self.after = ""

    def render(self, **kwargs: Any) -> str:
        """Return the page."""
        return page_of(
            self.page,
            self.values,
            self.assets,
            self.drawn(**kwargs),
            shared=self.shared,
            policy=self.policy,
            data=self.data,
        )

    def drawn(self, **kwargs: Any) -> Drawn:
        """Return what the maps in it bring to the page."""
        for child in self._children.values():
            child.render(**kwargs)
        script = self.script.render(**kwargs).strip() + self.after
        fragments = {key: child.render(**kwargs) for key, child in self.html._children.items()}  # noqa: SLF001
        return Drawn(
            head=self.header.render(**kwargs) if self._children else "",
            maps=tuple(text for key, text in fragments.items() if key.endswith("_html")),
            blocks=tuple(text for key, text in fragments.items() if not key.endswith("_html")),
            script=script,
        )


def drawn_map(payload: Mapping[str, Any], label: str, context: str = "null") -> Drawn:
    """Return what a map without layers brings to a page, the same as Folium would write anew.

    Parameters
    ----------
    payload, label
        As a `PartnershipMap` has them.
    context
        Its context as JSON.
    """
    name, blank = _blank_map()
    return Drawn(
        head=blank.head,
        maps=(map_markup(name, label),),
        blocks=(map_data(name, safe_json(payload), context),),
        script=blank.script.replace(json.dumps(_MIDDLE), json.dumps(middle(payload["bounds"])), 1),
    )


@cache
def _blank_map() -> tuple[str, Drawn]:
    """Return the name that Folium gives a page's only map, and what it writes for one around `_MIDDLE`."""
    with stable_ids():
        figure = Document("", {}, Parts((), ()))
        chart = PartnershipMap({"bounds": [_MIDDLE, _MIDDLE]}, None, "")
        figure.add_child(chart)
        return chart.get_name(), figure.drawn()


@cache
def styles_of(template: str, assets: Parts, *, policy: bool, tiled: bool = False) -> str:
    """Return the style sheet of a page that has it inside: what its template and its scripts may need.

    Of Leaflet's own, what is for controls, pins and tiles that these maps have not is left out; a map without a policy
    takes layers of its user's, who may want them.
    """
    unused = (*_FOR_OTHER_MAPS, *(() if tiled else _FOR_TILES)) if policy else ()
    words = words_of(template, (BOOT, map_markup("map", ""), *(text for _, text in assets.scripts)))
    return "".join(
        without(text, *unused) if name in LEAFLET_SHA256 else worn(text, words) for name, text in assets.styles
    )


def _policy(styles: list[str], scripts: list[str], images: Sequence[str], *, shared: bool) -> str:
    """Return the content security policy: nothing but the page's own parts, and pictures from some hosts."""
    files = ["'self'", "file:"] if shared else []
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src", *files, *map(digest, scripts)]),
            " ".join(["style-src", *files, *map(digest, styles)]),
            *([" ".join(["img-src", "data:", *images])] if images else []),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
