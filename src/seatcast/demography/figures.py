"""The figures a demographic method is given, checked in full before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.refused import RefusedError
from seatcast.language import _, join, n_

_SHOWN = 3  # places named one by one before the rest is counted


class FigureError(RefusedError):
    """The figures do not allow what is asked of them.

    Attributes
    ----------
    problems : tuple of str
        Each says where, what was found, the rule and a remedy.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        heading = n_("{n} problem in the figures", "{n} problems in the figures", len(problems)).format(n=len(problems))
        super().__init__("\n\n  ".join([heading, "\n  ".join(problems)]))


def refuse(*checks: Iterator[str]) -> None:
    """Raise every problem of the checks together, if there is one.

    Raises
    ------
    FigureError
    """
    problems = [problem for check in checks for problem in check]
    if problems:
        raise FigureError(problems)


def outside(
    name: str,
    values: npt.ArrayLike | pd.DataFrame | pd.Series | xr.DataArray,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    unknown: bool = False,
    remedy: str,
) -> Iterator[str]:
    """Yield the problem, if any, of values that are not numbers from `low` to `high`.

    Parameters
    ----------
    name : str
        What the values are, in the language in force.
    values : array of any shape
        The place is told by its labels where it has them, else by its position from 0.
    low, high : float
        Bounds, both allowed.
    unknown : bool
        Whether NaN may stand for what is not known.
    remedy : str
        A sentence, in the language in force.

    Examples
    --------
    >>> list(outside("births", [3.0, -2.0], low=0, remedy="Correct the count."))
    ['births [1]: -2; a number of 0 or more is expected. Correct the count.']
    >>> births = pd.DataFrame({"East": [3.0, -2.0]}, index=[2025, 2026])
    >>> list(outside("births", births, low=0, remedy="Correct the count."))
    ['births 2026 · East: -2; a number of 0 or more is expected. Correct the count.']
    """
    array = np.asarray(values, float)
    wrong = ~((array >= low) & (array <= high) & np.isfinite(array))
    if unknown:
        wrong &= ~np.isnan(array)
    if wrong.any():
        found = join([f"{array[tuple(at)]:g}" for at in np.argwhere(wrong)[:_SHOWN]])
        yield _("{place}: {found}; {rule}. {remedy}").format(
            place=f"{name} {place(wrong, _labels(values))}".strip(), found=found, rule=_bounds(low, high), remedy=remedy
        )


def marked(wrong: npt.ArrayLike, name: str, found: str) -> Iterator[str]:
    """Yield the problem of the cells marked, if any: what they are, where, and `found`, a rule with its remedy.

    Examples
    --------
    >>> list(marked([False, True], "net", "nobody can leave. Check the population."))
    ['net [1]: nobody can leave. Check the population.']
    """
    cells = np.asarray(wrong)
    if cells.any():
        yield _("{place}: {found}").format(place=f"{name} {place(cells)}".strip(), found=found)


def place(wrong: npt.NDArray[np.bool_], labels: list[pd.Index] | None = None) -> str:
    """Return the labels, or the positions counted from 0, of the cells marked; many are counted, three named.

    Examples
    --------
    >>> place(np.array([[False, True], [True, True]]))
    '[0, 1], [1, 0] and [1, 1]'
    """
    if wrong.ndim == 0:
        return ""
    cells = np.argwhere(wrong)
    if labels is None:
        named = [f"[{', '.join(map(str, at))}]" for at in cells[:_SHOWN]]
    else:
        named = [" · ".join(str(index[i]) for index, i in zip(labels, at, strict=True)) for at in cells[:_SHOWN]]
    if len(cells) > _SHOWN:
        return _("in {n} cells, first {cells}").format(n=len(cells), cells=join(named))
    return join(named)


def _labels(values: object) -> list[pd.Index] | None:
    if isinstance(values, pd.DataFrame):
        return [values.index, values.columns]
    if isinstance(values, pd.Series):
        return [values.index]
    if isinstance(values, xr.DataArray):
        return [values.get_index(dim) for dim in values.dims]
    return None


def _bounds(low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return _("a number from {low:g} to {high:g} is expected").format(low=low, high=high)
    if np.isfinite(low):
        return _("a number of {low:g} or more is expected").format(low=low)
    return _("a number is expected")
