"""Backtest: forecasts made from the bureau's own past, with nothing later than their origin, against what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.notebook import watched
from seatcast.core.result import Result, Summary
from seatcast.enrollment.history import checked_history
from seatcast.enrollment.panel import Bools, Floats, RollPanel
from seatcast.enrollment.rolls import EnrollmentForecast, forecast_enrollment
from seatcast.evaluation.references import no_change, recent_ratios
from seatcast.evaluation.scores import bias, coverage, crps, interval, wape
from seatcast.language import _, join, n_, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr
    from matplotlib.axes import Axes

LEVELS = ("cell", "school", "district")
METHODS = ("forecast", "no_change", "ratios")
_LABELS = ["district", "school", "grade"]


@dataclass(frozen=True, eq=False, repr=False)
class Backtest(Result):
    """Forecasts from past origins, beside two reference methods and what came.

    Attributes
    ----------
    records : DataFrame
        One row a level (cell, school, district), origin, year and place: forecast (median), low, high (80 percent),
        low95, high95, crps, no_change, ratios, actual; pupils. Only what compares: schools whose live grades stayed the
        same over the last three falls and up to the target; totals are of their live grades.
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

    def to_frame(self) -> pd.DataFrame:
        """Return the scores by level, lead and method.

        Columns: level, lead (years ahead), method (forecast, no_change, ratios), n (counts scored), wape and bias
        (percent of pupils), crps (percent of pupils; of a method without draws, its wape), coverage_80, coverage_95
        (percent of counts; NaN without draws).
        """
        rows = []
        for level in LEVELS:
            here = self.records[self.records["level"] == level]
            for lead, records in here.groupby(here["year"] - here["origin"]):
                rows += [{"level": level, "lead": lead, **_scores(records, method)} for method in METHODS]
        return pd.DataFrame(rows)

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
        """Return how far school totals were off against "no change", and how often the 80 percent interval held."""
        scores = self.to_frame()
        school = scores[scores["level"] == "school"].set_index(["lead", "method"])
        leads = school.index.get_level_values("lead")
        lead = int(leads[leads <= 3].max())
        at_lead = school.loc[lead]
        scored = self.records[
            (self.records["level"] == "school") & (self.records["year"] - self.records["origin"] == lead)
        ]
        own, flat = at_lead.loc["forecast"].to_dict(), at_lead.loc["no_change"].to_dict()
        years = n_("{n} year ahead", "{n} years ahead", lead).format(n=lead)
        said = _(
            "Forecasts of school rolls {years}, made {origins}, were off by {wape:.1f} percent of pupils, "
            "{comparison}; the 80 percent interval held for {coverage:.0f} percent of schools."
        ).format(
            origins=_years(scored["origin"]),
            years=years,
            wape=own["wape"],
            comparison=_against(own["wape"], flat["wape"]),
            coverage=own["coverage_80"],
        )
        if len(self.changed):
            number = self.changed["school"].nunique()
            more = n_(
                "{n} school that closed or changed its grades is not scored.",
                "{n} schools that closed or changed their grades are not scored.",
                number,
            ).format(n=number)
            said = sentences([said, more])
        return Summary(said, scores[scores["level"] == "school"].drop(columns="level").round(1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error of school totals by lead, for the forecast and the two reference methods."""
        from seatcast import charts

        scores = self.to_frame()
        table = scores[scores["level"] == "school"].pivot_table(index="lead", columns="method", values="wape")
        labels = {"forecast": _("this forecast"), "no_change": _("no change"), "ratios": _("own ratios, 3-2-1")}
        title = _("Error of school rolls, by years ahead")
        return charts.lines(
            table[list(METHODS)] / 100, ax=ax, title=title, unit=_("of pupils"), labels=labels, share=True
        )


def backtest(
    history: pd.DataFrame,
    *,
    origins: Iterable[int],
    horizon: int,
    draws: int,
    seed: int,
    births: pd.DataFrame | None = None,
) -> Backtest:
    """Forecast from each origin with what was known then, and compare with what came.

    Parameters
    ----------
    history, births : DataFrame
        As for `forecast_enrollment`. Of births, those are used whose cohort lies as far beyond the origin as the last
        published ones lie beyond the history.
    origins : iterable of int
        Years of the history, each with a year before it and a year after it.
    horizon : int
        Years ahead; targets past the history are left out.
    draws, seed : int
        As for `forecast_enrollment`.

    Raises
    ------
    HistoryError
        As `forecast_enrollment` does.
    ValueError
        If an origin leaves nothing to learn from or nothing to compare with, or no school compares at all.
    """
    tidy = checked_history(history, births)
    panel = RollPanel.from_frame(tidy)
    chosen = sorted(set(origins))
    outside = [origin for origin in chosen if not panel.years[0] < origin < panel.years[-1]]
    if outside or not chosen:
        raise ValueError(
            _(
                "origins: {found}; an origin has rolls of a year before and a year after it. "
                "Choose from {first} to {last}."
            ).format(
                found=join([str(origin) for origin in outside]) or _("nothing"),
                first=int(panel.years[0]) + 1,
                last=int(panel.years[-1]) - 1,
            )
        )
    lead = None if births is None else int(births["entry_year"].max()) - panel.origin
    records, changed = [], []
    for origin in watched(chosen, _("past years")):
        known = births if births is None or lead is None else births[births["entry_year"] <= origin + lead]
        past = tidy[tidy["year"] <= origin]
        if known is not None and not known.loc[known["district"].isin(past["district"]), "births"].notna().any():
            known = None
        forecast = forecast_enrollment(past, horizon=horizon, draws=draws, seed=seed, births=known)
        then = panel.until(origin)
        references = {"no_change": no_change(then, horizon), "ratios": recent_ratios(then, horizon)}
        for target in range(origin + 1, min(origin + horizon, panel.origin) + 1):
            matched, left_out = _matched(panel, origin, target)
            changed.append(left_out.assign(origin=origin, year=target))
            records += _records(panel, forecast, references, matched, origin=origin, target=target)
    table = pd.concat(records, ignore_index=True)
    if table.empty:
        raise ValueError(
            _("No school kept its grades from an origin to a target, so nothing compares. Choose other origins.")
        )
    return Backtest(table, pd.concat(changed, ignore_index=True)[["origin", "year", "district", "school"]])


def _matched(panel: RollPanel, origin: int, target: int) -> tuple[Bools, pd.DataFrame]:
    """Return (cell,) what compares, and the schools at the origin that do not."""
    at, to = origin - int(panel.years[0]), target - int(panel.years[0])
    same = panel.unchanged(at, to)
    for before in range(max(at - 2, 0), at):
        same &= panel.unchanged(at, before)
    live = panel.live[at]
    other = live & ~same[panel.school_code]
    left_out = pd.DataFrame({"district": panel.district[other], "school": panel.school[other]}).drop_duplicates()
    return live & same[panel.school_code], left_out


def _records(
    panel: RollPanel,
    forecast: EnrollmentForecast,
    references: dict[str, Floats],
    matched: Bools,
    *,
    origin: int,
    target: int,
) -> list[pd.DataFrame]:
    """Return the records of one origin and target at each level; totals are sums of draws, then quantiles."""
    cells = np.flatnonzero(matched)
    drawn: xr.DataArray = forecast.draws
    at = pd.MultiIndex.from_arrays([drawn["school"].to_numpy(), drawn["grade"].to_numpy()])
    place = at.get_indexer(pd.MultiIndex.from_arrays([panel.school[cells], panel.grade[cells]]))
    paths = drawn.sel(year=target).to_numpy()[place].astype(float)
    labels = pd.DataFrame({name: getattr(panel, name)[cells] for name in _LABELS})
    numbers = {name: rows[target - origin - 1][cells] for name, rows in references.items()}
    numbers["actual"] = panel.pupils[target - int(panel.years[0])][cells]
    out = []
    for level, keys in (("cell", _LABELS), ("school", _LABELS[:2]), ("district", _LABELS[:1])):
        starts = np.flatnonzero(~labels.duplicated(keys)) if len(labels) else np.zeros(0, int)
        frame = labels.iloc[starts][keys].reset_index(drop=True).assign(level=level, origin=origin, year=target)
        if len(starts):
            x = np.add.reduceat(paths, starts, axis=0)
            frame = frame.assign(**{name: np.add.reduceat(values, starts) for name, values in numbers.items()})
            low, high = interval(x)
            low95, high95 = interval(x, 0.95)
            frame = frame.assign(
                forecast=np.median(x, axis=1),
                low=low,
                high=high,
                low95=low95,
                high95=high95,
                crps=crps(frame["actual"], x),
            )
        out.append(frame)
    return out


def _scores(records: pd.DataFrame, method: str) -> dict[str, object]:
    actual, own = records["actual"], method == "forecast"
    error = wape(actual, records[method])
    return {
        "method": method,
        "n": len(records),
        "wape": error,
        "bias": bias(actual, records[method]),
        "crps": 100 * records["crps"].sum() / actual.sum() if own else error,
        "coverage_80": coverage(actual, records["low"], records["high"]) if own else np.nan,
        "coverage_95": coverage(actual, records["low95"], records["high95"]) if own else np.nan,
    }


def _years(years: pd.Series) -> str:
    """Return years as a list inside a sentence: a run of three or more by its first and last."""
    distinct = sorted(int(year) for year in years.unique())
    if len(distinct) > 2 and distinct[-1] - distinct[0] == len(distinct) - 1:
        return _("from {first} to {last}").format(first=distinct[0], last=distinct[-1])
    return _("in {years}").format(years=join([str(year) for year in distinct]))


def _against(own: float, flat: float) -> str:
    """Return in words how an error compares with that of no change, as it is printed."""
    if f"{own:.1f}" == f"{flat:.1f}":
        return _('as much as "no change"')
    return _('against {flat:.1f} percent for "no change"').format(flat=flat)
