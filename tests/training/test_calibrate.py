"""Raw scores in, confidences out that mean what they say."""

import json
import random

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from attribution.quotations.confidence import Calibration, bundled, calibrated
from attribution.records import Relation
from attribution.training.calibrate import expected_calibration_error, fit, main

examples = st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=1, max_size=80)


@given(examples, st.lists(st.floats(-60, 60), min_size=2, max_size=10))
def test_a_higher_score_never_means_less_confidence(pairs, scores):
    calibration = fit(*zip(*pairs))
    chances = [calibration(score) for score in sorted(scores)]
    assert chances == sorted(chances)
    assert all(0 < chance < 1 for chance in chances)


def test_overconfident_scores_are_brought_down_to_how_often_they_are_right():
    rng = random.Random(1)
    scores = [rng.random() for _ in range(4000)]
    right = [rng.random() < score * score for score in scores]
    assert expected_calibration_error(scores, right) > 0.1
    calibration = fit(scores[:2000], right[:2000])
    held_out = [calibration(score) for score in scores[2000:]]
    assert expected_calibration_error(held_out, right[2000:]) < 0.05


def test_calibration_error_by_hand():
    """Two bins: 0.9 twice with one right, 0.1 twice with none right."""
    assert expected_calibration_error([0.9, 0.9, 0.1, 0.1], [True, False, False, False]) == pytest.approx(
        (2 * 0.4 + 2 * 0.1) / 4)
    assert expected_calibration_error([], []) == 0
    assert expected_calibration_error([1.0], [True]) == 0


@given(examples)
def test_a_table_read_back_is_the_table_written(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("table") / "calibration.json"
    calibration = fit(*zip(*pairs))
    calibration.save(path)
    assert Calibration.load(path) == calibration


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"scores": [1, 0], "chances": [0, 1]}', '{"scores": [], "chances": []}',
                                     '{"scores": [0.1], "chances": [0.1, 0.2]}'])
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="not a calibration table"):
        Calibration.load(path)


def test_the_bundled_table_gives_chances():
    table = bundled()
    assert all(0 <= chance <= 1 for chance in table.chances) and list(table.chances) == sorted(table.chances)
    relation = Relation(((0, 4),), confidence=0.5)
    assert calibrated([relation]) == (Relation(((0, 4),), confidence=round(table(0.5), 4)),)


def test_the_command_fits_a_table_from_gold_and_predictions(tmp_path):
    words = " ".join(f"word{n}" for n in range(40))
    gold = {"id": "a", "text": words, "attributions": [{"content": [[0, 20]]}]}
    found = {"id": "a", "attributions": [{"content": [[0, 20]], "confidence": 0.9},
                                         {"content": [[100, 130]], "confidence": 0.2}]}
    paths = [tmp_path / name for name in ("gold.jsonl", "found.jsonl", "table.json")]
    paths[0].write_text(json.dumps(gold))
    paths[1].write_text(json.dumps(found | {"text": words}))
    result = CliRunner().invoke(main, [str(path) for path in paths])
    assert result.exit_code == 0, result.output
    table = Calibration.load(paths[2])
    assert table(0.9) == 0.75 and table(0.2) == 0.25
    paths[1].write_text(json.dumps({"id": "a", "text": words, "attributions": []}))
    assert "no confidence" in CliRunner().invoke(main, [str(path) for path in paths]).output


def test_nothing_cannot_be_fitted():
    with pytest.raises(ValueError, match="needs scores"):
        fit([], [])
