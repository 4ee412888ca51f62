"""Bytes to text: UTF-8 first, then what a byte order mark declares, then a guess that is said aloud.

Whatever comes out is text that every later stage can hold: no NUL, no lone surrogate (:func:`check`).
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import logging
import re

import charset_normalizer

logger = logging.getLogger(__name__)

# UTF-32 first: its mark begins with the one of UTF-16. The mark itself is no text in these encodings.
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SURROGATE = re.compile("[\ud800-\udfff]")
# Bytes that old Windows programs wrote in English text: quotation marks, dashes, ellipsis, bullet, euro, no-break
# space, pound, degree, middle dot, fractions, and the accented Latin letters of names.
_WINDOWS = re.compile(rb"[\x80\x85\x91-\x97\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb-\xbe\xc0-\xd6\xd8-\xf6\xf8-\xff]")
_MAGIC = {b"%PDF-": "a PDF file", b"PK\x03\x04": "a ZIP or Office file", b"{\\rtf": "an RTF file",
          b"\x1f\x8b": "a gzip file", b"\xd0\xcf\x11\xe0": "an old Office file", b"SQLite format 3": "a database"}
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE = 0.01
# More than this share of bytes outside ASCII is no English text in a one-byte encoding.
_ODD_SHARE, _ODD_FEW = 0.1, 8
_SAMPLE = 1 << 20


class DecodingError(ValueError):
    """These bytes are no text that can be relied on; the message says why and what to do."""


def decode(data: bytes, *, name: str, declared: str | None = None) -> str:
    """``data`` as text. ``name`` is for the warning about a guess, ``declared`` an encoding from outside
    (an HTTP header), tried after UTF-8. A UTF-8 byte order mark stays as U+FEFF, so that offsets agree with
    any reader that decodes UTF-8. Raises :class:`DecodingError`.
    """
    if encoding := declared_by_mark(data):
        try:
            return check(data.decode(encoding))
        except UnicodeDecodeError:
            raise DecodingError(f"marked as {encoding} but not valid {encoding}; save it as UTF-8 text") from None
    _refuse_binary(data)
    with contextlib.suppress(UnicodeDecodeError):
        return check(data.decode("utf-8"))
    with contextlib.suppress(UnicodeDecodeError, LookupError):
        if declared:
            return check(data.decode(_usual(declared)))
    return _guess(data, name)


def declared_by_mark(data: bytes) -> str | None:
    """The encoding that a UTF-16 or UTF-32 byte order mark at the start declares, else None."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def check(text: str) -> str:
    """``text`` itself. Raises :class:`DecodingError` where it holds what neither UTF-8 nor SQLite can store."""
    if "\0" in text:
        raise DecodingError(f"text has a NUL character at offset {text.index(chr(0))}; remove it")
    if found := _SURROGATE.search(text):
        raise DecodingError("text has a byte of no known encoding, or half a surrogate pair, at offset "
                            f"{found.start()}; save it as UTF-8 text")
    return text


def _refuse_binary(data: bytes) -> None:
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DecodingError(f"{what}, not text; save its text as UTF-8")
    if b"\0" in data:
        raise DecodingError(f"not a text file: NUL byte at byte {data.index(0)}; save it as UTF-8 text")
    if len(_CONTROL.findall(data[:_SAMPLE])) > _CONTROL_SHARE * len(data[:_SAMPLE]):
        raise DecodingError("not a text file: too many control characters; save it as UTF-8 text")


def _usual(declared: str) -> str:
    """Pages declared as Latin-1 or ASCII are Windows-1252 in truth (the WHATWG encoding standard says so)."""
    return "cp1252" if codecs.lookup(declared).name in ("iso8859-1", "ascii") else declared


def _guess(data: bytes, name: str) -> str:
    odd = sum(byte > 127 for byte in data[:_SAMPLE])
    if len(_WINDOWS.findall(data[:_SAMPLE])) == odd <= max(_ODD_FEW, _ODD_SHARE * len(data[:_SAMPLE])):
        encoding = "cp1252"  # what browsers take an undeclared English page for
    else:
        best = charset_normalizer.from_bytes(data[:_SAMPLE], cp_exclusion=["utf_16_be", "utf_16_le", "utf_32"]).best()
        encoding = best.encoding if best else None
    try:
        if encoding is None:
            raise LookupError
        text = check(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        raise DecodingError("neither UTF-8 nor any other known encoding; save it as UTF-8 text") from None
    _say(name, encoding)
    return text


@functools.lru_cache(maxsize=1024)  # once a file, not once a line
def _say(name: str, encoding: str) -> None:
    logger.warning("%s: not UTF-8, read as %s (a guess); save it as UTF-8 if letters look wrong", name, encoding)
