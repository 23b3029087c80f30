"""Constrained k-medoids: clusterings that keep rules, with a proven bound on how good they can be.

Numbers only: a cost matrix and rules go in, clusters come out. Nothing here knows what an item is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_partnerships.clustering.answer import Stopped
from geo_partnerships.clustering.cluster import cluster
from geo_partnerships.clustering.problem import (
    Clustering,
    ClusterProblem,
    Effort,
    Infeasible,
    ProblemError,
    Progress,
    Violation,
)
from geo_partnerships.clustering.rules import (
    Allowed,
    Balance,
    CannotLink,
    Count,
    Districts,
    Guarantee,
    Leaders,
    MustLink,
    PairRewards,
    PartedAtMost,
    Pinned,
    Rule,
    Size,
    Support,
)

if TYPE_CHECKING:
    from geo_partnerships.clustering.estimator import ConstrainedKMedoids

__all__ = [
    "Allowed",
    "Balance",
    "CannotLink",
    "ClusterProblem",
    "Clustering",
    "ConstrainedKMedoids",
    "Count",
    "Districts",
    "Effort",
    "Guarantee",
    "Infeasible",
    "Leaders",
    "MustLink",
    "PairRewards",
    "PartedAtMost",
    "Pinned",
    "ProblemError",
    "Progress",
    "Rule",
    "Size",
    "Stopped",
    "Support",
    "Violation",
    "cluster",
]


def __getattr__(name: str) -> Any:  # the estimator's class, once it is asked for
    """Import the estimator, and scikit-learn with it, only when it is used."""
    if name == "ConstrainedKMedoids":
        from geo_partnerships.clustering.estimator import ConstrainedKMedoids  # noqa: PLC0415

        return ConstrainedKMedoids
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
