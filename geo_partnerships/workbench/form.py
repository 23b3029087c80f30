"""The parameters that have a field of their own on the desk's form, from the rows of the rules and the model."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, get_args

from geo_partnerships.checking.rules import ROWS
from geo_partnerships.scenarios.parameters import Range, Scenario
from geo_partnerships.scenarios.words import table_in, unit_of
from geo_partnerships.sentences import capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from geo_partnerships.workbench.schema import Field

GENERAL = ("seed",)
MOST_PARTNERSHIPS = 10_000
SHARE_STEP = 0.05
CHOICE, FLAG, NUMBER, RANGE = "choice", "flag", "number", "range"


@cache
def fields_of_form() -> tuple[Field, ...]:
    """Return key, kind, label and limits of each field; every other parameter can be typed as key = value."""
    keys = [key for row in ROWS.values() for key in row.form]
    return tuple(_field(key) for key in (*keys, *GENERAL))


def _field(key: str) -> Field:
    first, _, last = key.partition(".")
    outer = Scenario.model_fields[first]
    table = table_in(outer.annotation) if last else None
    parameter = outer if table is None else table.model_fields[last]
    title, own = outer.title or first, parameter.title or last
    label = title if parameter is outer or last == "strength" else f"{title}: {own}"
    if unit_of(parameter) == "metres":
        label = f"{label}, in metres"
    return _with_limits({"key": key, "kind": NUMBER, "label": capital(label)}, parameter)


def _with_limits(field: Field, parameter: FieldInfo) -> Field:
    annotation = parameter.annotation
    if annotation is bool:
        return {**field, "kind": FLAG, "choices": ["true", "false"]}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {**field, "kind": CHOICE, "choices": [str(member.value) for member in annotation]}
    if _is_range(annotation):
        return {**field, "kind": RANGE, "min": 1, "max": MOST_PARTNERSHIPS}
    known = [*parameter.metadata, *_metadata_of_choices(annotation)]
    limits = {name: getattr(item, name) for item in known for name in ("ge", "le") if hasattr(item, name)}
    found: Field = {**field, "min": limits.get("ge", 0), "max": limits["le"]}
    return {**found, "step": SHARE_STEP} if unit_of(parameter) == "share" else found


def _metadata_of_choices(annotation: object) -> Iterator[object]:
    """Yield the limits of a number that may be left empty."""
    for choice in get_args(annotation):
        for field in getattr(choice, "__metadata__", ()):
            yield from field.metadata


def _is_range(annotation: object) -> bool:
    """Say whether a parameter is a least and a most, or may be."""
    return annotation == get_args(Range)[0] or any(map(_is_range, get_args(annotation)))
