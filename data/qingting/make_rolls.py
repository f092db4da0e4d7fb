"""The invented rolls: every pupil enters a school by the admission order, stays, moves or leaves.

Places go out by tier; within a tier the zoned school first, then the others by distance. Where a school has fewer
places than one tier asks for at one rank, catchments share them in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from make_people import FIRST, LAST, START, STATUSES, Population
from make_schools import CLASS_SIZE, ENROLLED, GRADES, School, Seats, Serves, meters, seeking

# Claim groups in the order of admission: tier, status, share of that status' seekers, name, Chinese name.
# The order follows Shanghai Songjiang (2022, nine groups: register and home together, register and home apart,
# migrants with permit, points and home, migrants with permit and points, others) and Shenzhen Longhua (register
# times housing); the shares are set for this invented district.
TIERS = [
    (1, "local", 0.72, "registered and living in the catchment", "人户一致"),
    (2, "local", 0.28, "registered elsewhere in the city or renting", "人户分离或租房"),
    (3, "migrant", 0.18, "residence permit and own home", "居住证+本区房产"),
    (4, "migrant", 0.47, "residence permit and enough points", "居住证+积分达标"),
    (5, "migrant", 0.35, "residence permit only", "居住证"),
]
STAYING = {"public": 92, "private": 80}  # percent of grade 6 of a nine-year school who stay for grade 7
MOVING = 1  # percent of pupils who change school in a year
STRETCH = {"D4": 102, "D5": 104, "D6": 106}  # percent of the design class filled where short
OVER_NORM = 110  # percent of the design class: how far a zoned school goes for a registered child


if TYPE_CHECKING:
    from make_map import Catchment


@dataclass(frozen=True)
class Rolls:
    """Pupils by [year, school, catchment, grade, status] from FIRST on, and the children nobody admitted."""

    pupils: np.ndarray
    unplaced: np.ndarray


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Share a whole number out by whole weights: largest remainders, earlier ones first when equal."""
    heap = int(weights.sum())
    if heap == 0 or total == 0:
        return np.zeros_like(weights)
    parts, rest = weights * total // heap, weights * total % heap
    order = np.argsort(-rest, kind="stable")[: total - int(parts.sum())]
    parts[order] += 1
    return parts


def enroll(
    rng: np.random.Generator,
    catchments: list[Catchment],
    schools: list[School],
    serves: Serves,
    *,
    seats: Seats,
    people: Population,
) -> Rolls:
    """Return the rolls of every year, built from the children by admission."""
    admission = Admission(catchments, schools, serves, seats)
    years, n = LAST - FIRST + 1, len(catchments)
    pupils = np.zeros((years, len(schools), n, 9, 2), np.int64)
    unplaced = np.zeros((years, n, 9, 2), np.int64)
    for t in range(years):
        children = people.children[FIRST + t - START, :, 6:15]
        enrolled = np.floor(children * ENROLLED + rng.random(children.shape)).astype(np.int64)
        roll = pupils[t]
        if t:
            roll[:, :, 1:] = pupils[t - 1, :, :, :-1]
            keep = np.array([STAYING[s.sector] if len(s.stages) == 2 else 0 for s in schools])
            roll[:, :, 6] = roll[:, :, 6] * keep[:, None, None] // 100
            roll -= np.minimum(np.floor(roll * MOVING / 100 + rng.random(roll.shape)).astype(np.int64), roll)
            admission.make_room(roll, FIRST + t)
        for c in range(n):
            for g in range(9):
                for s in range(2):
                    extra = int(roll[:, c, g, s].sum() - enrolled[c, g, s])
                    if extra > 0:
                        roll[:, c, g, s] -= apportion(extra, roll[:, c, g, s])
        waiting = enrolled - roll.sum(axis=0)
        unplaced[t] = admission.admit(roll, waiting, FIRST + t)
    return Rolls(pupils, unplaced)


class Admission:
    """The admission of one year, grade by grade; changes the roll it is given."""

    def __init__(self, catchments: list[Catchment], schools: list[School], serves: Serves, seats: Seats) -> None:
        position = {s.school: i for i, s in enumerate(schools)}
        district = {c.catchment: c.district for c in catchments}
        self.seats, self.schools = seats, schools
        self.stretch = np.array(
            [STRETCH.get(district[s.catchment], 100) if s.sector == "public" else 100 for s in schools]
        )
        self.ranks = {
            stage: [[position[s] for s, _ in serves[c.catchment, stage]] for c in catchments] for stage in GRADES
        }
        by_distance = [sorted((meters(c.site, s), i) for i, s in enumerate(schools)) for c in catchments]
        self.private = {
            stage: [
                [i for _, i in row if schools[i].sector == "private" and stage in schools[i].stages]
                for row in by_distance
            ]
            for stage in GRADES
        }

    def capacity(self, year: int, grade: int) -> np.ndarray:
        """Return places by school in one grade (0 = first): design class size, stretched where seats are short."""
        stage = "primary" if grade < 6 else "junior"
        places = np.array(
            [self.seats.get((s.school, stage, year), 0) * CLASS_SIZE[stage] // GRADES[stage] for s in self.schools]
        )
        return places * self.stretch // 100

    def make_room(self, roll: np.ndarray, year: int) -> None:
        """Let pupils of grade 7 of nine-year schools stay only as far as there are places."""
        for school, places in enumerate(self.capacity(year, 6)):
            here = roll[school, :, 6].reshape(-1)
            over = int(here.sum() - places)
            if over > 0:
                roll[school, :, 6] -= apportion(over, here).reshape(-1, 2)

    def admit(self, roll: np.ndarray, waiting: np.ndarray, year: int) -> np.ndarray:
        """Place those who wait; return those for whom there was no place at all."""
        left = np.zeros_like(waiting)
        for grade in range(9):
            stage = "primary" if grade < 6 else "junior"
            public, private = self.ranks[stage], self.private[stage]
            norm = self.capacity(year, grade)
            over = np.array([s.sector == "public" for s in self.schools])
            for status, name in enumerate(STATUSES):
                # The table of tiers lists the registered first, so their whole queue goes before the others.
                cell = {"grade": grade, "status": status}
                queue = waiting[:, grade, status]
                choosers = np.rint(queue * (1 - seeking(name, year))).astype(np.int64)
                late = self._place(roll, choosers, private, norm, **cell)
                seekers = queue - choosers
                shares = [round(100 * share) for _, s, share, _, _ in TIERS if s == name]
                groups = np.array([apportion(int(k), np.array(shares)) for k in seekers])
                rest = np.zeros_like(queue)
                for tier in range(len(shares)):
                    rest += self._place(roll, groups[:, tier], public, norm, **cell)
                if name == "local":
                    zoned = [row[:3] for row in public]
                    rest = self._place(roll, rest, zoned, np.where(over, norm * OVER_NORM // 100, norm), **cell)
                rest = self._place(roll, rest, private, norm, **cell)
                left[:, grade, status] = rest + self._place(roll, late, public, norm, **cell)
        return left

    @staticmethod
    def _place(
        roll: np.ndarray, wanting: np.ndarray, ranks: list[list[int]], norm: np.ndarray, *, grade: int, status: int
    ) -> np.ndarray:
        """Place one group rank by rank; return those still waiting, by catchment."""
        wanting = wanting.copy()
        for rank in range(max(len(row) for row in ranks)):
            ask: dict[int, list[int]] = {}
            for c, row in enumerate(ranks):
                if rank < len(row) and wanting[c]:
                    ask.setdefault(row[rank], []).append(c)
            for school, asking in sorted(ask.items()):
                places = max(int(norm[school] - roll[school, :, grade].sum()), 0)
                given = apportion(min(places, int(wanting[asking].sum())), wanting[asking])
                roll[school, asking, grade, status] += given
                wanting[asking] -= given
        return wanting
