"""Backtest: forecasts made from the bureau's own past, with nothing later than their origin, against what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.notebook import watched
from seatcast.core.refused import RefusedError
from seatcast.core.result import Result, Summary
from seatcast.enrollment.entry import Births
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import RollPanel
from seatcast.enrollment.rolls import forecast_enrollment
from seatcast.evaluation.asked import checked_request
from seatcast.evaluation.backtest_in_words import of_classes, of_faults, of_schools
from seatcast.evaluation.class_needs import class_needs
from seatcast.evaluation.records import Origin
from seatcast.evaluation.references import REFERENCES, reference_labels, references
from seatcast.evaluation.score_table import score_table
from seatcast.language import _, join, n_, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

METHODS = ("forecast", *REFERENCES)
_TYPICAL_LEAD = 3  # years ahead that the sentence speaks of: what a class takes to plan


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Result):
    """Forecasts from past origins, beside reference methods and what came.

    Attributes
    ----------
    records : DataFrame
        One row a level (cell, school, district), origin, year and place: forecast (median), low50, high50, low, high
        (80 percent), low95, high95, crps, pit, a column a reference method, now (count at the origin), actual; pupils.
        Of cells grade_type ("entry", or "continuing": fed by the school's own grade below) and more_classes
        (probability that more classes are needed than now); of cells and schools size (third of the schools, by pupils
        at the origin) and class_size. Only what compares: schools whose live grades stayed the same over the last three
        falls and up to the target; totals are of their live grades.
    changed : DataFrame (origin, year, district, school)
        Schools at the origin left out because they closed or their grades changed.
    """

    topic: ClassVar[str] = "backtest"
    records: pd.DataFrame
    changed: pd.DataFrame

    @property
    def origins(self) -> list[int]:
        """The years from which forecasts were made."""
        return sorted(int(origin) for origin in self.records["origin"].unique())

    @property
    def methods(self) -> tuple[str, ...]:
        """The forecast, and the reference methods beside it."""
        return tuple(method for method in METHODS if method in self.records)

    def to_frame(self) -> pd.DataFrame:
        """Return the scores by level, lead and method; see `scores`."""
        return self.scores()

    def scores(self, by: str | None = None) -> pd.DataFrame:
        """Return the scores by level, lead, method and, if asked, the grade type or the size of the school.

        Parameters
        ----------
        by : {"grade_type", "size"}, optional

        Returns
        -------
        DataFrame
            level, lead (years ahead), the column `by`, method, n (counts scored), wape, mape and bias (percent of
            pupils), crps (percent of pupils; of a method without draws, its wape), coverage_50, coverage_80,
            coverage_95 (percent of counts; NaN without draws), above_class (percent of counts missed by more than one
            class; NaN without a class size), value_added (wape of the method less that of the forecast, in points: what
            the forecast is better by).

        Raises
        ------
        ValueError
            If `by` is neither of the two.
        """
        return score_table(self.records, self.methods, by)

    def class_needs(self, by: str | None = None, *, warn_above: float = 0.5) -> pd.DataFrame:
        """Return false alarms and misses of "needs another class", by lead and method; see `class_needs`.

        No row where no class size is known.

        Parameters
        ----------
        by : {"grade_type", "size"}, optional
            Tells grades apart by these, too.
        warn_above : float
            Probability of another class above which the forecast counts as a warning.
        """
        return class_needs(self.records, self.methods, by, warn_above=warn_above)

    def calibration(self, level: str = "school", bins: int = 10) -> pd.DataFrame:
        """Return the percent of a level's counts in each of `bins` equal steps of the forecast's probability, by lead.

        One column a lead, a row a step (its upper end). A forecast whose intervals keep their word has the same percent
        in every step; more at both ends: too narrow; more in the middle: too wide; sloping: biased.
        """
        here = self.records[self.records["level"] == level]
        step = np.clip(np.ceil(here["pit"].to_numpy(float) * bins), 1, bins).astype(int)
        table = pd.crosstab(step, (here["year"] - here["origin"]).to_numpy(), normalize="columns")
        table = 100 * table.reindex(range(1, bins + 1), fill_value=0.0)
        return table.set_axis(pd.Index(np.arange(1, bins + 1) / bins, name="below")).rename_axis(columns="lead")

    def by_school(self, origin: int, target: int) -> pd.DataFrame:
        """Return what was forecast in `origin` of `target`, school by school, the largest errors first.

        Columns: school, forecast, low, high (80 percent interval), actual, error (forecast less actual), inside.

        Raises
        ------
        KeyError
            If that forecast was not made, or its target is not on record.
        """
        chosen = self.records.query("level == 'school' and origin == @origin and year == @target")
        if chosen.empty:
            raise KeyError(
                _("No forecast from {origin} of {target} was scored; the origins are {origins}.").format(
                    origin=origin, target=target, origins=join([str(year) for year in self.origins])
                )
            )
        table = chosen[["school", "forecast", "low", "high", "actual"]].copy()
        table["error"] = table["forecast"] - table["actual"]
        table["inside"] = table["actual"].between(table["low"], table["high"])
        return table.sort_values("error", key=abs, ascending=False, kind="stable", ignore_index=True)

    def summary(self) -> Summary:
        """Return how far school totals were off, what was amiss at any level and lead, and how class warnings came out.

        Amiss are a reference method nearer than the forecast, bias beyond 2 percent, and an interval of 80 percent that
        held for fewer than 65.
        """
        scores = self.scores()
        school = scores[scores["level"] == "school"]
        lead = int(school.loc[school["lead"] <= _TYPICAL_LEAD, "lead"].max())
        here = self.records[self.records["level"] == "school"]
        made = here.loc[here["year"] - here["origin"] == lead, "origin"]
        said = [of_schools(school[school["lead"] == lead].set_index("method"), lead, made), *of_faults(scores)]
        needs = self.class_needs()
        needs = needs[(needs["lead"] == lead) & (needs["method"] == "forecast")]
        if len(needs) and needs["needed"].iloc[0]:
            said.append(of_classes(needs.iloc[0]))
        if len(self.changed):
            number = self.changed["school"].nunique()
            said.append(
                n_(
                    "{n} school that closed or changed its grades is not scored.",
                    "{n} schools that closed or changed their grades are not scored.",
                    number,
                ).format(n=number)
            )
        return Summary(sentences(said), school.drop(columns="level").round(1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error of school totals by lead, for the forecast and every reference method."""
        from seatcast import charts

        scores = self.scores()
        table = scores[scores["level"] == "school"].pivot_table(index="lead", columns="method", values="wape")
        return charts.errors_by_lead(
            table[list(self.methods)] / 100, ax=ax, labels=reference_labels(), title=_("Error of school rolls"),
            unit=_("of pupils"),
        )  # fmt: skip

    def plot_calibration(self, ax: Axes | None = None, *, level: str = "school") -> Axes:
        """Draw where the counts of schools (or another level) fell within the forecast's probability, all leads."""
        from seatcast import charts

        here = self.records[self.records["level"] == level]
        title = _("Where the counts fell within the forecast")
        return charts.pit_histogram(here["pit"].dropna(), ax=ax, title=title)


def backtest(
    history: pd.DataFrame,
    *,
    origins: Iterable[int],
    horizon: int,
    draws: int,
    seed: int,
    births: pd.DataFrame | None = None,
    class_size: Mapping[int, float] | float | None = None,
) -> Backtest:
    """Forecast from each origin with what was known then, and compare with what came.

    Parameters
    ----------
    history, births : DataFrame
        year, district, school, grade, pupils; and entry_year, district, births: as for `forecast_enrollment`. Of
        births, those are used whose cohort lies as far beyond the origin as the last published ones lie beyond the
        history.
    origins : iterable of int
        Years of the history, each with a year before it and a year after it.
    horizon : int
        Years ahead; targets past the history are left out.
    draws, seed : int
        As for `forecast_enrollment`.
    class_size : mapping of grade to pupils, or pupils, optional
        Of a class, by the bureau's standard: then warnings of another class are scored.

    Returns
    -------
    Backtest

    Raises
    ------
    HistoryError
        As `forecast_enrollment` does.
    RefusedError
        If an origin leaves nothing to learn from or nothing to compare with, a class has no pupils, or no school
        compares at all.

    Examples
    --------
    From two past years, two years ahead::

        seatcast.backtest(history, origins=[2022, 2023], horizon=2, draws=100, seed=1).summary()
    """
    tidy = checked_history(history, births)
    panel = RollPanel.from_frame(tidy)
    chosen, sizes = checked_request(origins, class_size, panel)
    if births is not None:  # numbers may have come as text
        births = births.assign(entry_year=pd.to_numeric(births["entry_year"]))
    lead = None if births is None else int(births["entry_year"].max()) - panel.origin
    records, changed = [], []
    for origin in watched(chosen, _("past years")):
        known = births if births is None or lead is None else births[births["entry_year"] <= origin + lead]
        past = tidy[tidy["year"] <= origin]
        if known is not None and not known.loc[known["district"].isin(past["district"]), "births"].notna().any():
            known = None
        forecast = forecast_enrollment(past, horizon=horizon, draws=draws, seed=seed, births=known)
        then = panel.until(origin)
        beside = references(then, horizon, None if known is None else Births.from_frame(known, then))
        made = Origin(panel, origin, forecast, beside, sizes)
        for target in range(origin + 1, min(origin + horizon, panel.origin) + 1):
            matched, left_out = made.matched(target)
            changed.append(left_out.assign(origin=origin, year=target))
            records += made.records(target, matched)
    table = pd.concat([part for part in records if len(part)] or records, ignore_index=True)
    if table.empty:
        raise RefusedError(
            _("No school kept its grades from an origin to a target, so nothing compares. Choose other origins.")
        )
    return Backtest(table, pd.concat(changed, ignore_index=True)[["origin", "year", "district", "school"]])
