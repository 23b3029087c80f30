"""Decide on a desk again and again, and kill it at a moment left to chance; say what was left.

``python -m tests.reliability.desk_kills FOLDER COUNT SEED`` prints a line for each kill: ``whole`` or what is wrong.
Each desk is forked from a process that has the program loaded, so that five hundred kills take minutes, not hours.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import signal
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding import DecisionLog
from geo_partnerships.workbench import tasks  # noqa: F401 - loaded before each desk is forked
from geo_partnerships.workbench.serving import serve
from geo_partnerships.workbench.worker import Worker
from tests.village import write_village
from tests.workbench.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_S = 0.4
GONE = (OSError, http.client.HTTPException, ValueError, KeyError, TypeError)
"""How a request ends whose desk is killed."""
RERUN, PUBLISH, UNDO = 0.05, 0.1, 0.2
"""Of all that is done, a rerun, a publication or an undoing; the rest are moves."""


@dataclass
class Desks:
    """The village's desk, one process after the other, and what they confirmed."""

    folder: Path
    chance: random.Random
    pid: int = 0
    confirmed: dict[int, str] = field(default_factory=dict)
    last: dict[str, Any] | None = None

    @property
    def log(self) -> DecisionLog:
        return DecisionLog(self.folder / "workspace" / "decisions.jsonl")

    def start(self) -> Client:
        """Fork a desk, and return a client that came in."""
        reading, writing = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(reading)
            os.setsid()  # so that its worker ends with it
            self._serve(lambda link: os.write(writing, f"{link}\n".encode()))
        os.close(writing)
        with os.fdopen(reading) as told:
            link = told.readline().strip()
            if not link:
                raise AssertionError("the desk does not open")
            client = Client(link.partition("/?")[0])
            client.enter(link)
            told.readline()  # the link for the next one
        return client

    def _serve(self, announce: Callable[[str], object]) -> None:
        try:
            worker = Worker()
            worker._context = multiprocessing.get_context("fork")  # type: ignore[assignment] # it has all loaded
            worker.warm()
            where = (self.folder / "data", "village", self.folder / "workspace", self.folder / "output")
            serve(*where, port=0, worker=worker, announce=announce)
        finally:
            os._exit(1)

    def kill_once(self, turn: int) -> str:
        """Decide until the desk is killed, start it again, and return what is wrong, or ``whole``."""
        client = self.start()
        if wrong := self._not_as_before(client):
            return wrong
        timer = threading.Timer(self.chance.uniform(0.0, LONGEST_S), os.kill, (self.pid, signal.SIGKILL))
        first = self.chance.randrange(3)  # so many are answered before, however busy the machine is
        try:
            for number in range(10**6):
                if number == first:
                    timer.start()
                self._act(client, f"{turn}-{number}")
        except GONE:
            timer.join()
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        decisions, findings = self.log.read()
        found = {decision.n: decision.reason for decision in decisions}
        lost = [n for n, reason in self.confirmed.items() if found.get(n) != reason]
        if lost or any(finding.code == "decision-lost" for finding in findings):
            return f"lost: {lost or findings}"
        return "whole"

    def _act(self, client: Client, reason: str) -> None:
        kind = self.chance.random()
        if kind < RERUN:
            client.send("/api/rerun", {"parameters": {}, "seen": client.desk()["n"], "by": "A. Planner"})
        elif kind < PUBLISH:
            client.send("/api/publish", {"audience": "officers", "by": "A. Planner"})
        else:
            school = f"1002{self.chance.randrange(6):02d}"
            to = str(client.home(school) % 3 + 1)
            move = {"action": "move", "school": school, "to": to, "override": True}
            row = {"action": "undo"} if kind < UNDO else move
            status, answer = client.decide(**row, reason=reason)
            if status == 200:
                self.confirmed[answer["n"]] = reason
                self.last = answer

    def _not_as_before(self, client: Client) -> str:
        """Say how a desk that was started again differs from what was confirmed last."""
        desk, last = client.desk(), self.last
        if last is None or desk["n"] != last["n"]:
            return "" if last is None or desk["n"] > last["n"] else "older than what was confirmed"
        same = (desk["schools"], desk["figures"]) == (last["schools"], last["figures"])
        return "" if same else "another plan than what was confirmed"


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many times, then open the desk once more."""
    write_village(folder / "data")
    desks = Desks(folder, random.Random(seed))  # noqa: S311
    for turn in range(kills):
        print(desks.kill_once(turn), flush=True)  # noqa: T201
    client = desks.start()
    print(desks._not_as_before(client) or f"opens, with {len(desks.confirmed)} confirmed")  # noqa: T201
    os.killpg(desks.pid, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
