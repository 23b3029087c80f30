"""The estimator behaves as scikit-learn's users expect."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from geo_partnerships.clustering import ConstrainedKMedoids, Infeasible, MustLink


@parametrize_with_checks([ConstrainedKMedoids(n_clusters=3)])
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
