"""What the linker remembers between two updates: names with what is known of them, blocks, and how entities are written.

:class:`Memory` keeps it in dicts, for one run; :mod:`attribution.database.memory` in the database, of which an update
reads and writes only what it touches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from .facts import Forms, Node, Record


class Remembered(Protocol):
    """A memory. What it gives may be changed by the linker, which then saves it."""

    def empty(self) -> bool:
        """Whether nothing was ever linked."""

    def record(self, node: Node) -> Record | None:
        """What is known of a name."""

    def save(self, node: Node, record: Record, blocks: Collection[str]) -> None:
        """Keep a name and the blocks in which it lies."""

    def remove(self, node: Node) -> None:
        """Forget a name."""

    def block(self, block: str) -> list[Node]:
        """The names of a block, sorted."""

    def written(self, entity: str) -> Forms | None:
        """How an entity is written; None when there is none of that id."""

    def save_written(self, entity: str, written: Forms | None) -> None:
        """Keep how an entity is written; None: it is no more."""


def sortable(node: Node) -> tuple:
    """What names are sorted by; a suffix that lacks comes first."""
    return tuple(part or "" if part is None or isinstance(part, str) else part for part in node)


@dataclass
class Memory:
    """A memory in dicts."""

    records: dict[Node, Record] = field(default_factory=dict)
    blocks_of: dict[Node, set[str]] = field(default_factory=dict)
    members: dict[str, set[Node]] = field(default_factory=lambda: defaultdict(set))
    entities: dict[str, Forms] = field(default_factory=dict)

    def empty(self) -> bool:
        return not self.records

    def record(self, node: Node) -> Record | None:
        return self.records.get(node)

    def save(self, node: Node, record: Record, blocks: Collection[str]) -> None:
        self._leave(node, self.blocks_of.get(node, set()) - set(blocks))
        self.records[node], self.blocks_of[node] = record, set(blocks)
        for block in blocks:
            self.members[block].add(node)

    def remove(self, node: Node) -> None:
        self._leave(node, self.blocks_of.pop(node, set()))
        self.records.pop(node, None)

    def block(self, block: str) -> list[Node]:
        return sorted(self.members.get(block, ()), key=sortable)

    def written(self, entity: str) -> Forms | None:
        return self.entities.get(entity)

    def save_written(self, entity: str, written: Forms | None) -> None:
        if written is None:
            self.entities.pop(entity, None)
        else:
            self.entities[entity] = written

    def _leave(self, node: Node, blocks: Collection[str]) -> None:
        for block in blocks:
            self.members[block].discard(node)
