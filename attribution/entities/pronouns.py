"""Who a pronoun means: a linear score over few features of each candidate.

The features are the classic ones (recency, subject first, agreement, repetition: Lappin & Leass 1994; Mitkov
1998) and those of reported speech: inside a quotation "he" is not its speaker, in an indirect one it mostly
is, and "he said" mostly continues the speaker before. The weights are fitted as a softmax over the candidates of each
pronoun (attribution/training/pronouns.py), so that the share of the best one is a probability and abstention a
threshold. Genders come from titles, from nouns that tell them, and from all the pronouns of the article by
expectation maximization; what a given name makes likely (:mod:`gender`) is where that begins.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from .chains import Draft
from .gender import likely_male
from .names import parse
from .scene import Found, Point, Scene
from .sources import FEMALE, MALE, PLURAL, Source, read_source
from .titles import DOCUMENTS, INSTITUTIONS, PEOPLE, is_role, role_gender

#: Sentences of the narration back that a pronoun reaches.
REACH = 5
#: Below this confidence a pronoun names nobody: unknown is better than wrong. "Nobody" is a candidate too, so this is
#: low: against 0.6, 0.4 gives 0.8 points more right speakers in written articles (2.1 in the sample) for 0.3 more wrong.
SURE = 0.4
#: The same for a description that names no role of anybody's: it may bring in somebody new.
SURER = 0.8
#: Weights of the features, fitted by attribution/training/pronouns.py.
WEIGHTS = Path(__file__).with_name("pronouns.json")
#: The candidate that stands for somebody whom none of the others is.
NOBODY, NOBODY_ROW = -1, {"nobody": 1.0}
#: Rounds of expectation maximization over genders, pseudo-counts of each.
EM_ROUNDS, EM_PRIOR = 6, 2.0


def features(
    scene: Scene,
    at: int,
    draft: Draft,
    points: list[Point],
    *,
    center: Point | None,
    governor: bool,
    around: bool,
    previous: bool,
    quoted: bool,
    male: bool | None = None,
) -> dict[str, float]:
    """The features of one candidate: ``points`` are its mentions before the pronoun at word ``at``, the last first;
    ``male`` is what the pronoun says."""
    words = scene.words
    word, person = words[at], draft.kind == "person"
    row = {
        "often": math.log2(1 + min(len(points), 7)),
        "gender": 0.0 if male is None else math.log(2 * _agreement(draft, male)),
        "governs": float(governor),
        "speaker around": float(around),
        "speaker before": float(previous),
        "center": float(center is not None and center in points),
        "unnamed": float(draft.kind == "unnamed"),
        "full name": float(person and (draft.votes.total() > 0 or any(" " in name.text for name in draft.names))),
    }
    # What is named inside somebody's words is less at hand outside them.
    plain = points if quoted else [p for p in points if not p.quoted]
    if plain or points:
        last = (plain or points)[0]
        back, here = scene.back(last.at, at), word.sentence == words[last.at].sentence
        same = [p for p in (plain or points) if words[p.at].sentence == words[last.at].sentence]
        subject = any(p.subject for p in same)
        row |= {
            "same sentence": float(here),
            "one back": float(back <= 1 and not here),
            "two back": float(back == 2),
            "beside the center": float(
                center is not None and center not in points and words[center.at].sentence == words[last.at].sentence
            ),
            "far": float(back > 3),
            "unnamed far": float(not person and back > 1),
            "subject": float(subject),
            "subject of the sentence before": float(subject and back <= 1 and not here),
            "possessor": float(all(p.possessive for p in same)),
            "in quotation": float(not plain),
            "pronoun": float(last.pronoun),
            "parallel": float(word.subject and last.subject),
            "same paragraph": float(scene.words.one_paragraph(last.at, at)),
            "subject here, of a possessive": float(here and subject and word.deprel.endswith("poss")),
        }
    return row


def _agreement(draft: Draft, male: bool) -> float:
    """How likely a chain is of the pronoun's gender, never quite 0 or 1."""
    known = draft.votes and draft.gender
    share = {"m": 0.97, "f": 0.03}[known] if known else min(max(draft.likely, 0.03), 0.97)
    return share if male else 1 - share


@functools.cache
def weights() -> dict[str, float]:
    """The weights of the features by name."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def score(row: dict[str, float]) -> float:
    """The weighted sum of one candidate's features."""
    table = weights()
    return sum(table.get(name, 0.0) * value for name, value in row.items())


def choose(scores: dict[int, float]) -> tuple[int, float] | None:
    """The candidate with the highest score and how sure that is (softmax over all); None without candidates."""
    if not scores:
        return None
    best = max(scores, key=lambda k: (scores[k], -k))
    return best, 1 / sum(math.exp(min(value - scores[best], 0)) for value in scores.values())


def candidates(scene: Scene, at: int, kinds: set[str], n: int | None = None, gender: str | None = None) -> dict[int, dict[str, float]]:
    """Chains that the pronoun at word ``at`` (the source of quotation ``n``, if any) may mean, with their features."""
    words, word = scene.words, scene.words[at]
    quoted = scene.quoted(word.start)
    outer = scene.enclosing(word.start, n)
    speaker = scene.speaking[outer] if outer is not None else None
    direct = quoted and outer is not None
    points: dict[int, list[Point]] = defaultdict(list)
    for point in scene.before(at, REACH):
        if not point.quoted and not scene.shares_content(point.at, at):
            point = dataclasses.replace(point, quoted=True)  # whom a speaker names is hardly the next to speak
        points[point.number].append(point)
    if speaker is not None and not direct:
        points.setdefault(scene.register(speaker), [])
    governors, verb = set(), word.head
    while verb >= 0 and len(governors) < 12 and verb not in governors:
        governors.add(verb)
        verb = words[verb].head
    previous = scene.spoke_before(at, REACH)
    center, rows = _center(scene, points, kinds, quoted), {}
    for number, mine in sorted(points.items(), key=lambda kv: -(kv[1][0].at if kv[1] else 1 << 40)):
        draft = scene.drafts[number]
        if draft.kind not in kinds or (direct and draft is speaker) or (gender and draft.votes and draft.gender and draft.gender != gender):
            continue
        if (
            mine
            and word.head >= 0
            and words[mine[0].at].subject
            and words[mine[0].at].head == word.head
            and n is None
            and word.deprel in ("obj", "iobj", "obl")
        ):
            continue  # "X told him": somebody else
        governor = any(p.subject and words[p.at].head in governors and words[p.at].head != word.head for p in mine)
        rows[number] = features(
            scene,
            at,
            draft,
            mine,
            center=center,
            governor=governor,
            around=draft is speaker,
            previous=draft is previous and not quoted,
            quoted=quoted,
            male=None if gender is None else gender == "m",
        )
    return rows


def _center(scene: Scene, points: dict[int, list[Point]], kinds: set[str], quoted: bool) -> Point | None:
    """The mention that the last sentence with one is about: its first subject, else its first mention (the ranking of
    Centering Theory: Grosz, Joshi & Weinstein 1995)."""
    found = [p for number, mine in points.items() if scene.drafts[number].kind in kinds for p in mine if quoted or not p.quoted]
    if not found:
        return None
    last = max(scene.words[p.at].sentence for p in found)
    here = [p for p in found if scene.words[p.at].sentence == last]
    return min(here, key=lambda p: (not p.subject, p.at))


def learn_genders(scene: Scene) -> None:
    """What the pronouns tell of genders: expectation maximization over who each "he" and "she" may mean.

    Each pronoun of the narration is shared among the persons named before it, by their scores and by what is
    believed of their genders; then each person's gender is counted from its shares. Titles and roles stay as told;
    of the others a full name's given name makes the first guess, which counts as much as ``EM_PRIOR`` pronouns.
    """
    guesses = {n: _guess(draft) for n, draft in enumerate(scene.drafts) if draft.kind == "person"}
    rows = []
    for word in scene.words.words:
        if word.lower in MALE | FEMALE and not scene.quoted(word.start):
            found = {k: score(row) for k, row in candidates(scene, word.index, {"person"}).items()}
            if found:
                rows.append((word.lower in MALE, found))
    told = {k: {"m": 0.98, "f": 0.02}.get(scene.drafts[k].gender) for k in guesses}
    male = {k: guesses[k] if told[k] is None else told[k] for k in guesses}
    for _ in range(EM_ROUNDS):
        shares = {k: [EM_PRIOR * guess, EM_PRIOR * (1 - guess)] for k, guess in guesses.items()}
        for is_male, found in rows:
            top = max(found.values())
            weights = {k: math.exp(v - top) * (male[k] if is_male else 1 - male[k]) for k, v in found.items()}
            total = sum(weights.values()) + math.exp(min(score(NOBODY_ROW) - top, 0.0)) * 0.5
            for k, weight in weights.items():
                shares[k][not is_male] += weight / total
        male = {k: m / (m + f) if told[k] is None else told[k] for k, (m, f) in shares.items()}
    for k, value in male.items():
        scene.drafts[k].likely = value


def _guess(draft: Draft) -> float:
    """How likely a person is a man by the given name of their fullest name; 0.5 for a surname alone."""
    tokens = parse(draft.name).tokens if draft.names else ()
    return likely_male(tokens[0]) if len(tokens) > 1 else 0.5


def third_person(
    scene: Scene,
    at: int,
    n: int | None = None,
    description: Source | None = None,
    least: float | None = None,
    fits: Callable[[Draft], bool] = lambda draft: True,
) -> Found | None:
    """Who "he" or "she" at word ``at`` is, or a ``description`` with its head there that takes up somebody as they do;
    then only somebody that it ``fits``. ``least`` is the confidence to reach, ``SURE`` if None."""
    word = scene.words[at]
    gender = ("m" if word.lower in MALE else "f") if description is None else role_gender(description.noun)
    rows = candidates(scene, at, {"person", "unnamed"}, n, gender)
    rows = {k: r for k, r in rows.items() if scene.drafts[k].kind == "person" or _one_person(scene, scene.drafts[k])}
    if description is None:
        scene.asked[at] = rows
    chosen = choose({k: score(r) for k, r in (rows | {NOBODY: NOBODY_ROW}).items()})
    if chosen is None or chosen[0] == NOBODY or chosen[1] < (SURE if least is None else least) or not fits(scene.drafts[chosen[0]]):
        return None
    draft = scene.drafts[chosen[0]]
    if description is not None:
        scene.take(draft, description)
        return draft, 0.9 * chosen[1], f'"{description.text}": the person just spoken of'
    draft.pronouns.append(at)
    scene.mark(draft, at, word.deprel.endswith("poss"), True)
    return draft, 0.95 * chosen[1], f'"{word.lower}": nearest fitting person'


def _one_person(scene: Scene, draft: Draft) -> bool:
    fact = scene.facts.get(id(draft))
    return fact is not None and not fact.plural and fact.noun not in INSTITUTIONS and fact.noun not in DOCUMENTS


def thing(scene: Scene, at: int, n: int | None = None) -> Found | None:
    """What "it" or "they" at word ``at`` is: only what acted or spoke just before, for bodies are named in passing."""
    word = scene.words[at]
    plural, owner = word.lower in PLURAL, word.deprel.endswith("poss")
    kinds = {"group", "organization", "unnamed"} if plural else {"organization", "country", "unnamed"}
    if owner and not plural:
        kinds = kinds | {"place"}  # "accusing Ruritania of using its demand"
    scores = {}
    for number, row in candidates(scene, at, kinds, n).items():
        draft = scene.drafts[number]
        fact = scene.facts.get(id(draft))
        if draft.kind == "unnamed" and (
            fact is None or plural != fact.plural and fact.noun not in INSTITUTIONS or not plural and is_role(fact.noun)
        ):
            continue
        acts = row.get("subject") or row["speaker around"] or row["governs"] or row["speaker before"]
        if (acts and draft.kind != "place") or (owner and not plural and row.get("same sentence")):
            scores[number] = score(row) + (1.0 if plural and draft.kind in ("group", "unnamed") else 0.0)
    chosen = choose(scores | {NOBODY: score(NOBODY_ROW)})
    if chosen is None or chosen[0] == NOBODY or chosen[1] < SURE:
        return None
    draft = scene.drafts[chosen[0]]
    if draft.kind == "place":
        draft.kind = "organization"
    draft.pronouns.append(at)
    scene.mark(draft, at, False, True)
    return draft, 0.85 * chosen[1], f'"{scene.words[at].lower}": the {"group" if plural else "body"} that acted last'


_PAUSES = (",", "\u2013", "\u2014", ")")


def antecedent(scene: Scene, at: int) -> Source | None:
    """What a relative pronoun hangs on: the name or the noun of people before it ("leaders from A and B, who ...")."""
    words, who = scene.words, scene.words[at].lower in ("who", "whom")
    sentence, back = words[at].sentence, at - 1
    while back >= 0 and words[back].text in _PAUSES and words[back].sentence == sentence:
        back -= 1
    number = scene.number_at.get(back)
    if number is not None and number in scene.of and (not who or scene.of[number].kind in ("person", "group")):
        return _named(scene, number)
    for number in range(len(scene.names) - 1, -1, -1):  # "X, a former minister, who ..."
        name = scene.names[number]
        if (
            name.last <= at
            and words[name.first].sentence == sentence
            and name.kind == "person"
            and who
            and name.roles
            and at - name.last < 16
            and words[name.last].text == ","
            and words[at - 1].text in _PAUSES
            and not any(words[i].upos in ("VERB", "AUX") for i in range(name.last, at))
        ):
            return _named(scene, number)
    for i in range(back, max(back - 20, -1), -1):
        word = words[i]
        if word.sentence != sentence or word.upos in ("VERB", "AUX") and i < back:
            break
        if word.upos == "NOUN" and (is_role(word.lower) or word.lower in PEOPLE) and i not in scene.names_at:
            begin = i
            while begin and words[begin - 1].sentence == sentence and words[begin - 1].upos in ("ADJ", "NOUN", "PROPN", "DET", "NUM"):
                begin -= 1
            return read_source(words, (words.span(begin, back + 1),), scene.names_at)
    return None


def _named(scene: Scene, number: int) -> Source:
    name = scene.names[number]
    return Source("name", scene.words.span(name.first, name.last), name.text, name=name)
