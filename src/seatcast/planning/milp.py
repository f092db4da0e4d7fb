"""A mixed-integer programme built column by column and row by row, and its exact solution by HiGHS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Term = tuple[int, float]  # a column and its coefficient

SEED = 2026  # of the solver's own tie-breaking: the same programme has the same answer


class SolverError(RuntimeError):
    """The solver came back without a solution."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The best solution found, and how good any other can be.

    Attributes
    ----------
    values : (column,)
    objective, bound : float
        The cost of the solution, and a proven lower bound of every solution's.
    """

    values: Floats
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """The proven gap, as a share of the objective."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)


class MixedInteger:
    """min cost @ x, lower <= A @ x <= upper, some x whole: built by adding columns, then rows.

    Examples
    --------
    >>> programme = MixedInteger()
    >>> x = programme.column(cost=-3.0, upper=1.0, whole=True)
    >>> y = programme.column(cost=-1.0, upper=1.0)
    >>> programme.row([(x, 2.0), (y, 1.0)], upper=2.5)
    >>> programme.solve().objective
    -3.5
    """

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._whole: list[bool] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []
        self._entries: list[tuple[int, int, float]] = []  # column, row, coefficient

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._cost)

    def column(self, *, cost: float = 0.0, lower: float = 0.0, upper: float = np.inf, whole: bool = False) -> int:
        """Add a column and return its number."""
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
        number = len(self._row_lower)
        self._entries += [(column, number, value) for column, value in sums.items() if value != 0.0]
        self._row_lower.append(lower)
        self._row_upper.append(upper)

    def solve(self, *, seconds: float = np.inf, gap: float = 0.0, at: Floats | None = None) -> Solution:
        """Return the best solution within `seconds`, proven to `gap`; `at` is a feasible one to start from.

        Raises
        ------
        SolverError
            If nothing feasible was found.
        """
        import highspy

        if not self._cost:
            return Solution(np.zeros(0), 0.0, 0.0)

        highs = _silent(highspy)
        for option, value in (
            ("threads", 1), ("random_seed", SEED), ("mip_rel_gap", gap), ("mip_abs_gap", 1e-9),
        ):  # fmt: skip
            highs.setOptionValue(option, value)
        if np.isfinite(seconds):
            highs.setOptionValue("time_limit", float(seconds))
        highs.passModel(self._model(highspy))
        if at is not None:
            known = highspy.HighsSolution()
            known.col_value = list(map(float, at))
            highs.setSolution(known)
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != 2:  # feasible, in HiGHS' numbering
            raise SolverError(f"HiGHS found no solution: {highs.modelStatusToString(highs.getModelStatus())}.")
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if any(self._whole) else objective
        return Solution(np.array(highs.getSolution().col_value), objective, min(bound, objective))

    def _model(self, highspy: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._cost), len(self._row_lower)
        model.col_cost_ = np.array(self._cost)
        model.col_lower_, model.col_upper_ = np.array(self._lower), np.array(self._upper)
        model.row_lower_, model.row_upper_ = np.array(self._row_lower), np.array(self._row_upper)
        model.integrality_ = [
            highspy.HighsVarType.kInteger if w else highspy.HighsVarType.kContinuous for w in self._whole
        ]
        entries = sorted(self._entries)
        columns = np.array([column for column, _row, _value in entries], dtype=np.int64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.searchsorted(columns, np.arange(len(self._cost) + 1)).astype(np.int32)
        model.a_matrix_.index_ = np.array([row for _column, row, _value in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([value for _column, _row, value in entries])
        return model


def _silent(highspy: Any) -> Any:
    """Return a solver that prints nothing: its constructor greets before it can be told not to."""

    class Silent(highspy.Highs):  # type: ignore[misc]
        def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS' own name, called by the constructor
            self.setOptionValue("output_flag", False)  # noqa: FBT003 - its second argument is the value
            super().enableCallbacks()

    solver = Silent()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - its second argument is the value
    return solver
