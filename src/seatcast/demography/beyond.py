"""Children beyond what the rates make of them: newcomers, and what brings them into line with others' projections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

from seatcast.core.labels import AGE, YEAR
from seatcast.core.scenario import Scenario
from seatcast.demography.left_behind import LeftBehind
from seatcast.demography.newcomers import newcomers
from seatcast.demography.others import Adjustment, adjustment_to
from seatcast.inputs.read import Inputs

if TYPE_CHECKING:
    from seatcast.demography.cohort_component import ChildPopulation
    from seatcast.demography.migration import MigrationProjection

FLOWS = ("arrivals", "departures", "deaths")


@dataclass(frozen=True, eq=False)
class Beyond:
    """What is added to the children that the rates make, and to the flows that made them.

    Attributes
    ----------
    children : DataArray (year, catchment, age, status, draw), children
        From the year of record on; below 0 where a projection of others takes children away.
    flows : dict of str to DataArray (year, catchment, age, status, draw), children
        Of arrivals, departures, deaths; of the years to come.
    left_behind : LeftBehind or None
        The account of those left behind; None where they are not on record.
    adjustment : Adjustment or None
        How far the children were moved to agree with a projection of others; None where none is given.
    """

    children: xr.DataArray
    flows: dict[str, xr.DataArray]
    left_behind: LeftBehind | None
    adjustment: Adjustment | None

    def sheet(self) -> dict[str, xr.DataArray]:
        """Return children, start and flows by the names of the accounts; a cohort starts a year younger."""
        ages, years = self.children[AGE].values, self.children[YEAR].values
        before = self.children.isel({YEAR: slice(None, -1)}).assign_coords({AGE: ages + 1, YEAR: years[1:]})
        return {"children": self.children, "start": before.reindex({AGE: ages}, fill_value=0.0), **self.flows}


def may_be_beyond(inputs: Inputs, scenario: Scenario) -> bool:
    """Return whether a table of the bureau, or a lever of the scenario, speaks of children beyond the rates."""
    given = any(table is not None for table in (inputs.housing, inputs.left_behind, inputs.projection))
    return given or bool({"induced", "elasticity", "new_dwellings"} & set(scenario.changes(Scenario())))


def beyond_rates(inputs: Inputs, migration: MigrationProjection, children: ChildPopulation) -> Beyond | None:
    """Return newcomers, and the change that meets the projection of others; None where nothing is given for either.

    Parameters
    ----------
    inputs : Inputs
        Perhaps with housing and child_yield, left_behind, projection.
    migration : MigrationProjection
    children : ChildPopulation
        As the rates make them, by catchment and age.

    Returns
    -------
    Beyond or None
        Children and flows balance by themselves, cohort by cohort.
    """
    came = newcomers(inputs, migration, children)
    now = children.children if came is None else children.children + came.children
    change = adjustment_to(inputs, children.area, children.scenario, now)
    if came is None and change is None:
        return None
    parts = [part for part in (came, change) if part is not None]
    nothing = xr.zeros_like(children.children.isel({YEAR: slice(1, None)}))
    flows = {name: sum((part.flows[name] for part in parts if name in part.flows), nothing) for name in FLOWS}
    return Beyond(
        sum((part.children for part in parts), xr.zeros_like(children.children)),
        flows,
        None if came is None else came.left_behind,
        None if change is None else change.adjustment,
    )
