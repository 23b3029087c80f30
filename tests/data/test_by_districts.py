"""Barnet by whole postcode districts: the figures that docs/rules.md states come out, each proved best."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo_partnerships.api.running import load
from geo_partnerships.checking import check
from geo_partnerships.planning import plan
from geo_partnerships.planning.proof import proof_of

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((), r"nothing else.*\| (\d+) \| ([\d,]+) m \| ([\d,]+) m"),
        (("area.partnerships=11",), r"area\.partnerships=11`.*\| (\d+) \| ([\d,]+) m \| ([\d,]+) m"),
        (("area.size=[4, 12]",), r"area\.size=\[4, 12\].*\| (\d+), one of four schools \| ([\d,]+) m \| ([\d,]+) m"),
        (('districts="connected"',), r"connected\"'`.*\| (\d+) \| ([\d,]+) m \| ([\d,]+) m"),
    ],
    ids=str,
)
def test_the_figures_of_the_page_are_those_of_the_plan(changes, told) -> None:
    made = plan(*load("barnet-districts", ROOT / "data", changes))
    report = check(made)
    found = re.search(told, TABLE)
    assert found is not None
    number, mean, greatest = (int(text.replace(",", "")) for text in found.groups())
    assert report.ok
    assert proof_of(made, report).is_best
    assert sum(p.strand == "area" for p in made.partnerships) == number
    assert round(report.scores.mean_distance_m) == mean
    assert round(report.scores.max_distance_m) == greatest
