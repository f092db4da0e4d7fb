"""Work side by side: its results in order, on as many threads as are told."""

import threading

import pytest

from seatcast.core.threads import side_by_side, threads


def test_results_come_in_the_order_of_the_inputs():
    assert side_by_side(lambda one, other: one - other, range(50), range(0, 100, 2)) == [-n for n in range(50)]


def test_the_first_error_is_raised():
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 / number, [1, 0, 2])


@pytest.mark.parametrize(("told", "number"), [("1", 1), ("3", 3), ("0", 1)])
def test_the_environment_says_how_many(monkeypatch, told, number):
    monkeypatch.setenv("OMP_NUM_THREADS", told)

    assert threads() == number


def test_one_thread_does_all_in_turn(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    assert len(set(side_by_side(lambda _number: threading.get_ident(), range(20)))) == 1
