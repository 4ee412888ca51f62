"""Entities of all articles: the linking is compared with what the database holds and only differences are written.

All functions run inside the transaction of their caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from sqlite_utils import Database

from attribution.database.stages import Linking
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


def write_linking(db: Database, linking: Linking) -> int:
    """Make entities, their names and the entity of every chain what ``linking`` says.

    Returns how many chains changed their entity; :func:`show_links` carries that on to the quotations.
    """
    ids = _write_entities(db.conn, linking.entities)
    changed = []
    for article, number, uid, entity in db.conn.execute(
            "SELECT c.article, c.number, a.uid, c.entity FROM chains c JOIN articles a ON a.id = c.article"):
        linked = ids.get(linking.of.get((uid, number)))
        if linked != entity:
            changed.append((linked, article, number))
    db.conn.executemany("UPDATE chains SET entity = ? WHERE article = ? AND number = ?", changed)
    return len(changed)


def show_links(db: Database) -> None:
    """Carry the entity of each chain, with its present name, to the speakers and targets where it differs.

    Who is linked to no entity keeps the name that the analysis gave; who is no longer linked has that of the chain.
    This takes back what people corrected in them; :mod:`attribution.database.corrections` applies it again.
    """
    db.conn.execute("""UPDATE quotations SET speaker = c.entity, speaker_name = coalesce(e.name, c.name),
            speaker_kind = coalesce(e.kind, c.kind)
        FROM chains c LEFT JOIN entities e ON e.id = c.entity
        WHERE c.article = quotations.article AND c.number = quotations.chain
            AND (speaker IS NOT c.entity
                 OR c.entity IS NOT NULL AND (speaker_name, speaker_kind) IS NOT (e.name, e.kind))""")
    touched = db.conn.execute("""UPDATE targets SET entity = c.entity, name = coalesce(e.name, c.name)
        FROM quotations q JOIN chains c ON c.article = q.article LEFT JOIN entities e ON e.id = c.entity
        WHERE q.id = targets.quotation AND c.number = targets.chain
            AND (targets.entity IS NOT c.entity OR c.entity IS NOT NULL AND targets.name IS NOT e.name)
        RETURNING quotation""").fetchall()
    list_targets(db, {quotation for quotation, in touched})


def list_targets(db: Database, quotations: Iterable[int]) -> None:
    """Write the names of the targets of these quotations into ``quotations.targets``."""
    db.conn.executemany("""UPDATE quotations SET targets = (SELECT json_group_array(name) FROM
        (SELECT name FROM targets WHERE quotation = quotations.id ORDER BY number)) WHERE id = ?""",
                        [(quotation,) for quotation in quotations])


def remove_unused(db: Database, keep: Collection[str] | None) -> None:
    """Remove the entities that nothing points to, but none of the ids ``keep``; with None (entities were not linked
    now) only those that an earlier correction made."""
    connection = db.conn
    left = {number for number, uid in connection.execute("SELECT id, uid FROM entities")
            if (uid.startswith(BY_HAND) if keep is None else uid not in keep)}
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


def _write_entities(connection: sqlite3.Connection, entities: Iterable[Entity]) -> dict[str, int]:
    entities = tuple(entities)
    connection.executemany("""INSERT INTO entities (uid, name, kind, description, wikidata) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (uid) DO UPDATE SET name = excluded.name, kind = excluded.kind,
            description = excluded.description, wikidata = excluded.wikidata
        WHERE (name, kind) IS NOT (excluded.name, excluded.kind)
            OR (description, wikidata) IS NOT (excluded.description, excluded.wikidata)""",
                           [(e.id, e.name, e.kind, e.description, e.wikidata) for e in entities])
    ids = {uid: number for uid, number in connection.execute("SELECT uid, id FROM entities")}
    connection.executemany("UPDATE entities SET speaks_for = ?1 WHERE id = ?2 AND speaks_for IS NOT ?1",
                           [(ids.get(e.speaks_for), ids[e.id]) for e in entities])
    old = {(entity, name): n for entity, name, n in connection.execute("SELECT entity, name, n FROM entity_names")}
    new = {(ids[e.id], name): n for e in entities for name, n in e.names}
    connection.executemany("DELETE FROM entity_names WHERE entity = ? AND name = ?", list(old.keys() - new.keys()))
    connection.executemany("INSERT OR REPLACE INTO entity_names VALUES (?, ?, ?)",
                           [(*key, n) for key, n in new.items() if old.get(key) != n])
    return {e.id: ids[e.id] for e in entities}
