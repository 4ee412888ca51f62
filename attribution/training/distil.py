"""What several runs of the language model say together, for one model to learn from.

Ensemble distillation (Hinton et al. 2015): the quotation head learns the mean chance that a word begins a cue, and for
each cue the mixture of the teachers' distributions over role sequences, of which a linear-chain CRF needs only the
marginals; the names head learns the mean of theirs. No gold is needed, so any text teaches, and the insides of contents,
which PolNeAR leaves open, are taught as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.language.encoder import load_weights
from attribution.language.model import HeadSizes, Labels, LanguageModel
from attribution.language.windows import Batch

LIKELY = 0.1  # least mean chance that a word begins a cue for its roles to be taught
MOST = 96  # cues of a batch whose roles are taught


class Teachers:
    """Trained models, frozen; ``files`` are packed weights of runs with the same ``labels``."""

    def __init__(self, files: Sequence[Path], labels: Labels):
        self.models = []
        for weights in map(load_weights, files):
            model = LanguageModel(labels, sizes=HeadSizes.of(weights)).eval().requires_grad_(False)
            model.load_state_dict(weights)
            self.models.append(model)

    @torch.no_grad()
    def read(self, batch: Batch) -> list[Tensor]:
        """The vectors of the batch's words, those of each teacher."""
        return [model(batch) for model in self.models]

    @torch.no_grad()
    def begins(self, read: Sequence[Tensor]) -> Tensor:
        """The mean chance [batch, words] that a word begins a cue."""
        return _mean([model.quotations.anchor(x)[..., 0].float().sigmoid() for model, x in zip(self.models, read)])

    @torch.no_grad()
    def roles(self, read: Sequence[Tensor], batch: Batch, rows: Tensor, anchors: Tensor) -> tuple[Tensor, Tensor]:
        """The mean marginals of the cues' role sequences, as of :meth:`ChainCRF.marginals`."""
        lengths = batch.real.sum(1)[rows]
        found = [model.quotations.crf.marginals(model.quotations.roles(x, batch, rows, anchors), lengths)
                 for model, x in zip(self.models, read)]
        return _mean([chances for chances, _ in found]), _mean([pairs for _, pairs in found])

    @torch.no_grad()
    def names(self, read: Sequence[Tensor]) -> Tensor:
        """The mean chances [batch, words, labels] of names' labels."""
        return _mean([model.names(x).float().softmax(-1) for model, x in zip(self.models, read)])


def loss(model: LanguageModel, words: Tensor, batch: Batch, teachers: Teachers) -> Tensor:
    """How far ``model``, whose vectors of the batch are ``words``, is from its teachers; scaled as the losses on gold are."""
    read = teachers.read(batch)
    head, begins = model.quotations, teachers.begins(read)
    total = 10 * F.binary_cross_entropy_with_logits(head.anchor(words).float()[..., 0][batch.real], begins[batch.real])
    names = teachers.names(read)[batch.real]
    total = total + F.cross_entropy(model.names(words).float()[batch.real], names)
    places = torch.nonzero((begins > LIKELY) & batch.real)
    if len(places):
        rows, anchors = places[torch.randperm(len(places))[:MOST]].T
        chances, pairs = teachers.roles(read, batch, rows, anchors)
        scores = head.roles(words, batch, rows, anchors)
        total = total + 0.1 * head.crf.soft_loss(scores, chances, pairs, batch.real.sum(1)[rows]).mean()
    return total


def _mean(parts: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(parts)).mean(0)
