"""A scenario with one rule more: schools on one site stay together."""

from pydantic import Field

from geo_partnerships.privacy import PUBLIC
from geo_partnerships.scenarios.parameters import METRES, RULES, Metres, Scenario, Strength, Table


class SameSite(Table):
    """Schools that share a point stay together."""

    strength: Strength = Field(Strength.OFF, title="strength", description="how strictly", json_schema_extra=PUBLIC)
    weight: Metres = Field(700.0, title="price", description="metres a pair apart", json_schema_extra=PUBLIC | METRES)


class ToyScenario(Scenario):
    """All parameters, and those of the toy rule."""

    same_site: SameSite = Field(default_factory=SameSite, title="Schools on one site", json_schema_extra=PUBLIC)


TOY_RULES = (*RULES, "same_site")
