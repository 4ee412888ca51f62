"""What trained models say of quotations, for another one to learn from.

Distillation (Hinton et al. 2015): the quotation head learns the mean chance that a word begins a cue, and for each cue the
mixture of the teachers' distributions over role sequences, of which a linear-chain CRF needs only the marginals. No gold is
needed, so any news teaches, and the insides of contents, which PolNeAR leaves open, are taught as well. Teachers may be larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.language.encoder import EncoderConfig, load_weights
from attribution.language.model import ROLES, HeadSizes, Labels, LanguageModel
from attribution.language.windows import Batch

LIKELY = 0.1  # least mean chance that a word begins a cue for its roles to be taught
MOST = 160  # cues of a batch whose roles are taught, the likeliest
SURE = 0.5  # chance from which on a cue's content counts as one, and a word as its
CONTENT = [ROLES.index("B-content"), ROLES.index("I-content")]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``begins`` [batch, words]: the chance that a word begins a cue; ``rows`` and ``anchors``: the likely ones, [cues]; of each
    ``chances`` [cues, words, labels] and ``pairs`` [cues, labels, labels] of its roles, as of :meth:`ChainCRF.marginals`."""

    begins: Tensor
    rows: Tensor
    anchors: Tensor
    chances: Tensor
    pairs: Tensor


def load(path: Path, labels: Labels) -> LanguageModel:
    """A trained model: packed weights, or the mean weights of the run whose folder ``path`` is."""
    run = path.is_dir()
    state = torch.load(path / "checkpoint.pt", weights_only=True)["average"] if run else load_weights(path)
    encoder = {name.removeprefix("encoder."): value for name, value in state.items() if name.startswith("encoder.")}
    model = LanguageModel(labels, EncoderConfig.of(encoder), HeadSizes.of(state))
    model.load_state_dict(state)
    return model


class Teachers:
    """Trained models, frozen. ``outside`` and ``inside`` say how much each counts for where an attribution stands in none's
    content and where it stands in one's: a corpus that marks none of the latter makes a teacher that finds none."""

    def __init__(self, models: Sequence[LanguageModel], outside: Sequence[float], inside: Sequence[float]):
        self.models = [model.eval().requires_grad_(False) for model in models]
        self.outside, self.inside = (torch.tensor(shares) / sum(shares) for shares in (outside, inside))

    @torch.no_grad()
    def judge(self, batch: Batch) -> Judgement:
        """What they say together of a batch."""
        read = [model(batch) for model in self.models]
        begins = torch.stack([model.quotations.anchor(x)[..., 0].float().sigmoid() for model, x in zip(self.models, read)])
        outside, inside = torch.tensordot(self.outside, begins, 1), torch.tensordot(self.inside, begins, 1)
        likely = torch.maximum(outside, inside) * batch.real
        places = torch.nonzero(likely > LIKELY)
        rows, anchors = places[likely[tuple(places.T)].argsort(descending=True)[:MOST]].T
        if not len(rows):
            return Judgement(outside, rows, anchors, torch.zeros(0), torch.zeros(0))
        lengths = batch.real.sum(1)[rows]
        told = [model.quotations.crf.marginals(model.quotations.roles(x, batch, rows, anchors), lengths)
                for model, x in zip(self.models, read)]
        chances, pairs = (torch.stack(part) for part in zip(*told))  # [teachers, cues, words or labels, labels]
        content = torch.tensordot(self.outside, chances, 1)[:, :, CONTENT].sum(2)
        sure = outside[rows, anchors] > SURE
        within = torch.zeros_like(outside).scatter_reduce(0, rows[sure, None].expand_as(content[sure]), content[sure], "amax") > SURE
        shares = torch.where(within[rows, anchors], self.inside[:, None], self.outside[:, None])[..., None, None]
        return Judgement(torch.where(within, inside, outside), rows, anchors, (shares * chances).sum(0), (shares * pairs).sum(0))


def loss(model: LanguageModel, words: Tensor, batch: Batch, told: Judgement) -> Tensor:
    """How far ``model``, whose vectors of ``batch`` are ``words``, is from what its teachers say; scaled as the losses on gold are."""
    head = model.quotations
    total = 10 * F.binary_cross_entropy_with_logits(head.anchor(words).float()[..., 0][batch.real], told.begins[batch.real])
    if len(told.rows):
        scores = head.roles(words, batch, told.rows, told.anchors)
        total = total + 0.1 * head.crf.soft_loss(scores, told.chances, told.pairs, batch.real.sum(1)[told.rows]).mean()
    return total
