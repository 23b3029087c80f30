"""The tutorials and the estimator's guide do what they say, from top to bottom."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from geo_partnerships.cli import main

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
GUIDES = ["estimator", "tutorials/planner", "tutorials/officer", "tutorials/python", "tutorials/data-engineer"]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_and_every_line_of_a_guide_runs(guide: str, tmp_path: Path, monkeypatch) -> None:
    shutil.copy(DOCS / "tutorials" / "schools.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    blocks = BLOCK.findall((DOCS / f"{guide}.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 3
    for language, text in blocks:
        if language == "python":
            exec(compile(text, guide, "exec"), scope)  # noqa: S102 - the guides are the program's own
        for line in text.splitlines() if language == "sh" else ():
            command, *arguments = shlex.split(line)
            assert command == "geo-partnerships"
            assert main(arguments) == 0, line
