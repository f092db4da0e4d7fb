"""The rows that bind choices, and whole choices near fractional ones that keep them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatcast.planning.programme.milp import Floats, MixedInteger, Numbers

FITS = 1e-6  # of a row's bound: what the solver itself takes for kept
ROUNDED = 0.05  # a choice: a smaller part of one is rounded down


@dataclass(frozen=True, eq=False)
class Rows:
    """The master's own rows, without cuts: the coefficients of column j are at first[j] up to first[j + 1]."""

    row: Numbers
    column: Numbers
    value: Floats
    first: Numbers
    lower: Floats
    upper: Floats
    most: Floats  # of each column

    @classmethod
    def of(cls, master: MixedInteger) -> Rows:
        """Return the rows as they are now."""
        row, column, value = master.table()
        first = np.searchsorted(column, np.arange(len(master) + 1))
        return cls(row, column, value, first, *master.row_bounds, master.bounds[1])

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.lower)

    def sums(self, values: Floats) -> Floats:
        """Return what each row sums to; columns after `values` are taken for 0."""
        of = slice(self.first[len(values)])
        weights = self.value[of] * values[self.column[of]]
        return np.bincount(self.row[of], weights, minlength=self.number).astype(float)

    def keep(self, values: Floats) -> bool:
        """Return whether all hold, to the solver's own tolerance."""
        sums = self.sums(values)
        slack = FITS * np.maximum(1.0, np.abs(sums))
        return bool((sums >= self.lower - slack).all() and (sums <= self.upper + slack).all())

    def near(self, x: Floats, whole: npt.NDArray[np.bool_]) -> Floats:
        """Return whole choices near fractional ones: the most nearly chosen first, as far as the rows allow."""
        at = np.where(whole, np.floor(x + FITS), x)
        sums = self.sums(at)
        order = [int(j) for j in np.argsort(at - x, kind="stable") if x[j] - at[j] > ROUNDED]
        for j in [*order, *order]:  # twice: one that requires another may come before it
            of = slice(self.first[j], self.first[j + 1])
            rows, step = self.row[of], self.value[of]
            if at[j] + 1.0 <= self.most[j] and (sums[rows] + step <= self.upper[rows] + FITS).all():
                at[j] += 1.0
                sums[rows] += step
        return at
