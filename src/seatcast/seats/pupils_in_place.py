"""Pupils in place, compiled: they move up with their class, and are counted where they sit."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def move_up(place, used, wait, in_place, first, seats, city):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Move pupils in place up a grade, and write who they are; `wait` keeps the children who have no seat yet.

    Pupils of a school that has no seats left wait with the others; where children moved away, the places of those
    who stay shrink in proportion.
    """
    zones, ranks, _, tiers, n = place.shape
    for e in range(city.grades.shape[0]):
        for z in range(zones):
            for q in range(tiers):
                for g in range(city.grades[e, 1] - 1, city.grades[e, 0] - 1, -1):
                    for r in range(ranks):
                        i = city.reach[e, z, r]
                        stays = i >= 0 and not city.entry[g] and seats[i, e] > 0
                        if used[z, r, q]:
                            for d in range(n):
                                place[z, r, g, q, d] = place[z, r, g - 1, q, d] if stays else np.float32(0)
                    for d in range(n):
                        held = np.float32(0)
                        for r in range(ranks):
                            if used[z, r, q]:
                                held += place[z, r, g, q, d]
                        in_place[z, g, q, first + d] = min(held, wait[g, q, z, d])
                        if held > wait[g, q, z, d]:
                            share = wait[g, q, z, d] / held
                            for r in range(ranks):
                                place[z, r, g, q, d] *= share
                            wait[g, q, z, d] = 0
                        else:
                            wait[g, q, z, d] -= held


@nb.njit(cache=True)
def record(place, used, city, inside, placed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Add the pupils in place to those of their school, (stage, school, tier, draw), and to the sums over the draws."""
    for e in range(city.reach.shape[0]):
        for z in range(place.shape[0]):
            for r in range(place.shape[1]):
                i = city.reach[e, z, r]
                if i >= 0:
                    for g in range(city.grades[e, 0], city.grades[e, 1]):
                        for q in range(place.shape[3]):
                            if not used[z, r, q]:
                                continue
                            total = np.float32(0)
                            for d in range(place.shape[4]):
                                inside[e, i, q, d] += place[z, r, g, q, d]
                                total += place[z, r, g, q, d]
                            placed[g, q, r, z] += total


@nb.njit(cache=True)
def clear(place, used):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Empty the places for the next turn."""
    for z in range(place.shape[0]):
        for r in range(place.shape[1]):
            for q in range(place.shape[3]):
                if used[z, r, q]:
                    place[z, r, :, q] = 0
