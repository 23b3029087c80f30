"""``python -m benchmarks.work``: how many seconds of a processor a unit of work takes, problem by problem.

Work is counted in steps, so that no clock chooses a plan; what each kind of step counts for is set so that a unit is
about a second of a laptop. Ratios far from each other say that a kind of step is counted wrongly.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.instances import uniform
from geo_partnerships.clustering import (
    ClusterProblem,
    Count,
    Effort,
    Guarantee,
    Leaders,
    MustLink,
    Size,
    Stopped,
    cluster,
    work,
)

PLENTY = 1e9


def scattered(n: int) -> np.ndarray:
    """Points of a square in which they are about a kilometre apart."""
    return np.random.default_rng(n).random((n, 2)) * 1_000 * np.sqrt(n)


def ruled(n: int) -> ClusterProblem:
    """Guarantees, links and preferred leaders, eight in a cluster."""
    draw = np.random.default_rng(n)
    points = scattered(n)
    near = np.argsort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)
    rules = [Count(n // 8, n // 8), Size(4, 12), Leaders(tuple(range(0, n, 9)), binding=False)]
    rules += [Guarantee(i, tuple(draw.choice(near[i, 1:12], 3).tolist())) for i in range(1, n, 3)]
    rules += [MustLink((i, int(near[i, 2]))) for i in range(2, n, 17)]
    return ClusterProblem.from_points(points, tuple(rules))


def loaded(n: int) -> ClusterProblem:
    """Items of different size."""
    loads = np.random.default_rng(n).integers(1, 30, n)
    size = Size(0, 1.2 * float(loads.sum()) / (n // 8), tuple(loads.astype(float).tolist()))
    return ClusterProblem.from_points(scattered(n), (Count(n // 8, n // 8), size))


def main() -> None:
    """Print a line for each problem."""
    cases = {
        "rules, 48": (ruled(48), 60.0),
        "rules, 88": (ruled(88), 60.0),
        "rules, 160": (ruled(160), 60.0),
        "sizes, 120": (ClusterProblem.from_points(scattered(120), (Count(15, 15), Size(4, 12))), 60.0),
        "medians, 300": (ClusterProblem.from_points(scattered(300), (Count(30, 30),)), 60.0),
        "loads, 160": (loaded(160), 30.0),
        "loads, 320": (loaded(320), 60.0),
        "search, 400": (ClusterProblem.from_points(scattered(400), (Count(50, 50), Size(4, 12))), 60.0),
        "search, rules, 400": (ruled(400), 60.0),
        "search, 1,000": (uniform(1000, 0).problem, 60.0),
    }
    cluster(ruled(40))  # compiles the loops
    for name, (problem, most) in cases.items():
        began = time.process_time()
        with work.granted(PLENTY):
            try:
                found = cluster(problem, effort=Effort(work=most))
                end = f"gap {found.gap:.3%}{' stopped' if found.stopped else ''}"
            except Stopped as error:
                end = str(error)
            used = PLENTY - work.left()
        passed = time.process_time() - began
        print(
            f"{name:<20} {passed:8.1f} s {used:8.1f} units {passed / max(used, 1e-9):6.2f} s each   {end}", flush=True
        )


if __name__ == "__main__":
    main()
