"""What is varied: one axis a parameter."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.scenarios.read import parse_change, parse_value
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from collections.abc import Sequence

RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})")
MOST_POINTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A parameter and the values it takes, as ``--set`` writes them."""

    key: str
    values: tuple[str, ...]


def parse_axis(text: str) -> Axis:
    """Return the axis of ``key=9..14`` (both ends included) or ``key=0,250,500``.

    Raises
    ------
    UsageError
        It is neither.
    """
    key, equals, values = text.partition("=")
    parts = [part.strip() for part in _parted(values)]
    if not equals or not key.strip() or not all(parts):
        raise UsageError(
            f"--over {text[:80]}: write key=values, e.g. area.partnerships=9..14 or district_penalty=0,250,500"
        )
    parse_change(f"{key}=0")
    found: list[str] = []
    for part in parts:
        found += _range(part, text) if RANGE.fullmatch(part) else [part]
    return Axis(key=key.strip(), values=tuple(dict.fromkeys(found)))


def grid(axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    """Return the changes of every point, the last axis running fastest.

    Raises
    ------
    UsageError
        There are none or far too many, or two axes vary the same parameter.
    """
    if not axes:
        raise UsageError("A sweep varies something: give --over key=values.")
    keys = [axis.key for axis in axes]
    if len(set(keys)) < len(keys):
        raise UsageError("A sweep varies each parameter once: join the values of one --over.")
    size = math.prod(len(axis.values) for axis in axes)
    if size > MOST_POINTS:
        raise UsageError(f"That would be {count(size, 'plan')}; at most {MOST_POINTS:,} are made in one sweep.")
    columns = [[f"{axis.key}={value}" for value in axis.values] for axis in axes]
    return list(itertools.product(*columns))


def _range(part: str, text: str) -> list[str]:
    match = RANGE.fullmatch(part)
    low, high = (int(end) for end in match.groups()) if match else (0, -1)
    if low > high or high - low >= MOST_POINTS:
        raise UsageError(f"--over {text[:80]}: the range {part} is empty or too long.")
    return [str(value) for value in range(low, high + 1)]


def _parted(values: str) -> list[str]:
    """Part values at commas, but not inside brackets or quotes: ``[9, 11], [12, 14]`` is two."""
    found: list[str] = []
    for piece in values.split(","):
        if found and not _is_whole(found[-1]):
            found[-1] += f",{piece}"
        else:
            found.append(piece)
    return found


def _is_whole(text: str) -> bool:
    opened = sum(text.count(sign) for sign in "[{") - sum(text.count(sign) for sign in "]}")
    return opened <= 0 and not (text.count('"') % 2 and isinstance(parse_value(text), str))
