"""What several kinds of tests share: a browser with the network cut, and a view of Barnet's schools."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import settings

from geo_partnerships.views.areas import PALETTE_SIZE, colour_indices, partnership_areas
from geo_partnerships.views.compass import bearing
from geo_partnerships.views.model import (
    AllianceView,
    Audience,
    CheckView,
    ContextView,
    FigureView,
    FindingView,
    GuaranteeView,
    JudgementView,
    MemberView,
    MilestoneView,
    PartnershipView,
    SchoolView,
    UnnamedView,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")  # the same examples every time; elsewhere new ones are tried

ROOT = Path(__file__).resolve().parents[1]
LONG = ("workbench", "batching", "cli", "reliability", "clustering", "exports", "pages", "views", "sweeping")
"""Folders whose tests take longest, in that order."""
DATA = ROOT / "data"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes longest first: whoever has done with its own share takes of the others' short tests at the end."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)


@dataclass
class Visit:
    """A page in a browser that has no network, with all it asked for and complained about."""

    page: Page
    file: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """Requests beside the page itself."""
        return [url for url in self.requests if url.split("#")[0] != self.file.as_uri()]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a sandbox; the tests fail where it is missing."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


class Visitor:
    """Opens files in fresh contexts with the network cut, and closes them at the end of a test."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []

    def __call__(self, file: Path, fragment: str = "", **options: Any) -> Visit:
        """Open a file; options go to Playwright's ``new_context``."""
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        visit = Visit(page, file)

        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                visit.complaints.append(message.text)

        def request(asked: Request) -> None:
            visit.requests.append(asked.url)

        page.on("request", request)
        page.on("console", console)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.route("http*://**", lambda route: route.abort())
        page.goto(file.as_uri() + fragment)
        return visit

    def close(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visitor]:
    """A function that opens a file in a browser without a network."""
    visitor = Visitor(browser)
    yield visitor
    visitor.close()


def _context() -> ContextView:
    def read(name: str, column: str = "name") -> gpd.GeoDataFrame:
        frame = gpd.read_file(DATA / "boundaries" / f"{name}.geojson")
        return frame.rename(columns={column: "name"})[["name", "geometry"]]

    def ground(name: str) -> gpd.GeoDataFrame:
        frame = gpd.read_file(DATA / "boundaries" / f"{name}.geojson")
        kept = frame.assign(name=frame.get("name", ""), rank=frame.get("rank", 3))
        return kept[["name", "rank", "geometry"]]

    return ContextView(
        authority=read("authority"),
        neighbours=read("neighbours"),
        districts=read("districts", "district"),
        stations=read("stations"),
        **{layer: ground(layer) for layer in ("rail", "tube", "roads", "places", "built_up")},
        attributions=("Contains OS data © Crown copyright and database right 2013", "Powered by TfL Open Data"),
    )


def _milestones(letter: dict[str, Any]) -> tuple[MilestoneView, ...]:
    return tuple(
        MilestoneView(
            title=m["title"],
            when=m.get("date") or m.get("month") or "open",
            status=m["status"],
            audience=m.get("audience", ""),
            key=m["key"],
            date=m.get("date") or m.get("month") or "",
        )
        for m in letter["milestone"]
    )


def build_view(audience: Audience = Audience.PUBLIC) -> View:
    """Return the letter's fifteen partnerships over the schools of the repository, as a view."""
    letter = tomllib.loads((DATA / "letter-2015.toml").read_text(encoding="utf-8"))
    rows = [f["properties"] for f in json.loads((DATA / "schools.geojson").read_text(encoding="utf-8"))["features"]]
    school = {row["urn"]: row for row in rows}
    members: dict[int, list[str]] = {}
    unnamed: dict[int, list[UnnamedView]] = defaultdict(list)
    for p in letter["partnership"]:
        members[p["number"]] = [u for m in p["members"] for u in m.get("urns", [m["urn"]] if "urn" in m else [])]
        for m in p["members"]:
            if "unnamed" in m:
                unnamed[p["number"]].append(UnnamedView(text=m["text"], count=m["unnamed"], place=m["place"]))
    within: dict[str, list[int]] = defaultdict(list)
    for number, urns in members.items():
        for urn in urns:
            within[urn].append(number)
    points = {u: (float(s["easting"]), float(s["northing"])) for u, s in school.items() if s["easting"]}
    context = _context()
    outline = context.authority.to_crs(27700).geometry.union_all()  # type: ignore[union-attr]
    strands = {p["number"]: "area" if p["basis"] == "place" else p["label"] for p in letter["partnership"]}
    areas: dict[int, Any] = {}
    for strand in sorted(set(strands.values())):
        groups = {n: urns for n, urns in members.items() if strands[n] == strand}
        areas |= partnership_areas(points, groups, outline)
    colours = colour_indices(areas, PALETTE_SIZE)
    partnerships = []
    for p in letter["partnership"]:
        number, urns = p["number"], members[p["number"]]
        at = np.array([points[u] for u in urns])
        gaps = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
        centre = urns[int(gaps.sum(axis=0).argmin())]
        to_centre = dict(zip(urns, gaps[urns.index(centre)], strict=True))
        a, b = divmod(int(gaps.argmax()), len(urns))
        partnerships.append(
            PartnershipView(
                number=number,
                name=p["label"],
                type=p["type"],
                status="draft",
                strand=strands[number],
                colour=colours.get(number, 0),
                centre=centre,
                members=tuple(
                    MemberView(
                        urn=u,
                        name=school[u]["name"],
                        role="centre" if u == centre else "member",
                        distance_m=float(to_centre[u]),
                        bearing=bearing(points[centre], points[u]),
                        also_in=tuple(n for n in within[u] if n != number),
                    )
                    for u in urns
                ),
                unnamed=tuple(unnamed[number]),
                size=len(urns) + sum(u.count for u in unnamed[number]),
                leaders=tuple(school[u]["name"] for u in urns if school[u]["designations"]),
                districts=tuple(sorted({school[u]["district"] for u in urns})),
                mean_distance_m=float(np.mean(list(to_centre.values()))),
                max_distance_m=float(max(to_centre.values())),
                furthest_pair=(school[urns[a]]["name"], school[urns[b]]["name"], float(gaps.max())),
                area=areas.get(number),
            )
        )

    def as_view(row: dict[str, Any]) -> SchoolView:
        urn = row["urn"]
        return SchoolView(
            urn=urn,
            name=row["name"],
            phase=row["phase"],
            type=row["type"],
            postcode=row["postcode"],
            district=row["district"],
            borough=row["borough"],
            designations=tuple(row["designations"]),
            easting=row["easting"],
            northing=row["northing"],
            point_source=row["point_source"],
            partnerships=tuple(within[urn]),
            alliances=tuple(a["number"] for a in letter["alliance"] if urn in [m.get("urn") for m in a["members"]]),
            uncovered="" if within[urn] else "it is a secondary school that neither answered nor is partnered",
        )

    views = [as_view(row) for row in rows]
    view = View(
        audience=Audience.PUBLIC,
        authority=letter["authority"],
        title="Barnet 2015",
        scenario="sample",
        description="The letter's fifteen partnerships, as a sample for tests.",
        status="draft",
        data_date="January 2015",
        survey_note="Illustrative survey: the real answers are not public; these were made up by a seeded script.",
        survey_range="Under 10 surveys made in the same way the mean distance is 860 to 960 m.",
        seed=2015,
        digest="0123456789abcdef" * 4,
        summary="Fifteen partnerships; their area schools lie 1,418 m from the centre school on average.",
        headline=(
            FigureView(label="mean distance to the centre school", plan="990 m", draft="1,418 m", note="area strand"),
            FigureView(label="covered schools with a school they named", plan="64 of 64", draft="57 of 64"),
        ),
        partnerships=tuple(partnerships),
        schools=tuple(views),
        alliances=tuple(
            AllianceView(
                number=a["number"],
                name=a.get("title") or "Alliance " + str(a["number"]),
                status=a["status"],
                type=a.get("type", ""),
                lead=a.get("lead", ""),
                stated_size=a.get("stated_size"),
                members=tuple((m["text"], m.get("urn", "")) for m in a["members"]),
            )
            for a in letter["alliance"]
        ),
        uncovered=tuple(s for s in views if not s.partnerships),
        checks=(CheckView(name="Sizes", holds=True, message="Every area partnership has 5 to 12 schools."),),
        broken=("Partnership 10 has no system leader.",),
        findings=(
            FindingView(severity="warning", place="letter-2015.toml, partnership 13", message="One entry with a slash.",
                        fix="Say whether it is one school or two."),
        ),
        parameters=(("Postcode district penalty", "500 m"), ("Size of a partnership", "5 to 12 schools")),
        method=("Each partnership gathers round the member with the least total distance to the others.",),
        types=tuple((t["name"], t["definition"]) for t in letter["type"]),
        bases=tuple(b["text"] for b in letter["basis"]),
        rationale=tuple(r["text"] for r in letter["rationale"]),
        approvals=("Schools Standards Partnership Board, 15 December 2014: approach approved.",),
        milestones=_milestones(letter),
        contact=letter["contact"],
        reply_by="the end of January 2015",
        reply_date="2015-01",
        promise="No plan that keeps these promises is shorter.",
        kept="Each school that answered the survey is with a school that it named.",
        ways=(("from a school to its centre school, on average", 990.0, 1_418.0),),
        context=context,
    )  # fmt: skip
    return officers_view(view) if audience is Audience.OFFICERS else view


def officers_view(view: View) -> View:
    """Return a view with the officers' knowledge of it, made up."""
    first, second = view.schools[:2]
    return replace(
        view,
        audience=Audience.OFFICERS,
        guarantee=(
            GuaranteeView(urn=first.urn, name=first.name, channel="form", answered_by=first.name,
                          named=(second.name,), met_by=(second.name,)),
            GuaranteeView(urn=second.urn, name=second.name, channel="meeting", answered_by=first.name,
                          named=(first.name,), met_by=()),
        ),
        judgements=(
            JudgementView(urn=first.urn, name=first.name, ofsted="Good", ofsted_date="2013-05",
                          la_view="secure", self_evaluation="good", head_experience="3 to 5 years"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def sample_view() -> View:
    """The letter's partnerships as a public view."""
    return build_view()


@pytest.fixture(scope="session")
def officers_sample(sample_view: View) -> View:
    """The same as an officers' view."""
    return officers_view(sample_view)


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe, the accessibility checker."""
    from importlib.resources import files

    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def officers_site(officers_sample: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The officers' pages of the sample, self-contained."""
    from geo_partnerships.pages import write_pages

    folder = tmp_path_factory.mktemp("officers")
    write_pages(officers_sample, folder)
    return folder


@pytest.fixture(scope="session")
def site(sample_view: View, officers_sample: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public pages of the sample, and a comparison, which is for officers, self-contained."""
    from geo_partnerships.comparing import Moved
    from geo_partnerships.pages import write_comparison, write_pages

    folder = tmp_path_factory.mktemp("site")
    write_pages(sample_view, folder)
    write_comparison(
        officers_sample,
        replace(officers_sample, title="Another plan", scenario="other"),
        [Moved(school="101285", name="Hollickwood Primary School", before=(6,), after=(9,))],
        folder,
    )
    return folder
