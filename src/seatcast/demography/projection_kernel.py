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

import numba as nb
import numpy as np

from seatcast.demography.random_counts import HALF, LANES, LIMIT, ONE, SIX, ZERO, bits_of, draw_counts, mixed, rounded

F32, F64, U32, U64 = np.float32, np.float64, np.uint32, np.uint64
FLOWS = ("start", "arrivals", "departures", "deaths", "status_in", "status_out")
FEWEST = np.float32(8)  # children expected at the end of a year, below which a cell's law is exact
FULL = np.float32(1 + 1e-6)  # single precision may leave probabilities that add up to one a little above it
BORN, CHANGED, LEFT, CAME, ENDED, DIED, DIED_NEW = (np.uint64(k) for k in range(1, 8))  # streams of one cell
STREAM, AGE_STEP, STATUS_STEP = (
    np.uint64(0xD1B54A32D192ED03),
    np.uint64(0xABC98388FB8FAC03),
    np.uint64(0x8CB92BA72F3D8DD7),
)


@nb.njit(cache=True, inline="always")
def _key(cell, stream):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return mixed(cell + stream * STREAM)


@nb.njit(cache=True, inline="always")
def _row(factor, t, z, a, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return where a row of draws starts; a dimension of length 1 holds for all."""
    years, zones, ages, kinds, draws = factor.shape
    at = (min(t, years - 1) * zones + min(z, zones - 1)) * ages + min(a, ages - 1)
    return (at * kinds + s) * draws


@nb.njit(cache=True, error_model="numpy")
def _binomial(count, prob, draws, key, mean, share, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Draw how many of each count are met by its probability."""
    for i in range(n):
        p = min(prob[i], ONE)
        share[i] = ONE - p if p > HALF else p
        mean[i] = count[i] * share[i]
    draw_counts(mean, share, draws, key, out, n)
    for i in range(n):
        x = min(out[i], count[i])
        out[i] = count[i] - x if prob[i] > HALF else x


@nb.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _thinned(count, p, draws, key, prob, mean, share, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Draw how many of each count are met by one probability."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    per_child, small = p * (ONE - p), np.int32(p > HALF)
    skew, tail = ONE - p - p, ONE - SIX * per_child
    for i in range(n):
        v = count[i] * per_child
        small = np.int32(small | np.int32(v < LIMIT))
        out[i] = min(rounded(count[i] * p, v, v * skew, v * tail, bits_of(draws[i], low, high)), count[i])
    if small:
        prob[:n] = p
        _binomial(count, prob, draws, key, mean, share, out, n)


@nb.njit(cache=True, error_model="numpy", fastmath={"contract"})
def _end(count, leave, factor, at, base, arrive, comes, at_c, area, draws, key, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Draw the end of a cohort; tell whether laws are too small for that (`out` is -1), or probabilities too large."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    small, over = np.int32(0), np.int32(0)
    goes, comes, gone, come = factor[at : at + n], comes[at_c : at_c + n], out[LANES:], out[2 * LANES :]
    for i in range(n):
        c, more, g = count[i], arrive * comes[i] * F32(area[i]), base + leave * goes[i]
        s = ONE - g
        mean, v = c * s + more, c * g * s
        k2 = v + more
        x = rounded(mean, k2, v * (g - s) + more, v * (ONE - SIX * g * s) + more, bits_of(draws[i], low, high))
        x = min(x, c) if more <= ZERO else x
        exact = (k2 < LIMIT) | (mean < FEWEST)
        small = np.int32(small | np.int32(exact))
        over = np.int32(over | np.int32(g > FULL))
        out[i] = -ONE if exact else x
        gone[i] = g
        come[i] = more
    return small, over


@nb.njit(cache=True, error_model="numpy")
def _arrivals_given(end, count, gone, come, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Draw how many came, given the end of a cohort, from the exact law (binomial of those gone x Poisson)."""
    least = max(end - count, 0)
    if come <= 0 or gone <= 0:
        return least if gone <= 0 else 0
    odds = gone / max(1 - gone, 1e-9)
    v = count * gone * (1 - gone)
    top = int(min(max(come + (end - count * (1 - gone) - come) * come / (come + v), least), end))
    total, weight, c = 1.0, 1.0, top
    while c < end and weight > 1e-12 * total:  # one more came, and one more left
        left = count - end + c
        weight *= come / (c + 1) * (count - left) / (left + 1) * odds
        total += weight
        c += 1
    weight, c = 1.0, top
    while c > least and weight > 1e-12 * total:
        left = count - end + c
        weight *= c / come * left / ((count - left + 1) * odds)
        total += weight
        c -= 1
    u = (F64(bits) + 0.5) / 2.0**32 * total
    lowest, so_far = c, weight
    while so_far < u and c < end:
        left = count - end + c
        weight *= come / (c + 1) * (count - left) / (left + 1) * odds
        so_far += weight
        c += 1
    return max(c, lowest)


@nb.njit(cache=True, error_model="numpy")
def _told(count, end, gone, come, draws, key, left, came, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Fill in who left and who came where the end of the cohort was drawn at once (`left` is -1)."""
    low, high = U32(key & U64(0xFFFFFFFF)), U32(key >> U64(32))
    for i in range(n):
        if left[i] < ZERO:
            came[i] = _arrivals_given(end[i], count[i], gone[i], come[i], bits_of(draws[i], low, high))
            left[i] = count[i] - (end[i] - came[i])


@nb.njit(cache=True)
def _move(moved, before, held, inn, out, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(n):
        held[i] = before[i] - moved[i]
        inn[i] += moved[i]
        out[i] += moved[i]


@nb.njit(cache=True)
def _close(end, inn, now, total, out, first, fresh, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the end of a cohort: to the state, to the area's total, and to the result (added where not the first)."""
    for i in range(n):
        x = end[i] + inn[i]
        now[i] = x
        total[i] += np.int32(x)
    row = out[first : first + n]
    if fresh:
        for i in range(n):
            row[i] = now[i]
    else:
        for i in range(n):
            row[i] += now[i]


@nb.njit(cache=True, parallel=True, error_model="numpy")
def project(  # type: ignore[no-untyped-def]  # noqa: ANN201, PLR0915
    start, births, death, before, after, change, arrive, arrivals, leave, departures,  # noqa: ANN001
    hashed, cells, statuses, years, moving, place, group, opens, fresh, stock, born, flows,  # noqa: ANN001
):  # fmt: skip
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
    zones, ages, kinds, draws = start.shape
    horizon = births.shape[0]
    chunks = (draws + LANES - 1) // LANES
    bad = np.full(chunks, -1, np.int64)
    keep = flows.shape[0] > 0
    comes, goes = arrivals.reshape(-1), departures.reshape(-1)
    for chunk in nb.prange(chunks):
        first = chunk * LANES
        n = min(LANES, draws - first)
        turn = hashed[first : first + n].copy()
        now = np.zeros((zones, ages + 1, kinds, LANES), F32)  # the births, then each age's cohort
        total = np.zeros((ages + 1, kinds, LANES), np.int32)  # of the area, at the start of the year ...
        fed = np.zeros((ages + 1, kinds, LANES), np.int32)  # ... and at its end
        held = np.zeros((kinds, LANES), F32)
        inn = np.zeros((kinds, LANES), F32)
        out = np.zeros((kinds, LANES), F32)
        used = np.zeros(kinds, F32)
        row = np.zeros(3 * LANES, F32)
        end, gone, come = row[:LANES], row[LANES : 2 * LANES], row[2 * LANES :]
        none = np.zeros(LANES, F32)
        rate = np.zeros(LANES, F32)
        left = np.zeros(LANES, F32)
        came = np.zeros(LANES, F32)
        mean = np.zeros(LANES, F32)
        share = np.zeros(LANES, F32)
        late = np.zeros(LANES, F32)
        dead = np.zeros(LANES, F32)
        went = np.zeros(LANES, F32)
        for z in range(zones):
            for a in range(ages - 1, -1, -1):
                for s in range(kinds):
                    to = stock[0, place[z], group[a], s]
                    _close(start[z, a, s, first:], none, now[z, a + 1, s], total[a + 1, s], to, first, fresh[z, a], n)
        for t in range(horizon):
            total[0] = 0
            for z in range(zones):
                base = mixed(cells[z] ^ years[t])
                for s in range(kinds):
                    for i in range(n):
                        mean[i] = births[t, z, s, first + i]
                    draw_counts(mean, none, turn, _key(base + statuses[s], BORN), end, n)
                    to = born[t, place[z], s]
                    _close(end, none, now[z, 0, s], total[0, s], to, first, opens[z], n)
            fed[:] = 0
            for z in range(zones):
                base = mixed(cells[z] ^ years[t])
                for a in range(ages - 1, -1, -1):
                    if moving.any():
                        inn[:], out[:], used[:] = 0, 0, 0
                    if moving[a]:
                        for s in range(kinds):
                            cell = mixed(base + (a + 1) * AGE_STEP + statuses[s])
                            count = now[z, a, s]
                            for r in range(kinds):
                                q = change[a, s, r] * (ONE - before * death[a, s])
                                if q > ZERO:
                                    key = _key(cell ^ statuses[r], CHANGED)
                                    _thinned(count, q / (ONE - used[s]), turn, key, rate, mean, share, left, n)
                                    _move(left, count, held[s], inn[r], out[s], n)
                                    count = held[s]
                                    used[s] += q
                    for s in range(kinds):
                        cell = mixed(base + (a + 1) * AGE_STEP + statuses[s])
                        d, rest = death[a, s], ONE - used[s]
                        count = held[s] if used[s] > ZERO else now[z, a, s]
                        at, at_c = _row(departures, t, z, a, s) + first, _row(arrivals, t, z, a, s) + first
                        small, over = _end(
                            count, leave[z, a, s] * (ONE - before * d) / rest, goes, at, d / rest,
                            arrive[z, a, s] * (ONE - after * d), comes, at_c, total[a, s], turn,
                            _key(cell, ENDED), row, n,
                        )  # fmt: skip
                        if over and bad[chunk] < 0:
                            bad[chunk] = ((t * zones + z) * ages + a) * kinds + s
                        if small:
                            _binomial(count, gone, turn, _key(cell, LEFT), mean, share, left, n)
                            draw_counts(come, none, turn, _key(cell, CAME), came, n)
                            for i in range(n):
                                left[i] = left[i] if end[i] < ZERO else -ONE
                                end[i] = count[i] - left[i] + came[i] if end[i] < ZERO else end[i]
                        if keep:
                            if not small:
                                left[:] = -ONE
                            _told(count, end, gone, come, turn, _key(cell, CAME), left, came, n)
                            for i in range(n):
                                rate[i] = d / (gone[i] * rest) if gone[i] > ZERO else ZERO
                                late[i] = come[i] * (after * d / (ONE - after * d))
                            _binomial(left, rate, turn, _key(cell, DIED), mean, share, dead, n)
                            draw_counts(late, none, turn, _key(cell, DIED_NEW), went, n)
                            for i in range(n):
                                rate[i] = now[z, a, s, i] if a > 0 else ZERO
                                came[i] += went[i]
                                left[i] -= dead[i]
                                dead[i] += went[i]
                            for f in range(6):
                                flow = (rate, came, left, dead, inn[s], out[s])[f]
                                to = flows[f, t, place[z], group[a], s]
                                for i in range(n):
                                    to[first + i] = flow[i] + (ZERO if fresh[z, a] else to[first + i])
                        to = stock[t + 1, place[z], group[a], s]
                        entered = inn[s] if moving[a] else none
                        _close(end, entered, now[z, a + 1, s], fed[a + 1, s], to, first, fresh[z, a], n)
            total[:] = fed
    return bad
