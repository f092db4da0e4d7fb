"""The best plan by trying them all: every start year of every option, every year's children as a flow in networkx."""

from functools import cache
from itertools import product

import networkx as nx
import numpy as np

from seatcast.planning.option import Effect, Option
from seatcast.planning.programme.programme import Programme
from seatcast.planning.spending import spending


def plans(p: Programme):
    """Return all plans that are allowed: the number of the year in which each option starts, None where it does not."""
    choices = [[None, *range(len(p.years))] for _ in p.options]
    return [starts for starts in product(*choices) if allowed(p, starts)]


def cheapest(p: Programme) -> float:
    """Return the objective of the best plan."""
    return min(worth(p, starts) for starts in plans(p))


def begun(p: Programme, starts: tuple[int | None, ...]) -> dict[str, int]:
    return {o.option: s for o, s in zip(p.options, starts, strict=True) if s is not None}


def allowed(p: Programme, starts: tuple[int | None, ...]) -> bool:
    """Whether a plan keeps what binds options, money, teachers and limits."""
    started = begun(p, starts)
    for option in p.options:
        if option.option in started:
            if any(other in started for other in option.excludes):
                return False
            if any(started.get(other, 99) > started[option.option] for other in option.requires):
                return False
    spent = [spending(o, p.years[started[o.option]], p.years) for o in p.options if o.option in started]
    if any((np.cumsum(p.budget) < np.cumsum(sum((of.cost for of in spent), np.zeros(len(p.years)))) - 1e-9).tolist()):
        return False
    if any((np.cumsum(p.teachers) < sum((of.teachers for of in spent), np.zeros(len(p.years))) - 1e-9).tolist()):
        return False
    return not any(adds_where_shut(serving(p, started, w, t)) for w in futures(p) for t in range(len(p.years)))


def futures(p: Programme) -> range:
    return range(len(p.weight))


def worth(p: Programme, starts: tuple[int | None, ...]) -> float:
    """Return the objective of a plan."""
    started, total = begun(p, starts), 0.0
    for j, option in enumerate(p.options):
        if option.option in started:
            for w in futures(p):
                of = spending(option, p.years[started[option.option]], p.years, int(p.late[w, j]))
                total += p.weight[w] * (p.discount @ of.cost - p.discount[-1] * of.salvage)
    step = p.price - np.append(p.price[1:], 0)
    harm = np.array(
        [sum(p.discount[t] * (step @ left_out(p, started, w, t)) for t in range(len(p.years))) for w in futures(p)]
    )
    return float(total + (1 - p.tail_weight) * (p.weight @ harm) + p.tail_weight * worst(harm, p.weight, p.tail))


def worst(harm, weight, tail: float) -> float:
    """Return the mean of the worst futures: min over eta of eta + E (harm - eta)+ / tail."""
    return min(eta + weight @ np.maximum(harm - eta, 0) / tail for eta in harm)


def serving(p: Programme, started: dict[str, int], w: int, t: int) -> list[tuple[Option, Effect, int]]:
    """Return the options in service in a future and year, and how many years each has served before."""
    found = []
    for j, (option, effect) in enumerate(zip(p.options, p.effects, strict=True)):
        if option.option in started:
            service = option.service(p.years[started[option.option]], int(p.late[w, j]))
            if p.years[t] in service:
                found.append((option, effect, p.years[t] - service.start))
    return found


def adds_where_shut(found: list[tuple[Option, Effect, int]]) -> bool:
    shut = [(loss.school, loss.stage) for _o, effect, _age in found for loss in effect.closes]
    added = {(gain.school, gain.stage) for _o, effect, _age in found for gain in effect.gains}
    return bool(added & set(shut)) or len(shut) > len(set(shut))


def left_out(p: Programme, started: dict[str, int], w: int, t: int) -> list[float]:
    """Return the children left out in a future and year, of the levels up to each."""
    ages = tuple((p.options.index(option), age) for option, _effect, age in serving(p, started, w, t))
    return [_left(p, ages, q, w, t) for q in range(len(p.price))]


@cache
def _left(p: Programme, ages: tuple[tuple[int, int], ...], level: int, w: int, t: int) -> float:
    found = [(p.options[j], p.effects[j], age) for j, age in ages]
    need = p.need[w, : level + 1, :, t].sum(axis=0)
    added = dict.fromkeys(p.pools, 0.0)
    shut = {(loss.school, loss.stage) for _o, effect, _age in found for loss in effect.closes}
    for option, effect, age in found:
        for gain in effect.gains:
            pool = gain.school, gain.stage
            added[pool] += gain.seats * min((age + 1) / p.filling[p.pools.index(pool)], option.filled(age), 1)
    graph = nx.DiGraph()
    demand = 0.0

    def ask(name: object, number: float) -> None:
        nonlocal demand
        demand += number
        graph.add_edge("children", name, capacity=number)

    for k, pool in enumerate(p.pools):
        graph.add_edge(("added", pool), ("seats", pool), capacity=added[pool])
        graph.add_edge(("seats", pool), "seated", capacity=added[pool] + (0.0 if pool in shut else p.idle[w, k, t]))
    for n, place in enumerate(p.places):
        ask(place, need[n])
        for k, pool in enumerate(p.pools):
            if p.open[n, k]:
                graph.add_edge(place, ("seats", pool))
            elif p.reach[n, k]:
                graph.add_edge(place, ("added", pool))
    for option, effect, _age in found:
        for access in effect.opens:
            n, k = p.places.index((access.catchment, access.stage)), p.pools.index((access.school, access.stage))
            if not p.reach[n, k] and not p.open[n, k]:
                bus = ("access", option.option)
                graph.add_edge(p.places[n], bus, capacity=min(access.places, need[n]))
                graph.add_edge(bus, ("seats", p.pools[k]))
        for loss in effect.gives_up:
            own = p.pools.index((loss.school, loss.stage))
            closing = np.isinf(loss.seats)
            ask(("displaced", option.option), p.pupils[w, own, t] if closing else loss.seats)
            for k, pool in enumerate(p.pools):
                if (p.refuge[own, k, t] and k != own) or (k == own and not closing):
                    graph.add_edge(("displaced", option.option), ("seats", pool))
    return demand - nx.maximum_flow_value(graph, "children", "seated")
