"""Who is seated where: demand meets seats under the rule of admission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from seatcast.core.admission import AdmissionRule, claim_names
from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STAGE, STATUS, TIER, YEAR, labelled
from seatcast.core.result import Result, Summary, quantile_frame
from seatcast.core.study_area import StudyArea
from seatcast.enrollment.demand import EnrollmentDemand, sum_grades_to_stages
from seatcast.language import _, n_
from seatcast.seats.capacity import Capacity, seat_capacity
from seatcast.seats.claims import with_rules
from seatcast.seats.links import Links, links_of
from seatcast.seats.unreached import refuse_unreached

ONE_CHILD = 0.5  # only more than half a child rounds to one: smaller numbers come from shares, not from children
MOST_DRAWN = 24  # schools in a picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from seatcast.seats.shortfall import Shortfall


@dataclass(frozen=True, eq=False, repr=False)
class Allocation(Result):
    """Seats taken and children left out, in every draw.

    Attributes
    ----------
    demand : EnrollmentDemand
        By the claims of the rules in force.
    capacity : Capacity
    rules : tuple of AdmissionRule
        By the year from which each holds.
    links : Links
        Who may ask where, in the positions of `expected_places`.
    unplaced : DataArray (year, catchment, grade, tier, draw), children
        Children who seek a public seat and get none within their reach.
    in_place : DataArray (year, catchment, grade, tier, draw), children
        Children who have a seat from the year before as the year's admission begins.
    seated : DataArray (year, school, stage, tier, draw), pupils
    free : DataArray (year, school, stage, draw), seats
        Seats that pupils in place leave as the year's admission begins.
    oversize : DataArray (year, school, stage, draw), pupils
        Pupils in place beyond the seats of their school: counted, never used as if they were seats.
    expected_places : array (year, catchment, rank, grade, tier), pupils
        The mean over the draws of those seated through each link; `places` gives it by name.
    """

    topic: ClassVar[str] = "allocation"
    demand: EnrollmentDemand
    capacity: Capacity
    rules: tuple[AdmissionRule, ...]
    links: Links
    unplaced: xr.DataArray
    in_place: xr.DataArray
    seated: xr.DataArray
    free: xr.DataArray
    oversize: xr.DataArray
    expected_places: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        for field, dims, unit in (
            ("unplaced", (YEAR, CATCHMENT, GRADE, TIER, DRAW), "children"),
            ("in_place", (YEAR, CATCHMENT, GRADE, TIER, DRAW), "children"),
            ("seated", (YEAR, SCHOOL, STAGE, TIER, DRAW), "pupils"),
            ("free", (YEAR, SCHOOL, STAGE, DRAW), "seats"),
            ("oversize", (YEAR, SCHOOL, STAGE, DRAW), "pupils"),
        ):
            object.__setattr__(self, field, labelled(getattr(self, field), *dims, unit=unit))

    @property
    def area(self) -> StudyArea:
        """The study area."""
        return self.demand.area

    def places(self) -> pd.DataFrame:
        """Return the seats taken by year, catchment, school, grade, tier and status: expected pupils.

        Returns
        -------
        DataFrame
            year, catchment, stage, school, rank (of the school in the catchment's order), overflow (whether the bureau
            placed them beyond it), grade, tier, status, pupils; rows without pupils are left out. Pupils in place are
            among them. Sums over places and tiers are expected numbers, too; the draws by school are in `seated`.
        """
        grades, tiers = self.demand.pupils[GRADE].values, self.demand.pupils[TIER]
        t, z, r, g, q = np.nonzero(self.expected_places > 0)
        frame = pd.DataFrame(
            {
                YEAR: self.demand.pupils[YEAR].values[t], GRADE: grades[g], TIER: tiers.values[q],
                STATUS: tiers[STATUS].values[q], "pupils": self.expected_places[t, z, r, g, q], "z": z, "r": r,
            }
        )  # fmt: skip
        frame[STAGE] = frame[GRADE].map(self.area.stage_of)
        by_link = self.links.table[["z", "r", STAGE, CATCHMENT, SCHOOL, "rank", "overflow"]]
        columns = [YEAR, CATCHMENT, STAGE, SCHOOL, "rank", "overflow", GRADE, TIER, STATUS, "pupils"]
        return frame.merge(by_link, on=["z", "r", STAGE])[columns].sort_values(columns[:-1]).reset_index(drop=True)

    def class_sizes(self) -> pd.DataFrame:
        """Return by year, school and stage the pupils to a class, and how surely classes are over-size.

        Returns
        -------
        DataFrame
            year, school, stage, seats, standard (pupils to a class), size (expected pupils to a class), probability
            (that there are more pupils than seats), oversize (expected pupils beyond the seats), classes_short (whole
            classes that would be needed to seat them, at the expected number).
        """
        size = {stage.stage: stage.class_size for stage in self.area.stages}
        columns = {
            "seats": self.capacity.seats, "pupils": self.seated.sum(TIER).mean(DRAW),
            "probability": (self.oversize > ONE_CHILD).mean(DRAW), "oversize": self.oversize.mean(DRAW),
        }  # fmt: skip
        frame = xr.Dataset(columns).to_dataframe().reset_index()
        frame = frame[(frame["seats"] > 0) | (frame["pupils"] > 0)].reset_index(drop=True)
        frame.insert(4, "standard", frame[STAGE].map(size))
        frame.insert(5, "size", frame.pop("pupils") / (frame["seats"] / frame["standard"]).where(frame["seats"] > 0))
        frame["classes_short"] = np.ceil(frame["oversize"] / frame["standard"] - 1e-6)
        return frame

    @property
    def asking(self) -> xr.DataArray:
        """Children who are not in place as the year's admission begins: (year, catchment, grade, tier, draw)."""
        return (self.demand.pupils - self.in_place).assign_attrs(unit="children")

    @property
    def idle(self) -> xr.DataArray:
        """Seats that nobody takes: (year, school, stage, draw)."""
        empty = self.capacity.seats - self.seated.sum(TIER)
        return empty.clip(min=0).transpose(YEAR, SCHOOL, STAGE, DRAW).assign_attrs(unit="seats")

    def shortfall(self) -> Shortfall:
        """Return the children without a seat by catchment and stage, and the seats that stand idle."""
        from seatcast.seats.shortfall import Shortfall

        return Shortfall(self)

    def to_frame(self) -> pd.DataFrame:
        """Return pupils seated and seats by school, stage and year: expected number and quantiles."""
        frame = quantile_frame(self.seated.sum(TIER)).rename(columns={"mean": "seated"})
        seats = self.capacity.seats.to_series().rename("seats").reset_index()
        oversize = self.oversize.mean(DRAW).to_series().rename("oversize").reset_index()
        places = [YEAR, SCHOOL, STAGE]
        frame = frame.merge(seats, on=places).merge(oversize, on=places)
        return frame[frame["seats"] + frame["seated"] > 0].reset_index(drop=True)

    def summary(self) -> Summary:
        """Return how full the schools are in the last year."""
        frame = self.to_frame()
        last = frame[frame[YEAR] == frame[YEAR].max()]
        full = int((last["seated"] >= 0.99 * last["seats"]).sum())
        sentence = n_(
            "In {year}, {n} of {all} school stages is expected to be full.",
            "In {year}, {n} of {all} school stages are expected to be full.",
            full,
        ).format(year=int(last[YEAR].max()), n=full, all=len(last))
        by_stage = frame.groupby([YEAR, STAGE], sort=False)[["seats", "seated", "oversize"]].sum().reset_index()
        return Summary(sentence, by_stage, self.definition_note())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw, year by year, how full the seats of each school are; of many schools those of the fullest."""
        from seatcast import charts

        frame = self.to_frame()
        share = (frame.groupby([SCHOOL, YEAR])["seated"].sum() / frame.groupby([SCHOOL, YEAR])["seats"].sum()).unstack()
        title = _("Share of the seats that are taken")
        if len(share) > MOST_DRAWN:
            share = share.loc[share.mean(axis=1).nlargest(MOST_DRAWN).index]
            title = _("Share of the seats that are taken: the {n} fullest schools").format(n=MOST_DRAWN)
        share.index = self.demand.area.school_names().reindex(share.index)
        return charts.heat_table(share, ax=ax, title=title)

    def waterfall(self, *, stage: str, year: int, ax: Axes | None = None) -> Axes:
        """Draw who takes the seats of a stage in a year: the seats, what each tier takes, whom it leaves out below."""
        from seatcast import charts

        at, chosen = {STAGE: stage, YEAR: year}, self.area.stage(stage)
        names = claim_names(self.rules)
        taken = self.seated.sel(at).sum(SCHOOL).mean(DRAW).to_series()
        missing = sum_grades_to_stages(self.unplaced, self.area).sel(at).sum(CATCHMENT).mean(DRAW).to_series()
        parts, below = ((names.reindex(of.index), of.to_numpy()) for of in (taken, missing))
        title = _("Who takes the seats: {stage}, {year}").format(stage=chosen.label, year=year)
        return charts.waterfall(
            pd.Series(parts[1], parts[0]), float(self.capacity.seats.sel(at).sum()), ax=ax, title=title,
            whole_label=_("seats"), below=pd.Series(below[1], below[0]), labels=(_("seated"), _("without a seat")),
        )  # fmt: skip

    def reallocation(self, *, stage: str, year: int, ax: Axes | None = None) -> Axes:
        """Draw where children go, of a stage and year, who are not seated in the first school of their catchment."""
        from seatcast import charts

        places = self.places().query("stage == @stage and year == @year and rank > 1")
        table = places.pivot_table(index=CATCHMENT, columns=SCHOOL, values="pupils", aggfunc="sum", fill_value=0.0)
        table.index = self.area.catchment_names().reindex(table.index)
        table.columns = self.area.school_names().reindex(table.columns)
        title = _("Seated beyond the first school: {stage}, {year}").format(
            stage=self.area.stage(stage).label, year=year
        )
        return charts.flow_picture(table, ax=ax, title=title, left_title=_("catchment"), right_title=_("school"))


def allocate(demand: EnrollmentDemand, seats: pd.DataFrame | Capacity, rule: AdmissionRule | None = None) -> Allocation:
    """Give out the seats by the rule of admission, in every draw.

    Each year the pupils in place keep their seat and move up with their class, as far as their family stays.
    Then children who are new, or were left out before, are admitted: round by round, in a round tier by tier and band
    by band; within them all ask the first school of their catchment, those refused the second, and so on; where a
    school has too few seats for those who ask, they share them in proportion, draw lots, or the nearer come first.
    Schools of one rank are drawn by lot. Entrants whose home's seat is locked, and at last all who are left, are placed
    by the bureau if the rule says so. In the year of record everybody asks, since who sits where is not in the tables.

    Parameters
    ----------
    demand : EnrollmentDemand
        Children seeking a public seat. Its area says who may attend where, and its scenario which rule is in force.
    seats : DataFrame or Capacity
        The bureau's seats table, one row a school, stage and year, or a capacity that a plan has changed. Schools that
        no catchment may attend are left out, unless the bureau may place children there: their pupils are not in the
        demand.
    rule : AdmissionRule, optional
        To be tried in place of the area's own, for the children who enter from its first year on; the children of each
        status are divided by its shares.

    Returns
    -------
    Allocation
        No school takes in more pupils than it has seats; no seat stays empty while a child who may have it waits,
        but for entry seats beyond the intake plan; within a round no tier is admitted to a grade of a school while an
        earlier tier still waits for it there, reserved seats aside.

    Raises
    ------
    NoSchoolInReachError
        If a catchment has children of a stage and no school of that stage in its reach.
    AdmissionRuleError
        If the rule cannot be followed with what is known.

    References
    ----------
    Within a tier this is immediate acceptance, rank by rank (Abdulkadiroğlu and Sönmez 2003, American Economic Review
    93 (3)); with distances that differ it is deferred acceptance where schools rank by tier, rank and distance.
    """
    from seatcast.seats.admission import admit

    area = demand.area
    rules = area.rules_in_force(equal=demand.scenario.admission == "equal")
    if rule is not None:
        rules = (*(old for old in rules if old.since < rule.since), rule)
        demand = with_rules(demand, rules)
    if isinstance(seats, pd.DataFrame):
        years = [int(year) for year in demand.pupils[YEAR].values]
        seats = seat_capacity(seats, area, years, committed=demand.scenario.committed)
    stages = list(demand.by_stage()[STAGE].values)
    seats = seats.sel({STAGE: stages})
    if not any(law.overflow for law in rules):
        attended = area.reach.loc[area.reach[STAGE].isin(stages), SCHOOL].unique()
        seats = seats.sel({SCHOOL: seats.seats[SCHOOL].isin(attended)})
    links = links_of(demand, seats, rules)
    refuse_unreached(demand, links.city.reach, stages)
    found = admit(demand.pupils.values, seats.seats.values, seats.intake.values, links.city, links.laws)
    coords = {YEAR: demand.pupils[YEAR], SCHOOL: seats.seats[SCHOOL], STAGE: stages}
    by_school = (YEAR, SCHOOL, STAGE, DRAW)
    return Allocation(
        demand,
        seats,
        rules,
        links,
        unplaced=demand.pupils.copy(data=found.unplaced),
        in_place=demand.pupils.copy(data=found.in_place),
        seated=xr.DataArray(found.seated, {**coords, **demand.pupils[TIER].coords}, (YEAR, SCHOOL, STAGE, TIER, DRAW)),
        free=xr.DataArray(found.free, coords, by_school),
        oversize=xr.DataArray(found.oversize, coords, by_school),
        expected_places=found.places() / np.float32(demand.pupils.sizes[DRAW]),
    )
