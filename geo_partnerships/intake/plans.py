"""Read a published plan back, so that it can be checked without solving."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.formats.files import read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.limits import PLAN_ROWS
from geo_partnerships.plans import Membership, Partnership, Plan, Role
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_partnerships.intake.formats.tables import Row
    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario

COLUMNS = ("urn", "name", "partnership", "partnership_name", "strand", "role", "distance_to_centre_m")
MOST_DIGITS = 6
LAYOUT = Layout(dict.fromkeys(COLUMNS, ()), ("urn", "partnership", "role"))


def read_plan(path: Path, problem: Problem, scenario: Scenario) -> Plan:
    """Return the plan of a ``plan.csv``.

    Parameters
    ----------
    path
        The file, or the published folder that holds it.

    Raises
    ------
    BadDataError
        Every row that cannot be read: unknown school, number that is none, unknown role.
    """
    file = path / "plan.csv" if path.is_dir() else path
    noticed = Noticed(file.name)
    data = read_bytes(file, noticed)
    table = read_csv(data, LAYOUT, noticed) if data is not None else None
    rows = table.rows if table is not None and not noticed.has_errors else ()
    kept = _each_once(rows, noticed)
    memberships = [found for row in kept if (found := _membership(row, problem, noticed))]
    if noticed.has_errors:
        raise BadDataError(noticed.findings)
    names = {
        found.partnership: row.cells.get("partnership_name", "") for found, row in zip(memberships, kept, strict=True)
    }
    memberships.sort(key=lambda m: (m.partnership, m.school))
    members: dict[int, list[Membership]] = defaultdict(list)
    for found in memberships:
        members[found.partnership].append(found)
    return Plan(
        problem=problem,
        scenario=scenario,
        partnerships=tuple(_partnership(number, names[number], members[number], scenario) for number in sorted(names)),
        memberships=tuple(memberships),
        strands=(),
    )


def _each_once(rows: Sequence[Row], noticed: Noticed) -> list[Row]:
    """Return the rows of memberships; those left out that say again what another says, or stand there far too often."""
    kept: list[Row] = []
    taken: set[tuple[str, str]] = set()
    times: Counter[str] = Counter()
    for row in rows:
        urn, number = row.cells["urn"], row.cells["partnership"]
        if not number and not row.cells["role"]:  # a school in none of the partnerships
            continue
        times[urn] += 1
        if (urn, number) in taken or times[urn] > PLAN_ROWS:
            noticed.error(
                "plan-twice",
                f"{shown(urn)} stands in {shown(number)} already, or in more than {PLAN_ROWS} rows.",
                "Delete the row.",
                row=row.number,
                field="urn",
            )
            continue
        taken.add((urn, number))
        kept.append(row)
    return kept


def _membership(row: Row, problem: Problem, noticed: Noticed) -> Membership | None:
    cells = row.cells
    before = noticed.errors
    if cells["urn"] not in problem.schools:
        noticed.error(
            "plan-unknown-school",
            f"{shown(cells['urn'])} is not among the schools.",
            "Correct it or delete the row.",
            row=row.number,
            field="urn",
        )
    if not (
        cells["partnership"].isascii() and cells["partnership"].isdigit() and len(cells["partnership"]) <= MOST_DIGITS
    ):
        noticed.error(
            "plan-number",
            f"{shown(cells['partnership'])} is no partnership's number.",
            "Give a whole number.",
            row=row.number,
            field="partnership",
        )
    if cells["role"] not in set(Role):
        noticed.error(
            "plan-role",
            f"{shown(cells['role'])} is no role.",
            "Use centre or member.",
            row=row.number,
            field="role",
        )
    distance = _distance(cells.get("distance_to_centre_m", ""), row, noticed)
    if noticed.errors > before:
        return None
    return Membership(
        school=cells["urn"],
        partnership=int(cells["partnership"]),
        strand=cells.get("strand", "") or "area",
        role=Role(cells["role"]),
        distance_to_centre_m=distance,
    )


def _distance(text: str, row: Row, noticed: Noticed) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        noticed.error(
            "plan-distance",
            f"{shown(text)} is no distance.",
            "Give metres, or leave it empty.",
            row=row.number,
            field="distance_to_centre_m",
        )
        return None
    return value


def _partnership(number: int, name: str, mine: Sequence[Membership], scenario: Scenario) -> Partnership:
    strand = mine[0].strand
    known = dict(scenario.ordered_strands())
    return Partnership(
        number=number,
        name=name,
        type=known[strand].type if strand in known else PartnershipType.LOOSE,
        strand=strand,
        centre=next((m.school for m in mine if m.role is Role.CENTRE), None),
        members=tuple(m.school for m in mine),
        status=scenario.status,
    )
