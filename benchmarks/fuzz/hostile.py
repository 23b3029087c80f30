"""``python -m benchmarks.fuzz.hostile``: hostile files, each read in a process of its own whose cost is measured.

Prints for each the bytes, seconds of processor time, peak memory, exit code and the last words; the exit code is 1
where one that is refused costs more than `SECONDS` or `MEGABYTES`, where one ends in a traceback, or where one that is
read and costs more takes over `GROWTH` times as long as a quarter of it. Loading the program is not counted, since the
process is forked from one that has; its memory is.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.fuzz.hostile_files import MB, Hostile, hostile_files, village
from geo_partnerships import cli
from geo_partnerships.deciding.log import DecisionLog
from geo_partnerships.errors import GeoPartnershipsError

SECONDS, MEGABYTES = 10.0, 500.0
QUARTER, GROWTH = 4, 6.0
"""Four times as many rows take 4 times as long, and 4.5 times where they are sorted; the rest is for a busy machine."""
STOPPED_S, STOPPED_BYTES = 120, 6_000 * MB
"""Where a process is stopped, so that one reader does not keep the others from being measured."""
WORDS = 100


@dataclass(frozen=True)
class Cost:
    """What reading a file came to."""

    seconds: float
    megabytes: float
    exit: str
    words: str

    @property
    def is_within(self) -> bool:
        """True where it ended in words, within the limits."""
        return self.is_plain and self.seconds <= SECONDS and self.megabytes <= MEGABYTES

    @property
    def is_plain(self) -> bool:
        """True where it ended in words."""
        return self.exit.isdigit() and "Traceback" not in self.words


def measured(arguments: list[str], said: Path) -> Cost:
    """Run the command line in a process of its own, its output in the file `said`."""
    child = os.fork()
    if child == 0:
        _be_the_command(arguments, said)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Cost(
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024 * (1.048576),
        str(code) if code >= 0 else signal.Signals(-code).name,
        _words(said),
    )


def _be_the_command(arguments: list[str], said: Path) -> None:
    """Become the command, and end."""
    code = 1
    try:
        stream = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (STOPPED_S, STOPPED_S + 5))
        resource.setrlimit(resource.RLIMIT_AS, (STOPPED_BYTES, STOPPED_BYTES))
        code = _decisions(Path(arguments[1])) if arguments[0] == "decisions" else cli.main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - it is what the interpreter would print
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _decisions(log: Path) -> int:
    """Read a log as the desk does."""
    try:
        decisions, findings = DecisionLog(log).read()
    except GeoPartnershipsError as error:
        print(f"error: {error}")
        return error.exit_code
    print(f"{len(decisions):,} decisions, {len(findings):,} findings", *(one.message for one in findings[:1]))
    return 0


def _words(said: Path) -> str:
    """Return the end of what was said, or that it was a traceback."""
    with said.open("rb") as opened:
        opened.seek(max(0, said.stat().st_size - 20_000))
        text = opened.read().decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "Traceback (most recent call last)" in text:
        return f"Traceback: {lines[-1][:WORDS]}"
    told = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
    return told[:WORDS]


def met(hostile: Hostile, part: int = 1) -> tuple[int, Cost]:
    """Write a file into a village, and return its bytes and what reading it, or the first of so many parts, came to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "village"
        village(folder)
        path = folder / (hostile.file or ".")
        if path.name.startswith("schools."):
            (folder / "schools.geojson").unlink()
        if hostile.file:
            path.parent.mkdir(exist_ok=True)
            writer = os.fork()  # so that what writing needs is no part of this process, and of none forked from it
            if writer == 0:
                _write(hostile, path)
            if os.waitpid(writer, 0)[1]:
                raise RuntimeError(f"{hostile.name} could not be written")
            if part > 1:
                _cut(path, part)
        arguments = [word.format(folder=folder, file=path) if word[0] == "{" or "={file" in word else word
                     for word in hostile.command]  # fmt: skip
        size = path.stat().st_size if hostile.file else sum(map(len, arguments))
        cost = measured(arguments, Path(name) / "said")
        return size, replace(cost, words=cost.words.replace(f"{name}/", ""))


def _write(hostile: Hostile, path: Path) -> None:
    try:
        hostile.write(path)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - told, and the parent stops
        traceback.print_exc()
        os._exit(1)


def _cut(path: Path, part: int) -> None:
    """Leave the first of so many parts of a file, up to the end of a line."""
    with path.open("rb+") as opened:
        opened.seek(path.stat().st_size // part)
        opened.readline()
        opened.truncate()


def is_fine(hostile: Hostile, cost: Cost) -> bool:
    """Return True where reading cost no more than it may: what is read may cost more, if that grows as it should."""
    if cost.is_within or not (cost.is_plain and cost.exit == "0"):
        return cost.is_within
    if hostile.quarter is None and not hostile.file.endswith(".csv"):
        return False
    _, less = met(hostile, QUARTER) if hostile.quarter is None else met(replace(hostile, write=hostile.quarter))
    return less.exit == "0" and cost.seconds <= GROWTH * less.seconds


def main() -> int:
    """Meet each file whose name or place contains one of the words, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz.hostile")
    parser.add_argument("words", nargs="*", help="only files whose place or name contains one of these; default all")
    options = parser.parse_args()
    _load()
    beyond = 0
    print(f"{'file':<24}{'what':<44}{'bytes':>12}{'s':>7}{'MB':>7} {'exit':<8}words")
    for hostile in hostile_files():
        place = hostile.file or "arguments"
        if options.words and not any(word in f"{place} {hostile.name}" for word in options.words):
            continue
        size, cost = met(hostile)
        fine = is_fine(hostile, cost)
        beyond += not fine
        mark = ("" if cost.is_within else "read, and grows as it should: ") if fine else "BEYOND "
        print(
            f"{place[:23]:<24}{hostile.name[:43]:<44}{size:>12,}{cost.seconds:>7.1f}{cost.megabytes:>7.0f} "
            f"{cost.exit:<8}{mark}{cost.words}",
            flush=True,
        )
    print(f"{beyond} beyond {SECONDS:g} s or {MEGABYTES:g} MB, or without words")
    return 1 if beyond else 0


def _load() -> None:
    """Load what every command needs, so that no file is charged for it."""
    with tempfile.TemporaryDirectory() as name:
        village(Path(name) / "village")
        measured(["show", "--help"], Path(name) / "said")
    from geo_partnerships import batching, intake  # noqa: F401
    from geo_partnerships.api import running  # noqa: F401
    from geo_partnerships.checking import check  # noqa: F401
    from geo_partnerships.planning import planner  # noqa: F401


if __name__ == "__main__":
    raise SystemExit(main())
