"""Stances: each axis scores what it has not scored in its present revision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from attribution.database.articles import read_analysis
from attribution.database.rows import compact
from attribution.database.stages import Axis, Pipeline, Progress, Report

#: Articles scored at once, and written in one transaction: enough for full batches, few enough to lose.
BATCH = 64


def write_axes(db: Database, axes: Sequence[Axis], version: str) -> None:
    """Make the axes of the database these ones; one whose file or scorer (``version``) changed gets a new revision,
    one that is gone goes with its stances (one transaction)."""
    with db.atomic():
        for axis in axes:
            digest = hashlib.sha256(f"{axis.hash}\0{version}".encode()).hexdigest()
            db.conn.execute("""INSERT INTO axes (uid, question, negative, negative_description, positive,
                    positive_description, hash, revision) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
                ON CONFLICT (uid) DO UPDATE SET question = excluded.question, negative = excluded.negative,
                    negative_description = excluded.negative_description, positive = excluded.positive,
                    positive_description = excluded.positive_description,
                    revision = revision + (hash <> excluded.hash), hash = excluded.hash""",
                            (axis.id, axis.question, axis.negative.label, axis.negative.description,
                             axis.positive.label, axis.positive.description, digest))
        names = [axis.id for axis in axes]
        gone = [number for number, uid in db.conn.execute("SELECT id, uid FROM axes") if uid not in names]
        for number in gone:
            for table in ("positions", "shifts"):
                db.conn.execute(f"DELETE FROM {table} WHERE axis = ?", (number,))
            db.conn.execute("UPDATE quotations SET axis = NULL, stance = NULL, score = NULL WHERE axis = ?", (number,))
            db.conn.execute("DELETE FROM axes WHERE id = ?", (number,))


def score(db: Database, axes: Iterable[Axis], pipeline: Pipeline, report: Report) -> int:
    """Score the quotations of every article that its axis has not scored yet; returns how many stances were written.

    A transaction for each batch of articles: a build that is killed goes on where it was.
    """
    written = 0
    for axis in axes:
        number, revision = db.conn.execute("SELECT id, revision FROM axes WHERE uid = ?", (axis.id,)).fetchone()
        articles = [article for article, in db.conn.execute(
            "SELECT a.id FROM articles a LEFT JOIN scorings s ON s.article = a.id AND s.axis = ? "
            "WHERE s.revision IS NOT ? ORDER BY a.id", (number, revision))]
        for start in range(0, len(articles), BATCH):
            report(Progress(f"stance {axis.id}", start, len(articles)))
            written += _score_batch(db, axis, number, revision, articles[start:start + BATCH], pipeline)
    return written


def _score_batch(db: Database, axis: Axis, number: int, revision: int, articles: list[int],
                 pipeline: Pipeline) -> int:
    analyses = [read_analysis(db, article) for article in articles]
    stances = pipeline.stances(axis, [analysis for analysis in analyses if analysis.quotations])
    rows = []
    for article, analysis in zip(articles, analyses, strict=True):
        ids = dict(db.conn.execute("SELECT number, id FROM quotations WHERE article = ?", (article,)))
        for place, quotation in enumerate(analysis.quotations):
            stance = stances.get((analysis.article.id, quotation.id))
            if stance is not None and place in ids:
                rows.append((ids[place], number, stance.score, stance.label, stance.confidence,
                             compact(stance.evidence)))
    with db.atomic():
        db.conn.executemany("DELETE FROM stances WHERE axis = ? AND quotation IN (SELECT id FROM quotations "
                            "WHERE article = ?)", [(number, article) for article in articles])
        db.conn.executemany("INSERT INTO stances VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.conn.executemany("INSERT OR REPLACE INTO scorings VALUES (?, ?, ?)",
                            [(article, number, revision) for article in articles])
    return len(rows)


def show_stances(db: Database) -> None:
    """Write into each quotation the axis that it speaks to most clearly, with score and the pole's own label."""
    db.conn.execute("""WITH clearest AS MATERIALIZED (
            SELECT s.quotation, s.axis, s.score,
                CASE s.label WHEN 'negative' THEN a.negative WHEN 'positive' THEN a.positive ELSE s.label END AS stance,
                row_number() OVER (PARTITION BY s.quotation
                                   ORDER BY abs(s.score) * s.confidence DESC, s.confidence DESC, a.uid) AS place
            FROM stances s JOIN axes a ON a.id = s.axis WHERE s.score IS NOT NULL)
        UPDATE quotations SET axis = c.axis, score = c.score, stance = c.stance
        FROM quotations q LEFT JOIN clearest c ON c.quotation = q.id AND c.place = 1
        WHERE q.id = quotations.id AND (quotations.axis IS NOT c.axis OR quotations.score IS NOT c.score
                                        OR quotations.stance IS NOT c.stance)""")
    db.conn.execute("""UPDATE axes SET n_scored = (SELECT count(*) FROM stances s WHERE s.axis = axes.id
                       AND s.score IS NOT NULL)""")
