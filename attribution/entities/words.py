"""The words of a stanza document as one flat list, with what mention finding asks of them."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from ..records import Span
from .titles import honorific

#: Lines longer than this mean that line breaks are meant.
WRAP = 110
OPENING, CLOSING = "\u201c\u00ab\u201e", "\u201d\u00bb"


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word. ``head`` indexes the same list (-1 for a root); offsets are of the article's text."""

    index: int
    text: str
    lemma: str
    upos: str
    head: int
    deprel: str
    sentence: int
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def possessive(self) -> bool:
        """The ending of a possessor: 's, ’s or a bare apostrophe."""
        return self.text in ("'s", "\u2019s", "'S", "\u2019S") or (self.text in ("'", "\u2019") and self.upos == "PART")

    @property
    def subject(self) -> bool:
        return self.deprel.startswith("nsubj") or self.deprel == "obl:agent"


def _unfinished(word: Word, gap: str) -> bool:
    """Whether no sentence can end after ``word``: same line, and no mark that ends one, or a "Ms." before it."""
    if "\n" in gap:
        return False
    return word.text[-1] not in ".!?:;\u2026)]\"\u201d\u2019'" or (gap == " " and honorific(word.text) is not None and word.text[-1] == ".")


class Words:
    """All words of a document in reading order, found by offset.

    A sentence ends where stanza says so, if a mark or a line end stands there, and at a line break too (a headline has
    no full stop), unless the text is wrapped at a fixed width.
    """

    def __init__(self, doc, text: str):
        self.text = text
        self.words: list[Word] = []
        self.wrapped = wrapped = max((len(line) for line in text.split("\n")), default=0) <= WRAP
        number = -1
        for sentence in doc.sentences:
            base, last = len(self.words), None
            for token in sentence.tokens:
                for word in token.words:
                    # Words of a multi-word token may have no offsets of their own.
                    start = word.start_char if word.start_char is not None else token.start_char
                    end = word.end_char if word.end_char is not None else token.end_char
                    if last is None:
                        number += not (self.words and _unfinished(self.words[-1], text[self.words[-1].end : start]))
                    elif "\n\n" in (gap := text[last:start]) or (not wrapped and "\n" in gap):
                        number += 1
                    last = end
                    self.words.append(
                        Word(
                            len(self.words),
                            word.text or "",
                            (word.lemma or word.text or "").lower(),
                            word.upos or "X",
                            base + word.head - 1 if word.head else -1,
                            word.deprel or "dep",
                            number,
                            start,
                            end,
                        )
                    )
        self._starts = [w.start for w in self.words]

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Word:
        return self.words[index]

    def get(self, index: int) -> Word | None:
        """The word at ``index`` or None outside the document."""
        return self.words[index] if 0 <= index < len(self.words) else None

    def inside(self, span: Span) -> range:
        """Indices of the words that overlap a span of characters."""
        first = bisect.bisect_left(self._starts, span[0])
        while first and self.words[first - 1].end > span[0]:
            first -= 1
        last = bisect.bisect_left(self._starts, span[1])
        return range(first, max(first, last))

    def span(self, first: int, last: int) -> Span:
        """Characters from word ``first`` to word ``last`` (exclusive)."""
        return self.words[first].start, self.words[last - 1].end

    def one_paragraph(self, first: int, last: int) -> bool:
        """Whether no paragraph ends between two words: at an empty line, or at a line's end in unwrapped text."""
        return ("\n\n" if self.wrapped else "\n") not in self.text[self.words[first].start : self.words[last].start]

    def sentence_of(self, offset: int) -> int:
        """Number of the sentence that holds (or precedes) a character offset; 0 in an empty document."""
        index = bisect.bisect_right(self._starts, offset) - 1
        return self.words[max(index, 0)].sentence if self.words else 0


def quoted_regions(text: str) -> list[Span]:
    """Spans inside double quotation marks, paragraph by paragraph; an unclosed mark runs to its paragraph's end."""
    regions = []
    for paragraph in re.finditer(r"[^\n]+", text):
        opened = None
        for mark in re.finditer('["\u201c\u201d\u00ab\u00bb\u201e]', paragraph.group()):
            sign, at = mark.group(), paragraph.start() + mark.start()
            if opened is None and (sign in OPENING or sign == '"'):
                opened = at
            elif opened is not None and (sign in CLOSING or sign == '"'):
                regions.append((opened, at + 1))
                opened = None
        if opened is not None:
            regions.append((opened, paragraph.end()))
    return regions


def merged(regions: list[Span]) -> list[Span]:
    """The same stretches sorted, those that overlap made one."""
    found: list[Span] = []
    for start, end in sorted(regions):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return found


def within(regions: list[Span], offset: int) -> int | None:
    """Number of the region (sorted, disjoint) that holds ``offset``, else None."""
    at = bisect.bisect_right(regions, (offset, 1 << 60)) - 1
    return at if at >= 0 and regions[at][0] <= offset < regions[at][1] else None
