"""Catchments whose children have no school to ask are refused."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatcast.core.labels import CATCHMENT, DRAW, STAGE, TIER, YEAR
from seatcast.core.refused import RefusedError
from seatcast.enrollment.demand import EnrollmentDemand
from seatcast.language import _, clauses, sentences


class NoSchoolInReachError(RefusedError):
    """Children of some catchments have no school to ask."""


def refuse_unreached(demand: EnrollmentDemand, reach: npt.NDArray[np.int64], stages: list[str]) -> None:
    """Raise NoSchoolInReachError where children have no school in `reach`, (stage, catchment, rank)."""
    children = demand.by_stage().sum(TIER).mean(DRAW).max(YEAR)
    lost = [
        _("catchment {catchment} has children in the stage {stage}, but no school of it in reach").format(
            catchment=children[CATCHMENT].values[z], stage=stages[e]
        )
        for e, z in np.argwhere((reach < 0).all(axis=2))
        if float(children.sel({STAGE: stages[e]})[z]) > 0
    ]
    if lost:
        remedy = _("Add a row to the table serves, or raise the stage's travel_limit.")
        raise NoSchoolInReachError(sentences([clauses(lost) + _("."), remedy]))
