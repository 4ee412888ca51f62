"""What the linker remembers (:mod:`attribution.entities.memory`), kept in the database between builds.

Tables ``names`` (a distinct name with what is known of it), ``name_blocks`` (which names are compared) and
``entity_forms``; ``chains.node`` tells the name of each chain: NULL for one that was not linked yet, 0 for one that names
nobody. Taking a chain away notes its name in ``stale_names`` (a trigger), for what is known of that one no longer holds.

All functions run inside the transaction of their caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping

from sqlite_utils import Database

from attribution.database.rows import chain_of, compact
from attribution.entities.facts import Forms, Node, Place, Record
from attribution.entities.memory import Memory, sortable
from attribution.records import Chain

_COUNTED, _SETS = ("names", "shown", "kinds", "written", "genders"), ("roles", "beside", "acronyms")


class StoredMemory:
    """The memory of a database: an update reads and writes only what it touches."""

    def __init__(self, db: Database) -> None:
        self._connection = db.conn
        self._ids: dict[Node, int] = {}
        self._records: dict[Node, Record | None] = {}
        self._forms: dict[str, Forms | None] = {}
        self._members: dict[str, list[Node]] = {}

    def empty(self) -> bool:
        return self._connection.execute("SELECT 1 FROM names LIMIT 1").fetchone() is None

    def record(self, node: Node) -> Record | None:
        if node not in self._records:
            row = self._connection.execute("SELECT id, data, entity FROM names WHERE node = ?", (compact(node),)).fetchone()
            self._records[node] = row and _record(*row[1:])
            if row:
                self._ids[node] = row[0]
        return self._records[node]

    def save(self, node: Node, record: Record, blocks: Collection[str]) -> None:
        before = self._blocks(node) if self.record(node) is not None else set()
        self._records[node] = record
        if node in self._ids:
            self._connection.execute("UPDATE names SET data = ?, entity = ? WHERE id = ?",
                                     (_data(record), record.entity, self._ids[node]))
        else:
            self._ids[node] = self._connection.execute("INSERT INTO names (node, data, entity) VALUES (?, ?, ?)",
                                                       (compact(node), _data(record), record.entity)).lastrowid
        self._change(node, before, set(blocks))

    def remove(self, node: Node) -> None:
        if self.record(node) is not None:
            self._change(node, self._blocks(node), set())
            self._connection.execute("DELETE FROM names WHERE id = ?", (self._ids.pop(node),))
        self._records[node] = None

    def block(self, block: str) -> list[Node]:
        if block not in self._members:
            self._members[block] = sorted((_node(text) for text, in self._connection.execute(
                "SELECT n.node FROM name_blocks b JOIN names n ON n.id = b.name WHERE b.block = ?", (block,))), key=sortable)
        return self._members[block]

    def written(self, entity: str) -> Forms | None:
        if entity not in self._forms:
            row = self._connection.execute("SELECT data FROM entity_forms WHERE entity = ?", (entity,)).fetchone()
            self._forms[entity] = row and Forms(*json.loads(row[0]))
        return self._forms[entity]

    def save_written(self, entity: str, written: Forms | None) -> None:
        self._forms[entity] = written
        if written is None:
            self._connection.execute("DELETE FROM entity_forms WHERE entity = ?", (entity,))
        else:
            self._connection.execute("INSERT OR REPLACE INTO entity_forms VALUES (?, ?)", (entity, _written(written)))

    def _blocks(self, node: Node) -> set[str]:
        return {block for block, in self._connection.execute("SELECT block FROM name_blocks WHERE name = ?", (self._ids[node],))}

    def _change(self, node: Node, before: set[str], after: set[str]) -> None:
        number = self._ids[node]
        self._connection.executemany("DELETE FROM name_blocks WHERE block = ? AND name = ?", [(b, number) for b in before - after])
        self._connection.executemany("INSERT INTO name_blocks VALUES (?, ?)", [(b, number) for b in sorted(after - before)])
        for block in before ^ after:
            self._members.pop(block, None)


def write_memory(db: Database, memory: Memory) -> None:
    """Keep ``memory`` in a database that remembers nothing."""
    numbers = {node: number for number, node in enumerate(memory.records, 1)}
    db.conn.executemany("INSERT INTO names (id, node, data, entity) VALUES (?, ?, ?, ?)", (
        (numbers[node], compact(node), _data(record), record.entity) for node, record in memory.records.items()))
    db.conn.executemany("INSERT INTO name_blocks VALUES (?, ?)", sorted(
        (block, numbers[node]) for node, blocks in memory.blocks_of.items() for block in blocks))
    db.conn.executemany("INSERT INTO entity_forms VALUES (?, ?)", (
        (entity, _written(forms)) for entity, forms in memory.entities.items()))


def forget_all(db: Database) -> None:
    """Remember nothing: all chains are linked anew."""
    for table in ("name_blocks", "names", "entity_forms", "stale_names"):
        db.conn.execute(f"DELETE FROM {table}")
    db.conn.execute("UPDATE chains SET node = NULL WHERE node IS NOT NULL")


def mostly_new(db: Database) -> bool:
    """Whether so many chains are not linked that to remember the others is worth nothing."""
    new, all_of_them = db.conn.execute("SELECT (SELECT count(*) FROM chains WHERE node IS NULL), (SELECT count(*) FROM chains)").fetchone()
    return 2 * new > all_of_them


def stale(db: Database) -> list[Node]:
    """The names of which chains were taken away; those of their chains that are left count as not linked."""
    found = [_node(text) for text, in db.conn.execute("SELECT n.node FROM stale_names s JOIN names n ON n.id = s.name ORDER BY n.id")]
    db.conn.execute("UPDATE chains SET node = NULL WHERE node IN (SELECT name FROM stale_names)")
    db.conn.execute("DELETE FROM stale_names")
    return found


def unlinked(db: Database) -> Iterator[tuple[Place, int, Chain]]:
    """All chains that are not linked, one at a time, each with its place and the number of its article."""
    for uid, article, number, *row in db.conn.execute("""
            SELECT a.uid, c.article, c.number, c.name, c.kind, c.gender, c.mentions FROM chains c JOIN articles a ON a.id = c.article
            WHERE c.node IS NULL ORDER BY c.article, c.number"""):
        yield (uid, number), article, chain_of(*row)


def mark(connection: sqlite3.Connection, nodes: Mapping[Place, Node], entities: Mapping[Place, int]) -> int:
    """Tell the name and the entity of each chain that was linked now; the others that were not linked name nobody. Returns
    how many have another entity than before."""
    numbers = {node: number(connection, node) for node in set(nodes.values())}
    articles = {uid: connection.execute("SELECT id FROM articles WHERE uid = ?", (uid,)).fetchone()[0]
                for uid in {uid for uid, _ in nodes}}
    places = [(place, numbers[node], articles[place[0]], place[1]) for place, node in nodes.items()]
    changed = connection.executemany("UPDATE chains SET entity = ?1 WHERE article = ?2 AND number = ?3 AND entity IS NOT ?1",
                                     [(entities[place], *chain) for place, _, *chain in places]).rowcount
    connection.executemany("UPDATE chains SET node = ? WHERE article = ? AND number = ?", [row[1:] for row in places])
    rest = connection.execute("UPDATE chains SET entity = NULL WHERE node IS NULL AND entity IS NOT NULL").rowcount
    connection.execute("UPDATE chains SET node = 0 WHERE node IS NULL")
    return max(changed, 0) + rest


def number(connection: sqlite3.Connection, node: Node) -> int:
    """The ``names.id`` of a name."""
    return connection.execute("SELECT id FROM names WHERE node = ?", (compact(node),)).fetchone()[0]


def _node(text: str) -> Node:
    return _tuples(json.loads(text))


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _data(record: Record) -> str:
    told = {name: value for name in _COUNTED if (value := getattr(record, name))}
    told |= {name: sorted(value) for name in _SETS if (value := getattr(record, name))}
    return compact(told | {"order": record.order})


def _record(data: str, entity: str | None) -> Record:
    told = json.loads(data)
    record = Record(entity=entity, order=told["order"])
    for name in _COUNTED:
        getattr(record, name).update(told.get(name, {}))
    for name in _SETS:
        getattr(record, name).update(map(_tuples, told.get(name, ())))
    return record


def _written(forms: Forms) -> str:
    return compact([forms.names, forms.shown, forms.kinds])
