"""What the estimator is given: parameters of the right types and weights of samples, or an error in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_partnerships.clustering.problem import Effort

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ParameterError", "check_parameters", "checked_weights", "counts"]

_KINDS: tuple[tuple[str, type, str], ...] = (
    ("rules", Iterable, "an iterable of rules"),
    ("metric_params", Mapping, "a mapping of the metric's keywords"),
    ("effort", Effort, "an Effort"),
)


class ParameterError(ValueError, TypeError):
    """A parameter of the estimator is of a wrong type or makes no sense; caught as either, as in scikit-learn."""


def counts(given: Any) -> tuple[int, int]:
    """Return the least and the greatest number of clusters.

    Raises
    ------
    ParameterError
        If it is neither a whole number of at least 1 nor two of them in order.
    """
    pair = (given, given) if _is_whole(given) else given
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not all(map(_is_whole, pair)):  # noqa: PLR2004
        raise ParameterError(f"n_clusters must be a whole number, or a tuple of two, not {given!r}")
    if not 1 <= pair[0] <= pair[1]:
        raise ParameterError(f"n_clusters must be a whole number of at least 1, or two in order, not {given!r}")
    return int(pair[0]), int(pair[1])


def check_parameters(given: Any) -> None:
    """Refuse an estimator whose parameters are of a wrong type or make no sense, each in words.

    Raises
    ------
    ParameterError
        The first that is amiss.
    """
    counts(given.n_clusters)
    for name in ("min_size", "max_size"):
        size = getattr(given, name)
        if size is not None and not _is_size(size):
            raise ParameterError(f"{name} must be None or a number of at least 0, not {size!r}")
    if given.min_size is not None and given.max_size is not None and given.min_size > given.max_size:
        raise ParameterError(f"min_size={given.min_size!r} is above max_size={given.max_size!r}")
    for name, kind, words in _KINDS:
        value = getattr(given, name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, str)):
            raise ParameterError(f"{name} must be None or {words}, not {value!r}")
    if not isinstance(given.metric, str) and not callable(given.metric):
        raise ParameterError(f"metric must be a name or a callable, not {given.metric!r}")
    if given.metric == "precomputed" and given.metric_params:
        raise ParameterError("metric_params say nothing about precomputed distances: leave them out")
    if given.threads is not None and not (_is_whole(given.threads) and given.threads >= 1):
        raise ParameterError(f"threads must be None or a whole number of at least 1, not {given.threads!r}")


def checked_weights(given: ArrayLike | None, samples: int) -> NDArray[np.float64] | None:
    """Return the weights of samples, shape (n_samples,); None where each weighs 1.

    Raises
    ------
    ParameterError
        If there are not as many as samples, one is below 0 or not finite, or none weighs anything.
    """
    if given is None:
        return None
    try:
        weights = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"sample_weight must be numbers: {error}") from None
    if weights.ndim == 0:
        weights = np.full(samples, float(weights))
    if weights.shape != (samples,):
        raise ParameterError(f"sample_weight must be of shape ({samples},), not {weights.shape}")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ParameterError("sample_weight must be finite numbers of at least 0")
    if not weights.any():
        raise ParameterError("sample_weight is zero for every sample: there is nothing to cluster")
    return None if (weights == 1).all() else weights


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, (bool, np.bool_))


def _is_size(value: object) -> bool:
    """Whether a value is a number of at least 0; infinity is one, NaN is none."""
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_)) and 0 <= float(value) <= math.inf
