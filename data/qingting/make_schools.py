"""The invented schools: where they stand, whom they serve, and how many classes they have had.

Public places were always built a little late: a school grows by whole classes to the largest roll its zone
had shown two years before, times the readiness of its planning district, and does not shrink again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from make_people import FIRST, LAST, START, Population

# Design class sizes, GB 50099-2011 "Code for design of school", 3.0.1 (nine-year schools: the same by grade).
CLASS_SIZE = {"primary": 45, "junior": 50}
AGES_OF = {"primary": slice(6, 12), "junior": slice(12, 15)}
GRADES = {"primary": 6, "junior": 3}
CLASS_STEP = {"primary": 6, "junior": 3}  # one more class in every grade
CLASS_RANGE = {"primary": (12, 42), "junior": (6, 30)}  # at most 2,000 pupils a school (2017 rules of balance)
ENROLLED = 0.985  # of the children of school age here; the others go to school elsewhere
# Share of the enrolled who seek a public seat, in the first year of record and since 2020 (straight between).
# Migrants in public schools: 80 percent (2014), 79.67 (2017), 85.8 with purchased seats (2020); all 89.2 (2020).
SEEKING = {"local": (0.95, 0.95), "migrant": (0.84, 0.90)}
SEEKING_YEARS = (FIRST, 2020)
READINESS = {"D1": 1.02, "D2": 1.06, "D3": 1.00, "D4": 0.94, "D5": 0.86, "D6": 0.85}
SPARE = {"primary": 1.0, "junior": 0.95}  # junior schools were built tighter still
BUILDING_LAG = 2
DETOUR = 1.3  # path over straight line
REACH = {"primary": 2000, "junior": 3500}  # meters on foot; by the design code 500 and 1,000 in dense quarters
LISTED = (3, 6)  # schools listed for a catchment and stage, at least and at most

NINE_YEAR = ("C10", "C14", "C19", "C22", "C25", "C27", "C28", "C32", "C34", "C35")
JUNIOR = ("C02", "C05", "C07", "C09", "C12", "C16", "C17", "C20", "C26", "C31")
OPENED = {"C27": 2016, "C28": 2019, "C29": 2021, "C30": 2028}  # zoned schools of the new town; the last is committed
CLOSES = {"C06": 2029}  # first school year without pupils; committed
# Public schools that do not admit a near catchment across an old district line.
CLOSED_LINES = {("C27", "C12", "primary")}
COMMITTED = {("C26", "junior"): (2027, 6)}  # an extension: year, classes gained
# Private schools: name, Chinese name, catchment, classes of primary and of junior grades.
PRIVATE = [
    ("Xiaohe School", "晓禾学校", "C22", 12, 6),
    ("Yunfan School", "云帆学校", "C20", 12, 6),
    ("Qiming School", "启茗学校", "C33", 18, 6),
    ("Chunting School", "春汀学校", "C36", 6, 3),
    ("Linxi Foreign Language School", "林栖外国语学校", "C26", 12, 9),
    ("Heming School", "鹤鸣汀学校", "C08", 12, 9),
    ("Xinmiao Primary School", "新苗小学", "C25", 6, 0),
    ("Tongxin Primary School", "桐心小学", "C35", 6, 0),
    ("Luming Primary School", "鹭鸣小学", "C16", 6, 0),
    ("Jinlan Experimental Primary School", "锦澜实验小学", "C18", 6, 0),
    ("Dongxu New Village Primary School", "东圩新村小学", "C34", 6, 0),
    ("Qinglan Junior High School", "晴岚初级中学", "C11", 0, 6),
    ("Wenbi Junior High School", "文笔初级中学", "C04", 0, 3),
    ("Zhuhe Junior High School", "铸河初级中学", "C21", 0, 6),
]


if TYPE_CHECKING:
    from make_map import Catchment, Point


@dataclass(frozen=True)
class School:
    """One school; `site` in km. `classes` holds the first year's classes of a private school by stage."""

    school: str
    name: str
    name_zh: str
    sector: str
    stages: tuple[str, ...]
    catchment: str
    site: Point
    opened: int | None = None
    closes: int | None = None
    classes: tuple[int, int] = (0, 0)

    def open_in(self, year: int) -> bool:
        """Tell whether the school has pupils in a school year."""
        return (self.opened or 0) <= year < (self.closes or 9999)


Serves = dict[tuple[str, str], list[tuple[str, int]]]  # (catchment, stage) -> schools by rank, with meters
Seats = dict[tuple[str, str, int], int]  # (school, stage, year) -> classes


def found_schools(rng: np.random.Generator, catchments: list[Catchment]) -> list[School]:
    """Return the 60 schools: one zoned public school a catchment, ten junior schools, fourteen private ones."""
    at = {c.catchment: c for c in catchments}
    plan: list[tuple[str, str, str, tuple[str, ...], str, int | None, int | None, tuple[int, int]]] = []
    for c in catchments:
        nine = c.catchment in NINE_YEAR
        stages = ("primary", "junior") if nine else ("primary",)
        names = (c.name + (" School" if nine else " Primary School"), c.name_zh + ("学校" if nine else "小学"))
        plan.append((*names, "public", stages, c.catchment, OPENED.get(c.catchment), CLOSES.get(c.catchment), (0, 0)))
    for k in JUNIOR:
        names = (f"{at[k].name} Junior High School", f"{at[k].name_zh}中学")
        plan.append((*names, "public", ("junior",), k, None, None, (0, 0)))
    for name, name_zh, k, primary, junior in PRIVATE:
        stages = tuple(s for s, n in (("primary", primary), ("junior", junior)) if n)
        plan.append((name, name_zh, "private", stages, k, None, None, (primary, junior)))
    schools = []
    for i, (name, name_zh, sector, stages, k, opened, closes, classes) in enumerate(plan):
        x, y = at[k].site
        site = (x + rng.uniform(-0.22, 0.22), y + rng.uniform(-0.22, 0.22))
        schools.append(School(f"S{i + 1:02d}", name, name_zh, sector, stages, k, site, opened, closes, classes))
    return schools


def seeking(status: str, year: int) -> float:
    """Return the share of a status' enrolled pupils who seek a public seat in a year."""
    return float(np.interp(year, SEEKING_YEARS, SEEKING[status]))


def meters(place: Point, school: School) -> int:
    """Return the way to school, rounded to ten meters."""
    straight = math.hypot(place[0] - school.site[0], place[1] - school.site[1]) * 1000
    return round(straight * DETOUR / 10) * 10


def serving(catchments: list[Catchment], schools: list[School]) -> Serves:
    """Return the public schools of each catchment and stage: the zoned one first, then by distance."""
    served: Serves = {}
    for c in catchments:
        for stage in GRADES:
            near = sorted(
                (s.catchment != c.catchment if stage in s.stages else True, meters(c.site, s), s.school)
                for s in schools
                if s.sector == "public" and stage in s.stages and (c.catchment, s.catchment, stage) not in CLOSED_LINES
            )
            first = near[:1] if not near[0][0] else [min(near, key=lambda row: row[1:])]
            rest = sorted(row[1:] for row in near if row != first[0])
            rows = [first[0][1:], *rest]
            within = sum(1 for way, _ in rows if way <= REACH[stage])
            served[c.catchment, stage] = [(s, way) for way, s in rows[: min(max(within, LISTED[0]), LISTED[1])]]
    return served


def zone_rolls(
    catchments: list[Catchment], schools: list[School], serves: Serves, people: Population, *, stage: str
) -> dict[str, list[int]]:
    """Return the pupils each public school would have if all seekers went to their first open school, by year."""
    by_id = {s.school: s for s in schools}
    rolls = {s.school: [0] * (LAST - START + 1) for s in schools}
    for i, c in enumerate(catchments):
        for year in range(START, LAST + 1):
            share = np.array([seeking(status, year) for status in SEEKING]) * ENROLLED
            seekers = people.children[year - START, i, AGES_OF[stage]].sum(axis=0) * share
            first = next((s for s, _ in serves[c.catchment, stage] if by_id[s].open_in(year)), None)
            if first:
                rolls[first][year - START] += int(seekers[0] + seekers[1])
    return rolls


def build(catchments: list[Catchment], schools: list[School], serves: Serves, people: Population) -> Seats:
    """Return classes by school, stage and year, 2014 to 2026 and the committed projects after it."""
    district = {c.catchment: c.district for c in catchments}
    seats: Seats = {}
    for stage, step in CLASS_STEP.items():
        rolls = zone_rolls(catchments, schools, serves, people, stage=stage)
        low, high = CLASS_RANGE[stage]
        for s in schools:
            if stage not in s.stages:
                continue
            if s.sector == "private":
                fixed = s.classes[list(GRADES).index(stage)]
                seats.update({(s.school, stage, year): fixed for year in range(FIRST, LAST + 1)})
                continue
            classes = 0
            for year in range(max(FIRST, s.opened or 0), LAST + 1):
                until = (s.opened or 0) + 4 if year < (s.opened or 0) + 4 else year - BUILDING_LAG
                known = max(rolls[s.school][2008 - START : min(until, LAST) - START + 1])
                need = known * READINESS[district[s.catchment]] * SPARE[stage] / CLASS_SIZE[stage]
                classes = max(classes, min(max(round(need / step) * step, low), high))
                # A new school opens half its classes in its first year and all of them in its second.
                half = max(classes // 2 // step * step, step)
                seats[s.school, stage, year] = half if year == s.opened else classes
    return seats | _committed(schools, seats)


def _committed(schools: list[School], seats: Seats) -> Seats:
    """Return the classes of the decided projects after the last year of record."""
    later: Seats = {}
    for s in schools:
        for stage in s.stages:
            if (s.catchment, stage) in COMMITTED and s.sector == "public" and s.stages == (stage,):
                year, gained = COMMITTED[s.catchment, stage]
                later[s.school, stage, year] = seats[s.school, stage, LAST] + gained
            if s.opened and s.opened > LAST:
                later |= {(s.school, stage, s.opened): 12, (s.school, stage, s.opened + 1): 24}
            if s.closes:
                later[s.school, stage, s.closes] = 0
    return later
