"""Review: last year's forecast, as it was published, against what came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.enrollment.bureau_rolls import entry_births, roll_events, roll_history
from seatcast.enrollment.children_entry import follow_children
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.registrations import with_registrations
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.evaluation.change import (
    CELL_KEYS,
    ERROR_PARTS,
    ForecastChange,
    News,
    Outside,
    explain_change,
    part_labels,
)
from seatcast.evaluation.decisions import decisions
from seatcast.evaluation.hindcast import known_by
from seatcast.evaluation.published import ReviewError, read_published
from seatcast.evaluation.review_in_words import of_review
from seatcast.evaluation.scores import bias, coverage, wape
from seatcast.language import _, join

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.inputs.read import Inputs

_CELL = ["year", "school", "grade"]
_ADDED = ["forecast", "actual", "error", *ERROR_PARTS]


@dataclass(frozen=True, eq=False, repr=False)
class Review(Result):
    """An earlier forecast of the rolls beside the counts that have come since.

    Attributes
    ----------
    base_year : int
        The last year the forecast knew.
    cells : DataFrame
        year, district, school, grade, forecast, low, high (80 percent interval), actual, error (forecast less actual),
        inside; one row a grade of a school in a year that both have.
    unmatched : DataFrame (year, school, grade)
        Forecast, but not on record since: closed, regraded or not published.
    errors : DataFrame
        year, district, school, grade, forecast, actual, error, and the parts of the error: births, entry, migration,
        progression, openings; they add up to it. Also of grades that were not forecast (forecast 0) or are no longer
        taught (actual 0); not of counts that are unknown. See `News`.
    change : ForecastChange or None
        This year's forecast against the earlier one; None where no year to come is in both.
    decisions : DataFrame (year, role, decision, reason)
        The log in the run's folder; see `log_decision`.
    """

    topic: ClassVar[str] = "review"
    base_year: int
    cells: pd.DataFrame
    unmatched: pd.DataFrame
    errors: pd.DataFrame
    change: ForecastChange | None
    decisions: pd.DataFrame

    @property
    def years(self) -> list[int]:
        """The years that both have."""
        return sorted(int(year) for year in self.cells["year"].unique())

    def to_frame(self) -> pd.DataFrame:
        """Return the grades of every school."""
        return self.cells

    def by_school(self) -> pd.DataFrame:
        """Return the error by year and school, the largest first.

        Columns: year, district, school, forecast (sum of the grades' medians), actual, error, percent (of actual),
        grades, inside (grades within their interval). A school's own interval cannot be had from those of its grades.
        """
        grouped = self.cells.groupby(["year", "district", "school"], as_index=False)
        table = grouped.agg(
            forecast=("forecast", "sum"),
            actual=("actual", "sum"),
            error=("error", "sum"),
            grades=("grade", "size"),
            inside=("inside", "sum"),
        )
        percent = 100 * table["error"] / table["actual"].where(table["actual"] > 0)
        table.insert(6, "percent", percent)
        return table.sort_values("error", key=abs, ascending=False, kind="stable", ignore_index=True)

    def error_parts(self) -> pd.DataFrame:
        """Return the error by year and school and what it was made of, the largest first.

        Columns: year, district, school, forecast, actual, error (forecast less actual), and its parts births, entry,
        migration, progression, openings, which add up to it.
        """
        table = self.errors.groupby(["year", "district", "school"], as_index=False)[_ADDED].sum()
        return table.sort_values("error", key=abs, ascending=False, kind="stable", ignore_index=True)

    def total_parts(self) -> pd.DataFrame:
        """Return forecast, actual, error and its parts of all schools together, by year; see `error_parts`."""
        return self.errors.groupby("year")[_ADDED].sum()

    def summary(self) -> Summary:
        """Return the error of the first year both have, its largest part, the interval, and the forecast's change."""
        table = pd.DataFrame([self._scores(year) for year in self.years])
        return Summary(of_review(self, table.iloc[0]), table.round(1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw forecast and recorded pupils of all schools by year."""
        from seatcast import charts

        total = self.cells.groupby("year")[["forecast", "actual"]].sum()
        labels = {"forecast": _("forecast made in {base}").format(base=self.base_year), "actual": _("recorded")}
        return charts.lines(total, ax=ax, title=_("Pupils forecast and recorded"), unit=_("pupils"), labels=labels)

    def plot_parts(self, ax: Axes | None = None, *, year: int | None = None) -> Axes:
        """Draw the parts of the error, from the pupils of all schools who came to those forecast.

        Of the first year that both have, unless another is asked for.

        Parameters
        ----------
        ax : Axes, optional
        year : int, optional
            Another year that both have.

        Raises
        ------
        KeyError
            If the year is not one that both have.
        """
        from seatcast import charts

        chosen = self.years[0] if year is None else year
        total = self.total_parts()
        if chosen not in total.index:
            raise KeyError(_("No count of {year} was forecast and came; there are {years}.").format(
                year=chosen, years=join([str(year) for year in self.years])))  # fmt: skip
        ends = _("recorded"), _("forecast made in {base}").format(base=self.base_year)
        row = total.loc[[chosen]].iloc[0]
        return charts.contributions(
            row[list(ERROR_PARTS)].astype(float), float(row["actual"]), ax=ax,
            title=_("What the forecast of {year} missed").format(year=chosen), unit=_("pupils"), labels=part_labels(),
            ends=ends,
        )  # fmt: skip

    def _scores(self, year: int) -> dict[str, float]:
        schools, cells = self.by_school(), self.cells[self.cells["year"] == year]
        schools = schools[schools["year"] == year]
        return {
            "year": year,
            "schools": len(schools),
            "wape": wape(schools["actual"], schools["forecast"]),
            "bias": bias(schools["actual"], schools["forecast"]),
            "coverage_80": coverage(cells["actual"], cells["low"], cells["high"]),
        }


def review(run: str | Path, inputs: Inputs) -> Review:
    """Hold the forecast of a finished run against the rolls on record now, and today's forecast against it.

    The errors are split into what they were made of, and so is the change of the forecast; see `News` and
    `explain_change`. The counts that have come since are targets of past origins in today's forecast, so its weights,
    its correction and the width of its intervals have learned from these errors already.

    Parameters
    ----------
    run : path
        Folder of the run: `run.json` with `base_year`, and `tables/rolls.csv` with year, district, school, grade,
        median, low and high (the ends of the 80 percent interval); `decisions.csv` where decisions were logged.
    inputs : Inputs
        With the autumn counts that have arrived since. Children of every status are added up; a count unknown for one
        status is unknown.

    Returns
    -------
    Review

    Raises
    ------
    FileNotFoundError
        If the folder is not that of a finished run.
    ReviewError
        If the run's tables are not as above, the inputs have no rolls, or no year is in both.

    Examples
    --------
    A year later, with the counts of the autumn::

        seatcast.review("reports/2025", seatcast.read_inputs("mybureau"))
    """
    about, forecast = read_published(Path(run))
    base_year = int(about["base_year"])
    if inputs.enrollment is None:
        raise ReviewError(
            _("The inputs have no table of enrollment, so there is nothing to hold the forecast against.")
        )
    history = checked_history(roll_history(inputs))
    actual = history.loc[history["year"] > base_year].rename(columns={"pupils": "actual"}).drop(columns="district")
    due = forecast[forecast["year"].isin(set(actual["year"]))]
    if due.empty:
        raise ReviewError(
            _(
                "The forecast was made in {base}, and the rolls end in {last}: no year is in both. Review it when the "
                "next counts have arrived."
            ).format(base=base_year, last=int(history["year"].max()))
        )
    both = due.rename(columns={"median": "forecast"}).merge(actual, on=_CELL, how="left")
    missing = both["actual"].isna()
    cells = both[~missing].sort_values(["year", "district", "school", "grade"], ignore_index=True)
    if cells.empty:
        raise ReviewError(
            _("No school and grade of the forecast is on record since; are these the inputs of the same bureau?")
        )
    cells["error"] = cells["forecast"] - cells["actual"]
    cells["inside"] = cells["actual"].between(cells["low"], cells["high"])
    published = forecast.rename(columns={"median": "forecast"})[[*CELL_KEYS, "forecast"]]
    errors, change = _explained(published, history, about, inputs)
    unmatched = both.loc[missing, _CELL].reset_index(drop=True)
    return Review(base_year, cells, unmatched, errors, change, decisions(run))


def _explained(
    published: pd.DataFrame, history: pd.DataFrame, about: dict[str, Any], inputs: Inputs
) -> tuple[pd.DataFrame, ForecastChange | None]:
    """Return the errors with their parts, and today's forecast against the published one."""
    base_year, scenario = int(about["base_year"]), Scenario(**about.get("scenario", {}))
    news = News.of(published, history, base_year)
    now = entry_births(inputs)
    then = entry_births(known_by(inputs, base_year))
    happening = roll_events(inputs, committed=scenario.committed)
    told = pd.DataFrame(about["events"]) if "events" in about else happening
    events = (None if told is None or told.empty else told, happening)
    until = int(published["year"].max())
    settings: dict[str, int] = {"draws": scenario.draws, "seed": scenario.seed}
    with_births = [
        forecast_enrollment(
            history[history["year"] <= base_year], horizon=int(news.due["year"].max()) - base_year,
            births=births, events=events[0], **settings,
        ).to_frame("cell", (0.5,)).set_index(CELL_KEYS)["q50"]
        for births in ((then, now) if _told(then, now) else ())
    ]  # fmt: skip
    fallen = with_births[0] - with_births[1] if with_births else pd.Series(0.0, published.set_index(CELL_KEYS).index)
    errors = news.errors(fallen)
    if until <= int(history["year"].max()):
        return errors, None
    outside = _outside(known_by(inputs, base_year), scenario), _outside(inputs, scenario)
    change = explain_change(published, history, news, births=(then, now), events=events, outside=outside, **settings)
    return errors, change


def _outside(inputs: Inputs, scenario: Scenario) -> Outside:
    """Return what a bureau's children and registrations make of its rolls, as `forecast` does it."""
    if inputs.children is None or inputs.migration is None:
        return lambda rolls: with_registrations(rolls, inputs)
    children = project_children(inputs, project_migration(inputs, scenario))
    return lambda rolls: with_registrations(follow_children(rolls, inputs, children), inputs)


def _told(then: pd.DataFrame | None, now: pd.DataFrame | None) -> bool:
    """Whether today's births differ from those known then."""
    return now is not None and (then is None or not then.equals(now))
