"""What is wrong with a map: one fault each, with its place, its size, the rule and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Literal

from seatcast.core.refused import RefusedError
from seatcast.language import _, clauses, n_

Kind = Literal[
    "shape",
    "self-intersection",
    "parts",
    "overlap",
    "gap",
    "unmapped",
    "unlisted",
    "school elsewhere",
    "school off map",
]


@dataclass(frozen=True)
class MapFault:
    """One fault of a map.

    Attributes
    ----------
    kind : str
        "shape" (no polygon in degrees), "self-intersection", "parts" (several), "overlap", "gap", "unmapped" (in the
        table, not on the map), "unlisted" (on the map, not in the table), "school elsewhere" (outside its own
        catchment), "school off map".
    catchments : tuple of str
        Those concerned.
    grave : bool
        Whether the map cannot be used as it is: a child would belong nowhere, or to two catchments.
    square_metres, share : float
        The size, and what part of the smallest catchment concerned it is; missing where there is none.
    lon, lat : float
        Where; missing where it is nowhere in particular.
    """

    kind: Kind
    catchments: tuple[str, ...]
    found: str
    rule: str = ""
    remedy: str = ""
    grave: bool = False
    square_metres: float = float("nan")
    share: float = float("nan")
    lon: float = float("nan")
    lat: float = float("nan")

    @property
    def place(self) -> str:
        """Longitude and latitude, where the fault has a place."""
        if isnan(self.lon):
            return ""
        return _("at {lon:.5f}, {lat:.5f}").format(lon=self.lon, lat=self.lat)

    def __str__(self) -> str:
        parts = [part for part in (self.found, self.place, self.rule, self.remedy) if part]
        return clauses([part.rstrip(".。") for part in parts]) + _(".")


class MapError(RefusedError):
    """A map cannot be used; the message lists every fault.

    Attributes
    ----------
    faults : tuple of MapFault

    Examples
    --------
    >>> print(MapError("zones.shp", [MapFault("shape", ("12",), "catchment '12' has no shape")]))
    1 fault of the map zones.shp
      catchment '12' has no shape.
    """

    def __init__(self, name: str, faults: Iterable[MapFault]) -> None:
        self.name, self.faults = name, tuple(faults)
        super().__init__(name, self.faults)

    def __str__(self) -> str:
        n = len(self.faults)
        head = n_("{n} fault of the map {name}", "{n} faults of the map {name}", n).format(n=n, name=self.name)
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])
