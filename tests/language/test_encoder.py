"""The encoder's storage and the windows over a text."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.language import windows
from attribution.language.crf import bioes_steps, viterbi
from attribution.language.encoder import Encoder, EncoderConfig, attention, attention_by_text, load_weights, save_weights


def test_weights_survive_int8_storage(tmp_path):
    state = {"matrix": torch.randn(64, 128), "small": torch.randn(4, 4), "bias": torch.randn(64)}
    save_weights(state, tmp_path / "model.safetensors")
    back = load_weights(tmp_path / "model.safetensors")
    assert back.keys() == state.keys()
    assert torch.equal(back["small"], state["small"]) and torch.equal(back["bias"], state["bias"])
    step = state["matrix"].abs().amax(1, keepdim=True) / 127
    assert ((back["matrix"] - state["matrix"]).abs() <= step / 2 + 1e-6).all()
    assert (tmp_path / "model.safetensors").stat().st_size < 64 * 128 * 2


@pytest.mark.parametrize("bits", [3, 4])
def test_weights_survive_storage_in_few_bits(tmp_path, bits):
    name = "layers.0.up.weight"
    state = {name: torch.randn(64, 192), "small": torch.randn(4, 4)}
    state[name][3] = 0
    save_weights(state, tmp_path / "model.safetensors", bits)
    back = load_weights(tmp_path / "model.safetensors")
    assert torch.equal(back["small"], state["small"]) and not back[name][3].any()
    groups, found = (x.view(64, 3, 64) for x in (state[name], back[name]))
    step = groups.abs().amax(2, keepdim=True) / 2 ** (bits - 1)
    assert ((found - groups).abs() <= step * 1.01).all()  # at the other end a whole step
    assert ((found - groups).abs() <= step * 0.51).float().mean() > 0.97
    assert max(len(group.unique()) for group in found.view(-1, 64)) == 2**bits
    assert (tmp_path / "model.safetensors").stat().st_size < 64 * 192 * (bits + 0.3) / 8 + 400
    save_weights(back, tmp_path / "again.safetensors", bits)
    assert torch.allclose(load_weights(tmp_path / "again.safetensors")[name], back[name], atol=1e-3)
    save_weights({"layers.0.out.weight": state[name]}, tmp_path / "attention.safetensors", bits)
    assert max(map(len, map(torch.unique, load_weights(tmp_path / "attention.safetensors")["layers.0.out.weight"].view(-1, 64)))) == 16
    with pytest.raises(ValueError, match="rows of 100"):
        save_weights({name: torch.randn(128, 100)}, tmp_path / "model.safetensors", bits)


@pytest.mark.parametrize("dtype, near", [(torch.float32, 1e-5), (torch.bfloat16, 0.05)])
def test_attention_of_one_text_after_the_other_is_attention(dtype, near):
    torch.manual_seed(1)
    q, k, v = torch.randn(3, 4, 2, 9, 8)
    mask = torch.arange(9) < torch.tensor([9, 1, 5, 7])[:, None, None, None]
    for bias in (torch.zeros(mask.shape), torch.randn(2, 9, 9)):
        bias = bias.masked_fill(~mask, -1e9)
        told = attention_by_text(*(x.to(dtype) for x in (q, k, v)), bias)
        assert told.dtype == dtype and torch.allclose(told.float(), attention(q, k, v, bias), atol=near)


@pytest.mark.parametrize("distances", [0, 8])
def test_the_last_layer_gives_some_pieces_alone_as_it_gives_all(distances):
    torch.manual_seed(2)
    encoder = Encoder(EncoderConfig(vocabulary=20, width=24, layers=2, heads=3, inner=32, positions=16, distances=distances)).eval()
    mask = torch.arange(9) < torch.tensor([9, 4, 7])[:, None]
    hidden = torch.randn(3, 9, 24, requires_grad=True)
    only = torch.tensor([[0, 8], [0, 3], [2, 1]])
    few, whole = encoder.last(hidden, mask, only), encoder.last(hidden, mask)[torch.arange(3)[:, None], only]
    assert few.shape == (3, 2, 24) and torch.allclose(few, whole, atol=1e-6)
    with torch.no_grad():
        assert torch.allclose(encoder.last(hidden, mask, only), few, atol=1e-6)
    gradients = [torch.autograd.grad(x.square().sum(), hidden)[0] for x in (few, whole)]
    assert gradients[0][0, 8].any() and torch.allclose(*gradients, atol=1e-4)


def blank(places: list[int]) -> windows.Words:
    n = len(places)
    return windows.Words(("w",) * n, ((0, 1),) * n, (0,) * n, tuple(places), (0,) * n)


def cores(places: list[int], size: int = 42, margin: int = 5) -> list[tuple[int, int]]:
    return [(w.core_low, w.core_high) for w in windows.plan(0, blank(places), [1] * len(places), size, margin)]


def test_a_core_ends_where_a_paragraph_does_if_that_is_near_and_else_where_a_sentence_does():
    places = [2] + [0] * 59
    assert cores(places)[0] == (0, 35)  # one sentence: as much as fits
    places[20] = 1
    assert cores(places)[0] == (0, 20)
    places[33], places[29] = 1, 2
    assert cores(places)[0] == (0, 29)
    places[29], places[25] = 1, 2  # too far from the end
    assert cores(places)[0] == (0, 33)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=300), st.integers(24, 80))
def test_cores_tile_the_text_and_windows_fit(words, size):
    lengths = [length for length, _ in words]
    plan = list(windows.plan(0, blank([int(start) for _, start in words]), lengths, size=size, margin=5))
    assert [i for w in plan for i in range(w.core_low, w.core_high)] == list(range(len(words)))
    for window in plan:
        assert window.low <= window.core_low < window.core_high <= window.high
        assert sum(lengths[window.low : window.high]) == window.pieces <= size - 2


def test_names_decode_to_possible_sequences():
    labels = ["B-A", "E-A", "I-A", "O", "S-A"]
    step, first = bioes_steps(labels)
    scores = torch.zeros(1, 3, 5)
    scores[0, 0, 2] = 5  # I- cannot begin
    scores[0, 1, 1] = 4  # E- needs a beginning
    best = viterbi(scores, step, scores[:, 0] + first, torch.tensor([3]))[0]
    assert [labels[i] for i in best][:2] == ["B-A", "E-A"]
