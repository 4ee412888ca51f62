"""The words of a stanza document by where they stand: what lies under a span, what hangs on what.

Dependency heads in stanza count from 1 inside each sentence; here every word of the document has one
index, and its head is another such index or None.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stanza.models.common.doc import Document

from attribution.records import Span

# stanza's official English models name their entities as OntoNotes does.
NAME_TYPES = {"org": "organization", "per": "person", "gpe": "location", "loc": "location", "fac": "facility",
              "time": "date"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word as stanza analysed it; ``start`` and ``end`` are offsets in ``Article.text``, ``relation`` is the
    Universal Dependencies label with its subtype, ``number`` the sentence that it stands in, ``name`` the type of
    the named entity that it belongs to ("person", "organization", ..., empty outside of names)."""

    index: int
    text: str
    lemma: str
    upos: str
    feats: str
    relation: str
    head: int | None
    start: int
    end: int
    number: int
    name: str = ""

    @property
    def base(self) -> str:
        """The dependency label without its subtype: ``obl`` for ``obl:agent``."""
        return self.relation.partition(":")[0]


class Syntax:
    """All words of a document with their dependents. Words of a contraction share the offsets of its token."""

    def __init__(self, doc: Document):
        words: list[Word] = []
        names = deque(sorted((entity.start_char, entity.end_char, entity.type) for entity in doc.ents))
        for number, sentence in enumerate(doc.sentences):
            offset = len(words)
            for word in sentence.words:
                start, end = word.start_char, word.end_char
                if start is None or end is None:
                    start, end = word.parent.start_char, word.parent.end_char
                while names and names[0][1] <= start:
                    names.popleft()
                name = names[0][2].lower() if names and names[0][0] < end else ""
                words.append(Word(
                    index=len(words), text=word.text, lemma=(word.lemma or word.text).lower(), upos=word.upos or "X",
                    feats=word.feats or "", relation=word.deprel or "dep",
                    head=offset + word.head - 1 if word.head else None, start=start, end=end, number=number,
                    name=NAME_TYPES.get(name, name)))
        self.words = tuple(words)
        self._children: dict[int, list[Word]] = {}
        for word in words:
            if word.head is not None:
                self._children.setdefault(word.head, []).append(word)
        self._ends = [word.end for word in words]

    def children(self, word: Word) -> list[Word]:
        """The dependents of ``word``, in text order."""
        return self._children.get(word.index, [])

    def under(self, spans: Iterable[Span]) -> list[Word]:
        """The words that overlap one of ``spans``, in the order of the spans."""
        found: dict[int, Word] = {}
        for start, end in spans:
            index = bisect.bisect_right(self._ends, start)
            while index < len(self.words) and self.words[index].start < end:
                found.setdefault(index, self.words[index])
                index += 1
        return list(found.values())

    def tops(self, words: Iterable[Word]) -> list[Word]:
        """Those of ``words`` whose head is not among them; at least one, even where a parse goes in circles."""
        words = list(words)
        inside = {word.index for word in words}
        return [word for word in words if word.head not in inside] or words[:1]

    def climb(self, word: Word) -> Iterator[Word]:
        """``word``, its head, the head's head and so on up to the root of the sentence."""
        seen: set[int] = set()
        while word.index not in seen:
            yield word
            seen.add(word.index)
            if word.head is None:
                return
            word = self.words[word.head]

    def below(self, word: Word, keep: Callable[[Word], bool] = lambda word: True) -> list[Word]:
        """``word`` and all words below it, in text order; a dependent that ``keep`` refuses is left out with
        what hangs on it."""
        found: dict[int, Word] = {}
        stack = [word]
        while stack:
            current = stack.pop()
            if current.index not in found:
                found[current.index] = current
                stack.extend(child for child in self.children(current) if keep(child))
        return [found[index] for index in sorted(found)]

    def sentence(self, number: int) -> list[Word]:
        """The words of the sentence with that number."""
        first = bisect.bisect_left(self.words, number, key=lambda word: word.number)
        last = bisect.bisect_right(self.words, number, key=lambda word: word.number)
        return list(self.words[first:last])
