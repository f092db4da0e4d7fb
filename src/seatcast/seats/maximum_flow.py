"""The most that can flow through a network from its source to its sink, compiled: Dinic's algorithm (1970).

`room` (arc,) is what may still pass each arc; pushing a flow takes from it and gives to the arc back. Less than `least`
is no room.
"""

from __future__ import annotations

from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

SOURCE, SINK = 0, 1
Short = npt.NDArray[np.uint32]  # half as long as usual, and never negative, which spares a question at every arc


class Network(NamedTuple):
    """Nodes and arcs, each with its opposite; the arcs of a node stand together.

    Attributes
    ----------
    first : (node + 1,), position of each node's first arc
    to : (arc,), the node it leads to
    back : (arc,), position of the opposite arc
    """

    first: Short
    to: Short
    back: Short


def network(
    tail: npt.NDArray[np.int64], head: npt.NDArray[np.int64], nodes: int
) -> tuple[Network, npt.NDArray[np.int64]]:
    """Return the network of the arcs (tail, head), and the position of each of them.

    Examples
    --------
    >>> net, position = network(np.array([0, 2]), np.array([2, 1]), 3)
    >>> room = np.zeros(4)
    >>> room[position] = 5.0, 3.0
    >>> augment(net, room, np.empty(3, np.int64), np.empty(3, np.int64), 0.0)
    3.0
    """
    number = len(tail)
    tails, heads = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(tails, kind="stable")
    position = np.empty(2 * number, np.int64)
    position[order] = np.arange(2 * number)
    opposite = np.concatenate([np.arange(number, 2 * number), np.arange(number)])
    first = np.concatenate([[0], np.bincount(tails, minlength=nodes).cumsum()])
    arcs = (first, heads[order], position[opposite[order]])
    return Network(*(part.astype(np.uint32) for part in arcs)), position[:number]


@nb.njit(cache=True)
def levels(net, room, level, queue, least):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
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
        for a in range(np.uint64(net.first[u]), np.uint64(net.first[u + 1])):
            v = net.to[a]
            if level[v] < 0 and room[a] > least:
                level[v] = level[u] + 1
                queue[tail] = v
                tail += 1


@nb.njit(cache=True)
def ways_out(net, room, level, queue, least):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the steps to the sink into `level`, -1 where there is no way."""
    level[:] = -1
    level[SINK] = 0
    queue[0] = SINK
    head, tail = 0, 1
    while head < tail:
        u = queue[head]
        head += 1
        for a in range(np.uint64(net.first[u]), np.uint64(net.first[u + 1])):
            v = net.to[a]
            if v != SOURCE and level[v] < 0 and room[net.back[a]] > least:
                level[v] = level[u] + 1
                queue[tail] = v
                tail += 1


@nb.njit(cache=True)
def augment(net, room, level, queue, least):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Push all that can still flow through `room`, which is changed, and return how much it was.

    `level` is left as `levels` would write it afterwards.
    """
    total = 0.0
    turn, path = np.empty(level.shape[0], np.uint32), np.empty(level.shape[0], np.uint32)
    while True:
        levels(net, room, level, queue, least)
        if level[SINK] < 0:
            return total
        for node in range(turn.shape[0]):  # an array put into another takes seconds to compile
            turn[node] = net.first[node]
        u, depth = np.uint32(SOURCE), 0
        while True:
            if u == SINK:
                pushed = np.inf
                for k in range(depth):
                    pushed = min(pushed, room[path[k]])
                cut = depth
                for k in range(depth - 1, -1, -1):
                    room[path[k]] -= pushed
                    room[net.back[path[k]]] += pushed
                    if room[path[k]] <= least:
                        cut = k
                total += pushed
                depth = cut
                u = net.to[net.back[path[cut]]]
                continue
            end = net.first[u + 1]
            while turn[u] < end:
                a = turn[u]
                if room[a] > least and level[net.to[a]] == level[u] + 1:
                    break
                turn[u] += 1
            if turn[u] < end:
                path[depth] = turn[u]
                u = net.to[turn[u]]
                depth += 1
            elif u == SOURCE:
                break
            else:
                depth -= 1
                u = net.to[net.back[path[depth]]]
                turn[u] += 1
