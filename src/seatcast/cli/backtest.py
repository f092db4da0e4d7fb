"""`seatcast backtest`: forecasts from past years against what came."""

from __future__ import annotations

from typing import Annotated

import typer

from seatcast.cli.options import Bureau, Data, Draws, Lang, Seed, Table, examples
from seatcast.cli.speech import command, out, steps, write_table
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Hold forecasts of the rolls made from past years against what came."),
        epilog=examples("seatcast backtest mybureau", "seatcast backtest mybureau --origins 4 --out scores.csv"),
    )(backtest)


def backtest(
    bureau: Bureau,
    data: Data = None,
    draws: Draws = 500,
    seed: Seed = 2026,
    origins: Annotated[int, typer.Option(min=1, help=_("Past years to forecast from."))] = 6,
    horizon: Annotated[int, typer.Option(min=1, help=_("Years ahead."))] = 5,
    lang: Lang = None,
    table: Table = None,
) -> None:
    """Test the forecast on the past."""
    with command(lang):
        from seatcast.core.scenario import Scenario
        from seatcast.inputs.read import MissingTableError, read_inputs
        from seatcast.run import past_forecasts

        with steps() as step:
            step("inputs")
            inputs = read_inputs(bureau, data=data)
            scenario = Scenario(draws=draws, seed=seed)
            found = past_forecasts(inputs, scenario, step, origins=origins, horizon=horizon)
        if found is None:
            raise MissingTableError(_("The rolls on record are too few years to forecast from any of them."))
        summary = found.summary()
        out(summary.sentence)
        out(summary.table.to_string(index=False))
        write_table(found.to_frame(), table)
