"""`seatcast plan`: the options to start, and when, under the budget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatcast.cli.options import Bureau, Data, Draws, Horizon, Lang, ScenarioFile, Seed, Table, examples
from seatcast.cli.speech import command, out, steps, write_table
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Choose options for more seats, and when to start them, under the budget."),
        epilog=examples(
            "seatcast plan mybureau --risk 0.05 --out plan.csv", "seatcast plan mybureau --like reports/2026 --risk 0.2"
        ),
    )(plan)


def plan(
    bureau: Bureau,
    data: Data = None,
    risk: Annotated[float, typer.Option(min=0.0, max=1.0, help=_("Risk accepted that a place stays short."))] = 0.10,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.1, help=_("Time limit of the solver; a plan that it cuts off may differ between machines.")),
    ] = None,
    draws: Draws = 500,
    seed: Seed = 2026,
    horizon: Horizon = None,
    scenario: ScenarioFile = None,
    like: Annotated[
        Path | None,
        typer.Option(help=_("A finished run: its draws, seed and scenario are used, if the files are still the same.")),
    ] = None,
    lang: Lang = None,
    table: Table = None,
) -> None:
    """Plan for a bureau's folder."""
    with command(lang):
        from seatcast.core.scenario import Scenario
        from seatcast.finished import check_same, scenario_of
        from seatcast.inputs.read import MissingTableError, read_inputs
        from seatcast.inputs.scenario_file import read_scenario
        from seatcast.planning.optimize import optimize_plan
        from seatcast.workflow import forecast

        with steps() as step:
            assumed = Scenario() if scenario is None else read_scenario(scenario)
            assumed = assumed.replace(draws=draws, seed=seed, horizon=horizon)
            if like is not None:
                assumed = scenario_of(like)
            step("inputs")
            inputs = read_inputs(bureau, data=data)
            if inputs.options is None:
                raise MissingTableError(_("A plan needs the table options."))
            outcome = forecast(inputs, assumed, progress=step)
            if like is not None:
                check_same(like, inputs, outcome)
            step("plan")
            limit = float("inf") if seconds is None else seconds
            found = optimize_plan(outcome.shortfall, inputs.options, budget=inputs.budget, risk=risk, seconds=limit)
        out(found.explanation())
        out(found.summary().table.to_string(index=False))
        write_table(found.schedule(), table)
