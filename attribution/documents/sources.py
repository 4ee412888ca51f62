"""Files, folders, standard input and addresses to articles: the one entry to this stage, :func:`read`.

A file's suffix says its format (:data:`FORMATS`; ``.gz`` behind any of them); a file of another suffix given by
name, standard input and a fetched address are told by their first bytes. What cannot be read becomes a
:class:`~attribution.records.Failure`, and the rest goes on.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from urllib.parse import urlsplit

from attribution.documents.archives import read_warc
from attribution.documents.articles import FIELDS, Draft, FieldError, failure, finish
from attribution.documents.feeds import read_feed
from attribution.documents.pages import read_page
from attribution.documents.plain import read_text
from attribution.documents.tables import read_csv, read_jsonl
from attribution.documents.web import fetch as fetch_url
from attribution.records import Article, Failure

FORMATS = {".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".jsonl": "jsonl",
           ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".html": "page", ".htm": "page", ".xhtml": "page",
           ".rss": "feed", ".atom": "feed", ".xml": "feed", ".warc": "warc", ".arc": "warc", ".wet": "warc"}
LARGEST = 1 << 26  # bytes of a file that is one article, one page or one feed
_NOT_ARTICLES = re.compile(
    r"(?i)(?:readme|licen[cs]e|copying|changelog|contributing|notice|authors|citation)\b.*")
# The first element of a page or a feed, behind an XML declaration and comments.
_ROOT = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:rdf|!doctype html|html|head|body)\b", re.DOTALL)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class SourceError(FileNotFoundError):
    """A path among the sources is not there; nothing was read."""


def read(sources: str | Path | Iterable[str | Path], *, mapping: Mapping[str, str] | None = None,
         fetch: bool = True, private: bool = False) -> Iterator[Article | Failure]:
    """The articles of ``sources`` in their order, and a failure for each that cannot be read.

    A source is a file, a folder (all files of a known suffix below it in sorted order; hidden ones and README,
    LICENSE and the like left out), ``-`` for standard input, or an http(s) address, fetched unless ``fetch`` is
    False (one inside a private network only if ``private``). ``mapping`` names the columns or JSON fields of a
    table: ``{"text": "body"}``.

    Ids: a file's is its name without suffix; a row's is its ``id`` column, else file name and row number. The second
    article of an id gets ``-`` and eight letters of its hash behind it. Raises :class:`SourceError` for a missing
    path and ``ValueError`` for a mapping of an unknown field at once, before anything is read.
    """
    if unknown := sorted(set(mapping or {}) - set(FIELDS)):
        raise ValueError(f"unknown field {', '.join(unknown)} in the mapping; fields are {', '.join(FIELDS)}")
    sources = [sources] if isinstance(sources, (str, Path)) else list(sources)
    missing = [str(source) for source in sources if not _is_there(source)]
    if missing:
        raise SourceError(f"no such file or folder: {', '.join(missing)}")
    return _read_all(sources, mapping, fetch, private)


def _is_there(source: str | Path) -> bool:
    try:
        return source == "-" or bool(_ADDRESS.match(str(source))) or os.path.exists(source)
    except ValueError:  # a NUL in the path
        return False


def _read_all(sources: Iterable[str | Path], mapping: Mapping[str, str] | None,
              fetch: bool, private: bool) -> Iterator[Article | Failure]:
    taken: set[str] = set()
    for source in sources:
        if source == "-":
            items = _opened("-", "stdin", None, lambda: nullcontext(sys.stdin.buffer), mapping)
        elif _ADDRESS.match(str(source)):
            items = _fetched(str(source), mapping, fetch, private)
        elif os.path.isdir(source):
            items = _folder(Path(source), mapping)
        else:
            items = _file(Path(source), mapping)
        for item in items:
            yield item if isinstance(item, Failure) else _finished(item, taken)


def _finished(draft: Draft, taken: set[str]) -> Article | Failure:
    try:
        article = finish(draft)
    except Exception as error:  # whatever an article holds, the others go on
        return failure(draft.where, error)
    unique, count = article.id, 1
    while unique in taken:
        unique = f"{article.id}-{article.hash[:8]}" + (f"-{count}" if count > 1 else "")
        count += 1
    taken.add(unique)
    return replace(article, id=unique)


def _folder(folder: Path, mapping: Mapping[str, str] | None) -> Iterator[Draft | Failure]:
    failures: list[Failure] = []
    seen = False
    for parent, folders, files in os.walk(
            folder, onerror=lambda error: failures.append(failure(str(error.filename), error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from failures
        failures.clear()
        for name in sorted(files):
            path = Path(parent, name)
            if name.startswith(".") or not _format(name) or _NOT_ARTICLES.fullmatch(_stem(name)):
                continue
            if path.is_file() or not path.exists():  # a dangling link is a failure, a pipe or socket is passed over
                seen = True
                yield from _file(path, mapping)
    yield from failures
    if not seen and not failures:
        yield failure(str(folder), f"no file of a known suffix here ({' '.join(FORMATS)}, or .gz)")


def _file(path: Path, mapping: Mapping[str, str] | None) -> Iterator[Draft | Failure]:
    kind = _format(path.name)
    # A crawl is compressed record by record, which its own reader undoes.
    open_ = gzip.open if path.suffix.lower() == ".gz" and kind != "warc" else open
    return _opened(str(path), _stem(path.name), kind, lambda: open_(path, "rb"), mapping)


def _opened(name: str, stem: str, kind: str | None, open_: Callable[[], AbstractContextManager],
            mapping: Mapping[str, str] | None) -> Iterator[Draft | Failure]:
    """The drafts of one stream; whatever goes wrong while it is read is one failure."""
    path = None if name == "-" else name
    name = "standard input" if name == "-" else name
    try:
        with open_() as stream:
            yield from _dispatch(stream, kind or _sniffed(stream.peek(1024)), stem, name, path, mapping)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield failure(name, f"damaged gzip file: {error}")
    except Exception as error:  # a hostile file must not end the run
        yield failure(name, error)


def _dispatch(stream: BufferedReader, kind: str, stem: str, name: str, path: str | None,
              mapping: Mapping[str, str] | None, **page) -> Iterator[Draft | Failure]:
    if kind == "jsonl":
        return read_jsonl(stream, stem=stem, name=name, path=path, mapping=mapping)
    if kind in ("csv", "tsv"):
        return read_csv(stream, stem=stem, name=name, path=path, mapping=mapping,
                        delimiter="\t" if kind == "tsv" else None)
    if kind == "warc":
        return read_warc(stream, stem=stem, name=name, path=path)
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise FieldError(f"larger than {LARGEST >> 20} MiB: not one article; many articles belong in .jsonl or .csv")
    if not data.strip():
        raise FieldError("empty file")
    if kind == "page":
        return read_page(data, stem=stem, name=name, path=path, **page)
    if kind == "feed":
        return read_feed(data, stem=stem, name=name, path=path)
    return read_text(io.BytesIO(data), stem=stem, name=name, path=path, markdown=kind == "markdown")


def _fetched(url: str, mapping: Mapping[str, str] | None, allowed: bool, private: bool) -> Iterator[Draft | Failure]:
    if not allowed:
        yield failure(url, "fetching is switched off: save the page as .html and give the file")
        return
    try:
        answer = fetch_url(url, private=private)
        parts = urlsplit(answer.url)
        stem = re.sub(r"\.\w{1,5}$", "", parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or "page"
        kind = _format(parts.path) or _sniffed(answer.data[:1024])
        if "html" in answer.kind and kind != "feed":
            kind = "page"
        page = {"url": answer.url, "charset": answer.charset} if kind == "page" else {}
        yield from _dispatch(BufferedReader(io.BytesIO(answer.data)), kind, stem, url, None, mapping, **page)
    except Exception as error:  # the network and what it brings can be anything
        yield failure(url, error)


def _format(name: str) -> str | None:
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


def _stem(name: str) -> str:
    """The file's name without its suffix, and without ``.gz``."""
    path = Path(name)
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _sniffed(head: bytes) -> str:
    """The format that the first bytes of something without a suffix show; plain text where they show none."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith(b"{"):
        return "jsonl"
    if start.startswith(b"warc/"):
        return "warc"
    found = _ROOT.match(start)
    if not found:
        return "text"
    return "feed" if found[1] in (b"rss", b"feed", b"rdf:rdf") else "page"
