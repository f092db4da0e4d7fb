"""Rolls by group: the same joint futures told apart by status, or any other split, adding up in every draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR, labelled
from seatcast.core.rates import ratio
from seatcast.core.result import QUANTILES, Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.group_shares import GroupShares
from seatcast.enrollment.group_table import checked_groups, sum_of_groups
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.reconciliation import whole_numbers
from seatcast.enrollment.rolls import EnrollmentForecast, Level
from seatcast.language import _, clauses, join

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EXACT = 1e-4  # pupils


@dataclass(frozen=True, eq=False, repr=False)
class GroupForecast(Result):
    """Pupils by school, grade and group in the years to come.

    Attributes
    ----------
    by : str
        What the groups are, such as "status": the name of their dimension.
    draws : DataArray (year, cell, by, draw), pupils, float32
        The draws of the forecast of all pupils, divided: in every draw the groups of a cell add up to them. Labels as
        in `EnrollmentForecast`.
    history : DataFrame (year, district, school, grade, by, pupils)
        The rolls that the shares were learned from.
    scenario : Scenario
        Of the forecast of all pupils.
    area : StudyArea or None
        Whose definition of its statuses is told, where these are the groups.
    """

    topic: ClassVar[str] = "groups"
    by: str
    draws: xr.DataArray
    history: pd.DataFrame
    scenario: Scenario
    area: StudyArea | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "draws", labelled(self.draws, YEAR, CELL, self.by, DRAW, unit="pupils"))

    def total(self) -> xr.DataArray:
        """Return the draws (year, by, draw) of all schools and grades together."""
        return self.draws.sum(CELL)

    def of(self, group: str) -> EnrollmentForecast:
        """Return the forecast of one group alone.

        Raises
        ------
        KeyError
            If there is no such group; the message lists those there are.
        """
        groups = self.draws[self.by].to_numpy().tolist()
        if group not in groups:
            raise KeyError(_("{group} is no group; there are {groups}.").format(group=group, groups=join(groups)))
        own = self.history[self.history[self.by] == group].drop(columns=self.by)
        return EnrollmentForecast(self.draws.sel({self.by: group}, drop=True), own, self.scenario)

    def whole(self) -> GroupForecast:
        """Return the forecast in whole pupils: in every draw the groups of a cell add up to its whole pupils.

        Cells are rounded as by `EnrollmentForecast.whole`, then divided by systematic rounding within the cell, so that
        the expected value of every group is kept; by largest remainders small groups would lose everywhere.
        """
        years, cells, groups, draws = self.draws.shape
        parts = self.draws.values.astype(float)
        total = parts.sum(2)
        near = np.rint(total)
        total = np.where(np.abs(total - near) < _EXACT, near, total)  # whole already, but for the error of a sum
        start = self.scenario.streams["rolls: whole"].random((years, draws))
        whole = whole_numbers(total.astype(np.float32), start)
        quota = parts * ratio(whole, total, otherwise=0.0)[:, :, None]
        lot = self.scenario.streams["groups: whole"].random((years * cells, draws)) * (1 - _EXACT)
        values = whole_numbers(quota.reshape(years * cells, groups, draws), lot).reshape(self.draws.shape)
        return replace(self, draws=self.draws.copy(data=values))

    def to_frame(self, level: Level = "cell", quantiles: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
        """Return mean and quantiles of the pupils, a row a year, cell and group; `level` may be school or district."""
        parts = {str(group): self.of(group).to_frame(level, quantiles) for group in self.draws[self.by].to_numpy()}
        return pd.concat(parts, names=[self.by]).reset_index(level=0).reset_index(drop=True)

    def shares(self) -> xr.DataArray:
        """Return the groups' shares of all pupils, (year, by, draw)."""
        total = self.total()
        return (total / total.sum(self.by)).assign_attrs(unit="1")

    def summary(self) -> Summary:
        """Return the share of every group in the last year, and a table by year."""
        shares = quantile_frame(self.shares())
        last = shares[shares[YEAR] == shares[YEAR].max()]
        parts = [
            _("{group} {median:.1f} percent ({low:.1f} to {high:.1f})").format(
                group=row[self.by], median=100 * row["q50"], low=100 * row["q10"], high=100 * row["q90"]
            )
            for row in last.to_dict("records")
        ]
        said = _("Of the pupils of {year}: {parts}; in brackets the 80 percent interval.").format(
            year=int(last[YEAR].iloc[0]), parts=clauses(parts)
        )
        return Summary(said, quantile_frame(self.total()), self.definition_note())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the pupils of every group as a fan, on one Axes."""
        from seatcast import charts

        past = self.history.groupby([YEAR, self.by])["pupils"].sum().unstack(self.by)
        return charts.fans_together(self.total(), history=past, ax=ax, title=_("Pupils by group"), unit=_("pupils"))


def forecast_groups(rolls: EnrollmentForecast, history: pd.DataFrame, *, by: str) -> GroupForecast:
    """Divide a forecast of rolls by status, or any other split that its history has.

    A cohort keeps its shares as it goes up, with the drift of its district; entry keeps its recent shares; the shares
    of small grades are drawn to their district's. Errors are those of the shares
    of past origins: common to a district, and each grade's own. The shares of a draw are multiplied on its pupils, so
    that groups add up to the total that was forecast.

    Parameters
    ----------
    rolls : EnrollmentForecast
        Of all groups together.
    history : DataFrame
        year, district, school, grade, pupils, and the column `by`: the same pupils as those of the rolls, up to the
        same year. A count that is not known for one group makes the shares of its grade unknown, and a grade unknown
        or new has its district's; a missing row is a group without pupils.
    by : str
        Such as "status".

    Returns
    -------
    GroupForecast

    Raises
    ------
    HistoryError
        With every problem of the table; see `checked_groups`.

    Examples
    --------
    >>> from seatcast.enrollment.rolls import forecast_enrollment
    >>> rows = [(year, "East", "Elm", grade, 40.0) for year in range(2021, 2027) for grade in range(1, 7)]
    >>> history = pd.DataFrame(rows, columns=["year", "district", "school", "grade", "pupils"])
    >>> told = pd.concat([history.assign(status="local", pupils=32.0), history.assign(status="migrant", pupils=8.0)])
    >>> groups = forecast_groups(forecast_enrollment(history, horizon=2, draws=200, seed=1), told, by="status")
    >>> groups.shares().median("draw").astype(float).round(1).values.tolist()
    [[0.8, 0.2], [0.8, 0.2]]
    """
    tidy = checked_groups(history, rolls.history, by=by)
    labels = [DISTRICT, SCHOOL, GRADE]
    groups = sorted(tidy[by].unique())
    coords = {name: rolls.draws[name] for name in (YEAR, CELL, *labels)} | {by: groups}
    if len(groups) == 1:  # the group is the whole
        alone = xr.DataArray(rolls.draws.values[:, :, None], coords, (YEAR, CELL, by, DRAW), name="pupils")
        return GroupForecast(by, alone, tidy, rolls.scenario)
    total = sum_of_groups(tidy)
    cells = pd.MultiIndex.from_arrays([rolls.draws[key].to_numpy() for key in (SCHOOL, GRADE)])
    known = pd.MultiIndex.from_frame(total[[SCHOOL, GRADE]])
    new = np.flatnonzero(~cells.isin(known))
    added = pd.DataFrame({key: rolls.draws[key].to_numpy()[new] for key in labels})
    added = added.assign(year=int(total[YEAR].max()), pupils=0.0)
    panel = RollPanel.from_frame(pd.concat([total, added], ignore_index=True))
    shares = GroupShares(panel, _counts(tidy, panel, groups, by), _largest(tidy, groups, by))
    place = pd.MultiIndex.from_arrays([panel.school, panel.grade]).get_indexer(cells)
    values = rolls.draws.values
    drawn = shares.draw(len(values), values.shape[-1], rolls.scenario.streams)[:, place]
    pupils = drawn * values[:, :, None]
    nobody = tidy.groupby(by)["pupils"].max().reindex(groups).to_numpy() == 0
    pupils[:, :, nobody] = 0.0
    # rounding of shares is taken up by the largest group, so that the parts are the whole
    rest = [k for k in range(len(groups)) if k != shares.reference]
    pupils[:, :, shares.reference] = np.maximum(values - pupils[:, :, rest].sum(2), 0.0)
    array = xr.DataArray(pupils, coords, (YEAR, CELL, by, DRAW), name="pupils")
    return GroupForecast(by, array, tidy, rolls.scenario)


def _counts(history: pd.DataFrame, panel: RollPanel, groups: list[str], by: str) -> np.ndarray:
    """Return (year, cell, group): pupils; 0 without a row."""
    counts = np.zeros((len(panel.years), len(panel.grade), len(groups)))
    cells = pd.MultiIndex.from_arrays([panel.school, panel.grade])
    at = cells.get_indexer(pd.MultiIndex.from_frame(history[[SCHOOL, GRADE]]))
    year = history[YEAR].to_numpy() - int(panel.years[0])
    counts[year, at, pd.Index(groups).get_indexer(pd.Index(history[by]))] = history["pupils"].to_numpy(float)
    return counts


def _largest(history: pd.DataFrame, groups: list[str], by: str) -> int:
    return int(np.argmax(history.groupby(by)["pupils"].sum().reindex(groups).to_numpy()))
