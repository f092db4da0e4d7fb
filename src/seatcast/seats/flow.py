"""The most children that any rule could seat, compiled: a maximum flow per year, stage and draw, tier by tier.

Source -> children of a catchment, entrants and others apart -> the schools they may attend -> sink. Entrants pass a
node of the school that holds its entry seats, all pass one that holds its free seats. One residual graph: the first
order is pushed to its maximum, then the next is added and the search goes on; an earlier order never loses (its
children may be moved to another school), so that the totals are those of separate flows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.core.threads import side_by_side
from seatcast.seats.maximum_flow import SINK, SOURCE, Network, augment, network, ways_out

TINY = 1e-6  # children: less than what single precision leaves of a seat
BLOCKS = 64  # of draws, which threads take in turn
Many = npt.NDArray[np.float64]


class Graph(NamedTuple):
    """What the arcs of one year and stage stand for.

    Attributes
    ----------
    limit : (arc,), what may pass: infinite but where a link has few places; 0 for opposite arcs
    supply : (catchment, side), the arc from the source; side 0 for entrants, 1 for others; -1 where nobody is
    entry, seats : (school,), the arcs that hold its entry seats and its free seats
    """

    limit: npt.NDArray[np.float64]
    supply: npt.NDArray[np.int64]
    entry: npt.NDArray[np.int64]
    seats: npt.NDArray[np.int64]


def graph(zone: npt.NDArray[np.int64], school: npt.NDArray[np.int64], places: npt.NDArray[np.float64],
          others: npt.NDArray[np.bool_], schools: int) -> tuple[Network, Graph]:  # fmt: skip
    """Return the network of the links (catchment, school, places); infinite places limit nothing.

    `others` says which catchments have children beyond the entry grade: the rest need only half the arcs.
    """
    zones = len(others)
    sides = np.full((zones, 2), -1)
    sides[:, 0] = 2 + np.arange(zones)
    sides[others, 1] = 2 + zones + np.arange(others.sum())
    entry = 2 + zones + int(others.sum())
    seats = entry + schools
    both = others[zone]
    ends = [
        (np.full(entry - 2, SOURCE), np.arange(2, entry), np.full(entry - 2, np.inf)),
        (sides[zone, 0], entry + school, places),
        (sides[zone[both], 1], seats + school[both], places[both]),
        (entry + np.arange(schools), seats + np.arange(schools), np.full(schools, np.inf)),
        (seats + np.arange(schools), np.full(schools, SINK), np.full(schools, np.inf)),
    ]
    tail, head, limit = (np.concatenate(part) for part in zip(*ends, strict=True))
    net, position = network(tail.astype(np.int64), head.astype(np.int64), seats + schools)
    room = np.zeros(len(net.to))
    room[position] = limit
    of_school = len(position) - 2 * schools
    return net, Graph(
        room,
        np.where(sides < 0, -1, position[sides - 2]),
        position[of_school : of_school + schools],
        position[of_school + schools : of_school + 2 * schools],
    )


def most(net: Network, graph: Graph, children: Many, entry_seats: Many, seats: Many) -> tuple[npt.NDArray[Any], ...]:
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
    found = (
        np.zeros((orders, draws)), np.zeros((zones, draws), np.float32), np.zeros((zones, draws), bool),
        np.zeros((len(seats), draws), bool), np.zeros((zones, draws), bool),
    )  # fmt: skip

    def seat(block: range) -> None:
        _most(net, graph, children, entry_seats, seats, block.start, block.stop, *found)

    cuts = np.linspace(0, draws, min(draws, BLOCKS) + 1).astype(int).tolist()
    side_by_side(seat, [range(*ends) for ends in pairwise(cuts)])
    return found


@nb.njit(cache=True, nogil=True)
def _most(net, graph, children, entry_seats, seats, begin, end, served, left, short, full, stuck):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Seat the children of some draws; see `most`."""
    orders, zones = children.shape[:2]
    level = np.empty(net.first.shape[0] - 1, np.int32)
    queue = np.empty(level.shape[0], np.uint32)
    room = np.empty_like(graph.limit)
    for d in range(begin, end):
        for a in range(room.shape[0]):
            room[a] = graph.limit[a]
        for z in range(zones):
            for side in range(2):
                if graph.supply[z, side] >= 0:
                    room[graph.supply[z, side]] = 0.0
        for i in range(seats.shape[0]):
            room[graph.entry[i]] = entry_seats[i, d]
            room[graph.seats[i]] = seats[i, d]
        for o in range(orders):
            for z in range(zones):
                for side in range(2):
                    if graph.supply[z, side] >= 0:
                        room[graph.supply[z, side]] += children[o, z, side, d]
            served[o, d] = _direct(net, graph, room) + augment(net, room, level, queue, TINY)
        for z in range(zones):
            for side in range(2):
                arc = graph.supply[z, side]
                if arc >= 0:
                    left[z, d] += room[arc]
                    short[z, d] |= level[net.to[arc]] >= 0
        for i in range(seats.shape[0]):
            full[i, d] = level[net.to[net.back[graph.seats[i]]]] >= 0
        ways_out(net, room, level, queue, TINY)
        for z in range(zones):
            stuck[z, d] = level[net.to[graph.supply[z, 0]]] < 0


@nb.njit(cache=True)
def _direct(net, graph, room):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Seat who can be seated without moving another, others before entrants, and return how many they are.

    These are the paths that a search would find first; most children need no other.
    """
    total, schools = 0.0, graph.seats.shape[0]
    first = net.to[net.back[graph.entry[0]]] if schools > 0 else 0
    for side in range(1, -1, -1):
        for supply in graph.supply[:, side]:
            if supply < 0 or room[supply] <= TINY:
                continue
            node = net.to[supply]
            for a in range(net.first[node], net.first[node + 1]):
                i = np.int64(net.to[a]) - np.int64(first) - side * schools
                if i < 0 or room[graph.seats[i]] <= TINY:
                    continue
                pushed = min(room[supply], room[a], room[graph.seats[i]])
                if side == 0:
                    pushed = min(pushed, room[graph.entry[i]])
                if pushed > TINY:
                    for arc in (np.uint64(supply), a, np.uint64(graph.seats[i])):
                        room[arc] -= pushed
                        room[net.back[arc]] += pushed
                    if side == 0:
                        room[graph.entry[i]] -= pushed
                        room[net.back[graph.entry[i]]] += pushed
                    total += pushed
                if room[supply] <= TINY:
                    break
    return total
