import openpyxl
import pytest

from planning.toy_city import row, shortfall_of, table
from seatcast.language import speaking
from seatcast.planning.optimize import optimize_plan
from seatcast.reporting.projects import write_projects

OPTIONS = table(
    row("x", "extension", school="elm", seats=30, cost=100, running_cost=5, lead_years=2, name_zh="榆树小学扩建",
        responsible="Works office", responsible_zh="建设办"),
)  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return optimize_plan(shortfall_of({("east", "primary"): 100, ("west", "primary"): 60}), OPTIONS)


def cells(path):
    book = openpyxl.load_workbook(path)
    sheet = next(book[name] for name in book.sheetnames if "projects" in name)
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    return dict(zip(rows[0], rows[1], strict=True))


def test_the_project_list_says_who_builds_what_where_and_when_the_money_falls_due(plan, tmp_path):
    found = cells(write_projects(plan, tmp_path / "projects.xlsx"))

    assert (found["project"], found["place"], found["responsible unit"]) == ("X", "Elm", "Works office")
    assert (found["start"], found["first in service"], found["seats"]) == (2027, 2029, 30)
    assert [found[str(year)] for year in range(2027, 2031)] == [50, 50, 5, 5]
    assert found["cost 2027-2030"] == 110


def test_in_chinese_it_is_a_project_library(plan, tmp_path):
    with speaking("zh"):
        found = cells(write_projects(plan, tmp_path / "projects.xlsx"))

    assert (found["项目名称"], found["责任单位"]) == ("榆树小学扩建", "建设办")


def test_a_suffix_without_a_face_is_refused(plan, tmp_path):
    with pytest.raises(ValueError, match=r"cannot be written to \"projects.txt\": its suffix must be one of"):
        write_projects(plan, tmp_path / "projects.txt")
