"""Every parameter says where it is declared whether the public may know it; one that says nothing is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import BaseModel, Field

from geo_partnerships.privacy import PRIVATE, PUBLIC, gives_private, is_declared, is_private, public_parameters
from geo_partnerships.scenarios.parameters import Scenario
from tests.small import small_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

MARK = "mark-7f3a"


def tables_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the tables that an annotation speaks of, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from tables_in(inner)


def parameters(table: type[BaseModel], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every parameter of a table and of those in it, after its dotted key."""
    for key, parameter in table.model_fields.items():
        yield f"{before}{key}", parameter
        for inner in tables_in(parameter.annotation):
            yield from parameters(inner, f"{before}{key}.")


@pytest.mark.parametrize(("key", "parameter"), [pytest.param(*one, id=one[0]) for one in parameters(Scenario)])
def test_each_parameter_declares_whether_it_is_private(key, parameter) -> None:
    assert is_declared(parameter), f"{key} does not say whether it is private"


def test_a_parameter_that_declares_nothing_is_private() -> None:
    class Table(BaseModel):
        said: int = Field(1, json_schema_extra=PUBLIC)
        unsaid: int = 2
        other: int = Field(3, json_schema_extra={"examples": [1]})
        secret: int = Field(4, json_schema_extra=PRIVATE)

    assert [is_private(parameter) for parameter in Table.model_fields.values()] == [False, True, True, True]
    assert public_parameters(Table()) == {"said": 1}
    assert gives_private(Table(unsaid=5))
    assert not gives_private(Table(said=5))


def test_what_is_said_of_single_schools_is_not_among_the_public_parameters() -> None:
    scenario = small_scenario(
        title="A title",
        must_link=[{"schools": ["10", "11"], "reason": MARK}],
        cannot_link=[{"schools": ["12", "21"], "reason": MARK}],
        pinned=[{"schools": ["13"], "partnership": MARK}],
        balance=[{"name": MARK, "schools": ["14"], "most": 1}, {"name": "primaries", "phases": ["primary"], "most": 9}],
        data={"judgements": f"{MARK}.csv"},
        area={"members": {"without": ["25"]}},
    )
    shown = public_parameters(scenario)
    assert MARK not in str(shown)
    assert "25" not in str(shown["area"])
    assert [rule["name"] for rule in shown["balance"]] == ["primaries"]
    assert shown["title"] == "A title"
