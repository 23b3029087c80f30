"""An agreed plan carried over to a newer list of schools: every school stays where it is, unless a rule forbids it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.api import running
from geo_partnerships.comparing import Moved
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import successors_among
from geo_partnerships.scenarios.parameters import SCENARIO_FOLDER, Known, Members
from geo_partnerships.scenarios.read import available
from geo_partnerships.updating.differences import differences_of
from geo_partnerships.updating.staying import changes_told, that_stays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from geo_partnerships.api.running import Run
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Scenario, Strand, Waiver
    from geo_partnerships.updating.differences import Difference

    Progress = Callable[[str], None]

__all__ = ["Update", "carried", "carrying", "update", "updated"]

AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """An agreed plan for a newer list.

    Parameters
    ----------
    agreed
        The plan that was agreed.
    differences
        What the newer list says otherwise.
    run
        The new plan, which keeps what is agreed as far as the rules allow.
    moved
        Schools that have another partnership than was agreed, by the numbers before and after.
    placed
        Schools that are new in the area partnerships, by key, and the number of the one that each is put into.
    said
        How few changes there are, and whether that is proven to be the least, in a sentence.
    """

    agreed: Plan
    differences: tuple[Difference, ...]
    run: Run
    moved: tuple[Moved, ...]
    placed: tuple[tuple[str, int], ...]
    said: str


def update(
    name: str,
    *,
    before: Path,
    plan: Path,
    data: Path,
    changes: Sequence[str] = (),
    progress: Progress | None = None,
) -> Update:
    """Plan a scenario for a newer list so that as few schools as possible change.

    Parameters
    ----------
    name
        Name of the scenario, of the newer folder or, where that has none of this name, of the older.
    before
        Data folder that the agreed plan was made of.
    plan
        The agreed plan: a ``plan.csv``, or the published folder that holds it.
    data
        Data folder of the newer list.
    changes
        ``key=value`` each: what the scenario says otherwise.

    Raises
    ------
    BadDataError
        A file cannot be used; carries all its errors.
    NoPlanError
        The binding rules cannot hold together for the newer list.
    UsageError
        The agreed plan has no area partnerships.
    """
    problem_before, scenario_before = running.load(name, before)
    agreed = read_plan(plan, problem_before, scenario_before)
    problem, scenario = _loaded(name, data, before, changes)
    kept = carried(agreed, problem)
    made = running.make_plan(name, _near(problem, kept), carrying(scenario, agreed, problem), progress, progress)
    return updated(agreed, dataclasses.replace(made, folder=running.folder_of(name, data)))


def carried(agreed: Plan, newer: Problem) -> tuple[Partnership, ...]:
    """Return the agreed partnerships that have schools yet, with their members' keys in the newer list.

    Raises
    ------
    UsageError
        None of them is an area partnership.
    """
    kept = _kept(agreed, _later_keys(agreed, newer))
    if not any(p.strand == AREA for p in kept):
        raise UsageError("The agreed plan has no area partnership with schools of the newer list.")
    return kept


def carrying(scenario: Scenario, agreed: Plan, newer: Problem) -> Scenario:
    """Return the scenario that keeps an agreed plan for a newer list before it improves anything."""
    later = _later_keys(agreed, newer)
    kept = _kept(agreed, later)
    stays = _that_stays(scenario, kept, _new_of_their_kind(kept, later, newer))
    return stays.model_copy(update={"waivers": _later_waivers(scenario.waivers, later)})


def updated(agreed: Plan, made: Run) -> Update:
    """Return what the plan of a newer list makes of the one that was agreed."""
    problem = made.plan.problem
    moved, placed = _who_moved(carried(agreed, problem), made.plan, problem)
    return Update(
        agreed=agreed,
        differences=differences_of(agreed, problem),
        run=made,
        moved=moved,
        placed=placed,
        said=changes_told(made.plan, made.report, "agreed partnership"),
    )


def _loaded(name: str, data: Path, before: Path, changes: Sequence[str]) -> tuple[Problem, Scenario]:
    """Return the newer list, and the scenario of its folder or, where that has none of this name, of the older."""
    if name in available(data / SCENARIO_FOLDER) or name not in available(before / SCENARIO_FOLDER):
        return running.load(name, data, changes)
    scenario = running.scenario_of(name, before, changes)
    return running.read_files(data, scenario.data.model_dump(), scenario.distance), scenario


def _later_keys(agreed: Plan, newer: Problem) -> dict[str, tuple[str, ...]]:
    """Return what each school of the older list is in the newer, by keys: itself, its successors, or nothing."""
    followed = successors_among(newer.schools.values())
    return {old: (old,) if old in newer.schools else followed.get(old, ()) for old in agreed.problem.schools}


def _later_waivers(waivers: Sequence[Waiver], later: Mapping[str, tuple[str, ...]]) -> tuple[Waiver, ...]:
    """Return what is asked of no school next year either, by the keys of the newer list."""
    found = []
    for waiver in waivers:
        schools = tuple(sorted({urn for old in waiver.schools for urn in later.get(old, (old,))}))
        if schools:
            found.append(waiver.model_copy(update={"schools": schools}))
    return tuple(found)


def _kept(agreed: Plan, later: Mapping[str, tuple[str, ...]]) -> tuple[Partnership, ...]:
    """Return the agreed partnerships that have schools yet, with their members' keys in the newer list."""
    found = []
    for partnership in agreed.partnerships:
        members = tuple(sorted({urn for old in partnership.members for urn in later[old]}))
        if members:
            found.append(dataclasses.replace(partnership, members=members, centre=None))
    return tuple(found)


def _near(problem: Problem, kept: Sequence[Partnership]) -> Problem:
    """Return the newer list with the agreed area partnerships as what is to be stayed near."""
    earlier = tuple(
        Alliance(
            number=partnership.number,
            title=partnership.name,
            members=tuple(ListedMember(text=problem.schools[urn].name, schools=(urn,)) for urn in partnership.members),
        )
        for partnership in kept
        if partnership.strand == AREA
    )
    return dataclasses.replace(problem, earlier=earlier)


def _that_stays(scenario: Scenario, kept: Sequence[Partnership], besides: Sequence[str]) -> Scenario:
    """Return the scenario that keeps what is agreed before it improves anything; numbers, names and types stay.

    Every strand has the schools that it had, and the area strand some besides.
    """
    decided = tuple(Known(schools=p.members, number=p.number, strand=p.strand, name=p.name, type=p.type) for p in kept)
    of_strand: dict[str, list[Partnership]] = {}
    for partnership in kept:
        of_strand.setdefault(partnership.strand, []).append(partnership)
    strands = {
        name: _strand(scenario.strands[name], held) for name, held in of_strand.items() if name in scenario.strands
    }
    area = _strand(scenario.area, of_strand[AREA], besides)
    return that_stays(scenario).model_copy(
        update={
            "partnership": decided,
            "strands": strands,
            "order": tuple(name for name in scenario.order if name == AREA or name in strands),
            "area": area,
        }
    )


def _strand(strand: Strand, held: Sequence[Partnership], besides: Sequence[str] = ()) -> Strand:
    members = Members(schools=tuple(sorted({urn for p in held for urn in p.members} | set(besides))))
    number = len(held)
    return strand.model_copy(update={"members": members, "partnerships": (number, number), "as_given": False})


def _new_of_their_kind(kept: Sequence[Partnership], later: Mapping[str, tuple[str, ...]], newer: Problem) -> list[str]:
    """Return the schools that are new in the list and of a phase, sector and authority that the area's members have."""
    members = [newer.schools[urn] for p in kept if p.strand == AREA for urn in p.members]
    kinds = {(school.phase, school.sector, school.borough) for school in members}
    heirs = {urn for keys in later.values() for urn in keys}
    return [
        urn
        for urn, school in newer.schools.items()
        if urn not in heirs and (school.phase, school.sector, school.borough) in kinds
    ]


def _who_moved(
    kept: Sequence[Partnership], made: Plan, newer: Problem
) -> tuple[tuple[Moved, ...], tuple[tuple[str, int], ...]]:
    """Return who has another area partnership than was agreed, and where the new ones are put."""
    before, after = _numbers(kept), _numbers(made.partnerships)
    moved = tuple(
        Moved(school=urn, name=newer.schools[urn].name, before=before[urn], after=after[urn])
        for urn in sorted(before.keys() & after.keys())
        if not set(before[urn]) >= set(after[urn])
    )
    return moved, tuple((urn, after[urn][0]) for urn in sorted(after.keys() - before.keys()))


def _numbers(partnerships: Sequence[Partnership]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the area partnerships that each school is in."""
    found: dict[str, list[int]] = {}
    for partnership in partnerships:
        for urn in partnership.members if partnership.strand == AREA else ():
            found.setdefault(urn, []).append(partnership.number)
    return {urn: tuple(sorted(numbers)) for urn, numbers in found.items()}
