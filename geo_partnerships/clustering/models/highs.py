"""A mixed-integer program gathered in pieces, and HiGHS to solve it."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from geo_partnerships.clustering import work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_partnerships.clustering.problem import Effort

__all__ = ["Linear", "Model", "Outcome", "quiet_solver", "relaxed_solver", "run_linear", "solve", "solve_linear"]

_INFINITY = highspy.kHighsInf
_FRACTION = 1e-6
_TOLD = 1e-6
_ROOT, _POLL, _PIVOT, _ROW = 4e-10, 5e-6, 2e-6, 2e-8
"""Work of a root by entries squared, of what comes from one poll to the next by entries, and of pivots by rows."""

_PIVOTS = 150
"""About so many pivots are made from one poll to the next."""

_LOOK_S, _MOMENTS = 0.05, 8


@dataclass
class Model:
    """Columns and rows added in blocks; a column number of -1 stands for a variable fixed at 0."""

    costs: list[NDArray[np.float64]] = field(default_factory=list)
    lowers: list[NDArray[np.float64]] = field(default_factory=list)
    uppers: list[NDArray[np.float64]] = field(default_factory=list)
    integers: list[NDArray[np.bool_]] = field(default_factory=list)
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    columns: list[NDArray[np.int64]] = field(default_factory=list)
    values: list[NDArray[np.float64]] = field(default_factory=list)
    row_lowers: list[NDArray[np.float64]] = field(default_factory=list)
    row_uppers: list[NDArray[np.float64]] = field(default_factory=list)
    width: int = 0
    height: int = 0

    def add_columns(self, cost: NDArray[np.float64], *, upper: float = 1.0, integer: bool = True) -> NDArray[np.int64]:
        """Add one column, from 0 to `upper`, for each entry of `cost`; return their numbers in its shape."""
        flat = np.asarray(cost, dtype=np.float64).ravel()
        self.costs.append(flat)
        self.lowers.append(np.zeros(flat.size))
        self.uppers.append(np.full(flat.size, upper))
        self.integers.append(np.full(flat.size, integer))
        numbers = np.arange(self.width, self.width + flat.size).reshape(np.shape(cost))
        self.width += flat.size
        return numbers

    def add_rows(
        self,
        terms: Sequence[tuple[NDArray[np.int64], NDArray[np.float64] | float]],
        *,
        lower: float = -math.inf,
        upper: float = math.inf,
    ) -> None:
        """Add rows ``lower <= sum of terms <= upper``.

        Each term is a block of column numbers, shape (rows, entries) or (rows,), with values that broadcast
        to it.
        """
        height = terms[0][0].shape[0]
        for numbers, value in terms:
            block = numbers[:, None] if numbers.ndim == 1 else numbers
            values = np.broadcast_to(np.asarray(value, dtype=np.float64), block.shape)
            rows = np.broadcast_to(np.arange(height)[:, None], block.shape)
            kept = (block >= 0) & (values != 0)
            self.rows.append(rows[kept] + self.height)
            self.columns.append(block[kept])
            self.values.append(values[kept])
        self.row_lowers.append(np.full(height, lower))
        self.row_uppers.append(np.full(height, upper))
        self.height += height

    def is_integer(self) -> NDArray[np.bool_]:
        """Say which columns take whole numbers only, shape (width,)."""
        return np.concatenate(self.integers)

    def unit_cost(self, columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a cost of 1 on `columns` and 0 elsewhere, shape (width,)."""
        cost = np.zeros(self.width)
        cost[columns] = 1.0
        return cost

    def matrix(self) -> csr_array:
        """Return all rows as one sparse matrix, shape (height, width)."""
        entries = (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns)))
        return coo_array(entries, shape=(self.height, self.width)).tocsr()

    def highs_lp(self) -> highspy.HighsLp:
        """Return the model in the solver's own form."""
        matrix = self.matrix()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, self.height
        lp.col_cost_ = np.concatenate(self.costs)
        lp.col_lower_ = np.concatenate(self.lowers)
        lp.col_upper_ = _finite(np.concatenate(self.uppers))
        lp.row_lower_ = _finite(np.concatenate(self.row_lowers))
        lp.row_upper_ = _finite(np.concatenate(self.row_uppers))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.indptr
        lp.a_matrix_.index_ = matrix.indices
        lp.a_matrix_.value_ = matrix.data
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[flag] for flag in np.concatenate(self.integers).tolist()]
        return lp


def _finite(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(bounds, -_INFINITY, _INFINITY)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the solver found.

    Attributes
    ----------
    values
        The best solution, shape (width,), or None if there is none.
    bound
        A floor under every solution's objective; infinite when there is none.
    infeasible
        Whether the model is proved to have no solution.
    stopped
        Whether a limit or a cancellation ended the run.
    """

    values: NDArray[np.float64] | None
    bound: float
    infeasible: bool
    stopped: bool
    timed: bool = False


def solve(
    model: Model,
    *,
    effort: Effort,
    seed: int,
    start: NDArray[np.float64] | None = None,
    improved: Callable[[float, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    gap: float = 0.0,
    first: bool = False,
) -> Outcome:
    """Solve `model` to proven optimality, or as far as `effort` allows; one thread, repeatable.

    Parameters
    ----------
    start
        A complete solution to begin from, shape (width,).
    improved
        Called with objective and bound whenever either is reported.
    cancelled
        Polled during the run; returning True stops it.
    gap
        Relative gap at which to stop.
    first
        Whether any solution will do.
    """
    nothing = Outcome(start, -math.inf, infeasible=False, stopped=True, timed=True)
    if work.is_over():
        return nothing
    highs = _Quiet()
    for name, value in _options(effort, seed).items():
        highs.setOptionValue(name, value)
    if gap:
        highs.setOptionValue("mip_rel_gap", gap)
    if first:
        highs.setOptionValue("mip_max_improving_sols", 1)
    highs.passModel(model.highs_lp())
    entries, pivot = highs.getNumNz() + highs.getNumRow(), _pivot(highs)
    if _ROOT * entries**2 > work.left():
        return nothing
    _begin(highs, start)
    if improved is not None:
        report = improved
        highs.cbMipLogging.subscribe(
            lambda event: report(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)
        )
    watch = _Watch(work.left() / (_POLL * entries + _PIVOTS * pivot), cancelled)
    highs.cbMipInterrupt.subscribe(watch)
    try:
        _run(highs)
        if not watch.ended and _is_amiss(highs, model):
            highs.clearSolver()
            highs.setOptionValue("presolve", "off")
            _begin(highs, start)
            _run(highs)
    except work.Gone:
        return nothing
    work.spend(_POLL * entries * watch.polls + pivot * max(0, highs.getInfo().simplex_iteration_count))
    return _outcome(highs, effort, interrupted=watch.ended)


def _pivot(highs: highspy.Highs) -> float:
    return _PIVOT + _ROW * float(highs.getNumRow())


def _run(highs: highspy.Highs) -> None:
    """Run a solver; where the clock or the caller may end the work, beside a look at them now and then.

    Raises
    ------
    Gone
        If they ended it, and the solver, which cannot be asked any more, did not within a moment.
    """
    patience = work.patience()
    if patience is None:
        highs.run()
        return
    thread = threading.Thread(target=highs.run, daemon=True)
    thread.start()
    moments = _MOMENTS
    while moments:
        thread.join(_LOOK_S)
        if not thread.is_alive():
            return
        moments -= patience.is_gone()
    raise work.Gone


@dataclass(eq=False)
class _Watch:
    """Ends a run after so many polls, which are counted, or where the caller wants no more."""

    most: float
    cancelled: Callable[[], bool] | None
    polls: int = field(default=0, init=False)
    ended: bool = field(default=False, init=False)

    def __call__(self, event: highspy.HighsCallbackEvent) -> None:
        """Poll."""
        self.polls += 1
        if self.polls > self.most or (self.cancelled is not None and self.cancelled()):
            self.ended = True
            event.interrupt()


def _begin(highs: highspy.Highs, start: NDArray[np.float64] | None) -> None:
    """Begin from a solution, if there is one, which leaves little for heuristics to find."""
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setOptionValue("mip_heuristic_effort", 0.0)
        highs.setSolution(solution)


def _is_amiss(highs: highspy.Highs, model: Model) -> bool:
    """Whether what presolve made does not fit the model, so that it fails or a solution is told at another cost."""
    if highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
        return True
    info = highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return False
    cost = float(np.concatenate(model.costs) @ np.array(highs.getSolution().col_value))
    return bool(abs(cost - info.objective_function_value) > _TOLD * max(1.0, abs(cost)))


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear relaxation solved.

    Attributes
    ----------
    value
        Its value, a floor under every solution.
    reduced
        Reduced cost of each column, shape (width,).
    prices
        Price of each row, shape (height,).
    fractional
        How many columns that should be whole are not.
    """

    value: float
    reduced: NDArray[np.float64]
    prices: NDArray[np.float64]
    fractional: int


def solve_linear(model: Model) -> Linear | None:
    """Solve the linear relaxation; None if it has no solution."""
    highs = relaxed_solver(model)
    try:
        run_linear(highs)
    except work.Gone:
        return None
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    values = np.array(solution.col_value)[model.is_integer()]
    return Linear(
        float(highs.getInfo().objective_function_value),
        np.array(solution.col_dual),
        np.array(solution.row_dual),
        int((np.abs(values - values.round()) > _FRACTION).sum()),
    )


def run_linear(highs: highspy.Highs) -> None:
    """Solve a linear program, as far as the work goes that may still be done; what it took is counted.

    Raises
    ------
    Gone
        If the clock or the caller ended the work meanwhile; the solver cannot be asked any more.
    """
    each = _pivot(highs)
    asked = int(highs.getOptionValue("simplex_iteration_limit")[1])
    most = min(work.left() / each, float(asked))
    highs.setOptionValue("simplex_iteration_limit", int(most))
    _run(highs)
    highs.setOptionValue("simplex_iteration_limit", asked)
    work.spend(each * max(1, highs.getInfo().simplex_iteration_count))


def relaxed_solver(model: Model) -> highspy.Highs:
    """Make a solver that holds the linear relaxation of a model."""
    highs = quiet_solver()
    program = model.highs_lp()
    program.integrality_ = []
    highs.passModel(program)
    return highs


def quiet_solver() -> highspy.Highs:
    """Make a solver of one thread that prints nothing."""
    highs = _Quiet()
    highs.setOptionValue("parallel", "off")
    return highs


class _Quiet(highspy.Highs):  # type: ignore[misc]
    """A solver that does not announce itself on the terminal when it is made."""

    def __init__(self) -> None:
        highspy._core._Highs.__init__(self)  # noqa: SLF001 - the banner comes with the callbacks below
        self.setOptionValue("output_flag", False)
        super().__init__()


def _options(effort: Effort, seed: int) -> dict[str, bool | int | float | str]:
    options: dict[str, bool | int | float | str] = {
        "parallel": "off",
        "random_seed": seed % 2**31,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9,
        "mip_allow_restart": False,
        "mip_detect_symmetry": False,
        "mip_heuristic_run_root_reduced_cost": False,
    }
    if effort.nodes is not None:
        options["mip_max_nodes"] = effort.nodes
    if effort.seconds is not None:
        options["time_limit"] = effort.seconds
    return options


def _outcome(highs: highspy.Highs, effort: Effort, *, interrupted: bool) -> Outcome:
    status = highs.getModelStatus()
    kinds = highspy.HighsModelStatus
    impossible = {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}
    infeasible = status in impossible
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if found and not infeasible else None
    return Outcome(
        values=values,
        bound=math.inf if infeasible else float(info.mip_dual_bound),
        infeasible=infeasible,
        stopped=interrupted or status not in {kinds.kOptimal, *impossible},
        timed=interrupted or (effort.seconds is not None and status == kinds.kTimeLimit),
    )
