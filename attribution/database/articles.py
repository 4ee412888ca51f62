"""Articles with their analyses, in and out of the database; each article is one transaction."""

from __future__ import annotations

import json
import sqlite3
from urllib.parse import urlsplit

from sqlite_utils import Database

from attribution.database import rows
from attribution.database.keys import free_ids, iso_date
from attribution.records import Analysis, Article

_QUOTATION = ("id", "uid", "published", "outlet", "article", "number", "text", "kind", "attitude", "cue_polarity",
              "addressee", "medium", "confidence", "cue", "source", "start", "end", "context_start", "context_end",
              "speaker_name", "speaker_kind", "speaker_role", "speaker_confidence", "speaker_how", "chain", "targets")
_INSERT_QUOTATION = "INSERT INTO quotations ({}) VALUES ({})".format(
    ", ".join(f'"{name}"' for name in _QUOTATION), ", ".join("?" * len(_QUOTATION)))


def write_article(db: Database, analysis: Analysis, versions: str) -> int:
    """Write an article, new or again, and all that its analysis tells; returns the number of its quotations.

    One transaction. Speakers and targets are named as the analysis names them; linking them to entities and scoring
    them are later steps. Quotations that were there before keep their id. Raises :class:`ValueError` for spans outside
    the text and for text that is not Unicode (lone surrogates).
    """
    article, quotations = analysis.article, rows.quotation_rows(analysis)
    with db.atomic():
        number = _article(db.conn, article, _outlet(db.conn, article), len(quotations))
        db.conn.execute("INSERT OR REPLACE INTO article_texts VALUES (?, ?, ?)",
                        (number, article.text, rows.compact(article.furniture)))
        db.conn.execute("INSERT OR REPLACE INTO analyses VALUES (?, ?, ?)", (number, versions, rows.pack(analysis)))
        _rows(db.conn, number, analysis, quotations)
    return len(quotations)


def restore_article(db: Database, number: int) -> None:
    """Write the rows of the article with that ``articles.id`` again as its stored analysis tells, without what was
    worked out or corrected since (one transaction)."""
    analysis = read_analysis(db, number)
    with db.atomic():
        _rows(db.conn, number, analysis, rows.quotation_rows(analysis))


def remove_article(db: Database, number: int) -> None:
    """Remove the article of that ``articles.id`` and everything that hangs on it (one transaction)."""
    with db.atomic():
        db.conn.execute("DELETE FROM articles WHERE id = ?", (number,))


def read_analysis(db: Database, number: int) -> Analysis:
    """The stored analysis of the article with that ``articles.id``."""
    row = db.conn.execute(
        "SELECT a.uid, t.text, a.path, a.url, a.title, o.name, a.byline, a.published, a.language, t.furniture, n.data "
        "FROM articles a JOIN article_texts t ON t.article = a.id JOIN analyses n ON n.article = a.id "
        "LEFT JOIN outlets o ON o.id = a.outlet WHERE a.id = ?", (number,)).fetchone()
    furniture = tuple((start, end) for start, end in json.loads(row[9]))
    return rows.unpack(row[10], Article(*row[:9], furniture))


def _outlet(connection: sqlite3.Connection, article: Article) -> int | None:
    if not article.outlet:
        return None
    domain = _domain(article.url)
    connection.execute("INSERT INTO outlets (name, domain) VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
                       "SET domain = excluded.domain WHERE domain IS NULL", (article.outlet, domain))
    return connection.execute("SELECT id FROM outlets WHERE name = ?", (article.outlet,)).fetchone()[0]


def _domain(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _article(connection: sqlite3.Connection, article: Article, outlet: int | None, n_quotations: int) -> int:
    values = (article.title, outlet, article.byline, iso_date(article.published), article.language, article.url,
              article.path, len(article.text), n_quotations, article.hash)
    connection.execute(
        "INSERT INTO articles (uid, title, outlet, byline, published, language, url, path, characters, n_quotations, "
        "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET title = excluded.title, "
        "outlet = excluded.outlet, byline = excluded.byline, published = excluded.published, "
        "language = excluded.language, url = excluded.url, path = excluded.path, characters = excluded.characters, "
        "n_quotations = excluded.n_quotations, hash = excluded.hash", (article.id, *values))
    return connection.execute("SELECT id FROM articles WHERE uid = ?", (article.id,)).fetchone()[0]


def _rows(connection: sqlite3.Connection, article: int, analysis: Analysis,
          quotations: list[rows.QuotationRows]) -> None:
    """Chains and quotations; they are unlinked, unscored and uncorrected."""
    for table in ("chains", "scorings"):
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))
    connection.execute("UPDATE corrections SET status = 'waiting' WHERE article = ?", (article,))
    connection.executemany(
        "INSERT INTO chains (article, number, name, kind, gender, mentions) VALUES (?, ?, ?, ?, ?, ?)",
        [(article, *row) for row in rows.chain_rows(analysis)])
    outlet, published = connection.execute("SELECT outlet, published FROM articles WHERE id = ?",
                                           (article,)).fetchone()
    old = {uid: number for uid, number, date in connection.execute(
        "SELECT uid, id, published FROM quotations WHERE article = ?", (article,)) if date == published}
    new = [quotation.uid for quotation in quotations if quotation.uid not in old]
    ids = old | dict(zip(new, free_ids(connection, published, len(new)), strict=True))
    connection.execute("DELETE FROM quotations WHERE article = ?", (article,))
    values = []
    for quotation in quotations:
        columns = quotation.columns | {"id": ids[quotation.uid], "uid": quotation.uid, "published": published,
                                       "outlet": outlet, "article": article}
        values.append([columns[name] for name in _QUOTATION])
    connection.executemany(_INSERT_QUOTATION, values)
    connection.executemany("INSERT INTO spans VALUES (?, ?, ?, ?)",
                           [(ids[q.uid], *span) for q in quotations for span in q.spans])
    connection.executemany(
        'INSERT INTO targets (quotation, number, name, polarity, confidence, "start", "end", evidence, chain) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [(ids[q.uid], *target) for q in quotations for target in q.targets])
