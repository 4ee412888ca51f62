"""Who a description means: somebody named by a role, a source that stays unnamed, a body, a document, a group.

An indefinite description is never given a name. A definite one is, when the article itself gives the role with a
name, and nobody else in it has that role.
"""

from __future__ import annotations

import dataclasses

from . import countries
from .chains import Draft
from .countries import nation
from .pronouns import SURER, choose, third_person
from .roles import ROLE_PARTS
from .scene import Found, Scene
from .sources import FEMALE, FIRST, INDEFINITE, MALE, POSSESSIVE, Source, read_source
from .spelling import fold
from .titles import (
    BODY_STANDS_FOR,
    COLLECTIVE,
    COUNTRY_NOUNS,
    DOCUMENTS,
    INSTITUTIONS,
    KIN,
    LESSER,
    NEWS_NOUNS,
    covers,
    is_role,
    role_gender,
    singular,
)

_GENERAL = set("former new late current senior top own recent then young old".split())
#: Sentences back that a description takes up an unnamed source, a body, a document.
BACK, BACK_BODY, BACK_PAPER = 12, 6, 6


def describe(scene: Scene, source: Source) -> Found | None:
    """The chain that a description means; a new unnamed one when nobody before it fits."""
    noun = source.noun
    if not noun:
        return None
    if noun in DOCUMENTS:
        return _document(scene, source)
    if source.plural:
        return _plural(scene, source)
    if source.head.lower in INSTITUTIONS and not is_role(source.head.lower):
        return _body(scene, source)
    if aged(scene, source):
        found = third_person(scene, source.head.index, description=source)
        if found is not None:
            return found
    if source.definite or headline(scene, source):
        known = _known_as(scene, source)
        if known is not None:
            scene.take(known[0], source)
            return known
        again = _again(scene, source)
        if again is not None:
            return again
        found = _untold_role(scene, source)
        if found is not None:
            return found
    return scene.new(source, "unnamed", label(scene, source)), 0.85, "a source without a name"


def aged(scene: Scene, source: Source) -> bool:
    """Whether a definite description tells somebody's age ("the 64-year-old former judge"): it brings in nobody, it
    takes up who was just spoken of."""
    words = [scene.words[i].lower for i in scene.words.inside(source.span)]
    return source.definite and words[:1] == ["the"] and any(a.endswith("old") and "year" in "".join(words[max(0, i - 4) : i + 1])
                                                            for i, a in enumerate(words))


def _untold_role(scene: Scene, source: Source) -> Found | None:
    """The person just spoken of, of whom the article gives no role in front of the name: "Ana Roe had one answer. ...
    the Ruritanian president said"."""
    opening = scene.words[scene.words.inside(source.span).start].lower
    if opening != "the" or not is_role(source.noun) or source.owner is not None:
        return None
    around = scene.enclosing(source.span[0], scene.number_of(source))
    speaker = scene.speaking[around] if around is not None else None

    def fits(draft: Draft) -> bool:
        return draft.kind == "person" and draft is not speaker and not draft.roles and any(" " in name.text for name in draft.names)

    return third_person(scene, source.head.index, description=source, least=SURER, fits=fits)


def headline(scene: Scene, source: Source) -> bool:
    """Whether a description stands in the first line, where definite ones have no article ("Premier vows")."""
    opening = scene.words[scene.words.inside(source.span).start].lower
    return not source.plural and "\n" not in scene.text[: source.span[0]].strip() and opening not in INDEFINITE


def label(scene: Scene, source: Source) -> str:
    """A description as a name in words: "his lawyer" -> "X's lawyer", "The senior official's" -> "senior official"."""
    text = source.text.rstrip(" ,;:")
    for ending in ("'s", "\u2019s", "'", "\u2019"):
        text = text.removesuffix(ending)
    first = text.split(" ")[0].lower() if text else ""
    start = next(
        (i for i in scene.words.inside(source.span) if scene.words[i].lower == first),
        scene.words.inside(source.span).start,
    )
    owner = None
    if first in MALE | FEMALE:
        owner = (third_person(scene, start) or (None,))[0]
    elif first in FIRST and (outer := scene.enclosing(source.span[0])) is not None:
        owner = scene.speaking[outer]
    if owner is not None and owner.names:
        return f"{owner.name}'s {text.partition(' ')[2]}"
    named = scene.words[start].upos == "PROPN" or start in scene.names_at or countries.country_of(first) is not None
    return text if named or text[1:2].isupper() else text[:1].lower() + text[1:]


# --- documents


def _document(scene: Scene, source: Source) -> Found:
    author = _author(scene, source)
    if author is not None:
        scene.papers.append((source.head.index, author))
        return author, 0.75, f"the {source.noun} is theirs"
    if source.definite:
        known = [
            draft for at, draft in scene.papers if at < source.head.index and source.head.sentence - scene.words[at].sentence <= BACK_PAPER
        ]
        if known:
            return known[-1], 0.65, f"the {source.noun} named before is theirs"
    return _again(scene, source) or (
        scene.new(source, "unnamed", label(scene, source)),
        0.8,
        f"a {source.noun} without an author",
    )


def _author(scene: Scene, source: Source) -> Draft | None:
    """Whose a document is: its possessor, the body in front of it, or the name after by, from, of."""
    words, owner = scene.words, source.owner
    for i in words.inside(source.span) if owner is None else ():
        name = scene.names_at.get(i)
        if name is None or name.first != i or name.kind not in ("organization", "person", "country"):
            continue
        before = i - 1
        if words[before].lower == "the":
            before -= 1
        if i < source.head.index or words[min(before, name.left - 1)].lower in ("by", "from", "of"):
            owner = name
            break
    if owner is not None:
        return scene.actor(owner) if scene.number_at[owner.first] in scene.of else None
    return _describing_body(scene, source)


def _describing_body(scene: Scene, source: Source) -> Draft | None:
    """The body that a document is by, where it is described ("a statement by the Ruritanian foreign ministry")."""
    words, covered = scene.words, scene.words.inside(source.span)
    for i in covered:
        if i > source.head.index and words[i].lower in ("by", "from") and i + 1 < covered.stop:
            body = read_source(words, (words.span(i + 1, covered.stop),), scene.names_at)
            if body.form == "description":  # without what follows the noun: "the navy in 2012"
                body = read_source(words, (words.span(i + 1, body.head.index + 1),), scene.names_at)
            if body.form == "description" and body.head.lower in INSTITUTIONS and not is_role(body.head.lower) and not body.plural:
                found = _body(scene, body)
                return found[0] if found is not None else None
    return None


# --- persons


def _again(scene: Scene, source: Source) -> Found | None:
    """The unnamed source before that this description takes up."""
    mine = {m for m in source.modifiers if m not in _GENERAL and m.isalpha()}
    for point in scene.before(source.head.index, BACK):
        draft = scene.drafts[point.number]
        fact = scene.facts.get(id(draft))
        if (
            fact is not None
            and fact.noun == source.noun
            and fact.plural == source.plural
            and mine <= set(fact.modifiers) | set(fact.text.lower().split())
        ):
            scene.take(draft, source)
            return draft, 0.88, f'takes up "{scene.labels[id(draft)]}"'
    return None


def _known_as(scene: Scene, source: Source) -> Found | None:
    """The named person whose role this definite description repeats ("the Ukrainian president")."""
    words, at = scene.words, source.head.index
    wanted = {m for m in source.modifiers if m in ROLE_PARTS and m not in _GENERAL and m not in ("national", "first")}
    if headline(scene, source):  # nothing but a full match: it stands before everything that it could take up
        wanted = {m for m in source.modifiers if nation(m) not in source.nations} - _GENERAL
    proper = {
        fold(words[i].text)
        for i in words.inside(source.span)
        if words[i].upos == "PROPN" and i != at and nation(words[i].text) not in source.nations
    } - {""}
    owner = fold(source.owner.text).split()[-1:] if source.owner is not None and source.owner.kind == "person" else []
    if words[words.inside(source.span).start].lower in POSSESSIVE and source.noun not in KIN:
        return None  # whose lawyer "his lawyer" is tells no role
    gender = role_gender(source.noun)
    scores: dict[int, float] = {}
    for number, draft in enumerate(scene.drafts):
        if draft.kind != "person" or not draft.roles or (gender and draft.gender and gender != draft.gender):
            continue
        values = [v for role in draft.roles if (v := _fits(scene, source, draft, role, wanted, proper, set(owner))) is not None]
        if values:
            last = scene.last_before(number, at)
            far = 0.0 if headline(scene, source) else -0.7
            scores[number] = max(values) + (far if last is None else 0.3 - 0.12 * min(source.head.sentence - words[last].sentence, 8))
    chosen = choose({k: 2 * v for k, v in scores.items()})
    if chosen is None or scores[chosen[0]] < 0.3 or chosen[1] < 0.6:
        return None
    draft = scene.drafts[chosen[0]]
    unnamed = next(
        (
            p.at
            for p in scene.before(at, BACK)
            if (f := scene.facts.get(id(scene.drafts[p.number]))) is not None and f.noun == source.noun and not f.plural
        ),
        None,
    )
    if unnamed is not None and not source.nations and (scene.last_before(chosen[0], at) or -1) < unnamed:
        return None
    strong = bool(source.nations & draft.nations) or bool(wanted or proper or owner)
    return draft, min(0.95, chosen[1]) * (0.97 if strong else 0.8), f'"{source.text}" is the role of {draft.name}'


def _fits(scene: Scene, source: Source, draft: Draft, role, wanted: set[str], proper: set[str], owner: set[str]) -> float | None:
    """How well one role of a person answers a description; None when it contradicts."""
    if not any(covers(source.noun, head) for head in role.heads):
        return None
    text = set(fold(role.text).split())
    if LESSER & text - {"former", "ex", "then"} - set(source.modifiers):
        return None
    if not wanted <= text or not proper <= text or not owner <= text:
        return None
    value = 1.0 if source.noun in role.heads else 0.7
    nations = draft.nations | role.nations
    if source.nations & nations:
        value += 1.5
    elif source.nations and (nations or not _touches(scene, draft, source)):
        return None
    elif source.nations:
        value -= 0.6
    elif text & {"former", "ex"}:
        value -= 0.4
    return value + 0.5 * (bool(wanted) + bool(proper) + bool(owner))


def _touches(scene: Scene, draft: Draft, source: Source) -> bool:
    """Whether a person whose land is not told is named in one sentence with the land of a description, and not in
    the description's own sentence (there it would be somebody else)."""
    own = {scene.words[name.first].sentence for name in draft.names}
    lands = {
        scene.words[at].sentence
        for land in source.nations
        for at in scene.lands.get(land, ())
        if not source.span[0] <= scene.words[at].start < source.span[1]
    }
    return bool(own & lands) and source.head.sentence not in own


# --- bodies and groups


def _body(scene: Scene, source: Source) -> Found | None:
    noun, words = source.head.lower, scene.words
    covered = words.inside(source.span)
    key = fold(source.text)
    for draft in scene.drafts:
        if draft.kind == "organization" and fold(scene.labels.get(id(draft)) or (draft.name if draft.names else "")) == key:
            scene.take(draft, source)
            return draft, 0.93, f'"{source.text}"'
    text = label(scene, source)
    whose = (
        source.owner is not None
        or source.nations
        or (words[covered.start].lower in POSSESSIVE and text != source.text)
        or any(words[i].upos == "PROPN" or i in scene.names_at for i in covered if i != source.head.index)
    )
    if whose and noun not in COUNTRY_NOUNS:
        return scene.new(source, "organization", text), 0.88, "a body described by whose it is"
    if headline(scene, source):
        named = [d for d in scene.drafts if d.kind == "organization" and d.names and noun in fold(d.name).split()[-1:]]
        if len(named) == 1:
            scene.take(named[0], source)
            return named[0], 0.8, f'"{noun}" in the headline is {named[0].name}'
    if not source.definite:
        return scene.new(source, "unnamed", text), 0.8, "a body without a name"
    if noun not in COUNTRY_NOUNS:
        known = _body_before(scene, source)
        if known is not None:
            return known
    return _again(scene, source) or (scene.new(source, "unnamed", text), 0.7, "a body without a name")


def _body_before(scene: Scene, source: Source) -> Found | None:
    """The named body that "the agency" takes up: one of that class, else the only one just named."""
    noun, words = source.head.lower, scene.words
    known, fresh = [], []
    for point in scene.before(source.head.index, BACK_BODY):
        draft = scene.drafts[point.number]
        if draft.kind != "organization" or not draft.names or any(draft is d for d in known + fresh):
            continue
        heads = {h for role in draft.roles for h in role.heads} | {fold(x.text).split()[-1] for x in draft.names if fold(x.text)}
        classes = heads & INSTITUTIONS
        if noun in heads or BODY_STANDS_FOR.get(noun, set()) & heads:
            known.append(draft)
        elif source.head.sentence - words[point.at].sentence <= 1 and (not classes or noun in NEWS_NOUNS and classes <= NEWS_NOUNS):
            fresh.append(draft)
    near = [d for d in known if any(abs(source.head.sentence - words[x.first].sentence) <= 2 for x in d.names)]
    pick = near or (fresh if len(fresh) == 1 else known)
    if not pick:
        return None
    scene.take(pick[0], source)
    return pick[0], 0.85 if any(pick[0] is d for d in known) else 0.7, f'"the {noun}" is {pick[0].name}'


def _plural(scene: Scene, source: Source) -> Found | None:
    covered = scene.words.inside(source.span)
    opening = {scene.words[i].lower for i in covered}
    first, second = scene.words[covered.start].lower, scene.words.get(covered.start + 1)
    pair = [w.lower for w in scene.words.words[covered.start : covered.start + 2]]
    if (pair[0] == "both" or pair in (["the", "two"], ["the", "both"])) and is_role(source.noun) and len(covered) <= 4:
        people: list[Draft] = []
        for point in scene.before(source.head.index, BACK_BODY):
            draft = scene.drafts[point.number]
            if draft.kind == "person" and not any(draft is d for d in people):
                people.append(draft)
        if len(people) >= 2:
            pair = sorted(people[:2], key=lambda d: d.names[0].first)
            return group(scene, [d.name for d in pair], source), 0.65, "the two persons named last"
    if first in ("one", "another") and (second is None or second.lower == "of"):
        return _one_of(scene, source)
    if source.definite or not opening & {"a", "some", "several", "other", "many"}:
        again = _again(scene, source)
        if again is not None and (source.definite or fold(again[0].descriptions[0].text) == fold(source.text)):
            return again
    text = label(scene, source)
    if (source.nations or any(i in scene.names_at for i in covered)) and source.noun in COLLECTIVE:
        return scene.new(source, "group", text), 0.85, "a group described by whose it is"
    return scene.new(source, "unnamed", text), 0.85, "sources without names"


def _one_of(scene: Scene, source: Source) -> Found:
    """ "one of the officials": one of the sources before, still without a name."""
    nouns = [i for i in scene.words.inside(source.span) if scene.words[i].upos == "NOUN"]
    text = source.text
    if nouns:
        noun = text = singular(scene.words[nouns[-1]].lower)
        for point in scene.before(source.head.index, BACK):
            fact = scene.facts.get(id(scene.drafts[point.number]))
            if fact is not None and fact.plural and fact.noun == noun:
                text = " ".join(
                    noun if singular(w.lower()) == noun else w for w in fact.text.split() if not w.isdigit() and w.lower() not in INDEFINITE
                )
                break
    return (
        scene.new(dataclasses.replace(source, text=text, plural=False), "unnamed", text),
        0.8,
        "one of several without names",
    )


def group(scene: Scene, parts: list[str], source: Source) -> Draft:
    """The chain of several together, named by its parts: the same parts are the same group."""
    name = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    for draft in scene.drafts:
        if draft.kind == "group" and scene.labels.get(id(draft)) == name:
            draft.descriptions.append(source)
            return draft
    return scene.new(source, "group", name)
