"""`seatcast demo`: the whole of it on the bundled bureau."""

from __future__ import annotations

from pathlib import Path

import typer

from seatcast.cli.options import ALL_FORMATS, Draws, Formats, Horizon, Lang, Out, ScenarioFile, Seed, examples
from seatcast.cli.run import carry_out
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Forecast, plan and report on the bundled bureau, an invented district."),
        epilog=examples("seatcast demo", "seatcast demo --out demo --lang zh --formats html"),
    )(demo)


def demo(
    out: Out = Path("seatcast-demo"),
    draws: Draws = 500,
    seed: Seed = 2026,
    horizon: Horizon = None,
    scenario: ScenarioFile = None,
    lang: Lang = None,
    formats: Formats = ALL_FORMATS,
) -> None:
    """Run the bundled bureau."""
    from seatcast.datasets import example_folder

    carry_out(
        example_folder(),
        out,
        data=None,
        draws=draws,
        seed=seed,
        horizon=horizon,
        scenario=scenario,
        last=None,
        lang=lang,
        formats=formats,
    )
