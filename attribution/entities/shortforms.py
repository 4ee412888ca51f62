"""Chains that give a surname or an initial only: whose they are.

A short form joins the one person who can bear it, by gender and by the lands of the roles; among several the one of
the same role. Where none or several are left it stays apart: alone, or, when several bear the name, alone in its
article, for nobody can say whose it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

from ..records import Chain
from .blocking import Names, Node, Place, RoleFact, full_names, roles_of
from .merging import Groups, roles_agree, roles_clash
from .names import parse, skeleton, variants


def join_short_forms(names: Names, groups: Groups) -> None:
    """Give every chain of ``names.short`` a node, of a person who bears the name or of its own."""
    bearers = _Bearers(names, groups)
    alone: dict[tuple[str, ...], list[tuple[Place, Chain]]] = defaultdict(list)
    for place, chain in names.short.items():
        tokens = parse(chain.name).tokens
        node = bearers.choose(tokens, chain.gender, roles_of(chain))
        if node is None:
            alone[tokens].append((place, chain))
        else:
            names.give(place, node, chain)
            bearers.forget(groups.find(node))
    for tokens, chains in alone.items():
        _keep_apart(names, groups, tokens, chains, len(bearers.of(tokens)) > 1)


class _Bearers:
    """The groups of full names that a short form can stand for, and what is known of each."""

    def __init__(self, names: Names, groups: Groups):
        self.names, self.groups = names, groups
        self.surnames: dict[str, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for node in full_names(names):
            self.surnames[skeleton(node[1][-1])][node[1][-1]].append(node)
        self._of: dict[tuple[str, ...], dict[Node, Node]] = {}
        self._known: dict[Node, tuple[str | None, set[RoleFact]]] = {}

    def of(self, tokens: tuple[str, ...]) -> dict[Node, Node]:
        """Groups whose surname (or a short form seen with the full name) this is: the first such name by the root."""
        if tokens in self._of:
            return self._of[tokens]
        found = self._of[tokens] = {}
        for surname, nodes in self.surnames.get(skeleton(tokens[-1]), {}).items():
            if variants(tokens[-1], surname):
                for node in nodes:
                    if _shortens(tokens, node[1]):
                        found.setdefault(self.groups.find(node), node)
        for node in sorted(self.names.observed.get(" ".join(tokens), ()), key=lambda n: (n[1], n[2] or "")):
            found.setdefault(self.groups.find(node), node)
        return found

    def choose(self, tokens: tuple[str, ...], gender: str | None, roles: set[RoleFact]) -> Node | None:
        """A name of the one person who bears these tokens, or None."""
        fits = {}
        for root, node in self.of(tokens).items():
            known_gender, known_roles = self._facts(root)
            if not (gender and known_gender and gender != known_gender) and not roles_clash(roles, known_roles):
                fits[node] = known_roles
        if len(fits) > 1:
            fits = {node: known for node, known in fits.items() if roles_agree(roles, known)}
        return next(iter(fits)) if len(fits) == 1 else None

    def forget(self, root: Node) -> None:
        """Work out again what is known of a group: it has a chain more."""
        self._known.pop(root, None)

    def _facts(self, root: Node) -> tuple[str | None, set[RoleFact]]:
        if root not in self._known:
            members = self.groups.members[root]
            gender = next((g for g in map(self.names.gender, members) if g), None)
            self._known[root] = gender, set().union(*map(self.names.roles, members))
        return self._known[root]


def _shortens(tokens: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether tokens are the end of a full name, or an initial and its surname; the surnames agree already."""
    if len(tokens) > 1 and len(tokens[0]) == 1:
        return full[0][0] == tokens[0]
    return len(tokens) <= len(full) and all(map(variants, reversed(tokens), reversed(full)))


def _keep_apart(names: Names, groups: Groups, tokens: tuple[str, ...], chains: list[tuple[Place, Chain]],
                ambiguous: bool) -> None:
    """Group the chains of one short form that no bearer took: by gender and land, if ``ambiguous`` by role."""
    parts: list[tuple[Node, set[RoleFact], Counter]] = []
    for place, chain in chains:
        roles, part = roles_of(chain), None
        if roles or not ambiguous:
            part = next((p for p in parts if not roles_clash(p[1], roles)
                         and not (chain.gender and p[2] and chain.gender not in p[2])
                         and (not ambiguous or roles_agree(p[1], roles))), None)
        if part is None:
            mark = hashlib.sha1(place[0].encode("utf-8", "replace")).hexdigest()[:6] if ambiguous or parts else ""
            part = (("person", tokens, mark or None), set(), Counter())
            names.parsed.setdefault(part[0], parse(chain.name))
            groups.add(part[0])
            parts.append(part)
        part[1].update(roles)
        part[2].update(filter(None, [chain.gender]))
        names.give(place, part[0], chain)
