"""One stage's admission in one year: rounds, orders, and, compiled, the groups of equals that ask a school together."""

from __future__ import annotations

import numba as nb
import numpy as np

from seatcast.seats.city import City, Flags, Floats, Laws, Taken, Turn
from seatcast.seats.lots import draw_lots, fill


def serve(
    place: Floats, used: Flags, wait: Floats, some: Flags, kept: Floats, free: Floats, free_entry: Floats,
    city: City, laws: Laws, t: int, e: int, taken: Taken,
) -> None:  # fmt: skip
    """Serve the waiting children: the reserved seats first, then round by round all who are left.

    Children whose home's seat is locked, `kept`, join in the last round if the bureau places those who are left, and
    else stay without a seat.
    """
    law = int(laws.of_year[t])
    start, until = (int(grade) for grade in city.grades[e])
    z, r = laws.queue[law, e].T
    limits = np.where(laws.offered[law, :, e][:, z, r], city.places[t, e][z, r], np.float32(0))

    def go(offer: Floats, offer_entry: Floats, *, reserved: bool) -> None:
        served = laws.served[law, int(reserved)]
        served = served[served.any(axis=1)]
        for c in range(len(limits)):
            if c == laws.last[law]:
                if reserved:
                    continue
                _release(wait, some, kept, start, until)
            turn = Turn(city.reach[e], city.places[t, e], city.pool[e], laws.queue[law, e], laws.groups[law, e],
                        limits[c], served, start, start + 1 if reserved else until,
                        int(laws.lottery[law]), ((t * 97 + e) * 97 + c) * 10007)  # fmt: skip
            _ask(place, used, wait, some, offer, offer_entry, turn, taken)

    if laws.reserved[law] > 0:
        quota = laws.reserved[law] * free_entry
        left = quota.copy()
        go(quota.copy(), left, reserved=True)
        free -= quota - left
        free_entry -= quota - left
    go(free, free_entry, reserved=False)
    _release(wait, some, kept, start, until)


def _release(wait: Floats, some: Flags, kept: Floats, start: int, until: int) -> None:
    """Let the children who were kept back wait with the others."""
    if kept.size:
        some[start:until] = True
        wait[start:until] += kept[start:until]
        kept[start:until] = 0


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def _ask(place, used, wait, some, free, free_entry, turn, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0915
    """Let the waiting children ask their schools: order by order of their tiers, step by step, group by group.

    One function, since each call of another would count the references to all arrays that it is given, which takes
    longer than the work on one link. A link's children are read twice, to be counted and to be seated; all else is done
    once for its group. Grades and tiers that are served are walked through as columns, and the arrays by row: positions
    without a sign spare the question whether they count from the end, and sums tell whether anybody is left, since a
    maximum is not vectorized.
    """
    queue, groups, limits, lottery = turn.queue, turn.groups, turn.limits, turn.lottery
    seated, placed, again = taken.seated, taken.placed.reshape(-1), taken.again
    grades, tiers, zones, n = wait.shape
    ranks, wide = np.uint64(turn.reach.shape[1]), np.uint64(zones)
    rows, anyone = wait.reshape((grades * tiers * zones, n)), some.reshape(-1)
    places = place.reshape((zones * turn.reach.shape[1] * grades * tiers, place.shape[4]))
    asked, share = np.empty((2, n), np.float32), np.empty((2, n), np.float32)
    part, given = np.ones(n, np.float32), np.empty(n, np.float32)
    urns = np.zeros((2, 2, n))
    opens = np.array([_any(free, i) for i in range(free.shape[0])])
    for o in range(turn.served.shape[0]):
        served = turn.served[o]
        columns, tier, side = _columns(turn, served)
        asks = np.empty((columns.shape[0], n), np.float32)  # who ask; then those of them who are seated
        source, sources, offer = wait, rows, free_entry
        end = 0
        for k in range(groups.shape[0]):
            i, begin, end, lots = groups[k, 0], end, groups[k, 1], groups[k, 2] == 1
            if begin == end:
                break
            if groups[k, 3] == 1:
                source = wait.copy() if lots else wait
                sources = source.reshape((grades * tiers * zones, n))
                offer = free_entry.copy() if lots else free_entry
            if not opens[i]:
                continue
            anybody = False
            for link in range(begin, end):
                if limits[link] > 0:
                    z, less = np.uint64(queue[link, 0]), lots or limits[link] < np.inf
                    if less:
                        _part(place, source, offer, turn, served, link, lots, part)
                    for j in range(columns.shape[0]):
                        row = np.uint64(columns[j]) * wide + z
                        if anyone[row]:
                            if not anybody:
                                anybody = True
                                asks[:] = 0
                            if less:
                                for d in range(n):
                                    asks[j, d] += part[d] * sources[row, d]
                            else:
                                for d in range(n):
                                    asks[j, d] += rows[row, d]
            if not anybody:
                continue
            asked[:] = 0
            for j in range(columns.shape[0]):
                s = side[j]
                for d in range(n):
                    asked[s, d] += asks[j, d]
            opens[i] = _settle(free, free_entry, i, asked, share)
            for j in range(columns.shape[0]):
                s = side[j]
                for d in range(n):
                    asks[j, d] *= share[s, d]
            if lottery >= 0:
                fill(urns, asked, share)
                asks[:] = 0
            for link in range(begin, end):
                if limits[link] > 0:
                    z, r = np.uint64(queue[link, 0]), np.uint64(queue[link, 1])
                    less = lots or limits[link] < np.inf
                    if less:
                        _part(place, source, offer, turn, served, link, lots, part)
                    for j in range(columns.shape[0]):
                        row, s = np.uint64(columns[j]) * wide + z, side[j]
                        if anyone[row]:
                            if lottery >= 0:
                                for d in range(n):
                                    given[d] = part[d] * sources[row, d] if less else rows[row, d]
                                lot = ((turn.key + begin) * 1009 + queue[link, 0]) * 31 + columns[j] // tiers
                                draw_lots(given, urns, s, lottery, lot * 31 + tier[j], taken.first)
                                for d in range(n):
                                    asks[j, d] += given[d]
                            elif less:
                                for d in range(n):
                                    given[d] = part[d] * sources[row, d] * share[s, d]
                            else:
                                for d in range(n):
                                    given[d] = rows[row, d] * share[s, d]
                            total, rest = np.float32(0), np.float32(0)
                            for d in range(n):
                                left = rows[row, d] - given[d]
                                left = left if left > 0 else np.float32(0)
                                rows[row, d] = left
                                rest += left
                                total += given[d]
                            anyone[row] = rest > 0
                            placed[(np.uint64(columns[j]) * ranks + r) * wide + z] += total
                            if again:
                                used[z, r, tier[j]] = True
                                at = (z * ranks + r) * np.uint64(grades * tiers) + np.uint64(columns[j])
                                for d in range(n):
                                    places[at, d] += given[d]
            for j in range(columns.shape[0]):
                q = tier[j]
                for d in range(n):
                    seated[i, q, d] += asks[j, d]


@nb.njit(cache=True)
def _columns(turn, served):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the grades and tiers that are served: grade x tiers + tier, the tier, and 0 for entrants, 1 for others."""
    found = np.empty((3, (turn.last - turn.start) * served.sum()), np.int64)
    j = 0
    for g in range(turn.start, turn.last):
        for q in range(served.shape[0]):
            if served[q]:
                found[0, j], found[1, j], found[2, j] = g * served.shape[0] + q, q, 0 if g == turn.start else 1
                j += 1
    return found[0], found[1], found[2]


@nb.njit(cache=True)
def _any(values, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for d in range(values.shape[1]):  # noqa: SIM110 - compiled: any() of a generator is slow here
        if values[row, d] > 0:
            return True
    return False


@nb.njit(cache=True)
def _part(place, source, offer, turn, served, link, lots, part):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the share of a catchment's waiting children who ask this school now, by draw, into `part`.

    It is less than all where the school is one of a pool, of which each child draws one with the chance of its part
    of the free entry seats, or where it takes only so many children from the catchment.
    """
    z, r = turn.queue[link, 0], turn.queue[link, 1]
    drawn = lots and turn.pool[z, r, 1] - turn.pool[z, r, 0] > 1
    for d in range(part.shape[0]):
        share = np.float32(1)
        if drawn:
            whole = np.float32(0)
            for s in range(turn.pool[z, r, 0], turn.pool[z, r, 1]):
                if turn.places[z, s] > 0:
                    whole += offer[turn.reach[z, s], d]
            share = offer[turn.reach[z, r], d] / whole if whole > 0 else np.float32(0)
        if turn.places[z, r] < np.inf:
            held, wants = np.float32(0), np.float32(0)
            for g in range(turn.start, turn.last):
                for q in range(served.shape[0]):
                    held += place[z, r, g, q, d]
                    if served[q]:
                        wants += source[g, q, z, d]
            if wants > 0:
                share = min(share, max(turn.places[z, r] - held, np.float32(0)) / wants)
        part[d] = share


@nb.njit(cache=True, fastmath={"nnan", "nsz", "reassoc"}, error_model="numpy")
def _settle(free, free_entry, i, asked, share):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the seats that those who ask get, entrants first, out of those that are free, and write their shares.

    `asked` becomes the number of those who get one.
    """
    none, one = np.float32(0), np.float32(1)
    total = none
    for d in range(free.shape[1]):
        left, left_entry, entrants, others = free[i, d], free_entry[i, d], asked[0, d], asked[1, d]
        within = entrants <= left_entry
        planned = one if within else left_entry / entrants
        wish = others + planned * entrants
        enough = wish <= left
        part = one if enough else left / wish
        share[0, d] = part * planned
        share[1, d] = part
        asked[0, d] = entrants * (part * planned)
        asked[1, d] = others * part
        # What is full is 0, not what rounding leaves: nobody need ask there again.
        left = left - wish if enough else none
        left_entry = left_entry - asked[0, d] if within or not enough else none
        free[i, d] = left
        left_entry = max(none, left_entry)
        free_entry[i, d] = min(left, left_entry)
        total += left
    return total > 0
