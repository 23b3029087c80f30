"""``replies``: take the replies of a filled-in workbook into the log of decisions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import tell
from geo_partnerships.cli.serve import DEFAULT_WORKSPACE
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    import argparse

    from rich.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = (
        "Reads a workbook that the command documents wrote and schools or officers filled in. Each reply "
        "that is new becomes a line of the log of decisions; nothing is taken where a row cannot be read."
    )
    parser.add_argument("file", type=Path, help="replies.xlsx, or the same as CSV")
    parser.add_argument("--by", required=True, help="who takes them in, as the log is to say")
    parser.add_argument("--data", type=Path, help="data folder; default data")
    parser.add_argument(
        "--workspace", type=Path, default=DEFAULT_WORKSPACE, help="where decisions are kept; default workbench"
    )
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command."""
    from geo_partnerships.api import running  # noqa: PLC0415 - `--help` need not load the solver
    from geo_partnerships.deciding import Action, Decision, DecisionLog, replay  # noqa: PLC0415
    from geo_partnerships.deciding.log import FILE  # noqa: PLC0415
    from geo_partnerships.documents import read_replies  # noqa: PLC0415
    from geo_partnerships.intake import read_problem  # noqa: PLC0415

    schools = read_problem(running.data_folder(options.data)).schools
    read = read_replies(options.file, schools)
    log = DecisionLog(options.workspace / FILE)
    decisions, findings = log.read()
    tell((*read.findings, *findings), console)
    known = replay(decisions).replies
    new = [reply for reply in read.replies if known.get(reply.school) != reply]
    when = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    for reply in new:
        details = {key: value for key, value in (("date", reply.date), ("decided", reply.decided)) if value}
        log.append(
            Decision(
                action=Action.REPLY, when=when, by=options.by, school=reply.school, to=reply.answer,
                reason=reply.note, details=details,
            )
        )  # fmt: skip
    print(f"{count(len(read.replies), 'reply', 'replies')} read; {len(new)} new.")
    return 0
