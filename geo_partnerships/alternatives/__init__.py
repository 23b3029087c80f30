"""Plans to choose between: each best in another respect, with what they agree on."""

from geo_partnerships.alternatives.choices import (
    Alternative,
    Alternatives,
    UnderSurveys,
    alternatives_of,
    plans_of,
    with_firmness,
)
from geo_partnerships.alternatives.firm import Firmness, firmness_of
from geo_partnerships.alternatives.publish import publish_alternatives

__all__ = [
    "Alternative",
    "Alternatives",
    "Firmness",
    "UnderSurveys",
    "alternatives_of",
    "firmness_of",
    "plans_of",
    "publish_alternatives",
    "with_firmness",
]
