"""The invented choices: 25 ways of adding or giving up seats, with prices taken from published projects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from make_map import degrees

if TYPE_CHECKING:
    from make_map import Catchment
    from make_schools import School

Rows = list[list[object]]

# 10,000 yuan a seat, once.
NEW_PRIMARY = 7.41  # Quangang, Haisha primary, 48 classes (2020): 160 million for 2,160 seats
EXTENSION_PRIMARY = 7.04  # Xiang'an, 5th Experimental primary, 12 more classes (2021): 38.03 million for 540 seats
# Floor area a seat of a 24-class school, planned level of the building standard for urban schools (11,734 square
# meters for 1,200 junior seats; 8,464 for 1,080 primary seats): a junior seat is 1.25 times as large.
JUNIOR_OVER_PRIMARY = (11734 / 1200) / (8464 / 1080)
# Light-steel schools in Futian (2020): 38,000 square meters for 6,300 seats, at the price a square meter of the
# Xiang'an extension (38.0324 million for 6,520).
PREFAB = 38000 / 6300 * 3803.24 / 6520
EQUIPMENT = {"primary": 0.20, "junior": 0.25}  # floor of equipment a pupil, 2,000 and 2,500 yuan (balance rules)
# 10,000 yuan a seat and year: general public budget a pupil, 2022 (12,791.64 and 18,151.98 yuan).
RUNNING = {"primary": 1.28, "junior": 1.82}
SUBSIDY = {"primary": 0.50, "junior": 0.60}  # Dongguan 2023, Guangzhou Tianhe 2023: 5,000 and 6,000 yuan
PUPILS_PER_POST = {"primary": 19.0, "junior": 13.5}  # staffing standard 2001, one for all areas since 2015
LEAD = {
    "new_school": 3,
    "extension": 2,
    "squeeze": 1,
    "prefab": 1,
    "lease": 1,
    "purchase": 0,
    "convert": 1,
    "nine_year": 1,
    "boundary": 1,
    "bus": 0,
    "close": 1,
}  # new: 3 to 5 years (Shenzhen); prefab: 6 months
# Prefab: 20 years by design (Futian). No published figure was found for the lives of the others, for rent, buses,
# the rooms of a nine-year conversion and what a closing saves: those below are set for this district.
LIFE = {
    "new_school": 50,
    "extension": 50,
    "squeeze": 5,
    "prefab": 20,
    "lease": 5,
    "purchase": 3,
    "convert": 20,
    "nine_year": 30,
    "boundary": 20,
    "bus": 5,
    "close": 50,
}
# The offices of this district that carry them out.
WORKS, SCHOOLS = ("Works Office", "建设办"), ("Schools Office", "基教科")
PRIVATE, ADMISSIONS = ("Private Schools Office", "民办教育科"), ("Admissions Office", "招生办")
RESPONSIBLE = {
    "new_school": WORKS,
    "extension": WORKS,
    "squeeze": SCHOOLS,
    "prefab": WORKS,
    "lease": SCHOOLS,
    "purchase": PRIVATE,
    "convert": SCHOOLS,
    "nine_year": SCHOOLS,
    "boundary": ADMISSIONS,
    "bus": SCHOOLS,
    "close": SCHOOLS,
}
RENT = 0.19  # 5.38 square meters a seat at 30 yuan a square meter and month
BUS_PLACE = 0.30  # a place and year
REBUILDING = 0.5  # rooms of a nine-year conversion, as a share of an extension
CLOSING_COST, FIXED_SHARE = 50, 0.2  # moving out; part of the running cost that does not follow the pupils

# (name, Chinese name, kind, stage, school, catchment, seats, from stage, excludes, requires)
CHOICES = [
    ("New junior school in Yunzhan", "云栈新建初中", "new_school", "junior", "", "C28", 1200, "", "", ""),
    ("New junior school in Chechanglu", "车场路新建初中", "new_school", "junior", "", "C21", 900, "", "", ""),
    ("New primary school in Heyuan", "禾苑新建小学", "new_school", "primary", "", "C29", 1080, "", "", ""),
    ("New primary school in Lingxia", "菱下新建小学", "new_school", "primary", "", "C33", 810, "", "", ""),
    ("Chaohe Junior High: nine more classes", "朝禾中学扩建9班", "extension", "junior", "S45", "", 450, "", "", ""),
    (
        "Xingyu School: six more junior classes",
        "星屿学校扩建初中6班",
        "extension",
        "junior",
        "S27",
        "",
        300,
        "",
        "O13",
        "",
    ),
    (
        "Niulanchong School: three more junior classes",
        "牛栏冲学校扩建初中3班",
        "extension",
        "junior",
        "S35",
        "",
        150,
        "",
        "",
        "",
    ),
    (
        "Baixian School: six more primary classes",
        "白鹇学校扩建小学6班",
        "extension",
        "primary",
        "S32",
        "",
        270,
        "",
        "",
        "",
    ),
    (
        "Lingxia Primary: three classes in special rooms",
        "菱下小学挖潜3班",
        "squeeze",
        "primary",
        "S33",
        "",
        135,
        "",
        "",
        "",
    ),
    (
        "Hetangwu Primary: two classes in special rooms",
        "荷塘坞小学挖潜2班",
        "squeeze",
        "primary",
        "S31",
        "",
        90,
        "",
        "",
        "",
    ),
    (
        "Duanfang Junior High: three classes in special rooms",
        "锻坊中学挖潜3班",
        "squeeze",
        "junior",
        "S44",
        "",
        150,
        "",
        "",
        "",
    ),
    (
        "Yunzhan School: prefabricated primary rooms",
        "云栈学校装配式小学教室",
        "prefab",
        "primary",
        "S28",
        "",
        270,
        "",
        "O18",
        "",
    ),
    (
        "Xingyu School: prefabricated junior rooms",
        "星屿学校装配式初中教室",
        "prefab",
        "junior",
        "S27",
        "",
        300,
        "",
        "O06",
        "",
    ),
    ("Chaohe Primary: leased annex", "朝禾小学租赁分部", "lease", "primary", "S26", "", 270, "", "", ""),
    ("Seats bought at Qiming School", "购买启茗学校学位", "purchase", "primary", "S49", "", 130, "", "", ""),
    (
        "Seats bought at Linxi Foreign Language School",
        "购买林栖外国语学校学位",
        "purchase",
        "junior",
        "S51",
        "",
        100,
        "",
        "",
        "",
    ),
    ("Seats bought at Zhuhe Junior High", "购买铸河初级中学学位", "purchase", "junior", "S60", "", 100, "", "", ""),
    (
        "Yunzhan School: primary rooms to junior",
        "云栈学校小学教室转初中",
        "convert",
        "junior",
        "S28",
        "",
        300,
        "primary",
        "O12",
        "",
    ),
    (
        "Heyuan Primary becomes a nine-year school",
        "禾苑小学改九年一贯制",
        "nine_year",
        "junior",
        "S29",
        "",
        300,
        "primary",
        "",
        "",
    ),
    (
        "Chengxin Primary becomes a nine-year school",
        "澄心小学改九年一贯制",
        "nine_year",
        "junior",
        "S12",
        "",
        300,
        "primary",
        "",
        "",
    ),
    (
        "School bus from Hetangwu to Liuyan Primary",
        "荷塘坞至柳烟小学校车",
        "bus",
        "primary",
        "S08",
        "C31",
        120,
        "",
        "",
        "",
    ),
    (
        "Xingyu children admitted at Chengxin Primary",
        "星屿片区纳入澄心小学",
        "boundary",
        "primary",
        "S12",
        "C27",
        None,
        "",
        "",
        "",
    ),
    (
        "Chaohe children admitted to Chengxin's junior grades",
        "朝禾片区纳入澄心初中部",
        "boundary",
        "junior",
        "S12",
        "C26",
        None,
        "",
        "",
        "O20",
    ),
    ("Close Jiucang Primary", "撤并旧仓小学", "close", "primary", "S05", "", None, "", "", ""),
    ("Close Tangli Primary", "撤并棠里小学", "close", "primary", "S03", "", None, "", "", ""),
]
# Set for this district: 10,000 yuan and new posts a year. The great years are those of the junior wave.
BUDGET = {
    2027: (9000, 90),
    2028: (12000, 110),
    2029: (12000, 110),
    2030: (10000, 90),
    2031: (8000, 70),
    2032: (7000, 60),
    2033: (7000, 50),
    2034: (7000, 50),
}


def option_rows(catchments: list[Catchment], schools: list[School], roll: dict[tuple[str, str], int]) -> Rows:
    """Return the table of options; `roll` holds the last record's pupils by school and stage."""
    sites = {c.catchment: c.site for c in catchments}
    homes = {s.school: s.site for s in schools}
    rows: Rows = []
    for i, (name, name_zh, kind, stage, school, place, seats, origin, excludes, requires) in enumerate(CHOICES):
        cost, running = _money(kind, stage, origin, seats or 0, roll.get((school, stage), 0))
        lon, lat = degrees(sites[place] if kind == "new_school" else homes[school])
        rows.append(
            [
                f"O{i + 1:02d}",
                name,
                name_zh,
                kind,
                stage,
                school,
                place,
                lon,
                lat,
                seats,
                origin,
                cost,
                running,
                LEAD[kind],
                LIFE[kind],
                _posts(kind, stage, origin, seats or 0),
                excludes,
                requires,
                *RESPONSIBLE[kind],
            ]
        )
    return rows


def _money(kind: str, stage: str, origin: str, seats: int, pupils: int) -> tuple[int, int]:
    """Return what an option costs once and by the year, in 10,000 yuan."""
    size = JUNIOR_OVER_PRIMARY if stage == "junior" else 1.0
    once = {
        "new_school": NEW_PRIMARY * size,
        "extension": EXTENSION_PRIMARY * size,
        "squeeze": EQUIPMENT[stage],
        "prefab": PREFAB * size,
        "lease": EQUIPMENT[stage],
        "convert": EQUIPMENT[stage],
        "nine_year": EXTENSION_PRIMARY * size * REBUILDING,
    }.get(kind, 0.0)
    yearly = {"purchase": SUBSIDY[stage], "bus": BUS_PLACE, "lease": RUNNING[stage] + RENT, "boundary": 0.0}.get(
        kind, RUNNING[stage] - RUNNING.get(origin, 0.0)
    )
    if kind == "close":
        return CLOSING_COST, -round(FIXED_SHARE * RUNNING[stage] * pupils)
    return round(once * seats), round(yearly * seats)


def _posts(kind: str, stage: str, origin: str, seats: int) -> int:
    """Return the teaching posts an option needs beyond those it takes over."""
    if kind in ("purchase", "boundary", "bus", "close"):
        return 0
    freed = math.floor(seats / PUPILS_PER_POST[origin]) if origin else 0
    return math.ceil(seats / PUPILS_PER_POST[stage]) - freed
