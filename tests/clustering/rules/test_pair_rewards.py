"""Pairs that are worth being together: a best clustering weighs them against the distance, and the floor holds."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from geo_partnerships.clustering import (
    Balance,
    CannotLink,
    ClusterProblem,
    Count,
    Districts,
    Effort,
    Guarantee,
    Leaders,
    MustLink,
    PairRewards,
    Pinned,
    ProblemError,
    Size,
    cluster,
)
from geo_partnerships.clustering.answer import assemble
from geo_partnerships.clustering.audit import UnsoundAnswer, audit
from geo_partnerships.clustering.bounds.column_generation import floor_by_columns
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.exact import ruled as exactly
from geo_partnerships.clustering.guides import Guides
from geo_partnerships.clustering.models.assignment_model import build_model
from geo_partnerships.clustering.models.highs import solve_linear
from geo_partnerships.clustering.search.moves import anneal_labels, bounds_of, generator_state
from geo_partnerships.clustering.search.state import State
from geo_partnerships.clustering.space import Space

N, K, LOW, HIGH = 15, 3, 3, 7


def drawn(seed: int, weight: float, *, leaders: bool = True) -> ClusterProblem:
    """Fifteen points with most kinds of rules, and pairs of which half are far apart."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, 10_000, (N, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    items = random.permutation(N).tolist()
    near = [(i, int(np.argsort(cost[i])[random.integers(1, 5)])) for i in items[:8]]
    far = [(items[number], items[-1 - number]) for number in range(5)]
    rules = [
        Count(K, K),
        Size(LOW, HIGH),
        MustLink((items[0], items[1])),
        CannotLink((items[2], items[3])),
        Pinned((items[4],), "a"),
        Pinned((items[5],), "b"),
        Balance(tuple(items[:10]), 1, 4),
        Guarantee(items[6], (items[7], items[8])),
        Guarantee(items[9], (items[10], items[11]), binding=False, weight=1_500.0),
        PairRewards(tuple(near + far), weight=weight),
        PairRewards(tuple(far), name="more for some", weight=weight / 3),
    ]
    if leaders:
        rules.append(Leaders(tuple(items[12:14]), binding=False))
    return ClusterProblem(cost, tuple(rules))


class OwnModel:
    """A model of its own: members by medoid, and for each pair a variable under each medoid (no leaders)."""

    def __init__(self, problem: ClusterProblem) -> None:
        n = problem.n
        self.x = np.arange(n * n).reshape(n, n)
        self.prices = problem.cost.ravel().tolist()
        self.rows: list[tuple[dict[int, float], float, float]] = []
        for i in range(n):
            self.row(dict.fromkeys(self.x[i].tolist(), 1.0), 1, 1)
            for j in set(range(n)) - {i}:
                self.row({self.x[i, j]: 1.0, self.x[j, j]: -1.0}, -np.inf, 0)
        for rule in problem.rules:
            getattr(self, type(rule).__name__)(rule)
        pins = [rule.items[0] for rule in problem.rules if isinstance(rule, Pinned)]
        for a, b in itertools.combinations(pins, 2):
            self.CannotLink(CannotLink((a, b)))

    def row(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def variable(self, price: float) -> int:
        self.prices.append(price)
        return len(self.prices) - 1

    def counted(self, items: tuple[int, ...], low: float, high: float) -> None:
        for j in range(len(self.x)):
            for bound, least, most in ((low, 0, np.inf), (high, -np.inf, 0)):
                terms = {int(self.x[i, j]): 1.0 for i in items}
                terms[self.x[j, j]] = terms.get(self.x[j, j], 0.0) - bound
                self.row(terms, least, most)

    def Count(self, rule: Count) -> None:  # noqa: N802 - the name of the rule
        self.row({int(v): 1.0 for v in self.x.diagonal()}, rule.minimum, rule.maximum)

    def Size(self, rule: Size) -> None:  # noqa: N802
        self.counted(tuple(range(len(self.x))), rule.minimum, rule.maximum)

    def Balance(self, rule: Balance) -> None:  # noqa: N802
        self.counted(rule.items, rule.minimum, rule.maximum)

    def CannotLink(self, rule: CannotLink) -> None:  # noqa: N802
        self.counted(rule.items, 0, 1)

    def MustLink(self, rule: MustLink) -> None:  # noqa: N802
        for j in range(len(self.x)):
            self.row({self.x[rule.items[0], j]: 1.0, self.x[rule.items[1], j]: -1.0}, 0, 0)

    def Pinned(self, rule: Pinned) -> None:  # noqa: N802
        """Pins are kept apart in pairs."""

    def Guarantee(self, rule: Guarantee) -> None:  # noqa: N802
        lacking = {} if rule.binding else {self.variable(rule.weight): -1.0}
        for j in range(len(self.x)):
            self.row({self.x[rule.item, j]: 1.0, **{self.x[s, j]: -1.0 for s in rule.named}, **lacking}, -np.inf, 0)

    def PairRewards(self, rule: PairRewards) -> None:  # noqa: N802
        for a, b in rule.pairs:
            together = [self.variable(0.0) for _ in self.x]
            for j, both in enumerate(together):
                self.row({both: 1.0, self.x[a, j]: -1.0}, -np.inf, 0)
                self.row({both: 1.0, self.x[b, j]: -1.0}, -np.inf, 0)
            self.row({**dict.fromkeys(together, 1.0), self.variable(rule.weight): 1.0}, 1, np.inf)

    def least_cost(self) -> float:
        matrix = np.zeros((len(self.rows), len(self.prices)))
        for number, (terms, _, _) in enumerate(self.rows):
            matrix[number, list(terms)] = list(terms.values())
        whole = np.arange(len(self.prices)) < self.x.size
        limits = LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows])
        found = milp(self.prices, constraints=limits, integrality=whole, bounds=Bounds(0, 1))
        assert found.success
        return float(found.fun)


@pytest.mark.parametrize("weight", [150.0, 900.0, 5_000.0])
@pytest.mark.parametrize("seed", range(2))
def test_whole_clusters_agree_with_a_model_of_its_own(seed: int, weight: float) -> None:
    problem = drawn(seed, weight, leaders=False)
    found = cluster(problem)
    assert found.proven
    assert found.objective == pytest.approx(OwnModel(problem).least_cost(), rel=1e-6)


@pytest.mark.parametrize("weight", [150.0, 5_000.0])
def test_single_memberships_and_whole_clusters_agree_with_leaders(
    monkeypatch: pytest.MonkeyPatch, weight: float
) -> None:
    problem = drawn(3, weight)
    whole = cluster(problem)
    monkeypatch.setattr(exactly, "is_columnar", lambda _: False)
    single = cluster(problem)
    assert single.proven
    assert whole.proven
    assert whole.objective == pytest.approx(single.objective, rel=1e-6)
    assert whole.fewest_leaderless == single.fewest_leaderless


@pytest.mark.parametrize("seed", range(5))
def test_the_floor_is_never_above_the_optimum_whatever_prices_it_is_taken_at(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = drawn(seed, float(random.choice([200.0, 1_000.0, 4_000.0])), leaders=False)
    best = cluster(problem)
    bare = replace(problem, rules=tuple(r for r in problem.rules if not isinstance(r, PairRewards)))
    linear = solve_linear(build_model(compile_problem(bare)).model)
    assert linear is not None
    compiled = compile_problem(problem)
    for late in (True, False):
        prices = linear.prices * random.uniform(0.5, 1.5, linear.prices.size)
        floor = floor_by_columns(compiled, 0, prices, late=lambda late=late: late)
        assert floor.value <= best.objective * (1 + 1e-9)
    listed = floor.within(best.objective - floor.value + 1.0, 20_000)
    assert listed is not None
    held = {tuple(np.flatnonzero(chosen)) for chosen in listed.chosen}
    for members in best.members:
        assert tuple(sorted({int(compiled.group_of[i]) for i in members})) in held, "no best cluster is left out"


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e9])
def test_the_unit_of_costs_and_rewards_changes_nothing(unit: float) -> None:
    problem = drawn(1, 900.0)
    rules = tuple(r.at_weight(r.weight * unit) if not r.binding else r for r in problem.rules)
    found, plain = cluster(ClusterProblem(problem.cost * unit, rules)), cluster(problem)
    assert found.proven
    assert found.members == plain.members
    assert found.objective == pytest.approx(plain.objective * unit, rel=1e-9)


def test_a_pair_is_together_where_its_worth_is_more_than_the_way() -> None:
    cost = np.abs(np.subtract.outer([0, 1, 2, 100, 101, 102], [0, 1, 2, 100, 101, 102])).astype(float)
    rules = (Count(2, 2), Size(2, 4))
    parted = cluster(ClusterProblem(cost, (*rules, PairRewards(((0, 5),), name="pair", weight=90.0))))
    joined = cluster(ClusterProblem(cost, (*rules, PairRewards(((0, 5),), name="pair", weight=400.0))))
    assert parted.violations[0].amount == 1
    assert parted.violations[0].cost == 90.0
    assert joined.violations == ()
    assert joined.labels[0] == joined.labels[5]
    assert joined.proven


def test_a_pair_counts_once_for_every_time_it_stands() -> None:
    cost = np.abs(np.subtract.outer(range(4), range(4))).astype(float)
    rule = PairRewards(((0, 3), (3, 0)), weight=0.25)
    found = cluster(ClusterProblem(cost, (Count(2, 2), Size(2, 2), rule)))
    assert found.violations[0].amount == 2
    assert found.objective == pytest.approx(2.5)


def test_districts_that_must_be_whole_are_weighed_against_pairs_too() -> None:
    cost = np.abs(np.subtract.outer(range(8), range(8))).astype(float)
    districts = Districts((0, 0, 1, 1, 2, 2, 3, 3), frozenset({(0, 1), (1, 2), (2, 3)}))
    found = cluster(ClusterProblem(cost, (Count(2, 2), districts, PairRewards(((1, 4), (3, 5)), weight=30.0))))
    assert found.proven
    assert found.violations == ()


def test_pairs_are_never_binding_and_never_of_one_item() -> None:
    cost = np.zeros((3, 3))
    with pytest.raises(ProblemError, match="use MustLink for those that must be together"):
        ClusterProblem(cost, (PairRewards(((0, 1),), binding=True),))
    with pytest.raises(ProblemError, match="an item is not paired with itself"):
        ClusterProblem(cost, (PairRewards(((1, 1),), weight=2.0),))


def test_the_last_check_counts_parted_pairs_anew() -> None:
    cost = np.abs(np.subtract.outer(range(4), range(4))).astype(float)
    problem = ClusterProblem(cost, (Count(2, 2), PairRewards(((0, 3), (0, 1)), name="pairs", weight=5.0)))
    sound = evaluate(compile_problem(problem), [[0, 1], [2, 3]])
    audit(problem, assemble(sound, lower_bound=0.0, method="exact"))
    lied = replace(sound, violations=(replace(sound.violations[0], amount=2.0),))
    with pytest.raises(UnsoundAnswer, match="pairs: broken by 1, not 2"):
        audit(problem, assemble(lied, lower_bound=0.0, method="exact"))


def test_the_last_check_adds_up_pairs_known_by_the_same_words() -> None:
    cost = np.abs(np.subtract.outer(range(4), range(4))).astype(float)
    kept, parted = PairRewards(((0, 1),), weight=5.0), PairRewards(((0, 3), (1, 3)), weight=0.5)
    problem = ClusterProblem(cost, (Count(2, 2), kept, parted))
    sound = evaluate(compile_problem(problem), [[0, 1], [2, 3]])
    audit(problem, assemble(sound, lower_bound=0.0, method="exact"))
    with pytest.raises(UnsoundAnswer, match="pairs together: broken by 2, not 0"):
        audit(problem, assemble(replace(sound, violations=()), lower_bound=0.0, method="exact"))


def near_pairs(n: int, k: int) -> ClusterProblem:
    """Points in a square of 20 km, every third of which is worth being with one of its nearest."""
    random = np.random.default_rng(7)
    bare = ClusterProblem.from_points(random.uniform(0, 20_000, (n, 2)), (Count(k, k), Size(4, 2 * n // k)))
    near = np.argsort(bare.cost, axis=1)[:, 1:9]
    pairs = tuple((i, int(random.choice(near[i]))) for i in range(0, n, 3))
    return replace(bare, rules=(*bare.rules, PairRewards(pairs, name="pairs", weight=1_500.0)))


def test_moves_that_are_accepted_when_cold_never_make_a_clustering_with_pairs_dearer() -> None:
    problem = near_pairs(60, 6)
    compiled = compile_problem(problem)
    state = State(Space.of(compiled.cost, 30), bounds_of(compiled), np.arange(60) % 6, 6)
    guides, random = Guides.of(compiled), generator_state(1)
    costs = []
    for _ in range(12):
        clusters = [np.flatnonzero(state.label == c).tolist() for c in range(6)]
        costs.append(evaluate(compiled, clusters).objective)
        anneal_labels(state, guides, random, [(100, 0.0, 0.0, 1.0, True)])
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < 0.6 * costs[0]


def test_a_search_grants_more_pairs_than_one_that_knows_none() -> None:
    problem = near_pairs(204, 17)
    few = Effort(iterations=60, rounds=1)
    found = cluster(problem, effort=few)
    plain = cluster(replace(problem, rules=problem.rules[:-1]), effort=few)
    before = evaluate(compile_problem(problem), plain.members)
    assert found.method == "search"
    assert found.lower_bound <= found.objective < before.objective
    assert found.violations[0].amount < before.violations[0].amount


def test_rewards_far_above_every_distance_are_proved_all_the_same() -> None:
    at = np.random.default_rng(3).uniform(0, 5_000, (40, 2))
    cost = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    home = np.empty(40, dtype=np.int64)
    home[np.argsort(at[:, 0])] = np.repeat(np.arange(5), 8)
    home[[0, 7, 21]] = [4, 0, 2]  # three that are far from the rest of theirs
    groups = [np.flatnonzero(home == group) for group in range(5)]
    middles = [group[cost[np.ix_(group, group)].sum(axis=0).argmin()] for group in groups]
    pairs = tuple(
        (int(min(member, middle)), int(max(member, middle)))
        for group, middle in zip(groups, middles, strict=True)
        for member in group
        if member != middle
    )
    rules = (Count(5, 5), Size(4, 14), PairRewards(pairs, name="near", weight=1_000_000.0))
    found = cluster(ClusterProblem(cost=cost, rules=rules))
    assert found.proven
    assert found.objective == pytest.approx(sum(cost[np.ix_(g, g)].sum(axis=0).min() for g in groups))
