"""From what a reader found (a :class:`Draft`) to a :class:`~attribution.records.Article`.

What a source says about itself (front matter, columns, a page's head) comes first, what its text tells
(:mod:`attribution.documents.metadata`) fills the gaps, and furniture is marked.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from attribution.documents import decoding, furniture, metadata, tongues
from attribution.documents.dates import iso
from attribution.documents.paragraphs import merge
from attribution.records import Article, Failure, Spans

logger = logging.getLogger(__name__)

# The names under which each field is found, in lower case, the first that is there and filled wins.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "article_text", "maintext"),
    "title": ("title", "headline"),
    "outlet": ("outlet", "publisher", "publication", "site", "sitename", "source"),
    "byline": ("byline", "author", "authors"),
    "published": ("published", "date", "published_at", "date_published", "publish_date", "pubdate", "datetime"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
    "id": ("id",),
}
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


class FieldError(ValueError):
    """A record has no usable text; the message says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as a reader found it. ``where`` names file and line for messages; ``fields`` are what the
    source says, by the names of :data:`FIELDS`; ``known`` is furniture that the format itself tells."""

    id: str
    text: str
    where: str
    path: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    known: Spans = ()


def finish(draft: Draft) -> Article:
    """The article of ``draft``, with metadata and furniture. Raises :class:`FieldError` where there is no text and
    :class:`~attribution.documents.decoding.DecodingError` where it holds what cannot be stored."""
    text = decoding.check(draft.text)
    if not text.strip():
        raise FieldError("no text: the article is empty")
    said = {name: decoding.check(value) for name, value in draft.fields.items()}
    marked = furniture.find(text, draft.known, said.get("title"))
    found = metadata.read(text, marked)
    title, outlet = said.get("title") or found.title, said.get("outlet") or found.outlet
    published = iso(said.get("published"))
    if "published" in said and published is None:
        logger.info("%s: the date %r is none, or could be two days; write it as 2025-12-31",
                    draft.where, said["published"])
    return Article(
        id=decoding.check(draft.id), text=text, path=draft.path, url=said.get("url"), title=title, outlet=outlet,
        byline=said.get("byline") or found.byline, published=published or found.published,
        language=_language(said.get("language")) or tongues.language(text),
        furniture=merge([*marked, *furniture.repeated_headline(text, marked, title, (outlet, found.outlet))]))


def failure(source: str, error: BaseException | str) -> Failure:
    """A failure of this stage; whatever ``error`` quotes from a hostile file, its message is one printable line."""
    message = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    first = next((line for line in message.splitlines() if line.strip()), "")
    printable = "".join(letter if letter.isprintable() else " " for letter in first)
    return Failure(source, "documents", " ".join(printable.split())[:600] or type(error).__name__)


def pick(record: Mapping[str, object], mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """The fields of :data:`FIELDS` that ``record`` fills, as text.

    ``mapping`` says which name in the record a field has ("text": "body"); the other fields are looked up by their
    usual names, in any case. Raises :class:`FieldError` where ``text`` is there and is no text.
    """
    mapping = mapping or {}
    by_name = {name.strip().lstrip("\ufeff").lower(): value for name, value in record.items() if isinstance(name, str)}
    found: dict[str, str] = {}
    for name, usual in FIELDS.items():
        names = (mapping[name].strip().lower(),) if name in mapping else usual
        values = [by_name[candidate] for candidate in names if by_name.get(candidate) not in (None, "", [], {})]
        if not values:
            continue
        if name == "text":
            found[name] = _text(values[0])
        elif (value := as_line(values[0])) is not None:
            found[name] = value
    return found


def missing_text(names: Iterable[object], kind: str) -> str:
    """The message for a record without text that has the fields or columns ``names``."""
    listed = ", ".join(" ".join(str(name).split()) for name in names) or "none"
    return f"no text {kind}; found: {listed[:500]}; say which one holds the text: --map text={kind.upper()}"


def as_line(value: object) -> str | None:
    """A metadata value as one line of text: numbers as written, lists joined by commas, of an object its name."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (list, tuple)):
        return ", ".join(line for line in map(as_line, value) if line) or None
    if isinstance(value, Mapping):
        return as_line(value.get("name"))
    return " ".join(str(value).split()) or None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n\n".join(value)
    raise FieldError(f"the text is {type(value).__name__}, not a string")


def _language(said: str | None) -> str | None:
    """The primary subtag of a language tag: ``en-GB`` is ``en``; None for what is no tag, such as ``English``."""
    found = _LANGUAGE.fullmatch(said or "")
    return found[1].lower() if found else None
