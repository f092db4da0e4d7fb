"""The rule of admission as data: who comes in what order, and how seats are given out among equals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd
import xarray as xr

from seatcast.core.labels import GRADE, STATUS, TIER, YEAR
from seatcast.core.refused import RefusedError
from seatcast.core.result import Result, Summary
from seatcast.language import _, clauses, join, named, sentences, sourced

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TIER_COLUMNS = (TIER, "order", STATUS, "share", "name", "name_zh", "points", "locked")
Tie = Literal["lot", "distance"]


class AdmissionRuleError(RefusedError):
    """A rule of admission that cannot be followed; the message names every reason and its remedy."""


@dataclass(frozen=True)
class Round:
    """A round of admission: how many schools of its order a catchment may have asked by its end, and how far.

    Attributes
    ----------
    schools : int or None
        Ranks that may be asked, those of earlier rounds included; None: all.
    metres : float or None
        Limit of the way in this round; None: that of the catchment's order alone.
    """

    schools: int | None = None
    metres: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class AdmissionRule(Result):
    """A rule of admission, in force for the children who enter from a year on.

    Children are served round by round; in a round by tier, in a tier the band with more points first; each asks the
    schools of its catchment by rank. Equals for whom a school has too few seats share them.

    Attributes
    ----------
    claims : DataFrame
        One row a claim: tier (a label such as "1 local" or "4 migrant 80"), order (rising with the tier and, inside
        it, with fewer points), status, share (of the children of that status who seek a public seat, missing where
        unknown), name, name_zh, points (the least of the band; missing without points), locked (share of the
        entrants whose home has used its seat: they are placed in the last round or not at all).
    since : int
        The first year in which it is followed; children who entered before keep their claim and their seat.
    tie : {"lot", "distance"}
        Who is served first among equals: nobody (they share in proportion), or the nearer catchment.
    lottery : int or None
        Seed of the lots. None: seats are shared in proportion, the expectation of a lottery; with a seed every child
        draws, so that the luck of the draw is part of the uncertainty.
    reserved : mapping of status to share
        Of a school's entry seats, a part that is offered to that status first: a least number, not a limit. One
        status at most.
    rounds : tuple of Round
        Without any, all schools of the order are asked in one round.
    overflow : float
        Metres within which the bureau at last places the children who are left, the nearest school first, beyond the
        schools of their catchment (straight line times 1.3); 0: it does not.
    lock_years : int
        Years for which a home's seat is locked once used; printed beside `locked`, which is the share it makes.
    source : str
        Where the rule stands.
    """

    topic: ClassVar[str] = "rule"
    claims: pd.DataFrame
    name: str = ""
    name_zh: str | None = None
    since: int = 0
    tie: Tie = "lot"
    lottery: int | None = None
    reserved: Mapping[str, float] = field(default_factory=dict)
    rounds: tuple[Round, ...] = (Round(),)
    overflow: float = 0.0
    lock_years: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        claims = self.claims.reindex(columns=list(TIER_COLUMNS))
        claims = claims.assign(locked=claims["locked"].astype(float).fillna(0.0), points=claims["points"].astype(float))
        object.__setattr__(self, "claims", claims.reset_index(drop=True))
        wrong = list(self._problems())
        if wrong:
            raise AdmissionRuleError(sentences(wrong))

    def _problems(self) -> list[str]:
        claims, wrong = self.claims, []
        if claims[TIER].duplicated().any():
            said = _("Admission: two claims are called {tier}; tell them apart by their points.")
            wrong.append(said.format(tier=claims[TIER][claims[TIER].duplicated()].iloc[0]))
        if not claims["locked"].between(0, 1).all():
            wrong.append(_("Admission: a locked share lies between 0 and 1."))
        if self.tie not in ("lot", "distance"):
            wrong.append(_('Admission: tie is "{value}"; choose "lot" or "distance".').format(value=self.tie))
        if self.tie == "distance" and self.lottery is not None:
            wrong.append(_('Admission: nobody draws lots where the nearer is served first; leave "lottery" out.'))
        known = list(dict.fromkeys(claims[STATUS]))
        for status, share in self.reserved.items():
            if status not in known:
                said = _("Admission: seats are reserved for {status}, who has no claim; there are {known}.")
                wrong.append(said.format(status=status, known=join([str(k) for k in known])))
            if not 0 <= share <= 1:
                wrong.append(
                    _("Admission: the reserved share is {share:g}; it lies between 0 and 1.").format(share=share)
                )
        if len(self.reserved) > 1:
            wrong.append(_("Admission: seats are reserved for several statuses; name one."))
        if not self.rounds or self.overflow < 0:
            wrong.append(_("Admission: there is at least one round, and overflow is 0 metres or more."))
        return wrong

    @classmethod
    def read(cls, tiers: pd.DataFrame, **conduct: Any) -> AdmissionRule:
        """Return the rule of a table `tiers`: tier (1 first), status, share, name and, where told, points, locked.

        Parameters
        ----------
        tiers : DataFrame
            As in a bureau's folder.
        conduct
            The other attributes of the rule.

        Examples
        --------
        >>> table = pd.DataFrame({"tier": [1, 2, 2], "status": ["local", "migrant", "migrant"], "share": [1, 0.4, 0.6],
        ...                       "name": ["registered", "80 points", "60 points"], "points": [None, 80, 60]})
        >>> AdmissionRule.read(table).claims[["tier", "order"]].values.tolist()
        [['1 local', 1], ['2 migrant 80', 2], ['2 migrant 60', 3]]
        """
        table = tiers.copy()
        points = table["points"].astype(float) if "points" in table else pd.Series(np.nan, table.index)
        claim = pd.DataFrame({"tier": table["tier"].astype(int), "fewer": -points.fillna(np.inf)})
        table["order"] = claim.groupby(["tier", "fewer"]).ngroup() + 1
        if points.isna().all():  # without bands the order is the tier, whatever numbers the bureau gives
            table["order"] = table["tier"].astype(int)
        band = ["" if np.isnan(p) else f" {p:g}" for p in points]
        table["tier"] = [
            f"{t} {s}{b}" for t, s, b in zip(table["tier"].astype(int), table["status"], band, strict=True)
        ]
        return cls(table.sort_values(["order", "status"], kind="stable"), **conduct)

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return named(self.name or _("order of admission"), self.name_zh)

    def replace(self, **changes: Any) -> AdmissionRule:
        """Return the rule with some parts changed."""
        return replace(self, **changes)

    def equal(self) -> AdmissionRule:
        """Return the rule with all claims in one order: everybody is an equal."""
        return self.replace(claims=self.claims.assign(order=1))

    def with_shares(self, shares: Mapping[str, float]) -> AdmissionRule:
        """Return the rule with the share of each claim's children in their status, by tier label."""
        given = self.claims[TIER].map(pd.Series(shares, dtype=float))
        return self.replace(claims=self.claims.assign(share=given.fillna(self.claims["share"])))

    def with_bonus(self, bonus: Mapping[float, float]) -> AdmissionRule:
        """Return the rule with each claim split into bands of its points plus a bonus, in one order of points alone.

        The additive family of rules: base points of the claim plus points for years of residence or insurance.

        Parameters
        ----------
        bonus : mapping of points to share
            Of the children of each claim; the shares sum to 1.

        Raises
        ------
        AdmissionRuleError
            If a claim has no points, or the shares do not sum to 1.
        """
        if self.claims["points"].isna().any() or abs(sum(bonus.values()) - 1) > 1e-6:
            said = _("Admission: a bonus needs points in every claim, and shares that sum to 1.")
            raise AdmissionRuleError(said)
        parts = [self.claims.assign(points=self.claims["points"] + p, share=self.claims["share"] * s)
                 for p, s in bonus.items()]  # fmt: skip
        table = pd.concat(parts, ignore_index=True)
        table["order"] = (-table["points"]).rank(method="dense").astype(int)
        table[TIER] = [f"{tier} {points:g}" for tier, points in zip(table[TIER], table["points"], strict=True)]
        return self.replace(claims=table.sort_values(["order", STATUS], kind="stable"))

    def to_frame(self) -> pd.DataFrame:
        """Return the rule as a readable table, one row a claim in the order in which they are served."""
        names = claim_names([self]).reindex(self.claims[TIER]).to_numpy()
        return self.claims.drop(columns=["name", "name_zh"]).assign(name=names).sort_values("order", kind="stable")

    def said(self, names: Mapping[str, str] | None = None) -> str:
        """Return how seats are given out in a sentence, and the source of the rule in another.

        Parameters
        ----------
        names : mapping of status to name, optional
            What readers call the statuses; by default they are named as in the claims.
        """
        names = names or {}
        said = [_("from {year} on").format(year=self.since)] if self.since else []
        said.append(_("equals share in proportion") if self.tie == "lot" and self.lottery is None else
                    _("equals draw lots (seed {seed})").format(seed=self.lottery) if self.tie == "lot" else
                    _("among equals the nearer is served first"))  # fmt: skip
        said += [_("{share:.0%} of the entry seats are kept for {status}").format(
                     share=share, status=names.get(status, status))
                 for status, share in self.reserved.items()]  # fmt: skip
        if len(self.rounds) > 1:
            said.append(_("{n} rounds").format(n=len(self.rounds)))
        if self.lock_years:
            said.append(_("a home's seat is locked for {n} years").format(n=self.lock_years))
        if self.overflow:
            said.append(_("those left are placed within {metres:,.0f} m").format(metres=self.overflow)
                        if np.isfinite(self.overflow) else
                        _("those left are placed in the nearest school that has seats"))  # fmt: skip
        source = [sourced(self.source)] if self.source else []
        conduct = _("{rule}: {conduct}.").format(rule=self.label, conduct=clauses(said))
        return sentences([conduct, *source])

    def summary(self) -> Summary:
        """Return how seats are given out, in words, and the order as a table."""
        return Summary(self.said(), self.to_frame())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the share of each claim in its status, in the order in which they are served."""
        from seatcast import charts

        frame = self.to_frame()
        shares = frame.pivot_table(index="name", columns=STATUS, values="share", sort=False)
        return charts.heat_table(shares, ax=ax, title=self.label)


def claims_of(rules: Sequence[AdmissionRule]) -> pd.DataFrame:
    """Return every claim of the rules once, as the latest rule that knows it has it."""
    every = pd.concat([rule.claims for rule in sorted(rules, key=lambda rule: rule.since)], ignore_index=True)
    return every.drop_duplicates(TIER, keep="last").sort_values(["order", STATUS], kind="stable").reset_index(drop=True)


def claim_names(rules: Sequence[AdmissionRule]) -> pd.Series:
    """Return the names of the claims in the language in force, by tier label."""
    claims = claims_of(rules)
    names = [named(str(name), zh) for name, zh in zip(claims["name"], claims["name_zh"], strict=True)]
    return pd.Series(names, claims[TIER], dtype=object)


def in_force(rules: Sequence[AdmissionRule], year: int) -> int:
    """Return the position in `rules`, sorted by the year they begin, of the one in force; before all, the first."""
    return max(sum(rule.since <= year for rule in rules) - 1, 0)


def claim_shares(rules: Sequence[AdmissionRule], years: Sequence[int], since_entry: Mapping[int, int]) -> xr.DataArray:
    """Return the share of each claim in its status, (year, grade, tier), by the rule under which the children entered.

    Parameters
    ----------
    since_entry : mapping of grade to years
        Since the children of the grade entered their stage.

    Raises
    ------
    AdmissionRuleError
        If shares are unknown, or those of a status do not sum to 1.
    """
    rules = sorted(rules, key=lambda rule: rule.since)
    wrong = []
    for rule in rules:
        sums = rule.claims.groupby(STATUS)["share"].sum(min_count=1)
        for status, total in sums.items():
            unknown = rule.claims["share"][rule.claims[STATUS] == status].isna().any()
            if unknown or abs(total - 1) > 1e-6:
                wrong.append(_("{rule}: the shares of {status} are not known to add up to 1; give them with "
                               "with_shares.").format(rule=rule.label, status=status))  # fmt: skip
    if wrong:
        raise AdmissionRuleError(sentences(wrong))
    tiers = claims_of(rules)[TIER].to_list()
    by_rule = np.stack([rule.claims.set_index(TIER)["share"].reindex(tiers).fillna(0.0) for rule in rules])
    which = [[in_force(rules, year - past) for past in since_entry.values()] for year in years]
    coords = {YEAR: list(years), GRADE: list(since_entry), TIER: tiers}
    return xr.DataArray(by_rule[np.array(which)].astype(np.float32), coords, (YEAR, GRADE, TIER))
