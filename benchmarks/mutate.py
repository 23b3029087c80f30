"""``python -m benchmarks.mutate``: change one thing at a time in the code that must not err, and see a test fail.

Each mutant is one operator, comparison, constant or condition changed, or `any` for `all`, `min` for `max`. The tests
are collected once; each mutant runs them in a child that has its code put in, so nothing on the disk is touched.
Prints a table: mutants, killed, score, and the survivors; a module whose tests fail on the unchanged source is left
out. ``--most N`` takes N mutants a module, chosen by a fixed seed; all by default.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import os
import random
import signal
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import highspy
import pytest
from _pytest.main import pytest_runtestloop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
SLOW_S = 90
TOLD = os.dup(1)
"""Where the table goes, whatever becomes of the output of the tests."""
PLAIN = (bool, int, float, str, tuple, list, dict, set, frozenset)
SWAPS = {"any": "all", "all": "any", "min": "max", "max": "min"}
CHECKS = ("tests/checking/test_report.py", "tests/checking/test_rules.py", "tests/checking/test_figures.py",
          "tests/checking/test_strands.py",
          "tests/properties/test_check_catches.py", "tests/checking/test_preferred.py")  # fmt: skip
RULES = ("tests/planning/test_rules.py", "tests/planning/test_impossible.py", "tests/planning/test_planner.py",
         "tests/reliability/test_impossible.py", "-k", "not command_line")  # fmt: skip
SOLVER = ("tests/clustering/test_rules_words.py",)
EXPORTS = ("tests/exports",)
PACKING = ("tests/pages/test_packing.py", "tests/pages/test_drawing.py", "-m", "not browser")
PAGES = ("tests/pages/test_document.py", "tests/pages/test_drawing.py", "-m", "not browser")
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
    "origins.py": ("tests/test_origins.py", "-k", "not first_plan"),
    "exports/tables.py": EXPORTS,
    "pages/packing.py": PACKING,
    "pages/document.py": PAGES,
    "publishing/folder.py": PUBLISHING,
    "publishing/lock.py": PUBLISHING,
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


def swap(mutant: Mutant) -> None:
    """Put the changed code into the module as it is loaded, so that whoever has its functions runs the changed ones."""
    name = "geo_partnerships." + mutant.module.removesuffix(".py").replace("/", ".")
    module = importlib.import_module(name)
    changed: dict[str, Any] = {key: module.__dict__[key] for key in ("__name__", "__package__", "__file__", "__spec__")}
    exec(compile(mutant.source, str(module.__file__), "exec"), changed)  # noqa: S102 - our own source
    for key, new in changed.items():
        old = module.__dict__.get(key)
        if isinstance(new, type) and new.__module__ == name:
            for part, value in vars(new).items():
                if isinstance(value, bool | int | float) and vars(old).get(part) != value:
                    setattr(old, part, value)
                _swap_code(vars(old).get(part), value)
        elif isinstance(new, PLAIN) and old != new and not any(map(callable, _values(new))):
            setattr(module, key, new)
        elif getattr(new, "__module__", "") == name:
            _swap_code(old, new)


def _values(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, tuple | list | set | frozenset) else ()


def _swap_code(old: object, new: object) -> None:
    """Give a function, or what wraps one, the code of another."""
    if hasattr(old, "cache_clear"):
        old.cache_clear()
    for wrapper in ("__wrapped__", "__func__", "fget", "func"):
        if hasattr(new, wrapper):
            _swap_code(getattr(old, wrapper), getattr(new, wrapper))
            return
    if isinstance(new, FunctionType) and isinstance(old, FunctionType):
        old.__code__ = new.__code__
        for part in ("__defaults__", "__kwdefaults__"):
            if repr(getattr(old, part)) != repr(getattr(new, part)):
                setattr(old, part, getattr(new, part))


class Mutating:
    """Runs the tests that pytest has collected once for each mutant, each time in a child of its own."""

    def __init__(self, module: str, most: int | None) -> None:
        self.module, self.most = module, most

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them, and print the module's row of the table and its survivors."""
        source = (ROOT / "geo_partnerships" / self.module).read_text(encoding="utf-8")
        if not session.items or not _survives(Mutant(self.module, 0, "nothing", source), session):
            _tell(f"{self.module:<26}  its tests fail without any change")
            return True
        every = mutants(self.module)
        if self.most is not None and len(every) > self.most:
            every = random.Random(2015).sample(every, self.most)  # noqa: S311
        alive = [mutant for mutant in every if _survives(mutant, session)]
        killed = len(every) - len(alive)
        share = f"{killed / len(every):.0%}" if every else "-"
        _tell(f"{self.module:<26}{len(every):>8}{killed:>8}{share:>8}")
        for mutant in alive:
            _tell(f"    line {mutant.line}: {mutant.change[:110]}")
        return True


def _survives(mutant: Mutant, session: pytest.Session) -> bool:
    """Run the tests in a child with the changed code; True where none fails."""
    highspy.Highs.resetGlobalScheduler(True)  # its threads are not there in a child, which would wait for them
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, SLOW_S)  # a mutant that never ends is noticed, too: one that works,
        signal.alarm(10 * SLOW_S)  # by the time it works, and one that waits by the clock
        code = 1
        with contextlib.suppress(BaseException):  # one that cannot be loaded is noticed as well
            swap(mutant)
            pytest_runtestloop(session)
            code = 1 if session.testsfailed else 0
        os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _tell(line: str) -> None:
    os.write(TOLD, f"{line}\n".encode())


def mutate(module: str, most: int | None) -> None:
    """Mutate one module in a child, whose tests leave nothing behind here."""
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        quiet = ["-x", "-q", "-s", "-p", "no:cacheprovider"]
        pytest.main([*quiet, *TESTS[module]], plugins=[Mutating(module, most)])
        os._exit(0)
    os.waitpid(child, 0)


def main() -> int:
    """Mutate, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutate")
    parser.add_argument("modules", nargs="*", help="default all")
    parser.add_argument("--most", type=int, help="mutants a module")
    options = parser.parse_args()
    os.chdir(ROOT)
    _tell(f"{'module':<26}{'mutants':>8}{'killed':>8}{'score':>8}")
    for module in options.modules or TESTS:
        mutate(module, options.most)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
