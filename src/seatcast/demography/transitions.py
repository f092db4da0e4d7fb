"""Children who obtain another status, such as a migrant child who is registered locally."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from seatcast.core.labels import AGE, STATUS, YEAR, dense
from seatcast.core.rates import ratio
from seatcast.demography.births import births_on_record
from seatcast.inputs.read import Inputs
from seatcast.language import _


def transition_rates(inputs: Inputs, ages: list[int]) -> xr.DataArray:
    """Return the probability that a child obtains another status within a year.

    Changes of all years on record over the children of the status before who could make them: a year younger, a year
    earlier; at age 0 the births of the year. Where the table tells no ages, one rate holds for all. Years without a
    count of children before them tell nothing and are left out.

    Parameters
    ----------
    inputs : Inputs
        Without the table transitions no child changes status.
    ages : list of int
        Reached by the end of the year.

    Returns
    -------
    DataArray (age, status, to_status), changes per child of the area's cohort
        Within 0 and 1; 0 from a status to itself.

    Raises
    ------
    ValueError
        If more children changed status than there were.
    """
    statuses = [status.status for status in inputs.area.statuses]
    coords: dict[str, Any] = {AGE: ages, STATUS: statuses, "to_status": statuses}
    rates = xr.DataArray(np.zeros((len(ages), len(statuses), len(statuses))), coords, tuple(coords))
    table = inputs.transitions
    if table is None or inputs.children is None:
        return rates
    known = {int(year) + 1 for year in inputs.children[YEAR].unique()}
    table = table[table[YEAR].isin(known) & table["children"].notna()].rename(columns={"from_status": STATUS})
    years = sorted(int(year) for year in table[YEAR].unique())
    if not years:
        return rates
    before: dict[str, Any] = {YEAR: [year - 1 for year in years], AGE: [age - 1 for age in ages], STATUS: statuses}
    at_risk = np.nan_to_num(dense(inputs.children, "children", before).values).sum(0)
    if 0 in ages:
        newborn = dense(births_on_record(inputs), "births", {YEAR: years, STATUS: statuses}).values
        at_risk[ages.index(0)] = np.nan_to_num(newborn).sum(0)
    if AGE in table:
        changed = dense(table, "children", coords).values
    else:
        changed = np.broadcast_to(
            dense(table, "children", {STATUS: statuses, "to_status": statuses}).values, rates.shape
        )
        at_risk = np.broadcast_to(at_risk.sum(0), at_risk.shape)
    if (changed.sum(2) > at_risk).any():
        age, status = np.argwhere(changed.sum(2) > at_risk)[0]
        raise ValueError(
            _("transitions: more children of status {status}, age {age}, changed than there were; check both tables.")
            .format(status=statuses[status], age=ages[age])
        )  # fmt: skip
    return rates.copy(data=ratio(changed, at_risk[..., None], otherwise=0.0))
