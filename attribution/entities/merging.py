"""The decision whether names are one entity, how it is explained, and the groups that come of it.

Pairs that are the same (:mod:`attribution.entities.names`, :mod:`attribution.entities.bodies`) are joined, the surest
first, unless something in the joined groups contradicts (father and son, another middle name). Pairs that may be the
same (an initial, a near given name) are joined only when the articles give both the same role. What a person curated
(db/entities.csv) is joined before all else and never overruled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from ..records import Entity
from .blocking import Names, Node, RoleFact, body_blocks, name_blocks, pairs, role_blocks
from .bodies import compare_bodies, is_body
from .names import Explanation, Finding, compare, parse
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


def merge(names: Names) -> Groups:
    """The groups of all names but the short forms."""
    groups = Groups(names.nodes)
    for identity, nodes in names.curated.items():
        groups.curated[groups.find(nodes[0])] = identity
        for node in nodes[1:]:
            groups.join(nodes[0], node)
    for node, acronym in names.acronyms:
        groups.join(node, acronym)
    _merge_persons(names, groups)
    for block in body_blocks(names):
        for (a, x), (b, y) in pairs(block):
            if compare_bodies(x, y).same:
                groups.join(a, b)
    return groups


def _merge_persons(names: Names, groups: Groups) -> None:
    def compared(a: Node, b: Node) -> Explanation:
        return compare(names.parsed[a], names.parsed[b], names.gender(a), names.gender(b))

    def compatible(one: list[Node], other: list[Node]) -> bool:
        return all(compared(x, y).score > 0 for x in one[:COMPARED] for y in other[:COMPARED])

    edges: list[tuple[float, Node, Node]] = []
    blocks_of: dict[Node, set[int]] = defaultdict(set)
    for number, block in enumerate(name_blocks(names)):
        for node in block:
            blocks_of[node].add(number)
        edges += ((verdict.score, a, b) for a, b in pairs(block) if (verdict := compared(a, b)).same)
    for block in role_blocks(names):
        for a, b in pairs(block):
            verdict = compared(a, b)
            if not verdict.same and verdict.score >= MAYBE and roles_agree(names.roles(a), names.roles(b)):
                edges.append((verdict.score, a, b))

    def exclude(a: Node, b: Node) -> bool:
        return not blocks_of[a].isdisjoint(blocks_of[b]) and compared(a, b).score == 0

    torn = _torn(edges, exclude) - groups.curated.keys()
    for _, a, b in sorted(edges, key=lambda edge: (-edge[0], *map(_place, edge[1:]))):
        if a not in torn and b not in torn:
            groups.join(a, b, compatible)


def _torn(edges: Sequence[tuple[float, Node, Node]], exclude: Callable[[Node, Node], bool]) -> set[Node]:
    """Names that fit two others which exclude each other: John Roe beside John A. Roe and John B. Roe joins neither."""
    neighbours: dict[Node, dict[Node, None]] = defaultdict(dict)
    for _, a, b in edges:
        neighbours[a][b] = neighbours[b][a] = None
    return {node for node, near in neighbours.items() if any(exclude(x, y) for x, y in combinations(near, 2))}


def _place(node: Node) -> tuple[tuple[str, ...], str]:
    """Where a person's name stands among others: no suffix comes first."""
    return node[1], node[2] or ""
