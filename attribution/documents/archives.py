"""WARC and ARC files of crawls: each HTML page in them that was answered with 200 is an article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator

from attribution.documents.articles import Draft, FieldError, failure
from attribution.documents.pages import read_page
from attribution.records import Failure

LONGEST_PAGE = 1 << 26  # bytes
_HTML = ("text/html", "application/xhtml+xml")


def read_warc(stream: BinaryIO, *, stem: str, name: str, path: str | None) -> Iterator[Draft | Failure]:
    """The articles of a WARC file, record by record (a compressed one as it is, warcio undoes that).

    ``id`` is ``stem-`` and a hash of the page's address. A crawl's text files (WET, ``conversion`` records) give
    their text as it is. Raises :class:`FieldError` where there is no record at all.
    """
    empty = True
    for record in ArchiveIterator(stream):
        empty = False
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        where = f"{name}: {url}"
        key = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:10]
        try:
            yield from _articles(record, url, f"{stem}-{key}", where, path)
        except Exception as error:  # a page of a crawl can be anything; the next record is read all the same
            yield failure(where, error)
    if empty:
        raise FieldError("no WARC record in it")


def _articles(record, url: str, page_id: str, where: str, path: str | None) -> Iterator[Draft]:
    headers = record.http_headers
    kind, _, rest = ((headers and headers.get_header("Content-Type")) or "").partition(";")
    is_page = record.rec_type == "response" and headers and headers.get_statuscode() == "200"
    if record.rec_type != "conversion" and not (is_page and kind.strip().lower() in _HTML):
        return
    data = record.content_stream().read(LONGEST_PAGE)
    if record.raw_stream.limit:
        raise FieldError(f"the file ends inside this record, or the page is over {LONGEST_PAGE >> 20} MiB")
    if record.rec_type == "conversion":
        yield Draft(id=page_id, text=data.decode("utf-8"), where=where, path=path, fields={"url": url})
    else:
        yield from read_page(data, stem=page_id, name=where, path=path, url=url,
                             charset=rest.partition("charset=")[2].strip(" \"'") or None)
