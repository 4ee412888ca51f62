"""From relations to quotations: kind, attitude, polarity of the cue, addressee, medium; what was not said is left out.

The tagger finds which words are content, cue and source; all that is said here follows from those words, the
quotation marks and the dependency parse around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stanza.models.common.doc import Document

from attribution.documents.paragraphs import paragraphs
from attribution.language.marks import find_marked
from attribution.quotations.assertion import unstated
from attribution.quotations.circumstances import RELAYING, addressee, medium, relayed
from attribution.quotations.confidence import Calibration, bundled
from attribution.quotations.kinds import Kinds
from attribution.quotations.presentation import attitude, is_spoken, polarity
from attribution.quotations.subjects import complete
from attribution.quotations.syntax import Syntax, Word
from attribution.records import Article, Quotation, Relation, slices


@dataclass(frozen=True, slots=True)
class Parts:
    """A relation with its words."""

    relation: Relation
    content: list[Word]
    cue: list[Word]
    source: list[Word]


def describe(article: Article, doc: Document, relations: Sequence[Relation],
             calibration: Calibration | None = None) -> tuple[Quotation, ...]:
    """The quotations of ``article``, in text order with ids "q1", "q2", ...

    ``doc`` is stanza's annotation of ``article.text`` (lemma, depparse, ner), ``relations`` what the tagger found in
    it, with raw scores; ``calibration`` turns them into chances (default: the bundled tagger's). A source that the
    tagger left open is read off the parse (:mod:`attribution.quotations.subjects`). A relation whose content is
    blank, or that the article does not assert to have been said (:func:`attribution.quotations.assertion.unstated`),
    gives no quotation.
    """
    text, chance = article.text, calibration or bundled()
    syntax = Syntax(doc)
    kinds = Kinds(text, find_marked(text, paragraphs(text, article.furniture)))
    ordered = sorted(complete(syntax, relations), key=lambda one: (one.content, one.cue, one.source))
    found = [Parts(relation, *(syntax.under(spans) for spans in (relation.content, relation.cue, relation.source)))
             for relation in ordered]
    covering = _covering(found)
    quotations: list[Quotation] = []
    for number, parts in enumerate(found):
        relation, cue, source = parts.relation, parts.cue, parts.source
        if not parts.content or unstated(syntax, cue, parts.content):
            continue
        kind = kinds.kind(relation.content)
        manner = attitude(syntax, cue, parts.content, marked=kind != "indirect")
        whom = where = None
        if is_spoken(syntax, cue, manner):
            taken = _taken(syntax, number, parts, covering)
            whom = addressee(syntax, text, cue, source, taken)
            where = (medium(syntax, text, cue, source, taken) or relayed(syntax, text, cue, taken)
                     or _reporter(text, number, found, covering))
        quotations.append(Quotation(
            id=f"q{len(quotations) + 1}", kind=kind, content=relation.content, cue=relation.cue, source=relation.source,
            attitude=manner, addressee=whom, medium=where, cue_polarity=polarity(syntax, cue, parts.content),
            confidence=round(chance(relation.confidence), 4)))
    return tuple(quotations)


def _covering(found: Sequence[Parts]) -> dict[int, set[int]]:
    """For each word the relations, by number, whose content it belongs to."""
    covering: dict[int, set[int]] = {}
    for number, parts in enumerate(found):
        for word in parts.content:
            covering.setdefault(word.index, set()).add(number)
    return covering


def _taken(syntax: Syntax, number: int, parts: Parts, covering: dict[int, set[int]]) -> set[int]:
    """The words that cannot be addressee or medium of a relation: its content and source, and what others say."""
    taken = {word.index for word in (*parts.content, *parts.source)}
    own = {number}.union(*(covering.get(word.index, ()) for word in (*parts.cue, *parts.source)))
    for sentence in {word.number for word in (*parts.cue, *parts.source)}:
        taken.update(word.index for word in syntax.sentence(sentence) if covering.get(word.index, set()) - own)
    return taken


def _reporter(text: str, number: int, found: Sequence[Parts], covering: dict[int, set[int]]) -> str | None:
    """"reported by the agency" where the whole relation stands inside what an agency reports."""
    parts = found[number]
    if not parts.cue:
        return None
    around = covering.get(parts.cue[0].index, set()) & covering.get(parts.content[0].index, set()) - {number}
    for other in sorted(around):
        outer = found[other]
        if outer.source and any(word.lemma in RELAYING for word in outer.cue):
            return "reported by " + " ".join(" ".join(slices(text, outer.relation.source)).split())
    return None
