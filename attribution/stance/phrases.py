"""What an article keeps speaking of without naming it: noun phrases that return ("rent cap", "ferry toll").

Where no axis names the matter that is argued over, these are the policy objects of its quotations. A modifier with its noun
("the council's much disputed *ferry toll*") that stands in several sentences is one; people, bodies and stretches of time
are none, nor is what belongs to a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from attribution.entities import titles
from attribution.records import Span, Spans
from attribution.stance.words import Words

SENTENCES = 3  # that a phrase stands in at least
MODIFIERS = frozenset({"compound", "amod"})
# They tell which one, how much or how good, and make no kind of thing.
LOOSE = frozenset("""last next first second third other same new old recent several many few such own further more most previous current
whole only very certain possible big major great good better best bad worse long short high low large small little early late full
real true key main important different similar former latest final past future likely local national international various entire
single total overall clear public political good serious strong""".split())
NO_MATTER = frozenset(titles.ROLES) | titles.PEOPLE | titles.VAGUE | titles.KIN | titles.COLLECTIVE | titles.INSTITUTIONS | frozenset(
    """second minute hour day night week weekend month year decade century morning afternoon evening time moment period date
thing way part kind lot number amount level rate share percent percentage place area case point fact word end start""".split())


def returning(words: Words, taken: Collection[Span]) -> dict[str, Spans]:
    """The phrases that stand in at least :data:`SENTENCES` sentences, by their commonest spelling, and all their spans.
    ``taken``: spans of names; where a phrase touches one it does not count."""
    named = set(words.under(tuple(taken)))
    spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
    spelled: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    where: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i in range(1, len(words)):
        before, noun = words[i - 1], words[i]
        if (not named & {i - 1, i} and noun.pos == "NOUN" and before.pos in ("NOUN", "ADJ") and before.head == i
                and before.relation in MODIFIERS and before.lemma not in LOOSE and noun.lemma not in NO_MATTER):
            key, span = (before.lemma, noun.lemma), (before.span[0], noun.span[1])
            spans[key].append(span)
            spelled[key][f"{before.text} {noun.text}".lower()] += 1
            where[key].add(words.sentences[i].start)
    return {spelled[key].most_common(1)[0][0]: tuple(found) for key, found in spans.items() if len(where[key]) >= SENTENCES}
