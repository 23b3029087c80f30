"""Constrained k-medoids for scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.metrics import pairwise_distances
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from geo_partnerships.clustering.cluster import cluster
from geo_partnerships.clustering.given_parameters import (
    ParameterError,
    check_parameters,
    checked_weights,
    counts,
)
from geo_partnerships.clustering.problem import MATRIX_ITEMS, ClusterProblem
from geo_partnerships.clustering.rules import Count, Rule, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from geo_partnerships.clustering.problem import Clustering, Effort

__all__ = ["ConstrainedKMedoids"]


class ConstrainedKMedoids(ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """K-medoids that keeps sizes and other rules, with a proven bound on its cost.

    Parameters
    ----------
    n_clusters
        Number of clusters, or its least and greatest value.
    min_size, max_size
        Bounds on the number of samples in a cluster, or on their summed weight where `fit` is given weights; None
        leaves them open.
    rules
        Further rules from this package, about samples by their position.
    metric
        "euclidean", "precomputed", another metric known to scikit-learn, or a callable on two samples. For more than
        3,000 samples, Euclidean distances are worked out as they are asked for; others are held as a matrix.
    metric_params
        Keywords of the metric, such as ``{"p": 1.5}`` for "minkowski".
    method
        How to solve: see `geo_partnerships.clustering.cluster`.
    effort
        How hard to try; None goes on until the result is proved, or some minutes' work is done.
    random_state
        Fixes every choice left to chance: a whole number, or a generator of NumPy's, old or new.
    threads
        How many threads may work; the result does not depend on it. None leaves it to the program.

    Attributes
    ----------
    labels_
        Cluster of each sample, shape (n_samples,). Clusters are numbered from the middle outwards, by the distance of
        all samples to their medoids, so that the order of the samples does not matter.
    medoid_indices_
        Position of each cluster's medoid among the samples, shape (n_clusters,).
    cluster_centers_
        The medoids themselves, shape (n_clusters, n_features); absent when the metric is precomputed.
    inertia_
        Summed weighted distance of the samples to their medoids, with the cost of preferred rules that are broken.
    lower_bound_
        A proven floor under the inertia of every clustering that keeps the rules.
    gap_
        (inertia - lower bound) / inertia.
    result_
        The whole `Clustering` of the samples that weigh anything, in the order of their medoids' positions.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [11.0]])
    >>> model = ConstrainedKMedoids(n_clusters=2, min_size=3, max_size=3).fit(X)
    >>> model.labels_.tolist()
    [0, 0, 0, 1, 1, 1]
    >>> model.gap_
    0.0
    """

    def __init__(  # noqa: PLR0913 - every parameter has a name, as in scikit-learn
        self,
        n_clusters: int | tuple[int, int] = 8,
        *,
        min_size: float | None = None,
        max_size: float | None = None,
        rules: Iterable[Rule] | None = None,
        metric: str | Callable[..., float] = "euclidean",
        metric_params: Mapping[str, Any] | None = None,
        method: Literal["auto", "search", "exact", "bound"] = "auto",
        effort: Effort | None = None,
        random_state: int | np.random.RandomState | np.random.Generator | None = None,
        threads: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.min_size = min_size
        self.max_size = max_size
        self.rules = rules
        self.metric = metric
        self.metric_params = metric_params
        self.method = method
        self.effort = effort
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> ConstrainedKMedoids:  # noqa: ARG002, N803 - scikit-learn's signature
        """Cluster the samples.

        Parameters
        ----------
        X
            Samples, shape (n_samples, n_features), or their distances, shape (n_samples, n_samples).
        y
            Ignored; there for scikit-learn's conventions.
        sample_weight
            For how many samples each stands, in distance and in size, shape (n_samples,). One that weighs nothing
            gets the cluster of the nearest medoid and is none itself.

        Raises
        ------
        ParameterError
            If a parameter is of a wrong type or makes no sense.
        ProblemError
            If distances or rules make no sense.
        Infeasible
            If no clustering keeps the rules; it names those that cannot be kept together. All three are ValueErrors.
        """
        check_parameters(self)
        rules = tuple(self.rules or ())
        samples = validate_data(self, X, dtype=np.float64)
        weights = checked_weights(sample_weight, samples.shape[0])
        kept = np.arange(samples.shape[0]) if weights is None else np.flatnonzero(weights)
        if rules and kept.size < samples.shape[0]:
            raise ParameterError("sample_weight is 0 for samples of which rules may speak: leave them out of X")
        found = cluster(
            self._problem(samples, kept, weights, rules),
            method=self.method,
            effort=self.effort,
            seed=self._seed(),
            threads=self.threads,
            noun="samples",
        )
        self._keep(found, samples, weights)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803
        """Give each sample the cluster of its nearest medoid, whatever the sizes become.

        Parameters
        ----------
        X
            Samples, shape (n_samples, n_features), or distances to the fitted samples.
        """
        return np.asarray(self._to_medoids(X).argmin(axis=1))

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Measure the distance of each sample to each medoid, shape (n_samples, n_clusters)."""
        return self._to_medoids(X)

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:  # noqa: ARG002, N803 - scikit-learn's signature
        """Return the summed weighted distance of samples to their nearest medoids, below 0: more is better.

        Parameters
        ----------
        X
            Samples, shape (n_samples, n_features), or distances to the fitted samples.
        y
            Ignored; there for scikit-learn's conventions.
        sample_weight
            For how many samples each stands, shape (n_samples,).
        """
        nearest = self._to_medoids(X).min(axis=1)
        weights = checked_weights(sample_weight, nearest.size)
        return -float(nearest.sum() if weights is None else nearest @ weights)

    @property
    def _n_features_out(self) -> int:
        """How many columns `transform` gives: one a cluster."""
        return int(self.medoid_indices_.size)

    def _to_medoids(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        check_is_fitted(self)
        samples = validate_data(self, X, reset=False, dtype=np.float64)
        return self._to_medoids_of(samples, None if self.metric == "precomputed" else self.cluster_centers_)

    def _to_medoids_of(self, samples: NDArray[np.float64], medoids: NDArray[np.float64] | None) -> NDArray[np.float64]:
        """Measure samples to medoids, shape (n_samples, n_clusters)."""
        if self.metric == "precomputed":
            return np.asarray(samples[:, self.medoid_indices_])
        return self._distances(samples, medoids)

    def _keep(self, found: Clustering, samples: NDArray[np.float64], weights: NDArray[np.float64] | None) -> None:
        """Take over what was found among the samples that weigh anything."""
        kept = np.arange(samples.shape[0]) if weights is None else np.flatnonzero(weights)
        self.medoid_indices_ = kept[list(found.medoids)]
        to_medoids = self._to_medoids_of(samples, samples[self.medoid_indices_])
        order = _outwards(np.average(to_medoids, axis=0, weights=weights))
        self.medoid_indices_ = self.medoid_indices_[order]
        self.result_ = found
        self.inertia_ = found.objective
        self.lower_bound_ = found.lower_bound
        self.gap_ = found.gap
        if self.metric != "precomputed":
            self.cluster_centers_ = samples[self.medoid_indices_]
        self.labels_ = np.argsort(order)[to_medoids.argmin(axis=1)]
        self.labels_[kept] = np.argsort(order)[found.labels]

    def _problem(
        self,
        samples: NDArray[np.float64],
        kept: NDArray[np.int64],
        weights: NDArray[np.float64] | None,
        asked: tuple[Rule, ...],
    ) -> ClusterProblem:
        """State the problem of the samples that weigh anything."""
        loads = None if weights is None else weights[kept]
        rules = (*self._bounds(kept.size, loads), *asked)
        chosen = samples if kept.size == samples.shape[0] else samples[kept]
        many = kept.size > MATRIX_ITEMS and self.metric == "euclidean" and not self.metric_params
        if many and weights is None and not any(isinstance(rule, Rule) and rule.needs_matrix() for rule in rules):
            return ClusterProblem.from_points(chosen, rules)
        if self.metric == "precomputed":
            distances = chosen if chosen is samples else chosen[:, kept]
        else:
            distances = self._distances(chosen)
            np.fill_diagonal(distances, 0.0)
        return ClusterProblem(distances if loads is None else distances * loads[:, None], rules)

    def _bounds(self, samples: int, loads: NDArray[np.float64] | None) -> Iterator[Rule]:
        """Number and sizes, as rules."""
        fewest, most = counts(self.n_clusters)
        if fewest > samples:
            raise ParameterError(f"n_samples={samples} should be >= n_clusters={fewest}")
        yield Count(fewest, min(most, samples), name="n_clusters")
        if self.min_size is None and self.max_size is None:
            return
        least = (1 if loads is None else 0) if self.min_size is None else self.min_size
        total = samples if loads is None else float(loads.sum())
        greatest = max(least, total) if self.max_size is None else self.max_size
        shares = None if loads is None else tuple(loads.tolist())
        yield Size(least, greatest, shares, name="min_size and max_size")

    def _distances(
        self, samples: NDArray[np.float64], others: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Measure samples against others, by default against each other."""
        measured = pairwise_distances(samples, others, metric=self.metric, **(self.metric_params or {}))
        return np.asarray(measured, dtype=np.float64)

    def _seed(self) -> int:
        """Draw a seed."""
        if isinstance(self.random_state, np.random.Generator):
            return int(self.random_state.integers(2**31 - 1))
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Any:  # the type and the name are scikit-learn's own
        """Tell scikit-learn that a precomputed metric takes distances."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.metric == "precomputed"
        return tags


def _outwards(far: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order numbers from small to great; what differs by no more than rounding stays in its order."""
    step = 1e-9 * max(float(far.max(initial=0.0)), np.finfo(float).tiny)
    return np.argsort(np.round(far / step), kind="stable")
