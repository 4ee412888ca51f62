"""Distinct names (nodes), and what the articles tell of each.

Linking works on distinct names, not on mentions: however often a person is written of, the name is one node, and a
chain more changes its counts at most. A short form (a surname, an initial and a surname) tells little by itself: it is
a node of its own in each article, and whose it is is decided when the full names are grouped
(:mod:`attribution.entities.shortforms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ..records import Chain
from . import countries
from .countries import like_a_demonym, nation
from .curation import Curation, key
from .names import Name, parse
from .spelling import fold
from .titles import is_role, singular

#: A distinct name: ("person", tokens, suffix), ("body", key), ("country", code), ("place", key), ("other", key), or
#: ("short", tokens, gender, roles, article id) for a short form.
Node = tuple
#: Where a chain stands: article id and index of the chain.
Place = tuple[str, int]
#: How often each of some words was counted: a plain dict, for there are a million of them.
Counts = dict[str, int]
#: A role as far as it compares: (head noun, key of the land).
RoleFact = tuple[str, str]
#: What a form weighs when the spelling to show is chosen: one without a given name hardly anything.
FULL, SINGLE = 1000, 1


@lru_cache(maxsize=1 << 17)
def role_facts(role: str) -> frozenset[RoleFact]:
    """(head noun, key of the land) of a role as written; the land is "" when none is told."""
    words = re.sub("['\u2019]s", "", role).split()
    heads = {singular(w) for w in words if is_role(w)}
    lands = {nation(w) for w in words if w[:1].isupper() and (countries.country_of(w) or like_a_demonym(w))}
    return frozenset((h, land) for h in heads for land in (lands or {""}))


def roles_of(chain: Chain) -> set[RoleFact]:
    """The roles of a land that an article gives to a chain; others tell nobody from anybody."""
    return {fact for mention in chain.mentions if mention.role for fact in role_facts(mention.role) if fact[1]}


def told_gender(genders: Mapping[str, int]) -> str | None:
    """The gender that at least two articles tell and few contradict: one article's guess parts no spellings."""
    if not genders:
        return None
    (first, n), *rest = sorted(genders.items(), key=lambda kv: (-kv[1], kv[0]))
    return first if n >= 2 and (not rest or n >= 3 * rest[0][1]) else None


def count(counts: Counts, what: str, n: int = 1) -> None:
    """Count ``what`` ``n`` times more; what falls to nothing goes."""
    total = counts.get(what, 0) + n
    if total > 0:
        counts[what] = total
    else:
        counts.pop(what, None)


@dataclass(slots=True)
class Forms:
    """How a name or an entity is written: ``names`` all forms, ``shown`` those that it may be shown by with their
    weights, ``kinds`` those of its chains."""

    names: Counts = field(default_factory=dict)
    shown: Counts = field(default_factory=dict)
    kinds: Counts = field(default_factory=dict)

    def add(self, other: Forms, sign: int = 1) -> None:
        """Count ``other`` too, or with -1 no more; what falls to nothing goes."""
        for mine, theirs in ((self.names, other.names), (self.shown, other.shown), (self.kinds, other.kinds)):
            for form, n in theirs.items():
                count(mine, form, sign * n)


@dataclass(slots=True)
class Record(Forms):
    """What is known of one name: besides its forms the chains that give each ``written`` form and gender, all roles,
    the short forms that an article writes ``beside`` it, and the acronyms that one puts to it. ``entity`` is what it
    was linked to last, ``order`` where its first article stands among all."""

    written: Counts = field(default_factory=dict)
    genders: Counts = field(default_factory=dict)
    roles: set[RoleFact] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    acronyms: set[str] = field(default_factory=set)
    entity: str | None = None
    order: int = 0

    def take(self, node: Node, chain: Chain) -> None:
        """Take in one chain of ``node``."""
        written = [m.text for m in chain.mentions if m.form == "name"]
        for form in written or [chain.name]:
            count(self.names, form)
        count(self.shown, chain.name, FULL * max(len(written), 1) if len(fold(chain.name).split()) > 1 else SINGLE)
        count(self.kinds, chain.kind)
        count(self.written, chain.name)
        if chain.gender:
            count(self.genders, chain.gender)
        self.roles |= roles_of(chain)
        if node[0] == "person":
            for form in set(written):
                tokens = parse(form).tokens
                if tokens and len(tokens) < len(node[1]):
                    self.beside.add(" ".join(tokens))
        elif node[0] == "body" and chain.kind == "organization":
            for form in set(written) - {chain.name}:
                letters = form.replace(".", "")
                if letters.isupper() and len(letters) > 1:
                    self.acronyms.add(key(form))


class Reader:
    """Which node a chain is of; names in the curation count as written there."""

    def __init__(self, curation: Curation):
        self.by_name = curation.by_name
        self.curated: dict[Node, str] = {}
        self.curated_names: dict[Node, list[str]] = {}
        for entry in curation.entries:
            for name in entry.names:
                node = person(name) if entry.kind == "person" else ("body", key(name))
                self.curated.setdefault(node, entry.id)
                self.curated_names.setdefault(node, []).append(name)

    def node(self, article: str, chain: Chain) -> Node | None:
        """The node of a chain; None for one that names nobody."""
        if chain.kind == "unnamed" or not fold(chain.name):
            return None
        if chain.kind != "person" or self._curated_land(chain):
            return self._body(chain)
        parsed = parse(chain.name)
        if not parsed.tokens:
            return None
        if (True, key(chain.name)) not in self.by_name and (
                len(parsed.tokens) == 1 or parsed.single or len(parsed.tokens[0]) == 1):
            return ("short", parsed.tokens, chain.gender, tuple(sorted(roles_of(chain))), article)
        return ("person", parsed.tokens, parsed.suffix)

    def _curated_land(self, chain: Chain) -> bool:
        """Whether a bare word that an article takes for a person, of whom it tells neither gender nor role, is the curator's name
        of a country."""
        name = key(chain.name)
        entry = self.by_name.get((False, name))
        return (entry is not None and entry.kind == "country" and (True, name) not in self.by_name and chain.gender is None
                and " " not in fold(chain.name) and not any(mention.role for mention in chain.mentions))

    def _body(self, chain: Chain) -> Node:
        name = key(chain.name)
        entry = self.by_name.get((False, name))
        if entry is not None and (chain.kind != "place" or key(entry.name) == name or entry.kind == "place"):
            return ("body", name)
        if chain.kind == "country":
            code = countries.named(chain.name) or countries.capital_of(chain.name)
            country = countries.countries().get(code)
            if country is not None:
                for known in (country.name, *country.aliases):
                    if (False, key(known)) in self.by_name:
                        return ("body", key(known))
                return ("country", code)
        if chain.kind in ("place", "other"):
            return (chain.kind, name)
        return ("body", name)

    def spellings(self, node: Node, record: Record) -> Iterable[str]:
        """The written forms that ``node`` is compared by: of a person all, of a body the most frequent; those that
        are curated."""
        written = record.written
        if node[0] == "body" and written:
            written = [min(written, key=lambda name: (-written[name], name))]
        return [*written, *self.curated_names.get(node, ())]


def person(name: str) -> Node:
    """The node of a person's full name."""
    parsed = parse(name)
    return ("person", parsed.tokens, parsed.suffix)


def full(node: Node) -> bool:
    """Whether this is a person's name of two tokens or more."""
    return node[0] == "person" and len(node[1]) > 1


def name_of(spellings: Iterable[str]) -> Name:
    """A person's name taken apart, of all its spellings: a hyphen in the last word parts a double surname, a title
    tells the gender."""
    names = [parse(text) for text in spellings]
    joined = sorted(name.written for name in names if "-" in name.written.split()[-1])
    genders = {name.gender for name in names if name.gender}
    return replace(names[0], written=joined[0] if joined else " ".join(names[0].tokens),
                   gender=genders.pop() if len(genders) == 1 else None)
