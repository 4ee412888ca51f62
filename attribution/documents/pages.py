"""Web pages: trafilatura finds the article in the HTML; its text becomes ``Article.text``.

Scripts, styles, comments of readers and navigation are not in that text. Metadata come from the page's head
(Open Graph, JSON-LD, meta tags) as trafilatura reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html
import trafilatura

from attribution.documents.articles import Draft, FieldError, as_line
from attribution.documents.decoding import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})"
                      rb"|<\?xml[^>]{0,100}?encoding=[\"']([\w-]{2,40})", re.IGNORECASE)
_LANG = re.compile(r"<html[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3}\b[\w-]*)", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page has to declare its encoding (the standard says 1024)
_BLOCKS = frozenset("address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
                    "header hr li main nav ol p pre section table td th tr ul".split())


def read_page(data: bytes, *, stem: str, name: str, path: str | None = None, url: str | None = None,
              charset: str | None = None) -> Iterator[Draft]:
    """The one article of an HTML page.

    ``url`` is where the page came from, ``charset`` what the server said; else the page's own declaration holds.
    Raises :class:`~attribution.documents.articles.FieldError` where there is no article in the page.
    """
    markup = decode(data, name=name, declared=charset or _declared(data))
    # The date: what the page declares, not a search of the whole text for anything like one.
    found = trafilatura.bare_extraction(
        markup, url=url, with_metadata=True, include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": "2199-12-31"})
    text = found.text if found else None
    if not text or not text.strip():
        raise FieldError("no article text in this page (made by scripts, or a list of links?); save its text as .txt")
    said = {"title": found.title, "outlet": found.sitename or found.hostname, "published": found.date,
            "byline": (found.author or "").replace(";", ",") or None, "url": url or found.url}
    if language := _LANG.search(markup[:_HEAD]):
        said["language"] = language[1]
    yield Draft(id=stem, text=text, where=name, path=path,
                fields={key: line for key, value in said.items() if (line := as_line(value))})


def text_of(markup: str) -> str:
    """The text of a piece of HTML (a feed's entry), block elements as paragraphs with a blank line between."""
    if not markup.strip():
        return ""
    try:
        root = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (lxml.etree.LxmlError, ValueError):
        return markup
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "noscript"):
            element.text = None
        elif element.tag in _BLOCKS:
            element.text = "\n" + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in root.text_content().splitlines())
    return "\n\n".join(line for line in lines if line)


def _declared(data: bytes) -> str | None:
    found = _CHARSET.search(data[:_HEAD])
    return (found[1] or found[2]).decode("ascii") if found else None
