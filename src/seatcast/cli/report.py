"""`seatcast report`: the report of a finished run again, in another format or language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatcast.cli.options import ALL_FORMATS, Formats, Lang, Run, examples
from seatcast.cli.speech import chosen_formats, command, out, steps
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Write the report of a finished run in another format or language; nothing is computed again."),
        epilog=examples(
            "seatcast report reports/2026 --lang en", "seatcast report reports/2026 --formats docx --out letters"
        ),
    )(report)


def report(
    run: Run,
    lang: Lang = None,
    formats: Formats = ALL_FORMATS,
    folder: Annotated[Path | None, typer.Option("--out", help=_("Folder for the files; else that of the run."))] = None,
) -> None:
    """Write a finished run's report again."""
    with command(lang):
        from seatcast.cli.speech import chosen_language
        from seatcast.finished import kept_report, record
        from seatcast.reporting.report import write

        chosen = chosen_formats(formats)
        language = chosen_language(lang)
        own = record(run)["language"] == language
        content = kept_report(run, language)
        name = "report" if own or folder is not None else f"report-{language}"
        with steps() as step:
            for suffix in chosen:
                step(f"report.{suffix}")
                path = write(content, (folder or run) / f"{name}.{suffix}")
                out(_("The report lies in {path}.").format(path=path))
