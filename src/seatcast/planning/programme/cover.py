"""The programme's answer: what starts when, and who is left without a seat."""

from __future__ import annotations

from dataclasses import dataclass

from seatcast.planning.programme.milp import Floats, Solution


@dataclass(frozen=True, eq=False)
class Cover:
    """The programme's answer.

    Attributes
    ----------
    starts : dict of str to int
        Start year by option id.
    left : (future, level, year), children
        Who are left without a seat, of the levels up to each; displaced pupils among them.
    uncovered : (place, year), children
        Expected number left in each place by one best way of seating.
    displaced : (option, year), pupils
        Expected number whom an option displaced and who are left without a seat.
    solution : Solution
        Objective and proven bound.
    """

    starts: dict[str, int]
    left: Floats
    uncovered: Floats
    displaced: Floats
    solution: Solution
