"""Review: last year's forecast, as it was published, against what came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.evaluation.scores import bias, coverage, wape
from seatcast.language import _, n_, sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.inputs.read import Inputs

_CELL = ["year", "school", "grade"]
_COLUMNS = ["year", "district", "school", "grade", "median", "low", "high"]


class ReviewError(ValueError):
    """The run and the inputs cannot be held against each other."""


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
    """

    topic: ClassVar[str] = "review"
    base_year: int
    cells: pd.DataFrame
    unmatched: pd.DataFrame

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

    def summary(self) -> Summary:
        """Return the error of the first year both have, and how often the interval held."""
        table = pd.DataFrame([self._scores(year) for year in self.years])
        first = table.iloc[0]
        said = _(
            "The forecast made in {base} missed the school rolls of {year} by {wape:.1f} percent of pupils "
            "({direction}); {coverage:.0f} percent of the counts by grade lay within their 80 percent interval."
        ).format(
            base=self.base_year,
            year=int(first["year"]),
            wape=first["wape"],
            direction=_direction(first["bias"]),
            coverage=first["coverage_80"],
        )
        if len(self.unmatched):
            more = n_(
                "{n} count that was forecast is not on record.",
                "{n} counts that were forecast are not on record.",
                len(self.unmatched),
            ).format(n=len(self.unmatched))
            said = sentences([said, more])
        return Summary(said, table.round(1))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw forecast and recorded pupils of all schools by year."""
        from seatcast import charts

        total = self.cells.groupby("year")[["forecast", "actual"]].sum()
        labels = {"forecast": _("forecast made in {base}").format(base=self.base_year), "actual": _("recorded")}
        return charts.lines(total, ax=ax, title=_("Pupils forecast and recorded"), unit=_("pupils"), labels=labels)

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
    """Hold the forecast of a finished run against the rolls on record now.

    Parameters
    ----------
    run : path
        Folder of the run: `run.json` with `base_year`, and `tables/rolls.csv` with year, district, school, grade,
        median, low and high (the ends of the 80 percent interval).
    inputs : Inputs
        With the autumn counts that have arrived since. Children of every status are added up; a count unknown for one
        status is unknown.

    Raises
    ------
    FileNotFoundError
        If the folder is not that of a finished run.
    ReviewError
        If the run's tables are not as above, the inputs have no rolls, or no year is in both.
    """
    base_year, forecast = _read(Path(run))
    if inputs.enrollment is None:
        raise ReviewError(
            _("The inputs have no table of enrollment, so there is nothing to hold the forecast against.")
        )
    known = inputs.enrollment[inputs.enrollment["year"] > base_year].astype({"school": str})
    pupils = known.groupby(_CELL)["pupils"]
    actual = pupils.sum().where(pupils.count() == pupils.size()).rename("actual").reset_index()
    due = forecast[forecast["year"].isin(set(actual["year"]))]
    if due.empty:
        raise ReviewError(
            _(
                "The forecast was made in {base}, and the rolls end in {last}: no year is in both. Review it when the "
                "next counts have arrived."
            ).format(base=base_year, last=int(inputs.enrollment["year"].max()))
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
    return Review(base_year, cells, both.loc[missing, _CELL].reset_index(drop=True))


def _read(run: Path) -> tuple[int, pd.DataFrame]:
    for needed in (run / "run.json", run / "tables" / "rolls.csv"):
        if not needed.is_file():
            raise FileNotFoundError(
                _("{file} is missing; give the folder of a finished run, as `seatcast run` leaves it.").format(
                    file=needed
                )
            )
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    forecast = pd.read_csv(run / "tables" / "rolls.csv", dtype={"school": str, "district": str})
    absent = [column for column in _COLUMNS if column not in forecast]
    if absent or "base_year" not in about:
        raise ReviewError(
            _("{run}: {absent} is missing; the run was made by another version. Run it again.").format(
                run=run, absent=", ".join(absent) or "base_year"
            )
        )
    return int(about["base_year"]), forecast[_COLUMNS].astype({"grade": np.int64})


def _direction(signed: float) -> str:
    if abs(signed) < 0.05:
        return _("neither too many nor too few")
    if signed > 0:
        return _("{percent:.1f} percent too many").format(percent=signed)
    return _("{percent:.1f} percent too few").format(percent=-signed)
