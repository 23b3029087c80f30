"""What the parts of a rule are handed, as far as a rule may know it: rules stand below all that asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from geo_partnerships.clustering.rules.base import Rule

__all__ = ["Asked", "Clusters", "Groups", "Model", "Pricing", "Repaired", "Rows"]

R = TypeVar("R", bound="Rule")


class Asked(Protocol):
    """How many items there are, and all rules about them."""

    @property
    def n(self) -> int:
        """Number of items."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules."""


class Clusters(Protocol):
    """Clusters that are judged."""

    @property
    def problem(self) -> Asked:
        """What is asked of them."""

    @property
    def members(self) -> Sequence[Sequence[int]]:
        """Items of each cluster."""

    @property
    def homes(self) -> list[set[int]]:
        """Clusters of each item."""


class Groups(Protocol):
    """Items merged into groups that share one cluster."""

    @property
    def n(self) -> int:
        """Number of items."""

    @property
    def cost(self) -> NDArray[np.float64]:
        """Cost of each item under each medoid, shape (n, n)."""

    @property
    def group_of(self) -> NDArray[np.int64]:
        """Group of each item, shape (n,)."""

    def of(self, kind: type[R], *, binding: bool | None = None) -> list[R]:
        """Rules of one kind."""

    def members(self, items: Iterable[int]) -> NDArray[np.int64]:
        """Distinct groups of `items`, ascending."""

    def group_sum(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum item weights, shape (n,), over each group."""


class Model(Protocol):
    """A linear model that grows."""

    def add_columns(self, cost: NDArray[np.float64], *, upper: float = ..., integer: bool = ...) -> NDArray[np.int64]:
        """Add columns; return their numbers."""

    def add_rows(
        self,
        terms: Sequence[tuple[NDArray[np.int64], NDArray[np.float64] | float]],
        *,
        lower: float = ...,
        upper: float = ...,
    ) -> None:
        """Add rows, one a line of the columns in each term."""


class Rows(Protocol):
    """The assignment model that rules add their rows to."""

    @property
    def compiled(self) -> Groups:
        """The groups that it assigns."""

    @property
    def model(self) -> Model:
        """Its rows and columns."""

    @property
    def x(self) -> NDArray[np.int64]:
        """Column of each group under each medoid, shape (groups, n)."""

    @property
    def open(self) -> NDArray[np.int64]:
        """Column that says whether each medoid is open, shape (n,)."""

    @property
    def missing_leaders(self) -> list[NDArray[np.int64]]:
        """For each preferred rule that comes first, the columns that count clusters that break it."""

    def item(self, item: int) -> NDArray[np.int64]:
        """Columns of an item's group under each medoid, shape (n,)."""

    def block(self, items: Iterable[int]) -> NDArray[np.int64]:
        """Columns of the groups of `items`, one row a medoid, shape (n, groups)."""

    def slack(self, rule: Rule, size: int, *, upper: float = ...) -> NDArray[np.int64]:
        """Columns that measure how far a preferred rule is broken; none where it is binding."""

    def one_slack(self, rule: Rule) -> NDArray[np.int64]:
        """One column of slack repeated for every medoid, shape (n,)."""

    def add_bounds(self, rule: Rule, weights: NDArray[np.float64], bounds: tuple[float, float]) -> None:
        """Bound the sum of item weights, shape (n,), in every cluster."""


class Pricing(Protocol):
    """What rules add to the pricing of whole clusters; see `bounds.pricing.PricingData`."""

    low: float
    high: float
    most_parted: float

    @property
    def compiled(self) -> Groups:
        """The groups that clusters are made of."""

    @property
    def conflicts(self) -> list[set[int]]:
        """Groups that each group must not meet."""

    @property
    def guarantees(self) -> list[tuple[int, list[int], float]]:
        """A group, those of which it must meet one, and what it costs where it does not."""

    @property
    def leaders(self) -> list[tuple[int, list[int], float]]:
        """-1, groups of which every cluster must have one, and what it costs where it has none."""

    @property
    def tallies(self) -> list[tuple[NDArray[np.float64], float, float]]:
        """A number for each group, and the bounds of its sum over a cluster."""

    @property
    def rewards(self) -> dict[tuple[int, int], float]:
        """What two groups are worth together, the lower one first."""

    @property
    def counted(self) -> dict[tuple[int, int], int]:
        """Pairs of which only so many may be parted, between two groups, the lower one first."""


class Repaired(Protocol):
    """Clusters that are repaired."""

    @property
    def compiled(self) -> Groups:
        """The problem."""

    @property
    def members(self) -> list[tuple[int, ...]]:
        """Items of each cluster."""

    @property
    def medoids(self) -> NDArray[np.int64]:
        """Best medoid of each cluster."""

    def homes(self, items: Iterable[int]) -> set[int]:
        """Clusters that hold any of the items."""

    def seen(self) -> Clusters:
        """Return the clusters as rules judge them."""
