"""Work spreads over the processors that the program may use, and no further."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from geo_partnerships.batching import executing
from geo_partnerships.processors import cores
from geo_partnerships.sweeping import points
from geo_partnerships.sweeping.axes import Axis
from tests.village import write_village


class StoppedHereError(Exception):
    """What comes after is of no matter."""


@pytest.fixture
def asked(monkeypatch):
    """Three processors of however many; what is asked for is kept."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    found = []

    def stop(*arguments):
        found.append(arguments[-1])
        raise StoppedHereError

    monkeypatch.setattr(points, "_made", stop)
    monkeypatch.setattr(executing, "_on_this_machine", stop)
    return found


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system ties no process to a processor")
def test_a_process_held_to_one_processor_counts_one() -> None:
    one = min(os.sched_getaffinity(0))
    hold = f"import os; os.sched_setaffinity(0, {{{one}}});"
    ask = f"{hold} from geo_partnerships.processors import cores; print(cores())"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout == "1\n"


def test_where_a_system_ties_nothing_every_processor_counts(monkeypatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


@pytest.mark.parametrize(("given", "used"), [(None, 3), (2, 2)])
def test_sweeps_and_batches_keep_to_them(asked, tmp_path, given, used) -> None:
    data = write_village(tmp_path / "data")
    with pytest.raises(StoppedHereError):
        points.sweep("village", data, [Axis(key="district_penalty", values=("0",))], tmp_path / "points", workers=given)
    with pytest.raises(StoppedHereError):
        executing.execute([], tmp_path / "out", lambda _: None, workers=given)
    assert asked == [used, used]
