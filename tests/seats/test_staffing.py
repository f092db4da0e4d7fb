"""Staff by the norms: pupils over ratios, whole counsellors, and what is on record beside them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatcast.core.standards import STANDARDS, Standards
from seatcast.seats.allocation import allocate
from seatcast.seats.staffing import staff_need
from seatcast.testing import toy_area, toy_demand

SEATS = pd.DataFrame({"year": 2026, "school": ["elm", "oak"], "stage": "primary", "seats": [90.0, 90.0]})


def placed(pupils, seats=SEATS):
    return allocate(toy_demand(np.full((1, 2, 2, 3, 2), pupils), toy_area()), seats)


@given(pupils=st.floats(1, 40), ratio=st.floats(5, 40))
def test_posts_are_pupils_over_the_norm_whether_they_have_a_seat_or_wait(pupils, ratio):
    need = staff_need(placed(pupils), Standards({"primary": ratio}))

    everybody = need.posts.sum(["school", "stage"]) + need.waiting.sum("stage")
    assert np.allclose(everybody, 12 * pupils / ratio, rtol=1e-4)


def test_a_counsellor_is_a_whole_one_and_every_school_with_pupils_has_the_least():
    norms = Standards({"primary": 19.0}, pupils_per_counsellor=25.0, counsellors_per_school=2)

    few = staff_need(placed(3.0), norms)  # 18 pupils a school
    many = staff_need(placed(10.0), norms)  # 60 a school

    assert few.counsellors.values.ravel().tolist() == [2.0] * 4
    assert many.counsellors.values.ravel().tolist() == [3.0] * 4


def test_exactly_full_counsellors_ask_for_no_other():
    need = staff_need(placed(12.5), Standards({"primary": 19.0}, pupils_per_counsellor=25.0))  # 75 a school

    assert need.counsellors.values.ravel().tolist() == [3.0] * 4


def test_staff_in_place_stand_beside_the_norm_school_by_school():
    seats = SEATS.assign(posts=[3.0, np.nan], counsellors=[1.0, 0.0])
    table = staff_need(placed(9.5), STANDARDS["china 2015"], seats).by_school(2026).set_index("school")

    assert table["posts"].round(6).to_dict() == {"elm": 3.0, "oak": 3.0}
    assert table.loc["elm", "posts_now"] == 3.0
    assert np.isnan(table.loc["oak", "posts_now"])
    assert table.loc["oak", "counsellors_now"] == 0.0


def test_norms_of_other_stages_are_refused():
    with pytest.raises(ValueError, match="name no stage of this area: primary"):
        staff_need(placed(9.5), Standards({"senior": 12.5}))


def test_the_need_presents_itself():
    need = staff_need(placed(9.5), STANDARDS["china 2015"])

    assert "6 posts in 2026" in need.summary().sentence
    assert "<img" in need._repr_html_()
