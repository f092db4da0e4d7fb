"""Norms of bureau.toml: a documented set, one's own, both; and every fault of them told at once."""

import pytest

from seatcast.core.standards import STANDARDS
from seatcast.inputs.bureau import read_bureau

HEAD = """
[bureau]
name = "Small Town"

[[stage]]
stage = "primary"
grades = [1, 2]
entry_age = 6
class_size = 45
"""


def read(tmp_path, text):
    (tmp_path / "bureau.toml").write_text(HEAD + text, "utf-8")
    bureau, problems = read_bureau(tmp_path)
    return bureau.standards, problems


def test_without_a_section_there_are_no_norms(tmp_path):
    assert read(tmp_path, "") == (None, [])


def test_a_documented_set_is_taken_and_own_numbers_go_before_its(tmp_path):
    text = '[standards]\nuse = "china 2015"\npupils_per_post = { primary = 17 }\npupils_per_counsellor = 500\n'
    found, problems = read(tmp_path, text)

    assert problems == []
    assert found.pupils_per_post == {"primary": 17.0, "junior": 13.5, "senior": 12.5}
    assert (found.pupils_per_counsellor, found.counsellors_per_school) == (500.0, 1)
    assert found.origin == STANDARDS["china 2015"].origin


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('use = "china 2014"', "standards.use"),
        ("pupils_per_post = { prinary = 19 }", "standards.pupils_per_post.prinary"),
        ("pupils_per_post = { primary = 0 }", "standards.pupils_per_post.primary"),
        ("pupils_per_counsellor = -1", "standards.pupils_per_counsellor"),
        ("counsellors_per_school = -1", "standards.counsellors_per_school"),
        ("public_share = 85", "standards.public_share"),
        ("ratio = 3", "standards.ratio"),
    ],
)
def test_a_wrong_norm_is_named(tmp_path, text, key):
    _found, problems = read(tmp_path, f"[standards]\n{text}\n")

    assert [problem.column for problem in problems] == [key]
