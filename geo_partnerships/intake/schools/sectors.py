"""The sector of a school, from what a register calls its group, phase and type."""

from __future__ import annotations

from types import MappingProxyType

NOT_STATE = MappingProxyType(
    {
        "universities": "university",  # the register's group; a university technical college is a state school
        "higher education": "university",
        "welsh": "elsewhere",
        "online": "elsewhere",
        "overseas": "elsewhere",
        "offshore": "elsewhere",
        "miscellaneous": "elsewhere",
    }
)


def sector_of(kind: str) -> str:
    """Return the sector of an establishment by what the register calls its group, phase and type."""
    kind = kind.casefold()
    if "independent" in kind and "academ" not in kind:
        return "independent"
    return next((sector for word, sector in NOT_STATE.items() if word in kind), "state")
