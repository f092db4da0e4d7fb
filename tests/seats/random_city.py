"""Random cities for the laws of admission: a stage of two grades, schools in random order of rank, every rule."""

from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from seatcast.core.admission import AdmissionRule, Round
from seatcast.core.study_area import StudyArea
from seatcast.seats.allocation import Allocation
from seatcast.testing import toy_area

ZONES, SCHOOLS, DRAWS = ("a", "b", "c"), ("x", "y", "z"), 3


def area_of(data: st.DataObject) -> StudyArea:
    """Return an area in which every catchment may attend some of the schools, in its own order, with ways."""
    links = []
    for zone in ZONES:
        asked = data.draw(st.lists(st.sampled_from(SCHOOLS), min_size=1, max_size=3, unique=True), label=zone)
        pooled = data.draw(st.booleans(), label="pool")
        links += [
            (zone, "primary", s, 1 if pooled else k, 100.0 * data.draw(st.integers(1, 9)))
            for k, s in enumerate(asked, 1)
        ]
    reach = pd.DataFrame(links, columns=["catchment", "stage", "school", "rank", "metres"])
    return toy_area(ZONES, SCHOOLS).replace(reach=reach)


def rules(*, reserve: bool = True, rounds: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Return the conduct of a rule, to put on an area's claims."""
    return st.fixed_dictionaries(
        {
            "tie": st.sampled_from(["lot", "distance"]),
            "reserved": st.sampled_from([{}, {"migrant": 0.3}]) if reserve else st.just({}),
            "rounds": st.sampled_from([(Round(),), (Round(1), Round())]) if rounds else st.just((Round(),)),
            "overflow": st.sampled_from([0.0, np.inf]) if rounds else st.just(0.0),  # it is a round, too
        }
    )


def with_rule(area: StudyArea, conduct: dict[str, Any]) -> StudyArea:
    """Return the area with one rule of its own claims."""
    return area.replace(rules=(AdmissionRule(area.tiers, **conduct),))


def networkx_flow(allocation: Allocation, t: int, d: int, tiers: list[int]) -> float:
    """Return the most children of the tiers that the free seats of a year can take, by networkx."""
    graph = nx.DiGraph()
    graph.add_node("source")
    graph.add_node("sink")
    links = allocation.links
    asking, free = allocation.asking.values[t], allocation.free.values[t]
    intake = allocation.capacity.intake.values[t]
    for row in links.table.itertuples():
        if links.laws.offered[links.laws.of_year[t], :, row.e, row.z, row.r].any():
            graph.add_edge(("entry", row.z), ("entry seats", row.i))
            graph.add_edge(("upper", row.z), ("seats", row.i))
    for z in range(asking.shape[0]):
        graph.add_edge("source", ("entry", z), capacity=float(asking[z, 0, tiers, d].sum()))
        graph.add_edge("source", ("upper", z), capacity=float(asking[z, 1:, tiers, d].sum()))
    for i in range(free.shape[0]):
        entry = min(float(free[i, 0, d]), float(intake[i, 0]))
        graph.add_edge(("entry seats", i), ("seats", i), capacity=entry)
        graph.add_edge(("seats", i), "sink", capacity=float(free[i, 0, d]))
    return float(nx.maximum_flow_value(graph, "source", "sink"))
