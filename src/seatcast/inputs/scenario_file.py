"""A scenario from a file: the assumptions that an analyst changes, by their names."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from seatcast.core.scenario import Scenario
from seatcast.inputs.schema import InputError, Problem, did_you_mean
from seatcast.language import _, join

ASIDE = ("draws", "seed", "horizon")  # how much is computed, not what is assumed: said when a run is started
BY_YEAR = ("admitted_rise",)  # may be a table of years


def assumptions() -> dict[str, Any]:
    """Return the assumptions that a file may change, with their value in the baseline."""
    return {field.name: field.default for field in fields(Scenario) if field.name not in ASIDE}


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario: a TOML file with any of the assumptions of `Scenario`; the others stay those of the baseline.

    Parameters
    ----------
    path : path
        Such as boom.toml with the lines `name = "boom"` and `arrivals = 1.3`.

    Returns
    -------
    Scenario
        With the draws, seed and horizon of the baseline, which are no assumptions.

    Raises
    ------
    InputError
        If the file cannot be read, names something else, or a value lies outside its range; all problems at once.
    """
    path = Path(path)
    known = assumptions()
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError:
        raise InputError([Problem(path.name, "", (), _("no such file: {path}").format(path=path))]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        rule = _("the file is TOML in UTF-8")
        raise InputError([Problem(path.name, "", (), _("the line cannot be read"), rule)]) from None
    rule = _("a scenario file may change {names}").format(names=join(list(known)))
    problems = [
        Problem(
            path.name, key, (), _("'{key}' is no assumption").format(key=key), rule, did_you_mean(key, tuple(known))
        )
        for key in given
        if key not in known
    ]
    chosen = {key: value for key, value in given.items() if key in known}
    for key, value in list(chosen.items()):
        by_year = key in BY_YEAR and isinstance(value, dict)
        if not by_year and not _fits(value, known[key]):
            kind = _("a value such as {example} is expected").format(example=_example(known[key]))
            problems.append(Problem(path.name, key, (), repr(chosen.pop(key)), kind))
    try:
        scenario = Scenario(**{"name": path.stem, **chosen})
    except ValueError as error:
        problems.append(Problem(path.name, "", (), str(error)))
    if problems:
        raise InputError(problems)
    return scenario


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    return isinstance(value, int | float) if isinstance(default, int | float) else isinstance(value, type(default))


def _example(default: Any) -> str:
    return (
        str(default).lower()
        if isinstance(default, bool)
        else f'"{default}"'
        if isinstance(default, str)
        else str(default)
    )
