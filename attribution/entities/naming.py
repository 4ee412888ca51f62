"""Groups of names to entities: which id, which name shown.

A curated entity has its id and its name. Every other keeps the id under which most of its mentions were linked before,
else it gets one made of its name; it is shown in the most frequent spelling, a country by its name.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Entity
from . import countries
from .curation import Curated, slug
from .facts import Forms, Node, Record


@dataclass(eq=False, slots=True)
class Group:
    """Names that are one entity: ``nodes``, the short forms that joined them, the id that a person gave to them, and the
    id of the article in which a short form stands that nobody else took."""

    nodes: list[Node]
    curated: str | None = None
    article: str | None = None
    short: list[Node] = field(default_factory=list)

    @property
    def all(self) -> list[Node]:
        """Names and short forms."""
        return self.nodes + self.short


def give_ids(groups: Sequence[Group], records: Mapping[Node, Record], free: Callable[[str], bool],
             previous: Sequence[Entity], taken: Callable[[str], bool]) -> dict[Group, str]:
    """An id for each group. ``free``: whether an id that names of the groups had may be kept by one of them;
    ``previous``: entities of an earlier build whose ids are kept too; ``taken``: whether another entity has an id."""
    ids = {group: group.curated for group in groups if group.curated}
    used = set(ids.values())
    order = {group: number for number, group in enumerate(groups)}
    shared = sorted((-n, order[group], identity) for group, identity, n in _shared(groups, records, previous) if group not in ids)
    for _, number, identity in shared:
        group = groups[number]
        if group not in ids and identity not in used and free(identity):
            ids[group] = identity
            used.add(identity)
    for group in groups:
        if group not in ids:
            ids[group] = _new_id(group, records, lambda identity: identity in used or taken(identity))
            used.add(ids[group])
    return ids


def _shared(groups: Sequence[Group], records: Mapping[Node, Record], previous: Sequence[Entity]) -> Iterator[tuple[Group, str, int]]:
    """(group, id of an earlier entity, how many mentions they share), for those that share any."""
    before: dict[tuple[bool, str], Counter] = defaultdict(Counter)
    for entity in previous:
        for name, count in entity.names:
            before[entity.kind == "person", name][entity.id] += count
    for group in groups:
        votes = Counter()
        for node in group.all:
            record = records[node]
            if record.entity is not None:
                votes[record.entity] += sum(record.names.values())
            for name, count in record.names.items() if before else ():
                for identity, weight in before.get((node[0] in ("person", "short"), name), {}).items():
                    votes[identity] += min(count, weight)
        yield from ((group, identity, n) for identity, n in votes.items())


def _new_id(group: Group, records: Mapping[Node, Record], taken: Callable[[str], bool]) -> str:
    """An id that nobody has: the name (of a person the first one written), a mark where it stays apart, a number."""
    forms = Forms()
    for node in group.all:
        forms.add(records[node])
    is_person = group.all[0][0] in ("person", "short")
    base = slug(next(iter(forms.shown)) if is_person else shown(forms))
    if group.article is not None:
        base = f"{base}-{hashlib.sha1(group.article.encode('utf-8', 'replace')).hexdigest()[:6]}"
    identity, number = base, 1
    while taken(identity):
        number += 1
        identity = f"{base}-{number}"
    return identity


def shown(forms: Forms) -> str:
    """The name of the country, else the most frequent spelling."""
    name = min(forms.shown, key=lambda name: (-forms.shown[name], name))
    code = countries.named(name) or countries.capital_of(name) if _kind(forms) == "country" else None
    country = countries.countries().get(code)
    return country.name if country else name


def _kind(forms: Forms) -> str:
    return max(forms.kinds, key=lambda kind: (forms.kinds[kind], kind))


def entity_of(identity: str, forms: Forms, entry: Curated | None) -> Entity:
    """The entity of these forms; ``entry`` is its row in db/entities.csv."""
    names = tuple(sorted(forms.names.items(), key=lambda kv: (-kv[1], kv[0])))
    if entry is not None:
        return Entity(identity, entry.name, entry.kind, names, entry.wikidata, entry.note, entry.speaks_for)
    return Entity(identity, shown(forms), _kind(forms), names)
