"""Children who come with dwellings that the record's trend does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, YEAR, dense
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.core.scenario import Scenario

DWELLING, SINCE = "dwelling", "since"


def children_of_dwellings(inputs: Inputs, scenario: Scenario, coords: dict[str, Any]) -> xr.DataArray:
    r"""Return the children expected to move in with dwellings above the average of the record.

    .. math:: \sum_{d} \sum_{k \ge 0} \max(0,\; h_{d,y-k} - \bar h_d)\; \max(0,\; g_{d,k,a} - g_{d,k-1,a-1})

    with completions :math:`h` of type :math:`d`, their mean :math:`\bar h` over the years on record, and :math:`g`
    children of age :math:`a` to a dwelling :math:`k` years after completion: those who live there in the year and did
    not a year before and a year younger. As many dwellings as usual are in the rates of arrival already.

    Parameters
    ----------
    inputs : Inputs
        Perhaps with housing, then with child_yield.
    scenario : Scenario
        `new_dwellings` multiplies the completions to come.
    coords : dict
        Labels of year, catchment and age.

    Returns
    -------
    DataArray (year, catchment, age), children
        0 without the table.

    Raises
    ------
    MissingTableError
        If the scenario changes dwellings that are not given, or their yield is not.
    """
    places = {d: coords[d] for d in (YEAR, CATCHMENT, AGE)}
    nobody = xr.DataArray(np.zeros([len(v) for v in places.values()]), places, tuple(places))
    if inputs.housing is None:
        if scenario.new_dwellings != 1:
            raise MissingTableError(_("The scenario changes new_dwellings; give the tables housing and child_yield."))
        return nobody
    if inputs.child_yield is None:
        raise MissingTableError(_("The table housing needs the table child_yield: children per dwelling."))
    types = sorted(inputs.housing[DWELLING].unique())
    record = inputs.housing[inputs.housing[YEAR] <= inputs.base_year]
    built = dense(inputs.housing, "dwellings", {**{d: places[d] for d in (YEAR, CATCHMENT)}, DWELLING: types})
    past = {YEAR: sorted(record[YEAR].unique()), CATCHMENT: places[CATCHMENT], DWELLING: types}
    usual = dense(record, "dwellings", past).mean(YEAR) if len(record) else 0.0
    extra = (scenario.new_dwellings * built - usual).clip(min=0.0).transpose(YEAR, CATCHMENT, DWELLING).values
    gains = _gains(inputs, types, list(places[AGE]))
    out = nobody.values
    for t in range(len(out)):
        for k in range(min(t + 1, gains.shape[1])):
            out[t] += np.einsum("cd,da->ca", extra[t - k], gains[:, k])
    return nobody.copy(data=out)


def _gains(inputs: Inputs, types: list[str], ages: list[int]) -> npt.NDArray[np.float64]:
    """Return the children to a dwelling who were not there a year before, (type, years since, age)."""
    assert inputs.child_yield is not None
    since = list(range(int(inputs.child_yield[SINCE].max()) + 1))
    there = dense(inputs.child_yield, "children", {DWELLING: types, SINCE: since, AGE: ages}).values
    before = np.zeros_like(there)
    before[:, 1:, 1:] = there[:, :-1, :-1]
    gain = np.clip(there - before, 0.0, None)
    gain[:, 1:, 0] = 0.0  # those born in the dwelling are births
    return np.asarray(gain)
