"""A finished run's folder, opened again: its record, its report as data, its scenario, and whether it still holds."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatcast.core.refused import RefusedError
from seatcast.core.scenario import Scenario
from seatcast.language import _, join
from seatcast.record import table_bytes
from seatcast.reporting import archive
from seatcast.run import KEPT, RECORD, TABLES

if TYPE_CHECKING:
    from seatcast.inputs.read import Inputs
    from seatcast.language import Language
    from seatcast.reporting.content import Content
    from seatcast.workflow import Forecast


class FinishedRunError(RefusedError):
    """The folder is not that of a finished run, or what it holds does not serve what is asked of it."""


def record(run: Path) -> dict[str, Any]:
    """Return what the run wrote into run.json.

    Raises
    ------
    FinishedRunError
        If the folder is not that of a finished run.
    """
    path = run / RECORD
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        text = _("{file} is missing; give the folder of a finished run, as `seatcast run` leaves it.")
        raise FinishedRunError(text.format(file=path)) from None
    return found


def kept_report(run: Path, language: Language) -> Content:
    """Return the report of the run in a language, as it was computed then; small numbers in it are hidden.

    Raises
    ------
    FinishedRunError
        If the run kept no report, or none in this language because its computer had no font for it.
    """
    record(run)
    path = run / KEPT
    if not path.exists():
        raise FinishedRunError(_("{file} is missing; run it again with this version.").format(file=path))
    kept = archive.load(path)
    if language not in kept:
        text = _("The run kept its report in {languages} alone: its computer had no font for the other. Run it again.")
        raise FinishedRunError(text.format(languages=join(list(kept))))
    return kept[language]


def scenario_of(run: Path) -> Scenario:
    """Return the scenario of the run: its assumptions, draws, seed and horizon."""
    given = record(run)["scenario"]
    return Scenario(**{field.name: given[field.name] for field in fields(Scenario) if field.name in given})


def check_same(run: Path, inputs: Inputs, outcome: Forecast) -> None:
    """Make sure that files and forecast are those of the run, to the last digit of its table of the shortfall.

    Raises
    ------
    FinishedRunError
        If a file has changed since, naming those that have; or if the forecast differs all the same.
    """
    then = {source["table"]: source["sha256"] for source in record(run)["inputs"]}
    now = {source.table: source.sha256 for source in inputs.sources}
    changed = sorted(table for table in then.keys() | now.keys() if then.get(table) != now.get(table))
    if changed:
        text = _("Not the files of {run}: {tables} changed since. Run it again, or leave --like out.")
        raise FinishedRunError(text.format(run=run, tables=join(changed)))
    kept = run / TABLES / f"{outcome.shortfall.topic}.csv"
    if kept.read_bytes() != table_bytes(outcome.shortfall.to_frame()):
        text = _("The forecast differs from that of {run}, which another version made. Run it again.")
        raise FinishedRunError(text.format(run=run))
