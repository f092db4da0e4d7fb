"""The whole flow on one page: inputs and a scenario in, a forecast out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from seatcast.core.result import Result, Summary
from seatcast.core.scenario import Scenario
from seatcast.demography.cohort_component import ChildPopulation, project_children
from seatcast.demography.migration import MigrationProjection, project_migration
from seatcast.demography.moves import moves_on_record
from seatcast.enrollment.bureau_rolls import project_rolls
from seatcast.enrollment.children_entry import follow_children
from seatcast.enrollment.demand import EnrollmentDemand, project_demand
from seatcast.enrollment.registrations import with_registrations
from seatcast.enrollment.rolls import EnrollmentForecast
from seatcast.inputs.read import Inputs
from seatcast.language import _
from seatcast.seats.alerts import Alerts, alerts
from seatcast.seats.allocation import Allocation, allocate
from seatcast.seats.shortfall import Shortfall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Result):
    """Every step of a forecast, for one scenario.

    Attributes
    ----------
    inputs : Inputs
    scenario : Scenario
    migration, children : MigrationProjection and ChildPopulation, or None
        None where the bureau has no children by catchment, or no migration: the demand then follows the rolls.
    rolls : EnrollmentForecast or None
        None where the bureau has no enrollment.
    demand, allocation, shortfall, alerts
        What follows from them.
    """

    topic: ClassVar[str] = "forecast"
    inputs: Inputs
    scenario: Scenario
    migration: MigrationProjection | None
    children: ChildPopulation | None
    rolls: EnrollmentForecast | None
    demand: EnrollmentDemand
    allocation: Allocation
    shortfall: Shortfall
    alerts: Alerts

    def results(self) -> Iterator[Result]:
        """Yield every noun there is, in the order in which they were made."""
        beyond = None if self.children is None else self.children.beyond
        for part in (
            self.migration,
            self.children,
            None if beyond is None else beyond.left_behind,
            None if beyond is None else beyond.adjustment,
            self.rolls,
            self.demand,
            self.allocation,
            self.shortfall,
            self.alerts,
        ):
            if part is not None:
                yield part

    def to_frame(self) -> pd.DataFrame:
        """Return the shortfall by year, catchment and stage."""
        return self.shortfall.to_frame()

    def summary(self) -> Summary:
        """Return the shortfall's own summary."""
        return self.shortfall.summary()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shortfall."""
        return self.shortfall.plot(ax)


def forecast(
    inputs: Inputs, scenario: Scenario | None = None, *, progress: Callable[[str], None] | None = None
) -> Forecast:
    """Forecast which children will lack a public seat, where, when and how surely.

    Population-led where the bureau knows its children by catchment and how they move, if only from their counts in
    several years; else roll-led, from the schools' own counts.

    Parameters
    ----------
    inputs : Inputs
    scenario : Scenario, optional
        The baseline, unless given.
    progress : callable, optional
        Told each step as it begins, by its key, such as "migration".

    Returns
    -------
    Forecast

    Raises
    ------
    ValueError
        If the bureau has neither children with migration nor enrollment; or if the scenario changes births or
        migration where the forecast, following the rolls, cannot tell what that would do.

    Examples
    --------
    >>> import seatcast as sc
    >>> outcome = sc.forecast(sc.load_example(), sc.Scenario(draws=20, horizon=3))
    >>> sorted(outcome.to_frame().columns)[:3]
    ['catchment', 'expected', 'probability']
    """
    scenario = scenario or Scenario()
    population_led = inputs.children is not None and moves_on_record(inputs) is not None
    if not population_led:
        _refuse_changes_of_population(scenario)
    say = progress or (lambda step: None)
    rolls = None
    if inputs.enrollment is not None:
        say("rolls")
        rolls = project_rolls(inputs, scenario)
    migration, children = None, None
    if population_led:
        say("migration")
        migration = project_migration(inputs, scenario)
        say("children")
        children = project_children(inputs, migration)
        if rolls is not None:
            rolls = follow_children(rolls, inputs, children)
    if rolls is not None:
        rolls = with_registrations(rolls, inputs)
    source = children or rolls
    if source is None:
        raise ValueError(_("A forecast needs the table enrollment, or the tables children and migration."))
    say("demand")
    demand = project_demand(inputs, source)
    say("allocation")
    allocation = allocate(demand, inputs.seats)
    shortfall = allocation.shortfall()
    return Forecast(inputs, scenario, migration, children, rolls, demand, allocation, shortfall, alerts(shortfall))


_OF_CHILDREN = ("arrivals", "departures", "return_flow", "induced", "elasticity", "new_dwellings", "births")


def _refuse_changes_of_population(scenario: Scenario) -> None:
    changed = scenario.changes(Scenario())
    idle = [field for field in _OF_CHILDREN if field in changed]
    if idle:
        raise ValueError(
            _(
                "The scenario changes {fields}, but this forecast follows the rolls of the schools, which do not tell "
                "births and moves apart. Give the tables children and migration, or leave these at 1."
            ).format(fields=", ".join(idle))
        )
