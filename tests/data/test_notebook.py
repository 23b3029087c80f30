"""The notebook in docs/ runs from top to bottom."""

from __future__ import annotations

import ast
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_cell_runs_and_shows_what_it_says(monkeypatch) -> None:
    notebook = json.loads((ROOT / "docs" / "from-python.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    shown = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []  # kept without outputs, so that a change shows in a review
        tree = ast.parse(cell["source"])
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), scope)  # noqa: S102 - the notebook is the program's own
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), scope))  # noqa: S307
    count, gap = shown[0]
    assert count == 15
    assert gap <= 0.01
    assert shown[4][0] is True
    assert shown[5][0] > 0
    assert shown[-1] == ("plan.gpkg", "plan.geojson")
    assert hasattr(shown[-2], "get_root")
