"""Rules of a style sheet that no part of a page can wear stay out of it; all others stay as they are."""

from __future__ import annotations

import re

import pytest

from geo_partnerships.pages.document import parts, styles_of
from geo_partnerships.pages.leaflet import own_asset
from geo_partnerships.pages.styling import without, words_of, worn

CSS = (
    "a{b:c}.here{d:e}.gone{f:g}.here .gone{h:i}.here,.gone a{j:k}.here:not(.gone,.other){l:m}#here[class=gone]{n:o}"
    ".c3{p:q}@media print{.gone{r:s}.here{t:u}}@media screen{.gone{v:w}}@page{x:y}"
)


def test_only_what_can_be_worn_is_kept() -> None:
    assert worn(CSS, frozenset({"here"})) == (
        "a{b:c}.here{d:e}.here{j:k}.here:not(.gone,.other){l:m}#here[class=gone]{n:o}"
        ".c3{p:q}@media print{.here{t:u}}@page{x:y}"
    )


@pytest.mark.parametrize("name", ["page.css", "map.css", "school.css", "sheet.css", "text.css"])
def test_a_sheet_all_of_which_is_worn_is_the_same(name: str) -> None:
    css = own_asset(name)
    assert worn(css, frozenset(re.findall(r"[A-Za-z][\w-]*", css))) == css


def test_words_are_those_of_the_template_of_what_it_extends_and_of_the_macros_it_calls() -> None:
    words = words_of("school.html", ("classList.add('moving')",))
    assert {"school-map", "skip", "map-key", "moving", "search"} <= words
    assert "zooms" not in words
    assert "zooms" in words_of("overview.html", ())


def test_rules_on_some_names_are_left_out_and_others_beside_them_stay() -> None:
    assert without(".a-layers,.bar{b:c}.a-layers-list{d:e}@media print{.a-layers{f:g}}", "a-layers") == ".bar{b:c}"


@pytest.mark.parametrize("template", ["overview.html", "partnership.html", "compare.html"])
def test_a_live_map_wears_what_gives_it_its_size(template: str) -> None:
    page = page_styles(template)
    assert ".tiled .leaflet-ground-pane" in page
    assert ".leaflet-popup-content .card{" in page
    for rule in (".folium-map{", ".pin .dot{", ".layers{", ".leaflet-pane,", ".leaflet-bar{", ".label{"):
        assert rule in page, rule


def page_styles(template: str) -> str:
    return styles_of(template, parts(mapped=True, searching=True), policy=True)
