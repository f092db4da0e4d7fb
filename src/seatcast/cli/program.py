"""All commands together, and their help in the language asked for."""

from __future__ import annotations

import locale
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seatcast.cli import backtest, check, demo, init, plan, report, review, run
from seatcast.cli.options import examples
from seatcast.cli.speech import asked_language, loudness, plain_output
from seatcast.language import _, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

app = typer.Typer(
    help=_("Which children will lack a public school seat, where, when and how surely."),
    epilog=examples("seatcast demo", "seatcast check mybureau", "seatcast run mybureau --out reports/2026"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:  # noqa: FBT001 (typer calls it so)
    if value:
        from importlib.metadata import version

        typer.echo(f"seatcast {version('seatcast')}")
        raise typer.Exit


@app.callback()
def seatcast(
    *,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help=_("Say nothing but what is at fault."))] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help=_("Say how long each step took."))] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help=_("Say the version."))
    ] = False,
) -> None:
    """Remember how much is to be said."""
    del version
    if quiet and verbose:
        raise typer.BadParameter(_("choose one of -q and -v"), param_hint="-q / -v")
    loudness.quiet, loudness.verbose = quiet, verbose


for _module in (demo, init, check, run, backtest, plan, report, review):
    _module.add(app)


# What the framework itself says in a help text.
FRAMEWORK = (
    _("Usage:"),
    _("Arguments:"),
    _("Options:"),
    _("Commands:"),
    _("Show this message and exit."),
    _("[required]"),
    _("default:"),
)
COMPLETION = (
    _("Install completion for the current shell."),
    _("Show completion for the current shell, to copy it or customize the installation."),
)


def in_language(command: Any) -> Any:
    """Return a command, its subcommands and their options with help in the language in force."""
    for part in _parts(command):
        for name in ("help", "short_help"):
            text = getattr(part, name, None)
            if text:
                setattr(part, name, _(text))
        if hasattr(part, "get_help"):
            part.get_help = _relabelled(part.get_help)
    return command


def _relabelled(get_help: Callable[[Any], str]) -> Callable[[Any], str]:
    def relabelled(context: Any) -> str:
        text = get_help(context)
        for label in FRAMEWORK:
            text = text.replace(label, _(label))
        return text

    return relabelled


def _parts(command: Any) -> Iterator[Any]:
    yield command
    yield from command.params
    for child in getattr(command, "commands", {}).values():
        yield from _parts(child)


def main() -> None:
    """Run the command line."""
    locale.setlocale(locale.LC_CTYPE, "")
    plain_output()
    with speaking(asked_language(sys.argv[1:])):
        in_language(typer.main.get_command(app))(prog_name="seatcast")
