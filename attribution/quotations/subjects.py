"""Sources that the tagger left open, read off the dependency parse: the subject of the cue.

A participle, an infinitive and a second verb share the subject of the verb that they hang on ("she left, saying
...", "he rose and said ..."); a passive has its agent, a noun its owner ("the mayor's claim"). A source that the
tagger found stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set

from attribution.quotations.syntax import Syntax, Word
from attribution.records import Relation, Spans

# They hand their object on to the infinitive below: "urged the council to say".
OBJECT_CONTROL = frozenset("""
advise allow ask beg cause challenge encourage expect force get have help hear instruct invite lead let make order
permit persuade prompt push request require see tell urge want warn
""".split())
NOBODY = {"it", "there", "that", "this", "what"}  # subjects that stand for no speaker beside a passive or an adjective
NOMINAL = {"NOUN", "PROPN", "PRON"}
NOT_NAMING = {"punct", "cc", "mark", "cop", "parataxis", "advcl"}
READ_OFF = 0.7  # how many sources found so were right on PolNeAR dev, where the content was: 48 of 70
LONGEST = 40  # words; a longer subject is a misparse


def complete(syntax: Syntax, relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """The relations, those with a cue and no source with the source that the parse gives them, if any."""
    known = {word.index: relation.source for relation in relations if relation.source
             for word in syntax.under(relation.cue)}
    done: list[Relation] = []
    for relation in relations:
        if relation.cue and not relation.source:
            taken = {word.index for word in syntax.under(relation.content + relation.cue)}
            source = _source(syntax, syntax.under(relation.cue), taken, known)
            if source:
                relation = dataclasses.replace(relation, source=source, confidence=relation.confidence * READ_OFF)
        done.append(relation)
    return tuple(done)


def _source(syntax: Syntax, cue: Sequence[Word], taken: Set[int], known: Mapping[int, Spans]) -> Spans:
    """Where the source is; ``known`` are the sources that belong to the words of other cues."""
    inside = {word.index for word in cue}
    for top in syntax.tops(cue):
        word: Word | None = top
        for _ in range(4):
            if word is None:
                break
            shared = known.get(word.index, ())
            if word.index not in inside and shared and not any(one.index in taken for one in syntax.under(shared)):
                return shared
            subject = _subject(syntax, word, taken)
            if subject is None:
                word = _controller(syntax, word, taken)
                subject = word if word is not None and word.upos in NOMINAL else None
            if subject is not None:
                return _phrase(syntax, subject, taken, top)
    return ()


def _subject(syntax: Syntax, word: Word, taken: Set[int]) -> Word | None:
    """The one who acts in the clause of ``word``, or who owns the noun."""
    children = [child for child in syntax.children(word) if child.index not in taken]
    passive = _passive(syntax, word)
    for child in children:
        if passive:
            agent = child.base in ("obl", "nmod") and {"by"} == {
                case.lemma for case in syntax.children(child) if case.base == "case"}
            if agent:
                return child
        elif child.relation == "nsubj" and not (child.lemma in NOBODY and word.upos != "VERB"):
            return child
        elif word.upos == "NOUN" and child.relation == "nmod:poss":
            return child
    return None


def _controller(syntax: Syntax, word: Word, taken: Set[int]) -> Word | None:
    """Where the missing subject of ``word`` is to be sought: the verb above, or the noun that it describes."""
    if word.head is None or _passive(syntax, word):
        return None
    above = syntax.words[word.head]
    if above.index in taken and word.base != "xcomp":
        return None
    if word.relation == "acl" and above.upos in ("NOUN", "PROPN"):
        return above if "VerbForm=Ger" in word.feats or "VerbForm=Part" in word.feats else None
    if word.base == "xcomp" and above.lemma in OBJECT_CONTROL:
        objects = [child for child in syntax.children(above) if child.base in ("obj", "iobj")]
        return next((child for child in objects if child.index not in taken), above)
    return above if word.base in ("conj", "advcl", "xcomp", "parataxis", "dep") and above.upos in (
        "VERB", "AUX", "ADJ", "NOUN") else None


def _passive(syntax: Syntax, word: Word) -> bool:
    """Whether ``word`` is a passive or a bare past participle ("asked about it", "known as"), which has no subject
    that acts."""
    children = syntax.children(word)
    if any(child.relation in ("aux:pass", "nsubj:pass") for child in children):
        return True
    bare = "Tense=Past" in word.feats and "VerbForm=Part" in word.feats
    return bare and word.base in ("acl", "advcl") and not any(child.base == "aux" for child in children)


def _phrase(syntax: Syntax, noun: Word, taken: Set[int], cue: Word) -> Spans:
    """The noun phrase of a source: all that hangs on it up to the first of ``taken``, without the preposition.

    Empty where another noun stands right before the cue: then the parse has most likely missed the subject.
    """
    members = syntax.below(noun, lambda child: child.index not in taken and not (
        child.head == noun.index and (child.base in NOT_NAMING or child.base == "case" and child.index < noun.index
                                      or child.relation == "acl" and _after_comma(syntax, child))))
    first = last = noun.index
    inside = {word.index for word in members}
    while first - 1 in inside:
        first -= 1
    while last + 1 in inside:
        last += 1
    before = cue.index - 1
    while before >= 0 and (syntax.words[before].upos in ("ADV", "AUX", "PART") or syntax.words[before].name == "date"
                           or syntax.words[before].text.lower() == "on"):
        before -= 1
    nearer = before >= 0 and syntax.words[before].upos in NOMINAL and before not in taken
    if nearer and not first <= before <= last or last - first >= LONGEST:
        return ()
    return ((syntax.words[first].start, syntax.words[last].end),)


def _after_comma(syntax: Syntax, word: Word) -> bool:
    return word.index > 0 and syntax.words[word.index - 1].upos == "PUNCT"
