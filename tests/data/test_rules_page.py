"""The page on rules has a section for each, with an example that is a scenario."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from geo_partnerships.scenarios.parameters import RULES, Scenario
from geo_partnerships.scenarios.read import scenario_from

PAGE = (Path(__file__).parent.parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))


def test_every_rule_has_its_section() -> None:
    assert tuple(SECTIONS) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_the_example_of_a_rule_is_read_and_changes_the_scenario(rule) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", SECTIONS[rule], re.DOTALL)
    found = scenario_from(tomllib.loads(example))
    assert found.changed() != Scenario().changed()
