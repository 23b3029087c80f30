"""Write docs/parameters.md: every parameter of a scenario, from the model itself."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from geo_partnerships.scenarios.parameters import PositiveInt, Scenario
from geo_partnerships.scenarios.words import table_in, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

TARGET = Path(__file__).parent.parent / "docs" / "parameters.md"


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, str, str, str]]:
    """Yield key, unit, default, range and meaning of each parameter, nested ones after their table."""
    for name, field in model.model_fields.items():
        inner = table_in(field.annotation)
        many = get_origin(field.annotation) if inner else None
        key = f"{prefix}{name}{'[]' if many is tuple else '.NAME' if many is dict else ''}"
        if inner is None:
            yield key, unit_of(field) or "–", default(field), bounds(field), field.description or ""
        else:
            yield from rows(inner, f"{key}.")


def default(field: FieldInfo) -> str:
    """Return the default as TOML would write it."""
    if field.is_required():
        return "(required)"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), "", {}):
        return "–"
    if isinstance(value, enum.Enum):
        value = value.value
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value)}`"


def bounds(field: FieldInfo) -> str:
    """Return the allowed values in words."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return ", ".join(member.value for member in kind)
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    words = {
        "ge": "from {}",
        "le": "to {}",
        "max_length": "at most {} long",
        "min_length": "at least {} long",
    }
    if kind == tuple[PositiveInt, PositiveInt] or (field.default is None and "size" in str(field.description)):
        return "one or two whole numbers from 1"
    found = []
    for item in field.metadata:
        found += [
            w.format(f"{getattr(item, k):,g}" if k != "le" else f"{getattr(item, k):,.0f}")
            for k, w in words.items()
            if getattr(item, k, None) is not None
        ]
    return " ".join(found)


def page() -> str:
    """Return the whole table in Markdown."""
    lines = [
        "# Parameters of a scenario",
        "",
        "Made by `python scripts/make_parameters.py` from the model in `geo_partnerships/scenarios/parameters/`.",
        "Any of them can",
        "be changed for one run: `--set area.partnerships=9`. Distances are metres; penalties and weights are",
        "metre-equivalents. `[]` marks a list of tables (`[[must_link]]`). Unknown keys are refused.",
        "",
        'A file may begin with `extends = "barnet-2015"`: it then takes from that scenario what it does not give',
        "itself. Tables are taken together key by key; a list takes the place of the other one's.",
        "",
        "| key | unit | default | allowed | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{key}` | {unit} | {value} | {allowed} | {meaning} |"
        for key, unit, value, allowed, meaning in rows(Scenario)
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
