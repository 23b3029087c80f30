"""The scripts read what Python writes, by the same names."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

import pytest

from geo_partnerships.pages.schema import MapSchool, without_rest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The script that makes the schemas."""
    spec = importlib.util.spec_from_file_location("make_schemas", ROOT / "scripts" / "make_schemas.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schemas_are_those_of_the_types(maker: ModuleType) -> None:
    for face in maker.FACES:
        current = maker.target(face).read_text(encoding="utf-8")
        assert current == maker.script(face), "run python scripts/make_schemas.py"


class Leaf(NamedTuple):
    """A leaf."""

    name: str
    tags: tuple[str, ...] = ()


class Plain(TypedDict, total=False):
    """No row in it."""

    kind: Literal["a", "b"]


class Tree(TypedDict):
    """A tree."""

    leaves: list[Leaf]
    by_name: dict[str, Leaf | None]
    plain: Plain
    at: tuple[float, float] | None
    mixed: list[int | str]
    whatever: Any


def test_rows_are_found_wherever_a_type_holds_them_and_nothing_else_is_read_anew(maker: ModuleType) -> None:
    shapes = maker.schema_of((Tree,)).shapes
    assert shapes == {
        "Tree": {"parts": {"leaves": "Leaf[]", "by_name": "Leaf{}"}},
        "Leaf": {"row": ["name", "tags"], "rest": {"tags": ()}},
    }


def test_types_are_written_for_the_checker(maker: ModuleType) -> None:
    text = maker.typedef(Tree)
    for line in (
        "{Leaf[]} leaves",
        "{Record<string, Leaf | null>} by_name",
        "{[number, number] | null} at",
        "{(number | string)[]} mixed",
        "{unknown} whatever",
    ):
        assert f" * @property {line}\n" in text
    assert ' * @property {"a" | "b"} [kind]\n' in maker.typedef(Plain)


@pytest.mark.parametrize("kind", [complex, set[int], bytes])
def test_a_type_without_a_form_in_javascript_is_refused(maker: ModuleType, kind: object) -> None:
    with pytest.raises(TypeError, match="no form in JavaScript"):
        maker.written(kind)


def test_a_row_loses_its_last_fields_while_they_are_empty() -> None:
    school = MapSchool("1", "", "", "", "", (51.0, 0.0), ())
    assert without_rest(school) == tuple(school)[:7]
    assert without_rest(school._replace(page="k")) == (*school[:7], (), "k")
