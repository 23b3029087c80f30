"""Publish again and again, and kill it at a moment left to chance; say what was left.

``python -m tests.reliability.kills FOLDER COUNT SEED`` prints a line for each kill: ``whole`` or what is wrong.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

from tests.reliability.disk import is_whole, publish_site, texts

LONGEST_S = 0.04


def publish_forever(target: Path, start: int) -> None:
    """Publish versions one after another until killed."""
    for version in count(start):
        publish_site(target, str(version))


def kill_once(target: Path, start: int, chance: random.Random) -> str:
    """Kill a publishing process at a moment left to chance; return what is wrong then, or ``whole``."""
    before = texts(target)
    child = os.fork()
    if not child:
        publish_forever(target, start)
    time.sleep(chance.uniform(0, LONGEST_S))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not target.exists():
        return "whole" if not before else "lost"
    found = texts(target)
    if not is_whole(target, *found):
        return "mixed or damaged"
    least = int(min(before, default="0"))
    return "whole" if int(min(found)) >= least else "older than before"


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many times, then publish once more and see that nothing is left over."""
    chance = random.Random(seed)  # noqa: S311
    target = folder / "site"
    for number in range(kills):
        print(kill_once(target, 1_000 * (number + 1), chance), flush=True)  # noqa: T201
    publish_site(target, "1000000000")
    left = {path.name for path in folder.iterdir()}
    print("clean" if left == {"site", ".geo-partnerships.lock"} else f"left over: {sorted(left)}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
