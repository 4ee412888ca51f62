"""Reading articles: text, Markdown, HTML, JSON Lines, CSV, feeds, WARC files and addresses, to records.Article.

:func:`read` is the entry. ``Article.text`` is the decoded source unchanged; what is not article in it is marked
as furniture (:mod:`~attribution.documents.furniture`), what it says of itself is metadata
(:mod:`~attribution.documents.metadata`), and :func:`paragraphs` gives its body in reading order.
"""

from attribution.documents.metadata import dateline
from attribution.documents.paragraphs import paragraphs
from attribution.documents.sources import SourceError, read

__all__ = ["SourceError", "dateline", "paragraphs", "read"]
