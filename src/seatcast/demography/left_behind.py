"""The other side of the move: children left behind where they are registered, who join their parents or come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STATUS, YEAR, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.study_area import StudyArea
from seatcast.inputs.read import Inputs, MissingTableError
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.core.scenario import Scenario

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class LeftBehind(Result):
    """Children elsewhere whose parents live here: start + new + returned - joined = end, in every draw.

    Attributes
    ----------
    area : StudyArea
    children : DataArray (year, age, draw), children
        From the year of record on.
    new, joined, returned : DataArray (year, age, draw), children
        Of the years to come: the youngest, as many as in the year of record; those who join their parents here; those
        who go back at the end of a stage, to enter the next where they are registered.
    """

    topic: ClassVar[str] = "left_behind"
    area: StudyArea
    children: xr.DataArray
    new: xr.DataArray
    joined: xr.DataArray
    returned: xr.DataArray

    def __post_init__(self) -> None:
        for field in ("children", "new", "joined", "returned"):
            counts = labelled(getattr(self, field), YEAR, AGE, DRAW, unit="children")
            object.__setattr__(self, field, counts)

    def to_frame(self) -> pd.DataFrame:
        """Return by year: children left behind, those who joined and those who returned, expected and quantiles."""
        parts = {"left behind": self.children, "joined": self.joined, "returned": self.returned}
        frames = [quantile_frame(x.sum(AGE).transpose(YEAR, DRAW)).assign(flow=name) for name, x in parts.items()]
        both = pd.concat(frames, ignore_index=True)
        return both[["flow", *(name for name in both if name != "flow")]]

    def summary(self) -> Summary:
        """Return how many join and return over the years."""
        joined, returned = (float(x.sum([YEAR, AGE]).mean()) for x in (self.joined, self.returned))
        sentence = _(
            "Of {stock:,.0f} children left behind in {start}, {joined:,.0f} are expected to join their parents by "
            "{end}; {returned:,.0f} children who live here are expected to go back at the end of a stage."
        ).format(
            stock=float(self.children.isel({YEAR: 0}).sum(AGE).mean()),
            start=int(self.children[YEAR][0]),
            end=int(self.children[YEAR][-1]),
            joined=joined,
            returned=returned,
        )
        definition = self.area.definition
        label = definition.left_behind_label if definition is not None else ""
        note = _("Who is called left behind here: {definition}").format(definition=label) if label else ""
        return Summary(sentence, self.to_frame(), note)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the fan of the children left behind."""
        from seatcast import charts

        return charts.fan(self.children.sum(AGE), ax=ax, title=_("Children left behind"), unit=_("children"))


def left_behind_on_record(
    inputs: Inputs, scenario: Scenario, places: list[str], ages: list[int], weight: npt.NDArray[np.float64]
) -> Counts | None:
    """Return the children left behind in the year of record, by catchment of the parents: (catchment, age, draw).

    Parameters
    ----------
    inputs : Inputs
        Perhaps with left_behind; its last year to the year of record counts.
    scenario : Scenario
    places, ages : list
    weight : (catchment)
        Where parents live, if the table does not say: such as the children of the status that migrates.

    Returns
    -------
    (catchment, age, draw) or None
        Whole children; None without the table.

    Raises
    ------
    MissingTableError
        If the scenario lets children join who are not given.
    """
    table = inputs.left_behind
    if table is None:
        if scenario.induced > 0 or scenario.elasticity > 0:
            raise MissingTableError(
                _(
                    "The scenario sets induced or elasticity: children left behind join their parents; give the table "
                    "left_behind."
                )
            )
        return None
    table = table[table[YEAR] <= inputs.base_year]
    table = table[(table[YEAR] == table[YEAR].max()) & table[AGE].isin(ages)]
    rng = scenario.streams["left behind"]
    out = np.zeros((len(places), len(ages), scenario.draws), np.int64)
    share = weight / weight.sum() if weight.sum() > 0 else np.full(len(places), 1 / len(places))
    for row in table.to_dict("records"):
        at, count = ages.index(int(row[AGE])), float(row["children"])
        whole = np.floor(count + rng.random(scenario.draws)).astype(np.int64)
        if isinstance(row.get(CATCHMENT), str):
            out[places.index(row[CATCHMENT]), at] += whole
        else:
            out[:, at] += rng.multinomial(whole, share).T
    return out


def return_share(departures: xr.DataArray, ages: list[int], returning: list[int]) -> npt.NDArray[np.float64]:
    """Return the share of departures that are returns at the end of a stage: (age, status).

    What lies above the mean of the ages before and after, as in `with_return_flow`.

    Examples
    --------
    >>> rates = xr.DataArray([[0.1], [0.3], [0.1]], {"age": [11, 12, 13], "status": ["migrant"]}, ("age", "status"))
    >>> return_share(rates, [11, 12, 13], [12]).round(2).ravel().tolist()
    [0.0, 0.67, 0.0]
    """
    others = [dim for dim in departures.dims if dim not in (AGE, STATUS)]
    rate = departures.mean(others).transpose(AGE, STATUS).values.astype(float)
    share = np.zeros_like(rate)
    for age in returning:
        at = ages.index(age) if age in ages else 0
        if 0 < at < len(ages) - 1:
            usual = (rate[at - 1] + rate[at + 1]) / 2
            share[at] = np.clip(1 - usual / np.where(rate[at] > 0, rate[at], np.inf), 0.0, 1.0)
    return share
