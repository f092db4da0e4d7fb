"""From labels to positions: who may ask where in each round, in the order in which the rule serves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatcast.catchments.travel import street_metres
from seatcast.core.admission import AdmissionRule, AdmissionRuleError, in_force
from seatcast.core.labels import CATCHMENT, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR
from seatcast.language import _, sentences
from seatcast.seats.city import City, Laws

if TYPE_CHECKING:
    from seatcast.enrollment.demand import EnrollmentDemand
    from seatcast.seats.capacity import Capacity


@dataclass(frozen=True, eq=False)
class Links:
    """The city and its laws in positions, and the links by name.

    Attributes
    ----------
    table : DataFrame
        stage, catchment, school, rank, metres, overflow (whether only the bureau's last placement uses it), and the
        positions e, z, r, i.
    city, laws : City and Laws
    """

    table: pd.DataFrame
    city: City
    laws: Laws


def links_of(demand: EnrollmentDemand, capacity: Capacity, rules: Sequence[AdmissionRule]) -> Links:
    """Return who may ask where under the rules.

    Parameters
    ----------
    demand : EnrollmentDemand
    capacity : Capacity
        Of the schools and stages that are looked at.
    rules : sequence of AdmissionRule
        Sorted by the year they begin.

    Raises
    ------
    AdmissionRuleError
        If a rule limits metres, or serves the nearer first, where the ways are not known.
    """
    area = demand.area
    zones, schools = demand.pupils[CATCHMENT].to_index(), capacity.seats[SCHOOL].to_index()
    stages, years = list(capacity.seats[STAGE].values), [int(year) for year in demand.pupils[YEAR].values]
    grades = [int(grade) for grade in demand.pupils[GRADE].values]
    table = _table(demand, capacity, rules)
    e, z, r, i = (table[name].to_numpy() for name in ("e", "z", "r", "i"))
    shape = (len(stages), len(zones), int(r.max()) + 1 if len(table) else 1)
    reach = np.full(shape, -1, np.int64)
    reach[e, z, r] = i
    places = np.zeros((len(years), *shape), np.float32)
    opens, closes = table["opens"].fillna(-np.inf).to_numpy(), table["closes"].fillna(np.inf).to_numpy()
    offered = (opens <= np.array(years)[:, None]) & (np.array(years)[:, None] < closes)
    places[:, e, z, r] = np.where(offered, table["places"].fillna(np.inf).to_numpy(np.float32), 0.0)
    pool = np.zeros((*shape, 2), np.int64)
    equals = table.groupby([STAGE, CATCHMENT, "step"])["r"]
    pool[e, z, r, 0], pool[e, z, r, 1] = equals.transform("min"), equals.transform("max") + 1
    of_stage = [[k for k, grade in enumerate(grades) if area.stage_of[grade] == stage] for stage in stages]
    spans = np.array([[of[0], of[-1] + 1] for of in of_stage], np.int64)
    entry = np.isin(np.arange(len(grades)), spans[:, 0])
    building, rooms = _buildings(capacity, schools, stages)
    size = np.array([area.stage(stage).class_size for stage in stages], np.float32)
    city = City(reach, places, pool, spans, entry, building, rooms, size)
    return Links(table, city, _laws(demand, table, rules, shape, years))


def _table(demand: EnrollmentDemand, capacity: Capacity, rules: Sequence[AdmissionRule]) -> pd.DataFrame:
    zones, schools = demand.pupils[CATCHMENT].to_index(), capacity.seats[SCHOOL].to_index()
    stages = list(capacity.seats[STAGE].values)
    own = demand.area.reach
    own = own[own[SCHOOL].isin(schools) & own[CATCHMENT].isin(zones) & own[STAGE].isin(stages)]
    for column in ("opens", "closes", "places", "metres"):
        if column not in own:
            own = own.assign(**{column: np.nan})
    own = own.assign(overflow=False, step=own["rank"].astype(int))
    furthest = max((rule.overflow for rule in rules), default=0.0)
    if furthest > 0:
        own = pd.concat([own, _further(demand, capacity, own, furthest)], ignore_index=True)
    own = own.sort_values([STAGE, CATCHMENT, "step", SCHOOL], kind="stable").reset_index(drop=True)
    return own.assign(
        e=own[STAGE].map({stage: k for k, stage in enumerate(stages)}).astype(int),
        z=zones.get_indexer(pd.Index(own[CATCHMENT])),
        r=own.groupby([STAGE, CATCHMENT]).cumcount(),
        i=schools.get_indexer(pd.Index(own[SCHOOL])),
    )


def _further(demand: EnrollmentDemand, capacity: Capacity, own: pd.DataFrame, furthest: float) -> pd.DataFrame:
    """Return the links beyond a catchment's own that the bureau may use at last, the nearest first."""
    area = demand.area
    taught = (capacity.seats.max(YEAR) > 0).to_series().loc[lambda there: there].reset_index()[[SCHOOL, STAGE]]
    pairs = taught.merge(pd.DataFrame({CATCHMENT: demand.pupils[CATCHMENT].values}), how="cross")
    known = pd.MultiIndex.from_frame(own[[STAGE, CATCHMENT, SCHOOL]])
    pairs = pairs[~pd.MultiIndex.from_frame(pairs[[STAGE, CATCHMENT, SCHOOL]]).isin(known)]
    metres = street_metres(area.catchments.reindex(pairs[CATCHMENT]), area.schools.reindex(pairs[SCHOOL]))
    pairs = pairs.assign(metres=metres, overflow=True, opens=np.nan, closes=np.nan, places=np.nan)
    if np.isfinite(furthest) and pairs["metres"].isna().any():
        said = _("Admission: overflow is limited to {metres:,.0f} m, but the way from {catchment} to {school} is not "
                 "known; give lon and lat, or overflow = inf.")  # fmt: skip
        lost = pairs[pairs["metres"].isna()].iloc[0]
        raise AdmissionRuleError(said.format(metres=furthest, catchment=lost[CATCHMENT], school=lost[SCHOOL]))
    pairs = pairs[pairs["metres"].fillna(0.0) <= furthest].sort_values(["metres", SCHOOL])
    last = int(own["step"].max()) if len(own) else 0
    turn = pairs.groupby([STAGE, CATCHMENT]).cumcount() + 1
    return pairs.assign(step=last + turn, rank=last + turn)


def _buildings(
    capacity: Capacity, schools: pd.Index, stages: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    shared = capacity.buildings
    years = capacity.seats.sizes[YEAR]
    if shared is None:
        return np.full((len(schools), len(stages)), -1, np.int64), np.zeros((years, 0), np.float32)
    of = shared.of.reindex({SCHOOL: schools, STAGE: stages}, fill_value="").values
    building = pd.Index(shared.rooms["building"].values).get_indexer(of.ravel()).reshape(of.shape)
    rooms = shared.rooms.sel({YEAR: capacity.seats[YEAR].values}).values.astype(np.float32)
    return building.astype(np.int64), np.minimum(rooms, np.float32(1e9))


def _laws(
    demand: EnrollmentDemand,
    table: pd.DataFrame,
    rules: Sequence[AdmissionRule],
    shape: tuple[int, int, int],
    years: list[int],
) -> Laws:
    tiers, statuses = demand.pupils[TIER].values, demand.pupils[STATUS].values
    count = max(len(rule.rounds) + (rule.overflow > 0) for rule in rules)
    offered = np.zeros((len(rules), count, *shape), bool)
    queue = np.zeros((len(rules), shape[0], _longest(table), 2), np.int32)
    groups = np.zeros((*queue.shape[:3], 4), np.int32)
    last, served, locked, reserved = [], [], [], []
    known = demand.pupils["order"].to_series()
    for k, rule in enumerate(rules):
        claims = rule.claims.set_index(TIER)
        ranked = claims["order"].reindex(tiers) if len(rules) > 1 else known
        order = np.unique(ranked.fillna(claims["order"].max()), return_inverse=True)[1]
        locked.append(claims["locked"].reindex(tiers).fillna(0.0).to_numpy())
        status, share = next(iter(rule.reserved.items()), ("", 0.0))
        reserved.append(share)
        turns = order == np.arange(len(tiers))[:, None]
        served.append([turns, turns & (statuses == status)])
        at = tuple(table[name].to_numpy() for name in ("e", "z", "r"))
        for c, turn in enumerate(rule.rounds):
            offered[k, c][at] = ~table["overflow"] & _asked(table, turn.schools, turn.metres, rule)
        if rule.overflow > 0:
            beyond = table["metres"].fillna(0.0) <= rule.overflow
            offered[k, len(rule.rounds)][at] = ~table["overflow"] | beyond
        last.append(len(rule.rounds) if rule.overflow > 0 else -1)
        for e in range(shape[0]):
            links, equals = _queue(table[table["e"] == e], rule)
            queue[k, e, : len(links)], groups[k, e, : len(equals)] = links, equals
            groups[k, e, len(equals) :, 1] = len(links)
    return Laws(
        np.array([in_force(rules, year) for year in years], np.int64),
        np.array(served, bool)[:, :, np.any(served, axis=(0, 1, 3))],
        np.array(locked, np.float32),
        np.array(reserved, np.float32),
        offered,
        np.array(last, np.int64),
        queue,
        groups,
        np.array([-1 if rule.lottery is None else rule.lottery for rule in rules], np.int64),
    )


def _asked(table: pd.DataFrame, schools: int | None, metres: float | None, rule: AdmissionRule) -> pd.Series:
    asked = table["rank"] <= (np.inf if schools is None else schools)
    if metres is None:
        return asked
    if table["metres"][~table["overflow"]].isna().any():
        said = _("{rule}: a round is limited to {metres:,.0f} m, but not all ways are known; give them in serves.")
        raise AdmissionRuleError(sentences([said.format(rule=rule.label, metres=metres)]))
    return asked & (table["metres"] <= metres)


def _queue(links: pd.DataFrame, rule: AdmissionRule) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return a stage's links in the order in which they are served, and their groups, as `Laws` has them.

    Schools of one rank are a pool: a catchment's children draw one of them by lot, and those refused draw again among
    those that have entry seats left, as often as there are schools, since each time one more is full. At last all ask
    one after the other, which seats those whom no lot can: grades above the entry, where the intake plan is used up.
    """
    unknown = links["metres"].isna() & ~links["overflow"].astype(bool)
    if rule.tie == "distance" and unknown.any():
        said = _(
            "{rule}: the nearer is served first, but the way from {catchment} to {school} is not known; give it in "
            "serves, or lon and lat."
        )
        lost = links[unknown].iloc[0]
        raise AdmissionRuleError(said.format(rule=rule.label, catchment=lost[CATCHMENT], school=lost[SCHOOL]))
    links = links.assign(metres=links["metres"].fillna(np.inf))
    size = links.groupby([CATCHMENT, "step"])["r"].transform("size")
    turn = links.groupby([CATCHMENT, "step"]).cumcount() + 1
    drawn = [
        links.assign(turn=k, lots=(size > 1).astype(int))[(size > k) | (k == 0)]
        for k in range(int(size.max()) if len(size) else 1)
    ]
    again = links.assign(turn=size + turn, lots=0)[size > 1]
    tie = "metres" if rule.tie == "distance" else "i"
    rows = pd.concat([*drawn, again]).sort_values(["step", "turn", "i", tie, "z"], kind="stable")
    new_step = (rows[["step", "turn"]] != rows[["step", "turn"]].shift()).any(axis=1)
    new_group = new_step | (rows["i"] != rows["i"].shift()) | (rows[tie] != rows[tie].shift())
    lots = rows.groupby(["step", "turn"])["lots"].transform("max")
    begins = np.flatnonzero(new_group)
    ends = np.append(begins[1:], len(rows))
    groups = np.column_stack([rows["i"].iloc[begins], ends, lots.iloc[begins], new_step.iloc[begins]])
    return rows[["z", "r"]].to_numpy(np.int32), groups.astype(np.int32)


def _longest(table: pd.DataFrame) -> int:
    if not len(table):
        return 1
    pool = table.groupby(["e", "z", "step"])["r"].transform("size")
    return int((1 + pool).groupby(table["e"]).sum().max())
