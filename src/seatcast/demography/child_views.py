"""Children seen from every side: tables by any level, the pyramid, the flows, fans by stage, a map of change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, DISTRICT, DRAW, STAGE, STATUS, YEAR
from seatcast.core.result import quantile_frame
from seatcast.core.study_area import StudyArea
from seatcast.language import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.demography.cohort_component import ChildPopulation

LEVELS = (DISTRICT, CATCHMENT, STAGE, AGE, STATUS)
FINER = {DISTRICT: CATCHMENT, STAGE: AGE}


def by_level(counts: xr.DataArray, area: StudyArea, levels: tuple[str, ...]) -> xr.DataArray:
    """Return counts summed to the levels named, draws kept.

    Parameters
    ----------
    counts : DataArray (year, catchment, age, status, draw)
        Or told apart by less: by district or no place, by stage or no age.
    area : StudyArea
        Tells the district of a catchment and the ages of a stage.
    levels : tuple of str
        Of district, catchment, stage, age, status. A stage holds the ages of its grades; other ages are left out.

    Returns
    -------
    DataArray (year, *levels, draw)

    Raises
    ------
    ValueError
        If a level is none of these, or two of them cross each other (district and catchment, stage and age), or the
        counts are not told apart by it.
    """
    wrong = [level for level in levels if level not in LEVELS]
    crossed = [pair for pair in FINER.items() if set(pair) <= set(levels)]
    if wrong or crossed:
        raise ValueError(
            _("Children are told by {levels}; of district and catchment, and of stage and age, by one.").format(
                levels=", ".join(LEVELS)
            )
        )
    refuse_added_up(counts, levels)
    if STAGE in levels:
        taught = [stage.stage for stage in area.stages]
        if STAGE in counts.dims:
            counts = counts.reindex({STAGE: taught}, fill_value=0)
        else:
            parts = [counts.sel({AGE: _ages(area, stage, counts)}).sum(AGE) for stage in taught]
            counts = xr.concat(parts, pd.Index(taught, name=STAGE))
    if DISTRICT in levels and DISTRICT not in counts.dims:
        counts = area.sum_to_districts(counts)
    rest = [dim for dim in counts.dims if dim not in (YEAR, DRAW, *levels)]
    return counts.sum(rest).transpose(YEAR, *levels, DRAW)


def refuse_added_up(counts: xr.DataArray, levels: tuple[str, ...]) -> None:
    """Raise ValueError, with the remedy, if the counts were added up over what a level tells apart."""
    lost = [level for level in levels if not {level, FINER.get(level, level)} & set(counts.dims)]
    if not lost:
        return
    kept = [str(dim) for dim in counts.dims if dim not in (YEAR, STATUS, DRAW)]
    wanted = [*(dim for dim in kept if FINER.get(dim) not in lost), *lost]
    raise ValueError(
        _(
            "These children were added up over {lost} as they were drawn: they are told apart by {kept}. Project them "
            "with keep=({keep},)."
        ).format(
            lost=" and ".join(lost),
            kept=", ".join([YEAR, *kept, STATUS]),
            keep=", ".join(f'"{level}"' for level in wanted),
        )
    )


def child_frame(children: ChildPopulation, levels: tuple[str, ...]) -> pd.DataFrame:
    """Return children by year and the levels named: expected and quantiles.

    Unless any is named: by catchment and status, or by whatever the children are told apart by without catchments.
    """
    kept = tuple(level for level in LEVELS if level in children.children.dims)
    usual = (CATCHMENT, STATUS) if CATCHMENT in kept else kept
    return quantile_frame(by_level(children.children, children.area, levels or usual))


def pyramid(children: ChildPopulation, *, year: int | None = None, ax: Axes | None = None) -> Axes:
    """Draw the children of a year by age and status, and those of the year of record as an outline.

    Raises ValueError where the children are not told apart by age.
    """
    from seatcast import charts

    counts = by_level(children.children, children.area, (AGE, STATUS)).mean(DRAW)
    first, last = int(counts[YEAR][0]), int(counts[YEAR][-1]) if year is None else year
    index, columns = counts[AGE].to_index(), counts[STATUS].to_index()
    now, before = (pd.DataFrame(counts.sel({YEAR: y}).values, index, columns) for y in (last, first))
    labels = {status.status: status.label for status in children.area.statuses}
    title = _("Children by age, {year}").format(year=last)
    return charts.pyramid(
        now, before=before, ax=ax, title=title, unit=_("children"), labels=labels,
        before_label=_("{year}, all statuses of the side").format(year=first) if len(labels) > 2 else str(first),
    )  # fmt: skip


def flows(children: ChildPopulation, *, status: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw arrivals, departures and their net by year, of one status or of all."""
    from seatcast import charts

    def total(counts: xr.DataArray) -> xr.DataArray:
        chosen = counts if status is None else counts.sel({STATUS: [status]})
        return chosen.sum([dim for dim in chosen.dims if dim not in (YEAR, DRAW)])

    names = {s.status: s.label for s in children.area.statuses}
    title = _("Children who come and go") + ("" if status is None else f" ({names[status]})")
    return charts.balance(total(children.arrivals), total(children.departures), ax=ax, title=title, unit=_("children"))


def stages(children: ChildPopulation) -> tuple[Axes, ...]:
    """Draw a fan a stage: the children of its ages."""
    from seatcast import charts

    labels = {stage.stage: stage.label for stage in children.area.stages}
    draws = by_level(children.children, children.area, (STAGE,)).transpose(STAGE, YEAR, DRAW)
    return charts.fans(draws, title=_("Children of the ages of each stage"), unit=_("children"), labels=labels)


def change_map(
    children: ChildPopulation, geometry: dict[str, Any], *, stage: str | None = None, year: int | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how the children of a stage's ages (of all ages, unless named) change by catchment, in percent.

    From the year of record to `year` (the last, unless named); the medians of the draws. Catchments without a child in
    the year of record are not known.
    """
    from seatcast import charts

    area, counts = children.area, children.children
    if stage is None:
        drawn = by_level(counts, area, (CATCHMENT,))
    else:
        label = area.stage(stage).stage
        drawn = by_level(counts, area, (CATCHMENT, STAGE)).sel({STAGE: label}, drop=True)
    last = int(drawn[YEAR][-1]) if year is None else year
    before, after = (drawn.sel({YEAR: y}, drop=True) for y in (int(drawn[YEAR][0]), last))
    ratio = (after / before.where(before > 0)).median(DRAW).to_series()
    ages = _("Children") if stage is None else area.stage(stage).label
    title = _("{ages}: change from {first} to {last}").format(ages=ages, first=int(drawn[YEAR][0]), last=last)
    percent = (100 * (ratio - 1)).replace([np.inf, -np.inf], np.nan)
    return charts.area_map(
        geometry, percent, ax=ax, title=title, unit="%", colors="change", names=area.catchment_names()
    )


def _ages(area: StudyArea, stage: str, counts: xr.DataArray) -> list[int]:
    taught = area.stage(stage)
    return [taught.age(grade) for grade in taught.grades if taught.age(grade) in counts[AGE].values]
