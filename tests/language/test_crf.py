"""The chain of labels, against all sequences of short rows."""

from itertools import product

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.language.crf import FORBIDDEN, ChainCRF

LABELS = ["O", "B-x", "I-x", "B-y", "I-y"]


def chain(seed: int, rows: int, words: int) -> tuple[ChainCRF, torch.Tensor]:
    torch.manual_seed(seed)
    crf = ChainCRF(LABELS)
    crf.transition.data = torch.randn_like(crf.transition)
    return crf.eval(), 3 * torch.randn(rows, words, len(LABELS))


def score(crf: ChainCRF, row: torch.Tensor, labels: tuple[int, ...]) -> float:
    step, first = (part.detach() for part in crf._scores(row[None]))
    return float(first[0, labels[0]]) + sum(float(step[a, b] + row[t, b]) for t, (a, b) in enumerate(zip(labels, labels[1:]), 1))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 3).filter(lambda i: i != 2))
def test_the_best_sequence_with_a_label_is_found(seed, lengths, wanted):
    crf, scores = chain(seed, len(lengths), max(lengths))
    paths, by_itself = crf.best(scores, torch.tensor(lengths), wanted)
    for row, length, path, alone in zip(scores, lengths, paths, by_itself):
        every = {labels: score(crf, row[:length], labels) for labels in product(range(len(LABELS)), repeat=length)}
        best = max((labels for labels in every if wanted in labels), key=every.get)
        assert tuple(path) == best and every[best] > FORBIDDEN / 2
        assert alone == (max(every, key=every.get) == best)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_marginals_and_losses_are_those_of_all_sequences(seed, lengths):
    crf, scores = chain(seed, len(lengths), max(lengths))
    other = 2 * torch.randn_like(scores)
    sizes = torch.tensor(lengths)
    chances, pairs = crf.marginals(scores, sizes)
    soft = crf.soft_loss(other, chances, pairs, sizes)
    for i, (row, length) in enumerate(zip(scores, lengths)):
        every = list(product(range(len(LABELS)), repeat=length))
        total = torch.tensor([score(crf, row[:length], labels) for labels in every])
        weights = total.softmax(0)
        for t in range(length):
            there = torch.tensor([[labels[t] == k for k in range(len(LABELS))] for labels in every]).float()
            assert torch.allclose(weights @ there, chances[i, t], atol=1e-4)
        assert not chances[i, length:].any() and torch.isclose(pairs[i].sum(), torch.tensor(length - 1.0), atol=1e-3)
        theirs = torch.tensor([score(crf, other[i, :length], labels) for labels in every])
        assert torch.isclose(-(weights * theirs.log_softmax(0)).sum(), soft[i], rtol=1e-3, atol=1e-2)
        gold = max(range(len(every)), key=lambda n: float(total[n]))
        padded = torch.tensor([every[gold] + (0,) * (max(lengths) - length)])
        assert torch.isclose(-weights[gold].log(), crf.loss(scores[i : i + 1], padded, sizes[i : i + 1])[0], rtol=1e-3, atol=1e-2)


def test_what_all_labels_of_a_word_share_neither_counts_nor_grows():
    crf, scores = chain(5, 4, 200)
    sizes = torch.tensor([200, 150, 3, 1])
    chances, pairs = crf.marginals(scores - 1000, sizes)
    assert torch.allclose(chances, crf.marginals(scores, sizes)[0], atol=1e-4)
    chances = 1.001 * chances  # a mean of rounded ones
    other = (2 * torch.randn_like(scores)).requires_grad_()
    loss = crf.soft_loss(other, chances, pairs, sizes)
    assert torch.allclose(loss, crf.soft_loss(other - 1000, chances, pairs, sizes), rtol=1e-3)
    (slope,) = torch.autograd.grad(loss.sum(), other)
    assert slope.abs().max() > 0.1 and slope.sum(2).abs().max() < 1e-5
    gold = crf.best(scores.detach(), sizes, 1)[0]
    padded = torch.tensor([path + [0] * (200 - len(path)) for path in gold])
    assert torch.allclose(crf.loss(scores, padded, sizes), crf.loss(scores - 1000, padded, sizes), rtol=1e-3, atol=1e-2)
