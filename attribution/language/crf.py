"""A linear-chain conditional random field over BIO labels (Lafferty et al. 2001), batched."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FORBIDDEN = -1e4


class ChainCRF(nn.Module):
    """Scores of neighbouring labels, learned; impossible ones (``I-x`` after anything but ``B-x``/``I-x``) barred."""

    def __init__(self, labels: list[str]):
        super().__init__()
        count = len(labels)
        self.transition = nn.Parameter(torch.zeros(count, count))  # [from, to]
        inside = torch.tensor([label.startswith("I-") for label in labels])
        barred = torch.zeros(count, count, dtype=torch.bool)
        for i, a in enumerate(labels):
            for j, b in enumerate(labels):
                barred[i, j] = b.startswith("I-") and a[2:] != b[2:]
        self.register_buffer("barred", barred, persistent=False)
        self.register_buffer("no_start", inside, persistent=False)

    def _scores(self, emissions: Tensor) -> tuple[Tensor, Tensor]:
        step = self.transition.masked_fill(self.barred, FORBIDDEN)
        first = emissions[:, 0].masked_fill(self.no_start, FORBIDDEN)
        return step, first

    def loss(self, emissions: Tensor, gold: Tensor, lengths: Tensor) -> Tensor:
        """Negative log-likelihood of each row: ``emissions`` [rows, words, labels], ``gold`` [rows, words],
        ``lengths`` [rows] (at least 1)."""
        emissions = level(emissions)
        step, first = self._scores(emissions)
        rows, going = torch.arange(len(gold))[:, None], torch.arange(1, emissions.shape[1]) < lengths[:, None]
        moves = step[gold[:, :-1], gold[:, 1:]] + emissions[rows, torch.arange(1, emissions.shape[1]), gold[:, 1:]]
        return _total(emissions, step, first, lengths) - first[rows[:, 0], gold[:, 0]] - (going * moves).sum(1)

    def marginals(self, emissions: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """The chance of each label at each word [rows, words, labels], 0 beyond a row's length, and how often each pair
        of labels is to be expected [rows, from, to]: the gradients of the log partition function."""
        with torch.inference_mode(False), torch.enable_grad():
            emissions = level(emissions.detach()).requires_grad_()
            step, first = self._scores(emissions)
            step = step.detach().expand(len(emissions), -1, -1).clone().requires_grad_()
            return torch.autograd.grad(_total(emissions, step, first, lengths).sum(), (emissions, step), materialize_grads=True)

    def soft_loss(self, emissions: Tensor, chances: Tensor, pairs: Tensor, lengths: Tensor) -> Tensor:
        """Cross-entropy of each row against a distribution over label sequences of which ``chances`` and ``pairs`` are
        what :meth:`marginals` gives, or a mean of such (then of the mixture)."""
        emissions = level(emissions)
        step, first = self._scores(emissions)
        told = (first * chances[:, 0]).sum(1) + (emissions[:, 1:] * chances[:, 1:]).sum((1, 2)) + (step * pairs).sum((1, 2))
        return _total(emissions, step, first, lengths) - told

    def best(self, emissions: Tensor, lengths: Tensor, wanted: int) -> tuple[list[list[int]], list[bool]]:
        """The best label sequence of each row that has the label ``wanted``, and whether it is the best of all."""
        step, first = self._scores(emissions)
        paths = viterbi(emissions, step, first, lengths)
        by_itself = [wanted in path for path in paths]
        if without := [i for i, has in enumerate(by_itself) if not has]:
            found = viterbi(*_having(wanted, emissions[without], step, first[without], lengths[without]), lengths[without])
            for i, path in zip(without, found):
                paths[i] = [label % len(step) for label in path]
        return paths, by_itself


def level(emissions: Tensor) -> Tensor:
    """Emissions of which a word's are log-chances. What is added to all labels of a word changes no sequence's chance, but large
    sums lose their last digits, and where teachers' chances do not quite add up to 1 the loss pushes that sum farther and farther."""
    return emissions.log_softmax(2)


def _total(emissions: Tensor, step: Tensor, first: Tensor, lengths: Tensor) -> Tensor:
    """The log partition function of each row; ``step`` [from, to] for all rows or [rows, from, to]."""
    alpha = first
    for t in range(1, emissions.shape[1]):
        here = torch.logsumexp(alpha[:, :, None] + step, 1) + emissions[:, t]
        alpha = torch.where((t < lengths)[:, None], here, alpha)
    return torch.logsumexp(alpha, 1)


def _having(wanted: int, emissions: Tensor, step: Tensor, first: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The same chain with every label twice, before and from the first ``wanted`` label on; a row must end in the
    second half. Labels above the first half are the same labels."""
    count = len(step)
    before, after = slice(0, count), slice(count, 2 * count)
    steps = torch.full((2 * count, 2 * count), FORBIDDEN)
    steps[before, before] = steps[after, after] = step
    steps[before, count + wanted] = step[:, wanted]
    steps[before, wanted] = FORBIDDEN
    begin = torch.full((len(first), 2 * count), FORBIDDEN)
    begin[:, before] = first
    begin[:, wanted], begin[:, count + wanted] = FORBIDDEN, first[:, wanted]
    both = torch.cat([emissions, emissions], 2)
    both[torch.arange(len(both)), lengths - 1, before] += FORBIDDEN
    begin[lengths == 1, before] += FORBIDDEN  # the first word's scores stand in ``begin`` alone
    return both, steps, begin


@torch.no_grad()
def viterbi(emissions: Tensor, step: Tensor, first: Tensor, lengths: Tensor) -> list[list[int]]:
    """The best label sequence of each row: ``emissions`` [rows, words, labels], ``step`` [from, to] what a pair
    of neighbours scores, ``first`` [rows, labels] the scores of the first word, ``lengths`` [rows]."""
    alpha, back = first, []
    for t in range(1, emissions.shape[1]):
        value, origin = (alpha[:, :, None] + step).max(1)
        going = (t < lengths)[:, None]
        alpha = torch.where(going, value + emissions[:, t], alpha)
        back.append(torch.where(going, origin, torch.arange(len(step))))
    label = alpha.argmax(1)
    path = [label]
    for origin in reversed(back):
        label = origin.gather(1, label[:, None])[:, 0]
        path.append(label)
    return [row[:n] for row, n in zip(torch.stack(path[::-1], 1).tolist(), lengths.tolist())]


def bioes_steps(labels: list[str]) -> tuple[Tensor, Tensor]:
    """Scores that bar impossible neighbours of BIOES labels: [from, to], and [labels] for the first word."""
    def opens(label: str) -> str | None:
        return label[2:] if label[:2] in ("B-", "I-") else None

    def goes_on(label: str) -> str | None:
        return label[2:] if label[:2] in ("I-", "E-") else None

    step = torch.tensor([[0.0 if opens(a) == goes_on(b) else FORBIDDEN for b in labels] for a in labels])
    first = torch.tensor([FORBIDDEN if goes_on(label) else 0.0 for label in labels])
    return step, first
