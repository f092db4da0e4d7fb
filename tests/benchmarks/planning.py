"""The planner against the extensive form, the mean-value plan and a greedy plan; nothing here passes or fails.

python tests/benchmarks/planning.py [seconds for the extensive form]        (about seven minutes on two cores)

A generated city: 60 options x 10 years x 100 futures x 200 catchments x 90 sites, eight sites in the reach of each
catchment, seats of every site open to all in its reach. One run: the planner's time to a proven gap of 1 percent, the
extensive form's (all futures in one mixed-integer programme, HiGHS on all cores) to 5 percent; then the discounted cost
of each plan, children left out at their price among it, on 1,000 futures that none of them has seen.
"""

import sys
import time
from dataclasses import replace

import numpy as np

from seatcast.planning.kinds.building import Extension
from seatcast.planning.programme.programme import Programme
from seatcast.planning.programme.seating import Seating
from seatcast.planning.spending import spending

OPTIONS, YEARS, FUTURES, ZONES, SITES, NEAR, UNSEEN = 60, 10, 100, 200, 90, 8, 1000
FIRST = 2027


def city(seed=7):
    """Return the programme of the 100 futures, and the children of 1,000 others: (future, level, place, year)."""
    rng = np.random.default_rng(seed)
    homes, sites = rng.random((ZONES, 2)), rng.random((SITES, 2))
    near = np.argsort(np.linalg.norm(homes[:, None] - sites, axis=2), axis=1)[:, :NEAR]
    reach = np.zeros((ZONES, SITES), bool)
    reach[np.arange(ZONES)[:, None], near] = True
    mean = rng.gamma(4, 25, ZONES)
    growth = rng.normal(0.02, 0.05, ZONES)
    there = np.where(rng.random(SITES) < 0.78, rng.gamma(5, 1, SITES), 0.0)
    seats = there / there.sum() * mean.sum()

    def children(number):
        shared = 0.05 * rng.standard_normal((number, 1, YEARS)).cumsum(axis=2)
        own = 0.07 * rng.standard_normal((number, ZONES, YEARS)).cumsum(axis=2)
        trend = np.exp(growth[:, None] * np.arange(1, YEARS + 1))
        return (mean[:, None] * trend * np.exp(shared + own))[:, None]

    built = rng.permutation(SITES)[:OPTIONS]
    options = tuple(
        Extension(
            option=f"O{j:02d}", name=f"O{j:02d}", school=f"s{site}", stage="e", seats=float(size),
            cost=float(size * rng.uniform(8, 14) + 300), running_cost=float(size * rng.uniform(0.2, 0.5)),
            lead_years=int(rng.integers(0, 3)), life_years=int(rng.choice([5, 40], p=[0.2, 0.8])),
        )
        for j, (site, size) in enumerate(zip(built, rng.choice([90, 180, 270, 450], OPTIONS), strict=True))
    )  # fmt: skip
    seen, unseen = children(FUTURES), children(UNSEEN)
    programme = Programme(
        options, tuple(option.effect(None) for option in options), tuple(range(FIRST, FIRST + YEARS)),
        tuple((f"z{z}", "e") for z in range(ZONES)), tuple((f"s{i}", "e") for i in range(SITES)),
        np.full(FUTURES, 1 / FUTURES), seen, np.tile(seats[:, None], (FUTURES, 1, YEARS)),
        np.zeros((FUTURES, SITES, YEARS)), np.zeros((FUTURES, OPTIONS), int), reach, reach,
        np.zeros((SITES, SITES, YEARS), bool), np.ones(SITES), 0.96 ** np.arange(1, YEARS + 1),
        np.full(YEARS, 9000.0), np.full(YEARS, np.inf), np.array([4.0]), (("all",),),
    )  # fmt: skip
    return programme, unseen


def on(programme, need, weight=None):
    """Return the programme in other futures."""
    number = len(need)
    same = {name: np.repeat(getattr(programme, name)[:1], number, axis=0) for name in ("idle", "pupils", "late")}
    return replace(programme, need=need, weight=np.full(number, 1 / number) if weight is None else weight, **same)


def greedy(programme):
    """Return the plan of always starting what gains most, by the shadow prices, as long as it pays and can be paid."""
    seating, x, barred = Seating(programme), np.zeros(len(programme.starts)), set()
    worth = programme.cost @ x + seating.price @ (cuts := seating.at(x)).value
    spent = np.array([spending(programme.options[j], FIRST + t, programme.years).cost for j, t in programme.starts])
    money = np.cumsum(programme.budget)
    while True:
        gain = -(programme.cost + seating.price @ cuts.slope)
        used = {programme.starts[k][0] for k in np.flatnonzero(x)}
        order = [k for k in np.argsort(-gain) if k not in barred and programme.starts[k][0] not in used and gain[k] > 0]
        k = next((k for k in order if (np.cumsum(x @ spent + spent[k]) <= money).all()), None)
        if k is None:
            return {programme.options[j].option: FIRST + t for i, (j, t) in enumerate(programme.starts) if x[i]}
        x[k] = 1.0
        now = programme.cost @ x + seating.price @ (more := seating.at(x)).value
        if now < worth:
            worth, cuts = now, more
        else:
            x[k] = 0.0
            barred.add(k)


def said(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def coefficients(programme):
    """Return the extensive form's columns, rows and values, in the order of columns, and its numbers of columns, rows.

    Columns: starts, flows by block (future and year) and link, children left by block and zone. Rows: children by block
    and zone, seats by block and site, each option once, money by year.
    """
    starts, (z, i) = programme.starts, np.nonzero(programme.reach)
    blocks = FUTURES * YEARS
    block = np.arange(blocks)
    flow = len(starts) + block[:, None] * len(z) + np.arange(len(z))
    left = flow.max() + 1 + block[:, None] * ZONES + np.arange(ZONES)
    zone = block[:, None] * ZONES + np.arange(ZONES)
    site = ZONES * blocks + block[:, None] * SITES + np.arange(SITES)
    once = int(site.max()) + 1
    money = once + OPTIONS + np.arange(YEARS)
    spent = np.array([spending(programme.options[j], FIRST + t, programme.years).cost for j, t in starts])
    found = [(flow, zone[:, z], 1.0), (left, zone, 1.0), (flow, site[:, i], 1.0)]
    for k, (j, t) in enumerate(starts):
        of = programme.options[j]
        at = [b for b in block if FIRST + b % YEARS in of.service(FIRST + t)]
        found.append((np.full(len(at), k), site[at, programme.pools.index((of.school, of.stage))], -of.seats))
        found.append((np.array([k]), np.array([once + j]), 1.0))
        found.append((np.full(YEARS, k), money, np.cumsum(spent[k])))
    column, row, value = (
        np.concatenate([np.broadcast_to(part[n], np.shape(part[0])).ravel() for part in found]) for n in range(3)
    )
    order = np.lexsort((row, column))
    return column[order], row[order], value[order], int(left.max()) + 1, int(money[-1]) + 1


def extensive(programme, seconds, gap):
    """Solve all futures at once; return the seconds taken, the objective and the gap."""
    import highspy

    begun = time.perf_counter()
    column, row, value, columns, rows = coefficients(programme)
    number, weight = len(programme.starts), np.repeat(programme.weight, YEARS) * np.tile(programme.discount, FUTURES)
    need, idle = programme.need[:, 0].transpose(0, 2, 1).ravel(), programme.idle.transpose(0, 2, 1).ravel()
    harm = np.repeat(weight * programme.price[0], ZONES)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_ = np.concatenate([programme.cost, np.zeros(columns - number - len(harm)), harm])
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.where(np.arange(columns) < number, 1.0, np.inf)
    lp.row_lower_ = np.concatenate([need, np.full(rows - len(need), -np.inf)])
    lp.row_upper_ = np.concatenate([need, idle, np.ones(OPTIONS), np.cumsum(programme.budget)])
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if k < number else kinds.kContinuous for k in range(columns)]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(column, np.arange(columns + 1)).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = row.astype(np.int32), value
    highs = highspy.Highs()
    for option, setting in (("output_flag", False), ("mip_rel_gap", gap), ("time_limit", float(seconds))):
        highs.setOptionValue(option, setting)
    highs.passModel(lp)
    said(f"extensive form: {rows:,} rows, {columns:,} columns, {len(value):,} coefficients")
    highs.run()
    info = highs.getInfo()
    found, bound = info.objective_function_value, info.mip_dual_bound
    return time.perf_counter() - begun, found, (found - bound) / abs(found) if np.isfinite(found) else np.inf


def clock(work, *args, **more):
    begun = time.perf_counter()
    return work(*args, **more), time.perf_counter() - begun


def main(seconds=300.0):
    """Print the figures."""
    programme, unseen = city()
    Seating(programme).at(np.zeros(len(programme.starts)))  # compiles
    plans, took = {"nothing": {}}, {}
    for gap in (0.01, 0.003, 0.001):
        cover, took[gap] = clock(programme.solve, gap=gap, seconds=120)
        found = cover.solution
        said(f"planner, {gap:.1%} asked: {took[gap]:.1f} s, objective {found.objective:,.0f}, "
             f"proven gap {found.gap:.2%}, {found.cuts} cuts, {len(cover.starts)} starts")  # fmt: skip
        plans[f"planner {gap:.1%}"] = cover.starts
    mean, taken = clock(on(programme, programme.need.mean(axis=0, keepdims=True)).solve, gap=0.001, seconds=60)
    said(f"mean-value plan: {taken:.1f} s, gap {mean.solution.gap:.2%}")
    plans["mean value"] = mean.starts
    plans["greedy"], taken = clock(greedy, programme)
    said(f"greedy plan: {taken:.1f} s")
    others = on(programme, unseen)
    for name, starts in plans.items():
        cover, taken = clock(others.weigh, starts)
        said(f"{UNSEEN:,} unseen futures, {name}: {cover.solution.objective:,.0f} ({taken:.1f} s)")
    if seconds:
        taken, objective, gap = extensive(programme, seconds, 0.05)
        least = "" if gap <= 0.05 else "at least "
        said(f"extensive form: {taken:.0f} s, objective {objective:,.0f}, gap {gap:.2%}; to 5% it takes")
        for asked in (0.01, 0.003):
            said(f"  {least}{taken / took[asked]:.0f} times the planner's time to {asked:.1%}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
