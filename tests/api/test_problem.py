"""A problem from frames in memory is the problem of the same files, in its plan and in what is told."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo_partnerships as gp
from geo_partnerships.errors import BadDataError, UsageError

POINTS = [(525_000 + 400 * (n % 4), 190_000 + 500 * (n // 4)) for n in range(12)]
KEYS = [str(100_001 + n) for n in range(12)]


@pytest.fixture
def frame():
    """Twelve schools on a grid, columns as the register calls them."""
    return gpd.GeoDataFrame(
        {"URN": KEYS, "EstablishmentName": [f"School {n}" for n in range(12)], "NOR": [210.0, np.nan, *[180.0] * 10]},
        geometry=gpd.points_from_xy(*zip(*POINTS, strict=True)), crs="EPSG:27700",
    )  # fmt: skip


def told(problem):
    return [(one.code, one.row, one.field, one.message) for one in problem.findings]


def test_a_frame_gives_the_plan_and_the_findings_of_the_same_file(frame, tmp_path) -> None:
    frame.to_file(tmp_path / "schools.gpkg", layer="schools")
    of_file, of_frame = gp.read_problem(tmp_path), gp.Problem.from_frame(frame)
    assert dict(of_frame.schools) == dict(of_file.schools)
    assert told(of_frame) == told(of_file)
    plans = [gp.plan(one, partnerships=3, size=(3, 5)) for one in (of_file, of_frame)]
    assert plans[0].partnerships == plans[1].partnerships


@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:4326", "EPSG:3857", "EPSG:32630"])
def test_any_crs_will_do_and_the_frame_stays_as_it_is(frame, crs) -> None:
    given = frame.to_crs(crs)
    before = given.copy()
    problem = gp.Problem.from_frame(given)
    assert [(round(s.easting), round(s.northing)) for s in problem.schools.values()] == POINTS
    assert before.equals(given)


def test_numbers_with_gaps_are_whole_numbers(frame) -> None:
    pupils = [school.pupils for school in gp.Problem.from_frame(frame).schools.values()]
    assert pupils[:3] == [210, None, 180]


def test_the_key_may_be_the_index(frame) -> None:
    assert list(gp.Problem.from_frame(frame.set_index("URN")).schools) == KEYS


@pytest.mark.parametrize("order", [1, -1])
def test_degrees_that_are_called_metres_are_refused(frame, order) -> None:
    places = [(-0.2 + n / 1_000, 51.6)[::order] for n in range(12)]
    wrong = frame.set_geometry(gpd.points_from_xy(*zip(*places, strict=True)), crs="EPSG:27700")
    with pytest.raises(BadDataError, match="are degrees"):
        gp.Problem.from_frame(wrong)


def test_a_frame_without_a_crs_is_refused(frame) -> None:
    with pytest.raises(BadDataError, match="set_crs"):
        gp.Problem.from_frame(frame.set_crs(None, allow_override=True))


@pytest.mark.parametrize("point", [None, shapely.Point(), shapely.Point(float("nan"), 1)], ids=["none", "empty", "NaN"])
def test_a_school_without_a_point_is_told_by_name(frame, point) -> None:
    frame.loc[3, "geometry"] = point
    problem = gp.Problem.from_frame(frame)
    assert not problem.schools[KEYS[3]].has_point
    assert '"School 3" has no point' in next(one.message for one in problem.findings if one.code == "point-missing")


def test_answers_distances_and_boundaries_come_as_frames_too(frame) -> None:
    survey = pd.DataFrame({"URN": [KEYS[0]], "existing": [[KEYS[1]]], "wanted": [f"School 2; {KEYS[3]}"]})
    metres = np.array([[1.2 * np.hypot(a[0] - b[0], a[1] - b[1]) for b in POINTS] for a in POINTS])
    area = gpd.GeoDataFrame(
        {"LAD24NM": ["Trees"]}, geometry=[shapely.box(524_000, 189_000, 528_000, 193_000)], crs=27700
    )
    problem = gp.Problem.from_frame(
        frame, survey=survey, distances=pd.DataFrame(metres, index=KEYS, columns=KEYS), boundaries=area.to_crs(4326)
    )
    [answer] = problem.survey.responses
    assert (answer.existing, answer.wanted) == ((KEYS[1],), (KEYS[2], KEYS[3]))
    assert problem.distances.matrix[0, 1] == pytest.approx(480)
    assert list(problem.places.authority["name"]) == ["Trees"]
    long = pd.DataFrame([(a, b, metres[i, j]) for i, a in enumerate(KEYS) for j, b in enumerate(KEYS)],
                        columns=["from", "to", "metres"])  # fmt: skip
    assert gp.Problem.from_frame(frame, distances=long).distances.matrix[0, 1] == pytest.approx(480)


def test_distances_in_kilometres_are_refused_as_from_a_file(frame) -> None:
    far = np.array([[np.hypot(a[0] - b[0], a[1] - b[1]) / 1_000 for b in POINTS] for a in POINTS])
    with pytest.raises(BadDataError, match="no metres"):
        gp.Problem.from_frame(frame, distances=pd.DataFrame(far, index=KEYS, columns=KEYS))


def test_a_layer_that_is_none_and_two_columns_that_differ_are_refused(frame) -> None:
    with pytest.raises(UsageError, match="no layer"):
        gp.Problem.from_frame(frame, boundaries={"wards": frame})
    frame["School name"] = "Other"
    with pytest.raises(BadDataError, match="both could be name"):
        gp.Problem.from_frame(frame)
    assert gp.Problem.from_frame(frame, columns={"name": "EstablishmentName"}).schools[KEYS[0]].name == "School 0"


def test_a_column_that_stands_twice_is_refused(frame) -> None:
    twice = frame.rename(columns={"NOR": "EstablishmentName"})
    with pytest.raises(BadDataError, match="both could be name"):
        gp.Problem.from_frame(twice)


def test_areas_are_no_points(frame) -> None:
    with pytest.raises(BadDataError, match="not a Point"):
        gp.Problem.from_frame(frame.set_geometry(frame.buffer(10)))


def test_a_plan_in_one_line(frame) -> None:
    made = gp.plan(frame, partnerships=3, size=(3, 5))
    assert sorted(partnership.size for partnership in made.partnerships) == [3, 4, 5]
    assert gp.check(made).ok
    assert len(gp.plan(frame).partnerships) >= 1
    with pytest.raises(UsageError, match="Give a scenario, or"):
        gp.plan(frame, gp.Scenario(), partnerships=3)


def test_a_frame_and_its_copy_have_one_digest_and_a_change_another(frame) -> None:
    one = gp.Problem.from_frame(frame).digest
    assert gp.Problem.from_frame(frame.copy()).digest == one
    frame.loc[0, "EstablishmentName"] = "Another"
    assert gp.Problem.from_frame(frame).digest != one
