"""Draw the pictures of docs/estimator.md and write its table: ``python scripts/make_estimator_guide.py``.

Needs, for the table, the peers of benchmarks/requirements.txt.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances

from geo_partnerships import ConstrainedKMedoids
from geo_partnerships.clustering import CannotLink, MustLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

mpl.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parent.parent
GUIDE, PICTURES = ROOT / "docs" / "estimator.md", ROOT / "docs" / "img"
CLUSTERS, LEAST, MOST = 8, 20, 40
COLOURS = mpl.colormaps["tab10"].colors


def towns() -> NDArray[np.float64]:
    """240 points about towns of very different size."""
    draw = np.random.default_rng(12)
    homes = np.repeat(np.arange(7), (90, 50, 40, 25, 15, 12, 8))
    return draw.uniform(0, 10, (7, 2))[homes] + draw.normal(0, 0.7, (homes.size, 2))


def ours(points: NDArray[np.float64], **asked: Any) -> NDArray[np.int64]:
    """Cluster of each sample by this program."""
    return ConstrainedKMedoids(CLUSTERS, random_state=0, **asked).fit_predict(points)


def k_means(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cluster of each sample by scikit-learn's KMeans."""
    return KMeans(CLUSTERS, n_init=10, random_state=0).fit_predict(points)


def constrained(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cluster of each sample by k-means-constrained."""
    from k_means_constrained import KMeansConstrained  # noqa: PLC0415 - of the benchmarks alone

    return KMeansConstrained(CLUSTERS, size_min=LEAST, size_max=MOST, n_init=10, random_state=0).fit_predict(points)


def faster_pam(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cluster of each sample by the best of ten starts of FasterPAM."""
    import kmedoids  # noqa: PLC0415 - of the benchmarks alone

    runs = [kmedoids.fasterpam(pairwise_distances(points), CLUSTERS, random_state=seed) for seed in range(10)]
    return np.asarray(min(runs, key=lambda run: run.loss).labels, dtype=np.int64)


METHODS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.int64]]] = {
    "KMeans (scikit-learn), 10 starts": k_means,
    "kmedoids (FasterPAM), 10 starts": faster_pam,
    "ConstrainedKMedoids(8)": ours,
    "k-means-constrained, 10 starts": constrained,
    "ConstrainedKMedoids(8, min_size=20, max_size=40)": lambda points: ours(points, min_size=LEAST, max_size=MOST),
}


def medoid(points: NDArray[np.float64]) -> int:
    """Position of the sample that is nearest to all others."""
    return int(pairwise_distances(points).sum(axis=0).argmin())


def draw_clusters(
    axes: Any, points: NDArray[np.float64], labels: NDArray[np.int64], title: str
) -> tuple[float, int, int]:
    """Draw clusters with a line from each sample to its medoid; return the summed distance, least and greatest size."""
    total, sizes = 0.0, []
    for label in np.unique(labels):
        members = points[labels == label]
        centre = members[medoid(members)]
        total += float(np.hypot(*(members - centre).T).sum())
        sizes.append(len(members))
        colour = COLOURS[int(label) % len(COLOURS)]
        axes.plot(*np.array([[centre, member] for member in members]).transpose(2, 1, 0), color=colour, lw=0.5)
        axes.plot(*members.T, ".", color=colour, ms=4)
        axes.plot(*centre, "o", mfc="white", mec=colour, ms=7)
    axes.set_title(title, fontsize=9)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return total, min(sizes), max(sizes)


def save(figure: Any, name: str) -> None:
    """Write a picture; the same bytes for the same clusters."""
    figure.tight_layout()
    figure.savefig(PICTURES / f"{name}.png", dpi=90, metadata={"Software": None})
    plt.close(figure)


def beside_peers() -> list[str]:
    """Draw all methods side by side and return the table."""
    points = towns()
    figure, axes = plt.subplots(1, len(METHODS), figsize=(16, 4))
    lines = ["| method | summed distance to the medoids | smallest | largest |", "| --- | --- | --- | --- |"]
    for place, (name, method) in zip(axes, METHODS.items(), strict=True):
        total, least, most = draw_clusters(place, points, method(points), name.replace("(8, ", "(8,\n"))
        lines.append(f"| {name} | {total:.2f} | {least} | {most} |")
    save(figure, "estimator-peers")
    return lines


def with_links() -> None:
    """Draw what links change."""
    points = towns()
    pairs = (MustLink((0, 239)), CannotLink((0, 1)))
    figure, axes = plt.subplots(1, 2, figsize=(9, 4.5))
    for place, rules, title in zip(axes, ((), pairs), ("without links", "one pair together, one apart"), strict=True):
        draw_clusters(place, points, ours(points, rules=rules), title)
        place.plot(*points[[0, 239]].T, "k-", lw=1.5)
        place.plot(*points[[0, 1]].T, "k:", lw=1.5)
    save(figure, "estimator-links")


def on_a_map() -> None:
    """Draw Barnet's primary schools in partnerships of six to ten over the postcode district's centres."""
    features = json.loads((ROOT / "data" / "schools.geojson").read_text(encoding="utf-8"))["features"]
    chosen = [one["properties"] for one in features if one["properties"]["phase"] == "primary"]
    points = np.array([(one["easting"], one["northing"]) for one in chosen], dtype=float)
    figure, axes = plt.subplots(figsize=(6, 6))
    labels = ConstrainedKMedoids((8, 14), min_size=6, max_size=10).fit_predict(points)
    draw_clusters(axes, points, labels, f"{len(points)} primary schools of Barnet, 6 to 10 in a partnership")
    save(figure, "estimator-map")


def main() -> None:
    """Write pictures and table."""
    table = "\n".join(beside_peers())
    with_links()
    on_a_map()
    text = GUIDE.read_text(encoding="utf-8")
    marked = re.compile(r"(?<=<!-- figures -->\n).*?(?=\n<!-- end of figures -->)", re.DOTALL)
    GUIDE.write_text(marked.sub(lambda _: table, text), encoding="utf-8")
    print(f"wrote {GUIDE.name} and its pictures")


if __name__ == "__main__":
    main()
