"""What the public may know of parameters: each one says so where it is declared.

A parameter that says nothing is private, so that one who forgets gives nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

PUBLIC: Final[dict[str, Any]] = {"private": False}
"""Given to a parameter's ``Field`` as ``json_schema_extra``: its value may be published."""
PRIVATE: Final[dict[str, Any]] = {"private": True}
"""Likewise: its value is for officers, and so is a rule that gives it."""


def is_private(parameter: FieldInfo) -> bool:
    """Say whether a parameter's value is for officers alone."""
    declared = parameter.json_schema_extra
    return not (isinstance(declared, Mapping) and declared.get("private") is False)


def is_declared(parameter: FieldInfo) -> bool:
    """Say whether a parameter says of itself that it is private, or that it is not."""
    declared = parameter.json_schema_extra
    return isinstance(declared, Mapping) and isinstance(declared.get("private"), bool)


def gives_private(rule: BaseModel) -> bool:
    """Say whether a rule gives a private parameter: then all of it is private, its name and its number, too."""
    return any(
        is_private(parameter) and getattr(rule, key) != parameter.get_default(call_default_factory=True)
        for key, parameter in type(rule).model_fields.items()
    )


def public_parameters(table: BaseModel) -> dict[str, Any]:
    """Return the parameters that the public may know, as JSON can hold them; rules that are private are left out."""
    return {
        key: _public(getattr(table, key))
        for key, parameter in type(table).model_fields.items()
        if not is_private(parameter)
    }


def _public(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return public_parameters(value)
    if isinstance(value, Mapping):
        return {key: _public(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        shown = (inner for inner in value if not (isinstance(inner, BaseModel) and gives_private(inner)))
        return [_public(inner) for inner in shown]
    return value
