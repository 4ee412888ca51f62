"""Entities of all articles: what is new is linked, and only what differs is written.

All functions run inside the transaction of their caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database

from attribution.database import memory
from attribution.database.stages import Linking, Pipeline
from attribution.entities.memory import Memory
from attribution.records import Entity

#: Begins the id of an entity that only a correction by hand knows.
BY_HAND = "by-hand-"


def stored(db: Database) -> tuple[Entity, ...]:
    """The entities of the last build with their written forms, oldest first."""
    names: dict[int, list[tuple[str, int]]] = {}
    for entity, name, n in db.conn.execute("SELECT entity, name, n FROM entity_names ORDER BY n DESC, name"):
        names.setdefault(entity, []).append((name, n))
    return tuple(Entity(uid, name, kind, tuple(names.get(number, ()))) for number, uid, name, kind in db.conn.execute(
        "SELECT id, uid, name, kind FROM entities ORDER BY id"))


def link(db: Database, pipeline: Pipeline, entities_csv: Path | None, anew: bool) -> tuple[int, frozenset[str]]:
    """Link the chains that are not linked yet, with ``anew`` or where most are not all, and carry it on to quotations and targets.

    Returns how many chains changed their entity, and the ids of entities that are no more (:func:`remove_unused`).
    Speakers and targets that changed are as linked, whatever people corrected in them;
    :mod:`attribution.database.corrections` applies that again.
    """
    if anew or memory.mostly_new(db):
        before = stored(db)
        memory.forget_all(db)
        remembered = Memory()
        linking = pipeline.link(memory.unlinked(db), entities_csv, remembered, previous=before)
        memory.write_memory(db, remembered)
        gone = frozenset(entity.id for entity in before) - {entity.id for entity in linking.entities}
    else:
        stale = memory.stale(db)
        linking = pipeline.link(memory.unlinked(db), entities_csv, memory.StoredMemory(db), stale)
        gone = linking.gone
    db.conn.execute("CREATE TEMP TABLE relinked (article INTEGER, number INTEGER, PRIMARY KEY (article, number)) WITHOUT ROWID")
    changed = _write_linking(db.conn, linking, gone)
    _show_links(db)
    db.conn.execute("DROP TABLE relinked")
    return changed, gone


def _write_linking(connection: sqlite3.Connection, linking: Linking, gone: Iterable[str]) -> int:
    """Make entities, their names and the entity of the chains what ``linking`` says; ``relinked`` gets the chains whose
    entity is another, or has another name."""
    numbers = _Numbers(connection)
    renamed = _write_entities(connection, linking.entities, numbers)
    touched = [(number,) for number in (*renamed, *(numbers[uid] for uid in gone)) if number is not None]
    for chains in ("SELECT article, number FROM chains WHERE entity = ?",
                   "SELECT article, chain FROM quotations WHERE speaker = ? AND chain IS NOT NULL",
                   "SELECT q.article, t.chain FROM targets t JOIN quotations q ON q.id = t.quotation "
                   "WHERE t.entity = ? AND t.chain IS NOT NULL"):
        connection.executemany(f"INSERT OR IGNORE INTO relinked {chains}", touched)
    connection.execute("INSERT OR IGNORE INTO relinked SELECT article, number FROM chains WHERE node IS NULL")
    changed = memory.mark(connection, linking.nodes, {place: numbers[uid] for place, uid in linking.of.items()})
    for node, uid in linking.moved.items():
        number = memory.number(connection, node)
        connection.execute("INSERT OR IGNORE INTO relinked SELECT article, number FROM chains WHERE node = ?", (number,))
        changed += connection.execute("UPDATE chains SET entity = ?1 WHERE node = ?2 AND entity IS NOT ?1",
                                      (numbers[uid], number)).rowcount
    return changed


def _show_links(db: Database) -> None:
    """Carry the entity of the chains ``relinked``, with its present name, to the speakers and targets where it differs.

    Who is linked to no entity keeps the name that the analysis gave; who is no longer linked has that of the chain.
    """
    db.conn.execute("CREATE TEMP TABLE shown (quotation INTEGER, target INTEGER, entity INTEGER, name TEXT, kind TEXT, "
                    "PRIMARY KEY (target, quotation)) WITHOUT ROWID")
    # CROSS JOIN: in this order, from the few chains to what hangs on them
    db.conn.execute("""INSERT INTO shown SELECT q.id, -1, c.entity, coalesce(e.name, c.name), coalesce(e.kind, c.kind)
        FROM relinked r CROSS JOIN quotations q ON q.article = r.article AND q.chain = r.number
            CROSS JOIN chains c ON c.article = r.article AND c.number = r.number LEFT JOIN entities e ON e.id = c.entity
        WHERE q.speaker IS NOT c.entity OR c.entity IS NOT NULL AND (q.speaker_name, q.speaker_kind) IS NOT (e.name, e.kind)""")
    db.conn.execute("""INSERT INTO shown SELECT t.quotation, t.number, c.entity, coalesce(e.name, c.name), NULL
        FROM (SELECT DISTINCT article FROM relinked) a CROSS JOIN quotations q ON q.article = a.article
            CROSS JOIN targets t ON t.quotation = q.id
            CROSS JOIN relinked r ON r.article = a.article AND r.number = t.chain
            CROSS JOIN chains c ON c.article = r.article AND c.number = r.number LEFT JOIN entities e ON e.id = c.entity
        WHERE t.entity IS NOT c.entity OR c.entity IS NOT NULL AND t.name IS NOT e.name""")
    db.conn.execute("""UPDATE quotations SET (speaker, speaker_name, speaker_kind) =
            (SELECT entity, name, kind FROM shown WHERE target = -1 AND quotation = quotations.id)
        WHERE id IN (SELECT quotation FROM shown WHERE target = -1)""")
    db.conn.execute("""UPDATE targets SET (entity, name) =
            (SELECT entity, name FROM shown WHERE target = targets.number AND quotation = targets.quotation)
        WHERE (quotation, number) IN (SELECT quotation, target FROM shown WHERE target >= 0)""")
    list_targets(db, [number for number, in db.conn.execute("SELECT DISTINCT quotation FROM shown WHERE target >= 0")])
    db.conn.execute("DROP TABLE shown")


def list_targets(db: Database, quotations: Iterable[int]) -> None:
    """Write the names of the targets of these quotations into ``quotations.targets``."""
    db.conn.executemany("""UPDATE quotations SET targets = (SELECT json_group_array(name) FROM
        (SELECT name FROM targets WHERE quotation = quotations.id ORDER BY number)) WHERE id = ?""",
                        [(quotation,) for quotation in quotations])


def remove_unused(db: Database, gone: Iterable[str]) -> None:
    """Remove the entities that nothing points to: of the ids ``gone``, and those that an earlier correction made."""
    connection = db.conn
    left = {number for number, in connection.execute("SELECT id FROM entities WHERE uid LIKE ?", (f"{BY_HAND}%",))}
    left.update(row[0] for uid in gone if (row := connection.execute("SELECT id FROM entities WHERE uid = ?", (uid,)).fetchone()))
    for table, column in (("quotations", "speaker"), ("targets", "entity"), ("chains", "entity"),
                          ("statements", "speaker"), ("entities", "speaks_for")):
        left = {number for number in left
                if not connection.execute(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (number,)).fetchone()}
    connection.executemany("DELETE FROM entities WHERE id = ?", [(number,) for number in left])


def count(db: Database) -> None:
    """Write how often each entity speaks and is spoken of, and how much each outlet holds, where it differs."""
    for table, column, counted in (
            ("entities", "n_said", "SELECT speaker AS id, count(*) AS n FROM quotations GROUP BY 1"),
            ("entities", "n_targeted", "SELECT entity AS id, count(DISTINCT quotation) AS n FROM targets GROUP BY 1"),
            ("outlets", "n_articles", "SELECT outlet AS id, count(*) AS n FROM articles GROUP BY 1"),
            ("outlets", "n_quotations", "SELECT outlet AS id, count(*) AS n FROM quotations GROUP BY 1")):
        db.conn.execute(f"""WITH counted AS MATERIALIZED ({counted})
            UPDATE {table} SET {column} = coalesce(c.n, 0) FROM {table} t LEFT JOIN counted c ON c.id = t.id
            WHERE t.id = {table}.id AND {table}.{column} IS NOT coalesce(c.n, 0)""")


class _Numbers(dict):
    """``entities.id`` by uid, looked up as it is asked for; None for an entity that is not there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __missing__(self, uid: str | None) -> int | None:
        row = self._connection.execute("SELECT id FROM entities WHERE uid = ?", (uid,)).fetchone()
        if row is not None:
            self[uid] = row[0]
        return row and row[0]


def _write_entities(connection: sqlite3.Connection, entities: Sequence[Entity], numbers: _Numbers) -> list[int]:
    """Write entities and their names; the numbers of those that are shown otherwise than before."""
    shown = [connection.execute("SELECT name, kind FROM entities WHERE uid = ?", (e.id,)).fetchone() for e in entities]
    connection.executemany("""INSERT INTO entities (uid, name, kind, description, wikidata) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (uid) DO UPDATE SET name = excluded.name, kind = excluded.kind,
            description = excluded.description, wikidata = excluded.wikidata
        WHERE (name, kind) IS NOT (excluded.name, excluded.kind)
            OR (description, wikidata) IS NOT (excluded.description, excluded.wikidata)""",
                           [(e.id, e.name, e.kind, e.description, e.wikidata) for e in entities])
    connection.executemany("UPDATE entities SET speaks_for = ?1 WHERE id = ?2 AND speaks_for IS NOT ?1",
                           [(numbers[e.speaks_for], numbers[e.id]) for e in entities])
    for entity in entities:
        number, new = numbers[entity.id], dict(entity.names)
        old = dict(connection.execute("SELECT name, n FROM entity_names WHERE entity = ?", (number,)))
        connection.executemany("DELETE FROM entity_names WHERE entity = ? AND name = ?",
                               [(number, name) for name in old.keys() - new.keys()])
        connection.executemany("INSERT OR REPLACE INTO entity_names VALUES (?, ?, ?)",
                               [(number, name, n) for name, n in new.items() if old.get(name) != n])
    return [numbers[e.id] for e, before in zip(entities, shown) if before and before != (e.name, e.kind)]
