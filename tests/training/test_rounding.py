"""Weights that are trained as they will be stored."""

import torch
from torch import nn

from attribution.language.encoder import load_weights, save_weights
from attribution.training.rounding import round_fixed, rounded


def test_inside_weights_are_as_stored_and_afterwards_whole(tmp_path):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(64, 128), nn.Linear(128, 2))
    whole = {name: value.clone() for name, value in model.state_dict().items()}
    save_weights(whole, tmp_path / "model.safetensors", bits=4)
    stored = load_weights(tmp_path / "model.safetensors")
    try:
        with rounded(model, 4):
            assert all(torch.equal(value, stored[name]) for name, value in model.state_dict().items())
            raise KeyError
    except KeyError:
        pass
    assert all(torch.equal(value, whole[name]) for name, value in model.state_dict().items())


def test_gradients_reach_the_whole_weights():
    torch.manual_seed(2)
    model, goal = nn.Linear(64, 128), torch.randn(128, 64) / 8
    x = torch.randn(256, 64)

    def loss():
        return (model(x) - x @ goal.T).square().mean()

    with torch.no_grad():
        assert loss() > 0.5
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(300):
        with rounded(model, 4):
            loss().backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad(), rounded(model, 4):
        assert loss() < 0.05


def test_fixed_weights_are_rounded_once_for_all():
    model = nn.Linear(64, 128)
    model.requires_grad_(False)
    round_fixed(model, 4)
    once = model.weight.clone()
    round_fixed(model, 4)
    assert torch.allclose(model.weight, once, atol=1e-3) and len(model.weight[0].unique()) <= 16
