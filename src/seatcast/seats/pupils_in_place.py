"""Pupils in place, compiled: they move up with their class, and are counted where they sit."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def move_up(place, used, wait, in_place, first, seats, city):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Move pupils in place up a grade, and write who they are; `wait` keeps the children who have no seat yet.

    Pupils of a school that has no seats left wait with the others; where children moved away, the places of those
    who stay shrink in proportion.
    """
    zones, ranks, _, tiers, n = place.shape
    held, share = np.empty(n, np.float32), np.empty(n, np.float32)
    for e in range(city.grades.shape[0]):
        for z in range(zones):
            for q in range(tiers):
                if not used[z, :, q].any():
                    continue
                for g in range(city.grades[e, 1] - 1, city.grades[e, 0] - 1, -1):
                    held[:] = 0
                    for r in range(ranks):
                        if used[z, r, q]:
                            i = city.reach[e, z, r]
                            if i >= 0 and not city.entry[g] and seats[i, e] > 0:
                                for d in range(n):
                                    place[z, r, g, q, d] = place[z, r, g - 1, q, d]
                                    held[d] += place[z, r, g, q, d]
                            else:
                                place[z, r, g, q] = 0
                    fewer = np.float32(0)
                    for d in range(n):
                        stay = min(held[d], wait[g, q, z, d])
                        share[d] = stay / held[d] if held[d] > stay else np.float32(1)
                        wait[g, q, z, d] -= stay
                        fewer += held[d] - stay
                        held[d] = stay
                    for d in range(np.uint64(n)):
                        in_place[z, g, q, np.uint64(first) + d] = held[d]
                    if fewer > 0:
                        for r in range(ranks):
                            if used[z, r, q]:
                                for d in range(n):
                                    place[z, r, g, q, d] *= share[d]


@nb.njit(cache=True, nogil=True, fastmath={"reassoc"})
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


@nb.njit(cache=True, nogil=True)
def clear(place, used):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Empty the places for the next turn."""
    for z in range(place.shape[0]):
        for r in range(place.shape[1]):
            for q in range(place.shape[3]):
                if used[z, r, q]:
                    place[z, r, :, q] = 0


@nb.njit(cache=True, nogil=True)
def free_seats(place, used, seats, city, e, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Return the seats of a stage less the pupils in them, (school, draw): negative where there are too many pupils."""
    free = np.empty((seats.shape[0], n), np.float32)
    for i in range(seats.shape[0]):
        free[i, :] = seats[i, e]
    for z in range(place.shape[0] if place.shape[4] > 0 else 0):
        for r in range(place.shape[1]):
            i = city.reach[e, z, r]
            if i >= 0:
                for q in range(place.shape[3]):
                    if used[z, r, q]:
                        for g in range(city.grades[e, 0], city.grades[e, 1]):
                            for d in range(n):
                                free[i, d] -= place[z, r, g, q, d]
    return free
