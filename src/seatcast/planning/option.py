"""An option: what any way of changing seats costs, when it serves, and the three things it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatcast.language import _, named


def money(amount: float, unit: str, *, decimals: int = 0) -> str:
    """Return an amount with its unit, as a sentence writes it.

    Examples
    --------
    >>> money(1250.0, "10,000 yuan")
    '1,250 × 10,000 yuan'
    """
    number = f"{amount:,.{decimals}f}"
    if not unit:
        return _("{number} units of money").format(number=number)
    return (_("{number} × {unit}") if unit[0].isdigit() else _("{number} {unit}")).format(number=number, unit=unit)


class PlanError(ValueError):
    """Options, their start years or the budget do not go together; the message lists every problem."""

    @classmethod
    def of(cls, problems: list[str]) -> PlanError:
        """Return the error that lists `problems`, a line each."""
        return cls("\n".join([_("The plan cannot be worked out:"), *(f"  {problem}" for problem in problems)]))


@dataclass(frozen=True)
class SeatsAt:
    """Seats at a stage of a school."""

    school: str
    stage: str
    seats: float


@dataclass(frozen=True)
class Access:
    """Leave for the children of a catchment to attend a school; `places` is infinite where nothing limits them."""

    catchment: str
    stage: str
    school: str
    places: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Option:
    """A way of changing seats, once, from a year on.

    Attributes
    ----------
    option : str
        Its id.
    stage : str
        The stage whose children it serves.
    cost : float
        Paid in the year it starts, in the bureau's unit of money.
    running_cost : float
        Paid in each year of service; negative where money is saved.
    lead_years, life_years : int
        Started in year t, it is in service in the years t + lead to t + lead + life - 1.
    teachers : float
        Teachers it needs in each year of service.
    excludes, requires : tuple of str
        Options that may not be started as well; options that must be started no later.
    """

    kind: ClassVar[str]
    option: str
    name: str
    stage: str
    cost: float = 0.0
    running_cost: float = 0.0
    lead_years: int = 0
    life_years: int
    teachers: float = 0.0
    name_zh: str | None = None
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return named(self.name, self.name_zh)

    def service(self, start: int) -> range:
        """Return the years in service when started in `start`."""
        return range(start + self.lead_years, start + self.lead_years + self.life_years)

    def gains(self) -> SeatsAt | None:
        """Return the seats it adds while in service."""
        return None

    def gives_up(self) -> SeatsAt | None:
        """Return the seats it takes away while in service; infinite: all the stage has there."""
        return None

    def opens(self) -> Access | None:
        """Return the access it grants while in service."""
        return None
