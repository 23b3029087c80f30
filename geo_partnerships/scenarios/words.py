"""A scenario's parameters in words: as its report and its forms tell them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from geo_partnerships.privacy import gives_private, is_private

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pydantic.fields import FieldInfo

__all__ = ["table_in", "told", "unit_of"]

NOTHING: tuple[object, ...] = (None, "", (), {})


def unit_of(parameter: FieldInfo) -> str:
    """Return the unit of a parameter's value; empty without one."""
    declared = parameter.json_schema_extra
    return str(declared.get("unit", "")) if isinstance(declared, Mapping) else ""


def table_in(annotation: object) -> type[BaseModel] | None:
    """Return the table that a parameter holds, or holds many of; None where it holds values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for a in getattr(annotation, "__args__", ()) if (found := table_in(a))), None)


def told(scenario: BaseModel, hidden: Collection[str] = (), *, officers: bool = False) -> Iterator[tuple[str, str]]:
    """Yield title and value in words of each parameter that the public may know, those of a table as one.

    Rules that give a private parameter are left out, and so is what is `hidden`. Officers are told of private tables,
    too, but not of lists of rules over single schools.
    """
    for key, parameter in type(scenario).model_fields.items():
        title, value = parameter.title or key, getattr(scenario, key)
        shown = not is_private(parameter) or (officers and isinstance(value, BaseModel))
        if not shown or key in hidden:
            continue
        if isinstance(value, Mapping):
            yield from ((f"{title} {name}", _table(inner, officers=officers)) for name, inner in value.items())
        elif isinstance(value, tuple) and table_in(parameter.annotation):
            public = [inner for inner in value if officers or not gives_private(inner)]
            names = (getattr(inner, "name", "") or number for number, inner in enumerate(public, start=1))
            yield from (
                (f"{title} {name}", _table(inner, officers=officers)) for name, inner in zip(names, public, strict=True)
            )
        elif isinstance(value, BaseModel):
            yield title, _table(value, officers=officers)
        else:
            yield title, _value(value, unit_of(parameter))


def _table(table: BaseModel, *, officers: bool) -> str:
    """Return the parameters of a table in a row; what it gives nothing for is left out, and what is not public."""
    found = []
    for key, parameter in type(table).model_fields.items():
        value = getattr(table, key)
        if (is_private(parameter) and not officers) or value in NOTHING:
            continue
        if isinstance(value, BaseModel):
            inner = _table(value, officers=officers)
            found += [f"{parameter.title or key}: {inner}"] if inner else []
        elif key == "strength":
            found.insert(0, _value(value, ""))
        else:
            found.append(f"{parameter.title or key} {_value(value, unit_of(parameter))}")
    return "; ".join(found)


def _value(value: object, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if value in NOTHING:
        return "none given"
    if isinstance(value, int | float):
        return _number(value, unit)
    return _range(value) if unit and isinstance(value, tuple) else _several(value)


def _several(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(inner, '')}" for key, inner in value.items())
    return ", ".join(_value(inner, "") for inner in value) if isinstance(value, tuple) else str(value)


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.0%}"
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    return {"metres": f"{number} m", "seconds": f"{number} s"}.get(unit, number if unit else str(value))


def _range(bounds: tuple[Any, ...]) -> str:
    low, high = bounds
    return f"{low}" if low == high else f"{low} to {high}"
