"""The rules that a plan may be made under: a module each, named in `scenarios.parameters.RULES`."""

from __future__ import annotations

from geo_partnerships.checking.rules.base import RuleRow
from geo_partnerships.scenarios.parameters import GENERAL, RULES, Scenario
from geo_partnerships.scenarios.rule_parts import parts_by_name

__all__ = ["ROWS", "WAIVABLE", "RuleRow", "row_of", "rows_by_name", "waivable_key"]


def rows_by_name(rules: tuple[str, ...], package: str) -> dict[str, RuleRow]:
    """Return the row of each rule: what its module calls ``ROW``.

    Raises
    ------
    TypeError
        A rule has no module, or its module no row.
    """
    return parts_by_name(rules, package, RuleRow, "row")


def refuse_unclaimed(rows: dict[str, RuleRow], parameters: tuple[str, ...], general: tuple[str, ...]) -> None:
    """Refuse a parameter that is that of no rule, or of two.

    Raises
    ------
    TypeError
        There is one.
    """
    claimed = [key for row in rows.values() for key in row.parameters]
    for key in parameters:
        if key not in general and claimed.count(key) != 1:
            which = "no rule has" if key not in claimed else "two rules have"
            raise TypeError(f"Scenario.{key}: {which} this parameter among its own")
    strange = sorted(set(claimed) - set(parameters))
    if strange:
        raise TypeError(f"{strange[0]}: a rule has this among its parameters, and Scenario has it not")


ROWS = rows_by_name(RULES, __name__)
"""The row of every rule, in the order in which rules are told."""
refuse_unclaimed(ROWS, tuple(Scenario.model_fields), GENERAL)


def row_of(key: str) -> RuleRow:
    """Return the row of the rule that a key is about, such as ``area.size`` or ``must_link.2``.

    Raises
    ------
    KeyError
        It is that of no rule.
    """
    start = key.partition(".")[0]
    for row in ROWS.values():
        if start in row.parameters:
            return row
    raise KeyError(key)


WAIVABLE = {key: row.code(key) for row in ROWS.values() if row.waives for key in row.parameters if key in row.off}
"""The rules that a school can be exempt from, as a waiver names them, and how the code of their checks begins."""


def waivable_key(code: str) -> str:
    """Return what a waiver calls the rule that a check is of, or nothing where no school can be exempt from it.

    Examples
    --------
    >>> waivable_key("must-link-2"), waivable_key("stay"), waivable_key("size-area")
    ('must_link', 'stay', '')
    """
    return next((key for key, start in WAIVABLE.items() if f"{code}-".startswith(f"{start}-")), "")
