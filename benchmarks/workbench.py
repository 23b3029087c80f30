"""The workbench measured: a rerun, a move beside it, and fifty kills of the server in a scripted session.

Run ``python benchmarks/workbench.py`` in the folder of the repository; it takes some minutes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo_partnerships.deciding import DecisionLog  # noqa: E402
from geo_partnerships.sweeping import parse_axis, sweep  # noqa: E402
from tests.workbench.conftest import Served  # noqa: E402


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(ROOT / "data", data)
        found = rerun_and_moves(data, Path(folder) / "desk")
        if options.kills:
            found |= kills(data, Path(folder) / "kills", options.kills)
        found |= sweeps(data, Path(folder) / "sweep")
        print(json.dumps(found, indent=1))


def rerun_and_moves(data: Path, folder: Path) -> dict[str, float]:
    """Time reruns and moves of Barnet as the page sees them, over HTTP."""
    served = Served(data, folder, scenario="barnet-2015").start()
    try:
        client = served.client()
        reruns, moves, bare = [], [], []
        for turn in range(5):
            seen = client.desk()["n"]
            start = time.perf_counter()
            client.send("/api/rerun", {"parameters": {"seed": str(turn)}, "seen": seen, "by": "b"})
            client.wait()
            client.desk()
            reruns.append(time.perf_counter() - start)
        area = [p for p in client.desk()["partnerships"] if p["strand"] == "area"]
        for turn in range(30):
            school = area[turn % len(area)]["members"][-1 - turn // len(area)][0]
            to = str(area[(turn + 1) % len(area)]["number"])
            row = {"action": "move", "school": school, "to": to, "override": True, "reason": "b", "by": "b"}
            row["seen"] = client.send("/api/pulse")[1]["n"]
            start = time.perf_counter()
            status, _ = client.send("/api/decide", row)
            if status == 200:
                moves.append(time.perf_counter() - start)
            start = time.perf_counter()
            client.send("/api/pulse")
            bare.append(time.perf_counter() - start)
    finally:
        served.stop()
    rerun, move = statistics.median(reruns), statistics.median(moves)
    return {
        "rerun_s": rerun,
        "rerun_worst_s": max(reruns),
        "move_s": move,
        "move_worst_s": max(moves),
        "moves_made": len(moves),
        "empty_request_s": statistics.median(bare),
        "move_as_share_of_rerun": move / rerun,
    }


def sweeps(data: Path, folder: Path) -> dict[str, float]:
    """Time 24 plans of Barnet with one worker and with two."""
    axes = [parse_axis("area.partnerships=9..14"), parse_axis("district_penalty=0,250,500,1000")]
    found = {}
    for workers in (1, 2):
        start = time.perf_counter()
        swept = sweep("barnet-2015", data, axes, folder / str(workers), workers=workers)
        found[f"sweep_of_24_workers_{workers}_s"] = time.perf_counter() - start
        found["sweep_without_a_plan"] = sum(point.run is None for point in swept.points)
    return found


def kills(data: Path, folder: Path, number: int) -> dict[str, int]:
    """Kill the server at random moments of a session; count decisions that were confirmed and are gone."""
    chance = random.Random(2015)  # noqa: S311
    served = Served(data, folder, scenario="barnet-2015")
    confirmed: list[tuple[int, str]] = []
    lost = 0
    for turn in range(number):
        served.start()
        client = served.client()
        area = [p for p in client.desk()["partnerships"] if p["strand"] == "area"]
        threading.Timer(chance.uniform(0.02, 0.8), served.process.send_signal, [signal.SIGKILL]).start()
        step = 0
        while True:
            step += 1
            home, other = chance.sample(area, 2)
            school = chance.choice(home["members"])[0]
            reason = f"{turn}-{step}"
            rows = [
                {"action": "move", "school": school, "to": str(other["number"]), "override": True, "reason": reason},
                {"action": "comment", "school": school, "reason": reason},
                {"action": "undo"},
            ]
            try:
                status, answer = client.decide(**rows[step % 3])
            except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
                break
            if status == 200 and step % 3 != 2:
                confirmed.append((answer["n"], reason))
        served.stop()
        decisions, _ = DecisionLog(served.workspace / "decisions.jsonl").read()
        known = {(d.n, d.reason) for d in decisions}
        lost = sum(one not in known for one in confirmed)
        print(f"kill {turn + 1} of {number}: {len(confirmed)} confirmed, {lost} lost", file=sys.stderr)
    served.start()
    served.stop()
    return {"kills": number, "confirmed": len(confirmed), "lost": lost}


if __name__ == "__main__":
    main()
