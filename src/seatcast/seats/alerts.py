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

LIKELY, ALMOST_SURE = 0.5, 0.9


@dataclass(frozen=True)
class AlertRule:
    """An official rule of alert: children over the entry seats of the normal intake plan.

    Attributes
    ----------
    yellow, red : float
        Ratios from which on the level is given.
    statuses : tuple of str or None
        Whose children are counted; None: those of the area's first status, the locally registered. An empty tuple
        counts all.
    years_ahead : int
        How far the alert looks.
    source : str
        Where the rule stands.
    """

    name: str = ""
    yellow: float = 0.9
    red: float = 1.0
    statuses: tuple[str, ...] | None = None
    years_ahead: int = 3
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.yellow <= self.red or self.years_ahead < 1:
            raise ValueError(_("An alert turns yellow above 0, red no lower, and looks 1 year ahead or more."))


HANGZHOU = AlertRule("hangzhou 2023", source="Hangzhou Daily, 2023-04-13")
"""Registered children of school age over the normal intake plan: red from 1.0, yellow from 0.9, 3 years ahead."""
HUANGPU = AlertRule(
    "huangpu 2023", yellow=1.0, red=1.0, years_ahead=1, source="Education Bureau of Huangpu, Guangzhou, 2023-01-12"
)
"""A list of schools whose seats are tight, a year ahead, by registered children; the bureau prints no ratio, so 1.0
is taken here."""

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
        year, catchment, stage, school (the first in rank that has seats next year), local_children (expected
        entrants of the first status who seek a public seat, in all catchments whose first school it is),
        intake_plan (entry seats of that school), ratio, official ("", "yellow", "red"), probability (that a child of
        the catchment lacks a seat), level ("", "yellow", "red").
    rule : AlertRule
        The official rule.
    """

    topic: ClassVar[str] = "alerts"
    shortfall: Shortfall
    table: pd.DataFrame
    rule: AlertRule = HANGZHOU

    def to_frame(self) -> pd.DataFrame:
        """Return one row a catchment, stage and year."""
        return self.table.copy()

    def by_school(self) -> pd.DataFrame:
        """Return one row a school, stage and year: the higher of its catchments' levels and probabilities."""
        rank = {"": 0, "yellow": 1, "red": 2}
        frame = self.table.assign(level=self.table["level"].map(rank), official=self.table["official"].map(rank))
        keep = dict.fromkeys(("local_children", "intake_plan", "ratio"), "first")
        worst = frame.groupby([YEAR, STAGE, SCHOOL]).agg(
            {**keep, "official": "max", "probability": "max", "level": "max"}
        )
        back = {number: level for level, number in rank.items()}
        return worst.assign(official=worst["official"].map(back), level=worst["level"].map(back)).reset_index()

    def published(self) -> Summary:
        """Return the list that can be published: schools under an official alert, and its disclaimer.

        Ratios and counts are left out: small numbers of children are personal data.
        """
        marked = self.by_school().query("official != ''")
        names = self.shortfall.area.school_names()
        stages = {stage.stage: stage.label for stage in self.shortfall.area.stages}
        levels = {"yellow": _("yellow"), "red": _("red")}
        table = pd.DataFrame(
            {
                _("year"): marked[YEAR], _("stage"): marked[STAGE].map(stages), _("school"): marked[SCHOOL].map(names),
                _("alert"): marked["official"].map(levels),
            }
        )  # fmt: skip
        said = _(
            "Alerts are estimates for planning. They are no basis for moving a household registration or for "
            "buying a home, and decide nothing about the admission of any child."
        )
        return Summary(said, table.reset_index(drop=True))

    def summary(self) -> Summary:
        """Return how many catchments are red by each rule, and those that are red by either."""
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
        return Summary(sentence, red.reset_index(drop=True))

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
    demand, capacity, area = shortfall.allocation.demand, shortfall.allocation.capacity, shortfall.area
    years = [year for year in demand.pupils[YEAR].values if 0 < year - demand.base_year <= rule.years_ahead]
    entries = {stage.grades[0]: stage.stage for stage in area.stages if stage.grades[0] in demand.pupils[GRADE].values}
    counted = (area.statuses[0].status,) if rule.statuses is None else rule.statuses
    by_status = demand.pupils.mean(DRAW).groupby(STATUS).sum(TIER)
    known = [str(status) for status in by_status[STATUS].values]
    lost = [status for status in counted if status not in known]
    if lost:
        said = _("The alert counts children of the status {status}, who are not in the demand; there are {known}.")
        raise ValueError(said.format(status=", ".join(lost), known=", ".join(known)))
    local = by_status.sel({STATUS: list(counted or known)}).sum(STATUS)
    entrants = local.sel({YEAR: years, GRADE: list(entries)}).rename("entrants").to_dataframe().reset_index()
    entrants[STAGE] = entrants.pop(GRADE).map(entries)
    table = entrants.merge(_first_school(area, capacity), on=[CATCHMENT, STAGE])
    intake = capacity.intake.where(np.isfinite(capacity.intake)).rename("intake_plan").to_dataframe().reset_index()
    probability = shortfall.probability().rename("probability").to_dataframe().reset_index()
    table = table.merge(intake, on=[YEAR, SCHOOL, STAGE]).merge(probability, on=[YEAR, CATCHMENT, STAGE])
    table["local_children"] = table.groupby([YEAR, SCHOOL, STAGE])["entrants"].transform("sum")
    table["ratio"] = table["local_children"] / table["intake_plan"].where(table["intake_plan"] > 0)
    table["official"] = np.select([table["ratio"] >= rule.red, table["ratio"] >= rule.yellow], ["red", "yellow"], "")
    level = [table["probability"] >= almost_sure, table["probability"] >= likely]
    table["level"] = np.select(level, ["red", "yellow"], "")
    return Alerts(shortfall, table[COLUMNS].sort_values([YEAR, STAGE, CATCHMENT]).reset_index(drop=True), rule)


def _first_school(area: StudyArea, capacity: Capacity) -> pd.DataFrame:
    """Return, for each catchment and stage, its first school that has seats next year: catchment, stage, school."""
    open_now = capacity.seats.isel({YEAR: 1}).to_series().rename("seats").reset_index()
    links = area.reach.merge(open_now[open_now["seats"] > 0], on=[SCHOOL, STAGE]).sort_values("rank", kind="stable")
    return links.drop_duplicates([CATCHMENT, STAGE])[[CATCHMENT, STAGE, SCHOOL]]
