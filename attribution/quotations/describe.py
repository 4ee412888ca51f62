"""From relations to quotations: kind, attitude, polarity of the cue, addressee, medium; what was not said is left out.

The tagger finds which words are content, cue and source; all that is said here follows from those words, the
quotation marks and the dependency parse around them.
"""

from __future__ import annotations

from collections.abc import Sequence

from stanza.models.common.doc import Document

from attribution.documents.paragraphs import paragraphs
from attribution.language.marks import find_marked
from attribution.quotations.assertion import unstated
from attribution.quotations.circumstances import RELAYING, addressee, medium, relayed
from attribution.quotations.confidence import Calibration, bundled
from attribution.quotations.kinds import kind
from attribution.quotations.presentation import attitude, is_spoken, polarity
from attribution.quotations.subjects import complete
from attribution.quotations.syntax import Syntax
from attribution.records import Article, Quotation, Relation, Spans, slices


def describe(article: Article, doc: Document, relations: Sequence[Relation],
             calibration: Calibration | None = None) -> tuple[Quotation, ...]:
    """The quotations of ``article``, in text order with ids "q1", "q2", ...

    ``doc`` is stanza's annotation of ``article.text`` (lemma, depparse, ner), ``relations`` what the tagger found in
    it, with raw scores; ``calibration`` turns them into chances (default: the bundled tagger's). A source that the
    tagger left open is read off the parse (:mod:`attribution.quotations.subjects`). A relation whose content is
    blank, or that the article does not assert to have been said (:func:`attribution.quotations.assertion.unstated`),
    gives no quotation.
    """
    chance = calibration or bundled()
    syntax = Syntax(doc)
    relations = complete(syntax, relations)
    marked = find_marked(article.text, paragraphs(article.text, article.furniture))
    quotations: list[Quotation] = []
    for relation in sorted(relations, key=lambda relation: (relation.content, relation.cue, relation.source)):
        content, cue, source = (syntax.under(spans) for spans in (relation.content, relation.cue, relation.source))
        if not content or unstated(syntax, cue, content):
            continue
        form = kind(article.text, relation.content, marked)
        manner = attitude(syntax, cue, content, marked=form != "indirect")
        spoken = is_spoken(syntax, cue, manner)
        taken = _taken(syntax, relation, relations) if spoken else set()
        quotations.append(Quotation(
            id=f"q{len(quotations) + 1}", kind=form, content=relation.content, cue=relation.cue, source=relation.source,
            attitude=manner,
            addressee=addressee(syntax, article.text, cue, source, taken) if spoken else None,
            medium=(medium(syntax, article.text, cue, source, taken) or relayed(syntax, article.text, cue, taken)
                    or _reporter(article.text, syntax, relation, relations)) if spoken else None,
            cue_polarity=polarity(syntax, cue, content), confidence=round(chance(relation.confidence), 4)))
    return tuple(quotations)


def _taken(syntax: Syntax, relation: Relation, relations: Sequence[Relation]) -> set[int]:
    """The words that cannot be addressee or medium of ``relation``: its content and source, and what others say."""
    words = {word.index for word in syntax.under(relation.content + relation.source)}
    for other in relations:
        if not _overlaps(other.content, relation.cue + relation.source):
            words.update(word.index for word in syntax.under(other.content))
    return words


def _reporter(text: str, syntax: Syntax, relation: Relation, relations: Sequence[Relation]) -> str | None:
    """"reported by the agency" where the whole relation stands inside what an agency reports."""
    for other in relations:
        reports = any(word.lemma in RELAYING for word in syntax.under(other.cue))
        if reports and other.source and relation.cue and _overlaps(other.content, relation.cue) and _overlaps(
                other.content, relation.content):
            return "reported by " + " ".join(" ".join(slices(text, other.source)).split())
    return None


def _overlaps(some: Spans, others: Spans) -> bool:
    return any(start < end_other and start_other < end for start, end in some for start_other, end_other in others)
