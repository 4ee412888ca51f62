"""Plain text and Markdown, each with optional YAML front matter.

The text is the decoded file, unchanged: byte order mark, front matter and heading marks stay in it and are
given as known furniture. Front matter is read by a YAML loader that makes nothing but strings, lists and
mappings and that knows no aliases, so a file can neither run code nor grow when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import yaml

from attribution.documents.articles import Draft, pick
from attribution.documents.decoding import decode
from attribution.records import Span

LONGEST_FRONT_MATTER = 1 << 16
_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_YAML = re.compile(r"\s*(?:#.*\n\s*)*(?:[\w-]+[ \t]*:(?:\s|$)|[\[{]|-\s)")  # a key, or a list or mapping
_HEADING = re.compile(r"^[ ]{0,3}(#{1,6}[ \t]+)(.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)


class FrontMatterError(ValueError):
    """The front matter cannot be read; the message names the line and what to do."""


class _Loader(yaml.BaseLoader):
    """Strings, lists and mappings only; no aliases (ten lines of them can stand for a billion values)."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)


def read_text(stream: BinaryIO, *, stem: str, name: str, path: str | None, markdown: bool = False) -> Iterator[Draft]:
    """The one article of a text or Markdown file. Raises :class:`FrontMatterError` and
    :class:`~attribution.documents.decoding.DecodingError`."""
    text = decode(stream.read(), name=name)
    head, start = front_matter(text)
    fields = pick({key: value for key, value in head.items() if key != "text"})
    known: list[Span] = [(0, start)]
    if markdown:
        for found in _HEADING.finditer(text, start):
            known.append(found.span(1))
            title = re.sub(r"[*_`]", "", found[2]).strip()
            if len(found[1].strip()) == 1 and title:
                fields.setdefault("title", title)
    yield Draft(id=fields.pop("id", stem), text=text, where=name, path=path, fields=fields, known=tuple(known))


def front_matter(text: str) -> tuple[dict, int]:
    """The mapping at the top of ``text`` between lines of ``---`` and the offset behind it, or ``({}, n)`` where there
    is none; ``n`` is 1 with a byte order mark, else 0.

    A rule of ``---`` at the top with other text below is not front matter. Raises :class:`FrontMatterError`.
    """
    start = int(text.startswith("\ufeff"))
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end(), opening.end() + LONGEST_FRONT_MATTER) if opening else None
    if not closing or not _YAML.match(text, opening.end(), closing.start()):
        return {}, start
    try:
        head = yaml.load(text[opening.end():closing.start()], Loader=_Loader)  # a BaseLoader: makes no objects
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise FrontMatterError(f"line {line}: front matter is not YAML: {error.problem}; put values with ':' or '#' "
                               "in quotation marks") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FrontMatterError(f"front matter is not YAML: {str(error).splitlines()[0][:200]}") from None
    if not isinstance(head, dict):
        raise FrontMatterError("front matter is not a mapping: write it as lines of 'name: value'")
    return head, closing.end()
