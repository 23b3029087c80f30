"""Write docs/parameters.md: every parameter of a scenario, from the model itself."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from pydantic import BaseModel

from geo_partnerships.scenarios.parameters import PositiveInt, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

TARGET = Path(__file__).parent.parent / "docs" / "parameters.md"
UNITS = {
    "district_penalty": "metres",
    "authority_penalty": "metres",
    "neighbour_share": "share",
    "metres_per_minute": "metres",
    "weight": "metres",
    "partnerships": "partnerships",
    "size": "schools or pupils",
    "least": "schools",
    "most": "schools",
}
LINKED = {
    "must_link": "must_link[]",
    "cannot_link": "cannot_link[]",
    "pinned": "pinned[]",
    "balance": "balance[]",
}


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, str, str, str]]:
    """Yield key, unit, default, range and meaning of each parameter, nested ones after their table."""
    for name, field in model.model_fields.items():
        key = f"{prefix}{LINKED.get(name, name)}"
        key = f"{key}.NAME" if name == "strands" else key
        inner = nested(field.annotation)
        if inner is None:
            unit = "–" if field.annotation is str else UNITS.get(name, "–")
            yield key, unit, default(field), bounds(field), field.description or ""
        else:
            yield from rows(inner, f"{key}.")


def nested(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field holds, or holds many of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := nested(a))), None)


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
        "Made by `python scripts/make_parameters.py` from the model in `geo_partnerships/scenarios/parameters.py`.",
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
