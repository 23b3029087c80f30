"""Problems of a few items under mixtures of all rules, in any unit: the solver finds what trying everything finds.

`python -m benchmarks.random_problems 2000` tries more of them.
"""

from __future__ import annotations

import pytest

from benchmarks.random_problems import disagreement, random_problem
from tests.depth import examples


@pytest.mark.parametrize("seed", range(examples(24)))
def test_the_solver_agrees_with_trying_everything(seed: int) -> None:
    assert disagreement(random_problem(seed)) == ""
