"""`seatcast run`: a bureau's folder in, report, tables and record out."""

from __future__ import annotations

from pathlib import Path

import typer

from seatcast.cli.options import (
    ALL_FORMATS,
    Bureau,
    Data,
    Draws,
    Formats,
    Horizon,
    Lang,
    Last,
    Out,
    ScenarioFile,
    Seed,
    examples,
)
from seatcast.cli.speech import chosen_formats, command, out, steps
from seatcast.language import Language, _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Forecast, plan and report on a bureau's folder."),
        epilog=examples(
            "seatcast run mybureau --out reports/2026 --last reports/2025",
            "seatcast run mybureau --out reports/boom --scenario boom.toml --lang zh --formats html,xlsx",
        ),
    )(run)


def run(
    bureau: Bureau,
    out: Out,
    data: Data = None,
    draws: Draws = 500,
    seed: Seed = 2026,
    horizon: Horizon = None,
    scenario: ScenarioFile = None,
    last: Last = None,
    lang: Lang = None,
    formats: Formats = ALL_FORMATS,
) -> None:
    """Run a bureau's folder."""
    carry_out(
        bureau, out, data=data, draws=draws, seed=seed, horizon=horizon, scenario=scenario, last=last, lang=lang,
        formats=formats,
    )  # fmt: skip


def carry_out(
    bureau: Path,
    folder: Path,
    *,
    data: Path | None,
    draws: int,
    seed: int,
    horizon: int | None,
    scenario: Path | None,
    last: Path | None,
    lang: Language | None,
    formats: str,
) -> None:
    """Run a bureau's folder and say what was found and where it lies."""
    with command(lang):
        from seatcast.core.scenario import Scenario
        from seatcast.inputs.read import read_inputs
        from seatcast.inputs.scenario_file import read_scenario
        from seatcast.run import refuse_foreign_folder
        from seatcast.run import run as run_bureau

        chosen = chosen_formats(formats)
        with steps() as step:
            refuse_foreign_folder(folder)
            assumed = Scenario() if scenario is None else read_scenario(scenario)
            step("inputs")
            inputs = read_inputs(bureau, data=data)
            assumed = assumed.replace(draws=draws, seed=seed, horizon=horizon)
            outcome = run_bureau(inputs, folder, scenario=assumed, formats=chosen, last=last, progress=step)
        if chosen:
            out(_("The report lies in {path}.").format(path=outcome.out / f"report.{chosen[0]}"))
        else:
            out(_("The tables lie in {path}.").format(path=outcome.out / "tables"))
        for sentence in outcome.sentences:
            out(sentence)
