"""Statements and sentences written for training: every label, no question of the test sets, marks that sit on the target."""

import random

import pytest

from attribution.stance.head import LABELS
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED
from attribution.training import stance_data
from attribution.training.stance_statements import Statements, questions, stands


def labelled_sets(root):
    return [*(root / "tests" / "axes").glob("*.jsonl"), *(root / "db" / "axes").glob("*.jsonl")]


def test_no_written_question_is_one_of_the_test_sets(root):
    measured = {path.stem for path in labelled_sets(root)}
    assert measured and not measured & {question.axis.id for question in questions()}


def test_no_written_statement_stands_in_the_test_sets(root):
    measured = {stance_data.norm(line) for path in labelled_sets(root) for line in path.read_text("utf-8").splitlines()}
    assert not any(stance_data.norm(text) in line for question in questions() for text, _ in question.said for line in measured)


def test_some_questions_are_kept_back_and_all_have_every_label():
    asked = questions()
    assert 0 < sum(not question.trained for question in asked) < len(asked) / 4
    for question in asked:
        assert {label for _, label in question.said} == set(range(4)), question.axis.id


@pytest.mark.parametrize(("label", "pole", "stand"), [
    ("negative", 0, SUPPORTS), ("negative", 1, OPPOSES), ("positive", 1, SUPPORTS), ("positive", 0, OPPOSES),
    ("neutral", 0, NEUTRAL), ("unrelated", 1, UNRELATED)])  # fmt: skip
def test_how_a_label_stands_to_a_pole(label, pole, stand):
    assert stands(LABELS.index(label), pole) == stand


def test_an_epoch_holds_every_trained_statement_against_both_poles_and_nothing_kept_back():
    asked = questions()
    pairs = Statements(asked, stance_data.Wording(["the bridge should be built"])).epoch(1)
    texts = " ".join(pair.text for pair in pairs)
    kept = [question for question in asked if not question.trained]
    assert not any(text in texts for question in kept for text, _ in question.said)
    chosen = random.Random(1).sample([q for q in asked if q.trained], 5)
    assert all(texts.count(q.said[0][0].rstrip(".")[1:]) >= 2 for q in chosen)


def test_marks_of_a_line_become_targets_with_the_holder():
    first, second = stance_data.written("[h|Lia Orr] accused [-|the council] of starving [+|the dockers]; [-|the council] laughed.")
    assert [first.text[s:e] for s, e in first.target] == ["the council"] * 2 and first.label == -1
    assert [second.text[s:e] for s, e in second.target + second.holder] == ["the dockers", "Lia Orr"] and second.label == 1
    with pytest.raises(ValueError, match="cannot be read"):
        stance_data.written("[h|Lia Orr] left [the hall].")
