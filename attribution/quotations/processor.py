"""The stanza processor ``quote``: text and tokens in, relations out.

Importing this module registers it: a ``stanza.Pipeline`` over the bundled models then knows ``quote`` among
its processors, and ``doc.relations`` holds what it found (a tuple of :class:`attribution.records.Relation`).
Any other tagger that fills ``doc.relations`` can stand in its place.
"""

from __future__ import annotations

from stanza.models.common.doc import Document
from stanza.pipeline.processor import register_processor

from attribution.language.marks import find_marked
from attribution.language.processors import SharedProcessor
from attribution.language.shared import paragraphs_of
from attribution.quotations.borders import mend
from attribution.quotations.tagger import find_relations

if not hasattr(Document, "relations"):
    Document.add_property("relations", default=(), setter=lambda self, value: setattr(self, "_relations", tuple(value)))


@register_processor(name="quote")
class QuoteProcessor(SharedProcessor):
    """Finds content, cue and source of every attribution."""

    PROVIDES_DEFAULT = {"quote"}
    REQUIRES_DEFAULT = {"tokenize"}

    def annotate(self, docs: list[Document]) -> None:
        for doc, relations in zip(docs, find_relations(self.shared, docs)):
            paragraphs = paragraphs_of(doc)
            regions = find_marked(doc.text, paragraphs)
            doc.relations = mend(doc.text, relations, regions, paragraphs)
