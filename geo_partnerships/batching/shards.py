"""A batch in shares: each job of an array does its own, in a folder of its own, and a merge joins them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from geo_partnerships.batching.keeping import NOTES, Delivery, finished, keep
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.publishing import MANIFEST
from geo_partnerships.whole_files import read_own_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from geo_partnerships.batching.jobs import Job

T = TypeVar("T")

__all__ = ["Shard", "bring_together"]

_NOTE = "shard.json"
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Shard:
    """One share of a batch: of all problems in the order of their keys, each `number`-th from the `place`-th on."""

    place: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``3/20``: the third of twenty.

        Raises
        ------
        UsageError
            It is not two whole numbers of which the first is from 1 to the second.
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip(), re.ASCII)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(f"A shard is given as 3/20, the third of twenty; {shown(text)} is none.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """Write it as it is given."""
        return f"{self.place}/{self.number}"

    def share(self, every: Iterable[T], key: Callable[[T], str]) -> list[T]:
        """Return what belongs to the shard."""
        return sorted(every, key=key)[self.place - 1 :: self.number]

    def note(self, output: Path) -> None:
        """Note in an output whose share it holds."""
        write_whole(output / NOTES / _NOTE, json.dumps({"shard": str(self)}), private=True)


def bring_together(jobs: Sequence[Job], folders: Sequence[Path], output: Path) -> None:
    """Take over into one output what the shards of a batch have finished.

    Raises
    ------
    UsageError
        A folder is no shard of this batch or was made from other data, a shard is not among them, or an authority is
        not finished in any; nothing is taken over then.
    """
    shards = {folder: _shard_of(folder) for folder in folders}
    _refuse_missing(list(shards.values()))
    digests = {job.key: job.digest for job in jobs}
    sources: dict[str, Path] = {}
    for folder, shard in shards.items():
        held = [path.stem.removeprefix("plan-") for path in sorted((folder / NOTES).glob("plan-*.json"))]
        foreign = [key for key in held if key not in digests or _finished(folder, key, digests[key]) is None]
        if foreign:
            raise UsageError(
                f"{shown(str(folder))}, shard {shard}, was made from other data, another scenario or another version "
                f"of this program, or its files were changed since: {_listed(foreign)}. Run that shard again."
            )
        sources |= dict.fromkeys(held, folder)
    unfinished = [job.key for job in jobs if job.key not in sources]
    if unfinished:
        raise UsageError(
            f"Not finished in any of these folders: {_listed(unfinished)}. Run their shards again; what is finished is "
            "not made anew."
        )
    for job in jobs:
        if finished(output, job.stage, job.key, job.digest) is None:
            _take_over(job, sources[job.key], output)


def _shard_of(folder: Path) -> Shard:
    """Return which shard a folder holds."""
    try:
        return Shard.read(read_own_json(folder / NOTES / _NOTE)["shard"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError):
        raise UsageError(
            f"{shown(str(folder))} is no folder of a shard: it was not written by batch --shard, or is not whole."
        ) from None


def _refuse_missing(shards: Sequence[Shard]) -> None:
    """Refuse shards of different batches, and a batch of which one is not there."""
    if len({shard.number for shard in shards}) > 1:
        raise UsageError(f"These are shards of different batches: {', '.join(map(str, shards))}.")
    number = shards[0].number
    missing = sorted({*range(1, number + 1)} - {shard.place for shard in shards})
    if missing:
        raise UsageError(
            f"Of {number} shards some are not there: {_listed([f'{place}/{number}' for place in missing])}."
        )


def _finished(folder: Path, key: str, digest: str) -> dict[str, Any] | None:
    return finished(folder, "plan", key, digest)


def _take_over(job: Job, source: Path, output: Path) -> None:
    """Keep in the output what a shard made."""
    note = _finished(source, job.key, job.digest)
    assert note is not None  # noqa: S101 - it was looked at before
    place = source / note["folder"]
    files = {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    rest = {name: value for name, value in note.items() if name not in {"folder", "manifest"}}
    keep(Delivery(stage=job.stage, key=job.key, folder=note["folder"], note=rest, files=files), output)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
