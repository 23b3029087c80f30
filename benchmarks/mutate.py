"""``python -m benchmarks.mutate``: change one thing at a time in the code that must not err, and see a test fail.

Each mutant is one operator, comparison, limit, constant or condition changed, `any` for `all`, `min` for `max`, or a
call left out. The tests are collected once; each mutant runs them in a child that has its code put in, so nothing on
the disk is touched. Prints a table: mutants, those judged equivalent, killed, left, score, each module below its
survivors; one whose tests fail on the unchanged source is left out. ``--most N`` takes N mutants a module, chosen by a
fixed seed; all by default. A survivor that no user could notice stands in ``equivalent.toml`` with its reason and is
not tried.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import io
import os
import random
import signal
import tempfile
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import IO, TYPE_CHECKING, Any

import highspy
import pytest
from _pytest.main import pytest_runtestloop

from geo_partnerships.scenarios.parameters import RULES as SCENARIO_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
SLOW_S = 90
ROW = "{:<30}{:>8}{:>12}{:>8}{:>6}{:>7}"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
TOLD = os.dup(1)
"""Where the table goes, whatever becomes of the output of the tests."""
PLAIN = (bool, int, float, str, tuple, list, dict, set, frozenset)
SWAPS = {"any": "all", "all": "any", "min": "max", "max": "min"}
LIMITS = "tests/test_limits.py"
CHECKS = ("tests/checking", LIMITS, "tests/properties/test_check_catches.py", "-k", "not digest_of_its_places")
DECIDING = ("tests/deciding", LIMITS)
PROOF = (LIMITS, "tests/test_certificate.py", "tests/planning/test_proof.py", "tests/publishing/test_certificates.py")
VIEWING = (LIMITS, "tests/views", "tests/test_privacy.py", "tests/test_disclosing.py")
RULES = ("tests/planning/test_rules.py", "tests/planning/test_impossible.py", "tests/planning/test_planner.py",
         "tests/reliability/test_impossible.py", "-k", "not command_line")  # fmt: skip
SOLVER = ("tests/clustering/rules/test_words.py", "tests/clustering/rules/test_base.py",
          "tests/clustering/rules/test_by_trial.py")  # fmt: skip
KINDS_OF_RULES = ("balance", "cannot_link", "count", "districts", "guarantee", "leaders", "must_link", "pinned",
                  "size")  # fmt: skip
EXPORTS = ("tests/exports",)
PACKING = ("tests/pages/test_packing.py", "tests/pages/test_drawing.py", "-m", "not browser")
PAGES = ("tests/pages/test_document.py", "tests/pages/test_drawing.py", "-m", "not browser")
PUBLISHING = (LIMITS, "tests/publishing", "tests/reliability/test_crash.py", "-k", "not whole_run and not killed_at")
PACKAGE = ROOT / "geo_partnerships"


def _in_folder(name: str, tests: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the tests of every module in a folder of the package, so that none is forgotten."""
    found = (path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / name).rglob("*.py"))
    return {module: tests for module in sorted(found) if not module.endswith("__init__.py")}


TESTS = {
    **_in_folder("checking", CHECKS),
    **_in_folder("checking/rules", (*CHECKS[:-2], *RULES[:-2], "-k", f"{CHECKS[-1]} and {RULES[-1]}")),
    "intake/schools/row.py": (LIMITS, "tests/intake/test_problem.py", "tests/intake/schools/test_points.py"),
    **{f"planning/rules/{name}.py": RULES for name in SCENARIO_RULES},
    "planning/impossible.py": RULES,
    "clustering/rules/base.py": SOLVER,
    **dict.fromkeys([f"clustering/rules/{kind}.py" for kind in KINDS_OF_RULES], SOLVER),
    "scenarios/origins.py": ("tests/scenarios/test_origins.py", "-k", "not first_plan"),
    "exports/tables.py": EXPORTS,
    "pages/packing.py": PACKING,
    "pages/document.py": PAGES,
    **_in_folder("publishing", PUBLISHING),
    "whole_files.py": ("tests/test_whole_files.py", *PUBLISHING),
    "certificate.py": PROOF,
    "planning/proof.py": PROOF,
    "planning/certificates.py": PROOF,
    **_in_folder("deciding", DECIDING),
    **_in_folder("views", VIEWING),
    "privacy.py": VIEWING,
    "disclosing.py": VIEWING,
}
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
BEYOND: dict[type, type[ast.operator]] = {ast.LtE: ast.Add, ast.Lt: ast.Add, ast.GtE: ast.Sub, ast.Gt: ast.Sub}
TEN = 10
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
             ast.BitOr: ast.BitAnd}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed."""

    module: str
    line: int
    place: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """Return what it is called in the list of equivalents: lines move, functions and changes stay."""
        return f"{self.place}: {self.change}"


def absent() -> list[str]:
    """Return the modules and the tests that this file names and that are not there any more."""
    modules = [f"geo_partnerships/{module}" for module in TESTS]
    tests = [path for own in TESTS.values() for path in own if path.startswith("tests/")]
    return [path for path in dict.fromkeys((*modules, *tests)) if not (ROOT / path).exists()]


def mutants(module: str) -> list[Mutant]:
    """Return every mutant of a module of the package."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    places = _places(tree)
    return [
        Mutant(module, node.lineno, places.get(id(node), "module"), change, source)
        for node in list(_sites(tree))
        for change, source in _changed(tree, node)
    ]


def _changed(tree: ast.Module, node: ast.expr | ast.Expr) -> Iterator[tuple[str, str]]:
    """Yield each change of a node, and the source that has it; the tree is as before when all are read."""
    before, kind, parts = ast.unparse(node), node.__class__, node.__dict__
    for variant in list(_variants(node)):
        node.__class__, node.__dict__ = variant.__class__, {**variant.__dict__, "lineno": parts["lineno"]}  # type: ignore[assignment] # put in its place
        change = f"{before} -> {ast.unparse(node)}", ast.unparse(tree)
        node.__class__, node.__dict__ = kind, parts
        yield change


def _places(tree: ast.Module) -> dict[int, str]:
    """Return the function or class in which each node stands."""
    places = {}
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef | ast.ClassDef):
            places |= {id(inner): outer.name for inner in ast.walk(outer)}
    return places


def _sites(tree: ast.Module) -> Iterator[ast.expr | ast.Expr]:
    """Yield what may be changed; types, defaults of dataclasses and words are left alone."""
    typed = {id(inner) for node in ast.walk(tree) for inner in ast.walk(_annotations(node))}
    typed |= {id(inner) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    typed |= {id(inner) for node in guards for inner in ast.walk(node)}
    kinds = ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp | ast.Constant | ast.IfExp
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, kinds) or (isinstance(node, ast.Name) and node.id in SWAPS) or _is_called_for_effect(node):
            yield node  # type: ignore[misc] # one of the kinds above
        for test in _conditions(node):
            if isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                yield test


def _is_called_for_effect(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


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
    elif isinstance(node, ast.ClassDef):  # defaults of fields stand where no changed code can be put in
        parts = [*node.decorator_list, *(field.value for field in node.body if isinstance(field, ast.AnnAssign))]
    return ast.List(elts=[part for part in parts if part is not None], ctx=ast.Load())


def _variants(node: ast.expr | ast.Expr) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _other_values(node.value))
    elif isinstance(node, ast.Name) and node.id in SWAPS:
        yield ast.Name(SWAPS[node.id], node.ctx)
    elif isinstance(node, ast.Expr):
        yield ast.Pass()
    elif isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        yield ast.UnaryOp(ast.Not(), copy.copy(node))


def _compared(node: ast.Compare) -> Iterator[ast.Compare]:
    """Yield a comparison turned round or made strict or lenient, and, for a limit that is computed, one beyond it."""
    for at, op in enumerate(node.ops):
        other = COMPARISONS[type(op)]()
        yield ast.Compare(node.left, [*node.ops[:at], other, *node.ops[at + 1 :]], node.comparators)
        beyond = BEYOND.get(type(op))
        limit = node.comparators[at]
        if beyond and not isinstance(limit, ast.Constant):
            limits = [*node.comparators[:at], ast.BinOp(limit, beyond(), ast.Constant(1)), *node.comparators[at + 1 :]]
            yield ast.Compare(node.left, node.ops, limits)


def _other_values(value: object) -> list[object]:
    """Return what a number or a truth is changed into: a limit of ten or more is moved by one and by a lot."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value * 10] if value >= TEN else [value + 1]
    return []


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
        self._durations: IO[str] = io.StringIO()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long a test took of which nothing was changed."""
        if not self._durations.closed:
            self._durations.write(f"{report.duration} {report.nodeid}\n")
            self._durations.flush()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them, and print the module's row of the table and its survivors."""
        source = (PACKAGE / self.module).read_text(encoding="utf-8")
        with tempfile.TemporaryFile("w+") as self._durations:
            begun = time.monotonic()
            fine = bool(session.items) and _survives(Mutant(self.module, 0, "", "nothing", source), session)
            _put_fast_ones_first(session.items, self._durations)
            longest_s = 30 + 5 * round(time.monotonic() - begun)
        if not fine:
            _tell(f"{self.module:<26}  its tests fail without any change")
            return True
        equivalent = equivalents().get(self.module, {})
        every = mutants(self.module)
        tried = [mutant for mutant in every if mutant.name not in equivalent]
        same = len(every) - len(tried)
        if self.most is not None and len(tried) > self.most:
            tried = random.Random(2015).sample(tried, self.most)  # noqa: S311
        left = 0
        for mutant in tried:
            if _survives(mutant, session, longest_s):
                left += 1
                _tell(f"    line {mutant.line}, {mutant.name}")
        killed = len(tried) - left
        share = f"{killed / len(tried):.0%}" if tried else "-"
        _tell(ROW.format(self.module, same + len(tried), same, killed, left, share))
        return True


def _put_fast_ones_first(items: list[pytest.Item], durations: IO[str]) -> None:
    """Sort tests by their time; those of one module stay together, since they share what they were given."""
    took: defaultdict[str, float] = defaultdict(float)
    durations.seek(0)
    for line in durations:
        seconds, _, test = line.strip().partition(" ")
        for part in {test, test.partition("::")[0]}:
            took[part] += float(seconds)
    items.sort(key=lambda item: (took[_file_of(item)], _file_of(item), took[item.nodeid]))


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def equivalents() -> dict[str, dict[str, str]]:
    """Return the changes that no user could notice: the reason of each, by module and by name of the mutant."""
    return tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))


def _survives(mutant: Mutant, session: pytest.Session, longest_s: int = 10 * SLOW_S) -> bool:
    """Run the tests in a child with the changed code; True where none fails and they end in time."""
    highspy.Highs.resetGlobalScheduler(True)  # its threads are not there in a child, which would wait for them
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, SLOW_S)  # a mutant that never ends is noticed, too: one that works,
        signal.alarm(longest_s)  # by the time it works, and one that waits by the clock
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
    if gone := absent():
        parser.error(f"not there any more: {', '.join(gone)}")
    if unknown := [module for module in options.modules if module not in TESTS]:
        parser.error(f"no tests are known for: {', '.join(unknown)}")
    os.chdir(ROOT)
    _tell(ROW.format("module", "mutants", "equivalent", "killed", "left", "score"))
    for module in options.modules or TESTS:
        mutate(module, options.most)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
