"""A rule is known everywhere or nowhere: each part that is forgotten is refused, and each parameter is told."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.checking.rules import ROWS, refuse_unclaimed, row_of, rows_by_name
from geo_partnerships.checking.rules.base import RuleRow
from geo_partnerships.planning.rules import BUILDERS, builders_by_name
from geo_partnerships.planning.rules.base import Builder
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import GENERAL, RULES, Scenario
from geo_partnerships.scenarios.words import table_in, told
from geo_partnerships.workbench.form import fields_of_form
from tests.small import small_scenario

if TYPE_CHECKING:
    from pydantic import BaseModel

ROW_PARTS = sorted(RuleRow.__abstractmethods__)
BUILDER_PARTS = sorted(Builder.__abstractmethods__)
NAMES = {"parameters": ("toy",), "form": (), "waives": False, "off": {}}


def parts(names, without=""):
    return {name: lambda *_: () for name in names if name != without}


@pytest.mark.parametrize("part", ROW_PARTS)
def test_a_row_without_a_part_cannot_be_made(part) -> None:
    with pytest.raises(TypeError, match=f"Toy: this row of a rule lacks {part}$"):
        type("Toy", (RuleRow,), {**NAMES, **parts(ROW_PARTS, part)})


@pytest.mark.parametrize("part", NAMES)
def test_a_row_says_which_parameters_are_its_own_and_which_the_form_has(part) -> None:
    names = {key: value for key, value in NAMES.items() if key != part}
    with pytest.raises(TypeError, match=f"Toy: this row of a rule lacks {part}$"):
        type("Toy", (RuleRow,), {**names, **parts(ROW_PARTS)})


@pytest.mark.parametrize("part", BUILDER_PARTS)
def test_a_builder_without_a_part_cannot_be_made(part) -> None:
    with pytest.raises(TypeError, match=f"Toy: this builder of a rule lacks {part}$"):
        type("Toy", (Builder,), parts(BUILDER_PARTS, part))


@pytest.mark.parametrize(("known", "word"), [(rows_by_name, "row"), (builders_by_name, "builder")])
def test_a_rule_without_a_module_or_with_an_empty_one_is_refused(known, word, monkeypatch) -> None:
    with pytest.raises(TypeError, match=f"^absent: this rule has no {word}: write the module tests.absent$"):
        known(("absent",), "tests")
    empty = types.ModuleType("tests.absent")
    empty.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]  # found without a file
    monkeypatch.setitem(sys.modules, "tests.absent", empty)
    with pytest.raises(TypeError, match=f"^tests.absent: give {word.upper()}, the rule's {word}$"):
        known(("absent",), "tests")


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        (("title", "toy"), None),
        (("title", "toy", "other"), "Scenario.other: no rule has this parameter among its own"),
        (("title",), "toy: a rule has this among its parameters, and Scenario has it not"),
    ],
)
def test_a_parameter_is_that_of_one_rule_or_of_none_by_name(parameters, fault) -> None:
    row = type("Toy", (RuleRow,), {**NAMES, **parts(ROW_PARTS)})()
    if fault is None:
        refuse_unclaimed({"toy": row}, parameters, ("title",))
        with pytest.raises(TypeError, match=r"Scenario\.toy: two rules have this parameter"):
            refuse_unclaimed({"toy": row, "again": row}, parameters, ("title",))
    else:
        with pytest.raises(TypeError, match=fault):
            refuse_unclaimed({"toy": row}, parameters, ("title",))


def test_every_rule_has_its_row_and_its_builder_and_every_parameter_its_rule() -> None:
    assert (*ROWS,) == (*BUILDERS,) == RULES
    for key in Scenario.model_fields.keys() - set(GENERAL):
        assert key in row_of(f"{key}.1").parameters
    with pytest.raises(KeyError):
        row_of("title")


def public_keys(table: type[BaseModel], before: str = "") -> list[tuple[str, type[BaseModel], str]]:
    """Dotted key, table and name of every public parameter."""
    found = []
    for key, parameter in table.model_fields.items():
        if not is_private(parameter):
            inner = table_in(parameter.annotation)
            found += public_keys(inner, f"{before}{key}.") if inner else [(f"{before}{key}", table, key)]
    return found


OTHER = {
    "status": "agreed", "method": "search", "seconds": 61, "symmetrise": "min", "unit": "min", "size_by": "pupils",
    "type": "structured", "letter": [3], "boroughs": ["Bigton"], "sectors": ["state"], "phases": ["special"],
    "neighbour_share": 0.25, "partnerships": [2, 5], "size": [3, 77], "order": ["x", "area"],
    "goals": ["worst distance", "distance"],
    "districts": "whole", "columns": {"sector": ["state"]},
    "title": "77", "description": "77", "name": "77", "weight": "77", "basemap": "OpenTopoMap",
}  # fmt: skip
"""A value other than the default, by the name of the parameter."""


def with_parameter(key: str, *value: object) -> Scenario:
    """A scenario that gives one parameter, or that has only what its table cannot do without."""
    *tables, name = key.removeprefix("strands.").split(".")
    table: dict[str, object] = {name: value[0]} if value else {}
    if tables == ["balance"]:
        return small_scenario(balance=[{"name": "group", "phases": ["primary"], "most": 9, **table}])
    if name == "as_given":
        table["members"] = {"letter": [3]}
    for outer in reversed(tables):
        table = {outer: table}
    return small_scenario(
        **{"strands": {"x": table}} if key.startswith("strands.") else {"strands": {"x": {}}, **table}
    )


@pytest.mark.parametrize(("key", "table", "name"), [pytest.param(*one, id=one[0]) for one in public_keys(Scenario)])
def test_every_parameter_that_the_public_may_know_reaches_the_report(key, table, name) -> None:
    default = table.model_fields[name].get_default(call_default_factory=True)
    value = OTHER.get(name, (not default) if isinstance(default, bool) else 7)
    if isinstance(default, float) and name == "weight":
        value = 77
    if name == "strength":
        value = "preferred" if default == "off" else "off"
    assert dict(told(with_parameter(key, value))) != dict(told(with_parameter(key)))


def test_the_report_gives_values_in_their_units() -> None:
    scenario = small_scenario(district_penalty=1500, guarantee={"strength": "preferred"}, neighbour_share=0.25)
    shown = dict(told(scenario))
    assert shown["Postcode district penalty"] == "1,500 m"
    assert shown["Share of it between neighbouring districts"] == "25%"
    assert shown["Survey guarantee"].startswith("preferred; price of each school without, when preferred 2,000 m")
    assert "; partnerships 2; size 4 to 8; " in shown["Strand area"]


def test_each_field_of_the_form_is_a_parameter_with_its_kind_and_limits() -> None:
    fields = {field["key"]: field for field in fields_of_form()}
    assert fields["area.size"]["kind"] == "range"
    assert (fields["neighbour_share"]["min"], fields["neighbour_share"]["max"]) == (0, 1)
    assert fields["leaders.strength"]["choices"] == ["binding", "preferred", "off"]
    assert fields["within_authorities"]["kind"] == "flag"
    assert (fields["stay.most"]["kind"], fields["stay.most"]["min"]) == ("number", 0)
    assert fields["district_penalty"]["label"] == "Postcode district penalty, in metres"


def test_officers_are_told_of_private_rules_and_the_public_is_not() -> None:
    scenario = small_scenario(
        support={"strength": "binding", "receives": ["10"], "most": 2},
        balance=[{"name": "weak", "judgements": {"ofsted": ["inadequate"]}, "most": 1}],
    )
    public, officers = dict(told(scenario)), dict(told(scenario, officers=True))
    assert not {"Support", "Balance weak"} & public.keys()
    assert officers["Support"].startswith("binding; receive 10; ")
    assert "judgements ofsted inadequate" in officers["Balance weak"]
