"""What all refusals have in common: a message to whoever gave what cannot be worked with."""

from __future__ import annotations


class RefusedError(ValueError):
    """What was given or asked for cannot be worked with; the message says what was found, the rule and the remedy."""
