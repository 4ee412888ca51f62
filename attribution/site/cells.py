"""Readable cells in datasette's own tables and query results, and the cards of the quotations table."""

from __future__ import annotations

import json

from datasette.app import Datasette
from datasette.utils.asgi import Request
from markupsafe import Markup, escape

from . import queries
from .markup import gauge, hits, meter, outside_link
from .site import Site
from .words import match_expression

SCORES = {"score", "polarity", "mean", "change", "early_mean", "late_mean", "low", "high"}
PAGES = {"quotations": "quotation", "articles": "article", "entities": "speaker", "axes": "axis"}
_PAGE_OF = {"quotation_uid": "quotation", "article_uid": "article", "speaker_uid": "speaker", "target_uid": "speaker",
            "axis_uid": "axis"}
"""In the results of a query, a column of this name links to the page."""


def render(datasette: Datasette, value, column: str, table: str | None):
    """Markup for a cell, or None where datasette's own rendering is right."""
    if value is None or isinstance(value, (bytes, dict)):
        return None
    if isinstance(value, (int, float)) and column in SCORES and -1 <= value <= 1:
        return gauge(value)
    if isinstance(value, float) and column.endswith("confidence"):
        return meter(value)
    page = PAGES.get(table or "") if column == "uid" else _PAGE_OF.get(column)
    if page and isinstance(value, str) and value:
        return Markup('<a href="{}">{}</a>').format(getattr(Site(datasette, None), page)(value), value)
    if column == "url":
        return outside_link(value)
    if column == "targets" and isinstance(value, str):
        return _names(value)
    return None


def _names(value: str):
    try:
        names = json.loads(value)
    except ValueError:
        return None
    if not isinstance(names, list):
        return None
    return Markup(", ").join(escape(str(name)) for name in names) or Markup("&nbsp;")


def card_loader(site: Site, request: Request | None):
    """A function for the template: rows of the quotations table in, cards out, hits of a search lit."""
    async def cards(display_rows) -> list[dict]:
        ids = [_plain(row["id"]) for row in display_rows]
        found = await queries.cards(site.db, [int(i) for i in ids])
        words = request.args.get("_search") if request else None
        if found and (match := match_expression(words or "")):
            lit = await queries.highlighted(site.db, match, [card["id"] for card in found])
            for card in found:
                if card["id"] in lit:
                    card["shown"] = hits(lit[card["id"]])
        return found
    return cards


def _plain(value):
    return value["value"] if isinstance(value, dict) else value
