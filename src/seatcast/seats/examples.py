"""Orders of admission that cities have published, to start a rule from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from seatcast.core.admission import AdmissionRule
from seatcast.language import _, join


def example_rule(name: str) -> AdmissionRule:
    """Return a published order of admission, with its source; the shares of its claims are for the bureau to give.

    The sources say who comes before whom, not how many claim by what; so `share` is missing, and `allocate` refuses
    the rule until `AdmissionRule.with_shares` has filled it. Nor do they give the seed of a lottery: equals share in
    proportion, the expectation of their lots, until the bureau gives one. The share of the homes whose seat is locked
    is for the bureau to give, too. "Local" are those registered in the city, "migrant" the others.

    Parameters
    ----------
    name : str
        "songjiang_2022" (Shanghai: nine tiers, those left placed nearby; some schools lock a home's seat for five
        years, which the rule leaves out),
        "longhua" (Shenzhen: six types, points inside them), "longgang_2017" (Shenzhen: base points in one order;
        `with_bonus` adds the points for years), "dongguan_2021" (the registered, then points; equals share).

    Raises
    ------
    ValueError
        If there is no such rule; the message lists those there are.

    Examples
    --------
    >>> rule = example_rule("songjiang_2022")
    >>> rule.claims["tier"].to_list()[3:6]
    ['4 local', '5 migrant', '6 migrant']
    """
    folder = files("seatcast.seats") / "rules"
    with (folder / "orders.csv").open(encoding="utf-8") as lines:
        orders = pd.read_csv(lines)
    with (folder / "sources.csv").open(encoding="utf-8") as lines:
        sources = pd.read_csv(lines, index_col="rule")
    if name not in sources.index:
        raise ValueError(_("{name} is not an example of a rule; there are {known}.").format(
            name=name, known=join(list(sources.index))))  # fmt: skip
    table = orders[orders["rule"] == name].drop(columns="rule").assign(share=float("nan"))
    about = sources.loc[name]
    return AdmissionRule.read(
        table,
        name=about["name"],
        name_zh=about["name_zh"],
        tie=about["tie"],
        overflow=0.0 if pd.isna(about["overflow"]) else float(about["overflow"]),
        source=about["source"],
    )
