"""Two plans side by side: who would move, and two maps that move together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.pages import words
from geo_partnerships.pages.context import ground_of
from geo_partnerships.pages.document import Assets, Document, parts
from geo_partnerships.pages.leaflet import PartnershipMap, stable_ids
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.site import Site
from geo_partnerships.pages.svg import drawing, drawn_areas, sheet_of
from geo_partnerships.views.model import Audience, beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_partnerships.comparing import Moved
    from geo_partnerships.views.model import PartnershipView, View


@dataclass(frozen=True, slots=True)
class _Move:
    name: str
    before: tuple[PartnershipView, ...]
    after: tuple[PartnershipView, ...]


def write_comparison(view_a: View, view_b: View, moved: Sequence[Moved], folder: Path) -> Path:
    """Write ``compare-A--B.html``, one self-contained page, and return its path.

    Parameters
    ----------
    view_a, view_b
        The two plans, for officers: what two plans of one survey differ in tells what single schools answered.
    moved
        Schools whose partnerships differ, as `geo_partnerships.comparing.compare` finds them.
    folder
        An existing folder.

    Raises
    ------
    ValueError
        A view is for another audience.
    """
    if not view_a.audience is view_b.audience is Audience.OFFICERS:
        raise ValueError("a comparison is for officers: give two officers' views")
    names = [words.file_stem(view.scenario) for view in (view_a, view_b)]
    path = folder / f"compare-{'--'.join(names)}.html"  # no name has two hyphens inside, so that no two pairs meet
    scenes = (Scene(view_a), Scene(view_b))
    numbers = [scene.partnerships for scene in scenes]
    rows = [
        _Move(
            name=m.name,
            before=tuple(numbers[0][n] for n in m.before if n in numbers[0]),
            after=tuple(numbers[1][n] for n in m.after if n in numbers[1]),
        )
        for m in moved
    ]
    titles = [f"Map of the partnerships in {view.title}" for view in (view_a, view_b)]
    values = Site(view_a, Assets.INLINE, links=False).values("", "") | {
        "other": view_b,
        "moved": rows,
        "scores": beside(view_a.headline, view_b.headline),
        "svgs": [
            drawing(
                scene,
                partnerships=scene.view.partnerships,
                schools=scene.schools,
                focus=(),
                title=title,
            )
            for scene, title in zip(scenes, titles, strict=True)
        ],
    }
    with stable_ids():
        document = Document("compare.html", values, parts(mapped=True, searching=False))
        maps = []
        for scene, title in zip(scenes, titles, strict=True):
            payload = scene.payload(
                kind="overview",
                partnerships=scene.view.partnerships,
                schools=scene.schools,
                marked=[m.school for m in moved],
            )
            sheet = sheet_of(scene, ())
            drawn = frozenset(drawn_areas(scene, sheet, scene.view.partnerships))
            maps.append(PartnershipMap(payload, ground_of(scene, sheet.grid, drawn=drawn), title))
            document.add_child(maps[-1])
        tied = ", ".join(chart.get_name() for chart in maps)
        document.after = f"\ngeoPartnerships.together({tied});"
        path.write_text(document.render(), encoding="utf-8", errors="backslashreplace", newline="\n")
    return path
