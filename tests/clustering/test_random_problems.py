"""Problems of a few items under mixtures of all rules, in any unit: the solver finds what trying everything finds.

`python -m benchmarks.random_problems 2000` tries more of them.
"""

from __future__ import annotations

import pytest

from benchmarks.random_problems import disagreement, random_problem
from tests.depth import examples


@pytest.mark.parametrize("first", range(0, examples(80), 20))
def test_the_solver_agrees_with_trying_everything(first: int) -> None:
    said = {seed: disagreement(random_problem(seed)) for seed in range(first, first + 20)}
    assert {seed: words for seed, words in said.items() if words} == {}
