"""The larger encoder that the stance model and its teachers begin with, at a small size."""

import json
import math

import pytest
import safetensors.torch
import torch

from attribution.language.encoder import Encoder, EncoderConfig, buckets
from attribution.language.windows import CLS, SEP
from attribution.stance.model import StanceModel
from attribution.stance.pieces import Pieces as Input
from attribution.stance.pieces import collate
from attribution.training import mpnet, stance

SMALL = EncoderConfig(vocabulary=1200, width=24, layers=3, heads=3, inner=32, positions=200, distances=32, tiny=1e-5)
PARTS = {"embeddings.word_embeddings": (1205, 24), "embeddings.position_embeddings": (202, 24), "embeddings.LayerNorm": 24,
         "encoder.relative_attention_bias": (32, 3), "pooler.dense": (24, 24)}
LAYER = {"attention.attn.q": (24, 24), "attention.attn.k": (24, 24), "attention.attn.v": (24, 24), "attention.attn.o": (24, 24),
         "attention.LayerNorm": 24, "intermediate.dense": (32, 24), "output.dense": (24, 32), "output.LayerNorm": 24}


def small(seed: int = 1) -> Encoder:
    torch.manual_seed(seed)
    return Encoder(SMALL)


def published() -> dict[str, torch.Tensor]:
    """Weights under their published names."""
    parts = PARTS | {f"encoder.layer.{n}.{name}": shape for n in range(3) for name, shape in LAYER.items()}
    state = {}
    for name, shape in parts.items():
        state[name + ".weight"] = torch.randn(shape)
        if "embeddings.w" not in name and "embeddings.p" not in name and "bias" not in name:
            state[name + ".bias"] = torch.randn(shape if isinstance(shape, int) else shape[0])
    return state


def test_distances_fall_into_the_buckets_of_the_paper():
    def bucket(i: int, j: int) -> int:
        size, half = abs(i - j), 16
        far = 8 + int(math.log(max(size, 1) / 8) / math.log(128 / 8) * 8)
        return (size if size < 8 else min(far, 15)) + (half if j > i else 0)

    found = buckets(160, 32)
    assert all(found[i, j] == bucket(i, j) for i in range(0, 160, 7) for j in range(160))


def test_padding_changes_nothing():
    model = small().eval()
    ids = torch.tensor([[CLS, 1100, 1101, SEP, 0, 0]])
    mask = ids > 0
    for grad in (True, False):
        with torch.set_grad_enabled(grad):
            assert torch.allclose(model(ids, mask)[:, :4], model(ids[:, :4], mask[:, :4]), atol=1e-5)


def test_the_distance_of_two_pieces_counts():
    model = small().eval()
    ids = torch.tensor([[CLS, 1100, 1101, SEP]])
    with torch.no_grad():
        told = model(ids, ids > 0)
        model.distance.weight += torch.randn(32, 3)
        assert not torch.allclose(told, model(ids, ids > 0), atol=1e-3)


def test_lower_layers_may_read_a_text_before_what_stands_beside_it():
    model = mpnet.thinned(small(), (0, 1, 2), apart=1).eval()
    said, told = torch.tensor([[CLS, 1100, 1101, SEP]]), torch.tensor([[1110, 1111, SEP, 0]])
    with torch.no_grad():
        found = []
        for claim in (told, torch.tensor([[1110, 1111, SEP]]), torch.tensor([[1110, 1120, SEP]])):
            beside = model.beside(claim, claim > 0, (claim > 0).long())
            assert len(beside.states) == 2  # what the second and the third layer read
            found.append(model.last(model.upper(model.lower(said, said > 0), said > 0, beside), said > 0, beside=beside))
        assert torch.allclose(found[0], found[1], atol=1e-5) and not torch.allclose(found[1], found[2], atol=1e-4)
    assert EncoderConfig.of(model.state_dict()) == model.config


def test_published_weights_are_read(tmp_path):
    state = published()
    safetensors.torch.save_file(state, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mpnet"}))
    read = mpnet.load(tmp_path)
    assert read.config == SMALL
    words = state["embeddings.word_embeddings.weight"]
    assert torch.equal(read.words.weight[[CLS, SEP, 0, 1100]], words[[0, 2, 1, 1104]])
    assert torch.equal(read.places.weight, state["embeddings.position_embeddings.weight"][2:])
    assert torch.equal(read.layers[2].qkv.weight[24:48], state["encoder.layer.2.attention.attn.k.weight"])
    assert torch.equal(read.layers[1].out.bias, state["encoder.layer.1.attention.attn.o.bias"])
    assert torch.equal(read.layers[0].norm2.weight, state["encoder.layer.0.output.LayerNorm.weight"])
    assert not read.segments.weight.any()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(ValueError, match="'bert', not mpnet"):
        mpnet.load(tmp_path)


def test_a_thinned_encoder_has_the_layers_that_were_named():
    model = small()
    thin = mpnet.thinned(model, (0, 2))
    assert len(thin.layers) == 2 and torch.equal(thin.layers[1].up.weight, model.layers[2].up.weight)
    assert torch.equal(thin.distance.weight, model.distance.weight)


def test_of_a_large_model_the_lowest_layers_may_stay_as_they_are(tmp_path):
    model = StanceModel(small(3))
    stance.Large(tmp_path, frozen=1).freeze(model)
    batch = collate([Input((CLS, 1100 + i, SEP, 1110, SEP), (0, 0, 0, 1, 1), (0,) * 5, ((0, 0),) * 5) for i in range(6)])
    stance.task_loss("q", model, model, batch, [(0,), (2,), (1,)]).backward()
    moved = {name for name, p in model.named_parameters() if p.grad is not None and p.grad.abs().sum() > 0}
    assert not any(name.startswith(("encoder.layers.0", "encoder.places", "encoder.segments", "marks")) for name in moved)
    assert "encoder.layers.1.qkv.weight" in moved and "claim.weight" in moved
