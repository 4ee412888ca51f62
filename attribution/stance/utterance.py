"""A quotation as one short text for the stance model, with the way back to the article's offsets.

For polarity source, cue and content are read together, since the cue's attitude ("praised", "accused") is half of what
is said; what stands between them ("accused the ministry of") is kept where it is short. On an axis the content is
read alone, as the statements are that the model learned from, unless the cue denies or doubts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from attribution.records import Quotation, Span, Spans

GAP = 80  # characters between two parts that are still read as one: an apposition, the object of the cue
BEFORE = 300  # characters of what precedes a quotation, for words that point back
SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Utterance:
    """``text`` is made of slices of the article: each of ``parts`` is (where it begins in ``text``, its article span)."""

    text: str
    parts: tuple[tuple[int, Span], ...]

    def to_article(self, span: Span) -> Spans:
        """The article spans under a span of ``text``."""
        found = []
        for at, (start, end) in self.parts:
            low, high = max(span[0], at), min(span[1], at + end - start)
            if low < high:
                found.append((low - at + start, high - at + start))
        return tuple(found)

    def from_article(self, span: Span) -> Spans:
        """The spans of ``text`` that show an article span."""
        found = []
        for at, (start, end) in self.parts:
            low, high = max(span[0], start), min(span[1], end)
            if low < high:
                found.append((low - start + at, high - start + at))
        return tuple(found)

    def sentences(self, most: int) -> list[Span]:
        """Spans of whole sentences together, about ``most`` words each at most."""
        borders = [0, *(m.end() for m in SENTENCE_END.finditer(self.text)), len(self.text)]
        result: list[Span] = []
        for start, end in zip(borders, borders[1:]):
            if start == end:
                continue
            if result and len(self.text[result[-1][0]:end].split()) <= most:
                result[-1] = (result[-1][0], end)
            else:
                result.append((start, end))
        return result


def utterance(text: str, quotation: Quotation, cued: bool = True) -> Utterance:
    """A quotation of the article ``text`` as one text, with its cue and source or (``cued`` False) without."""
    attribution = quotation.cue + quotation.source
    merged: list[Span] = []
    for start, end in sorted(span for span in quotation.content + (attribution if cued else ()) if span[0] < span[1]):
        if merged and (start <= merged[-1][1] or (
                start - merged[-1][1] <= GAP and "\n\n" not in text[merged[-1][1]:start]
                and (cued or not any(merged[-1][1] <= low < start for low, _ in attribution)))):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    parts, pieces, at = [], [], 0
    for start, end in merged:
        parts.append((at, (start, end)))
        pieces.append(text[start:end])
        at += end - start + 1
    return Utterance(" ".join(pieces), tuple(parts))


def before(text: str, position: int) -> str:
    """Whole sentences, or as much of them as fits, that precede a position of the article."""
    low = max(0, position - BEFORE)
    found = text[low:position]
    if low and (cut := SENTENCE_END.search(found)):
        found = found[cut.end():]
    return " ".join(found.split())
