"""A sweep as a page: the table, and distance against wishes met, each point a plan to open."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING

from geo_partnerships.exports.tables import harmless
from geo_partnerships.pages.scatter import Spot, scatter
from geo_partnerships.pages.telling import CENTRE_COUNTED
from geo_partnerships.publishing import write_files
from geo_partnerships.sentences import count
from geo_partnerships.views.headline import known_of, metres

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from geo_partnerships.sweeping.points import Point, Sweep

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:60rem;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse}th,td{padding:.3rem .7rem;border-bottom:1px solid #aaa}
th,td{text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}svg{max-width:100%;height:auto}
.officers{background:#7d1128;color:#fff;padding:.5rem .7rem;font-weight:bold}
a{color:#00456d}a:focus{outline:3px solid #e69f00}svg a:focus use{stroke:#e69f00!important;stroke-width:4px!important}
th[scope=row]{white-space:nowrap}
"""
OFFICERS_BANNER = (
    "Officers’ edition: counts of wishes met, and plans that differ by single schools, tell what these answered. "
    "Not for publication."
)
ILLUSTRATIVE = "Illustrative survey: the answers are made up and are not schools’ real wishes."
COLUMNS = (
    "number", "mean distance (m)", "greatest distance (m)", "wishes met", "wishes named", "share met",
    "guarantee met", "of", "objective (m)", "gap", "rules broken", "best trade-off", "no plan because",
    "distances known", "places",
)  # fmt: skip


def write_sweep(found: Sweep, folder: Path) -> Path:
    """Write ``sweep.csv`` and ``index.html`` beside the plans, and return the page."""
    write_files(folder, {"sweep.csv": table_text(found), "index.html": page_text(found)}, private=True)
    return folder / "index.html"


def table_text(found: Sweep) -> str:
    """Return the table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    head, *rest = COLUMNS
    writer.writerow([head, *(harmless(axis.key) for axis in found.axes), *rest])
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows(found))
    return text.getvalue()


def rows(found: Sweep) -> Iterable[list[object]]:
    """Yield the cells of each point."""
    for number, point in enumerate(found.points, start=1):
        if point.run is None:
            yield [number, *point.values, *([""] * (len(COLUMNS) - 4)), point.why_none, "", ""]
            continue
        run, share = point.run, point.share_met
        yield [
            number,
            *point.values,
            _rounded(run["mean_distance_m"]),
            _rounded(run["max_distance_m"]),
            point.wishes_met,
            point.wishes_named,
            "" if share is None else f"{share:.3f}",
            run["guarantee"]["met"],
            run["guarantee"]["respondents"],
            _rounded(run["objective"]),
            "" if run["gap"] is None else f"{run['gap']:.4f}",
            run["rules_broken"],
            "yes" if found.is_best(point) else "",
            "",
            run["measured"],
            run["places"],
        ]


def page_text(found: Sweep) -> str:
    """Return the page: chart and table, without scripts."""
    title = f"Sweep of {found.scenario}"
    illustrative = any(point.run and point.run["illustrative_survey"] for point in found.points)
    note = f"<p>{ILLUSTRATIVE}</p>" if illustrative else ""
    missing = sum(point.run is None for point in found.points)
    told = f" {missing} of them {'has' if missing == 1 else 'have'} no plan; the table says why." if missing else ""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<p class="officers">{OFFICERS_BANNER}</p><h1>{escape(title)}</h1>{note}'
        f"<p>{count(len(found.points), 'set')} of parameters.{told} A wish is met where a school shares a partnership "
        f"with one that it named. {CENTRE_COUNTED} Filled points are the best "
        "trade-offs: no other plan has both less distance and more wishes met.</p>"
        f"{chart(found)}<h2>Every plan</h2>{_table(found)}</main></body></html>\n"
    )


def chart(found: Sweep) -> str:
    """Return distance against wishes met as SVG; each point links to its plan."""
    shown = [
        (number, point, point.distance, point.share_met)
        for number, point in enumerate(found.points, start=1)
        if point.distance is not None and point.share_met is not None
    ]
    if not shown:
        return "<p>No plan has both a distance and wishes, so there is no chart.</p>"
    spots = (
        Spot(
            across=distance,
            up=100 * share,
            label=str(number),
            words=f"Plan {number}: {', '.join(point.changes)}: {metres(distance)}, {share:.0%} of wishes met",
            page=point.page,
            filled=found.is_best(point),
        )
        for number, point, distance, share in shown
    )
    return scatter(
        spots,
        title="Mean distance to the centre school against wishes met",
        across="mean distance to the centre school (m)",
        up="wishes met (%)",
    )


def _table(found: Sweep) -> str:
    head = ["Plan", *(axis.key for axis in found.axes)]
    head += ["Mean distance", "Greatest", "Wishes met", "Guarantee met", "Gap", "Rules broken", ""]
    cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(_row(found, number, point) for number, point in enumerate(found.points, start=1))
    table = f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Table of plans">{table}</div>'


def _row(found: Sweep, number: int, point: Point) -> str:
    values = "".join(f'<td class="n">{escape(value)}</td>' for value in point.values)
    if point.run is None:
        return f'<tr><th scope="row">{number}</th>{values}<td colspan="7">No plan: {escape(point.why_none)}</td></tr>'
    run, share = point.run, point.share_met
    figures = [
        mean_of(run),
        metres(run["max_distance_m"]),
        "–" if share is None else f"{point.wishes_met} of {point.wishes_named} ({share:.0%})",
        f"{run['guarantee']['met']} of {run['guarantee']['respondents']}",
        "–" if run["gap"] is None else f"{run['gap']:.2%}",
        str(run["rules_broken"]),
    ]
    numbers = "".join(f'<td class="n">{escape(figure)}</td>' for figure in figures)
    best = "best trade-off" if found.is_best(point) else ""
    link = f'<a href="{escape(point.page)}">Plan {number}</a>'
    return f'<tr><th scope="row">{link}</th>{values}{numbers}<td>{best}</td></tr>'


def mean_of(run: Mapping[str, Any]) -> str:
    """Return a plan's mean distance, and of how many places it is where that is not of all."""
    known = known_of(run["measured"], run["places"])
    return f"{metres(run['mean_distance_m'])}{f' ({known})' if known else ''}"


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
