"""The answer to limits that cannot be kept: how far they can be, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from seatcast.language import _
from seatcast.planning.limits import Limits
from seatcast.planning.option import PlanError, money
from seatcast.planning.programme.benders import solve
from seatcast.planning.programme.choices import Choices, Eased, Limit
from seatcast.planning.programme.milp import Floats, InfeasibleError
from seatcast.planning.programme.programme import UNLIMITED, Programme
from seatcast.planning.programme.seating import Seating
from seatcast.seats.shortfall import Shortfall

KEPT = 1e-6  # of a limit: less than this is none of it
NEAR = 1e-3  # how nearly the smallest target is worked out, as a share of it


def refusal(programme: Programme, limits: Limits, shortfall: Shortfall, *, nodes: int) -> PlanError:
    """Return the error that names the smallest target which can be reached, and the constraint that binds.

    Parameters
    ----------
    programme : Programme
        Of which no plan keeps all limits.
    limits : Limits
        As they were given.
    shortfall : Shortfall
    nodes : int
        Branches to look at for each of the questions asked of the solver.
    """
    means = list(_beyond_the_means(programme, shortfall, nodes))
    if means:
        return PlanError.of(means)
    for said in _beyond_reach(programme, limits, shortfall, nodes):
        return PlanError.of([said])
    if len(programme.committed) > 1:
        return PlanError.of([_("limits: the committed options cannot be combined; drop one of them.")])
    return PlanError.of([_("limits: no plan keeps them together; take one of them back.")])


def _beyond_the_means(programme: Programme, shortfall: Shortfall, nodes: int) -> Iterator[str]:
    """Yield what the committed options need of money and of teachers beyond what there is, each without the other."""
    free = replace(programme, most_left=np.zeros(0), most_idle=UNLIMITED)
    every = np.ones(len(programme.years))
    rich, staffed = _freed(free)
    if over := _over(staffed, "budget", every, nodes):
        said = _(
            "limits: the committed options cannot be paid for; {more} more by {year} would do, at the least. "
            "The budget binds."
        )
        amount = money(np.ceil(over * 100) / 100, shortfall.area.money, decimals=2)
        yield said.format(more=amount, year=_first_short(programme))
    if over := _over(rich, "teachers", every, nodes):
        yield _(
            "limits: the committed options need {more:,.0f} more teachers, at the least. The number of teachers binds."
        ).format(more=np.ceil(over - KEPT))


def _beyond_reach(programme: Programme, limits: Limits, shortfall: Shortfall, nodes: int) -> Iterator[str]:
    """Yield which target cannot be reached, the one that can, and what binds."""
    if limits.floor:
        room, seekers, statuses = limits.room(shortfall)
        over, binds = _too_few_left(programme, room, seekers, nodes)
        if over:
            best = {status: max(limits.floor[status] - over, 0.0) for status in statuses}
            status = max(best, key=lambda one: limits.floor[one] - best[one])
            said = _(
                "limits: a floor of {floor:.1%} for {status} cannot be kept in every year; up to {best:.1%} can. "
                "{binds}"
            )
            label = next(of.label for of in shortfall.area.statuses if of.status == status)
            best_told = np.floor(best[status] * 1000) / 1000
            yield said.format(floor=limits.floor[status], status=label, best=best_told, binds=binds)
    if limits.unplaced:
        most = limits.unplaced_by_year(shortfall)
        over, binds = _too_few_left(programme, most, np.isfinite(most).astype(float), nodes)
        if over:
            said = _(
                "limits: children left without a seat (unplaced) cannot be kept so few; with {over:,.0f} more in each "
                "year they can, {told}. {binds}"
            )
            enough = {year: np.ceil(children + over - KEPT) for year, children in sorted(limits.unplaced.items())}
            told = "; ".join(f"{year}: {children:,.0f}" for year, children in enough.items())
            yield said.format(over=np.ceil(over - KEPT), told=told, binds=binds)
    if limits.floor and limits.unplaced:
        over, binds = _too_few_left(programme, programme.most_left, np.ones(len(programme.years)), nodes)
        if over:
            said = _(
                "limits: the floor and unplaced can be kept each, but not together; with {over:,.0f} more children "
                "left in each year they can. {binds}"
            )
            yield said.format(over=np.ceil(over - KEPT), binds=binds)
    if np.isfinite(programme.most_idle):
        least = _least_idle(programme, nodes)
        if least > programme.most_idle + KEPT:
            said = _("limits: an idle share of {share:.1%} cannot be kept in every year; {best:.1%} can. {binds}")
            best = np.ceil(least * 1000) / 1000
            binds = _binding([least, *(_least_idle(one, nodes) for one in _freed(programme))])
            yield said.format(share=programme.most_idle, best=best, binds=binds)


def _too_few_left(programme: Programme, most: Floats, step: Floats, nodes: int) -> tuple[float, str]:
    """Return by how much of `step` more children than `most` must be left, and what binds; 0 if `most` can be kept."""
    kept = replace(programme, most_left=most, most_idle=UNLIMITED)
    over = _over(kept, "left", step, nodes)
    return over, _binding([over, *(_over(one, "left", step, nodes) for one in _freed(kept))]) if over else ""


def _over(programme: Programme, limit: Limit, step: Floats, nodes: int) -> float:
    """Return by how much of `step` a limit must be broken at the least; 0 if it can be kept, or if another cannot."""
    over = _eased(programme, limit, step, nodes)[0]
    return over if over > KEPT else 0.0


def _eased(programme: Programme, limit: Limit, step: Floats, nodes: int) -> tuple[float, Floats, Seating]:
    """Return by how much of `step` a limit must be broken, negative if it need not be; by which plan that is."""
    seating = Seating(programme)
    choices = Choices(programme, seating, Eased(limit, step))
    try:
        found = solve(choices.master, choices.theta, seating, nodes=nodes, gap=NEAR)
    except InfeasibleError:
        return 0.0, np.zeros(0), seating
    return found.objective, found.values, seating


def _least_idle(programme: Programme, nodes: int) -> float:
    """Return the smallest share of idle seats that can be kept in every year.

    The share of a plan that comes nearest to a share asked for is asked for next, until none comes nearer (Dinkelbach
    1967, Management Science 13).
    """
    share, seats = programme.most_idle, (programme.weight @ (programme.idle + programme.pupils).sum(axis=1))
    while True:
        over, values, seating = _eased(replace(programme, most_idle=share), "idle", seats, nodes)
        if not len(values) or abs(over) <= NEAR:
            return share
        x, theta = np.append(1.0, values[: len(programme.starts)]), values[len(programme.starts) :]
        shares = []
        for t in range(len(programme.years)):
            idle, all_seats = seating.expected_seats(t)
            shares.append(float((idle @ x + theta[seating.all_left(t)]) / (all_seats @ x)))
        if max(shares) == share:
            return share
        share = max(shares)


def _freed(programme: Programme) -> tuple[Programme, Programme]:
    """Return the programme with all the money, and with all the teachers, that there could be."""
    return programme.rich(), replace(programme, teachers=np.full(len(programme.years), np.inf))


def _binding(least: list[float]) -> str:
    """Return which constraint binds, by the smallest target as it is, with more money and with more teachers."""
    now, with_money, with_teachers = least
    if with_money < now - KEPT and with_money <= with_teachers:
        return _("The budget binds.")
    if with_teachers < now - KEPT:
        return _("The number of teachers binds.")
    return _("The options and the years in which they open bind: more money alone would not do.")


def _first_short(programme: Programme) -> int:
    """Return the first year by which the committed options cost more than there is money."""
    from seatcast.planning.spending import spending

    spent = np.zeros(len(programme.years))
    for option in programme.options:
        if option.option in programme.committed:
            spent += spending(option, programme.committed[option.option], programme.years).cost
    short = np.cumsum(spent) > np.cumsum(programme.budget) + KEPT
    return programme.years[int(short.argmax())] if short.any() else programme.years[-1]
