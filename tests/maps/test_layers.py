"""Layers of a plan on any Folium map: each alone, listed by Folium's own control, names as nothing but text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import folium
import pytest
import shapely
from branca.element import Figure

import geo_partnerships as gp
from geo_partnerships.maps import Areas, Districts, Ground, Schools, Spokes
from geo_partnerships.maps.showing import Shown
from geo_partnerships.pages.leaflet import OfflineMap, stable_ids
from geo_partnerships.pages.scene import Scene
from tests.pages.test_hostile_names import HOSTILE, fill
from tests.small import small_problem, small_scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo_partnerships.views.model import View
    from tests.conftest import Visitor

CLASSES = (Schools, Areas, Spokes, Districts, Ground)
STILL = {"reduced_motion": "reduce", "viewport": {"width": 1000, "height": 700}}
POINT_AT_ALL = """() => {
  for (const map of Object.values(window).filter((one) => one instanceof L.Map)) map.eachLayer((layer) => {
    layer.getTooltip?.() && layer.openTooltip();
    layer.listens?.("click") && layer.fire("click", { latlng: map.getCenter() });
  });
}"""


def a_map(*layers: folium.map.Layer) -> folium.Map:
    """Return a map without a network that has some layers and Folium's own control."""
    made = OfflineMap(label="Here", location=[51.6, -0.2], zoom_start=12)
    for layer in layers:
        layer.add_to(made)
    folium.LayerControl(collapsed=False).add_to(made)
    return made


@pytest.fixture(scope="module")
def plan() -> gp.Plan:
    return gp.plan(small_problem(), small_scenario())


@pytest.mark.parametrize("kind", CLASSES)
def test_each_layer_adds_to_a_map_of_foliums_own(kind: type, plan: gp.Plan) -> None:
    made = folium.Map([51.6, -0.2])
    layer = getattr(gp.maps, kind.__name__)(plan).add_to(made)
    folium.LayerControl().add_to(made)
    text = made.get_root().render()
    assert f"{layer.get_name()}.addTo({made.get_name()})" in text
    assert f'"{layer.layer_name}" : {layer.get_name()}' in text
    assert len(folium.Map.default_js) > 1
    assert made.get_bounds() == layer.shown.bounds


def test_layers_of_one_plan_share_their_data_and_the_scripts(plan: gp.Plan) -> None:
    alone, together = (a_map(*(kind(plan) for kind in kinds)) for kinds in (CLASSES[:1], CLASSES))
    for made, blocks in ((alone, 1), (together, 2)):  # of neither ground nor districts is there anything here
        text = made.get_root().render()
        assert text.count('<script type="application/json"') == blocks
        assert text.count("geoPartnershipsLayers={") == 1


def test_a_layer_of_another_name_that_is_not_shown_or_not_listed(plan: gp.Plan) -> None:
    layers = (Schools(plan, name="Our <i>schools</i>", show=False), Areas(plan, control=False))
    text = a_map(*layers).get_root().render()
    assert "&#60;i&#62;" in layers[0].layer_name
    assert f"{layers[0].get_name()}.addTo(" not in text
    assert '"Partnership areas"' not in text


@pytest.mark.browser
def test_the_layers_are_drawn_and_hidden_by_foliums_own_control(
    sample_view: View, tmp_path: Path, visit: Visitor
) -> None:
    shown = Shown(Scene(sample_view))
    a_map(*(kind(shown) for kind in reversed(CLASSES))).save(tmp_path / "map.html")
    seen = visit(tmp_path / "map.html", **STILL)
    page = seen.page
    drawn = {".pin": len(sample_view.schools), ".leaflet-areas-pane path": 11, ".leaflet-spokes-pane path": 60}
    for selector, least in drawn.items():
        assert page.locator(selector).count() >= least, selector
    assert page.locator(".label.district").count() > 3
    assert page.locator(".label.town").count() > 3
    assert page.locator(".label.area").count() > 0
    for box in page.locator(".leaflet-control-layers-overlays input").all():
        box.uncheck()
    for selector in (*drawn, ".label"):
        assert page.locator(selector).count() == 0, selector
    page.get_by_text("Schools").click()
    assert page.locator(".pin").count() == len(sample_view.schools)
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.mark.browser
def test_names_of_all_layers_keep_clear_of_one_another(sample_view: View, tmp_path: Path, visit: Visitor) -> None:
    shown = Shown(Scene(sample_view))
    a_map(*(kind(shown) for kind in CLASSES)).save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html", **STILL).page
    boxes = page.evaluate("""[...document.querySelectorAll('.label span')].map((one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect(); return [left, top, right, bottom]; })""")
    assert len(boxes) > 20
    shapes = [shapely.box(*box).buffer(-1) for box in boxes]
    assert not [1 for i, one in enumerate(shapes) for other in shapes[:i] if one.intersects(other)]


@pytest.mark.browser
def test_the_ground_lies_under_tiles_that_come_and_shows_where_none_do(
    sample_view: View, tmp_path: Path, visit: Visitor
) -> None:
    tile = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    for name, address in (("come", tile), ("fail", "file:///nowhere/{z}/{x}/{y}.png")):
        made = a_map(Ground(Shown(Scene(sample_view))), folium.TileLayer(address, attr="Nobody"))
        made.save(tmp_path / f"{name}.html")
        page = visit(tmp_path / f"{name}.html", **STILL).page
        page.wait_for_timeout(500)
        above = page.evaluate("""['ground', 'lines', 'tile'].map((name) =>
            Number(getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).zIndex))""")
        assert (max(above[:2]) < above[2]) is (name == "come")


@pytest.fixture(scope="module")
def hostile(officers_sample: View) -> Callable[[int], Shown]:
    """A plan whose every text is a hostile string."""

    def beginning(first: int) -> Shown:
        return Shown(Scene(fill(officers_sample, HOSTILE[first:] + HOSTILE[:first])))

    return beginning


@pytest.mark.browser
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("first", [0, 29])
def test_nothing_in_the_names_of_a_layer_runs(
    kind: type, first: int, hostile: Callable[[int], Shown], tmp_path: Path, visit: Visitor
) -> None:
    given = {"tooltip": ["name", "phase"]} if kind is Schools else {}
    made = a_map(kind(hostile(first), name=HOSTILE[first], **given))
    figure = Figure()
    figure.add_child(made)
    figure.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert not re.search(r"<(?:img|svg|script)[^>]*(?:onerror|onload|ran)", text)
    seen = visit(tmp_path / "map.html", bypass_csp=True, **STILL)
    seen.page.evaluate(POINT_AT_ALL)
    seen.page.wait_for_timeout(100)
    assert seen.page.evaluate("window.ran") is None
    assert [url for url in seen.foreign if not url.startswith("blob:")] == []
    assert seen.complaints == []
    assert seen.page.locator(".pin *:not(span), .label *:not(span), .leaflet-tooltip *:not(span)").count() == 0


def test_the_same_map_gives_the_same_bytes(plan: gp.Plan) -> None:
    pages = []
    for _ in range(2):
        with stable_ids():
            pages.append(gp.explore(plan).get_root().render())
    assert pages[0] == pages[1]


def test_no_layer_holds_what_officers_know_of_a_school(officers_sample: View) -> None:
    of_officers = "A view of 7 words"
    judged = tuple(replace(one, la_view=of_officers) for one in officers_sample.judgements)
    assert judged
    shown = Shown(Scene(replace(officers_sample, judgements=judged)))
    assert of_officers not in a_map(*(kind(shown) for kind in CLASSES)).get_root().render()
