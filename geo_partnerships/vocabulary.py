"""Words and coordinate systems that everything shares."""

from __future__ import annotations

from enum import StrEnum

CRS = "EPSG:27700"


CRS_WGS84 = "EPSG:4326"


class Phase(StrEnum):
    """Phases of education as the register and the letter use them (R28, R50)."""

    NURSERY = "nursery"
    INFANT = "infant"
    JUNIOR = "junior"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all-through"
    SIXTH_FORM = "16+"
    SPECIAL = "special"
    PRU = "PRU"
    OTHER = "other"


class PartnershipType(StrEnum):
    """How close a partnership is, from the closest (R16)."""

    HARD = "hard"
    STRUCTURED = "structured"
    LOOSE = "loose"
