"""What a run leaves beside the report: its tables, and the record of all that it was made from."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from seatcast.core.admission import AdmissionRule
from seatcast.core.result import Result
from seatcast.core.scenario import Scenario
from seatcast.enrollment.bureau_rolls import roll_events
from seatcast.enrollment.rolls import EnrollmentForecast
from seatcast.evaluation.backtest import Backtest
from seatcast.inputs.read import Inputs
from seatcast.language import _, language
from seatcast.workflow import Forecast

PACKAGES = ("seatcast", "numpy", "pandas", "xarray", "numba", "highspy", "scipy", "matplotlib", "typst")


def write_tables(folder: Path, results: Sequence[Result], outcome: Forecast) -> None:
    """Write every table of a run as CSV into a new folder, with a word on what they are for."""
    folder.mkdir()
    (folder / "README.txt").write_text(_internal() + "\n", "utf-8-sig")
    frames = {noun.topic: noun.to_frame() for noun in results}
    frames["idle"], frames["totals"] = outcome.shortfall.idle_frame(), outcome.shortfall.totals()
    if outcome.rolls is not None:
        frames["rolls"] = _rolls_for_review(outcome.rolls)
    past = next((noun for noun in results if isinstance(noun, Backtest)), None)
    if past is not None:
        frames["class_needs"] = past.class_needs()
    for name, frame in frames.items():
        (folder / f"{name}.csv").write_bytes(table_bytes(frame))


def table_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: with a byte-order mark for spreadsheets, and four decimals, so that platforms agree."""
    return frame.to_csv(index=False, float_format="%.4f", lineterminator="\n").encode("utf-8-sig")


def _internal() -> str:
    return _(
        "These tables are for use inside the bureau: numbers are neither rounded nor hidden, however small. What may "
        "be passed on is the report, in which small numbers of children are hidden."
    )


def _rolls_for_review(rolls: EnrollmentForecast) -> pd.DataFrame:
    """Return the rolls as `seatcast.review` reads them."""
    frame = rolls.to_frame(level="cell", quantiles=(0.1, 0.5, 0.9))
    frame = frame.rename(columns={"q10": "low", "q50": "median", "q90": "high"})
    return frame[["year", "district", "school", "grade", "median", "low", "high"]]


def _events(inputs: Inputs, scenario: Scenario) -> list[dict[str, object]]:
    """Return the events that the rolls followed, for the review of a later year to know what was known."""
    events = None if inputs.enrollment is None else roll_events(inputs, committed=scenario.committed)
    if events is None:
        return []
    rows = events.astype(object).to_dict("records")
    return [{str(name): value for name, value in row.items() if not _blank(value)} for row in rows]


def _blank(value: object) -> bool:
    return not value if isinstance(value, (tuple, str)) else value is None or value != value  # noqa: PLR0124 - NaN


def rule_record(rule: AdmissionRule) -> dict[str, object]:
    """Return all that a rule of admission says, for a record: without what is unknown, and without infinities."""
    told = {field.name: getattr(rule, field.name) for field in fields(rule) if field.name != "claims"}
    claims = rule.claims.astype(object).to_dict("records")
    return told | {
        "reserved": dict(rule.reserved),
        "rounds": [{name: _number(value) for name, value in asdict(turn).items()} for turn in rule.rounds],
        "overflow": _number(rule.overflow),
        "claims": [{str(name): value for name, value in row.items() if not _blank(value)} for row in claims],
    }


def _number(value: float | None) -> float | str | None:
    """Return a number as JSON knows it: a limit that is none is "inf", as in bureau.toml."""
    return "inf" if value is not None and math.isinf(value) else value


def write_record(path: Path, outcome: Forecast, seconds: dict[str, float]) -> None:
    """Write what would make the run again, and what it rests on: versions, seed, scenario, hashes, assumptions."""
    inputs, scenario = outcome.inputs, outcome.scenario
    nouns = [noun for noun in (outcome.migration, outcome.children) if noun is not None]
    record = {
        "versions": {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}},
        "area": inputs.area.name,
        "base_year": inputs.base_year,
        "language": language(),
        "seed": scenario.seed,
        "scenario": asdict(scenario) | {"horizon": scenario.horizon or inputs.horizon},
        "inputs": [asdict(source) for source in inputs.sources],
        "missing": list(inputs.missing()),
        "events": _events(inputs, scenario),
        "assumptions": {
            "seeking_a_public_seat": inputs.area.seeking,
            "travel_limit_metres": {stage.stage: stage.travel_limit for stage in inputs.area.stages},
            "travel_limit_minutes": {stage.stage: stage.travel_minutes for stage in inputs.area.stages},
            "class_size": {stage.stage: stage.class_size for stage in inputs.area.stages},
            "rules_of_admission": [rule_record(rule) for rule in outcome.allocation.rules],
            "moves_and_births": [str(said) for noun in nouns for said in noun.assumptions],
            "definition": asdict(inputs.area.definition) if inputs.area.definition else None,
        },
        "seconds": seconds,
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
