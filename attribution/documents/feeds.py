"""RSS and Atom feeds: each entry with its full content, or else its summary, is an article.

Entries link to pages; those are not fetched, since the user gave no such address.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import time
from collections.abc import Iterator
from datetime import datetime, timezone

import feedparser

from attribution.documents.articles import Draft, FieldError, as_line, failure
from attribution.documents.pages import text_of
from attribution.records import Failure


def read_feed(data: bytes, *, stem: str, name: str, path: str | None = None) -> Iterator[Draft | Failure]:
    """The articles of a feed, newest first as feeds go; ``id`` is ``stem-`` and a hash of the entry's own id or link,
    so that it stays while the feed moves on. Raises :class:`FieldError` for what is no feed."""
    feed = feedparser.parse(io.BytesIO(data))  # bytes alone could be taken for the name of a file to open
    if not feed.entries:
        reason = f": {feed.bozo_exception}" if feed.get("bozo") else ""
        raise FieldError(f"no entries of an RSS or Atom feed in it{reason}")
    outlet, language = as_line(feed.feed.get("title")), as_line(feed.feed.get("language"))
    for number, entry in enumerate(feed.entries, 1):
        where = f"{name}: entry {number}"
        text = _text(entry)
        if not text:
            yield failure(where, "no text: the entry has neither content nor summary")
            continue
        said = {"title": text_of(entry.get("title", "")), "outlet": outlet, "byline": entry.get("author"),
                "published": _moment(entry), "url": entry.get("link"), "language": language}
        key = hashlib.sha256((entry.get("id") or entry.get("link") or text).encode("utf-8", "replace")).hexdigest()
        yield Draft(id=f"{stem}-{key[:10]}", text=text, where=where, path=path,
                    fields={field: line for field, value in said.items() if (line := as_line(value))})


def _text(entry) -> str:
    written = [part.get("value", "") for part in entry.get("content", ())] or [entry.get("summary", "")]
    return text_of(max(written, key=len))


def _moment(entry) -> str | None:
    """The entry's date in UTC where feedparser understood it, else as written."""
    moment: time.struct_time | None = entry.get("published_parsed")
    if moment is None:
        return entry.get("published")
    return datetime.fromtimestamp(calendar.timegm(moment), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
