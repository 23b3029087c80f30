"""What a batch keeps on disk of each job: its files, swapped in whole, and then a note that it is finished.

The notes hold plans with all of their sums, and digests over private input, so that only the user may read them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_partnerships.publishing import MANIFEST, Owner, move_aside, owner_of, publish_folder, remove_if_own, verify
from geo_partnerships.whole_files import read_own_json, write_whole

if TYPE_CHECKING:
    from pathlib import Path

NOTES = ".batch"
OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a job made.

    Parameters
    ----------
    stage, key
        Which job it was.
    folder
        Where its files belong, relative to the output; what was published there goes where there are no files.
    note
        What is kept beside the files: at least ``digest``, by which a finished job is known again.
    """

    stage: str
    key: str
    folder: str
    note: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def keep(delivery: Delivery, output: Path) -> None:
    """Put the files in place at once, then note the job as finished: never the other way round."""
    note_path(output, delivery.stage, delivery.key).unlink(missing_ok=True)
    target = output / delivery.folder
    if delivery.files:
        target.parent.mkdir(parents=True, exist_ok=True)
        publish_folder(target, lambda folder: _write(folder, delivery.files))
    elif not remove_if_own(target) and owner_of(target) is Owner.BOTH:
        move_aside(target, target)
    sealed = {**delivery.note, "folder": delivery.folder, "manifest": _seal(target)}
    path = note_path(output, delivery.stage, delivery.key)
    write_whole(path, json.dumps(sealed, ensure_ascii=False), private=True)


def finished(output: Path, stage: str, key: str, digest: str) -> dict[str, Any] | None:
    """Return the note of a job that is finished, by its digest, with its files as they were; else None."""
    try:
        note = read_own_json(note_path(output, stage, key))
        target = output / note["folder"]
        same = note["digest"] == digest and note["manifest"] == _seal(target)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not same or (note["manifest"] and verify(target)):
        return None
    return dict(note)


def note_path(output: Path, stage: str, key: str) -> Path:
    """Return where a job's note is kept."""
    return output / NOTES / f"{stage}-{key}.json"


def claim(output: Path, token: str) -> None:
    """Make the output this run's own: what workers of an earlier run still bring is thrown away."""
    write_whole(output / NOTES / OWNER, token, private=True)


def is_owner(output: Path, token: str) -> bool:
    """Return True where the output is seen from here and belongs to the run of that token."""
    try:
        return (output / NOTES / OWNER).read_text(encoding="utf-8") == token
    except OSError:
        return False


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _seal(folder: Path) -> str:
    """Return the SHA-256 of a folder's manifest, which holds those of its files; empty where there is none."""
    manifest = folder / MANIFEST
    return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else ""
