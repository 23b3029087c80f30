"""``country.toml`` of a data folder: which country's schools these are, or a profile of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.countries import UNITED_KINGDOM, country_of
from geo_partnerships.countries.country import country_from
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.formats.strict_toml import read_toml
from geo_partnerships.whole_files import write_keeping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo_partnerships.countries import Country
    from geo_partnerships.intake.formats.findings_log import Noticed

COUNTRY = "country.toml"
OWN = "own"


def read_country(data: bytes | None, noticed: Noticed) -> Country:
    """Return the country that a ``country.toml`` names or describes; the United Kingdom where there is none."""
    content = {} if data is None else read_toml(data, noticed)
    if not content:
        return UNITED_KINGDOM
    try:
        return _country(content)
    except UsageError as problem:
        noticed.error("country-unknown", str(problem), "See docs/data.md, another country.", field="country")
        return UNITED_KINGDOM


def _country(content: Mapping[str, Any]) -> Country:
    code = content.get("country")
    if code is None:
        return country_from(OWN, content)
    if len(content) > 1 or not isinstance(code, str):
        raise UsageError('country: write country = "ireland" alone, or the values of a country of your own.')
    return country_of(code)


def refuse_postcodes(country: Country) -> None:
    """Refuse to place postcodes that are not of the United Kingdom: those of other countries are not known."""
    if not country.is_british:
        raise UsageError("Postcodes can be placed in the United Kingdom alone: give points for other countries.")


def write_country(folder: Path, country: Country) -> Path | None:
    """Write which country is meant, where it is not the one that goes without saying; return where another is kept."""
    if country.code != UNITED_KINGDOM.code:
        return write_keeping(folder / COUNTRY, f'country = "{country.code}"\n')
    return None
