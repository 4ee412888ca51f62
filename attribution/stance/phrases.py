"""What an article keeps speaking of without naming it: noun phrases that return ("rent cap", "ferry toll").

Where no axis names the matter that is argued over, these are the policy objects of its quotations. A noun with one to three
modifiers ("the council's much disputed *ferry toll*", "*greenhouse gas emissions*") that stands in several sentences is one;
people, bodies and stretches of time are none, nor is what belongs to a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from attribution.entities import titles
from attribution.records import Span, Spans
from attribution.stance.words import Words

SENTENCES = 3  # that a phrase stands in at least
LONGEST = 4  # words
MOSTLY = 2 / 3
MODIFIERS = frozenset({"compound", "amod"})
# They tell which one, how much or how good, and make no kind of thing.
LOOSE = frozenset("""last next first second third other same new old recent several many few such own further more most previous current
whole only very certain possible big major great good better best bad worse long short high low large small little early late full
real true key main important different similar former latest final past future likely local national international various entire
single total overall clear public political good serious strong""".split())
NO_MATTER = frozenset(titles.ROLES) | titles.PEOPLE | titles.VAGUE | titles.KIN | titles.COLLECTIVE | titles.INSTITUTIONS | frozenset(
    """second minute hour day night week weekend month year decade century morning afternoon evening time moment period date
thing way part kind lot number amount level rate share percent percentage place area case point fact word end start""".split())
Phrase = tuple[str, ...]  # lemmas


def returning(words: Words, taken: Collection[Span]) -> dict[str, Spans]:
    """The phrases that stand in at least :data:`SENTENCES` sentences, by their commonest spelling, and all their spans.
    ``taken``: spans of names; where a phrase touches one it does not count."""
    named = set(words.under(tuple(taken)))
    places: dict[Phrase, list[range]] = defaultdict(list)
    for last in range(1, len(words)):
        for place in phrases(words, last, named):
            places[tuple(words[i].lemma for i in place)].append(place)
    often = {key: found for key, found in places.items()
             if len({words.sentences[place.start].start for place in found}) >= SENTENCES}
    spans: dict[str, Spans] = {}
    for found in whole(often).values():
        name = spelling(words, found)  # two may be written alike, where lemmas differ
        spans[name] = tuple(sorted(spans.get(name, ()) + tuple((words[place.start].span[0], words[place[-1]].span[1]) for place in found)))
    return spans


def phrases(words: Words, last: int, named: Collection[int]) -> Iterator[range]:
    """The phrases that end with a noun, the shortest first."""
    noun = words[last]
    if last in named or noun.pos != "NOUN" or noun.lemma in NO_MATTER:
        return
    for first in range(last - 1, max(last - LONGEST, -1), -1):
        word = words[first]
        if (first in named or word.pos not in ("NOUN", "ADJ") or word.relation not in MODIFIERS or word.lemma in LOOSE
                or not first < word.head <= last):
            return
        yield range(first, last + 1)


def whole(often: Mapping[Phrase, list[range]]) -> dict[Phrase, list[range]]:
    """Phrases of which none is a part of another: where a longer one makes up most of what a shorter is found in, the shorter
    is a piece of it ("gas emissions" of "greenhouse gas emissions") and, with the same noun, stands for it elsewhere; else the
    longer is one of many kinds of the shorter."""
    kept = dict(often)
    for key in sorted(often, key=len, reverse=True):
        if key not in kept:  # a piece
            continue
        parts = [part for part in dict.fromkeys(pieces(key)) if part in kept]
        if any(len(often[key]) < MOSTLY * len(often[part]) for part in parts):
            del kept[key]
            continue
        for part in parts:
            alone = [place for place in kept.pop(part) if not any(a.start <= place.start and place.stop <= a.stop for a in kept[key])]
            if part[-1] == key[-1]:
                kept[key] = sorted(kept[key] + alone, key=lambda place: place.start)
    return kept


def pieces(key: Phrase) -> Iterator[Phrase]:
    """The shorter phrases in a phrase."""
    for size in range(2, len(key)):
        for at in range(len(key) - size + 1):
            yield key[at : at + size]


def spelling(words: Words, places: Sequence[range]) -> str:
    """How the longest form at some places is mostly written."""
    most = max(map(len, places))
    forms = Counter(" ".join(words[i].text for i in place).lower() for place in places if len(place) == most)
    return forms.most_common(1)[0][0]
