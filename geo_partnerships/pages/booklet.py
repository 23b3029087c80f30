"""All partnerships in one page, to be printed: a cover with the map, then a sheet of A4 for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.pages.document import Assets, Parts, page_of
from geo_partnerships.pages.leaflet import own_asset
from geo_partnerships.pages.pins import Look
from geo_partnerships.pages.site import Site, numbered
from geo_partnerships.pages.svg import LEAF, THUMB, drawing

if TYPE_CHECKING:
    from geo_partnerships.views.model import View

STYLES = ("page.css", "text.css", "sheet.css", "booklet.css")


def booklet_of(view: View) -> str:
    """Return the booklet of a view as one self-contained page without scripts, maps that move, and links."""
    site = Site(view, Assets.INLINE, links=False)
    scene = site.scene
    leaves = []
    for p, rows in site.groups():
        members = tuple(m.urn for m in p.members)
        leaves.append(
            {
                "p": p,
                "rows": rows,
                "centre": next((m for m in p.members if m.urn == p.centre), None),
                "alliances": [a for a in view.alliances if {urn for _, urn in a.members} & set(members)],
                "svg": drawing(
                    scene,
                    partnerships=(p,),
                    schools=[scene.everyone[urn] for urn in members if urn in scene.places],
                    focus=members,
                    title=f"Map of partnership {p.number} and its schools",
                    paper=LEAF,
                    look=Look(numbered([members])),
                ),
            }
        )
    whole = drawing(
        scene,
        partnerships=view.partnerships,
        schools=scene.schools,
        focus=(),
        title="The partnerships on a map",
        paper=THUMB,
    )
    values = site.values("", "") | {"leaves": leaves, "svg": whole}
    return page_of("booklet.html", values, Parts(tuple((name, own_asset(name)) for name in STYLES), ()))
