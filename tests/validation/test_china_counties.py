"""Children of China by county from two censuses, as the notebook projects them; skipped where the data are not."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05-counties-of-china.ipynb"


@pytest.fixture(scope="module")
def nation(shared):
    """Return what the notebook's cells leave, run where it stands."""
    assert (shared / "china-census").is_dir()
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names = {"display": lambda _table: None}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(NOTEBOOK.parent)
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)  # noqa: S102 - the project's own notebook
    return names


def test_the_units_hold_all_but_one_child_of_a_hundred(nation):
    assert len(nation["before"]) > 2600
    assert nation["lost"] < 0.01 * nation["after"].sum().sum()


def test_the_undercount_of_2010_is_raised_in_the_open(nation):
    """More were counted at 10-14 in 2020 than at 0-4 in 2010; the census missed at least 6.7 percent of ages 0-9."""
    assert nation["raised"] == pytest.approx(1.125, abs=0.01)
    assert nation["older"] == pytest.approx(1.018, abs=0.01)


def test_moves_between_counties_leave_the_country_closed(nation):
    assert abs(nation["whole"]) < 0.002 * nation["after"].sum().sum()


def test_births_agree_with_the_record_and_hold_the_united_nations(nation):
    """On record to 2025, then 9 percent below the UN; its later births lie within the 80 percent band."""
    births, table = nation["births"], nation["table"]

    for year in range(2021, 2026):
        assert table.loc[year, "ours"] * 1e6 == pytest.approx(births[year], rel=0.005)
    assert table.loc[2025, "ours"] / table.loc[2025, "UN"] == pytest.approx(0.91, abs=0.01)
    for year in (2026, 2030, 2035):
        assert table.loc[year, "low"] <= table.loc[year, "UN"] <= 1.05 * table.loc[year, "high"]


def test_children_of_2035_are_fewer_than_by_the_births_of_the_united_nations(nation):
    assert nation["low"] < nation["un_2035"] < nation["high"]
    assert nation["mid"] / nation["un_2035"] == pytest.approx(0.90, abs=0.05)
