"""docs/letter.md has a line for each requirement, and every test it cites is there, once, and is never skipped."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "letter.md").read_text(encoding="utf-8")
CITED = sorted(set(re.findall(r"`(test_\w+)`", TABLE)))
SKIPPING = re.compile(r"\b(skip|skipif|importorskip|xfail|needs_\w+)\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def collected(tree: ast.Module) -> Iterator[tuple[Function, list[ast.expr]]]:
    """Yield the tests that pytest collects of a module, each with its decorators and its class's."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node, node.decorator_list
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield inner, [*inner.decorator_list, *node.decorator_list]


@pytest.fixture(scope="module")
def tests() -> dict[str, list[tuple[str, bool]]]:
    """Return the node ids of every test of the suite by its name, and whether it may be skipped."""
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        marks = " ".join(ast.unparse(node) for node in tree.body if ast.unparse(node).startswith("pytestmark"))
        whole = bool(SKIPPING.search(marks))
        for function, decorators in collected(tree):
            text = " ".join(map(ast.unparse, (*decorators, *function.body)))
            node_id = f"{path.relative_to(ROOT).as_posix()}::{function.name}"
            found[function.name].append((node_id, whole or bool(SKIPPING.search(text))))
    return found


def test_every_requirement_has_a_line() -> None:
    assert re.findall(r"^\| (R\d\d) \|", TABLE, re.MULTILINE) == [f"R{number:02}" for number in range(1, 58)]


def test_every_line_cites_a_test_or_says_what_is_missing() -> None:
    lines = [line for line in TABLE.splitlines() if re.match(r"\| R\d\d ", line)]
    assert [line for line in lines if not re.search(r"`test_\w+`|[Nn]ot yet:|untested", line)] == []


@pytest.mark.parametrize("name", CITED)
def test_a_cited_test_is_there_once_and_is_never_skipped(name: str, tests: dict[str, list[tuple[str, bool]]]) -> None:
    assert len(tests[name]) == 1, f"{name} names {len(tests[name])} tests"
    assert tests[name][0] == (tests[name][0][0], False), "it may be skipped"


def test_a_test_that_may_be_skipped_is_seen(tests: dict[str, list[tuple[str, bool]]]) -> None:
    assert [skips for _, skips in tests["test_schools_are_written_again_byte_for_byte"]] == [True]
