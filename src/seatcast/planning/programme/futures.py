"""The programme of a shortfall: from the draws of a forecast to one future, or to many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.catchments.travel import ways
from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _
from seatcast.planning.attitude import Expected
from seatcast.planning.delays import delays
from seatcast.planning.effects import with_options
from seatcast.planning.option import Effect, Option, PlanError
from seatcast.planning.programme.milp import Floats, Numbers
from seatcast.planning.programme.programme import Place, Programme
from seatcast.planning.programme.representatives import representatives
from seatcast.planning.spending import discount_factors
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import ROUND_OFF, Shortfall

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANY = 100  # draws: from here on half of them are kept from the programme
SURE = 0.10  # the accepted risk at which schools are taken for full, where futures are weighed one by one


def shown(draws: int) -> tuple[Numbers, Numbers]:
    """Return which draws a programme is shown, and on which its plan is told: every other one, or all where few.

    Examples
    --------
    >>> [part.tolist()[:3] for part in shown(500)]
    [[0, 2, 4], [1, 3, 5]]
    """
    every = np.arange(draws)
    return (every[::2], every[1::2]) if draws >= MANY else (every, every)


def programme_of(
    shortfall: Shortfall,
    options: tuple[Option, ...],
    *,
    risk: float | Expected,
    budget: pd.DataFrame | None = None,
    price: Mapping[str, float] | float = 1.0,
    way_price: float | None = None,
    draws: Numbers | None = None,
) -> Programme:
    """Return the programme of a shortfall; see `optimize_plan` for the parameters.

    Parameters
    ----------
    draws : array of int, optional
        Positions of the draws that it is shown; those of `shown` unless given.
    """
    area, allocation = shortfall.area, shortfall.allocation
    years = [int(year) for year in shortfall.seats[YEAR].values[1:]]
    effects = tuple(option.effect(area) for option in options)
    adding = [option for option, effect in zip(options, effects, strict=True) if effect.gains]
    changed, capacity = with_options(area, allocation.capacity, adding, {o.option: years[0] for o in adding})
    stages = [stage.stage for stage in area.stages]
    places = [(str(z), e) for z in shortfall.seats[CATCHMENT].values for e in stages]
    pools = [(str(i), e) for i in capacity.seats[SCHOOL].values for e in stages]
    some = shown(shortfall.seats.sizes[DRAW])[0] if draws is None else draws
    at_places = {STAGE: stages}
    at_schools = {STAGE: stages, SCHOOL: [str(school) for school in capacity.seats[SCHOOL].values]}
    tiers = [str(tier) for tier in shortfall.unplaced[TIER].values]
    prices, levels = _levels(price, tiers)
    need = np.stack(
        [
            _array(shortfall.unplaced.isel({TIER: level}).sum(TIER), some, years, at_places, CATCHMENT)
            for level in levels
        ],
        axis=1,
    )  # (draw, level, place, year)
    every = [years[0] - 1, *years]
    idle = _array(allocation.idle, some, every, at_schools, SCHOOL)
    pupils = _array(allocation.seated.sum(TIER), some, years, at_schools, SCHOOL)
    late = _late(options, shortfall)[some]
    weight = np.full(len(some), 1.0 / len(some))
    sure = SURE if isinstance(risk, Expected) else risk
    full = np.quantile(idle, sure, axis=0) < ONE_CHILD
    idle = idle[:, :, 1:]
    if isinstance(risk, Expected):
        need[need < ROUND_OFF] = 0.0
        if len(some) > risk.scenarios:
            kept, weight = representatives(need.reshape(len(need), -1), risk.scenarios)
            need, idle, pupils, late = need[kept], idle[kept], pupils[kept], late[kept]
    else:
        above = np.quantile(need.cumsum(axis=1), 1 - risk, axis=0, keepdims=True)
        above[above < ONE_CHILD] = 0.0
        need = np.diff(above, axis=1, prepend=0.0)
        idle = np.quantile(idle, risk, axis=0, keepdims=True)
        pupils = np.quantile(pupils, 1 - risk, axis=0, keepdims=True)
        late = np.quantile(late, 1 - risk, axis=0, keepdims=True, method="higher").astype(np.int64)
        weight = np.ones(1)
    reach = _reach(changed.reach, places, pools)
    return Programme(
        options=options,
        effects=effects,
        years=tuple(years),
        places=tuple(places),
        pools=tuple(pools),
        weight=weight,
        need=need,
        idle=idle,
        pupils=pupils,
        late=late,
        reach=reach,
        open=np.zeros_like(reach),
        refuge=_refuge(area.reach, reach, full, places, pools),
        filling=np.where(_limited(capacity, pools), [len(area.stage(e).grades) for _i, e in pools], 1.0),
        discount=discount_factors(area, years),
        budget=_by_year(budget, "budget", years),
        teachers=_by_year(budget, "teachers", years),
        price=prices,
        tiers=tuple(tuple(tiers[k] for k in level) for level in levels),
        tail_weight=risk.tail_weight if isinstance(risk, Expected) else 0.0,
        tail=risk.tail if isinstance(risk, Expected) else 1.0,
        way=None if way_price is None else way_price * _metres(changed, effects, reach, places, pools),
    )


def _late(options: Sequence[Option], shortfall: Shortfall) -> Numbers:
    """Return the years by which each option opens late, (draw, option): in the draws in which a simulation says so."""
    draws = shortfall.seats.sizes[DRAW]
    late = np.zeros((draws, len(options)), np.int64)
    for delay in delays(options, draws, shortfall.scenario.seed):
        for j, option in enumerate(options):
            late[delay.draws, j] = delay.late.get(option.option, 0)
    return late


def _levels(price: Mapping[str, float] | float, tiers: list[str]) -> tuple[Floats, list[list[int]]]:
    """Return the prices, falling, and the positions of the tiers of each."""
    by_tier = {tier: float(price[tier] if isinstance(price, Mapping) else price) for tier in tiers}
    prices = sorted(set(by_tier.values()), reverse=True)
    return np.array(prices), [[k for k, tier in enumerate(tiers) if by_tier[tier] == of] for of in prices]


def _by_year(budget: pd.DataFrame | None, column: str, years: list[int]) -> Floats:
    if budget is None or column not in budget:
        return np.full(len(years), np.inf)
    values = budget.set_index(YEAR)[column].astype(float).fillna(np.inf)
    return np.asarray(values.reindex(years), float)


def _array(
    values: xr.DataArray, draws: Numbers, years: list[int], labels: Mapping[str, Sequence[str]], place: str
) -> Floats:
    """Return the draws as (draw, place and stage, year)."""
    found = values.isel({DRAW: draws}).sel({YEAR: years}).reindex(labels, fill_value=0.0)
    return found.transpose(DRAW, place, STAGE, YEAR).values.astype(float).reshape(len(draws), -1, len(years))


def _limited(capacity: Capacity, pools: list[Place]) -> NDArray[np.bool_]:
    """Return whether an intake plan limits the entry grade of each pool."""
    return np.array([bool(np.isfinite(capacity.intake.sel({SCHOOL: i, STAGE: e}).values).any()) for i, e in pools])


def _reach(reach: pd.DataFrame, places: list[Place], pools: list[Place]) -> NDArray[np.bool_]:
    place, pool = ({p: k for k, p in enumerate(of)} for of in (places, pools))
    found = np.zeros((len(places), len(pools)), bool)
    for z, e, i in reach[[CATCHMENT, STAGE, SCHOOL]].itertuples(index=False):
        if (z, e) in place and (i, e) in pool:
            found[place[z, e], pool[i, e]] = True
    return found


def _metres(
    area: StudyArea, effects: Sequence[Effect], reach: NDArray[np.bool_], places: list[Place], pools: list[Place]
) -> Floats:
    """Return the metres from each place to each pool that it reaches or may be let into, infinite elsewhere."""
    asked = reach.copy()
    for access in (access for effect in effects for access in effect.opens):
        asked[places.index((access.catchment, access.stage)), pools.index((access.school, access.stage))] = True
    n, p = np.nonzero(asked)
    pairs = pd.DataFrame({
        CATCHMENT: [places[k][0] for k in n], STAGE: [places[k][1] for k in n], SCHOOL: [pools[k][0] for k in p],
    })  # fmt: skip
    told = area.reach.reindex(columns=[CATCHMENT, STAGE, SCHOOL, "metres"])
    pairs = pairs.merge(told, on=[CATCHMENT, STAGE, SCHOOL], how="left")
    found = ways(pairs, area.catchments, area.schools)["metres"].to_numpy(float)
    if np.isnan(found).any():
        text = _("way_price: the way from {catchment} to {school} is not known; give metres in serves, or lon and lat.")
        unknown = pairs.loc[np.isnan(found), [CATCHMENT, SCHOOL]].drop_duplicates().to_dict("records")
        raise PlanError.of([text.format(**{str(k): v for k, v in row.items()}) for row in unknown])
    metres = np.full(asked.shape, np.inf)
    metres[n, p] = found
    return metres


def _refuge(
    before: pd.DataFrame,
    reach: NDArray[np.bool_],
    full: NDArray[np.bool_],
    places: list[Place],
    pools: list[Place],
) -> NDArray[np.bool_]:
    """Return where pupils of a pool may go, (pool, pool, year): to what all catchments reach that have pupils there.

    Who sits where is not in the tables. Children of a catchment are taken to sit at a school if all schools before it
    in their order have been full, in the same year, up to now; of schools of one rank they sit at each. `full` is
    (pool, year), the year of record first.
    """
    pool, place = ({p: k for k, p in enumerate(of)} for of in (pools, places))
    found = np.repeat(np.ones((len(pools), len(pools), 1), bool), full.shape[1] - 1, axis=2)
    some = np.zeros((len(pools), full.shape[1] - 1), bool)
    for keys, asked in before.groupby([CATCHMENT, STAGE]):
        z, e = map(str, keys)
        passed = np.ones(full.shape[1], bool)
        for _rank, equal in asked.groupby("rank")[SCHOOL]:
            sits, all_full = np.logical_or.accumulate(passed)[1:], passed
            for own in [pool[i, e] for i in equal if (i, e) in pool and (z, e) in place]:
                found[own][:, sits] &= reach[place[z, e]][:, None]
                some[own] |= sits
                all_full = all_full & full[own]
            passed = all_full
    return np.asarray(found & some[:, None, :])
