"""The children's accounts, compiled: every cohort of every catchment, a year older, in many draws at once.

A child of the cohort at the start of a year dies with probability m, leaves with e (1 - h m) and obtains another status
with q (1 - h m), where h is the part of the year lived before a move: 1 at the end of the year, 1/2 where moves are
even over it. One of these, or none, happens to each child, so that the counts are multinomial; they are drawn one after
the other, each from those whom the ones before have left. Arrivals are Poisson around their rate times the area's
cohort; of those who come during the year (1 - h) m die in it.

What the stock needs is drawn first and by itself: those who change status, then the end of the cohort, children who
stay plus children who come. Where that end is small or hardly spreads, departures and arrivals are drawn each from its
exact law; elsewhere the end is drawn at once by its first four moments, and arrivals and departures, only when asked
for, from their exact law given that end. Deaths and departures are told apart only when asked for, too. So the stock
is the same whether the flows are kept or not, and every account closes in whole children.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.demography.cohort_rows import binomial, close, ended, move, read, thinned, told, write
from seatcast.demography.random_counts import LANES, ONE, ZERO, draw_counts, mixed

Array = npt.NDArray[Any]
F32, U64 = np.float32, np.uint64
FLOWS = ("start", "arrivals", "departures", "deaths", "status_in", "status_out")
BORN, CHANGED, LEFT, CAME, ENDED, DIED, DIED_NEW = (np.uint64(k) for k in range(1, 8))  # streams of one cell
STREAM, AGE_STEP = np.uint64(0xD1B54A32D192ED03), np.uint64(0xABC98388FB8FAC03)


@nb.njit(cache=True, inline="always")
def _key(cell, stream):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return mixed(cell + stream * STREAM)


@nb.njit(cache=True, inline="always")
def _row(factor, t, z, a, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the number of a row of draws; a dimension of length 1 holds for all."""
    years, zones, ages, kinds, _ = factor
    return ((min(t, years - 1) * zones + min(z, zones - 1)) * ages + min(a, ages - 1)) * kinds + s


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _draws(  # type: ignore[no-untyped-def]  # noqa: ANN202, PLR0915
    chunk,  # noqa: ANN001
    start, births, death, before, after, change, arrive, arrivals, leave, departures,  # noqa: ANN001
    hashed, cells, statuses, years, moving, place, group, opens, fresh, stock, born, flows,  # noqa: ANN001
):  # fmt: skip
    """Do what `project` does for one chunk of draws."""
    zones, ages, kinds, draws = start.shape
    horizon, places, groups = births.shape[0], stock.shape[1], stock.shape[2]
    bad = -1
    comes, goes, stocks, borns, flowing = (
        arrivals.reshape(-1, draws), departures.reshape(-1, draws), stock.reshape(-1, draws), born.reshape(-1, draws),
        flows.reshape(-1, draws),
    )  # fmt: skip
    first = U64(chunk * LANES)
    n = U64(min(LANES, draws - chunk * LANES))
    whole = U64(LANES)
    turn = np.zeros(LANES, np.uint32)
    turn[:n] = hashed[first : first + n]
    turn[n:] = turn[n - U64(1)]
    now = np.zeros((zones * (ages + 1) * kinds, LANES), F32)  # the births, then each age's cohort
    total = np.zeros(((ages + 1) * kinds, LANES), np.int32)  # of the area, at the start of the year ...
    fed = np.zeros(((ages + 1) * kinds, LANES), np.int32)  # ... and at its end
    # Rows a status: who is held, who enters and leaves it, the factors of arrivals and departures; and one of none.
    held = np.zeros((5 * kinds + 1, LANES), F32)
    enters, leaves, arriving, leaving, nobody = kinds, 2 * kinds, 3 * kinds, 4 * kinds, 5 * kinds
    known = np.full((2, kinds), -1, np.int64)  # the factors that these rows hold
    used = np.zeros(kinds, F32)
    row = np.zeros((3, LANES), F32)
    end, gone, come = row[0], row[1], row[2]
    spare = np.zeros((9, LANES), F32)
    none, rate, left, came, mean = spare[0], spare[1], spare[2], spare[3], spare[4]
    share, late, dead, went = spare[5], spare[6], spare[7], spare[8]
    year = places * groups * kinds
    for z in range(zones):
        for a in range(ages - 1, -1, -1):
            for s in range(kinds):
                read(start[z, a], s, first, n, row, 0)
                at = (z * (ages + 1) + a + 1) * kinds + s
                close(end, held, nobody, now, at, total, (a + 1) * kinds + s)
                write(now, at, stocks, (place[z] * groups + group[a]) * kinds + s, first, n, fresh[z, a])
    for t in range(horizon):
        total[:kinds] = 0
        for z in range(zones):
            base = mixed(cells[z] ^ years[t])
            for s in range(kinds):
                read(births[t, z], s, first, n, spare, 4)
                draw_counts(mean, none, turn, _key(base + statuses[s], BORN), end, LANES)
                at = z * (ages + 1) * kinds + s
                close(end, held, nobody, now, at, total, s)
                write(now, at, borns, (t * places + place[z]) * kinds + s, first, n, opens[z])
        fed[:] = 0
        for z in range(zones):
            base = mixed(cells[z] ^ years[t])
            for a in range(ages - 1, -1, -1):
                old = (z * (ages + 1) + a) * kinds
                for s in range(kinds):
                    read(now, old + s, U64(0), whole, held, s)
                if moving[a]:
                    held[enters:arriving] = 0
                    used[:] = 0
                    for s in range(kinds):
                        cell = mixed(base + (a + 1) * AGE_STEP + statuses[s])
                        for r in range(kinds):
                            q = change[a, s, r] * (ONE - before * death[a, s])
                            if q > ZERO:
                                p, key = q / (ONE - used[s]), _key(cell ^ statuses[r], CHANGED)
                                if thinned(held, s, p, turn, key, left):
                                    rate[:] = p
                                    binomial(held[s], rate, turn, key, mean, share, came)
                                    for i in range(LANES):
                                        left[i] = came[i] if left[i] < ZERO else left[i]
                                move(left, held, s, enters + r, leaves + s)
                                used[s] += q
                for s in range(kinds):
                    cell = mixed(base + (a + 1) * AGE_STEP + statuses[s])
                    of_goes, of_comes = _row(departures.shape, t, z, a, s), _row(arrivals.shape, t, z, a, s)
                    if known[0, s] != of_goes:
                        read(goes, of_goes, first, n, held, leaving + s)
                    if known[1, s] != of_comes:
                        read(comes, of_comes, first, n, held, arriving + s)
                    known[0, s], known[1, s] = of_goes, of_comes
                    d, rest = death[a, s], (ONE - used[s] if moving[a] else ONE)
                    small, over = ended(
                        held, s, leave[z, a, s] * (ONE - before * d) / rest, leaving + s, d / rest,
                        arrive[z, a, s] * (ONE - after * d), arriving + s, total, a * kinds + s, turn,
                        _key(cell, ENDED), row,
                    )  # fmt: skip
                    if over and bad < 0:
                        bad = ((t * zones + z) * ages + a) * kinds + s
                    if small:
                        count = held[s]
                        binomial(count, gone, turn, _key(cell, LEFT), mean, share, left)
                        draw_counts(come, none, turn, _key(cell, CAME), came, LANES)
                        for i in range(LANES):
                            left[i] = left[i] if end[i] < ZERO else -ONE
                            end[i] = count[i] - left[i] + came[i] if end[i] < ZERO else end[i]
                    to = (place[z] * groups + group[a]) * kinds + s
                    entered, out = (enters + s, leaves + s) if moving[a] else (nobody, nobody)
                    if flows.shape[0] > 0:
                        if not small:
                            left[:] = -ONE
                        told(held, s, row, turn, _key(cell, CAME), left, came)
                        for i in range(LANES):
                            rate[i] = d / (gone[i] * rest) if gone[i] > ZERO else ZERO
                            late[i] = come[i] * (after * d / (ONE - after * d))
                        binomial(left, rate, turn, _key(cell, DIED), mean, share, dead)
                        draw_counts(late, none, turn, _key(cell, DIED_NEW), went, LANES)
                        for i in range(LANES):
                            rate[i] = now[old + s, i] if a > 0 else ZERO
                            came[i] += went[i]
                            left[i] -= dead[i]
                            dead[i] += went[i]
                        for f, flow in enumerate((1, 3, 2, 7)):  # rows of `spare`
                            write(spare, flow, flowing, (f * horizon + t) * year + to, first, n, fresh[z, a])
                        write(held, entered, flowing, (4 * horizon + t) * year + to, first, n, fresh[z, a])
                        write(held, out, flowing, (5 * horizon + t) * year + to, first, n, fresh[z, a])
                    at = old + kinds + s
                    close(end, held, entered, now, at, fed, (a + 1) * kinds + s)
                    write(now, at, stocks, (t + 1) * year + to, first, n, fresh[z, a])
        total[:] = fed
    return bad


def project(
    start: Array, births: Array, death: Array, before: np.float32, after: np.float32, change: Array, arrive: Array,
    arrivals: Array, leave: Array, departures: Array, hashed: Array, cells: Array, statuses: Array, years: Array,
    moving: Array, place: Array, group: Array, opens: Array, fresh: Array, stock: Array, born: Array, flows: Array,
) -> Array:  # fmt: skip
    """Fill `stock`, `born` and `flows`; return where probabilities add up to more than one (-1: nowhere).

    Parameters
    ----------
    start : (catchment, age, status, draw), children
    births : (year, catchment, status, draw), births expected
    death : (age, status), probability to die within the year
    before, after : float
        Parts of the year lived before and after a move.
    change : (age, from, to), probability to obtain another status
    arrive, leave : (catchment, age, status)
        Levels, and ...
    arrivals, departures : (year, catchment, age, status, draw)
        factors of the rates of arrival (per child of the area's cohort) and departure (per child); a rate is their
        product, and a dimension of length 1 holds for all.
    moving : (age,)
        Whether any status changes at that age.
    hashed : (draw,), cells : (catchment,), statuses : (status,), years : (year,)
        Keys of the random numbers.
    place, group : (catchment,), (age,)
        Rows of `stock` and `flows` to which a catchment and an age are added ...
    opens, fresh : (catchment,), (catchment, age)
        ... or which they are the first to fill, births and children; ages from the oldest.
    stock : (year + 1, place, group, status, draw), children
    born : (year, place, status, draw), births
    flows : (6 or 0, year, place, group, status, draw), children
        In the order of `FLOWS`.
    """
    chunks = (start.shape[3] + LANES - 1) // LANES

    def drawn(chunk: int) -> int:
        return int(_draws(
            chunk, start, births, death, before, after, change, arrive, arrivals, leave, departures,
            hashed, cells, statuses, years, moving, place, group, opens, fresh, stock, born, flows,
        ))  # fmt: skip

    with ThreadPoolExecutor(nb.get_num_threads()) as threads:
        return np.array(list(threads.map(drawn, range(chunks))), np.int64)
