"""One network for the whole language layer: part of speech, dependencies, names and quotation roles.

One encoder pass over a window of text feeds all heads. Dependencies are biaffine (Dozat and Manning
2017) inside each sentence; names are BIOES labels; quotations are found as in semantic role labelling:
first the words that begin a cue, then for each cue the words of its content, its source and the cue
itself, so that two cues can share a source and one quotation can stand inside another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attribution.language.crf import ChainCRF
from attribution.language.encoder import Encoder, EncoderConfig
from attribution.language.windows import PLACES, SHAPES, STATES, Batch

ROLES = ["O", "B-content", "I-content", "B-source", "I-source", "B-cue", "I-cue"]
NEAR = 14  # buckets of distance on either side of the cue
BARRED = -1e4


@dataclass(frozen=True, slots=True)
class Labels:
    """The label sets of the heads; their order is the order of the weights."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    feats: tuple[str, ...]
    deprel: tuple[str, ...]
    ner: tuple[str, ...]

    def to_json(self) -> dict:
        return {key: list(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict) -> Labels:
        return cls(**{key: tuple(value) for key, value in data.items()})


@dataclass(frozen=True, slots=True)
class HeadSizes:
    """How wide the heads are inside; the defaults ship."""

    arc: int = 256
    label: int = 160
    names: int = 160
    roles: int = 160

    def times(self, factor: float) -> HeadSizes:
        """All sizes times ``factor``, rounded."""
        return HeadSizes(*(round(size * factor) for size in (self.arc, self.label, self.names, self.roles)))

    @classmethod
    def of(cls, state: Mapping[str, Tensor]) -> HeadSizes:
        """The sizes of the heads whose weights these are."""
        inner = ("dependencies.arc_head", "dependencies.label_head", "names.0", "quotations.word")
        return cls(*(len(state[f"{name}.weight"]) for name in inner))


def distance_bucket(distance: Tensor) -> Tensor:
    """Signed distances in words to ``0 .. 2 * NEAR``: exact up to 6, then in doubling steps."""
    size = distance.abs()
    far = 6 + (size.clamp(min=1).float() / 6).log2().mul(1.5).ceil().long()
    return torch.where(size <= 6, size, far).clamp(max=NEAR) * distance.sign() + NEAR


class Dependencies(nn.Module):
    """Heads and relations of words; position 0 of the head axis is the root."""

    def __init__(self, width: int, relations: int, arc: int, label: int):
        super().__init__()
        self.root = nn.Parameter(torch.randn(width) * 0.02)
        self.arc_head, self.arc_dependent = nn.Linear(width, arc), nn.Linear(width, arc)
        self.arc = nn.Parameter(torch.randn(arc + 1, arc) * 0.02)
        self.label_head, self.label_dependent = nn.Linear(width, label), nn.Linear(width, label)
        self.label = nn.Linear(label, relations)
        self.dropout = nn.Dropout(0.2)

    def forward(self, words: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor]:
        """Arc scores [batch, words, words + 1] (barred outside the sentence) and the rooted words."""
        rooted = torch.cat([self.root.to(words.dtype).expand(len(words), 1, -1), words], 1)
        heads = self.dropout(F.gelu(self.arc_head(rooted)))
        dependents = self.dropout(F.gelu(self.arc_dependent(words)))
        dependents = torch.cat([dependents, torch.ones_like(dependents[..., :1])], -1)
        scores = ((dependents @ self.arc.to(words.dtype)) @ heads.transpose(1, 2)).float()
        allowed = (sentences[:, :, None] == sentences[:, None, :]) & (sentences >= 0)[:, None, :]
        allowed &= ~torch.eye(sentences.shape[1], dtype=torch.bool)
        root = torch.ones_like(allowed[:, :, :1])
        return scores.masked_fill(~torch.cat([root, allowed], 2), BARRED), rooted

    def relations(self, words: Tensor, rooted: Tensor, heads: Tensor) -> Tensor:
        """Relation scores [batch, words, relations] for the given heads [batch, words]."""
        chosen = rooted.gather(1, heads[..., None].expand(-1, -1, rooted.shape[-1]))
        both = self.label_dependent(words) + self.label_head(chosen)
        return self.label(self.dropout(F.gelu(both))).float()


class Quotations(nn.Module):
    """Cue beginnings, and for a cue the roles of all words of the window."""

    def __init__(self, width: int, inner: int):
        super().__init__()
        self.anchor = nn.Linear(width, 1)
        self.word, self.cue = nn.Linear(width, inner), nn.Linear(width, inner)
        self.word_gate, self.cue_gate = nn.Linear(width, inner), nn.Linear(width, inner)
        self.distance = nn.Embedding(2 * NEAR + 1, inner)
        self.sentence = nn.Embedding(7, inner)
        self.near = nn.Conv1d(inner, inner, 5, padding=2)
        self.role = nn.Linear(inner, len(ROLES))
        self.dropout = nn.Dropout(0.15)
        self.crf = ChainCRF(ROLES)

    def roles(self, words: Tensor, batch: Batch, rows: Tensor, anchors: Tensor) -> Tensor:
        """Role scores [cues, words, roles] for the cues that begin at word ``anchors`` of window ``rows``."""
        position = torch.arange(words.shape[1])
        apart = distance_bucket(position[None, :] - anchors[:, None])
        own = batch.sentences[rows, anchors][:, None]
        sentence = (batch.sentences[rows] - own).clamp(-3, 3) + 3
        gate = self.word_gate(words)[rows] * self.cue_gate(words)[rows, anchors][:, None]
        x = self.word(words)[rows] + self.cue(words)[rows, anchors][:, None] + gate
        x = self.dropout(F.gelu(x + self.distance(apart) + self.sentence(sentence)))
        x = x * batch.real[rows][..., None]
        x = x + F.gelu(self.near(x.transpose(1, 2)).transpose(1, 2))
        return self.role(self.dropout(x)).float()


class LanguageModel(nn.Module):
    """The encoder with all its heads."""

    def __init__(self, labels: Labels, config: EncoderConfig = EncoderConfig(), sizes: HeadSizes = HeadSizes()):
        super().__init__()
        width = config.width
        self.labels = labels
        self.encoder = Encoder(config)
        self.shapes, self.states, self.places = (nn.Embedding(n, width) for n in (SHAPES, STATES, PLACES))
        for table in (self.shapes, self.states, self.places):
            nn.init.normal_(table.weight, std=0.01)
        self.dropout = nn.Dropout(0.15)
        self.upos = nn.Linear(width, len(labels.upos))
        self.xpos = nn.Linear(width, len(labels.xpos))
        self.feats = nn.Linear(width, len(labels.feats))
        self.names = nn.Sequential(nn.Linear(width, sizes.names), nn.GELU(), nn.Dropout(0.1),
                                   nn.Linear(sizes.names, len(labels.ner)))
        self.dependencies = Dependencies(width, len(labels.deprel), sizes.arc, sizes.label)
        self.quotations = Quotations(width, sizes.roles)

    def forward(self, batch: Batch) -> Tensor:
        """One vector a word, [batch, words, width]: that of its first piece."""
        shapes, states, places = batch.features.unbind(-1)
        extra = self.shapes(shapes) + self.states(states) + self.places(places)
        pieces = self.encoder(batch.ids, batch.mask, extra=extra)
        return self.dropout(pieces.gather(1, batch.first[..., None].expand(-1, -1, pieces.shape[-1])))
