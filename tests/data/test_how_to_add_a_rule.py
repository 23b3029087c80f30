"""The page on adding a rule shows the files as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "how-to-add-a-rule.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n# (\S+)\n(.*?)\n```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("file", "code"), BLOCKS, ids=[file for file, _ in BLOCKS])
def test_each_piece_of_code_stands_in_its_file(file, code) -> None:
    assert code in (ROOT / file).read_text(encoding="utf-8")


def test_the_rule_of_the_page_is_in_three_files_of_the_package() -> None:
    assert len({file for file, _ in BLOCKS}) == 3
    named = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "geo_partnerships").rglob("*.py")
        if "max_distance" in path.read_text(encoding="utf-8").replace("max_distance_m", "")
    ]
    assert sorted(named) == sorted({file for file, _ in BLOCKS})
