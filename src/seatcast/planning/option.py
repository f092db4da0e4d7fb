"""An option: what any way of changing seats costs, when it serves, and the few things it may do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from seatcast.core.refused import RefusedError
from seatcast.language import _, named

if TYPE_CHECKING:
    from seatcast.core.study_area import StudyArea


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


class PlanError(RefusedError):
    """Options, their start years or the budget do not go together; the message lists every problem."""

    @classmethod
    def of(cls, problems: list[str]) -> PlanError:
        """Return the error that lists `problems`, a line each."""
        return cls("\n".join([_("The plan cannot be worked out:"), *(f"  {problem}" for problem in problems)]))


@dataclass(frozen=True)
class SeatsAt:
    """Seats at a stage of a school; infinite where all the stage has there are meant."""

    school: str
    stage: str
    seats: float


@dataclass(frozen=True)
class Access:
    """Leave for the children of a catchment to attend a school.

    Attributes
    ----------
    places : float
        Children at most; infinite where only the school's seats limit them.
    beside : str or None
        A school of the catchment's order whose rank it shares: the two are a pool. None: it comes last.
    """

    catchment: str
    stage: str
    school: str
    places: float = float("inf")
    beside: str | None = None


@dataclass(frozen=True)
class Site:
    """A school that an option founds.

    Attributes
    ----------
    catchment : str or None
        The one it leads; it is then offered around as far as the stage's travel limit. None: it is open to those alone
        to whom the option opens it.
    """

    school: str
    stage: str
    catchment: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Effect:
    """All that an option does to seats and reach; who reads it need not know its kind.

    Attributes
    ----------
    gains, gives_up : tuple of SeatsAt
        Seats there are more, and no more, while it serves.
    loses : tuple of SeatsAt
        Seats that cannot be used from its start until it serves.
    opens : tuple of Access
        Held while it serves.
    founds : Site or None
    made_public : tuple of str
        Private schools that become public ones.
    """

    gains: tuple[SeatsAt, ...] = ()
    gives_up: tuple[SeatsAt, ...] = ()
    loses: tuple[SeatsAt, ...] = ()
    opens: tuple[Access, ...] = ()
    founds: Site | None = None
    made_public: tuple[str, ...] = ()

    @property
    def closes(self) -> tuple[SeatsAt, ...]:
        """The stages of schools that are shut while it serves."""
        return tuple(loss for loss in self.gives_up if loss.seats == float("inf"))


@dataclass(frozen=True, kw_only=True)
class Option(ABC):
    """A way of changing seats, once, from a year on.

    Attributes
    ----------
    option : str
        Its id.
    stage : str
        The stage whose children it serves.
    cost : float
        Paid while it is made ready, in the bureau's unit of money: evenly over the lead years, unless `spread` says
        otherwise; in the year it starts where there is no lead.
    spread : tuple of float
        Shares of the cost by year, from the start on.
    running_cost : float
        Paid in each year of service; negative where money is saved.
    end_cost : float
        Paid in the year after the last of service: to clear a site, or to open a mothballed school again.
    salvage : float
        Share of the cost that buys what keeps a value, such as land; written off evenly over the years of service.
    lead_years, life_years : int
        Started in year t, it is in service in the years t + lead to t + lead + life - 1.
    late_chance : float
        Chance that it opens a year late.
    ramp_years : int
        Years over which its seats open, a part each year: as many as grades where a new school fills from the first.
    notice_years : int or None
        It can be ended early, with so many years of notice; None: it cannot.
    teachers : float
        Teachers it needs in each year of service; negative where it sets teachers free.
    responsible, responsible_zh : str, str or None
        The unit that carries it out, for the list of projects.
    excludes, requires : tuple of str
        Options that may not be started as well; options that must be started no later.
    """

    kind: ClassVar[str]
    private: ClassVar[bool] = False  # whether its school is a private one
    option: str
    name: str
    stage: str
    cost: float = 0.0
    spread: tuple[float, ...] = ()
    running_cost: float = 0.0
    end_cost: float = 0.0
    salvage: float = 0.0
    lead_years: int = 0
    life_years: int
    late_chance: float = 0.0
    ramp_years: int = 1
    notice_years: int | None = None
    teachers: float = 0.0
    responsible: str = ""
    responsible_zh: str | None = None
    name_zh: str | None = None
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return named(self.name, self.name_zh)

    @property
    def unit(self) -> str:
        """The unit that carries it out, in the language in force; empty where none is named."""
        return named(self.responsible, self.responsible_zh)

    @classmethod
    @abstractmethod
    def called(cls) -> str:
        """Return the name of the kind in the language in force."""

    @property
    def notice(self) -> int | None:
        """Years of notice with which it can be ended early; None: it cannot."""
        return self.notice_years

    @property
    def posts(self) -> float:
        """Teachers it ties up in each year of service; negative where it brings or frees them."""
        return self.teachers

    def service(self, start: int, late: int = 0) -> range:
        """Return the years in service when started in `start`, opening `late` years after plan."""
        opens = start + self.lead_years + late
        return range(opens, opens + self.life_years)

    def ended(self, start: int, end: int | None) -> Self:
        """Return the option as it is when it is ended before its life is over, `end` the first year without it."""
        return self if end is None else replace(self, life_years=end - self.service(start).start)

    def works(self, start: int, late: int = 0) -> range:
        """Return the years from the start until it serves."""
        return range(start, start + self.lead_years + late)

    def filled(self, served: int) -> float:
        """Return the share of its seats that are open after `served` full years of service."""
        return min((served + 1) / self.ramp_years, 1.0)

    def caution(self, area: StudyArea) -> str:  # noqa: ARG002 - kinds that need the area have it
        """Return what a reader must know of it besides seats and money; empty where there is nothing."""
        return ""

    @abstractmethod
    def effect(self, area: StudyArea) -> Effect:
        """Return what it does to seats and reach of a study area."""
