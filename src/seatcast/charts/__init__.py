"""Charts: labelled array in, Axes out; the only part that touches matplotlib.

Nothing is shown and no global state is changed: every chart draws on the Axes given, or on a Figure of its own.
"""

from seatcast.charts.atlas import Outlines, Scale, dots, outlines, scale
from seatcast.charts.balance import balance
from seatcast.charts.bands import fan, fans
from seatcast.charts.curves import bars, lines
from seatcast.charts.export import png, svg
from seatcast.charts.fonts import FontError, chinese_font_files
from seatcast.charts.grids import heat_table
from seatcast.charts.map_panels import area_maps
from seatcast.charts.places import area_map, map_in_words
from seatcast.charts.pyramid import pyramid
from seatcast.charts.schedule import gantt
from seatcast.charts.scores import calibration

__all__ = [
    "FontError",
    "Outlines",
    "Scale",
    "area_map",
    "area_maps",
    "balance",
    "bars",
    "calibration",
    "chinese_font_files",
    "dots",
    "fan",
    "fans",
    "gantt",
    "heat_table",
    "lines",
    "map_in_words",
    "outlines",
    "png",
    "pyramid",
    "scale",
    "svg",
]
