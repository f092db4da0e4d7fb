"""The children's forecast held against the children who came: the proof of a demand that follows children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DRAW, STAGE, STATUS, YEAR
from seatcast.core.notebook import watched
from seatcast.core.result import Result, Summary
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import StudyArea
from seatcast.demography.cohort_component import project_children
from seatcast.demography.migration import project_migration
from seatcast.demography.moves import moves_on_record
from seatcast.evaluation.scores import coverage, interval, wape
from seatcast.inputs.read import Inputs
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARE = 0.8
TYPICAL_LEAD = 3  # years ahead that the sentence speaks of: what a plan needs
LEAST_MOVES = 4  # years of migration on record before the first origin
_RECORDS = (
    "enrollment",
    "children",
    "births",
    "migration",
    "transitions",
    "seats",
    "left_behind",
    "housing",
    "registrations",
)
COLUMNS = ["origin", YEAR, STAGE, CATCHMENT, "actual", "forecast", "no_change", "low", "high"]


@dataclass(frozen=True, eq=False, repr=False)
class ChildHindcast(Result):
    """Past forecasts of the children of each stage's ages, and the children who were counted.

    Attributes
    ----------
    area : StudyArea
    records : DataFrame
        origin, year, stage, catchment ("" for the whole area), actual, forecast (median), no_change (the count of
        the origin), low and high (80 percent interval), children.
    """

    topic: ClassVar[str] = "hindcast"
    area: StudyArea
    records: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return by level (catchment, area), stage and lead: forecasts held, WAPE of ours and of no change, coverage.

        WAPE in percent of the children who came; coverage in percent of the forecasts.
        """
        level = np.where(self.records[CATCHMENT] == "", "area", "catchment")
        records = self.records.assign(level=level, lead=self.records[YEAR] - self.records["origin"])
        rows = [
            (*key, len(part), wape(part["actual"], part["forecast"]), wape(part["actual"], part["no_change"]),
             coverage(part["actual"], part["low"], part["high"]))
            for key, part in records.groupby(["level", STAGE, "lead"], sort=True)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["level", STAGE, "lead", "n", "wape", "no_change", "coverage_80"])

    def summary(self) -> Summary:
        """Return how far forecasts of catchments were off three years ahead, and how often their interval held."""
        frame = self.to_frame()
        lead = min(frame["lead"], key=lambda years: abs(years - TYPICAL_LEAD))
        here = self.records[(self.records[CATCHMENT] != "") & (self.records[YEAR] - self.records["origin"] == lead)]
        sentence = _(
            "Past forecasts of the children of school age, {lead} years ahead, were off by {error:.1f} percent by "
            'catchment, against {naive:.1f} percent for "no change"; the 80 percent interval held for '
            "{held:.0f} percent of them."
        ).format(
            lead=lead,
            error=wape(here["actual"], here["forecast"]),
            naive=wape(here["actual"], here["no_change"]),
            held=coverage(here["actual"], here["low"], here["high"]),
        )
        return Summary(sentence, frame)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the error by lead, ours and that of no change, for catchments."""
        from seatcast import charts

        here = self.records[self.records[CATCHMENT] != ""]
        lead = here[YEAR] - here["origin"]
        ours = here.groupby(lead).apply(lambda part: wape(part["actual"], part["forecast"]))
        naive = here.groupby(lead).apply(lambda part: wape(part["actual"], part["no_change"]))
        frame = pd.DataFrame({_("this forecast"): ours, _("no change"): naive})
        return charts.lines(frame, ax=ax, title=_("Error by years ahead"), unit=_("percent of children"))


def hindcast_children(
    inputs: Inputs, *, origins: Sequence[int], horizon: int = 5, draws: int = 200, seed: int = 2026
) -> ChildHindcast:
    """Forecast the children again with what was on record in past years, and hold that against the counts since.

    Children of the ages of each stage are compared: at those ages the school register makes the record complete,
    so the counts are what came, not what was written down.

    Parameters
    ----------
    inputs : Inputs
        With children and migration; where births are not on record, the children at age 0 stand for them.
    origins : sequence of int
        One year or more; each forecast knows the record to its year. See `hindcast_origins`.
    horizon : int
        The longest lead, years.
    draws, seed : int
        Of every forecast.

    Returns
    -------
    ChildHindcast

    Raises
    ------
    MissingTableError
        Without children or migration.
    ValueError
        Without an origin.

    Examples
    --------
    ::

        seatcast.hindcast_children(seatcast.load_example(), origins=[2021, 2022], draws=50).to_frame()
    """
    if not origins:
        raise ValueError(_("No year to forecast from is named; see hindcast_origins for those the record allows."))
    parts = []
    for origin in watched(origins, _("past years")):
        past = known_by(inputs, origin)
        scenario = Scenario("hindcast", draws=draws, seed=seed, horizon=min(horizon, inputs.base_year - origin))
        children = project_children(past, project_migration(past, scenario)).children.sum(STATUS)
        parts += [_held(inputs, children, stage.stage, origin) for stage in inputs.area.stages]
    return ChildHindcast(inputs.area, pd.concat(parts, ignore_index=True)[COLUMNS])


def hindcast_origins(inputs: Inputs, *, most: int) -> list[int]:
    """Return the last `most` years from which children can be forecast and held against a later record."""
    record = moves_on_record(inputs) if inputs.children is not None else None
    if inputs.children is None or record is None:
        return []
    first = int(record.moves[YEAR].min()) + LEAST_MOVES
    last = min(int(inputs.children[YEAR].max()), inputs.base_year)
    return [year for year in range(last - most, last) if year >= first]


def known_by(inputs: Inputs, year: int) -> Inputs:
    """Return the inputs as they stood in `year`: rows of later years, and figures published later, are left out.

    So are the projections of others and the women they count on, of which it is not known when they were made.
    """
    tables = {name: getattr(inputs, name) for name in _RECORDS}
    kept = {name: table[table[YEAR] <= year] for name, table in tables.items() if table is not None}
    if "births" in kept and "vintage" in kept["births"]:
        kept["births"] = kept["births"][kept["births"]["vintage"] <= year]
    return inputs.replace(**kept, projection=None, women=None)


def _held(inputs: Inputs, children: xr.DataArray, stage: str, origin: int) -> pd.DataFrame:
    """Return one origin's forecasts of a stage, by catchment and for the whole, with the counts that came."""
    assert inputs.children is not None
    taught = inputs.area.stage(stage)
    ages = [taught.age(grade) for grade in taught.grades]
    record = inputs.children[inputs.children[AGE].isin(ages)].groupby([YEAR, CATCHMENT])["children"].sum()
    ahead = children.isel({YEAR: slice(1, None)})
    drawn = ahead.sel({AGE: [age for age in ages if age in ahead[AGE].values]}).sum(AGE)
    whole = drawn.sum(CATCHMENT).expand_dims({CATCHMENT: [""]})
    both = xr.concat([drawn, whole], CATCHMENT).transpose(YEAR, CATCHMENT, DRAW)
    low, high = interval(both.values, SHARE)
    labels = pd.MultiIndex.from_product([both[YEAR].values, both[CATCHMENT].values], names=[YEAR, CATCHMENT])
    total = record.groupby(YEAR).sum()
    counts = pd.concat([record, pd.concat({"": total}, names=[CATCHMENT]).swaplevel()])
    frame = pd.DataFrame(
        {
            "forecast": np.median(both.values, axis=-1).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "actual": counts.reindex(labels).to_numpy(),
            "no_change": counts.reindex([(origin, place) for place in labels.get_level_values(CATCHMENT)]).to_numpy(),
        },
        labels,
    ).reset_index()
    return frame.dropna().assign(origin=origin, stage=stage)
