"""The manifest of a published folder: every file with its SHA-256."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder` but the manifest, by relative path, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if name != MANIFEST
    }


def write_manifest(folder: Path) -> Path:
    """Write the manifest of `folder` into it."""
    path = folder / MANIFEST
    path.write_text(json.dumps({"files": file_digests(folder)}, indent=1) + "\n", encoding="utf-8")
    return path


def verify(folder: Path) -> list[str]:
    """Hash a published folder again and return what differs from its manifest, one sentence each."""
    path = folder / MANIFEST
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return [f"{MANIFEST} is missing: this is not a published folder."]
    except (ValueError, KeyError, TypeError, OSError):
        return [f"{MANIFEST} cannot be read."]
    if not isinstance(stated, dict):
        return [f"{MANIFEST} cannot be read."]
    found = file_digests(folder)
    changed = [f"{name} differs." for name in sorted(stated) if name in found and found[name] != stated[name]]
    missing = [f"{name} is missing." for name in sorted(stated) if name not in found]
    added = [f"{name} is not in the manifest." for name in sorted(found) if name not in stated]
    return [*changed, *missing, *added]
