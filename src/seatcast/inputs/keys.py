"""The keys of bureau.toml, taken one by one: unknown ones and values of the wrong kind become problems."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import fields
from typing import Any

from seatcast.catchments.coordinates import CoordinateError, coordinate_system
from seatcast.inputs.mapping import FROM_ENROLLMENT, Mapping
from seatcast.inputs.schema import Problem, Table, did_you_mean
from seatcast.language import _

BUREAU_FILE = "bureau.toml"


class KeyReader:
    """Takes known keys out of tables of the file and notes every problem."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, key: str, found: str, rule: str = "", remedy: str = "") -> None:
        """Note a problem of a key."""
        self.problems.append(Problem(BUREAU_FILE, key, (), found, rule, remedy))

    def known(self, where: str, table: Dict[str, Any], allowed: tuple[str, ...]) -> None:
        """Note the keys of a section that are not `allowed`."""
        for key in table:
            if key not in allowed:
                found = _("'{key}' is not a key of [{where}]").format(key=key, where=where)
                self.problem(f"{where}.{key}", found, remedy=did_you_mean(key, allowed))

    def take(self, where: str, table: Dict[str, Any], key: str, kind: type, default: Any) -> Any:
        """Return the value of `key`; `default` may be the type itself where the key is needed."""
        needed = default is kind
        empty = kind()
        if key not in table:
            if needed:
                self.problem(f"{where}.{key}", _("'{key}' is missing").format(key=key))
            return empty if needed else default
        value = table[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            rule = _("a value such as {example} is expected").format(example=_EXAMPLES[kind])
            self.problem(f"{where}.{key}", repr(value), rule)
            return empty if needed else default
        return value


_EXAMPLES: dict[type, str] = {
    str: '"text"',
    int: "8",
    float: "0.5",
    bool: "true",
    dict: '{ a = "b" }',
    list: '["a", "b"]',
}


def read_mapping(take: KeyReader, where: str, table: Table, row: Dict[str, Any]) -> Mapping:
    """Return the mapping of `table` that a section states."""
    take.known(where, row, tuple(f.name for f in fields(Mapping)))
    header = row.get("header", 1)
    header = header if isinstance(header, list) else [header]
    if not header or not all(isinstance(line, int) and line >= 1 for line in header):
        take.problem(f"{where}.header", repr(row["header"]), _("a row is a whole number, 1 or more"))
        header = [1]
    joins = [part for part in take.take(where, row, "join", list, []) if isinstance(part, dict)]
    values: dict[str, Any] = {key: take.take(where, row, key, dict, {}) for key in ("where", "without", "constant")}
    for key, kind in (("columns", str), ("format", str), ("values", dict), ("split", dict)):
        section = take.take(where, row, key, dict, {})
        values[key] = {name: take.take(f"{where}.{key}", section, name, kind, kind) for name in section}
    for key in ("columns", "format", "values", "split", "constant"):
        take.known(f"{where}.{key}", values[key], table.names)
    for key in ("file", "encoding", "sheet", "latest", "on", "crs"):
        values[key] = take.take(where, row, key, str, None)
    for key in ("unknown_years", "from_enrollment"):
        values[key] = tuple(take.take(where, row, key, list, []))
    if values["crs"] is not None:
        if where.endswith(".join"):
            take.problem(f"{where}.crs", _("a joined file has the coordinate system of its table"))
        try:
            coordinate_system(values["crs"])
        except CoordinateError as error:
            take.problem(f"{where}.crs", str(error))
            values["crs"] = None
    for name in values["from_enrollment"]:
        if name not in FROM_ENROLLMENT.get(table.name, ()):
            found = _("'{name}' cannot be worked out from the enrollment").format(name=name)
            take.problem(f"{where}.from_enrollment", found)
    for name, rule in values["split"].items():
        take.known(f"{where}.split.{name}", rule, ("once_per", "by"))
        values["split"][name] = {
            part: take.take(f"{where}.split.{name}", rule, part, str, str) for part in ("once_per", "by")
        }
    for name, pattern in list(values["format"].items()):
        if not _formats(pattern):
            example = '"30-{:04d}"'
            rule = _("a value such as {example} is expected").format(example=example)
            take.problem(f"{where}.format.{name}", repr(pattern), rule)
            del values["format"][name]
    return Mapping(
        **values,
        header=tuple(header),
        year_shift=take.take(where, row, "year_shift", int, 0),
        add_up=take.take(where, row, "add_up", bool, default=False),
        join=tuple(read_mapping(take, f"{where}.join", table, part) for part in joins),
    )


def _formats(pattern: str) -> bool:
    try:
        return pattern.format(7) != pattern.format(8)
    except (ValueError, IndexError, KeyError):
        return False
