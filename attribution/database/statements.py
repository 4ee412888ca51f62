"""Statements: the same utterance in several articles, outlets and wordings, as one row with its quotations.

A statement's uid is that of its earliest quotation; its text is the longest direct wording, else the longest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from attribution.database.stages import Utterance

_INSERT = """INSERT INTO statements (uid, text, speaker, first_published, last_published, first_outlet, n_quotations,
        n_outlets, n_variants) {values}
    ON CONFLICT (uid) DO UPDATE SET text = excluded.text, speaker = excluded.speaker,
        first_published = excluded.first_published, last_published = excluded.last_published,
        first_outlet = excluded.first_outlet, n_quotations = excluded.n_quotations, n_outlets = excluded.n_outlets,
        n_variants = excluded.n_variants
    WHERE (text, speaker, first_published, last_published, first_outlet, n_quotations, n_outlets, n_variants)
        IS NOT (excluded.text, excluded.speaker, excluded.first_published, excluded.last_published,
                excluded.first_outlet, excluded.n_quotations, excluded.n_outlets, excluded.n_variants)"""


def utterances(db: Database) -> list[Utterance]:
    """All quotations as the grouping of statements needs them, oldest first, undated ones last."""
    return [Utterance(*row, tuple(map(tuple, json.loads(spans)))) for *row, spans in db.conn.execute("""
        SELECT q.uid, q.text, q.kind, e.uid, q.speaker_name, a.uid, o.name, q.published,
            (SELECT json_group_array(json_array(s."start", s."end")) FROM spans s
             WHERE s.quotation = q.id AND s.role = 'content')
        FROM quotations q JOIN articles a ON a.id = q.article LEFT JOIN entities e ON e.id = q.speaker
        LEFT JOIN outlets o ON o.id = q.outlet ORDER BY q.published IS NULL, q.published, a.uid, q.number""")]


def write_statements(db: Database, groups: Iterable[Sequence[str]]) -> int:
    """Make the statements these groups of quotation uids; a quotation in no group is one of its own.

    Only differences are written. Returns the number of statements. Run inside a transaction.
    """
    connection = db.conn
    connection.execute("CREATE TEMP TABLE grouped (quotation INTEGER PRIMARY KEY, uid TEXT)")
    for group in groups:
        if len(group) > 1:
            _write_group(db, group)
    connection.execute(_INSERT.format(values="""
        SELECT uid, text, speaker, published, published, outlet, 1, outlet IS NOT NULL, 1 FROM quotations
        WHERE id NOT IN (SELECT quotation FROM grouped)"""))
    connection.execute("""UPDATE quotations SET statement = s.id
        FROM quotations q LEFT JOIN grouped g ON g.quotation = q.id JOIN statements s ON s.uid = coalesce(g.uid, q.uid)
        WHERE q.id = quotations.id AND quotations.statement IS NOT s.id""")
    connection.execute("DROP TABLE grouped")
    connection.execute("DELETE FROM statements WHERE NOT EXISTS "
                       "(SELECT 1 FROM quotations WHERE statement = statements.id)")
    return connection.execute("SELECT count(*) FROM statements").fetchone()[0]


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
