"""Choices now and their consequences later, solved by cuts: what later costs is bounded from below, ever more closely.

    min cost @ x + price @ theta,   x as the master's rows allow,   theta[g] >= what x leaves behind in group g

The consequences are convex in x, so that at every x there is a plane that touches them and is nowhere above them: a
cut. First fractions of choices are allowed, and cuts are added until they leave no room (each at a point between the
best one known and the relaxation's own, which needs far fewer of them: Ben-Ameur & Neto 2007, Networks 49). Then the
best of the choices that are made in part is looked for, which raises no bound and mostly is near the best of all. Then
whole choices are found, weighed by their true consequences, and cut, until no better one can exist. The master's bound
holds at every moment; so does the best choice found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from seatcast.planning.programme.milp import (
    EVERY,
    Floats,
    InfeasibleError,
    MixedInteger,
    Numbers,
    Relaxation,
    Solution,
    SolverError,
)
from seatcast.planning.programme.recourse import Cuts, Recourse
from seatcast.planning.programme.rows import FITS, Rows

TIGHT = 1e-6  # of a value: a cut that is violated by less is none
IDLE_ROUNDS = 5  # of the relaxation, in which the bound hardly rises, before whole choices are looked for
HARDLY = 1e-4  # of the bound
CLOSER = 0.1  # of the gap, asked or open: to which the best of the choices that the relaxation makes in part is found
ROUNDS = 5  # of looking for it, at most


@dataclass(frozen=True)
class Progress:
    """How far the search is: what no choice can be below, what the best one found costs, and the cuts so far."""

    bound: float
    incumbent: float
    cuts: int


def solve(
    master: MixedInteger,
    theta: Numbers,
    recourse: Recourse,
    *,
    seconds: float = np.inf,
    nodes: int = EVERY,
    gap: float = 0.0,
    start: Floats | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """Return the best choice, proven to a gap.

    Parameters
    ----------
    master : MixedInteger
        Columns and rows of the choices; cuts are added to it. The choices x are the columns before the first of
        `theta`; other columns may follow.
    theta : (group,)
        The columns that stand for the consequences. Their lower bounds must be true.
    recourse : Recourse
    seconds : float
        Time limit; at its end the best choice found is returned with its gap.
    nodes : int
        Branches that the solver may look at: a limit that is the same on every machine.
    gap : float
        To which the choice is proven, as a share of the objective; it is looked for to a tenth of that.
    start : (choice,), optional
        Choices to begin with.
    progress : callable, optional
        Told after every round.

    Raises
    ------
    InfeasibleError
        If no choice keeps the master's rows.
    SolverError
        If none was found within the limits.
    """
    search = _Search(master, np.asarray(theta), recourse, time.monotonic() + seconds, nodes, gap, progress)
    if start is not None:
        search.weigh(np.asarray(start, float))
    search.relax()
    search.polish()
    search.choose()
    return search.answer()


class _Search:
    """The best choice so far, the bound so far, and the cuts between them."""

    def __init__(
        self,
        master: MixedInteger,
        theta: Numbers,
        recourse: Recourse,
        until: float,
        nodes: int,
        gap: float,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.master, self.theta, self.recourse = master, theta, recourse
        self.until, self.nodes, self.gap, self.progress = until, nodes, gap, progress
        self.choices = int(theta.min())
        self.rows = Rows.of(master)
        self.price = master.costs
        self.whole = master.whole[: self.choices]
        others = np.setdiff1d(np.arange(self.choices, len(master)), theta)
        self.alone = others.size == 0 and bool(self.whole.all())
        self.best: Floats | None = None
        self.upper, self.lower = np.inf, -np.inf
        self.weighed: set[bytes] = set()

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.monotonic()

    @property
    def open(self) -> float:
        """The gap so far, as a share of the best choice's cost."""
        return (self.upper - self.lower) / max(abs(self.upper), 1e-9) if np.isfinite(self.upper) else 1.0

    @property
    def cuts(self) -> int:
        """Cuts added so far."""
        return self.master.rows - self.rows.number

    def done(self) -> bool:
        """Whether the gap is proven or a limit reached."""
        return self.open <= max(self.gap, 1e-9) or self.left <= 0 or self.nodes <= 0

    def tell(self) -> None:
        """Report a round."""
        if self.progress is not None:
            self.progress(Progress(min(self.lower, self.upper), self.upper, self.cuts))

    def cut(self, cuts: Cuts, values: Floats) -> bool:
        """Add the cuts that `values` violate; return whether there were any."""
        least = cuts.constant + cuts.slope @ values[: self.choices]
        violated = least > values[self.theta] + TIGHT * np.maximum(1.0, np.abs(least))
        for g in np.flatnonzero(violated):
            columns = np.flatnonzero(cuts.slope[g])
            self.master.sparse_row(
                np.append(columns, self.theta[g]), np.append(-cuts.slope[g, columns], 1.0), lower=cuts.constant[g]
            )
        return bool(violated.any())

    def weigh(self, x: Floats) -> Cuts:
        """Ask for the consequences of whole choices, and keep these if none found so far are better."""
        self.weighed.add(x.tobytes())
        cuts = self.recourse.at(x)
        values = self._complete(x, cuts.value)
        if values is not None and (cost := float(self.price @ values)) < self.upper:
            self.best, self.upper = values, cost
        return cuts

    def _complete(self, x: Floats, value: Floats) -> Floats | None:
        """Return the master's solution with these choices and their true consequences; None if it breaks a row."""
        values = np.zeros(len(self.master))
        values[: self.choices] = x
        values[self.theta] = value
        if self.alone:
            return values if self.rows.keep(values) else None
        lower, upper = self.master.bounds
        held = [*range(self.choices), *self.theta]
        for column in held:
            top = values[column] if column < self.choices else upper[column]
            self.master.hold(int(column), lower=values[column], upper=top)
        try:
            return self.master.relaxed().values
        except InfeasibleError:
            return None
        finally:
            for column in held:
                self.master.hold(int(column), lower=lower[column], upper=upper[column])

    def relax(self) -> None:
        """Cut with fractions allowed, until the cuts leave no room or hardly raise the bound."""
        inner: Floats | None = None  # the fractional choices that cost least in truth
        worth, idle = np.inf, 0
        while True:
            outer = self.master.relaxed()
            hardly = outer.objective - self.lower <= HARDLY * abs(outer.objective)
            idle = idle + 1 if hardly else 0
            self.lower = max(self.lower, outer.objective)
            self.tell()
            x = outer.values[: self.choices]
            room = False
            for at in (x,) if inner is None else ((x + inner) / 2, x):
                cuts = self.recourse.at(at)
                cost = float(self.price[: self.choices] @ at + self.price[self.theta] @ cuts.value)
                if cost < worth:
                    inner, worth = at, cost
                if room := self.cut(cuts, outer.values):
                    break
            near = self.rows.near(x, self.whole)
            if near.tobytes() not in self.weighed:
                self.cut(self.weigh(near), outer.values)
            if not room or idle >= IDLE_ROUNDS or self.done():
                return

    def polish(self) -> None:
        """Find the best of the choices that the relaxation makes in part: few, and seldom far from the best of all.

        It raises no bound, and takes a quarter of the branches at most.
        """
        lower, upper = self.master.bounds
        made = self.master.relaxed().values > FITS
        if self.best is not None:
            made |= self.best > FITS
        held = np.flatnonzero(self.master.whole & ~made & (lower == 0.0) & (upper > 0.0))
        self.master.hold_all(held, lower[held], lower[held])
        with suppress(SolverError):  # the rows may need other choices
            spare = self.nodes // 4
            for _round in range(ROUNDS):
                if self.open <= max(CLOSER * self.gap, 1e-9) or self.left <= 0 or spare <= 0:
                    break
                near = CLOSER * max(self.gap, self.open)
                found = self.master.solve(seconds=self.left, nodes=spare, gap=near, at=self.best)
                spare, self.nodes = spare - found.nodes, self.nodes - found.nodes
                again = found.values[: self.choices].tobytes() in self.weighed
                self.cut(self.weigh(found.values[: self.choices]), found.values)
                self.tell()
                if again:
                    break
        self.master.hold_all(held, lower[held], upper[held])

    def choose(self) -> None:
        """Find whole choices, weigh and cut them, until no better one can exist or a limit is reached."""
        lower, upper = self.master.bounds
        relaxed, held = self.master.relaxed(), set[int]()
        while not self.done():
            for column, at in self._hopeless(relaxed, lower, upper):
                if column not in held:
                    self.master.hold(column, lower=at, upper=at)
                    held.add(column)
            before = self.open
            near = max(self.gap / 2, before / 4)
            try:
                found = self.master.solve(seconds=self.left, nodes=self.nodes, gap=near, at=self.best)
            except InfeasibleError:
                raise
            except SolverError:
                break  # none within the limits
            self.nodes -= found.nodes
            self.lower = max(self.lower, found.bound)
            x = found.values[: self.choices]
            new = self.cut(self.weigh(x), found.values)
            self.tell()
            if not new and self.open > before / 2:
                break  # the solver's own tolerance is reached
        for column in held:
            self.master.hold(column, lower=lower[column], upper=upper[column])

    def _hopeless(self, relaxed: Relaxation, lower: Floats, upper: Floats) -> list[tuple[int, float]]:
        """Return the columns, and their values, that cannot be moved without costing more than the best choice."""
        if not np.isfinite(self.upper):
            return []
        room = self.upper - relaxed.objective + 1e-9 * max(1.0, abs(self.upper))
        far = self.master.whole & (upper - lower == 1.0) & (np.abs(relaxed.reduced) > room)
        return [(int(c), float((lower if relaxed.reduced[c] > 0 else upper)[c])) for c in np.flatnonzero(far)]

    def answer(self) -> Solution:
        """Return the best choice found, with the bound; where there is none yet, the first that the rows allow."""
        while self.best is None:
            found = self.master.solve(gap=1.0)
            x = found.values[: self.choices]
            if x.tobytes() in self.weighed:
                raise SolverError("No choice was found that keeps the rows.")
            self.cut(self.weigh(x), found.values)
        return Solution(self.best, self.upper, min(self.lower, self.upper), cuts=self.cuts)
