"""Small worlds, laws and strategies, for the tests of seatcast and of tools that import it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.catchments.map import CatchmentMap
from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.core.scenario import Scenario
from seatcast.core.study_area import Stage, Status, StudyArea
from seatcast.demography.cohort_component import ChildPopulation
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.seats.allocation import Allocation
from seatcast.seats.capacity import Capacity

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ROUNDING = 2e-5  # of all children: single-precision sums over a few hundred places


def toy_area(catchments: Sequence[str] = ("east", "west"), schools: Sequence[str] = ("elm", "oak")) -> StudyArea:
    """Return an area of two grades, two statuses and three tiers, in which everybody may attend every school.

    Examples
    --------
    >>> toy_area().tiers["tier"].to_list()
    ['1 local', '2 migrant', '3 migrant']
    """
    tiers = pd.DataFrame(
        {
            "tier": ["1 local", "2 migrant", "3 migrant"],
            "order": [1, 2, 3],
            "status": ["local", "migrant", "migrant"],
            "share": [1.0, 0.5, 0.5],
            "name": ["registered here", "with permit", "without permit"],
            "name_zh": ["户籍", "有居住证", "无居住证"],
        }
    )
    zones = pd.DataFrame(
        {"district": "all", "name": list(catchments), "name_zh": None}, pd.Index(catchments, name=CATCHMENT)
    )
    places = pd.DataFrame(
        {"name": list(schools), "name_zh": None, "sector": "public", "stages": [("primary",)] * len(schools)},
        pd.Index(schools, name=SCHOOL),
    )
    links = [
        (z, "primary", s, 1 + (k + j) % len(schools)) for j, z in enumerate(catchments) for k, s in enumerate(schools)
    ]
    return StudyArea(
        name="Toy",
        stages=(Stage("primary", "primary", (1, 2), entry_age=6, class_size=45, name_zh="小学"),),
        statuses=(Status("local", "local", "户籍"), Status("migrant", "migrant", "随迁")),
        catchments=zones,
        schools=places,
        reach=pd.DataFrame(links, columns=[CATCHMENT, STAGE, SCHOOL, "rank"]).assign(metres=np.nan),
        tiers=tiers,
        seeking={"local": 1.0, "migrant": 1.0},
    )


def toy_demand(pupils: npt.ArrayLike, area: StudyArea, *, year: int = 2026, **scenario: Any) -> EnrollmentDemand:
    """Return a demand in `area` from an array (year, catchment, grade, tier, draw), the years from `year` on."""
    values = np.asarray(pupils, np.float32)
    coords = {
        YEAR: list(range(year, year + values.shape[0])),
        CATCHMENT: area.catchments.index,
        GRADE: list(area.grades),
        TIER: area.tiers["tier"].to_list(),
        "order": (TIER, area.tiers["order"].to_numpy()),
        STATUS: (TIER, area.tiers["status"].to_list()),
    }
    array = xr.DataArray(values, coords, (YEAR, CATCHMENT, GRADE, TIER, DRAW))
    return EnrollmentDemand(area, Scenario(draws=values.shape[-1], **scenario), array)


def toy_capacity(seats: npt.ArrayLike, area: StudyArea, *, year: int = 2026) -> Capacity:
    """Return a capacity in `area` from an array (year, school), without a plan of intake."""
    values = np.asarray(seats, np.float32)[:, :, None]
    coords = {YEAR: list(range(year, year + len(values))), SCHOOL: area.schools.index, STAGE: [area.stages[0].stage]}
    array = xr.DataArray(values, coords, (YEAR, SCHOOL, STAGE))
    return Capacity(array, xr.full_like(array, np.inf))


def tiled_map(rows: int, columns: int, *, wide: float = 1.0, shift: float = 0.0, name: str = "") -> CatchmentMap:
    """Return a map of rectangles, named row-column from the south-west, a hundredth of a degree high.

    Parameters
    ----------
    wide : float
        Width of a rectangle, in hundredths of a degree.
    shift : float
        Of the whole map to the east, in hundredths of a degree.

    Examples
    --------
    >>> tiled_map(1, 2).catchments.to_list()
    ['0-0', '0-1']
    """
    import shapely

    west = 120 + shift / 100
    cells = {
        f"{i}-{j}": shapely.box(west + j * wide / 100, 30 + i / 100, west + (j + 1) * wide / 100, 30 + (i + 1) / 100)
        for i in range(rows)
        for j in range(columns)
    }
    return CatchmentMap(pd.Series(cells, dtype=object).rename_axis(CATCHMENT), name)


def assert_balanced(children: ChildPopulation) -> None:
    """Assert that accounts close in every cell and draw, that each is whole and none negative.

    start + births + arrivals + status_in - departures - status_out - deaths = end
    """
    sheet = children.accounts()
    gained = sheet["start"] + sheet["births"] + sheet["arrivals"] + sheet["status_in"]
    off = abs(gained - sheet["departures"] - sheet["status_out"] - sheet["deaths"] - sheet["end"])
    for name, part in sheet.items():
        assert float(part.min()) >= 0.0, f"{name} is negative"
        assert bool((part == part.round()).all()), f"{name} is not whole"
    assert float(off.max()) == 0.0, f"the accounts are off by {float(off.max())} children"


def assert_seats_kept(allocation: Allocation) -> None:
    """Assert the laws of admission.

    Nobody is lost; no seat is overfilled but by pupils in place; none is idle while a child who may have it waits.
    """
    demand, unplaced = allocation.demand.pupils, allocation.unplaced
    tolerance = ROUNDING * max(float(demand.sum([CATCHMENT, GRADE, TIER]).max()), 1.0)
    lost = demand.sum([CATCHMENT, GRADE]) - unplaced.sum([CATCHMENT, GRADE]) - allocation.seated.sum([SCHOOL, STAGE])
    assert float(abs(lost).max()) <= tolerance, "children are lost between demand, seats and those left out"
    over = allocation.seated.sum(TIER) - allocation.capacity.seats - allocation.oversize
    assert float(over.max()) <= tolerance, "a school has more pupils than seats"
    assert bool((unplaced <= demand + tolerance).all()), "more children are left out than asked"
    limited = (allocation.capacity.intake < np.inf).any([YEAR, STAGE])
    waiting = unplaced.sum([GRADE, TIER])
    for link in allocation.demand.area.reach.itertuples():
        if link.school in limited[SCHOOL] and not bool(limited.sel({SCHOOL: link.school})):
            idle = allocation.idle.sel({SCHOOL: link.school, STAGE: link.stage})
            both = np.minimum(idle, waiting.sel({CATCHMENT: link.catchment}))
            assert float(both.max()) <= tolerance, f"{link.school} has idle seats while {link.catchment} waits"


def counts(*shape: int, most: int = 200) -> SearchStrategy[npt.NDArray[np.float32]]:
    """Return a Hypothesis strategy of whole counts of that shape, as single-precision numbers."""
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as st_numpy

    return st_numpy.arrays(np.float32, shape, elements=st.integers(0, most).map(float))
