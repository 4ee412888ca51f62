"""Chains of many articles to entities: one person for all spellings, two persons of one surname never one.

The way: distinct names and what is told of each (:mod:`~attribution.entities.facts`), which of them are compared
(:mod:`~attribution.entities.blocking`), the decision and the groups (:mod:`~attribution.entities.merging`), surnames and
initials (:mod:`~attribution.entities.shortforms`), ids and the spelling shown (:mod:`~attribution.entities.naming`).

What was linked before is remembered (:mod:`~attribution.entities.memory`). A chain more changes the counts of its name;
only where a name is new, or something new is told of one, are the names that it can touch grouped anew, and the short
forms of their surnames. The groups are the same as if all articles had come at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Chain, Entity
from .blocking import BLOCK, beside_block, compared, entity_block, short_block, spoken_block, surname_block
from .curation import Curation
from .facts import Forms, Node, Place, Reader, Record, full, told_gender
from .memory import Memory, Remembered, sortable
from .merging import Comparing, explain
from .names import Name
from .naming import Group, entity_of, give_ids
from .shortforms import Bearer, allot, choose, shortens
from .spelling import spelled_like

__all__ = ["Linking", "explain", "link", "update"]


@dataclass(frozen=True, slots=True)
class Linking:
    """``entities`` that are new or changed, sorted by id, and ``of`` each new chain (article id, index of the chain) the
    id of its entity. For who keeps them also the ``nodes`` of the new chains, which names of earlier ones ``moved`` to
    which entity, and the ids of the entities that are ``gone``."""

    entities: tuple[Entity, ...]
    of: Mapping[Place, str]
    nodes: Mapping[Place, Node] = field(default_factory=dict)
    moved: Mapping[Node, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


def link(chains_by_article: Mapping[str, Sequence[Chain]], curated: Curation | None = None, previous: Sequence[Entity] = ()) -> Linking:
    """Link the chains of all articles at once.

    ``chains_by_article``: article id -> its chains, in an order that does not change when articles are added (ids are
    given to names in this order). ``previous``: the entities of the last build; an entity that shares its written
    forms with one of them keeps that id, so that adding articles renames nothing; who is grouped with whom does not
    depend on it. Chains of kind unnamed are left out.
    """
    new = (((article, number), order, chain) for order, (article, chains) in enumerate(chains_by_article.items())
           for number, chain in enumerate(chains))
    return update(Memory(), new, curated, previous=previous)


def update(memory: Remembered, new: Iterable[tuple[Place, int, Chain]], curated: Curation | None = None,
           forgotten: Iterable[Node] = (), previous: Sequence[Entity] = ()) -> Linking:
    """Link new chains, each with its place and where its article stands among all, to those that ``memory`` holds, and
    keep in it what came of it.

    ``curated`` must be the same for all updates of one memory. ``forgotten``: names of which chains were taken away;
    what is known of them is dropped, and all of their chains that are left must be among ``new``.
    """
    return _Update(memory, curated or Curation(), previous).run(new, forgotten)


@dataclass(slots=True)
class _Before:
    """A name before the update: its entity, all that grouping looks at, a person's name taken apart, its blocks."""

    entity: str | None = None
    state: tuple | None = None
    name: Name | None = None
    blocks: frozenset[str] = frozenset()


class _Update:
    """One run of :func:`update`."""

    def __init__(self, memory: Remembered, curation: Curation, previous: Sequence[Entity]):
        self.memory, self.curation, self.previous = memory, curation, previous
        self.reader = Reader(curation)
        self.comparing = Comparing(memory, self.reader)
        self.fresh = memory.empty()
        self.before: dict[Node, _Before] = {}
        self.written: dict[str, Forms] = {}
        self.final: dict[Node, str] = {}
        self.surnames: dict[str, dict[str, list[Node]]] = {}

    def run(self, new: Iterable[tuple[Place, int, Chain]], forgotten: Iterable[Node]) -> Linking:
        nodes = self._read(new, forgotten)
        changed = self._keep()
        groups, around = self._groups({node: b for node, b in changed.items() if node[0] != "short"})
        groups += self._short_forms([node for node in changed if node[0] == "short"], groups, around)
        self._name(groups)
        moved = self._assign()
        entities, gone = self._entities()
        return Linking(entities, {place: self.final[node] for place, node in nodes.items()}, nodes, moved, gone)

    # ---- what the new chains tell

    def _read(self, new: Iterable[tuple[Place, int, Chain]], forgotten: Iterable[Node]) -> dict[Place, Node]:
        """Take in the chains; the node of each that names somebody."""
        for node in forgotten:
            self._touch(node)
            self.memory.remove(node)
        for node in self.reader.curated if self.fresh else self.reader.curated.keys() & self.before.keys():
            self._record(node, 0)  # it joins others, though nobody writes it
        nodes: dict[Place, Node] = {}
        for place, order, chain in new:
            node = self.reader.node(place[0], chain)
            if node is not None:
                nodes[place] = node
                self._record(node, order).take(node, chain)
        return nodes

    def _touch(self, node: Node) -> Record | None:
        """What is known of a name; remembered as it is before it changes, and taken off its entity until it is assigned."""
        record = self.memory.record(node)
        if node not in self.before:
            self.before[node] = _Before()
            if record is not None:
                name = self.comparing.name(node) if full(node) else None
                self.before[node] = _Before(record.entity, self.comparing.state(node), name, frozenset(self.comparing.blocks(node)))
                self._count(record, -1)
        return record

    def _record(self, node: Node, order: int) -> Record:
        record = self._touch(node)
        if record is None:
            record = Record(entity=self.before[node].entity, order=order)
            self.memory.save(node, record, ())
        return record

    def _count(self, record: Record, sign: int) -> None:
        """Count the forms of a name for its entity, or with -1 no more."""
        if record.entity not in self.written:
            self.written[record.entity] = self.memory.written(record.entity) or Forms()
        self.written[record.entity].add(record, sign)

    def _save(self, node: Node, record: Record) -> None:
        own = {entity_block(record.entity)} if record.entity is not None and node[0] != "short" else set()
        self.memory.save(node, record, self.comparing.blocks(node) | own)

    def _keep(self) -> dict[Node, _Before]:
        """Save what was read; the names, gone ones too, that are to be grouped anew, as they were before."""
        changed = {}
        for node, before in self.before.items():
            self.comparing.forget(node)
            record = self.memory.record(node)
            if record is not None:
                self._save(node, record)
            if record is None or node[0] == "short" or self.comparing.state(node) != before.state:
                changed[node] = before
            else:
                self.final[node] = before.entity
        return changed

    # ---- full names, bodies, places

    def _groups(self, changed: Mapping[Node, _Before]) -> tuple[list[Group], list[tuple[Node, Iterable[str]]]]:
        """The groups that are not as they were, and full names that short forms may stand for, with their blocks."""
        left = {node: (before.name, before.blocks) for node, before in changed.items()}
        if self.fresh:
            nodes = sorted(left, key=sortable)
        else:
            self._crowded(left)
            nodes = self.comparing.reach(left)
        joined = self.comparing.group(nodes)
        lost = {before.entity for node, before in changed.items() if self.memory.record(node) is None}
        groups = []
        for root, members in joined.members.items():
            entities = {self.memory.record(node).entity for node in members}
            [entity] = entities if len(entities) == 1 else [None]
            if entity is None or entity in lost or not changed.keys().isdisjoint(members) or (
                    set(self.memory.block(entity_block(entity))) != set(members)):
                groups.append(Group(members, joined.curated.get(root)))
            else:
                self.final.update(dict.fromkeys(members, entity))
        if self.fresh:
            return groups, []  # every short form is new
        concerned = [(node, self.comparing.blocks(node)) for group in groups for node in group.nodes if full(node)]
        concerned += [(node, before.blocks) for node, before in changed.items() if full(node)]
        return groups, concerned

    def _crowded(self, left: dict[Node, tuple[Name | None, frozenset[str]]]) -> None:
        """Add to ``left`` all names of blocks that got or lost one and are so long that this changes who is compared."""
        for node, (_, before) in list(left.items()):
            present = self.comparing.blocks(node) if self.memory.record(node) is not None else set()
            for block in compared(before ^ present):
                members = self.memory.block(block)
                for other in members if len(members) >= BLOCK else ():
                    left.setdefault(other, (self.comparing.name(other) if full(other) else None, frozenset(self.comparing.blocks(other))))

    # ---- short forms

    def _short_forms(self, new: Sequence[Node], groups: Sequence[Group], concerned: Sequence[tuple[Node, Iterable[str]]]) -> list[Group]:
        """Give the short forms that are new or whose bearers changed to a group, or make groups of them."""
        group_of = {node: group for group in groups for node in group.nodes}
        anew: dict[tuple[str, ...], None] = {}
        sounding: dict[str, dict[str, dict[tuple[str, ...], None]]] = {}
        for name, blocks in concerned:
            for block in sorted(blocks):
                if block.startswith("surname "):
                    if block not in sounding:
                        sounding[block] = {}
                        for node in self.memory.block(short_block(block)):
                            sounding[block].setdefault(node[1][-1], {})[node[1]] = None
                    anew.update(dict.fromkeys(tokens for last in spelled_like(name[1][-1], sounding[block])
                                              for tokens in sounding[block][last] if shortens(tokens, name[1])))
                elif block.startswith("beside "):
                    anew[tuple(block.split()[1:])] = None
        made = []
        touched: dict[tuple[str, ...], list[Node]] = {}
        for node in new:
            touched.setdefault(node[1], []).append(node)
        for tokens in dict.fromkeys([*touched, *anew]):
            bearers = self._bearers(tokens, group_of)
            nodes = touched.get(tokens, [])
            if tokens not in anew and all(self._plain(node, bearers) for node in nodes):
                taken, apart = {node: choose(bearers, node[2], node[3]).group for node in nodes}, []
            else:
                short = {node: self.memory.record(node) for node in self.memory.block(spoken_block(tokens))}
                taken, apart = allot(short, bearers)
            for node, group in taken.items():
                if isinstance(group, Group):
                    group.short.append(node)
                else:
                    self.final[node] = group
            for number, nodes in enumerate(apart):
                made.append(Group([], None, nodes[0][4] if len(bearers) > 1 or number else None, nodes))
        return made

    def _plain(self, node: Node, bearers: Sequence[Bearer]) -> bool:
        """Whether a short form is simply its bearer's, whatever the others are."""
        bearer = choose(bearers, node[2], node[3])
        return self.memory.record(node) is not None and bearer is not None and bool(bearer.gender or not node[2])

    def _bearers(self, tokens: tuple[str, ...], group_of: Mapping[Node, Group]) -> list[Bearer]:
        """The groups whose surname, or a short form seen with the full name, this is."""
        block = surname_block(tokens)
        if block not in self.surnames:
            self.surnames[block] = {}
            for node in self.memory.block(block):
                self.surnames[block].setdefault(node[1][-1], []).append(node)
        own = self.surnames[block]
        nodes = [node for surname in spelled_like(tokens[-1], own) for node in own[surname] if shortens(tokens, node[1])]
        nodes += self.memory.block(beside_block(tokens))
        groups = dict.fromkeys(group_of.get(node) or self.final.get(node) or self.memory.record(node).entity for node in nodes)
        return [self._bearer(group) for group in groups]

    def _bearer(self, group: Group | str) -> Bearer:
        nodes = group.nodes if isinstance(group, Group) else self.memory.block(entity_block(group))
        records, genders = [self.memory.record(node) for node in nodes], Counter()
        for record in records:
            genders.update(record.genders)
        return Bearer(group, told_gender(genders), frozenset().union(*(record.roles for record in records)))

    # ---- entities

    def _name(self, groups: Sequence[Group]) -> None:
        """Give each group an id, and its names to it."""
        inside = {node for group in groups for node in group.nodes}

        def free(identity: str) -> bool:
            return identity not in curated and all(node in inside for node in self.memory.block(entity_block(identity)))

        def taken(identity: str) -> bool:
            return identity in curated or identity in self.written or self.memory.written(identity) is not None

        curated = self.curation.by_id
        records = {node: self.memory.record(node) for group in groups for node in group.all}
        for group, identity in give_ids(groups, records, free, self.previous, taken).items():
            self.final.update(dict.fromkeys(group.all, identity))

    def _assign(self) -> dict[Node, str]:
        """Make every name's entity what was decided; the names from before that have another now."""
        moved = {}
        for node, identity in self.final.items():
            record, touched = self.memory.record(node), node in self.before
            before = self.before[node].entity if touched else record.entity
            if touched or identity != before:
                if not touched:
                    self._count(record, -1)
                record.entity = identity
                self._count(record, 1)
                self._save(node, record)
            if before is not None and identity != before:
                moved[node] = identity
        return moved

    def _entities(self) -> tuple[tuple[Entity, ...], frozenset[str]]:
        """The entities that changed, and the ids of those that are no more."""
        entities, gone = [], set()
        for identity, forms in sorted(self.written.items()):
            if forms.kinds:
                entities.append(entity_of(identity, forms, self.curation.by_id.get(identity)))
                self.memory.save_written(identity, forms)
            else:
                gone.add(identity)
                self.memory.save_written(identity, None)
        return tuple(entities), frozenset(gone)
