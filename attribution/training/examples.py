"""Batches to train on: documents cut into runs of words, anew in each round, and noise."""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch

from attribution.language import windows

BUDGET = 4096  # word pieces a batch


def chunks(item, lengths: list[int], rng: random.Random, largest: int) -> Iterator[tuple[int, int]]:
    """Cuts a document into consecutive runs of words at sentence borders, from a random start, each at most
    ``largest`` word pieces (one sentence at least, itself cut where it is longer)."""
    total, low = len(lengths), 0
    first = True
    while low < total:
        room = rng.randint(largest // 3, largest) if first else largest
        high, used, first = low, 0, False
        while high < total and used + lengths[high] <= room:
            used += lengths[high]
            high += 1
        if high < total:
            border = high
            while border > low and not item.words.places[border]:
                border -= 1
            high = border if border > low else high
        high = max(high, low + 1)
        yield low, high
        low = high


class Examples:
    """An endless, seeded stream of batches of one task: items are cut anew in each round."""

    def __init__(self, items: list, pieces: windows.Pieces, seed: int, largest: int):
        self.items, self.rng, self.largest = items, random.Random(seed), largest
        self.parts = [pieces(item.words.words) for item in items]
        self.queue: list[list] = []
        self.rounds = 0

    def next(self) -> list[tuple[object, int, int, list]]:
        """One batch: (item, low, high, pieces of the words)."""
        if not self.queue:
            self.rounds += 1
            cut = []
            for item, parts in zip(self.items, self.parts):
                lengths = [len(p) for p in parts]
                for low, high in chunks(item, lengths, self.rng, self.rng.choice((self.largest, self.largest * 3 // 4))):
                    cut.append((sum(lengths[low:high]) + self.rng.random() * 12, item, low, high, parts[low:high]))
            cut.sort(key=lambda c: c[0])
            group: list = []
            for size, item, low, high, parts in cut:
                if group and (len(group) + 1) * (size + 2) > BUDGET:
                    self.queue.append(group)
                    group = []
                group.append((item, low, high, parts))
            self.queue.append(group)
            self.rng.shuffle(self.queue)
        return self.queue.pop()


def noise(batch: windows.Batch, rng: random.Random) -> windows.Batch:
    """Word pieces dropped and case shapes flattened now and then, so that no one feature is leant on."""
    gone = torch.rand(batch.ids.shape) < 0.02
    special = (batch.ids == windows.CLS) | (batch.ids == windows.SEP) | ~batch.mask
    batch.ids[gone & ~special] = windows.UNK
    for i in range(len(batch.ids)):
        draw = rng.random()
        if draw < 0.05:  # everything in capitals or in small letters
            row = batch.features[i, :, 0]
            cased = (row == windows.LOWER) | (row == windows.TITLE) | (row == windows.MIXED) | (row == windows.UPPER)
            row[cased] = windows.UPPER if draw < 0.025 else windows.LOWER
        elif draw < 0.09:
            batch.features[i, :, 1] = 0
        if draw > 0.95:
            batch.features[i, :, 2].clamp_(max=1)
    return batch
