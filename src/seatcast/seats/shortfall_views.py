"""The children without a seat, by any levels: summed in every draw before anything is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DISTRICT, DRAW, GRADE, STAGE, STATUS, TIER, YEAR
from seatcast.core.result import quantile_frame
from seatcast.core.study_area import Stage, StudyArea
from seatcast.enrollment.demand import sum_grades_to_stages
from seatcast.language import _
from seatcast.seats.allocation import ONE_CHILD

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.catchments.map import CatchmentMap

FINER = {DISTRICT: CATCHMENT, STAGE: GRADE, STATUS: TIER}  # by what the children of a coarse level are told apart
LEVELS = tuple(level for pair in FINER.items() for level in pair)
LIKELY = 0.5  # probability from which on a shortage is likelier than not


def unplaced_by(unplaced: xr.DataArray, area: StudyArea, levels: tuple[str, ...]) -> xr.DataArray:
    """Return the children without a seat summed to the levels named, draws kept.

    Parameters
    ----------
    unplaced : DataArray (year, catchment, grade, tier, draw), children
    area : StudyArea
        Tells the district of a catchment and the stage of a grade.
    levels : tuple of str
        Of district, catchment, stage, grade, status, tier; none: the whole area.

    Returns
    -------
    DataArray (year, *levels, draw), children

    Raises
    ------
    ValueError
        If a level is none of these, is named twice, or two of them cross: district and catchment, stage and grade,
        status and tier.
    """
    crossed = [pair for pair in FINER.items() if set(pair) <= set(levels)]
    if set(levels) - set(LEVELS) or crossed or len(set(levels)) < len(levels):
        said = _(
            "{found}: children without a seat are told by {levels}, each once; of district and catchment, of stage and "
            "grade, and of status and tier, by one."
        )
        raise ValueError(said.format(found=", ".join(levels), levels=", ".join(LEVELS)))
    told = [FINER.get(level, level) for level in levels]
    draws = unplaced.sum([dim for dim in FINER.values() if dim not in told])
    if STAGE in levels:
        draws = sum_grades_to_stages(draws, area)
    if STATUS in levels:
        draws = draws.groupby(STATUS).sum(TIER)
    if DISTRICT in levels:
        draws = area.sum_to_districts(draws)
    return draws.transpose(YEAR, *levels, DRAW)


def unplaced_frame(unplaced: xr.DataArray, area: StudyArea, levels: tuple[str, ...]) -> pd.DataFrame:
    """Return by year and levels: the probability that anybody is left out, expected number and quantiles."""
    draws = unplaced_by(unplaced, area, levels)
    frame = quantile_frame(draws).rename(columns={"mean": "expected"})
    chance = (draws > ONE_CHILD).mean(DRAW).to_series().to_numpy()  # in the order of the frame: year, then levels
    frame.insert(int(frame.columns.get_loc("expected")), "probability", chance)  # type: ignore[arg-type]
    return frame


def shortage_maps(
    catchment_map: CatchmentMap, chance: pd.DataFrame, expected: pd.DataFrame, stage: Stage, names: pd.Series
) -> tuple[Axes, ...]:
    """Draw the probability of a shortfall on a map a year, with the seats missing written in.

    Parameters
    ----------
    catchment_map : CatchmentMap
    chance, expected : DataFrame
        Catchments by years: the probability, and the expected number of seats missing.
    stage : Stage
    names : Series
        Of the catchments.
    """
    from seatcast import charts

    title = _(
        "Probability of a shortfall, {stage}. Written in: the seats expected to be missing, where they are likely to be"
    )
    return charts.area_maps(
        catchment_map.geojson,
        chance,
        title=title.format(stage=stage.label),
        labels=expected.map("{:.0f}".format).where((chance >= LIKELY) & (expected >= ONE_CHILD), None),
        names=names,
    )
