"""Which of two things a statement puts first: "no talks until the guns are silent", "we can meet before any truce".

The order of two things hangs on a few small words and what turns them round: *until*, *once*, *without*, *wait for*,
negation, refusal, objection. A small encoder learns such statements by heart, one wording at a time; so what a
statement says of the order is read from its words instead: each mention of one of the two things becomes a
placeholder, each relation word between them a set of features that know which thing stands on its either side and
how often the clause is turned round. A regression with a cubic kernel (pairs and triples of features count, and
swapping the two things swaps the sign) over sentences written for training (``attribution.training.fit_order``)
weighs them.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import safetensors.torch
import torch
import yaml
from torch import Tensor

from attribution.records import Span

WORDS = Path(__file__).with_name("order_words.yml")
WEIGHTS = Path(__file__).with_name("weights") / "order.safetensors"
BUCKETS = 1 << 16  # features are told apart by a hash of their names
REACH = 12  # words from a relation word to the thing that follows it
BEHIND = 8  # words from a thing to a relation word that speaks of it from behind
MOST = 120  # words read of a statement
TOKEN = re.compile(r"\w+?(?=n['’]t\b)|n['’]t\b|\w+(?:['’\-]\w+)*|[^\w\s]")
ENDS, BREAKS = frozenset(".!?;"), frozenset(",;:—-–\"“”()") | {"but", "and", "yet", "so"}
TURNS = ("negation", "holding back", "objecting")
MODIFIERS = frozenset(("only", "not", "even", "no", "just", "never", "but", "and"))
ENDING = r"(?:s|es|ed|d|ing|'s|’s)?"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a statement in lower case, or a mention of a thing (``thing`` 0 or 1, else None); ``sentence``: the number
    of its sentence; its span in the statement."""

    text: str
    thing: int | None
    sentence: int
    span: Span


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that speaks for ``thing`` standing first, or against it; ``words``: the words that say so."""

    name: str
    thing: int
    words: tuple[int, ...]
    weight: float = 1.0


@cache
def lexicon(path: Path = WORDS) -> tuple[dict[str, frozenset[str]], dict[tuple[str, ...], str], frozenset[str]]:
    """(words of each class, relation of each phrase, relations that may stand behind their thing)."""
    data = yaml.safe_load(path.read_text("utf-8"))
    classes = {name: frozenset(words.split()) for name, words in data["classes"].items()}
    relations = {tuple(phrase.split()): name for name, phrases in data["relations"].items() for phrase in re.split(r",\s*", phrases)}
    return classes, relations, frozenset(data["behind"])


def matcher(things: Sequence[Sequence[str]]) -> re.Pattern:
    """Finds mentions of either thing, in all cases and with common endings; the group's number less one is the thing."""
    ways = ("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) for forms in things)
    return re.compile("|".join(rf"(?<!\w)({way}){ENDING}(?!\w)" for way in ways), re.I)


def words(text: str, things: re.Pattern) -> list[Word]:
    """The words of a statement; mentions of the same thing with at most one word between them are one."""
    found: list[tuple[str, int | None, Span]] = []
    at = 0
    for mention in [*things.finditer(text), None]:
        end = mention.start() if mention else len(text)
        between = [(m[0].lower().replace("’", "'"), None, m.span()) for m in TOKEN.finditer(text, at, end)]
        if mention:
            thing, span, at = mention.lastindex - 1, mention.span(), mention.end()
            if found and found[-1][1] == thing and len(between) <= 1 and all(word.isalnum() for word, *_ in between):
                between, span = [], (found.pop()[2][0], span[1])
            found += [*between, (f"@{thing}", thing, span)]
        else:
            found += between
    result, sentence = [], 0
    for word, thing, span in found[:MOST]:
        result.append(Word(word, thing, sentence, span))
        sentence += word in ENDS
    return result


def features(said: Sequence[Word]) -> list[Feature]:
    """All features of a statement in which both things are mentioned; none of any other."""
    things = [i for i, word in enumerate(said) if word.thing is not None]
    if len({said[i].thing for i in things}) < 2:
        return []
    statement = _Statement(said, things)
    result = [feature for relation in statement.relations for feature in statement.around(*relation)]
    return result + list(statement.mentions())


class _Statement:
    """A statement in which both things are mentioned, being read."""

    def __init__(self, said: Sequence[Word], things: Sequence[int]):
        self.said, self.things = said, things
        self.text = [word.text for word in said]
        self.classes, phrases, self.behind = lexicon()
        longest = max(map(len, phrases))
        self.relations: list[tuple[int, int, str]] = []
        at = 0
        while at < len(said):
            for length in range(min(longest, len(said) - at), 0, -1):
                if relation := phrases.get(tuple(self.text[at:at + length])):
                    self.relations.append((at, at + length, relation))
                    at += length
                    break
            else:
                at += 1
        turning = frozenset().union(*(self.classes[name] for name in TURNS))
        self.taken = {i for start, end, relation in self.relations if relation not in ("for", "to", "on", "with", "by")
                      for i in range(start, end)}
        self.turns = [i for i, word in enumerate(self.text) if word in turning and i not in self.taken]

    def counts(self, start: int, end: int) -> dict[str, int]:
        """How many words of each class stand in a stretch, relation words left out."""
        stretch = [self.text[i] for i in range(start, end) if i not in self.taken]
        return {name: sum(word in known for word in stretch) for name, known in self.classes.items()}

    def turned(self, *stretches: Mapping[str, int]) -> int:
        """1 where the stretches together turn what they say round, else 0."""
        return sum(counts[name] for counts in stretches for name in TURNS) % 2

    def around(self, start: int, end: int, relation: str) -> Iterator[Feature]:
        """What one relation word says of the thing that follows it, and of the one before where it speaks of that."""
        sentence = self.said[start].sentence
        low = next(i for i, word in enumerate(self.said) if word.sentence == sentence)
        high = next((i for i in range(start, len(self.said)) if self.said[i].sentence > sentence), len(self.said))
        clause = start
        while clause > low and self.text[clause - 1] not in BREAKS:
            clause -= 1
        asked = self.text[high - 1] == "?"
        before = self.text[start - 1] if start > low and self.text[start - 1] in MODIFIERS else ""
        left, near = self.counts(low, start), self.counts(clause, start)
        after = [i for i in self.things if end <= i < high and i - end <= REACH]
        if after:
            first = after[0]
            thing = self.said[first].thing
            other = next((place for place, where in (("left", range(low, start)), ("right", range(first, high)), ("earlier", range(low)))
                          if any(i in where and self.said[i].thing != thing for i in self.things)), "none")
            stop = first + 1
            while stop < high and self.text[stop] not in BREAKS:
                stop += 1
            inner, right, beside = self.counts(end, first), self.counts(first + 1, high), self.counts(first + 1, stop)
            a, b, c, d = (self.turned(part) for part in (left, right, near, beside))
            s = inner["negation"] % 2  # "until they stop firing": what ends there is the want of the thing
            whole, close, far = (a + b) % 2, (c + d) % 2, (a + c) % 2
            each = "".join(str(min(left[name], 2)) for name in TURNS)
            both = "".join(str((left[name] + right[name]) % 2) for name in TURNS)
            asks = f"{left['need'] > 0:d}{left['readiness'] > 0:d}"
            plain = (*range(start, end), first)
            turned = (*plain, *(i for i in self.turns if low <= i < high))
            for name in ("", f"at {other}", f"whole {whole}", f"at {other} whole {whole}", f"at {other} sides {a}{b}",
                         f"at {other} parts {a}{s}{b}", f"mod {before}", f"mod {before} whole {whole}", f"each {each}", f"both {both}",
                         f"asks {asks} whole {whole}", f"inner {s} whole {whole}", f"question {asked} whole {whole}",
                         f"close {c}", f"close {c}{d}", f"close {c}{d} far {far}", f"near {close}", f"near {close} at {other}",
                         f"near {close} mod {before}", "beside " + "".join(str(near[name]) for name in TURNS),
                         f"close {c} far {far} at {other}"):
                yield Feature(f"{relation} {name}", thing, plain if name in ("", f"at {other}") else turned)
        behind = [i for i in self.things if low <= i < start and start - i <= BEHIND]
        if behind and (relation in self.behind or not after):
            last = behind[-1]
            gap, p = self.turned(self.counts(last + 1, start)), self.turned(self.counts(low, last))
            whole = (gap + p) % 2
            for name in ("", f"gap {gap}", f"gap {gap} before {p}", f"whole {whole}", f"mod {before}", f"mod {before} whole {whole}",
                         f"question {asked} whole {whole}"):
                yield Feature(f"behind {relation} {name}", self.said[last].thing, (last, *range(start, end)))

    def mentions(self) -> Iterator[Feature]:
        """What the places of the mentions and the words beside them say."""
        counts = self.counts(0, len(self.said))
        whole, asked = self.turned(counts), "?" in self.text
        each = "".join(str(min(counts[name], 2)) for name in TURNS)
        for place, i in (("first", self.things[0]), ("last", self.things[-1])):
            for name in ("", f"whole {whole}", f"each {each}", f"question {asked}"):
                yield Feature(f"{place} {name}", self.said[i].thing, (i,))
        for i in self.things:
            for low, high in ((-1, 0), (-2, -1), (-3, -2), (1, 2), (2, 3), (3, 4), (-2, 0), (1, 3)):
                if i + low >= 0 and i + high <= len(self.said):
                    beside = (f"other{(self.said[k].thing != self.said[i].thing):d}" if self.said[k].thing is not None else self.text[k]
                              for k in range(i + low, i + high))
                    yield Feature(f"beside {low} {high} {' '.join(beside)}", self.said[i].thing, (i, *range(i + low, i + high)), 0.7)


def bucket_of(name: str) -> int:
    """The number that a feature goes by."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % BUCKETS


def vector(found: Sequence[Feature]) -> dict[int, float]:
    """Features as numbers by bucket, those that speak for thing 1 positive; at most 1 each, either way."""
    total: Counter[int] = Counter()
    for feature in found:
        total[bucket_of(feature.name)] += feature.weight * (1 if feature.thing else -1)
    return {bucket: max(-1.0, min(1.0, value)) for bucket, value in total.items() if value}


class OrderReader:
    """Reads statements for one pair of things. ``things``: the words for the one that the negative pole puts first, and
    for the one that the positive pole does."""

    def __init__(self, things: Sequence[Sequence[str]], path: Path = WEIGHTS):
        self.things = matcher(things)
        self.weights = load_weights(path)

    def read(self, texts: Sequence[str]) -> list[Order | None]:
        """What each statement says of the order; None for one that does not mention both things."""
        return [self._read(words(text, self.things)) for text in texts]

    def _read(self, said: Sequence[Word]) -> Order | None:
        found = features(said)
        return self.weights.read(said, found) if found else None


@dataclass(frozen=True, slots=True)
class Order:
    """``lean``: negative where thing 0 comes first, positive where thing 1 does. ``side``: the log-odds that it is thing 1, if
    either; ``sided``: how much likelier such a lean is where a side is taken than where none is, as a logarithm. ``words``:
    what each word that takes part adds to the lean."""

    lean: float
    side: float
    sided: float
    words: Mapping[Span, float]


@dataclass(frozen=True)
class Kernel:
    """The regression. Its sentences by feature: those that have the feature of bucket ``known[i]``, and how much, stand in
    ``rows`` and ``values`` from ``starts[i]`` to ``starts[i + 1]``. ``weights``: one a sentence. ``odds``: what a lean is worth,
    the slope of the side's log-odds, base and rise of ``Order.sided``."""

    known: Mapping[int, int]
    starts: Sequence[int]
    rows: Tensor
    values: Tensor
    weights: Tensor
    odds: tuple[float, float, float]

    def read(self, said: Sequence[Word], found: Sequence[Feature]) -> Order:
        """What the features of a statement say."""
        values = {column: value for bucket, value in vector(found).items() if (column := self.known.get(bucket)) is not None}
        own = torch.tensor(list(values.values()))
        length = max(1.0, float(own.norm()))
        sizes = torch.tensor([self.starts[column + 1] - self.starts[column] for column in values], dtype=torch.long)
        cells = torch.cat([torch.arange(self.starts[column], self.starts[column + 1]) for column in values] or [sizes])
        feature = torch.arange(len(values)).repeat_interleave(sizes)
        rows, shares = self.rows[cells], self.values[cells]
        products = torch.zeros(len(self.weights)).index_add_(0, rows, shares * own[feature] / length)
        slope = self.weights * (1 + 3 * products**2)  # of the lean, by each product
        pulls = torch.zeros(len(values)).index_add_(0, feature, shares * slope[rows] / length)
        lean = float(cubic(products) @ self.weights)
        by_side, base, rise = self.odds
        return Order(lean, by_side * lean, base + rise * abs(lean), self._words(said, found, dict(zip(values, pulls.tolist()))))

    def _words(self, said: Sequence[Word], found: Sequence[Feature], pulls: Mapping[int, float]) -> dict[Span, float]:
        """What words add to the lean: gradient x value of their features, shared among the words of each."""
        result: dict[Span, float] = {}
        for feature in found:
            pull = pulls.get(self.known.get(bucket_of(feature.name), -1), 0.0)
            for i in feature.words:
                share = pull * feature.weight * (1 if feature.thing else -1) / len(feature.words)
                result[said[i].span] = result.get(said[i].span, 0.0) + share
        return result


def cubic(products: Tensor) -> Tensor:
    """The kernel of scalar products: odd, so that turning a statement round turns its lean round."""
    return products + products**3


@cache
def load_weights(path: Path = WEIGHTS) -> Kernel:
    """The regression as shipped. Raises FileNotFoundError where the file is missing."""
    data = safetensors.torch.load_file(path)
    known = {bucket: column for column, bucket in enumerate(data["known"].tolist())}
    return Kernel(known, data["starts"].tolist(), data["rows"].long(), data["values"].float(), data["weights"],
                  tuple(data["odds"].tolist()))
