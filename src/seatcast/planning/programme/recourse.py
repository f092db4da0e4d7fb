"""The consequences of choices, as the loop asks for them: what they are worth, and planes that stay below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from seatcast.planning.programme.milp import Floats


@dataclass(frozen=True, eq=False)
class Cuts:
    """What a choice leaves behind, and planes that touch it there: value[g] = constant[g] + slope[g] @ x.

    Attributes
    ----------
    value, constant : (group,)
    slope : (group, column)
    """

    value: Floats
    constant: Floats
    slope: Floats


class Recourse(Protocol):
    """What the loop asks of the consequences."""

    @property
    def groups(self) -> int:
        """How many values are bounded."""

    def at(self, x: Floats) -> Cuts:
        """Return what the choices x, in parts or whole, leave behind, and cuts that hold for all choices."""
