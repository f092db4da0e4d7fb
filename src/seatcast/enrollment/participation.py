"""Of the children of a grade's age, the share that is enrolled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, DRAW, GRADE, STATUS, YEAR
from seatcast.core.scenario import Scenario
from seatcast.inputs.read import Inputs

YEARS_POOLED = 3
PRIOR_CHILDREN = 30.0  # children at which a status' own share weighs as much as that of all children of the grade
PRIOR_YEARS, PRIOR_SPREAD = 3.0, 0.01  # of the share from year to year: a short record may have seen no change


def enrolled_share(inputs: Inputs, scenario: Scenario) -> xr.DataArray:
    """Return pupils of a grade, public and private together, per child of its age.

    The last three years in which both are known are pooled, and a status of few children is joined with all children of
    the grade: with :math:`P, C` pupils and children of a grade and status, :math:`R` the ratio of all statuses,

    .. math:: (P + 30 R) / (C + 30)

    The error is one a status and draw, since what moves the share (children counted twice, or schooled elsewhere) moves
    all grades: log-normal, its variance the mean square of the yearly changes, joined with a prior of three years.

    Parameters
    ----------
    inputs : Inputs
        With children. Without enrollment, every child of school age counts as enrolled, as the law asks.
    scenario : Scenario

    Returns
    -------
    DataArray (grade, status, draw), pupils per child
        A little above 1 where pupils come from outside the area.
    """
    assert inputs.children is not None
    age = {grade: stage.age(grade) for stage in inputs.area.stages for grade in stage.grades}
    if inputs.enrollment is None:
        everyone: dict[str, list[object]] = {GRADE: list(age), STATUS: [s.status for s in inputs.area.statuses]}
        shape = (len(everyone[GRADE]), len(everyone[STATUS]), scenario.draws)
        return xr.DataArray(np.ones(shape, np.float32), everyone, (GRADE, STATUS, DRAW))
    counts = inputs.enrollment[inputs.enrollment[GRADE].isin(age)].groupby([YEAR, GRADE, STATUS])["pupils"]
    pupils = counts.sum().where(counts.count() == counts.size()).unstack(STATUS)
    children = inputs.children.groupby([YEAR, AGE, STATUS])["children"].sum().unstack(STATUS)
    statuses = [status.status for status in inputs.area.statuses]
    at = pd.MultiIndex.from_arrays(
        [pupils.index.get_level_values(YEAR), pupils.index.get_level_values(GRADE).map(age)], names=[YEAR, AGE]
    )
    of_age = children.reindex(at).set_axis(pupils.index).reindex(columns=statuses)
    both = pupils.reindex(columns=statuses).notna() & (of_age > 0)
    pupils, of_age = pupils.reindex(columns=statuses).where(both, 0.0), of_age.where(both, 0.0)
    years = pupils.index.get_level_values(YEAR)
    recent = years.isin(years[both.any(axis=1)].unique().sort_values()[-YEARS_POOLED:])
    had, were = (x[recent].groupby(GRADE).sum().reindex(list(age), fill_value=0.0) for x in (pupils, of_age))
    usual = (had.sum(axis=1) / were.sum(axis=1)).fillna(had.to_numpy().sum() / max(were.to_numpy().sum(), 1.0))
    pooled = had.add(PRIOR_CHILDREN * usual, axis=0) / (were + PRIOR_CHILDREN)
    yearly = (pupils.groupby(YEAR).sum() / of_age.groupby(YEAR).sum()).apply(np.log)
    change = yearly.where(np.isfinite(yearly)).diff()
    spread = np.sqrt((PRIOR_YEARS * PRIOR_SPREAD**2 + (change**2).sum()) / (PRIOR_YEARS + change.count()))
    rng = scenario.streams["participation"]
    error = np.exp(spread[statuses].to_numpy()[:, None] * rng.standard_normal((len(statuses), scenario.draws)))
    shares = pooled[statuses].to_numpy()[:, :, None] * error[None]
    coords = {GRADE: pooled.index.to_list(), STATUS: statuses}
    return xr.DataArray(shares.astype(np.float32), coords, (GRADE, STATUS, DRAW))
