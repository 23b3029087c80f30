"""A country as data: grid, bounds, identifiers, postcodes, phases, and the words for them."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
import statistics
import tomllib
import warnings
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geo_partnerships.errors import UsageError
from geo_partnerships.vocabulary import CRS, CRS_WGS84, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyproj import Transformer

Box = tuple[float, float, float, float]

UTM = "utm"
UTM_METRES: Box = (-9_000_000.0, -10_000_000.0, 10_000_000.0, 20_000_000.0)
AROUND_M = 200_000.0
SHOWN = 60
_WORD = re.compile(r"[^\W_]+")
TEXTS = ("name", "grid", "identifier", "postcode", "postcode_form", "postcode_example", "district")
LONGEST_POSTCODE = 12  # a form of one's own is never tried on more: some take exponential time
NEEDED = ("name", "grid", "degrees")
LIKE = "like"
"""Names a country whose values hold where a table gives none."""
MOST_CONFUSED = 3
CONFUSED = {"O": "0", "0": "O", "I": "1", "1": "I", "L": "1"}
"""Letters and digits that are typed for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    r"""What is particular to the schools of one country.

    Parameters
    ----------
    code
        Name of its file, without the ending.
    name
        What it is called on pages and in findings.
    grid
        Coordinate system in which distances are measured, in metres, e.g. ``EPSG:2157``; or ``utm``, for the zone of
        the Universal Transverse Mercator system in which the schools lie.
    degrees
        West, south, east and north of all its schools, WGS 84.
    metres
        The same on the grid; empty to have it worked out.
    identifier
        What identifies a school. One that does not look like a URN becomes the key ``x-…``.
    postcode
        What a postcode is called; empty where there is none.
    postcode_form
        Regular expression of a postcode in capitals without spaces. Its first group is the district; its groups, joined
        by spaces, are how it is written.
    postcode_example
        A postcode as it is written.
    district
        What the first part of a postcode is called.
    columns
        Columns of a list of schools, and what this country's lists call them besides.
    phases
        Words of lists of schools, in small letters, and the phase that each means (see `Phase`).

    Examples
    --------
    >>> country_of("ireland").tidy("d04x2k7"), country_of("ireland").district_of("D04 X2K7")
    ('D04 X2K7', 'D04')
    """

    code: str
    name: str
    grid: str
    degrees: Box
    metres: Box | tuple[()] = ()
    identifier: str = "key"
    postcode: str = ""
    postcode_form: str = ""
    postcode_example: str = ""
    district: str = ""
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    phases: tuple[tuple[str, str], ...] = ()

    @property
    def is_british(self) -> bool:
        """True where distances are measured on the British National Grid, whose postcodes are known."""
        return self.grid == CRS

    @property
    def grid_name(self) -> str:
        """How its grid is called in a finding."""
        return f"the British National Grid ({CRS})" if self.is_british else self.grid

    @property
    def grid_or_degrees(self) -> str:
        """Its grid; degrees where it is not known, since no place is."""
        return self.grid if self.has_grid else CRS_WGS84

    def on(self, grid: str) -> Country:
        """Return the country with the grid that its schools are on, where its grid was to be chosen."""
        return self if self.has_grid or grid == CRS_WGS84 else dataclasses.replace(self, grid=grid, metres=UTM_METRES)

    @property
    def has_grid(self) -> bool:
        """True where easting and northing mean something before it is known where the schools are."""
        return self.grid != UTM

    @property
    def districts_words(self) -> str:
        """What several of its districts are called, as a heading."""
        word = self.district or "district"
        return f"{word[:1].upper()}{word[1:]}s"

    def among(self, longitudes: Sequence[float], latitudes: Sequence[float]) -> Country:
        """Return the country with the zone of its schools (degrees) as its grid, where its grid is to be chosen."""
        known = [(x, y) for x, y in zip(longitudes, latitudes, strict=True) if self.holds_degrees(x, y)]
        if self.has_grid or not known:
            return self
        longitude, latitude = (statistics.median(along) for along in zip(*known, strict=True))
        zone = min(60, int((longitude + 180) // 6) + 1)
        return self.on(f"EPSG:{326 if latitude >= 0 else 327}{zone:02d}")

    def holds_degrees(self, longitude: float, latitude: float) -> bool:
        """Say whether a place in degrees can be one of its schools; 0, 0 never is."""
        return is_inside(longitude, latitude, self.degrees) and (longitude, latitude) != (0.0, 0.0)

    def holds_metres(self, easting: float, northing: float) -> bool:
        """Say whether a place on its grid can be one of its schools."""
        return is_inside(easting, northing, self.box)

    def looks_like_degrees(self, x: float, y: float) -> bool:
        """Say whether what is called metres are longitude and latitude, in whatever order."""
        return self.holds_degrees(x, y) or self.holds_degrees(y, x)

    @property
    def box(self) -> Box:
        """West, south, east and north of its schools, metres on its grid."""
        return self.metres or _box(self.degrees, self.grid)

    @property
    def box_around(self) -> Box:
        """The same with what lies around it."""
        west, south, east, north = self.box
        return west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M

    def to_grid(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return easting and northing, metres on its grid, of a place in degrees."""
        east, north = transformer(CRS_WGS84, self.grid).transform(longitude, latitude)
        return float(east), float(north)

    def to_degrees(self, easting: float, northing: float) -> tuple[float, float]:
        """Return longitude and latitude of a place on its grid."""
        longitude, latitude = transformer(self.grid, CRS_WGS84).transform(easting, northing)
        return float(longitude), float(latitude)

    def tidy(self, postcode: str) -> str:
        """Return a postcode as it is written; "" where it is malformed."""
        if not self.postcode_form:
            return " ".join(postcode.split())
        plain = "".join(postcode.upper().split())
        found = re.fullmatch(self.postcode_form, plain) if len(plain) <= LONGEST_POSTCODE else None
        return " ".join(filter(None, found.groups())) if found else ""

    def mistyped(self, text: str) -> str:
        """Return the postcode that is meant where a letter stands for a digit, or the other way; "" where none is.

        >>> UNITED_KINGDOM.mistyped("N12 OPE"), country_of("ireland").mistyped("DO2 X285")
        ('N12 0PE', 'D02 X285')
        """
        plain = "".join(text.upper().split())
        places = [at for at, letter in enumerate(plain) if letter in CONFUSED]
        if len(plain) > LONGEST_POSTCODE or not self.postcode_form:
            return ""
        for number in range(1, MOST_CONFUSED + 1):
            for swapped in itertools.combinations(places, number):
                trial = "".join(CONFUSED[letter] if at in swapped else letter for at, letter in enumerate(plain))
                if found := self.tidy(trial):
                    return found
        return ""

    def district_of(self, postcode: str) -> str:
        """Return the district of a postcode as `tidy` writes it; "" where there is none."""
        return postcode.partition(" ")[0] if self.postcode_form else ""

    def phase_in(self, text: str) -> Phase | None:
        """Return the phase that words of this country mean; None where they are in no list of its own."""
        padded = f" {' '.join(_WORD.findall(text.casefold()))} "
        return next((Phase(phase) for words, phase in self.phases if f" {words} " in padded), None)


@cache
def transformer(source: str, target: str) -> Transformer:
    """Return the way from one coordinate system to another, x first: slow to make, so made once."""
    from pyproj import Transformer  # noqa: PLC0415 - slow to import, and not needed by those who read no points

    return Transformer.from_crs(source, target, always_xy=True)


@cache
def _box(degrees: Box, grid: str) -> Box:
    if grid == UTM:
        return UTM_METRES
    west, south, east, north = transformer(CRS_WGS84, grid).transform_bounds(*degrees)
    return float(west), float(south), float(east), float(north)


def is_inside(x: float, y: float, box: Box) -> bool:
    """Say whether a point is within a box of west, south, east and north, its edges included."""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


@cache
def countries() -> tuple[str, ...]:
    """Return the codes of the countries that are known."""
    found = (one.name for one in files("geo_partnerships.countries").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def country_of(code: str) -> Country:
    """Return a country by its code.

    Raises
    ------
    UsageError
        It is not known; says which are.
    """
    if code not in countries():
        raise UsageError(f"There is no country {code[:SHOWN]!r}; there are {', '.join(countries())}.")
    return country_from(code, _table(code))


def _table(code: str) -> dict[str, Any]:
    return tomllib.loads(files("geo_partnerships.countries").joinpath(f"{code}.toml").read_text(encoding="utf-8"))


def country_from(code: str, given: Mapping[str, Any]) -> Country:
    """Return the country that a table describes.

    Raises
    ------
    UsageError
        A value is not what it should be; says which, and what is.
    """
    given = _with_those_of_another(given)
    known = {field.name for field in fields(Country)} - {"code"}
    unknown = sorted(set(given) - known)
    if unknown:
        raise UsageError(f"{unknown[0][:SHOWN]}: there is no such value; there are {', '.join(sorted(known))}.")
    missing = [name for name in NEEDED if name not in given]
    if missing:
        raise UsageError(f"{missing[0]}: it is missing.")
    values = {name: _text(name, given[name]) for name in TEXTS if name in given}
    _check_form(values.get("postcode_form", ""))
    degrees = _four("degrees", given["degrees"])
    if not all(-180 <= edge <= 180 for edge in degrees[::2]) or not all(-90 <= edge <= 90 for edge in degrees[1::2]):  # noqa: PLR2004 - a globe
        raise UsageError("degrees: write west, south, east and north in degrees.")
    _check_grid(values["grid"], degrees)
    return Country(
        code=code,
        columns=_columns(given.get("columns", {})),
        phases=_phases(given.get("phases", {})),
        degrees=degrees,
        metres=_four("metres", given["metres"]) if "metres" in given else (),
        **values,
    )


def _with_those_of_another(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with the values of the country that it is said to be like; that may be like a third."""
    own = {name: value for name, value in given.items() if name != LIKE}
    if LIKE not in given:
        return own
    like = _text(LIKE, given[LIKE])
    if like not in countries():
        raise UsageError(f"{LIKE}: there is no country {like[:SHOWN]!r}; there are {', '.join(countries())}.")
    return {**_with_those_of_another(_table(like)), **own}


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name}: write a text in quotation marks.")
    return value


def _four(name: str, value: object) -> Box:
    if not isinstance(value, list) or len(value) != 4 or not all(map(_is_number, value)):  # noqa: PLR2004 - four edges
        raise UsageError(f"{name}: write four numbers, west, south, east and north.")
    west, south, east, north = map(float, value)
    if west >= east or south >= north:
        raise UsageError(f"{name}: west is before east, and south before north.")
    return west, south, east, north


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_form(form: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what is ambiguous would be warned of at every turn
            groups = re.compile(form).groups
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise UsageError(f"postcode_form: this is no regular expression ({error}).") from None
    if form and not groups:
        raise UsageError("postcode_form: put the district into brackets, as in ([0-9]{4})([A-Z]{2}).")


def _check_grid(grid: str, degrees: Box) -> None:
    if grid == UTM:
        return
    import pyproj  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what is deprecated would be warned of at every turn
            system = pyproj.CRS.from_user_input(grid)
            axes = [axis.unit_name for axis in system.axis_info]
            box = _box(degrees, grid) if system.is_projected else ()
    except (pyproj.exceptions.ProjError, Warning):
        raise UsageError(f"grid: {grid[:SHOWN]} is no coordinate system; write EPSG: and its number, or utm.") from None
    if axes != ["metre", "metre"] or not system.is_projected:
        raise UsageError(f"grid: {grid[:SHOWN]} does not measure in metres east and north.")
    if not all(map(math.isfinite, box)):
        raise UsageError(f"grid: {grid[:SHOWN]} does not reach all of the degrees.")


def _columns(given: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(given, dict) or not all(isinstance(names, list) for names in given.values()):
        raise UsageError('columns: write a table of lists, as in urn = ["Roll number"].')
    return tuple(
        (column, tuple(_text(f"columns.{column[:SHOWN]}", name) for name in names)) for column, names in given.items()
    )


def _phases(given: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, dict):
        raise UsageError("phases: write a table of words and phases.")
    for words, phase in given.items():
        if phase not in tuple(Phase):
            raise UsageError(f"phases.{words[:SHOWN]}: use one of {', '.join(Phase)}.")
    return tuple((words.casefold(), phase) for words, phase in given.items())


UNITED_KINGDOM = country_of("united-kingdom")
"""What holds where nothing is said of the country."""
