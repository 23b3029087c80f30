"""The layers of a plan as Folium classes: each adds to any ``folium.Map``, and Folium's ``LayerControl`` lists it.

What is written in the data reaches the page as text only: it travels in a block of JSON of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from branca.element import Figure
from folium.map import Layer
from folium.template import Template

from geo_partnerships.maps.showing import Shown, name_of, packed
from geo_partnerships.pages.leaflet import Verbatim, add_to_head, as_plain_html
from geo_partnerships.pages.words import credit_line
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from geo_partnerships.maps.showing import Focus, Tooltip
    from geo_partnerships.plans import Plan


CREDIT = "<details><summary>Data and whom it is from</summary>{}</details>"
"""How a map says whom it credits: in a line that opens, since the sources of a ground fill half a small map."""


class PlanLayer(Layer):  # type: ignore[misc]
    """A layer of a plan; its subclasses say which.

    Parameters
    ----------
    plan
        What is shown.
    focus
        Number of a partnership or key of a school, or several: these stand out and the rest is faint. None for all.
    audience
        ``public`` or ``officers``.
    name
        What a ``LayerControl`` calls the layer; None for its usual name.
    overlay, control, show
        As in all of Folium's layers.

    Raises
    ------
    UsageError
        The focus is on what the plan has not.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = geoPartnershipsLayers.{{ this.kind }}(
            {{ this.data_name|tojson }}, {{ this.options }});
        {% endmacro %}
        """
    )
    kind: ClassVar[str]
    """Its function in the scripts."""
    usual_name: ClassVar[str]

    def __init__(
        self,
        plan: Plan | Shown,
        *,
        focus: Focus = None,
        audience: Audience | str = Audience.PUBLIC,
        name: str | None = None,
        overlay: bool = True,
        control: bool = True,
        show: bool = True,
    ) -> None:
        called = as_plain_html(self.usual_name if name is None else name)
        super().__init__(name=called, overlay=overlay, control=control, show=show)
        self._name = type(self).__name__
        self.shown = plan if isinstance(plan, Shown) else Shown.of(plan, focus, audience)
        self.data = packed(self._data())
        self.data_name = name_of(self.data)
        self.options = packed(self._options())

    def _data(self) -> Any:
        return self.shown.block

    def _options(self) -> dict[str, Any]:
        credit = credit_line(self.shown.scene.view.context.attributions)
        return {"attribution": CREDIT.format(as_plain_html(credit)) if credit else ""}

    def _get_self_bounds(self) -> list[list[float]]:
        """Return the corners of what the layer is about, for ``Map.get_bounds``."""
        return self.shown.bounds

    def render(self, **kwargs: Any) -> None:
        """Put the layer, its data and the package's scripts into the page it stands in."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("a layer can only be rendered on a map inside a page (a branca Figure)")
        add_to_head(figure, styles=("map.css",), scripts=("layers.js",))
        block = f'<script type="application/json" id="{self.data_name}_data">{self.data}</script>'
        figure.html.add_child(Verbatim(block), name=f"{self.data_name}_data")
        super().render(**kwargs)


class Schools(PlanLayer):
    """Schools as pins with the numbers of their partnerships; the parameters are those of `PlanLayer`, and one more.

    Parameters
    ----------
    tooltip
        What is said of a school that is pointed at: True for its name, False for nothing, or one or more columns of
        ``plan.schools``.

    Raises
    ------
    UsageError
        A column is asked for that the schools have not.
    """

    kind = "schools"
    usual_name = "Schools"

    def __init__(self, plan: Plan | Shown, *, tooltip: Tooltip = True, **given: Any) -> None:
        self.tooltip = tooltip
        super().__init__(plan, **given)

    def _options(self) -> dict[str, Any]:
        return {**super()._options(), "tips": self.shown.tips(self.tooltip)}


class Areas(PlanLayer):
    """Areas of partnerships with their numbers and names; the parameters are those of `PlanLayer`."""

    kind = "areas"
    usual_name = "Partnership areas"


class Spokes(PlanLayer):
    """Lines from centre schools to the other members; the parameters are those of `PlanLayer`."""

    kind = "spokes"
    usual_name = "Lines to the centre school"


class Ground(PlanLayer):
    """Land, water, roads, railways, places and neighbours; the parameters are those of `PlanLayer`.

    It lies under the tiles of a map that has some, and shows where they fail.
    """

    kind = "ground"
    usual_name = "Ground"

    def _data(self) -> Any:
        return self.shown.ground


class Districts(PlanLayer):
    """Postcode districts with their names; the parameters are those of `PlanLayer`."""

    kind = "districts"
    usual_name = "Postcode districts"

    def _data(self) -> Any:
        return self.shown.districts
