"""The page of limits says what the readers keep to."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_limits_is_current():
    made = runpy.run_path(str(ROOT / "scripts" / "limits.py"))["page"]()
    assert made == (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    assert "| rows | 200,000 |" in made
