"""The command line, a file a command: arguments in, one call, messages out."""

from seatcast.cli.program import app, main

__all__ = ["app", "main"]
