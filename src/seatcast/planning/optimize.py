"""The plan that covers the shortfall at least cost, at an accepted risk per place, under the budget; proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import CATCHMENT, DRAW, SCHOOL, STAGE, TIER, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _
from seatcast.planning.effects import with_options
from seatcast.planning.option import Option, PlanError
from seatcast.planning.options import as_options
from seatcast.planning.plan import Plan
from seatcast.planning.problems import problems_of_budget, problems_of_options
from seatcast.planning.programme.milp import Floats
from seatcast.planning.programme.programme import Programme
from seatcast.planning.simulate import simulate_plan
from seatcast.planning.spending import discount_factors, spending
from seatcast.seats.allocation import ONE_CHILD
from seatcast.seats.capacity import Capacity
from seatcast.seats.shortfall import Shortfall


def optimize_plan(
    shortfall: Shortfall,
    options: pd.DataFrame | Sequence[Option],
    *,
    risk: float = 0.10,
    budget: pd.DataFrame | None = None,
    price: float | None = None,
    seconds: float = 30.0,
    gap: float = 0.001,
) -> Plan:
    """Choose options and start years at least cost, so that each place is short with at most the accepted risk.

    Solved exactly by HiGHS; `seatcast.planning.programme` writes the programme out and says where it approximates.
    The plan is then simulated in every draw, and what it reports of children and seats comes from there.

    Parameters
    ----------
    shortfall : Shortfall
        Of the seats as they are.
    options : DataFrame or sequence of Option
        The options table, or what `read_options` made of it.
    risk : float
        Between 0 and 1. A place's need is the (1 - risk) quantile of its shortfall, a school's idle seats are the
        risk quantile: with the default, nine futures in ten need no more and leave no fewer.
    budget : DataFrame, optional
        year, budget and, optionally, teachers: new money and newly hired teachers of each year; what is left is
        carried over. Without it nothing is limited. The years start with the first of the plan; after the last of
        the table nothing is started, since its money is not known, and running cost is not held against a limit.
    price : float, optional
        Money per seat-year left uncovered. Not given, it is so high that every option which can be paid for is worth
        its cost if it seats a single class for a single year: cover comes first (应入尽入), and money is left over only
        where less than a class would be seated, or no option can.
    seconds : float
        Time limit of the solver; at its end the best plan found is returned with its gap.
    gap : float
        Relative gap at which the solver stops.

    Returns
    -------
    Plan
        With the objective's proven bound. No option at all is a valid answer. The order of rows is irrelevant; an
        option that nobody can afford changes nothing; at one price, a higher risk and more money never raise the
        objective.

    Raises
    ------
    PlanError
        If options do not fit the area, the budget has gaps or negative numbers, or risk is not between 0 and 1; all
        problems at once.
    """
    known = as_options(options)
    problems = problems_of_options(known, shortfall.area, shortfall.allocation.capacity)
    if not 0 < risk < 1:
        problems.append(_("risk is {risk}; choose a share between 0 and 1, such as 0.1.").format(risk=risk))
    years = [int(year) for year in shortfall.seats[YEAR].values[1:]]
    problems += problems_of_budget(budget, years)
    if problems:
        raise PlanError.of(problems)
    programme = covering_programme(shortfall, known, risk=risk, budget=budget, price=price)
    cover = programme.solve(seconds=seconds, gap=gap)
    return Plan(simulate_plan(shortfall, known, cover.starts), programme, cover, risk)


def covering_programme(
    shortfall: Shortfall,
    options: tuple[Option, ...],
    *,
    risk: float,
    budget: pd.DataFrame | None = None,
    price: float | None = None,
) -> Programme:
    """Return the covering programme of a shortfall; see `optimize_plan` for the parameters."""
    area, allocation = shortfall.area, shortfall.allocation
    years = [int(year) for year in shortfall.seats[YEAR].values[1:]]
    effects = tuple(option.effect(area) for option in options)
    adding = [option for option, effect in zip(options, effects, strict=True) if effect.gains]
    changed, capacity = with_options(area, allocation.capacity, adding, {o.option: years[0] for o in adding})
    stages = [stage.stage for stage in area.stages]
    places = [(str(z), e) for z in shortfall.seats[CATCHMENT].values for e in stages]
    pools = [(str(i), e) for i in capacity.seats[SCHOOL].values for e in stages]
    need = _quantile(shortfall.seats, 1 - risk, years, {STAGE: stages}, CATCHMENT)
    at_schools = {STAGE: stages, SCHOOL: capacity.seats[SCHOOL].values}
    every = [years[0] - 1, *years]
    full = _quantile(allocation.idle, risk, every, at_schools, SCHOOL) < ONE_CHILD
    reach = _reach(changed.reach, places, pools)
    programme = Programme(
        options=options,
        effects=effects,
        years=tuple(years),
        places=tuple(places),
        pools=tuple(pools),
        need=np.where(need < ONE_CHILD, 0.0, need),
        idle=_quantile(allocation.idle, risk, years, at_schools, SCHOOL),
        pupils=_quantile(allocation.seated.sum(TIER), 1 - risk, years, at_schools, SCHOOL),
        reach=reach,
        refuge=_refuge(area.reach, reach, full, places, pools),
        filling=np.where(_limited(capacity, pools), [len(area.stage(e).grades) for _i, e in pools], 1.0),
        discount=discount_factors(area, years),
        budget=_by_year(budget, "budget", years),
        teachers=_by_year(budget, "teachers", years),
        price=np.nan,
    )
    return replace(programme, price=default_price(programme, _classes(area)) if price is None else float(price))


def default_price(programme: Programme, class_size: Mapping[str, float]) -> float:
    r"""Return the cost of the dearest option that can be paid for, a seat of one class of it; 1 if all are free.

    .. math:: \max_j \frac{\gamma_s c_j + \sum_t \gamma_t o_j}{\gamma_T \min(k_j, \text{class size})}

    Cost of the start and of all years of service in the plan, against one class needed in the last year alone.
    """
    dearest = 0.0
    for option, effect in zip(programme.options, programme.effects, strict=True):
        seats = sum(gain.seats for gain in effect.gains) or sum(access.places for access in effect.opens)
        start = next((t for t in range(len(programme.years)) if programme.may_start(option, t)), None)
        if start is None or not 0 < seats < np.inf:
            continue
        served = [year in option.service(programme.years[start]) for year in programme.years]
        if any(served):
            cost = float(programme.discount @ spending(option, programme.years[start], programme.years).cost)
            last = programme.discount[served][-1]
            dearest = max(dearest, cost / (min(seats, class_size[option.stage]) * float(last)))
    return dearest or 1.0


def _classes(area: StudyArea) -> dict[str, float]:
    return {stage.stage: float(stage.class_size) for stage in area.stages}


def _by_year(budget: pd.DataFrame | None, column: str, years: list[int]) -> Floats:
    if budget is None or column not in budget:
        return np.full(len(years), np.inf)
    values = budget.set_index(YEAR)[column].astype(float).fillna(np.inf)
    return np.asarray(values.reindex(years), float)


def _quantile(draws: xr.DataArray, at: float, years: list[int], labels: dict[str, object], place: str) -> Floats:
    """Return a quantile of the draws as (place and stage, year)."""
    found = draws.sel({YEAR: years}).quantile(at, DRAW).reindex(labels, fill_value=0.0)
    values: Floats = found.transpose(place, STAGE, YEAR).values.astype(float)
    return values.reshape(-1, len(years))


def _limited(capacity: Capacity, pools: list[tuple[str, str]]) -> np.ndarray:
    """Return whether an intake plan limits the entry grade of each pool."""
    return np.array([bool(np.isfinite(capacity.intake.sel({SCHOOL: i, STAGE: e}).values).any()) for i, e in pools])


def _reach(reach: pd.DataFrame, places: list[tuple[str, str]], pools: list[tuple[str, str]]) -> np.ndarray:
    place, pool = ({p: k for k, p in enumerate(of)} for of in (places, pools))
    found = np.zeros((len(places), len(pools)), bool)
    for z, e, i in reach[[CATCHMENT, STAGE, SCHOOL]].itertuples(index=False):
        if (z, e) in place and (i, e) in pool:
            found[place[z, e], pool[i, e]] = True
    return found


def _refuge(
    before: pd.DataFrame,
    reach: np.ndarray,
    full: np.ndarray,
    places: list[tuple[str, str]],
    pools: list[tuple[str, str]],
) -> np.ndarray:
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
