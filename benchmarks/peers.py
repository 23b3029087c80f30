"""Other programs on the same instances; all are judged by the best medoids of the clusters they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_partnerships.clustering import Count, Effort, Leaders, Size
from geo_partnerships.clustering.compiled import compile_problem
from geo_partnerships.clustering.evaluation import evaluate
from geo_partnerships.clustering.milp import solve
from geo_partnerships.clustering.model import build_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.instances import Instance

SECONDS = 150.0
DENSE = 5000


class Unsuited(Exception):  # noqa: N818 - not a malfunction
    """The peer does not take problems of this kind or size."""


def shape(instance: Instance) -> tuple[int, Size | None, bool]:
    """Number of clusters, the size rule, and whether there is nothing else."""
    rules = instance.problem.rules
    count = next(rule for rule in rules if isinstance(rule, Count))
    size = next((rule for rule in rules if isinstance(rule, Size)), None)
    return count.maximum, size, all(isinstance(rule, (Count, Size)) for rule in rules)


def matrix(instance: Instance) -> NDArray[np.float64]:
    """The whole cost matrix, for peers that need it."""
    n = instance.problem.n
    if n > DENSE:
        raise Unsuited
    return np.asarray(instance.problem.cost[np.arange(n)[:, None], np.arange(n)[None, :]])


def judged(instance: Instance, labels: NDArray[np.int64]) -> tuple[float, int]:
    """Cost about the best medoids, and the number of rules broken."""
    clusters = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
    found = evaluate(compile_problem(instance.problem), clusters)
    return found.objective, len(found.broken)


def fasterpam(instance: Instance, starts: int) -> tuple[float, int, float | None]:
    """FasterPAM of kmedoids, which knows no sizes."""
    import kmedoids

    k, _, _ = shape(instance)
    cost = matrix(instance)
    runs = [kmedoids.fasterpam(cost, k, random_state=seed) for seed in range(starts)]
    best = min(runs, key=lambda run: run.loss)
    return *judged(instance, np.asarray(best.labels, dtype=np.int64)), None


def constrained(instance: Instance) -> tuple[float, int, float | None]:
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
        results.append(judged(instance, model.fit_predict(instance.points).astype(np.int64)))
    return *min(results, key=lambda result: (result[1], result[0])), None


def pbp(instance: Instance) -> tuple[float, int, float | None]:
    """pbp-pmedian, exact without sizes."""
    import pbp_pmedian

    k, size, plain = shape(instance)
    if size is not None or not plain:
        raise Unsuited
    cost = matrix(instance)
    value, medoids, _, status, _ = pbp_pmedian.solve(cost, k, time_limit=SECONDS)
    chosen = np.asarray(list(medoids))
    proven = float(value) if str(status).lower() in {"optimal", "ok", "proved", "proven"} else None
    return *judged(instance, cost[:, chosen].argmin(axis=1)), proven


def plain_highs(instance: Instance) -> tuple[float, int, float | None]:
    """HiGHS on the whole model, leaders by one large price."""
    if instance.problem.n > 300:
        raise Unsuited
    built = build_model(compile_problem(instance.problem))
    for columns in built.missing_leaders:
        rows = [rule for rule in instance.problem.rules if isinstance(rule, Leaders)]
        fewest = max(0, shape(instance)[0] - len(set(rows[0].items)))
        built.model.add_rows([(columns[None, :], 1.0)], upper=fewest)
    outcome = solve(built.model, effort=Effort(seconds=SECONDS), seed=0)
    if outcome.values is None:
        raise Unsuited
    found = evaluate(built.compiled, built.clusters(outcome.values).values())
    return found.objective, len(found.broken), outcome.bound


def cp_sat(instance: Instance) -> tuple[float, int, float | None]:
    """OR-Tools CP-SAT on the rows of the whole model."""
    from ortools.sat.python import cp_model

    if instance.problem.n > 130:
        raise Unsuited
    built = build_model(compile_problem(instance.problem))
    for columns in built.missing_leaders:
        rows = [rule for rule in instance.problem.rules if isinstance(rule, Leaders)]
        built.model.add_rows([(columns[None, :], 1.0)], upper=max(0, shape(instance)[0] - len(set(rows[0].items))))
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
    solver.parameters.max_time_in_seconds = SECONDS
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Unsuited
    values = np.array([solver.value(variable) for variable in variables], dtype=float)
    found = evaluate(built.compiled, built.clusters(values).values())
    return found.objective, len(found.broken), solver.best_objective_bound / 100


def spopt_median(instance: Instance) -> tuple[float, int, float | None]:
    """The p-median of spopt with capacities, through HiGHS; it has no least size."""
    import pulp
    from spopt.locate import PMedian

    k, size, plain = shape(instance)
    n = instance.problem.n
    if not plain or n > 130:
        raise Unsuited
    weights = np.ones(n) if size is None or size.weights is None else np.asarray(size.weights)
    capacity = None if size is None else np.full(n, size.maximum)
    median = PMedian.from_cost_matrix(
        matrix(instance),
        np.ones(n) if size is None or size.weights is None else weights,
        k,
        facility_capacities=capacity,
    )
    median = median.solve(pulp.HiGHS(msg=False, timeLimit=SECONDS))
    labels = np.zeros(n, dtype=np.int64)
    for facility, clients in enumerate(median.fac2cli):
        labels[list(clients)] = facility
    return *judged(instance, labels), None


PEERS: dict[str, Callable[[Instance], tuple[float, int, float | None]]] = {
    "FasterPAM": lambda instance: fasterpam(instance, 1),
    "FasterPAM, 10 starts": lambda instance: fasterpam(instance, 10),
    "k-means-constrained, 10 starts": constrained,
    "pbp-pmedian": pbp,
    "spopt": spopt_median,
    "HiGHS, whole model": plain_highs,
    "CP-SAT, whole model": cp_sat,
}
