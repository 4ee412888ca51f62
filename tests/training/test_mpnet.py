"""The larger encoder that teaches, at a small size."""

import json
import math

import pytest
import safetensors.torch
import torch

from attribution.language.encoder import EncoderConfig
from attribution.language.windows import CLS, SEP
from attribution.stance.model import Pieces as Input
from attribution.stance.model import StanceModel, collate
from attribution.training import mpnet, stance

SMALL = EncoderConfig(vocabulary=1204, width=24, layers=2, heads=3, inner=32, positions=202)


def small(seed: int = 1) -> mpnet.MPNet:
    torch.manual_seed(seed)
    return mpnet.MPNet(SMALL)


def test_distances_fall_into_the_buckets_of_the_paper():
    def bucket(i: int, j: int) -> int:
        size, half = abs(i - j), 16
        far = 8 + int(math.log(max(size, 1) / 8) / math.log(128 / 8) * 8)
        return (size if size < 8 else min(far, 15)) + (half if j > i else 0)

    found = mpnet.buckets(160)
    assert all(found[i, j] == bucket(i, j) for i in range(0, 160, 7) for j in range(160))


def test_padding_changes_nothing():
    model = small().eval()
    ids = torch.tensor([[CLS, 1100, 1101, SEP, 0, 0]])
    mask = ids > 0
    with torch.no_grad():
        assert torch.allclose(model(ids, mask)[:, :4], model(ids[:, :4], mask[:, :4]), atol=1e-5)


def test_weights_are_read_under_their_published_names(tmp_path):
    model = small(2)
    model.segments.weight.data.zero_()
    theirs = {"words.": "embeddings.word_embeddings.", "places.": "embeddings.position_embeddings.", "norm.": "embeddings.LayerNorm.",
              "distance.": "encoder.relative_attention_bias."}
    inner = {"norm1": "attention.LayerNorm", "norm2": "output.LayerNorm", "up": "intermediate.dense", "down": "output.dense"}
    state = {}
    for key, value in model.state_dict().items():
        if key.startswith("layers."):
            _, number, part, kind = key.split(".")
            key = f"encoder.layer.{number}.{inner.get(part, 'attention.attn.' + part)}.{kind}"
        elif key.startswith("segments."):
            continue
        else:
            key = next(key.replace(ours, other) for ours, other in theirs.items() if key.startswith(ours))
        state[key] = value.contiguous()
    safetensors.torch.save_file(state | {"pooler.dense.bias": torch.zeros(2)}, tmp_path / "model.safetensors")
    sizes = {"vocab_size": 1204, "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 32,
             "max_position_embeddings": 202}
    (tmp_path / "config.json").write_text(json.dumps(sizes | {"model_type": "mpnet"}))
    read = mpnet.load(tmp_path)
    assert all(torch.equal(value, read.state_dict()[key]) for key, value in model.state_dict().items())
    (tmp_path / "config.json").write_text(json.dumps(sizes | {"model_type": "bert"}))
    with pytest.raises(ValueError, match="'bert', not mpnet"):
        mpnet.load(tmp_path)


def test_a_teacher_is_heard_beside_the_labels():
    large, own = StanceModel(small(3)).eval(), StanceModel(small(4))
    rows = [Input((CLS, 1100 + i, SEP, 1110, SEP), (0, 0, 0, 1, 1), (0,) * 5, ((0, 0),) * 5) for i in range(6)]
    batch, labels = collate(rows), [(0,), (2,), (1,)]
    base = StanceModel(small(5)).eval()
    own.eval()
    alone = stance.task_loss("q", own, stance.Teachers(base), batch, labels)
    assert torch.equal(alone, stance.task_loss("q", own, stance.Teachers(base, large, 0.0), batch, labels))
    teachers = stance.Teachers(base, large, 1.0)
    optimizer = torch.optim.Adam(own.parameters(), 3e-3)
    losses = []
    for _ in range(60):
        loss = stance.task_loss("q", own, teachers, batch, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    with torch.no_grad():
        assert torch.allclose(own.claim_logits(batch).softmax(1), large.claim_logits(batch).softmax(1), atol=0.05)
    assert all(p.grad is None for p in large.parameters())
