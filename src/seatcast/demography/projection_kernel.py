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

from collections.abc import Iterable
from itertools import product
from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

from seatcast.core.threads import side_by_side
from seatcast.demography.cohort_rows import (
    CAME,
    COME,
    DEAD,
    END,
    FEWEST,
    FIXED,
    FULL,
    GONE,
    LEFT,
    NONE,
    RATE,
    WENT,
    add,
    close,
    deviates,
    died,
    dying,
    ended,
    ended_exactly,
    fill,
    largest,
    move,
    moving,
    read,
    thinned,
    thinned_exactly,
    times_area,
    told,
    write,
)
from seatcast.demography.random_counts import HALF, LANES, OF_MEANS, ONE, ZERO, draw_counts, inner, mixed

Array = npt.NDArray[Any]
F32, U64 = np.float32, np.uint64
FLOWS = ("start", "arrivals", "departures", "deaths", "status_in", "status_out")
OF_BIRTH, OF_CHANGE, OF_LEAVING, OF_COMING, OF_END, OF_DEATH, OF_NEW_DEATH = (
    np.uint64(k) for k in range(1, 8)
)  # streams of one cell
TAKEN, MOST_GO, FEWEST_COME = range(3)
"""At hand of a status: the share gone to others, the largest factor of departures, the fewest arrivals."""
STREAM, AGE_STEP = np.uint64(0xD1B54A32D192ED03), np.uint64(0xABC98388FB8FAC03)


@inner
def _key(cell, stream):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return mixed(cell + stream * STREAM)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _cohort(  # type: ignore[no-untyped-def]  # noqa: ANN202, PLR0915
    cohort, lengths, steps, first, n, turn, rows, totals, at_hand, known,  # noqa: ANN001
    start, births, death, before, after, change, arrive, coming, leave, going,  # noqa: ANN001
    cells, statuses, years, changes, place, group, opens, fresh, stocks, borns, flowing,  # noqa: ANN001
):  # fmt: skip
    """Do what `project` does for one chunk of draws of the children who are `cohort` at the end of the first year."""
    horizon, zones, ages, kinds, places, groups = lengths
    flows = flowing.shape[0] > 0
    # Rows of a status: who enters and leaves it, the factors of arrivals and departures; the children of every
    # catchment and status. Totals: as a year begins, as it ends.
    enters, leaves, comes, goes, now = FIXED, FIXED + kinds, FIXED + 2 * kinds, FIXED + 3 * kinds, FIXED + 4 * kinds
    year = places * groups * kinds
    bad = -1
    for z in range(zones):
        for s in range(kinds):
            at = now + z * kinds + s
            if cohort > 0:
                read(start, (z * ages + cohort - 1) * kinds + s, first, n, rows, END)
            else:
                read(births, (zones * -cohort + z) * kinds + s, first, n, rows, RATE)
                key = _key(mixed(cells[z] ^ years[-cohort]) + statuses[s], OF_BIRTH)
                draw_counts(rows, OF_MEANS, RATE, turn, key, END)
            close(rows, NONE, at, totals, s)
            if cohort > 0:
                to = (place[z] * groups + group[cohort - 1]) * kinds + s
                write(rows, at, stocks, to, first, n, fresh[z, cohort - 1])
            else:
                write(rows, at, borns, (-cohort * places + place[z]) * kinds + s, first, n, opens[z])
    area, fed = 0, kinds
    for t in range(max(-cohort, 0), min(horizon, ages - cohort)):
        a = cohort + t
        for s in range(kinds):
            known[0, s], known[1, s] = -1, -1
            for i in range(LANES):
                totals[fed + s, i] = 0
        for z in range(zones):
            base = mixed(cells[z] ^ years[t])
            to = (place[z] * groups + group[a]) * kinds
            for s in range(kinds):
                at_hand[TAKEN, s] = ZERO
                fill(rows, enters + s, ZERO)
                if flows:
                    fill(rows, leaves + s, ZERO)
                    begin = now + z * kinds + s if a > 0 else NONE
                    write(rows, begin, flowing, t * year + to + s, first, n, fresh[z, a])
            if changes[a]:
                for s in range(kinds):
                    at = now + z * kinds + s
                    cell = mixed(base + U64(a + 1) * AGE_STEP + statuses[s])
                    for r in range(kinds):
                        q = change[a, s, r] * (ONE - before * death[a, s])
                        if q > ZERO:
                            p, key = q / (ONE - at_hand[TAKEN, s]), _key(cell ^ statuses[r], OF_CHANGE)
                            enough = FEWEST if p <= HALF else F32(np.inf)
                            deviates(rows, turn, key)
                            if thinned(rows, at, p) < enough:
                                fill(rows, RATE, p)
                                draw_counts(rows, at, RATE, turn, key, DEAD)
                                thinned_exactly(rows, enough)
                            move(rows, LEFT, at, enters + r)
                            if flows:
                                add(rows, LEFT, leaves + s)
                            at_hand[TAKEN, s] += q
            for s in range(kinds):
                at = now + z * kinds + s
                cell = mixed(base + U64(a + 1) * AGE_STEP + statuses[s])
                come = t * steps[0] + z * steps[1] + a * steps[2] + s
                gone = t * steps[3] + z * steps[4] + a * steps[5] + s
                if known[0, s] != gone:
                    read(going, gone, first, n, rows, goes + s)
                    at_hand[MOST_GO, s] = largest(rows, goes + s)
                if known[1, s] != come:
                    read(coming, come, first, n, rows, comes + s)
                    at_hand[FEWEST_COME, s] = times_area(rows, comes + s, totals, area + s)
                known[0, s], known[1, s] = gone, come
                d, rest = death[a, s], ONE - at_hand[TAKEN, s]
                dies, leaving = d / rest, leave[z, a, s] * (ONE - before * d) / rest
                arriving = arrive[z, a, s] * (ONE - after * d)
                if dies + leaving * at_hand[MOST_GO, s] > FULL:
                    here = ((t * zones + z) * ages + a) * kinds + s
                    bad = here if bad < 0 else min(bad, here)
                deviates(rows, turn, _key(cell, OF_END))
                small = ended(rows, at, leaving, goes + s, dies, arriving, comes + s) < FEWEST
                if small or flows or arriving * at_hand[FEWEST_COME, s] <= ZERO:
                    moving(rows, at, leaving, goes + s, dies, arriving, comes + s)
                if small:
                    draw_counts(rows, at, GONE, turn, _key(cell, OF_LEAVING), LEFT)
                    draw_counts(rows, OF_MEANS, COME, turn, _key(cell, OF_COMING), CAME)
                    ended_exactly(rows, at)
                if flows:
                    if not small:
                        fill(rows, LEFT, -ONE)
                    told(rows, at, turn, _key(cell, OF_COMING))
                    dying(rows, d / rest, after * d / (ONE - after * d))
                    draw_counts(rows, LEFT, RATE, turn, _key(cell, OF_DEATH), DEAD)
                    draw_counts(rows, OF_MEANS, COME, turn, _key(cell, OF_NEW_DEATH), WENT)
                    died(rows)
                    for f in range(3):
                        write(rows, CAME + f, flowing, ((f + 1) * horizon + t) * year + to + s, first, n, fresh[z, a])
                    write(rows, enters + s, flowing, (4 * horizon + t) * year + to + s, first, n, fresh[z, a])
                    write(rows, leaves + s, flowing, (5 * horizon + t) * year + to + s, first, n, fresh[z, a])
                close(rows, enters + s, at, totals, fed + s)
                write(rows, at, stocks, (t + 1) * year + to + s, first, n, fresh[z, a])
        area, fed = fed, area
    return bad


def _steps(lengths: tuple[int, ...]) -> tuple[int, int, int]:
    """Return how many rows further the next year, catchment and age are; a dimension of length 1 holds for all."""
    years, zones, ages, kinds, _ = lengths
    return (years > 1) * zones * ages * kinds, (zones > 1) * ages * kinds, (ages > 1) * kinds


def project(
    start: Array, births: Array, death: Array, before: np.float32, after: np.float32, change: Array, arrive: Array,
    arrivals: Array, leave: Array, departures: Array, hashed: Array, cells: Array, statuses: Array, years: Array,
    changes: Array, place: Array, group: Array, opens: Array, fresh: Array, stock: Array, born: Array, flows: Array,
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
    changes : (age,)
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
    horizon, (zones, ages, kinds, draws) = births.shape[0], start.shape
    lengths = (horizon, zones, ages, kinds, stock.shape[1], stock.shape[2])
    start, births, coming, going, stocks, borns, flowing = (
        x.reshape(-1, draws) for x in (start, births, arrivals, departures, stock, born, flows)
    )

    steps = (*_steps(arrivals.shape), *_steps(departures.shape))

    def drawn(chunk: int, cohorts: Iterable[int]) -> list[int]:
        first, n = chunk * LANES, min(LANES, draws - chunk * LANES)
        turn = np.pad(hashed[first : first + n], (0, LANES - n), "edge")
        told = []
        for cohort in cohorts:
            rows = np.zeros((FIXED + (4 + zones) * kinds, LANES), F32)
            told.append(int(_cohort(
                cohort, lengths, steps, U64(first), U64(n), turn, rows,
                np.zeros((2 * kinds, LANES), np.int32), np.zeros((3, kinds), F32), np.zeros((2, kinds), np.int64),
                start, births, death, before, after, change, arrive, coming, leave, going,
                cells, statuses, years, changes, place, group, opens, fresh, stocks, borns, flowing,
            )))  # fmt: skip
        return told

    # Cohorts share nothing unless their ages are added up.
    cohorts = range(ages, -horizon, -1)
    apart = [[cohort] for cohort in cohorts] if stock.shape[2] == ages else [list(cohorts)]
    tasks = list(product(range((draws + LANES - 1) // LANES), apart))
    told = side_by_side(drawn, *zip(*tasks, strict=True))
    return np.array([bad for of_task in told for bad in of_task], np.int64)
