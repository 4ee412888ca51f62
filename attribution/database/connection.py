"""Opening a quotation database: what may be wrong with the file is said in one line, two builds never mix."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from attribution.database import schema

#: Strict tables came with it.
OLDEST_SQLITE = (3, 37)
#: Seconds to wait for a reader or a short writer (``sqlite-utils insert``, a correction) before giving up.
BUSY_SECONDS = 20
#: Memory for pages while building: uids are random, so every article touches pages all over their index.
CACHE_KIB = 64 * 1024
#: Pages in the write-ahead log before they are moved into the database (40 MB): pages written often move once.
WAL_PAGES = 10_000


class DatabaseError(Exception):
    """The database cannot be opened, read or written; the message is one line for the user."""


def open_database(path: Path | str, *, write: bool = False) -> Database:
    """The database at ``path``; with ``write`` it is created or brought to the present schema.

    Foreign keys are enforced. Raises :class:`DatabaseError` when the file is missing (reading), not SQLite, another
    program's database, of a newer schema than this version knows, of an older one (reading), or cannot be written.
    """
    path = Path(path)
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(f"this Python has SQLite {sqlite3.sqlite_version}; {'.'.join(map(str, OLDEST_SQLITE))} or "
                            "newer is needed")
    with errors_of(path):
        if path.is_dir():
            raise DatabaseError(f"{path} is a folder, not a database file")
        empty = not path.exists() or path.stat().st_size == 0
        if write:
            _check_writable(path)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        elif empty:
            raise DatabaseError(f"there is no database at {path}: attribution build makes it")
        else:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            db = Database(connection)
            if not empty:
                _check_kind(path, db, write)
            if write:
                # readers go on while a build writes, and a commit costs no disk flush
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
                connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
                schema.create(db)
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return db


def close(db: Database) -> None:
    """Close ``db`` as one plain file without ``-wal``, fit for read-only media, copying and ``datasette -i``."""
    with contextlib.suppress(sqlite3.OperationalError):  # a reader is at it: the write-ahead log stays, harmless
        db.conn.execute("PRAGMA busy_timeout = 0")
        db.conn.execute("PRAGMA journal_mode = DELETE")
    db.conn.close()


@contextlib.contextmanager
def errors_of(path: Path | str, kinds: tuple[type[Exception], ...] = (sqlite3.Error, OSError)) -> Iterator[None]:
    """Within it, an error of SQLite or of the file system becomes a :class:`DatabaseError` that names ``path``."""
    try:
        yield
    except kinds as error:
        raise DatabaseError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


@contextlib.contextmanager
def build_lock(path: Path | str) -> Iterator[None]:
    """Only one build at a time works on ``path``; the lock ends with the process, however that ends.

    Raises :class:`DatabaseError` when another build holds it.
    """
    lock = FileLock(f"{Path(path).resolve()}.lock", timeout=0)
    with errors_of(path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise DatabaseError(f"{path} is locked by another build: wait for it to end") from None
    try:
        yield
    finally:
        lock.release()


def _check_writable(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise DatabaseError(f"cannot write {path}: no permission")


def _check_kind(path: Path, db: Database, write: bool) -> None:
    try:
        application = db.conn.execute("PRAGMA application_id").fetchone()[0]
        known = {migration.name for migration in schema.migrations.applied(db)}
        tables = db.table_names()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path} is not a database file ({error})") from error
    if not tables and application in (0, schema.APPLICATION_ID):
        return  # an empty database: nothing of anybody's is in it
    if application != schema.APPLICATION_ID or not known:
        raise DatabaseError(f"{path} is a database of another program; choose another file")
    newer = sorted(known - schema.names())
    if newer:
        raise DatabaseError(f"{path} was made by a newer version of attribution ({newer[-1]}): upgrade attribution")
    if not write and schema.migrations.pending(db):
        raise DatabaseError(f"{path} was made by an older version of attribution: attribution build upgrades it")
