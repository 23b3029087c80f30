"""``explore``: a plan on a Folium map, with the habits of ``GeoDataFrame.explore``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

from geo_partnerships.maps.layers import Areas, Districts, Ground, Schools, Spokes
from geo_partnerships.maps.showing import Shown
from geo_partnerships.pages.leaflet import OfflineMap, middle
from geo_partnerships.pages.words import credit_line
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from geo_partnerships.maps.showing import Focus, Tooltip
    from geo_partnerships.plans import Plan

LABEL = "Map of the partnerships and their schools"


class FitWhenSeen(MacroElement):  # type: ignore[misc]
    """Have a map show some ground as soon as it has a size, be it in a tab that is opened later."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        geoPartnershipsLayers.fitWhenSeen({{ this._parent.get_name() }}, {{ this.bounds|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, bounds: list[list[float]]) -> None:
        super().__init__()
        self._name = "FitWhenSeen"
        self.bounds = bounds


def explore(
    plan: Plan,
    *,
    tiles: Any = None,
    attr: str | None = None,
    m: folium.Map | None = None,
    focus: Focus = None,
    height: str | int = 500,
    tooltip: Tooltip = True,
    audience: Audience | str = Audience.PUBLIC,
) -> folium.Map:
    """Return a plan on a ``folium.Map``: show it, add layers, save it.

    Without tiles the map renders without a network, on the ground that comes with the data.

    Parameters
    ----------
    tiles
        Background from the internet, as ``folium.TileLayer`` takes it: a name, an address or a provider of
        xyzservices; None for none.
    attr
        Whom the tiles credit, where they are an address.
    m
        Map to add to, whose place stays as it is; None for a new one.
    focus
        Number of a partnership or key of a school, or several: the map opens on these, and the rest is faint. None
        for all.
    height
        Of a new map: pixels, or with its unit such as ``"100%"``.
    tooltip
        What is said of a school that is pointed at: True for its name, False for nothing, or one or more columns of
        ``plan.schools``.
    audience
        ``public`` or ``officers``.

    Raises
    ------
    UsageError
        The focus is on what the plan has not, or a column is asked for that its schools have not.
    """
    shown = Shown.of(plan, focus, audience)
    whole = _map_of(shown, tiles, attr, height) if m is None else m
    if m is not None and tiles is not None:
        _tiles(tiles, attr).add_to(whole)
    if m is None and tiles is None:
        Ground(shown).add_to(whole)
    for layer in (Districts(shown), Areas(shown), Spokes(shown), Schools(shown, tooltip=tooltip)):
        layer.add_to(whole)
    return whole


def _map_of(shown: Shown, tiles: Any, attr: str | None, height: str | int) -> folium.Map:
    """Return a new map of the place, with its tiles."""
    credited = tiles is not None or bool(credit_line(shown.scene.view.context.attributions))
    made = OfflineMap(
        label=LABEL,
        location=middle(shown.bounds),
        zoom_start=12,
        zoom_snap=0.25,
        max_zoom=18,
        attribution_control=credited,
        control_scale=True,
    )
    Figure(height=f"{height}px" if isinstance(height, int) else height, title=LABEL).add_child(made)
    if tiles is not None:
        _tiles(tiles, attr).add_to(made)
    made.add_child(FitWhenSeen(shown.bounds))
    return made


def _tiles(tiles: Any, attr: str | None) -> folium.TileLayer:
    return tiles if isinstance(tiles, folium.TileLayer) else folium.TileLayer(tiles, attr=attr)
