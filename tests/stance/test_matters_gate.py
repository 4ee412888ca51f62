"""Gate: polarity toward matters that no axis names, read with the mention marked (measured: 0.82)."""

from pathlib import Path

import pytest

from attribution.stance.evaluate import macro_f1
from attribution.stance.polarity import About, Polarity
from attribution.training.stance_data import written_polarities

FLOOR = 0.78  # processors round in other places


@pytest.fixture(scope="module")
def rows():
    return written_polarities(Path(__file__).parents[1] / "gold")


def test_every_sentence_has_one_target_and_one_holder(rows):
    assert len({row.text for row in rows}) == len(rows) == 119
    assert all(len(row.target) == len(row.holder) == 1 for row in rows)


def test_the_sign_is_right_often_enough(rows):
    found = Polarity().score([About(row.text, row.target, row.holder) for row in rows])
    gold = [row.label for row in rows]
    assert macro_f1(gold, [polar.label for polar in found], (-1, 0, 1)) >= FLOOR
    sure = [(g, polar.label) for g, polar in zip(gold, found) if polar.label and polar.confidence >= 0.9]
    assert len(sure) >= 20 and sum(g == label for g, label in sure) >= 0.85 * len(sure)  # measured: 37 of 39
