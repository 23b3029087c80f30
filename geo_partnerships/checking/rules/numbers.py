"""Rule: how many partnerships a strand has, and of which size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from geo_partnerships.checking.rules.base import OverMembers, Price, strand_partnerships
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.scenarios.parameters import SizeBy
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.checking.verdicts import Check
    from geo_partnerships.plans import Partnership, Plan
    from geo_partnerships.scenarios.parameters import Scenario, Strand

LEAST_MEMBERS = 2
"""A loose partnership is two or more schools (R19)."""


class Numbers(OverMembers):
    """Number and size of a strand's partnerships."""

    parameters = ("area", "strands")
    form = ("area.partnerships", "area.size")
    waives = False
    off: ClassVar[dict[str, Any]] = {}

    def check(self, plan: Plan) -> Iterator[Check]:
        """Yield whether number and sizes are within their bounds, strand by strand."""
        for name, strand in plan.scenario.ordered_strands():
            mine = strand_partnerships(plan, name)
            least, most = strand.partnerships
            if not strand.as_given:
                told = f"there {'is' if len(mine) == 1 else 'are'} {len(mine)}, not {least} to {most}"
                problems = [] if least <= len(mine) <= most else [told]
                title, fine = f"Number of partnerships ({name})", f"{count(len(mine), 'partnership')}."
                yield verdict(f"number-{name}", title, problems, fine, private=False)
            if strand.size is not None and mine:
                yield _sizes(plan, name, strand, strand.size, mine)
            elif strand.partnerships != (1, 1) and not strand.as_given:
                alone = [f"partnership {p.number} has one school" for p in mine if len(p.members) < LEAST_MEMBERS]
                title, fine = f"Two or more schools ({name})", "All have two or more."
                yield verdict(f"size-{name}", title, alone, fine, private=False)

    def costs(self, plan: Plan, strand: str) -> Iterator[tuple[float, float]]:
        """Yield nothing: number and sizes are binding."""
        yield from ()

    def prices(self, scenario: Scenario) -> Iterator[Price]:
        """Yield each strand's size in its own words; the number has a list of prices of its own."""
        for name, _ in scenario.ordered_strands():
            yield Price(key=f"{'area' if name == 'area' else f'strands.{name}'}.size")

    def schools(self, scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the schools that strands list."""
        for name, strand in scenario.ordered_strands():
            key = "area" if name == "area" else f"strands.{name}"
            yield f"{key}.members.schools", strand.members.schools
            yield f"{key}.members.without", strand.members.without

    def code(self, key: str) -> str:
        """Return e.g. ``size-area``."""
        strand, _, field = key.removeprefix("strands.").rpartition(".")
        return f"{'number' if field == 'partnerships' else 'size'}-{strand}"

    def remedy(self, key: str) -> str:
        """Return what can be done about bounds, or about a strand taken as given."""
        return "plan it afresh" if key.endswith(".as_given") else "give other bounds"


def _sizes(plan: Plan, name: str, strand: Strand, bounds: tuple[int, int], partnerships: list[Partnership]) -> Check:
    low, high = bounds
    what = "member" if strand.size_by is SizeBy.SCHOOLS else "pupil"
    sizes = {p.number: _size(plan, p, strand) for p in partnerships}
    problems = [
        f"partnership {number} has {count(size, what)}, not {low} to {high}"
        for number, size in sizes.items()
        if not low <= size <= high
    ]
    fine = f"{min(sizes.values())} to {count(max(sizes.values()), what)}."
    title = f"Sizes {low} to {high} ({name})"
    return verdict(f"size-{name}", title, problems, fine, binding=not strand.as_given, private=False)


def _size(plan: Plan, partnership: Partnership, strand: Strand) -> int:
    if strand.size_by is SizeBy.SCHOOLS:
        return len(partnership.members)
    return sum(plan.problem.schools[urn].pupils or 0 for urn in partnership.members)


ROW = Numbers()
