"""Bounds, codes and keys of one table, checked by pandera; what it finds is told as problems."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from seatcast.inputs.convert import Typed, quoted
from seatcast.inputs.schema import Column, Problem, Scope, did_you_mean
from seatcast.language import _, join, n_

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType

    import pandas as pd

_NAMED = 8  # unknown values told one by one before the rest is counted


@dataclass(frozen=True)
class Known:
    """The names that tables may use, by scope; None where they could not be read."""

    names: dict[Scope, tuple[Any, ...] | None]

    def of(self, column: Column) -> tuple[Any, ...] | None:
        """Return what a cell of the column may name; None: anything."""
        if column.one_of:
            return (*column.one_of, *added_codes(column.group))
        if column.of is None or column.kind in ("ids", "stages"):
            return None
        return self.names.get(column.of)


@cache
def added_codes(group: str) -> tuple[str, ...]:
    """Return the codes that installed tools add to a column: the names of their entry points."""
    return tuple(entry.name for entry in entry_points(group=group)) if group else ()


@cache
def _pandera() -> ModuleType:
    import pandera.pandas

    return pandera.pandas


def check(typed: Typed, known: Known, problems: list[Problem]) -> None:
    """Find missing columns, values out of bounds, unknown names and duplicated keys."""
    frame = typed.frame
    if frame.empty:
        return
    pa = _pandera()
    columns = {}
    for column in typed.table.columns:
        if column.name not in frame:
            continue
        checks = []
        names = known.of(column)
        if names is not None:
            checks.append(pa.Check.isin(list(names), name="known", error="known"))
        if column.low is not None:
            checks.append(pa.Check.ge(column.low, name="low", error="bounds"))
        if column.high is not None:
            checks.append(pa.Check.le(column.high, name="high", error="bounds"))
        columns[column.name] = pa.Column(checks=checks, nullable=True)
    schema = pa.DataFrameSchema(columns)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        _tell(typed, known, error.failure_cases, problems)
    _duplicates(typed, problems)


def _tell(typed: Typed, known: Known, cases: pd.DataFrame, problems: list[Problem]) -> None:
    for (name, what), failed in cases.groupby(["column", "check"], sort=False):
        column = typed.table[str(name)]
        typed.faults.add(column.name)
        if what == "known":
            _unknown(typed, column, failed, known.of(column) or (), problems)
        else:
            values = list(dict.fromkeys(f"{value:g}" for value in failed["failure_case"]))
            problems.append(typed.problem(column.name, failed["index"].to_list(), join(values[:3]), column.rule))


def _unknown(
    typed: Typed, column: Column, failed: pd.DataFrame, names: Collection[object], problems: list[Problem]
) -> None:
    if column.of in ("grade", "age"):
        values = [_shown(value) for value in dict.fromkeys(failed["failure_case"])]
        found = _outside_sentence(column, values)
        rule = _("{low} to {high} are expected").format(low=min(names), high=max(names))  # type: ignore[type-var]
        problems.append(typed.problem(column.name, failed["index"].to_list(), found, rule))
        return
    by_value = failed.groupby(failed["failure_case"].map(_shown), sort=False)["index"]
    for value, rows in list(by_value)[:_NAMED]:
        found = _unknown_sentence(column, str(value))
        problems.append(typed.problem(column.name, rows.to_list(), found, remedy=did_you_mean(str(value), names)))
    rest = list(by_value)[_NAMED:]
    if rest:
        found = _("{values} are unknown too").format(values=quoted([str(value) for value, _rows in rest]))
        problems.append(typed.problem(column.name, [row for _value, rows in rest for row in rows], found))


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _unknown_sentence(column: Column, value: str) -> str:
    sentences = {
        "catchment": _("'{value}' is not a catchment of the study area"),
        "district": _("'{value}' is not a district of the study area"),
        "school": _("'{value}' is not in the table of schools"),
        "stage": _("'{value}' is not a stage of schooling in bureau.toml"),
        "status": _("'{value}' is not a status in bureau.toml"),
    }
    return sentences.get(column.of or "", _("'{value}' is not among the codes")).format(value=value)


def _outside_sentence(column: Column, values: list[str]) -> str:
    n = len(values)
    sentence = (
        n_("grade {values} belongs to no stage in bureau.toml", "grades {values} belong to no stage in bureau.toml", n)
        if column.of == "grade"
        else n_(
            "age {values} lies outside the years of childhood", "ages {values} lie outside the years of childhood", n
        )
    )
    return sentence.format(values=join(values))


def _duplicates(typed: Typed, problems: list[Problem]) -> None:
    if any(typed.table[name].required and name not in typed.frame for name in typed.table.key):
        return  # the column that is missing has been told; without it every row seems to occur again
    key = [name for name in typed.table.key if name in typed.frame]
    rows = typed.frame.dropna(subset=[name for name in key if name not in ("catchment", "district")])
    pa = _pandera()
    try:
        pa.DataFrameSchema(unique=key, report_duplicates="all").validate(rows, lazy=True)
    except pa.errors.SchemaErrors:
        again = rows[rows.duplicated(key, keep=False)]
        sizes = again.groupby(key, sort=False, dropna=False)
        values = again[key].iloc[0].to_list()
        what = join([f"{typed.shown.get(name, name)} {value}" for name, value in zip(key, values, strict=True)])
        found = _("{what} occurs more than once").format(what=what)
        if sizes.ngroups > 1:
            others = sizes.ngroups - 1
            found = n_(
                "{what} and {n} other key occur more than once",
                "{what} and {n} other keys occur more than once",
                others,
            ).format(what=what, n=others)
        typed.faults.add("")
        columns = ", ".join(typed.shown.get(name, name) for name in key)
        rule = _("each combination has one row")
        problems.append(Problem(typed.file, columns, tuple(int(row) for row in again.index), found, rule))
