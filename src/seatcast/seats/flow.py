"""The most children that any rule could seat, compiled: a maximum flow per year, stage and draw, tier by tier.

Source -> children of a catchment, entrants and others apart -> the schools they may attend -> sink. Entrants pass a
node of the school that holds its entry seats, all pass one that holds its free seats. One residual graph: the first
order is pushed to its maximum, then the next is added and the search goes on; an earlier order never loses (its
children may be moved to another school), so that the totals are those of separate flows.
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.seats.maximum_flow import SINK, SOURCE, Network, augment, levels, network, ways_out

TINY = 1e-6  # children: less than what single precision leaves of a seat


class Graph(NamedTuple):
    """What the arcs of one year and stage stand for.

    Attributes
    ----------
    limit : (arc,), what may pass: infinite but where a link has few places; 0 for opposite arcs
    supply : (catchment, side), the arc from the source; side 0 for entrants, 1 for others
    entry, seats : (school,), the arcs that hold its entry seats and its free seats
    """

    limit: npt.NDArray[np.float64]
    supply: npt.NDArray[np.int64]
    entry: npt.NDArray[np.int64]
    seats: npt.NDArray[np.int64]


def graph(zone: npt.NDArray[np.int64], school: npt.NDArray[np.int64], places: npt.NDArray[np.float64],
          zones: int, schools: int) -> tuple[Network, Graph]:  # fmt: skip
    """Return the network of the links (catchment, school, places); infinite places limit nothing."""
    sides, entry, seats = 2 + 2 * np.arange(zones)[:, None] + [0, 1], 2 + 2 * zones, 2 + 2 * zones + schools
    ends = [
        (np.full(2 * zones, SOURCE), sides.ravel(), np.full(2 * zones, np.inf)),
        (sides[zone, 0], entry + school, places),
        (sides[zone, 1], seats + school, places),
        (entry + np.arange(schools), seats + np.arange(schools), np.full(schools, np.inf)),
        (seats + np.arange(schools), np.full(schools, SINK), np.full(schools, np.inf)),
    ]
    tail, head, limit = (np.concatenate(part) for part in zip(*ends, strict=True))
    net, position = network(tail.astype(np.int64), head.astype(np.int64), seats + schools)
    room = np.zeros(len(net.to))
    room[position] = limit
    of_school = 2 * zones + 2 * len(zone)
    return net, Graph(
        room,
        position[: 2 * zones].reshape(zones, 2),
        position[of_school : of_school + schools],
        position[of_school + schools : of_school + 2 * schools],
    )


@nb.njit(cache=True, parallel=True)
def most(net: Network, graph: Graph, children, entry_seats, seats):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return the most that can be seated in every draw, order by order.

    Parameters
    ----------
    net : Network
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
        level = np.empty(net.first.shape[0] - 1, np.int64)
        queue = np.empty_like(level)
        for o in range(orders):
            for z in range(zones):
                for side in range(2):
                    room[graph.supply[z, side]] += children[o, z, side, d]
            served[o, d] = augment(net, room, level, queue, TINY)
        levels(net, room, level, queue, TINY)
        for z in range(zones):
            for side in range(2):
                node = net.to[graph.supply[z, side]]
                left[z, d] += room[graph.supply[z, side]]
                short[z, d] |= level[node] >= 0
        for i in range(seats.shape[0]):
            full[i, d] = level[net.to[net.back[graph.seats[i]]]] >= 0
        ways_out(net, room, level, queue, TINY)
        for z in range(zones):
            stuck[z, d] = level[net.to[graph.supply[z, 0]]] < 0
    return served, left, short, full, stuck
