"""Who a pronoun means: a linear score over few features of each candidate.

The features are the classic ones (recency, subject first, agreement, repetition: Lappin & Leass 1994; Mitkov
1998) and those of reported speech: inside a quotation "he" is not its speaker, in an indirect one it mostly
is, and "he said" mostly continues the speaker before. The weights began by hand, were fitted on GUM's training
part (a softmax over the candidates of each pronoun) and rounded; those of reported speech, too rare in GUM, stayed
by hand (benchmarks/entities.py has the figures). Genders are not looked up: they come from titles, from nouns that tell them, and
from all the pronouns of the article by expectation maximization.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict

from .chains import Draft
from .gender import likely_male
from .names import parse
from .scene import Found, Point, Scene
from .sources import FEMALE, MALE, PLURAL, Source, read_source
from .titles import DOCUMENTS, INSTITUTIONS, PEOPLE, is_role

#: Sentences back that a pronoun reaches.
REACH = 4
#: Below this confidence a pronoun names nobody: unknown is better than wrong.
SURE = 0.6
WEIGHTS = {
    "same sentence": 2.8,
    "one back": 1.4,
    "two back": 0.3,
    "subject": 0.75,
    "possessor": -0.25,
    "in quotation": -0.8,
    "governs": 0.4,
    "speaker around": 1.5,
    "speaker before": 2.0,
    "gender known": 0.95,
    "often": 0.45,
    "parallel": 0.6,
    "pronoun": 0.5,
    "nearest": 0.2,
    "unnamed": -0.6,
}
#: Rounds of expectation maximization over genders, pseudo-counts of each, and the score of somebody not named.
EM_ROUNDS, EM_PRIOR, SOMEBODY = 6, 1.0, 1.0


def features(
    scene: Scene,
    at: int,
    draft: Draft,
    points: list[Point],
    *,
    nearest: bool,
    governor: bool,
    around: bool,
    previous: bool,
    quoted: bool,
    total: int,
) -> dict[str, float]:
    """The features of one candidate: ``points`` are its mentions before the pronoun at word ``at``, the last first."""
    words = scene.words
    row = {
        "often": math.log2(1 + min(total, 15)),
        "gender known": float(draft.gender is not None),
        "governs": float(governor),
        "speaker around": float(around),
        "speaker before": float(previous),
        "nearest": float(nearest),
        "unnamed": float(draft.kind == "unnamed"),
    }
    # What is named inside somebody's words is less at hand outside them.
    plain = points if quoted else [p for p in points if not p.quoted]
    if plain or points:
        last = (plain or points)[0]
        back = scene.back(last.at, at)
        same = [p for p in (plain or points) if words[p.at].sentence == words[last.at].sentence]
        row |= {
            "same sentence": float(words[at].sentence == words[last.at].sentence),
            "one back": float(back == 1),
            "two back": float(back == 2),
            "subject": float(any(p.subject for p in same)),
            "possessor": float(all(p.possessive for p in same)),
            "in quotation": float(not plain),
            "pronoun": float(last.pronoun),
            "parallel": float(words[at].subject and last.subject),
        }
    return row


def score(row: dict[str, float]) -> float:
    """The weighted sum of one candidate's features."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in row.items())


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
    rows, nearest = {}, True
    for number, mine in sorted(points.items(), key=lambda kv: -(kv[1][0].at if kv[1] else 1 << 40)):
        draft = scene.drafts[number]
        if draft.kind not in kinds or (direct and draft is speaker) or (gender and draft.gender and draft.gender != gender):
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
            nearest=nearest,
            governor=governor,
            around=draft is speaker,
            previous=draft is previous and not quoted,
            quoted=quoted,
            total=len(scene.places[number]),
        )
        nearest = False
    return rows


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
            total = sum(weights.values()) + math.exp(min(SOMEBODY - top, 0.0)) * 0.5
            for k, weight in weights.items():
                shares[k][not is_male] += weight / total
        male = {k: m / (m + f) if told[k] is None else told[k] for k, (m, f) in shares.items()}
    for k, value in male.items():
        scene.drafts[k].likely = value


def _guess(draft: Draft) -> float:
    """How likely a person is a man by the given name of their fullest name; 0.5 for a surname alone."""
    tokens = parse(draft.name).tokens if draft.names else ()
    return likely_male(tokens[0]) if len(tokens) > 1 else 0.5


def third_person(scene: Scene, at: int, n: int | None = None) -> Found | None:
    """Who "he" or "she" at word ``at`` is."""
    word = scene.words[at]
    gender = "m" if word.lower in MALE else "f"
    rows = candidates(scene, at, {"person", "unnamed"}, n, gender)
    chosen = choose({k: score(r) for k, r in rows.items() if scene.drafts[k].kind == "person" or _one_person(scene, scene.drafts[k])})
    if chosen is None or chosen[1] < SURE:
        return None
    draft = scene.drafts[chosen[0]]
    draft.pronouns.append(at)
    scene.mark(draft, at, word.deprel.endswith("poss"), True)
    return draft, 0.95 * chosen[1], f'"{word.lower}": nearest fitting person'


def _one_person(scene: Scene, draft: Draft) -> bool:
    fact = scene.facts.get(id(draft))
    return fact is not None and not fact.plural and fact.noun not in INSTITUTIONS and fact.noun not in DOCUMENTS


def thing(scene: Scene, at: int, n: int | None = None) -> Found | None:
    """What "it" or "they" at word ``at`` is: only what acted or spoke just before, for bodies are named in passing."""
    plural = scene.words[at].lower in PLURAL
    kinds = {"group", "organization", "unnamed"} if plural else {"organization", "country", "unnamed"}
    scores = {}
    for number, row in candidates(scene, at, kinds, n).items():
        draft = scene.drafts[number]
        fact = scene.facts.get(id(draft))
        if draft.kind == "unnamed" and (
            fact is None or plural != fact.plural and fact.noun not in INSTITUTIONS or not plural and is_role(fact.noun)
        ):
            continue
        if row.get("subject") or row["speaker around"] or row["governs"] or row["speaker before"]:
            scores[number] = score(row) + (1.0 if plural and draft.kind in ("group", "unnamed") else 0.0)
    chosen = choose(scores)
    if chosen is None or chosen[1] < SURE:
        return None
    draft = scene.drafts[chosen[0]]
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
