"""The best plan by trying them all: every start year of every option, every year's children as a flow."""

from itertools import product

import networkx as nx
import numpy as np

from seatcast.planning.option import Effect, Option
from seatcast.planning.programme.programme import Programme
from seatcast.planning.spending import spending


def cheapest(programme: Programme) -> float:
    """Return the objective of the best plan."""
    choices = [[None, *range(len(programme.years))] for _ in programme.options]
    worths = (worth(programme, starts) for starts in product(*choices))
    return min(found for found in worths if found is not None)


def worth(p: Programme, starts: tuple[int | None, ...]) -> float | None:
    """Return the objective of one plan, None if it is not allowed."""
    started = {o.option: s for o, s in zip(p.options, starts, strict=True) if s is not None}
    for option in p.options:
        if option.option in started:
            if any(other in started for other in option.excludes):
                return None
            if any(started.get(other, 99) > started[option.option] for other in option.requires):
                return None
    spent = [spending(o, p.years[started[o.option]], p.years) for o in p.options if o.option in started]
    purse = staff = 0.0
    total = -p.discount[-1] * sum(of.salvage for of in spent)
    for t, year in enumerate(p.years):
        serving = [
            (o, effect, t - started[o.option] - o.lead_years)
            for o, effect in zip(p.options, p.effects, strict=True)
            if o.option in started and year in o.service(p.years[started[o.option]])
        ]
        cost = sum(float(of.cost[t]) for of in spent)
        purse += p.budget[t] - cost
        staff += p.teachers[t]
        if purse < -1e-9 or sum(of.teachers[t] for of in spent) > staff + 1e-9:
            return None
        left = left_out(p, serving, t)
        if left is None:
            return None
        total += p.discount[t] * (cost + p.price * left)
    return total


def left_out(p: Programme, serving: list[tuple[Option, Effect, int]], t: int) -> float | None:
    """Return the seats missing in one year, None if seats are added where a school is closed.

    `serving` are the options in service and how many years each has served before.
    """
    added = dict.fromkeys(p.pools, 0.0)
    shut = {(loss.school, loss.stage) for _o, effect, _age in serving for loss in effect.closes}
    for _option, effect, age in serving:
        for gain in effect.gains:
            pool = gain.school, gain.stage
            if pool in shut:
                return None
            added[pool] += gain.seats * min((age + 1) / p.filling[p.pools.index(pool)], 1)
    graph = nx.DiGraph()
    demand = 0.0

    def ask(name: object, number: float) -> None:
        nonlocal demand
        demand += number
        graph.add_edge("children", name, capacity=number)

    for k, pool in enumerate(p.pools):
        graph.add_edge(("added", pool), ("seats", pool), capacity=added[pool])
        graph.add_edge(("seats", pool), "seated", capacity=added[pool] + (0.0 if pool in shut else p.idle[k, t]))
    for n, place in enumerate(p.places):
        ask(place, p.need[n, t])
        for k, pool in enumerate(p.pools):
            if p.reach[n, k]:
                graph.add_edge(place, ("added", pool))
    for option, effect, _age in serving:
        for access in effect.opens:
            n, k = p.places.index((access.catchment, access.stage)), p.pools.index((access.school, access.stage))
            if not p.reach[n, k]:
                bus = ("access", option.option)
                graph.add_edge(p.places[n], bus, capacity=min(access.places, p.need[n, t]))
                graph.add_edge(bus, ("seats", p.pools[k]))
        for loss in effect.gives_up:
            own = p.pools.index((loss.school, loss.stage))
            closing = np.isinf(loss.seats)
            ask(("displaced", option.option), p.pupils[own, t] if closing else loss.seats)
            for k, pool in enumerate(p.pools):
                if (p.refuge[own, k, t] and k != own) or (k == own and not closing):
                    graph.add_edge(("displaced", option.option), ("seats", pool))
    return demand - nx.maximum_flow_value(graph, "children", "seated")
