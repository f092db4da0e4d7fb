"""A mixed-integer programme that grows between its solutions, and its exact solution by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Term = tuple[int, float]  # a column and its coefficient

EVERY = 2**31 - 1  # branches: no limit, in HiGHS' numbering
SEED = 2026  # of the solver's own tie-breaking: the same programme has the same answer


class SolverError(RuntimeError):
    """The solver came back without a solution."""


class InfeasibleError(SolverError):
    """No solution keeps all the rows."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The best solution found, and how good any other can be.

    Attributes
    ----------
    values : (column,)
    objective, bound : float
        The cost of the solution, and a proven lower bound of every solution's.
    nodes, cuts : int
        Branches that were looked at, and rows that were added, on the way.
    """

    values: Floats
    objective: float
    bound: float
    nodes: int = 0
    cuts: int = 0

    @property
    def gap(self) -> float:
        """The proven gap, as a share of the objective."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)


@dataclass(frozen=True, eq=False)
class Relaxation:
    """The solution with parts of whole numbers allowed.

    Attributes
    ----------
    values, reduced : (column,)
        The solution, and what the objective rises by for each unit that a column is moved off its bound.
    duals : (row,)
        What the objective changes by for each unit of the row's bound.
    objective : float
    """

    values: Floats
    reduced: Floats
    duals: Floats
    objective: float


class MixedInteger:
    """min cost @ x, lower <= A @ x <= upper, some x whole: columns first, then rows; rows may follow a solution.

    The solver is kept, so that a relaxation is solved from the one before. One thread and a fixed seed: the same
    programme, built in the same order, has the same answer.

    Examples
    --------
    >>> programme = MixedInteger()
    >>> x = programme.column(cost=-3.0, upper=1.0, whole=True)
    >>> y = programme.column(cost=-1.0, upper=1.0)
    >>> programme.row([(x, 2.0), (y, 1.0)], upper=2.5)
    >>> programme.solve().objective
    -3.5
    >>> programme.row([(x, 1.0), (y, 1.0)], upper=1.2)
    >>> programme.relaxed().values.tolist(), programme.solve().objective
    ([1.0, 0.19999999999999996], -3.2)
    """

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._whole: list[bool] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []
        self._rows: list[tuple[Numbers, Floats]] = []  # columns and coefficients
        self._highs: Any = None
        self._told = 0  # rows that the solver knows

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._cost)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def costs(self) -> Floats:
        """What a unit of each column costs."""
        return np.array(self._cost)

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which columns are whole numbers."""
        return np.array(self._whole, bool)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the most that each column may be."""
        return np.array(self._lower), np.array(self._upper)

    @property
    def row_bounds(self) -> tuple[Floats, Floats]:
        """The least and the most that each row may sum to."""
        return np.array(self._row_lower), np.array(self._row_upper)

    def column(self, *, cost: float = 0.0, lower: float = 0.0, upper: float = np.inf, whole: bool = False) -> int:
        """Add a column and return its number; all columns are added before the first solution."""
        assert self._highs is None, "columns come before the first solution"
        self._cost.append(cost)
        self._lower.append(lower)
        self._upper.append(upper)
        self._whole.append(whole)
        return len(self._cost) - 1

    def row(self, terms: Iterable[Term], *, lower: float = -np.inf, upper: float = np.inf) -> None:
        """Add a row; a column may occur more than once, its coefficients add up."""
        sums: dict[int, float] = {}
        for column, coefficient in terms:
            sums[column] = sums.get(column, 0.0) + coefficient
        self.sparse_row(np.array(list(sums), np.int64), np.array(list(sums.values()), float), lower=lower, upper=upper)

    def sparse_row(
        self, columns: Numbers, coefficients: Floats, *, lower: float = -np.inf, upper: float = np.inf
    ) -> None:
        """Add a row from arrays; no column occurs twice."""
        kept = coefficients != 0.0
        self._rows.append((columns[kept], coefficients[kept]))
        self._row_lower.append(lower)
        self._row_upper.append(upper)

    def hold(self, column: int, *, lower: float, upper: float) -> None:
        """Change the bounds of a column, also after a solution."""
        self._lower[column], self._upper[column] = lower, upper
        if self._highs is not None:
            self._highs.changeColBounds(column, lower, upper)

    def reprice(self, column: int, cost: float) -> None:
        """Change what a unit of a column costs, also after a solution."""
        self._cost[column] = cost
        if self._highs is not None:
            self._highs.changeColCost(column, cost)

    def hold_all(self, columns: Numbers, lower: Floats, upper: Floats) -> None:
        """Change the bounds of many columns, also after a solution."""
        for column, least, most in zip(columns.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._lower[column], self._upper[column] = least, most
        if self._highs is not None and len(columns):
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def table(self) -> tuple[Numbers, Numbers, Floats]:
        """Return the row, the column and the value of each coefficient, in the order of columns."""
        columns = np.concatenate([np.zeros(0, np.int64), *(columns for columns, _values in self._rows)])
        values = np.concatenate([np.zeros(0), *(values for _columns, values in self._rows)])
        rows = np.repeat(np.arange(self.rows), [len(columns) for columns, _values in self._rows])
        order = np.argsort(columns, kind="stable")
        return rows[order], columns[order], values[order]

    def relaxed(self) -> Relaxation:
        """Return the solution with parts of whole numbers allowed, from the last one where there is one.

        Raises
        ------
        InfeasibleError
            If there is none.
        """
        highs = self._up_to_date()
        highs.setOptionValue("solve_relaxation", True)  # noqa: FBT003 - its second argument is the value
        highs.setOptionValue("time_limit", np.inf)
        highs.run()
        if highs.getInfo().primal_solution_status != 2:  # feasible, in HiGHS' numbering
            raise InfeasibleError(_said(highs))
        found = highs.getSolution()
        values, reduced, duals = (np.array(of) for of in (found.col_value, found.col_dual, found.row_dual))
        return Relaxation(values, reduced, duals, float(highs.getInfo().objective_function_value))

    def solve(
        self, *, seconds: float = np.inf, nodes: int = EVERY, gap: float = 0.0, at: Floats | None = None
    ) -> Solution:
        """Return the best solution within the limits, proven to `gap`; `at` is a feasible one to start from.

        Raises
        ------
        InfeasibleError
            If there is none.
        SolverError
            If none was found within the limits.
        """
        if not self._cost:
            return Solution(np.zeros(0), 0.0, 0.0)
        highs = self._up_to_date()
        highs.setOptionValue("solve_relaxation", False)  # noqa: FBT003 - its second argument is the value
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("time_limit", max(float(seconds), 0.0))
        highs.setOptionValue("mip_max_nodes", nodes)
        if at is not None:
            _suggest(highs, at)
        highs.run()
        if at is not None and not self._worth_what_it_says(highs):
            highs.clearSolver()
            highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != 2:
            names = (_status().kInfeasible, _status().kUnboundedOrInfeasible)
            raise (InfeasibleError if highs.getModelStatus() in names else SolverError)(_said(highs))
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if any(self._whole) else objective
        values = np.array(highs.getSolution().col_value)
        values = np.where(self._whole, np.round(values) + 0.0, values)
        return Solution(values, objective, min(bound, objective), max(int(info.mip_node_count), 1))

    def _worth_what_it_says(self, highs: Any) -> bool:
        """Return whether the solution costs what it is said to: HiGHS 1.16 may return `at` for a better one."""
        said = float(highs.getInfo().objective_function_value)
        return bool(abs(self.costs @ np.array(highs.getSolution().col_value) - said) <= 1e-5 * max(1.0, abs(said)))

    def _up_to_date(self) -> Any:
        """Return the solver, told of all rows."""
        import highspy

        if self._highs is None:
            self._highs = _silent(highspy)
            for option, value in (("threads", 1), ("random_seed", SEED), ("mip_abs_gap", 1e-9)):
                self._highs.setOptionValue(option, value)
            # Rows are added and all begins anew, again and again: to begin anew within a solution is time lost.
            self._highs.setOptionValue("mip_allow_restart", False)  # noqa: FBT003 - its second argument is the value
            none = np.zeros(0, np.int32)
            columns = len(self._cost)
            self._highs.addCols(columns, self.costs, *self.bounds, 0, none, none, np.zeros(0))
            for column in np.flatnonzero(self._whole):
                self._highs.changeColIntegrality(int(column), highspy.HighsVarType.kInteger)
        new = self._rows[self._told :]
        if new:
            starts = np.cumsum([0, *(len(columns) for columns, _values in new)])
            self._highs.addRows(
                len(new), np.array(self._row_lower[self._told :]), np.array(self._row_upper[self._told :]),
                int(starts[-1]), starts[:-1].astype(np.int32),
                np.concatenate([columns for columns, _values in new]).astype(np.int32),
                np.concatenate([values for _columns, values in new]),
            )  # fmt: skip
            self._told = len(self._rows)
        return self._highs


def _suggest(highs: Any, at: Floats) -> None:
    import highspy

    known = highspy.HighsSolution()
    known.col_value = list(map(float, at))
    highs.setSolution(known)


def _status() -> Any:
    import highspy

    return highspy.HighsModelStatus


def _said(highs: Any) -> str:
    return f"HiGHS found no solution: {highs.modelStatusToString(highs.getModelStatus())}."


def _silent(highspy: Any) -> Any:
    """Return a solver that prints nothing: its constructor greets before it can be told not to."""

    class Silent(highspy.Highs):  # type: ignore[misc]
        def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS' own name, called by the constructor
            self.setOptionValue("output_flag", False)  # noqa: FBT003 - its second argument is the value
            super().enableCallbacks()

    solver = Silent()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - its second argument is the value
    return solver
