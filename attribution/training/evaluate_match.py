"""Pairing of predicted attributions with gold ones, by the words that their spans cover.

A span counts as the set of its words (``\\w+``), so that punctuation and blanks at its border never matter.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attribution.records import Spans

TOKEN = re.compile(r"\w+|[^\w\s]")
MARKED = re.compile(r"[\"“”„«»‟]|(?<!\w)[‘'](?=\w)")
SAME = 0.5  # contents with this Jaccard index, sources with this Dice coefficient are taken for the same

Words = frozenset[int]


class Text:
    """A text's words by position."""

    def __init__(self, text: str):
        self.text = text
        found = [match.span() for match in TOKEN.finditer(text) if match[0][0].isalnum()]
        self._starts = [start for start, _ in found]
        self._ends = [end for _, end in found]

    def words(self, spans: Iterable[Sequence[int]]) -> Words:
        """Numbers of the words that overlap one of ``spans``."""
        found: set[int] = set()
        for start, end in spans:
            found.update(range(bisect.bisect_right(self._ends, start), bisect.bisect_left(self._starts, end)))
        return frozenset(found)

    def marked(self, spans: Iterable[Sequence[int]]) -> bool:
        """Whether a quotation mark stands in one of ``spans``."""
        return any(MARKED.search(self.text[start:end]) for start, end in spans)


@dataclass(frozen=True, slots=True)
class Roles:
    """The words of an attribution's three roles; ``marked``: its content has a quotation mark."""

    content: Words
    cue: Words
    source: Words
    marked: bool


def roles(text: Text, content: Spans, cue: Spans, source: Spans) -> Roles:
    """The spans of one attribution as words."""
    return Roles(text.words(content), text.words(cue), text.words(source), text.marked(content))


def jaccard(some: Words, others: Words) -> float:
    """Shared words over all words; 0 for two empty sets."""
    return len(some & others) / len(some | others) if some or others else 0.0


def dice(some: Words, others: Words) -> float:
    """Twice the shared words over the sum of both; 1 for two empty sets: no source agrees with no source."""
    return 2 * len(some & others) / (len(some) + len(others)) if some or others else 1.0


def pair(gold: Sequence[Sequence[Roles]], predicted: Sequence[Roles], source: float = 0.0,
         cue: float = 0.0) -> dict[int, int]:
    """Which prediction stands for which gold attribution, one to one, best pairs first.

    ``gold`` gives for each attribution the annotators' alternatives. Two may pair when their contents share half of
    their words; the pair's worth is the Jaccard index of the contents, plus ``source`` and ``cue`` times the
    agreement of these, which tells nested attributions of one content apart. Of equal pairs the later comes first,
    as in the scorers that this must agree with.
    """
    worths = []
    for i, alternatives in enumerate(gold):
        for j, other in enumerate(predicted):
            values = [jaccard(one.content, other.content) + source * dice(one.source, other.source)
                      + cue * dice(one.cue, other.cue)
                      for one in alternatives if jaccard(one.content, other.content) >= SAME]
            if values:
                worths.append((max(values), i, j))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(worths, reverse=True):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def same_source(alternatives: Iterable[Roles], predicted: Roles) -> bool:
    """Whether the predicted source agrees with one of the annotators'."""
    return any(dice(one.source, predicted.source) >= SAME for one in alternatives)
