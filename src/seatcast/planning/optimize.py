"""The plan that does most for the children under the budget, at an accepted risk or over all futures; proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seatcast.core.labels import DRAW, TIER, YEAR
from seatcast.core.study_area import StudyArea
from seatcast.language import _, join
from seatcast.planning.attitude import Expected
from seatcast.planning.limits import Limits, plan_years
from seatcast.planning.option import Option, PlanError
from seatcast.planning.options import as_options
from seatcast.planning.plan import Plan
from seatcast.planning.problems import problems_of_budget, problems_of_options
from seatcast.planning.programme.benders import Progress
from seatcast.planning.programme.futures import programme_of, shown
from seatcast.planning.programme.milp import InfeasibleError
from seatcast.planning.programme.programme import UNLIMITED, Programme
from seatcast.planning.reachable import refusal
from seatcast.planning.simulate import simulate_plan
from seatcast.planning.spending import spending
from seatcast.seats.shortfall import Shortfall


def optimize_plan(
    shortfall: Shortfall,
    options: pd.DataFrame | Sequence[Option],
    *,
    risk: float | Expected = 0.10,
    budget: pd.DataFrame | None = None,
    price: Mapping[str, float] | float | None = None,
    way_price: float | None = None,
    limits: Limits | None = None,
    seconds: float = np.inf,
    nodes: int = 10_000,
    gap: float = 0.001,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """Choose options and start years at least cost and with the fewest children left out, and prove how good it is.

    A two-stage program (`docs/explanation/planning.md`; `seatcast.planning.programme.programme` writes it out), solved
    by cuts to a proven gap. From 100 draws on it sees every other draw; the plan is then simulated under the rule of
    admission on the draws it never saw, and what it reports of children and seats comes from there.

    Parameters
    ----------
    shortfall : Shortfall
        Of the seats as they are.
    options : DataFrame or sequence of Option
        The options table, one row an option, or what `read_options` made of it.
    risk : float or Expected
        A share between 0 and 1: each place's need is the (1 - risk) quantile of its shortfall, a school's idle seats
        are the risk quantile; with the default, nine futures in ten need no more and leave no fewer.
        `Expected()`: what is left out is weighed in the futures one by one, on average, the worst of them more if
        so wished.
    budget : DataFrame, optional
        year, budget and, optionally, teachers: new money and newly hired teachers of each year; what is left is
        carried over. Without it nothing is limited. The years start with the first of the plan; after the last of
        the table nothing is started, since its money is not known, and running cost is not held against a limit.
    price : float or mapping of str to float, optional
        Money per child and year without a seat, for all or by tier. Not given, it is so high that every option which
        can be paid for is worth its cost if it seats a single class for a single year: children come first (应入尽入),
        and money is left over only where less than a class would be seated, or no option can. Displaced pupils have
        the highest price.
    way_price : float, optional
        Money per child, year and metre of the way from the catchment to the seat that is taken, as where children are
        bused. Not given, a way costs nothing. Ways of displaced pupils are not known and cost nothing. It counts in the
        objective alone, not in the budget, and no limit on children left or on idle seats is kept beside it.
    limits : Limits, optional
        Floors, idle seats, options committed and forbidden.
    seconds : float
        Time limit of the solver; at its end the best plan found is returned with its gap. A plan that the clock has cut
        off may be another one on another machine.
    nodes : int
        Branches that the solver may look at; at its end the best plan found is returned with its gap, the same one on
        every machine.
    gap : float
        Relative gap to which the plan is proven; the plan itself is looked for to a tenth of it.
    progress : callable, optional
        Told of bound, best plan so far and number of cuts after every round.

    Returns
    -------
    Plan
        With the objective's proven bound. No option at all is a valid answer. The order of rows is irrelevant; an
        option that nobody can afford changes nothing; at one price, a higher risk and more money never raise the
        objective.

    Raises
    ------
    PlanError
        If options do not fit the area, the budget has gaps or negative numbers, or risk, price or limits are not what
        they can be: all problems at once. If no plan keeps the limits: the smallest target that one does, and the
        constraint that binds.

    Examples
    --------
    ::

        inputs = seatcast.load_example()
        found = seatcast.forecast(inputs).shortfall
        seatcast.optimize_plan(found, inputs.options, budget=inputs.budget).schedule()
    """
    known = as_options(options)
    years = plan_years(shortfall)
    held = Limits() if limits is None else limits
    problems = problems_of_options(known, shortfall.area, shortfall.allocation.capacity)
    problems += _problems_of_risk(risk) + _problems_of_price(price, shortfall)
    problems += problems_of_budget(budget, years) + held.problems(shortfall, known, _paid(budget, years))
    if way_price is not None and not 0 <= way_price < np.inf:
        problems.append(_("way_price is {price}; it must be 0 or more.").format(price=way_price))
    if problems:
        raise PlanError.of(problems)
    programme = programme_of(
        shortfall, known, risk=risk, budget=budget, price=1.0 if price is None else price, way_price=way_price
    )
    if price is None:
        programme = replace(programme, price=np.array([default_price(programme, shortfall.area)]))
    programme = replace(
        programme,
        committed=dict(held.committed),
        forbidden=frozenset(held.forbidden),
        most_left=held.most_left(shortfall),
        most_idle=UNLIMITED if held.idle_share is None else held.idle_share,
    )
    try:
        cover = programme.solve(seconds=seconds, nodes=nodes, gap=gap, progress=progress)
    except InfeasibleError as error:
        raise refusal(programme, held, shortfall, nodes=nodes) from error
    _seen, unseen = shown(shortfall.seats.sizes[DRAW])
    return Plan(simulate_plan(shortfall.on(unseen), known, cover.starts), programme, cover, risk, held)


def _paid(budget: pd.DataFrame | None, years: list[int]) -> list[int]:
    """Return the years whose money is known, in which alone options can be started; all, if none is."""
    until = years[-1] if budget is None else budget[YEAR].max()
    return [year for year in years if year <= until] or years


def default_price(programme: Programme, area: StudyArea) -> float:
    r"""Return the cost of the dearest option that can be paid for, a seat of one class of it, and of the longest way.

    .. math:: \max_j \frac{\gamma_s c_j + \sum_t \gamma_t o_j}{\gamma_T \min(k_j, \text{class size})}

    Cost of the start and of all years of service in the plan, against one class needed in the last year alone; where
    ways are priced, the dearest way is added. 1 if all are free.
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
            last = float(programme.discount[served][-1])
            dearest = max(dearest, cost / (min(seats, area.stage(option.stage).class_size) * last))
    if programme.way is not None:
        dearest += float(programme.way[np.isfinite(programme.way)].max(initial=0.0))
    return dearest or 1.0


def _problems_of_risk(risk: float | Expected) -> list[str]:
    if isinstance(risk, Expected):
        return risk.problems()
    if not 0 < risk < 1:
        return [_("risk is {risk}; choose a share between 0 and 1, such as 0.1.").format(risk=risk)]
    return []


def _problems_of_price(price: Mapping[str, float] | float | None, shortfall: Shortfall) -> list[str]:
    if price is None:
        return []
    tiers = [str(tier) for tier in shortfall.unplaced[TIER].values]
    by_tier = dict(price) if isinstance(price, Mapping) else dict.fromkeys(tiers, price)
    if set(by_tier) != set(tiers):
        return [_("price: give one for each tier; there are {known}.").format(known=join(tiers))]
    wrong = _("price: {price} for {tier}; it must be above 0.")
    return [wrong.format(price=of, tier=tier) for tier, of in by_tier.items() if not 0 < of < np.inf]
