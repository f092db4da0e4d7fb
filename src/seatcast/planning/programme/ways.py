"""The network of a programme: who may take which seats, with and without the options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seatcast.planning.programme.terms import Terms
from seatcast.seats.maximum_flow import SINK, SOURCE, Network, network

if TYPE_CHECKING:
    from seatcast.planning.programme.flows import Arcs
    from seatcast.planning.programme.programme import Programme


def arcs(programme: Programme, terms: Terms) -> tuple[Network, Arcs]:
    """Return the network, and where the arcs of each kind are.

    Nodes are the source, the sink, the places, the losses, the seats added at each pool and all its seats.
    """
    from seatcast.planning.programme.flows import Arcs

    places, losses, pools = len(programme.places), len(terms.losses), len(programme.pools)
    child = 2 + np.arange(places)
    displaced = 2 + places + np.arange(losses)
    added = 2 + places + losses + np.arange(pools)
    seats = added + pools
    grows = np.diff(terms.gain.first) > 0
    reach_place, reach_pool = np.nonzero(programme.reach & ~programme.open & grows)
    free_place, free_pool = np.nonzero(programme.open)
    way_place, way_pool = (np.array([way[i] for way in terms.ways], np.int64) for i in (0, 1))
    own = np.array([p for p, _seats in terms.losses], np.int64)
    closing = np.array([np.isinf(n) for _pool, n in terms.losses], bool)
    refuge = programme.refuge[own]
    refuge[np.arange(losses), own] = ~closing[:, None]
    refuge_loss, refuge_pool = np.nonzero(refuge.any(axis=2))
    ends = [
        (np.full(places, SOURCE), child),
        (np.full(losses, SOURCE), displaced),
        (added, seats),
        (seats, np.full(pools, SINK)),
        (child[reach_place], added[reach_pool]),
        (child[way_place], seats[way_pool]),
        (child[free_place], seats[free_pool]),
        (displaced[refuge_loss], seats[refuge_pool]),
    ]
    tail, head = (np.concatenate([end[i] for end in ends]).astype(np.int64) for i in (0, 1))
    net, position = network(tail, head, 2 + places + losses + 2 * pools)
    cuts = np.cumsum([len(of) for of, _to in ends])[:-1]
    of_child, of_displaced, of_added, of_seats, of_reach, of_way, of_free, of_refuge = np.split(position, cuts)
    return net, Arcs(
        of_child, of_displaced, of_added, of_seats, of_reach, reach_place, reach_pool, of_way, way_place, way_pool,
        np.array([way[2] for way in terms.ways], float), of_free, of_refuge, refuge[refuge_loss, refuge_pool],
    )  # fmt: skip
