"""Write the types that Python and the scripts share as JavaScript: ``python scripts/make_schemas.py``."""

from __future__ import annotations

import importlib
import json
import types
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints, is_typeddict

ROOT = Path(__file__).parent.parent
FACES = ("pages", "workbench", "atlas")
LINE = 120
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}
PREAMBLE = """\
/* Made by `python scripts/make_schemas.py` from {module}: change that and run it again. */

"""


class Schema(NamedTuple):
    """What is known of a face's types, in the order in which they are first needed."""

    types: dict[str, Any]
    shapes: dict[str, dict[str, Any]]


def is_row(kind: Any) -> bool:
    """Return whether a type travels as a row of values without names."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def is_named(kind: Any) -> bool:
    """Return whether a type has named fields."""
    return is_row(kind) or is_typeddict(kind)


def written(kind: Any) -> str:
    """Return a type as TypeScript writes it."""
    origin, inner = get_origin(kind), get_args(kind)
    text = ""
    if kind in PLAIN or is_named(kind):
        text = PLAIN.get(kind) or kind.__name__
    elif origin is Literal:
        text = " | ".join(json.dumps(value) for value in inner)
    elif origin in (Union, types.UnionType):
        text = " | ".join(map(written, inner))
    elif origin is list or (origin is tuple and inner[1:] == (...,)):
        item = written(inner[0])
        text = f"({item})[]" if " | " in item else f"{item}[]"
    elif origin is tuple:
        text = f"[{', '.join(map(written, inner))}]"
    elif origin is dict:
        text = f"Record<string, {written(inner[1])}>"
    if text:
        return text
    raise TypeError(f"{kind} has no form in JavaScript here: add one to written() in scripts/make_schemas.py")


def part(kind: Any) -> str:
    """Return which named type a field holds and how, such as ``Label[]`` or ``Label{}``; empty where it holds none."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_named(kind):
        return str(kind.__name__)
    if origin in (Union, types.UnionType):
        found = [part(one) for one in inner if one is not type(None)]
        if len(found) > 1 and any(found):
            raise TypeError(f"{kind}: a named type can be in a union with None alone")
        return found[0]
    if origin is list or (origin is tuple and inner[1:] == (...,)):
        return f"{part(inner[0])}[]" if part(inner[0]) else ""
    if origin is dict:
        return f"{part(inner[1])}{{}}" if part(inner[1]) else ""
    return ""


def schema_of(roots: tuple[Any, ...]) -> Schema:
    """Return every named type that is reached from some, and how those are read that hold rows."""
    found: dict[str, Any] = {}

    def reach(kind: Any) -> None:
        for inner in get_args(kind):
            reach(inner)
        if not is_named(kind) or kind.__name__ in found:
            return
        found[kind.__name__] = kind
        for field in get_type_hints(kind).values():
            reach(field)

    for root in roots:
        reach(root)
    shapes = {name: shape_of(kind) for name, kind in found.items()}
    return Schema(found, needed(shapes))


def shape_of(kind: Any) -> dict[str, Any]:
    """Return a type's fields where it is a row, what stands for those left out, and which hold named types."""
    shape: dict[str, Any] = {}
    if is_row(kind):
        shape["row"] = list(kind._fields)
        if kind._field_defaults:
            shape["rest"] = kind._field_defaults
    parts = {field: part(hint) for field, hint in get_type_hints(kind).items() if part(hint)}
    return shape | ({"parts": parts} if parts else {})


def needed(shapes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the shapes of rows and of what holds rows; all else is the same in Python and in a script."""
    kept = {name for name, shape in shapes.items() if "row" in shape}
    for _ in shapes:  # as often as one can hold another
        kept |= {name for name, shape in shapes.items() if {bare(p) for p in shape.get("parts", {}).values()} & kept}
    return {name: only_needed(shape, kept) for name, shape in shapes.items() if name in kept}


def only_needed(shape: dict[str, Any], kept: set[str]) -> dict[str, Any]:
    """Return a shape with those of its parts that hold rows."""
    parts = {field: held for field, held in shape.get("parts", {}).items() if bare(held) in kept}
    own = {key: value for key, value in shape.items() if key != "parts"}
    return own | ({"parts": parts} if parts else {})


def bare(held: str) -> str:
    """Return the named type of a part."""
    return held.rstrip("[]{}")


def typedef(kind: Any) -> str:
    """Return a type for the checker, with what its docstring says."""
    title = str(kind.__doc__).splitlines()[0]
    lines = ["/**", f" * {title}", f" * @typedef {{Object}} {kind.__name__}"]
    missing = getattr(kind, "__optional_keys__", frozenset())
    for field, hint in get_type_hints(kind).items():
        name = f"[{field}]" if field in missing else field
        lines.append(f" * @property {{{written(hint)}}} {name}")
    return "\n".join([*lines, " */"]) + "\n"


def literal(value: Any, indent: int = 0, before: int = 0) -> str:
    """Return a value as the formatter of the scripts wants it, so many characters into its line."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        items = [f"{key}: {literal(item, indent + 2, indent + len(key) + 4)}" for key, item in value.items()]
        inside = (",\n" + " " * (indent + 2)).join(items)
        return "{\n" + " " * (indent + 2) + inside + ",\n" + " " * indent + "}"
    if isinstance(value, (list, tuple)):
        items = [literal(item) for item in value]
        line = "[" + ", ".join(items) + "]"
        pad = " " * indent
        return line if len(line) + before < LINE else f"[\n{pad}  " + f",\n{pad}  ".join(items) + f",\n{pad}]"
    return json.dumps(value)


def script(face: str) -> str:
    """Return the schema of a face as a module."""
    module = importlib.import_module(f"geo_partnerships.{face}.schema")
    schema = schema_of(module.ROOTS)
    typedefs = "\n".join(map(typedef, schema.types.values()))
    shapes = f"export const {face.upper()}_SHAPES = {literal(schema.shapes)};\n"
    return PREAMBLE.format(module=module.__name__) + typedefs + "\n" + shapes


def target(face: str) -> Path:
    """Return where a face has its schema."""
    return ROOT / "geo_partnerships" / face / "assets" / "schema.js"


if __name__ == "__main__":
    for each in FACES:
        target(each).write_text(script(each), encoding="utf-8")
        print(f"wrote {target(each).relative_to(ROOT)}")
