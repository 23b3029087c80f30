"""A page: a template around Folium's fragments, with a policy that lets nothing in but what it holds."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from branca.element import Element, Figure
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from geo_partnerships.pages import words
from geo_partnerships.pages.leaflet import leaflet_asset, marker_icons, own_asset
from geo_partnerships.pages.packing import safe_json

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOT = "document.documentElement.className='js';"
"""Tells the style sheet that scripts run."""
# Folium's popups ask for two of jQuery's habits; layers that a user adds get these and no more.
_JQUERY = (
    "window.$=window.$||function(x){if(typeof x!=='string')return{ready:function(f){f();}};"
    "var t=document.createElement('template');t.innerHTML=x.trim();return[t.content.firstElementChild];};"
)


class Assets(StrEnum):
    """Where a page has its scripts and styles: inside itself, or in one folder beside all pages."""

    INLINE = "inline"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Parts:
    """The scripts and styles of a page, in order: name and text."""

    styles: tuple[tuple[str, str], ...]
    scripts: tuple[tuple[str, str], ...]
    searching: bool


@cache
def parts(*, mapped: bool, searching: bool, context: str = "") -> Parts:
    """Return the assets of a page that has a map, a search, both or neither."""
    styles = [("page.css", own_asset("page.css"))]
    scripts = []
    if mapped:
        styles[:0] = [("leaflet.css", leaflet_asset("leaflet.css")), ("map.css", own_asset("map.css"))]
        scripts += [("leaflet.js", leaflet_asset("leaflet.js")), ("map.js", own_asset("map.js"))]
        if context:
            scripts.append(("context.js", context))
    return Parts(tuple(styles), tuple(scripts), searching)


@cache
def digest(text: str) -> str:
    """Return the source expression of a content security policy for an inline script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


@cache
def environment() -> Environment:
    """Return the templates' environment: everything escaped, nothing undefined."""
    env = Environment(
        loader=PackageLoader("geo_partnerships.pages"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        distance=words.distance,
        metres=words.metres,
        stem=words.file_stem,
        listed=words.listed,
        capital=words.capital,
        placed_by=words.placed_by,
    )
    env.globals.update(count=words.count)
    return env


class Document(Figure):  # type: ignore[misc]
    """A whole page as a branca figure: what Folium renders is set into one of the package's templates.

    Parameters
    ----------
    template
        File name of the template.
    values
        What the template shows; strings are escaped.
    assets
        Parts of the page.
    shared
        Path from this page to the shared assets, such as ``../assets/``; None puts them inside.
    policy
        False leaves the content security policy out, for maps that users add their own layers to.
    data
        Plain data for the page's own scripts.
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
        for child in self._children.values():
            child.render(**kwargs)
        scripts = self.script.render(**kwargs).strip() + self.after
        fragments = {key: child.render(**kwargs) for key, child in self.html._children.items()}  # noqa: SLF001
        inline = [] if self.shared is not None else [text for _, text in self.assets.scripts]
        if not self.policy:
            inline.append(marker_icons() + _JQUERY)
        inline += [scripts] if scripts else []
        inline += [own_asset("search.js")] if self.assets.searching else []  # after the map, whose schools it finds
        styles = [] if self.shared is not None else ["".join(text for _, text in self.assets.styles)]
        head = self.header.render(**kwargs) if self._children else ""
        template = environment().get_template(self.page)
        return template.render(
            **self.values,
            head=Markup(head),  # noqa: S704 - what Folium and the user's own layers put there
            policy=_policy(styles, [BOOT, *inline], shared=self.shared is not None) if self.policy else "",
            boot=Markup(BOOT),  # noqa: S704 - a constant
            styles=[Markup(text) for text in styles],  # noqa: S704 - the package's own
            scripts=[Markup(text) for text in inline],  # noqa: S704 - the package's own and Folium's
            linked_styles=[name for name, _ in self.assets.styles] if self.shared is not None else [],
            linked_scripts=[name for name, _ in self.assets.scripts] if self.shared is not None else [],
            shared=self.shared or "",
            maps=[Markup(text) for key, text in fragments.items() if key.endswith("_html")],  # noqa: S704
            blocks=[Markup(text) for key, text in fragments.items() if not key.endswith("_html")],  # noqa: S704
            data=Markup(safe_json(self.data)) if self.data is not None else "",  # noqa: S704
        )


def _policy(styles: list[str], scripts: list[str], *, shared: bool) -> str:
    """Return the content security policy: nothing but the page's own parts."""
    files = ["'self'", "file:"] if shared else []
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src", *files, *map(digest, scripts)]),
            " ".join(["style-src", *files, *map(digest, styles)]),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
