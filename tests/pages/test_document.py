"""What a page holds: its scripts and styles, a policy that lets in these and no others, text that stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jinja2
import pytest
from branca.element import Element

from geo_partnerships.pages import leaflet, write_pages
from geo_partnerships.pages.document import Document, Drawn, drawn_map, environment, page_of, parts
from geo_partnerships.pages.leaflet import leaflet_asset, own_asset
from geo_partnerships.planning import plan
from geo_partnerships.views.fill import view_of
from tests.small import small_problem, small_scenario

if TYPE_CHECKING:
    from pathlib import Path

VIEW = SimpleNamespace(
    title="T", authority="A <b>", status="draft", scenario="s", data_date="", survey_note="", contact="", seed=1,
    digest="0" * 64, inputs_digest="", context=SimpleNamespace(attributions=()),
)  # fmt: skip
VALUES = {"view": VIEW, "officers": False, "links": False, "nav": (), "here": "", "root": ""}
ALERT = "</script><script>alert(1)</script>"
PAYLOAD = {"bounds": [[50.0, -5.5], [52.0, 1.5]], "partnerships": []}


class Page(HTMLParser):
    """A page taken apart: what its policy allows, and the scripts and styles it has, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.policy: dict[str, list[str]] = {}
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.data: dict[str, str] = {}
        self.linked: list[str] = []
        self._open: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self._open = tag, found
        if found.get("http-equiv") == "Content-Security-Policy":
            rules = (found["content"] or "").split("; ")
            self.policy = {rule.split()[0]: rule.split()[1:] for rule in rules}
        where = found.get("src" if tag == "script" else "href")
        if tag in {"script", "link"} and where:
            self.linked.append(where)

    def handle_data(self, data: str) -> None:
        tag, found = self._open
        if tag == "style":
            self.styles.append(data)
        elif tag == "script" and found.get("type") == "application/json":
            self.data[str(found["id"])] = data
        elif tag == "script":
            self.scripts.append(data)
        self._open = ("", {})

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - whichever it is
        self._open = ("", {})


def page(**more: Any) -> Page:
    options = {"assets": parts(mapped=False, searching=False), **more}
    return Page(page_of("base.html", VALUES, options.pop("assets"), **options))


DECLARED = re.compile(r"\{[^{}]*\}")


def allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("searching", [False, True])
@pytest.mark.parametrize("mapped", [False, True])
def test_a_page_holds_what_it_needs_and_its_policy_lets_in_that_alone(mapped: bool, searching: bool) -> None:
    drawn = drawn_map(PAYLOAD, "A map") if mapped else Drawn()
    found = page(assets=parts(mapped=mapped, searching=searching), drawn=drawn)
    whole = own_asset("page.css") + ("" if mapped else own_asset("text.css"))
    wanted = ["document.documentElement.className='js';"]
    if mapped:
        whole = leaflet_asset("leaflet.css") + own_asset("map.css") + whole
        wanted += [leaflet_asset("leaflet.js"), own_asset("map.js"), drawn.script]
    elif searching:  # a map brings the search with it
        wanted.append(own_asset("search.js"))
    assert found.scripts == wanted
    [style] = found.styles
    assert set(DECLARED.findall(style)) <= set(DECLARED.findall(whole))
    assert len(style) > 0.3 * len(whole)
    assert found.linked == []
    assert found.policy == {
        "default-src": ["'none'"],
        "script-src": [allowed(text) for text in wanted],
        "style-src": [allowed(style)],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_a_page_with_shared_assets_points_to_them_and_lets_in_files_beside_it() -> None:
    drawn = drawn_map(PAYLOAD, "A map")
    assets = parts(mapped=True, searching=True)
    found = page(assets=assets, drawn=drawn, shared="../assets/")
    inside = ["document.documentElement.className='js';", drawn.script]
    names = ["leaflet.css", "map.css", "page.css", "leaflet.js", "map.js"]
    assert found.linked == [f"../assets/{name}" for name in names]
    assert found.scripts == inside
    assert found.styles == []
    assert found.policy["script-src"] == ["'self'", "file:", *map(allowed, inside)]
    assert found.policy["style-src"] == ["'self'", "file:"]


def test_a_page_for_the_users_own_layers_has_no_policy_and_what_folium_asks_of_jquery() -> None:
    found = page(assets=parts(mapped=True, searching=False), policy=False)
    assert found.policy == {}
    assert found.scripts[-1].startswith(leaflet.marker_icons())
    assert "window.$=window.$||" in found.scripts[-1]
    with_policy = page(assets=parts(mapped=True, searching=False))
    assert not any("window.$" in text for text in with_policy.scripts)


def test_a_pages_own_data_is_text_whatever_it_holds() -> None:
    found = page(data={"name": ALERT})
    assert len(found.scripts) == 1
    assert "alert(1)" in found.data["page_data"]
    assert "<" not in found.data["page_data"]
    assert page(data=None).data == {}
    assert page(data=[]).data == {"page_data": "[]"}


@pytest.mark.parametrize("name", ["x.html", "x.txt", "x", None])
def test_whatever_a_template_is_called_what_it_shows_is_escaped(name: str | None) -> None:
    env = environment().overlay(loader=jinja2.DictLoader({name: "{{ shown }}"}) if name else None)
    template = env.get_template(name) if name else env.from_string("{{ shown }}")
    assert template.render(shown=ALERT) == ALERT.replace("<", "&lt;").replace(">", "&gt;")
    assert "A &lt;b&gt;: school" in page().text


def test_what_a_template_is_not_given_is_an_error_and_not_left_out() -> None:
    with pytest.raises(jinja2.UndefinedError, match="view"):
        page_of("base.html", {}, parts(mapped=False, searching=False))


def test_conditions_leave_no_lines_of_blanks() -> None:
    assert not re.search(r"\n\s", page().text.partition("</head>")[2])
    template = environment().from_string("<ul>\n  {% if shown %}\n<li>\n  {% endif %}\n</ul>")
    assert template.render(shown=True) == "<ul>\n<li>\n</ul>"


def test_a_document_is_the_page_with_what_folium_and_the_user_put_into_it() -> None:
    with leaflet.stable_ids():
        document = Document("base.html", VALUES, parts(mapped=True, searching=False), data={"a": 1})
        chart = leaflet.PartnershipMap(PAYLOAD, {"name": "Around"}, "A map")
        document.add_child(chart)
        document.header.add_child(Element("<meta name='of-the-user'>"))
        document.after = "\nlast();"
        found = Page(document.render())
    assert found.policy
    assert len(found.scripts) == 4  # the map's own, and Leaflet once
    assert found.scripts[-1].endswith("\nlast();")
    assert "<meta name='of-the-user'>" in found.text.partition("</head>")[0]
    assert list(found.data) == [f"{chart.get_name()}_data", "page_data"]
    (drawn,) = document.drawn().maps
    assert f'class="folium-map" id="{chart.get_name()}"' in drawn


def test_a_document_without_a_map_brings_nothing() -> None:
    document = Document("base.html", VALUES, parts(mapped=False, searching=False))
    document.header.add_child(Element("<meta name='of-the-user'>"))
    assert document.drawn() == Drawn()


def test_each_page_of_many_lies_where_its_own_places_are() -> None:
    assert "[51.0, -2.0]" in drawn_map(PAYLOAD, "A map").script
    assert "[40.0, 1.0]" in drawn_map({"bounds": [[39.0, 0.0], [41.0, 2.0]]}, "Another").script


def test_a_page_of_data_without_a_day_says_nothing_of_one(tmp_path: Path) -> None:
    view = view_of(plan(small_problem(), small_scenario()), scenario="small")
    assert view.data_date == ""
    write_pages(view, tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Data of" not in page
    assert "Scenario: small · Public edition" in page
