"""`seatcast init`: an empty bureau to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatcast.cli.options import Lang, examples
from seatcast.cli.speech import chosen_language, command, out
from seatcast.language import _


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help=_("Write an empty bureau, with every table's columns explained."),
        epilog=examples("seatcast init mybureau --lang zh"),
    )(init)


def init(folder: Annotated[Path, typer.Argument(help=_("A new folder."))], lang: Lang = None) -> None:
    """Write an empty bureau."""
    from seatcast.inputs.template import write_template

    with command(lang):
        write_template(folder, chosen_language(lang))
        out(_("An empty bureau lies in {folder}; fill its tables, then: seatcast check {folder}").format(folder=folder))
