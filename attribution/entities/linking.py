"""Chains of many articles to entities: one person for all spellings, two persons of one surname never one.

Work is done on distinct names, not on mentions. Names that can be variants of each other fall into one block (the
sorted sound skeletons of first and last token: order and romanization do not matter); only pairs inside a block
are compared (:mod:`attribution.entities.names`). Pairs that are the same are joined unless something in the joined
groups contradicts (father and son, another middle name). Pairs that may be the same (an initial, a near given name)
are joined only when the articles give both the same role. A surname alone joins the one person
who bears it, else nobody.
Curated names (db/entities.csv) come first and are never overruled.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..records import Chain, Entity
from . import countries
from .bodies import body_key, compare_bodies, is_body
from .curation import Curation, key, slug
from .names import Explanation, Finding, Name, compare, fold, parse, skeleton, skeletons, variants
from .titles import covers, is_role, like_a_demonym, nation, singular

#: Scores from here up to :data:`attribution.entities.names.SAME` join two names when their roles agree.
MAYBE = 0.55
#: More names than this in one block are compared only with those that begin alike.
BLOCK = 200


@dataclass(frozen=True, slots=True)
class Linking:
    """``entities`` sorted by id, and the entity id of each chain by (article id, index of the chain)."""

    entities: tuple[Entity, ...]
    of: Mapping[tuple[str, int], str]


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


class _Groups:
    """Disjoint sets of names with the pairs that must stay apart."""

    def __init__(self):
        self.parent: dict = {}
        self.members: dict = {}
        self.curated: dict = {}

    def add(self, node) -> None:
        if node not in self.parent:
            self.parent[node] = node
            self.members[node] = [node]

    def find(self, node):
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def join(self, a, b, check=None) -> bool:
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


@dataclass(slots=True)
class _Facts:
    """What the articles tell of one name: how often, of which gender, in which roles (head, land)."""

    count: int = 0
    genders: Counter = None
    roles: set = None
    written: Counter = None


@lru_cache(maxsize=1 << 17)
def role_facts(role: str) -> frozenset[tuple[str, str]]:
    """(head noun, key of the land) of a role as written; the land is "" when none is told."""
    words = re.sub("['\u2019]s", "", role).split()
    heads = {singular(w) for w in words if is_role(w)}
    lands = {nation(w) for w in words if w[:1].isupper() and (countries.country_of(w) or like_a_demonym(w))}
    return frozenset((h, land) for h in heads for land in (lands or {""}))


def roles_agree(a: set, b: set) -> bool:
    """Whether two persons share a role, the same land with it (a role without a land agrees with none)."""
    return any(x and x == y and (covers(h, g) or covers(g, h)) for h, x in a for g, y in b)


def roles_clash(a: set, b: set) -> bool:
    """Whether both have roles with lands and no land in common."""
    lands = [{land for _, land in side if land} for side in (a, b)]
    return bool(lands[0]) and bool(lands[1]) and not lands[0] & lands[1]


def link(chains_by_article: Mapping[str, Sequence[Chain]], curated: Curation | None = None, previous: Sequence[Entity] = ()) -> Linking:
    """Link the chains of all articles.

    ``chains_by_article``: article id -> its chains, in an order that does not change when articles are added (ids are
    given to names in this order). ``previous``: the entities of the last build; an entity that shares its written
    forms with one of them keeps that id, so that adding articles renames nothing. Chains of kind unnamed are left out.
    """
    return _Linker(chains_by_article, curated or Curation(), previous).result()


class _Linker:
    def __init__(self, chains_by_article, curated: Curation, previous: Sequence[Entity]):
        self.articles = chains_by_article
        self.curation = curated
        self.by_name = curated.by_name
        self.previous = previous
        self.groups = _Groups()
        self.facts: dict[tuple, _Facts] = {}
        self.node_of: dict[tuple[str, int], tuple] = {}
        self.short: dict[tuple[str, int], Chain] = {}
        self.parsed: dict[tuple, Name] = {}
        self.observed: dict[str, set] = defaultdict(set)
        self.bearers: dict[tuple[str, ...], dict] = {}
        self._seed()
        for article, chains in chains_by_article.items():
            for number, chain in enumerate(chains):
                self._read(article, number, chain)
        self._persons()
        self._bodies()
        self._short_forms()

    # --- nodes: one a distinct name

    def _seed(self) -> None:
        for entry in self.curation.entries:
            first = None
            for name in entry.names:
                node = self._person_node(name) if entry.kind == "person" else ("body", key(name))
                self.groups.add(node)
                if first is None:
                    first = node
                    self.groups.curated[self.groups.find(node)] = entry.id
                else:
                    self.groups.join(first, node)

    def _person_node(self, name: str) -> tuple:
        parsed = parse(name)
        node = ("person", parsed.tokens, parsed.suffix)
        self.parsed.setdefault(node, parsed)
        return node

    def _read(self, article: str, number: int, chain: Chain) -> None:
        if chain.kind == "unnamed" or not fold(chain.name):
            return
        if chain.kind == "person":
            node = self._person_node(chain.name)
            if not node[1]:
                return
            entry = self.by_name.get((True, key(chain.name)))
            parsed = self.parsed[node]
            if entry is None and (len(parsed.tokens) == 1 or parsed.single or len(parsed.tokens[0]) == 1):
                self.short[article, number] = chain
                return
            forms = {m.text for m in chain.mentions if m.form == "name"}
            for form in forms:
                tokens = parse(form).tokens
                if tokens and len(tokens) < len(parsed.tokens):
                    self.observed[" ".join(tokens)].add(node)
        else:
            node = self._body_node(chain)
            if chain.kind == "organization":
                for form in {m.text for m in chain.mentions if m.form == "name"} - {chain.name}:
                    letters = form.replace(".", "")
                    if letters.isupper() and len(letters) > 1:  # an acronym that an article puts to the name
                        other = ("body", key(form))
                        self.groups.add(other)
                        self.groups.add(node)
                        self.groups.join(node, other)
        self.groups.add(node)
        self.node_of[article, number] = node
        self._count(node, chain)

    def _body_node(self, chain: Chain) -> tuple:
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

    def _count(self, node: tuple, chain: Chain) -> None:
        facts = self.facts.get(node)
        if facts is None:
            facts = self.facts[node] = _Facts(0, Counter(), set(), Counter())
        facts.count += 1
        if chain.gender:
            facts.genders[chain.gender] += 1
        facts.written[chain.name] += 1
        for mention in chain.mentions:
            if mention.role:
                facts.roles |= role_facts(mention.role)

    # --- persons

    def _persons(self) -> None:
        nodes = [n for n in self.groups.parent if n[0] == "person" and n[1]]
        blocks, self.surnames = defaultdict(list), defaultdict(lambda: defaultdict(list))
        by_role = defaultdict(list)
        for node in nodes:
            tokens = node[1]
            if len(tokens) < 2:
                continue
            self.surnames[skeleton(tokens[-1])][tokens[-1]].append(node)
            for first in skeletons(tokens[0]):
                for last in skeletons(tokens[-1]):
                    blocks[tuple(sorted((first, last)))].append(node)
            if len(tokens) > 3:
                blocks[tuple(sorted((skeleton(tokens[0]), skeleton(tokens[-2]))))].append(node)
            written = self.parsed[node].written.split()
            if "-" in written[-1]:
                blocks[tuple(sorted((skeleton(tokens[0]), skeleton(fold(written[-1].split("-")[0])))))].append(node)
            for _, land in self.facts[node].roles if node in self.facts else ():
                if land:
                    by_role[skeleton(tokens[-1]), land].append(node)
        edges, against = [], defaultdict(list)
        for block in blocks.values():
            self._pairs(block, edges, against)
        for block in by_role.values():
            for i, a in enumerate(block[:BLOCK]):
                for b in block[i + 1 : BLOCK]:
                    verdict = self._compare(a, b)
                    if not verdict.same and verdict.score >= MAYBE and roles_agree(self.facts[a].roles, self.facts[b].roles):
                        edges.append((verdict.score, a, b))
        neighbours = defaultdict(set)
        for _, a, b in edges:
            neighbours[a].add(b)
            neighbours[b].add(a)
        # A name that fits two which exclude each other (John Roe to John A. Roe and John B. Roe) joins neither.
        torn = {
            n
            for n, near in neighbours.items()
            if any(y in against[x] for x in near for y in near if x != y) and n not in self.groups.curated
        }
        for _, a, b in sorted(edges, key=lambda e: (-e[0], e[1:])):
            if a not in torn and b not in torn:
                self.groups.join(a, b, self._compatible)

    def _pairs(self, block: list[tuple], edges: list, against: dict) -> None:
        block = list(dict.fromkeys(block))
        parts = [block]
        if len(block) > BLOCK:
            split = defaultdict(list)
            for node in block:
                split[node[1][0][:2], node[1][-1][:2]].append(node)
            parts = [part[: 4 * BLOCK] for part in split.values()]
        for part in parts:
            for i, a in enumerate(part):
                for b in part[i + 1 :]:
                    verdict = self._compare(a, b)
                    if verdict.same:
                        edges.append((verdict.score, a, b))
                    elif verdict.score == 0:
                        against[a].append(b)
                        against[b].append(a)

    def _compare(self, a: tuple, b: tuple) -> Explanation:
        return compare(self.parsed[a], self.parsed[b], self._gender(a), self._gender(b))

    def _gender(self, node: tuple) -> str | None:
        facts = self.facts.get(node)
        if facts is None or not facts.genders:
            return None
        (first, n), *rest = facts.genders.most_common(2)
        # One article's guess is not enough to part two spellings.
        return first if n >= 2 and (not rest or n >= 3 * rest[0][1]) else None

    def _compatible(self, a: list[tuple], b: list[tuple]) -> bool:
        return all(self._compare(x, y).score > 0 for x in a[:8] for y in b[:8])

    # --- bodies

    def _bodies(self) -> None:
        blocks = defaultdict(list)
        for node in list(self.groups.parent):
            if node[0] == "body" and node in self.facts:
                name = self.facts[node].written.most_common(1)[0][0]
                blocks[body_key(name)].append((node, name))
        for entry in self.curation.entries:
            if entry.kind != "person":
                for name in entry.names:
                    blocks[body_key(name)].append((("body", key(name)), name))
        for block in blocks.values():
            for i, (a, x) in enumerate(block[:BLOCK]):
                for b, y in block[i + 1 : BLOCK]:
                    if compare_bodies(x, y).same:
                        self.groups.join(a, b)

    # --- short forms: surnames, initials

    def _short_forms(self) -> None:
        alone = defaultdict(list)
        for (article, number), chain in self.short.items():
            node = self._bearer(chain)
            if node is not None:
                self.node_of[article, number] = node
                self._count(node, chain)
            else:
                alone[self.parsed[self._person_node(chain.name)].tokens].append((article, number, chain))
        for tokens, found in alone.items():
            ambiguous = len(self._bearers(tokens)) > 1
            parts: list[tuple[tuple, set, Counter]] = []
            for article, number, chain in found:
                roles = {fact for m in chain.mentions if m.role for fact in role_facts(m.role)}
                fits = [
                    p
                    for p in parts
                    if not roles_clash(p[1], roles)
                    and not (chain.gender and p[2] and chain.gender not in p[2])
                    and (not ambiguous or roles_agree(p[1], roles))
                ]
                if fits:
                    node = fits[0][0]
                    fits[0][1].update(roles)
                    fits[0][2].update(filter(None, [chain.gender]))
                else:
                    # A surname that several bear, alone in an article: nobody can say whose it is.
                    mark = hashlib.sha1(article.encode("utf-8", "replace")).hexdigest()[:6] if ambiguous or parts else ""
                    node = ("person", tokens, mark or None)
                    self.parsed.setdefault(node, parse(chain.name))
                    self.groups.add(node)
                    parts.append((node, set(roles), Counter(filter(None, [chain.gender]))))
                self.node_of[article, number] = node
                self._count(node, chain)

    def _bearers(self, tokens: tuple[str, ...]) -> dict:
        """Groups whose surname (or a short form seen with the full name) this is, each by its root."""
        if tokens in self.bearers:
            return self.bearers[tokens]
        found = self.bearers[tokens] = {}
        for surname, nodes in self.surnames.get(skeleton(tokens[-1]), {}).items():
            if not variants(tokens[-1], surname):
                continue
            for node in nodes:
                if self._shortens(tokens, node[1]):
                    found.setdefault(self.groups.find(node), node)
        for node in self.observed.get(" ".join(tokens), ()):
            found.setdefault(self.groups.find(node), node)
        return found

    @staticmethod
    def _shortens(tokens: tuple[str, ...], full: tuple[str, ...]) -> bool:
        """Whether tokens are the end of a full name, or an initial and its surname; the surnames agree already."""
        if len(tokens) > 1 and len(tokens[0]) == 1:
            return full[0][0] == tokens[0]
        return len(tokens) <= len(full) and all(map(variants, reversed(tokens), reversed(full)))

    def _bearer(self, chain: Chain) -> tuple | None:
        tokens = self.parsed[self._person_node(chain.name)].tokens
        roles = {fact for m in chain.mentions if m.role for fact in role_facts(m.role)}
        fits = {}
        for root, node in self._bearers(tokens).items():
            members = self.groups.members[root]
            known = set().union(*(self.facts[m].roles for m in members if m in self.facts))
            gender = next((g for g in map(self._gender, members) if g), None)
            if (chain.gender and gender and chain.gender != gender) or roles_clash(roles, known):
                continue
            fits[root] = (node, roles_agree(roles, known))
        if len(fits) == 1:
            return next(iter(fits.values()))[0]
        agreed = [node for node, agrees in fits.values() if agrees]
        return agreed[0] if len(agreed) == 1 else None

    # --- entities

    def result(self) -> Linking:
        """Names counted, spellings chosen, ids given."""
        counts: dict = defaultdict(Counter)
        shown: dict = defaultdict(Counter)
        kinds: dict = defaultdict(Counter)
        order: dict = {}
        root_of = {}
        for article, chains in self.articles.items():
            for number, chain in enumerate(chains):
                node = self.node_of.get((article, number))
                if node is None:
                    continue
                root = self.groups.find(node)
                root_of[article, number] = root
                order.setdefault(root, len(order))
                kinds[root][chain.kind] += 1
                names = [m.text for m in chain.mentions if m.form == "name"]
                counts[root].update(names or [chain.name])
                shown[root][chain.name] += max(len(names), 1) if len(fold(chain.name).split()) > 1 else 0.001
        ids = self._ids(order, counts, shown)
        by_id = self.curation.by_id
        entities = []
        for root in order:
            entry = by_id.get(self.groups.curated.get(root))
            kind = entry.kind if entry else self._kind(root, kinds[root])
            entities.append(
                Entity(
                    ids[root],
                    entry.name if entry else self._shown(root, shown[root]),
                    kind,
                    tuple(sorted(counts[root].items(), key=lambda kv: (-kv[1], kv[0]))),
                    entry.wikidata if entry else None,
                    entry.note if entry else None,
                    entry.speaks_for if entry else None,
                )
            )
        return Linking(tuple(sorted(entities, key=lambda e: e.id)), {place: ids[root] for place, root in root_of.items()})

    def _kind(self, root, kinds: Counter) -> str:
        return max(kinds, key=lambda k: (kinds[k], k))

    def _shown(self, root, names: Counter) -> str:
        codes = {node[1] for node in self.groups.members[root] if node[0] == "country"}
        if codes:
            return countries.countries()[min(codes)].name
        return min(names, key=lambda n: (-names[n], n))

    def _ids(self, order: dict, counts: dict, shown: dict) -> dict:
        ids, taken = {}, set(self.curation.by_id)
        for root in order:
            if root in self.groups.curated:
                ids[root] = self.groups.curated[root]
        before = defaultdict(Counter)
        for entity in self.previous:
            for name, count in entity.names:
                before[entity.kind == "person", name][entity.id] += count
        claims = []
        for root in order:
            if root in ids:
                continue
            votes = Counter()
            for name, count in counts[root].items():
                for identity, weight in before.get((root[0] == "person", name), {}).items():
                    votes[identity] += min(count, weight)
            claims += [(-votes[i], order[root], root, i) for i in votes]
        for _, _, root, identity in sorted(claims, key=lambda c: (c[0], c[1], c[3])):
            if root not in ids and identity not in taken:
                ids[root] = identity
                taken.add(identity)
        for root in order:
            if root not in ids:
                base = slug(self._shown(root, shown[root]) if root[0] != "person" else next(iter(shown[root])))
                if root[0] == "person" and root[2] and root[2] not in ("jr", "sr", "ii", "iii", "iv"):
                    base = f"{base}-{root[2]}"
                identity, number = base, 1
                while identity in taken:
                    number += 1
                    identity = f"{base}-{number}"
                ids[root] = identity
                taken.add(identity)
        return ids
