"""Distances between schools, whatever they were read from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["DistanceTable", "Unit"]

Unit = Literal["m", "min"]


@dataclass(frozen=True, eq=False)
class DistanceTable:
    """Symmetric distances between schools.

    Parameters
    ----------
    keys
        Keys of the schools, in order of key.
    matrix
        (n, n) array in `unit`; the diagonal is 0, NaN where a pair is not known or cannot be reached.
    unit
        ``m`` for metres, ``min`` for minutes.
    """

    keys: tuple[str, ...]
    matrix: NDArray[np.float64]
    unit: Unit = "m"

    def among(self, keys: Sequence[str]) -> NDArray[np.float64]:
        """Return the (k, k) distances among `keys`, in their order; NaN for keys that the table has not."""
        at = {key: position for position, key in enumerate(self.keys)}
        known = [position for position, key in enumerate(keys) if key in at]
        taken = [at[keys[position]] for position in known]
        found = np.full((len(keys), len(keys)), np.nan)
        np.fill_diagonal(found, 0.0)
        found[np.ix_(known, known)] = self.matrix[np.ix_(taken, taken)]
        return found

    def unreachable(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Return those of `keys` that have a distance to no other of them."""
        values = self.among(keys)
        lone = np.isfinite(values).sum(axis=1) <= 1
        return tuple(key for key, alone in zip(keys, lone, strict=True) if alone and len(keys) > 1)

    def digest(self) -> str:
        """Return SHA-256 of keys, unit and values, hexadecimal."""
        total = hashlib.sha256("\0".join((self.unit, *self.keys)).encode())
        total.update(np.ascontiguousarray(self.matrix, dtype="<f8").tobytes())
        return total.hexdigest()
