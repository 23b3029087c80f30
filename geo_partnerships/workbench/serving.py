"""Start the workbench on 127.0.0.1 and nowhere else."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

import waitress

from geo_partnerships.errors import UsageError
from geo_partnerships.publishing import lock_folder
from geo_partnerships.systems import hold_port
from geo_partnerships.workbench.app import MOST_BYTES, make_app, now
from geo_partnerships.workbench.desk import Desk
from geo_partnerships.workbench.security import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geo_partnerships.workbench.worker import Worker

HERE = "127.0.0.1"
THREADS = 6
CONNECTIONS, IDLE_S, LOOKED_AFTER_S = 500, 10, 2
"""Connections held at once, and when an idle one is closed: many half-open ones must not keep others out."""


def serve(
    data: Path,
    scenario: str,
    workspace: Path,
    output: Path,
    *,
    port: int,
    worker: Worker,
    announce: Callable[[str], None],
) -> None:
    """Serve the desk until interrupted; see `opened`."""
    with opened(data, scenario, workspace, output, port=port, worker=worker, announce=announce) as server:
        server.run()


@contextlib.contextmanager
def opened(
    data: Path,
    scenario: str,
    workspace: Path,
    output: Path,
    *,
    port: int,
    worker: Worker,
    announce: Callable[[str], None],
) -> Iterator[Any]:
    """Open the desk, announce the first link, and give waitress's server, which answers once it is run.

    Parameters
    ----------
    workspace
        Where decisions and runs are kept; one server at a time holds it.
    port
        0 for any that is free.
    worker
        The process that plans; ended by the caller.
    announce
        Called with each link that opens the desk once.

    Raises
    ------
    UsageError
        The port or the workspace is in use.
    """
    with lock_folder(workspace, private=True), contextlib.closing(_listening(port)) as listener:
        desk = Desk(data, scenario, workspace, output, worker)
        desk.open(now())
        guard = Guard(listener.getsockname()[1], announce)
        server = waitress.create_server(
            make_app(desk, guard),
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE_S,
            cleanup_interval=LOOKED_AFTER_S,
            asyncore_use_poll=True,
            ident=None,
            max_request_body_size=MOST_BYTES + 100_000,
        )
        guard.invite()
        yield server


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    hold_port(listener)
    try:
        listener.bind((HERE, port))
    except OSError as error:
        listener.close()
        raise UsageError(f"Port {port} cannot be used: {error.strerror}. Give another with --port.") from None
    return listener
