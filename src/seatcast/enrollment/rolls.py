"""Rolls by school and grade, forecast from rolls alone or with births, as joint futures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CELL, DISTRICT, DRAW, GRADE, SCHOOL, YEAR, labelled
from seatcast.core.result import QUANTILES, Result, Summary, quantile_frame
from seatcast.core.scenario import Scenario
from seatcast.enrollment.combination import Parts, last_count
from seatcast.enrollment.correction import Correction
from seatcast.enrollment.detection import detect_events
from seatcast.enrollment.entry import Births
from seatcast.enrollment.event_table import checked_events, joined_history
from seatcast.enrollment.events import after_events
from seatcast.enrollment.hindcast import PastParts
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.notes import Known, roll_notes
from seatcast.enrollment.openings import filling, grades_to_come
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.reconciliation import reconciled_draws, whole_numbers
from seatcast.enrollment.roll_draws import draw_rolls
from seatcast.enrollment.told import HistoryError
from seatcast.enrollment.traits import Traits
from seatcast.enrollment.weights import Weights
from seatcast.language import _, join, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

__all__ = ["EnrollmentForecast", "HistoryError", "Level", "forecast_enrollment"]

Level = Literal["cell", "school", "district"]
_KEYS: dict[Level, list[str]] = {
    "cell": [DISTRICT, SCHOOL, GRADE],
    "school": [DISTRICT, SCHOOL],
    "district": [DISTRICT],
}


@dataclass(frozen=True, eq=False, repr=False)
class EnrollmentForecast(Result):
    """Pupils by school and grade in the years to come.

    Attributes
    ----------
    draws : DataArray (year, cell, draw), pupils, float32
        One joint future of all schools, grades and years per draw; never negative. The coordinates `district`,
        `school` and `grade` ride on `cell`; cells are sorted by them.
    history : DataFrame (year, district, school, grade, pupils)
        The rolls it was made from.
    scenario : Scenario
        Draws, seed and horizon; rolls alone know no other assumption.
    known : Known, optional
        What it was given besides the rolls, and what it had to learn from.
    """

    topic: ClassVar[str] = "rolls"
    draws: xr.DataArray
    history: pd.DataFrame
    scenario: Scenario
    known: Known | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "draws", labelled(self.draws, YEAR, CELL, DRAW, unit="pupils"))

    @property
    def base_year(self) -> int:
        """The last year of record."""
        return int(self.history[YEAR].max())

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not possible or not told, a sentence each: counts, births, events, past errors; see `roll_notes`."""
        return roll_notes(self)

    @cached_property
    def detected(self) -> pd.DataFrame:
        """Events that the history shows, whether told or not; see `detect_events`. They are looked for once."""
        return detect_events(self.history).to_frame()

    def replace(self, **changes: Any) -> EnrollmentForecast:
        """Return the forecast with some parts changed."""
        return replace(self, **changes)

    def total(self, level: Level = "cell") -> xr.DataArray:
        """Return the draws (year, cell, draw) summed to schools or districts; sums come before quantiles.

        Raises
        ------
        ValueError
            If there is no such level.
        """
        if level not in _KEYS:
            raise ValueError(_('level is "{level}"; choose cell, school or district.').format(level=level))
        if level == "cell":
            return self.draws
        labels = pd.MultiIndex.from_arrays([self.draws[key].to_numpy() for key in _KEYS[level]])
        starts = np.flatnonzero(~labels.duplicated())
        values = np.add.reduceat(self.draws.values, starts, axis=1)
        coords: dict[str, Any] = {YEAR: self.draws[YEAR].to_numpy(), CELL: np.arange(len(starts))}
        coords |= {key: (CELL, self.draws[key].to_numpy()[starts]) for key in _KEYS[level]}
        return xr.DataArray(values, coords, (YEAR, CELL, DRAW), name="pupils", attrs={"unit": "pupils"})

    def to_frame(self, level: Level = "cell", quantiles: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
        """Return mean and quantiles of the pupils, one row a year and cell, school or district.

        Columns: year, the labels of the level, mean, then `q10`, `q50` and so on.
        """
        total = self.total(level)
        years, keys = total[YEAR].to_numpy(), _KEYS[level]
        labels: dict[str, Any] = {YEAR: np.repeat(years, total.sizes[CELL])}
        labels |= {key: np.tile(total[key].to_numpy(), len(years)) for key in keys}
        values = total.to_numpy()
        numbers = {"mean": values.mean(-1, dtype=np.float64).ravel()}
        for quantile, row in zip(quantiles, np.quantile(values, quantiles, axis=-1), strict=True):
            numbers[f"q{100 * quantile:g}"] = row.ravel()
        return pd.DataFrame(labels | numbers)

    def reconciled(self, totals: pd.DataFrame) -> EnrollmentForecast:
        """Return the forecast made to agree with totals from outside, in every draw; see `reconciled_draws`.

        Parameters
        ----------
        totals : DataFrame
            year, pupils, any of district, school, grade, and spread: such as the projections of a statistical office.
        """
        return self.replace(draws=reconciled_draws(self.draws, totals, self.scenario.streams))

    def whole(self) -> EnrollmentForecast:
        """Return the forecast in whole pupils; cells, schools, districts and the whole keep their counts within one."""
        shape = self.draws.shape[0], self.draws.shape[2]
        start = self.scenario.streams["rolls: whole"].random(shape)
        return self.replace(draws=self.draws.copy(data=whole_numbers(self.draws.values, start)))

    def summary(self) -> Summary:
        """Return all pupils now and at the end of the horizon, a table by year, and as a note what was not possible."""
        total = quantile_frame(self.draws.sum(CELL))
        last = total.iloc[-1]
        now = self.history.loc[self.history[YEAR] == self.base_year, "pupils"].sum()
        if self.draws.sizes[DRAW] == 1:
            text = _("{now:,.0f} pupils in {base} become {median:,.0f} in {year}.")
        else:
            text = _(
                "{now:,.0f} pupils in {base} become {median:,.0f} in {year}, with 80 percent probability between "
                "{low:,.0f} and {high:,.0f}."
            )
        said = text.format(
            now=now, base=self.base_year, median=last["q50"], year=int(last[YEAR]), low=last["q10"], high=last["q90"]
        )
        return Summary(said, total[[YEAR, "q10", "q50", "q90"]], sentences(list(self.notes)))

    def plot(self, ax: Axes | None = None, *, school: str | None = None, grades: Iterable[int] | None = None) -> Axes:
        """Draw pupils as a fan after their history: all of them, or those of a school, or of some grades.

        Raises
        ------
        KeyError
            If no such school or grade is forecast.
        """
        from seatcast import charts

        names = self.draws[SCHOOL].to_numpy()
        wanted = set(self.draws[GRADE].to_numpy().tolist() if grades is None else grades)
        here = np.isin(self.draws[GRADE].to_numpy(), list(wanted)) & ((names == school) if school else True)
        if not here.any():
            raise KeyError(_("Nothing is forecast of school {school}, grades {grades}.").format(
                school=school or _("any"), grades=join([str(grade) for grade in sorted(wanted)])))  # fmt: skip
        past = self.history[self.history[GRADE].isin(wanted)]
        past = past[past[SCHOOL] == school] if school else past
        title = _("Pupils of school {school}").format(school=school) if school else _("Pupils in all schools")
        if grades is not None:
            title = _("{title}, grades {low} to {high}").format(title=title, low=min(wanted), high=max(wanted))
        return charts.fan(
            self.draws.isel({CELL: here}).sum(CELL), history=past.groupby(YEAR)["pupils"].sum(), ax=ax, title=title,
            unit=_("pupils"),
        )  # fmt: skip


def forecast_enrollment(
    history: pd.DataFrame,
    *,
    horizon: int,
    draws: int,
    seed: int,
    births: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> EnrollmentForecast:
    """Forecast pupils by school and grade, for any area from one school up and any history from two years up.

    Progression ratios shrunk from school to district to whole carry the pupils who are in a school already; entry
    grades come from their level, from births where given, and from a share of the district's feeder cohort; these and
    "no change" are averaged in logarithms, scaled to district totals and corrected by what past forecasts missed where
    the panel is large enough to tell. The spread is that of the errors of past origins, schools and grades kept
    together, with shocks common to a district and to all, no narrower than a short history would need.

    Parameters
    ----------
    history : DataFrame
        year (int), district, school (labels), grade (kindergarten = 0, pre-kindergarten = -1), pupils. NaN = unknown;
        a missing row = no such cell that year. Order is irrelevant; other columns are ignored.
    horizon : int
        Years forecast after the last year of history.
    draws : int
        Joint futures.
    seed : int
        Same seed, same numbers, whatever the order of rows and the number of threads.
    births : DataFrame, optional
        entry_year (the school year in which the cohort reaches the entry grade; may run past the history), district,
        births (NaN = unknown). Districts without births keep the level of their entry grade.
    events : DataFrame, optional
        year, event (open, close, merge, change_grades, move_boundary), school; others (schools, joined by ;),
        from_grade, to_grade, share, seats, district where the event needs them. Of the past, schools merged into one
        other are counted as part of it; those to come move pupils in every draw, see `after_events`.

    Returns
    -------
    EnrollmentForecast
        Of every cell that has pupils, or an unknown count, in the last year, and of the grades that new schools,
        filling grade by grade, have yet to open. A longer horizon continues the draws of a shorter one.

    Raises
    ------
    HistoryError
        With every problem of the tables.
    RefusedError
        If horizon, draws or seed is no whole number, horizon or draws below 1, or the seed below 0.

    Examples
    --------
    >>> history = pd.DataFrame(
    ...     [(year, "East", "Elm", grade, 40.0) for year in range(2021, 2027) for grade in range(1, 7)],
    ...     columns=["year", "district", "school", "grade", "pupils"],
    ... )
    >>> forecast = forecast_enrollment(history, horizon=2, draws=200, seed=1)
    >>> forecast.to_frame("district", (0.5,)).round(0).to_dict("list")["q50"]
    [240.0, 240.0]
    """
    scenario = Scenario("rolls", draws=draws, seed=seed, horizon=horizon)
    horizon, draws = int(horizon), scenario.draws  # 3.0 years are 3
    tidy = checked_history(history, births)
    known_events = checked_events(events, tidy)
    joined = joined_history(tidy, known_events)
    panel = RollPanel.from_frame(joined)
    panel = RollPanel.from_frame(pd.concat([joined, grades_to_come(panel)]))
    known = None if births is None else Births.from_frame(births, panel)
    past = PastParts.run(panel, known)
    weights = Weights.learn(past)
    hindcast = past.averaged(weights.cells, weights.totals)
    correction = Correction.learn(hindcast)
    parts = Parts.of(panel, horizon=horizon, births=known)
    point = correction.apply(Traits.of(panel), parts.average(panel, cells=weights.cells, totals=weights.totals))
    present = (last_count(panel) > 0) | filling(panel)
    hindcast = correction.applied(hindcast)
    rolls = draw_rolls(point, hindcast, present=present, draws=draws, streams=scenario.streams)
    coords = {
        YEAR: panel.origin + 1 + np.arange(horizon),
        CELL: np.arange(int(present.sum())),
        DISTRICT: (CELL, panel.district[present]),
        SCHOOL: (CELL, panel.school[present]),
        GRADE: (CELL, panel.grade[present]),
    }
    array = xr.DataArray(rolls, coords, (YEAR, CELL, DRAW), name="pupils")
    ahead = [event for event in known_events if event.year > panel.origin]
    array = after_events(array, last_count(panel)[present], ahead, scenario.streams)
    told = Known(births, tuple(known_events), int(hindcast.matched.any((0, 2)).sum()))
    return EnrollmentForecast(array, tidy, scenario, told)
