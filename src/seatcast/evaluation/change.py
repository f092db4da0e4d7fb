"""Explained change: this year's forecast against last year's, split into parts that add up exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd

from seatcast.core.rates import ratio
from seatcast.core.result import Result, Summary
from seatcast.enrollment.detection import detect_events
from seatcast.enrollment.panel import RollPanel, sums
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.language import _, clauses

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = ("model", "births", "entry", "migration", "progression", "openings")
"""In the order in which they are replaced."""
ERROR_PARTS = PARTS[1:]
"""Of what a forecast missed: the model is the one that made it."""
CELL_KEYS = ["year", "district", "school", "grade"]


Outside = Callable[[EnrollmentForecast], EnrollmentForecast]


def _nothing(rolls: EnrollmentForecast) -> EnrollmentForecast:
    return rolls


def part_labels() -> dict[str, str]:
    """Return the names of the parts in the language in force."""
    return {
        "model": _("time and method"),
        "births": _("births and children known"),
        "entry": _("entry"),
        "migration": _("migration"),
        "progression": _("progression"),
        "openings": _("openings, closures and new grades"),
    }


@dataclass(frozen=True, eq=False, repr=False)
class ForecastChange(Result):
    """Two forecasts of the same years, and what lies between them.

    Attributes
    ----------
    base_years : tuple of int
        The last years of record of the earlier and of the later forecast.
    cells : DataFrame
        year, district, school, grade, before, after (medians, pupils; 0 where a grade is not forecast), change, and a
        column a part: model, births, entry, migration, progression, openings. The parts of every row add up to its
        change.
    """

    topic: ClassVar[str] = "change"
    base_years: tuple[int, int]
    cells: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the change by year, school and grade."""
        return self.cells

    def total(self, level: Literal["school", "district", "area"] = "area") -> pd.DataFrame:
        """Return before, after, change and parts summed to schools, districts or the area, by year."""
        keys = {"school": CELL_KEYS[:3], "district": CELL_KEYS[:2], "area": CELL_KEYS[:1]}[level]
        return self.cells.groupby(keys, as_index=False)[["before", "after", "change", *PARTS]].sum()

    def summary(self) -> Summary:
        """Return the change of all pupils in the last year both forecasts have, and its parts, the largest first."""
        table = self.total()
        last = table.iloc[-1]
        said = _(
            "All pupils in {year}: {after:,.0f} by the forecast made in {later}, {change:+,.0f} against the one made "
            "in {earlier}. It is made of {parts}."
        ).format(
            year=int(last["year"]), after=last["after"], later=self.base_years[1], change=last["change"],
            earlier=self.base_years[0], parts=_listed(last[list(PARTS)].astype(float)),
        )  # fmt: skip
        return Summary(said, table.round(1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the parts by which the last year both forecasts have changed, from the earlier to the later."""
        from seatcast import charts

        last = self.total().iloc[-1]
        parts = pd.Series({name: float(last[name]) for name in PARTS})
        title = _("Change of the forecast of {year}").format(year=int(last["year"]))
        ends = (
            _("made in {base}").format(base=self.base_years[0]),
            _("made in {base}").format(base=self.base_years[1]),
        )
        return charts.contributions(
            parts, float(last["before"]), ax=ax, title=title, unit=_("pupils"), labels=part_labels(), ends=ends
        )


def _listed(parts: pd.Series) -> str:
    names = part_labels()
    ordered = parts[parts.abs() >= 0.5].sort_values(key=abs, ascending=False)
    if ordered.empty:
        return _("nothing")
    return clauses([_("{part} {pupils:+,.0f}").format(part=names[str(n)], pupils=v) for n, v in ordered.items()])


@dataclass(frozen=True, eq=False)
class News:
    """What has come since a forecast, beside what it said of the years since.

    Attributes
    ----------
    due : DataFrame
        CELL_KEYS, forecast, actual; one row a grade of a school in a year since the forecast was made that was forecast
        or is on record: forecast 0 where none was, actual 0 where there is no row, NaN where the count is not known.
    kind : (row,)
        "entry", "continuing", or "openings": of schools that opened, closed, merged or changed their grades since.
    common : (row,)
        Of continuing grades, by what factor all of their district's together came out: people who moved in or out.
    """

    due: pd.DataFrame
    kind: np.ndarray
    common: np.ndarray

    @classmethod
    def of(cls, published: pd.DataFrame, history: pd.DataFrame, base_year: int) -> News:
        """Compare a published forecast (CELL_KEYS, forecast) with the checked history that has come since."""
        since = history[history["year"] > base_year].rename(columns={"pupils": "actual"})
        # a school and grade keep the district that they have today
        home = history.drop_duplicates("school", keep="last").set_index("school")["district"]
        due = published[published["year"].isin(since["year"])]
        due = due.assign(district=due["school"].map(home).fillna(due["district"]))
        due = due.merge(since, on=CELL_KEYS, how="outer", indicator=True).sort_values(CELL_KEYS, ignore_index=True)
        due["actual"] = due["actual"].where(due["_merge"] != "left_only", 0.0)
        due["forecast"] = due["forecast"].fillna(0.0)
        then = RollPanel.from_frame(history[history["year"] <= base_year])
        going = pd.MultiIndex.from_arrays([then.school[then.continuing], then.grade[then.continuing]])
        kind = np.where(pd.MultiIndex.from_frame(due[["school", "grade"]]).isin(going), "continuing", "entry")
        changed = _changed(history, base_year)
        kind = np.where((due["_merge"] != "both") | due["school"].isin(changed), "openings", kind)
        codes = np.asarray(due.groupby(["year", "district"]).ngroup(), np.int64)
        seen = (kind == "continuing") & due["actual"].notna().to_numpy()
        came, said = (sums(np.where(seen, due[name].fillna(0.0), 0.0), codes) for name in ("actual", "forecast"))
        return cls(due.drop(columns="_merge"), kind, ratio(came, said, otherwise=1.0)[codes])

    def history(self, before: pd.DataFrame, known: tuple[str, ...]) -> pd.DataFrame:
        """Return the record before, and the years since as forecast, with what came put in for the parts `known`."""
        due = self.due
        value = due["forecast"].to_numpy(float).copy()
        actual = due["actual"].to_numpy(float)
        came = np.isfinite(actual)
        value = np.where((self.kind == "continuing") & ("migration" in known), value * self.common, value)
        for kind, part in (("entry", "entry"), ("continuing", "progression")):
            value = np.where((self.kind == kind) & came & (part in known), actual, value)
        since = due[CELL_KEYS].assign(pupils=value)
        since = since[value > 0]
        return pd.concat([before, since], ignore_index=True)

    def errors(self, births: pd.Series) -> pd.DataFrame:
        """Return the error (forecast less actual) of every row whose count is known, and its parts.

        Parameters
        ----------
        births : Series
            By how much the forecast falls, row by row, once today's births are known.
        """
        due = self.due
        error = (due["forecast"] - due["actual"]).to_numpy(float)
        of_births = births.reindex(pd.MultiIndex.from_frame(due[CELL_KEYS])).fillna(0.0).to_numpy(float)
        moves = self.kind == "continuing"
        of_births = np.where(self.kind == "openings", 0.0, of_births)
        common = np.where(moves, due["forecast"] * (1 - self.common), 0.0)
        rest = error - of_births - common
        table = due.assign(
            error=error, births=of_births, entry=np.where(self.kind == "entry", rest, 0.0), migration=common,
            progression=np.where(moves, rest, 0.0), openings=np.where(self.kind == "openings", rest, 0.0),
        )  # fmt: skip
        return table[due["actual"].notna()].reset_index(drop=True)


def _changed(history: pd.DataFrame, base_year: int) -> set[str]:
    """Return the schools that opened, closed, merged, took others in or changed their grades since."""
    events = detect_events(history).to_frame()
    since = events[events["year"] > base_year]
    return {*since["school"], *(other for others in since["others"] for other in others)}


def explain_change(
    published: pd.DataFrame,
    history: pd.DataFrame,
    news: News,
    *,
    births: tuple[pd.DataFrame | None, pd.DataFrame | None],
    events: tuple[pd.DataFrame | None, pd.DataFrame | None],
    draws: int,
    seed: int,
    outside: tuple[Outside, Outside] = (_nothing, _nothing),
) -> ForecastChange:
    """Split the change from a published forecast to that of today into parts, by replacing one thing after another.

    Each step forecasts again, from today's year of record, and the difference that it makes is its part:

    1. model: the years since came exactly as forecast. What changes is that a year has passed: leads are shorter,
       ratios are learned anew, records or the program have been revised.
    2. births: today's births, and what else is known today from outside the rolls (`outside`).
    3. entry: in the years since, the entry grades that came.
    4. migration: the grades above, all of a district's moved by the factor by which they came out together; what a
       whole district gains or loses is people moving, not schools exchanging pupils.
    5. progression: the grades above, as they came.
    6. openings: schools that opened, closed, merged or changed their grades, and the events known today.

    The last step is today's forecast, so the parts add up to the change; another order gives other parts.

    Parameters
    ----------
    published : DataFrame
        CELL_KEYS and forecast (median, pupils): the earlier forecast.
    history : DataFrame
        Checked, to today.
    news : News
        Of both.
    births, events : tuple
        As for `forecast_enrollment`: those known then, those known now.
    draws, seed : int
        Of today's forecast.
    outside : tuple of callables, optional
        What the children and registrations known then, and now, make of a forecast of rolls.

    Returns
    -------
    ForecastChange
        Of the years after today's year of record that both forecasts have.

    Raises
    ------
    ValueError
        If there is no such year.
    """
    last, until = int(history["year"].max()), int(published["year"].max())
    if until <= last:
        text = _("The earlier forecast ends in {until}, and the rolls in {last}: no year to come is in both.")
        raise ValueError(text.format(until=until, last=last))
    base_year = last - news.due["year"].nunique()
    before = history[history["year"] <= base_year]

    def medians(rolls: pd.DataFrame, which: int, happened: int) -> pd.Series:
        forecast = forecast_enrollment(
            rolls, horizon=until - last, draws=draws, seed=seed, births=births[which], events=events[happened]
        )
        return outside[which](forecast).to_frame("cell", (0.5,)).set_index(CELL_KEYS)["q50"]

    steps: list[Callable[[], pd.Series]] = [
        lambda: published[published["year"] > last].set_index(CELL_KEYS)["forecast"],
        lambda: medians(news.history(before, ()), 0, 0),
        lambda: medians(news.history(before, ()), 1, 0),
        lambda: medians(news.history(before, ("entry",)), 1, 0),
        lambda: medians(news.history(before, ("entry", "migration")), 1, 0),
        lambda: medians(news.history(before, ("entry", "migration", "progression")), 1, 0),
        lambda: medians(history, 1, 1),
    ]
    levels = pd.concat([step() for step in steps], axis=1, keys=["published", *PARTS]).fillna(0.0).sort_index()
    parts = levels.diff(axis=1)[list(PARTS)]
    table = pd.DataFrame({"before": levels["published"], "after": levels[PARTS[-1]]})
    table["change"] = table["after"] - table["before"]
    return ForecastChange((base_year, last), table.join(parts).reset_index())
