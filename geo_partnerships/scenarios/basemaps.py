"""Backgrounds of maps that are fetched from the internet, by the names that xyzservices has for them."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

USUAL = {"openstreetmap": "OpenStreetMap.Mapnik", "opentopomap": "OpenTopoMap"}
"""What a name means that is only a publisher's."""
LEAFLETS = ("x", "y", "z", "s", "r")
"""Parts of an address that the map fills in itself."""
USUAL_SUBDOMAINS = "abc"
MOST_ZOOM = 18
SHOWN = 5
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Basemap:
    """A background from the internet.

    Parameters
    ----------
    address
        Of a tile, with ``{z}``, ``{x}``, ``{y}`` and, where there are several servers, ``{s}``.
    credit
        Whom it asks to credit, as text.
    subdomains
        What may stand for ``{s}``, a letter each.
    most_zoom
        From which on its tiles are enlarged.
    """

    address: str
    credit: str
    subdomains: str
    most_zoom: int

    @property
    def hosts(self) -> tuple[str, ...]:
        """Addresses of its servers, for a page's content security policy."""
        several = [self.address.replace("{s}", letter) for letter in self.subdomains or "-"]
        return tuple(dict.fromkeys(f"https://{urlsplit(address).netloc}" for address in several))


@cache
def basemap_of(name: str) -> Basemap | None:
    """Return the background of a name; None where there is no name.

    Raises
    ------
    ValueError
        There is none of that name, or it wants a key.
    """
    import xyzservices.providers as known  # noqa: PLC0415 - slow to load, and seldom asked for

    if not name:
        return None
    asked = USUAL.get(name.strip().lower(), name)
    try:
        found = known.query_name(asked)
    except ValueError:
        near = difflib.get_close_matches(asked, list(known.flatten()), SHOWN, 0.4)
        advice = f"did you mean {', '.join(near)}?" if near else "'OpenStreetMap' is one."
        raise ValueError(f"there is no provider {name[:60]!r} in xyzservices; {advice}") from None
    if found.requires_token():
        raise ValueError(f"{found.name} wants a key, which every reader of a page could see; choose one without")
    address = _PART.sub(lambda part: part[0] if part[1] in LEAFLETS else str(found.get(part[1], "")), found.url)
    if urlsplit(address).scheme != "https" or not {"{x}", "{y}", "{z}"} <= set(re.findall(r"\{\w\}", address)):
        raise ValueError(f"{found.name} has no tiles by https; choose another provider")
    credit = str(found.get("attribution", "")).replace("(C)", "©").strip()
    letters = "".join(found.get("subdomains", USUAL_SUBDOMAINS)) if "{s}" in address else ""
    return Basemap(address, credit, letters, int(found.get("max_zoom", MOST_ZOOM)))
