"""A workbench on a free port, started, killed and started again; and a browser or a plain client in front of it."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from waitress import wasyncore

from geo_partnerships.workbench.serving import opened
from geo_partnerships.workbench.worker import RUNNING, Worker
from tests.village import write_village

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class Apart:
    """The workbench as a planner starts it: a process that can be killed."""

    def __init__(self, served: Served) -> None:
        self.errors = served.folder / "stderr.txt"
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "geo_partnerships", "serve", served.scenario, "--data", str(served.data),
                    "--workspace", str(served.workspace), "--output", str(served.output), "--port", str(served.port),
                ],
                stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def link(self) -> str:
        """Wait for the next link that the program prints."""
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?key=\S+", line):
                return found[0]
        self.stop()
        raise AssertionError(f"the server ended before it gave a link: {self.errors.read_text()}")

    def worker(self) -> int:
        """Return the process that plans for the server."""
        server = self.process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return next(int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text())

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=20)
        self.process.stdout.close()


IDLE: list[Worker] = []
"""Processes that plan and have nothing to do: the next desk takes one, so that the solver is loaded once."""


class Here:
    """The same server in a thread of the tests' own process, with a worker that other desks had before."""

    def __init__(self, served: Served) -> None:
        self.links: queue.Queue[str] = queue.Queue()
        self.planner = IDLE.pop() if IDLE else Worker()
        self.planner.job = None
        self.open = contextlib.ExitStack()
        self.server = self.open.enter_context(
            opened(
                served.data, served.scenario, served.workspace, served.output, port=served.port,
                worker=self.planner, announce=self.links.put,
            )
        )  # fmt: skip
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()

    def link(self) -> str:
        """Wait for the next link."""
        return self.links.get(timeout=60)

    def worker(self) -> int:
        """Return the process that plans for the server."""
        return self.planner._process.pid

    def stop(self) -> None:
        self.server.trigger.pull_trigger(self._end)  # in the server's own thread
        self.thread.join(timeout=20)
        assert not self.thread.is_alive(), "the server did not end"
        self.open.close()
        if self.planner.job is not None and self.planner.job.status == RUNNING:
            self.planner.close()
        IDLE.append(self.planner)

    def _end(self) -> None:
        self.server.task_dispatcher.shutdown()
        wasyncore.close_all(self.server._map, ignore_all=True)


@dataclass
class Served:
    """A workbench and its folders; `apart` as a process of its own, where a test needs that it can be killed."""

    data: Path
    folder: Path
    scenario: str = "village"
    apart: bool = False
    port: int = 0
    running: Apart | Here | None = None
    links: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def start(self) -> Served:
        """Start the server, on the same port as before, and wait for its link."""
        self.folder.mkdir(exist_ok=True)
        self.running = Apart(self) if self.apart else Here(self)
        self.links = [self.link()]
        self.port = int(re.search(r":(\d+)/", self.links[0])[1])
        return self

    def link(self) -> str:
        """Wait for the next link that the program prints."""
        return self.running.link()

    def worker(self) -> int:
        """Return the process that plans for the server."""
        return self.running.worker()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
        self.running = None

    def kill(self) -> None:
        """End the process as a power cut does."""
        self.running.stop(signal.SIGKILL)
        self.running = None

    def client(self) -> Client:
        """Return a client that came in by the latest link."""
        client = Client(self.base)
        client.enter(self.links[-1])
        self.links.append(self.link())
        return client


class Client:
    """Speaks to the desk as its page does."""

    def __init__(self, base: str) -> None:
        self.base, self.token = base, ""
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def enter(self, link: str) -> None:
        self.opener.open(link, timeout=20).read()
        page = self.opener.open(self.base + "/", timeout=20).read().decode()
        self.token = re.search(r'name="csrf" content="([^"]+)"', page)[1]

    def send(self, path: str, body: Any = None, *, method: str | None = None, **headers: str | None) -> tuple[int, Any]:
        """Return status and answer; headers replace the page's own, None leaves one out."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        own: dict[str, str | None] = {}
        if data is not None:
            kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
            own = {"Content-Type": kind, "X-CSRF-Token": self.token, "Origin": self.base}
        own |= {key.replace("_", "-"): value for key, value in headers.items()}
        sent = {key: value for key, value in own.items() if value is not None}
        request = urllib.request.Request(self.base + path, data, sent, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=30) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def desk(self) -> dict[str, Any]:
        return self.send("/api/desk")[1]

    def decide(self, **row: Any) -> tuple[int, Any]:
        row.setdefault("seen", self.send("/api/pulse")[1]["n"])
        return self.send("/api/decide", {"by": "A. Planner", **row})

    def wait(self) -> dict[str, Any]:
        """Wait for the job under way and return it."""
        while True:
            job = self.send("/api/pulse")[1]["job"]
            if job["status"] != "running":
                return job

    def offer(self, part: str, ending: str, content: bytes) -> dict[str, Any]:
        """Upload a file and return what is proposed once it is read."""
        status, answer = self.send(f"/api/upload/{part}?ending={ending}", content)
        assert status == 200, answer
        assert self.wait()["status"] == "done"
        return self.send("/api/proposed")[1]

    def look(self) -> dict[str, Any]:
        """Have the data on the disk read and return what is proposed."""
        assert self.send("/api/refresh", {})[0] == 200
        assert self.wait()["status"] == "done"
        return self.send("/api/proposed")[1]

    def take(self, proposed: dict[str, Any]) -> tuple[int, Any]:
        return self.send("/api/take", {"seen": self.desk()["n"], "by": "A. Planner", "name": proposed["name"]})

    def rerun(self, **parameters: str) -> dict[str, Any]:
        """Run again and return the desk after it."""
        answer = self.send("/api/rerun", {"parameters": parameters, "seen": self.desk()["n"], "by": "A. Planner"})
        assert answer[0] == 200, answer
        job = self.wait()
        assert job["status"] == "done", job
        return self.desk()

    def home(self, school: str) -> int:
        return next(s[4][0] for s in self.desk()["schools"] if s[0] == school)


@pytest.fixture(scope="session", autouse=True)
def _no_worker_is_left() -> Iterator[None]:
    yield
    while IDLE:
        IDLE.pop().close()


@pytest.fixture
def served(tmp_path, request) -> Iterator[Served]:
    """A fresh village on a fresh desk."""
    apart = request.node.get_closest_marker("apart") is not None
    server = Served(write_village(tmp_path / "data"), tmp_path, apart=apart).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[Served]:
    """A village's desk that the tests of a module share."""
    folder = tmp_path_factory.mktemp("desk")
    server = Served(write_village(folder / "data"), folder).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(shared) -> Client:
    return shared.client()
