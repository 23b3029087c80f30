"""Names are data: whatever a text holds, nothing runs, the page keeps its shape and the text reads as typed."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest

from geo_partnerships.comparing import Moved
from geo_partnerships.pages import explore, write_comparison, write_pages
from geo_partnerships.pages.booklet import booklet_of
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from geo_partnerships.views.model import View
    from tests.conftest import Visitor

RUN = "window.ran=1"
HOSTILE = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><script>{RUN}//",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<<script>{RUN};//<</script>",
    f"<script src=x onerror={RUN}>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'>",
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror={RUN}>",
    f"<img/src='x'/onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"</svg><script>{RUN}</script>",
    f"</text></svg><img src=x onerror={RUN}>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"<style>*{{display:none}}</style><script>{RUN}</script>",
    "<!-- a comment that does not end",
    "--><b>out</b>",
    "<![CDATA[ x ]]>",
    "<?php phpinfo(); ?>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<iframe src=javascript:parent.{RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>press</a>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}>",
    f"<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror={RUN}></style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    f"<form action=javascript:{RUN}><button>Press</button></form>",
    f"' onmouseover='{RUN}",
    f'" onfocus="{RUN}" autofocus="',
    f"` onclick=`{RUN}",
    f"${{{RUN}}}",
    f"`+({RUN})+`",
    f"`;{RUN};`",
    f"';{RUN};'",
    f'";{RUN};"',
    f"\\';{RUN}//",
    f"*/{RUN}/*",
    "{{ 7*7 }}",
    "{{ self.__init__.__globals__.__builtins__.open('/tmp/ran', 'w') }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{% endblock %}{% block main %}",
    "{# a comment that does not end",
    "{% raw %}",
    "}}{{",
    "#{7*7}",
    "%s %d %(name)s {0} {name}",
    "&lt;b&gt; &amp; &#60;",
    "&",
    "<",
    "<b>bold</b>",
    "\u2028line\u2029separators",
    "\u202egnirts a\u202c",
    "\u2066isolate\u2069 \u200fmark",
    "zero\u200bwidth\ufeff\u200d",
    "e\u0301\u0301\u0301\u0301 combining",
    "ｆｕｌｌ＜script＞ｗｉｄｔｈ",
    "😀👩‍👩‍👧‍👦🏴‍☠️",
    "نص عربي وعبري עברית",
    '=HYPERLINK("//evil.example","press")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "../../etc/passwd",
    "C:\\con\\aux.html",
    "null",
    "NaN",
    "Robert'); DROP TABLE schools;--",
    "a\ttab\nand a line",
    "x" * 10_000,
)  # fmt: skip
KEPT = {"urn", "centre", "lead", "audience", "digest", "inputs_digest", "grid"}
"""Keys and what is none of the text that people write: a grid names a coordinate system."""
NO_TEXT = {chr(c) for c in (*range(9), 11, 12, *range(14, 32), *range(127, 160))}
"""Control characters, which HTML has no way to show as typed."""
PAYLOADS = Path(__file__).resolve().parents[2].parent / "shared" / "payloads" / "naughty-strings.json"
HARMLESS = "Harmless Name"


def poisoned(thing: Any, text: Callable[[], str], keys: set[str]) -> Any:
    """Return a view with every text replaced, except keys and what is empty."""
    if isinstance(thing, str) and not isinstance(thing, Audience):
        return thing if not thing or thing in keys else text()
    if isinstance(thing, tuple):
        return tuple(poisoned(part, text, keys) for part in thing)
    if isinstance(thing, gpd.GeoDataFrame):
        return thing.assign(name=[text() for _ in range(len(thing))])
    if is_dataclass(thing) and not isinstance(thing, type):
        changed = {f.name: poisoned(getattr(thing, f.name), text, keys) for f in fields(thing) if f.name not in KEPT}
        return replace(thing, **changed)
    return thing


def fill(view: View, strings: tuple[str, ...]) -> View:
    """Return a view whose texts are the strings, one after the other."""
    turn = iter(range(10**9))
    keys = {s.urn for s in (*view.schools, *view.uncovered)}
    return poisoned(view, lambda: strings[next(turn) % len(strings)], keys)


def small(view: View) -> View:
    """Return two partnerships of a view, one of them with unnamed members, and a school in none."""
    kept = tuple(replace(p, members=p.members[:2]) for p in view.partnerships if p.number in (6, 15))
    kept = tuple(replace(p, centre=p.members[0].urn) for p in kept)
    urns = {m.urn for p in kept for m in p.members}
    outside = view.uncovered[:1]
    return replace(
        view,
        partnerships=kept,
        schools=(*(s for s in view.schools if s.urn in urns), *outside),
        uncovered=outside,
        alliances=view.alliances[:2],
        context=replace(
            view.context,
            authority=None,
            neighbours=None,
            rail=None,
            stations=None,
            tube=None,
            built_up=None,
            **{layer: getattr(view.context, layer).iloc[:2] for layer in ("districts", "roads", "places")},
        ),
    )


class Shape(HTMLParser):
    """The tags of a page with their attributes' names, its text, and the JSON it holds.

    Names on a drawing are left out, since only those are written that find room; they may hold nothing but text.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.words: list[str] = []
        self.blocks: list[str] = []
        self._json = self._naming = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if self._naming:
            assert (tag, names[:2]) == ("text", ["x", "y"])
            return
        self._naming = tag == "g" and "paint-order" in names
        if self._naming:
            return
        self.tags.append((tag, *names))
        self._json = ("type", "application/json") in attrs
        self.words += [value or "" for name, value in attrs if name in ("aria-label", "content")]

    def handle_endtag(self, tag: str) -> None:
        if not self._naming:
            self.tags.append(("/" + tag,))
        elif tag == "g":
            self._naming = False

    def handle_data(self, data: str) -> None:
        if not self._naming:
            (self.blocks if self._json else self.words).append(data)
        self._json = False

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def said(shape: Shape, text: str) -> int:
    return plain("".join(shape.words)).count(plain(text))


def strings_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings_in(value)


def written(view: View, folder: Path) -> dict[str, Shape]:
    pages = write_pages(view, folder, assets="shared")
    moved = [Moved(school=s.urn, name=s.name, before=(6,), after=(15,)) for s in view.schools[:2]]
    pages.append(write_comparison(view, view, moved, folder).rename(folder / "compare.html"))
    pages.append(folder / "booklet.html")
    pages[-1].write_text(booklet_of(view), encoding="utf-8", errors="backslashreplace", newline="\n")
    return {p.relative_to(folder).as_posix(): Shape(p.read_text("utf-8")) for p in pages if p.suffix == ".html"}


def check_strings(view: View, strings: tuple[str, ...], folder: Path) -> None:
    """Put each string into every text place of every page and compare with a harmless one."""
    (folder / "harmless").mkdir(parents=True)
    baseline = written(fill(view, (HARMLESS,)), folder / "harmless")
    for number, text in enumerate(strings):
        there = folder / str(number)
        there.mkdir()
        for name, shape in written(fill(view, (text,)), there).items():
            first = baseline[name]
            assert shape.tags == first.tags, f"{name} changes its shape for {text[:60]!r}"
            if plain(text):
                assert said(shape, text) >= said(first, HARMLESS), f"{name} does not say {text[:60]!r}"
            for block, before in zip(shape.blocks, first.blocks, strict=True):
                found, wished = Counter(strings_in(json.loads(block))), Counter(strings_in(json.loads(before)))
                assert found[text] >= wished[HARMLESS], f"{name} loses {text[:60]!r} on the way to its map"


def test_there_are_enough_strings() -> None:
    assert len(set(HOSTILE)) >= 60


def test_every_string_in_every_text_place_keeps_every_page_as_it_is(officers_sample: View, tmp_path: Path) -> None:
    check_strings(small(officers_sample), HOSTILE, tmp_path)
    assert not Path("/tmp/ran").exists()  # noqa: S108 - what one of the strings tries to write


def test_public_lists_of_hostile_strings(officers_sample: View, tmp_path: Path) -> None:
    if not PAYLOADS.is_file():
        pytest.skip(f"skipped the public list of hostile strings: no {PAYLOADS.name} beside the clone")
    strings = [s for s in json.loads(PAYLOADS.read_text(encoding="utf-8")) if s.strip() and not set(s) & NO_TEXT]
    assert len(strings) > 400
    view = small(officers_sample)
    (tmp_path / "harmless").mkdir()
    baseline = written(fill(view, tuple(f"{HARMLESS} {n}" for n in range(20))), tmp_path / "harmless")
    for start in range(0, len(strings) - 19, 15):
        some = tuple(strings[start : start + 20])
        (tmp_path / str(start)).mkdir()
        shapes = written(fill(view, some), tmp_path / str(start))
        del shapes["compare.html"]  # matches rows by their names, of which some are the same here
        assert {name: shape.tags for name, shape in shapes.items()} == {n: baseline[n].tags for n in shapes}
        together = "".join(map(plain, ("".join(shape.words) for shape in shapes.values())))
        assert all(plain(text) in together for text in some)


@pytest.fixture(scope="module")
def hostile_site(officers_sample: View, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Make the whole officers' site with another hostile string in each place, once for each first string."""

    @cache
    def beginning(first: int) -> Path:
        folder = tmp_path_factory.mktemp("hostile")
        view = fill(officers_sample, HOSTILE[first:] + HOSTILE[:first])
        write_pages(view, folder)
        moved = [Moved(school=s.urn, name=s.name, before=(6,), after=(9,)) for s in view.schools]
        write_comparison(view, view, moved, folder).rename(folder / "compare.html")
        explore(view).save(folder / "explore.html")
        return folder

    return beginning


HOSTILE_PAGES = (
    "index.html", "overview.html", "partnerships/06.html", "schools/101285.html", "report.html", "findings.html",
    "guarantee.html", "judgements.html", "compare.html", "explore.html",
)  # fmt: skip
PHONE = {"width": 320, "height": 640}
OPEN_ALL = """(step) => {
  const said = {};
  for (const key of Object.keys(window.geoPartnerships ? geoPartnerships.maps : {})) {
    const api = geoPartnerships.maps[key];
    api.map.eachLayer(l => { if (l.openTooltip && l.getTooltip && l.getTooltip()) l.openTooltip(); });
    for (const s of api.data.schools.filter((_, i) => i % step === 0)) {
      api.school(s.urn);
      const box = api.map.getContainer().querySelector('.leaflet-popup-content');
      said[s.urn] = [s.name, box.querySelector('.card-title').textContent, box.querySelectorAll('*').length];
    }
    for (const p of api.data.partnerships) {
      api.zoomPartnership(p.number);
      p.outline.fire('click', {latlng: api.map.getCenter()});
    }
  }
  return said;
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("first", "name"), [*((0, name) for name in HOSTILE_PAGES), *((29, name) for name in HOSTILE_PAGES[:3])]
)
def test_nothing_runs_even_without_the_policy(
    hostile_site: Callable[[int], Path], first: int, name: str, visit: Visitor
) -> None:
    seen = visit(hostile_site(first) / name, bypass_csp=True, reduced_motion="reduce", viewport=PHONE)
    page = seen.page
    for shown in page.evaluate(OPEN_ALL, 1 if name == "overview.html" else 11).values():
        assert shown[0] == shown[1]
        assert shown[2] < 25
    search_for_everything(page)
    page.wait_for_timeout(150)
    assert page.evaluate("window.ran") is None
    assert [url for url in seen.foreign if not url.startswith("blob:")] == []
    assert seen.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def search_for_everything(page: Page) -> None:
    """Type what starts hostile names, and see that results come as text."""
    if page.locator("#q").count():
        for typed in ("<", "script", "{{", "$", "x" * 50):
            page.fill("#q", typed)
            assert page.locator("#search li").count() > 0
            assert page.locator("#search li *:not(a):not(span):not(br)").count() == 0


def test_hostile_keys_stay_out_of_file_names(sample_view: View, tmp_path: Path) -> None:
    view = small(sample_view)
    keys = {s.urn: f"../{s.urn}<img src=x>" for s in view.schools}
    schools = tuple(replace(s, urn=keys[s.urn]) for s in view.schools)
    partnerships = tuple(
        replace(
            p,
            centre=keys[p.centre or ""],
            members=tuple(replace(m, urn=keys[m.urn]) for m in p.members),
        )
        for p in view.partnerships
    )
    changed = replace(view, schools=schools, partnerships=partnerships, uncovered=schools[-1:])
    (tmp_path / "site").mkdir()
    pages = write_pages(changed, tmp_path / "site", assets="shared")
    assert list(tmp_path.iterdir()) == [tmp_path / "site"]
    assert all(re.fullmatch(r"[a-z0-9.-]+", part) for page in pages for part in page.relative_to(tmp_path).parts)
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    targets = re.findall(r'href="((?:schools|partnerships)/[^"#]+)"', index)
    assert targets
    assert all((tmp_path / "site" / target).is_file() for target in targets)
