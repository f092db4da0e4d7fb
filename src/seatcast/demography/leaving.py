"""How many of a cohort can leave: a scenario that asks for more is refused, draws beyond it are bounded and told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seatcast.core.labels import AGE, CATCHMENT, STATUS, YEAR
from seatcast.demography.assumptions import DEPARTURES_BOUNDED, Assumption, figure
from seatcast.demography.cohorts import DepletedCohortError
from seatcast.demography.mortality import death_rate
from seatcast.demography.transitions import transition_rates
from seatcast.inputs.read import Inputs
from seatcast.language import _

if TYPE_CHECKING:
    from seatcast.core.scenario import Scenario
    from seatcast.core.study_area import StudyArea

Floats = npt.NDArray[np.float64]
Rates = npt.NDArray[np.float32]


def room_to_leave(inputs: Inputs, ages: list[int]) -> Floats:
    """Return the most departures per child that deaths and changes of status leave room for: (age, status).

    With m deaths and q changes of status per child, (1 - m) / (1 - m / 2) - q: whether children move at the end of the
    year or over all of it, not more than the cohort dies, leaves or changes status. 0 where changes of status leave
    none.
    """
    m = np.array([death_rate(age) for age in ages])[:, None]
    changes = transition_rates(inputs, ages).sum("to_status").values
    return np.asarray((1 - m) / (1 - m / 2) - changes).clip(min=0.0)


def refuse_emptied(usual: Rates, asked: Rates, room: Floats, labels: dict[str, Any], scenario: Scenario) -> None:
    """Raise if a scenario's rate of departure takes more than a whole cohort, and more than the record does.

    Parameters
    ----------
    usual, asked : (year, catchment, age, status, 1), departures per child
        The medians of the draws without the scenario's multiples, and with them.
    room : (age, status), departures per child
        See `room_to_leave`. Where the usual rate is above it already, a scenario may only not add to it.
    labels : dict
        year, catchment, age and status.
    scenario : Scenario

    Raises
    ------
    DepletedCohortError
        With the first such cohort, the rate found, and the largest multiple that would do.
    """
    usual, asked = usual[..., 0], asked[..., 0]
    emptied = (asked > room) & (asked > usual)
    if not emptied.any():
        return
    at = tuple(np.argwhere(emptied)[0])
    most = scenario.departures * float((np.maximum(room, usual)[emptied] / asked[emptied]).min())
    place = {d: labels[d][k] for d, k in zip((YEAR, CATCHMENT, AGE, STATUS), at, strict=True)}
    raise DepletedCohortError(
        _(
            "year {year}, catchment {catchment}, age {age}, status {status}: the scenario takes {asked:.2f} departures "
            "per child of the cohort, where the record has {usual:.2f} (medians of the draws); the rule is at most "
            "{room:.2f}, or the record's rate if that is more. Cohorts emptied: {n}. Lower departures ({departures:g}) "
            "or return_flow ({returns:g}) in the scenario: departures up to {most:.2f} empty no other cohort than the "
            "record does."
        ).format(
            **place,
            asked=asked[at],
            usual=usual[at],
            room=room[at[2:]],
            n=int(emptied.sum()),
            departures=scenario.departures,
            returns=scenario.return_flow,
            most=math.floor(round(100 * most, 4)) / 100,  # rates are single precision: 0.99999999 is 1
        )
    )


def bounded(
    rates: Rates, room: Floats, labels: dict[str, Any], area: StudyArea
) -> tuple[Rates, tuple[Assumption, ...]]:
    """Return rates of departure, (year, catchment, age, status, draw), of which none is above the room, and say so.

    Levels are drawn as logarithms, so that where most children of a cohort leave in most years, some draws are of more
    than all; and a record may have more departures than children.
    """
    most = room[..., None].astype(np.float32)
    above = rates > most
    if not above.any():
        return rates, ()
    often = above.mean((0, 4))
    z, a, s = (int(k) for k in np.unravel_index(int(often.argmax()), often.shape))
    said = {
        "share": figure(100 * float(above.mean()), ".2f", 0.01),
        CATCHMENT: _Named(area, labels[CATCHMENT][z]),
        AGE: labels[AGE][a],
        STATUS: next(status for status in area.statuses if status.status == labels[STATUS][s]),
        "most": figure(float(often[z, a, s]), ".0%", 0.01),
    }
    return np.minimum(rates, most), (Assumption(DEPARTURES_BOUNDED, said),)


@dataclass(frozen=True)
class _Named:
    """A catchment, told by its name in the language in force when the sentence is."""

    area: StudyArea
    catchment: Any

    def __str__(self) -> str:
        return str(self.area.catchment_names()[self.catchment])
