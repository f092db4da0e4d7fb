"""Of the children of a grade's age, the share that is enrolled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, DRAW, GRADE, STATUS, YEAR
from seatcast.core.scenario import Scenario
from seatcast.inputs.read import Inputs

YEARS_POOLED = 3
LEAST_SPREAD = 0.005  # of the share, from year to year: counts of children are never known better than that


def enrolled_share(inputs: Inputs, scenario: Scenario) -> xr.DataArray:
    """Return pupils of a grade, public and private together, per child of its age.

    The last three years are pooled. The error is one a status and draw, since what moves the share (children
    counted twice, or schooled elsewhere) moves all grades: log-normal, its spread that of the yearly shares.

    Parameters
    ----------
    inputs : Inputs
        With children and enrollment.
    scenario : Scenario

    Returns
    -------
    DataArray (grade, status, draw), pupils per child
        A little above 1 where pupils come from outside the area.
    """
    assert inputs.enrollment is not None
    assert inputs.children is not None
    age = {grade: stage.age(grade) for stage in inputs.area.stages for grade in stage.grades}
    pupils = inputs.enrollment.groupby([YEAR, GRADE, STATUS])["pupils"].sum().unstack(STATUS)
    pupils = pupils[pupils.index.get_level_values(GRADE).isin(age)]
    children = inputs.children.groupby([YEAR, AGE, STATUS])["children"].sum().unstack(STATUS)
    statuses = [status.status for status in inputs.area.statuses]
    at = pd.MultiIndex.from_arrays(
        [pupils.index.get_level_values(YEAR), pupils.index.get_level_values(GRADE).map(age)], names=[YEAR, AGE]
    )
    of_age = children.reindex(at).set_axis(pupils.index)
    recent = pupils.index.get_level_values(YEAR) > inputs.base_year - YEARS_POOLED
    pooled = pupils[recent].groupby(GRADE).sum() / of_age[recent].groupby(GRADE).sum()
    both = pupils.where(pupils > 0).groupby(YEAR).sum() / of_age.where(of_age > 0).groupby(YEAR).sum()
    yearly = both.where((both > 0) & (both < np.inf)).map(np.log)
    rng = scenario.streams["participation"]
    spread = yearly.diff().std().fillna(0.0).clip(lower=LEAST_SPREAD)
    error = np.exp(spread[statuses].to_numpy()[:, None] * rng.standard_normal((len(statuses), scenario.draws)))
    shares = pooled[statuses].to_numpy()[:, :, None] * error[None]
    coords = {GRADE: pooled.index.to_list(), STATUS: statuses}
    return xr.DataArray(shares.astype(np.float32), coords, (GRADE, STATUS, DRAW))
