"""`seatcast check`: every problem of a bureau's tables, for a person or, with --json, for a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from seatcast.cli.options import Bureau, Data, Lang, examples
from seatcast.cli.speech import INPUTS_AT_FAULT, command, out
from seatcast.language import _, n_


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Name every problem in a bureau's tables."),
        epilog=examples("seatcast check mybureau", "seatcast check mybureau --json > problems.json"),
    )(check)


def check(
    bureau: Bureau,
    data: Data = None,
    lang: Lang = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the outcome as JSON."))] = False,
) -> None:
    """Check a bureau's tables."""
    from seatcast.inputs.read import read_inputs
    from seatcast.inputs.schema import InputError

    with command(lang):
        try:
            inputs = read_inputs(bureau, data=data)
        except InputError as error:
            if not as_json:
                raise
            typer.echo(_json({"ok": False, "problems": [asdict(problem) for problem in error.problems]}))
            raise typer.Exit(INPUTS_AT_FAULT) from None
        if as_json:
            tables = {source.table: {"file": source.file, "rows": source.rows} for source in inputs.sources}
            looked = inputs.check_map()
            found = {"ok": True, "problems": [], "tables": tables, "missing": list(inputs.missing())}
            typer.echo(_json(found | {"map": [] if looked is None else [str(fault) for fault in looked.faults]}))
            return
        rows, tables_read = sum(source.rows for source in inputs.sources), len(inputs.sources)
        said = n_("{n} table of {area} was read", "{n} tables of {area} were read", tables_read)
        out(
            said.format(n=tables_read, area=inputs.area.label)
            + _(", {rows:,} rows; no problem was found.").format(rows=rows)
        )
        if inputs.missing():
            out(_("Not given: {tables}.").format(tables=", ".join(inputs.missing())))
        looked = inputs.check_map()
        for fault in () if looked is None else looked.faults:
            out(_("To look at on the map: {fault}").format(fault=fault))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
