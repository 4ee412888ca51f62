"""Making HTML of what the database holds: text with lit spans, gauges, links, differences.

Everything that comes from an article or a user is escaped here or by Jinja; nothing is marked safe
that was not built with :meth:`markupsafe.Markup.format`. Spans are ``[start, end)`` in code points.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from markupsafe import Markup, escape

LONGEST = 400_000
"""Characters of one text that a page shows; beyond it a browser becomes slow and nobody reads on."""
ALIKE = 0.35
"""Share of words in common (difflib's ratio) from which two wordings are compared word by word; below it a paraphrase
shares little but "the" and "of"."""
_COMPARED = 600
"""Words of a variant that are compared word by word (the comparison is quadratic)."""


@dataclass(frozen=True, slots=True)
class Lit:
    """A stretch of text to light: CSS ``classes``, and optionally where it leads, its title and its anchor."""

    start: int
    end: int
    classes: str
    href: str | None = None
    title: str | None = None
    anchor: str | None = None


def light(text: str, marks: Iterable[Lit], start: int = 0, end: int | None = None) -> Markup:
    """``text[start:end]`` as HTML with every mark lit; marks may overlap and nest.

    Where marks overlap, the piece has the classes of all; link and title come from the shortest
    (the innermost quotation). An anchor is set once, where its mark begins.
    """
    end = min(len(text), LONGEST + start) if end is None else min(end, len(text))
    marks = sorted((m for m in marks if m.start < m.end and m.start < end and m.end > start),
                   key=lambda m: m.end - m.start)
    edges = sorted({start, end, *(max(start, m.start) for m in marks), *(min(end, m.end) for m in marks)})
    begins: dict[int, list[Lit]] = {}
    ends: dict[int, list[Lit]] = {}
    for mark in marks:
        begins.setdefault(max(start, mark.start), []).append(mark)
        ends.setdefault(min(end, mark.end), []).append(mark)
    pieces, active, anchored = [], [], set()
    for left, right in pairwise(edges):
        active = [m for m in active if m not in ends.get(left, ())] + begins.get(left, [])
        piece = escape(text[left:right])
        if active:
            active.sort(key=lambda m: m.end - m.start)
            anchor = next((m.anchor for m in active if m.anchor and m.anchor not in anchored), None)
            anchored.add(anchor)
            piece = _mark(piece, active, anchor)
        pieces.append(piece)
    return Markup("").join(pieces)


def _mark(piece: Markup, active: Sequence[Lit], anchor: str | None) -> Markup:
    classes = " ".join(dict.fromkeys(name for m in active for name in m.classes.split()))
    title = next((m.title for m in active if m.title), None)
    href = next((m.href for m in active if m.href), None)
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in
                                 (("class", classes), ("title", title), ("id", anchor)) if value)
    if href:
        piece = Markup('<a href="{}">{}</a>').format(href, piece)
    return Markup("<mark{}>{}</mark>").format(attributes, piece)


def web_address(url: object) -> str | None:
    """The URL if a browser may follow it from here (http or https with a host), else None."""
    if not isinstance(url, str) or re.search(r"[\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def outside_link(url: object, words: str | None = None) -> Markup:
    """A link out of the site, or its text alone where the address is not one of the web."""
    shown = words or str(url or "")
    address = web_address(url)
    if not address:
        return escape(shown)
    return Markup('<a href="{}" rel="noopener nofollow ugc" referrerpolicy="no-referrer">{}</a>').format(
        address, shown if len(shown) < 120 else shown[:117] + "…")


def lean(score: float | None) -> str:
    """CSS class for a score: negative, neutral, positive or none."""
    if score is None:
        return "none"
    return "negative" if score <= -0.15 else "positive" if score >= 0.15 else "neutral"


def gauge(score: float | None, negative: str = "", positive: str = "", width: int = 96) -> Markup:
    """A small bar from the middle to the score, with the number beside it; empty for no score."""
    if score is None:
        return Markup("")
    score = max(-1.0, min(1.0, float(score)))
    x = (score + 1) / 2 * (width - 8) + 4
    number = f"{score:+.2f}".replace("-", "\u2212").replace("+0.00", "0.00").replace("\u22120.00", "0.00")
    poles = f" (−1 {negative}, +1 {positive})" if negative or positive else ""
    return Markup(
        '<span class="gauge {lean}"><svg role="img" aria-label="{label}" width="{w}" height="14" viewBox="0 0 {w} 14">'
        '<title>{label}</title><line class="track" x1="4" x2="{right}" y1="7" y2="7"/>'
        '<line class="zero" x1="{mid}" x2="{mid}" y1="2" y2="12"/>'
        '<line class="bar" x1="{mid}" x2="{x}" y1="7" y2="7"/><circle cx="{x}" cy="7" r="4"/></svg>'
        '<span class="number">{number}</span></span>').format(
            lean=lean(score), label=f"{number}{poles}", w=width, right=width - 4, mid=width / 2, x=round(x, 1),
            number=number)


def meter(value: float | None) -> Markup:
    """A confidence 0..1 in words and as a percentage."""
    if value is None:
        return Markup("")
    word = "high" if value >= 0.8 else "fair" if value >= 0.5 else "low"
    return Markup('<span class="confidence {0}" title="confidence {1:.0%}">{0} <small>{1:.0%}</small></span>').format(
        word, max(0.0, min(1.0, float(value))))


def differences(first: str, other: str) -> tuple[Markup, Markup] | None:
    """Both wordings, to stand side by side: in ``first`` what ``other`` leaves out is marked (del), in ``other`` what it
    adds (ins), word by word. None where they share so few words (:data:`ALIKE`) that marks would be all one sees."""
    a, b = first.split()[:_COMPARED], other.split()[:_COMPARED]
    matcher = difflib.SequenceMatcher(None, _bare(a), _bare(b), autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    sides: tuple[list, list] = ([], [])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        for side, words, mark in ((sides[0], a[i1:i2], "<del>{}</del>"), (sides[1], b[j1:j2], "<ins>{}</ins>")):
            if words:
                side.append(Markup("{}" if tag == "equal" else mark).format(" ".join(words)))
    return Markup(" ").join(sides[0]), Markup(" ").join(sides[1])


def _bare(words: Sequence[str]) -> list[str]:
    """Words as they compare: case and the quotation marks of a house style are no difference."""
    return [re.sub(r"[\"'\u2018\u2019\u201c\u201d\u00ab\u00bb]", "", word).casefold() for word in words]


def hits(marked: str, opened: str = "\x02", closed: str = "\x03") -> Markup:
    """Text in which SQLite's ``highlight()`` set the control characters around hits, as HTML with ``<b>``."""
    shown = escape(marked)
    return Markup(str(shown).replace(opened, '<b class="hit">').replace(closed, "</b>"))
