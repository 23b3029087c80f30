"""Alternatives as a page for officers: table, chart, and what is firm; each a plan to open."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING

from geo_partnerships.exports.tables import harmless
from geo_partnerships.pages.scatter import Spot, scatter
from geo_partnerships.publishing import write_files
from geo_partnerships.sentences import count
from geo_partnerships.views.headline import metres
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from geo_partnerships.alternatives.choices import Alternative, Alternatives, UnderSurveys
    from geo_partnerships.alternatives.firm import Firmness
    from geo_partnerships.model import School

__all__ = ["HEAD", "cells", "chart", "firm_words", "folder_of", "over_plans", "over_surveys", "write_alternatives"]

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:64rem;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse}th,td{padding:.3rem .7rem;border-bottom:1px solid #aaa}
th,td{text-align:left;vertical-align:top}code{overflow-wrap:anywhere}
td.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}svg{max-width:100%;height:auto}
.officers{background:#7d1128;color:#fff;padding:.5rem .7rem;font-weight:bold}
a{color:#00456d}a:focus{outline:3px solid #e69f00}svg a:focus use{stroke:#e69f00!important;stroke-width:4px!important}
th[scope=row]{white-space:nowrap}
"""
BANNER = (
    "Officers’ edition: plans that differ by single schools, and counts of wishes granted, tell what schools answered. "
    "Not for publication."
)
ILLUSTRATIVE = "Illustrative survey: the answers are made up and are not schools’ real wishes."
HEAD = (
    "Alternative", "Mean distance", "Worst journey", "Wishes granted", "With a leader", "Moved from the draft",
    "Proven",
)  # fmt: skip
UNDER = "together-under-surveys.csv"
"""Table of every two schools over plans under other surveys."""
FIRST = 25
"""So many schools are listed as the least firm; the table beside the page has all."""


def folder_of(one: Alternative) -> str:
    """Return the folder of an alternative's own pages, beside the page of all."""
    return f"{one.run.name}-{Audience.OFFICERS.value}"


def write_alternatives(found: Alternatives, folder: Path) -> Path:
    """Write the page, the table and what is firm beside the plans, and return the page."""
    texts = {
        "alternatives.csv": table_text(found),
        "together.csv": together_text(found, found.firmness),
        "index.html": page_text(found),
    }
    if found.surveys is not None:
        texts[UNDER] = together_text(found, found.surveys.firmness)
    write_files(folder, texts, private=True)
    return folder / "index.html"


def cells(one: Alternative) -> tuple[str, ...]:
    """Return the figures of an alternative in the order of `HEAD`."""
    return (
        one.name,
        metres(one.mean_m),
        metres(one.worst_m),
        f"{one.wishes_met} of {one.wishes_named}" if one.wishes_named else "–",
        f"{one.with_leader} of {one.run.report.scores.partnerships}",
        "–" if one.moved is None else count(one.moved, "school"),
        "yes" if one.is_proven else "no",
    )


def table_text(found: Alternatives) -> str:
    """Return the alternatives as CSV."""
    return _csv([[*HEAD, "changes"], *([*cells(one), " ".join(one.changes)] for one in found.plans)])


def together_text(found: Alternatives, firmness: Firmness) -> str:
    """Return as CSV in how many plans any two schools share a partnership."""
    schools = found.plans[0].run.plan.problem.schools
    rows = [["URN", "school", "URN", "school", "plans together", "plans"]]
    for pair in firmness.pairs:
        named = [cell for urn in pair.schools for cell in (urn, schools[urn].name)]
        rows.append([*named, str(pair.together), str(firmness.plans)])
    return _csv(rows)


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def page_text(found: Alternatives) -> str:
    """Return the page: table, chart and what is firm, without scripts."""
    title = f"Alternatives to {found.scenario}"
    illustrative = found.plans[0].run.plan.problem.survey.illustrative
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f'<p class="officers">{BANNER}</p><h1>{escape(title)}</h1>'
        f"{f'<p>{ILLUSTRATIVE}</p>' if illustrative else ''}"
        f"<p>{count(len(found.plans), 'plan')} of the same schools, each the best there is in another respect, with "
        "every binding rule kept. Distances are those of the area partnerships. Filled points: no other plan of these "
        "is as good in every column and better in one.</p>"
        f"{_table(found)}{chart(found)}{_firm(found)}<h2>How to make one of them yours</h2>"
        "<p>Give its changes to a run, or keep them in a scenario file.</p>"
        f"{_commands(found)}</main></body></html>\n"
    )


def chart(found: Alternatives) -> str:
    """Return mean distance against worst journey as SVG; each point links to its plan."""
    spots = (
        Spot(
            across=one.mean_m,
            up=one.worst_m,
            label=one.name,
            words=f"{one.name}: mean {metres(one.mean_m)}, worst {metres(one.worst_m)}",
            page=f"{folder_of(one)}/index.html",
            filled=found.is_best(one),
        )
        for one in found.plans
    )
    return scatter(
        spots,
        title="Mean distance to the centre school against the worst journey",
        across="mean distance to the centre school (m)",
        up="worst journey (m)",
    )


def _table(found: Alternatives) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in HEAD)
    body = "".join(_row(one) for one in found.plans)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Table of alternatives">{table}</div>'


def _row(one: Alternative) -> str:
    name, *figures = cells(one)
    link = f'<a href="{escape(folder_of(one))}/index.html">{escape(name)}</a>'
    return f'<tr><th scope="row">{link}</th>{"".join(f"<td class=n>{escape(cell)}</td>" for cell in figures)}</tr>'


def _firm(found: Alternatives) -> str:
    """Return which schools have the same company in every plan, and which change it most."""
    schools = found.plans[0].run.plan.problem.schools
    text = f"<h2>What is firm</h2>{_places(found.firmness, schools, over_plans(found.firmness), 'together.csv')}"
    if found.surveys is None:
        return text
    title = f"What is firm under other {'invented ' if found.surveys.invented else ''}surveys"
    return text + f"<h2>{title}</h2>{_places(found.surveys.firmness, schools, over_surveys(found.surveys), UNDER)}"


def over_plans(firmness: Firmness) -> str:
    """Say over what plans something is counted, as the beginning of a sentence."""
    made = "plans made with every distance changed by up to 5 % by chance"
    return f"Over {count(firmness.plans, 'plan')}, these and {made},"


def over_surveys(found: UnderSurveys) -> str:
    """Say over what plans under other surveys something is counted, as the beginning of a sentence."""
    parts = []
    if found.invented:
        parts.append("Every answer in these is made up: they say how far the plan hangs on who names whom.")
    if found.impossible:
        parts.append(f"Under {count(found.impossible, 'survey')} more no plan keeps the binding rules.")
    kind = "other invented survey" if found.invented else "other survey"
    return " ".join([*parts, f"Over the plan and plans under {count(found.firmness.plans - 1, kind)},"])


def _places(firmness: Firmness, schools: Mapping[str, School], over: str, file: str) -> str:
    """Return how many places have the same company in every plan, and a table of those that change it most."""
    wavering = [place for place in firmness.places if not place.is_firm]
    rows = "".join(
        f'<tr><th scope="row">{escape(_name(schools, place.school))}</th>'
        f"<td class=n>{place.partnership}</td><td class=n>{place.share:.0%}</td></tr>"
        for place in wavering[:FIRST]
    )
    more = f"<p>And {len(wavering) - FIRST} more.</p>" if len(wavering) > FIRST else ""
    head = "<tr><th>School</th><th>Partnership as planned</th><th>Company kept</th></tr>"
    return (
        f"<p>{escape(firm_words(firmness, over))} Those that change it most, with the mean share of "
        f"their fellow members that they keep (<code>{file}</code> has every two schools):</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Table of what is firm">'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>{more}"
    )


def firm_words(firmness: Firmness, over: str) -> str:
    """Say how many places have the same company in every plan."""
    firm = sum(place.is_firm for place in firmness.places)
    return f"{over} {firm} of {len(firmness.places)} places of area partnerships have the same company in every plan."


def _name(schools: Mapping[str, School], urn: str) -> str:
    return schools[urn].name if urn in schools else urn


def _commands(found: Alternatives) -> str:
    rows = []
    for one in found.plans:
        options = " ".join(f"--set '{change}'" for change in one.changes)
        rows += [f"<li>{escape(one.name)}: <code>{escape(options)}</code></li>"] if options else []
    return f"<ul>{''.join(rows)}</ul>"
