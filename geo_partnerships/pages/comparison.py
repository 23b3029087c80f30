"""Two plans on one map: who would move, from where and to where, and what both are in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo_partnerships.pages import words
from geo_partnerships.pages.context import ground_of
from geo_partnerships.pages.document import Assets, Document, parts
from geo_partnerships.pages.leaflet import PartnershipMap, stable_ids
from geo_partnerships.pages.moves import Move, Moves
from geo_partnerships.pages.palette import PALETTE
from geo_partnerships.pages.scene import Scene
from geo_partnerships.pages.schema import MapMove
from geo_partnerships.pages.site import Site
from geo_partnerships.pages.svg import drawing, drawn_areas, sheet_of
from geo_partnerships.views.model import Audience, beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.comparing import Moved
    from geo_partnerships.pages.plane import Spot
    from geo_partnerships.views.model import PartnershipView, SchoolView, View


@dataclass(frozen=True, slots=True)
class _Row:
    """A school that moves, with the partnerships that it is in before and after."""

    urn: str
    name: str
    before: tuple[PartnershipView, ...]
    after: tuple[PartnershipView, ...]

    @property
    def leaves(self) -> tuple[int, ...]:
        """Numbers of those that it is in no more."""
        return tuple(p.number for p in self.before if p.number not in {other.number for other in self.after})

    @property
    def joins(self) -> tuple[int, ...]:
        """Numbers of those that it was not in."""
        return tuple(p.number for p in self.after if p.number not in {other.number for other in self.before})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A partnership of the first plan, of the second, or the same one of both; what the second's own pages call it."""

    number: int
    before: PartnershipView | None
    after: PartnershipView | None
    own: PartnershipView | None

    @property
    def is_called_otherwise(self) -> bool:
        """True where the second plan's own pages have another number or name for it."""
        shown = self.before or self.after
        return bool(self.own and shown and (self.own.number, self.own.name) != (self.number, shown.name))


def write_comparison(
    view_a: View, view_b: View, moved: Sequence[Moved], folder: Path, *, numbers: Mapping[int, int] | None = None
) -> Path:
    """Write ``compare-A--B.html``, one self-contained page, and return its path.

    Parameters
    ----------
    view_a, view_b
        The two plans, for officers: what two plans of one survey differ in tells what single schools answered.
    moved
        Schools whose partnerships differ, as `geo_partnerships.comparing.compare` finds them.
    folder
        An existing folder.
    numbers
        What partnerships of the second plan are numbered beside the first, by their own number, as
        `geo_partnerships.comparing.numbers_beside` finds it; None keeps their own.

    Raises
    ------
    ValueError
        A view is for another audience.
    """
    if not view_a.audience is view_b.audience is Audience.OFFICERS:
        raise ValueError("a comparison is for officers: give two officers' views")
    names = [words.file_stem(view.scenario) for view in (view_a, view_b)]
    path = folder / f"compare-{'--'.join(names)}.html"  # no name has two hyphens inside, so that no two pairs meet
    shown = {p.number: p.number for p in view_b.partnerships} | dict(numbers or {})
    first, second = Scene(view_a), Scene(numbered_beside(view_b, view_a, shown))
    page = _page_of(first, second, view_b, _pairs(first, second, view_b, shown), moved, shown)
    path.write_text(page, encoding="utf-8", errors="backslashreplace", newline="\n")
    return path


def _page_of(
    first: Scene,
    second: Scene,
    other: View,
    pairs: Sequence[_Pair],
    moved: Sequence[Moved],
    shown: Mapping[int, int],
) -> str:
    rows = sorted(
        (
            _Row(
                urn=one.school,
                name=one.name,
                before=_known(first, one.before),
                after=_known(second, [shown[n] for n in one.after if n in shown]),
            )
            for one in moved
        ),
        key=lambda row: (row.leaves, row.joins, row.name, row.urn),
    )
    places = {**second.colours, **first.colours}
    moves = [_move(second, row) for row in rows]
    title = f"Map of the schools that move from {first.view.title} to {other.title}"
    values = Site(first.view, Assets.INLINE, links=False).values("", "") | {
        "other": other,
        "moved": rows,
        "pairs": pairs,
        "tints": places,
        "scores": beside(first.view.headline, other.headline),
        "svg": drawing(
            second,
            partnerships=second.view.partnerships,
            schools=second.schools,
            focus=(),
            title=title,
            look=Moves(moves, {number: PALETTE[place] for number, place in places.items()}),
        ),
    }
    payload = second.payload(
        kind="compare",
        partnerships=second.view.partnerships,
        schools=second.schools,
        moves=[_on_map(second, move, places) for move in moves],
    )
    sheet = sheet_of(second, ())
    ground = ground_of(second, sheet.grid, drawn=frozenset(drawn_areas(second, sheet, second.view.partnerships)))
    with stable_ids():
        document = Document("compare.html", values, parts(mapped=True, compared=True))
        document.add_child(PartnershipMap(payload, ground, title))
        return document.render()


def numbered_beside(view: View, other: View, shown: Mapping[int, int]) -> View:
    """Return a view whose partnerships bear other numbers, and name and colour of those of another view so numbered."""
    known = {p.number: p for p in other.partnerships}

    def renamed(p: PartnershipView) -> PartnershipView:
        same = known.get(shown[p.number])
        members = tuple(replace(m, also_in=tuple(shown[n] for n in m.also_in if n in shown)) for m in p.members)
        borne = replace(p, number=shown[p.number], members=members)
        return borne if same is None else replace(borne, name=same.name, colour=same.colour)

    def moved(school: SchoolView) -> SchoolView:
        return replace(school, partnerships=tuple(sorted(shown[n] for n in school.partnerships if n in shown)))

    return replace(
        view,
        partnerships=tuple(sorted(map(renamed, view.partnerships), key=lambda p: p.number)),
        schools=tuple(map(moved, view.schools)),
        uncovered=tuple(map(moved, view.uncovered)),
    )


def _known(scene: Scene, numbers: Sequence[int]) -> tuple[PartnershipView, ...]:
    return tuple(scene.partnerships[n] for n in numbers if n in scene.partnerships)


def _pairs(first: Scene, second: Scene, other: View, shown: Mapping[int, int]) -> list[_Pair]:
    own = {shown[p.number]: p for p in other.partnerships}
    numbers = sorted({*first.partnerships, *second.partnerships})
    return [
        _Pair(number, first.partnerships.get(number), second.partnerships.get(number), own.get(number))
        for number in numbers
    ]


def _move(second: Scene, row: _Row) -> Move:
    joined = next((p for p in row.after if p.number in row.joins), None)
    return Move(row.urn, row.leaves, row.joins, _middle(second, joined, row.urn) if joined else None)


def _on_map(scene: Scene, move: Move, places: Mapping[int, int]) -> MapMove:
    """Return a move as a live map has it."""
    colours = [next((places[n] for n in numbers if n in places), -1) for numbers in (move.leaves, move.joins)]
    return MapMove(
        move.urn,
        move.leaves,
        move.joins,
        (colours[0], colours[1]),
        scene.plane.degrees(move.towards) if move.towards else None,
    )


def _middle(scene: Scene, partnership: PartnershipView, urn: str) -> Spot | None:
    """Return where a partnership has its centre school, or the middle of its other schools; None where neither."""
    if partnership.centre in scene.spots:
        return scene.spots[partnership.centre] if partnership.centre != urn else None
    spots = [scene.spots[m.urn] for m in partnership.members if m.urn in scene.spots and m.urn != urn]
    return (sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)) if spots else None
