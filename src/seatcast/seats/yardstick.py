"""How much of the shortfall no rule could avoid: too few seats, seats too far, and what the rule itself costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR, labelled
from seatcast.core.result import QUANTILES, Result, Summary
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import sum_grades_to_stages
from seatcast.language import _
from seatcast.seats.allocation import ONE_CHILD, Allocation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.seats.links import Links

PARTS = ("structural", "spatial", "procedural")


@dataclass(frozen=True, eq=False, repr=False)
class ShortfallSplit(Result):
    """The shortfall in three parts that add up in every draw, and where it is tight.

    Attributes
    ----------
    allocation : Allocation
    parts : DataArray (year, stage, part, draw), children
        structural: the seats free at the start of the year are too few in sum for those who ask, could each of them go
        anywhere; spatial: further children whom no rule could seat within their reach; procedural: further children
        whom the rule leaves out.
    least : DataArray (year, stage, tier, draw), children
        Left without a seat under the best rule that serves the tiers in order; earlier tiers first, to their most.
    left : DataArray (year, catchment, stage, draw), children
        Left by one such best way of seating, all tiers together.
    short, full : DataArray (year, catchment or school, stage, draw), bool
        The bottleneck, the smallest minimum cut: catchments that share schools which are too full, and those schools.
        Another seat in a school of it would seat one child more.
    stuck : DataArray (year, catchment, stage, draw), bool
        Whether another entrant of the catchment would be one child more without a seat.
    """

    topic: ClassVar[str] = "shortfall split"
    allocation: Allocation
    parts: xr.DataArray
    least: xr.DataArray
    left: xr.DataArray
    short: xr.DataArray
    full: xr.DataArray
    stuck: xr.DataArray

    def __post_init__(self) -> None:
        for field, dims, unit in (
            ("parts", (YEAR, STAGE, "part", DRAW), "children"),
            ("least", (YEAR, STAGE, TIER, DRAW), "children"),
            ("left", (YEAR, CATCHMENT, STAGE, DRAW), "children"),
            ("short", (YEAR, CATCHMENT, STAGE, DRAW), "1"),
            ("full", (YEAR, SCHOOL, STAGE, DRAW), "1"),
            ("stuck", (YEAR, CATCHMENT, STAGE, DRAW), "1"),
        ):
            object.__setattr__(self, field, labelled(getattr(self, field), *dims, unit=unit))

    @property
    def area(self) -> StudyArea:
        """The study area."""
        return self.allocation.area

    def to_frame(self) -> pd.DataFrame:
        """Return by year and stage the expected parts, their sum (unplaced) and its quantiles."""
        whole = self.parts.sum("part")
        columns = {part: self.parts.sel({"part": part}, drop=True).mean(DRAW) for part in PARTS}
        columns["unplaced"] = whole.mean(DRAW)
        columns |= {f"q{100 * q:g}": whole.quantile(q, DRAW).drop_vars("quantile") for q in QUANTILES}
        return xr.Dataset(columns).to_dataframe().reset_index()

    @cached_property
    def _bottlenecks(self) -> pd.DataFrame:
        rows = []
        chance_zone, chance_school = self.short.mean(DRAW), self.full.mean(DRAW)
        for year in self.parts[YEAR].values:
            for stage in self.parts[STAGE].values:
                at = {YEAR: year, STAGE: stage}
                zones = [str(z) for z, p in chance_zone.sel(at).to_series().items() if p > 0.5]
                schools = {s for s, p in chance_school.sel(at).to_series().items() if p > 0.5}
                links = self.allocation.links.table
                links = links[(links[STAGE] == stage) & links[CATCHMENT].isin(zones) & links[SCHOOL].isin(schools)]
                for group in _joined(zones, links):
                    lacking = self.left.sel({**at, CATCHMENT: group}).sum(CATCHMENT)
                    if float(lacking.mean()) >= ONE_CHILD:
                        shared = links[links[CATCHMENT].isin(group)][SCHOOL].unique()
                        chance = self.short.sel({**at, CATCHMENT: group}).any(CATCHMENT)
                        rows.append((int(year), stage, tuple(group), tuple(sorted(shared)), float(chance.mean()),
                                     float(lacking.mean()), *np.quantile(lacking, (0.1, 0.9))))  # fmt: skip
        columns = [YEAR, STAGE, "catchments", "schools", "probability", "lacking", "q10", "q90"]
        return pd.DataFrame(rows, columns=columns)

    def bottlenecks(self) -> pd.DataFrame:
        """Return the groups of catchments that share schools which are too full, and the seats they lack.

        Returns
        -------
        DataFrame
            year, stage, catchments and schools (tuples: those in the bottleneck in more than half of the draws, joined
            where they share a school), probability (that any of the catchments is in it), lacking (expected seats, had
            the best rule seated everybody it could), q10, q90.
        """
        return self._bottlenecks.copy()

    def another_seat(self) -> pd.DataFrame:
        """Return by year, school and stage the expected number of children whom one more seat there would seat.

        Under the best rule, by the residual graph: the probability that the school lies in the bottleneck.
        """
        gain = self.full.mean(DRAW).rename("seated").to_dataframe().reset_index()
        return gain.sort_values("seated", ascending=False, kind="stable").reset_index(drop=True)

    def another_child(self) -> pd.DataFrame:
        """Return by year, catchment and stage the probability that one more entrant is one more child without a seat.

        Under the best rule, by the residual graph; whoever it then is that goes without.
        """
        cost = self.stuck.mean(DRAW).rename("unseated").to_dataframe().reset_index()
        return cost.sort_values("unseated", ascending=False, kind="stable").reset_index(drop=True)

    def summary(self) -> Summary:
        """Return the parts in the year in which most children are left out, in a sentence, and all years in a table."""
        frame = self.to_frame()
        coming = frame[frame[YEAR] > frame[YEAR].min()] if len(set(frame[YEAR])) > 1 else frame
        worst = coming.groupby(YEAR)[[*PARTS, "unplaced"]].sum().loc[lambda by: [by["unplaced"].idxmax()]].iloc[0]
        sentence = _(
            "In {year}, {unplaced:,.0f} are expected to be left out: {structural:,.0f} because seats are too few in "
            "sum, {spatial:,.0f} because free seats are out of reach, {procedural:,.0f} by the rule of admission."
        ).format(year=worst.name, **worst)
        return Summary(sentence, frame, self.definition_note())

    def plot(self, ax: Axes | None = None, *, stage: str | None = None) -> Axes:
        """Draw the expected parts by year, for a stage (the first, unless named)."""
        from seatcast import charts

        chosen = self.area.stage(stage or str(self.parts[STAGE].values[0]))
        by_year = self.parts.sel({STAGE: chosen.stage}).mean(DRAW).transpose(YEAR, "part").to_pandas()
        labels = {"structural": _("too few seats"), "spatial": _("seats out of reach"), "procedural": _("the rule")}
        title = _("Why children are left out, {stage}").format(stage=chosen.label)
        return charts.bars(pd.DataFrame(by_year)[list(PARTS)], ax=ax, title=title, labels=labels)


def split_shortfall(allocation: Allocation) -> ShortfallSplit:
    """Hold an allocation against the best that any rule could do, year by year, stage by stage and draw by draw.

    The yardstick takes each year as the rule has left it: pupils in place keep their seat, and those who ask are seated
    anew in the seats that are free, the entry seats of the intake plan and the rooms of shared buildings included. So
    the parts of a year speak of that year's admission; what earlier years did is given.

    Parameters
    ----------
    allocation : Allocation

    Returns
    -------
    ShortfallSplit
        Parts are 0 or more, and sum to the children without a seat in every draw. Seats in a building that stages share
        count as the rule divided its rooms. Where a link takes only some children of a catchment, entrants and others
        are each held to that number, so that `least` is a lower bound there.

    Notes
    -----
    With D who ask and F seats that are free, structural = max(0, D - F) where entrants count against the entry seats
    first; spatial = D - maximum flow - structural; procedural = unplaced - (D - maximum flow). The flow with the
    tiers added one after the other in one residual graph is the most for tier 1, then for tiers 1 and 2, and so on:
    sets of children who can be seated together are independent sets of a matroid, of which the greedy order is best
    (Edmonds 1971, Mathematical Programming 1).
    """
    from seatcast.seats.flow import graph, most

    years, stages = allocation.seated.sizes[YEAR], allocation.seated.sizes[STAGE]
    zones, draws, tiers = (allocation.unplaced.sizes[dim] for dim in (CATCHMENT, DRAW, TIER))
    schools, asking = allocation.seated.sizes[SCHOOL], allocation.asking.values
    links, city, laws = allocation.links, allocation.links.city, allocation.links.laws
    unplaced = sum_grades_to_stages(allocation.unplaced, allocation.area).sum([CATCHMENT, TIER])
    parts = np.zeros((years, stages, len(PARTS), draws))
    least = np.zeros((years, stages, tiers, draws), np.float32)
    left = np.zeros((years, zones, stages, draws), np.float32)
    short, stuck = np.zeros((2, years, zones, stages, draws), bool)
    full = np.zeros((years, schools, stages, draws), bool)
    for e in range(stages):
        first, last = city.grades[e]
        rows = links.table[links.table["e"] == e]
        for t in range(years):
            seats, plan = _seats_open(allocation, t, e)
            open_links = rows[_open(links, laws.of_year[t], t, e, rows)]
            ask = asking[t, :, first:last].astype(np.float64)
            sides = np.stack([ask[:, 0], ask[:, 1:].sum(axis=1)], axis=1)  # (catchment, side, tier, draw)
            arcs = graph(
                open_links["z"].to_numpy(np.int64), open_links["i"].to_numpy(np.int64),
                _places(allocation, open_links, t, e), np.asarray(sides[:, 1].any(axis=(1, 2))), schools,
            )  # fmt: skip
            orders = [served for served in laws.served[laws.of_year[t], 0] if served.any()]
            children = np.stack([sides[:, :, served].sum(axis=2) for served in orders])
            served, left[t, :, e], short[t, :, e], full[t, :, e], stuck[t, :, e] = most(*arcs, children, plan, seats)
            asked = children.sum(axis=1)  # (order, side, draw)
            for o, of in enumerate(orders):
                among = sides[:, :, of].sum(axis=(0, 1))
                rest = np.clip(asked[o].sum(axis=0) - served[o], 0.0, None)
                share = np.divide(among, among.sum(axis=0), out=np.zeros_like(among), where=among.sum(axis=0) > 0)
                least[t, e, of] = share * rest
            missing = unplaced.values[t, e].astype(np.float64)
            entrants, others = asked.sum(axis=0)
            could = np.minimum(others + np.minimum(entrants, np.minimum(plan, seats).sum(axis=0)), seats.sum(axis=0))
            too_few = np.clip(entrants + others - could, 0.0, missing)
            best = np.clip(entrants + others - served.sum(axis=0), too_few, missing)
            parts[t, e] = too_few, best - too_few, missing - best
    at = {dim: allocation.unplaced[dim].values for dim in (YEAR, CATCHMENT)}
    names = {STAGE: allocation.seated[STAGE].values}
    by_zone = {**at, **names}
    return ShortfallSplit(
        allocation,
        xr.DataArray(parts, {YEAR: at[YEAR], **names, "part": list(PARTS)}, (YEAR, STAGE, "part", DRAW)),
        xr.DataArray(least, {YEAR: at[YEAR], **names, **allocation.unplaced[TIER].coords}, (YEAR, STAGE, TIER, DRAW)),
        xr.DataArray(left, by_zone, (YEAR, CATCHMENT, STAGE, DRAW)),
        xr.DataArray(short, by_zone, (YEAR, CATCHMENT, STAGE, DRAW)),
        xr.DataArray(full, {YEAR: at[YEAR], SCHOOL: allocation.seated[SCHOOL].values, **names},
                     (YEAR, SCHOOL, STAGE, DRAW)),
        xr.DataArray(stuck, by_zone, (YEAR, CATCHMENT, STAGE, DRAW)),
    )  # fmt: skip


def _open(links: Links, law: int, t: int, e: int, rows: pd.DataFrame) -> np.ndarray:
    """Return which links a year's rule may use in any of its rounds."""
    at = rows["z"].to_numpy(), rows["r"].to_numpy()
    used = links.laws.offered[law, :, e][:, *at].any(axis=0) & (links.city.places[t, e][at] > 0)
    return np.asarray(used)


def _places(allocation: Allocation, rows: pd.DataFrame, t: int, e: int) -> np.ndarray:
    """Return what a link takes of a catchment's children this year; infinite where only its school's seats limit it."""
    city = allocation.links.city
    return np.asarray(city.places[t, e, rows["z"], rows["r"]], np.float64)


def _seats_open(allocation: Allocation, t: int, e: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the free seats, within the rooms of shared buildings, and those of the intake plan, (school, draw).

    The plan is not cut to the free seats: where it does not bind, another seat is one for entrants, too.
    """
    seats = allocation.free.values[t, :, e].astype(np.float64)
    building = allocation.links.city.building[:, e]
    if (building >= 0).any():
        city = allocation.links.city
        held = allocation.seated.values[t].sum(axis=2).astype(np.float64)  # (school, stage, draw)
        start = allocation.capacity.seats.values[t, :, e, None] - seats + allocation.oversize.values[t, :, e]
        for b in np.unique(building[building >= 0]):
            of = city.building == b
            rooms = city.rooms[t, b] - (held / city.size[:, None] * of[:, :, None]).sum(axis=(0, 1))
            here = building == b
            taken = held[here, e] - start[here]
            seats[here] = np.minimum(seats[here], taken + np.clip(rooms, 0.0, None) * city.size[e])
    intake = allocation.capacity.intake.values[t, :, e, None].astype(np.float64)
    return seats, np.broadcast_to(intake, seats.shape).copy()


def _joined(zones: Sequence[str], links: pd.DataFrame) -> list[list[str]]:
    """Return the catchments in groups that share schools, the groups and their members in order of name."""
    group = {zone: zone for zone in zones}

    def root(zone: str) -> str:
        while group[zone] != zone:
            zone = group[zone]
        return zone

    for _school, sharing in links.groupby(SCHOOL)[CATCHMENT]:
        first, *others = sharing.unique()
        for other in others:
            group[root(other)] = root(first)
    found: dict[str, list[str]] = {}
    for zone in sorted(zones):
        found.setdefault(root(zone), []).append(zone)
    return list(found.values())
