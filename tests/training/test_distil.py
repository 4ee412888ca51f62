"""Learning from several runs at once, with small models of random weights."""

import pytest
import torch

from attribution.language import windows
from attribution.language.encoder import save_weights
from attribution.language.model import HeadSizes, Labels, LanguageModel
from attribution.training import distil

LABELS = Labels(("NOUN", "VERB"), ("NN", "VB"), ("_", "Number=Sing"), ("root", "obj"), ("O", "S-Person"))
SIZES = HeadSizes(8, 8, 8, 8)


def model(seed: int) -> LanguageModel:
    torch.manual_seed(seed)
    return LanguageModel(LABELS, sizes=SIZES)


@pytest.fixture(scope="module")
def teachers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teachers")
    for seed in (1, 2):
        save_weights(model(seed).state_dict(), folder / f"{seed}.safetensors")
    return distil.Teachers([folder / "1.safetensors", folder / "2.safetensors"], LABELS)


@pytest.fixture(scope="module")
def batch():
    words = ("Ms", "Ro", "said", "no", ".", "He", "agreed", ".")
    text = windows.Words(words, tuple((i, i + 1) for i in range(8)), (0,) * 5 + (1,) * 3, (2, 0, 0, 0, 0, 1, 0, 0), (0,) * 8)
    pieces = [(1000 + i,) for i in range(8)]
    return windows.collate([(text, 0, 8, pieces), (text, 0, 5, pieces[:5])])


def test_teachers_are_heard_together(teachers, batch):
    read = teachers.read(batch)
    alone = [m.quotations.anchor(x)[..., 0].sigmoid() for m, x in zip(teachers.models, read)]
    assert torch.allclose(teachers.begins(read), (alone[0] + alone[1]) / 2)
    rows, anchors = torch.tensor([[0, 2], [1, 2]]).T
    chances, pairs = teachers.roles(read, batch, rows, anchors)
    assert torch.allclose(chances.sum(-1), batch.real.float(), atol=1e-4)
    assert torch.allclose(pairs.sum((1, 2)), batch.real.sum(1).float() - 1, atol=1e-3)
    assert torch.allclose(teachers.names(read).sum(-1), torch.ones(2, 8))


def test_a_pupil_comes_nearer_to_its_teachers_without_gold(teachers, batch):
    pupil = model(3)
    pupil.encoder.requires_grad_(False)
    optimizer = torch.optim.Adam([p for p in pupil.parameters() if p.requires_grad], 3e-3)
    read = teachers.read(batch)

    def distance() -> float:
        with torch.no_grad():
            return float((pupil.eval().quotations.anchor(pupil(batch))[..., 0].sigmoid() - teachers.begins(read))[batch.real].abs().mean())

    before = distance()
    losses = []
    for _ in range(30):
        pupil.train()
        loss = distil.loss(pupil, pupil(batch), batch, teachers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < sum(losses[:5]) and distance() < before / 2
    assert all(p.grad is None for m in teachers.models for p in m.parameters())
