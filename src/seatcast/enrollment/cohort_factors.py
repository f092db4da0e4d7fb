"""What is learned of a cohort as it enters goes up with it: through its school, and on into the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import DISTRICT, GRADE, SCHOOL
from seatcast.core.rates import ratio
from seatcast.enrollment.panel import sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def along_cohorts(draws: xr.DataArray, factors: Floats) -> xr.DataArray:
    """Return the draws with each cohort that is given a factor multiplied by it, in its first year and all after.

    In the same school a cohort keeps its factor. Into a grade that its own school does not feed, it takes the factor of
    its district's pupils of the grade below a year earlier, as they come out after and before.

    Parameters
    ----------
    draws : DataArray (year, cell, draw), pupils
        Cells in the order of district, school and grade.
    factors : (year, cell, draw)
        NaN where nothing new is known of the cell in that year: it then follows its cohort.

    Returns
    -------
    DataArray (year, cell, draw), pupils
    """
    school, grade = draws[SCHOOL].to_numpy(), draws[GRADE].to_numpy().astype(int)
    cells = pd.MultiIndex.from_arrays([school, grade])
    below = cells.get_indexer(pd.MultiIndex.from_arrays([school, grade - 1]))
    district = np.unique(draws[DISTRICT].to_numpy().astype(str), return_inverse=True)[1].astype(np.int64)
    group = district * (grade.max() - grade.min() + 2) + grade - grade.min() + 1
    size = int(group.max()) + 1
    before = draws.values.astype(float)
    out = np.empty_like(before)
    carried = np.ones(before.shape[1:])
    for t in range(len(before)):
        if t:
            was, now = (np.stack([sums(row, group, size) for row in part[t - 1].T], axis=1) for part in (before, out))
            of_district = ratio(now, was, otherwise=1.0)[group - 1]
            carried = np.where((below >= 0)[:, None], carried[below], of_district)
        told = np.isfinite(factors[t])
        carried = np.where(told, np.where(told, factors[t], 1.0), carried)
        out[t] = before[t] * carried
    return draws.copy(data=out.astype(np.float32))
