"""``batch``: plan every authority of a register, or of a tree of folders."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from geo_partnerships.cli.common import print_table, share, tell
from geo_partnerships.errors import UsageError
from geo_partnerships.findings import Severity
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from rich.console import Console

    from geo_partnerships.batching import BatchReport


SUMMARY = "summary.csv"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("project", type=Path, help="TOML file that names the register or the folders, and the scenario")
    parser.add_argument("--output", type=Path, default=Path("batch"), help="folder of all output; default batch")
    parser.add_argument("--workers", type=int, metavar="N", help="processes on this machine; default one for each core")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler that does the work instead")
    parser.add_argument("--site", action="store_true", help="write the pages of all authorities as one site, too")
    parser.add_argument("--parquet", action="store_true", help="write memberships, schools and runs as Parquet, too")
    parser.add_argument("--log", type=Path, metavar="FILE", help="a line of JSON for each step done, added to the file")
    parser.add_argument("--only", action="append", metavar="KEY", help="only this authority; may be given again")
    parser.add_argument("--shard", metavar="N/M", help="only this share, such as 3/20, into an output of its own")
    parser.add_argument(
        "--merge",
        nargs="+",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="join the outputs of all shards; plan nothing",
    )
    parser.add_argument("--json", action="store_true", help="one machine-readable object on stdout")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace, console: Console) -> int:
    """Run the command; the exit code is 1 where an authority failed, or a plan its check."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - slow, like the rest

    from geo_partnerships.batching import Shard, read_project, run_batch, write_tidy  # noqa: PLC0415 - `--help` need not load the solver

    if options.shard and (options.merge or options.site):
        raise UsageError("A shard makes plans alone: give --merge, and --site with it, once all shards are done.")
    project = read_project(options.project)
    if options.only:
        project = project.model_copy(update={"authorities": tuple(options.only)})
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as shown:
        bar = shown.add_task("reading")
        log = _log(options.log)

        def both(words: str, done: int, total: int) -> None:
            shown.update(bar, description=words, completed=done, total=total)
            log(words, done, total)

        report = run_batch(
            project,
            options.output,
            workers=max(1, options.workers) if options.workers is not None else None,
            scheduler=options.scheduler,
            site=options.site,
            shard=Shard.read(options.shard) if options.shard else None,
            merged=options.merge,
            progress=both,
        )
    if options.parquet:
        write_tidy(report, options.output.absolute())
    tell((f for f in report.findings if f.severity is not Severity.NOTE), console)
    if options.json:
        print(json.dumps({**report.totals, "redone": report.redone, "kept": report.kept, "ok": report.ok}, indent=1))
    else:
        _show(report, options.output)
    return 0 if report.ok else 1


def _log(path: Path | None) -> Callable[[str, int, int], None]:
    """Return what adds a line of JSON to a file for each step that is done, or nothing where there is no file."""
    began = time.monotonic()

    def write(words: str, done: int, total: int) -> None:
        if path is None:
            return
        stage, _, name = words.partition(": ")
        line = {"stage": stage, "name": name, "done": done, "of": total, "seconds": round(time.monotonic() - began, 1)}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return write


def _show(report: BatchReport, output: Path) -> None:
    from geo_partnerships.batching.summary import OFFICERS, reason  # noqa: PLC0415 - the same

    header = ("KEY", "AUTHORITY", "SCHOOLS", "PARTNERSHIPS", "OBJECTIVE m", "BOUND m", "GAP", "SECONDS")
    print_table([header, *(_row(note) for note in report.notes)])
    for note in report.notes:
        if why := reason(note):
            print(f"{note['key']} {note['name']}: {note['status']}. {why}")
    merged = sum(finding.code == "register-merged" for finding in report.findings)
    totals = report.totals
    planned = f"{totals['planned']} of {count(totals['authorities'], 'authority', 'authorities')}"
    print(
        f"\n{planned} planned: {count(totals['schools'], 'school')} in {count(totals['partnerships'], 'partnership')}; "
        f"{totals['too_small']} too small, {totals['failed']} failed; "
        f"{count(merged, 'school')} counted once with the school whose place it took."
    )
    print(
        f"Gap to the best possible: {share(totals['gap'])} of the sum, median {share(totals['median_gap'])}, "
        f"worst {share(totals['worst_gap'])}; {totals['within_1_percent']} within 1%. "
        f"{count(report.redone, 'plan')} made now, {report.kept} kept."
    )
    print(f"Public table: {output / SUMMARY}")
    print(f"For officers, not for publication: {output / OFFICERS / SUMMARY}, findings.csv, timings.csv")
    if report.site is not None:
        print(f"Open {report.site / 'index.html'}")


def _row(note: dict[str, object]) -> tuple[str, ...]:
    figures = note["figures"]
    name, key, seconds = str(note["name"]), str(note["key"]), float(str(note["seconds"]))
    if not isinstance(figures, dict) or not figures:
        return key, name, "–", "–", "–", "–", str(note["status"]), ""
    return (
        key,
        name,
        f"{figures['schools']}",
        f"{figures['partnerships']}",
        f"{figures['objective']:,.0f}",
        "–" if figures["lower_bound"] is None else f"{figures['lower_bound']:,.0f}",
        share(figures["gap"]),
        f"{seconds:.1f}",
    )
