"""Facets of the quotations table that are right and fast: ``facets: [{indexed: speaker}, …]`` in metadata.yml.

They count in the column store (:mod:`.columns`) and differ from datasette's own in four ways: they take
milliseconds at any size; they do not shrink from page 2 on (datasette counts after its paging clause);
``targets`` is a facet over the targets table; ``month`` runs newest first. A filter that the store
does not know runs once in SQL, as the ids it leaves; without a store all is counted in SQL.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import functools
import itertools
import os
import re
import sqlite3

import numpy as np
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments, Filters
from datasette.plugins import pm
from datasette.utils import (
    await_me_maybe,
    escape_sqlite,
    path_with_added_args,
    path_with_removed_args,
    tilde_decode,
)
from datasette.utils.asgi import BadRequest, Request

from .columns import CODED, NUMBERS, Columns, Store

TABLE = "quotations"
TARGET = "_target"
_TARGET_CLAUSE = "id IN (SELECT quotation FROM targets WHERE entity = :attribution_target{})"
_TARGET_OF_FEW_CLAUSE = ("EXISTS (SELECT 1 FROM targets WHERE quotation = quotations.id"
                         " AND entity = :attribution_target{})")
_COMPARE = {"exact": np.equal, "not": np.not_equal, "gt": np.greater, "gte": np.greater_equal, "lt": np.less,
            "lte": np.less_equal}
_NOT_FILTERS = frozenset(
    "_sort _sort_desc _sort_by_desc _next _size _nocount _nofacet _nosuggest _col _nocol _shape _labels _label _json"
    " _json_infinity _nl _trace _timelimit _ttl _facet_size _stream _dl _header _extra _context".split())
_PAGE_MARK = "/* this page */"
_selecting: contextvars.ContextVar[bool] = contextvars.ContextVar("selecting", default=False)
"""Whether the filters are asked for to find the selection itself, which must not depend on the page."""
MOST_TIES = 20_000
"""Rows of one date or score that are looked at for a page beyond its own; SQLite takes statements up to a million letters."""
_SELECTIONS, _SELECTED = 32, 50_000_000
"""Selections kept, for the pages and facets of one search, and how many rows they hold together (4 bytes each)."""
_ANY = 1 << 62
PART, MOST_PARTS = 2_000_000, 2
"""Rows of the table from which a search is asked in several parts, and how many: more than the cores gain nothing."""
_LATE = "attribution late"
"""Where a request keeps that its selection took too long, so that nothing asks for it again."""

_stores: dict[str, Store] = {}
_selections: collections.OrderedDict[tuple, np.ndarray] = collections.OrderedDict()
_counts: collections.OrderedDict[tuple, dict] = collections.OrderedDict()


def store(db: Database) -> Store | None:
    path = db.path and str(db.path)
    return _stores.setdefault(path, Store(path)) if path and os.path.isfile(path) else None


def warm(datasette: Datasette):
    """Read the columns at startup, so that the first visitor does not wait for them."""
    async def read():
        for db in datasette.databases.values():
            if not db.is_memory and await db.table_exists(TABLE) and (columns := store(db)):
                try:
                    await columns.columns()
                except sqlite3.Error:
                    pass  # not one of ours: its pages go without
    return read


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
        page = None if _selecting.get() else await _page(datasette, request, database)
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
    if order not in ("id", "published", *NUMBERS) or (rows is None and order == "id") or (after and not key.isdigit()):
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
        if (edge := _number(after)) is None:
            return None
        edge = np.float32(-edge if descending else edge)
        size += int(np.count_nonzero(numbers == edge))
        rows, numbers = rows[numbers >= edge], numbers[numbers >= edge]
    if len(rows) > size:
        return rows[numbers <= np.partition(numbers, size)[size]]
    return rows if all_numbered else None


def whole(sql: str) -> str:
    """The SQL of a page without the ids of that page: what readers take with them gives all rows."""
    page = rf"id IN \({re.escape(_PAGE_MARK)} [\d, ]*\)"
    sql = re.sub(rf" and {page}| where {page}(?! and)|(?<= where ){page} and ", "", sql)
    return re.sub(r"EXISTS \(SELECT 1 FROM targets WHERE quotation = quotations\.id AND entity = (:\w+)\)",
                  r"id IN (SELECT quotation FROM targets WHERE entity = \1)", sql)


class Selection:
    """The quotations that a request's filters leave: in the column store if there is one, else as SQL."""

    def __init__(self, datasette: Datasette, request: Request, database: str):
        self.datasette, self.request, self.database = datasette, request, database
        self.db = datasette.get_database(database)

    def _arguments(self) -> list[tuple[str, str]]:
        return sorted((key, value) for key in self.request.args for value in self.request.args.getlist(key)
                      if key not in _NOT_FILTERS and not key.startswith("_facet"))

    async def sql(self, pairs: list[tuple[str, str]]) -> tuple[list[str], dict]:
        """Clauses and parameters for column filters ``pairs`` and whatever other plugins make of the request."""
        clauses, values = Filters([p for p in pairs if not p[0].startswith("_") or "__" in p[0]]
                                  ).build_where_clauses(TABLE)
        asked = _selecting.set(True)
        try:
            for hook in pm.hook.filters_from_request(request=self.request, table=TABLE, database=self.database,
                                                     datasette=self.datasette):
                if found := await await_me_maybe(hook):
                    clauses += found.where_clauses
                    values.update(found.params)
        finally:
            _selecting.reset(asked)
        return clauses, values

    def _key(self, columns: Columns) -> tuple:
        return (str(self.db.path), columns.stamp, tuple(self._arguments()))

    async def counts(self, columns: Columns, column: str, most: int | None) -> dict:
        """Counts of a facet under the selection; the last ones are kept."""
        key = (*self._key(columns), column, most)
        if key not in _counts:
            _counts[key] = columns.counts(column, await self.rows(columns), most)
            while len(_counts) > 20 * _SELECTIONS:
                _counts.popitem(last=False)
        return _counts[key]

    async def rows(self, columns: Columns) -> np.ndarray | None:
        """Which rows of ``columns`` are selected, ascending; None means all. Raises QueryInterrupted where SQL, which
        is asked for what the columns do not know, took too long."""
        key = self._key(columns)
        if key in _selections:
            _selections.move_to_end(key)
            return _selections[key]
        if _LATE in self.request.scope:
            raise self.request.scope[_LATE]
        try:
            selected = await self._selected(columns)
        except QueryInterrupted as late:
            self.request.scope[_LATE] = late
            raise
        _selections[key] = selected
        while len(_selections) > _SELECTIONS or len(_selections) > 1 and sum(
                len(rows) for rows in _selections.values() if rows is not None) > _SELECTED:
            _selections.popitem(last=False)
        return selected

    async def _selected(self, columns: Columns) -> np.ndarray | None:
        masks, unknown = [], []
        arguments = self._arguments()
        for name, value in arguments:
            mask = _known(columns, name, value)
            if mask is not None:
                masks.append(mask)
            else:
                unknown.append((name, value))
        found = await self._found(columns, arguments, unknown) if unknown else None
        mask = functools.reduce(np.logical_and, masks) if masks else None
        if found is None:
            return None if mask is None else np.flatnonzero(mask).astype(np.int32)
        return found if mask is None else found[mask[found]]

    async def _found(self, columns: Columns, arguments: list, unknown: list) -> np.ndarray | None:
        """The rows that SQL finds for filters which the columns do not know; None where those filter nothing."""
        if [name for name, _ in unknown] == ["_search"]:
            return columns.rows_of(await self._searched(columns, unknown[0][1]))
        clauses, values = await self.sql(arguments)  # all of them: what the columns know may have an index too
        if not clauses:
            return None
        return columns.rows_of(await self._ids(f"SELECT id AS i FROM {TABLE} WHERE {' AND '.join(clauses)}", values))

    async def _searched(self, columns: Columns, words: str) -> np.ndarray:
        """The ids with these words; a large index is asked in parts, each in a thread of its own."""
        sql = f"SELECT rowid AS i FROM {TABLE}_fts WHERE {TABLE}_fts MATCH escape_fts(:words)"
        parts = min(MOST_PARTS, 1 + len(columns) // PART)
        if parts == 1:
            return await self._ids(sql, {"words": words})
        borders = [-_ANY, *(int(columns.ids[i * len(columns) // parts]) for i in range(1, parts)), _ANY]
        return np.concatenate(await asyncio.gather(*(
            self._ids(f"{sql} AND rowid BETWEEN :low AND :high", {"words": words, "low": low, "high": high - 1})
            for low, high in itertools.pairwise(borders))))

    async def _ids(self, sql: str, values: dict) -> np.ndarray:
        """The first column of ``sql``, called ``i``. One string is three times as fast to fetch as rows."""
        text = (await self.db.execute(f"SELECT group_concat(i, ' ') FROM ({sql})", values)).first()[0]
        return np.fromstring(text or "", dtype=np.int64, sep=" ")


def _known(columns: Columns, name: str, value: str) -> np.ndarray | None:
    """The mask of a filter that the store can answer as SQLite would; None for any other."""
    if name == TARGET:
        return columns.aiming_at(int(value))
    column, _, lookup = name.partition("__")
    lookup = lookup or "exact"
    if column in NUMBERS:
        if lookup in ("isnull", "notnull"):
            return np.isnan(columns.numbers[column]) == (lookup == "isnull")
        number = _number(value)
        known = lookup in ("gt", "gte", "lt", "lte") and number is not None
        return _COMPARE[lookup](columns.numbers[column], np.float32(number)) if known else None
    if column not in CODED:
        return None
    if lookup in ("isnull", "notnull"):
        return columns.null(column) == (lookup == "isnull")
    known = columns.comparable[column]
    wanted = _number(value) if known.dtype.kind == "f" else value
    if wanted is None or "\0" in value or lookup not in _COMPARE:
        return None
    return columns.matching(column, lambda values: _COMPARE[lookup](values, wanted))


def _number(value: str) -> float | None:
    try:
        return float(value) if value.strip() == value and value.isascii() and "_" not in value else None
    except ValueError:
        return None


def uncounted(datasette: Datasette, scope: dict) -> dict:
    """The request of a page of the quotations table, with datasette told not to count its rows in SQL where the columns
    know their number (:func:`total`); half a second for a common word in a million rows."""
    for db in datasette.databases.values():
        if scope.get("path") == f"{datasette.setting('base_url')}{db.route}/{TABLE}" and b"_nocount" not in (
                scope["query_string"]) and (kept := _stores.get(str(db.path))) and kept.ready:
            return {**scope, "query_string": scope["query_string"] + b"&_nocount=1"}
    return scope


def plain(url: str) -> str:
    """An address without what :func:`uncounted` put into it."""
    path, _, query = str(url).partition("?")
    query = "&".join(pair for pair in query.split("&") if pair and pair != "_nocount=1")
    return f"{path}?{query}" if query else path


async def total(datasette: Datasette, request: Request, database: str) -> int | None:
    """How many quotations the request's filters leave; None where only SQL could tell."""
    known = store(datasette.get_database(database))
    columns = await known.columns() if known else None
    if columns is None:
        return None
    try:
        rows = await Selection(datasette, request, database).rows(columns)
    except (QueryInterrupted, sqlite3.OperationalError):
        return None
    return len(columns) if rows is None else len(rows)


class IndexedFacet(Facet):
    """A facet type ``indexed`` for the columns of the store and for ``targets``."""

    type = "indexed"

    async def facet_results(self):
        configs = self.get_configs() if self.table == TABLE else []
        if not configs:
            return [], []
        results, late = [], []
        selection = Selection(self.ds, self.request, self.database)
        kept = store(selection.db)
        columns = await kept.columns(self.row_count if not selection._arguments() else None) if kept else None
        for config in configs:
            column = config["config"].get("column") or config["config"]["simple"]
            if column != "targets" and column not in CODED:
                continue
            try:
                if columns is not None:
                    most = None if column == "month" else self.get_facet_size() + 1
                    counts = await selection.counts(columns, column, most)
                else:
                    counts = await self._counts_in_sql(selection, column)
            except QueryInterrupted:
                late.append(column)
                continue
            results.append(await self._result(column, counts, config["source"]))
        return results, late

    async def _counts_in_sql(self, selection: Selection, column: str) -> dict:
        clauses, values = await selection.sql(selection._arguments())
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        if column == "targets":
            sql = (f"SELECT entity, count(DISTINCT quotation) FROM targets WHERE entity IS NOT NULL AND quotation IN"
                   f" (SELECT id FROM {TABLE}{where}) GROUP BY entity")
        else:
            sql = f"SELECT {escape_sqlite(column)}, count(*) FROM {TABLE}{where} GROUP BY 1"
        found = await self.ds.get_database(self.database).execute(
            sql, values, truncate=False, custom_time_limit=self.ds.setting("facet_time_limit_ms"))
        return {value: count for value, count in found.rows if value is not None}

    async def _result(self, column: str, counts: dict, source: str) -> dict:
        size = self.get_facet_size()
        order = ((lambda item: item[0]) if column == "month" else (lambda item: item[1]))
        ranked = sorted(sorted(counts.items(), key=lambda item: str(item[0])), key=order, reverse=True)
        shown = ranked[:size]
        labels = await self._labels(column, [value for value, _ in shown])
        pairs = set(self.get_querystring_pairs())
        argument = TARGET if column == "targets" else column
        results = []
        for value, count in shown:
            selected = (argument, str(value)) in pairs
            path = path_with_removed_args(self.request, {"_next"})
            if selected:
                path = path_with_removed_args(self.request, {argument: str(value)}, path=path)
            else:
                path = path_with_added_args(self.request, {argument: str(value), "_next": None})
            results.append({"value": value, "label": labels.get(value, value), "count": count, "selected": selected,
                            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(plain(path)))})
        return {"name": column, "type": self.type, "hideable": source != "metadata", "results": results,
                "truncated": len(ranked) > size, "toggle_url": self.ds.urls.path(
                    path_with_removed_args(self.request, {"_facet_indexed": column}))}

    async def _labels(self, column: str, values: list) -> dict:
        if column == "targets":
            found = await self.ds.expand_foreign_keys(self.database, "targets", "entity", values)
        else:
            found = await self.ds.expand_foreign_keys(self.database, TABLE, column, values)
        return {value: label for (_, value), label in found.items()}
