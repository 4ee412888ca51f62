"""The same utterance in several articles: quotations of one speaker grouped into statements.

Outlets shorten, paraphrase and shift tense and person ("I will" becomes "he would"). Two quotations of one speaker are
one statement in two cases. Verbatim: a sentence of one stands nearly word for word in the other, tense and person
aside; then the date does not matter, since papers recall old words. Paraphrase: most of the weight (idf) of their
content words is shared, within some days. A number or a negation that only one has keeps them apart. Two
quotations of one article that overlap are one inside the other and never the same.

Candidates come from an inverted index of word pairs within a speaker, so the work grows with the repeats, not with the
square of the corpus; groups never cross a speaker, so what is new touches its speakers' groups only. What a word weighs
is counted over all quotations that were ever read (:func:`words`); that a group was made with the weights of its time
matters little, and is not undone.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from ..records import Spans
from .spelling import fold


@dataclass(frozen=True, slots=True)
class StatementItem:
    """One quotation: ``text`` is its content, ``speaker`` the entity's id (None for unnamed sources), ``published``
    ISO 8601, ``spans`` where it stands in its article. Any object with these attributes will do (``spans`` may lack)."""

    uid: str
    text: str
    kind: str = "indirect"
    speaker: str | None = None
    article: str | None = None
    outlet: str | None = None
    published: str | None = None
    spans: Spans = ()


#: Likeness of a sentence with a stretch of the other quotation, tense and person aside, to be its repetition.
VERBATIM = 84.0
#: Words and content words that a sentence needs to be told from a commonplace.
SENTENCE, CONTENT = 4, 2
#: Share of the shorter one's weight that the other must hold for a paraphrase, and share of the weight of both.
CONTAINED, COMMON = 0.72, 0.5
#: Weight (sum of idf) that a paraphrase must share: two everyday words are no evidence.
EVIDENCE = 6.0
#: Content words that a paraphrase needs.
WORDS = 3
#: Days after which the same words, otherwise put, are said anew.
DAYS = 10
#: Word pairs in more quotations of one speaker than this say nothing.
COMMONPLACE = 60

_FUNCTION = set(
    """a an the of to in on at for by with from as into onto about over under and or but so yet nor if then than that
this these those there here it its i me my mine we us our ours you your yours he him his she her hers they them
their theirs who whom whose which what when where why how is am are was were be been being do does did done doing have has had
having will would shall should can could may might must just also too very only even still now already ever again such own because while
though although however s t ve re ll d m say says saying said tell tells told""".split()
)
#: Words that reported speech changes, and what they count as.
_SHIFTS = {
    **dict.fromkeys("is am are was were be been being s m re".split(), "be"),
    **dict.fromkeys("will would shall should ll d".split(), "will"),
    **dict.fromkeys("can could may might".split(), "can"),
    **dict.fromkeys("has have had ve having".split(), "have"),
    **dict.fromkeys("do does did".split(), "do"),
    **dict.fromkeys("i he she we they you it".split(), "he"),
    **dict.fromkeys("me him her us them".split(), "him"),
    **dict.fromkeys("my his our their your its".split(), "his"),
    **dict.fromkeys("this that these those the a an".split(), "the"),
}
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
    """A quotation's content stems in order, its numbers, its negations and its sentences as shifted words."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    negated: int
    sentences: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1 << 16)
def read(text: str) -> _Read:
    """What the comparison looks at."""
    text = re.sub("n['\u2019]t\\b", " not", re.sub(r"(?<=\d)[.,](?=\d)", "", text))
    sentences = [re.findall(r"[a-z]+|\d+", fold(part)) for part in re.split(r"[.!?;:]+[\s\"\u201d\u2019)]|\n", text + " ")]
    tokens = [_NUMBERS.get(t, t) for part in sentences for t in part]
    words = tuple(stem(t) for t in tokens if t not in _FUNCTION and t not in _NEGATION)
    shifted = tuple(tuple(_SHIFTS.get(t) or stem(_NUMBERS.get(t, t)) for t in part) for part in sentences if part)
    return _Read(words, frozenset(w for w in words if w.isdigit()), sum(t in _NEGATION for t in tokens), shifted)


def _content(sentence: Iterable[str]) -> set[str]:
    return {w for w in sentence if w not in _SHIFTED and w not in _FUNCTION and w not in _NEGATION}


_SHIFTED = frozenset(_SHIFTS.values())


def verbatim(x: _Read, y: _Read) -> float:
    """The best likeness 0..1 of a sentence of one with a stretch of the other, 0 below :data:`VERBATIM`."""
    best = 0.0
    for one, other in ((x, y), (y, x)):
        whole = tuple(w for sentence in other.sentences for w in sentence)
        for sentence in one.sentences:
            content = _content(sentence)
            if len(sentence) < SENTENCE or len(content) < CONTENT or len(content & set(whole)) < CONTENT or len(sentence) > len(whole):
                continue
            found = fuzz.partial_ratio_alignment(sentence, whole, score_cutoff=max(VERBATIM, 100 * best))
            if found is None:
                continue
            stretch = whole[found.dest_start : found.dest_end]
            plain = [w for w in sentence if w in _NEGATION], [w for w in stretch if w in _NEGATION]
            figures = {w for w in sentence if w.isdigit()} ^ {w for w in stretch if w.isdigit()}
            if bool(plain[0]) == bool(plain[1]) and not figures and len(content & set(stretch)) >= max(CONTENT, 0.75 * len(content)):
                best = max(best, found.score / 100)
    return best


def _pairs(words: Sequence[str]) -> set[tuple[str, str]]:
    """Unordered pairs of content words at most three apart."""
    return {(a, b) if a < b else (b, a) for i, a in enumerate(words) for b in words[i + 1 : i + 4] if a != b}


def _nested(a: StatementItem, b: StatementItem) -> bool:
    """Whether one of two quotations of one article stands inside the other; told by spans, else by the words."""
    ours, theirs = getattr(a, "spans", ()), getattr(b, "spans", ())
    if ours and theirs:
        return any(s < f and t < e for s, e in ours for t, f in theirs)
    short, long = sorted((a.text.strip('"\u201c\u201d .,'), b.text.strip('"\u201c\u201d .,')), key=len)
    return len(short) < len(long) and short in long


def _days(a: StatementItem, b: StatementItem) -> int | None:
    try:
        first, second = (datetime.date.fromisoformat((x.published or "")[:10]) for x in (a, b))
    except ValueError:
        return None
    return abs((first - second).days)


def same_statement(a: StatementItem, b: StatementItem, weight) -> float:
    """How surely two quotations of one speaker are one statement, 0..1; ``weight(stem)`` is a word's idf."""
    if a.article == b.article and _nested(a, b):
        return 0.0
    x, y = read(a.text), read(b.text)
    exact = verbatim(x, y)
    if exact:
        return exact
    short, long = sorted((x, y), key=lambda r: len(r.words))
    days = _days(a, b)
    if (
        len(set(short.words)) < WORDS
        or (days is not None and days > DAYS)
        or (short.numbers - long.numbers and long.numbers)
        or (short.negated == 0) != (long.negated == 0)
    ):
        return 0.0
    total = {r: sum(weight(w) for w in set(r.words)) for r in (short, long)}
    common = sum(weight(w) for w in set(short.words) & set(long.words))
    order = LCSseq.similarity(short.words, long.words) / len(short.words)
    if common < EVIDENCE or order < 0.5:
        return 0.0
    contained = common / total[short]
    jaccard = common / (total[short] + total[long] - common)
    if contained >= CONTAINED and order >= 0.6:
        return min(1.0, contained)
    return min(1.0, jaccard + 0.2) if jaccard >= COMMON else 0.0


def words(text: str) -> tuple[str, ...]:
    """The stems of a quotation's content words, in order: those that count in its weight, and all that two quotations
    of unnamed speakers must share to be one statement."""
    return read(text).words


def statements(items: Sequence[StatementItem], frequency: Mapping[str, int] | None = None, total: int = 0) -> list[tuple[str, ...]]:
    """Groups of two or more quotations that are the same statement, as tuples of their uids.

    A group is in order of publication (unknown dates last), so its first member is the first report; groups are in
    the order of their first members. Who is in no group has said it once. Only items of one speaker meet; items
    without a speaker are grouped only when all their words are the same. ``frequency``: in how many of ``total``
    quotations each stem stands; without it these ``items`` are all there are.
    """
    if frequency is None:
        frequency, total = Counter(word for item in items for word in set(words(item.text))), len(items)
    total = max(total, 1)

    def weight(word: str) -> float:
        return math.log(1 + (total + 20) / (1 + frequency.get(word, 0)))

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
        for _, a, b in sorted(_candidates(items, numbers, weight, speaker), reverse=True):
            parent[find(max(a, b))] = find(min(a, b))
    groups = defaultdict(list)
    for number, item in enumerate(items):
        groups[find(number)].append(item)
    made = sorted((sorted(group, key=_when) for group in groups.values() if len(group) > 1), key=lambda group: _when(group[0]))
    return [tuple(item.uid for item in group) for group in made]


def _when(item: StatementItem) -> tuple:
    return not item.published, item.published or "", item.article or "", item.uid


def _candidates(items: Sequence[StatementItem], numbers: Iterable[int], weight, speaker: str | None):
    """Pairs of one speaker's items that are the same statement, with their scores."""
    index = defaultdict(list)
    for number in numbers:
        seen_as = read(items[number].text)
        for pair in _pairs(seen_as.words) or {(w, w) for w in seen_as.words}:
            index[pair].append(number)
    seen = set()
    for members in index.values():
        if 1 < len(members) <= COMMONPLACE:
            for i, a in enumerate(members):
                for b in members[i + 1 :]:
                    if (a, b) not in seen:
                        seen.add((a, b))
                        if speaker is None and read(items[a].text).words != read(items[b].text).words:
                            continue
                        score = same_statement(items[a], items[b], weight)
                        if score:
                            yield score, a, b
