"""``serve``: the planner's workbench in a browser on this machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import DEFAULT_OUTPUT, default_scenario
from geo_partnerships.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from geo_partnerships.workbench.worker import Worker

DEFAULT_WORKSPACE = Path("workbench")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("scenario", nargs="?", help="name of the scenario it starts from; default barnet-2015")
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument(
        "--workspace", type=Path, default=DEFAULT_WORKSPACE, help="where decisions are kept; default workbench"
    )
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="folder of all output; default output")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; default any that is free")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command until it is interrupted."""
    if find_spec("flask") is None or find_spec("waitress") is None:
        raise UsageError("The workbench needs two more packages: pip install 'geo-partnerships[workbench]'")
    from geo_partnerships.workbench.worker import Worker  # noqa: PLC0415

    worker = Worker()
    worker.warm()  # it loads the solver while this process loads the pages
    try:
        _serve(options, console, worker)
    finally:
        worker.close()
    return 0


def _serve(options: argparse.Namespace, console: Console, worker: Worker) -> None:
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.workbench.serving import serve  # noqa: PLC0415

    def announce(link: str) -> None:
        print(f"Open {link}", flush=True)

    data = running.data_folder(options.data)
    scenario = options.scenario or default_scenario(data)
    console.print(f"Opening {scenario}: the data are read and, the first time, planned; the link follows.")
    console.print("Ctrl+C ends the workbench; every decision is kept. Each link opens it once.")
    serve(
        data,
        scenario,
        options.workspace,
        options.output,
        port=options.port,
        worker=worker,
        announce=announce,
    )
