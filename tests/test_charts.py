"""Charts: labelled arrays in, Axes out, drawn the same everywhere and in every language."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Text

from seatcast import charts
from seatcast.charts import fonts
from seatcast.charts.style import INK, NONE
from seatcast.language import speaking

YEARS = [2027, 2028, 2029]
DRAWS = xr.DataArray(np.arange(33.0).reshape(3, 11), {"year": YEARS}, ("year", "draw"))
PANELS = xr.concat([DRAWS, 2 * DRAWS], pd.Index(["primary", "junior"], name="stage"))
FRAME = pd.DataFrame({"local": [1.0, 2.0, 3.0], "migrant": [3.0, -2.0, np.nan]}, index=YEARS)
SCHEDULE = pd.DataFrame(
    {
        "label": ["Elm", "东湖小学"],
        "start": [2027, 2027],
        "opens": [2029, 2027],
        "ends": [np.nan, 2029],
        "text": ["+90", ""],
    }
)


def square(west, size=1.0, *, hole=False):
    def ring(a, s):
        return [[a, 30.0], [a + s, 30.0], [a + s, 30.0 + s], [a, 30.0 + s], [a, 30.0]]

    return [ring(west, size), *([ring(west + 0.2, 0.2)] if hole else [])]


GEOMETRY = {
    "type": "FeatureCollection",
    "features": [
        {"properties": {"catchment": "a"}, "geometry": {"type": "Polygon", "coordinates": square(120.0, hole=True)}},
        {"properties": {"catchment": "b"}, "geometry": {"type": "MultiPolygon", "coordinates": [square(121.0)]}},
        {"properties": {"catchment": "c"}, "geometry": {"type": "Polygon", "coordinates": square(122.0)}},
    ],
}
VALUES = pd.Series({"a": 0.0, "b": 40.0, "c": np.nan})

DRAWN = {
    "fan": lambda ax, text: charts.fan(DRAWS, ax=ax, title=text, unit=text, history=pd.Series({2026: 4.0})),
    "lines": lambda ax, text: charts.lines(FRAME, ax=ax, title=text, labels={"local": text}),
    "bars": lambda ax, text: charts.bars(FRAME, ax=ax, title=text, line=FRAME["local"], line_label=text),
    "map": lambda ax, text: charts.area_map(GEOMETRY, VALUES, ax=ax, title=text, labels=pd.Series({"b": text})),
    "change": lambda ax, text: charts.area_map(GEOMETRY, VALUES - 20, ax=ax, title=text, colors="change"),
    "pyramid": lambda ax, text: charts.pyramid(
        FRAME.abs().fillna(1.0).set_axis([6, 7, 8]),
        before=FRAME.abs().fillna(2.0).set_axis([6, 7, 8]),
        ax=ax,
        title=text,
    ),
    "balance": lambda ax, text: charts.balance(DRAWS, 2 * DRAWS, ax=ax, title=text),
    "heat": lambda ax, text: charts.heat_table(FRAME.rename(columns={"local": text}), ax=ax, title=text),
    "gantt": lambda ax, text: charts.gantt(SCHEDULE, ax=ax, title=text, last=2032),
    "calibration": lambda ax, text: charts.calibration(pd.DataFrame({text: [0.7, 0.9]}, index=[0.8, 0.95]), ax=ax),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chart_draws_on_the_axes_given_in_every_language(name, language):
    given = Figure().subplots()
    with speaking(language):
        ax = DRAWN[name](given, "Elm $x^2$ & <b>" if language == "en" else "学位缺口 −3 ≥ “预警”")
        picture = charts.png(ax.get_figure())  # a missing glyph warns, and a warning is an error here

    assert ax is given
    assert not any(text.get_parse_math() for text in ax.findobj(Text))  # a $ in a name is a $
    assert picture.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_chart_is_the_same_svg_and_asks_for_nothing(name):
    one, two = (charts.svg(DRAWN[name](None, "Elm").get_figure(), prefix="p-") for _ in range(2))

    assert one == two
    assert not re.findall(r'(?:href|src)="(?!#p-)', one)
    assert all(identity.startswith("p-") for identity in re.findall(r'\bid="([^"]+)"', one))


def test_a_chart_drawn_twice_does_not_drift():
    figure = charts.fan(DRAWS).get_figure()
    first = charts.svg(figure)

    charts.png(figure)

    assert charts.svg(figure) == first


def test_the_bands_of_a_fan_end_at_the_quantiles_and_the_line_is_the_median():
    ax = charts.fan(DRAWS, quantiles=(0.1, 0.5, 0.9))

    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == DRAWS.sel(year=2027).quantile(0.1)
    assert band[:, 1].max() == DRAWS.sel(year=2029).quantile(0.9)
    assert ax.lines[0].get_ydata().tolist() == DRAWS.median("draw").values.tolist()


def test_a_fan_says_how_sure_its_bands_are():
    labels = [text.get_text() for text in charts.fan(DRAWS, seats=pd.Series(5.0, YEARS)).get_legend().get_texts()]

    assert labels == ["80% interval", "50% interval", "median", "seats"]


def test_small_multiples_have_a_panel_each_and_one_legend():
    axes = charts.fans(PANELS, labels={"primary": "Primary school"}, title="By stage")

    assert [ax.get_title(loc="left") for ax in axes] == ["Primary school", "junior"]
    assert all(isinstance(ax, Axes) and ax.get_legend() is None for ax in axes)
    assert len(axes[0].get_figure().legends) == 1
    assert axes[0]._repr_png_().startswith(b"\x89PNG")  # as the value of a cell


def test_a_chart_is_a_picture_in_a_notebook():
    assert charts.lines(FRAME)._repr_png_().startswith(b"\x89PNG")


def test_a_label_stays_inside_its_area_in_as_many_lines_as_it_needs_or_is_left_out():
    labels = pd.Series({"a": "Short", "b": "Two words of one much longer name than fits", "c": "Unbreakable" * 4})
    ax = charts.area_map(GEOMETRY, VALUES.fillna(0.0), labels=labels)
    ax.get_figure().canvas.draw()
    texts = {text.get_text().replace("\n", " "): text for text in ax.texts}

    assert list(texts) == ["Short", "Two words of one much longer name than fits"]
    assert "\n" in texts["Two words of one much longer name than fits"].get_text()
    box = texts["Two words of one much longer name than fits"].get_window_extent().transformed(ax.transData.inverted())
    assert 121.0 <= box.x0 < box.x1 <= 122.0


def test_a_map_tells_none_few_and_unknown_apart_and_names_its_areas():
    ax = charts.area_map(GEOMETRY, VALUES, unit="children", names=pd.Series({"a": "<East>", "b": "West"}))
    none, few, unknown = (patch.get_facecolor() for patch in ax.patches[:3])
    drawn = charts.svg(ax.get_figure(), prefix="m-")

    assert len({none, few, unknown}) == 3
    assert none == to_rgba(NONE)
    assert ax.patches[2].get_hatch()
    assert "<title>&lt;East&gt;: 0 (children)</title>" in drawn
    assert "<title>West: 40 (children)</title>" in drawn
    assert "<title>c: not known</title>" in drawn


def test_small_multiples_of_maps_have_one_scale_one_key_and_words():
    panels = pd.DataFrame({2026: VALUES, 2027: VALUES * 2})
    axes = charts.area_maps(GEOMETRY, panels, title="Elm", unit="children", labels=panels.map("{:.0f}".format))
    drawn = charts.svg(axes[0].get_figure())

    assert [ax.get_title(loc="left") for ax in axes] == ["2026", "2027"]
    assert len(axes[0].get_figure().axes) == 3  # two maps and one key
    assert axes[0].patches[1].get_facecolor() != axes[1].patches[1].get_facecolor()  # 40 and 80 of one scale
    assert (
        "<title>2027. Highest: b 80 (children) and a 0 (children); lowest: a 0 (children); not known: 1.</title>"
        in drawn
    )
    assert charts.png(axes[0].get_figure()).startswith(b"\x89PNG")


def test_each_panel_may_have_a_map_of_its_own():
    less = {**GEOMETRY, "features": GEOMETRY["features"][:2]}
    axes = charts.area_maps({"old": GEOMETRY, "new": less}, pd.DataFrame({"old": VALUES, "new": VALUES}))

    assert [len(ax.patches) for ax in axes] == [3, 2]


def test_what_is_fuller_than_full_has_another_colour_than_what_is_not():
    shares = pd.Series({"a": 0.95, "b": 1.05, "c": 9.0})
    ax = charts.area_map(GEOMETRY, shares, colors="filled")
    below, above, far = (patch.get_facecolor() for patch in ax.patches[:3])

    assert below[2] > below[0]  # towards purple
    assert above[0] > above[2]  # towards orange
    assert far[0] > far[2]


def test_a_map_of_other_places_is_refused():
    with pytest.raises(ValueError, match="None of the map's areas"):
        charts.area_map(GEOMETRY, pd.Series({"z": 1.0}))


def test_an_option_that_serves_beyond_the_chart_ends_with_it():
    late = pd.DataFrame({"label": ["Ash"], "start": [2028], "opens": [2030], "ends": [2060.0]})
    ax = charts.gantt(pd.concat([SCHEDULE, late], ignore_index=True), last=2032)

    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[1]]
    assert ends == [2033, 2029, 2033]


def test_what_is_written_at_a_bar_too_short_for_it_stands_beside_the_bar():
    short = pd.DataFrame({"label": ["Ash"], "start": [2028], "opens": [2028], "ends": [2029.0], "text": ["+540"]})
    long = short.assign(ends=2031.0)

    beside, inside = (charts.gantt(options, last=2032).texts[0] for options in (short, long))
    assert beside.get_position()[0] > 2029
    assert (beside.get_color(), inside.get_color()) == (INK, "white")


def test_costs_saved_are_stacked_below_zero():
    ax = charts.bars(FRAME)

    saved = ax.containers[1][1]
    assert saved.get_y() + saved.get_height() == -2


def test_without_a_chinese_face_chinese_is_refused_with_a_remedy(monkeypatch):
    monkeypatch.setattr(fonts, "SANS", ())
    monkeypatch.setattr(fonts, "chinese_font_files", dict)
    fonts._chinese_families.cache_clear()
    try:
        with pytest.raises(charts.FontError, match=r'pip install "seatcast\[zh\]"'):
            charts.lines(FRAME, title="在校生")
        assert charts.lines(FRAME, title="pupils")  # English needs no face of the system
    finally:
        fonts._chinese_families.cache_clear()


def test_the_extra_is_enough_where_the_system_has_no_chinese_face(monkeypatch):
    monkeypatch.setattr(fonts, "SANS", ())
    fonts._chinese_families.cache_clear()
    try:
        assert charts.png(charts.lines(FRAME, title="在校生").get_figure())
    finally:
        fonts._chinese_families.cache_clear()


def test_charts_leave_no_global_state():
    told = (
        "import sys, seatcast.charts, matplotlib as m; "
        "print('matplotlib.pyplot' in sys.modules, m.rcParams['svg.hashsalt'])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "None"]


def test_a_waterfall_says_what_lies_below_in_colors_of_its_own_and_counts_it_without_a_sign():
    ax = charts.waterfall(
        pd.Series([80.0, 15.0], ["first", "last"]), 100.0, below=pd.Series([0.0, 40.0], ["first", "last"]),
        labels=("seated", "left out"),
    )  # fmt: skip

    patches = ax.get_legend().get_patches()
    assert len({patch.get_facecolor() for patch in patches}) == 2
    assert ax.get_ylim()[1] > 104
    ax.get_figure().draw_without_rendering()
    assert not any(tick.get_text().startswith(("-", "\N{MINUS SIGN}")) for tick in ax.get_yticklabels())


def test_a_figure_stays_as_it_was_and_gives_the_same_picture_again():
    ax = charts.lines(FRAME, title="Children")
    ax.lines[0].set_rasterized(True)  # its dots would be others at another resolution
    figure = ax.get_figure()
    before = figure.dpi, figure.canvas

    first, second = charts.svg(figure), charts.svg(figure)

    assert first == second
    assert (figure.dpi, figure.canvas) == before
