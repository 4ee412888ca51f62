"""Charts as SVG made on the server: no script, links and titles inside, colours by CSS classes.

A :class:`Chart` keeps together what is drawn, the rows it was drawn from (offered as CSV and as a
table) and a sentence that says the same in words. Scores and polarities run from -1 (negative pole)
to 1 (positive pole).

Drawn by hand rather than by a chart library: of those that draw without a browser, vl-convert ended
the whole process at a control character in a name, and took 30 to 50 ms and 100 MB where these take
less than one and nothing.
"""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import lean

WIDTH = 680
NAMES = 172
"""Width of the column of names in pixels; about 24 letters at 13 px."""
SERIES = 6
"""As many lines as there are colours that stay apart for colour-blind readers."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Chart:
    """``id`` names it within its page; ``summary`` is its text alternative; ``columns`` and ``rows`` are its data;
    ``legend`` holds the names of its lines in the order of their colours."""

    id: str
    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    svg: Markup
    legend: tuple[str, ...] = ()

    @property
    def csv(self) -> str:
        """The data; text that a spreadsheet would run as a formula gets a leading apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([_plain_cell(value) for value in row] for row in self.rows)
        return out.getvalue()


def _plain_cell(value):
    return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def signed(value: float | None) -> str:
    """A score as readers see it: ``+0.42``, ``−0.42``, ``0.00``; an absent one is a dash."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "\u2212").replace("+0.00", "0.00")


def forest(id: str, title: str, rows: Sequence[dict], negative: str, positive: str, *, noun: str = "speaker") -> Chart:
    """Names down the side, their mean and 95 % interval along the axis, most negative first.

    ``rows``: name, mean, low, high (both may be None), n, url. The dot's area is the number of quotations.
    """
    rows = sorted(rows, key=lambda row: (row["mean"], row["name"]))
    left, right, step = NAMES + 12, WIDTH - 14, 27
    bottom = step * len(rows) + 4
    x = _scale(-1, 1, left, right)
    radius = _radius((row["n"] for row in rows), 3.5, 9)
    parts = [_line(x(0), 2, x(0), bottom, "zero")]
    for i, row in enumerate(rows):
        y = step * i + step / 2 + 2
        low, high = row["low"], row["high"]
        told = f"{row['name']}: {signed(row['mean'])} over {_count(row['n'])}"
        told += f" (95 % interval {signed(low)} to {signed(high)})" if low is not None else ""
        parts.append(_link(row["url"], told, f"row {lean(row['mean'])}", [
            _text(NAMES, y + 4.5, _cut(row["name"], 24), "end name"), _line(left, y, right, y, "guide"),
            _line(x(low), y, x(high), y, "interval") if low is not None else "",
            _circle(x(row["mean"]), y, radius(row["n"]))]))
    parts += [_text(left, bottom + 16, _cut(negative, 34), "axis"), _text(x(0), bottom + 16, "0", "axis middle"),
              _text(right, bottom + 16, _cut(positive, 34), "axis end")]
    ends = (f" From {rows[0]['name']} ({signed(rows[0]['mean'])}) to {rows[-1]['name']} ({signed(rows[-1]['mean'])})."
            if len(rows) > 1 else f" {rows[0]['name']}: {signed(rows[0]['mean'])}." if rows else "")
    summary = f"Mean of {len(rows)} {noun}{'' if len(rows) == 1 else 's'}, −1 {negative}, +1 {positive}.{ends}"
    return Chart(id, title, summary, (noun, "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["mean"], r["low"], r["high"], r["n"]) for r in rows),
                 _svg(WIDTH, bottom + 24, summary, parts))


def timeline(id: str, title: str, rows: Sequence[dict], negative: str, positive: str) -> Chart:
    """Mean score by month, one line a name; a single line has the band of its 95 % interval.

    ``rows``: name, month (YYYY-MM), mean, low, high, n, url, by month; the first :data:`SERIES` names are drawn.
    """
    names = tuple(dict.fromkeys(row["name"] for row in rows))[:SERIES]
    rows = [row for row in rows if row["name"] in names and _month(row["month"]) is not None]
    left, right, top, bottom = 132, WIDTH - 14, 10, 200
    months = [_month(row["month"]) for row in rows]
    first, last = min(months, default=0), max(months, default=0)
    x = _scale(first, last, left + 8, right - 8)
    y = _scale(-1, 1, bottom, top)
    radius = _radius((row["n"] for row in rows), 3.2, 8)
    parts = [_line(left, y(score), right, y(score), "zero" if score == 0 else "guide")
             for score in (-1, -0.5, 0, 0.5, 1)]
    parts += [_text(left - 8, y(1) + 5, _cut(positive, 18), "axis end"), _text(left - 8, y(0) + 4, "0", "axis end"),
              _text(left - 8, y(-1) + 3, _cut(negative, 18), "axis end")]
    parts += [_text(x(month), bottom + 18, label, "axis middle") for month, label in _ticks(first, last) if rows]
    for number, name in enumerate(names, 1):
        own = [row for row in rows if row["name"] == name]
        places = [(x(_month(row["month"])), row) for row in own]
        drawn = []
        if len(names) == 1 and all(row["low"] is not None for row in own):
            band = [(at, y(row["high"])) for at, row in places] + [(at, y(row["low"])) for at, row in reversed(places)]
            drawn.append(Markup('<polygon class="band" points="{}"/>').format(_points(band)))
        drawn.append(Markup('<polyline points="{}"/>').format(_points((at, y(row["mean"])) for at, row in places)))
        drawn += [_link(row["url"], f"{name}, {row['month']}: {signed(row['mean'])} over {_count(row['n'])}", "",
                        [_circle(at, y(row["mean"]), radius(row["n"]))]) for at, row in places]
        parts.append(Markup('<g class="series-{}">{}</g>').format(number, Markup("").join(drawn)))
    latest = {row["name"]: row for row in rows}
    summary = (f"Mean stance by month, {rows[0]['month']} to {max(r['month'] for r in rows)}; −1 {negative}, +1"
               f" {positive}. Last: " + "; ".join(f"{name} {signed(latest[name]['mean'])}" for name in latest) + "."
               if rows else "No dated quotations.")
    return Chart(id, title, summary, ("name", "month", "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["month"], r["mean"], r["low"], r["high"], r["n"]) for r in rows),
                 _svg(WIDTH, bottom + 28, summary, parts), names if len(names) > 1 else ())


def volume(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Quotations by month as bars. ``rows``: month, n, url."""
    rows = [row for row in rows if _month(row["month"]) is not None]
    left, right, top, bottom = 44, WIDTH - 14, 10, 100
    months = [_month(row["month"]) for row in rows]
    first, last = min(months, default=0), max(months, default=0)
    x, highest = _scale(first - 0.5, last + 0.5, left, right), max((row["n"] for row in rows), default=1)
    wide = max(1.0, (right - left) / (last - first + 1) * 0.8)
    parts = [_line(left, bottom, right, bottom, "zero"), _text(left - 6, top + 5, f"{highest:,}", "axis end"),
             _line(left, top, right, top, "guide")]
    for month, row in zip(months, rows, strict=True):
        tall = (bottom - top) * row["n"] / highest
        parts.append(_link(row["url"], f"{row['month']}: {_count(row['n'])}", "bar", [
            Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                x(month) - wide / 2, bottom - tall, wide, tall)]))
    parts += [_text(x(month), bottom + 17, label, "axis middle") for month, label in _ticks(first, last) if rows]
    top_row = max(rows, key=lambda row: row["n"], default=None)
    summary = (f"Quotations by month; most in {top_row['month']}, {top_row['n']:,}." if top_row
               else "No dated quotations.")
    return Chart(id, title, summary, ("month", "quotations"), tuple((r["month"], r["n"]) for r in rows),
                 _svg(WIDTH, bottom + 26, summary, parts))


def matrix(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Who speaks of whom: a dot where speaker and target meet; its area is how often, its colour how.

    ``rows``: speaker, target, mean (polarity), n, url.
    """
    speakers, targets = _ranked(rows, "speaker"), _ranked(rows, "target")
    head, across, down = 118, 40, 29
    radius = _radius((row["n"] for row in rows), 4, 13)
    column = {name: NAMES + 16 + across * (i + 0.5) for i, name in enumerate(targets)}
    line = {name: head + down * (i + 0.5) for i, name in enumerate(speakers)}
    bottom = head + down * len(speakers)
    parts = [_line(at, head, at, bottom, "guide") for at in column.values()]
    parts += [_line(NAMES + 10, at, NAMES + 16 + across * len(targets), at, "guide") for at in line.values()]
    parts += [_text(NAMES, at + 4.5, _cut(name, 24), "end name") for name, at in line.items()]
    parts += [Markup('<text class="name" transform="translate({:.1f} {}) rotate(-45)">{}</text>').format(
        at + 4, head - 6, _cut(name, 20)) for name, at in column.items()]
    parts += [_link(row["url"], f"{row['speaker']} of {row['target']}: {signed(row['mean'])} over {_count(row['n'])}",
                    lean(row["mean"]), [_circle(column[row["target"]], line[row["speaker"]], radius(row["n"]))])
              for row in rows]
    summary = f"{len(speakers)} speakers (rows) of {len(targets)} targets (columns)."
    if rows:
        cold, warm = min(rows, key=lambda row: row["mean"]), max(rows, key=lambda row: row["mean"])
        summary += (f" Most hostile: {cold['speaker']} of {cold['target']} ({signed(cold['mean'])});"
                    f" warmest: {warm['speaker']} of {warm['target']} ({signed(warm['mean'])}).")
    return Chart(id, title, summary, ("speaker", "target", "mean_polarity", "quotations"),
                 tuple((r["speaker"], r["target"], r["mean"], r["n"]) for r in rows),
                 _svg(max(NAMES + 16 + across * len(targets) + 90, 420), bottom + 6, summary, parts))


def _ranked(rows: Sequence[dict], field: str) -> list[str]:
    totals: dict[str, int] = {}
    for row in rows:
        totals[row[field]] = totals.get(row[field], 0) + row["n"]
    return sorted(totals, key=lambda name: (-totals[name], name))


# -- scales ----------------------------------------------------------------------------------------------------

def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A linear scale from ``low``..``high`` to pixels; a range of nothing lies in the middle."""
    if high == low:
        return lambda value: (start + end) / 2
    return lambda value: start + (min(max(value, low), high) - low) / (high - low) * (end - start)


def _radius(counts: Iterable[int], smallest: float, largest: float) -> Callable[[int], float]:
    """Radius by the square root of the count, so that areas compare."""
    most = max(counts, default=1)
    return lambda n: max(smallest, largest * math.sqrt(n / most))


def _month(text: str) -> int | None:
    """``2031-04`` as a number of months; None for what is no month."""
    year, _, month = text.partition("-")
    digits = len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()
    return int(year) * 12 + int(month) - 1 if digits and 1 <= int(month) <= 12 else None


def _ticks(first: int, last: int) -> list[tuple[int, str]]:
    """At most eight months to label, at round distances; years alone where they are a year or more apart."""
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if (last - first) / step < 8), 1200)
    months = range(-(-first // step) * step, last + 1, step) or [first]
    return [(m, f"{m // 12}" if step >= 12 else f"{_MONTHS[m % 12]} {m // 12}") for m in months]


# -- pieces of SVG ---------------------------------------------------------------------------------------------

def _svg(width: float, height: float, summary: str, parts: Iterable) -> Markup:
    return Markup('<svg class="drawn" role="group" aria-label="{}" viewBox="0 0 {:.0f} {:.0f}" style="width:{:.0f}px">'
                  "{}</svg>").format(summary, width, height, width, Markup("").join(parts))


def _link(url: str, told: str, classes: str, parts: Iterable) -> Markup:
    return Markup('<a href="{}" class="{}" aria-label="{}"><title>{}</title>{}</a>').format(
        url, classes, told, told, Markup("").join(parts))


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(classes, x1, y1, x2, y2)


def _circle(x: float, y: float, radius: float) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(x, y, radius)


def _text(x: float, y: float, words: str, classes: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(classes, x, y, words)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _cut(name: str, letters: int) -> str:
    """The name, or as much of it as fits; East Asian letters are two wide."""
    room = letters
    for i, letter in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return name[:i].rstrip() + "…"
    return name


def _count(n: int) -> str:
    return f"{n:,} quotation{'' if n == 1 else 's'}"
