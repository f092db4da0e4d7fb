"""`seatcast review`: an earlier forecast against the counts that have come since."""

from __future__ import annotations

import typer

from seatcast.cli.options import Bureau, Data, Lang, Run, Table, examples
from seatcast.cli.speech import command, out, write_table
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Hold the forecast of a finished run against the counts that have come since."),
        epilog=examples("seatcast review reports/2025 mybureau --out misses.csv"),
    )(review)


def review(
    run: Run,
    bureau: Bureau,
    data: Data = None,
    lang: Lang = None,
    table: Table = None,
) -> None:
    """Review a finished run."""
    with command(lang):
        from seatcast.evaluation.review import review as hold_against
        from seatcast.inputs.read import read_inputs

        inputs = read_inputs(bureau, data=data)
        found = hold_against(run, inputs)
        summary = found.summary()
        out(summary.sentence)
        out(summary.table.to_string(index=False))
        write_table(found.by_school(), table)
