"""Raw scores in, confidences out that mean what they say."""

import json
import random

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from attribution.quotations.confidence import RAW, Calibration, bundled
from attribution.training.calibrate import fit, main
from attribution.training.evaluate_calibration import expected_calibration_error

examples = st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=1, max_size=80)


@example([(0.0, True)] * 3 + [(0.0, False)] * 4 + [(-5.625, False)], [0.0, -2.934235958213563e-273])  # rounds over a knot
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


@pytest.mark.parametrize("content", [
    "", "[]", "{}", '{"scores": [1, 0], "chances": [0, 1]}', '{"scores": [], "chances": []}',
    '{"scores": [0.1], "chances": [0.1, 0.2]}'])
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="not a calibration table"):
        Calibration.load(path)


def test_the_bundled_table_gives_chances():
    table = bundled()
    assert all(0 <= chance <= 1 for chance in table.chances) and list(table.chances) == sorted(table.chances)
    assert RAW(0.3) == 0.3


def test_the_command_fits_a_table_to_what_the_pipeline_finds(tmp_path):
    text = "Mara Hale said that the bridge was safe. “It will hold,” she told reporters on Monday."
    right = {"content": [[15, 39]], "cue": [[10, 14]], "source": [[0, 9]]}
    rows = [{"id": "a", "text": text, "attributions": [right]}, {"id": "b", "text": text, "attributions": []}]
    gold, table = tmp_path / "gold.jsonl", tmp_path / "table.json"
    gold.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    result = CliRunner().invoke(main, [str(gold), "--table", str(table)])
    assert result.exit_code == 0, result.output
    assert "calibration error" in result.output
    assert all(0 < chance < 1 for chance in Calibration.load(table).chances)


def test_nothing_cannot_be_fitted():
    with pytest.raises(ValueError, match="needs scores"):
        fit([], [])
