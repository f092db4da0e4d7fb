"""Charts: labelled array in, Axes out; the only part that touches matplotlib.

Nothing is shown and no global state is changed: every chart draws on the Axes given, or on a Figure of its own.
"""

from seatcast.charts.atlas import Outlines, Scale, dots, outlines, scale
from seatcast.charts.balance import balance
from seatcast.charts.bands import fan, fans
from seatcast.charts.contributions import contributions
from seatcast.charts.curves import bars, lines
from seatcast.charts.errors import errors_by_lead, pit_histogram
from seatcast.charts.export import png, svg
from seatcast.charts.flows import flow_picture
from seatcast.charts.fonts import FontError, chinese_font_files
from seatcast.charts.grids import heat_table
from seatcast.charts.map_panels import area_maps
from seatcast.charts.places import area_map, map_in_words
from seatcast.charts.pyramid import pyramid
from seatcast.charts.schedule import gantt
from seatcast.charts.scores import calibration
from seatcast.charts.shrinkage import shrinkage
from seatcast.charts.together import fans_together
from seatcast.charts.trade_off import start_years, trade_off
from seatcast.charts.waterfall import waterfall

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
    "contributions",
    "dots",
    "errors_by_lead",
    "fan",
    "fans",
    "fans_together",
    "flow_picture",
    "gantt",
    "heat_table",
    "lines",
    "map_in_words",
    "outlines",
    "pit_histogram",
    "png",
    "pyramid",
    "scale",
    "shrinkage",
    "start_years",
    "svg",
    "trade_off",
    "waterfall",
]
