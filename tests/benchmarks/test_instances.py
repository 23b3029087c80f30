"""Instances of the benchmarks are what their descriptions say."""

import numpy as np

from benchmarks.instances import surveyed, uniform
from geo_partnerships.clustering import Guarantee, Leaders


def test_a_survey_lays_guarantees_and_leaders_on_top_of_number_and_sizes():
    plain = uniform(90, 1)
    made = surveyed(plain)
    rules = made.problem.rules
    assert rules[:2] == plain.problem.rules
    guarantees = [rule for rule in rules if isinstance(rule, Guarantee)]
    assert len({rule.item for rule in guarantees}) == len(guarantees) == 30
    for rule in guarantees:
        apart = np.hypot(*(plain.points - plain.points[rule.item]).T)
        nearest = np.argsort(apart)[1:16]
        assert len(set(rule.named)) == 3
        assert set(rule.named) <= set(nearest.tolist())
    (leaders,) = (rule for rule in rules if isinstance(rule, Leaders))
    assert len(set(leaders.items)) == 30
    assert not leaders.binding
    assert surveyed(plain).problem.rules == rules
