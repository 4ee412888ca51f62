"""What a quotation is about: the entities and policy objects of its content and of its cue's argument.

A target is a chain of the article (a person, body, country or group) with a mention inside the content, or one that the
cue takes as its object ("accused the ministry of", "praised her", "called on the mayor to"); or a policy object, which an
axis' terms name or the article keeps returning to (:mod:`.phrases`). The speaker and the one who is merely told are no targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from attribution.records import Article, Chain, Quotation, Span, Spans, Speaker, Target
from attribution.stance.phrases import returning
from attribution.stance.polarity import About, Polar, Polarity
from attribution.stance.utterance import Utterance, utterance
from attribution.stance.words import Words

TARGETS_VERSION = "7"  # raised when the same article may get other targets or polarities
KINDS = frozenset({"person", "organization", "country", "group"})
MOST = 8  # targets a quotation keeps; a list of attendees is no list of targets
# With these verbs the object or the one after "to" only listens; with others ("urged", "invited") something is wanted
# of them, which is about them.
TELLING = frozenset("tell say inform assure remind brief notify speak talk reply answer write announce explain".split())
OBJECTS, OBLIQUES = frozenset({"obj", "iobj", "nsubj:pass"}), frozenset({"obl", "nmod", "obl:agent"})
TOWARD = frozenset("of on upon at against for to with about from by over".split())  # not of place and time


@dataclass(frozen=True, slots=True)
class Draft:
    """A target before its polarity is known: ``span`` of its first mention, ``about`` what polarity is read from, in the words
    of ``said``."""

    name: str
    chain: int | None
    span: Span
    said: Utterance
    about: About


Drafts = tuple[Draft, ...]  # of one quotation, the most important first


def find_targets(article: Article, doc, quotations: Sequence[Quotation], chains: Sequence[Chain],
                 speakers: Sequence[Speaker | None], objects: Mapping[str, Sequence[str]]) -> tuple[Drafts, ...]:
    """The targets of each quotation; :func:`with_polarity` tells where their speakers stand.

    ``doc`` is stanza's document of ``article.text``; ``speakers`` runs parallel to ``quotations`` and indexes
    ``chains``; ``objects`` maps the name of a policy object to the ways of writing it.
    """
    words = Words(doc)
    matters = {name: tuple(m.span() for m in pattern(forms).finditer(article.text)) for name, forms in objects.items() if forms}
    known = [span for spans in matters.values() for span in spans] + [m.span for chain in chains for m in chain.mentions]
    matters |= {name: spans for name, spans in returning(words, known).items() if name not in matters}
    result = []
    for quotation, speaker in zip(quotations, speakers):
        said = utterance(article.text, quotation)
        holder = tuple(s for span in quotation.source for s in said.from_article(span))
        own = None if speaker is None else speaker.chain
        drafts = []
        for name, chain, spans in candidates(words, quotation, chains, own, matters):
            shown = tuple(s for span in spans for s in said.from_article(span))
            # An axis names what one can want; of other matters ("gas emissions", "climate change") a marked mention tells more.
            policy = name if chain is None and name in objects else None
            drafts.append(Draft(name, chain, spans[0], said, About(said.text, shown, holder, policy)))
        result.append(tuple(drafts))
    return tuple(result)


def with_polarity(drafts: Sequence[Drafts], polarity: Polarity | None = None) -> tuple[tuple[Target, ...], ...]:
    """The targets of each quotation with its speaker's polarity toward them. Of many articles at once: texts of like length are
    read together, which takes a quarter less time than an article's by themselves."""
    items = [draft.about for each in drafts for draft in each]
    scored = iter((polarity or Polarity()).score(items) if items else ())
    return tuple(tuple(target(draft, next(scored)) for draft in each) for each in drafts)


def target(draft: Draft, polar: Polar) -> Target:
    return Target(draft.name, draft.chain, draft.span, polar.polarity if polar.label else 0.0, polar.confidence,
                  tuple(s for e in polar.evidence for s in draft.said.to_article(e)))


def candidates(words: Words, quotation: Quotation, chains: Sequence[Chain], speaker: int | None,
               matters: Mapping[str, Spans]) -> list[tuple[str, int | None, Spans]]:
    """(name, chain or None, spans) of a quotation's targets, the most important first: the cue's argument, then what
    stands highest in the sentence, then what is named more often, then what is named first. ``matters``: policy objects
    by name with all their spans in the article."""
    arguments = cue_arguments(words, quotation)
    ranked = []
    for number, chain in enumerate(chains):
        if number == speaker or chain.kind not in KINDS:
            continue
        inside = tuple(m.span for m in chain.mentions if within(m.span, quotation.content)
                       and not within(m.span, quotation.source + quotation.cue))
        asked = tuple(m.span for m in chain.mentions if any(overlap(m.span, a) for a in arguments)
                      and not within(m.span, quotation.source))
        if inside or asked:
            ranked.append((not asked, depth(words, inside or asked), -len(inside), (inside or asked)[0],
                           chain.name, number, tuple(dict.fromkeys(asked + inside))))
    for name, found in matters.items():
        spans = tuple(span for span in found if within(span, quotation.content))
        if spans:
            ranked.append((True, depth(words, spans), -len(spans), spans[0], name, None, spans))
    ranked.sort(key=lambda r: r[:5])
    return [(name, chain, spans) for *_, name, chain, spans in ranked[:MOST]]


def pattern(forms: Iterable[str]) -> re.Pattern:
    """Finds any of the forms as whole words, in any case, with a common ending or without."""
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
                      + r")(?:s|es|ed|d|ing)?\b", re.I)


def cue_arguments(words: Words, quotation: Quotation) -> list[Span]:
    """Spans of the words that the cue takes as its object and that are neither source nor content."""
    cue = set(words.under(quotation.cue))
    if any(words[i].lemma in TELLING for i in cue):
        return []
    return [words[i].span for i in words.around(cue) if i not in cue and words[i].head in cue
            and (words[i].relation in OBJECTS or words[i].relation in OBLIQUES and words.case(i) in TOWARD)
            and not within(words[i].span, quotation.source + quotation.content)]


def depth(words: Words, spans: Spans) -> int:
    """How far below the root of its sentence the highest word under the spans stands."""
    best = 99
    for at in words.under(spans):
        steps = 0
        while words[at].head >= 0 and steps < best:
            at, steps = words[at].head, steps + 1
        best = min(best, steps)
    return best


def overlap(some: Span, other: Span) -> bool:
    return some[0] < other[1] and other[0] < some[1]


def within(span: Span, others: Spans) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)
