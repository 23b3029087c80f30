"""How many examples property tests try: few in the suite, `TEST_DEPTH` times as many where there is a night for it."""

from __future__ import annotations

import os

DEPTH = int(os.environ.get("TEST_DEPTH", "1"))


def examples(few: int) -> int:
    """Return how many examples to try where the suite tries few."""
    return few * DEPTH
