"""Words, colours, places and drawings: what pages are made of."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.pages import Assets, explore, leaflet, words, write_comparison, write_pages
from geo_partnerships.pages.comparison import numbered_beside
from geo_partnerships.pages.context import ground_of, whole_grid
from geo_partnerships.pages.document import Document, drawn_map, parts
from geo_partnerships.pages.ground import BUILT_UP, OPEN_LAND, STYLES
from geo_partnerships.pages.packing import safe_json
from geo_partnerships.pages.palette import NONE, PALETTE, SLATE
from geo_partnerships.pages.plane import EARTH
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.spread import spread
from geo_partnerships.pages.svg import LETTERING, drawing, sheet_of
from geo_partnerships.views.areas import PALETTE_SIZE
from tests.depth import examples

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.views.model import View


@pytest.fixture(scope="module")
def shared_site(sample_view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's pages with shared assets."""
    folder = tmp_path_factory.mktemp("shared")
    write_pages(sample_view, folder, assets=Assets.SHARED)
    return folder


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (None, "distance not known"),
        (0.0, "on the same site"),
        (4.0, "10\u00a0m"),
        (848.0, "850\u00a0m"),
        (994.9, "990\u00a0m"),
        (995.0, "1.0\u00a0km (0.6\u00a0miles)"),
        (1418.0, "1.4\u00a0km (0.9\u00a0miles)"),
    ],
)
def test_distances_in_words(metres: float | None, said: str) -> None:
    assert words.distance(metres) == said


def test_a_place_that_is_not_known_is_no_distance_away() -> None:
    assert words.away(None, (1.0, 2.0)) == "no point on the map"


@given(st.text())
def test_any_key_makes_a_plain_file_name_and_no_two_the_same(key: str) -> None:
    stem = words.file_stem(key)
    assert re.fullmatch(r"[a-z0-9-]{1,40}", stem)
    assert words.file_stem(key + "x") != stem
    assert stem not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans(), lambda part: st.lists(part) | st.dictionaries(st.text(), part)
    )
)
@settings(max_examples=examples(30), deadline=None)
def test_json_in_a_page_is_the_same_data_without_a_character_that_means_something_there(data: Any) -> None:
    text = safe_json(data)
    objects: list[Any] = []
    assert json.loads(text, object_hook=lambda found: objects.append(found) or found) == data
    assert not set("<>&`$%#'") & set(text)
    assert text.count("{") == text.count("}") == len(objects), "braces are the structure's alone"


@pytest.mark.parametrize("name", ["Oak", "O'Hara \\ Ash", 'The "Elms"', "{{ 7*7 }}", "a\\", "</script>", "\u2028"])
def test_json_is_written_the_same_whether_its_strings_hold_quotes_and_braces_or_not(name: str) -> None:
    alone, beside = safe_json(name), safe_json([name, "plain", 'a "{" b'])
    assert beside.startswith(f'[{alone},"plain",')
    assert json.loads(alone) == name


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_numbers_read_on_every_colour() -> None:
    assert len(PALETTE) == PALETTE_SIZE + 1
    for colour in (*PALETTE, NONE):
        assert contrast(colour.fill, colour.ink) >= 4.5
        assert contrast("#ffffff", colour.line) >= 4.5


def test_partnerships_by_kind_are_slate_beside_those_by_place(sample_view: View) -> None:
    colours = Scene(sample_view).colours
    assert {colours[n] for n in (1, 2, 3, 15)} == {SLATE}
    assert SLATE not in {colours[n] for n in range(4, 15)}
    bare = replace(sample_view, partnerships=tuple(replace(p, area=None) for p in sample_view.partnerships))
    assert SLATE not in Scene(bare).colours.values()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=40))
@settings(max_examples=examples(20), deadline=None)
def test_pins_are_parted_the_same_way_each_time(places: list[tuple[int, int]]) -> None:
    at = np.array(places, dtype=float)
    moved = spread(at, 5.0)
    assert (moved == spread(at, 5.0)).all()
    gaps = np.hypot(*(moved[:, None] - moved[None]).transpose(2, 0, 1)) + 9 * np.eye(len(at))
    assert gaps.min() > 1.0


def test_a_free_pin_stays_where_it_belongs() -> None:
    at = np.array([[0.0, 0.0], [0.0, 0.0], [100.0, 0.0]])
    moved = spread(at, 10.0)
    assert (moved[2] == at[2]).all()
    assert np.hypot(*(moved[0] - moved[1])) > 8
    assert spread(at[:1], 10.0).tolist() == [[0.0, 0.0]]


def test_paths_of_the_ground_lead_back_to_where_they_were(sample_view: View) -> None:
    scene = Scene(sample_view)
    ground = ground_of(scene, whole_grid(scene))
    (path,) = (layer.path for layer in ground["layers"] if layer.name == "outside")
    units = np.array(re.findall(r"-?\d+", path.split("M")[2]), dtype=float).reshape(-1, 2).cumsum(axis=0)
    west, north, step = ground["grid"]
    x, y = west + units[:, 0] * step, north - units[:, 1] * step
    lon = np.degrees(x / EARTH)
    lat = np.degrees(2 * np.arctan(np.exp(y / EARTH)) - np.pi / 2)
    ring = shapely.get_coordinates(sample_view.context.authority.geometry.iloc[0])
    gaps = np.hypot((lon[:, None] - ring[:, 0]) * 69_000, (lat[:, None] - ring[:, 1]) * 111_000).min(axis=1)
    assert gaps.max() < 5


def test_the_drawing_is_plain_svg_with_every_number(sample_view: View) -> None:
    scene = Scene(sample_view)
    svg = drawing(
        scene, partnerships=sample_view.partnerships, schools=scene.schools, focus=(), title="A <map> of & all"
    )
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.attrib["aria-label"] == "A <map> of & all"
    tags = {node.tag for node in root.iter()}
    assert tags == {"svg", "rect", "g", "path", "text"}
    labels = [node.text for node in root.iter("text")]
    for school in scene.schools:
        assert scene.label(school) in labels
    assert labels.count("1") == 7
    assert labels.count("1,8") == 1
    assert not [name for node in root.iter() for name in node.attrib if name.startswith("on") or name == "style"]


def test_the_veil_around_the_authority_ends_where_nobody_looks(sample_view: View) -> None:
    scene = Scene(sample_view)
    members = tuple(m.urn for m in sample_view.partnerships[5].members)
    sheet = sheet_of(scene, members)
    (veil,) = (layer for layer in ground_of(scene, sheet.grid)["layers"] if layer.name == "outside")
    corners = [(int(x), int(y)) for x, y in re.findall(r"M(-?\d+)[ ]?(-?\d+)", veil.path)]
    west, _, east, _ = sheet.grid.window
    across = (east - west) / sheet.grid.unit
    assert max(abs(x) for x, _ in corners) > 2 * across


def test_square_pins_are_printed(sample_view: View) -> None:
    scene = Scene(sample_view)
    svg = drawing(scene, partnerships=sample_view.partnerships, schools=scene.schools, focus=(), title="All")
    assert 'stroke-linecap="square"' in svg
    assert "h0" not in re.sub(r"h0\.\d+", "", svg)


def test_a_view_without_any_place_still_makes_pages(sample_view: View, tmp_path: Path) -> None:
    schools = tuple(replace(s, easting=None, northing=None) for s in sample_view.schools)
    context = replace(sample_view.context, authority=None, neighbours=None, districts=None, stations=None, rail=None)
    bare = replace(
        sample_view,
        schools=schools,
        uncovered=(),
        context=context,
        partnerships=tuple(replace(p, area=None) for p in sample_view.partnerships),
    )
    pages = write_pages(bare, tmp_path, assets=Assets.SHARED)
    text = (tmp_path / "partnerships" / "06.html").read_text(encoding="utf-8")
    assert text.count("no point on the map") == 6
    assert len(pages) > 150


def test_members_that_are_not_named_are_listed(shared_site: Path) -> None:
    for name in ("overview.html", "partnerships/15.html", "schools/139817.html"):
        assert "8 other schools in Birmingham and Cambridgeshire" in (shared_site / name).read_text(encoding="utf-8")


def test_map_and_table_agree(sample_view: View, shared_site: Path) -> None:
    text = (shared_site / "partnerships" / "06.html").read_text(encoding="utf-8")
    block = json.loads(re.findall(r'id="map_\d+_data">(.*?)</script>', text)[0])
    drawn = {p["number"]: [m[0] for m in p["members"]] for p in block["map"]["partnerships"]}
    wished = [m.urn for m in sample_view.partnership(6).members]
    assert drawn[6] == wished
    assert re.findall(r'<tr id="row-(\d+)">', text) == wished


def test_a_page_of_many_holds_the_map_that_folium_would_write_for_it_alone(sample_view: View) -> None:
    payload = Scene(sample_view).payload(
        kind="overview", partnerships=sample_view.partnerships, schools=sample_view.schools
    )
    for label, bounds in (("One", payload["bounds"]), ("<Two>", [[50.0, -5.5], [52.0, 1.0]])):
        shown = payload | {"bounds": bounds}
        with leaflet.stable_ids():
            figure = Document("", {}, parts(mapped=True, searching=False))
            figure.add_child(leaflet.PartnershipMap(shown, {"name": "Around"}, label))
            assert drawn_map(shown, label, safe_json({"name": "Around"})) == figure.drawn()


def test_ids_are_drawn_as_before_once_a_page_is_done() -> None:
    from branca.element import Element

    with leaflet.stable_ids():
        assert Element()._id == "0001"
    assert Element()._id != Element()._id


def test_another_leaflet_than_the_published_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(leaflet.LEAFLET_SHA256, "leaflet.js", "0" * 64)
    with pytest.raises(RuntimeError, match=r"reinstall django-js-lib-leaflet==1\.9\.4\.1"):
        leaflet.leaflet_asset.__wrapped__("leaflet.js")


def test_no_page_points_to_a_host(sample_view: View, tmp_path: Path) -> None:
    write_pages(sample_view, tmp_path)
    explore(sample_view).save(tmp_path / "explore.html")
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        hosts = set(re.findall(r"""(?:src|href|url\(|@import)\s*=?\s*["']?(?:https?:)?//([\w.]+)""", text))
        assert hosts <= {"leafletjs.com"}, page.name  # a link in Leaflet's own code, which these maps do not show


def test_a_comparison_is_written_for_officers_alone(sample_view: View, officers_sample: View, tmp_path: Path) -> None:
    for views in ((sample_view, sample_view), (sample_view, officers_sample), (officers_sample, sample_view)):
        with pytest.raises(ValueError, match="for officers"):
            write_comparison(*views, [], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_plan_beside_another_bears_its_numbers_names_and_colours(officers_sample: View) -> None:
    numbers = [p.number for p in officers_sample.partnerships]
    turned = dict(zip(numbers, [*numbers[1:], 99], strict=True))
    beside = numbered_beside(officers_sample, officers_sample, turned)
    known = {p.number: p for p in officers_sample.partnerships}
    for own in officers_sample.partnerships:
        shown = next(p for p in beside.partnerships if p.number == turned[own.number])
        assert {m.urn for m in shown.members} == {m.urn for m in own.members}
        same = known.get(shown.number, own)
        assert (shown.name, shown.colour) == (same.name, same.colour)
    for before, after in zip(officers_sample.schools, beside.schools, strict=True):
        assert set(after.partnerships) == {turned[number] for number in before.partnerships}


def test_two_pairs_of_scenarios_never_share_a_page(officers_sample: View, tmp_path: Path) -> None:
    pairs = (("a-b", "c"), ("a", "b-c"), ("a-b-c", ""), ("k", "0" * 16), ("Ä", "b"), ("a", "k--" + "0" * 16))
    pages = [
        write_comparison(*(replace(officers_sample, scenario=name) for name in pair), [], tmp_path) for pair in pairs
    ]
    assert len(set(pages)) == len(pairs)


# Viénot, Brettel and Mollon (1999) in linear light; what each kind of colour blindness makes of red, green and blue.
SIGHTS = {
    "usual": np.eye(3),
    "without red": np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
    "without green": np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
}


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def lab(light: np.ndarray) -> np.ndarray:
    """Return CIELAB of linear light (sRGB primaries, D65)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(light, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def linear(colour: np.ndarray) -> np.ndarray:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("sight", SIGHTS)
def test_areas_on_the_ground_are_told_apart_with_any_common_sight(sight: str) -> None:
    for ground in (BUILT_UP, OPEN_LAND):
        fills = [0.3 * rgb(colour.fill) + 0.7 * rgb(ground) for colour in PALETTE[:SLATE]]
        seen = [lab(SIGHTS[sight] @ linear(fill)) for fill in fills]
        gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
        assert min(gaps) > 3, "more than the eye needs to tell two colours apart"


def test_names_read_on_every_ground() -> None:
    for look in LETTERING.values():
        for ground in (BUILT_UP, OPEN_LAND, *(style.fill for style in STYLES if style.fill)):
            assert contrast(look.ink, ground) >= 4.5


def test_roads_railways_land_and_names_are_in_the_drawing(sample_view: View) -> None:
    scene = Scene(sample_view)
    svg = drawing(scene, partnerships=sample_view.partnerships, schools=(), focus=(), title="All")
    for layer in (
        "built_up",
        "motorway",
        "trunk",
        "primary",
        "rail",
        "tube",
        "districts",
        "neighbours",
        "outside",
    ):
        assert f'data-layer="{layer}"' in svg
    texts = {node.text for node in ET.fromstring(svg).iter("text")}  # noqa: S314 - our own
    assert {"Hendon", "Edgware", "A406", "NW7", "Enfield"} <= texts


def test_borders_of_neighbours_end_on_the_outline_of_the_authority(sample_view: View) -> None:
    scene = Scene(sample_view)
    ends = [shapely.Point(at) for _, line in scene.borders["neighbours"].within(scene.reach) for at in
            (shapely.get_coordinates(line)[0], shapely.get_coordinates(line)[-1])]  # fmt: skip
    gaps = sorted(end.distance(scene.outline.boundary) for end in ends)
    assert gaps[:5] == pytest.approx([0] * 5, abs=1.0)
    assert not [gap for gap in gaps if 1.0 < gap < 60.0]


def test_a_name_stands_in_its_area_as_far_from_the_edge_as_can_be(sample_view: View) -> None:
    scene = Scene(sample_view)
    for number, spots in scene.names_of_areas.items():
        area = scene.drawn_areas[number]
        depths = [area.boundary.distance(shapely.Point(spot)) for spot in spots]
        assert all(area.contains(shapely.Point(spot)) for spot in spots)
        assert depths[0] >= max(depths) * 0.95
