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
def test_the_loss_is_that_of_the_sequence_among_all(seed, lengths):
    crf, scores = chain(seed, len(lengths), max(lengths))
    gold, wanted = torch.zeros(len(lengths), max(lengths), dtype=torch.long), []
    for i, (row, length) in enumerate(zip(scores, lengths)):
        every = {labels: score(crf, row[:length], labels) for labels in product(range(len(LABELS)), repeat=length)}
        allowed = [labels for labels, value in every.items() if value > FORBIDDEN / 2]
        chosen = allowed[seed % len(allowed)]
        gold[i, :length] = torch.tensor(chosen)
        wanted.append(float(torch.tensor(list(every.values())).logsumexp(0)) - every[chosen])
    assert torch.allclose(crf.loss(scores, gold, torch.tensor(lengths)), torch.tensor(wanted), atol=1e-3)
