"""Plans on distances that are not straight lines."""

import dataclasses

import numpy as np
import pytest

from geo_partnerships.checking import check
from geo_partnerships.model import Distances
from geo_partnerships.planning import plan
from geo_partnerships.planning.distances import straight_line_distances
from geo_partnerships.views.fill import view_of
from tests.small import small_problem, small_scenario, two_villages


def problem_with(change, words="metres along roads (roads.gpkg)"):
    """Return the two villages with straight lines changed by a function of the matrix and the keys."""
    schools = two_villages()
    keys = tuple(schools)
    matrix = change(straight_line_distances(list(schools.values())), keys)
    distances = Distances(keys=keys, matrix=matrix, words=words)
    return dataclasses.replace(small_problem(schools=schools), distances=distances)


def test_a_river_between_neighbours_moves_them_apart() -> None:
    def river(matrix, keys):
        for other in keys[:3]:  # 13, 14 and 15 live across the river from 10, 11 and 12, near the east by a bridge
            for mine in ("13", "14", "15"):
                i, j = keys.index(other), keys.index(mine)
                matrix[i, j] = matrix[j, i] = 9_000.0
        return matrix

    made = plan(problem_with(river), small_scenario(area={"partnerships": 2, "size": [3, 9]}))
    assert sorted(len(p.members) for p in made.partnerships) == [3, 9]
    assert check(made).ok
    assert "along roads" in view_of(made, scenario="s").method[0]


def test_stated_distances_are_those_of_the_table() -> None:
    made = plan(problem_with(lambda matrix, _: matrix * 1.3), small_scenario())
    assert made.objective == pytest.approx(1.3 * 1_800)
    assert check(made).ok


def test_a_school_that_cannot_be_reached_is_left_out_with_a_reason() -> None:
    def island(matrix, keys):
        matrix[keys.index("15"), :] = matrix[:, keys.index("15")] = np.nan
        return matrix

    made = plan(problem_with(island), small_scenario())
    assert [f.code for f in made.findings] == ["school-cut-off"]
    assert [(u.school, u.reason) for u in check(made).coverage.uncovered] == [("15", "cut-off")]
    assert check(made).ok


def test_a_pair_without_a_distance_is_never_put_around_one_centre() -> None:
    def gap(matrix, keys):
        i, j = keys.index("12"), keys.index("13")
        matrix[i, j] = matrix[j, i] = np.nan
        return matrix

    made = plan(problem_with(gap), small_scenario())
    west = next(p for p in made.partnerships if "12" in p.members and "13" in p.members)
    assert west.centre not in {"12", "13"}
    assert check(made).ok
