"""Imports run one way: from faces down to entities."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "geo_partnerships"
LAYERS = [  # from the top; a module imports from its own line or from lines below it
    ["__main__"],
    ["cli", "__init__"],
    ["workbench"],
    ["sweeping", "batching", "alternatives"],
    ["atlas"],
    ["api"],
    ["publishing", "documents"],
    ["pages", "exports"],
    ["views"],
    ["deciding", "disclosing", "pricing"],
    ["comparing"],
    ["planning"],
    ["checking"],
    ["clustering", "intake"],
    ["plan"],
    ["scenarios"],
    ["model", "letter", "pairs", "certificate"],
    ["errors"],
    ["bounded_toml", "vocabulary"],
    ["findings", "limits", "whole_files", "processors", "privacy", "sentences", "version"],
]
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}


def part_of(module: str) -> str:
    """Return the layer's part that a module belongs to: ``geo_partnerships.pages.words`` is ``pages``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "geo_partnerships":
            found |= {f"geo_partnerships.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("geo_partnerships."):
            found.add(node.module)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("geo_partnerships")}
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_its_own_layer_or_below(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for module in imports_of(path):
        assert DEPTH[part_of(module)] >= DEPTH[own], f"{path.name} imports {module}, which is above it"


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
