"""One page of the quotations table: the ids of its rows, so that SQLite reads these few instead of walking all.

Also the filter ``?_target=``, and how datasette is kept from doing for the page what it does not need.
"""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import parse_qs

import numpy as np
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.filters import FilterArguments
from datasette.utils import await_me_maybe, tilde_decode
from datasette.utils.asgi import BadRequest, Request

from .columns import NUMBERS, Columns
from .selection import TABLE, TARGET, Selection, number, ready, selecting, store

_TARGET_CLAUSE = "id IN (SELECT quotation FROM targets WHERE entity = :attribution_target{})"
_TARGET_OF_FEW_CLAUSE = ("EXISTS (SELECT 1 FROM targets WHERE quotation = quotations.id"
                         " AND entity = :attribution_target{})")
_PAGE_MARK = "/* this page */"
_SEARCH_CLAUSE = f"rowid in (select rowid from {TABLE}_fts where {TABLE}_fts match escape_fts(:search))"
"""Datasette's own clause for ``?_search=``."""
_SEARCHED_CLAUSE = f"1 /* for all of this page: {_SEARCH_CLAUSE} */"
_PAGE = "attribution_page"
ORDERS = ("published", *NUMBERS)
"""What the pages of the table are ordered by besides the key."""
MOST_TIES = 20_000
"""Rows of one date or score that are looked at for a page beyond its own; SQLite takes statements up to a million letters."""


def filters(request: Request, database: str, table: str, datasette: Datasette):
    """``?_target=<entity>``: quotations with this entity among their targets (may be repeated).

    A page also gets the ids of its rows, where the columns know them: SQLite then reads these few rows instead of
    walking or sorting all that pass the filter.
    """
    if table != TABLE:
        return None
    wanted = request.args.getlist(TARGET)
    if not all(value.isdigit() and len(value) < 19 for value in wanted):
        raise BadRequest(f"{TARGET} takes the number of an entity")

    async def arguments():
        db = datasette.get_database(database)
        names, clauses, values = [], [], {}
        page = await _page_once(datasette, request, database)
        if page is not None:
            # written out, so that SQLite knows how few they are and does not walk an index instead
            clauses.append(f"id IN ({_PAGE_MARK} {', '.join(map(str, page.tolist()))})")
        for value in wanted:
            found = (await db.execute("SELECT name FROM entities WHERE id = ?", [int(value)])).first()
            names.append(f"target is {found[0] if found else value}")
        clause = _TARGET_CLAUSE if page is None else _TARGET_OF_FEW_CLAUSE
        clauses += [clause.format(i) for i in range(len(wanted))]
        values |= {f"attribution_target{i}": int(value) for i, value in enumerate(wanted)}
        return FilterArguments(clauses, values, names)
    return arguments


async def searched_once(hook, datasette: Datasette, request: Request, database: str):
    """What a filter of datasette's comes to, without the search where the ids of the page are known: they are from what
    that search found, and SQLite would search once more (a tenth of ten million rows: half a second)."""
    found = await await_me_maybe(hook)
    if found and _SEARCH_CLAUSE in found.where_clauses and await _page_once(datasette, request, database) is not None:
        found.where_clauses = [_SEARCHED_CLAUSE if c == _SEARCH_CLAUSE else c for c in found.where_clauses]
    return found


async def _page_once(datasette: Datasette, request: Request, database: str) -> np.ndarray | None:
    """:func:`_page`, worked out once a request; None while the filters of a selection are asked for."""
    if selecting.get():
        return None
    if _PAGE not in request.scope:
        request.scope[_PAGE] = await _page(datasette, request, database)
    return request.scope[_PAGE]


async def _page(datasette: Datasette, request: Request, database: str) -> np.ndarray | None:
    """The ids of the page that is asked for, or None where all rows must be looked at: datasette counts them itself,
    streams them, or has facets of its own, which would count only this page."""
    args = request.args
    kept = store(datasette.get_database(database))
    facets = any(key.startswith("_facet") and key not in ("_facet_size", "_facet_indexed") for key in args)
    if "_nocount" not in args or "_stream" in args or facets or not kept or not (columns := await kept.columns()):
        return None
    try:
        rows = await Selection(datasette, request, database).rows(columns)
    except (QueryInterrupted, sqlite3.OperationalError):
        return None
    about = datasette.table_metadata(database, TABLE) or {}
    size = args.get("_size") or about.get("size")
    size = str(datasette.max_returned_rows if size == "max" else size or datasette.page_size)
    ordered = args if "_sort" in args or "_sort_desc" in args else {f"_{key}": about.get(key) for key in ("sort", "sort_desc")}
    ids = page_ids(columns, rows, ordered.get("_sort"), ordered.get("_sort_desc"), args.get("_next"), int(size)
                   ) if size.isdigit() else None
    return ids if ids is not None and len(ids) <= int(size) + MOST_TIES else None


def page_ids(columns: Columns, rows: np.ndarray | None, sort: str | None, sort_desc: str | None, after: str | None,
             size: int) -> np.ndarray | None:
    """Ids among which the ``size`` rows of a page are, and one more that tells of a next page; None for an order that
    the columns do not know. ``rows`` are those selected, ascending (None: all). ``after`` is datasette's ``_next``: the
    last key, before it what was sorted by."""
    order, descending = (sort_desc, True) if sort_desc else (sort or "id", False)
    value, _, key = (after or "").rpartition(",")
    if order not in ("id", *ORDERS) or (rows is None and order == "id") or (after and not key.isdigit()):
        return None
    if rows is None:
        rows = np.arange(len(columns), dtype=np.int32)
    if order in NUMBERS:
        rows = _strongest(columns, rows, order, descending, tilde_decode(value), size)
        if rows is None:
            return None
    elif order == "published":
        if (ranks := columns.newest_first) is None:
            return None
        if descending:  # as the ids run
            return page_ids(columns, rows, "id", None, after, size)
        if after:  # the rows of its own date, and all younger ones
            row = np.searchsorted(columns.ids, int(key))
            if row == len(columns) or columns.ids[row] != int(key):
                return None
            rows = rows[ranks[rows] >= ranks[row]]
            size += int(np.count_nonzero(ranks[rows] == ranks[row]))
        if len(rows) > size:  # whole dates only: among the rows of one, ids ascend
            rows = rows[np.searchsorted(-ranks[rows], -ranks[rows[-size - 1]]):]
    elif descending:
        rows = rows[:np.searchsorted(columns.ids[rows], int(key))] if after else rows
        rows = rows[-size - 1:]
    else:
        rows = rows[np.searchsorted(columns.ids[rows], int(key), side="right"):] if after else rows
        rows = rows[:size + 1]
    return columns.ids[rows]


def _strongest(columns: Columns, rows: np.ndarray, order: str, descending: bool, after: str, size: int
               ) -> np.ndarray | None:
    """The rows with the ``size`` smallest (or largest) numbers beyond ``after``, one more, and all that are equal to the
    last; None where SQLite puts rows without a number among them (first of all upwards, last downwards)."""
    numbers = columns.numbers[order][rows] * np.float32(-1 if descending else 1)
    numbered = ~np.isnan(numbers)
    rows, numbers, all_numbered = rows[numbered], numbers[numbered], bool(numbered.all())
    if not (all_numbered or descending):
        return None
    if after:
        if (edge := number(after)) is None:
            return None
        edge = np.float32(-edge if descending else edge)
        size += int(np.count_nonzero(numbers == edge))
        rows, numbers = rows[numbers >= edge], numbers[numbers >= edge]
    if len(rows) > size:
        return rows[numbers <= np.partition(numbers, size)[size]]
    return rows if all_numbered else None


def whole(sql: str) -> str:
    """The SQL of a page without the ids of that page and with all columns: what readers take with them gives all rows."""
    page = rf"id IN \({re.escape(_PAGE_MARK)} [\d, ]*\)"
    sql = re.sub(rf" and {page}| where {page}(?! and)|(?<= where ){page} and ", "", sql).replace(_SEARCHED_CLAUSE, _SEARCH_CLAUSE)
    sql = re.sub(rf"^select id, uid(, (?:{'|'.join(ORDERS)}))? from ", "select * from ", sql)
    return re.sub(r"EXISTS \(SELECT 1 FROM targets WHERE quotation = quotations\.id AND entity = (:\w+)\)",
                  r"id IN (SELECT quotation FROM targets WHERE entity = \1)", sql)


def streamed(scope: dict) -> dict:
    """The request of a whole table as CSV, read in the largest pages that the settings allow. Datasette means to do so
    itself, yet reads in pages of the table's own size: of 50 rows each, whose permissions, foreign keys and filters take
    several times as long as the rows."""
    query = scope.get("query_string", b"")
    if scope.get("path", "").endswith(".csv") and parse_qs(query.decode("latin-1")).keys() & {"_stream", "_size"} == {"_stream"}:
        return {**scope, "query_string": query + b"&_size=max"}
    return scope


def lightened(datasette: Datasette, scope: dict) -> dict:
    """The request of a page of the quotations table, with datasette told not to count its rows in SQL where the columns
    know their number (:func:`attribution.site.selection.total`; half a second for a common word in a million rows), and
    to read only the keys and what the rows are ordered by: the cards of the page read what they show, and rendering
    thirty cells of fifty rows that nobody sees takes two fifths of the time."""
    query = scope.get("query_string", b"")
    for db in datasette.databases.values():
        if scope.get("path") == f"{datasette.setting('base_url')}{db.route}/{TABLE}" and b"_nocount" not in query and ready(db):
            more = b"&_nocount=1"
            asked = parse_qs(query.decode("latin-1"))
            order = (asked.get("_sort_desc") or asked.get("_sort") or ["id"])[-1]
            if order in ("id", *ORDERS) and not asked.keys() & {"_col", "_nocol"}:
                more += b"&_col=uid" + (f"&_col={order}".encode() if order != "id" else b"")
            return {**scope, "query_string": query + more}
    return scope


def plain(url: str) -> str:
    """An address without what :func:`lightened` put into it."""
    path, _, query = str(url).partition("?")
    query = re.sub(r"(^|&)_nocount=1(?:&_col=\w+)*(?=&|$)", "", query).lstrip("&")
    return f"{path}?{query}" if query else path
