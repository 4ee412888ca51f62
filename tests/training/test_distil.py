"""Learning from several models at once, with small ones of random weights."""

import random
from dataclasses import replace

import pytest
import torch

from attribution.language import windows
from attribution.language.encoder import EncoderConfig, save_weights
from attribution.language.model import HeadSizes, Labels, LanguageModel
from attribution.training import distil
from attribution.training.corpora import Quoted
from attribution.training.language import Trainer

LABELS = Labels(("NOUN", "VERB"), ("NN", "VB"), ("_", "Number=Sing"), ("root", "obj"), ("O", "S-Person"))
SIZES = HeadSizes(8, 8, 8, 8)
SMALL = replace(EncoderConfig(), width=48, layers=2, heads=4, inner=64)


def model(seed: int, config: EncoderConfig = SMALL) -> LanguageModel:
    torch.manual_seed(seed)
    return LanguageModel(LABELS, config, SIZES)


@pytest.fixture(scope="module")
def teachers(tmp_path_factory):
    """One from packed weights, one wider from a run's checkpoint, which counts for three times as much outside of contents and for
    nothing inside."""
    folder = tmp_path_factory.mktemp("teachers")
    save_weights(model(1).state_dict(), folder / "1.safetensors")
    wide = model(2, replace(SMALL, width=64, distances=8)).state_dict()
    torch.save({"average": wide}, folder / "checkpoint.pt")
    return distil.Teachers([distil.load(folder / "1.safetensors", LABELS), distil.load(folder, LABELS)], [1, 3], [1, 0])


@pytest.fixture(scope="module")
def batch():
    words = ("Ms", "Ro", "said", "no", ".", "He", "agreed", ".")
    text = windows.Words(words, tuple((i, i + 1) for i in range(8)), (0,) * 5 + (1,) * 3, (2, 0, 0, 0, 0, 1, 0, 0), (0,) * 8)
    pieces = [(1000 + i,) for i in range(8)]
    return windows.collate([(text, 0, 8, pieces), (text, 0, 5, pieces[:5])])


def test_teachers_are_heard_together(teachers, batch):
    told = teachers.judge(batch)
    with torch.no_grad():
        alone = torch.stack([m.quotations.anchor(m(batch))[..., 0].sigmoid() for m in teachers.models])
    outside, inside = (alone[0] + 3 * alone[1]) / 4, alone[0]
    assert (torch.isclose(told.begins, outside) | torch.isclose(told.begins, inside)).all()
    real = batch.real[told.rows]
    assert len(told.rows) and torch.allclose(told.chances.sum(-1), real.float(), atol=1e-4)
    assert torch.allclose(told.pairs.sum((1, 2)), real.sum(1).float() - 1, atol=1e-3)


def test_inside_a_content_others_are_heard(teachers, batch, monkeypatch):
    monkeypatch.setattr(distil, "SURE", -1.0)  # all words are in a content
    with torch.no_grad():
        alone = torch.stack([m.quotations.anchor(m(batch))[..., 0].sigmoid() for m in teachers.models])
    assert torch.allclose(teachers.judge(batch).begins, alone[0])
    monkeypatch.setattr(distil, "SURE", 2.0)  # none is
    assert torch.allclose(teachers.judge(batch).begins, (alone[0] + 3 * alone[1]) / 4)


def test_a_batch_without_a_likely_cue_teaches_that(teachers, batch, monkeypatch):
    monkeypatch.setattr(distil, "LIKELY", 1.0)
    told, pupil = teachers.judge(batch), model(3)
    assert not len(told.rows) and distil.loss(pupil, pupil(batch), batch, told) > 0


def test_a_pupil_comes_nearer_to_its_teachers_without_gold(teachers, batch):
    pupil, told = model(3), teachers.judge(batch)
    optimizer = torch.optim.Adam([p for name, p in pupil.named_parameters() if not name.startswith("encoder.")], 3e-3)
    lengths = batch.real.sum(1)[told.rows]

    def distances() -> tuple[float, float]:
        with torch.no_grad():
            words = pupil.eval()(batch)
            cues = (pupil.quotations.anchor(words)[..., 0].sigmoid() - told.begins)[batch.real].abs().mean()
            roles, _ = pupil.quotations.crf.marginals(pupil.quotations.roles(words, batch, told.rows, told.anchors), lengths)
        return float(cues), float((roles - told.chances).abs().mean())

    before = distances()
    for _ in range(40):
        pupil.train()
        optimizer.zero_grad()
        distil.loss(pupil, pupil(batch), batch, told).backward()
        optimizer.step()
    after = distances()
    assert after[0] < before[0] / 2 and after[1] < before[1] / 2, (before, after)
    assert all(p.grad is None for m in teachers.models for p in m.parameters())


def annotated(nested: bool = False):
    """A window with one attribution."""
    words = windows.Words(("Ms", "Ro", "said", "no", "."), tuple((i, i + 1) for i in range(5)), (0,) * 5, (2, 0, 0, 0, 0), (0,) * 5)
    gold = {"source": ((0, 2),), "cue": ((2, 3),), "content": ((3, 4),)}
    return Quoted("a", "", words, (gold,), nested=nested), 0, 5, [(1000 + i,) for i in range(5)]


def test_gold_and_teachers_share_the_loss_and_news_has_no_gold(teachers):
    row = annotated()
    told = [Trainer(model(3).eval(), random.Random(1), noisy=False, teachers=teachers, soft=soft).loss("quotations", [row]).item()
            for soft in (0.0, 0.25, 1.0)]
    assert told[0] != told[2] and told[1] == pytest.approx(0.75 * told[0] + 0.25 * told[2], rel=1e-4)
    news = Trainer(model(3).eval(), random.Random(1), noisy=False, teachers=teachers).loss("news", [row]).item()
    assert news == pytest.approx(told[2], rel=1e-4)
    alone = Trainer(model(3).eval(), random.Random(1), noisy=False).loss("quotations", [row]).item()
    assert alone == pytest.approx(told[0], rel=1e-4)


def test_articles_that_mark_what_is_inside_others_teach_by_their_marks_alone(teachers):
    row = annotated(nested=True)
    told, alone = (Trainer(model(3).eval(), random.Random(1), noisy=False, teachers=heard, soft=0.6).loss("quotations", [row]).item()
                   for heard in (teachers, None))
    assert told == pytest.approx(alone, rel=1e-6)
