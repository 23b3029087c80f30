"""Alternatives in a folder: one page over all, and each plan's own pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.alternatives.page import write_alternatives
from geo_partnerships.api import running
from geo_partnerships.publishing import lock_folder
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo_partnerships.alternatives.choices import Alternatives

__all__ = ["ALTERNATIVES", "publish_alternatives"]

ALTERNATIVES = "alternatives"
"""The folder, in that of all output, that holds them."""


def publish_alternatives(found: Alternatives, root: Path, *, tell: Callable[[str], None] | None = None) -> Path:
    """Write the alternatives into a folder of ``root`` and return the page over all; `tell` as `running.publish`."""
    folder = root / ALTERNATIVES / f"{found.scenario}-{Audience.OFFICERS.value}"
    for one in found.plans:
        running.publish(one.run, folder, Audience.OFFICERS, tell=tell)
    with lock_folder(folder, private=True):
        return write_alternatives(found, folder)
