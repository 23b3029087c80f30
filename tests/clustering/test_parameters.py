"""The numbers that the solver goes by are explained one by one, and make sense."""

from __future__ import annotations

import importlib.util
from dataclasses import fields, replace
from pathlib import Path

import pytest

from geo_partnerships.clustering.parameters import PARAMETERS

ROOT = Path(__file__).parents[2]
WINGS = [getattr(PARAMETERS, wing.name) for wing in fields(PARAMETERS)]


def test_the_page_says_what_the_program_goes_by() -> None:
    spec = importlib.util.spec_from_file_location("page", ROOT / "scripts" / "make_solver_parameters.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (ROOT / "docs" / "solver-parameters.md").read_text(encoding="utf-8")
    assert page == script.page(), "run python scripts/make_solver_parameters.py"


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: type(wing).__name__)
def test_every_number_has_a_unit_and_words(wing) -> None:
    assert all(one.metadata["unit"] and len(one.metadata["words"]) > 10 for one in fields(wing))


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: type(wing).__name__)
@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), (), (1, 0)])
def test_a_number_that_makes_no_sense_is_refused_by_its_name(wing, wrong) -> None:
    name = fields(wing)[0].name
    with pytest.raises(ValueError, match=f"{name}: .* must be above 0"):
        replace(wing, **{name: wrong})
