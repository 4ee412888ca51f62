"""Chains that give a surname or an initial only: whose they are.

A short form joins the one person who can bear it, by gender and by the lands of the roles; among several the one of
the same role. Where none or several are left it stays apart: alone, or, when several bear the name, alone in its
article, for nobody can say whose it is. Only what is told of full names counts, so that one article's short form
decides nothing for another's, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .facts import Node, Record, RoleFact
from .merging import roles_agree, roles_clash
from .spelling import variants


@dataclass(frozen=True, slots=True)
class Bearer:
    """A group of full names that a short form can stand for, and what the articles tell of it."""

    group: object
    gender: str | None
    roles: frozenset[RoleFact]


def shortens(tokens: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether tokens are the end of a full name, or an initial and its surname, as spelled there or otherwise."""
    if len(tokens) > 1 and len(tokens[0]) == 1:
        return full[0][0] == tokens[0] and variants(tokens[-1], full[-1])
    return len(tokens) <= len(full) and all(map(variants, reversed(tokens), reversed(full)))


def choose(bearers: Sequence[Bearer], gender: str | None, roles: Collection[RoleFact]) -> Bearer | None:
    """The one who is meant, or None."""
    fits = [b for b in bearers if not (gender and b.gender and gender != b.gender) and not roles_clash(roles, b.roles)]
    if len(fits) > 1:
        fits = [b for b in fits if roles_agree(roles, b.roles)]
    return fits[0] if len(fits) == 1 else None


def allot(short: Mapping[Node, Record], bearers: Sequence[Bearer]) -> tuple[dict[Node, object], list[list[Node]]]:
    """Whose the short forms of the same tokens are: the group of each one that a bearer takes, and the others as
    groups of their own, in the order of their articles."""
    chosen = {node: choose(bearers, node[2], node[3]) for node in short}
    _one_gender(short, chosen)
    taken = {node: bearer.group for node, bearer in chosen.items() if bearer}
    alone = sorted((node for node in short if node not in taken), key=lambda node: (short[node].order, *map(str, node[2:])))
    return taken, _apart(alone, len(bearers) > 1)


def _one_gender(short: Mapping[Node, Record], chosen: dict[Node, Bearer | None]) -> None:
    """Where nobody tells the gender of a bearer and his short forms tell both, only that of most is his."""
    told: dict[object, Counter] = {}
    for node, bearer in chosen.items():
        if bearer and not bearer.gender and node[2]:
            told.setdefault(bearer.group, Counter())[node[2]] += sum(short[node].kinds.values())
    for node, bearer in chosen.items():
        genders = told.get(bearer.group, {}) if bearer else {}
        if node[2] and len(genders) > 1 and genders[node[2]] < 3 * max(n for g, n in genders.items() if g != node[2]):
            chosen[node] = None


def _apart(alone: Iterable[Node], ambiguous: bool) -> list[list[Node]]:
    """Group the short forms of one kind that no bearer took: by gender and land, if ``ambiguous`` by role."""
    parts: list[tuple[list[Node], set[RoleFact], set[str]]] = []
    for node in alone:
        gender, roles, article = node[2], node[3], node[4]
        part = None
        if roles or not ambiguous:
            part = next((p for p in parts if not roles_clash(p[1], roles) and not (gender and p[2] and gender not in p[2])
                         and (not ambiguous or roles_agree(p[1], roles))), None)
        if part is None:  # what nothing tells apart inside an article is one
            part = next((p for p in parts if ambiguous and not roles and all(n[4] == article and not n[3] for n in p[0])
                         and not (gender and p[2] and gender not in p[2])), None)
        if part is None:
            part = ([], set(), set())
            parts.append(part)
        part[0].append(node)
        part[1].update(roles)
        part[2].update(filter(None, [gender]))
    return [nodes for nodes, _, _ in parts]
