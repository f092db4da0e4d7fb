"""The children of a demand, divided anew by the claims of a rule that is tried."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from seatcast.core.admission import AdmissionRule, AdmissionRuleError, claim_shares, claims_of
from seatcast.core.labels import CATCHMENT, DRAW, GRADE, STATUS, TIER, YEAR
from seatcast.enrollment.demand import EnrollmentDemand, tier_coords
from seatcast.language import _, join


def with_rules(demand: EnrollmentDemand, rules: Sequence[AdmissionRule]) -> EnrollmentDemand:
    """Return the demand with the children of each status divided into the claims of the rules.

    Raises
    ------
    AdmissionRuleError
        If a status of the children has no claim, or a claim no known share.
    """
    by_status = demand.pupils.groupby(STATUS).sum(TIER)
    tiers = claims_of(rules)
    lost = [status for status in by_status[STATUS].values if status not in set(tiers[STATUS])]
    if lost:
        said = _("{rule}: children of the status {status} have no claim; add a row for them.")
        raise AdmissionRuleError(said.format(rule=rules[-1].label, status=join([str(s) for s in lost])))
    years, grades = demand.pupils[YEAR].values.tolist(), demand.pupils[GRADE].values.tolist()
    shares = claim_shares(rules, years, demand.area.years_since_entry(grades)).values
    pupils = np.empty((*(demand.pupils.sizes[dim] for dim in (YEAR, CATCHMENT, GRADE)), len(tiers),
                       demand.pupils.sizes[DRAW]), np.float32)  # fmt: skip
    for q, status in enumerate(tiers[STATUS]):
        of = by_status.sel({STATUS: status}) if status in by_status[STATUS].values else by_status.isel({STATUS: 0}) * 0
        pupils[:, :, :, q] = of.transpose(YEAR, CATCHMENT, GRADE, DRAW).values * shares[:, None, :, q, None]
    coords = {dim: demand.pupils[dim].values for dim in (YEAR, CATCHMENT, GRADE)} | tier_coords(tiers)
    return demand.replace(pupils=xr.DataArray(pupils, coords, (YEAR, CATCHMENT, GRADE, TIER, DRAW)))
