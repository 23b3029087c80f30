"""Constrained k-medoids for scikit-learn."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.metrics import pairwise_distances
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from geo_partnerships.clustering.cluster import cluster
from geo_partnerships.clustering.problem import ClusterProblem
from geo_partnerships.clustering.rules import Count, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike, NDArray

    from geo_partnerships.clustering.problem import Effort
    from geo_partnerships.clustering.rules import Rule

__all__ = ["ConstrainedKMedoids"]


class ConstrainedKMedoids(ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """K-medoids that keeps sizes and other rules, with a proven bound on its cost.

    Parameters
    ----------
    n_clusters
        Number of clusters, or its least and greatest value.
    min_size, max_size
        Bounds on the number of samples in a cluster; None leaves them open.
    rules
        Further rules from this package, about samples by their position.
    metric
        "euclidean", "precomputed", another metric known to scikit-learn, or a callable on two samples.
    method
        How to solve: see `geo_partnerships.clustering.cluster`.
    effort
        How hard to try; None goes on until the result is proved.
    random_state
        Fixes every choice left to chance.

    Attributes
    ----------
    labels_
        Cluster of each sample shape (n_samples,).
    medoid_indices_
        Position of each cluster's medoid among the samples, ascending, shape (n_clusters,).
    cluster_centers_
        The medoids themselves, shape (n_clusters, n_features); absent when the metric is precomputed.
    inertia_
        Summed distance of the samples to their medoids, with the cost of preferred rules that are broken.
    lower_bound_
        A proven floor under the inertia of every clustering that keeps the rules.
    gap_
        (inertia - lower bound) / inertia.
    result_
        The whole `Clustering`.

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

    def __init__(
        self,
        n_clusters: int | tuple[int, int] = 8,
        *,
        min_size: float | None = None,
        max_size: float | None = None,
        rules: Iterable[Rule] | None = None,
        metric: str | Callable[..., float] = "euclidean",
        method: Literal["auto", "search", "exact", "bound"] = "auto",
        effort: Effort | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.min_size = min_size
        self.max_size = max_size
        self.rules = rules
        self.metric = metric
        self.method = method
        self.effort = effort
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> ConstrainedKMedoids:  # noqa: ARG002, N803
        """Cluster the samples.

        Parameters
        ----------
        X
            Samples, shape (n_samples, n_features), or their distances, shape (n_samples, n_samples).
        y
            Ignored; there for scikit-learn's conventions.

        Raises
        ------
        Infeasible
            If no clustering keeps the rules.
        """
        samples = validate_data(self, X, dtype=np.float64)
        fewest, most = self._counts(samples.shape[0])
        rules: list[Rule] = [Count(fewest, most, name="n_clusters")]
        if self.min_size is not None or self.max_size is not None:
            least = 1 if self.min_size is None else self.min_size
            greatest = samples.shape[0] if self.max_size is None else self.max_size
            rules.append(Size(least, greatest, name="min_size and max_size"))
        rules.extend(self.rules or ())
        problem = ClusterProblem(self._distances(samples), tuple(rules))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        found = cluster(problem, method=self.method, effort=self.effort, seed=seed, noun="samples")
        self.result_ = found
        self.labels_ = found.labels
        self.medoid_indices_ = np.array(found.medoids)
        self.inertia_ = found.objective
        self.lower_bound_ = found.lower_bound
        self.gap_ = found.gap
        if self.metric != "precomputed":
            self.cluster_centers_ = samples[self.medoid_indices_]
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:  # noqa: N803
        """Give each sample the cluster of its nearest medoid, whatever the sizes become.

        Parameters
        ----------
        X
            Samples, shape (n_samples, n_features), or distances to the fitted samples.
        """
        return np.asarray(self.transform(X).argmin(axis=1))

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Measure the distance of each sample to each medoid, shape (n_samples, n_clusters)."""
        check_is_fitted(self)
        samples = validate_data(self, X, reset=False, dtype=np.float64)
        if self.metric == "precomputed":
            return np.asarray(samples[:, self.medoid_indices_])
        return np.asarray(pairwise_distances(samples, self.cluster_centers_, metric=self.metric))

    def _counts(self, samples: int) -> tuple[int, int]:
        given = self.n_clusters
        pair = (given, given) if isinstance(given, Integral) else tuple(cast("tuple[int, int]", given))
        if len(pair) != 2 or not 1 <= pair[0] <= pair[1]:  # noqa: PLR2004
            message = f"n_clusters must be a whole number of at least 1, or two in order, not {given!r}"
            raise ValueError(message)
        if pair[0] > samples:
            message = f"n_samples={samples} should be >= n_clusters={pair[0]}"
            raise ValueError(message)
        return int(pair[0]), int(min(pair[1], samples))

    def _distances(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.metric == "precomputed":
            return samples
        distances = np.asarray(pairwise_distances(samples, metric=self.metric), dtype=np.float64)
        np.fill_diagonal(distances, 0.0)
        return distances

    def __sklearn_tags__(self) -> Any:  # the type and the name are scikit-learn's own
        """Tell scikit-learn that a precomputed metric takes distances."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.metric == "precomputed"
        return tags
