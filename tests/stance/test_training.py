"""The making of training examples: leak-safe splits, labels that turn with the claim, marks that sit on the target."""

import gzip
import json
import random

import pytest
import torch

from attribution.language.encoder import save_weights
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED
from attribution.training import stance, stance_data, stance_plain
from attribution.training.stance_axes import written_axes
from attribution.training.stance_order import order_pair


def write(folder, name: str, rows: list[dict]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps({"dataset": name} | row) + "\n")


def test_a_text_held_out_anywhere_is_not_trained_on(tmp_path):
    shared = "The ferry should run every day of the week."
    write(tmp_path, "one", [{"text": shared, "claim": "c", "label": 1, "split": "train"},
                            {"text": "Another text of some length here.", "claim": "c", "label": 1, "split": "train"}])
    write(tmp_path, "two", [{"text": shared.upper(), "claim": "d", "label": -1, "split": "test"}])
    train, held = stance_data.split(tmp_path)
    assert [row["text"] for row in train] == ["Another text of some length here."]
    assert [row["split"] for row in held] == ["test"]


def test_a_set_without_a_split_keeps_whole_claims_back(tmp_path):
    write(tmp_path, "one", [{"text": f"text {i}", "claim": f"claim {i % 40}", "label": 1, "split": "all"} for i in range(400)])
    train, held = stance_data.split(tmp_path)
    assert train and held
    assert not {row["claim"] for row in train} & {row["claim"] for row in held}


@pytest.mark.parametrize(("row", "labels"), [
    ({"dataset": "perspectrum", "label": 1}, (SUPPORTS,)), ({"dataset": "perspectrum", "label": -1}, (OPPOSES,)),
    ({"dataset": "vast", "label": None}, (UNRELATED,)), ({"dataset": "gwsd", "label": 0}, (NEUTRAL,)),
    ({"dataset": "rte", "label": 0}, (OPPOSES, NEUTRAL, UNRELATED)), ({"dataset": "ibm_argkp", "label": 0}, (NEUTRAL, UNRELATED)),
])  # fmt: skip
def test_labels_of_a_row(row, labels):
    assert stance_data.labels_of(row) == labels


def test_a_negated_claim_turns_the_label():
    wording, rng = stance_data.Wording(["the ferry should run"]), random.Random(1)
    for claim in ("The ferry should run", "support for ferries", "Ferries pollute"):
        said, labels = wording.claim(claim, (SUPPORTS,), True, rng)
        assert labels == (OPPOSES,) and said != claim
        assert wording.claim(claim, (NEUTRAL,), True, rng)[1] == (NEUTRAL,)


def test_order_pairs_take_every_stand():
    rng = random.Random(1)
    assert {order_pair(rng)[2] for _ in range(100)} == {"for", "against", "neither", "aside"}


def test_partial_labels_cost_nothing_where_all_allowed_are_likely():
    logits = torch.tensor([[0.0, 0.0, 9.0, 9.0]])
    assert stance.partial_loss(logits, [(2, 3)]) < stance.partial_loss(logits, [(2,)]) < stance.partial_loss(logits, [(0,)])


def test_rate_rises_stays_and_falls_to_nothing():
    steps = 1000
    rates = [stance.rate_at(step, steps) for step in range(steps + 1)]
    assert rates[0] < rates[stance.WARM] == rates[600] == 1 and rates[-1] == 0
    assert all(a >= b for a, b in zip(rates[stance.WARM:], rates[stance.WARM + 1:]))


def test_the_written_axes_are_valid_and_have_every_label():
    axes = written_axes()
    assert len(axes) >= 4
    for made in axes:
        assert set(made.labels) == {0, 1, 2, 3} and len(made.texts) == len(set(made.texts))
        examples = {*made.axis.negative.examples, *made.axis.positive.examples, *made.axis.neutral, *made.axis.unrelated}
        assert not examples & set(made.texts)


def test_the_mean_of_checkpoints_is_that_of_their_weights(tmp_path):
    for name, value in (("a", 1.0), ("b", 4.0)):
        torch.save({"model": {"w": torch.full((2,), value), "n": torch.tensor(3)}, "step": 1}, tmp_path / name)
    mean = stance.mean_of([tmp_path / "a", tmp_path / "b"])
    assert mean["w"].tolist() == [2.5, 2.5] and mean["n"] == 3
    assert stance.mean_of([tmp_path / "b"])["w"].tolist() == [4.0, 4.0]
    save_weights({"w": torch.full((2,), 7.0), "n": torch.tensor(3.0)}, tmp_path / "c.safetensors")
    assert stance.mean_of([tmp_path / "a", tmp_path / "c.safetensors"])["w"].tolist() == [4.0, 4.0]


def test_plain_questions_are_whole_and_a_part_of_them_is_kept_back():
    asked = stance_plain.asked()
    assert len(asked) - 1 == len({question.question for question in asked}) >= 900  # one was written twice, by two hands
    for question in asked:
        no, neither, yes = (sum(side == wanted for _, side in question.said) for wanted in (0, 1, 2))
        assert 10 <= no == yes <= 12 and 2 <= neither <= 3, question.question
        assert all(len(ways) >= 3 for ways in question.claims)
    said = {text: (question, side) for question in asked for text, side in question.said}
    assert {question.question for question in stance_plain.asked(("cities", "war"))} < {question.question for question in asked}
    with pytest.raises(FileNotFoundError, match="citties"):
        stance_plain.asked(("citties",))
    epoch = stance_plain.Plain().epoch(1)
    assert all(said[one.text][0].trained for one in epoch) and not all(question.trained for question in asked)
    sided = [one for one in epoch if one.labels in ((0,), (2,))]
    assert len(sided) >= 20 * sum(question.trained for question in asked)
    for one in sided:  # the claim that its label says it supports is one of its own side
        question, side = said[one.text]
        supported = one.claims[one.labels[0] // 2].lower()
        assert any(way.lower().rstrip(".") in supported for way in question.claims[side // 2])
