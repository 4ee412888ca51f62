"""Statements: the same utterance in several articles, outlets and wordings, as one row with its quotations.

A statement's uid is that of its earliest quotation; its text is the longest direct wording, else the longest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlite_utils import Database

from attribution.database.stages import Pipeline, Utterance

_INSERT = """INSERT INTO statements (uid, text, speaker, first_published, last_published, first_outlet, n_quotations,
        n_outlets, n_variants) {values}
    ON CONFLICT (uid) DO UPDATE SET text = excluded.text, speaker = excluded.speaker,
        first_published = excluded.first_published, last_published = excluded.last_published,
        first_outlet = excluded.first_outlet, n_quotations = excluded.n_quotations, n_outlets = excluded.n_outlets,
        n_variants = excluded.n_variants
    WHERE (text, speaker, first_published, last_published, first_outlet, n_quotations, n_outlets, n_variants)
        IS NOT (excluded.text, excluded.speaker, excluded.first_published, excluded.last_published,
                excluded.first_outlet, excluded.n_quotations, excluded.n_outlets, excluded.n_variants)"""


def write_statements(db: Database, pipeline: Pipeline, anew: bool) -> None:
    """Group what is new, with ``anew`` or where most is new everything, and make the statements what comes of it. Run
    inside a transaction.

    Statements never cross a speaker: only the quotations of those who said something new, or of whom one was taken away
    or corrected, are grouped again. Of unnamed speakers it is those with the same words. How often each word stands is
    counted as quotations come (one of an article that was read again counts again).
    """
    connection = db.conn
    new, quotations = connection.execute(
        "SELECT (SELECT count(*) FROM quotations WHERE statement IS NULL), (SELECT count(*) FROM quotations)").fetchone()
    anew = anew or 2 * new > quotations
    if anew:
        for table in ("statement_words", "unnamed_words"):
            connection.execute(f"DELETE FROM {table}")
    connection.execute("CREATE TEMP TABLE regrouped (quotation INTEGER PRIMARY KEY, statement INTEGER)")
    connection.execute("CREATE TEMP TABLE grouped (quotation INTEGER PRIMARY KEY, uid TEXT)")
    frequency = _count(db, pipeline, anew)
    _select(db, pipeline, anew)
    for group in pipeline.statements(_utterances(db), frequency, frequency.pop("", 0)):
        if len(group) > 1:
            _write_group(db, group)
    connection.execute(_INSERT.format(values="""
        SELECT q.uid, q.text, q.speaker, q.published, q.published, q.outlet, 1, q.outlet IS NOT NULL, 1
        FROM regrouped r CROSS JOIN quotations q ON q.id = r.quotation
        WHERE q.id NOT IN (SELECT quotation FROM grouped)"""))
    made = connection.execute("""SELECT s.id, q.id FROM regrouped r CROSS JOIN quotations q ON q.id = r.quotation
        LEFT JOIN grouped g ON g.quotation = q.id JOIN statements s ON s.uid = coalesce(g.uid, q.uid)
        WHERE q.statement IS NOT s.id""").fetchall()
    connection.executemany("UPDATE quotations SET statement = ? WHERE id = ?", made)
    connection.execute("""DELETE FROM statements
        WHERE id IN (SELECT statement FROM regrouped UNION SELECT statement FROM stale_statements)
            AND NOT EXISTS (SELECT 1 FROM quotations WHERE statement = statements.id)""")
    for statement in ("DELETE FROM stale_statements", "DROP TABLE regrouped", "DROP TABLE grouped"):
        connection.execute(statement)


def _count(db: Database, pipeline: Pipeline, anew: bool) -> Counter:
    """In how many quotations each word stands, the new ones counted; under "" the number of all."""
    frequency = Counter(dict(db.conn.execute("SELECT word, n FROM statement_words")))
    new: Counter = Counter()
    for text, in db.conn.execute("SELECT text FROM quotations" + ("" if anew else " WHERE statement IS NULL")):
        new.update({*pipeline.words(text), ""})
    db.conn.executemany("INSERT INTO statement_words VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET n = n + excluded.n",
                        new.items())
    return frequency + new


def _select(db: Database, pipeline: Pipeline, anew: bool) -> None:
    """Fill ``regrouped`` with the quotations that are grouped again and the statements they were of."""
    connection = db.conn
    if anew:
        connection.execute("INSERT INTO regrouped SELECT id, statement FROM quotations")
    else:
        # in two parts, so that each finds its index
        for changed in ("statement IS NULL", "statement IN (SELECT statement FROM stale_statements)"):
            connection.execute(f"INSERT OR IGNORE INTO regrouped SELECT id, statement FROM quotations WHERE {changed}")
        connection.execute("""INSERT OR IGNORE INTO regrouped SELECT id, statement FROM quotations WHERE speaker IN (
            SELECT q.speaker FROM regrouped r JOIN quotations q ON q.id = r.quotation
            UNION SELECT speaker FROM statements WHERE id IN (SELECT statement FROM stale_statements))""")
    unnamed = connection.execute("SELECT q.id, q.text FROM regrouped r JOIN quotations q ON q.id = r.quotation "
                                 "WHERE q.speaker IS NULL")
    connection.executemany("INSERT OR REPLACE INTO unnamed_words VALUES (?, ?)",
                           [(number, " ".join(pipeline.words(text))) for number, text in unnamed.fetchall()])
    connection.execute("""INSERT OR IGNORE INTO regrouped SELECT q.id, q.statement FROM quotations q
        WHERE q.speaker IS NULL AND q.id IN (SELECT u.quotation FROM unnamed_words u WHERE u.words IN (
            SELECT w.words FROM unnamed_words w JOIN regrouped r ON r.quotation = w.quotation))""")


def _utterances(db: Database) -> list[Utterance]:
    """The quotations that are grouped again, oldest first, undated ones last."""
    return [Utterance(*row, tuple(map(tuple, json.loads(spans)))) for *row, spans in db.conn.execute("""
        SELECT q.uid, q.text, q.kind, e.uid, q.speaker_name, a.uid, o.name, q.published,
            (SELECT json_group_array(json_array(s."start", s."end")) FROM spans s
             WHERE s.quotation = q.id AND s.role = 'content')
        FROM regrouped r CROSS JOIN quotations q ON q.id = r.quotation JOIN articles a ON a.id = q.article
            LEFT JOIN entities e ON e.id = q.speaker LEFT JOIN outlets o ON o.id = q.outlet
        ORDER BY q.published IS NULL, q.published, a.uid, q.number""")]


def _write_group(db: Database, group: Sequence[str]) -> None:
    members = db.conn.execute("""
        SELECT q.id, q.uid, q.text, q.kind, q.speaker, q.published, q.outlet
        FROM quotations q JOIN articles a ON a.id = q.article
        WHERE q.uid IN (SELECT value FROM json_each(?)) AND q.id NOT IN (SELECT quotation FROM grouped)
        ORDER BY q.published IS NULL, q.published, a.uid, q.number""", (json.dumps(list(group)),)).fetchall()
    if not members:
        return
    _, uid, _, _, _, first, outlet = members[0]
    text = max(members, key=lambda m: (m[3] == "direct", len(m[2])))[2]
    speaker = next((m[4] for m in members if m[4] is not None), None)
    last = max((m[5] for m in members if m[5]), default=None)
    db.conn.execute(_INSERT.format(values="VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"), (
        uid, text, speaker, first, last, outlet, len(members), len({m[6] for m in members} - {None}),
        len({" ".join(m[2].split()) for m in members})))
    db.conn.executemany("INSERT INTO grouped VALUES (?, ?)", [(m[0], uid) for m in members])
