"""The invented children: births, moves in both directions, and what the registers see of them.

Everything is counted in whole children. Status never changes: a child keeps the register it came with.
Deaths (fewer than 1 in 1,000 a year after infancy) are booked as departures, as a local register books
every end of residence, so that births, arrivals and departures account for every child.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AGES, STATUSES = 18, ("local", "migrant")
START, FIRST, LAST = 1997, 2014, 2026  # cohorts are followed from birth; the record begins in 2014

# Live births of China by calendar year, in 10,000. National Bureau of Statistics bulletins as first published
# (compilation 1949-2023; 2024: compilation 1949-2024; 2025: NBS annual population data, January 2026).
NATIONAL_BIRTHS = {
    1996: 2057,
    1997: 2028,
    1998: 1934,
    1999: 1827,
    2000: 1765,
    2001: 1696,
    2002: 1641,
    2003: 1594,
    2004: 1588,
    2005: 1612,
    2006: 1581,
    2007: 1591,
    2008: 1604,
    2009: 1587,
    2010: 1588,
    2011: 1600,
    2012: 1635,
    2013: 1640,
    2014: 1687,
    2015: 1655,
    2016: 1786,
    2017: 1723,
    2018: 1523,
    2019: 1465,
    2020: 1202,
    2021: 1062,
    2022: 956,
    2023: 902,
    2024: 954,
    2025: 792,
    2026: 784,  # not yet published: 2025 x 8,625/8,709, the change in UN World Population Prospects 2024 (medium)
}

# Share of the children there whom the registers hold, at ages 0 to 5. Together about 0.87 at birth: published births
# of 2013-2015 were 0.88, 0.92 and 0.93 of the entrants to grade 1 six years later (birth_to_grade1_check, 2019-2021).
RECORDED = {
    "local": (0.92, 0.94, 0.96, 0.975, 0.99, 1.0),
    "migrant": (0.74, 0.80, 0.86, 0.91, 0.96, 1.0),
}

# Arrivals by age, per 100 births of the place's base year; most come before or at school entry.
ARRIVALS = {
    "local": (0.8, 1.0, 1.0, 1.3, 1.2, 1.8, 3.0, 0.9, 0.7, 0.6, 0.5, 0.5, 1.0, 0.3, 0.2, 0.4, 0.2, 0.2),
    "migrant": (5, 7, 7, 11, 8, 10, 19, 6, 5, 4.5, 4, 3.5, 4, 2, 1, 2, 1.5, 1.5),
}
# Departures by age, per 100 resident children. The steps at 12 and 15 are the return to the place of registration for
# junior and senior school; size them on the national counts: migrant pupils a grade in junior school were
# 0.70 (2017), 0.79 (2021) and 0.81 (2022) of those a grade in primary school.
DEPARTURES = {
    "local": (1.3, 1.1, 1.0, 1.0, 0.9, 0.9, 1.4, 0.6, 0.6, 0.6, 0.6, 0.7, 1.6, 0.5, 0.5, 0.9, 0.5, 0.5),
    "migrant": (3, 3.5, 3.5, 3.5, 3, 3, 5, 3, 3, 3, 3, 4, 13, 4, 5, 24, 9, 9),
}

# Years that were unlike the others for the whole district: (arrivals, departures) as multiples of an ordinary year.
# Migrant pupils of China fell by 4.0 percent from 2020 to 2021 (14.297 to 13.724 million).
SHOCK_YEARS = {2020: (0.62, 1.35), 2021: (0.86, 1.10), 2023: (1.10, 0.95)}
COMMON_SPREAD, LOCAL_SPREAD = 0.08, 0.08  # year-to-year variation: shared by the district, own to a catchment


@dataclass(frozen=True)
class Place:
    """How a planning district grows: base births a year by status, and multiples by year (straight between)."""

    local: float
    migrant: float
    births: dict[int, float]  # multiple of the base, beside the national fall
    pull: dict[int, float]  # multiple of arrivals
    push: float = 1.0  # multiple of departures


PLACES = {
    "D1": Place(800, 225, {2008: 1.20, 2014: 1.0, 2026: 0.62}, {2008: 0.9, 2014: 0.7, 2026: 0.5}, push=1.8),
    "D2": Place(1110, 260, {2008: 1.02, 2026: 0.95}, {2008: 0.9, 2026: 0.9}),
    "D3": Place(930, 275, {2008: 0.92, 2026: 1.05}, {2008: 0.8, 2014: 1.0, 2026: 1.0}),
    "D4": Place(650, 440, {2008: 0.95, 2026: 1.0}, {2000: 0.6, 2014: 1.0, 2026: 0.95}),
    "D5": Place(
        970,
        270,
        {2008: 0.25, 2015: 0.32, 2020: 0.85, 2026: 1.35},
        {2008: 0.25, 2015: 0.6, 2018: 1.9, 2022: 2.4, 2026: 1.7},
        push=0.8,
    ),
    "D6": Place(445, 510, {2008: 0.85, 2026: 1.05}, {2000: 0.5, 2014: 0.95, 2026: 1.05}),
}
EMPTYING = ("C05", "C06")  # the old quarter: Jiucang and Zhubu, half demolished


@dataclass(frozen=True)
class Population:
    """Whole children by [year, catchment, age, status] from START to LAST; births without the age axis."""

    children: np.ndarray
    births: np.ndarray
    arrivals: np.ndarray
    departures: np.ndarray
    recorded: np.ndarray
    recorded_births: np.ndarray

    def year(self, year: int) -> int:
        """Return the position of a year on the first axis."""
        return year - START


def whole(rng: np.random.Generator, mean: np.ndarray, spread: float = 1.0) -> np.ndarray:
    """Return whole counts around `mean`, as scattered as Poisson counts when `spread` is 1.

    Only square roots and sums: the same counts on every machine.
    """
    noisy = mean + spread * np.sqrt(mean) * rng.standard_normal(mean.shape)
    return np.floor(np.maximum(noisy, 0.0) + rng.random(mean.shape)).astype(np.int64)


def school_year_births(year: int) -> float:
    """Return national births from September to August, even within calendar years (10,000)."""
    return NATIONAL_BIRTHS[year - 1] * 4 / 12 + NATIONAL_BIRTHS[year] * 8 / 12


def populate(rng: np.random.Generator, districts: list[str], catchments: list[str]) -> Population:
    """Follow every cohort from birth to age 17, catchment by catchment, and record it."""
    base = _base_births(rng, districts)
    n, years = len(catchments), LAST - START + 1
    children, arrivals, departures = (np.zeros((years, n, AGES, 2), np.int64) for _ in range(3))
    births = np.zeros((years, n, 2), np.int64)
    emptying = np.array([2.0 if c in EMPTYING else 1.0 for c in catchments])
    leave = np.array([DEPARTURES[s] for s in STATUSES]).T / 100
    come = np.array([ARRIVALS[s] for s in STATUSES]).T / 100
    national = {y: school_year_births(y) / school_year_births(2014) for y in range(START, LAST + 1)}
    for y in range(START, LAST + 1):
        t = y - START
        grow, pull, push = (np.array(v) for v in zip(*(_growth(PLACES[d], y) for d in districts), strict=True))
        shrink = 1 - 0.35 * (emptying - 1) * min(max((y - 2014) / 8, 0), 1)
        births[t] = whole(rng, base * (national[y] * grow * shrink)[:, None], 0.8)
        shock_in, shock_out = _shocks(rng, y)
        own = 1 + LOCAL_SPREAD * rng.standard_normal((2, n))
        cohort = np.array([national[max(y - a, START)] for a in range(AGES)])
        expected = base[:, None, :] * come * cohort[None, :, None] * (pull * own[0])[:, None, None] * shock_in
        arrivals[t] = whole(rng, expected)
        before = np.zeros((n, AGES, 2), np.int64)
        before[:, 0] = births[t]
        if t:
            before[:, 1:] = children[t - 1, :, :-1]
        rate = np.minimum(leave * (push * own[1] * emptying)[:, None, None] * shock_out, 0.6)
        departures[t] = np.minimum(whole(rng, before * rate), before)
        children[t] = before + arrivals[t] - departures[t]
    recorded, recorded_births = _record(rng, children, births)
    return Population(children, births, arrivals, departures, recorded, recorded_births)


def _base_births(rng: np.random.Generator, districts: list[str]) -> np.ndarray:
    """Return births of an ordinary year by [catchment, status]: the district's, shared out unevenly."""
    size = rng.uniform(0.75, 1.25, len(districts))
    share = np.array(
        [size[i] / sum(size[j] for j, other in enumerate(districts) if other == d) for i, d in enumerate(districts)]
    )
    tilt = rng.uniform(0.85, 1.15, len(districts))
    return np.array([[PLACES[d].local, PLACES[d].migrant * tilt[i]] for i, d in enumerate(districts)]) * share[:, None]


def _growth(place: Place, year: int) -> tuple[float, float, float]:
    """Return a place's multiples of births, arrivals and departures in a year."""
    births = float(np.interp(year, list(place.births), list(place.births.values())))
    pull = float(np.interp(year, list(place.pull), list(place.pull.values())))
    return births, pull, place.push


def _shocks(rng: np.random.Generator, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the district's common multiples of arrivals and departures by status; locals feel half of them."""
    felt = np.array([0.5, 1.0])
    into, out = SHOCK_YEARS.get(year, (1.0, 1.0))
    z = rng.standard_normal(2) * COMMON_SPREAD
    return 1 + felt * (into - 1 + z[0]), 1 + felt * (out - 1 + z[1])


def _record(rng: np.random.Generator, children: np.ndarray, births: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the children and births the registers hold; a cohort that is missed stays missed alike until age 5."""
    years, n = births.shape[:2]
    missed = np.array([[1 - RECORDED[s][a] for s in STATUSES] for a in range(6)])
    care = rng.uniform(0.7, 1.3, (years + 6, n, 2))  # by birth cohort: years before the first are offset by 6
    recorded = children.copy()
    for t in range(years):
        for a in range(6):
            recorded[t, :, a] -= np.rint(children[t, :, a] * missed[a] * care[t - a + 6]).astype(np.int64)
    seen = births - np.rint(births * missed[0] * care[6:]).astype(np.int64)
    return recorded, seen
