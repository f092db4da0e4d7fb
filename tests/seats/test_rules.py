"""Rules of admission: bands, lots, the nearer first, reserved seats, locks, rounds, overflow; against `matching`."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatcast.core.admission import AdmissionRule, AdmissionRuleError, Round
from seatcast.core.labels import CATCHMENT, DRAW, GRADE, SCHOOL, STATUS, TIER, YEAR
from seatcast.language import speaking
from seatcast.seats.allocation import allocate
from seatcast.seats.comparison import compare_rules, one_more_child, one_more_seat
from seatcast.seats.examples import example_rule
from seatcast.testing import counts, toy_area, toy_capacity, toy_demand

from .random_city import DRAWS, SCHOOLS, ZONES, area_of, rules, with_rule

TOWN = {"catchments": ["town"], "schools": ["elm"]}
demands = counts(2, len(ZONES), 2, 3, DRAWS, most=60)
seats = counts(2, len(SCHOOLS), most=300)
close = {"rtol": 1e-4, "atol": 0.05}


def entrants(*by_tier, draws=1, zones=1, years=1):
    """Return the same entrants of each tier in every catchment, year and draw."""
    pupils = np.zeros((years, zones, 2, 3, draws), np.float32)
    pupils[:, :, 0] = np.reshape(by_tier, (1, 1, 3, 1))
    return pupils


def rule_of(area, **conduct):
    return AdmissionRule(area.tiers, **conduct)


@settings(deadline=None, max_examples=15)
@given(demand=demands, seats=seats, conduct=rules(reserve=False, rounds=False), data=st.data())
def test_no_earlier_tier_is_worse_off_by_a_later_one(demand, seats, conduct, data):
    area = with_rule(area_of(data), conduct)
    fewer = demand[:1].copy()
    fewer[:, :, :, 2] = 0
    both = [allocate(toy_demand(d, area), toy_capacity(seats[:1], area)) for d in (fewer, demand[:1])]

    np.testing.assert_allclose(both[0].unplaced[:, :, :, :2], both[1].unplaced[:, :, :, :2], **close)


@settings(deadline=None, max_examples=30)
@given(demand=demands, seats=seats, conduct=rules(), data=st.data(), order=st.permutations(range(len(ZONES))),
       turn=st.permutations(range(len(SCHOOLS))))  # fmt: skip
def test_relabelling_changes_nothing(demand, seats, conduct, data, order, turn):
    area = with_rule(area_of(data), conduct)
    new = (
        dict(zip(ZONES, (ZONES[k] for k in order), strict=True)),
        dict(zip(SCHOOLS, (SCHOOLS[k] for k in turn), strict=True)),
    )
    reach = area.reach.assign(catchment=area.reach[CATCHMENT].map(new[0]), school=area.reach[SCHOOL].map(new[1]))
    other = area.replace(reach=reach)
    back = [list(map(order.index, range(len(ZONES)))), list(map(turn.index, range(len(SCHOOLS))))]
    plain = allocate(toy_demand(demand, area), toy_capacity(seats, area))
    mixed = allocate(toy_demand(demand[:, back[0]], other), toy_capacity(seats[:, back[1]], other))
    if conduct["overflow"]:  # the bureau's last placement goes by distance, and here no way is known
        return

    np.testing.assert_allclose(mixed.unplaced.values[:, list(order)], plain.unplaced.values, **close)


def test_with_distances_that_differ_admission_is_the_deferred_acceptance_that_matching_finds():
    games = pytest.importorskip("matching.games")
    rng = np.random.default_rng(2)
    for _ in range(12):
        links = [(z, "primary", s, k + 1, float(rng.permutation(900)[0] + 1)) for z in ZONES
                 for k, s in enumerate(rng.permutation(SCHOOLS)[: rng.integers(1, 4)])]  # fmt: skip
        area = toy_area(ZONES, SCHOOLS)
        area = area.replace(reach=pd.DataFrame(links, columns=["catchment", "stage", "school", "rank", "metres"]))
        area = with_rule(area, {"tie": "distance"})
        pupils = np.zeros((1, 3, 2, 3, 1), np.float32)
        pupils[0, :, 0, :, 0] = rng.integers(0, 4, (3, 3))
        room = rng.integers(1, 7, (1, 3)).astype(np.float32)
        found = allocate(toy_demand(pupils, area), toy_capacity(room, area))
        way = {(z, s): (rank, metres) for z, _e, s, rank, metres in links}
        child = [(z, q, k) for z, name in enumerate(ZONES) for q in range(3) for k in range(int(pupils[0, z, 0, q, 0]))]
        wishes = {
            c: sorted((s for s in SCHOOLS if (ZONES[c[0]], s) in way), key=lambda s, c=c, way=way: way[ZONES[c[0]], s])
            for c in child
        }
        first = {s: lambda c, s=s, way=way: (c[1], *way[ZONES[c[0]], s], c[0], c[2]) for s in SCHOOLS}
        ranked = {s: sorted((c for c in child if s in wishes[c]), key=first[s])
                  for s in SCHOOLS if any(s in w for w in wishes.values())}  # fmt: skip
        if not ranked:
            continue
        game = games.HospitalResident.create_from_dictionaries(
            {str(c): w for c, w in wishes.items()}, {s: [str(c) for c in cs] for s, cs in ranked.items()},
            {s: int(room[0, SCHOOLS.index(s)]) for s in ranked},
        )  # fmt: skip
        for school, admitted in game.solve().items():
            seated = found.seated.sel({SCHOOL: str(school)}).values.ravel()
            names = [str(c) for c in admitted]
            assert seated.tolist() == [sum(f", {q}, " in name for name in names) for q in range(3)]


def test_more_points_come_first_inside_a_tier():
    area = toy_area(**TOWN)
    table = pd.DataFrame({"tier": [1, 2, 2], "status": ["local", "migrant", "migrant"], "share": [1, 0.5, 0.5],
                          "name": list("abc"), "points": [None, 60, 80]})  # fmt: skip
    demand = toy_demand(entrants(60, 20, 20), area)

    left = allocate(demand, toy_capacity([[90]], area), AdmissionRule.read(table)).unplaced.sum(
        [YEAR, CATCHMENT, GRADE, DRAW]
    )

    assert left.to_series().to_dict() == {"1 local": 0, "2 migrant 80": 0, "2 migrant 60": 10}


def test_reserved_seats_go_first_to_their_status_and_what_it_leaves_to_all():
    area = toy_area(**TOWN)
    rule = rule_of(area, reserved={"migrant": 0.2})
    few = allocate(toy_demand(entrants(120, 4, 4), area), toy_capacity([[100]], area), rule).shortfall().by_status()
    many = allocate(toy_demand(entrants(120, 40, 40), area), toy_capacity([[100]], area), rule).shortfall().by_status()

    assert few.values.ravel().tolist() == pytest.approx([28, 0], abs=1e-3)
    assert many.values.ravel().tolist() == pytest.approx([40, 60], abs=1e-3)


def test_children_whose_homes_seat_is_locked_are_placed_last_or_not_at_all():
    area = toy_area(**TOWN)
    locked = area.tiers.assign(locked=[0.1, 0, 0])
    for overflow, left in ((0.0, 10), (np.inf, 0)):
        rule = AdmissionRule(locked, overflow=overflow)
        found = allocate(toy_demand(entrants(100, 0, 0), area), toy_capacity([[120]], area), rule)
        assert float(found.unplaced.sum()) == pytest.approx(left)


def test_in_rounds_the_school_of_a_catchment_serves_all_its_tiers_before_those_refused_elsewhere():
    area = toy_area(["east", "west"], ["elm", "oak"])
    pupils = np.zeros((1, 2, 2, 3, 1), np.float32)
    pupils[0, 0, 0, 0], pupils[0, 1, 0, 2] = 80, 50
    town, room = toy_demand(pupils, area), toy_capacity([[50, 50]], area)

    once = allocate(town, room).shortfall().by_status().values.ravel().tolist()
    twice = (
        allocate(town, room, rule_of(area, rounds=(Round(1), Round()))).shortfall().by_status().values.ravel().tolist()
    )

    assert once == pytest.approx([0, 30])
    assert twice == pytest.approx([30, 0])


def test_the_bureau_places_those_left_in_schools_beyond_their_catchments_own():
    area = toy_area(["east", "west"], ["elm", "oak"])
    area = area.replace(reach=area.reach[area.reach["rank"] == 1])
    pupils = np.zeros((1, 2, 2, 3, 1), np.float32)
    pupils[0, 0, 0, 0] = 80
    found = allocate(toy_demand(pupils, area), toy_capacity([[50, 50]], area), rule_of(area, overflow=np.inf))

    assert float(found.unplaced.sum()) == 0
    assert found.places().query("overflow")["pupils"].tolist() == [30]


def test_schools_of_one_rank_are_drawn_by_lot_in_proportion_to_their_free_seats():
    area = toy_area(["town"], ["elm", "oak"])
    area = area.replace(reach=area.reach.assign(rank=1))

    found = allocate(toy_demand(entrants(60, 0, 0), area), toy_capacity([[100, 50]], area))

    assert found.seated.sum([YEAR, TIER, DRAW]).values.ravel().tolist() == pytest.approx([40, 20])


@pytest.mark.parametrize("names", ["xyz", "yxz", "zyx"])
def test_those_refused_draw_again_whatever_the_schools_of_the_pool_are_called(names):
    """60 draw among 50, 3 and 12 seats, of which others want some too; then the largest alone has seats."""
    large, small, wanted = names
    links = [("a", large), ("a", small), ("a", wanted), ("b", small), ("c", wanted)]
    area = toy_area(ZONES, SCHOOLS)
    reach = pd.DataFrame([(z, "primary", s, 1, 100.0) for z, s in links],
                         columns=["catchment", "stage", "school", "rank", "metres"])  # fmt: skip
    pupils = np.zeros((1, 3, 2, 3, 1), np.float32)
    pupils[0, :, 0, 0, 0] = 60, 6, 9
    room = [[{large: 50.0, small: 3.0, wanted: 12.0}[s] for s in SCHOOLS]]

    found = allocate(toy_demand(pupils, area.replace(reach=reach)), toy_capacity(room, area))

    left = found.unplaced.sum([YEAR, GRADE, TIER, DRAW]).values
    assert left.sum() == pytest.approx(10)
    first = 60 * np.array([50, 3, 12]) / 65
    asked = np.array([0, 6, 9]) + first
    taken = first * np.minimum(1, np.array([50, 3, 12]) / asked)
    assert left[0] == pytest.approx(60 - taken.sum() - (50 - first[0]), abs=1e-3)


def test_lots_are_reproducible_give_every_seat_and_are_shared_in_proportion_on_average():
    area = toy_area(["east", "west"], ["elm"])
    pupils = entrants(30, 0, 0, zones=2, draws=4000)
    drawn = [
        allocate(toy_demand(pupils, area), toy_capacity([[40]], area), rule_of(area, lottery=seed))
        for seed in (7, 7, 8)
    ]
    left = [found.unplaced.sum([YEAR, GRADE, TIER]).values for found in drawn]

    assert (left[0] == left[1]).all()
    assert (left[0] != left[2]).any()
    assert left[0].sum(axis=0) == pytest.approx(20)
    assert left[0].mean(axis=1) == pytest.approx([10, 10], abs=0.15)
    # Hypergeometric: 20 of 60 left out, of whom 30 live in the east.
    assert left[0][0].var() == pytest.approx(20 * 0.5 * 0.5 * (60 - 20) / (60 - 1), rel=0.1)


def test_a_rule_holds_for_those_who_enter_under_it_and_leaves_pupils_in_place_alone():
    area = toy_area(**TOWN)
    pupils = np.zeros((2, 1, 2, 3, 1), np.float32)
    pupils[0, 0, 0], pupils[1, 0, 1], pupils[1, 0, 0] = [[40], [20], [20]], [[40], [20], [20]], [[60], [20], [20]]
    first = rule_of(area, since=2027).equal()

    found = allocate(toy_demand(pupils, area), toy_capacity([[80], [130]], area), first)

    assert found.unplaced.isel({YEAR: 0}).sum() == 0
    assert found.unplaced.isel({YEAR: 1}).sum([CATCHMENT, DRAW]).values.tolist() == [
        pytest.approx([30, 10, 10]), pytest.approx([0, 0, 0])]  # fmt: skip


def test_equals_share_until_the_year_from_which_they_draw_lots():
    area = toy_area(["east", "west"], ["elm"])
    area = area.replace(rules=(rule_of(area), rule_of(area, since=2027, lottery=5)))
    pupils = entrants(20, 0, 0, zones=2, years=2, draws=30)
    pupils[1, :, 1] = pupils[0, :, 0] / 2  # who was seated moves up

    left = allocate(toy_demand(pupils, area), toy_capacity([[20], [40]], area)).unplaced.sum([GRADE, TIER])

    east = left.sel({CATCHMENT: "east"})
    assert east.sel({YEAR: 2026}).values == pytest.approx(10)
    assert east.sel({YEAR: 2027}).values.std() > 0


def test_comparing_two_rules_tells_who_gains_and_who_loses():
    area = toy_area(**TOWN)
    town = toy_demand(entrants(100, 50, 50, draws=2, years=2), area)
    found = compare_rules(town, toy_capacity([[150], [150]], area), rule_of(area),
                          rule_of(area, name="equal", name_zh="一视同仁").equal())  # fmt: skip
    gained = found.gained(STATUS).isel({YEAR: 1, DRAW: 0}).values.ravel().tolist()

    assert gained == pytest.approx([-25, 25])
    assert found.to_frame().query("group == 'status' and member == 'local'")["loses"].tolist() == [1, 1]
    assert found.gap()["gap_before"].iloc[-1] == pytest.approx(0.5)
    assert found.gap()["gap_after"].iloc[-1] == pytest.approx(0)
    assert "25 more child-years of migrant" in found.summary().sentence
    with speaking("zh"):
        assert found.summary().sentence.startswith("“一视同仁”比")


def test_another_seat_and_another_child_are_felt_by_the_last_tier():
    area = toy_area(**TOWN)
    shortfall = allocate(toy_demand(entrants(90, 10, 20), area), toy_capacity([[100]], area)).shortfall()

    assert one_more_seat(shortfall, "elm", "primary")[["tier", "gained"]].values.tolist() == [
        ["3 migrant", pytest.approx(1)]
    ]
    lost = one_more_child(shortfall, "town", "1 local", 1)
    assert lost[["tier", "gained"]].values.tolist() == [["2 migrant", pytest.approx(-1)]]


def test_published_orders_ask_for_shares_before_they_can_be_followed():
    area = toy_area(**TOWN)
    rule = example_rule("dongguan_2021")

    with pytest.raises(AdmissionRuleError, match="shares of local are not known"):
        allocate(toy_demand(entrants(1, 1, 1), area), toy_capacity([[1]], area), rule)
    filled = rule.with_shares({"1 local": 1.0, "2 migrant": 1.0})
    assert float(allocate(toy_demand(entrants(1, 1, 1), area), toy_capacity([[1]], area), filled).unplaced.sum()) == 2


def test_published_orders_do_what_their_sources_say():
    songjiang, dongguan = example_rule("songjiang_2022"), example_rule("dongguan_2021")

    assert (songjiang.lock_years, songjiang.overflow, songjiang.lottery) == (0, np.inf, None)
    assert "is locked" not in songjiang.summary().sentence  # only some schools lock a home's seat
    assert "those left are placed in the nearest school that has seats" in songjiang.summary().sentence
    assert (dongguan.lottery, dongguan.lock_years, dongguan.overflow) == (None, 0, 0)
    assert "equals share in proportion" in dongguan.summary().sentence


def test_with_a_seed_the_lots_of_dongguan_differ_from_draw_to_draw():
    area = toy_area(["east", "west"], ["elm"])
    rule = example_rule("dongguan_2021").with_shares({"1 local": 1.0, "2 migrant": 1.0}).replace(lottery=2021)
    town = toy_demand(entrants(0, 20, 0, zones=2, draws=50), area)

    left = allocate(town, toy_capacity([[20]], area), rule).unplaced.sum([YEAR, GRADE, TIER])

    assert left.sel({CATCHMENT: "east"}).values.std() > 0
    assert left.sum(CATCHMENT).values == pytest.approx(20)


@pytest.mark.parametrize("name", ["songjiang_2022", "longhua", "longgang_2017", "dongguan_2021"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sentence_of_a_published_order_ends_in_one_full_stop(name, language):
    with speaking(language):
        said = example_rule(name).summary().sentence
        own = example_rule(name).replace(source="A notice.").summary().sentence

    assert said[-1] in ".。"
    for text in (said, own):
        assert ".." not in text
        assert ".。" not in text


def test_additive_points_rank_a_claim_with_many_years_before_a_better_claim_with_none():
    rule = example_rule("longgang_2017")
    bands = rule.with_bonus({0: 0.5, 10: 0.5}).claims

    assert bands["order"].is_monotonic_increasing
    assert bands.loc[bands["points"] == 105, "order"].item() < bands.loc[bands["points"] == 100, "order"].min()


@pytest.mark.parametrize(("conduct", "said"), [
    ({"tie": "age"}, 'choose "lot" or "distance"'),
    ({"tie": "distance", "lottery": 1}, "nobody draws lots"),
    ({"reserved": {"visitor": 0.1}}, "reserved for visitor, who has no claim"),
    ({"reserved": {"local": 2.0}}, "lies between 0 and 1"),
    ({"rounds": ()}, "at least one round"),
])  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused_with_the_reason(conduct, said):
    with pytest.raises(AdmissionRuleError, match=said):
        rule_of(toy_area(), **conduct)


def test_the_nearer_first_needs_ways():
    area = toy_area()

    with pytest.raises(AdmissionRuleError, match="the way from east to elm is not known"):
        allocate(
            toy_demand(entrants(1, 1, 1, zones=2), area), toy_capacity([[1, 1]], area), rule_of(area, tie="distance")
        )


def test_the_rule_reads_in_words_in_both_languages():
    rule = rule_of(
        toy_area(), reserved={"migrant": 0.1}, overflow=6000, lock_years=6, lottery=3, rounds=(Round(1), Round())
    )

    said = rule.summary().sentence
    assert "10% of the entry seats are kept for migrant" in said
    assert "seed 3" in said
    with speaking("zh"):
        assert not rule.summary().sentence.isascii()
