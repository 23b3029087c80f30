"""Finds the part of each rule that a package holds, a module a rule; one that is missing stops the import."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def parts_by_name(rules: Iterable[str], package: str, kind: type, word: str) -> dict[str, Any]:
    """Return a part of each rule: what its module calls by the word in capitals.

    Parameters
    ----------
    rules
        Names of the rules, each a module of `package`.
    kind
        What the part is an instance of.
    word
        For the part, such as ``row``, which its module calls ``ROW``.

    Raises
    ------
    TypeError
        A rule has no module, or its module no such part.
    """
    found = {}
    for name in rules:
        if find_spec(module := f"{package}.{name}") is None:
            raise TypeError(f"{name}: this rule has no {word}: write the module {module}")
        part = getattr(import_module(module), word.upper(), None)
        if not isinstance(part, kind):
            raise TypeError(f"{module}: give {word.upper()}, the rule's {word}")
        found[name] = part
    return found
