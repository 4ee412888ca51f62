"""Lower layers that read statements by themselves: what is remembered gives what reading anew gives."""

import pytest
import torch

from attribution.language.encoder import Encoder, EncoderConfig, load_tokenizer
from attribution.stance import model as stance
from attribution.stance.model import WEIGHTS, Loaded, StanceModel
from attribution.stance.pieces import TARGET, Reader, collate, parted

TEXTS = ["The bridge must stay open.", "Close the bridge, said the mayor, and close it now.", "Rain is expected.", "x"]
CLAIMS = ["The bridge should be closed", "The bridge should stay open to everybody who pays"]


@pytest.fixture
def loaded():
    torch.manual_seed(3)
    config = EncoderConfig(width=24, layers=3, heads=3, inner=32, positions=170, distances=8, apart=2)
    return Loaded(StanceModel(Encoder(config)).eval().requires_grad_(False), Reader(load_tokenizer(WEIGHTS / "tokenizer.json")))


def asked():
    return [*TEXTS, *TEXTS, TEXTS[1]], [CLAIMS[0]] * 4 + [CLAIMS[1]] * 4 + [TEXTS[1]]


def test_pairs_of_remembered_statements_are_as_if_read_whole(loaded):
    texts, claims = asked()
    inputs = loaded.reader.pairs(texts, claims)
    with torch.no_grad():
        wanted = torch.cat([loaded.model.claim_logits(collate([p])) for p in inputs]).log_softmax(1)
    told = []
    for _ in range(2):  # the second time from memory
        assert torch.allclose(loaded.claims(texts, claims)[0], wanted, atol=1e-5)
    assert torch.allclose(loaded.claims(texts, claims, told)[0], wanted, atol=1e-5)
    assert [p for p, _ in told] == inputs and all(p.border == len(values) for p, values in told)
    assert len(loaded.lower.known) == 4


def test_what_stands_beside_a_statement_counts_and_does_not_read_it(loaded):
    first, other = loaded.claims(TEXTS[:1] * 2, CLAIMS)[0]
    assert not torch.allclose(first, other, atol=1e-4)
    encoder = loaded.model.encoder
    batch, claims = parted(collate(loaded.reader.pairs(TEXTS, [CLAIMS[0], CLAIMS[1]] * 2)))
    assert [int(n) for n in batch.mask.sum(1)] == [p.border for p in loaded.reader.pairs(TEXTS, CLAIMS * 2)]
    with torch.no_grad():
        each = encoder.beside(claims.ids, claims.mask, claims.segments)
        shared = encoder.beside(claims.ids[:2], claims.mask[:2], claims.segments[:2], torch.tensor([0, 1, 0, 1]))
        x = encoder.lower(batch.ids, batch.mask)
        one, two = (encoder.last(encoder.upper(x, batch.mask, b), batch.mask, torch.zeros(4, 1, dtype=int), b) for b in (each, shared))
        assert torch.allclose(one, two, atol=1e-5)


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
    assert sum(map(len, loaded.lower.known)) == loaded.lower.size < 60


def test_all_targets_of_a_text_share_what_the_lower_layers_read(loaded):
    spans = [([(10, 16)], [(23, 32)]), ([(23, 32), (37, 42)], []), ([(0, 5)], [])]
    items = [loaded.reader.marked(TEXTS[1], *both) for both in spans]
    with torch.no_grad():
        wanted = torch.cat([loaded.model.polarity_logits(collate([item])) for item in items]).softmax(1)
        x = loaded.model.encoder.last(loaded.model.hidden(collate(items[1:2])), collate(items[1:2]).mask)
        mean = x[0, [mark == TARGET for mark in items[1].marks]].mean(0)
        assert torch.allclose(loaded.model.polarity(torch.cat([x[0, 0], mean])).softmax(0), wanted[1], atol=1e-5)
    told = []
    assert torch.allclose(loaded.polarities(items, told), wanted, atol=1e-5)
    assert len(loaded.lower.known) == 1 and [len(values) for _, values in told] == [len(items[0].ids)] * 3
    assert not torch.allclose(wanted[0], wanted[2], atol=1e-4)
