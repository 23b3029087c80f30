"""How many processors there are to work with."""

from __future__ import annotations

import os


def cores() -> int:
    """Return how many processors this process may use, which a container or a scheduler may have made fewer."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
