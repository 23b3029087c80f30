"""Values given by themselves, with ``--set`` or on the desk: read as TOML within limits, told where they go beyond."""

from __future__ import annotations

import tomllib

import pytest

from geo_partnerships.errors import UsageError
from geo_partnerships.limits import KEY_PARTS, NESTING
from geo_partnerships.scenarios.edit import write_new
from geo_partnerships.scenarios.read import apply_change, parse_value


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("opening", ["[", "{a=", "[{a=["])
@pytest.mark.parametrize("times", [5_000, 50_000])
def test_a_value_that_opens_without_end_is_told(opening, times) -> None:
    with pytest.raises(UsageError, match="nested deeper") as told:
        parse_value(opening * times)
    assert len(str(told.value)) < 200


def test_a_value_is_as_deep_as_is_allowed_and_no_deeper() -> None:
    assert isinstance(parse_value(nested(NESTING)), list)
    with pytest.raises(UsageError, match="nested deeper"):
        parse_value(nested(NESTING + 1))


def test_a_key_has_as_many_parts_as_are_allowed_and_no_more() -> None:
    apply_change({}, ".".join("a" * KEY_PARTS) + "=1")
    with pytest.raises(UsageError, match="nested deeper"):
        apply_change({}, ".".join("a" * (KEY_PARTS + 1)) + "=1")


def test_a_number_of_thousands_of_digits_is_text() -> None:
    assert parse_value("9" * 5_000) == "9" * 5_000


def test_a_name_that_is_taken_is_told_even_where_it_is_the_parents(tmp_path) -> None:
    (tmp_path / "village.toml").write_text('title = "Village"\n[area]\npartnerships = 3\nsize = [4, 8]\n')
    with pytest.raises(UsageError, match="'village' already"):
        write_new("village", tmp_path, "village", {})


def test_a_number_left_empty_in_a_table_is_left_out_of_a_new_scenario(tmp_path) -> None:
    stay = {"strength": "off", "weight": 400.0, "most": None}
    written = write_new("near", tmp_path, "", {"title": "Near", "stay": stay})
    assert tomllib.loads(written.read_text(encoding="utf-8"))["stay"] == {"strength": "off", "weight": 400.0}
