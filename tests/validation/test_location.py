"""Published instances of location, solved by the planner as school planning (`validation.location` tells them so).

Optima and where the instances come from: known_optima.csv and SOURCE.md beside the data. What takes minutes is marked
slow (`make nightly`); the times are in docs/explanation/planning-validation.md. Skipped where the data are not.
"""

from dataclasses import replace

import numpy as np
import pytest

from validation.location import Location, known, medians, san_francisco, single_source, trainees, warehouses

QUICK_MEDIANS = (1, 2, 3, 4, 5, 8, 10, 20, 30)
QUICK_UNDIVIDED = (2, 6, 7, 8, 22)
WITHIN = 1e-3  # of the published optimum
RADIUS = 5000.0  # metres


def marked(numbers, quick):
    return [pytest.param(n, marks=() if n in quick else pytest.mark.slow) for n in numbers]


@pytest.fixture(scope="module")
def folder(shared):
    return shared / "planning-instances"


@pytest.fixture(scope="module")
def optima(folder):
    """Return the published optima: (set, instance, what is told of the problem)."""
    return known(folder)


def published(optima, of, instance):
    """Return the optimum of an instance of the OR-Library or of Holmberg; not the p-center of a graph."""
    rows = optima[(optima["set"] == of) & (optima["instance"] == instance)]
    return float(rows[~rows["problem"].str.contains("p-center")]["published_optimum"].item())


@pytest.mark.parametrize("number", [41, 42, 43, 44, 51, *(k for r in range(60, 140, 10) for k in range(r + 1, r + 5))])
def test_schools_with_seats_enough_for_some(folder, optima, number):
    """Beasley's capacitated warehouses, whose demand may be divided."""
    truth = published(optima, "orlib-cap", f"cap{number}")

    solution = warehouses(folder / f"orlib-cap/cap{number}.txt").programme().solve(gap=1e-7).solution

    assert solution.objective == pytest.approx(truth, rel=1e-6)
    assert solution.bound == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize("number", marked(range(1, 41), QUICK_MEDIANS))
def test_a_number_of_schools_and_the_nearest_one(folder, optima, number):
    """Beasley's p-medians: whole numbers, so that a bound within less than one of the optimum proves it."""
    truth = published(optima, "orlib-pmed", f"pmed{number}")

    solution = medians(folder / f"orlib-pmed/pmed{number}.txt").programme().solve(gap=0.0, seconds=3600).solution

    assert solution.objective == pytest.approx(truth, rel=1e-9)
    assert truth - 1 < solution.bound <= truth + 1e-6


@pytest.mark.parametrize("number", marked(range(1, 72), QUICK_UNDIVIDED))
def test_catchments_that_are_not_divided(folder, optima, number):
    """The single-source instances of Holmberg, Ronnqvist & Yuan."""
    truth = published(optima, "sscflp-holmberg", f"p{number}")

    solution = (
        single_source(folder / f"sscflp-holmberg/p{number}.txt").programme().solve(gap=5e-4, seconds=120).solution
    )

    assert solution.bound <= truth * (1 + 1e-9)
    assert truth * (1 - 1e-9) <= solution.objective <= truth * (1 + WITHIN)


@pytest.fixture(scope="module")
def city(folder):
    return san_francisco(folder / "spopt-locate")


def within(city: Location, metres: float, **asked) -> Location:
    """Return the city in which children go as far as `metres`, wherever that is."""
    return replace(city, way=np.where(city.way <= metres, 0.0, np.inf), **asked)


def stated(optima, words):
    rows = optima[(optima["set"] == "spopt-locate") & optima["instance"].str.contains(words, regex=False)]
    return float(rows["published_optimum"].item())


def test_the_fewest_schools_within_reach_of_all(city, optima):
    """Location set covering."""
    solution = within(city, RADIUS, cost=np.ones(16)).programme().solve().solution

    assert solution.objective == pytest.approx(stated(optima, "LSCP"))


def test_the_most_children_within_reach_of_four_schools(city, optima):
    """Maximal covering location."""
    solution = within(city, RADIUS, schools=4, price=1.0).programme().solve().solution

    assert city.need.sum() - solution.objective == pytest.approx(stated(optima, "MCLP"))


def test_four_schools_nearest_to_all(city, optima):
    solution = replace(city, schools=4).programme().solve().solution

    assert solution.objective == pytest.approx(stated(optima, "SF p-median"), rel=1e-9)


def test_the_least_distance_within_which_four_schools_reach_all(city, optima):
    """The p-center, by halving the distances at which the planner leaves nobody out."""
    metres = np.unique(city.way)
    low, high = 0, len(metres) - 1
    while low < high:
        middle = (low + high) // 2
        left = within(city, metres[middle], schools=4, price=1.0).programme().solve().uncovered.sum()
        low, high = (low, middle) if left < 0.5 else (middle + 1, high)

    assert metres[high] == pytest.approx(stated(optima, "p-center"), abs=1e-4)


def test_trainees_at_schools_of_which_seven_must_be_filled(folder, optima):
    """A seat of the first seven that stays empty costs more than any way: of 10 trainees 8 find one there."""
    told = trainees(folder / "spopt-locate")
    first = np.isin(np.arange(len(told.seats)), told.committed)
    detour = 1000.0
    cover = replace(told, way=told.way + detour * ~first).programme().solve()

    minutes = cover.solution.objective - detour * (len(told.need) - told.seats[first].sum())
    assert minutes / len(told.need) == pytest.approx(stated(optima, "school placement"))
