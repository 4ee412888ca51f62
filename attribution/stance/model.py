"""The stance model: one small encoder with two heads.

* *Claim stance*: a statement beside a claim -> supports, opposes, neutral, unrelated.
* *Target polarity*: a sentence in which a target is marked, and its holder where known -> negative, neutral, positive.

A third use is training's keepsake: the mean vector of a lone statement stays close to what the
sentence encoder said before fine-tuning, so that similarity of topic costs no second model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attribution.language.encoder import Beside, Encoder, EncoderConfig, fast_dtype, load_tokenizer, load_weights
from attribution.stance.pieces import TARGET, Batch, Pieces, Reader, batches, collate, parted, slices

WEIGHTS = Path(__file__).with_name("weights")
SUPPORTS, OPPOSES, NEUTRAL, UNRELATED = range(4)
POLARITIES = (-1, 0, 1)  # what the polarity head's three outputs stand for
REMEMBERED = 20_000  # sentence vectors kept, 60 MB
KEPT_PIECES = 60_000  # whose lower layers are remembered, 90 MB in bfloat16
LOWER_PIECES = 512  # of lone statements: smaller batches of texts that differ more in length, less padding


class StanceModel(nn.Module):
    """Encoder and heads; ``forward`` is not defined: each use has its own method."""

    def __init__(self, encoder: Encoder | None = None):
        super().__init__()
        self.encoder = encoder or Encoder()
        width = self.encoder.config.width
        self.marks = nn.Embedding(3, width, padding_idx=0)
        self.dropout = nn.Dropout(0.1)
        self.claim = nn.Linear(2 * width, 4)
        self.polarity = nn.Linear(2 * width, 3)
        nn.init.normal_(self.marks.weight, std=0.02)
        with torch.no_grad():
            self.marks.weight[0] = 0

    def hidden(self, batch: Batch, beside: Beside | None = None) -> Tensor:
        """What goes into the encoder's last layer, [batch, length, width]."""
        marks = None if batch.marks is None else self.marks(batch.marks)
        if self.encoder.config.apart:
            return self.upper(batch, self.encoder.lower(batch.ids, batch.mask, batch.segments), beside)
        return self.encoder.upper(self.encoder.lower(batch.ids, batch.mask, batch.segments, marks), batch.mask, beside)

    def upper(self, batch: Batch, lower: Tensor, beside: Beside | None = None) -> Tensor:
        """The same where the lower layers read a text by itself, of what they gave: only there the marks are added, so that all
        its targets share what was read."""
        return self.encoder.upper(lower if batch.marks is None else lower + self.marks(batch.marks), batch.mask, beside)

    def pair_vectors(self, batch: Batch, hidden: Tensor, beside: Beside | None = None) -> Tensor:
        """[batch, 2 * width]: the first piece beside the mean over the statement's pieces. Where the claims stand beside, the
        model is made to be fast: the mean is taken before the last layer, which reads for the first piece only."""
        only = None if beside is None else torch.zeros(len(hidden), 1, dtype=torch.long)
        x = self.encoder.last(hidden, batch.mask, only, beside)
        return torch.cat([x[:, 0], mean(x if beside is None else hidden, batch.mask & (batch.segments == 0))], 1)

    def claim_logits(self, batch: Batch) -> Tensor:
        """[batch, 4] over supports, opposes, neutral, unrelated."""
        beside = None
        if self.encoder.config.apart:
            batch, claims = parted(batch)
            beside = self.encoder.beside(claims.ids, claims.mask, claims.segments)
        return self.claim(self.dropout(self.pair_vectors(batch, self.hidden(batch, beside), beside)).float())

    def polarity_logits(self, batch: Batch, hidden: Tensor | None = None) -> Tensor:
        """[batch, 3] over negative, neutral, positive; ``batch.marks`` must mark a target in every row."""
        target = batch.marks == TARGET
        count = target.sum(1, keepdim=True)
        # the first piece and the target's; others where a row has fewer than the longest
        order = target.long().index_fill(1, torch.tensor(0), 2).sort(dim=1, descending=True, stable=True).indices
        only = order[:, : 1 + int(count.max())]
        x = self.encoder.last(self.hidden(batch) if hidden is None else hidden, batch.mask, only)
        own = mean(x[:, 1:], torch.arange(x.shape[1] - 1) < count)
        return self.polarity(self.dropout(torch.cat([x[:, 0], own], 1)).float())

    def sentence_vectors(self, batch: Batch) -> Tensor:
        """[batch, width], length 1: the mean over the pieces, as the sentence encoder was trained; of the lower layers where
        they read statements by themselves."""
        x = self.encoder.lower(batch.ids, batch.mask)
        if not self.encoder.config.apart:
            x = self.encoder.last(self.encoder.upper(x, batch.mask), batch.mask)
        return F.normalize(mean(x, batch.mask).float(), dim=1)


def model_of(state: Mapping[str, Tensor]) -> StanceModel:
    """The model with these weights; they tell its sizes."""
    own = {name.removeprefix("encoder."): value for name, value in state.items() if name.startswith("encoder.")}
    model = StanceModel(Encoder(EncoderConfig.of(own)))
    model.load_state_dict(state)
    return model


def mean(x: Tensor, mask: Tensor) -> Tensor:
    """The mean of ``x`` [batch, length, width] over the pieces where ``mask`` holds."""
    weight = mask.unsqueeze(2).to(x.dtype)
    return (x * weight).sum(1) / weight.sum(1).clamp(min=1)


Told = tuple[Pieces, Tensor]  # an input, and what each of its pieces adds to a decision; of a pair maybe the statement's only


class Lower:
    """What the encoder's lower layers make of statements, which they read by themselves: it serves a statement's vector and all
    its pairs, so the last ones are remembered."""

    def __init__(self, encoder: Encoder):
        self.encoder = encoder
        self.known: dict[tuple[int, ...], Tensor] = {}
        self.size = 0  # word pieces known

    def read(self, statements: Sequence[Pieces]) -> list[Tensor]:
        """Of each statement [length, width]."""
        new = {p.ids: p for p in statements if p.ids not in self.known}
        if self.size + sum(map(len, new)) > KEPT_PIECES:
            self.known.clear()
            self.size, new = 0, {p.ids: p for p in statements}
        self.size += sum(map(len, new))
        inputs = list(new.values())
        for batch in batches(inputs, LOWER_PIECES):
            with torch.no_grad():
                found = self.encoder.lower(batch.ids, batch.mask)
            self.known.update((inputs[row].ids, x[: len(inputs[row].ids)].clone()) for row, x in zip(batch.rows, found))
        return [self.known[p.ids] for p in statements]


Entering = tuple[Batch, Tensor, Beside | None]  # what goes into the last layer: of the statements alone where claims stand beside


@dataclass(frozen=True)
class Loaded:
    """The model as shipped: ready to run, with its reader and temperatures (Guo et al. 2017)."""

    model: StanceModel
    reader: Reader
    claim_temperature: float = 1.0
    polarity_temperature: float = 1.0
    head: Mapping[str, Sequence] | None = None  # weights of the axes' head, see attribution.stance.head
    known: dict[str, Tensor] = field(default_factory=dict, repr=False, compare=False)  # sentence vectors

    @cached_property
    def lower(self) -> Lower:
        return Lower(self.model.encoder)

    def claims(self, texts: Sequence[str], claims: Sequence[str], told: list[Told] | None = None) -> tuple[Tensor, Tensor]:
        """Each text against its claim: calibrated log-probabilities [n, 4] (supports, opposes, neutral,
        unrelated) and the vectors [n, 2 * width] that they were read from. ``told``, an empty list, is filled with
        what each piece adds to support over opposition."""
        inputs = self.reader.pairs(texts, claims)
        logp, vectors = torch.zeros(len(inputs), 4), torch.zeros(len(inputs), self.model.claim.in_features)

        def read(batch: Batch, hidden: Tensor, beside: Beside | None) -> Tensor:
            rows = list(batch.rows)
            own = self.model.pair_vectors(batch, hidden, beside).float()
            logits = self.model.claim(own)
            vectors[rows] = own.detach()
            logp[rows] = (logits.detach() / self.claim_temperature).log_softmax(1)
            return logits[:, SUPPORTS] - logits[:, OPPOSES]

        self._through(inputs, read, told)
        return logp, vectors

    def _through(self, inputs: Sequence[Pieces], read: Callable[[Batch, Tensor, Beside | None], Tensor],
                 told: list[Told] | None) -> None:
        """All inputs through the encoder; ``read`` takes a batch, what goes into the last layer and what stands beside, and gives
        a margin a row. Into ``told`` goes what each piece adds to the margin: gradient x vector at the last layer's entrance."""
        values: list[Tensor] = [torch.zeros(0)] * len(inputs)
        for batch, hidden, beside in self._entering(inputs):
            with torch.set_grad_enabled(told is not None):
                margin = read(batch, hidden.requires_grad_(told is not None), beside)
            if told is not None:
                (gradient,) = torch.autograd.grad(margin.sum(), hidden)
                for row, value, mask in zip(batch.rows, (gradient.float() * hidden.detach().float()).sum(2), batch.mask):
                    values[row] = value[mask]
        if told is not None:
            told += zip(inputs, values)

    def _entering(self, inputs: Sequence[Pieces]) -> Iterator[Entering]:
        """All inputs in batches up to the last layer."""
        if self.model.encoder.config.apart:
            yield from self._shared(inputs)
            return
        for batch in batches(inputs):
            with torch.no_grad():
                hidden = self.model.hidden(batch)
            yield batch, hidden, None

    def _shared(self, inputs: Sequence[Pieces]) -> Iterator[Entering]:
        """The same where the lower layers read each text once and claims stand beside."""
        statements = [p.statement for p in inputs]
        for chosen in slices(statements, KEPT_PIECES // 4):
            read = dict(zip(chosen, self.lower.read([statements[row] for row in chosen])))
            for batch in batches([statements[row] for row in chosen]):
                batch.rows = tuple(chosen[row] for row in batch.rows)
                with torch.no_grad():
                    beside = self._beside([inputs[row].claim for row in batch.rows])
                    states = nn.utils.rnn.pad_sequence([read[row] for row in batch.rows], batch_first=True)
                    hidden = self.model.upper(batch, states, beside)
                yield batch, hidden, beside

    def _beside(self, claims: Sequence[Pieces]) -> Beside | None:
        """Each claim once; None where there are none."""
        if not claims[0].ids:
            return None
        each = list({p.ids: p for p in claims}.values())
        number = {p.ids: n for n, p in enumerate(each)}
        told = collate(each)
        return self.model.encoder.beside(told.ids, told.mask, told.segments, torch.tensor([number[p.ids] for p in claims]))

    @torch.inference_mode()
    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Sentence vectors [n, width] of length 1. The last ones are remembered: each axis asks for the same texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if len(self.known) + len(new) > REMEMBERED:
            self.known.clear()
            new = list(dict.fromkeys(texts))
        lone = self.reader.lone(new)
        if self.model.encoder.config.apart:
            for rows in slices(lone, KEPT_PIECES // 4):
                read = self.lower.read([lone[row] for row in rows])
                self.known.update((new[row], F.normalize(x.float().mean(0), dim=0)) for row, x in zip(rows, read))
        else:
            for batch in batches(lone):
                self.known.update(zip((new[row] for row in batch.rows), self.model.sentence_vectors(batch).clone()))
        return torch.stack([self.known[text] for text in texts]) if texts else torch.zeros(0, self.model.encoder.config.width)

    def polarities(self, inputs: Sequence[Pieces], told: list[Told] | None = None) -> Tensor:
        """Calibrated probabilities [n, 3] (negative, neutral, positive) for inputs of :meth:`Reader.marked`. ``told``,
        an empty list, is filled with what each piece adds to positive over negative."""
        result = torch.zeros(len(inputs), 3)

        def read(batch: Batch, hidden: Tensor, _: None) -> Tensor:
            logits = self.model.polarity_logits(batch, hidden)
            result[list(batch.rows)] = (logits.detach() / self.polarity_temperature).softmax(1)
            return logits[:, 2] - logits[:, 0]

        self._through(inputs, read, told)
        return result


@cache
def load_model(folder: Path = WEIGHTS) -> Loaded:
    """The shipped model. Raises FileNotFoundError where the weights are missing."""
    model = model_of(load_weights(folder / "stance.safetensors"))
    model.eval().requires_grad_(False).to(fast_dtype())
    for head in (model.claim, model.polarity):
        head.float()
    settings = json.loads((folder / "stance.json").read_text("utf-8"))
    return Loaded(model, Reader(load_tokenizer(folder / "tokenizer.json")),
                  settings["claim_temperature"], settings["polarity_temperature"], settings.get("head"))
