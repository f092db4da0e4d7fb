"""Births that women of the years to come will have, where their numbers and fertility are given."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.core.labels import CATCHMENT, YEAR, dense
from seatcast.demography.figures import FigureError
from seatcast.demography.places import to_catchments
from seatcast.inputs.read import Inputs
from seatcast.language import _

Floats = npt.NDArray[np.float64]


def births_of_women(inputs: Inputs, record: pd.DataFrame, years: list[int]) -> Floats | None:
    r"""Return the births expected of the women given, by year and catchment, at the level of the births on record.

    .. math:: B_{yc} = k \sum_g f_{ycg} W_{ycg} / 1000, \qquad
        k = \frac{\sum_{y \in R} B_{y}}{\sum_{y \in R} \sum_{c,g} f_{ycg} W_{ycg} / 1000}

    over the years R of which both women and births are on record; 1 without such years. So a level of fertility that is
    a country's is brought to the place's, and the change from year to year is that of women and their fertility.

    Parameters
    ----------
    inputs : Inputs
        Perhaps with women: by catchment, or by district, then shared out by its children.
    record : DataFrame
        `births_on_record`.
    years : list of int
        Wanted; those after the last year of women keep that year's births.

    Returns
    -------
    (year, catchment) or None
        None without the table.

    Raises
    ------
    FigureError
        If women of the first year wanted are not given, nor of a later one: the table ends before the forecast.
    """
    if inputs.women is None:
        return None
    table = inputs.women
    if CATCHMENT not in table or table[CATCHMENT].isna().any():
        table = to_catchments(table, inputs)
    table = table.assign(due=table["women"] * table["fertility"] / 1000)
    known = sorted(int(year) for year in table[YEAR].unique())
    if known[-1] < years[0]:
        raise FigureError(
            [
                _("women: the table ends in {last}, before the forecast begins; give the women of {first} on.").format(
                    last=known[-1], first=years[0]
                )
            ]
        )
    due = dense(table, "due", {YEAR: known, CATCHMENT: inputs.area.catchments.index}).values
    at = [max(k for k, year in enumerate(known) if year <= max(wanted, known[0])) for wanted in years]
    both = record[record[YEAR].isin(known)].groupby(YEAR)["births"].sum()
    level = (
        float(both.sum()) / max(float(due[[known.index(int(y)) for y in both.index]].sum()), 1e-9) if len(both) else 1.0
    )
    return np.asarray(level * due[at])
