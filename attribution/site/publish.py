"""A folder to publish: ``datasette FOLDER`` serves it, ``datasette publish`` and Datasette Lite take its database."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

from .server import NAME, SETTINGS

PRIVATE = ("analyses", "chains", "scorings", "name_blocks", "names", "entity_forms", "stale_names", "statement_words",
           "unnamed_words", "stale_statements")
"""What only a build needs."""
TEXTS = ("article_texts_fts", "article_texts")
"""Full texts are their publishers' property: they are left out unless asked for."""


def publish(database: str | Path, folder: str | Path, *, metadata: str | Path, texts: bool = False) -> Path:
    """Write a read-only copy of ``database`` with its metadata and settings into ``folder``; returns the copy's path.

    The folder is datasette's "configuration directory"; the copy is compact, has no write-ahead log, and is declared
    immutable by ``inspect-data.json``. Raises FileNotFoundError without a database, FileExistsError when the folder
    holds something else.
    """
    database, folder = Path(database), Path(folder)
    if not database.is_file():
        raise FileNotFoundError(f"no database at {database}")
    if folder.exists() and (folder.is_file() or any(folder.iterdir())) and not (folder / f"{NAME}.db").exists():
        raise FileExistsError(f"{folder} holds other files; give an empty or new folder")
    folder.mkdir(parents=True, exist_ok=True)
    copy, work = folder / f"{NAME}.db", folder / f"{NAME}.db.new"
    work.unlink(missing_ok=True)
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    source.execute("VACUUM INTO ?", (str(work),))
    source.close()
    connection = sqlite3.connect(work, isolation_level=None)
    connection.execute("PRAGMA secure_delete = ON")
    for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')  # they note for the next build what changes, and nothing will
    for table in PRIVATE + (() if texts else TEXTS):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute("UPDATE articles SET path = NULL")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("VACUUM")
    counts = {name: {"count": connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]}
              for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    connection.close()
    work.replace(copy)
    shutil.copyfile(metadata, folder / "metadata.yml")
    (folder / "settings.json").write_text(json.dumps({**SETTINGS, "default_cache_ttl": 3600}, indent=2))
    (folder / "inspect-data.json").write_text(json.dumps(
        {NAME: {"hash": "", "size": copy.stat().st_size, "file": copy.name, "tables": counts}}, indent=2))
    return copy
