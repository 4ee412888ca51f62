"""Figures of an evaluation, worked out by hand."""

import pytest

from attribution.stance.evaluate import calibration_error, evaluate, macro_f1
from attribution.stance.score import Scored


def test_macro_f1_by_hand():
    assert macro_f1([0, 1, 2], [0, 1, 2], (0, 1, 2)) == 1
    assert macro_f1([0, 0, 1], [0, 1, 1], (0, 1)) == pytest.approx(2 / 3)


def test_confident_and_half_right_is_half_wrong():
    assert calibration_error([1.0, 1.0], [True, False]) == pytest.approx(0.5)
    assert calibration_error([0.5, 0.5], [True, False]) == pytest.approx(0)


def test_confusion_counts_gold_by_row():
    found = [Scored(-0.9, "negative", 0.9), Scored(None, "unrelated", 0.6), Scored(0.5, "positive", 0.7)]
    result = evaluate(["negative", "positive", "positive"], found)
    assert result.confusion[0] == (1, 0, 0, 0) and result.confusion[2] == (0, 0, 1, 1)
    assert result.poles_f1 == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.parametrize("gold", [[], ["perhaps"]])
def test_what_cannot_be_compared_is_refused(gold):
    with pytest.raises(ValueError):
        evaluate(gold, [Scored(None, "unrelated", 1.0)] * len(gold))
