"""Imports run one way: from faces down to entities, and inside the solver from its door down to rules."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "geo_partnerships"
LAYERS = [  # from the top; a module imports from its own line or from lines below it
    ["__main__"],
    ["cli", "__init__"],
    ["workbench"],
    ["sweeping", "batching", "alternatives", "updating"],
    ["atlas"],
    ["api"],
    ["maps"],
    ["publishing", "documents"],
    ["pages", "exports"],
    ["views"],
    ["deciding", "disclosing", "pricing"],
    ["comparing"],
    ["planning"],
    ["checking"],
    ["clustering", "intake"],
    ["plans"],
    ["scenarios"],
    ["model", "letter", "pairs", "certificate"],
    ["countries"],
    ["errors"],
    ["bounded_toml", "vocabulary"],
    ["findings", "limits", "whole_files", "processors", "privacy", "sentences", "version", "characters", "systems"],
]
INSIDE_CLUSTERING = [  # likewise
    ["__init__"],
    ["estimator"],
    ["cluster"],
    ["search"],
    ["exact"],
    ["infeasibility"],
    ["bounds"],
    ["models"],
    ["kernels"],
    ["audit", "given_parameters", "guides", "run", "scaling"],
    ["answer"],
    ["evaluate"],
    ["compiled"],
    ["problem"],
    ["rules"],
    ["parameters", "space", "work"],
]
LATE = {  # imports inside a function: who may, of what, and why
    "geo_partnerships": ("geo_partnerships", "what a host does not ask for is not loaded"),
    "geo_partnerships.cli": ("geo_partnerships", "help and version need not load the solver"),
    "geo_partnerships.clustering": ("geo_partnerships.clustering.estimator", "scikit-learn takes a while to load"),
    "geo_partnerships.clustering.bounds": ("geo_partnerships.clustering.kernels", "compiled: numba takes a while"),
    "geo_partnerships.clustering.search": ("geo_partnerships.clustering.kernels", "compiled: numba takes a while"),
    "geo_partnerships.workbench.worker": ("geo_partnerships.workbench.tasks", "the solver is loaded where it works"),
}
BY_NAME = {"import_module", "__import__", "find_spec"}


def depths(layers: list[list[str]]) -> dict[str, int]:
    return {name: depth for depth, names in enumerate(layers) for name in names}


DEPTH, DEPTH_INSIDE = depths(LAYERS), depths(INSIDE_CLUSTERING)


def part_of(module: str, level: int = 1) -> str:
    """Return the layer's part that a module belongs to: ``geo_partnerships.pages.words`` is ``pages``."""
    parts = module.split(".")
    return parts[level] if len(parts) > level else "__init__"


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(node: ast.AST) -> set[str]:
    """Return the modules of the package that a statement imports, or that a call imports by name."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "geo_partnerships":
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        return {name if name in MODULES else str(node.module) for name in names}
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name.partition(".")[0] == "geo_partnerships"}
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_NAME:
        return {name for name in MODULES if any(is_text(given, name) for given in node.args)}
    return set()


def is_text(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {module for node in ast.walk(tree) for module in imported(node)}


def imports_when_run(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {id(inner) for node in ast.walk(tree) if is_for_types(node) for inner in ast.walk(node)}
    return {module for node in ast.walk(tree) if id(node) not in typed for module in imported(node)}


@pytest.mark.parametrize("path", MODULES.values(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_its_own_layer_or_below(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for module in imports_of(path):
        assert DEPTH[part_of(module)] >= DEPTH[own], f"{path.name} imports {module}, which is above it"


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "clustering").rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_inside_the_solver_imports_run_downwards_too(path: Path) -> None:
    own = part_of(module_of(path), level=2)
    for module in imports_of(path):
        if part_of(module) == "clustering":
            assert DEPTH_INSIDE[part_of(module, level=2)] >= DEPTH_INSIDE[own], f"{path.name} imports {module}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: imports_when_run(path) & MODULES.keys() - {module} for module, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"these import each other: {' <- '.join(error.args[1])}")


def test_what_is_imported_inside_a_function_is_so_for_a_reason() -> None:
    for module, path in MODULES.items():
        functions = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_function(node)]
        late = {name for function in functions for node in ast.walk(function) for name in imported(node)}
        allowed = {of for who, (of, _) in LATE.items() if module == who or module.startswith(f"{who}.")}
        for name in late:
            assert any(name == of or name.startswith(f"{of}.") for of in allowed), f"{module} imports {name} late"


def is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


@pytest.mark.parametrize(
    "source",
    [
        "from geo_partnerships.planning import planner",
        "import geo_partnerships.planning.planner",
        "def later():\n    from geo_partnerships.planning.planner import plan",
        "importlib.import_module('geo_partnerships.planning.planner')",
        "if TYPE_CHECKING:\n    from geo_partnerships.planning.planner import Plan",
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(source, encoding="utf-8")
    assert "geo_partnerships.planning.planner" in imports_of(tmp_path / "one.py")


def test_the_check_shares_no_code_with_the_solver() -> None:
    for path in (PACKAGE / "checking").rglob("*.py"):
        assert not {part_of(m) for m in imports_of(path)} & {"clustering", "planning"}, path.name


def test_the_solver_knows_no_schools() -> None:
    for path in (PACKAGE / "clustering").rglob("*.py"):
        assert {part_of(m) for m in imports_of(path)} <= {"clustering", "processors", "sentences"}, path.name


def test_pages_and_exports_see_a_view_and_never_the_problem() -> None:
    for part in ("pages", "exports"):
        for path in (PACKAGE / part).rglob("*.py"):
            assert not {part_of(m) for m in imports_of(path)} & {"intake", "planning", "checking"}, path.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "geo_partnerships.model":
                    assert {alias.name for alias in node.names} <= {"CRS", "CRS_WGS84"}, path.name
