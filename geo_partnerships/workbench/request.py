"""What a page asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_partnerships.deciding import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A decision as it comes from a page, before it is judged.

    Parameters
    ----------
    seen
        The latest decision the planner knew of.
    override
        True where the planner has read what it breaks and wants it all the same.
    """

    action: Action
    seen: int
    by: str
    when: str
    school: str = ""
    schools: tuple[str, ...] = ()
    source: str = ""
    to: str = ""
    reason: str = ""
    date: str = ""
    value: str = ""
    override: bool = False
