"""A column store over the quotations table: what facets count in.

SQLite reads whole rows to group them; at a million quotations four facets take two seconds. Here every
faceted column is one numpy array of small codes with its list of distinct values, read from the
database once and memory-mapped from files beside it where it is large. A filter is then a boolean
mask and a facet one ``bincount``: milliseconds, and exact.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import words

CODED = ("speaker", "outlet", "kind", "attitude", "cue_polarity", "speaker_kind", "axis", "stance", "month",
         "published", "reviewed")
NUMBERS = ("score", "confidence")
AT_ONCE = 60_000
"""Rows that are read while the page waits (under half a second); more are read in the background."""
KEPT = 300_000
"""Rows from which the arrays are kept in files, so that a restart does not read the table again."""
_ROWS = ("ids", "statements", "target_rows", "target_entities", "stance_rows", "stance_axes", "stance_scores")
_CHUNK = 50_000
_LAYOUT = 3


@dataclass(frozen=True)
class Columns:
    """One state of the table. Row ``i`` of every array is the quotation ``ids[i]``; ids ascend.

    ``codes[column]`` index ``values[column]``; ``comparable[column]`` are the same values as an array (text, or
    numbers with NaN for NULL); ``numbers`` hold NaN for NULL; ``target_rows`` and ``target_entities`` are the pairs of
    the targets table, by row.
    """

    stamp: tuple
    ids: np.ndarray
    codes: dict[str, np.ndarray]
    values: dict[str, list]
    comparable: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    statements: np.ndarray
    target_rows: np.ndarray
    target_entities: np.ndarray
    stance_rows: np.ndarray
    stance_axes: np.ndarray
    stance_scores: np.ndarray
    words: words.CommonWords

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """The rows with these ids, ascending; ids that are not there are passed over."""
        if not len(self):
            return np.empty(0, np.int32)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        rows = rows[self.ids[rows] == ids].astype(np.int32)
        return rows if (rows[1:] > rows[:-1]).all() else np.unique(rows)

    @functools.cached_property
    def newest_first(self) -> np.ndarray | None:
        """For each row the rank of its date (``published``), if no row is younger than one before it; else None."""
        ranks = np.argsort(np.argsort(self.comparable["published"])).astype(np.int32)[self.codes["published"]]
        return ranks if not self.null("published").any() and (ranks[1:] <= ranks[:-1]).all() else None

    @functools.cached_property
    def target_starts(self) -> np.ndarray:
        """For each row, and one beyond the last, where its pairs begin in ``target_entities``."""
        each = np.bincount(self.target_rows, minlength=len(self))
        return np.concatenate([[0], np.cumsum(each)]).astype(np.int32)

    def matching(self, column: str, test) -> np.ndarray:
        """A mask of the rows whose value passes ``test`` (array of values in, mask out) and is not NULL; each distinct
        value is tested once."""
        return (test(self.comparable[column]) & ~self._nulls[column])[self.codes[column]]

    def null(self, column: str) -> np.ndarray:
        """A mask of the rows without a value."""
        return self._nulls[column][self.codes[column]]

    @functools.cached_property
    def _nulls(self) -> dict[str, np.ndarray]:
        return {column: np.array([value is None for value in known], dtype=bool) for column, known in self.values.items()}

    def aiming_at(self, entity: int) -> np.ndarray:
        mask = np.zeros(len(self), dtype=bool)
        mask[self.target_rows[self.target_entities == entity]] = True
        return mask

    @functools.cached_property
    def totals(self) -> dict[str, np.ndarray]:
        """How often each value of each faceted column (and each target) occurs in the whole table, by code."""
        return {column: self._counted(column, None) for column in (*CODED, "targets")}

    def counts(self, column: str, rows: np.ndarray | None, most: int | None = None) -> dict:
        """Value -> number of the ``rows`` (ascending; None: all) that have it, for values that occur; NULL is left out.

        With ``most`` only the most frequent values are given, and all that are as frequent as the last of them.
        """
        counted = self.totals[column] if rows is None else self._counted(column, rows)
        values, least = self.values.get(column), 1
        if most is not None and len(counted) > most:
            least = max(1, np.partition(counted, -most)[-most])
        return {values[i] if values else int(i): int(counted[i]) for i in np.flatnonzero(counted >= least)}

    def _counted(self, column: str, rows: np.ndarray | None) -> np.ndarray:
        if rows is None:
            return self._counted_between(column, 0, len(self))
        if _together(rows):
            low, high = int(rows[0]), int(rows[-1]) + 1
            if high - low <= len(self) / 2:
                return self._counted_between(column, low, high)
            # most of the table: what the rest has is counted sooner
            return self.totals[column] - self._counted_between(column, 0, low) - self._counted_between(column, high, len(self))
        return self._times(column, self._targets_of(rows) if column == "targets" else self.codes[column].take(rows))

    def _counted_between(self, column: str, low: int, high: int) -> np.ndarray:
        if column == "targets":
            return self._times(column, self.target_entities[self.target_starts[low]:self.target_starts[high]])
        return self._times(column, self.codes[column][low:high])

    def _times(self, column: str, codes: np.ndarray) -> np.ndarray:
        """How often each code occurs, NULL never."""
        if column == "targets":
            return np.bincount(codes, minlength=self._most_targets)
        counted = np.bincount(codes, minlength=len(self.values[column]))
        counted[self._nulls[column]] = 0
        return counted

    @functools.cached_property
    def _most_targets(self) -> int:
        return int(self.target_entities.max(initial=-1)) + 1

    def _targets_of(self, rows: np.ndarray) -> np.ndarray:
        """The targets of ``rows``, one for each pair."""
        first = self.target_starts[rows]
        each = self.target_starts[rows + 1] - first
        return self.target_entities.take(np.arange(each.sum()) + np.repeat(first - (np.cumsum(each) - each), each))


def _together(rows: np.ndarray) -> bool:
    """Whether ascending rows lie side by side, as those of a stretch of time do: a slice costs nothing."""
    return len(rows) > 0 and rows[-1] - rows[0] + 1 == len(rows)


def stamp(path: str | Path) -> tuple:
    """Changes whenever the database does: size and time of its file and of its write-ahead log."""
    found = [_LAYOUT]
    for name in (str(path), f"{path}-wal"):
        try:
            state = os.stat(name)
            found += [state.st_size, state.st_mtime_ns] if state.st_size else []
        except FileNotFoundError:
            pass
    return tuple(found)


def read(path: str | Path) -> Columns:
    """Read the columns of the database at ``path`` (1 M quotations: some seconds)."""
    at = stamp(path)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")  # one snapshot for all
        size = connection.execute("SELECT count(*) FROM quotations").fetchone()[0]
        ids = np.empty(size, np.int64)
        codes = {column: np.empty(size, np.int32) for column in CODED}
        numbers = {column: np.empty(size, np.float32) for column in NUMBERS}
        statements = np.empty(size, np.int64)
        known: dict[str, dict] = {column: {} for column in CODED}
        names = ", ".join(("id", "coalesce(statement, -id)", *CODED, *NUMBERS))
        cursor = connection.execute(f"SELECT {names} FROM quotations ORDER BY id")
        at_row = 0
        while chunk := cursor.fetchmany(_CHUNK):
            here = slice(at_row, at_row + len(chunk))
            columns = iter(zip(*chunk, strict=True))
            ids[here] = next(columns)
            statements[here] = next(columns)
            for name in CODED:
                values, codebook = next(columns), known[name]
                for value in dict.fromkeys(values):
                    codebook.setdefault(value, len(codebook))
                codes[name][here] = [codebook[value] for value in values]
            for name in NUMBERS:
                numbers[name][here] = np.array(next(columns), dtype=np.float32)  # None becomes NaN
            at_row += len(chunk)
        aimed, targets = _table(connection, (np.int64, np.int32), "SELECT DISTINCT quotation, entity FROM targets"
                                " WHERE entity IS NOT NULL ORDER BY quotation")
        scored, axes, scores = _table(connection, (np.int64, np.int32, np.float32),
                                      "SELECT quotation, axis, score FROM stances WHERE score IS NOT NULL")
        common = words.read(connection, ids)
    finally:
        connection.close()
    values = {name: list(known[name]) for name in CODED}
    return Columns(at, ids, {name: _narrow(codes[name], len(known[name])) for name in CODED}, values,
                   _comparable(values), numbers, statements, np.searchsorted(ids, aimed).astype(np.int32), targets,
                   np.searchsorted(ids, scored).astype(np.int32), axes, scores, common)


def _table(connection: sqlite3.Connection, types: tuple, sql: str) -> list[np.ndarray]:
    """The columns of a query, read in chunks: tuples take ten times the room of arrays."""
    cursor, chunks = connection.execute(sql), [[np.empty(0, kind)] for kind in types]
    while rows := cursor.fetchmany(_CHUNK):
        for chunk, kind, column in zip(chunks, types, zip(*rows, strict=True), strict=True):
            chunk.append(np.array(column, kind))
    return [np.concatenate(chunk) for chunk in chunks]


def _comparable(values: dict[str, list]) -> dict[str, np.ndarray]:
    """Texts compare by code point, as in SQLite; NULL has a place but no meaning."""
    return {name: np.array([np.nan if v is None else v for v in known], dtype=float) if _is_numeric(known)
            else np.array([v or "" for v in known], dtype=str) for name, known in values.items()}


def _is_numeric(known: list) -> bool:
    return any(isinstance(value, (int, float)) for value in known)


def _narrow(codes: np.ndarray, distinct: int) -> np.ndarray:
    return codes.astype(np.uint8 if distinct < 2**8 else np.uint16 if distinct < 2**16 else np.int32)


def _folder(path: str | Path) -> Path:
    return Path(f"{path}.columns")


def save(columns: Columns, path: str | Path) -> None:
    """Keep the arrays beside the database; quietly not where that folder cannot be written."""
    folder = _folder(path)
    try:
        new = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    except OSError:
        return
    for group, arrays in (("codes", columns.codes), ("numbers", columns.numbers),
                          ("rows", {name: getattr(columns, name) for name in _ROWS}), ("words", {"bits": columns.words.bits})):
        for name, array in arrays.items():
            np.save(new / f"{group}.{name}.npy", array)
    known = {"stamp": columns.stamp, "values": columns.values, "words": columns.words.tokens, "tokenizer": columns.words.tokenizer}
    (new / "values.json").write_text(json.dumps(known), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def load(path: str | Path) -> Columns | None:
    """What :func:`save` kept, memory-mapped, if it is of the database as it stands now."""
    folder = _folder(path)
    try:
        kept = json.loads((folder / "values.json").read_text(encoding="utf-8"))
        if tuple(kept["stamp"]) != stamp(path):
            return None

        def array(name: str) -> np.ndarray:
            return np.load(folder / f"{name}.npy", mmap_mode="r")
        return Columns(tuple(kept["stamp"]), array("rows.ids"), {c: array(f"codes.{c}") for c in CODED},
                       kept["values"], _comparable(kept["values"]), {c: array(f"numbers.{c}") for c in NUMBERS},
                       *(array(f"rows.{name}") for name in _ROWS[1:]),
                       words.CommonWords(tuple(kept["words"]), array("words.bits"), len(array("rows.ids")), kept["tokenizer"]))
    except (OSError, ValueError, KeyError):
        return None


class Store:
    """The columns of one database file, kept true to it."""

    def __init__(self, path: str):
        self.path = path
        self._columns: Columns | None = None
        self._reading = threading.Lock()
        self._rest_until = 0.0

    async def columns(self, size: int | None = None) -> Columns | None:
        """The columns of the file as it is now, or None while a large table is being read (callers use SQL).

        ``size`` is the number of quotations if the caller knows it.
        """
        if self.ready:
            return self._columns
        loop = asyncio.get_running_loop()
        if size is None:
            size = await loop.run_in_executor(None, self._size)
        if size <= AT_ONCE:
            await loop.run_in_executor(None, self._refresh)
            return self._columns
        if not self._reading.locked() and time.monotonic() > self._rest_until:
            threading.Thread(target=self._refresh, daemon=True).start()
        return None

    @property
    def ready(self) -> bool:
        """Whether the columns are read and true to the file."""
        return self._columns is not None and self._columns.stamp == stamp(self.path)

    def _size(self) -> int:
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return connection.execute("SELECT count(*) FROM quotations").fetchone()[0]
        finally:
            connection.close()

    def _refresh(self) -> None:
        with self._reading:
            if self.ready:
                return
            start = time.monotonic()
            columns = load(self.path)
            if columns is None:
                columns = read(self.path)
                if len(columns) >= KEPT:
                    save(columns, self.path)
            _ = columns.totals, columns.target_starts, columns.newest_first  # worked out before the first visitor asks
            self._columns = columns
            # a build that goes on changes the file all the time: read again only after a rest
            self._rest_until = time.monotonic() + 5 * (time.monotonic() - start)
