"""Unit postcodes from a service over HTTP, in batches, with a cache on disk; used only where it is asked for.

The service answers as postcodes.io does: ``POST /postcodes`` takes up to 100 postcodes, and
``GET /terminated_postcodes/…`` knows those that have ended. Nothing it says is taken on trust.
"""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.formats.files import LIMIT, is_absent, named, read_bytes
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.strict_json import read_json
from geo_partnerships.intake.postcodes.files import UNIT, Gazetteer, PostcodePoint
from geo_partnerships.intake.postcodes.format import tidy
from geo_partnerships.intake.schools.points import from_irish_grid, in_britain, is_irish
from geo_partnerships.whole_files import write_keeping, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

BATCH = 100
ANSWER_LIMIT = 2_000_000
PAUSES_S = (0.5, 1.0, 2.0, 4.0)
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
NOT_FOUND = 404


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow no redirect: the postcodes go to the service that was named."""


class _ServiceError(Exception):
    """The service does not answer, or not as it should."""


@dataclass
class PostcodeService:
    """A postcodes service.

    Parameters
    ----------
    url
        Its address, http or https.
    cache
        File that keeps its answers; None keeps none.
    timeout_s
        Longest wait for one whole answer.
    pause
        Waits a number of seconds between attempts.
    """

    url: str
    cache: Path | None = None
    timeout_s: float = 20.0
    pause: Callable[[float], None] = time.sleep
    _opener: urllib.request.OpenerDirector = field(init=False, repr=False)
    _is_foreign: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse addresses that are not of the web."""
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{shown(self.url)} is no address of a service; it begins with https://.")
        self.url = self.url.rstrip("/")
        self._opener = urllib.request.build_opener(_NoRedirect)

    def look_up(self, postcodes: Collection[str], noticed: Noticed) -> Gazetteer:
        """Return what the service knows of `postcodes`, given in the form of `tidy`; the cache is asked first.

        Where the service does not answer, that is one warning, and what was learnt until then is kept.
        """
        known = self._cached(noticed)
        unknown = sorted(set(postcodes) - set(known))
        try:
            for at in range(0, len(unknown), BATCH):
                known.update(self._batch(unknown[at : at + BATCH], noticed))
        except _ServiceError as problem:
            noticed.warning(
                "postcodes-service",
                f"The postcodes service does not answer ({problem}).",
                "Work without it by giving Code-Point Open or the ONS Postcode Directory, or try again later.",
            )
        self._keep(known)
        return Gazetteer({code: point for code in postcodes if (point := known.get(code)) is not None})

    def _batch(self, postcodes: Sequence[str], noticed: Noticed) -> dict[str, PostcodePoint | None]:
        answer = self._ask("/postcodes", {"postcodes": list(postcodes)})
        results = answer.get("result") if answer is not None else None
        if not isinstance(results, list):
            raise _ServiceError("its answer is no list of results")
        found: dict[str, PostcodePoint | None] = {}
        for result in results:
            code = tidy(str(result.get("query"))) if isinstance(result, dict) else ""
            if code not in postcodes:
                raise _ServiceError("it answers what it was not asked")
            found[code] = _point(result["result"], code, noticed) if result.get("result") is not None else None
        missing = sorted(set(postcodes) - set(found))
        if missing:
            raise _ServiceError(f"it leaves out {missing[0]}")
        for code in [code for code, point in found.items() if point is None]:
            found[code] = self._ended(code, noticed)
        return found

    def _ended(self, postcode: str, noticed: Noticed) -> PostcodePoint | None:
        answer = self._ask(f"/terminated_postcodes/{urllib.parse.quote(postcode)}", None)
        result = answer.get("result") if answer is not None else None
        if not isinstance(result, dict):
            return None
        point = _point(result, postcode, noticed)
        year, month = result.get("year_terminated"), result.get("month_terminated")
        if point is None or not isinstance(year, int) or not isinstance(month, int):
            return None
        return PostcodePoint(point.easting, point.northing, f"{year:04d}-{month:02d}")

    def _ask(self, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return the service's answer; None where it says that there is none; tries again while that may help."""
        why = ""
        for pause in (*PAUSES_S, None):
            try:
                return self._ask_once(path, body)
            except urllib.error.HTTPError as problem:
                problem.close()
                if problem.code == NOT_FOUND and body is None:
                    return None
                why = f"status {problem.code}"
                if problem.code not in AGAIN:
                    break
            except (OSError, HTTPException, ValueError) as problem:
                why = "it takes too long" if isinstance(problem, TimeoutError | socket.timeout) else "no connection"
                if isinstance(problem, ValueError):
                    why = "its answer is no JSON"
            if pause is not None:
                self.pause(pause)
        raise _ServiceError(why)

    def _ask_once(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self.url + path, data=data, headers={"Content-Type": "application/json", "Accept": "application/json"}
        )
        deadline = time.monotonic() + self.timeout_s
        with self._opener.open(request, timeout=self.timeout_s) as response:
            held = b"".join(_chunks(response, deadline))
        noticed = Noticed("answer")
        answer = read_json(held, noticed)
        if not isinstance(answer, dict):
            raise ValueError(path)  # noqa: TRY004 - what came is malformed, not of a wrong type in the program
        return answer

    def _cached(self, noticed: Noticed) -> dict[str, PostcodePoint | None]:
        if self.cache is None or is_absent(self.cache):
            return {}
        apart = Noticed(named(self.cache))
        data = read_bytes(self.cache, apart, LIMIT)
        kept: Any = read_json(data, apart) if data is not None else None
        if not _is_cache(kept):
            message = "It is no cache of postcodes: it is kept as it is beside one that is written anew."
            noticed.note("postcodes-cache", message, "Name another file where this is not meant.")
            self._is_foreign = True
            return {}
        try:
            entries = kept.get(self.url, {})
            return {code: None if entry is None else _kept_point(**entry) for code, entry in entries.items()}
        except (TypeError, AttributeError, ValueError):
            noticed.note("postcodes-cache", "The cache of postcodes was not used.", "It will be written anew.")
            return {}

    def _keep(self, known: dict[str, PostcodePoint | None]) -> None:
        if self.cache is None or not known:
            return
        entries = {code: None if point is None else asdict(point) for code, point in sorted(known.items())}
        write = write_keeping if self._is_foreign else write_whole
        write(self.cache, json.dumps({self.url: entries}, indent=0) + "\n")


def _chunks(response: Any, deadline: float) -> Iterator[bytes]:
    total = 0
    while chunk := response.read1(65_536):
        total += len(chunk)
        if total > ANSWER_LIMIT:
            raise ValueError("too long")
        if time.monotonic() > deadline:
            raise TimeoutError
        yield chunk


def _point(result: object, postcode: str, noticed: Noticed) -> PostcodePoint | None:
    """Return the point in a result, or None where it has none that can be believed."""
    if not isinstance(result, dict) or tidy(str(result.get("postcode"))) != postcode:
        raise _ServiceError(f"it answers another postcode than {postcode}")
    easting, northing = result.get("eastings"), result.get("northings")
    if not _number(easting) or not _number(northing):
        longitude, latitude = result.get("longitude"), result.get("latitude")
        if not _number(longitude) or not _number(latitude):
            return None
        easting, northing = UNITED_KINGDOM.to_grid(float(str(longitude)), float(str(latitude)))
    east, north = float(str(easting)), float(str(northing))
    if is_irish(postcode, east, north):
        place = from_irish_grid(east, north)
        east, north = place.easting, place.northing
    if not in_britain(east, north):
        noticed.warning(
            "postcodes-service-outside",
            f"The postcodes service puts {postcode} outside Great Britain; its point was left out.",
            "Look the postcode up elsewhere.",
        )
        return None
    return PostcodePoint(round(east, 1), round(north, 1))


def _is_cache(kept: object) -> bool:
    """Whether a file holds what this program keeps of services: by the address of each, points by postcode."""
    return isinstance(kept, dict) and all(
        address.startswith(("http://", "https://")) and isinstance(entries, dict) for address, entries in kept.items()
    )


def _kept_point(easting: object, northing: object, ended: object = "", accuracy: object = UNIT) -> PostcodePoint:
    """Return a point as the cache has it; raise ValueError where somebody made another thing of it."""
    if not (_number(easting) and _number(northing) and isinstance(ended, str) and accuracy == UNIT):
        raise ValueError("no point of a postcode")
    east, north = float(str(easting)), float(str(northing))
    if not in_britain(east, north):
        raise ValueError("no point in Great Britain")
    return PostcodePoint(east, north, ended)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
