"""A scenario: the parameters of a plan, read from TOML, checked, and changed with ``--set key=value``."""

from __future__ import annotations

import copy
import difflib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from geo_partnerships.bounded_toml import TomlError, TomlTooDeepError, parse_toml
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.limits import KEY_PARTS, PARENTS, TOML_BYTES, WORD_CHARACTERS
from geo_partnerships.model import PartnershipType, Phase
from geo_partnerships.origins import SCENARIO, Origins
from geo_partnerships.privacy import PRIVATE, PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEFAULT_SCENARIO = "barnet-2015"
SCENARIO_FOLDER = "scenarios"
FIRST_PLAN = "first-plan"
USUAL_MEMBERS = 8
USUAL_SIZE = (5, 12)
CHANGED = "--set"
DEEPEST = 20
"""Most tables and lists within one another in a value that is given by itself."""
TOLD_AT_MOST = 100  # faults of one scenario


class Strength(StrEnum):
    """Strength of a rule: a binding one is never broken, a preferred one may be at its stated cost."""

    BINDING = "binding"
    PREFERRED = "preferred"
    OFF = "off"


def _as_range(value: object) -> object:
    """Read a single whole number as a range of one."""
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _each_once(values: tuple[object, ...]) -> tuple[object, ...]:
    """Refuse a list that says the same twice: the second was meant to be another."""
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise PydanticCustomError("stands_twice", "{value} stands twice in the list", {"value": str(value)[:60]})
        seen.add(value)
    return values


PositiveInt = Annotated[int, Field(ge=1, le=1_000_000)]
Range = Annotated[tuple[PositiveInt, PositiveInt], BeforeValidator(_as_range)]
Metres = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Urns = Annotated[tuple[str, ...], AfterValidator(_each_once)]


class _Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataFiles(_Parameters):
    """Files other than those found by their usual names in the data folder."""

    schools: str | None = Field(
        None, description="file of schools; default schools.geojson of the data folder", json_schema_extra=PRIVATE
    )
    survey: str | None = Field(
        None, description="file of survey answers; default survey.csv, if it is there", json_schema_extra=PRIVATE
    )
    letter: str | None = Field(
        None, description="file of the draft; default letter-2015.toml, if it is there", json_schema_extra=PRIVATE
    )
    judgements: str | None = Field(
        None, description="the authority's knowledge; default judgements.csv; private", json_schema_extra=PRIVATE
    )
    boundaries: str | None = Field(
        None, description="folder of map context; default boundaries/", json_schema_extra=PRIVATE
    )
    distances: str | None = Field(
        None, description="matrix of distances, CSV or Parquet, long or square", json_schema_extra=PRIVATE
    )
    roads: str | None = Field(
        None, description="road network, GeoPackage or GraphML; distances run along it", json_schema_extra=PRIVATE
    )
    postcodes: str | None = Field(
        None, description="OS or ONS postcode files; places schools without a point", json_schema_extra=PRIVATE
    )


class Distance(_Parameters):
    """How a matrix or road network is read; without one, distances are straight lines in metres."""

    unit: Literal["m", "min"] = Field(
        "m", description="unit of the matrix, or of the roads' weight: metres or minutes", json_schema_extra=PUBLIC
    )
    metres_per_minute: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)] = Field(
        80.0, description="metres that a minute counts for; 80 is walking at 4.8 km/h", json_schema_extra=PUBLIC
    )
    weight: str = Field(
        "",
        max_length=60,
        description="column of the roads with the weight; their length when empty",
        json_schema_extra=PUBLIC,
    )
    symmetrise: Literal["mean", "max", "min", "refuse"] = Field(
        "mean", description="what counts where the two directions of a pair differ", json_schema_extra=PUBLIC
    )


class Members(_Parameters):
    """Which schools a strand takes: those that meet every condition given; none given means every school."""

    letter: Annotated[tuple[PositiveInt, ...], AfterValidator(_each_once)] = Field(
        (), description="members of these partnerships of the letter", json_schema_extra=PUBLIC
    )
    schools: Urns = Field((), description="these schools, by URN", json_schema_extra=PRIVATE)
    boroughs: tuple[str, ...] = Field((), description="schools of these boroughs", json_schema_extra=PUBLIC)
    sectors: tuple[str, ...] = Field((), description="schools of these sectors, e.g. state", json_schema_extra=PUBLIC)
    phases: tuple[Phase, ...] = Field((), description="schools of these phases", json_schema_extra=PUBLIC)
    without: Urns = Field((), description="but not these schools, by URN", json_schema_extra=PRIVATE)
    respondents: bool = Field(
        False, description="and every school that answered the survey and is in no strand", json_schema_extra=PUBLIC
    )


class SizeBy(StrEnum):
    """What the size of a partnership counts."""

    SCHOOLS = "schools"
    PUPILS = "pupils"


class Strand(_Parameters):
    """A slice of schools that is clustered on its own."""

    members: Members = Field(
        default_factory=Members, description="which schools the strand takes", json_schema_extra=PUBLIC
    )
    partnerships: Range = Field(
        (1, 1), description="number of partnerships, or the least and the most", json_schema_extra=PUBLIC
    )
    size: Range | None = Field(
        None, description="size of a partnership, the least and the most", json_schema_extra=PUBLIC
    )
    size_by: SizeBy = Field(SizeBy.SCHOOLS, description="what the size counts", json_schema_extra=PUBLIC)
    as_given: bool = Field(False, description="take the letter's partnerships as they are", json_schema_extra=PUBLIC)
    type: PartnershipType = Field(
        PartnershipType.LOOSE, description="type of its partnerships", json_schema_extra=PUBLIC
    )
    name: str = Field(
        "", max_length=120, description="name of its partnership; made from places when empty", json_schema_extra=PUBLIC
    )

    @model_validator(mode="after")
    def _ranges_are_ordered(self) -> Self:
        for key in ("partnerships", "size"):
            bounds = getattr(self, key)
            if bounds is not None and bounds[0] > bounds[1]:
                raise ValueError(f"{key}: the least ({bounds[0]}) is more than the most ({bounds[1]})")
        if self.as_given and not self.members.letter:
            raise ValueError("as_given needs members.letter: the numbers of the letter's partnerships")
        return self


class Guarantee(_Parameters):
    """The survey rule: every covered school shares a partnership with at least one school it named (R04)."""

    strength: Strength = Field(Strength.BINDING, description="binding, preferred or off", json_schema_extra=PUBLIC)
    weight: Metres = Field(
        2000.0, description="metres a school without a named partner costs, when preferred", json_schema_extra=PUBLIC
    )
    second_membership: bool = Field(
        False,
        description="where a school shares no strand with any it named, they join the area strand as well",
        json_schema_extra=PUBLIC,
    )


class Leaders(_Parameters):
    """A system leader in every partnership (R34), where there are enough of them."""

    strength: Strength = Field(
        Strength.OFF,
        description="preferred: first the fewest area partnerships without one, then distance",
        json_schema_extra=PUBLIC,
    )


class Standing(_Parameters):
    """Partnerships that exist already (R12): whether their members stay together."""

    strength: Strength = Field(Strength.OFF, description="binding, preferred or off", json_schema_extra=PUBLIC)
    weight: Metres = Field(1000.0, description="metres each pair apart costs, when preferred", json_schema_extra=PUBLIC)


class Link(_Parameters):
    """Schools that belong together, or apart."""

    schools: Annotated[Urns, Field(min_length=2)] = Field(
        description="two or more schools, by URN", json_schema_extra=PRIVATE
    )
    strength: Strength = Field(Strength.BINDING, description="binding or preferred", json_schema_extra=PRIVATE)
    weight: Metres = Field(1000.0, description="metres a broken link costs, when preferred", json_schema_extra=PRIVATE)
    reason: str = Field("", max_length=500, description="why; kept with the plan", json_schema_extra=PRIVATE)


class Pin(_Parameters):
    """Schools held in one partnership, known by a label; different labels are different partnerships."""

    schools: Annotated[Urns, Field(min_length=1)] = Field(description="the schools, by URN", json_schema_extra=PRIVATE)
    partnership: str = Field(
        min_length=1, max_length=60, description="label of the partnership", json_schema_extra=PRIVATE
    )
    closed: bool = Field(False, description="nobody else joins the schools of this label", json_schema_extra=PRIVATE)
    reason: str = Field("", max_length=500, description="why; kept with the plan", json_schema_extra=PRIVATE)


class Balance(_Parameters):
    """How many schools of a group each partnership of the area strand may have."""

    name: str = Field(min_length=1, max_length=60, description="what the rule is called", json_schema_extra=PUBLIC)
    phases: tuple[Phase, ...] = Field((), description="the group: schools of these phases", json_schema_extra=PUBLIC)
    schools: Urns = Field((), description="the group: these schools, by URN", json_schema_extra=PRIVATE)
    least: Annotated[int, Field(ge=0)] = Field(
        0, description="at least so many in each partnership", json_schema_extra=PUBLIC
    )
    most: Annotated[int, Field(ge=0)] | None = Field(
        None, description="at most so many in each partnership", json_schema_extra=PUBLIC
    )
    strength: Strength = Field(Strength.BINDING, description="binding or preferred", json_schema_extra=PUBLIC)
    weight: Metres = Field(
        1000.0, description="metres each school over or under costs, when preferred", json_schema_extra=PUBLIC
    )

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Self:
        if self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least}) is more than most ({self.most})")
        if not self.phases and not self.schools:
            raise ValueError("name the group by phases or by schools")
        if self.most is None and not self.least:
            raise ValueError("give least or most: as it is, any number will do")
        return self


class Scenario(_Parameters):
    """All parameters of one plan. Distances in metres; penalties in metre-equivalents."""

    title: str = Field("", max_length=200, description="title shown on every page", json_schema_extra=PUBLIC)
    description: str = Field(
        "", max_length=2000, description="a sentence or two for the report", json_schema_extra=PUBLIC
    )
    status: Literal["draft", "agreed"] = Field(
        "draft", description="status shown on every page", json_schema_extra=PUBLIC
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        2015, description="seed of the search", json_schema_extra=PUBLIC
    )
    method: Literal["auto", "exact", "search"] = Field("auto", description="how it is solved", json_schema_extra=PUBLIC)
    seconds: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] = Field(
        60.0,
        description="longest time for one strand; a plan stopped by the clock says that it may not repeat",
        json_schema_extra=PUBLIC,
    )
    district_penalty: Metres = Field(
        500.0,
        description="metres added where a school's postcode district is known to differ from its centre school's",
        json_schema_extra=PUBLIC,
    )
    neighbour_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="share of the penalty where the two districts are neighbours", json_schema_extra=PUBLIC
    )
    authority_penalty: Metres = Field(
        0.0,
        description="metres added where a school's authority is known to differ from its centre school's",
        json_schema_extra=PUBLIC,
    )
    within_authorities: bool = Field(
        False,
        description="no partnership takes schools of two authorities (those taken as given may)",
        json_schema_extra=PUBLIC,
    )
    data: DataFiles = Field(default_factory=DataFiles, description="files read", json_schema_extra=PRIVATE)
    distance: Distance = Field(default_factory=Distance, description="how distances are read", json_schema_extra=PUBLIC)
    guarantee: Guarantee = Field(
        default_factory=Guarantee, description="the survey guarantee", json_schema_extra=PUBLIC
    )
    leaders: Leaders = Field(default_factory=Leaders, description="system leaders", json_schema_extra=PUBLIC)
    standing: Standing = Field(
        default_factory=Standing, description="partnerships that exist already", json_schema_extra=PUBLIC
    )
    must_link: tuple[Link, ...] = Field((), description="schools that belong together", json_schema_extra=PRIVATE)
    cannot_link: tuple[Link, ...] = Field((), description="schools that belong apart", json_schema_extra=PRIVATE)
    pinned: tuple[Pin, ...] = Field((), description="schools held in a given partnership", json_schema_extra=PRIVATE)
    balance: tuple[Balance, ...] = Field(
        (), description="caps and floors over groups of schools", json_schema_extra=PUBLIC
    )
    strands: dict[str, Strand] = Field(
        default_factory=dict, description="strands beside the area strand", json_schema_extra=PUBLIC
    )
    area: Strand = Field(
        default_factory=Strand, description="the area strand, clustered by place", json_schema_extra=PUBLIC
    )
    order: tuple[str, ...] = Field(
        (), description="strands in the order of their numbers; area last by default", json_schema_extra=PUBLIC
    )

    @model_validator(mode="after")
    def _strands_and_order_agree(self) -> Self:
        if "area" in self.strands:
            raise ValueError("strands: 'area' is the name of the area strand; give it as [area]")
        if self.order and sorted(self.order) != sorted((*self.strands, "area")):
            raise ValueError(f"order: name each strand once: {', '.join((*self.strands, 'area'))}")
        return self

    def ordered_strands(self) -> Iterator[tuple[str, Strand]]:
        """Yield name and strand in the order of their numbers."""
        for name in self.order or (*self.strands, "area"):
            yield name, self.area if name == "area" else self.strands[name]


def usual_number(schools: int) -> int:
    """Return how many partnerships of about eight so many schools make."""
    return max(1, round(schools / USUAL_MEMBERS))


def usual_size(schools: int) -> tuple[int, int]:
    """Return the bounds on size that so many schools can keep in that number of partnerships."""
    number = usual_number(schools)
    least, most = USUAL_SIZE
    return max(1, min(least, schools // number)), max(most, -(-schools // number))


def available(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in ``folder``, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def read_scenario(
    name: str | Path, folder: Path | str, changes: Sequence[str] = (), *, seed: int | None = None
) -> Scenario:
    """Read a scenario and apply changes.

    Parameters
    ----------
    name
        Name of a scenario in `folder`, or path of a TOML file.
    folder
        Folder of scenarios.
    changes
        ``key=value`` each; the key is dotted, e.g. ``area.partnerships=9``; the value is TOML, or bare text.
    seed
        Replaces the scenario's seed.

    Raises
    ------
    UsageError
        No such scenario, or a change that is not ``key=value``.
    BadDataError
        Parameters that are unknown or out of range; one finding each.
    """
    path = scenario_path(name, Path(folder))
    table = read_table(path, Path(folder))
    for change in changes:
        apply_change(table, change)
    if seed is not None:
        table["seed"] = seed
    return scenario_from(table, path.name, read_origins(name, folder, changes))


def read_origins(name: str | Path, folder: Path | str, changes: Sequence[str] = ()) -> Origins:
    """Return where the parameters of a scenario were written; arguments are those of `read_scenario`."""
    path = scenario_path(name, Path(folder))
    files = tuple((file.name, file.read_text(encoding="utf-8-sig")) for file, _ in read_chain(path, Path(folder)))
    return Origins(files=files, changes=tuple((CHANGED, change) for change in changes))


def read_table(path: Path, folder: Path, own: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the parameters of a scenario's file over those of the scenarios that it extends.

    Arguments are those of `read_chain`.
    """
    merged: dict[str, Any] = {}
    for _, table in reversed(read_chain(path, folder, own)):
        merge_tables(merged, table)
    return merged


def read_chain(path: Path, folder: Path, own: dict[str, Any] | None = None) -> list[tuple[Path, dict[str, Any]]]:
    """Return a scenario's file and those it extends, nearest first, each with the parameters it gives itself.

    Parameters
    ----------
    path
        The scenario's file.
    folder
        Folder of scenarios: where ``extends = "name"`` is looked for, after the file's own folder.
    own
        What the file would hold, where it is not to be read.

    Raises
    ------
    UsageError
        A file extends a scenario that is not there.
    BadDataError
        A file cannot be read, or extends itself in the end.
    """
    chain: list[tuple[Path, dict[str, Any]]] = []
    here: Path | None = path
    while here is not None:
        if here.resolve() in {known.resolve() for known, _ in chain}:
            names = " → ".join([*(known.stem for known, _ in chain), here.stem])
            raise _bad_file(path, f"extends itself: {names}", "Break the ring.")
        if len(chain) == PARENTS:
            raise _bad_file(path, f"extends more than {PARENTS - 1} scenarios in a row", "Put some of them together.")
        table = dict(own) if own is not None and not chain else _read_toml(here)
        parent = table.pop("extends", None)
        if parent is not None and not (isinstance(parent, str) and parent):
            raise _bad_file(here, "extends something that is no name", 'Write extends = "barnet-2015".')
        chain.append((here, table))
        here = _parent_path(parent, here, folder) if parent else None
    return chain


def _parent_path(name: str, child: Path, folder: Path) -> Path:
    beside = child.parent / (name if name.endswith(".toml") else f"{name}.toml")
    try:
        return beside if beside.is_file() else scenario_path(name, folder)
    except UsageError as error:
        raise UsageError(f"{child.name} extends '{name[:80]}'. {error}") from None


def merge_tables(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Put the values of `over` into `base`: a table into a table, anything else, lists too, in its place."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge_tables(base[key], value)
        else:
            base[key] = copy.deepcopy(value)


def scenario_path(name: str | Path, folder: Path) -> Path:
    """Return the file of the scenario called `name`; `name` may be the path of a TOML file.

    Raises
    ------
    UsageError
        There is no such scenario; the message names the nearest ones.
    """
    text = str(name)
    path = Path(text) if text.endswith(".toml") else folder / f"{text}.toml"
    if path.is_file():
        return path
    known = available(folder)
    near = difflib.get_close_matches(text, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else f" There are: {', '.join(known) or 'none'}."
    raise UsageError(f"There is no scenario '{text[:80]}'.{hint}")


def scenario_from(table: dict[str, Any], file: str = SCENARIO, origins: Origins | None = None) -> Scenario:
    """Return the scenario of a table of parameters.

    Parameters
    ----------
    file
        The file that is told of where `origins` do not know of one.

    Raises
    ------
    BadDataError
        Parameters that are unknown or out of range; one finding each.
    """
    try:
        return Scenario.model_validate(table)
    except ValidationError as error:
        known = origins or Origins()
        faults = error.errors(include_url=False)
        findings = [_finding(dict(item), known, file) for item in faults[:TOLD_AT_MOST]]
        if len(faults) > TOLD_AT_MOST:
            findings.append(_more(len(faults) - TOLD_AT_MOST, file))
        raise BadDataError(findings) from None


def _more(number: int, file: str) -> Finding:
    return Finding(
        code="scenario-more", severity=Severity.ERROR, file=file,
        message=f"there are {number:,} faults more.", fix="Correct those that are told first.",
    )  # fmt: skip


def set_parameter(table: dict[str, Any], key: str, value: object) -> None:
    """Set a dotted key in a nested table, making tables on the way.

    Raises
    ------
    UsageError
        A part of the key is a value, not a table; or the key has more parts than that of any parameter.
    """
    refuse_long_key(key)
    *parents, last = key.split(".")
    if len(parents) > DEEPEST:
        raise _too_deep(key)
    here = table
    for part in parents:
        nested = here.setdefault(part, {})
        if not isinstance(nested, dict):
            raise UsageError(f"--set {key}: '{part}' is a value, not a table.")
        here = nested
    here[last] = value


def refuse_long_key(key: str) -> None:
    """Raise `UsageError` where a dotted key has more or longer parts than any parameter."""
    parts = key.split(".")
    if len(parts) > KEY_PARTS or max(map(len, parts)) > WORD_CHARACTERS:
        raise _too_deep(key)


def apply_change(table: dict[str, Any], change: str) -> None:
    """Apply one ``key=value`` to a nested table."""
    key, value = parse_change(change)
    set_parameter(table, key, value)


def parse_change(change: str) -> tuple[str, object]:
    """Return key and value of ``key=value``.

    Raises
    ------
    UsageError
        It is not ``key=value``, or longer, deeper or with more parts in its key than is read.
    """
    key, equals, text = change.partition("=")
    key = key.strip()
    if not equals or not key or not all(key.split(".")):
        raise UsageError(f"--set {change[:80]}: write key=value, e.g. --set area.partnerships=9")
    refuse_long_key(key)
    return key, parse_value(text.strip())


def parse_value(text: str) -> object:
    """Return the TOML value that the text is, or the bare text.

    Raises
    ------
    UsageError
        It is nested deeper than any parameter is.
    """
    try:
        value = parse_toml(f"value = {text}")["value"]
    except TomlTooDeepError:
        raise _too_deep(text) from None
    except TomlError:  # no TOML, or a number of thousands of digits
        return text
    if _depth(value) > DEEPEST:
        raise _too_deep(text)
    return value


def _too_deep(text: str) -> UsageError:
    return UsageError(f"{text[:40]}…: this is nested deeper than any parameter. Write e.g. area.partnerships=9")


def _depth(value: object) -> int:
    """Return how many lists and tables lie within one another, counted to one more than is allowed."""
    inside, depth = [value], 0
    while inside and depth <= DEEPEST:
        nested = [one for one in inside if isinstance(one, dict | list)]
        inside = [part for one in nested for part in (one.values() if isinstance(one, dict) else one)]
        depth += bool(nested)
    return depth


def _read_toml(path: Path) -> dict[str, Any]:
    if path.stat().st_size > TOML_BYTES:
        raise _bad_file(path, f"is larger than {TOML_BYTES:,} bytes", "Is it a scenario?")
    try:
        return parse_toml(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _bad_file(path, "is not UTF-8 text", "Save it as UTF-8.") from None
    except TomlError as error:
        raise _bad_file(path, f"is not TOML that can be read: {error}", "Mend that line.") from None


def _bad_file(path: Path, message: str, fix: str) -> BadDataError:
    return BadDataError(
        [Finding(code="scenario-file", severity=Severity.ERROR, file=path.name, message=message, fix=fix)]
    )


def _finding(error: dict[str, Any], origins: Origins, file: str) -> Finding:
    parts = [str(part + 1 if isinstance(part, int) else part) for part in error["loc"]]
    key = ".".join(parts)
    place, line = origins.place(key)
    given: dict[str, Any] = {"file": file if place == origins.added else place, "row": line, "field": key[:120]}
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(parts[-1], _known_keys(parts[:-1]), n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(_known_keys(parts[:-1]))}."
        return Finding(
            code="scenario-unknown-key", severity=Severity.ERROR, **given,
            message="there is no such parameter.", fix=hint,
        )  # fmt: skip
    shown = "" if isinstance(error["input"], dict) else f" (it is {str(error['input'])[:60]!r})"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "stands_twice":
        return Finding(
            code="scenario-stands-twice",
            severity=Severity.ERROR,
            **given,
            message=f"{message}.",
            fix="Leave one out, or write the one that was meant.",
        )
    return Finding(
        code="scenario-value", severity=Severity.ERROR, **given,
        message=f"{message}{shown}.", fix="See the table of parameters in docs/parameters.md.",
    )  # fmt: skip


def _known_keys(path: Iterable[str]) -> list[str]:
    model: type[BaseModel] = Scenario
    for part in path:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        found = _nested_model(field.annotation) if field else (Strand if model is Scenario else None)
        if found is None:
            continue
        model = found
    return list(model.model_fields)


def _nested_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _nested_model(inner)
        if found is not None:
            return found
    return None
