"""Charts as SVG made on the server: Vega-Lite specifications rendered by vl-convert, no script in the page.

A :class:`Chart` keeps together what is drawn, the rows it was drawn from (offered as CSV and as a
table) and a sentence that says the same in words. Colours are CSS variables and ``currentColor``, so
that one SVG serves light and dark pages. Every mark that stands for something links to it and
carries a ``<title>``.

Scores and polarities run from -1 (negative pole) to 1 (positive pole).
"""

from __future__ import annotations

import csv
import functools
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 640
LEAN = 0.15
"""A mean nearer to zero than this is drawn as neutral: the rounding of the stance labels."""
SERIES = 6
"""As many lines as there are colours that stay apart for colour-blind readers."""
_ORIGIN = "https://site.invalid"
"""vl-convert resolves links against a host of its own; ours are made absolute before and relative after."""
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"

_CONFIG = {
    "background": None,
    "padding": {"left": 24, "right": 24, "top": 6, "bottom": 6},  # the reader's font may be wider than the one measured
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": "currentColor", "titleColor": "currentColor", "gridColor": "var(--line)",
             "domain": False, "ticks": False, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
             "labelPadding": 6, "labelLimit": 190},
    "legend": {"labelColor": "currentColor", "titleColor": "currentColor", "orient": "top", "labelFontSize": 12,
               "title": None, "symbolOpacity": 1, "labelLimit": 160},
    "text": {"color": "currentColor", "fontSize": 12},
}
_LEANING = {"condition": [{"test": f"datum.mean <= -{LEAN}", "value": "var(--negative)"},
                          {"test": f"datum.mean >= {LEAN}", "value": "var(--positive)"}],
            "value": "var(--neutral)"}


@dataclass(frozen=True, slots=True)
class Chart:
    """``id`` names it within its page, ``summary`` is its text alternative, ``columns`` and ``rows`` its data."""

    id: str
    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    spec: dict

    @property
    def svg(self) -> Markup:
        return _render(json.dumps({**self.spec, "description": self.summary, "config": _CONFIG}), self.summary)

    @property
    def csv(self) -> str:
        """The data; text that a spreadsheet would run as a formula gets a leading apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([_plain_cell(value) for value in row] for row in self.rows)
        return out.getvalue()


def _plain_cell(value):
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


@functools.lru_cache(maxsize=256)
def _render(spec: str, summary: str) -> Markup:
    """SVG of a Vega-Lite specification, with titles on its marks and local links. Cached: pages repeat."""
    import vl_convert  # on the first chart only: it starts a V8 (0.6 s)

    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(spec, vl_version="v5.20", show_warnings=False))
    for element in root.iter():
        if element.get("aria-roledescription") == "axis" or element.tag == f"{{{_SVG}}}svg":
            continue
        if link := element.attrib.pop(f"{{{_XLINK}}}href", None):
            element.set("href", link.removeprefix(_ORIGIN))
        if (label := element.get("aria-label")) and element.get("role") == "graphics-symbol":
            title = ElementTree.Element(f"{{{_SVG}}}title")
            title.text = label
            element.insert(0, title)
    root.set("role", "group")
    root.set("aria-label", summary)
    for axis in root.iter():
        for name in ("aria-roledescription", "pointer-events"):
            axis.attrib.pop(name, None)
        if axis.get("role") in ("graphics-object", "graphics-symbol"):
            axis.set("role", "img") if axis.get("aria-label") else axis.attrib.pop("role")
    root.set("style", f"width: {root.attrib.pop('width')}px")
    del root.attrib["height"]
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _values(rows: Sequence[dict]) -> dict:
    return {"values": [{**row, **({"url": _ORIGIN + row["url"]} if row.get("url") else {})} for row in rows]}


def _score_scale(negative: str, positive: str) -> dict:
    """A score along an axis whose ends bear the names of the poles (a Vega expression holds them as JSON strings)."""
    named = (f"datum.value == 1 ? {json.dumps(positive)} : datum.value == -1 ? {json.dumps(negative)}"
             " : datum.value == 0 ? '0' : ''")
    return {"type": "quantitative", "scale": {"domain": [-1, 1]},
            "axis": {"values": [-1, -0.5, 0, 0.5, 1], "labelExpr": named, "labelFlush": True, "title": None}}


def signed(value: float | None) -> str:
    """A score as readers see it: ``+0.42``, ``−0.42``, ``0.00``; an absent one is a dash."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "\u2212").replace("+0.00", "0.00")


def forest(id: str, title: str, rows: Sequence[dict], negative: str, positive: str, *, noun: str = "speaker") -> Chart:
    """Names down the side, their mean and 95 % interval along the axis, most negative first.

    ``rows``: name, mean, low, high, n, url. The dot's area is the number of quotations.
    """
    rows = sorted(rows, key=lambda row: (row["mean"], row["name"]))
    data = _values([{**row, "told": f"{row['name']}: {signed(row['mean'])} over {row['n']:,} quotations"
                            f" (95 % interval {signed(row['low'])} to {signed(row['high'])})"} for row in rows])
    x = _score_scale(negative, positive)
    y = {"field": "name", "type": "nominal", "sort": None, "title": None,
         "axis": {"grid": True, "gridDash": [1, 3], "labelFontSize": 13, "offset": 4, "minExtent": 130,
                  "labelLimit": 135}}
    spec = {
        "width": WIDTH - 190, "height": {"step": 26}, "data": data,
        "layer": [
            {"data": {"values": [{}]}, "mark": {"type": "rule", "color": "var(--muted)", "aria": False},
             "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
            {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.4, "strokeCap": "round", "aria": False},
             "encoding": {"y": y, "x": {**x, "field": "low"},
                          "x2": {"field": "high"}, "color": _LEANING}},
            {"mark": {"type": "circle", "opacity": 1},
             "encoding": {"y": y, "x": {**x, "field": "mean"},
                          "size": {"field": "n", "type": "quantitative", "legend": None,
                                   "scale": {"type": "sqrt", "range": [40, 240]}},
                          "color": _LEANING, "href": {"field": "url"}, "description": {"field": "told"}}},
        ],
    }
    ends = (f" From {rows[0]['name']} ({signed(rows[0]['mean'])}) to {rows[-1]['name']} ({signed(rows[-1]['mean'])})."
            if len(rows) > 1 else f" {rows[0]['name']}: {signed(rows[0]['mean'])}." if rows else "")
    summary = f"Mean of {len(rows)} {noun}{'' if len(rows) == 1 else 's'}, −1 {negative}, +1 {positive}.{ends}"
    return Chart(id, title, summary, (noun, "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["mean"], r["low"], r["high"], r["n"]) for r in rows), spec)


def timeline(id: str, title: str, rows: Sequence[dict], negative: str, positive: str) -> Chart:
    """Mean score by month, one line a name, with the band of its 95 % interval when there is one name only.

    ``rows``: name, month (YYYY-MM), mean, low, high, n, url; at most :data:`SERIES` names are drawn.
    """
    names = list(dict.fromkeys(row["name"] for row in rows))[:SERIES]
    rows = [row for row in rows if row["name"] in names]
    single = len(names) < 2
    data = _values([{**row, "told": f"{row['name']}, {row['month']}: {signed(row['mean'])}"
                            f" over {row['n']:,} quotation{'' if row['n'] == 1 else 's'}"} for row in rows])
    months = sorted({row["month"] for row in rows})
    x = {"field": "month", "type": "temporal", "timeUnit": "utcyearmonth", "title": None,
         "axis": {"grid": False, "format": "%b %Y", "labelOverlap": True, "labelFlush": True,
                  "tickCount": min(8, len(months)), **({"values": months} if len(months) <= 8 else {})}}
    y = {**_score_scale(negative, positive), "field": "mean"}
    y["axis"] |= {"minExtent": 100, "labelLimit": 130, "labelFlush": False}
    colour = ({"value": "var(--series-1)"} if single else
              {"field": "name", "type": "nominal", "sort": None,
               "scale": {"domain": names, "range": [f"var(--series-{i + 1})" for i in range(len(names))]}})
    size = {"field": "n", "type": "quantitative", "legend": None, "scale": {"type": "sqrt", "range": [30, 200]}}
    layers = [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": "var(--muted)", "aria": False},
         "encoding": {"y": {"datum": 0, "type": "quantitative"}}},
        {"mark": {"type": "line", "strokeWidth": 2, "opacity": 0.7, "aria": False},
         "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": {"type": "circle", "opacity": 1},
         "encoding": {"x": x, "y": y, "color": colour, "size": size, "href": {"field": "url"},
                      "description": {"field": "told"}}},
    ]
    if single:
        layers.insert(1, {"mark": {"type": "area", "opacity": 0.14, "aria": False}, "encoding": {
            "x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour}})
    span = f"{months[0]} to {months[-1]}" if months else "no months"
    last = [row for row in rows if row["month"] == max(r["month"] for r in rows if r["name"] == row["name"])]
    summary = (f"Mean stance by month, {span}; −1 {negative}, +1 {positive}. Last: "
               + "; ".join(f"{row['name']} {signed(row['mean'])}" for row in last) + ".")
    return Chart(id, title, summary, ("name", "month", "mean", "low", "high", "quotations"),
                 tuple((r["name"], r["month"], r["mean"], r["low"], r["high"], r["n"]) for r in rows),
                 {"width": WIDTH - 120, "height": 200, "data": data, "layer": layers})


def volume(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Quotations by month as bars. ``rows``: month, n, url."""
    data = _values([{**row, "told": f"{row['month']}: {row['n']:,} quotations"} for row in rows])
    spec = {"width": WIDTH, "height": 90, "data": data, "mark": {"type": "bar", "color": "var(--accent)"},
            "encoding": {"x": {"field": "month", "type": "ordinal", "title": None,
                               "axis": {"labelOverlap": True, "labelAngle": 0}},
                         "y": {"field": "n", "type": "quantitative", "title": None, "axis": {"tickCount": 3}},
                         "href": {"field": "url"}, "description": {"field": "told"}}}
    top = max(rows, key=lambda row: row["n"], default=None)
    summary = f"Quotations by month; most in {top['month']}, {top['n']:,}." if top else "No dated quotations."
    return Chart(id, title, summary, ("month", "quotations"), tuple((r["month"], r["n"]) for r in rows), spec)


def matrix(id: str, title: str, rows: Sequence[dict]) -> Chart:
    """Who speaks of whom: a dot where speaker and target meet; area is how often, colour how.

    ``rows``: speaker, target, mean (polarity), n, url.
    """
    def ranked(field: str) -> list[str]:
        totals: dict[str, int] = {}
        for row in rows:
            totals[row[field]] = totals.get(row[field], 0) + row["n"]
        return sorted(totals, key=lambda name: (-totals[name], name))

    speakers, targets = ranked("speaker"), ranked("target")
    data = _values([{**row, "told": f"{row['speaker']} of {row['target']}: {signed(row['mean'])}"
                            f" over {row['n']:,} quotation{'' if row['n'] == 1 else 's'}"} for row in rows])
    axis = {"grid": True, "gridDash": [1, 3], "labelFontSize": 12}
    spec = {"width": {"step": 40}, "height": {"step": 28}, "data": data, "mark": {"type": "circle", "opacity": 0.9},
            "encoding": {
                "x": {"field": "target", "type": "nominal", "sort": targets, "title": None,
                      "axis": {**axis, "orient": "top", "labelAngle": -40, "labelLimit": 150}},
                "y": {"field": "speaker", "type": "nominal", "sort": speakers, "title": None, "axis": axis},
                "size": {"field": "n", "type": "quantitative", "legend": None,
                         "scale": {"type": "sqrt", "range": [40, 420]}},
                "color": _LEANING, "href": {"field": "url"}, "description": {"field": "told"}}}
    ends = sorted(rows, key=lambda row: row["mean"])
    summary = f"{len(speakers)} speakers (rows) of {len(targets)} targets (columns)."
    if ends:
        summary += (f" Most hostile: {ends[0]['speaker']} of {ends[0]['target']} ({signed(ends[0]['mean'])});"
                    f" warmest: {ends[-1]['speaker']} of {ends[-1]['target']} ({signed(ends[-1]['mean'])}).")
    return Chart(id, title, summary, ("speaker", "target", "mean_polarity", "quotations"),
                 tuple((r["speaker"], r["target"], r["mean"], r["n"]) for r in rows), spec)
