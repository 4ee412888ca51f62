"""The scene of one article: its words, names, chains and quotations, and the line of mentions that grows while reading.

The modules that decide (:mod:`pronouns`, :mod:`descriptions`, :mod:`speakers`) read it and add to it; a decision is
a :data:`Found`: the chain, a confidence 0..1 and one line of reason.
"""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..records import Article, Quotation
from . import countries
from .chains import Draft, as_actor, gather
from .countries import nation
from .mentions import find_names
from .roles import LANDS, Name
from .sources import Source, read_source
from .titles import role_gender
from .words import Words, merged, quoted_regions, within

#: A chain, how sure, and why; None when nobody is found.
Found = tuple[Draft, float, str]


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A mention on the line of words: the index of its first word, its chain's number and how it stands."""

    at: int
    number: int
    subject: bool = False
    possessive: bool = False
    quoted: bool = False
    pronoun: bool = False


class Scene:
    """All that is known while an article is read. ``speaking`` holds the chain that speaks each quotation so far."""

    def __init__(self, article: Article, doc, quotations: Sequence[Quotation]):
        self.text = article.text
        self.quotations = quotations
        self.words = Words(doc, article.text)
        self.names = find_names(self.words, doc)
        self.number_at = {i: n for n, name in enumerate(self.names) for i in range(name.first, name.last)}
        self.names_at: dict[int, Name] = {i: self.names[n] for i, n in self.number_at.items()}
        self.drafts, self.of = gather(self.words, self.names)
        self.position = {id(draft): n for n, draft in enumerate(self.drafts)}
        self.labels: dict[int, str] = {}  # id(draft) -> its name in words, for what has no name
        self.facts: dict[int, Source] = {}  # id(draft) -> the description that brought it in
        self.papers: list[tuple[int, Draft]] = []  # documents whose author is known, by the word where they stand
        direct = [span for q in quotations if q.kind == "direct" for span in q.content]
        self.regions = merged(quoted_regions(article.text) + direct)
        self.steps = self._steps()
        self.sources = [read_source(self.words, q.source, self.names_at) for q in quotations]
        self.speaking: list[Draft | None] = [None] * len(quotations)
        self.sure: list[float] = [0.0] * len(quotations)
        self.points: list[Point] = []
        self.asked: dict[int, dict[int, dict[str, float]]] = {}  # "he" or "she" by word -> candidates and their features
        self.places: dict[int, list[int]] = defaultdict(list)  # number of a chain -> its words on the line, in order
        self._holder: dict[int, int | None] = {}
        self.lands: dict[str, list[int]] = defaultdict(list)  # key of a land -> the words where it is named
        for name in self.names:
            if name.kind in LANDS:
                self.lands[nation(name.text)].append(name.first)
        self._quotations()
        for number, name in enumerate(self.names):
            if number in self.of:
                self.mark(self.of[number], name.first, name.possessive)

    def _steps(self) -> list[int]:
        """For each sentence the number of sentences up to it that are not wholly inside quotation marks: a long
        quotation does not put far away whom the sentence before it names."""
        told = [False] * (self.words.words[-1].sentence + 1 if self.words.words else 0)
        for word in self.words.words:
            if not told[word.sentence] and word.upos != "PUNCT" and within(self.regions, word.start) is None:
                told[word.sentence] = True
        return list(itertools.accumulate(told, initial=0))[1:]

    def back(self, mention: int, at: int) -> int:
        """Sentences of the narration from the word ``mention`` to word ``at``."""
        return self.steps[self.words[at].sentence] - self.steps[self.words[mention].sentence]

    def _quotations(self) -> None:
        self.sizes = [sum(e - s for s, e in q.content) for q in self.quotations]
        self._pieces = sorted((s, e, n) for n, q in enumerate(self.quotations) for s, e in q.content)
        self._longest = max((e - s for s, e, _ in self._pieces), default=0)
        self.first = [min((s for s, _ in (*q.content, *q.cue, *q.source)), default=0) for q in self.quotations]
        self.around: list[int | None] = []
        for n, (quotation, source) in enumerate(zip(self.quotations, self.sources)):
            at = source.span[0] if source.form != "empty" else quotation.content[0][0] if quotation.content else None
            self.around.append(None if at is None else self.enclosing(at, n))
        self.told = sorted((s.span[0], n) for n, s in enumerate(self.sources) if s.form != "empty" and self.around[n] is None)

    def enclosing(self, offset: int, inner: int | None = None) -> int | None:
        """The smallest quotation whose content holds a character, larger than quotation ``inner``; else None."""
        best = None
        floor = self.sizes[inner] if inner is not None else 0
        for i in range(bisect.bisect_right(self._pieces, (offset, 1 << 60)) - 1, -1, -1):
            start, end, n = self._pieces[i]
            if start < offset - self._longest:
                break
            if end > offset and n != inner and self.sizes[n] > floor and (best is None or self.sizes[n] < self.sizes[best]):
                best = n
        return best

    def number_of(self, source: Source) -> int | None:
        """The quotation that a source mention belongs to; None for a mention that is no source."""
        return next((n for n, one in enumerate(self.sources) if one is source), None)

    def shares_content(self, mention: int, at: int) -> bool:
        """Whether the word ``mention`` stands in nobody's reported words, or in the same ones as word ``at``."""
        if mention not in self._holder:
            self._holder[mention] = self.enclosing(self.words[mention].start)
        n = self._holder[mention]
        return n is None or any(start <= self.words[at].start < end for start, end in self.quotations[n].content)

    def quoted(self, offset: int) -> bool:
        """Whether a character stands between double quotation marks."""
        return within(self.regions, offset) is not None

    # --- mentions

    def register(self, draft: Draft) -> int:
        """The number of a chain; a new one joins the list."""
        if id(draft) not in self.position:
            self.position[id(draft)] = len(self.drafts)
            self.drafts.append(draft)
        return self.position[id(draft)]

    def mark(self, draft: Draft, at: int, possessive: bool = False, pronoun: bool = False) -> None:
        """Put a mention of a chain on the line of words."""
        number, word = self.register(draft), self.words[at]
        head = self.words.get(word.head)
        subject = word.subject or (word.deprel in ("flat", "compound", "nmod:desc", "appos") and head is not None and head.subject)
        bisect.insort(self.places[number], at)
        bisect.insort(self.points, Point(at, number, subject, possessive, self.quoted(word.start), pronoun))

    def before(self, at: int, reach: int) -> list[Point]:
        """Mentions before word ``at`` within ``reach`` sentences, the last first."""
        found = []
        for index in range(bisect.bisect_left(self.points, Point(at, -1)) - 1, -1, -1):
            if self.back(self.points[index].at, at) > reach:
                break
            found.append(self.points[index])
        return found

    def spoke_before(self, at: int, reach: int) -> Draft | None:
        """Who spoke last before word ``at`` (the latest source that is not inside a quotation), if nobody else has
        acted since."""
        for index in range(bisect.bisect_left(self.told, (self.words[at].start, -1)) - 1, -1, -1):
            where, number = self.told[index]
            if self.steps[self.words[at].sentence] - self.steps[self.words.sentence_of(where)] > reach:
                return None
            draft = self.speaking[number]
            if draft is None:
                continue
            for i in range(bisect.bisect_left(self.points, Point(at, -1)) - 1, -1, -1):
                point = self.points[i]
                other = self.drafts[point.number]
                if self.words[point.at].start <= where:
                    return draft
                if other is not draft and other.kind == "person" and point.subject and not point.quoted:
                    return None
            return draft
        return None

    def last_before(self, draft_number: int, at: int) -> int | None:
        """The word of a chain's last mention before word ``at``."""
        places = self.places.get(draft_number, ())
        index = bisect.bisect_left(places, at)
        return places[index - 1] if index else None

    # --- chains

    def actor(self, name: Name) -> Draft:
        """The chain of a name that speaks: a capital is its country, another place its authorities."""
        number = self.number_at[name.first]
        draft = as_actor(number, self.names, self.drafts, self.of)
        if draft is None:
            draft = Draft("group", names=[name])
            self.of[number] = draft
            self.mark(draft, name.first)
        if draft.kind == "other":
            draft.kind = "organization"
        self.register(draft)
        return draft

    def new(self, source: Source, kind: str, label: str) -> Draft:
        """A chain for somebody or something that has no name here."""
        draft = Draft(kind)
        self.labels[id(draft)] = f"{label} (unnamed)" if kind == "unnamed" else label
        self.facts[id(draft)] = source
        if not source.plural and (gender := role_gender(source.noun)):
            draft.votes[gender] += 2
        draft.descriptions.append(source)
        self.mark(draft, source.head.index if source.head is not None else self.words.inside(source.span).start)
        return draft

    def take(self, draft: Draft, source: Source) -> None:
        """A description takes up a chain."""
        draft.descriptions.append(source)
        self.mark(draft, source.head.index)

    def written(self, draft: Draft) -> str:
        """The name to show for a chain: a country's plain name, a label, else its fullest written form."""
        if draft.code is not None:
            return countries.countries()[draft.code].name
        return self.labels.get(id(draft)) or draft.name
