"""One run at a time in an output folder; the lock dies with its process."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing.folder import recover
from geo_partnerships.systems import NOT_FOLLOWED, RAW, lock, refusal
from geo_partnerships.whole_files import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = ".geo-partnerships.lock"


@contextlib.contextmanager
def lock_folder(folder: Path, *, private: bool = False) -> Iterator[tuple[Path, ...]]:
    """Hold the folder for this process; what runs that died left in it is cleared away.

    Parameters
    ----------
    private
        True where nobody but the user may look into it, if it is made now.

    Yields
    ------
    tuple of Path
        Where folders that runs which died had replaced are kept.

    Raises
    ------
    UsageError
        Another run holds it, or it cannot be written to.
    """
    try:
        make_folder(folder, private=private)
        # A link in the lock's place is not followed: the file it names is none of ours.
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | RAW | NOT_FOLLOWED, 0o644)
    except OSError as error:
        raise UsageError(f"The output folder {folder} cannot be written to: {refusal(error)}.") from None
    try:
        _take(handle, folder)
        kept: tuple[Path, ...] = ()
        with contextlib.suppress(OSError):  # publishing tells where it matters
            kept = recover(folder)
        yield kept
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        lock(handle, wait=False)
    except BlockingIOError:
        raise UsageError(
            f"Another run is writing to {folder}. Wait for it, or give another folder with --output."
        ) from None
    except OSError as error:
        raise UsageError(
            f"The output folder {folder} cannot be locked: {error.strerror}. Give a folder on a local disk."
        ) from None
