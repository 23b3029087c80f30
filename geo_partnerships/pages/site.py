"""The pages of one plan for one audience, as plain files in a folder."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geo_partnerships.pages import words
from geo_partnerships.pages.context import ground_of
from geo_partnerships.pages.document import Assets, Document, all_assets, drawn_map, page_of, parts
from geo_partnerships.pages.index import found_school, index_of
from geo_partnerships.pages.leaflet import PartnershipMap, stable_ids
from geo_partnerships.pages.packing import safe_json
from geo_partnerships.pages.pins import Look
from geo_partnerships.pages.scene import MANY_SCHOOLS, Scene
from geo_partnerships.pages.svg import COLUMN, PAGE, SHEET, THUMB, drawing, drawn_areas, sheet_of
from geo_partnerships.pages.telling import CENTRE_COUNTED, sum_of_sizes
from geo_partnerships.sentences import count, listed
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geo_partnerships.pages.schema import Ground, MapData, PageBlock, SearchIndex, Urls
    from geo_partnerships.pages.svg import Paper
    from geo_partnerships.views.model import GuaranteeView, JudgementView, MemberView, PartnershipView, SchoolView, View

FIRST_MEETING = "first-meetings"
"""The key, in a letter's file, of the day when partnerships meet first."""
DOWNLOADS = (
    ("plan.xlsx", "workbook with partnerships, schools, distances, rules and method"),
    ("plan.csv", "one row per school and partnership"),
    ("plan.geojson", "the schools as points"),
    ("partnerships.geojson", "the partnerships as areas"),
    ("plan.gpkg", "GeoPackage with both, for QGIS and ArcGIS"),
)


NOTHING_FOUND: SearchIndex = {"schools": [], "partnerships": [], "places": []}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of members."""

    id: str
    member: MemberView
    partnership: PartnershipView
    phase: str
    district: str
    postcode: str
    designations: tuple[str, ...]
    placed: bool
    also: tuple[PartnershipView, ...]


def write_pages(view: View, folder: Path, *, assets: Assets | str = Assets.INLINE) -> list[Path]:
    """Write every page of a view below a folder and return their paths, in order.

    Parameters
    ----------
    view
        What may be seen.
    folder
        An existing folder; the caller stages and swaps it.
    assets
        ``inline`` makes each page one self-contained file; ``shared`` puts scripts and styles into ``assets/``
        beside them, for plans with many schools.
    """
    site = Site(view, Assets(assets))
    written = []
    for name, text in (*site.shared_files(), *site.pages()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        written.append(path)
    return written


def explore(view: View) -> PartnershipMap:
    """Return the map of all partnerships as a ``folium.Map``: show it, add layers to it, save it.

    The page around it is self-contained and needs no network as long as the layers added need none. It has
    no content security policy, which would shut such layers out.
    """
    return Site(view, Assets.INLINE, links=False).overview_map()


class Site:
    """The pages of a view.

    Parameters
    ----------
    view
        What may be seen.
    assets
        Where scripts and styles are.
    links
        False for a page that stands alone.
    """

    def __init__(self, view: View, assets: Assets, *, links: bool = True) -> None:
        self.view = view
        self.scene = Scene(view)
        self.assets = assets
        self.links = links
        self.officers = view.audience is Audience.OFFICERS

    @cached_property
    def _answers(self) -> dict[str, list[GuaranteeView]]:
        """The survey's guarantee by school; empty in the public edition whatever the view holds."""
        found: dict[str, list[GuaranteeView]] = defaultdict(list)
        for row in self.view.guarantee if self.officers else ():
            found[row.urn].append(row)
        return found

    @cached_property
    def _judgements(self) -> dict[str, list[JudgementView]]:
        """The authority's knowledge by school; empty in the public edition whatever the view holds."""
        found: dict[str, list[JudgementView]] = defaultdict(list)
        for row in self.view.judgements if self.officers else ():
            found[row.urn].append(row)
        return found

    def shared_files(self) -> Iterator[tuple[str, str]]:
        """Yield the name and text of each shared asset; none where pages are self-contained."""
        if self.assets is Assets.SHARED:
            for name, text in all_assets(self._index_script).items():
                yield f"assets/{name}", text

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the name and text of each page."""
        yield "index.html", self.index()
        with stable_ids():
            overview = self.overview_map().get_root()
            yield "overview.html", overview.render()
        for at, partnership in enumerate(self.view.partnerships):
            yield f"partnerships/{partnership.number:02d}.html", self.partnership(at)
        for urn in self.scene.everyone:
            yield f"schools/{words.file_stem(urn)}.html", self.school(urn)
        yield "report.html", self.report()
        yield "findings.html", self._plain("findings.html")
        if self.officers:
            met = sum(1 for g in self.view.guarantee if g.met_by)
            yield "guarantee.html", self._plain("guarantee.html", values={"met": met})
            yield "judgements.html", self._plain("judgements.html")
        if self.officers and self.view.disclosure:
            yield "disclosure.html", self._plain("disclosure.html")

    def index(self) -> str:
        """Return the page that says what this is and where to go."""
        strays = sum(1 for s in self.view.schools if not self.scene.numbers(s))
        return self._plain(
            "index.html",
            values={
                "strays": strays,
                "unnamed": any(p.unnamed for p in self.view.partnerships),
                "sizes_in_all": sum_of_sizes(self.view),
                "centre_counted": CENTRE_COUNTED,
                "known": self.scene.everyone,
                "files": DOWNLOADS,
                "svg": self._drawing_of_all("The partnerships on a map", THUMB),
            },
        )

    def report(self) -> str:
        """Return the page on method, rules, coverage and sources."""
        tally = Counter(f.severity for f in self.view.findings)
        words_of_tally = listed([count(n, str(name)) for name, n in tally.items()])
        return self._plain("report.html", values={"tally": words_of_tally})

    def overview_map(self) -> PartnershipMap:
        """Return the map of all partnerships inside its page."""
        payload = self.scene.payload(
            kind="overview",
            partnerships=self.view.partnerships,
            schools=self.scene.schools,
            urls=self._urls(""),
        )
        title = "Map of all partnerships and their schools"
        document = Document(
            "overview.html",
            self.values("overview.html", "")
            | {
                "groups": self.groups(),
                "svg": self._drawing_of_all(title, PAGE),
            },
            self._parts(mapped=True, searching=True),
            shared=self._shared(""),
            policy=self.links,
            data=self._search("", payload),
        )
        chart = PartnershipMap(payload, self._ground((), self.view.partnerships, PAGE), title)
        document.add_child(chart)
        return chart

    def _drawing_of_all(self, title: str, paper: Paper) -> str:
        view, scene = self.view, self.scene
        return drawing(scene, partnerships=view.partnerships, schools=scene.schools, focus=(), title=title, paper=paper)

    def partnership(self, at: int) -> str:
        """Return the page of one partnership, by its place in the view."""
        chosen = self.view.partnerships[at]
        members = tuple(m.urn for m in chosen.members)
        placed = [self.scene.everyone[urn] for urn in members if urn in self.scene.places]
        title = f"Map of partnership {chosen.number} and its schools"
        labels = numbered([members])
        everyone = self.view.partnerships
        values = self.values("", "../") | {
            "p": chosen,
            "before": everyone[at - 1] if at else None,
            "after": everyone[at + 1] if at + 1 < len(everyone) else None,
            "centre": next((m for m in chosen.members if m.urn == chosen.centre), None),
            "rows": list(self._rows((chosen,))),
            "alliances": [a for a in self.view.alliances if {urn for _, urn in a.members} & set(members)],
            "files": DOWNLOADS,
            "svg": drawing(
                self.scene,
                partnerships=(chosen,),
                schools=placed,
                focus=members,
                title=title,
                paper=SHEET,
                look=Look(labels),
            ),
        }
        payload = self.scene.payload(
            kind="partnership",
            partnerships=(chosen,),
            schools=self.scene.around(members),
            focus=members,
            urls=self._urls("../"),
            labels=labels,
        )
        return page_of(
            "partnership.html",
            values,
            self._parts(mapped=True, sheet=True, searching=True),
            drawn_map(payload, title, safe_json(self._ground(members, (chosen,), SHEET))),
            shared=self._shared("../"),
            data=self._search("../", payload),
        )

    def school(self, urn: str) -> str:
        """Return the page of one school, which prints on one sheet of A4."""
        view, chosen = self.view, self.scene.everyone[urn]
        own = tuple(self.scene.partnerships[n] for n in self.scene.numbers(chosen))
        beside = dict.fromkeys((urn, *(m.urn for p in own for m in p.members)))
        schools = [self.scene.everyone[key] for key in beside if key in self.scene.places]
        title = f"Map of {chosen.name} and the schools of its partnership"
        lists = [self._own(chosen, p) for p in own]
        labels = numbered([[row["urn"] for row in one["members"]] for one in lists])
        values = self.values("", "../") | {
            "s": chosen,
            "own": lists,
            "placed": urn in self.scene.places,
            "fragment": words.fragment(urn),
            "first": next((m for m in view.milestones if m.key == FIRST_MEETING), None),
            "next": [m for m in view.milestones if m.key != FIRST_MEETING],
            "alliances": [a for a in view.alliances if a.number in chosen.alliances],
            "answer": self._answers.get(urn, []),
            "judgement": self._judgements.get(urn, []),
            "svg": drawing(
                self.scene,
                partnerships=own,
                schools=schools,
                focus=tuple(beside),
                title=title,
                paper=COLUMN,
                look=Look(labels, (urn,)),
            ),
        }
        assets = parts(drawn=True, searching=True, index=self._index_script)
        return page_of("school.html", values, assets, shared=self._shared("../"), data=self._search("../"))

    def _own(self, school: SchoolView, partnership: PartnershipView) -> dict[str, Any]:
        """Return a school's partnership as its own page tells it: who is in it and how far from here."""
        here = self.scene.places.get(school.urn)
        rows = []
        for member in partnership.members:
            there = self.scene.places.get(member.urn)
            far = math.dist(here, there) if here and there else None
            other = self.scene.everyone[member.urn]
            away = "" if member.urn == school.urn else words.away(here, there)
            tags = ["centre school"] if member.urn == partnership.centre else []
            tags += other.designations
            tags += [f"also in partnership {n}" for n in member.also_in]
            rows.append(
                {
                    "urn": member.urn,
                    "name": member.name,
                    "phase": other.phase,
                    "words": away,
                    "far": -1.0 if member.urn == school.urn else math.inf if far is None else far,
                    "tags": tags,
                }
            )
        rows.sort(key=lambda row: (row["far"], row["name"], row["urn"]))
        return {"p": partnership, "members": rows}

    def _plain(self, template: str, *, values: dict[str, Any] | None = None) -> str:
        return page_of(
            template,
            self.values(template, "") | (values or {}),
            self._parts(mapped=False, searching=True),
            shared=self._shared(""),
            data=self._search(""),
        )

    def values(self, here: str, root: str) -> dict[str, Any]:
        """Return what every page shows: ``here`` is its own name in the menu, ``root`` the way to the index."""
        nav = [("overview.html", "Map"), ("report.html", "Report"), ("findings.html", "Findings")]
        if self.officers:
            nav += [("guarantee.html", "Guarantee"), ("judgements.html", "Judgements")]
        if self.officers and self.view.disclosure:
            nav.append(("disclosure.html", "Disclosure"))
        return {
            "view": self.view,
            "tints": self.scene.colours,
            "credits": words.credit_line(self.view.context.attributions),
            "basemap": self.view.context.basemap,
            "officers": self.officers,
            "links": self.links,
            "root": root,
            "here": here,
            "nav": nav,
        }

    def _parts(self, *, mapped: bool, searching: bool, sheet: bool = False) -> Any:
        return parts(mapped=mapped, sheet=sheet, searching=searching, index=self._index_script if searching else "")

    def _shared(self, root: str) -> str | None:
        return f"{root}assets/" if self.assets is Assets.SHARED else None

    @cached_property
    def _index_script(self) -> str:
        """What can be found, where pages share it; else nothing."""
        if self.assets is not Assets.SHARED:
            return ""
        return f"window.geoIndex={safe_json(self._index)};"

    def _ground(self, focus: Sequence[str], partnerships: Sequence[PartnershipView], paper: Paper) -> Ground:
        """Return the ground of a live map; its paths are those of the drawing beside it."""
        sheet = sheet_of(self.scene, focus, paper)
        drawn = frozenset(drawn_areas(self.scene, sheet, partnerships))
        return ground_of(self.scene, sheet.grid, drawn=drawn, zoom=sheet.nearest)

    def _urls(self, root: str) -> Urls:
        if not self.links:
            return {}
        return {"partnership": f"{root}partnerships/*.html", "school": f"{root}schools/*.html"}

    def groups(self) -> list[tuple[PartnershipView, list[Row]]]:
        """Return every partnership with its rows."""
        rows = self._rows(self.view.partnerships)
        return [(p, list(itertools.islice(rows, len(p.members)))) for p in self.view.partnerships]

    def _rows(self, partnerships: Sequence[PartnershipView]) -> Iterator[Row]:
        seen: Counter[str] = Counter()
        for partnership in partnerships:
            for member in partnership.members:
                school = self.scene.everyone[member.urn]
                stem = words.file_stem(member.urn)
                seen[stem] += 1
                yield Row(
                    id=f"row-{stem}" + (f"-{seen[stem]}" if seen[stem] > 1 else ""),
                    member=member,
                    partnership=partnership,
                    phase=school.phase,
                    district=school.district,
                    postcode=school.postcode,
                    designations=school.designations,
                    placed=member.urn in self.scene.places,
                    also=tuple(self.scene.partnerships[n] for n in member.also_in if n in self.scene.partnerships),
                )

    @cached_property
    def _index(self) -> SearchIndex:
        """All that can be found."""
        return index_of(self.scene)

    def _search(self, root: str, shown: MapData | None = None) -> PageBlock:
        """Return what a page's search finds beside what its map shows; pages that share their parts share this, too.

        Where there are so many schools that each page would carry a large list, only the index has it, and a map's
        page the schools without a place.
        """
        if self.assets is Assets.SHARED or not self.links:
            return {"search": NOTHING_FOUND, "root": root}
        if shown is None:
            return {"search": self._index, "root": root}
        if len(self.scene.everyone) > MANY_SCHOOLS:
            strays = [found_school(self.scene, school) for school in self.scene.off_map]
            return {"search": NOTHING_FOUND | {"schools": strays}, "root": root}
        on_map = {row[0] for row in shown["schools"]}
        numbers = {p["number"] for p in shown["partnerships"]}
        others: SearchIndex = {
            "schools": [row for row in self._index["schools"] if row[0] not in on_map],
            "partnerships": [row for row in self._index["partnerships"] if row.number not in numbers],
            "places": self._index["places"],
        }
        return {"search": others, "root": root}


def numbered(lists: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the place of each school in the lists beside a map, counted on from list to list; both where in two."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, urn in enumerate(itertools.chain.from_iterable(lists), start=1):
        found[urn].append(str(place))
    return {urn: ",".join(places) for urn, places in found.items()}
