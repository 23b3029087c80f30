"""``python -m benchmarks.mutate``: change one thing at a time in the code that must not err, and see a test fail.

Each mutant is one operator, comparison, constant or condition changed, or `any` for `all`, `min` for `max`. It runs
in a child process that loads the changed source in its place, so that nothing on the disk is touched. Prints a table:
mutants, killed, score, and the survivors; a module whose tests fail on the unchanged source is left out. ``--most N``
takes N mutants a module, chosen by a fixed seed; all by default.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SLOW_S = 180
READY = (
    "folium", "geopandas", "highspy", "joblib", "jinja2", "numba", "openpyxl", "pydantic", "pytest",
    "rapidfuzz", "scipy.optimize", "sklearn.base", "tomlkit", "xlsxwriter",
)  # fmt: skip
"""What the tests need and no mutant changes: loaded once, so that no child has to."""
SWAPS = {"any": "all", "all": "any", "min": "max", "max": "min"}
CHECKS = ("tests/checking/test_report.py", "tests/properties/test_check_catches.py", "tests/checking")
RULES = ("tests/planning", "tests/reliability/test_impossible.py", "-k", "not command_line")
SOLVER = ("tests/clustering", "tests/reliability/test_impossible.py", "-k", "not command_line")
EXPORTS = ("tests/exports",)
PAGES = ("tests/pages", "-m", "not browser")
PUBLISHING = ("tests/publishing", "tests/reliability/test_crash.py", "-k", "not whole_run and not killed_at")
TESTS = {
    "checking/coverage.py": CHECKS,
    "checking/figures.py": CHECKS,
    "checking/guarantee.py": CHECKS,
    "checking/naming.py": CHECKS,
    "checking/preferred.py": CHECKS,
    "checking/report.py": CHECKS,
    "checking/rules.py": CHECKS,
    "checking/scores.py": CHECKS,
    "checking/structure.py": CHECKS,
    "checking/verdicts.py": CHECKS,
    "planning/rules.py": RULES,
    "planning/impossible.py": RULES,
    "clustering/rules.py": SOLVER,
    "exports/tables.py": EXPORTS,
    "pages/document.py": PAGES,
    "publishing/folder.py": PUBLISHING,
    "publishing/manifest.py": PUBLISHING,
}
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
             ast.BitOr: ast.BitAnd}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed."""

    module: str
    line: int
    change: str
    source: str


def mutants(module: str) -> list[Mutant]:
    """Return every mutant of a module of the package."""
    tree = ast.parse((ROOT / "geo_partnerships" / module).read_text(encoding="utf-8"))
    count = len(list(_sites(tree)))
    found = []
    for position in range(count):
        changed = copy.deepcopy(tree)
        node = list(_sites(changed))[position]
        change = _change(node)
        if change:
            found.append(Mutant(module, node.lineno, change, ast.unparse(ast.fix_missing_locations(changed))))
    return found


def _sites(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what may be changed; types, defaults of dataclasses and words are left alone."""
    typed = {id(inner) for node in ast.walk(tree) for inner in ast.walk(_annotations(node))}
    typed |= {id(inner) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    typed |= {id(inner) for node in guards for inner in ast.walk(node)}
    kinds = ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp | ast.Constant | ast.IfExp
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, kinds) or (isinstance(node, ast.Name) and node.id in SWAPS):
            yield node
        for test in _conditions(node):
            if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                yield test


def _conditions(node: ast.AST) -> list[ast.expr]:
    """Return what decides a branch or a place in a list."""
    if isinstance(node, ast.If | ast.While):
        return [node.test]
    return list(node.ifs) if isinstance(node, ast.comprehension) else []


def _annotations(node: ast.AST) -> ast.AST:
    parts: list[ast.expr | None] = []
    if isinstance(node, ast.FunctionDef):
        parts = [node.returns, *(a.annotation for a in (*node.args.args, *node.args.kwonlyargs)), *node.decorator_list]
    elif isinstance(node, ast.AnnAssign):
        parts = [node.annotation]
    elif isinstance(node, ast.ClassDef):
        parts = [*node.decorator_list]
    return ast.List(elts=[part for part in parts if part is not None], ctx=ast.Load())


def _change(node: ast.expr) -> str:
    before = ast.unparse(node)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        node.op = OPERATORS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        node.value += 1
    elif isinstance(node, ast.Name) and node.id in SWAPS:
        node.id = SWAPS[node.id]
    elif isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        _negate(node)
    else:
        return ""
    return f"{before} -> {ast.unparse(node)}"


def _negate(node: ast.expr) -> None:
    """Turn an expression into its contrary, in its place."""
    inner = copy.copy(node)
    node.__class__ = ast.UnaryOp
    node.__dict__ = {"op": ast.Not(), "operand": inner, "lineno": node.lineno, "col_offset": node.col_offset}


class _Changed(importlib.abc.SourceLoader, importlib.abc.MetaPathFinder):
    """Loads one module from a changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = "geo_partnerships." + mutant.module.removesuffix(".py").replace("/", ".")
        self.path = str(ROOT / "geo_partnerships" / mutant.module)
        self.source = mutant.source

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Find the one module."""
        return importlib.util.spec_from_loader(name, self, origin=self.path) if name == self.name else None

    def get_filename(self, _name: str) -> str:
        """Return where the module stands."""
        return self.path

    def get_data(self, _path: str) -> bytes:
        """Return the changed source."""
        return self.source.encode()


def survives(mutant: Mutant) -> bool:
    """Run the module's tests in a child with the changed source; True where none fails."""
    child = os.fork()
    if not child:
        signal.alarm(SLOW_S)  # a mutant that never ends is noticed, too
        sys.meta_path.insert(0, _Changed(mutant))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        import pytest

        quiet = ["-x", "-q", "-p", "no:cacheprovider"]
        os._exit(int(pytest.main([*quiet, *TESTS[mutant.module]])))
    return os.waitpid(child, 0)[1] == 0


def main() -> int:
    """Mutate, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutate")
    parser.add_argument("modules", nargs="*", help="default all")
    parser.add_argument("--most", type=int, help="mutants a module")
    options = parser.parse_args()
    os.chdir(ROOT)
    for name in READY:
        importlib.import_module(name)
    print(f"{'module':<26}{'mutants':>8}{'killed':>8}{'score':>8}")
    for module in options.modules or TESTS:
        source = (ROOT / "geo_partnerships" / module).read_text(encoding="utf-8")
        if not survives(Mutant(module, 0, "nothing", source)):
            print(f"{module:<26}  its tests fail without any change", flush=True)
            continue
        every = mutants(module)
        if options.most is not None and len(every) > options.most:
            every = random.Random(2015).sample(every, options.most)  # noqa: S311
        alive = [mutant for mutant in every if survives(mutant)]
        killed = len(every) - len(alive)
        share = f"{killed / len(every):.0%}" if every else "-"
        print(f"{module:<26}{len(every):>8}{killed:>8}{share:>8}", flush=True)
        for mutant in alive:
            print(f"    line {mutant.line}: {mutant.change[:110]}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
