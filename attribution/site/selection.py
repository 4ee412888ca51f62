"""What a request's filters leave of the quotations: row numbers of the column store, found once and kept.

Filters that the columns know are masks; what only SQL knows (a search, ``text__contains``, filters of other plugins)
is asked once for the ids that it leaves.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import functools
import gc
import os
import sqlite3

import numpy as np
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request

from .columns import CODED, NUMBERS, Columns, Store

TABLE = "quotations"
TARGET = "_target"
_COMPARE = {"exact": np.equal, "not": np.not_equal, "gt": np.greater, "gte": np.greater_equal, "lt": np.less,
            "lte": np.less_equal}
_NOT_FILTERS = frozenset(
    "_sort _sort_desc _sort_by_desc _next _size _nocount _nofacet _nosuggest _col _nocol _shape _labels _label _json"
    " _json_infinity _nl _trace _timelimit _ttl _facet_size _stream _dl _header _extra _context".split())
selecting: contextvars.ContextVar[bool] = contextvars.ContextVar("selecting", default=False)
"""Whether the filters are asked for to find the selection itself, which must not depend on the page."""
_SELECTIONS, _SELECTED = 32, 50_000_000
"""Selections kept, for the pages and facets of one search, and how many rows they hold together (4 bytes each)."""
_ANY = 1 << 62
PART, MOST_PARTS = 2_000_000, 4
"""Rows of the table from which SQL is asked in several parts, and how many."""
_LATE = "attribution late"
"""Where a request keeps that its selection took too long, so that nothing asks for it again."""

_stores: dict[str, Store] = {}
_selections: collections.OrderedDict[tuple, np.ndarray] = collections.OrderedDict()
_counts: collections.OrderedDict[tuple, dict] = collections.OrderedDict()


def store(db: Database) -> Store | None:
    path = db.path and str(db.path)
    return _stores.setdefault(path, Store(path)) if path and os.path.isfile(path) else None


def ready(db: Database) -> bool:
    """Whether the columns of a database are read and true to it."""
    kept = _stores.get(str(db.path))
    return kept is not None and kept.ready


def warm(datasette: Datasette):
    """Read the columns at startup, so that the first visitor does not wait for them."""
    async def read():
        for db in datasette.databases.values():
            if not db.is_memory and await db.table_exists(TABLE) and (columns := store(db)):
                try:
                    await columns.columns()
                except sqlite3.Error:
                    pass  # not one of ours: its pages go without
        # what is there now stays: looked through for rubbish again and again, it holds up one page in ten by as much as a page
        gc.collect()
        gc.freeze()
    return read


class Selection:
    """The quotations that a request's filters leave: in the column store if there is one, else as SQL."""

    def __init__(self, datasette: Datasette, request: Request, database: str):
        self.datasette, self.request, self.database = datasette, request, database
        self.db = datasette.get_database(database)

    def _arguments(self) -> list[tuple[str, str]]:
        args = self.request.args  # parsed anew whenever it is asked for
        return sorted((key, value) for key in args for value in args.getlist(key)
                      if key not in _NOT_FILTERS and not key.startswith("_facet"))

    async def sql(self, pairs: list[tuple[str, str]]) -> tuple[list[str], dict]:
        """Clauses and parameters for column filters ``pairs`` and whatever other plugins make of the request."""
        clauses, values = Filters([p for p in pairs if not p[0].startswith("_") or "__" in p[0]]
                                  ).build_where_clauses(TABLE)
        asked = selecting.set(True)
        try:
            for hook in pm.hook.filters_from_request(request=self.request, table=TABLE, database=self.database,
                                                     datasette=self.datasette):
                if found := await await_me_maybe(hook):
                    clauses += found.where_clauses
                    values.update(found.params)
        finally:
            selecting.reset(asked)
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
            return None if mask is None else _marked(mask)
        return found if mask is None else found[mask[found]]

    async def _found(self, columns: Columns, arguments: list, unknown: list) -> np.ndarray | None:
        """The rows that SQL finds for filters which the columns do not know; None where those filter nothing."""
        if [name for name, _ in unknown] == ["_search"]:
            rows = columns.words.rows(unknown[0][1])
            return await self._rows(columns, "rowid", f"{TABLE}_fts WHERE {TABLE}_fts MATCH escape_fts(:words)",
                                    {"words": unknown[0][1]}) if rows is None else rows
        clauses, values = await self.sql(arguments)  # all of them: what the columns know may have an index too
        return await self._rows(columns, "id", f"{TABLE} WHERE ({' AND '.join(clauses)})", values) if clauses else None

    async def _rows(self, columns: Columns, key: str, source: str, values: dict) -> np.ndarray:
        """The rows whose ids are the ``key`` of a ``source``, a table with a condition. A large one is asked in parts, each in a
        thread of its own and with the whole time limit."""
        parts = min(MOST_PARTS, 1 + len(columns) // PART)
        borders = [-_ANY, *(int(columns.ids[i * len(columns) // parts]) for i in range(1, parts)), _ANY]

        async def part(low: int, high: int) -> np.ndarray:
            # one string is three times as fast to fetch as rows
            sql, limits = f"SELECT group_concat({key}, ' ') FROM {source}", {}
            if parts > 1:
                sql, limits = f"{sql} AND {key} BETWEEN :part_low AND :part_high", {"part_low": low, "part_high": high - 1}
            text = (await self.db.execute(sql, {**values, **limits})).first()[0]
            return np.fromstring(text or "", dtype=np.int64, sep=" ")

        return columns.rows_of(np.concatenate(await asyncio.gather(*map(part, borders, borders[1:]))))


def _marked(mask: np.ndarray) -> np.ndarray:
    """The rows of a mask; those of a stretch of time lie side by side and need no search."""
    size, low = int(np.count_nonzero(mask)), int(mask.argmax()) if len(mask) else 0
    if mask[low:low + size].all():
        return np.arange(low, low + size, dtype=np.int32)
    return np.flatnonzero(mask).astype(np.int32)


def _known(columns: Columns, name: str, value: str) -> np.ndarray | None:
    """The mask of a filter that the store can answer as SQLite would; None for any other."""
    if name == TARGET:
        return columns.aiming_at(int(value))
    column, _, lookup = name.partition("__")
    lookup = lookup or "exact"
    if column in NUMBERS:
        if lookup in ("isnull", "notnull"):
            return np.isnan(columns.numbers[column]) == (lookup == "isnull")
        edge = number(value)
        known = lookup in ("gt", "gte", "lt", "lte") and edge is not None
        return _COMPARE[lookup](columns.numbers[column], np.float32(edge)) if known else None
    if column not in CODED:
        return None
    if lookup in ("isnull", "notnull"):
        return columns.null(column) == (lookup == "isnull")
    known = columns.comparable[column]
    wanted = number(value) if known.dtype.kind == "f" else value
    if wanted is None or "\0" in value or lookup not in _COMPARE:
        return None
    return columns.matching(column, lambda values: _COMPARE[lookup](values, wanted))


def number(value: str) -> float | None:
    try:
        return float(value) if value.strip() == value and value.isascii() and "_" not in value else None
    except ValueError:
        return None


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
