"""Full-text search: filled at the end of a first build, then kept up as rows come and go.

The tables of full-text search hold no text of their own and have no triggers in the file, so that loading many articles
does not pay for each row. A build that begins with a search that is true (:func:`follow`) keeps it so in its own
connection; any other fills it anew at its end (:func:`fill`).
"""

from __future__ import annotations

from sqlite_utils import Database

#: Tables with full-text search, with the key and the column that is searched.
SEARCHED = {"quotations": ("id", "text"), "articles": ("id", "title"), "article_texts": ("article", "text")}


def follow(db: Database) -> None:
    """Let every change of this connection reach the search."""
    db.conn.execute("PRAGMA recursive_triggers = ON")  # else REPLACE would delete unseen
    for table, (key, column) in SEARCHED.items():
        add = f'INSERT INTO "{table}_fts" (rowid, "{column}") VALUES (new."{key}", new."{column}");'
        take = f'INSERT INTO "{table}_fts" ("{table}_fts", rowid, "{column}") VALUES (\'delete\', old."{key}", old."{column}");'
        for event, body in (("INSERT", add), ("DELETE", take), (f'UPDATE OF "{column}"', take + add)):
            db.conn.execute(f'CREATE TEMP TRIGGER "search_{table}_{event[:6].lower()}" AFTER {event} ON main."{table}" BEGIN {body} END')


def fill(db: Database) -> None:
    """Fill the search with all rows. Run inside a transaction."""
    for table in SEARCHED:
        db.table(table).rebuild_fts()
