"""Statements and sentences written for training: every label, no question of the test sets, marks that sit on the target."""

import random

import pytest
import torch

from attribution.stance.head import LABELS
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED
from attribution.training import stance_data
from attribution.training.stance import sided_loss
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


@pytest.fixture(scope="module")
def epoch():
    return Statements(questions(), stance_data.Wording(["the bridge should be built"])).epoch(1)


def test_an_epoch_holds_every_trained_statement_and_nothing_kept_back(epoch):
    texts = " ".join(sided.text for sided in epoch)
    kept = [question for question in questions() if not question.trained]
    assert not any(text in texts for question in kept for text, _ in question.said)
    chosen = random.Random(1).sample([q for q in questions() if q.trained], 5)
    assert all(q.said[0][0].rstrip(".")[1:] in texts for q in chosen)


def test_claims_of_an_epoch_are_those_of_two_opposite_poles(epoch):
    poles = [{*q.claims[pole], *(q.axis.negative, q.axis.positive)[pole].examples} for q in questions() for pole in (0, 1)]
    pairs = list(zip(poles[::2], poles[1::2]))
    known = set().union(*poles)
    plain = [sided.claims for sided in epoch if known.issuperset(sided.claims)]
    assert len(plain) > len(epoch) / 2
    assert all(any(a in negative and b in positive for negative, positive in pairs) for a, b in random.Random(1).sample(plain, 500))


def test_the_loss_of_two_poles_falls_when_the_side_is_right_and_forgives_what_both_share():
    favour, against = torch.tensor([4.0, 0, -2, -2]), torch.tensor([0, 4.0, -2, -2])
    right = sided_loss(torch.stack([favour, against]), [(0,)])
    wrong = sided_loss(torch.stack([against, favour]), [(0,)])
    same = sided_loss(torch.stack([favour, favour]), [(0,)])
    assert right < same < wrong
    unrelated = torch.tensor([-2.0, -2, -2, 4])
    assert sided_loss(torch.stack([unrelated, unrelated]), [(1, 3)]) < right


def test_marks_of_a_line_become_targets_with_the_holder():
    first, second = stance_data.written("[h|Lia Orr] accused [-|the council] of starving [+|the dockers]; [-|the council] laughed.")
    assert [first.text[s:e] for s, e in first.target] == ["the council"] * 2 and first.label == -1
    assert [second.text[s:e] for s, e in second.target + second.holder] == ["the dockers", "Lia Orr"] and second.label == 1
    with pytest.raises(ValueError, match="cannot be read"):
        stance_data.written("[h|Lia Orr] left [the hall].")
