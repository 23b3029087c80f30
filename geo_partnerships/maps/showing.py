"""What the layers of a map show of a plan: which schools and partnerships, and what is said of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_partnerships.errors import UsageError
from geo_partnerships.exports.features import school_features
from geo_partnerships.pages.context import ground_of, whole_grid
from geo_partnerships.pages.packing import safe_json
from geo_partnerships.pages.scene import Scene
from geo_partnerships.sentences import listed
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.pages.schema import Ground, MapBlock
    from geo_partnerships.plans import Plan
    from geo_partnerships.views.model import PartnershipView

Focus = str | int | tuple[str | int, ...] | list[str | int] | None
Tooltip = bool | str | list[str]

DISTRICTS = frozenset({"districts"})
NAMED_IN_AREAS = frozenset({"area"})
NAMED_WITH_DISTRICTS = frozenset({"district"})
LONGEST_LIST = 12
"""What an error lists of names that would have been right."""


@dataclass(frozen=True)
class Shown:
    """A plan as the layers of a map show it.

    Parameters
    ----------
    scene
        Its geography.
    focus
        What it is about: numbers of partnerships and keys of schools; nothing for all.
    """

    scene: Scene
    focus: tuple[str | int, ...] = ()

    @classmethod
    def of(cls, plan: Plan, focus: Focus = None, audience: Audience | str = Audience.PUBLIC) -> Shown:
        """Return what an audience is shown of a plan.

        Raises
        ------
        UsageError
            The focus is on what the plan has not.
        """
        shown = cls(Scene(view_of(plan, Audience(audience), scenario="plan")), _several(focus))
        shown._refuse_strangers()
        return shown

    def _refuse_strangers(self) -> None:
        for one in self.focus:
            if one not in self.scene.partnerships and str(one) not in self.scene.everyone:
                numbers = listed([str(number) for number in list(self.scene.partnerships)[:LONGEST_LIST]])
                raise UsageError(
                    f"focus {str(one)[:40]!r} is neither a partnership nor a school of the plan: "
                    f"give a number ({numbers}) or a school's key."
                )

    @cached_property
    def _chosen(self) -> tuple[str, ...]:
        """Keys of the schools in focus themselves."""
        return tuple(str(one) for one in self.focus if one not in self.scene.partnerships)

    @cached_property
    def partnerships(self) -> tuple[PartnershipView, ...]:
        """Partnerships that are drawn strongly: those in focus, or else all."""
        if not self.focus:
            return self.scene.view.partnerships
        homes = {n for urn in self._chosen for n in self.scene.numbers(self.scene.everyone[urn])}
        wanted = homes | set(self.focus)
        return tuple(p for p in self.scene.view.partnerships if p.number in wanted)

    @cached_property
    def _members(self) -> tuple[str, ...]:
        """Keys of the schools that the map opens on; none for all."""
        if not self.focus:
            return ()
        return tuple(dict.fromkeys((*self._chosen, *(m.urn for p in self.partnerships for m in p.members))))

    @cached_property
    def block(self) -> MapBlock:
        """The data of schools, areas and spokes, as scripts read it."""
        data = self.scene.payload(
            kind="partnership" if self.focus else "overview",
            partnerships=self.partnerships,
            schools=self.scene.schools,
            focus=self._members,
            marked=self._chosen,
        )
        return {"map": data, "context": _part_of(self.land, layers=frozenset(), names=NAMED_IN_AREAS, areas=True)}

    @cached_property
    def land(self) -> Ground:
        """All that lies around the partnerships, and their areas."""
        return ground_of(self.scene, whole_grid(self.scene))

    @property
    def ground(self) -> Ground:
        """The ground without districts."""
        layers = frozenset(layer.name for layer in self.land["layers"]) - DISTRICTS
        names = frozenset(group["kind"] for group in self.land["names"]) - NAMED_IN_AREAS - NAMED_WITH_DISTRICTS
        return _part_of(self.land, layers=layers, names=names)

    @property
    def districts(self) -> Ground:
        """Postcode districts and their names."""
        return _part_of(self.land, layers=DISTRICTS, names=NAMED_WITH_DISTRICTS)

    @property
    def bounds(self) -> list[list[float]]:
        """South-western and north-eastern corner of what the map is about, latitude and longitude."""
        return [list(corner) for corner in self.block["map"]["bounds"]]

    def tips(self, tooltip: Tooltip) -> bool | dict[str, list[str]]:
        """Return what is said of each school that is pointed at, by key; True for its name, False for nothing.

        Raises
        ------
        UsageError
            A column is asked for that the schools have not.
        """
        if isinstance(tooltip, bool):
            return tooltip
        columns = [tooltip] if isinstance(tooltip, str) else list(tooltip)
        frame = pd.DataFrame(school_features(self.scene.view).drop(columns="geometry"))
        if unknown := [str(name)[:40] for name in columns if name not in frame.columns]:
            raise UsageError(f"tooltip: no column {listed(unknown)}; there are {listed(list(frame.columns))}.")
        told: dict[str, list[str]] = {}
        for row in frame.to_dict("records"):
            lines = [f"{column}: {_said(row[column])}" for column in columns]
            told.setdefault(str(row["urn"]), []).extend(line for line in lines if line not in told.get(row["urn"], []))
        return told


def name_of(data: str) -> str:
    """Return a name for a block of data, the same for the same block: layers of one plan share theirs."""
    return f"partnerships_{hashlib.sha256(data.encode('ascii')).hexdigest()[:12]}"


def packed(data: object) -> str:
    """Return data as it stands in a page."""
    return safe_json(data)


def _part_of(land: Ground, *, layers: frozenset[str], names: frozenset[str], areas: bool = False) -> Ground:
    return {
        **land,
        "layers": [layer for layer in land["layers"] if layer.name in layers],
        "areas": land["areas"] if areas else {},
        "names": [group for group in land["names"] if group["kind"] in names],
    }


def _several(focus: Focus) -> tuple[str | int, ...]:
    if focus is None:
        return ()
    many: Iterable[str | int] = focus if isinstance(focus, (tuple, list)) else (focus,)
    return tuple(many)


def _said(value: Any) -> str:
    """Return a value as people read it."""
    if pd.isna(value):
        return "–"
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
