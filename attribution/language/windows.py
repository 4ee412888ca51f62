"""From an article's words to the windows of word pieces that the encoder reads, and batches of them.

A window holds whole paragraphs, or sentences, as far as they fit. Its *core* is the part it answers
for; the margin on both sides is context only, so that a source in the paragraph before or a quotation
that goes on in the next one is seen. Each word stands in exactly one core.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from attribution.records import Span

SIZE = 320  # word pieces of a window, [CLS] and [SEP] included
MARGIN = 24  # word pieces of context on either side of a core, at least
SLACK = 0.25  # share of its room that a core gives up to end where a paragraph does: speech and speaker stand in one
LONGEST_WORD = 12  # word pieces; what is longer is no word, and must not fill a window
CLS, SEP, UNK = 101, 102, 100  # in the vocabulary of every uncased English BERT
LOWER, TITLE, UPPER, DIGIT, MIXED, OTHER, INITIAL = range(7)
SHAPES, STATES, PLACES = 7, 4, 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text, in order. ``spans`` are code points of the text; ``sentences`` the sentence's
    number of each word (never falling); ``places`` 0, 1 at a sentence's start, 2 at a paragraph's;
    ``quoted`` the state of each word by :func:`attribution.language.marks.states`."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    sentences: tuple[int, ...]
    places: tuple[int, ...]
    quoted: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``[low, high)`` of text number ``text``; ``[core_low, core_high)`` are the ones it answers for."""

    text: int
    low: int
    high: int
    core_low: int
    core_high: int
    pieces: int


def shape(word: str) -> int:
    """The case shape of a word, which the uncased vocabulary drops."""
    if any(c.isdigit() for c in word):
        return DIGIT
    if word.islower():
        return LOWER
    if word.isupper():
        return UPPER if len(word) > 1 else INITIAL
    if word[:1].isupper() and word[1:].islower():
        return TITLE
    return MIXED if any(c.isupper() for c in word) else OTHER


class Pieces:
    """Word pieces of words, remembered: news repeats its words."""

    def __init__(self, tokenizer: Tokenizer, limit: int = 200_000):
        self.tokenizer, self.limit = tokenizer, limit
        self.known: dict[str, tuple[int, ...]] = {}

    def __call__(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """The piece numbers of each word; never empty ([UNK] for what has none)."""
        if len(self.known) > self.limit:
            self.known.clear()
        fresh = list({w: None for w in words if w not in self.known})
        for word, found in zip(fresh, self.tokenizer.encode_batch(fresh, add_special_tokens=False)):
            self.known[word] = tuple(found.ids[:LONGEST_WORD]) or (UNK,)
        return [self.known[w] for w in words]


def plan(number: int, words: Words, lengths: Sequence[int], size: int = SIZE, margin: int = MARGIN) -> Iterator[Window]:
    """Windows whose cores tile the words of text ``number``; ``lengths`` are the word pieces of each word."""
    total, room = len(words), size - 2
    if sum(lengths) <= room:
        if total:
            yield Window(number, 0, total, 0, total, sum(lengths))
        return
    low = 0
    while low < total:
        high, used = _core(words, lengths, low, room - (2 * margin if low else margin))
        first, last = low, high
        left = min(margin, room - used)
        while first > 0 and lengths[first - 1] <= left:
            first -= 1
            left -= lengths[first]
            used += lengths[first]
        while last < total and used + lengths[last] <= room:
            used += lengths[last]
            last += 1
        yield Window(number, first, last, low, high, used)
        low = high


def _core(words: Words, lengths: Sequence[int], low: int, budget: int) -> tuple[int, int]:
    """Where a core of at most ``budget`` pieces that begins at word ``low`` ends, and its pieces: before a paragraph in the
    last ``SLACK`` of them, else before a sentence, else (one sentence fills them) where they end."""
    used, paragraph, sentence = 0, None, None
    for w in range(low, len(words)):
        if w > low and words.places[w]:
            sentence = w, used
            if words.places[w] == 2 and used >= (1 - SLACK) * budget:
                paragraph = w, used
        if used + lengths[w] > budget:
            return paragraph or sentence or (w, used)
        used += lengths[w]
    return len(words), used


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as tensors: ``ids``, ``mask`` [batch, pieces]; ``features`` int [batch, pieces, 3] (case shape,
    quotation state, place); ``first`` int [batch, words] the first piece of each word; ``real`` bool and
    ``sentences`` int [batch, words] (-1 where there is no word)."""

    ids: Tensor
    mask: Tensor
    features: Tensor
    first: Tensor
    real: Tensor
    sentences: Tensor


def collate(rows: Sequence[tuple[Words, int, int, Sequence[tuple[int, ...]]]]) -> Batch:
    """A batch of ``(words, low, high, pieces of each word in [low, high))``."""
    wide = max(sum(map(len, pieces)) for *_, pieces in rows) + 2
    long = max(high - low for _, low, high, _ in rows)
    ids = torch.zeros(len(rows), wide, dtype=torch.long)
    mask = torch.zeros(len(rows), wide, dtype=torch.bool)
    features = torch.zeros(len(rows), wide, 3, dtype=torch.long)
    first = torch.zeros(len(rows), long, dtype=torch.long)
    real = torch.zeros(len(rows), long, dtype=torch.bool)
    sentences = torch.full((len(rows), long), -1, dtype=torch.long)
    for i, (words, low, high, pieces) in enumerate(rows):
        row, marks, starts = [CLS], [(OTHER, 0, 0)], []
        for w, parts in zip(range(low, high), pieces):
            starts.append(len(row))
            row.extend(parts)
            marks.extend([(shape(words.words[w]), words.quoted[w], words.places[w])] * len(parts))
        row.append(SEP)
        marks.append((OTHER, 0, 0))
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = True
        features[i, : len(row)] = torch.tensor(marks)
        first[i, : len(starts)] = torch.tensor(starts)
        real[i, : len(starts)] = True
        sentences[i, : len(starts)] = torch.tensor(words.sentences[low:high])
    return Batch(ids, mask, features, first, real, sentences)


def by_length(windows: Iterable[Window], budget: int) -> Iterator[list[Window]]:
    """Windows in batches of like length, longest first, at most ``budget`` pieces with padding."""
    group: list[Window] = []
    for window in sorted(windows, key=lambda w: -w.pieces):
        if group and (len(group) + 1) * (group[0].pieces + 2) > budget:
            yield group
            group = []
        group.append(window)
    if group:
        yield group
