"""The words of an article with their places and heads, found by offset."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass

from attribution.records import Span, Spans


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the article as targets need it: its span, text, lemma, part of speech, and the index and relation of its
    head (-1: root)."""

    span: Span
    text: str
    lemma: str
    pos: str
    head: int
    relation: str


class Words:
    """The words of a stanza document in one list, found by offset."""

    def __init__(self, doc):
        self.words: list[Word] = []
        self.sentences: list[range] = []  # of each word, the indices of its sentence
        for sentence in doc.sentences:
            base = len(self.words)
            for token in sentence.tokens:
                for word in token.words:
                    start = token.start_char if word.start_char is None else word.start_char
                    end = token.end_char if word.end_char is None else word.end_char
                    self.words.append(Word((start, end), word.text or "", (word.lemma or word.text or "").lower(), word.upos or "X",
                                           base + word.head - 1 if word.head else -1, word.deprel or "dep"))
            self.sentences += [range(base, len(self.words))] * (len(self.words) - base)
        self.starts = [word.span[0] for word in self.words]

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Word:
        return self.words[index]

    def under(self, spans: Spans) -> list[int]:
        """The indices of the words that overlap any of the spans."""
        result = []
        for start, end in spans:
            at = max(0, bisect.bisect_left(self.starts, start) - 1)
            while at < len(self.words) and self.words[at].span[0] < end:
                if self.words[at].span[1] > start:
                    result.append(at)
                at += 1
        return result

    def around(self, indices: Iterable[int]) -> list[int]:
        """The indices of all words in the sentences of some."""
        return sorted({i for index in indices for i in self.sentences[index]})

    def case(self, index: int) -> str | None:
        """The preposition of a word."""
        return next((self.words[i].lemma for i in self.sentences[index]
                     if self.words[i].head == index and self.words[i].relation == "case"), None)
