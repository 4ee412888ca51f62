"""Distinct names of all chains, what the articles tell of each, and which of them are worth comparing.

Linking works on distinct names (nodes), not on mentions. Names of persons that can be variants of each other fall into
one block: the sorted sound skeletons of first and last token, so that order and romanization do not matter. Only pairs
inside a block are compared. Short forms (a surname, an initial and a surname) are set aside: they wait until the full
names are grouped (:mod:`attribution.entities.shortforms`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..records import Chain
from . import countries
from .bodies import body_key
from .curation import Curation, key
from .names import Name, fold, parse, skeleton, skeletons
from .titles import is_role, like_a_demonym, nation, singular

#: More names than this in one block are compared only with those that begin alike.
BLOCK = 200

#: A distinct name: ("person", tokens, suffix), ("body", key), ("country", code), ("place", key) or ("other", key).
Node = tuple
#: Where a chain stands: article id and index of the chain.
Place = tuple[str, int]
#: A role as far as it compares: (head noun, key of the land or "").
RoleFact = tuple[str, str]


@lru_cache(maxsize=1 << 17)
def role_facts(role: str) -> frozenset[RoleFact]:
    """(head noun, key of the land) of a role as written; the land is "" when none is told."""
    words = re.sub("['\u2019]s", "", role).split()
    heads = {singular(w) for w in words if is_role(w)}
    lands = {nation(w) for w in words if w[:1].isupper() and (countries.country_of(w) or like_a_demonym(w))}
    return frozenset((h, land) for h in heads for land in (lands or {""}))


def roles_of(chain: Chain) -> set[RoleFact]:
    """The roles that an article gives to a chain."""
    return {fact for mention in chain.mentions if mention.role for fact in role_facts(mention.role)}


@dataclass(slots=True)
class Facts:
    """What the articles tell of one name: of which gender, in which roles, written how and how often."""

    genders: Counter = field(default_factory=Counter)
    roles: set[RoleFact] = field(default_factory=set)
    written: Counter = field(default_factory=Counter)

    def add(self, chain: Chain) -> None:
        """Count one chain more."""
        if chain.gender:
            self.genders[chain.gender] += 1
        self.written[chain.name] += 1
        self.roles |= roles_of(chain)

    @property
    def gender(self) -> str | None:
        """The gender that at least two articles tell and few contradict: one article's guess parts no spellings."""
        if not self.genders:
            return None
        (first, n), *rest = self.genders.most_common(2)
        return first if n >= 2 and (not rest or n >= 3 * rest[0][1]) else None


class Names:
    """The distinct names of all chains.

    ``nodes`` are in the order of their first chain, curated names before them; ``curated`` has the nodes of each row of
    db/entities.csv by its id; ``acronyms`` are pairs that an article puts to each other; ``node_of`` gives the node of a
    chain, ``short`` holds the chains that are short forms, ``observed`` the full names beside which an article writes
    a short one.
    """

    def __init__(self, chains_by_article: Mapping[str, Sequence[Chain]], curation: Curation):
        self.curation = curation
        self.nodes: dict[Node, None] = {}
        self.curated: dict[str, list[Node]] = {}
        self.acronyms: list[tuple[Node, Node]] = []
        self.facts: dict[Node, Facts] = {}
        self.node_of: dict[Place, Node] = {}
        self.short: dict[Place, Chain] = {}
        self.parsed: dict[Node, Name] = {}
        self.observed: dict[str, set[Node]] = defaultdict(set)
        self._by_name = curation.by_name
        for entry in curation.entries:
            person = entry.kind == "person"
            self.curated[entry.id] = [self.person(name) if person else ("body", key(name)) for name in entry.names]
            self.nodes.update(dict.fromkeys(self.curated[entry.id]))
        for article, chains in chains_by_article.items():
            for number, chain in enumerate(chains):
                self._read((article, number), chain)

    def person(self, name: str) -> Node:
        """The node of a person's name."""
        parsed = parse(name)
        node = ("person", parsed.tokens, parsed.suffix)
        self.parsed.setdefault(node, parsed)
        return node

    def give(self, place: Place, node: Node, chain: Chain) -> None:
        """Let the chain at ``place`` be one of ``node``."""
        self.nodes.setdefault(node)
        self.node_of[place] = node
        facts = self.facts.get(node)
        if facts is None:
            facts = self.facts[node] = Facts()
        facts.add(chain)

    def gender(self, node: Node) -> str | None:
        """The gender that the articles tell of a name."""
        return self.facts[node].gender if node in self.facts else None

    def roles(self, node: Node) -> set[RoleFact]:
        """The roles that the articles give to a name."""
        return self.facts[node].roles if node in self.facts else set()

    def _read(self, place: Place, chain: Chain) -> None:
        if chain.kind == "unnamed" or not fold(chain.name):
            return
        if chain.kind == "person":
            node = self.person(chain.name)
            if not node[1]:
                return
            parsed = self.parsed[node]
            if (True, key(chain.name)) not in self._by_name and (
                    len(parsed.tokens) == 1 or parsed.single or len(parsed.tokens[0]) == 1):
                self.short[place] = chain
                return
            for form in {m.text for m in chain.mentions if m.form == "name"}:
                tokens = parse(form).tokens
                if tokens and len(tokens) < len(parsed.tokens):
                    self.observed[" ".join(tokens)].add(node)
        else:
            node = self._body(chain)
            if chain.kind == "organization":
                for form in sorted({m.text for m in chain.mentions if m.form == "name"} - {chain.name}):
                    letters = form.replace(".", "")
                    if letters.isupper() and len(letters) > 1:
                        other = ("body", key(form))
                        self.nodes.setdefault(other)
                        self.acronyms.append((node, other))
        self.give(place, node, chain)

    def _body(self, chain: Chain) -> Node:
        name = key(chain.name)
        entry = self._by_name.get((False, name))
        if entry is not None and (chain.kind != "place" or key(entry.name) == name or entry.kind == "place"):
            return ("body", name)
        if chain.kind == "country":
            code = countries.named(chain.name) or countries.capital_of(chain.name)
            country = countries.countries().get(code)
            if country is not None:
                for known in (country.name, *country.aliases):
                    if (False, key(known)) in self._by_name:
                        return ("body", key(known))
                return ("country", code)
        if chain.kind in ("place", "other"):
            return (chain.kind, name)
        return ("body", name)


def full_names(names: Names) -> list[Node]:
    """Persons' names of two tokens or more, in order."""
    return [node for node in names.nodes if node[0] == "person" and len(node[1]) > 1]


def name_blocks(names: Names) -> list[list[Node]]:
    """Groups of full names that can be spellings of each other by their sounds; a block that is too long is cut into
    those that begin alike."""
    blocks: dict[tuple[str, str], dict[Node, None]] = defaultdict(dict)
    for node in full_names(names):
        for block in _sounds(node[1], names.parsed[node].written):
            blocks[block][node] = None
    parts = []
    for block in map(list, blocks.values()):
        if len(block) <= BLOCK:
            parts.append(block)
            continue
        split = defaultdict(list)
        for node in block:
            split[node[1][0][:2], node[1][-1][:2]].append(node)
        parts += [part[: 4 * BLOCK] for part in split.values()]
    return parts


def _sounds(tokens: tuple[str, ...], written: str) -> Iterator[tuple[str, str]]:
    """The blocks of a name: its first token with its last one, with the one before it in a long name, and with the
    first part of a double surname."""
    for first in skeletons(tokens[0]):
        for last in skeletons(tokens[-1]):
            yield tuple(sorted((first, last)))
    others = [tokens[-2]] if len(tokens) > 3 else []
    if "-" in (last := written.split()[-1]):
        others.append(fold(last.split("-")[0]))
    for other in others:
        yield tuple(sorted((skeleton(tokens[0]), skeleton(other))))


def role_blocks(names: Names) -> list[list[Node]]:
    """Groups of full names with a like surname and a role of the same land."""
    blocks: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in full_names(names):
        for _, land in names.roles(node):
            if land:
                blocks[skeleton(node[1][-1]), land].append(node)
    return [block[:BLOCK] for block in blocks.values()]


def body_blocks(names: Names) -> list[list[tuple[Node, str]]]:
    """Groups of bodies, each with a name, that have the same words by sound or land in any order."""
    blocks: dict[tuple[str, ...], list[tuple[Node, str]]] = defaultdict(list)
    for node in names.nodes:
        if node[0] == "body" and node in names.facts:
            name = names.facts[node].written.most_common(1)[0][0]
            blocks[body_key(name)].append((node, name))
    for entry in names.curation.entries:
        if entry.kind != "person":
            for name in entry.names:
                blocks[body_key(name)].append((("body", key(name)), name))
    return [block[:BLOCK] for block in blocks.values()]


def pairs(block: Sequence) -> Iterable[tuple]:
    """Each pair of a block once, the earlier one first."""
    return ((a, b) for i, a in enumerate(block) for b in block[i + 1 :])
