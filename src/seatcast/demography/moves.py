"""Children who came and left, by single age, from whatever a bureau has of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.labels import AGE, CATCHMENT, STATUS, YEAR, dense
from seatcast.demography.assumptions import (
    BY_DISTRICT,
    BY_GROUP,
    FROM_STOCKS,
    NET_BY_SCATTER,
    NET_BY_STANDARD,
    Assumption,
)
from seatcast.demography.figures import FigureError
from seatcast.demography.net_to_gross import flow_difference, net_to_gross
from seatcast.demography.places import to_catchments
from seatcast.demography.stock_moves import child_schedule, net_of_stocks, turnover
from seatcast.inputs.read import Inputs
from seatcast.language import _, join

Floats = npt.NDArray[np.float64]
FLOWS = ("arrivals", "departures")


@dataclass(frozen=True, eq=False)
class MoveRecord:
    """Arrivals and departures on record, and how they were come by.

    Attributes
    ----------
    moves : DataFrame
        year, catchment, age, status, arrivals, departures: children in the twelve months up to the cut-off date, at
        the age reached by then. NaN = unknown.
    assumptions : tuple of Assumption
        What was assumed where the record does not say; empty where it holds both flows by single age and catchment.
    counted : bool
        Whether both flows were counted, so that the counts scatter as counts of events do.
    """

    moves: pd.DataFrame
    assumptions: tuple[Assumption, ...] = ()
    counted: bool = True


def moves_on_record(inputs: Inputs) -> MoveRecord | None:
    """Return the arrivals and departures of the record, by year, catchment, single age and status.

    Taken as they are where the table `migration` holds them so. What it holds by district is shared out to the
    district's catchments by their children, what it holds by age group to single ages by the child part of the
    standard schedule of Rogers and Castro and the children of each age, and net moves are split into arrivals and
    departures by the closed form (`net_to_gross`; by the flow-difference method where ages are not told apart, too).
    Without the table, two or more years of children tell the net: what survival leaves unexplained.

    Parameters
    ----------
    inputs : Inputs

    Returns
    -------
    MoveRecord or None
        None where neither moves nor two years of children are on record.

    Raises
    ------
    FigureError
        Departures, or a net loss, that the children of a place cannot meet.
    """
    table = inputs.migration
    if table is None or table.empty:
        return _from_stocks(inputs)
    said: list[Assumption] = []
    if inputs.children is None:
        return MoveRecord(table) if _whole(table) else None
    if CATCHMENT not in table or table[CATCHMENT].isna().any():
        table = to_catchments(table, inputs)
        said.append(Assumption(BY_DISTRICT))
    if AGE not in table:
        table = table.assign(**{AGE: int(inputs.children[AGE].min()), "age_to": int(inputs.children[AGE].max())})
    if "age_to" in table:
        groups = table["age_to"].fillna(table[AGE]).astype(int)
        if (groups > table[AGE]).any():
            said.append(Assumption(BY_GROUP))
    if "net" in table:
        level, how = _turnover(inputs)
        table = _split_net(table, inputs, level)
        said.append(_said_of_net(level, measured=how))
    elif "age_to" in table:
        table = _split_groups(table, inputs)
    return MoveRecord(table[[YEAR, CATCHMENT, AGE, STATUS, *FLOWS]], tuple(said), counted=not said)


def _whole(table: pd.DataFrame) -> bool:
    return {CATCHMENT, AGE, *FLOWS} <= set(table) and "age_to" not in table


def _from_stocks(inputs: Inputs) -> MoveRecord | None:
    if inputs.children is None or inputs.children[YEAR].nunique() < 2:
        return None
    net = net_of_stocks(inputs)
    if not bool(np.isfinite(net.values).any()):
        return None
    level, how = _turnover(inputs)
    cohort = _cohort(inputs, net)
    frame = _gross(net, cohort, level)
    first, last = int(net[YEAR].min()) - 1, int(net[YEAR].max())
    said = Assumption(FROM_STOCKS, {"first": first, "last": last})
    return MoveRecord(frame, (said, _said_of_net(level, measured=how)), counted=False)


def _turnover(inputs: Inputs) -> tuple[dict[str, float], bool]:
    """Return by status the children who leave a year, per child on average, and whether the record tells it."""
    return turnover(net_of_stocks(inputs), inputs)


def _said_of_net(level: dict[str, float], *, measured: bool) -> Assumption:
    rates = join([f"{status} {1000 * rate:.0f}" for status, rate in level.items()])
    return Assumption(NET_BY_SCATTER if measured else NET_BY_STANDARD, {"rates": rates})


def _cohort(inputs: Inputs, like: xr.DataArray) -> Floats:
    """Return the children a year younger a year ago, (year, catchment, age, status); births at age 0."""
    assert inputs.children is not None
    coords: dict[str, Any] = {d: like[d].values.tolist() for d in (YEAR, CATCHMENT, AGE, STATUS)}
    before = {**coords, YEAR: [y - 1 for y in coords[YEAR]], AGE: [a - 1 for a in coords[AGE]]}
    stock = dense(inputs.children, "children", before, absent=np.nan).values
    now = dense(inputs.children, "children", coords, absent=np.nan).values
    return np.where(np.isfinite(stock), stock, now)  # the youngest, and years before the first count, stand for it


def _gross(net: xr.DataArray, cohort: Floats, level: dict[str, float]) -> pd.DataFrame:
    rates = np.array([level[s] for s in net[STATUS].values]) * child_schedule(net[AGE].values)[:, None]
    known = np.isfinite(net.values) & np.isfinite(cohort)
    due = np.where(known, cohort, 0.0) * rates
    came, left = net_to_gross(np.where(known, net.values, 0.0), due, due)
    flows = {flow: net.copy(data=np.where(known, x, np.nan)) for flow, x in zip(FLOWS, (came, left), strict=True)}
    return xr.Dataset(flows).to_dataframe().reset_index()[[YEAR, CATCHMENT, AGE, STATUS, *FLOWS]]


def _spread_rows(table: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return the table with one row a single age: `row` tells the group, `cohort` the children, `weight` who moves."""
    assert inputs.children is not None
    last = table["age_to"].fillna(table[AGE]) if "age_to" in table else table[AGE]
    table = table.reset_index(drop=True).rename_axis("row").reset_index()
    ages = [list(range(int(a), int(b) + 1)) for a, b in zip(table[AGE], last, strict=True)]
    table[AGE] = pd.Series(ages, table.index, dtype=object)
    rows = table.explode(AGE).astype({AGE: int})
    labels = {d: sorted(rows[d].unique()) for d in (YEAR, CATCHMENT, AGE, STATUS)}
    like = xr.DataArray(np.zeros([len(v) for v in labels.values()]), labels, tuple(labels))
    cohort = _nearest_year(_cohort(inputs, like))
    at = tuple(pd.Index(labels[d]).get_indexer(rows[d]) for d in labels)
    schedule = child_schedule(rows[AGE].to_numpy())
    return rows.assign(cohort=np.nan_to_num(cohort[at]), schedule=schedule).reset_index(drop=True)


def _nearest_year(cohort: Floats) -> Floats:
    """Fill years without a count from the next that has one: they serve as weights alone."""
    flat = pd.DataFrame(cohort.reshape(len(cohort), -1)).bfill().ffill()
    return flat.to_numpy().reshape(cohort.shape)


def _split_groups(table: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    rows = _spread_rows(table, inputs)
    weight = rows["schedule"] * rows["cohort"].where(rows["cohort"] > 0, 1e-9)
    share = weight / weight.groupby(rows["row"]).transform("sum")
    _refuse_more_than_there_are(rows)
    return rows.assign(**{flow: rows[flow] * share for flow in FLOWS})


def _refuse_more_than_there_are(rows: pd.DataFrame) -> None:
    groups = rows.groupby("row").agg({"cohort": "sum", "departures": "first", "arrivals": "first"})
    wrong = groups.index[groups["departures"] > groups["cohort"] + groups["arrivals"].fillna(0)]
    problems = [
        _(
            "migration, {year}, catchment {place}: {gone:,.0f} children left, but only {there:,.0f} were there; check "
            "the departures, or the children of the year before."
        ).format(
            year=row[YEAR],
            place=row[CATCHMENT],
            gone=groups["departures"][row["row"]],
            there=groups["cohort"][row["row"]],
        )
        for row in rows.drop_duplicates("row").to_dict("records")
        if row["row"] in wrong
    ]
    if problems:
        raise FigureError(problems)


def _split_net(table: pd.DataFrame, inputs: Inputs, level: dict[str, float]) -> pd.DataFrame:
    rows = _spread_rows(table, inputs)
    problems, done = [], []
    for (named, ages), part in rows.groupby([STATUS, rows.groupby("row")[AGE].transform("size")], sort=False):
        status, size = str(named), int(str(ages))
        shape = (-1, size)
        people, schedule = (part[name].to_numpy(float).reshape(shape) for name in ("cohort", "schedule"))
        net = part["net"].to_numpy(float).reshape(shape)[:, 0]
        known = np.isfinite(net)
        people, due = people[known], level[status] * schedule[known] * people[known]
        there = people.sum(1)
        for row, n, p in zip(part[:: shape[1]][known].to_dict("records"), net[known], there, strict=True):
            if size > 1 and -n > p:
                problems.append(
                    _(
                        "migration, {year}, catchment {place}, {status}: a net loss of {loss:,.0f} children of "
                        "{there:,.0f}; check the net, or the children of the year before."
                    ).format(year=row[YEAR], place=row[CATCHMENT], status=status, loss=-n, there=p)
                )
        if problems:
            continue
        came, left = np.full((2, len(net), size), np.nan)
        if size == 1:
            came[known], left[known] = net_to_gross(net[known, None], due, due)
        else:
            for i, k in enumerate(np.flatnonzero(known)):
                came[k], left[k] = flow_difference(
                    net[k],
                    people[i],
                    arrivals=due[i],
                    departures=schedule[k],
                    turnover=float(due[i].sum() / max(there[i], 1.0)),
                    least=0.0,
                    cap=1.0,
                )
        done.append(part.assign(arrivals=came.ravel(), departures=left.ravel()))
    if problems:
        raise FigureError(problems)
    return pd.concat(done).sort_index()
