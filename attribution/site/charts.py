"""Charts as SVG made on the server: no script, links and titles inside, colours by CSS classes.

A :class:`Chart` keeps together what is drawn, the rows it was drawn from (offered as CSV and as a
table) and a sentence that says the same in words. Scores and polarities run from -1 (negative pole)
to 1 (positive pole). Where a phone has no room, a chart is drawn a second time for it.

Drawn by hand rather than by a chart library: of those that draw without a browser, vl-convert ended
the whole process at a control character in a name, and took 30 to 50 ms and 100 MB where these take
less than one and nothing. The pieces are in :mod:`.drawing`, the network in :mod:`.network`.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from . import drawing
from .drawing import circle, cut, line, link, polygon, quotations, signed, text
from .markup import lean

WIDTH, NARROW = 680, 350
"""Widths in pixels: beside other things on a page, and on a phone."""
NAMES = 192
"""Width of the column of names in pixels; 24 letters at 13 px."""
SERIES = 6
"""As many lines as there are colours that stay apart for colour-blind readers."""
SHOWN = 200
"""Rows of its data that stand under a chart."""


@dataclass(frozen=True, slots=True)
class Chart:
    """``id`` names it within its page; ``summary`` is its text alternative; ``columns`` and ``rows`` are its data;
    ``legend`` holds the names of its lines in the order of their colours; ``narrow`` is the same for a phone, where
    ``svg`` would be too wide."""

    id: str
    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    svg: Markup
    legend: tuple[str, ...] = ()
    narrow: Markup | None = None

    @property
    def csv(self) -> str:
        """The data; text that a spreadsheet would run as a formula gets a leading apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([_plain_cell(value) for value in row] for row in self.rows)
        return out.getvalue()


    @property
    def body(self) -> Markup:
        """The first :data:`SHOWN` rows of the data for a table in the page; a template would spend most of the page's time on them."""
        return Markup("".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows[:SHOWN]))


def _cell(value) -> str:
    if value is None:
        return "<td>–</td>"
    if isinstance(value, float):
        return f'<td class="n">{signed(value)}</td>'
    start = '<td class="n">' if isinstance(value, int) else "<td>"
    return f"{start}<bdi>{escape(value)}</bdi></td>"


def _plain_cell(value):
    return "'" + value if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def forest(id: str, title: str, rows: Sequence[dict], negative: str, positive: str, *, noun: str = "speaker") -> Chart:
    """Names down the side, their mean and 95 % interval along the axis, most negative first.

    ``rows``: name, mean, low, high (both may be None), n, url. The dot's area is the number of quotations.
    """
    rows = sorted(rows, key=lambda row: (row["mean"], row["name"]))
    ends = (f" From {rows[0]['name']} ({signed(rows[0]['mean'])}) to {rows[-1]['name']} ({signed(rows[-1]['mean'])})."
            if len(rows) > 1 else f" {rows[0]['name']}: {signed(rows[0]['mean'])}." if rows else "")
    summary = f"Mean of {len(rows)} {noun}{'' if len(rows) == 1 else 's'}, −1 {negative}, +1 {positive}.{ends}"
    size = drawing.radius((row["n"] for row in rows), 3.5, 9)

    def drawn(width: int, beside: bool) -> Markup:
        left, right, step = NAMES + 12 if beside else 12, width - 14, 27 if beside else 44
        bottom = step * len(rows) + 4
        x = drawing.scale(-1, 1, left, right)
        parts = [line(x(0), 2, x(0), bottom, "zero")]
        for i, row in enumerate(rows):
            y = step * i + (step / 2 + 2 if beside else 33)
            low, high = row["low"], row["high"]
            told = f"{row['name']}: {signed(row['mean'])} over {quotations(row['n'])}"
            told += f" (95 % interval {signed(low)} to {signed(high)})" if low is not None else ""
            name = (text(NAMES, y + 4.5, cut(row["name"], 24), "end name") if beside
                    else text(0, y - 15, cut(row["name"], 42), "name on-line"))
            parts.append(link(row["url"], told, f"row {lean(row['mean'])}", [
                name, line(left, y, right, y, "guide"),
                line(x(low), y, x(high), y, "interval") if low is not None else "",
                circle(x(row["mean"]), y, size(row["n"]))]))
        room = 34 if beside else 20
        parts += [text(left, bottom + 16, cut(negative, room), "axis"), text(x(0), bottom + 16, "0", "axis middle"),
                  text(right, bottom + 16, cut(positive, room), "axis end")]
        return drawing.svg(width, bottom + 24, summary, parts)
    return Chart(id, title, summary, (noun, "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["mean"], r["low"], r["high"], r["n"]) for r in rows),
                 drawn(WIDTH, True), narrow=drawn(NARROW, False))


def timeline(id: str, title: str, rows: Sequence[dict], negative: str, positive: str) -> Chart:
    """Mean score by month, one line a name; a single line has the band of its 95 % interval.

    ``rows``: name, month (YYYY-MM), mean, low, high, n, url, by month; the first :data:`SERIES` names are drawn.
    """
    names = tuple(dict.fromkeys(row["name"] for row in rows))[:SERIES]
    rows = [row for row in rows if row["name"] in names and drawing.month(row["month"]) is not None]
    latest = {row["name"]: row for row in rows}
    summary = (f"Mean stance by month, {rows[0]['month']} to {max(r['month'] for r in rows)}; −1 {negative}, +1"
               f" {positive}. Last: " + "; ".join(f"{name} {signed(latest[name]['mean'])}" for name in latest) + "."
               if rows else "No dated quotations.")
    months = [drawing.month(row["month"]) for row in rows]
    first, last = min(months, default=0), max(months, default=0)
    size = drawing.radius((row["n"] for row in rows), 3.2, 8)

    def drawn(width: int, beside: bool) -> Markup:
        left, right, top = 132 if beside else 8, width - 26, 10 if beside else 24
        bottom = top + 190
        x = drawing.scale(first, last, left + 8, right - 8)
        y = drawing.scale(-1, 1, bottom, top)
        parts = [line(left, y(score), right, y(score), "zero" if score == 0 else "guide")
                 for score in (-1, -0.5, 0, 0.5, 1)]
        if beside:
            parts += [text(left - 8, y(1) + 5, cut(positive, 18), "axis end"), text(left - 8, y(0) + 4, "0", "axis end"),
                      text(left - 8, y(-1) + 3, cut(negative, 18), "axis end")]
        else:
            parts += [text(0, top - 10, cut(positive, 40), "axis"), text(0, bottom + 38, cut(negative, 40), "axis")]
        parts += [text(x(at), bottom + 18, label, "axis middle")
                  for at, label in drawing.ticks(first, last, 8 if beside else 4) if rows]
        for number, name in enumerate(names, 1):
            own = [(x(drawing.month(row["month"])), row) for row in rows if row["name"] == name]
            known = len(names) == 1 and all(row["low"] is not None for _, row in own)
            marks = []
            if known and len(own) > 1:
                marks.append(polygon([(at, y(row["high"])) for at, row in own]
                                     + [(at, y(row["low"])) for at, row in reversed(own)], "band"))
            elif known and own:
                marks.append(line(own[0][0], y(own[0][1]["low"]), own[0][0], y(own[0][1]["high"]), "interval"))
            marks.append(Markup('<polyline points="{}"/>').format(
                drawing.points((at, y(row["mean"])) for at, row in own)))
            marks += [link(row["url"], f"{name}, {row['month']}: {signed(row['mean'])} over {quotations(row['n'])}", "",
                           [circle(at, y(row["mean"]), size(row["n"]))]) for at, row in own]
            parts.append(Markup('<g class="series-{}">{}</g>').format(number, Markup("").join(marks)))
        return drawing.svg(width, bottom + (28 if beside else 46), summary, parts)
    return Chart(id, title, summary, ("name", "month", "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["month"], r["mean"], r["low"], r["high"], r["n"]) for r in rows),
                 drawn(WIDTH, True), names if len(names) > 1 else (), drawn(NARROW, False))


def volume(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Quotations by month as bars. ``rows``: month, n, url."""
    rows = [row for row in rows if drawing.month(row["month"]) is not None]
    months = [drawing.month(row["month"]) for row in rows]
    first, last = min(months, default=0), max(months, default=0)
    highest = max((row["n"] for row in rows), default=1)
    top_row = max(rows, key=lambda row: row["n"], default=None)
    summary = (f"Quotations by month; most in {top_row['month']}, {top_row['n']:,}." if top_row
               else "No dated quotations.")

    def drawn(width: int, labels: int) -> Markup:
        left, right, top, bottom = 44, width - 26, 10, 100
        x = drawing.scale(first - 0.5, last + 0.5, left, right)
        wide = max(1.0, min(60.0, (right - left) / (last - first + 1) * 0.8))
        parts = [line(left, bottom, right, bottom, "zero"), text(left - 6, top + 5, f"{highest:,}", "axis end"),
                 line(left, top, right, top, "guide")]
        for month, row in zip(months, rows, strict=True):
            tall = (bottom - top) * row["n"] / highest
            parts.append(link(row["url"], f"{row['month']}: {quotations(row['n'])}", "bar", [
                drawing.bar(x(month) - wide / 2, bottom - tall, wide, tall)]))
        parts += [text(x(at), bottom + 17, label, "axis middle")
                  for at, label in drawing.ticks(first, last, labels) if rows]
        return drawing.svg(width, bottom + 26, summary, parts)
    return Chart(id, title, summary, ("month", "quotations"), tuple((r["month"], r["n"]) for r in rows),
                 drawn(WIDTH, 8), narrow=drawn(NARROW, 4))


def matrix(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Who speaks of whom: a dot where speaker and target meet; its area is how often, its colour how.

    ``rows``: speaker, target, mean (polarity), n, url.
    """
    speakers, targets = _ranked(rows, "speaker"), _ranked(rows, "target")
    head, across, down = 118, 40, 29
    size = drawing.radius((row["n"] for row in rows), 4, 13)
    column = {name: NAMES + 16 + across * (i + 0.5) for i, name in enumerate(targets)}
    place = {name: head + down * (i + 0.5) for i, name in enumerate(speakers)}
    bottom = head + down * len(speakers)
    parts = [line(at, head, at, bottom, "guide") for at in column.values()]
    parts += [line(NAMES + 10, at, NAMES + 16 + across * len(targets), at, "guide") for at in place.values()]
    parts += [text(NAMES, at + 4.5, cut(name, 24), "end name") for name, at in place.items()]
    parts += [Markup('<text class="name" transform="translate({:.1f} {}) rotate(-45)">{}</text>').format(
        at + 4, head - 6, cut(name, 20)) for name, at in column.items()]
    parts += [link(row["url"], f"{row['speaker']} of {row['target']}: {signed(row['mean'])} over {quotations(row['n'])}",
                   lean(row["mean"]),
                   [circle(column[row["target"]], place[row["speaker"]], size(row["n"]))]) for row in rows]
    summary = who_of_whom(rows)
    return Chart(id, title, summary, ("speaker", "target", "mean_polarity", "quotations"),
                 tuple((r["speaker"], r["target"], r["mean"], r["n"]) for r in rows),
                 drawing.svg(NAMES + 16 + across * len(targets) + 90, bottom + 6, summary, parts))


def who_of_whom(rows: Sequence[dict]) -> str:
    """Pairs of speaker and target in a sentence. ``rows``: speaker, target, mean, n."""
    if not rows:
        return "Nobody speaks of anybody."
    def pair(row: dict, figure: str) -> str:
        return f"{row['speaker']} of {row['target']} ({figure})"
    often, against, in_favour = (max(rows, key=key) for key in (
        lambda row: row["n"], lambda row: -row["mean"], lambda row: row["mean"]))
    told = f"{len(rows)} pair{'' if len(rows) == 1 else 's'} of speaker and target. Most often: {pair(often, often['n'])}."
    told += f" Most against: {pair(against, signed(against['mean']))}." if lean(against["mean"]) == "negative" else ""
    return told + (f" Most in favour: {pair(in_favour, signed(in_favour['mean']))}."
                   if lean(in_favour["mean"]) == "positive" else "")


def reliability(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """How often answers are right against how sure they were, with 95 % intervals; on the diagonal both agree.

    ``rows``: confidence (mean of a group of answers, 0..1), right (share 0..1), low, high, n.
    """
    gap = (sum(row["n"] * abs(row["confidence"] - row["right"]) for row in rows) / sum(row["n"] for row in rows)
           if rows else 0.0)
    summary = "; ".join(f"of {row['n']} answers that were {row['confidence']:.0%} sure, {row['right']:.0%} are right"
                        for row in rows)
    summary = f"{summary[:1].upper()}{summary[1:]}. Mean gap {gap:.0%}." if rows else "No answers."
    width, left, right, top, bottom = NARROW, 46, NARROW - 16, 10, 250
    x, y = drawing.scale(0, 1, left, right), drawing.scale(0, 1, bottom, top)
    size = drawing.radius((row["n"] for row in rows), 3.5, 9)
    parts = [line(left, y(share), right, y(share), "guide") for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [line(x(0), y(0), x(1), y(1), "zero")]
    parts += [text(left - 6, y(share) + 4, f"{share:.0%}", "axis end") for share in (0, 0.5, 1)]
    parts += [text(x(share), bottom + 17, f"{share:.0%}", f"axis {place}")
              for share, place in ((0, ""), (0.5, "middle"), (1, "end"))]
    parts += [text(x(0.5), bottom + 36, "how sure it was", "axis middle"), text(left + 6, top + 14, "how often right", "axis")]
    for row in rows:
        told = f"{row['confidence']:.0%} sure, {row['right']:.0%} right of {row['n']}"
        parts.append(Markup('<g class="series-1"><title>{}</title>{}{}</g>').format(
            told, line(x(row["confidence"]), y(row["low"]), x(row["confidence"]), y(row["high"]), "interval"),
            circle(x(row["confidence"]), y(row["right"]), size(row["n"]))))
    return Chart(id, title, summary, ("confidence", "right", "low", "high", "answers"),
                 tuple((r["confidence"], r["right"], r["low"], r["high"], r["n"]) for r in rows),
                 drawing.svg(width, bottom + 44, summary, parts))


def wilson(right: int, n: int) -> tuple[float, float]:
    """95 % interval of a share, by Wilson's score."""
    z, share = 1.959963984540054, right / n
    middle, half = share + z * z / 2 / n, z * math.sqrt(share * (1 - share) / n + z * z / 4 / n / n)
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def _ranked(rows: Sequence[dict], key: str) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[key]] = counts.get(row[key], 0) + row["n"]
    return sorted(counts, key=lambda name: (-counts[name], name))
