"""Which words decided: gradient x input over the words of a statement (Simonyan et al. 2014, Shrikumar et al. 2017).

The gradient of the difference between the two directions (or polarities) is multiplied with each piece's input
embedding; pieces add up to words, and the words that carry most of the decision are the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from attribution.records import Span, Spans
from attribution.stance.model import OPPOSES, SUPPORTS, Batch, Loaded, Pieces, batches

SHARE = 0.6  # of all that speaks for the decision; the evidence is the fewest words that carry it
MOST = 8  # words of evidence at most: a reader must see at a glance what decided
WORD = re.compile(r"\w+(?:['’\-]\w+)*")


def claim_evidence(loaded: Loaded, texts: Sequence[str], negative: str, positive: str,
                   signs: Sequence[int]) -> list[Spans]:
    """For each text the words that speak for its side (``signs``: 1 the positive pole, -1 the negative)."""
    n = len(texts)
    inputs = loaded.reader.pairs([*texts, *texts], [positive] * n + [negative] * n)
    toward = torch.tensor([*signs, *(-s for s in signs)], dtype=torch.float32)
    pieces = _attributions(loaded, inputs, lambda batch: _direction(loaded, batch, toward[list(batch.rows)]))
    result = []
    for i, text in enumerate(texts):
        words: dict[Span, float] = {}
        for row in (i, n + i):
            for word, value in by_word(text, inputs[row], pieces[row]).items():
                words[word] = words.get(word, 0.0) + value
        result.append(strongest(text, words))
    return result


def polarity_evidence(loaded: Loaded, texts: Sequence[str], inputs: Sequence[Pieces],
                      labels: Sequence[int]) -> list[Spans]:
    """For each marked text the words, outside target and holder, that speak for its polarity (-1 or 1; 0: none)."""
    toward = torch.tensor(labels, dtype=torch.float32)

    def margin(batch: Batch) -> Tensor:
        logits = loaded.model.polarity_logits(batch)
        return ((logits[:, 2] - logits[:, 0]) * toward[list(batch.rows)]).sum()

    pieces = _attributions(loaded, inputs, margin)
    result = []
    for text, own, values, label in zip(texts, inputs, pieces, labels):
        values = values * torch.tensor([mark == 0 for mark in own.marks])
        result.append(strongest(text, by_word(text, own, values)) if label else ())
    return result


def _direction(loaded: Loaded, batch: Batch, toward: Tensor) -> Tensor:
    logits = loaded.model.claim_logits(batch)
    return ((logits[:, SUPPORTS] - logits[:, OPPOSES]) * toward).sum()


def _attributions(loaded: Loaded, inputs: Sequence[Pieces], margin) -> list[Tensor]:
    """Per input its pieces' gradient x input."""
    result: list[Tensor] = [torch.zeros(0)] * len(inputs)
    words = loaded.model.encoder.words.weight
    with torch.enable_grad():
        for batch in batches(inputs):
            batch.extra = torch.zeros(*batch.ids.shape, words.shape[1], dtype=words.dtype, requires_grad=True)
            (gradient,) = torch.autograd.grad(margin(batch), batch.extra)
            values = (gradient.float() * words[batch.ids].float()).sum(2)
            for row, value in zip(batch.rows, values):
                result[row] = value[: len(inputs[row].ids)]
    return result


def by_word(text: str, pieces: Pieces, values: Tensor) -> dict[Span, float]:
    """The values of the pieces added up over the words of the text."""
    found = [m.span() for m in WORD.finditer(text)]
    result = dict.fromkeys(found, 0.0)
    at = 0
    for (start, end), value in zip(pieces.offsets, values.tolist()):
        if start == end:
            continue
        while at < len(found) and found[at][1] <= start:
            at += 1
        if at < len(found) and found[at][0] < end:
            result[found[at]] += value
    return result


def strongest(text: str, words: dict[Span, float]) -> Spans:
    """The fewest words that carry :data:`SHARE` of what speaks for the decision; neighbours become one span.

    Where the model is so sure that no gradient points its way any more, the size of the gradients tells."""
    if all(value <= 0 for value in words.values()):
        words = {word: -value for word, value in words.items()}
    ranked = sorted((item for item in words.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
    total, carried, chosen = sum(value for _, value in ranked), 0.0, []
    for word, value in ranked[:MOST]:
        chosen.append(word)
        carried += value
        if carried >= SHARE * total:
            break
    spans: list[Span] = []
    for start, end in sorted(chosen):
        if spans and not text[spans[-1][1]:start].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
