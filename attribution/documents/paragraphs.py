"""Lines and paragraphs of an article, as spans of its unchanged text.

News text comes in three layouts: one paragraph a line; blank lines between paragraphs, each on one
long line; or hard-wrapped at 60 to 100 columns with blank lines between. In the third a single line end
is a mere blank, in the first two it ends a paragraph. :func:`wrapped` decides which one a document has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from attribution.records import Span, Spans

LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
# Not whitespace to ``str.isspace``, yet nothing that a reader sees: byte order mark, zero-width space and joiners.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_PRINTED = re.compile(rf"[^\s{INVISIBLE}]")
_CLOSED = re.compile(r"[.!?:;\u2026]['\"\u2019\u201d\u00bb)\]]*$")

# A terminal or a mail program wraps at 60 to 100 columns; a longer line was not wrapped by one.
WIDEST, NARROWEST = 120, 40
# Shares of the characters in lines that another line follows. In wrapped English nearly every line is full, about
# nine of ten stop inside a sentence and seven of ten go on in lower case; where a line is a paragraph, hardly any.
FULL, OPEN, LOWER = 0.7, 0.6, 0.3


def lines(text: str) -> Iterator[Span]:
    """The lines of ``text`` without their line ends, blank ones too, in order.

    CR LF, LF, CR, vertical tab, form feed, NEL, U+2028 and U+2029 end a line.
    """
    start = 0
    for end in LINE_END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def trim(text: str, span: Span) -> Span:
    """``span`` without blanks and invisible characters at its two ends; an empty span where nothing is left."""
    start, end = span
    first = _PRINTED.search(text, start, end)
    if not first:
        return start, start
    while not _PRINTED.match(text, end - 1):
        end -= 1
    return first.start(), end


def merge(spans: Iterable[Span]) -> Spans:
    """``spans`` sorted, overlapping and touching ones joined, empty ones left out."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def without(span: Span, holes: Spans) -> Iterator[Span]:
    """The parts of ``span`` outside ``holes``, which are sorted and apart, as :func:`merge` gives them."""
    start, end = span
    for hole_start, hole_end in holes:
        if hole_start >= end:
            break
        if hole_end <= start:
            continue
        if start < hole_start:
            yield start, hole_start
        start = hole_end
    if start < end:
        yield start, end


def paragraphs(text: str, furniture: Iterable[Span] = ()) -> Spans:
    """Spans of the body paragraphs in reading order, trimmed of blanks; furniture is left out.

    ``furniture`` holds spans to leave out, in any order. Where furniture stands inside a line, what is before
    and after it are two paragraphs. Every span returned is printed text: none is empty or blank.
    """
    blocks = _blocks(text, merge(furniture))
    if not wrapped(text, blocks):
        return tuple(line for block in blocks for line in block)
    width = _width(text, blocks)
    return tuple(paragraph for block in blocks for paragraph in _joined(text, block, width))


def wrapped(text: str, blocks: list[list[Span]]) -> bool:
    """True where the lines of ``text`` were wrapped at a fixed width, so that a line end is a mere blank.

    ``blocks`` are runs of printed lines with nothing blank between. What counts is each line that another
    follows in its block, by its length: none too wide; lines *full* (the next line's first word would not
    have fitted), *open* (they do not end like a sentence) and continued in *lower* case.
    """
    widths = [end - start for block in blocks for start, end in block]
    pairs = [pair for block in blocks for pair in pairwise(block)]
    width = _width(text, blocks)
    if not NARROWEST <= width <= WIDEST or sum(w for w in widths if w > WIDEST) > (1 - FULL) * sum(widths):
        return False
    full = opened = lower = total = 0
    for line, following in pairs:
        length = line[1] - line[0]
        total += length
        full += length * _is_full(text, line, following, width)
        opened += length * (not _ends_sentence(text, line))
        lower += length * text[following[0]].islower()
    return full >= FULL * total and opened >= OPEN * total and lower >= LOWER * total


def _blocks(text: str, furniture: Spans) -> list[list[Span]]:
    """Runs of printed lines, furniture cut out; a blank line or furniture between two lines ends a run."""
    blocks: list[list[Span]] = []
    first = 0  # furniture before this index ends before the current line
    run: list[Span] = []
    for line in lines(text):
        while first < len(furniture) and furniture[first][1] <= line[0]:
            first += 1
        last = first
        while last < len(furniture) and furniture[last][0] < line[1]:
            last += 1
        printed = [part for part in (trim(text, p) for p in without(line, furniture[first:last])) if part[0] < part[1]]
        cut = first < last
        if run and (cut or not printed):
            blocks.append(run)
            run = []
        if cut:
            blocks.extend([part] for part in printed)
        else:
            run.extend(printed)
    return blocks + [run] if run else blocks


def _width(text: str, blocks: list[list[Span]]) -> int:
    """The longest line that another follows; a single long word, such as an address, cannot be wrapped."""
    return max((end - start for block in blocks for start, end in block[:-1] if " " in text[start:end]), default=0)


def _joined(text: str, block: list[Span], width: int) -> Iterator[Span]:
    """The paragraphs of a block of wrapped lines: a new one begins after a short line and at an indented one."""
    start, end = block[0]
    for line, following in pairwise(block):
        if _is_break(text, line, following, width):
            yield start, end
            start = following[0]
        end = following[1]
    yield start, end


def _is_break(text: str, line: Span, following: Span, width: int) -> bool:
    if text[following[0]].islower():
        return False
    indented = text[following[0] - 1] in " \t" and text[line[0] - 1:line[0]] not in (" ", "\t")
    if _ends_sentence(text, line):
        return indented or not _is_full(text, line, following, width)
    return line[1] - line[0] < 0.7 * width  # a heading set right above its text


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    word = re.compile(r"\S+").match(text, *following)
    return line[1] - line[0] + 1 + word.end() - word.start() > width


def _ends_sentence(text: str, line: Span) -> bool:
    return bool(_CLOSED.search(text, max(line[0], line[1] - 4), line[1]))
