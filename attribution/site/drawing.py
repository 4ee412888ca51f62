"""Pieces of SVG, and what charts have in common: scales, sizes, months, words that fit.

Names and addresses are escaped where they are written, numbers are written as numbers; a page draws thousands of pieces,
so both are done in place and not by :meth:`markupsafe.Markup.format`, which takes four to seven times as long. Control characters,
which XML does not allow, never reach a browser as XML because the SVG stands inside HTML.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def svg(width: float, height: float, summary: str, parts: Iterable) -> Markup:
    """A picture with its text alternative."""
    return Markup('<svg class="drawn" role="group" aria-label="{}" viewBox="0 0 {:.0f} {:.0f}" style="width:{:.0f}px">'
                  "{}</svg>").format(summary, width, height, width, Markup("").join(parts))


def link(url: str, told: str, classes: str, parts: Iterable) -> Markup:
    """A link inside a picture; ``told`` is its name and what a pointer over it shows."""
    told = escape(told)
    inside = "".join(map(escape, parts))
    return Markup(f'<a href="{escape(url)}" class="{escape(classes)}" aria-label="{told}"><title>{told}</title>{inside}</a>')


def line(x1: float, y1: float, x2: float, y2: float, classes: str) -> Markup:
    return Markup(f'<line class="{escape(classes)}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')


def circle(x: float, y: float, radius: float) -> Markup:
    return Markup(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')


def text(x: float, y: float, words: str, classes: str) -> Markup:
    return Markup(f'<text class="{escape(classes)}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>')


def bar(x: float, y: float, width: float, height: float) -> Markup:
    return Markup(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>')


def polygon(places: Iterable[tuple[float, float]], classes: str) -> Markup:
    return Markup('<polygon class="{}" points="{}"/>').format(classes, points(places))


def points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A linear scale from ``low``..``high`` to pixels; a range of nothing lies in the middle."""
    if high == low:
        return lambda value: (start + end) / 2
    return lambda value: start + (min(max(value, low), high) - low) / (high - low) * (end - start)


def radius(counts: Iterable[int], smallest: float, largest: float) -> Callable[[int], float]:
    """Radius by the square root of the count, so that areas compare."""
    most = max(counts, default=1)
    return lambda n: max(smallest, largest * math.sqrt(n / most))


def month(written: str) -> int | None:
    """``2031-04`` as a number of months; None for what is no month."""
    year, _, number = written.partition("-")
    digits = len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()
    return int(year) * 12 + int(number) - 1 if digits and 1 <= int(number) <= 12 else None


def ticks(first: int, last: int, most: int = 8) -> list[tuple[int, str]]:
    """At most ``most`` months to label, at round distances; years alone where they are a year or more apart."""
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if (last - first) / step < most), 1200)
    months = range(-(-first // step) * step, last + 1, step) or [first]
    return [(m, f"{m // 12}" if step >= 12 else f"{_MONTHS[m % 12]} {m // 12}") for m in months]


def cut(name: str, letters: int) -> str:
    """The name, or as much of it as fits; East Asian letters are two wide."""
    room = letters
    for i, letter in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[:i].rstrip() + "…"
    return name


def signed(value: float | None) -> str:
    """A score as readers see it: ``+0.42``, ``−0.42``, ``0.00``; an absent one is a dash."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "\u2212").replace("+0.00", "0.00").replace(
        "\u22120.00", "0.00")


def quotations(n: int) -> str:
    """``1 quotation``, ``2,000 quotations``."""
    return f"{n:,} quotation{'' if n == 1 else 's'}"
