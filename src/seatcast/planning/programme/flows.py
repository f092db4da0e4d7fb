"""The flows of children into seats, compiled: one in each future, year and level of price; and the cuts they leave.

Source -> children of a place, displaced pupils -> seats added at a school, for those in whose reach they lie -> all its
seats, those there are among them -> sink. What a start adds to an arc is linear in the start, so that every set of
nodes with the source bounds what is left out by a plane: the children in the set less the seats on arcs that leave it.
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.planning.programme.terms import Table
from seatcast.seats.maximum_flow import Network, augment

Positions = npt.NDArray[np.int64]
LEAST = 1e-9  # children


class Arcs(NamedTuple):
    """Where the arcs of each kind are in the network; a node is given by the arc that leads to it.

    Attributes
    ----------
    child, displaced : (place,), (loss,)
        From the source.
    added, seats : (pool,)
        From seats added to all seats, and from these to the sink.
    reach : (link,), with reach_place and reach_pool
        To seats added.
    way : (way,), with way_place, way_pool and way_places
        To all seats, which a start opens.
    free : (link,)
        To all seats, without limit.
    refuge : (link,), with refuge_from (link, year)
        Of displaced pupils to all seats; where it is open.
    """

    child: Positions
    displaced: Positions
    added: Positions
    seats: Positions
    reach: Positions
    reach_place: Positions
    reach_pool: Positions
    way: Positions
    way_place: Positions
    way_pool: Positions
    way_places: npt.NDArray[np.float64]
    free: Positions
    refuge: Positions
    refuge_open: npt.NDArray[np.bool_]


@nb.njit(cache=True, nogil=True)
def seat(  # type: ignore[no-untyped-def]  # noqa: ANN201
    net: Network, arcs: Arcs, gain: Table, shut: Table, lost: Table, opened: Table,
    timing, need, idle, take, x, futures, left, side, rest,  # noqa: ANN001
):  # fmt: skip
    """Write what is left out in `futures`, the nodes on the source's side of a smallest cut, and who is left where.

    Parameters
    ----------
    timing : (future,)
    need : (future, year, level, place), children of the levels up to each
    idle : (future, year, pool)
    take : (future, year, loss)
    x : (start,)
    left : (future, year, level), written
    side : (future, year, level, node), written
    rest : (future, year, place and loss), written: who is left, of all levels
    """
    room = np.empty(net.to.shape[0], np.float64)
    level = np.empty(net.first.shape[0] - 1, np.int32)
    queue = np.empty(level.shape[0], np.uint32)
    for w in futures:
        v = timing[w]
        for t in range(need.shape[1]):
            for q in range(need.shape[2]):
                room[:] = 0.0
                supply = 0.0
                for n in range(arcs.child.shape[0]):
                    room[arcs.child[n]] = need[w, t, q, n]
                    supply += need[w, t, q, n]
                for i in range(arcs.displaced.shape[0]):
                    gone = 0.0
                    for m in range(lost.first[i], lost.first[i + 1]):
                        gone += lost.amount[v, t, m] * x[lost.column[m]]
                    room[arcs.displaced[i]] = gone * take[w, t, i]
                    supply += gone * take[w, t, i]
                if supply <= LEAST:
                    left[w, t, q] = supply
                    side[w, t, q] = False
                    continue
                for p in range(arcs.added.shape[0]):
                    more, still = 0.0, 1.0
                    for m in range(gain.first[p], gain.first[p + 1]):
                        more += gain.amount[v, t, m] * x[gain.column[m]]
                    for m in range(shut.first[p], shut.first[p + 1]):
                        still -= shut.amount[v, t, m] * x[shut.column[m]]
                    room[arcs.added[p]] = more
                    room[arcs.seats[p]] = more + idle[w, t, p] * max(still, 0.0)
                for i in range(arcs.reach.shape[0]):
                    p, most = arcs.reach_pool[i], need[w, t, q, arcs.reach_place[i]]
                    for m in range(gain.first[p], gain.first[p + 1]):
                        room[arcs.reach[i]] += min(gain.amount[v, t, m], most) * x[gain.column[m]]
                for i in range(arcs.way.shape[0]):
                    most = min(arcs.way_places[i], need[w, t, q, arcs.way_place[i]])
                    for m in range(opened.first[i], opened.first[i + 1]):
                        room[arcs.way[i]] += most * opened.amount[v, t, m] * x[opened.column[m]]
                for i in range(arcs.free.shape[0]):
                    room[arcs.free[i]] = np.inf
                for i in range(arcs.refuge.shape[0]):
                    if arcs.refuge_open[i, t]:
                        room[arcs.refuge[i]] = np.inf
                left[w, t, q] = supply - augment(net, room, level, queue, LEAST)
                for node in range(level.shape[0]):
                    side[w, t, q, node] = level[node] >= 0
            for n in range(arcs.child.shape[0]):
                rest[w, t, n] = room[arcs.child[n]]
            for i in range(arcs.displaced.shape[0]):
                rest[w, t, arcs.child.shape[0] + i] = room[arcs.displaced[i]]


@nb.njit(cache=True, nogil=True)
def planes(  # type: ignore[no-untyped-def]  # noqa: ANN201
    net: Network, arcs: Arcs, gain: Table, shut: Table, lost: Table, opened: Table,
    timing, need, idle, take, side, factor, years, constant, slope,  # noqa: ANN001
):  # fmt: skip
    """Add up the planes of the cuts, each future's by its factor: constant (level, year), slope (level, year, start).

    See `seat`. A year's planes are added in the order of the futures.
    """
    for t in years:
        for w in range(factor.shape[0]):
            if factor[w] == 0.0:
                continue
            v, f = timing[w], factor[w]
            for q in range(need.shape[2]):
                here, plane = side[w, t, q], slope[q, t]
                for n in range(arcs.child.shape[0]):
                    if here[net.to[arcs.child[n]]]:
                        constant[q, t] += f * need[w, t, q, n]
                for i in range(arcs.displaced.shape[0]):
                    if here[net.to[arcs.displaced[i]]]:
                        for m in range(lost.first[i], lost.first[i + 1]):
                            plane[lost.column[m]] += f * take[w, t, i] * lost.amount[v, t, m]
                for p in range(arcs.added.shape[0]):
                    through = here[net.to[arcs.added[p]]]
                    crossed = here[net.to[net.back[arcs.added[p]]]] and not through
                    if through:
                        constant[q, t] -= f * idle[w, t, p]
                        for m in range(shut.first[p], shut.first[p + 1]):
                            plane[shut.column[m]] += f * idle[w, t, p] * shut.amount[v, t, m]
                    if through or crossed:
                        for m in range(gain.first[p], gain.first[p + 1]):
                            plane[gain.column[m]] -= f * gain.amount[v, t, m]
                for i in range(arcs.reach.shape[0]):
                    if here[net.to[net.back[arcs.reach[i]]]] and not here[net.to[arcs.reach[i]]]:
                        p, most = arcs.reach_pool[i], need[w, t, q, arcs.reach_place[i]]
                        for m in range(gain.first[p], gain.first[p + 1]):
                            plane[gain.column[m]] -= f * min(gain.amount[v, t, m], most)
                for i in range(arcs.way.shape[0]):
                    if here[net.to[net.back[arcs.way[i]]]] and not here[net.to[arcs.way[i]]]:
                        most = min(arcs.way_places[i], need[w, t, q, arcs.way_place[i]])
                        for m in range(opened.first[i], opened.first[i + 1]):
                            plane[opened.column[m]] -= f * most * opened.amount[v, t, m]
