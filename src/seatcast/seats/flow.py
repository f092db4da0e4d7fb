"""The most children that any rule could seat, compiled: a maximum flow per year, stage and draw, tier by tier.

Source -> children of a catchment, entrants and others apart -> the schools they may attend -> sink. Entrants pass a
node of the school that holds its entry seats, all pass one that holds its free seats. One residual graph: the first
order is pushed to its maximum, then the next is added and the search goes on; an earlier order never loses (its
children may be moved to another school), so that the totals are those of separate flows. Dinic's algorithm (1970).
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

TINY = 1e-6  # children: less than what single precision leaves of a seat
SOURCE, SINK = 0, 1


class Graph(NamedTuple):
    """The arcs of one year and stage; those of a node stand together.

    Attributes
    ----------
    first : (node + 1,), position of each node's first arc
    to : (arc,), the node it leads to
    back : (arc,), position of the opposite arc
    limit : (arc,), what may pass: infinite but where a link has few places; 0 for opposite arcs
    supply : (catchment, side), the arc from the source; side 0 for entrants, 1 for others
    entry, seats : (school,), the arcs that hold its entry seats and its free seats
    """

    first: npt.NDArray[np.int64]
    to: npt.NDArray[np.int64]
    back: npt.NDArray[np.int64]
    limit: npt.NDArray[np.float64]
    supply: npt.NDArray[np.int64]
    entry: npt.NDArray[np.int64]
    seats: npt.NDArray[np.int64]


def graph(zone: npt.NDArray[np.int64], school: npt.NDArray[np.int64], places: npt.NDArray[np.float64],
          zones: int, schools: int) -> Graph:  # fmt: skip
    """Return the graph of the links (catchment, school, places); infinite places limit nothing."""
    sides, entry, seats = 2 + 2 * np.arange(zones)[:, None] + [0, 1], 2 + 2 * zones, 2 + 2 * zones + schools
    ends = [
        (np.full(2 * zones, SOURCE), sides.ravel(), np.full(2 * zones, np.inf)),
        (sides[zone, 0], entry + school, places),
        (sides[zone, 1], seats + school, places),
        (entry + np.arange(schools), seats + np.arange(schools), np.full(schools, np.inf)),
        (seats + np.arange(schools), np.full(schools, SINK), np.full(schools, np.inf)),
    ]
    tail, head, limit = (np.concatenate(part) for part in zip(*ends, strict=True))
    number = len(tail)
    tails, heads = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(tails, kind="stable")
    position = np.empty(2 * number, np.int64)
    position[order] = np.arange(2 * number)
    opposite = np.concatenate([np.arange(number, 2 * number), np.arange(number)])
    first = np.concatenate([[0], np.bincount(tails, minlength=seats + schools).cumsum()])
    of_school = 2 * zones + 2 * len(zone)
    return Graph(
        first.astype(np.int64),
        heads[order].astype(np.int64),
        position[opposite[order]],
        np.concatenate([limit, np.zeros(number)])[order].astype(np.float64),
        position[: 2 * zones].reshape(zones, 2),
        position[of_school : of_school + schools],
        position[of_school + schools : of_school + 2 * schools],
    )


@nb.njit(cache=True, parallel=True)
def most(graph: Graph, children, entry_seats, seats):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return the most that can be seated in every draw, order by order.

    Parameters
    ----------
    graph : Graph
    children : (order, catchment, side, draw), children
        Who ask; order 0 comes first.
    entry_seats, seats : (school, draw), seats

    Returns
    -------
    served : (order, draw), children
    left : (catchment, draw), children of the catchment whom one best way of seating leaves out
    short : (catchment, draw), whether the catchment is on the full side of the smallest minimum cut
    full : (school, draw), whether the school is, so that another seat there would seat another child
    stuck : (catchment, draw), whether another entrant there would be one more child without a seat
    """
    orders, zones, _, draws = children.shape
    served = np.zeros((orders, draws), np.float64)
    left = np.zeros((zones, draws), np.float32)
    short, stuck = np.zeros((zones, draws), np.bool_), np.zeros((zones, draws), np.bool_)
    full = np.zeros((seats.shape[0], draws), np.bool_)
    for d in nb.prange(draws):
        room = graph.limit.copy()
        room[graph.supply.ravel()] = 0.0
        for i in range(seats.shape[0]):
            room[graph.entry[i]] = entry_seats[i, d]
            room[graph.seats[i]] = seats[i, d]
        level = np.empty(graph.first.shape[0] - 1, np.int64)
        queue = np.empty_like(level)
        for o in range(orders):
            for z in range(zones):
                for side in range(2):
                    room[graph.supply[z, side]] += children[o, z, side, d]
            served[o, d] = _augment(graph, room, level, queue)
        _levels(graph, room, level, queue)
        for z in range(zones):
            for side in range(2):
                node = graph.to[graph.supply[z, side]]
                left[z, d] += room[graph.supply[z, side]]
                short[z, d] |= level[node] >= 0
        for i in range(seats.shape[0]):
            full[i, d] = level[graph.to[graph.back[graph.seats[i]]]] >= 0
        _ways_out(graph, room, level, queue)
        for z in range(zones):
            stuck[z, d] = level[graph.to[graph.supply[z, 0]]] < 0
    return served, left, short, full, stuck


@nb.njit(cache=True)
def _levels(graph, room, level, queue):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the steps from the source into `level`, -1 where there is no way, as far as the sink's own level."""
    level[:] = -1
    level[SOURCE] = 0
    queue[0] = SOURCE
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        if level[SINK] >= 0 and level[u] >= level[SINK]:
            break
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.to[a]
            if level[v] < 0 and room[a] > TINY:
                level[v] = level[u] + 1
                queue[tail] = v
                tail += 1


@nb.njit(cache=True)
def _ways_out(graph, room, level, queue):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the steps to the sink into `level`, -1 where there is no way."""
    level[:] = -1
    level[SINK] = 0
    queue[0] = SINK
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.to[a]
            if v != SOURCE and level[v] < 0 and room[graph.back[a]] > TINY:
                level[v] = level[u] + 1
                queue[tail] = v
                tail += 1


@nb.njit(cache=True)
def _augment(graph, room, level, queue):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Push all that can still flow, and return how much it was."""
    total = 0.0
    turn = np.empty_like(level)
    path = np.empty(level.shape[0], np.int64)
    while True:
        _levels(graph, room, level, queue)
        if level[SINK] < 0:
            return total
        turn[:] = graph.first[:-1]
        u, depth = SOURCE, 0
        while True:
            if u == SINK:
                pushed = np.inf
                for k in range(depth):
                    pushed = min(pushed, room[path[k]])
                cut = depth
                for k in range(depth - 1, -1, -1):
                    room[path[k]] -= pushed
                    room[graph.back[path[k]]] += pushed
                    if room[path[k]] <= TINY:
                        cut = k
                total += pushed
                depth = cut
                u = graph.to[graph.back[path[cut]]]
                continue
            end = graph.first[u + 1]
            while turn[u] < end:
                a = turn[u]
                if room[a] > TINY and level[graph.to[a]] == level[u] + 1:
                    break
                turn[u] += 1
            if turn[u] < end:
                path[depth] = turn[u]
                u = graph.to[turn[u]]
                depth += 1
            elif u == SOURCE:
                break
            else:
                depth -= 1
                u = graph.to[graph.back[path[depth]]]
                turn[u] += 1
