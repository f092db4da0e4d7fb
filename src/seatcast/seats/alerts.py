"""Alerts: the official ratio rule beside the probability of a shortfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.core.result import Result, Summary
from seatcast.language import _, n_
from seatcast.seats.alert_rule import HANGZHOU, AlertRule
from seatcast.seats.first_schools import each_school, open_first, pooled
from seatcast.seats.shortfall import Shortfall
from seatcast.seats.shortfall_views import LIKELY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.enrollment.demand import EnrollmentDemand

ALMOST_SURE = 0.9


COLUMNS = [
    YEAR, CATCHMENT, STAGE, SCHOOL, "local_children", "intake_plan", "ratio", "official", "probability", "level",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Alerts(Result):
    """Alerts by catchment, stage and year, as far ahead as the official rule looks.

    Attributes
    ----------
    shortfall : Shortfall
    table : DataFrame
        year, catchment, stage, school (the first in rank that has seats in that year; the schools of a pool, of one
        rank, in one cell; empty where none has), local_children (expected entrants of the rule's statuses who seek a
        public seat, in all catchments that name those schools first), intake_plan (entry seats of those schools),
        ratio, official ("", "yellow", "red"), probability (that a child of the catchment lacks a seat), level ("",
        "yellow", "red").
    rule : AlertRule
        The official rule.
    likely, almost_sure : float
        Probabilities from which on the level is yellow, and red.
    """

    topic: ClassVar[str] = "alerts"
    shortfall: Shortfall
    table: pd.DataFrame
    rule: AlertRule = HANGZHOU
    likely: float = LIKELY
    almost_sure: float = ALMOST_SURE

    def to_frame(self) -> pd.DataFrame:
        """Return one row a catchment, stage and year."""
        return self.table.copy()

    def by_school(self) -> pd.DataFrame:
        """Return one row a school, stage and year: the highest of its catchments' ratios, levels and probabilities.

        A school of a pool has the children and the intake plan of its pool.
        """
        rank = {"": 0, "yellow": 1, "red": 2}
        frame = self.table.assign(level=self.table["level"].map(rank), official=self.table["official"].map(rank))
        frame = each_school(frame.sort_values("ratio", ascending=False, kind="stable"))
        keep = dict.fromkeys(("local_children", "intake_plan", "ratio"), "first")
        worst = frame.groupby([YEAR, STAGE, SCHOOL]).agg(
            {**keep, "official": "max", "probability": "max", "level": "max"}
        )
        back = {number: level for level, number in rank.items()}
        return worst.assign(official=worst["official"].map(back), level=worst["level"].map(back)).reset_index()

    def published(self) -> Summary:
        """Return the list that can be published: schools under an official alert, its disclaimer, and the rule.

        Ratios and counts are left out: small numbers of children are personal data.

        Returns
        -------
        Summary
            The disclaimer; year, stage, school and alert, under headings in the language in force; and, as its note,
            what the rule divides by what, its levels and its source.
        """
        area = self.shortfall.area
        marked = self.by_school().query("official != ''")
        stages = {stage.stage: stage.label for stage in area.stages}
        levels = {"yellow": _("yellow"), "red": _("red")}
        table = pd.DataFrame(
            {
                _("year"): marked[YEAR], _("stage"): marked[STAGE].map(stages),
                _("school"): marked[SCHOOL].map(area.school_names()), _("alert"): marked["official"].map(levels),
            }
        )  # fmt: skip
        by_status = _(
            "Alerts are estimates for planning. They are no basis for moving a household registration or for "
            "buying a home, and decide nothing about the admission of any child."
        )
        plain = _(
            "Alerts are estimates for planning. They are no basis for buying a home, and decide nothing about the "
            "admission of any child."
        )
        said = by_status if len(area.statuses) > 1 else plain
        return Summary(said, table.reset_index(drop=True), self.rule.said(area))

    def summary(self) -> Summary:
        """Return how many catchments are red by each rule, and those that are red by either."""
        if self.table.empty:
            return Summary(_("No year to come is in the forecast, so that no alert was given."), self.table)
        red = self.table[(self.table["official"] == "red") | (self.table["level"] == "red")]
        official = red.loc[red["official"] == "red", CATCHMENT].nunique()
        likely = red.loc[red["level"] == "red", CATCHMENT].nunique()
        demand = self.shortfall.allocation.demand
        last = min(demand.base_year + self.rule.years_ahead, int(demand.pupils[YEAR].max()))
        sentence = (
            n_(
                "Up to {year}, {n} catchment is red by the official ratio",
                "Up to {year}, {n} catchments are red by the official ratio",
                official,
            ).format(year=last, n=official)
            + _("; ")
            + n_(
                "{n} is almost sure to be short of seats.", "{n} are almost sure to be short of seats.", likely
            ).format(n=likely)
        )
        return Summary(sentence, red.reset_index(drop=True), self.shortfall.definition_note())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the probability of a shortfall by catchment and year for those with an alert."""
        from seatcast import charts

        alerted = self.table.loc[(self.table["official"] != "") | (self.table["level"] != ""), CATCHMENT]
        table = self.table[self.table[CATCHMENT].isin(alerted)].pivot_table(
            index=CATCHMENT, columns=YEAR, values="probability", aggfunc="max"
        )
        table.index = self.shortfall.area.catchment_names().reindex(table.index)
        return charts.heat_table(table, ax=ax, title=_("Catchments with an alert: probability of a shortfall"))


def alerts(
    shortfall: Shortfall,
    rule: AlertRule = HANGZHOU,
    *,
    likely: float = LIKELY,
    almost_sure: float = ALMOST_SURE,
) -> Alerts:
    """Hold every catchment against the official rule and against the forecast, as far ahead as the rule looks.

    The official rule knows the children of its statuses alone: red says that they fill the intake plan of their
    school. The level beside it speaks of all children: by the probability that one of them lacks a seat.

    Parameters
    ----------
    shortfall : Shortfall
    rule : AlertRule
        The official rule: by default that of Hangzhou, on the locally registered children.
    likely, almost_sure : float
        Probabilities from which on the level is yellow, and red.

    Returns
    -------
    Alerts
        The ratio is missing where the school has no intake plan on record.

    Raises
    ------
    ValueError
        If the rule counts a status that the area does not tell apart.

    Examples
    --------
    A rule of one's own: yellow from 85 percent of the intake plan::

        outcome = seatcast.forecast(seatcast.load_example())
        seatcast.alerts(outcome.shortfall, seatcast.AlertRule(yellow=0.85)).to_frame()
    """
    demand, area = shortfall.allocation.demand, shortfall.area
    cell = [YEAR, CATCHMENT, STAGE]
    years = [int(year) for year in demand.pupils[YEAR].values if 0 < year - demand.base_year <= rule.years_ahead]
    entrants = _entrants(demand, rule, years)
    schools = pooled(open_first(area, shortfall.allocation.capacity, years), entrants)
    probability = shortfall.probability().rename("probability").to_dataframe().reset_index()
    table = entrants[cell].merge(probability, on=cell).merge(schools, on=cell, how="left")
    # Without a school there is no ratio; where children live there, the probability speaks all the same.
    table = table[table[SCHOOL].notna() | (table["probability"] > 0)].fillna({SCHOOL: ""})
    table["ratio"] = table["local_children"] / table["intake_plan"].where(table["intake_plan"] > 0)
    table["official"] = np.select([table["ratio"] >= rule.red, table["ratio"] >= rule.yellow], ["red", "yellow"], "")
    level = [table["probability"] >= almost_sure, table["probability"] >= likely]
    table["level"] = np.select(level, ["red", "yellow"], "")
    table = table[COLUMNS].sort_values([YEAR, STAGE, CATCHMENT]).reset_index(drop=True)
    return Alerts(shortfall, table, rule, likely, almost_sure)


def _entrants(demand: EnrollmentDemand, rule: AlertRule, years: list[int]) -> pd.DataFrame:
    """Return the expected entrants whom the rule counts: year, catchment, stage, entrants."""
    area = demand.area
    entries = {stage.grades[0]: stage.stage for stage in area.stages if stage.grades[0] in demand.pupils[GRADE].values}
    counted = rule.counted(area)
    by_status = demand.pupils.mean(DRAW).groupby(STATUS).sum(TIER)
    known = [str(status) for status in by_status[STATUS].values]
    lost = [status for status in counted if status not in known]
    if lost:
        said = _("The alert counts children of the status {status}, who are not in the demand; there are {known}.")
        raise ValueError(said.format(status=", ".join(lost), known=", ".join(known)))
    local = by_status.sel({STATUS: list(counted or known)}).sum(STATUS)
    entrants = local.sel({YEAR: years, GRADE: list(entries)}).rename("entrants").to_dataframe().reset_index()
    entrants[STAGE] = entrants.pop(GRADE).map(entries)
    return entrants
