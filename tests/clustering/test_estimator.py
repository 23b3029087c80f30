"""The estimator behaves as scikit-learn's users expect."""

from __future__ import annotations

import pickle
from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from geo_partnerships.clustering import (
    CannotLink,
    ConstrainedKMedoids,
    Infeasible,
    MustLink,
    problem,
)


@parametrize_with_checks([ConstrainedKMedoids(n_clusters=3), ConstrainedKMedoids(), ConstrainedKMedoids(2, min_size=1)])
def test_scikit_learn_checks(estimator: ConstrainedKMedoids, check: object) -> None:
    check(estimator)  # type: ignore[operator]


@pytest.fixture
def samples() -> np.ndarray:
    return np.random.default_rng(7).normal(size=(40, 3))


def test_sizes_are_kept_and_the_bound_meets_the_inertia(samples: np.ndarray) -> None:
    model = ConstrainedKMedoids(n_clusters=5, min_size=7, max_size=9).fit(samples)
    counts = np.bincount(model.labels_)
    assert counts.min() >= 7
    assert counts.max() <= 9
    assert model.lower_bound_ == model.inertia_
    own = pairwise_distances(samples)[np.arange(40), model.medoid_indices_[model.labels_]]
    assert model.inertia_ == pytest.approx(own.sum())


def test_precomputed_distances_give_the_same_clusters(samples: np.ndarray) -> None:
    direct = ConstrainedKMedoids(n_clusters=4, min_size=5).fit(samples)
    distances = pairwise_distances(samples)
    given = ConstrainedKMedoids(n_clusters=4, min_size=5, metric="precomputed").fit(distances)
    assert (direct.labels_ == given.labels_).all()
    assert (given.predict(distances) == direct.predict(samples)).all()


def test_a_callable_metric_and_a_range_of_counts(samples: np.ndarray) -> None:
    model = ConstrainedKMedoids(n_clusters=(2, 4), metric=lambda a, b: float(abs(a - b).max())).fit(samples)
    assert len(model.medoid_indices_) == 4
    assert model.transform(samples).shape == (40, 4)


def test_it_works_in_a_pipeline_and_survives_cloning_and_pickling(samples: np.ndarray) -> None:
    model = ConstrainedKMedoids(n_clusters=3, max_size=20, rules=(MustLink((0, 1)),), random_state=3)
    labels = make_pipeline(StandardScaler(), clone(model)).fit_predict(samples)
    assert labels[0] == labels[1]
    fitted = pickle.loads(pickle.dumps(model.fit(samples)))  # noqa: S301
    assert (fitted.predict(samples) == model.predict(samples)).all()


def test_impossible_sizes_speak_of_samples(samples: np.ndarray) -> None:
    with pytest.raises(Infeasible, match="5 × 9 = 45, but there are 40 samples"):
        ConstrainedKMedoids(n_clusters=5, min_size=9).fit(samples)


@pytest.mark.parametrize("n_clusters", [0, (3, 2), 41])
def test_a_senseless_number_of_clusters_is_refused(samples: np.ndarray, n_clusters: object) -> None:
    with pytest.raises(ValueError, match="n_clusters"):
        ConstrainedKMedoids(n_clusters=n_clusters).fit(samples)


WRONG_TYPES = [
    ({"n_clusters": 2.5}, "n_clusters must be a whole number.*not 2.5"),
    ({"n_clusters": True}, "n_clusters must be a whole number.*not True"),
    ({"n_clusters": "8"}, "n_clusters must be a whole number.*not '8'"),
    ({"n_clusters": (2, 3.0)}, "n_clusters must be a whole number"),
    ({"n_clusters": None}, "n_clusters must be a whole number"),
    ({"min_size": "4"}, "min_size must be None or a number"),
    ({"max_size": float("nan")}, "max_size must be None or a number"),
    ({"min_size": -1}, "min_size must be None or a number"),
    ({"min_size": 5, "max_size": 4}, "min_size=5 is above max_size=4"),
    ({"rules": 3}, "rules must be None or an iterable"),
    ({"rules": ["a"]}, "not a kind of rule"),
    ({"metric": 7}, "metric must be a name or a callable"),
    ({"metric": "no such metric"}, "metric"),
    ({"metric_params": 7}, "metric_params must be None or a mapping"),
    ({"metric": "precomputed", "metric_params": {"p": 3}}, "metric_params say nothing"),
    ({"effort": 60}, "effort must be None or an Effort"),
    ({"method": "best"}, "method must be one of"),
    ({"threads": 0}, "threads must be None or a whole number"),
    ({"threads": 1.5}, "threads must be None or a whole number"),
    ({"random_state": "seed"}, "seed"),
]


@pytest.mark.parametrize(("parameters", "said"), WRONG_TYPES)
def test_a_parameter_of_a_wrong_type_is_refused_in_words(parameters: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ConstrainedKMedoids(**{"n_clusters": 2, **parameters}).fit(np.eye(4))


def test_a_wrong_type_is_a_type_error_too(samples: np.ndarray) -> None:
    with pytest.raises(TypeError, match="n_clusters"):
        ConstrainedKMedoids(n_clusters=2.5).fit(samples)


def test_what_cannot_be_kept_is_a_value_error(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="apart"):
        ConstrainedKMedoids(2, rules=(MustLink((0, 1)), CannotLink((0, 1)))).fit(samples)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)), min_size=4, max_size=9))
def test_a_weight_is_worth_as_much_as_so_many_samples_at_one_place(drawn: list[tuple[int, int, int]]) -> None:
    places = np.array([row[:2] for row in drawn], dtype=float)
    weights = np.array([row[2] for row in drawn])
    weights[:2] += 1
    weighed = ConstrainedKMedoids(2).fit(places, sample_weight=weights)
    repeated = ConstrainedKMedoids(2).fit(places.repeat(weights, axis=0))
    assert weighed.inertia_ == pytest.approx(repeated.inertia_)
    assert weighed.lower_bound_ == pytest.approx(repeated.lower_bound_)
    assert weighed.score(places, sample_weight=weights) >= -weighed.inertia_ - 1e-9


def test_sizes_count_weights(samples: np.ndarray) -> None:
    weights = np.random.default_rng(1).integers(1, 9, 40).astype(float)
    model = ConstrainedKMedoids(4, min_size=30, max_size=60).fit(samples, sample_weight=weights)
    loads = np.bincount(model.labels_, weights=weights)
    assert loads.min() >= 30
    assert loads.max() <= 60


def test_a_sample_without_weight_follows_its_neighbours_and_is_no_medoid() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [5.6]])
    model = ConstrainedKMedoids(2).fit(line, sample_weight=[1, 1, 1, 1, 1, 0])
    assert model.labels_[5] == model.labels_[3]
    assert 5 not in model.medoid_indices_
    with pytest.raises(ValueError, match="leave them out of X"):
        model.set_params(rules=(MustLink((0, 1)),)).fit(line, sample_weight=[1, 1, 1, 1, 1, 0])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0, 2.0], "of shape"),
        (["heavy"] * 4, "must be numbers"),
        ([1, 1, 1, -1], "at least 0"),
        ([1, 1, 1, np.inf], "finite"),
        ([0, 0, 0, 0], "zero"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ConstrainedKMedoids(2).fit(np.eye(4), sample_weight=weights)


def test_numbers_of_clusters_do_not_depend_on_the_order_of_samples(samples: np.ndarray) -> None:
    order = np.random.default_rng(3).permutation(40)
    model = ConstrainedKMedoids(5, max_size=10).fit(samples)
    other = ConstrainedKMedoids(5, max_size=10).fit(samples[order])
    assert (model.labels_[order] == other.labels_).all()
    assert (model.cluster_centers_ == other.cluster_centers_).all()


def test_frames_keep_their_names(samples: np.ndarray) -> None:
    frame = pd.DataFrame(samples, columns=["east", "north", "pupils"], index=[f"school {i}" for i in range(40)])
    model = ConstrainedKMedoids(3).set_output(transform="pandas").fit(frame)
    distances = model.transform(frame)
    assert list(model.feature_names_in_) == ["east", "north", "pupils"]
    assert list(distances.columns) == ["constrainedkmedoids0", "constrainedkmedoids1", "constrainedkmedoids2"]
    assert list(distances.index) == list(frame.index)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"pupils": "staff"}))


def test_the_score_is_the_cost_below_zero(samples: np.ndarray) -> None:
    model = ConstrainedKMedoids(4).fit(samples)
    assert model.score(samples) == pytest.approx(-model.inertia_)
    given_distances = ConstrainedKMedoids(4, metric="precomputed").fit(distances := pairwise_distances(samples))
    assert given_distances.score(distances) == pytest.approx(-model.inertia_)


def test_keywords_reach_the_metric(samples: np.ndarray) -> None:
    model = ConstrainedKMedoids(3, metric="minkowski", metric_params={"p": 1}).fit(samples)
    assert model.inertia_ == pytest.approx(ConstrainedKMedoids(3, metric="manhattan").fit(samples).inertia_)
    assert model.transform(samples).min(axis=1).sum() == pytest.approx(model.inertia_)


def test_new_generators_and_threads_are_taken(samples: np.ndarray) -> None:
    first = ConstrainedKMedoids(4, random_state=np.random.default_rng(5), threads=2).fit(samples)
    again = ConstrainedKMedoids(4, random_state=np.random.default_rng(5), threads=1).fit(samples)
    assert (first.labels_ == again.labels_).all()


@pytest.mark.parametrize("features", [1, 2, 5])
def test_many_samples_are_held_as_points_and_cost_the_same(features: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = np.random.default_rng(7).normal(size=(60, features))
    known = ConstrainedKMedoids(5, max_size=20).fit(wide)
    monkeypatch.setattr("geo_partnerships.clustering.estimator.MATRIX_ITEMS", 50)
    monkeypatch.setattr(problem, "MATRIX_ITEMS", 50)
    proved = ConstrainedKMedoids(5, max_size=20, method="exact").fit(wide)
    assert proved.inertia_ == pytest.approx(known.inertia_)
    door = import_module("geo_partnerships.clustering.cluster")
    monkeypatch.setattr(door, "METHOD", replace(door.METHOD, exact_items=30))
    searched = ConstrainedKMedoids(5, max_size=20).fit(wide)
    assert searched.lower_bound_ <= known.inertia_ * (1 + 1e-9)
    assert known.inertia_ <= searched.inertia_ * (1 + 1e-9)
    assert (np.bincount(searched.labels_) <= 20).all()
