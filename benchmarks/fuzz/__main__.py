"""``python -m benchmarks.fuzz --seconds N``: damage files at random and read them; N seconds of work for each reader.

A reader that prints, to either stream, from Python or from a library below it, is noticed as one that crashes.
Readers of files on the disk try far more where TMPDIR is a folder in memory.
Prints tries and crashes for each reader; the exit code is 1 where there were crashes, each kept as a file.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fuzz.damage import damaged
from benchmarks.fuzz.targets import Target, targets
from geo_partnerships.errors import GeoPartnershipsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLOW_S = 10
CRASHES = Path(__file__).parent / "crashes"


class Slow(BaseException):
    """A file took longer than anybody would wait."""


@contextlib.contextmanager
def overheard() -> Iterator[Callable[[], bytes]]:
    """Take what is printed to either stream; what is given tells what was, and forgets it."""
    with tempfile.TemporaryFile() as said:
        before = [os.dup(stream) for stream in (1, 2)]

        def heard() -> bytes:
            sys.stdout.flush()
            sys.stderr.flush()
            if not os.fstat(said.fileno()).st_size:
                return b""
            said.seek(0)
            words = said.read()
            said.seek(0)
            said.truncate()
            return words

        heard()
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
        try:
            yield heard
        finally:
            heard()
            for stream, old in zip((1, 2), before, strict=True):
                os.dup2(old, stream)
                os.close(old)


def crash_of(read: Callable[[bytes], object], data: bytes) -> str:
    """Return how a reader ends where it should not, in a line; empty where it ends well."""
    signal.setitimer(signal.ITIMER_PROF, SLOW_S)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read(data)
    except GeoPartnershipsError:
        return ""
    except Exception as error:  # noqa: BLE001 - any is a finding
        return f"{type(error).__name__}: {str(error)[:120]} {traceback.extract_tb(error.__traceback__)[-1]}"
    except Slow:
        return f"slower than {SLOW_S} s"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def fuzz(name: str, target: Target, seconds: float, seed: int) -> tuple[int, dict[str, bytes]]:
    """Return the number of tries, and for each kind of crash the shortest file that makes it."""
    with overheard() as heard:

        def ends(data: bytes) -> str:
            told = crash_of(target.read, data)
            said = heard()
            return told or (f"printed: {said[:120]!r}" if said else "")

        told = next(((ends(sound), sound) for sound in target.seeds if ends(sound)), None)
        if told:
            return 1, dict([told])
        return _fuzz(target, seconds, random.Random(f"{name} {seed}"), ends)  # noqa: S311


def _fuzz(
    target: Target, seconds: float, chance: random.Random, ends: Callable[[bytes], str]
) -> tuple[int, dict[str, bytes]]:
    crashes: dict[str, bytes] = {}
    tries = 0
    end = time.process_time() + seconds
    while time.process_time() < end:
        data = damaged(target.seeds, chance)
        tries += 1
        told = ends(data)
        kind = told.partition(":")[0] + told[told.find("<FrameSummary") :] if "<FrameSummary" in told else told
        if told and (kind not in crashes or len(data) < len(crashes[kind])):
            crashes[kind] = data
    return tries, crashes


def keep(name: str, crashes: dict[str, bytes]) -> None:
    """Write each crashing file, under its digest."""
    for data in crashes.values():
        CRASHES.mkdir(exist_ok=True)
        (CRASHES / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)


def main() -> int:
    """Fuzz the readers named, or all."""
    every = targets()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("readers", nargs="*", help=f"default all: {', '.join(every)}")
    parser.add_argument("--seconds", type=float, default=60, help="of work, for each reader")
    parser.add_argument("--seed", type=int, default=2015)
    options = parser.parse_args()

    def slow(*_: object) -> None:
        raise Slow

    signal.signal(signal.SIGPROF, slow)
    total = 0
    print(f"{'reader':<20}{'tries':>9}{'crashes':>9}")
    for name in options.readers or every:
        tries, crashes = fuzz(name, every[name], options.seconds, options.seed)
        total += len(crashes)
        print(f"{name:<20}{tries:>9}{len(crashes):>9}", flush=True)
        for kind in crashes:
            print(f"    {kind}", flush=True)
        keep(name, crashes)
    return 1 if total else 0


if __name__ == "__main__":
    raise SystemExit(main())
