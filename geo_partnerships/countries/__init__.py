"""Countries: what their schools' identifiers and postcodes look like, which grid measures them, and their words.

Each is one small file beside this one. A data folder says which is meant in ``country.toml``.
"""

from geo_partnerships.countries.country import UNITED_KINGDOM, Country, countries, country_of

__all__ = ["UNITED_KINGDOM", "Country", "countries", "country_of"]
