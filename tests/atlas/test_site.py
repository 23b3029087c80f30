"""The site over all authorities: every link leads somewhere, names are data, nothing is asked of a network."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from geo_partnerships.atlas import assemble
from geo_partnerships.atlas.packing import packed
from geo_partnerships.batching import read_project, run_batch
from tests.batching.county import county, results, write_project

HOSTILE = """{{ 7*7 }} ${alert(1)} <img src=x onerror=alert(1)> "quoted" O'Brien & Sons </script>"""


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    """The site of the county, with one school of a hostile name and one without a point."""
    folder = tmp_path_factory.mktemp("atlas")
    rows = county()
    rows[0][1] = HOSTILE
    rows[1][7] = rows[1][8] = ""
    rows[2][1] = "St. Mary's Églantine School"
    project = write_project(folder / "project", rows, more='address = "https://schools.example/all/"\n')
    report = run_batch(read_project(project), folder / "out", workers=1, site=True)
    return report.site


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - as HTMLParser calls it
        given = dict(attrs)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids.add(given.get("id"))


def test_every_link_of_every_page_leads_to_a_file_of_the_site(atlas):
    files = set(results(atlas))
    missing = set()
    for name in files:
        if name.endswith(".html"):
            for link in Links((atlas / name).read_text(encoding="utf-8")).found:
                parts = urlsplit(link)
                assert not parts.scheme or parts.scheme == "data", f"{name} asks for {link}"
                target = unquote(urlsplit(urljoin(f"https://x/{name}", link)).path).lstrip("/")
                if parts.path and target not in files:
                    missing.add((name, link))
    assert not missing


def test_a_mean_over_known_places_alone_says_of_how_many_it_is(tmp_path):
    figures = {"schools": 12, "partnerships": 2, "objective": 9.0, "lower_bound": None, "mean_distance_m": 820.0}
    records = [
        {"key": name, "name": name, "status": "draft", "groups": [], "rest": [], "attributions": [],
         "figures": {**figures, "measured": known, "places": 12}}
        for name, known in (("Smallton", 11), ("Bigford", 12))
    ]  # fmt: skip
    text = (assemble(tmp_path, records, title="All") / "index.html").read_text(encoding="utf-8")
    row = {name: row for row in text.split("<tr>") for name in ("Smallton", "Bigford") if f">{name}</a>" in row}
    assert "(of 11 of 12)" in row["Smallton"]
    assert "(of" not in row["Bigford"]
    assert "is the most by which" not in text


def test_scripts_and_styles_are_held_once_under_names_that_change_with_them(atlas):
    scripts = [name for name in results(atlas) if name.endswith((".js", ".css"))]
    plain = [PurePosixPath(name).name for name in scripts]
    assert all(re.fullmatch(r"[a-z0-9.]+\.[0-9a-f]{12}\.(js|css)", name) for name in plain)
    assert sum(name.startswith("leaflet.") and name.endswith(".js") for name in plain) == 1
    assert not [name for name in scripts if name.count("/") > 1 and not PurePosixPath(name).name.startswith("entries.")]


def test_every_page_leads_up_to_all_authorities_and_has_a_policy(atlas):
    for name in results(atlas):
        if name.endswith(".html"):
            text = (atlas / name).read_text(encoding="utf-8")
            assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
            if "/" in name:
                assert f'<a href="{"../" * name.count("/")}index.html">All authorities</a>' in text


def test_a_hostile_name_is_text_wherever_it_stands(atlas):
    for name, data in results(atlas).items():
        if name.endswith((".html", ".js")):
            text = data.decode("utf-8")
            assert "<img src=x" not in text, name
            scripts = text if name.endswith(".js") else "".join(re.findall(r"<script.*?</script>", text, re.DOTALL))
            assert not re.search(r"\$\{alert|\{\{ 7", scripts), name


def test_drafts_are_not_in_the_sitemap_and_ask_not_to_be_listed(atlas):
    assert (atlas / "sitemap.xml").read_text(encoding="utf-8").count("<loc>") == 1
    assert "https://schools.example/all/index.html" in (atlas / "sitemap.xml").read_text(encoding="utf-8")
    assert 'content="noindex"' in (atlas / "901" / "index.html").read_text(encoding="utf-8")
    assert "Sitemap: https://schools.example/all/sitemap.xml" in (atlas / "robots.txt").read_text(encoding="utf-8")


def test_agreed_plans_are_in_the_sitemap_and_may_be_listed(tmp_path):
    project = write_project(tmp_path / "project", more='address = "https://schools.example"\nset = ["status=agreed"]\n')
    site = run_batch(read_project(project), tmp_path / "out", workers=1, site=True).site
    places = re.findall(r"<loc>https://schools.example/(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    pages = [n for n in results(site) if re.search(r"^index|/index|partnerships/.*html|schools/", n)]
    assert sorted(places) == sorted(pages)
    assert "noindex" not in (site / "901" / "schools" / "100000.html").read_text(encoding="utf-8")


def test_places_are_kept_to_ten_metres_and_a_school_without_one_has_none():
    import base64

    import numpy as np

    record = {"key": "1", "name": "One", "groups": [[1, "A", 2, 3, [
        ["1", "a", "", "", "1", 82_672, 5_000], ["2", "b", "", "", "2", 655_604, 657_534]]]],
        "rest": [["3", "c", "", "", "3", None, None]]}  # fmt: skip
    data = packed([record])
    whole = np.frombuffer(base64.b64decode(data["places"]), "<u2").reshape(-1, 2)
    found = np.array(data["corner"]) + whole * data["step"]
    assert data["step"] < 10
    assert np.abs(found[:2] - [[82_672, 5_000], [655_604, 657_534]]).max() < 5
    assert whole[2].tolist() == [0, 0]
    assert whole[:2].min() >= 1
    assert data["authorities"] == [("1", "One", [(1, 2, 3)], 1)]


@pytest.mark.browser
class TestInABrowser:
    def test_a_school_is_found_by_word_district_and_key_and_its_page_opens_from_disk(self, atlas, visit):
        seen = visit(atlas / "index.html")
        page = seen.page
        for typed, expected in (("eglantine", "St. Mary's Églantine School"), ("100005", "School 100005"),
                                ("N2", "School 101000"), ("o'brien", HOSTILE)):  # fmt: skip
            page.fill("#q", typed)
            page.locator("#search li", has_text=expected).first.wait_for()
        page.fill("#q", "eglantine")
        page.locator("#search li a").first.wait_for()
        page.locator("#search li a").first.click()
        page.wait_for_url("**/901/schools/100002.html")
        assert page.locator("h1").inner_text() == "St. Mary's Églantine School"
        assert not seen.complaints
        assert all(url.startswith("file:") for url in seen.requests)

    def test_a_click_on_a_dot_tells_the_school_and_its_partnership(self, atlas, visit):
        seen = visit(atlas / "index.html")
        page = seen.page
        page.locator("#map").focus()
        for _ in range(2):
            page.keyboard.press("+")
        box = page.locator("#map").bounding_box()
        hit = page.evaluate(
            """() => { const c = document.getElementById('map'), p = c.getContext('2d');
            const d = p.getImageData(0, 0, c.width, c.height).data, palette = ['0,114,178','230,159,0','0,158,115'];
            for (let i = 0; i < d.length; i += 4)
              if (palette.includes(d[i]+','+d[i+1]+','+d[i+2]))
                return [i / 4 % c.width, Math.floor(i / 4 / c.width)].map(at => at * c.clientWidth / c.width);
            return null; }"""
        )
        page.mouse.click(box["x"] + hit[0], box["y"] + hit[1])
        page.locator("#told a").first.wait_for()
        texts = page.locator("#told a").all_inner_texts()
        assert len(texts) == 3
        assert texts[1].startswith("Partnership ")
        assert not seen.complaints

    def test_without_scripts_the_table_still_leads_to_every_authority(self, atlas, visit):
        seen = visit(atlas / "index.html", java_script_enabled=False)
        assert seen.page.locator("tbody a").all_inner_texts() == ["Bigford", "Farton", "Smallton"]
        assert not seen.page.locator("#map").is_visible()


def test_the_index_script_lists_a_school_under_each_of_its_words(atlas):
    data = next((atlas / "assets").glob("data.*.js")).read_text(encoding="utf-8")
    index = json.loads(data.removeprefix("window.atlasData=").rstrip(";\n"))
    assert {"eg", "ma", "n1", "10"} <= set(index["index"])
    script = (atlas / index["shards"][index["index"]["sc"]]).read_text(encoding="utf-8")
    assert "[[1,[[" in script.replace("atlas.shard(", "[") or ",[1,[[" in script, "'school' tells no schools apart"
