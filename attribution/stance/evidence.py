"""Which words decided: gradient x vector at the last layer's entrance, pieces added up to words.

Gradient x input (Simonyan et al. 2014, Shrikumar et al. 2017) at the word embeddings of a deep encoder is little
better than chance: the words that it names, taken out, cost a polarity 0.7 of its margin, as many random words 0.6.
At the last layer's entrance half as many words cost 2.0 (NewsMTSC dev, 217 sided targets, with the MiniLM of before), and
reading the last layer alone backwards costs next to nothing. The words that carry most of the decision are the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import torch

from attribution.records import Span, Spans
from attribution.stance.model import Told
from attribution.stance.pieces import HOLDER, TARGET

SHARE = 0.6  # of all that speaks for the decision; the evidence is the fewest words that carry it
MOST = 8  # words of evidence at most: a reader must see at a glance what decided
WORD = re.compile(r"\w+(?:['’\-]\w+)*")


def claim_evidence(text: str, readings: Iterable[tuple[int, Told]]) -> Spans:
    """The words of ``text`` that speak for its side: its readings against claims, each with 1 where supporting the
    claim is that side, -1 where opposing it is."""
    words: dict[Span, float] = {}
    for sign, told in readings:
        for word, value in by_word(text, told).items():
            words[word] = words.get(word, 0.0) + sign * value
    return strongest(text, words)


def polarity_evidence(text: str, told: Told, label: int) -> Spans:
    """The words, outside target and holder, that speak for a polarity (-1 or 1; 0: none)."""
    pieces, values = told
    outside = values * torch.tensor([mark not in (TARGET, HOLDER) for mark in pieces.marks])
    return strongest(text, by_word(text, (pieces, label * outside))) if label else ()


def by_word(text: str, told: Told) -> dict[Span, float]:
    """The values of the pieces added up over the words of the text."""
    pieces, values = told
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
