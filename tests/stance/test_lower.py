"""Lower layers that read statement and claim apart: what is remembered gives what reading anew gives."""

import pytest
import torch

from attribution.language.encoder import Encoder, EncoderConfig, load_tokenizer
from attribution.stance import model as stance
from attribution.stance.model import WEIGHTS, Loaded, Reader, StanceModel, collate

TEXTS = ["The bridge must stay open.", "Close the bridge, said the mayor, and close it now.", "Rain is expected.", "x"]
CLAIMS = ["The bridge should be closed", "The bridge should stay open to everybody who pays"]


@pytest.fixture
def loaded():
    torch.manual_seed(3)
    config = EncoderConfig(width=24, layers=3, heads=3, inner=32, positions=170, distances=8, apart=2)
    return Loaded(StanceModel(Encoder(config)).eval().requires_grad_(False), Reader(load_tokenizer(WEIGHTS / "tokenizer.json")))


def asked():
    return [*TEXTS, *TEXTS, TEXTS[1]], [CLAIMS[0]] * 4 + [CLAIMS[1]] * 4 + [TEXTS[1]]


def test_pairs_of_remembered_halves_are_as_if_read_whole(loaded):
    texts, claims = asked()
    inputs = loaded.reader.pairs(texts, claims)
    with torch.no_grad():
        wanted = torch.cat([loaded.model.claim_logits(collate([p])) for p in inputs]).log_softmax(1)
    told = []
    for _ in range(2):  # the second time from memory
        assert torch.allclose(loaded.claims(texts, claims)[0], wanted, atol=1e-5)
    assert torch.allclose(loaded.claims(texts, claims, told)[0], wanted, atol=1e-5)
    assert [len(p.ids) for p, _ in told] == [len(p.ids) for p in inputs] and all(len(p.ids) == len(v) for p, v in told)
    assert len(loaded.lower.known) == 4 + 3  # the text that is a claim too is known as either


def test_vectors_are_those_of_the_lower_layers(loaded):
    found = loaded.vectors(TEXTS)
    with torch.no_grad():
        wanted = torch.cat([loaded.model.sentence_vectors(collate([p])) for p in loaded.reader.lone(TEXTS)])
    assert torch.allclose(found, wanted, atol=1e-5)


def test_memory_is_bounded(loaded, monkeypatch):
    texts, claims = asked()
    wanted = loaded.claims(texts, claims)[0]
    monkeypatch.setattr(stance, "KEPT_PIECES", 30)
    loaded.lower.known.clear()
    loaded.lower.size = 0
    assert torch.allclose(loaded.claims(texts, claims)[0], wanted, atol=1e-5)
    assert sum(len(ids) for _, ids in loaded.lower.known) == loaded.lower.size < 60


def test_marks_are_read_by_the_lower_layers_too(loaded):
    text = TEXTS[1]
    item = loaded.reader.marked(text, [(10, 16)], [(23, 32)])
    with torch.no_grad():
        wanted = loaded.model.polarity_logits(collate([item])).softmax(1)
    assert torch.allclose(loaded.polarities([item]), wanted, atol=1e-5)
    assert not torch.allclose(loaded.polarities([loaded.reader.marked(text, [(23, 32)], [(10, 16)])]), wanted, atol=1e-4)
