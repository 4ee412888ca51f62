"""Stances: each axis scores what it has not scored in its present revision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from attribution.database.articles import read_analysis
from attribution.database.rows import compact
from attribution.database.stages import STANCE, Axis, Pipeline, Progress, Report
from attribution.records import Analysis, Failure, Stance

#: Quotations scored at once, and written in one transaction: enough for full batches, few enough to lose.
BATCH = 256


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
            for table in ("positions", "outlet_standings", "shifts"):
                db.conn.execute(f"DELETE FROM {table} WHERE axis = ?", (number,))
            db.conn.execute("UPDATE quotations SET axis = NULL, stance = NULL, score = NULL WHERE axis = ?", (number,))
            db.conn.execute("DELETE FROM axes WHERE id = ?", (number,))


def score(db: Database, axes: Iterable[Axis], pipeline: Pipeline, report: Report) -> tuple[int, list[Failure]]:
    """Score the quotations of every article that its axis has not scored yet.

    Returns how many stances were written, and the articles that could not be scored; these are tried again by the next
    build. A transaction for each batch: a build that is killed goes on where it was.
    """
    written, failures = 0, []
    for axis in axes:
        number, revision = db.conn.execute("SELECT id, revision FROM axes WHERE uid = ?", (axis.id,)).fetchone()
        articles = db.conn.execute(
            "SELECT a.id, a.n_quotations FROM articles a LEFT JOIN scorings s ON s.article = a.id AND s.axis = ? "
            "WHERE s.revision IS NOT ? ORDER BY a.id", (number, revision)).fetchall()
        done = 0
        for batch in _batches(articles):
            report(Progress(f"stance {axis.id}", done, len(articles), failed=len(failures)))
            done += len(batch)
            analyses = {article: read_analysis(db, article) for article in batch}
            stances, failed = _stances(pipeline, axis, list(analyses.values()))
            failures += failed.values()
            written += _write(db, number, revision, {article: analysis for article, analysis in analyses.items()
                                                     if analysis.article.id not in failed}, stances)
        if articles:
            report(Progress(f"stance {axis.id}", done, len(articles), failed=len(failures)))
    return written, failures


def _batches(articles: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Articles, given with the number of their quotations, in groups of about ``BATCH`` quotations."""
    group, size = [], 0
    for article, quotations in articles:
        group.append(article)
        size += quotations
        if size >= BATCH:
            yield group
            group, size = [], 0
    if group:
        yield group


def _stances(pipeline: Pipeline, axis: Axis, analyses: list[Analysis]
             ) -> tuple[Mapping[tuple[str, str], Stance], dict[str, Failure]]:
    """The stances, and by article id those that broke the scorer. When it breaks on all, that is no matter of
    articles, and the error is raised."""
    quoting = [analysis for analysis in analyses if analysis.quotations]
    try:
        return pipeline.stances(axis, quoting) if quoting else {}, {}
    except Exception:
        stances, failed = {}, {}
        for analysis in quoting:
            try:
                stances |= pipeline.stances(axis, [analysis])
            except Exception as error:
                article = analysis.article
                failed[article.id] = Failure(article.path or article.url or article.id, STANCE,
                                             f"{axis.id}: {type(error).__name__}: {error}")
        if len(failed) == len(quoting) > 1:
            raise
        return stances, failed


def _write(db: Database, axis: int, revision: int, analyses: Mapping[int, Analysis],
           stances: Mapping[tuple[str, str], Stance]) -> int:
    rows = []
    for article, analysis in analyses.items():
        ids = dict(db.conn.execute("SELECT number, id FROM quotations WHERE article = ?", (article,)))
        for place, quotation in enumerate(analysis.quotations):
            stance = stances.get((analysis.article.id, quotation.id))
            if stance is not None and place in ids:  # not there: somebody took it out by hand
                rows.append((ids[place], axis, stance.score, stance.label, stance.confidence,
                             compact(stance.evidence)))
    with db.atomic():
        db.conn.executemany("DELETE FROM stances WHERE axis = ? AND quotation IN (SELECT id FROM quotations "
                            "WHERE article = ?)", [(axis, article) for article in analyses])
        db.conn.executemany("INSERT INTO stances VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.conn.executemany("INSERT OR REPLACE INTO scorings VALUES (?, ?, ?)",
                            [(article, axis, revision) for article in analyses])
    return len(rows)


def write_statements(db: Database, axes: Iterable[Axis], pipeline: Pipeline) -> list[Failure]:
    """Keep what people labelled for each axis, and what the scorer says of that which is to measure it; an axis whose
    statements and revision are the kept ones costs nothing. Returns the axes that could not be measured; they are tried
    again by the next build."""
    failures = []
    for axis in axes:
        number, revision = db.conn.execute("SELECT id, revision FROM axes WHERE uid = ?", (axis.id,)).fetchone()
        statements = pipeline.labelled(axis)
        kept = db.conn.execute("SELECT text, label, purpose, revision FROM axis_statements WHERE axis = ? ORDER BY number",
                               (number,)).fetchall()
        if kept == [(s.text, s.label, s.purpose, revision) for s in statements]:
            continue
        checks = [i for i, statement in enumerate(statements) if statement.purpose == "check"]
        found: dict[int, tuple] = {}
        try:
            if checks:
                judged = pipeline.judge(axis, [statements[i].text for i in checks])
                found = {i: (j.label, j.score, j.confidence) for i, j in zip(checks, judged, strict=True)}
        except Exception as error:
            failures.append(Failure(axis.id, STANCE, f"its statements could not be scored: {type(error).__name__}: {error}"))
            revision = -1  # no revision: so that it is tried again
        with db.atomic():
            db.conn.execute("DELETE FROM axis_statements WHERE axis = ?", (number,))
            db.conn.executemany("INSERT INTO axis_statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [
                (number, i + 1, s.text, s.label, s.purpose, *found.get(i, (None, None, None)), revision)
                for i, s in enumerate(statements)])
    return failures


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
