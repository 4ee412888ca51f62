"""Packing a run: its averaged weights, alone or mixed with those that it began with."""

import json

import pytest
import torch

from attribution.language.encoder import load_weights, save_weights
from attribution.training.pack import NAMES_BIAS, pack


@pytest.fixture
def run(tmp_path):
    torch.save({"average": {"a": torch.full((3,), 4.0), "b": torch.ones(2, 2)}}, tmp_path / "checkpoint.pt")
    (tmp_path / "labels.json").write_text("{}")
    (tmp_path / "tokenizer.json").write_text(json.dumps({"truncation": {"max_length": 128}, "padding": {}, "model": "é"}))
    return tmp_path


def test_the_average_is_packed_and_the_tokenizer_neither_cuts_nor_pads(run):
    pack(run, run / "tokenizer.json", run / "out")
    assert load_weights(run / "out/model.safetensors")["a"].tolist() == [4.0] * 3
    assert json.loads((run / "out/tokenizer.json").read_text("utf-8")) == {"truncation": None, "padding": None, "model": "é"}


def test_a_share_of_the_run_and_the_rest_of_the_earlier_weights(run):
    save_weights({"a": torch.zeros(3), "b": torch.zeros(2, 2)}, run / "earlier.safetensors")
    pack(run, run / "tokenizer.json", run / "out", run / "earlier.safetensors", 0.75)
    assert load_weights(run / "out/model.safetensors")["a"].tolist() == [3.0] * 3


def test_runs_of_different_models_are_not_mixed(run):
    save_weights({"a": torch.zeros(4)}, run / "earlier.safetensors")
    with pytest.raises(ValueError, match="only runs of one model"):
        pack(run, run / "tokenizer.json", run / "out", run / "earlier.safetensors", 0.5)


def test_a_kind_of_name_is_made_less_likely(run):
    torch.save({"average": {NAMES_BIAS: torch.tensor([1.0, 2.0, 3.0])}}, run / "checkpoint.pt")
    (run / "labels.json").write_text(json.dumps({"ner": ["O", "B-Person", "B-Location"]}))
    pack(run, run / "tokenizer.json", run / "out", lean={"Person": -0.5})
    assert load_weights(run / "out/model.safetensors")[NAMES_BIAS].tolist() == [1.0, 1.5, 3.0]
    with pytest.raises(KeyError, match="no kind of name is called person"):
        pack(run, run / "tokenizer.json", run / "out", lean={"person": -0.5})
