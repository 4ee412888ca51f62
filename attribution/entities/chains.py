"""Names of one article gathered into chains: one person, body or country each.

A full name takes its short forms (surname, initials, first name), told apart by gender, role and nearness
when two people share a surname. A country takes its names, and its capital where the capital acts
("Moscow said"), not where things happen in it. Bodies take their acronyms.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from . import countries
from .names import Name as Parsed
from .names import compare, parse, short_form
from .roles import ROLE_PARTS, Name, Role
from .spelling import fold, skeleton, skeletons, variants
from .titles import covers, honorific
from .words import Words

#: Share of the pronouns around a name that makes its gender known.
LIKELY = 0.75


@dataclass(slots=True)
class Draft:
    """A chain in the making. ``code`` is a country's; ``doubtful`` holds names that could be somebody else's."""

    kind: str
    names: list[Name] = field(default_factory=list)
    code: str | None = None
    pronouns: list[int] = field(default_factory=list)
    descriptions: list = field(default_factory=list)
    votes: Counter = field(default_factory=Counter)
    doubtful: set[int] = field(default_factory=set)
    likely: float = 0.5

    @property
    def gender(self) -> str | None:
        """The gender that titles and roles tell, else the one that the pronouns around make likely; None when open."""
        if not self.votes:
            return "m" if self.likely >= LIKELY else "f" if self.likely <= 1 - LIKELY else None
        ranked = self.votes.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
            return None
        return ranked[0][0]

    @property
    def roles(self) -> list[Role]:
        return [role for name in self.names for role in name.roles]

    @property
    def nations(self) -> set[str]:
        return set().union(*(name.nations for name in self.names)) if self.names else set()

    @property
    def name(self) -> str:
        """The fullest written form; of two as full, the more frequent, then the earlier."""
        counts = Counter(name.text for name in self.names)
        first = {name.text: -name.first for name in reversed(self.names)}

        def fullness(text: str):
            proper = self.code is None or countries.named(text) is not None
            return proper, len(fold(text).split()), counts[text], first[text]

        best = max(counts, key=fullness)
        return best[4:] if best.lower().startswith("the ") else best


def initials(text: str) -> str:
    """First letters of the capitalized words: "European Union" -> EU."""
    return "".join(w[0] for w in text.replace("-", " ").split() if w[:1].isupper())


def gather(words: Words, names: list[Name]) -> tuple[list[Draft], dict[int, Draft]]:
    """Chains of all names, and the chain of each name by its position in ``names``."""
    of: dict[int, Draft] = {}
    drafts: list[Draft] = []
    _persons(words, names, drafts, of)
    _others(words, names, drafts, of)
    for number, draft in of.items():
        draft.names.append(names[number])
    for draft in drafts:
        draft.names.sort(key=lambda n: n.first)
        for name in draft.names:
            if name.gender and draft.kind == "person":
                draft.votes[name.gender] += 4 if name.honorific else 2
    drafts = [d for d in drafts if d.names]
    return drafts, of


class _Full:
    """Names with their chains, found by the sound of any of their tokens."""

    def __init__(self):
        self._entries: dict[str, dict[int, tuple[Parsed, Draft]]] = defaultdict(dict)
        self._count = 0

    def add(self, name: Parsed, draft: Draft) -> None:
        """Put a name with its chain."""
        for token in name.tokens:
            for sound in skeletons(token):
                self._entries[sound][self._count] = name, draft
        self._count += 1

    def like(self, tokens: tuple[str, ...]) -> list[tuple[Parsed, Draft]]:
        """Names that share the sound of a token, in the order in which they came."""
        found: dict[int, tuple[Parsed, Draft]] = {}
        for token in tokens:
            for sound in skeletons(token):
                found.update(self._entries.get(sound, ()))
        return [found[n] for n in sorted(found)]


def _persons(words: Words, names: list[Name], drafts: list[Draft], of: dict[int, Draft]) -> None:
    forms = defaultdict(list)
    for number, name in enumerate(names):
        if name.kind == "person":
            forms[parse(name.text).tokens].append(number)
    parsed = {tokens: parse(names[numbers[0]].text) for tokens, numbers in forms.items() if tokens}
    full, of_form = _Full(), {}
    for tokens in sorted((t for t in parsed if len(t) > 1), key=lambda t: (-len(t), forms[t][0])):
        numbers = forms[tokens]
        gender = _gender(names, numbers)
        same = {
            id(d): d
            for p, d in full.like(tokens)
            if compare(parsed[tokens], p).same or (len(tokens) < len(p.tokens) and short_form(parsed[tokens], p))
        }
        hits = list(same.values())
        hits = [d for d in hits if not (gender and d.gender and gender != d.gender)]
        draft = hits[0] if len(hits) == 1 else Draft("person")
        if len(hits) != 1:
            drafts.append(draft)
        full.add(parsed[tokens], draft)
        of_form[tokens] = draft
        if gender:
            draft.votes[gender] += 1
        of.update(dict.fromkeys(numbers, draft))
    _titled(names, forms, parsed, full, of_form, drafts)
    singles: dict[str, list[tuple[str, str | None, Draft]]] = defaultdict(list)
    for tokens in sorted((t for t in parsed if len(t) == 1), key=lambda t: forms[t][0]):
        for number in forms[tokens]:
            draft = _bearer(words, names, number, parsed[tokens], full, of)
            if draft is None:
                gender, alike = names[number].gender, singles[skeleton(tokens[0])]
                known = [(t, g, d) for t, g, d in alike if variants(t, tokens[0]) and (g is None or gender is None or g == gender)]
                exact = [d for t, g, d in alike if (t, g) == (tokens[0], gender)]
                draft = known[0][2] if len(known) == 1 else exact[0] if exact else None
                if draft is None:
                    draft = Draft("person")
                    drafts.append(draft)
                    alike.append((tokens[0], gender, draft))
            of[number] = draft


def _titled(names: list[Name], forms: dict, parsed: dict, full: _Full, of_form: dict[tuple, Draft], drafts: list[Draft]) -> None:
    """A title and a surname ("President Roe") before any full name of that surname, by a person who is never given
    that title: somebody else ("Ana Roe" further down is the president's wife), with a chain of their own."""
    of_chain = defaultdict(list)
    for form, draft in of_form.items():
        of_chain[id(draft)] += forms[form]
    for tokens in [t for t in parsed if len(t) == 1]:
        fits = [d for p, d in full.like(tokens) if short_form(parsed[tokens], p) and variants(tokens[0], p.tokens[-1])]
        fits = list({id(d): d for d in fits}.values())
        if len(fits) != 1:
            continue
        heads = {h for n in forms[tokens] for role in names[n].roles for h in role.heads}
        titled = [n for n in forms[tokens] if names[n].roles]
        bearer = of_chain[id(fits[0])]
        known = {h for n in bearer for role in names[n].roles for h in role.heads}
        if (
            titled
            and bearer
            and min(titled) < min(bearer)
            and not any(covers(h, k) or covers(k, h) for h in heads for k in known)
            and (known or len(titled) > 1)
        ):
            draft = Draft("person")
            drafts.append(draft)
            full.add(parsed[tokens], draft)


def _gender(names: list[Name], numbers: list[int]) -> str | None:
    votes = Counter(names[n].gender for n in numbers if names[n].gender)
    return votes.most_common(1)[0][0] if votes else None


def _bearer(words: Words, names: list[Name], number: int, short: Parsed, full: _Full, of: dict[int, Draft]) -> Draft | None:
    """Whose short form a name is: the one full name that fits, else the one that gender, role or nearness picks."""
    name = names[number]
    by_surname, by_other = [], []
    for parsed, draft in full.like(short.tokens):
        if not (short_form(short, parsed) or (parsed.single and variants(short.tokens[-1], parsed.tokens[-1]))):
            continue
        surname = variants(short.tokens[-1], parsed.tokens[-1])
        if name.gender and draft.gender and name.gender != draft.gender:
            continue
        target = by_surname if surname else by_other
        if not any(draft is d for d in target):
            target.append(draft)
    # "Mr X" is a surname (or a family name that comes first), hardly a first name next to a fitting surname.
    fits = by_surname or by_other
    if len(fits) < 2:
        return fits[0] if fits else None
    title = _title(words, name)
    told = [d for d in fits if title and title in {_title(words, names[n]) for n, x in of.items() if x is d}]
    if len(told) == 1:
        return told[0]
    told = [d for d in fits if name.gender and _gender(names, [n for n, x in of.items() if x is d]) == name.gender]
    if len(told) == 1:
        return told[0]
    if name.gender and not any(d.gender for d in fits):
        return None  # "Mrs. Roe", and two Roes of whom the article tells no gender
    heads = {h for role in name.roles for h in role.heads}
    roles = [
        d for d in fits if any(covers(h, k) for h in heads for n, x in of.items() if x is d for role in names[n].roles for k in role.heads)
    ]
    if len(roles) == 1:
        return roles[0]
    before = [n for n, x in of.items() if n < number and any(x is d for d in fits) and len(parse(names[n].text).tokens) > 1]
    if before:
        nearest = of[max(before)]
        nearest.doubtful.add(name.first)
        return nearest
    fits[0].doubtful.add(name.first)
    return max(fits, key=lambda d: sum(x is d for x in of.values()))


def _title(words: Words, name: Name) -> str | None:
    """The form of address right before a name that tells no gender ("Dr", "Capt."), without its full stop."""
    before = words.get(name.first - 1)
    return before.lower.rstrip(".") if name.honorific and before is not None and honorific(before.text) == "" else None


def acts(words: Words, name: Name) -> bool:
    """Whether a place is spoken of as acting: the subject of a verb, with no preposition before it."""
    head = words[name.last - 1] if words[name.last - 1].deprel != "flat" else words[name.first]
    before = words.get(name.first - 1)
    return (
        words[name.first].deprel.startswith("nsubj") or head.deprel.startswith("nsubj")
        if before is None or before.upos != "ADP" or before.sentence != head.sentence
        else False
    )


def _others(words: Words, names: list[Name], drafts: list[Draft], of: dict[int, Draft]) -> None:
    index: dict[tuple[str, str], Draft] = {}

    def chain(kind: str, key: str, code: str | None = None) -> Draft:
        if (kind, key) not in index:
            index[kind, key] = Draft(kind, code=code)
            drafts.append(index[kind, key])
        return index[kind, key]

    bodies: dict[str, str] = {}
    for name in names:
        if name.kind in ("organization", "place") and len(name.text.split()) > 1:
            bodies.setdefault(initials(name.text), fold(name.text))
    kinds = defaultdict(Counter)
    for name in names:
        kinds[fold(name.text)][name.kind] += 1
    firsts = Counter(key.split()[0] for key, c in kinds.items() if " " in key and c["organization"])
    for number, name in enumerate(names):
        if name.kind == "person":
            continue
        key = fold(name.text).removeprefix("the ")
        if name.kind == "country":
            code = countries.named(name.text)
            of[number] = chain("country", code, code)
        elif name.kind == "place" and (code := countries.capital_of(name.text)) and acts(words, name):
            of[number] = chain("country", code, code)
        elif name.kind == "people":
            word = words[name.last - 1]
            following = words.get(name.last)
            if word.text.endswith(("s", "S")) and not (
                following is not None and following.upos in ("NOUN", "PROPN") and following.start <= word.end + 1
            ):
                of[number] = chain("group", key)
        else:
            kind = kinds[fold(name.text)].most_common(1)[0][0]
            plain = name.text.replace(".", "")
            if plain.isupper() and 2 <= len(plain) <= 6 and plain in bodies:
                key = bodies[plain].removeprefix("the ")
                kind = kinds[bodies[plain]].most_common(1)[0][0]
            elif (
                kind == "organization"
                and " " not in key
                and firsts[key] == 1
                and key not in ROLE_PARTS
                and countries.country_of(name.text) is None
            ):
                key = next(k for k, c in kinds.items() if k.startswith(key + " ") and c["organization"])
                kind = kinds[key].most_common(1)[0][0]
            of[number] = chain(kind if kind in ("organization", "place") else "other", key)


def as_actor(number: int, names: list[Name], drafts: list[Draft], of: dict[int, Draft]) -> Draft | None:
    """The chain of a name that is a source: a capital speaks for its country, another place for its authorities."""
    name = names[number]
    draft = of.get(number)
    if draft is None or draft.kind != "place":
        return draft
    code = countries.capital_of(name.text)
    if code is not None:
        country = next((d for d in drafts if d.code == code), None)
        if country is None:
            country = Draft("country", code=code)
            drafts.append(country)
        draft.names.remove(name)
        country.names.append(name)
        country.names.sort(key=lambda n: n.first)
        of[number] = country
        return country
    draft.kind = "organization"
    return draft
