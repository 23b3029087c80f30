"""A plan with the habits of geopandas: frames, figures, moves, files, a picture and a map."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from geo_partnerships import maps, model
from geo_partnerships import plans as below
from geo_partnerships.api import frames
from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import UsageError
from geo_partnerships.intake.frames import problem_from_frame
from geo_partnerships.planning import planner
from geo_partnerships.planning.proof import proof_of
from geo_partnerships.scenarios.parameters import FIRST_PLAN, usual_number, usual_size
from geo_partnerships.scenarios.read import scenario_from
from geo_partnerships.sentences import count

if TYPE_CHECKING:
    from pathlib import Path

    import folium
    import geopandas as gpd
    from matplotlib.axes import Axes

    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import Scores
    from geo_partnerships.model import Problem
    from geo_partnerships.planning.planner import Progress
    from geo_partnerships.scenarios.parameters import Scenario

COLUMNS = ("number", "name", "type", "size", "mean_distance_m")
"""What a notebook shows of each partnership."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan(below.Plan):
    """A plan for users of geopandas; it is never changed in place.

    The fields are those of `geo_partnerships.plans.Plan`. Frames and files hold what the public may see.

    Examples
    --------
    >>> import geo_partnerships as gp
    >>> problem = gp.read_problem("data")
    >>> made = gp.plan(problem, gp.read_scenario("barnet-2015", "data/scenarios"))  # doctest: +SKIP
    >>> made.schools.crs.to_epsg()  # doctest: +SKIP
    27700
    """

    @classmethod
    def of(cls, plan: below.Plan) -> Self:
        """Return a plan with these habits."""
        return cls(**{field.name: getattr(plan, field.name) for field in fields(plan)})

    @property
    def proof(self) -> Proof:
        """What is proved of the plan as its members are now, worked out anew."""
        return proof_of(self)

    @property
    def lower_bound(self) -> float | None:
        """Proven floor under the objective of any plan that keeps the same rules, in metre-equivalents.

        None where the plan breaks a binding rule, or nothing is proved of it.
        """
        return self.proof.lower_bound

    @property
    def gap(self) -> float | None:
        """How far the objective may be from the best possible: (objective - bound) / objective; None without one."""
        return self.proof.gap

    @property
    def schools(self) -> gpd.GeoDataFrame:
        """One row per school and partnership, and one per school in none: points in EPSG:27700."""
        return frames.schools(self)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """One row per partnership with its area in EPSG:27700, for drawing only."""
        return frames.areas(self)

    @property
    def scores(self) -> Scores:
        """The figures of the plan, worked out anew from points and members."""
        return frames.scores(self)

    def move(self, school: str, partnership: int, *, source: int | None = None) -> Self:
        """Return the plan with one school in another partnership; see `geo_partnerships.planning.moving.move`."""
        return self.of(frames.move(self, school, partnership, source=source))

    def to_file(self, path: Path | str) -> Path:
        """Write the plan as a GeoPackage or GeoJSON, by the ending of the path, and return the path.

        Raises
        ------
        UsageError
            It ends otherwise.
        """
        return frames.to_file(self, path)

    def to_parquet(self, path: Path | str) -> Path:
        """Write `schools` as GeoParquet in EPSG:27700 and return the path.

        Raises
        ------
        UsageError
            The extra ``parquet`` is not installed.
        """
        return frames.to_parquet(self, path)

    def explore(self, **given: Any) -> folium.Map:
        """Return the plan on a ``folium.Map``; the parameters are those of `geo_partnerships.explore`."""
        return maps.explore(self, **given)

    def plot(self, ax: Axes | None = None, **given: Any) -> Axes:
        """Draw areas and schools, coloured by partnership, and return the axes.

        Parameters
        ----------
        ax
            Axes to draw on; None for new ones.
        **given
            For ``GeoDataFrame.plot`` of the schools, e.g. ``markersize``.
        """
        return frames.plot(self, ax, **given)

    def __repr__(self) -> str:
        """Return the plan in a line."""
        groups = count(len(self.partnerships), "partnership")
        members = count(len({row.school for row in self.memberships}), "school")
        return f"<Plan: {groups} of {members}, {self.objective:,.0f} metre-equivalents>"

    def _repr_html_(self) -> str:
        """Return the partnerships as a table, for notebooks; names are escaped."""
        table = self.areas.drop(columns="geometry").reindex(columns=COLUMNS)
        return str(table.to_html(index=False, escape=True, float_format="{:,.0f}".format, border=0))


def plan(
    problem: Problem | gpd.GeoDataFrame,
    scenario: Scenario | None = None,
    *,
    partnerships: int | tuple[int, int] | None = None,
    size: tuple[int, int] | None = None,
    country: str = UNITED_KINGDOM.code,
    progress: Progress | None = None,
    so_far: Progress | None = None,
) -> Plan:
    """Group the schools of a problem into partnerships.

    Parameters
    ----------
    problem
        What was read; or schools as points in a frame, read as `Problem.from_frame` does.
    scenario
        The parameters; without it, all schools by place.
    partnerships, size
        Number of partnerships, and least and most schools in each, where no scenario says so; about eight in each
        without them.
    country
        Whose schools a frame has, e.g. ``ireland``, or ``plain`` for any place.
    progress
        Called with a few words as each strand begins.
    so_far
        Called with a few words on the best plan of a strand so far, as often as there is a better one or a higher
        bound.

    Raises
    ------
    BadDataError
        The frame cannot be used, the scenario speaks of schools that are not there, or asks for more partnerships than
        schools.
    NoPlanError
        The binding rules cannot hold together.
    UsageError
        A scenario is given, and numbers beside it.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import geo_partnerships as gp
    >>> points = gpd.points_from_xy([525000 + 300 * n for n in range(12)], [190000] * 12, crs="EPSG:27700")
    >>> frame = gpd.GeoDataFrame({"urn": range(100001, 100013), "name": list("ABCDEFGHIJKL")}, geometry=points)
    >>> gp.plan(frame, partnerships=3, size=(3, 5))
    <Plan: 3 partnerships of 12 schools, 3,600 metre-equivalents>
    """
    read = problem if isinstance(problem, model.Problem) else problem_from_frame(problem, country=country)
    if scenario is not None and not (partnerships is None and size is None):
        raise UsageError("Give a scenario, or partnerships and size.")
    chosen = _first_plan(read, partnerships, size) if scenario is None else scenario
    return Plan.of(planner.plan(read, chosen, progress=progress, so_far=so_far))


def _first_plan(problem: Problem, partnerships: int | tuple[int, int] | None, size: tuple[int, int] | None) -> Scenario:
    """Return the parameters of a plan of all schools by place, with the numbers given."""
    placed = sum(school.has_point for school in problem.schools.values())
    number = usual_number(placed) if partnerships is None else partnerships
    default = list(usual_size(placed)) if partnerships is None else None
    return scenario_from({
        "title": "First plan",
        "area": {
            "partnerships": list(number) if isinstance(number, tuple) else number,
            "size": default if size is None else list(size),
        },
    }, FIRST_PLAN)  # fmt: skip
