"""Quotation marks by exact rules: which characters of a paragraph stand inside marks, and how deep.

The rules cover straight and curly, double and single marks, guillemets and LaTeX-style marks; single
marks nested in double ones and the reverse; a quotation that runs over paragraphs, with the mark
reopened at each and closed at the last; apostrophes; a doubled or missing mark. No region ever
leaves its paragraph, so a stray mark cannot swallow the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from attribution.records import Span

MARK = re.compile(r"``|''|[\"“”„‟«»‘’‚'`]")
OPENING_BEFORE = re.compile(r"[\s(\[{\-–—/:\"“„«‘']")  # what may stand before an opening single mark
ELISION = re.compile(r"(?:\d0s|\d\ds|tis|twas|em|til|cause|cos|n)\b", re.IGNORECASE)  # ’90s, ’tis, ’em
STRONG = re.compile(r"[.,!?;:…—–]")  # a single mark next to one of these closes rather than elides
DOUBLE, SINGLE = "double", "single"
FAMILY = {"“": "curly", "”": "curly", "‟": "curly", "„": "low", "«": "guillemet", "»": "guillemet", '"': "straight",
          "``": "latex", "''": "latex"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch in quotation marks: ``[start, end)`` with its marks. ``closed``: a closing mark was found;
    ``continued``: it has none because the next paragraph reopens the mark; ``level`` 0 is outermost."""

    start: int
    end: int
    level: int
    style: str
    closed: bool
    continued: bool = False

    @property
    def sound(self) -> bool:
        """Whether the region's end is certain: closed, or continued in the next paragraph."""
        return self.closed or self.continued


def find_marked(text: str, paragraphs: Iterable[Span]) -> tuple[Marked, ...]:
    """All marked regions of ``text`` in reading order, outer before inner; ``paragraphs`` are its paragraphs."""
    paragraphs = list(paragraphs)
    regions: list[Marked] = []
    for number, (start, end) in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        regions += _paragraph(text, start, end, _first_mark(text, following))
    return tuple(regions)


def _first_mark(text: str, paragraph: Span | None) -> str | None:
    """The opening mark that a paragraph begins with, if any."""
    if paragraph is None:
        return None
    found = MARK.match(text, paragraph[0], paragraph[1])
    return found[0] if found and found[0] not in "”’»" else None


def _paragraph(text: str, start: int, end: int, next_mark: str | None) -> list[Marked]:
    stack: list[tuple[str, int, str]] = []  # (style, position, mark)
    found: list[tuple[int, int, str, bool, bool]] = []
    closes: set[int] = set()  # where single marks are known to close

    def close(depth: int, stop: int) -> None:
        style, where, _ = stack[depth]
        found.append((where, stop, style, True, False))
        del stack[depth:]

    for match in MARK.finditer(text, start, end):
        mark, at = match[0], match.start()
        if at in closes:
            depth = _innermost(stack, SINGLE)
            if depth is not None:
                close(depth, at + 1)
        elif mark in "‘’'‚`" and len(mark) == 1:
            stop = _single_close(text, at, start, end)
            if stop is not None:
                closes.add(stop)
                stack.append((SINGLE, at, mark))
            elif at == start and mark in "‘'" and next_mark in ("‘", "'") and next_mark == mark:
                stack.append((SINGLE, at, mark))
        else:
            depth = _innermost(stack, DOUBLE)
            if _opens(text, match, start, end, stack[depth][2] if depth is not None else None):
                stack.append((DOUBLE, at, mark))
            elif depth is not None:
                close(depth, match.end())
    for style, where, mark in stack:
        continued = next_mark is not None and FAMILY.get(mark, mark) == FAMILY.get(next_mark, next_mark)
        doubled = any(where < s and style == kind for s, _, kind, _, _ in found)
        if continued or not doubled:  # an opening mark before a complete pair is a slip of the keyboard
            found.append((where, end, style, False, continued))
    found.sort(key=lambda r: (r[0], -r[1]))
    levels = [sum(s < where and stop <= e for s, e, *_ in found) for where, stop, *_ in found]
    return [Marked(s, e, level, style, closed, continued)
            for (s, e, style, closed, continued), level in zip(found, levels)]


def _innermost(stack: list[tuple[str, int, str]], style: str) -> int | None:
    return next((i for i in range(len(stack) - 1, -1, -1) if stack[i][0] == style), None)


def _opens(text: str, match: re.Match, start: int, end: int, opened: str | None) -> bool:
    """Whether a double mark opens; ``opened`` is the double mark that is open now."""
    mark = match[0]
    if mark in "„«" or mark == "``":
        return True
    if mark in "”»":
        return False
    if mark in "“‟":
        return opened != "„"
    before = text[match.start() - 1] if match.start() > start else " "
    after = text[match.end()] if match.end() < end else " "
    if opened is None:
        return not (before.isdigit() and not after.isalnum()) and match.end() < end
    # a straight mark while one is open closes, unless it stands as only an opening mark can
    return FAMILY[opened] == "straight" and before.isspace() and after.isalnum() and mark == '"'


def _single_close(text: str, at: int, start: int, end: int) -> int | None:
    """Where the single mark at ``at`` closes, or None when it is an apostrophe or closes nowhere."""
    mark = text[at]
    if mark == "’" or at + 1 >= end or not (at == start or OPENING_BEFORE.match(text[at - 1])):
        return None
    if text[at + 1].isspace() or ELISION.match(text, at + 1):
        return None
    closing = "'" if mark in "'`" else "’'"
    weak: list[int] = []
    for i in range(at + 1, end):
        char = text[i]
        if char == mark and mark != "'" and i > at and OPENING_BEFORE.match(text[i - 1]):
            break  # another opening mark: what is weak so far must do
        if char not in closing:
            continue
        before, after = text[i - 1], text[i + 1] if i + 1 < end else " "
        if after.isalnum() or (i + 1 < end and before.isspace() and not after.isspace()):
            continue  # an apostrophe inside or before a word
        if text[i:i + 2] == "''":
            continue
        if STRONG.match(before) or STRONG.match(after) or after in ")]”\"»" or i + 1 >= end or before in "”\"»)":
            if not weak or STRONG.match(before):
                return i
            return weak[0]
        if before not in "sS":
            return weak[0] if weak and STRONG.match(after) else i
        weak.append(i)
    return weak[0] if weak else None


OUTSIDE, OPEN, INSIDE, CLOSE = range(4)


def states(spans: Iterable[Span], regions: Iterable[Marked]) -> list[int]:
    """For each word span (in reading order): OUTSIDE, OPEN (the opening mark or the word that holds it),
    INSIDE or CLOSE, by the outermost sound region."""
    outer = sorted((r.start, r.end, r.closed) for r in regions if r.sound and r.level == 0)
    result, i = [], 0
    for start, end in spans:
        while i < len(outer) and outer[i][1] <= start:
            i += 1
        if i == len(outer) or outer[i][0] >= end:
            result.append(OUTSIDE)
        elif start <= outer[i][0]:
            result.append(OPEN)
        else:
            result.append(CLOSE if outer[i][2] and end >= outer[i][1] else INSIDE)
    return result
