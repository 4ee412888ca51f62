"""The same utterance in several articles: quotations of one speaker grouped into statements.

Outlets shorten, paraphrase and shift tense ("will" becomes "would", "I" becomes "he"), so two quotations are compared
by their content words, stemmed, without function words. Rarer words weigh more (idf within the corpus given). They
are one statement when the shorter is nearly contained in the longer, or when they share a run of words that hardly
anybody else says; a number or a negation that only one has, or dates too far apart, keeps them apart. Candidates come from
an inverted index of word pairs, so the work grows with the number of repeats, not with the square of the corpus;
groups never cross a speaker, so what is new touches only its speakers' groups.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from .names import fold


@dataclass(frozen=True, slots=True)
class StatementItem:
    """One quotation: ``text`` is its content, ``speaker`` the entity's id (None for unnamed sources), ``published`` ISO 8601."""

    id: str
    text: str
    speaker: str | None = None
    article: str | None = None
    outlet: str | None = None
    published: str | None = None
    kind: str = "indirect"


@dataclass(frozen=True, slots=True)
class Statement:
    """One utterance: ``items`` in order of publication (unknown dates last), the first one first."""

    items: tuple[StatementItem, ...]

    @property
    def first(self) -> StatementItem:
        """The earliest report."""
        return self.items[0]

    @property
    def outlets(self) -> tuple[str, ...]:
        """Outlets in the order in which they reported it."""
        return tuple(dict.fromkeys(i.outlet for i in self.items if i.outlet))


#: Share of the shorter one's weight that the other must hold, and the same for a short and a long one of one length.
CONTAINED = 0.72
#: Share of weight that both must hold in common when the words stand in the same order.
COMMON = 0.5
#: Content words that a statement needs to be recognized by.
WORDS = 3
#: Weight (sum of idf) that must be shared: two everyday words are no evidence.
EVIDENCE = 6.0
#: Days after which the same words are said anew.
DAYS = 10
#: Word pairs in more quotations than this say nothing.
COMMONPLACE = 60

_FUNCTION = set("""a an the of to in on at for by with from as into onto about over under between against during and or but so yet
nor if then than that this these those there here it its i me my mine we us our ours you your yours he him his she her hers
they them their theirs who whom whose which what when where why how is am are was were be been being do does did done doing
have has had having will would shall should can could may might must ought just also too very only even still now already ever
again more most such own same other any some all both each every up down out off said say says saying told tell tells
because while until unless though although however s t ve re ll d m get got let ready willing""".split())
_NEGATION = set("not no never none nobody nothing nor without cannot neither hardly nowhere".split())
_SUFFIX = re.compile("(?:ations?|ations|ings?|edly|ed|ies|ied|es|s|ly|ment|ments|ity|ness|ion|ions|ance|ence|ive)$")
_NUMBERS = {w: str(n) for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A rough stem: common endings off, at least three letters kept, doubled last letters and a final e or y too."""
    if word.isdigit() or len(word) <= 3:
        return word
    cut = _SUFFIX.sub("", word)
    word = cut if len(cut) >= 3 else word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "eyi" else word


@dataclass(frozen=True, slots=True)
class _Read:
    words: tuple[str, ...]
    numbers: frozenset[str]
    negated: int


@lru_cache(maxsize=1 << 16)
def read(text: str) -> _Read:
    """Stemmed content words in order, the numbers among them, and how many negations there are."""
    text = re.sub("n['\u2019]t\\b", " not", text)
    tokens = re.findall(r"[a-z]+|\d+", fold(re.sub(r"(?<=\d)[.,](?=\d)", "", text)))
    words = tuple(stem(_NUMBERS.get(t, t)) for t in tokens if t not in _FUNCTION and t not in _NEGATION)
    return _Read(words, frozenset(w for w in words if w.isdigit()), sum(t in _NEGATION for t in tokens))


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    """Unordered pairs of content words at most three apart."""
    return {(a, b) if a < b else (b, a) for i, a in enumerate(words) for b in words[i + 1:i + 4] if a != b}


def _days(a: StatementItem, b: StatementItem) -> int | None:
    try:
        first, second = (datetime.date.fromisoformat((x.published or "")[:10]) for x in (a, b))
    except ValueError:
        return None
    return abs((first - second).days)


def same_statement(a: StatementItem, b: StatementItem, weight) -> float:
    """How surely two quotations of one speaker are one statement, 0..1; ``weight(stem)`` is a word's idf."""
    x, y = read(a.text), read(b.text)
    if min(len(set(x.words)), len(set(y.words))) < WORDS:
        return 1.0 if x.words == y.words and len(x.words) > 1 and not (_days(a, b) or 0) > 2 else 0.0
    days = _days(a, b)
    if days is not None and days > DAYS:
        return 0.0
    short, long = sorted((x, y), key=lambda r: len(r.words))
    if short.numbers - long.numbers and long.numbers:
        return 0.0
    shared = set(short.words) & set(long.words)
    total = {r: sum(weight(w) for w in set(r.words)) for r in (short, long)}
    common = sum(weight(w) for w in shared)
    if common < EVIDENCE or not total[short]:
        return 0.0
    contained = common / total[short]
    jaccard = common / (total[short] + total[long] - common)
    order = LCSseq.similarity(short.words, long.words) / len(short.words)
    if (short.negated == 0) != (long.negated == 0) and not (order > 0.8 and len(long.words) > 1.5 * len(short.words)):
        return 0.0
    if contained >= CONTAINED and order >= 0.6:
        return min(1.0, contained)
    if jaccard >= COMMON and order >= 0.5:
        return min(1.0, jaccard + 0.2)
    return 0.0


def statements(items: Sequence[StatementItem]) -> list[Statement]:
    """Group quotations into statements; every item is in exactly one, most alone. In order of first publication.

    Only items of one speaker meet; items without a speaker stay alone unless their words are the same.
    """
    frequency: Counter = Counter()
    for item in items:
        frequency.update(set(read(item.text).words))
    total = max(len(items), 1)

    def weight(word: str) -> float:
        return math.log(1 + (total + 20) / (1 + frequency[word]))

    by_speaker = defaultdict(list)
    for number, item in enumerate(items):
        by_speaker[item.speaker].append(number)
    parent = list(range(len(items)))

    def find(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for speaker, numbers in by_speaker.items():
        for score, a, b in sorted(_candidates(items, numbers, weight, speaker), reverse=True):
            parent[find(max(a, b))] = find(min(a, b))
    groups = defaultdict(list)
    for number, item in enumerate(items):
        groups[find(number)].append(item)
    made = [Statement(tuple(sorted(group, key=_when))) for group in groups.values()]
    return sorted(made, key=lambda s: _when(s.first))


def _when(item: StatementItem) -> tuple:
    return not item.published, item.published or "", item.article or "", item.id


def _candidates(items: Sequence[StatementItem], numbers: Iterable[int], weight, speaker: str | None):
    """Pairs of one speaker's items that are the same statement, with their scores."""
    index = defaultdict(list)
    for number in numbers:
        words = read(items[number].text).words
        for pair in _pairs(words) or {(w, w) for w in words}:
            index[pair].append(number)
    seen = set()
    for members in index.values():
        if 1 < len(members) <= COMMONPLACE:
            for i, a in enumerate(members):
                for b in members[i + 1:]:
                    if (a, b) not in seen:
                        seen.add((a, b))
                        if speaker is None and read(items[a].text).words != read(items[b].text).words:
                            continue
                        score = same_statement(items[a], items[b], weight)
                        if score:
                            yield score, a, b
