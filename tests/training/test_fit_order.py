"""The reader of orders is fitted to sentences of order, and what it is worth is measured on those left out."""

from collections import Counter

import torch

from attribution.stance.order import cubic, load_weights
from attribution.training.fit_order import FOLDER, GOALS, SLOTS, design, examples, expanded, left_out, parts_of, sentences, solve, worth
from attribution.training.stance_frames import frames


def test_choices_are_written_out():
    assert expanded("[We|They] wait[| here].") == ["We wait.", "We wait here.", "They wait.", "They wait here."]
    assert expanded("No choice.") == ["No choice."]


def test_plain_frames_name_both_matters_and_are_well_formed():
    plain = frames(FOLDER / "plain_order.txt")
    assert len(plain) == len({frame for _, frame in plain}) > 80
    for label, frame in plain:
        assert label in "012"
        for sentence in expanded(frame):
            assert {m.lastindex for m in SLOTS.finditer(sentence)} == {1, 2}, sentence
            assert "[" not in sentence and "|" not in sentence


def test_twins_and_statements_on_one_question_are_left_out_together():
    told = list(sentences())
    size = Counter(sentence.group for sentence in told)
    assert {size[sentence.group] for sentence in told if sentence.kind == "statement"} == {24}
    assert all(size[sentence.group] <= 2 for sentence in told if sentence.kind == "frame")
    parts = parts_of(told).tolist()
    assert len({(sentence.group, part) for sentence, part in zip(told, parts)}) == len(size) and set(parts) == set(range(8))


def test_the_shipped_weights_are_fitted_to_these_sentences():
    told, vectors = examples()
    known, rows = design(vectors)
    shipped = load_weights()
    assert known == list(shipped.known) and len(told) == len(shipped.weights)
    wanted = solve(cubic(rows @ rows.T), torch.tensor([GOALS[sentence.label] for sentence in told]))
    assert torch.allclose(wanted, shipped.weights, atol=1e-3)


def test_leans_of_left_out_sentences_come_from_the_others_alone():
    kernel, goals, parts = torch.eye(16), torch.tensor([1.0, -1.0] * 8), torch.arange(16) % 8
    assert left_out(kernel, goals, parts).abs().max() == 0  # nothing in common with any other sentence
    same = torch.ones(16, 16)
    assert left_out(same, torch.ones(16), parts).min() > 0.5


def test_surer_leans_are_worth_more():
    goals = torch.tensor([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 0.0, 0.0])
    leans = torch.tensor([0.9, 0.8, -0.1, -0.9, -0.7, 0.2, 0.1, -0.1])
    slope, _, rise = worth(leans, goals).tolist()
    assert slope > 0 and rise > 0
