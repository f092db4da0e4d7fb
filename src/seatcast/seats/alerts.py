"""Alerts: the official ratio rule beside the probability of a shortfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.core.result import Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.language import _, n_
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEARS_AHEAD = 3
YELLOW, RED = 0.9, 1.0
"""Local children over the normal intake plan, three years ahead: Hangzhou's alert, Hangzhou Daily, 2023-04-13."""
LIKELY, ALMOST_SURE = 0.5, 0.9
COLUMNS = [
    YEAR, CATCHMENT, STAGE, SCHOOL, "local_children", "intake_plan", "ratio", "official", "probability", "level",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Alerts(Result):
    """Alerts by catchment, stage and year, up to three years ahead.

    Attributes
    ----------
    shortfall : Shortfall
    table : DataFrame
        year, catchment, stage, school (the first in rank that has seats next year), local_children (expected
        entrants of the first status who seek a public seat, in all catchments whose first school it is),
        intake_plan (entry seats of that school), ratio, official ("", "yellow", "red"), probability (that a child of
        the catchment lacks a seat), level ("", "yellow", "red").
    """

    topic: ClassVar[str] = "alerts"
    shortfall: Shortfall
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a catchment, stage and year."""
        return self.table.copy()

    def summary(self) -> Summary:
        """Return how many catchments are red by each rule, and those that are red by either."""
        red = self.table[(self.table["official"] == "red") | (self.table["level"] == "red")]
        official = red.loc[red["official"] == "red", CATCHMENT].nunique()
        likely = red.loc[red["level"] == "red", CATCHMENT].nunique()
        sentence = (
            n_(
                "{n} catchment is red by the official ratio within three years",
                "{n} catchments are red by the official ratio within three years",
                official,
            ).format(n=official)
            + _("; ")
            + n_(
                "{n} is almost sure to be short of seats.", "{n} are almost sure to be short of seats.", likely
            ).format(n=likely)
        )
        return Summary(sentence, red.reset_index(drop=True))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the probability of a shortfall by catchment and year for those with an alert."""
        from seatcast import charts

        alerted = self.table[(self.table["official"] != "") | (self.table["level"] != "")]
        table = alerted.pivot_table(index=CATCHMENT, columns=YEAR, values="probability", aggfunc="max")
        table.index = self.shortfall.area.catchment_names().reindex(table.index)
        return charts.heat_table(table, ax=ax, title=_("Catchments with an alert: probability of a shortfall"))


def alerts(shortfall: Shortfall) -> Alerts:
    """Hold every catchment against the official rule and against the forecast, up to three years ahead.

    The official rule knows the locally registered children alone: red says that they fill the intake plan of their
    school. The level beside it speaks of all children: yellow from a probability of 0.5 that one of them lacks a
    seat, red from 0.9.

    Parameters
    ----------
    shortfall : Shortfall

    Returns
    -------
    Alerts
        The ratio is missing where the school has no intake plan on record.
    """
    demand, capacity, area = shortfall.allocation.demand, shortfall.allocation.capacity, shortfall.area
    years = [year for year in demand.pupils[YEAR].values if 0 < year - demand.base_year <= YEARS_AHEAD]
    entries = {stage.grades[0]: stage.stage for stage in area.stages if stage.grades[0] in demand.pupils[GRADE].values}
    local = demand.pupils.mean(DRAW).groupby(STATUS).sum(TIER).sel({STATUS: area.statuses[0].status}, drop=True)
    entrants = local.sel({YEAR: years, GRADE: list(entries)}).rename("entrants").to_dataframe().reset_index()
    entrants[STAGE] = entrants.pop(GRADE).map(entries)
    table = entrants.merge(_first_school(area, capacity), on=[CATCHMENT, STAGE])
    intake = capacity.intake.where(np.isfinite(capacity.intake)).rename("intake_plan").to_dataframe().reset_index()
    probability = shortfall.probability().rename("probability").to_dataframe().reset_index()
    table = table.merge(intake, on=[YEAR, SCHOOL, STAGE]).merge(probability, on=[YEAR, CATCHMENT, STAGE])
    table["local_children"] = table.groupby([YEAR, SCHOOL, STAGE])["entrants"].transform("sum")
    table["ratio"] = table["local_children"] / table["intake_plan"].where(table["intake_plan"] > 0)
    table["official"] = np.select([table["ratio"] >= RED, table["ratio"] >= YELLOW], ["red", "yellow"], "")
    level = [table["probability"] >= ALMOST_SURE, table["probability"] >= LIKELY]
    table["level"] = np.select(level, ["red", "yellow"], "")
    return Alerts(shortfall, table[COLUMNS].sort_values([YEAR, STAGE, CATCHMENT]).reset_index(drop=True))


def _first_school(area: StudyArea, capacity: Capacity) -> pd.DataFrame:
    """Return, for each catchment and stage, its first school that has seats next year: catchment, stage, school."""
    open_now = capacity.seats.isel({YEAR: 1}).to_series().rename("seats").reset_index()
    links = area.reach.merge(open_now[open_now["seats"] > 0], on=[SCHOOL, STAGE]).sort_values("rank", kind="stable")
    return links.drop_duplicates([CATCHMENT, STAGE])[[CATCHMENT, STAGE, SCHOOL]]
