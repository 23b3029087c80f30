"""Other programs on the same instances; all are judged by the best medoids of the clusters they give.

Each takes an instance and the seconds it may take, and returns the clusters, and a floor under all where it has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Count, Leaders, Size
from geo_partnerships.clustering.answer import PROOF_TOLERANCE
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluate import evaluate
from geo_partnerships.clustering.models.assignment_model import build_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.instances import Instance
    from geo_partnerships.clustering.models.assignment_model import MedoidModel

    Clusters = list[list[int]]
    Answer = tuple[Clusters, float | None]

DENSE = 5000


class Unsuited(Exception):  # noqa: N818 - not a malfunction
    """The peer does not take problems of this kind or size."""


class NoAnswer(Exception):  # noqa: N818 - the same
    """The peer found nothing within its time."""


def shape(instance: Instance) -> tuple[int, Size | None, bool]:
    """Number of clusters, the size rule, and whether there is nothing else."""
    rules = instance.problem.rules
    count = next(rule for rule in rules if isinstance(rule, Count))
    size = next((rule for rule in rules if isinstance(rule, Size)), None)
    return count.maximum, size, all(isinstance(rule, (Count, Size)) for rule in rules)


def matrix(instance: Instance) -> NDArray[np.float64]:
    """The whole cost matrix, for peers that need it."""
    n, cost = instance.problem.n, instance.problem.cost
    if n > DENSE:
        raise Unsuited
    return cost if isinstance(cost, np.ndarray) else np.asarray(cost[np.arange(n)[:, None], np.arange(n)[None, :]])


def judged(instance: Instance, clusters: Clusters) -> tuple[float, int]:
    """Cost about the best medoids, and the number of rules broken."""
    found = evaluate(compile_problem(instance.problem), clusters)
    return found.objective, len(found.broken)


def gathered(labels: NDArray[np.int64]) -> Clusters:
    """Members of each cluster by the label of each item."""
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]


def fasterpam(instance: Instance, starts: int) -> Answer:
    """FasterPAM of kmedoids, which knows no sizes."""
    import kmedoids

    k, _, _ = shape(instance)
    cost = matrix(instance)
    runs = [kmedoids.fasterpam(cost, k, random_state=seed) for seed in range(starts)]
    best = min(runs, key=lambda run: run.loss)
    return gathered(np.asarray(best.labels, dtype=np.int64)), None


def constrained(instance: Instance, _seconds: float) -> Answer:
    """k-means-constrained, the best of ten starts by our judge."""
    from k_means_constrained import KMeansConstrained

    k, size, _ = shape(instance)
    if instance.points is None or size is None or size.weights is not None or instance.problem.n > DENSE:
        raise Unsuited
    results = []
    for seed in range(10):
        model = KMeansConstrained(
            n_clusters=k, size_min=int(size.minimum), size_max=int(size.maximum), n_init=1, random_state=seed
        )
        results.append(gathered(model.fit_predict(instance.points).astype(np.int64)))
    return min(results, key=lambda clusters: judged(instance, clusters)[::-1]), None


def pbp(instance: Instance, seconds: float) -> Answer:
    """pbp-pmedian, exact without sizes."""
    import pbp_pmedian

    k, size, plain = shape(instance)
    if size is not None or not plain:
        raise Unsuited
    cost = matrix(instance)
    value, medoids, _, status, _ = pbp_pmedian.solve(cost, k, time_limit=seconds)
    if medoids is None:
        raise NoAnswer
    chosen = np.asarray(list(medoids))
    return gathered(cost[:, chosen].argmin(axis=1)), float(value) if status == 0 else None


def whole_model(instance: Instance) -> MedoidModel:
    """Return the whole model, with as many clusters without a leader as arithmetic allows and no more."""
    built = build_model(compile_problem(instance.problem))
    for columns in built.missing_leaders:
        rows = [rule for rule in instance.problem.rules if isinstance(rule, Leaders)]
        built.model.add_rows([(columns[None, :], 1.0)], upper=max(0, shape(instance)[0] - len(set(rows[0].items))))
    return built


def plain_highs(instance: Instance, seconds: float) -> Answer:
    """HiGHS as it comes on the whole model, asked for the same precision as we are."""
    import highspy

    if instance.problem.n > 300:
        raise Unsuited
    built = whole_model(instance)
    highs = highspy.Highs()
    for name, value in {"output_flag": False, "time_limit": seconds, "mip_rel_gap": PROOF_TOLERANCE}.items():
        highs.setOptionValue(name, value)
    highs.passModel(built.model.highs_lp())
    highs.run()
    info = highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise NoAnswer
    values = np.array(highs.getSolution().col_value)
    return [list(members) for members in built.clusters(values).values()], float(info.mip_dual_bound)


def cp_sat(instance: Instance, seconds: float) -> Answer:
    """OR-Tools CP-SAT on the rows of the whole model."""
    from ortools.sat.python import cp_model

    if instance.problem.n > 130:
        raise Unsuited
    built = whole_model(instance)
    model = cp_model.CpModel()
    variables = [model.new_bool_var(str(column)) for column in range(built.model.width)]
    rows = built.model.matrix()
    lowers, uppers = np.concatenate(built.model.row_lowers), np.concatenate(built.model.row_uppers)
    limit = 10**9
    for row in range(rows.shape[0]):
        part = slice(rows.indptr[row], rows.indptr[row + 1])
        terms = sum(
            int(value) * variables[column] for column, value in zip(rows.indices[part], rows.data[part], strict=True)
        )
        low, high = max(lowers[row], -limit), min(uppers[row], limit)
        model.add_linear_constraint(terms, int(low), int(high))
    costs = np.concatenate(built.model.costs)
    model.minimize(sum(round(cost * 100) * variable for cost, variable in zip(costs, variables, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NoAnswer
    values = np.array([solver.value(variable) for variable in variables], dtype=float)
    return [list(members) for members in built.clusters(values).values()], solver.best_objective_bound / 100


def spopt_median(instance: Instance, seconds: float) -> Answer:
    """The p-median of spopt with capacities, through HiGHS; it has no least size.

    It multiplies costs by demands, so they are divided beforehand where demands differ.
    """
    import pulp
    from spopt.locate import PMedian

    k, size, plain = shape(instance)
    n = instance.problem.n
    if not plain or n > 200:
        raise Unsuited
    demands = np.ones(n) if size is None or size.weights is None else np.asarray(size.weights)
    capacity = None if size is None else np.full(n, size.maximum)
    median = PMedian.from_cost_matrix(
        matrix(instance) / demands[:, None], demands, k, facility_capacities=capacity
    ).solve(pulp.HiGHS(msg=False, timeLimit=seconds), results=False)
    chosen = np.array([[variable(median, i, j) for j in range(n)] for i in range(n)])
    if not np.isfinite(chosen).all():
        raise NoAnswer
    return gathered(chosen.argmax(axis=1)), None


def variable(median: object, client: int, facility: int) -> float:
    """How much of a client a facility of spopt's serves; NaN where nothing was found."""
    value = median.cli_assgn_vars[client, facility].value()  # type: ignore[attr-defined]
    return np.nan if value is None else float(value)


@dataclass(frozen=True)
class Peer:
    """How a peer is run, and the modules it needs: their import is no part of its time."""

    run: Callable[[Instance, float], Answer]
    modules: tuple[str, ...] = ()


PEERS = {
    "FasterPAM": Peer(lambda instance, _: fasterpam(instance, 1), ("kmedoids",)),
    "FasterPAM, 10 starts": Peer(lambda instance, _: fasterpam(instance, 10), ("kmedoids",)),
    "k-means-constrained, 10 starts": Peer(constrained, ("k_means_constrained",)),
    "pbp-pmedian": Peer(pbp, ("pbp_pmedian",)),
    "spopt": Peer(spopt_median, ("pulp", "spopt.locate")),
    "HiGHS, whole model": Peer(plain_highs, ("highspy",)),
    "CP-SAT, whole model": Peer(cp_sat, ("ortools.sat.python.cp_model",)),
}
