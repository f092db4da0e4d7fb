"""Options as rows of a table: the kinds there are, those that other tools add, and the reading of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import pandas as pd

from seatcast.inputs.plan_tables import OPTION_GROUP
from seatcast.language import _
from seatcast.planning.kinds.building import Extension, Lease, NewSchool, Prefab, Rebuilding, Refit, Squeeze
from seatcast.planning.kinds.closing import Closing, Merger, Mothballing
from seatcast.planning.kinds.hiring import Hiring
from seatcast.planning.kinds.private import Purchase, Takeover
from seatcast.planning.kinds.reaching import Boarding, BoundaryChange, Bus, Pool
from seatcast.planning.kinds.stages import Conversion, NineYear
from seatcast.planning.option import Option, PlanError

KINDS: dict[str, type[Option]] = {
    of.kind: of
    for of in (
        NewSchool, Extension, Squeeze, Prefab, Lease, Refit, Rebuilding, Purchase, Takeover, Conversion, NineYear,
        Boarding, BoundaryChange, Pool, Bus, Hiring, Closing, Mothballing, Merger,
    )
}  # fmt: skip


@cache
def kinds() -> dict[str, type[Option]]:
    """Return the kinds of options by their codes: those of seatcast, and those that installed tools add.

    A tool adds a kind as an entry point of the group "seatcast.options", whose name is the kind's code.

    Raises
    ------
    PlanError
        If what a tool adds is not a kind of option, has another code, or one that is taken; all such at once.
    """
    found = dict(KINDS)
    problems = []
    for entry in entry_points(group=OPTION_GROUP):
        of = entry.load()
        if not (isinstance(of, type) and issubclass(of, Option)):
            said = _("{entry}: {value} is not a kind of option; a subclass of seatcast.planning.option.Option is.")
            problems.append(said.format(entry=entry.name, value=entry.value))
        elif of.kind != entry.name:
            said = _('{entry}: the kind calls itself "{kind}"; the entry point needs the same name.')
            problems.append(said.format(entry=entry.name, kind=of.kind))
        elif found.get(of.kind, of) is not of:
            said = _("{entry}: {value} has the code of another kind; give it another.")
            problems.append(said.format(entry=entry.name, value=entry.value))
        else:
            found[of.kind] = of
    if problems:
        raise PlanError.of(problems)
    return found


def kind_name(kind: str) -> str:
    """Return the name of a kind of option in the language in force.

    Examples
    --------
    >>> kind_name("nine_year")
    'nine-year school'
    """
    return kinds()[kind].called()


def read_options(table: pd.DataFrame) -> tuple[Option, ...]:
    """Return the options of a table, one a row, in the order of their ids.

    Parameters
    ----------
    table : DataFrame
        option, name, kind, stage, life_years, what the kind asks for, and whatever else is known: a column is named as
        the attribute of the kind that it fills. Lists are tuples, or separated by ";".

    Raises
    ------
    PlanError
        If a kind is unknown, a cell that the kind needs is empty, a cell cannot be read, an id occurs twice or an
        option excludes or requires one that is not in the table; all problems at once.

    Examples
    --------
    >>> table = pd.DataFrame([{"option": "P1", "name": "Prefab", "kind": "prefab", "stage": "primary",
    ...                        "school": "elm", "seats": 90, "cost": 60, "lead_years": 1, "life_years": 8}])
    >>> read_options(table)[0].service(2027)
    range(2028, 2036)
    """
    problems: list[str] = []
    options: list[Option] = []
    ids = table["option"].astype(str)
    for row in table.to_dict("records"):
        cells = {str(column): value for column, value in row.items() if _is_filled(value)}
        kind = kinds().get(str(cells.get("kind")))
        if kind is None:
            problems.append(
                _('option {option}: the kind "{kind}" is not known; choose one of {kinds}.').format(
                    option=row["option"], kind=row.get("kind"), kinds=", ".join(kinds())
                )
            )
            continue
        given, unread = {}, []
        for of in fields(kind):
            if of.name in cells:
                try:
                    given[of.name] = _cell(of, cells[of.name])
                except ValueError:
                    said = _("option {option}: {column} is '{value}'; a number is expected.")
                    unread.append(said.format(option=row["option"], column=of.name, value=cells[of.name]))
        problems += unread
        needed = [of.name for of in fields(kind) if of.default is MISSING and of.name not in cells]
        if needed:
            problems.append(
                _('option {option}: a row of the kind "{kind}" needs {columns}; fill in the empty cells.').format(
                    option=row["option"], kind=kind.kind, columns=", ".join(needed)
                )
            )
        if needed or unread:
            continue
        options.append(kind(**given))
        for column in ("excludes", "requires"):
            problems += [
                _("option {option}: {column} names {other}, which is not an option of the table.").format(
                    option=row["option"], column=column, other=other
                )
                for other in getattr(options[-1], column)
                if other not in set(ids)
            ]
    problems += [
        _("option {option}: the id occurs twice; ids are unique.").format(option=twice)
        for twice in ids[ids.duplicated()].unique()
    ]
    if problems:
        raise PlanError.of(problems)
    return tuple(sorted(options, key=lambda option: option.option))


def options_table(options: Sequence[Option]) -> pd.DataFrame:
    """Return the table of options that `read_options` reads as they are; cells that a kind does not have are empty.

    Examples
    --------
    >>> wing = Extension(option="E1", name="Wing", stage="primary", school="elm", seats=90, life_years=10)
    >>> read_options(options_table([wing])) == (wing,)
    True
    """
    rows = []
    for option in options:
        cells = {of.name: getattr(option, of.name) for of in fields(option)}
        lists = {name: ";".join(map(str, value)) for name, value in cells.items() if isinstance(value, tuple)}
        rows.append({"kind": option.kind} | cells | {name: text or None for name, text in lists.items()})
    return pd.DataFrame(rows).astype(object).where(lambda frame: frame.notna(), None)


def as_options(options: pd.DataFrame | Sequence[Option]) -> tuple[Option, ...]:
    """Return options, whether given as a table or as objects, in the order of their ids."""
    if isinstance(options, pd.DataFrame):
        return read_options(options)
    return tuple(sorted(options, key=lambda option: option.option))


def _is_filled(value: Any) -> bool:
    return len(value) > 0 if isinstance(value, tuple | list) else not pd.isna(value)


def _cell(of: Field[Any], value: Any) -> Any:
    """Return a cell as the attribute of the kind has it, by the type that it is declared with."""
    declared: Any = of.type  # a text where the module postpones its annotations
    wanted = declared.__name__ if isinstance(declared, type) else str(declared).removesuffix(" | None")
    if wanted.startswith("tuple"):
        parts = value if isinstance(value, tuple | list) else str(value).split(";")
        texts = [str(part).strip() for part in parts]
        return tuple(float(text) if "float" in wanted else text for text in texts if text)
    if wanted == "int":
        return int(value)
    return float(value) if wanted == "float" else str(value)
