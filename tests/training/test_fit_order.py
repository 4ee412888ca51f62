"""The reader of orders is fitted to sentences of order, and what it is worth is measured on those left out."""

import torch

from attribution.stance.order import load_weights
from attribution.training.fit_order import FOLDER, SLOTS, expanded, left_out, read_frames, worth
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


def test_the_order_of_frames_left_out_is_mostly_right():
    """A quarter of the parts is enough here; ``fit_order`` prints the figures of all."""
    vectors, goals, parts = read_frames()
    assert len(vectors) == len(goals) == len(parts) and {-1.0, 0.0, 1.0} == set(goals.tolist())
    known = {bucket: i for i, bucket in enumerate(sorted({bucket for v in vectors for bucket in v}))}
    assert len(known) > 0.8 * len(load_weights().known)


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
