"""Speakers and targets: one entity for all its mentions, inside an article and over all articles.

:func:`resolve` works within one article, :func:`link` over all of them (:func:`update` over what is new),
:func:`statements` finds the same utterance in several; :class:`Curation` is what a person has decided (db/entities.csv).
"""

from attribution.entities.curation import (
    Curated,
    Curation,
    CurationError,
    merge,
    read_curation,
    rename,
    split,
    write_curation,
)
from attribution.entities.facts import Node, Place
from attribution.entities.linking import Linking, explain, link, update
from attribution.entities.memory import Memory, Remembered
from attribution.entities.names import Explanation, Finding
from attribution.entities.speakers import resolve
from attribution.entities.statements import StatementItem, statements, words

#: Versions of the three stages: an unchanged article is worked on again only when its stage's version changes.
VERSION, LINKING_VERSION, STATEMENTS_VERSION = "4", "4", "1"

__all__ = [
    "LINKING_VERSION",
    "STATEMENTS_VERSION",
    "VERSION",
    "Curated",
    "Curation",
    "CurationError",
    "Explanation",
    "Finding",
    "Linking",
    "Memory",
    "Node",
    "Place",
    "Remembered",
    "StatementItem",
    "explain",
    "link",
    "merge",
    "read_curation",
    "rename",
    "resolve",
    "split",
    "statements",
    "update",
    "words",
    "write_curation",
]
