"""How text goes into the stance model: word pieces with segments, marks and places in the text, and batches of them.

* A pair: ``[CLS] statement [SEP] claim [SEP]``.
* A sentence with a target: ``[CLS] sentence [SEP]`` with the target's words (and the holder's, where known)
  marked by a number, for which the model adds a learned vector. Marks move no offsets, unlike marker words
  (the usual way: Hamborg & Donnay 2021, NewsMTSC).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from attribution.records import Span

TARGET, HOLDER = 1, 2  # marks; 0 is an unmarked piece
LONGEST = 160  # word pieces of one input; longer statements lose their tail, the claim stays whole
BATCH_PIECES = 1024  # pieces a batch holds with padding: fewer pad less, more gain nothing on two cores


@dataclass(frozen=True, slots=True)
class Pieces:
    """One input as word pieces: ids with [CLS] and [SEP], the segment of each, its mark, and its
    offsets in the statement ((0, 0) for pieces that are not the statement's)."""

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    marks: tuple[int, ...]
    offsets: tuple[Span, ...]

    @property
    def border(self) -> int:
        """Where the claim begins, or the end."""
        return self.segments.index(1) if 1 in self.segments else len(self.ids)

    @property
    def statement(self) -> Pieces:
        at = self.border
        return Pieces(self.ids[:at], self.segments[:at], self.marks[:at], self.offsets[:at])

    @property
    def claim(self) -> Pieces:
        at = self.border
        return Pieces(self.ids[at:], self.segments[at:], self.marks[at:], self.offsets[at:])


class Reader:
    """Text to :class:`Pieces`. ``tokenizer`` is the word-piece tokenizer of the encoder."""

    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer
        self.cls, self.sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        # A lone surrogate cannot leave Python; the replacement has the same length, so offsets stay.
        clean = [t.encode("utf-8", "replace").decode("utf-8") for t in texts]
        return self.tokenizer.encode_batch(clean, add_special_tokens=False)

    def pairs(self, texts: Sequence[str], claims: Sequence[str], longest: int = LONGEST) -> list[Pieces]:
        """``[CLS] text [SEP] claim [SEP]`` for each text with its claim."""
        result = []
        unique = list(dict.fromkeys(claims))
        known = dict(zip(unique, self._encode(unique)))
        for text, claim in zip(self._encode(texts), claims):
            tail = known[claim].ids[: longest // 2]
            head = text.ids[: longest - 3 - len(tail)]
            result.append(Pieces(
                ids=(self.cls, *head, self.sep, *tail, self.sep),
                segments=(0,) * (len(head) + 2) + (1,) * (len(tail) + 1),
                marks=(0,) * (len(head) + len(tail) + 3),
                offsets=((0, 0), *text.offsets[: len(head)], *((0, 0),) * (len(tail) + 2)),
            ))  # fmt: skip
        return result

    def marked(self, text: str, targets: Sequence[Span], holders: Sequence[Span] = (),
               longest: int = LONGEST) -> Pieces:
        """``[CLS] text [SEP]`` with marks on the pieces that overlap a target's or holder's span; of a long
        text the window around the first target is kept. Raises ValueError when no piece overlaps a target."""
        encoding = self._encode([text])[0]
        marks = [TARGET if _overlaps(o, targets) else HOLDER if _overlaps(o, holders) else 0 for o in encoding.offsets]
        if TARGET not in marks:
            raise ValueError("the target's span covers no word of the text")
        room = longest - 2
        start = max(0, min(marks.index(TARGET) - room // 2, len(marks) - room))
        cut = slice(start, start + room)
        ids = encoding.ids[cut]
        return Pieces((self.cls, *ids, self.sep), (0,) * (len(ids) + 2), (0, *marks[cut], 0),
                      ((0, 0), *encoding.offsets[cut], (0, 0)))

    def lone(self, texts: Sequence[str], longest: int = LONGEST) -> list[Pieces]:
        """``[CLS] text [SEP]`` for each text."""
        return [Pieces((self.cls, *e.ids[: longest - 2], self.sep), (0,) * (len(e.ids[: longest - 2]) + 2),
                       (0,) * (len(e.ids[: longest - 2]) + 2), ((0, 0), *e.offsets[: longest - 2], (0, 0)))
                for e in self._encode(texts)]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


@dataclass(slots=True)
class Batch:
    """Padded word pieces. ``rows`` says which inputs of the whole sequence these are; ``marks`` may be None."""

    ids: Tensor
    mask: Tensor
    segments: Tensor
    marks: Tensor | None = None
    rows: tuple[int, ...] = ()


def collate(inputs: Sequence[Pieces], rows: Sequence[int] = ()) -> Batch:
    """Inputs padded to the longest of them."""
    length = max(len(p.ids) for p in inputs)
    ids, segments, marks = (torch.zeros(len(inputs), length, dtype=torch.long) for _ in range(3))
    mask = torch.zeros(len(inputs), length, dtype=torch.bool)
    for i, p in enumerate(inputs):
        n = len(p.ids)
        ids[i, :n], segments[i, :n] = torch.tensor(p.ids), torch.tensor(p.segments)
        marks[i, :n], mask[i, :n] = torch.tensor(p.marks), True
    return Batch(ids, mask, segments, marks, tuple(rows))


def batches(inputs: Sequence[Pieces], pieces: int = BATCH_PIECES) -> Iterator[Batch]:
    """All inputs in batches of like length, ``pieces`` with padding at most; ``Batch.rows`` leads back."""
    order = sorted(range(len(inputs)), key=lambda i: (-len(inputs[i].ids), i))
    while order:
        take = max(1, pieces // len(inputs[order[0]].ids))
        rows, order = order[:take], order[take:]
        yield collate([inputs[i] for i in rows], rows)


def parted(batch: Batch) -> tuple[Batch, Batch]:
    """The statements and the claims of a batch of pairs, each padded by themselves; nothing is marked in pairs."""
    own = ((batch.segments == 0) & batch.mask).sum(1, keepdim=True)
    others = batch.mask.sum(1, keepdim=True) - own
    said, told = torch.arange(int(own.max())), torch.arange(int(others.max()))
    mask = told < others
    ids = batch.ids.gather(1, (own + told).clamp(max=batch.ids.shape[1] - 1)) * mask
    statements = batch.ids[:, : len(said)] * (said < own)
    return Batch(statements, said < own, torch.zeros_like(statements), rows=batch.rows), Batch(ids, mask, mask.long())


def slices(statements: Sequence[Pieces], pieces: int) -> Iterator[list[int]]:
    """The numbers of the statements, equal ones together, in slices of that many different word pieces (a longer one is alone)."""
    rows: dict[tuple[int, ...], list[int]] = {}
    for row, p in enumerate(statements):
        rows.setdefault(p.ids, []).append(row)
    result, size = [], 0
    for ids, same in rows.items():
        if result and size + len(ids) > pieces:
            yield result
            result, size = [], 0
        result += same
        size += len(ids)
    if result:
        yield result
