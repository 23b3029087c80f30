"""Compiled loops work where nothing can be kept on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.clustering.kernels import jit as compiling

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_without_a_place_to_keep_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only installation compiles without keeping what it compiled."""
    asked: list[bool] = []

    def refuse(*, cache: bool = False, **_options: Any) -> Callable[[Any], Any]:
        asked.append(cache)
        if cache:
            message = "cannot cache function: no locator available"
            raise RuntimeError(message)
        return lambda function: function

    monkeypatch.setattr(compiling.numba, "njit", refuse)

    double = compiling.compiled(nogil=True)(lambda number: 2 * number)

    assert double(21) == 42
    assert asked == [True, False]
