"""The published instances of location, told as school planning: one year, one future, every site a new school.

Customers are catchments whose children have no school yet, facilities are sites, the opening cost is the cost of the
school, and p facilities are p teams of teachers, one for each school. Distances are the money of a child's way.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import floyd_warshall

from seatcast.planning.option import Effect, SeatsAt
from seatcast.planning.options import NewSchool
from seatcast.planning.programme.programme import Programme

STAGE, YEAR = "primary", 2027


@dataclass(frozen=True, kw_only=True)
class Location:
    """An instance: children by catchment, money of a child's way to each site, and the schools that may be built."""

    need: np.ndarray  # (place,)
    way: np.ndarray  # (place, site), infinite where there is none
    seats: np.ndarray  # (site,)
    cost: np.ndarray  # (site,)
    schools: float = np.inf  # at most
    price: float | None = None  # of a child without a seat; None: everyone must be seated
    undivided: bool = False
    committed: tuple[int, ...] = ()  # sites

    def programme(self) -> Programme:
        """Return what the planner is told."""
        sites, places = len(self.seats), len(self.need)
        options = [
            NewSchool(
                option=f"s{j}", name=f"s{j}", catchment="c0", stage=STAGE, seats=seats, cost=cost, teachers=1.0,
                life_years=9,
            )
            for j, (seats, cost) in enumerate(zip(self.seats.tolist(), self.cost.tolist(), strict=True))
        ]  # fmt: skip
        one = np.ones(1)
        return Programme(
            options=tuple(options),
            effects=tuple(Effect(gains=(SeatsAt(o.option, STAGE, o.seats),)) for o in options),
            years=(YEAR,),
            places=tuple((f"c{n}", STAGE) for n in range(places)),
            pools=tuple((o.option, STAGE) for o in options),
            weight=one,
            need=self.need[None, None, :, None].astype(float),
            idle=np.zeros((1, sites, 1)),
            pupils=np.zeros((1, sites, 1)),
            late=np.zeros((1, sites), np.int64),
            reach=np.isfinite(self.way),
            open=np.zeros((places, sites), bool),
            refuge=np.zeros((sites, sites, 1), bool),
            filling=np.ones(sites),
            discount=one,
            budget=np.full(1, np.inf),
            teachers=np.array([self.schools]),
            price=np.array([self.dearest() if self.price is None else self.price]),
            tiers=(("all",),),
            committed={f"s{j}": YEAR for j in self.committed},
            way=self.way,
            undivided=self.undivided,
        )

    def dearest(self) -> float:
        """Return a price at which nobody need be left out (the tests ask that nobody is): two ways, and all schools."""
        ways = self.way[np.isfinite(self.way)]
        return float(2 * ways.max() + self.cost.sum() / self.need[self.need > 0].min())


def known(folder):
    """Return the published optima by set and instance."""
    table = pd.read_csv(folder / "known_optima.csv")
    return table[table["published_optimum"].notna()]


def warehouses(path) -> Location:
    """Read a capacitated instance of the OR-Library: sites with capacity and cost, demand with the cost of it."""
    numbers = np.array(path.read_text().split(), float)
    sites, places = numbers[:2].astype(int)
    seats, cost = numbers[2 : 2 + 2 * sites].reshape(-1, 2).T
    rows = numbers[2 + 2 * sites :].reshape(places, sites + 1)
    return Location(need=rows[:, 0], way=rows[:, 1:] / rows[:, :1], seats=seats, cost=cost)


def medians(path) -> Location:
    """Read a p-median instance of the OR-Library: of an edge told twice, the last length counts."""
    numbers = np.array(path.read_text().split(), int)
    nodes, edges, schools = numbers[:3]
    length = np.full((nodes, nodes), np.inf)
    for a, b, metres in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        length[a - 1, b - 1] = length[b - 1, a - 1] = metres
    np.fill_diagonal(length, 0.0)
    many = np.full(nodes, float(nodes))
    return Location(need=np.ones(nodes), way=floyd_warshall(length), seats=many, cost=np.zeros(nodes), schools=schools)


def single_source(path) -> Location:
    """Read an instance of Holmberg, Ronnqvist & Yuan: the matrix is the cost of all of a customer's demand."""
    numbers = np.array(path.read_text().split(), float)
    sites, places = numbers[:2].astype(int)
    seats, cost, need, money = np.split(numbers[2:], np.cumsum([sites, sites, places]))
    return Location(need=need, way=money.reshape(places, sites) / need[:, None], seats=seats, cost=cost, undivided=True)


def san_francisco(folder) -> Location:
    """Read 16 stores and 205 census tracts, joined by the tract."""
    rows = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    metres = rows.pivot_table(index="DestinationName", columns="name", values="distance")
    need = rows.drop_duplicates("DestinationName").set_index("DestinationName")["demand"].reindex(metres.index)
    many = np.full(metres.shape[1], float(need.sum()))
    return Location(need=need.to_numpy(float), way=metres.to_numpy(), seats=many, cost=np.zeros(len(many)))


def trainees(folder) -> Location:
    """Read 74 schools with 1 to 4 seats and 10 trainees; the seven schools of first priority open."""
    schools = pd.read_csv(folder / "example_subject_schools.csv").set_index("school")
    ways = pd.read_csv(folder / "example_subject_student_school_journeys.csv")
    minutes = ways.pivot_table(index="student", columns="school", values="time")[schools.index]
    first = tuple(np.flatnonzero(schools["priority"] == 1))
    return Location(
        need=np.ones(len(minutes)), way=minutes.to_numpy(float), seats=schools["capacity"].to_numpy(float),
        cost=np.zeros(len(schools)), schools=10, committed=first,
    )  # fmt: skip
