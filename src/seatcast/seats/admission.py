"""The rule of admission: pupils in place move up, then seats are filled tier by tier, in the order of rank.

Compiled: one pass over years, stages, tiers and ranks, with the draws innermost, so that a thread walks through
memory in order. Draws never meet, so the result is the same for any number of threads.
"""

from __future__ import annotations

import numba as nb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]

CHUNK = 32  # draws to a thread's turn: the places of one chunk stay in its cache


@nb.njit(cache=True, parallel=True)
def admit(  # type: ignore[no-untyped-def]  # noqa: ANN201 - numba infers the tuple
    demand: Floats,
    seats: Floats,
    intake: Floats,
    reach: Whole,
    places: Floats,
    stage: Whole,
    entry: npt.NDArray[np.bool_],
    order: Whole,
):
    """Admit every year's children in every draw.

    Parameters
    ----------
    demand : (year, catchment, grade, tier, draw), children
    seats, intake : (year, school, stage), seats
    reach : (stage, catchment, rank), position of the school in `seats`; -1 where there is none
    places : (year, stage, catchment, rank), how many children from there that school may have: 0 while it takes no
        new ones, infinite where only its seats limit them
    stage : (grade,), position of the grade's stage
    entry : (grade,), whether the grade is its stage's first
    order : (tier,), rising from 0 without gaps; tiers of one order are served together

    Returns
    -------
    unplaced : (year, catchment, grade, tier, draw), children
    seated : (year, school, stage, tier, draw), pupils
    oversize : (year, school, stage, draw), pupils in place beyond the seats
    """
    years, zones, grades, tiers, draws = demand.shape
    schools = seats.shape[1]
    ranks = reach.shape[2]
    unplaced = np.empty_like(demand)
    seated = np.zeros((years, schools, seats.shape[2], tiers, draws), np.float32)
    oversize = np.zeros((years, schools, seats.shape[2], draws), np.float32)
    for chunk in nb.prange((draws + CHUNK - 1) // CHUNK):
        first = chunk * CHUNK
        n = min(CHUNK, draws - first)
        place = np.zeros((zones, ranks, grades, tiers, n), np.float32)
        for t in range(years):
            wait = demand[t, :, :, :, first : first + n].copy()
            if t > 0:
                _move_up(place, wait, seats[t], reach, stage, entry)
            else:
                place[:] = 0
            for e in range(seats.shape[2]):
                free = np.empty((schools, n), np.float32)
                free_entry = np.empty((schools, n), np.float32)
                held = _held(place, reach[e], stage == e, schools)
                for i in range(schools):
                    for d in range(n):
                        over = held[i, :, d].sum() - seats[t, i, e]
                        oversize[t, i, e, first + d] = max(over, 0)
                        free[i, d] = max(-over, 0)
                        free_entry[i, d] = min(free[i, d], intake[t, i, e])
                for rank_of_tier in range(order.max() + 1):
                    for r in range(ranks):
                        limit = places[t, e, :, r]
                        school = np.where(limit > 0, reach[e, :, r], -1)
                        served = order == rank_of_tier
                        _serve(place, wait, free, free_entry, school, limit, r, served, stage == e, entry)
                seated[t, :, e, :, first : first + n] = _held(place, reach[e], stage == e, schools)
            unplaced[t, :, :, :, first : first + n] = wait
    return unplaced, seated, oversize


@nb.njit(cache=True)
def _held(place, reach, taught, schools):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the pupils whom each school holds in the grades taught, (school, tier, draw)."""
    zones, ranks, grades, tiers, n = place.shape
    held = np.zeros((schools, tiers, n), np.float32)
    for z in range(zones):
        for r in range(ranks):
            i = reach[z, r]
            if i >= 0:
                for g in range(grades):
                    if taught[g]:
                        for q in range(tiers):
                            for d in range(n):
                                held[i, q, d] += place[z, r, g, q, d]
    return held


@nb.njit(cache=True)
def _move_up(place, wait, seats, reach, stage, entry):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Move pupils in place up a grade; `wait` keeps the children who have no seat yet.

    Pupils of a school that has no seats left wait with the others; where children moved away, the places of those
    who stay shrink in proportion.
    """
    zones, ranks, grades, tiers, n = place.shape
    for z in range(zones):
        for q in range(tiers):
            for g in range(grades - 1, -1, -1):
                for r in range(ranks):
                    i = reach[stage[g], z, r]
                    stays = i >= 0 and not entry[g] and seats[i, stage[g]] > 0
                    for d in range(n):
                        place[z, r, g, q, d] = place[z, r, g - 1, q, d] if stays else np.float32(0)
                for d in range(n):
                    held = np.float32(0)
                    for r in range(ranks):
                        held += place[z, r, g, q, d]
                    if held > wait[z, g, q, d]:
                        share = wait[z, g, q, d] / held
                        for r in range(ranks):
                            place[z, r, g, q, d] *= share
                        wait[z, g, q, d] = 0
                    else:
                        wait[z, g, q, d] -= held


@nb.njit(cache=True)
def _serve(place, wait, free, free_entry, asked_school, places, r, served, taught, entry):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Let the waiting children of the served tiers ask their school of rank `r`; share seats that are too few."""
    zones, grades, tiers, n = wait.shape
    ask = np.zeros_like(free)
    ask_entry = np.zeros_like(free)
    part = np.ones((zones, n), np.float32)
    for z in range(zones):
        i = asked_school[z]
        if i >= 0:
            if places[z] < np.inf:
                _limit(part[z], place[z, r], wait[z], places[z], served, taught)
            for g in range(grades):
                if taught[g]:
                    for q in range(tiers):
                        if served[q]:
                            for d in range(n):
                                if entry[g]:
                                    ask_entry[i, d] += part[z, d] * wait[z, g, q, d]
                                else:
                                    ask[i, d] += part[z, d] * wait[z, g, q, d]
    accept = np.empty_like(free)
    accept_entry = np.empty_like(free)
    for i in range(free.shape[0]):
        for d in range(n):
            planned = np.float32(1)
            if ask_entry[i, d] > free_entry[i, d]:
                planned = free_entry[i, d] / ask_entry[i, d]
            asked = ask[i, d] + planned * ask_entry[i, d]
            share = np.float32(1)
            if asked > free[i, d]:
                share = free[i, d] / asked
            accept[i, d] = share
            accept_entry[i, d] = share * planned
            free[i, d] = max(free[i, d] - share * asked, 0)
            free_entry[i, d] = min(max(free_entry[i, d] - accept_entry[i, d] * ask_entry[i, d], 0), free[i, d])
    for z in range(zones):
        i = asked_school[z]
        if i >= 0:
            for g in range(grades):
                if taught[g]:
                    for q in range(tiers):
                        if served[q]:
                            for d in range(n):
                                share = accept_entry[i, d] if entry[g] else accept[i, d]
                                given = share * part[z, d] * wait[z, g, q, d]
                                place[z, r, g, q, d] += given
                                wait[z, g, q, d] = max(wait[z, g, q, d] - given, 0)


@nb.njit(cache=True)
def _limit(part, place, wait, places, served, taught):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Let only so many of the waiting children ask as there are places left for their catchment."""
    grades, tiers, n = wait.shape
    for d in range(n):
        held = np.float32(0)
        wants = np.float32(0)
        for g in range(grades):
            if taught[g]:
                for q in range(tiers):
                    held += place[g, q, d]
                    if served[q]:
                        wants += wait[g, q, d]
        if wants > 0:
            part[d] = min(np.float32(1), max(places - held, np.float32(0)) / wants)
