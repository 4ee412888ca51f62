"""Speakers of one article: each quotation to the chain of who says it.

A wrong name is worse than none. So each way to a speaker has a confidence, an indefinite description is never
given a name, and what stays open comes out as unnamed, in words ("senior official (unnamed)").
"""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Article, Chain, Mention, Quotation, Speaker
from .chains import Draft
from .continuing import said_below, without_source
from .descriptions import describe, group
from .pronouns import antecedent, learn_genders, thing, third_person
from .scene import Found, Scene
from .sources import FEMALE, FIRST, MALE, NEUTER, PLURAL, POSSESSIVE, RELATIVE, Source, read_phrase
from .titles import is_plural, is_role
from .words import Word

#: A speaker whom no source mention names is left out below this confidence.
LEAST = 0.55
AUTHOR = "author (unnamed)"


def resolve(article: Article, doc, quotations: Sequence[Quotation]) -> tuple[tuple[Chain, ...], tuple[Speaker | None, ...]]:
    """Chains of the article and the speaker of each quotation, parallel to ``quotations``.

    ``doc`` is the stanza Document of ``article.text`` (words with offsets in code points, ``ents``). A speaker is
    None when the article does not tell; its ``confidence`` is 0..1 and ``how`` says in one line what decided.
    Nothing is raised for odd input: what cannot be read is left out.
    """
    scene, roles, how = read(article, doc, quotations)
    chains, index = _chains(scene)
    speakers = []
    for n, draft in enumerate(scene.speaking):
        role = roles.get(n) or (next((r.text for r in draft.roles), None) if draft is not None and draft.kind == "person" else None)
        speakers.append(
            None
            if draft is None
            else Speaker(index.get(id(draft)), scene.written(draft), draft.kind, role, round(scene.sure[n], 3), how[n])
        )
    return chains, tuple(speakers)


def read(article: Article, doc, quotations: Sequence[Quotation]) -> tuple[Scene, dict[int, str], dict[int, str]]:
    """The scene with everything decided, and by number of a quotation the role of its speaker and what decided."""
    scene = Scene(article, doc, quotations)
    roles: dict[int, str] = {}
    how: dict[int, str] = {}
    if scene.words.words:
        learn_genders(scene)
        for what, which in _events(scene):
            if what == "pronoun":
                third_person(scene, which)
            elif what == "description":
                describe(scene, which)
            else:
                found = _speaker(scene, which)
                if found is not None:
                    scene.speaking[which], scene.sure[which], how[which] = found
                    source = scene.sources[which]
                    if source.form == "name" and source.name.roles:
                        roles[which] = source.name.roles[0].text
                    elif source.form == "description" and is_role(source.noun):
                        roles[which] = source.text
    for n, source in enumerate(scene.sources):
        described = source.form == "description" and not source.plural and _unnamed(scene.speaking[n])
        if (described or source.form == "empty" and scene.speaking[n] is None) and scene.quotations[n].content:
            found = said_below(scene, n)
            if found is not None and (found[0].kind == "person" or not described):
                scene.speaking[n], scene.sure[n], how[n] = found
    return scene, roles, how


def _unnamed(draft: Draft | None) -> bool:
    return draft is not None and draft.kind == "unnamed"


def _events(scene: Scene) -> list[tuple[str, object]]:
    """What is decided, in reading order; what stands inside quotations after all that stands outside them."""
    depth = [0] * len(scene.quotations)
    for n in range(len(scene.quotations)):
        m = scene.around[n]
        while m is not None:  # contents only grow outwards, so this ends
            depth[n] += 1
            m = scene.around[m]
    events: list[tuple[int, int, int, str, object]] = []
    sources, taken = set(), set()
    for n, source in enumerate(scene.sources):
        at = source.span[0] if source.form != "empty" else scene.first[n]
        events.append((depth[n], at, n, "quotation", n))
        taken |= {i for span in scene.quotations[n].source for i in scene.words.inside(span)}
        if source.form == "pronoun":
            sources |= set(scene.words.inside(source.span))
    for word, source in _subjects(scene, taken):
        events.append((int(scene.quoted(word.start)), word.start, -1, "description", source))
    for word in scene.words.words:
        if word.lower in MALE | FEMALE and word.index not in sources:
            events.append((int(scene.quoted(word.start)), word.start, -1, "pronoun", word.index))
    return [(what, which) for _, _, _, what, which in sorted(events, key=lambda e: e[:3])]


def _subjects(scene: Scene, taken: set[int]) -> list[tuple[Word, Source]]:
    """Descriptions of persons that act are mentions too: they take up somebody or bring in somebody unnamed."""
    words, found = scene.words, []
    in_role = {i for name in scene.names if name.kind == "person" for i in range(name.left, name.last)}
    for word in words.words:
        if (
            word.upos != "NOUN"
            or not word.subject
            or not is_role(word.lower)
            or is_plural(word.lower)
            or word.index in in_role
            or word.index in taken
            or word.index in scene.names_at
        ):
            continue
        begin = word.index
        while (
            begin
            and words[begin - 1].sentence == word.sentence
            and (
                words[begin - 1].upos in ("ADJ", "NOUN", "PROPN", "DET", "NUM")
                or words[begin - 1].possessive
                or words[begin - 1].lower in POSSESSIVE
            )
        ):
            begin -= 1
        source = read_phrase(words, list(range(begin, word.index + 1)), scene.names_at)
        if source.form == "description" and source.head is not None:
            found.append((word, source))
    return found


# --- one quotation


def _speaker(scene: Scene, n: int) -> Found | None:
    source = scene.sources[n]
    if source.form != "empty":
        return _who(scene, source, n)
    if not scene.quotations[n].content:
        return None
    found = without_source(scene, n, _who)
    return found if found is not None and found[1] >= LEAST else None


def _who(scene: Scene, source: Source, n: int | None) -> Found | None:
    """The chain that a source mention means."""
    if source.form == "name":
        draft = scene.actor(source.name)
        if source.name.first in draft.doubtful:
            return draft, 0.6, f'"{source.name.text}" could be several here; the one named last'
        return draft, 0.97, f'named "{source.name.text}"'
    if source.form == "pronoun":
        return _pronoun(scene, source, n)
    if source.form == "description":
        return describe(scene, source)
    return _joint(scene, source, n) if source.form == "joint" else None


def _pronoun(scene: Scene, source: Source, n: int | None) -> Found | None:
    at, word = scene.words.inside(source.span).start, source.text
    if word in FIRST:
        outer = scene.enclosing(source.span[0], n)
        if outer is None and not scene.quoted(source.span[0]):
            return _author(scene), 0.8, f'"{word}" outside any quotation is the author'
        if outer is None or scene.speaking[outer] is None:
            return None
        return scene.speaking[outer], 0.93 * scene.sure[outer], f'"{word}" inside a quotation is its speaker'
    if word in MALE | FEMALE:
        return third_person(scene, at, n)
    if word in RELATIVE:
        before = antecedent(scene, at)
        return _who(scene, before, n) if before is not None and before.form != "pronoun" else None
    return thing(scene, at, n) if word in NEUTER | PLURAL else None


def _author(scene: Scene) -> Draft:
    """Who writes the article, without a name here."""
    known = next((d for d in scene.drafts if scene.labels.get(id(d)) == AUTHOR), None)
    if known is None:
        known = Draft("unnamed")
        scene.labels[id(known)] = AUTHOR
        scene.register(known)
    return known


def _joint(scene: Scene, source: Source, n: int | None) -> Found | None:
    if not any(part.form == "name" for part in source.parts):
        head = next((part.head for part in source.parts if part.head is not None), None)
        if head is None:
            return None
        whole = Source("description", source.span, source.text, head=head, plural=True)
        return scene.new(whole, "unnamed", source.text), 0.8, "joint sources without names"
    parts, sure = [], 1.0
    for part in source.parts:
        if part.form == "description":
            parts.append(part.text)
            sure = min(sure, 0.9)
            continue
        found = _who(scene, part, n)
        if found is None:
            return None
        parts.append(scene.written(found[0]))
        sure = min(sure, found[1])
    return group(scene, parts, source), 0.9 * sure, "joint sources"


# --- chains


def _chains(scene: Scene) -> tuple[tuple[Chain, ...], dict[int, int]]:
    """The drafts as chains in reading order, and the number of each by id(draft); unnamed sources make none."""
    speaking = {id(d) for d in scene.speaking if d is not None}
    made = [(d, _mentions(scene, d)) for d in scene.drafts if d.kind != "unnamed" and (d.names or id(d) in speaking)]
    made = sorted(((d, m) for d, m in made if m), key=lambda pair: pair[1][0].span)
    chains = tuple(Chain(scene.labels.get(id(d)) or d.name, d.kind, mentions, _told_gender(d)) for d, mentions in made)
    return chains, {id(d): i for i, (d, _) in enumerate(made)}


def _told_gender(draft: Draft) -> str | None:
    """The gender that titles, roles or pronouns tell; what a given name makes likely is no more than a guess."""
    return draft.gender if draft.kind == "person" and (draft.votes or draft.pronouns) else None


def _mentions(scene: Scene, draft: Draft) -> tuple[Mention, ...]:
    found = {}
    for at in draft.pronouns:
        word = scene.words[at]
        found[word.start, word.end] = Mention((word.start, word.end), word.text, "pronoun")
    for source in draft.descriptions:
        found[source.span] = Mention(source.span, scene.text[slice(*source.span)], "description")
    for name in draft.names:
        span = scene.words.span(name.first, name.last)
        found[span] = Mention(span, name.text, "name", name.roles[0].text if name.roles else None)
    return tuple(found[span] for span in sorted(found))
