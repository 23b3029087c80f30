"""A data folder to a Problem: every file read, every finding collected, then judged once."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.intake.answers.judgements import read_judgements
from geo_partnerships.intake.answers.leaders import LAYOUT as LEADERS_LAYOUT
from geo_partnerships.intake.answers.leaders import with_leaders
from geo_partnerships.intake.answers.letter import read_letter
from geo_partnerships.intake.answers.standing import LAYOUT as STANDING_LAYOUT
from geo_partnerships.intake.answers.standing import read_standing
from geo_partnerships.intake.answers.survey import LAYOUT as SURVEY_LAYOUT
from geo_partnerships.intake.answers.survey import names_in, read_survey
from geo_partnerships.intake.country import COUNTRY, read_country
from geo_partnerships.intake.formats.columns import COLUMNS, columns_from
from geo_partnerships.intake.formats.files import is_absent, named, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, errors_in, shown
from geo_partnerships.intake.formats.spreadsheets import LAYERS as LAYER_FILES
from geo_partnerships.intake.formats.spreadsheets import SHAPEFILE_PARTS, TABLES, read_layer_file, read_spreadsheet
from geo_partnerships.intake.places.layers import LAYERS, check_points, read_places, with_derived_districts
from geo_partnerships.intake.register.templates import is_filled_in
from geo_partnerships.intake.schools.names import (
    NameIndex,
    UnsureName,
    confirmed_rows,
    read_names,
    to_confirm,
    unsure_names,
)
from geo_partnerships.intake.schools.read import among, read_credited_schools, schools_from_table
from geo_partnerships.intake.schools.row import LAYOUT as SCHOOLS_LAYOUT
from geo_partnerships.intake.schools.row import URN
from geo_partnerships.letter import Alliance
from geo_partnerships.limits import FILE_BYTES, PLACES_BYTES
from geo_partnerships.model import Judgement, Places, Problem, Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_partnerships.countries import Country
    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.formats.header import Layout
    from geo_partnerships.intake.formats.tables import Table
    from geo_partnerships.letter import Letter
    from geo_partnerships.model import School

FILLED_IN = ("survey", "standing", "leaders", "judgements")
SCHOOL_FILES = (".geojson", *TABLES, *LAYER_FILES)
Read = TypeVar("Read")
Arguments = ParamSpec("Arguments")
FOLLOWING = frozenset(
    {
        "survey-unknown-school",
        "survey-unknown-named",
        "survey-unknown-name",
        "letter-unknown-school",
        "standing-unknown-school",
        "judgements-unknown-school",
        "names-unknown-school",
    }
)


def _ended_by_errors(otherwise: Callable[[], Read]) -> Callable[[Callable[Arguments, Read]], Callable[Arguments, Read]]:
    """Let a reader return `otherwise` where a file has so many errors that its reading was ended.

    They are told with what the other files have, which are read all the same.
    """

    def around(read: Callable[Arguments, Read]) -> Callable[Arguments, Read]:
        @wraps(read)
        def reading(*given: Arguments.args, **named: Arguments.kwargs) -> Read:
            try:
                return read(*given, **named)
            except BadDataError:
                return otherwise()

        return reading

    return around


def _no_letter() -> Letter | None:
    return None


def _no_schools() -> tuple[dict[str, School], tuple[str, ...], Country]:
    return {}, (), UNITED_KINGDOM


@dataclass
class _Inputs:
    """The files of one problem: what was read, under which name, and what was noticed."""

    left_out: frozenset[str] = frozenset()
    contents: dict[str, bytes] = field(default_factory=dict)
    noticed: dict[str, Noticed] = field(default_factory=dict)

    def take(self, part: str, path: Path, *, required: bool, private: bool = False, limit: int = 0) -> bytes | None:
        self.noticed[part] = noticed = Noticed(named(path), private=private)
        if part in self.left_out or (not required and is_absent(path)):
            return None
        data = read_bytes(path, noticed, limit) if limit else read_bytes(path, noticed)
        if data is not None:
            self.contents[part] = data
        return data

    def digest(self) -> str:
        """Return SHA-256 over the parts in the order of their names, each with its name and length."""
        total = hashlib.sha256()
        for part, data in sorted(self.contents.items()):
            total.update(f"{part}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings; where schools could not be read, not those that follow from their absence."""
        left_out = FOLLOWING if self.noticed["schools"].has_errors else frozenset()
        every = (finding for noticed in self.noticed.values() for finding in noticed.findings)
        return tuple(finding for finding in every if finding.code not in left_out)


def read_problem(  # noqa: PLR0913 - one for each file that a folder may hold
    folder: Path | str = "data",
    *,
    schools: Path | str | None = None,
    survey: Path | str | None = None,
    letter: Path | str | None = None,
    judgements: Path | str | None = None,
    standing: Path | str | None = None,
    leaders: Path | str | None = None,
    names: Path | str | None = None,
    boundaries: Path | str | None = None,
    plan: Path | str | None = None,
) -> Problem:
    """Read schools, survey, letter, judgements and boundaries.

    Parameters
    ----------
    folder
        Holds ``schools.geojson`` (or ``.csv``, ``.xlsx``, ``.gpkg``, ``.shp``), and where there are such,
        ``survey.csv`` (or ``.xlsx``) with ``survey.toml``, ``names.csv``, ``standing.csv``, ``letter-2015.toml``,
        ``judgements.csv``, ``boundaries/`` and, for another country, ``country.toml``.
    schools, survey, letter, judgements, standing, leaders, names, boundaries
        Read from here instead; must exist. The survey's sidecar is the file beside it ending in ``.toml``.
        An empty text leaves out the file of the folder, where the folder can do without.
    plan
        An earlier plan to stay near: a ``plan.csv``, or any table of schools and their partnerships; must exist.

    Returns
    -------
    Problem
        Points in metres on the grid of the country; with every warning and note, and the digest of the files read.

    Raises
    ------
    BadDataError
        Where anything cannot be used; carries all errors of all files at once.
    UsageError
        Where the folder is not there.
    """
    root = Path(folder)
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises on names that are too long
        raise UsageError(f"The folder {shown(root.name or str(folder))} is not there.")
    papers = {
        "survey": survey, "letter": letter, "judgements": judgements, "standing": standing, "leaders": leaders,
        "names": names,
    }  # fmt: skip
    inputs = _Inputs(frozenset(part for part, given in papers.items() if given == ""))
    read_schools_, credit, country = _schools(inputs, root, _usual(schools, root, "schools", SCHOOL_FILES))
    read_places_ = _places(inputs, _choose(boundaries, root / "boundaries"), country, required=bool(boundaries))
    check_points(read_schools_, read_places_, inputs.noticed["schools"], country)
    if read_places_.districts is None:
        read_places_ = with_derived_districts(read_places_, read_schools_, inputs.noticed["boundaries"], country)
    confirmed = _confirmed(inputs, _choose(names, root / "names.csv"), read_schools_, required=bool(names))
    index = NameIndex(read_schools_.values(), confirmed)
    read_survey_ = _survey(inputs, _usual(survey, root, "survey", TABLES), index, required=bool(survey))
    read_letter_ = _letter(inputs, _choose(letter, root / "letter-2015.toml"), read_schools_, required=bool(letter))
    read_judgements_ = _judgements(
        inputs, _choose(judgements, root / "judgements.csv"), read_schools_, required=bool(judgements)
    )
    read_leaders_ = _usual(leaders, root, "leaders", TABLES)
    read_schools_ = _leaders(inputs, read_leaders_, read_schools_, index, required=bool(leaders))
    _tell_templates(root, inputs.noticed["schools"])
    read_standing_ = _standing(inputs, _usual(standing, root, "standing", TABLES), index, required=bool(standing))
    read_plan_ = () if not plan else _standing(inputs, Path(plan), index, part="plan", required=True)
    _check_stated_counts(read_letter_, read_survey_, inputs)
    findings = inputs.findings()
    if errors := errors_in(findings):
        raise BadDataError(errors)
    return Problem(
        schools=MappingProxyType(read_schools_),
        country=country,
        survey=read_survey_,
        letter=read_letter_,
        judgements=MappingProxyType(read_judgements_),
        standing=read_standing_,
        earlier=read_plan_,
        places=replace(read_places_, attributions=tuple(dict.fromkeys((*credit, *read_places_.attributions)))),
        findings=findings,
        digest=inputs.digest(),
    )


def has_schools(folder: Path) -> bool:
    """Say whether a folder holds a file of schools."""
    return any((folder / f"schools{ending}").is_file() for ending in SCHOOL_FILES)


def names_to_confirm(
    folder: Path | str = "data",
    *,
    schools: Path | str | None = None,
    survey: Path | str | None = None,
    with_confirmed: bool = False,
) -> str:
    """Return a ``names.csv`` to fill in: the names in the survey that reach no school by themselves.

    Parameters
    ----------
    folder, schools, survey
        As in `read_problem`.
    with_confirmed
        True to have first what ``names.csv`` confirms already, which is otherwise left out.

    Returns
    -------
    str
        CSV with the columns ``written``, ``urn`` (empty: only a person may fill it) and suggestions, likeliest first.

    Raises
    ------
    BadDataError
        Schools or survey cannot be read at all; names that are not known are no error here.
    """
    root = Path(folder)
    inputs = _Inputs()
    index = _index(inputs, root, schools, None)
    path = _usual(survey, root, "survey", TABLES)
    data = inputs.take("survey", path, required=True)
    table = None if data is None else _survey_table(inputs, data, path, inputs.noticed["survey"])
    if errors := errors_in(inputs.findings()):
        raise BadDataError(errors)
    kept = inputs.contents.get("names") if with_confirmed else None
    filled_in = () if kept is None else confirmed_rows(kept, Noticed("names.csv"))
    return to_confirm(names_in(table) if table is not None else (), index, filled_in)


def unsure_in(
    folder: Path | str,
    tables: Sequence[str],
    *,
    schools: Path | str | None = None,
    survey: Path | str | None = None,
    standing: Path | str | None = None,
    leaders: Path | str | None = None,
    names: Path | str | None = None,
) -> list[UnsureName]:
    """Return the names of which no person has said what they mean, those that reach no school first.

    Parameters
    ----------
    tables
        Where they stand: ``survey``, ``standing``, ``leaders``; a table that cannot be read has none.
    folder, schools, survey, standing, leaders, names
        As in `read_problem`.
    """
    root, inputs = Path(folder), _Inputs()
    index = _index(inputs, root, schools, names)
    given = {"survey": survey, "standing": standing, "leaders": leaders}
    paths = {name: _usual(given[name], root, name, TABLES) for name in tables}
    return unsure_names([text for name, path in paths.items() for text in _names_of(inputs, name, path)], index)


def _index(inputs: _Inputs, root: Path, schools: Path | str | None, names: Path | str | None) -> NameIndex:
    read, _, _ = _schools(inputs, root, _usual(schools, root, "schools", SCHOOL_FILES))
    confirmed = _confirmed(inputs, _choose(names, root / "names.csv"), read, required=bool(names))
    return NameIndex(read.values(), confirmed)


@_ended_by_errors(tuple[str, ...])
def _names_of(inputs: _Inputs, name: str, path: Path) -> tuple[str, ...]:
    """Return what stands in the place of schools in a table, and is no number."""
    data = inputs.take(name, path, required=False)
    if data is None:
        return ()
    if name == "survey":
        table = _survey_table(inputs, data, path, inputs.noticed[name])
        return () if table is None else names_in(table)
    layout = {"standing": STANDING_LAYOUT, "leaders": LEADERS_LAYOUT}[name]
    table = read_spreadsheet(data, path.suffix.lower(), layout, inputs.noticed[name], sheet=name)
    texts = (row.cells.get("urn", "") for row in (table.rows if table is not None else ()))
    return tuple(text for text in texts if text and not URN.fullmatch(text))


def _choose(given: Path | str | None, default: Path) -> Path:
    return Path(given) if given else default


def _usual(given: Path | str | None, root: Path, name: str, endings: Sequence[str]) -> Path:
    """Return the path given, or the first file of that name in the folder, by the order of the endings."""
    usual = [root / f"{name}{ending}" for ending in endings]
    return _choose(given, next((path for path in usual if not is_absent(path)), usual[0]))


@_ended_by_errors(_no_schools)
def _schools(inputs: _Inputs, root: Path, path: Path) -> tuple[dict[str, School], tuple[str, ...], Country]:
    """Return the schools in a file of any kind, whom it says to credit, and their country with the grid they are on."""
    ending = path.suffix.lower()
    country = read_country(inputs.take("country", root / COUNTRY, required=False), inputs.noticed["country"])
    if ending in LAYER_FILES:
        return _schools_in_layer(inputs, path, ending, country)
    data = inputs.take("schools", path, required=True)
    noticed = inputs.noticed["schools"]
    if data is None:
        return {}, (), country
    if ending not in TABLES:
        return read_credited_schools(data, noticed, country)
    layout = _by_columns(inputs, path, SCHOOLS_LAYOUT.also_called(country.columns), "schools")
    table = read_spreadsheet(data, ending, layout, noticed, sheet="schools")
    if table is None or noticed.has_errors:
        return {}, (), country
    country = among(country, table.rows)
    return schools_from_table(table, noticed, country=country), (), country


def _schools_in_layer(
    inputs: _Inputs, path: Path, ending: str, country: Country
) -> tuple[dict[str, School], tuple[str, ...], Country]:
    parts = _parts(inputs, "schools", path, ending, required=True, limit=FILE_BYTES)
    noticed = inputs.noticed["schools"]
    if ending not in parts:
        return {}, (), country
    layer = read_layer_file(
        parts, SCHOOLS_LAYOUT.also_called(country.columns), noticed, layer="schools", country=country
    )
    if layer is None or noticed.has_errors:
        return {}, (), country
    country = country.on(layer.grid)
    return schools_from_table(layer.table, noticed, layer.geometries, country), (), country


def _parts(
    inputs: _Inputs, name: str, path: Path, ending: str, *, required: bool, limit: int = PLACES_BYTES
) -> dict[str, bytes]:
    """Return the content of a GeoPackage, or of all files of a shapefile, by their endings."""
    parts = {}
    for part in (ending, *(SHAPEFILE_PARTS if ending == ".shp" else ())):
        which = name if part == ending else f"{name} {part}"
        file = path if part == ending else path.with_suffix(part)
        data = inputs.take(which, file, required=required and part == ending, limit=limit)
        if data is not None:
            parts[part] = data
    return parts


@_ended_by_errors(dict[str, str])
def _confirmed(inputs: _Inputs, path: Path, schools: Mapping[str, School], *, required: bool) -> dict[str, str]:
    data = inputs.take("names", path, required=required, private=True)
    return {} if data is None or not schools else read_names(data, schools, inputs.noticed["names"])


@_ended_by_errors(Survey)
def _survey(inputs: _Inputs, path: Path, index: NameIndex, *, required: bool) -> Survey:
    data = inputs.take("survey", path, required=required, private=True)
    if data is None:
        return Survey()
    sidecar = inputs.take("survey sidecar", path.with_suffix(".toml"), required=False, private=True)
    noticed = inputs.noticed["survey"]
    table = _survey_table(inputs, data, path, noticed)
    return read_survey(table, index, noticed, sidecar=sidecar, sidecar_noticed=inputs.noticed["survey sidecar"])


def _survey_table(inputs: _Inputs, data: bytes, path: Path, noticed: Noticed) -> Table | None:
    ending = path.suffix.lower() if path.suffix.lower() in TABLES else ".csv"
    layout = _by_columns(inputs, path, SURVEY_LAYOUT, "survey")
    return read_spreadsheet(data, ending, layout, noticed, sheet="survey")


def _by_columns(inputs: _Inputs, beside: Path, layout: Layout, part: str) -> Layout:
    """Return a layout by which a file is read as the folder's ``columns.toml`` says, where there is one."""
    data = inputs.take("columns", beside.with_name(COLUMNS), required=False)
    return layout if data is None else replace(layout, given=columns_from(data, part, inputs.noticed["columns"]))


def _leaders(
    inputs: _Inputs, path: Path, schools: dict[str, School], index: NameIndex, *, required: bool
) -> dict[str, School]:
    data = inputs.take("leaders", path, required=required)
    if data is None or not schools:
        return schools
    noticed = inputs.noticed["leaders"]
    table = read_spreadsheet(data, path.suffix.lower(), LEADERS_LAYOUT, noticed, sheet="leaders")
    return schools if table is None or noticed.has_errors else with_leaders(schools, table, index, noticed)


def _tell_templates(root: Path, noticed: Noticed) -> None:
    """Tell of templates that were filled in where they lie, and are not read there."""
    for name in FILLED_IN:
        if any(not is_absent(root / f"{name}{ending}") for ending in TABLES):
            continue
        for ending in (".csv", ".xlsx"):
            path = root / "templates" / f"{name}{ending}"
            if not is_absent(path) and is_filled_in(path, name):
                noticed.warning(
                    "template-not-read",
                    f"templates/{path.name} is filled in, and is not read there.",
                    f"Put a copy beside schools, as {path.name}.",
                    field=path.name,
                )


@_ended_by_errors(tuple[Alliance, ...])
def _standing(
    inputs: _Inputs, path: Path, index: NameIndex, part: str = "standing", *, required: bool
) -> tuple[Alliance, ...]:
    data = inputs.take(part, path, required=required, private=True)
    if data is None:
        return ()
    noticed = inputs.noticed[part]
    table = read_spreadsheet(data, path.suffix.lower(), STANDING_LAYOUT, noticed, sheet=part)
    return () if table is None or noticed.has_errors else read_standing(table, index, noticed, strays=part == "plan")


@_ended_by_errors(_no_letter)
def _letter(inputs: _Inputs, path: Path, schools: Mapping[str, School], *, required: bool) -> Letter | None:
    data = inputs.take("letter", path, required=required)
    return None if data is None or not schools else read_letter(data, schools, inputs.noticed["letter"])


@_ended_by_errors(dict[str, Judgement])
def _judgements(inputs: _Inputs, path: Path, schools: Mapping[str, School], *, required: bool) -> dict[str, Judgement]:
    data = inputs.take("judgements", path, required=required, private=True)
    return {} if data is None or not schools else read_judgements(data, schools, inputs.noticed["judgements"])


@_ended_by_errors(Places)
def _places(inputs: _Inputs, folder: Path, country: Country, *, required: bool) -> Places:
    noticed = Noticed(named(folder))
    inputs.noticed["boundaries"] = noticed
    if not os.path.isdir(folder):  # noqa: PTH112 - the same
        if required:
            noticed.error("folder-missing", "The folder is not there.", "Check its name.")
        return Places()
    layers: dict[str, bytes | dict[str, bytes]] = {}
    for name in LAYERS:
        path = _usual(None, folder, name, (".geojson", *LAYER_FILES))
        ending = path.suffix
        parts = _parts(inputs, name, path, ending, required=False)
        if ending in parts:
            layers[name] = parts[ending] if ending == ".geojson" else parts
    return read_places(layers, inputs.noticed, country)


def _check_stated_counts(letter: Letter | None, survey: Survey, inputs: _Inputs) -> None:
    """Compare the letter's counts of answers with the survey's (R07, R08)."""
    if letter is None or not survey.responses:
        return
    covered = len({urn for response in survey.responses for urn in response.covers})
    for what, stated, counted in (
        ("direct answers", letter.stated_direct, survey.direct),
        ("schools whose views were taken into account", letter.stated_covered, covered),
    ):
        if stated is not None and stated != counted:
            inputs.noticed["letter"].warning(
                "survey-count-disagrees",
                f"The letter counts {stated} {what}; the survey has {counted}.",
                "Look for answers that are missing or that stand there twice.",
            )
