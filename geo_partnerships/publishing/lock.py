"""One run at a time in an output folder; the lock dies with its process."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = ".geo-partnerships.lock"


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the folder for this process.

    Raises
    ------
    UsageError
        Another run holds it, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(f"The output folder {folder} cannot be written to: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"Another run is writing to {folder}. Wait for it, or give another folder with --output."
            ) from None
        yield
    finally:
        os.close(handle)
