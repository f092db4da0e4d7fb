"""A plan beside doing nothing, as tables and pictures: who is placed, seats and demand, staff, seats on a map."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, join
from seatcast.planning.delays import DelayedAllocation
from seatcast.planning.options import options_table
from seatcast.seats.staffing import staff_need

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.core.standards import Standards
    from seatcast.planning.simulate import Simulation
    from seatcast.seats.allocation import Allocation


def assumed(simulation: Simulation) -> dict[str, Any]:
    """Return what was assumed, in plain values; see `Simulation.assumed`."""
    draws = simulation.before.seats.sizes[DRAW]
    late = {
        option.option: sum(len(delay.draws) for delay in simulation.delays if option.option in delay.late) / draws
        for option in simulation.options
        if option.late_chance > 0
    }
    return {
        "scenario": asdict(simulation.before.scenario), "draws": draws, "money": simulation.area.money_unit,
        "discount": simulation.area.discount, "starts": {str(k): int(v) for k, v in simulation.starts.items()},
        "delays": late, "options": options_table(simulation.options).to_dict("records"),
    }  # fmt: skip


def before_and_after(before: xr.DataArray, after: xr.DataArray) -> pd.DataFrame:
    """Return, by what the two tell apart, what is expected before and after, and the 80 percent interval after."""
    columns = {"before": before.mean(DRAW), "after": after.mean(DRAW)}
    columns |= {f"after_q{100 * q:g}": after.quantile(q, DRAW).drop_vars("quantile") for q in (0.1, 0.9)}
    return xr.Dataset(columns).to_dataframe().reset_index()


def remaining(simulation: Simulation) -> pd.DataFrame:
    """Return children without a seat by year, stage and status, before and after; see `Simulation.remaining`."""
    by_status = [of.by_status().sel({YEAR: simulation.years}) for of in (simulation.before, simulation.after)]
    known = simulation.area.statuses if len(simulation.area.statuses) > 1 else ()
    parts = []
    for status in ("all", *(s.status for s in known)):
        chosen = [of.sum(STATUS) if status == "all" else of.sel({STATUS: status}, drop=True) for of in by_status]
        frame = before_and_after(*(of.transpose(YEAR, STAGE, DRAW) for of in chosen))
        frame.insert(2, STATUS, status)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def plot_unplaced(simulation: Simulation, ax: Axes | None) -> Axes:
    """Draw the children without a seat, with and without the options, as fans."""
    from seatcast import charts
    from seatcast.charts.style import RED

    without, left = (
        of.seats.sum([CATCHMENT, STAGE]).sel({YEAR: simulation.years}) for of in (simulation.before, simulation.after)
    )
    ax = charts.fan(without, ax=ax, label=_("without the plan"), color=RED)
    titles = {
        "children": _("Children without a public seat"),
        "rolls": _("Seats short for the schools' own pupils"),
    }
    unit = {"children": _("children"), "rolls": _("seats")}[simulation.basis]
    return charts.fan(left, ax=ax, label=_("with the plan"), title=titles[simulation.basis], unit=unit)


def tiers(simulation: Simulation) -> pd.DataFrame:
    """Return who is placed and who is not; see `Simulation.by_tier`."""
    columns = {}
    for name, shortfall in (("before", simulation.before), ("after", simulation.after)):
        columns[f"placed_{name}"] = shortfall.allocation.seated.sum(SCHOOL).mean(DRAW)
        columns[f"unplaced_{name}"] = shortfall.unplaced.sum(CATCHMENT).mean(DRAW)
    left = simulation.after.unplaced.sum(CATCHMENT)
    columns |= {f"unplaced_after_q{100 * q:g}": left.quantile(q, DRAW).drop_vars("quantile") for q in (0.1, 0.9)}
    parts = [part.drop_vars("order", errors="ignore").sel({YEAR: simulation.years}) for part in columns.values()]
    frame = xr.Dataset(dict(zip(columns, parts, strict=True))).to_dataframe(dim_order=[YEAR, STAGE, TIER])
    ordered = ["placed_before", "placed_after", "unplaced_before", "unplaced_after", *list(columns)[-2:]]
    return frame.reset_index()[[YEAR, STAGE, TIER, STATUS, *ordered]]


def demand_and_seats(simulation: Simulation) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return who seek a seat, or the pupils, (stage, year, draw), and the seats before and after, (stage, year).

    Of the stages that are taught.
    """
    draws = simulation.before.allocation.demand.by_stage().sum([CATCHMENT, TIER]).sel({YEAR: simulation.years})
    before, after = (of.sum(SCHOOL).transpose(STAGE, YEAR) for of in _offers(simulation))
    there = draws.sum([YEAR, DRAW]) + (before + after).sum(YEAR)
    taught = {STAGE: there[STAGE][there > 0]}
    return draws.sel(taught).transpose(STAGE, YEAR, DRAW), before.sel(taught), after.sel(taught)


def seats(simulation: Simulation) -> pd.DataFrame:
    """Return seats and demand by year and stage; see `Simulation.seats`."""
    draws, before, after = demand_and_seats(simulation)
    columns = {"demand": draws.mean(DRAW)}
    columns |= {f"demand_q{100 * q:g}": draws.quantile(q, DRAW).drop_vars("quantile") for q in (0.1, 0.9)}
    columns |= {"seats_before": before, "seats_after": after}
    return xr.Dataset(columns).to_dataframe(dim_order=[YEAR, STAGE]).reset_index()


def plot_seats(simulation: Simulation, stage: str | None = None, *, titled: bool = True) -> tuple[Axes, ...]:
    """Draw a fan of the demand and lines of the seats, a panel a stage; see `Simulation.plot_seats`."""
    from seatcast import charts

    draws, before, after = demand_and_seats(simulation)
    taught = draws[STAGE].to_series().to_list()
    if stage is not None and stage not in taught:
        raise ValueError(_("{stage} is not a stage that is taught; there are {known}.").format(
            stage=stage, known=join(taught)
        ))  # fmt: skip
    if stage is not None:
        draws = draws.sel({STAGE: [stage]})
    titles = {"children": _("Public seats and the children who seek one"), "rolls": _("Public seats and pupils")}
    return charts.fans(
        draws,
        title=titles[simulation.basis] if titled else "",
        unit={"children": _("children"), "rolls": _("pupils")}[simulation.basis],
        seats=pd.DataFrame(before.to_pandas()).T,
        planned=pd.DataFrame(after.to_pandas()).T,
        labels={stage.stage: stage.label for stage in simulation.area.stages},
    )


def staff(simulation: Simulation, standards: Standards | None) -> pd.DataFrame:
    """Return posts and counsellors by the norms, before and after; see `Simulation.staff`."""
    norms = simulation.area.standards if standards is None else standards
    if norms is None:
        raise ValueError(_("The area names no norm for staff; give standards, or name some in bureau.toml."))
    needs = [staff_need(of.allocation, norms) for of in (simulation.before, simulation.after)]
    parts = [before_and_after(*(of.posts.sum(SCHOOL).sel({YEAR: simulation.years}) for of in needs))]
    if norms.counts_counsellors:
        counsellors = before_and_after(*(of.counsellors.sum(SCHOOL).sel({YEAR: simulation.years}) for of in needs))
        parts.append(counsellors.assign(stage="all"))
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(1, "role", ["posts"] * len(parts[0]) + ["counsellors"] * (len(frame) - len(parts[0])))
    return frame


def added(simulation: Simulation) -> pd.DataFrame:
    """Return the seats that are added or taken away, school by school; see `Simulation.added`."""
    before, after = _offers(simulation)
    more = (after - before.reindex({SCHOOL: after[SCHOOL]}, fill_value=0.0)).transpose(YEAR, STAGE, SCHOOL)
    frame = more.rename("seats").to_series().reset_index()
    home = simulation.after.area.schools[CATCHMENT].reindex(frame[SCHOOL]).to_numpy()
    frame.insert(3, CATCHMENT, home)
    return frame[frame["seats"].abs() > 1e-3].reset_index(drop=True)


def most_changed(simulation: Simulation) -> int:
    """Return the first of the years in which the plan changes most seats, added and taken away."""
    frame = added(simulation)
    sums = frame["seats"].abs().groupby(frame[YEAR]).sum().reindex(simulation.years, fill_value=0.0)
    return int(str(sums.idxmax()))


def plot_added(
    simulation: Simulation, geometry: dict[str, Any], year: int | None = None, *, titled: bool = True
) -> tuple[Axes, ...]:
    """Draw a map a stage of the seats that are added by catchment; see `Simulation.plot_map`."""
    from seatcast import charts

    chosen = most_changed(simulation) if year is None else year
    frame = added(simulation).query(f"{YEAR} == @chosen")
    labels = {s.stage: s.label for s in simulation.area.stages if s.stage in set(frame[STAGE])}
    table = frame.pivot_table(index=CATCHMENT, columns=STAGE, values="seats", aggfunc="sum", fill_value=0.0)
    table = table.reindex(index=simulation.area.catchments.index, columns=list(labels), fill_value=0.0)
    table = table.rename(columns=labels) if labels else table.assign(**{_("all stages"): 0.0})
    return charts.area_maps(
        geometry,
        table,
        title=_("Seats that the plan adds or takes away, {year}").format(year=chosen) if titled else "",
        unit=_("seats"),
        colors="change",
        labels=table.map("{:+,.0f}".format).where(table != 0, None),
        names=simulation.area.catchment_names(),
    )


def _offers(simulation: Simulation) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the seats on offer without and with the plan, (year, school, stage): expected, where some open late."""

    def offer(allocation: Allocation) -> xr.DataArray:
        there = allocation.capacity.seats
        if isinstance(allocation, DelayedAllocation):
            there = allocation.offered.mean(DRAW)
        return there.sel({YEAR: simulation.years}).astype(np.float64)

    return offer(simulation.before.allocation), offer(simulation.after.allocation)
