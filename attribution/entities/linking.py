"""Chains of many articles to entities: one person for all spellings, two persons of one surname never one.

The way: distinct names and which of them are compared (:mod:`~attribution.entities.blocking`), the decision and the
groups (:mod:`~attribution.entities.merging`), surnames and initials (:mod:`~attribution.entities.shortforms`); here the
groups become entities, with the id that they had before, the spelling that is shown and all forms counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Chain, Entity
from . import countries
from .blocking import Names, Node, Place
from .curation import Curation, slug
from .merging import Groups, explain, merge
from .names import SUFFIXES, fold
from .shortforms import join_short_forms

__all__ = ["Linking", "explain", "link"]

#: What a form without a given name weighs beside full names when the spelling to show is chosen.
SINGLE = 0.001


@dataclass(frozen=True, slots=True)
class Linking:
    """``entities`` sorted by id, and the entity id of each chain by (article id, index of the chain)."""

    entities: tuple[Entity, ...]
    of: Mapping[Place, str]


def link(chains_by_article: Mapping[str, Sequence[Chain]], curated: Curation | None = None, previous: Sequence[Entity] = ()) -> Linking:
    """Link the chains of all articles.

    ``chains_by_article``: article id -> its chains, in an order that does not change when articles are added (ids are
    given to names in this order). ``previous``: the entities of the last build; an entity that shares its written
    forms with one of them keeps that id, so that adding articles renames nothing; who is grouped with whom does not
    depend on it. Chains of kind unnamed are left out.
    """
    curation = curated or Curation()
    names = Names(chains_by_article, curation)
    groups = merge(names)
    join_short_forms(names, groups)
    found, root_of = _count(chains_by_article, names, groups)
    ids = _ids(found, groups, curation, previous)
    entities = [_entity(ids[root], root, forms, groups, curation.by_id) for root, forms in found.items()]
    return Linking(tuple(sorted(entities, key=lambda e: e.id)), {place: ids[root] for place, root in root_of.items()})


@dataclass(slots=True)
class _Forms:
    """How one group is written: ``names`` all forms, ``shown`` the names of its chains, ``kinds`` theirs."""

    names: Counter = field(default_factory=Counter)
    shown: Counter = field(default_factory=Counter)
    kinds: Counter = field(default_factory=Counter)


def _count(articles: Mapping[str, Sequence[Chain]], names: Names, groups: Groups) -> tuple[dict[Node, _Forms], dict[Place, Node]]:
    """The forms of each group in the order of their first chains, and the group of each chain."""
    found: dict[Node, _Forms] = {}
    root_of: dict[Place, Node] = {}
    for article, chains in articles.items():
        for number, chain in enumerate(chains):
            node = names.node_of.get((article, number))
            if node is None:
                continue
            root = root_of[article, number] = groups.find(node)
            forms = found.get(root)
            if forms is None:
                forms = found[root] = _Forms()
            written = [m.text for m in chain.mentions if m.form == "name"]
            forms.names.update(written or [chain.name])
            forms.shown[chain.name] += max(len(written), 1) if len(fold(chain.name).split()) > 1 else SINGLE
            forms.kinds[chain.kind] += 1
    return found, root_of


def _entity(identity: str, root: Node, forms: _Forms, groups: Groups, by_id: Mapping) -> Entity:
    names = tuple(sorted(forms.names.items(), key=lambda kv: (-kv[1], kv[0])))
    entry = by_id.get(groups.curated.get(root))
    if entry is not None:
        return Entity(identity, entry.name, entry.kind, names, entry.wikidata, entry.note, entry.speaks_for)
    kind = max(forms.kinds, key=lambda k: (forms.kinds[k], k))
    return Entity(identity, _shown(root, forms, groups), kind, names)


def _shown(root: Node, forms: _Forms, groups: Groups) -> str:
    """The name of the country, else the most frequent spelling."""
    codes = {node[1] for node in groups.members[root] if node[0] == "country"}
    if codes:
        return countries.countries()[min(codes)].name
    return min(forms.shown, key=lambda n: (-forms.shown[n], n))


def _ids(found: Mapping[Node, _Forms], groups: Groups, curation: Curation, previous: Sequence[Entity]) -> dict[Node, str]:
    """An id for each group: the curated one, else that of the earlier entity with which it shares most mentions, else
    a new one made of its name."""
    ids = {root: groups.curated[root] for root in found if root in groups.curated}
    taken = set(curation.by_id)
    order = {root: number for number, root in enumerate(found)}
    for _, _, identity, root in sorted(
            (-shared, order[root], identity, root) for root, identity, shared in _shared(found, previous) if root not in ids):
        if root not in ids and identity not in taken:
            ids[root] = identity
            taken.add(identity)
    for root, forms in found.items():
        if root not in ids:
            ids[root] = _new_id(root, forms, groups, taken)
            taken.add(ids[root])
    return ids


def _shared(found: Mapping[Node, _Forms], previous: Sequence[Entity]) -> Iterator[tuple[Node, str, int]]:
    """(group, id of an earlier entity, how many mentions in the same words they share), for those that share any."""
    before: dict[tuple[bool, str], Counter] = defaultdict(Counter)
    for entity in previous:
        for name, count in entity.names:
            before[entity.kind == "person", name][entity.id] += count
    for root, forms in found.items():
        votes = Counter()
        for name, count in forms.names.items():
            for identity, weight in before.get((root[0] == "person", name), {}).items():
                votes[identity] += min(count, weight)
        for identity, shared in votes.items():
            yield root, identity, shared


def _new_id(root: Node, forms: _Forms, groups: Groups, taken: set[str]) -> str:
    """An id that nobody has: the name (of a person the first one written), a mark where it stays apart, a number."""
    base = slug(next(iter(forms.shown)) if root[0] == "person" else _shown(root, forms, groups))
    if root[0] == "person" and root[2] and root[2] not in SUFFIXES.values():
        base = f"{base}-{root[2]}"
    identity, number = base, 1
    while identity in taken:
        number += 1
        identity = f"{base}-{number}"
    return identity
