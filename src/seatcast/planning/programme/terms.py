"""Which starts bear on which seats, year by year: seats gained, stages shut, seats lost, ways opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seatcast.planning.option import Option
from seatcast.planning.programme.milp import Floats, Numbers

if TYPE_CHECKING:
    from seatcast.planning.programme.programme import Programme


class Table(NamedTuple):
    """What starts do to each of some owners (a school's stage, a loss, a way): the terms of an owner stand together.

    Attributes
    ----------
    first : (owner + 1,)
        Position of each owner's first term.
    column : (term,)
        The start.
    amount : (timing, year, term)
        Seats, or 1 while it holds; futures in which all options open alike share a timing.
    """

    first: Numbers
    column: Numbers
    amount: Floats

    def of(self, owner: int) -> slice:
        """Return where the terms of an owner are."""
        return slice(int(self.first[owner]), int(self.first[owner + 1]))

    def columns_in(self, owner: int, t: int) -> list[int]:
        """Return the starts that bear on an owner in year number `t`, in any future."""
        of = self.of(owner)
        return [int(k) for k in self.column[of][(self.amount[:, t, of] > 0).any(axis=0)]]


class Terms(NamedTuple):
    """All that starts do.

    Attributes
    ----------
    timing : (future,)
        Which timing a future has.
    losses : list of (pool, seats)
        Of which a start takes seats away; infinite: all pupils there must go.
    loser : list of int
        The option of each loss.
    ways : list of (place, pool, places)
        That a start opens.
    gain, shut : Table by pool
    lost : Table by loss
    opened : Table by way
    """

    timing: Numbers
    losses: list[tuple[int, float]]
    loser: list[int]
    ways: list[tuple[int, int, float]]
    gain: Table
    shut: Table
    lost: Table
    opened: Table


Ages = Callable[..., Iterable[tuple[int, Floats]]]
Span = Callable[[Option, int, int], range]  # of an option's start and lateness: the years in which something holds


def terms(programme: Programme) -> Terms:
    """Return what the starts of a programme do in its futures."""
    lateness, timing = np.unique(programme.late, axis=0, return_inverse=True)
    pool = {of: p for p, of in enumerate(programme.pools)}
    place = {of: n for n, of in enumerate(programme.places)}
    losses: list[tuple[int, float]] = []
    loser: list[int] = []
    ways: list[tuple[int, int, float]] = []
    found: dict[str, list[tuple[int, int, Floats]]] = {"gain": [], "shut": [], "lost": [], "opened": []}
    starts: dict[int, list[tuple[int, int]]] = {}
    for k, (j, t) in enumerate(programme.starts):
        starts.setdefault(j, []).append((k, t))
    for j, begun in starts.items():
        option, effect = programme.options[j], programme.effects[j]

        def ages(span: Span, j: int = j, begun: list[tuple[int, int]] = begun) -> Iterable[tuple[int, Floats]]:
            """Return each start, with how many years it has held before by timing and year, -1 where it does not."""
            for k, t in begun:
                spans = [span(programme.options[j], programme.years[t], int(late)) for late in lateness[:, j]]
                yield k, np.array([[year - s.start if year in s else -1 for year in programme.years] for s in spans])

        def held(span: Span, ages: Ages = ages) -> Iterable[tuple[int, Floats]]:
            """Return each start, with 1 where it holds."""
            return ((k, (age >= 0).astype(float)) for k, age in ages(span))

        for gain in effect.gains:
            p = pool[gain.school, gain.stage]
            by_grade = float(programme.filling[p])
            open_by = np.array(
                [min(option.filled(age), (age + 1) / by_grade) for age in range(-1, len(programme.years))]
            )
            found["gain"] += [(p, k, gain.seats * open_by[age + 1]) for k, age in ages(Option.service)]
        for span, given in ((Option.service, effect.gives_up), (Option.works, effect.loses)):
            for loss in given:
                p = pool[loss.school, loss.stage]
                found["lost"] += [(len(losses), k, on) for k, on in held(span)]
                if np.isinf(loss.seats):
                    found["shut"] += [(p, k, on) for k, on in held(span)]
                losses.append((p, loss.seats))
                loser.append(j)
        for access in effect.opens:
            n, p = place[access.catchment, access.stage], pool[access.school, access.stage]
            if not (programme.reach[n, p] or programme.open[n, p]):
                found["opened"] += [(len(ways), k, on) for k, on in held(Option.service)]
                ways.append((n, p, float(access.places)))
    owners = {"gain": len(pool), "shut": len(pool), "lost": len(losses), "opened": len(ways)}
    tables = {name: _table(found[name], owners[name], len(lateness), len(programme.years)) for name in found}
    return Terms(timing.reshape(-1), losses, loser, ways, **tables)


def _table(found: list[tuple[int, int, Floats]], owners: int, timings: int, years: int) -> Table:
    order = sorted(range(len(found)), key=lambda i: found[i][0])
    owner = np.array([found[i][0] for i in order], np.int64)
    amounts = [np.asarray(found[i][2], float) for i in order]
    amount = np.stack(amounts, axis=2) if amounts else np.zeros((timings, years, 0))
    first = np.searchsorted(owner, np.arange(owners + 1)).astype(np.int64)
    return Table(first, np.array([found[i][1] for i in order], np.int64), np.ascontiguousarray(amount))
