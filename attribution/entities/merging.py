"""The decision whether names are one entity, how it is explained, and the groups that come of it.

Pairs that are the same (:mod:`attribution.entities.names`, :mod:`attribution.entities.bodies`) are joined, the surest
first, unless something in the joined groups contradicts (father and son, another middle name). Pairs that may be the
same (an initial, a near given name) are joined only when the articles give both the same role. What a person curated
(db/entities.csv) is joined before all else and never overruled.

What a name is joined with depends on names of its blocks that are like it, on those that are like these, and so on, and on
nothing else (:meth:`Comparing.reach`): so an update groups these anew and leaves all others as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ..records import Entity
from .blocking import blocks, compared, parts
from .bodies import compare_bodies, is_body
from .facts import Node, Reader, Record, RoleFact, full, name_of, told_gender
from .memory import Remembered, sortable
from .names import Explanation, Finding, Name, compare, parse
from .titles import covers

#: Scores from here up to :data:`attribution.entities.names.SAME` join two names when their roles agree.
MAYBE = 0.55
#: Names of each of two groups that are compared before the groups are joined: enough to meet a contradiction.
COMPARED = 8


def explain(a: Entity | str, b: Entity | str) -> Explanation:
    """Why two entities or two names are one or not: the best pair of their names, with the predicates that decided."""
    kinds = [x.kind if isinstance(x, Entity) else None for x in (a, b)]
    if None not in kinds and kinds[0] != kinds[1] and "person" in kinds:
        return Explanation(False, 0.0, (Finding("kind", 0.0, f"a {kinds[0]} is not a {kinds[1]}"),))
    names = [[n for n, _ in x.names] or [x.name] if isinstance(x, Entity) else [x] for x in (a, b)]
    person = "person" in kinds or (kinds == [None, None] and not any(is_body(n) for side in names for n in side))
    if person:
        names = [[n for n in side if not parse(n).single] or side for side in names]
        return max((compare(x, y) for x in names[0] for y in names[1]), key=lambda e: e.score)
    return max((compare_bodies(x, y) for x in names[0] for y in names[1]), key=lambda e: e.score)


def roles_agree(a: Iterable[RoleFact], b: Iterable[RoleFact]) -> bool:
    """Whether two persons share a role, the same land with it (a role without a land agrees with none)."""
    return any(x and x == y and (covers(h, g) or covers(g, h)) for h, x in a for g, y in b)


def roles_clash(a: Iterable[RoleFact], b: Iterable[RoleFact]) -> bool:
    """Whether both have roles with lands and no land in common."""
    lands = [{land for _, land in side if land} for side in (a, b)]
    return bool(lands[0]) and bool(lands[1]) and not lands[0] & lands[1]


class Groups:
    """Disjoint sets of names; ``curated`` gives the id of the groups that a person named, and two of those never join."""

    def __init__(self, nodes: Iterable[Node]):
        self.parent: dict[Node, Node] = {}
        self.members: dict[Node, list[Node]] = {}
        self.curated: dict[Node, str] = {}
        for node in nodes:
            self.add(node)

    def add(self, node: Node) -> None:
        """Let ``node`` be a group of its own, unless it is in one."""
        if node not in self.parent:
            self.parent[node] = node
            self.members[node] = [node]

    def find(self, node: Node) -> Node:
        """The name that stands for the group of ``node``."""
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def join(self, a: Node, b: Node, check: Callable[[list[Node], list[Node]], bool] | None = None) -> bool:
        """Join the groups of two names, if ``check`` allows it for their members; whether they are one now."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if a in self.curated and b in self.curated and self.curated[a] != self.curated[b]:
            return False
        if check is not None and not check(self.members[a], self.members[b]):
            return False
        if len(self.members[a]) < len(self.members[b]):
            a, b = b, a
        self.parent[b] = a
        self.members[a] += self.members.pop(b)
        if b in self.curated:
            self.curated[a] = self.curated.pop(b)
        return True


class Comparing:
    """The names of a memory compared with each other."""

    def __init__(self, memory: Remembered, reader: Reader):
        self.memory, self.reader = memory, reader
        self._names: dict[Node, Name] = {}
        self._blocks: dict[Node, set[str]] = {}
        self._genders: dict[Node, str | None] = {}

    def record(self, node: Node) -> Record:
        """What is known of a name; nothing of one that is gone."""
        return self.memory.record(node) or Record()

    def name(self, node: Node) -> Name:
        """A person's name, taken apart."""
        if node not in self._names:
            self._names[node] = name_of(self.reader.spellings(node, self.record(node)))
        return self._names[node]

    def blocks(self, node: Node) -> set[str]:
        """The blocks of a name."""
        if node not in self._blocks:
            self._blocks[node] = blocks(node, self.record(node), self.name(node) if full(node) else None, self.reader)
        return self._blocks[node]

    def gender(self, node: Node) -> str | None:
        """The gender that the articles or a title tell of a person."""
        if node not in self._genders:
            self._genders[node] = told_gender(self.record(node).genders) or self.name(node).gender
        return self._genders[node]

    def state(self, node: Node) -> tuple:
        """All that grouping looks at; while it stays as it is, more chains change nothing but counts."""
        record = self.record(node)
        told = (told_gender(record.genders), self.name(node)) if full(node) else tuple(self.reader.spellings(node, record))
        return told, frozenset(record.roles), frozenset(record.beside), frozenset(record.acronyms)

    def forget(self, node: Node) -> None:
        """Look at a name anew: what is known of it has changed."""
        for known in (self._names, self._blocks, self._genders):
            known.pop(node, None)

    def verdict(self, a: Node, b: Node) -> Explanation:
        """Whether two full names are one, by their tokens and genders."""
        return compare(self.name(a), self.name(b), self.gender(a), self.gender(b))

    def reach(self, left: Mapping[Node, tuple[Name | None, Collection[str]]]) -> list[Node]:
        """Names whose group can depend on those in ``left``, themselves among them while they are there; sorted.
        ``left`` has what each was before: its name and its blocks."""
        found, waiting = dict.fromkeys(left), list(left)
        while waiting:
            node = waiting.pop()
            before, blocks_before = left.get(node, (None, ()))
            present = self.memory.record(node) is not None
            names = [before] if before else []
            if present and full(node):
                names.append(self.name(node))
            around = (self.blocks(node) if present else set()).union(blocks_before)
            for near in self._around(node, names, around, node in left):
                if near not in found:
                    found[near] = None
                    waiting.append(near)
        return sorted((node for node in found if self.memory.record(node) is not None), key=sortable)

    def _around(self, node: Node, names: Sequence[Name], around: Iterable[str], changed: bool) -> Iterator[Node]:
        for block in compared(around):
            members = self.memory.block(block)
            anyhow = changed and node[0] != "person" or block.startswith(("acronym", "curated"))
            for other in members if anyhow else [n for part in parts(block, members) for n in part]:
                if other != node and (anyhow or self._alike(node, names, other)):
                    yield other

    def _alike(self, node: Node, names: Sequence[Name], other: Node) -> bool:
        if node[0] != "person":
            return self.same_bodies(node, other)
        theirs = replace(self.name(other), gender=None)
        return any(compare(replace(name, gender=None), theirs).score >= MAYBE for name in names)

    def same_bodies(self, a: Node, b: Node) -> bool:
        """Whether two names of bodies are one by their words."""
        ours, theirs = (self.reader.spellings(node, self.record(node)) for node in (a, b))
        return any(compare_bodies(x, y).same for x in ours for y in theirs)

    def group(self, nodes: Sequence[Node]) -> Groups:
        """The groups of ``nodes``: sorted, and with each everything that it :meth:`reach`."""
        groups, inside = Groups(nodes), set(nodes)
        for node in nodes:
            if identity := self.reader.curated.get(node):
                groups.curated.setdefault(groups.find(node), identity)
        shared: dict[str, None] = {}
        for node in nodes:
            shared.update(dict.fromkeys(compared(sorted(self.blocks(node)))))
        members = {block: [n for n in self.memory.block(block) if n in inside] for block in shared}
        for kind in ("curated ", "acronym "):
            for block, own in members.items():
                if block.startswith(kind) and own:
                    first = next((n for n in own if kind + str(n[1]) == block), own[0])
                    for node in own:
                        groups.join(first, node)
        self._join_persons(members, groups, inside)
        for block in members:
            if block.startswith("body "):
                for a, b in self._pairs(block, inside):
                    if groups.find(a) != groups.find(b) and self.same_bodies(a, b):
                        groups.join(a, b)
        return groups

    def _pairs(self, block: str, inside: Collection[Node]) -> Iterator[tuple[Node, Node]]:
        for part in parts(block, self.memory.block(block)):
            yield from combinations([node for node in part if node in inside], 2)

    def _join_persons(self, members: Mapping[str, Sequence[Node]], groups: Groups, inside: Collection[Node]) -> None:
        def compatible(one: list[Node], other: list[Node]) -> bool:
            return all(self.verdict(x, y).score > 0 for x in one[:COMPARED] for y in other[:COMPARED] if full(x) and full(y))

        edges: list[tuple[float, Node, Node]] = []
        for block, own in members.items():
            if len(own) < 2 or not block.startswith(("name ", "role ")):
                continue
            roles = block.startswith("role ")
            for a, b in self._pairs(block, inside):
                verdict = self.verdict(a, b)
                if verdict.same and not roles or (not verdict.same and roles and verdict.score >= MAYBE
                                                  and roles_agree(self.record(a).roles, self.record(b).roles)):
                    edges.append((verdict.score, a, b))

        def exclude(a: Node, b: Node) -> bool:
            shared = self.blocks(a) & self.blocks(b)
            return any(block.startswith("name ") for block in shared) and self.verdict(a, b).score == 0

        torn = _torn(edges, exclude) - groups.curated.keys()
        for _, a, b in sorted(edges, key=lambda edge: (-edge[0], *map(sortable, edge[1:]))):
            if a not in torn and b not in torn:
                groups.join(a, b, compatible)


def _torn(edges: Sequence[tuple[float, Node, Node]], exclude: Callable[[Node, Node], bool]) -> set[Node]:
    """Names that fit two others which exclude each other: John Roe beside John A. Roe and John B. Roe joins neither."""
    neighbours: dict[Node, dict[Node, None]] = defaultdict(dict)
    for _, a, b in edges:
        neighbours[a][b] = neighbours[b][a] = None
    return {node for node, near in neighbours.items() if any(exclude(x, y) for x, y in combinations(near, 2))}
