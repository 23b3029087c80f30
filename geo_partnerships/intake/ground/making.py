"""Open data to the ground of a data folder: cut to its authority, of a bounded size, nothing written over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.country import refuse_postcodes
from geo_partnerships.intake.formats.files import is_absent, named
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in
from geo_partnerships.intake.formats.spreadsheets import LAYERS as OTHER_ENDINGS
from geo_partnerships.intake.ground.built_up import built_up_around
from geo_partnerships.intake.ground.cutting import FINEST, fitted
from geo_partnerships.intake.ground.products import BUILT_UP, Feature, Kind
from geo_partnerships.intake.ground.reading import Drawn, Found, Wanted, read_ground
from geo_partnerships.intake.places.layers import USUAL_RANK
from geo_partnerships.limits import GROUND_BYTES
from geo_partnerships.sentences import count, listed
from geo_partnerships.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.ground.cutting import Kept
    from geo_partnerships.intake.ground.reading import Box
    from geo_partnerships.intake.postcodes.files import PostcodeFiles
    from geo_partnerships.model import Problem

AROUND_M = 2_600.0
"""Ground around the authority and its schools that is kept; maps show 2,500 m of it."""
FEWEST_SHARES = 4
"""Layers among which the room is shared at the least: one alone has a quarter of it."""
CODE_POINT = (
    "Contains OS data © Crown copyright and database right; Royal Mail data © Royal Mail copyright and database right; "
    "National Statistics data © Crown copyright and database right"
)
CHOICES = tuple(FINEST)


@dataclass
class Made:
    """What was made of some files: sentences on what was written, and what was noticed on the way."""

    said: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def make_ground(
    problem: Problem,
    folder: Path,
    files: Sequence[Path],
    *,
    meant: str = "",
    credit: str = "",
    postcodes: PostcodeFiles | None = None,
    replace: bool = False,
) -> Made:
    """Cut open data to the authority of a data folder and write its ground.

    Parameters
    ----------
    problem
        The data folder, as it was read.
    folder
        Its ``boundaries/``; each layer becomes a GeoJSON file in it.
    files
        GeoPackages and GeoJSON files.
    meant
        Layer that all features are meant for, one of `CHOICES`; "" where the files say what they are.
    credit
        Whom maps are to credit for the files; "" for what is known of them.
    postcodes
        Unit postcodes that built-up land is derived from, where no file has it; None for none.
    replace
        Write over layers that are there already.

    Raises
    ------
    BadDataError
        A file cannot be used.
    UsageError
        There is nothing to cut to, or nobody to credit.
    """
    made, found = Made(), Found()
    wanted = Wanted(_box_of(problem), problem.country.grid, meant, credit)
    for file in files:
        noticed = Noticed(named(file))
        read_ground(file, wanted, found, noticed)
        made.findings += noticed.findings
    if postcodes is not None and BUILT_UP not in found.rows:
        refuse_postcodes(problem.country)
        noticed = Noticed(named(postcodes.path))
        _add_built_up(problem, wanted.box, postcodes, found, noticed)
        made.findings += noticed.findings
    if errors := errors_in(made.findings):
        raise BadDataError(errors)
    if silent := [layer for layer, rows in found.rows.items() if rows and not found.credits[layer]]:
        raise UsageError(f"Say whom maps are to credit for {listed(sorted(silent))}: --credit WORDS.")
    for layer in FINEST:
        if found.rows.get(layer):
            made.said.append(_written(layer, found, folder, wanted.grid, replace=replace))
    return made


def _box_of(problem: Problem) -> Box:
    """Return the ground that is kept, on the grid: round the authority and the schools.

    Raises
    ------
    UsageError
        Neither has a place.
    """
    authority = problem.places.authority
    shapes = [] if authority is None else list(authority.geometry)
    points = [(s.easting or 0.0, s.northing or 0.0) for s in problem.schools.values() if s.has_point]
    whole = shapely.union_all([*(shape.envelope for shape in shapes), shapely.MultiPoint(points).envelope])
    if whole.is_empty:
        raise UsageError("The data has no point and no outline to cut the ground to.")
    west, south, east, north = whole.bounds
    return west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M


def _add_built_up(problem: Problem, box: Box, postcodes: PostcodeFiles, found: Found, noticed: Noticed) -> None:
    districts = {school.district for school in problem.schools.values() if school.district}
    units = postcodes.within(box, districts, noticed)
    land = built_up_around((point.easting, point.northing) for point in units.values())
    feature = Feature(Kind(BUILT_UP, USUAL_RANK, "built-up"), "")
    found.rows[BUILT_UP] += [Drawn(feature, part) for part in shapely.get_parts(shapely.clip_by_rect(land, *box))]
    found.credits[BUILT_UP][CODE_POINT] = None
    noticed.note("built-up-derived", f"Built-up land was derived from {count(len(units), 'unit postcode')}.")


def write_built_up(path: Path, points: Iterable[tuple[float, float]], grid: str) -> bool:
    """Write built-up land derived from unit postcodes, where there is no such file; return whether it was written."""
    land = built_up_around(points)
    if land.is_empty or not _is_free(path):
        return False
    feature = Feature(Kind(BUILT_UP, USUAL_RANK, "built-up"), "")
    rows = [Drawn(feature, part) for part in shapely.get_parts(land)]
    _write(path, fitted(BUILT_UP, rows, grid, GROUND_BYTES // FEWEST_SHARES), [CODE_POINT])
    return True


def _written(layer: str, found: Found, folder: Path, grid: str, *, replace: bool) -> str:
    """Write a layer where it may, and say what was done."""
    path = folder / f"{layer}.geojson"
    if not (_is_free(path) or (replace and not is_absent(path))):
        there = next(one for one in _same_layer(path) if not is_absent(one))
        advice = "--replace writes it anew" if there == path else "delete it to have another"
        return f"{there.name} is there already and stays; {advice}."
    kept = fitted(layer, found.rows[layer], grid, GROUND_BYTES // max(FEWEST_SHARES, len(found.rows)))
    _write(path, kept, list(found.credits[layer]))
    coarser = f", simplified by {kept.fineness.metres:.0f} m" if kept.fineness.metres else ""
    least = min(row.feature.kind.rank for row in found.rows[layer])
    left_out = (
        ""
        if all(row.feature.kind.rank <= kept.last_rank for row in found.rows[layer])
        else (f"; what is of rank {max(kept.last_rank, least) + 1} or less was left out for its size")
    )
    return f"{path.name}: {kept.size / 1_000:,.0f} kB of {count(len(kept.features), 'feature')}{coarser}{left_out}."


def _same_layer(path: Path) -> list[Path]:
    """Return the files that a data folder may have the same layer in."""
    return [path.with_suffix(ending) for ending in (path.suffix, *OTHER_ENDINGS)]


def _is_free(path: Path) -> bool:
    return all(is_absent(one) for one in _same_layer(path))


def _write(path: Path, kept: Kept, credit: list[str]) -> None:
    body = ",\n".join(kept.features)
    told = json.dumps(credit, ensure_ascii=False)
    write_whole(path, f'{{"type":"FeatureCollection","attribution":{told},"features":[\n{body}\n]}}\n')
