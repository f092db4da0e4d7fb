"""Trying a rule before it is announced: two allocations of the same draws, and who gains and who loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.admission import AdmissionRule
from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.language import _
from seatcast.seats.allocation import ONE_CHILD, allocate
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class RuleComparison(Result):
    """What a rule changes for whom, on the same children and seats in every draw.

    Attributes
    ----------
    before, after : Shortfall
        Under the one rule and the other.
    names : tuple of str, optional
        How the two are called: by their rules, unless given.
    """

    topic: ClassVar[str] = "rule comparison"
    before: Shortfall
    after: Shortfall
    names: tuple[str, str] | None = None

    @property
    def called(self) -> tuple[str, str]:
        """How the two are called, in the language that is spoken."""
        if self.names is not None:
            return self.names
        before, after = (shortfall.allocation.rules[-1].label for shortfall in (self.before, self.after))
        return (before, after) if before != after else (_("the rule before"), _("the rule after"))

    def gained(self, by: str = CATCHMENT) -> xr.DataArray:
        """Return children seated under the second rule who were not under the first, less those who lose their seat.

        Parameters
        ----------
        by : {"catchment", "status", "tier"}
            Tiers are compared by their label; one that a rule does not know has no children there, so compare tiers
            only where both rules have the same claims.

        Returns
        -------
        DataArray (year, stage, by, draw), children
            Of each draw: negative where children lose.
        """
        before, after = (_left_out(shortfall, by) for shortfall in (self.before, self.after))
        before, after = xr.align(before, after, join="outer", fill_value=0.0)
        return (before - after).rename("gained").assign_attrs(unit="children")

    def to_frame(self) -> pd.DataFrame:
        """Return by year, stage and group: expected gain, quantiles, and how surely the group gains or loses.

        Returns
        -------
        DataFrame
            group ("catchment", "status" or "tier"), member, year, stage, gained (expected), q10, q50, q90, wins and
            loses (probabilities that it gains, or loses, more than half a child).
        """
        parts = []
        for group in (CATCHMENT, STATUS, TIER):
            draws = self.gained(group)
            frame = quantile_frame(draws).rename(columns={"mean": "gained", group: "member"})
            for name, sign in (("wins", 1), ("loses", -1)):
                chance = (sign * draws > ONE_CHILD).mean(DRAW).to_series()
                at = pd.MultiIndex.from_frame(frame.rename(columns={"member": group})[list(chance.index.names)])
                frame[name] = chance.reindex(at).to_numpy()
            frame.insert(0, "group", group)
            columns = ["group", "member", YEAR, STAGE, "gained", "q10", "q50", "q90", "wins", "loses"]
            parts.append(frame[columns])
        return pd.concat(parts, ignore_index=True)

    def gap(self) -> pd.DataFrame:
        """Return by year, stage and status the share with a seat and the gap to the first status, before and after."""
        keys = [YEAR, STAGE, STATUS]
        frames = [
            shortfall.placement()[[*keys, "public_or_purchased", "gap"]] for shortfall in (self.before, self.after)
        ]
        return frames[0].merge(frames[1], on=keys, suffixes=("_before", "_after"))

    def summary(self) -> Summary:
        """Return who gains and who loses most over all years, with a table by status."""
        draws = self.gained(STATUS).isel({YEAR: slice(1, None)}).sum([YEAR, STAGE])
        table = quantile_frame(draws).rename(columns={"mean": "gained"})
        labels = {status.status: status.label for status in self.after.area.statuses}
        table[STATUS] = [labels.get(status, status) for status in table[STATUS]]
        ranked = table.sort_values("gained").to_dict("records")
        best, worst = ranked[-1], ranked[0]
        if max(table["gained"].abs()) < ONE_CHILD:
            sentence = _("{after} seats as many children of every status as {before}.")
        elif worst["gained"] > -ONE_CHILD:
            sentence = _("{after} seats {more:,.0f} more child-years of {gains} than {before}, and nobody fewer.")
        elif best["gained"] < ONE_CHILD:
            sentence = _("{after} seats {less:,.0f} fewer child-years of {loses} than {before}, and nobody more.")
        else:
            sentence = _(
                "{after} seats {more:,.0f} more child-years of {gains} than {before}, and {less:,.0f} fewer of {loses}."
            )
        before, after = self.called
        said = sentence.format(before=before, after=after, more=best["gained"], less=-worst["gained"],
                               gains=best[STATUS], loses=worst[STATUS])  # fmt: skip
        return Summary(said, table, self.after.definition_note())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the children gained by status and year, all stages together."""
        from seatcast import charts

        by_year = self.gained(STATUS).sum(STAGE).mean(DRAW).transpose(YEAR, STATUS).to_pandas()
        labels = {status.status: status.label for status in self.after.area.statuses}
        before, after = self.called
        title = _("Children seated: {after} less {before}").format(before=before, after=after)
        return charts.bars(pd.DataFrame(by_year), ax=ax, title=title, labels=labels)


def compare_rules(
    demand: EnrollmentDemand,
    seats: pd.DataFrame | Capacity,
    before: AdmissionRule | None = None,
    after: AdmissionRule | None = None,
) -> RuleComparison:
    """Give out the same seats to the same children under two rules.

    Parameters
    ----------
    demand : EnrollmentDemand
    seats : DataFrame or Capacity
        One row a school, stage and year, as in the bureau's table.
    before, after : AdmissionRule, optional
        None: the area's own. Each is in force from its own first year; until then, the area's own is.

    Returns
    -------
    RuleComparison
        On the same draws, so that a difference between the rules is not chance.

    Examples
    --------
    The area's own rule beside one that puts every claim in one order::

        demand = seatcast.forecast(inputs).demand
        seatcast.compare_rules(demand, inputs.seats, after=inputs.area.rules_in_force(equal=True)[-1])
    """
    first, second = (allocate(demand, seats, rule).shortfall() for rule in (before, after))
    return RuleComparison(first, second)


def one_more_seat(shortfall: Shortfall, school: str, stage: str, *, seats: float = 1.0) -> pd.DataFrame:
    """Return whom another seat in a school would seat, by giving out all seats again in the same draws.

    Parameters
    ----------
    seats : float
        How many are added, in every year; the intake plan, where there is one, grows by their part of the entry grade.

    Returns
    -------
    DataFrame
        year, stage, catchment, tier, gained (expected children seated more); rows without a change are left out.

    Raises
    ------
    KeyError
        If the school gives out no seats of the stage.
    """
    capacity = shortfall.allocation.capacity
    at = {SCHOOL: school, STAGE: stage}
    more = capacity.seats.copy(deep=True)
    plan = capacity.intake.copy(deep=True)
    more.loc[at] += np.float32(seats)
    plan.loc[at] += np.float32(seats / len(shortfall.area.stage(stage).grades))
    return _gains(shortfall, shortfall.allocation.demand, capacity.replace(seats=more, intake=plan))


def one_more_child(
    shortfall: Shortfall, catchment: str, tier: str, grade: int, *, children: float = 1.0
) -> pd.DataFrame:
    """Return who loses a seat to another child of a catchment, by giving out all seats again in the same draws.

    Parameters
    ----------
    children : float
        How many are added to the tier and grade, in every year.

    Returns
    -------
    DataFrame
        year, stage, catchment, tier, gained: negative where children lose, the added ones among them if they find no
        seat; rows without a change are left out.
    """
    demand = shortfall.allocation.demand
    pupils = demand.pupils.copy(deep=True)
    pupils.loc[{CATCHMENT: catchment, TIER: tier, GRADE: grade}] += np.float32(children)
    return _gains(shortfall, demand.replace(pupils=pupils), shortfall.allocation.capacity)


def _gains(shortfall: Shortfall, demand: EnrollmentDemand, capacity: Capacity) -> pd.DataFrame:
    changed = allocate(demand.replace(area=demand.area.replace(rules=shortfall.allocation.rules)), capacity).shortfall()
    gained = (shortfall.unplaced - changed.unplaced).mean(DRAW).rename("gained").to_series()
    frame = gained[gained.abs() > 1e-3].reset_index()
    return (
        frame[[YEAR, STAGE, CATCHMENT, TIER, "gained"]]
        .sort_values([YEAR, STAGE, CATCHMENT, TIER])
        .reset_index(drop=True)
    )


def _left_out(shortfall: Shortfall, by: str) -> xr.DataArray:
    unplaced = shortfall.unplaced
    if by == CATCHMENT:
        return unplaced.sum(TIER).transpose(YEAR, STAGE, CATCHMENT, DRAW)
    if by == STATUS:
        return shortfall.by_status()
    return unplaced.sum(CATCHMENT).drop_vars(["order", STATUS], errors="ignore").transpose(YEAR, STAGE, TIER, DRAW)
