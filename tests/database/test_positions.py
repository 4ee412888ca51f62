"""Intervals that are wide where little is known."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.database.positions import change_interval, mean_interval, t_quantile

scores = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


@pytest.mark.parametrize("freedom, value", [(4, 2.776), (5, 2.571), (8, 2.306), (15, 2.131), (30, 2.042), (120, 1.980)])
def test_students_t_as_in_the_tables(freedom, value):
    assert t_quantile(freedom) == pytest.approx(value, abs=0.001)


@given(scores)
def test_the_mean_lies_in_its_interval_and_the_interval_on_the_scale(values):
    interval = mean_interval(values)
    assert interval.mean == pytest.approx(statistics.fmean(values))
    assert -1 <= interval.low <= interval.mean + 1e-12 and interval.mean - 1e-12 <= interval.high <= 1
    assert interval.high > interval.low


def test_one_statement_is_no_position():
    interval = mean_interval([0.9])
    assert interval.low < -0.4 and interval.high == 1


def test_agreement_narrows_and_disagreement_widens():
    few, many, mixed = mean_interval([0.6] * 3), mean_interval([0.6] * 30), mean_interval([-1, 1] * 15)
    width = [interval.high - interval.low for interval in (few, many, mixed)]
    assert width[1] < 0.2 < width[0]
    assert width[2] > 2 * width[1]


@given(scores, scores)
def test_a_change_is_the_other_way_round_backwards(early, late):
    there, back = change_interval(early, late), change_interval(late, early)
    assert there.mean == pytest.approx(-back.mean)
    assert there.low == pytest.approx(-back.high)


def test_a_change_needs_evidence():
    assert change_interval([-0.8] * 2, [0.8] * 2).low > 0, "two against two, all of one mind, is a change"
    assert change_interval([-0.2, 0.3], [0.1, 0.4]).low < 0
