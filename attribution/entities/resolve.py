"""Speakers of one article: names, titles, pronouns and descriptions to chains; each quotation to who says it.

A wrong name is worse than none. So each way to a speaker has a confidence, an indefinite description is never
given a name, and what stays open comes out as unnamed, in words ("senior official (unnamed)").
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Sequence

from ..records import Article, Chain, Mention, Quotation, Speaker
from . import countries, pronouns
from .chains import Draft, acts, as_actor, gather
from .mentions import LANDS, ROLE_PARTS, find_names
from .names import fold
from .pronouns import Point, Timeline
from .sources import FEMALE, FIRST, INDEFINITE, MALE, NEUTER, PLURAL, POSSESSIVE, RELATIVE, SECOND, Source, _phrase, read_source
from .titles import BODY_STANDS_FOR, COUNTRY_NOUNS, DOCUMENTS, INSTITUTIONS, NEWS_NOUNS, PEOPLE, VAGUE, covers, is_plural, is_role, nation, role_gender, singular
from .words import Words, quoted_regions, within

#: Plural nouns of people who do not want to be named, or cannot be.
ANONYMOUS = set("official source people person expert analyst witness diplomat aide adviser advisor insider critic observer "
                "researcher resident reporter authority".split()) | VAGUE
#: Rounds of expectation maximization over genders, pseudo-counts for each gender, and the score of somebody not named.
EM_ROUNDS, EM_PRIOR, SOMEBODY = 6, 0.4, 1.0
_GENERAL = set("former new late current senior top own recent then young old".split())


def resolve(article: Article, doc, quotations: Sequence[Quotation]) -> tuple[tuple[Chain, ...], tuple[Speaker | None, ...]]:
    """Chains of the article and the speaker of each quotation, parallel to ``quotations``.

    ``doc`` is the stanza Document of ``article.text`` (words with offsets in code points, ``ents``). A speaker is
    None when the article does not tell; its ``confidence`` is 0..1 and ``how`` says in one line what decided.
    Nothing is raised for odd input: what cannot be read is left out.
    """
    return _Article(article, doc, quotations).result()


class _Article:
    """The state of one resolution: words, names, chains, the line of mentions, the speakers found so far."""

    def __init__(self, article: Article, doc, quotations: Sequence[Quotation]):
        self.text = article.text
        self.quotations = quotations
        self.words = Words(doc, article.text)
        self.names = find_names(self.words, doc)
        self.number_at = {i: n for n, name in enumerate(self.names) for i in range(name.first, name.last)}
        self.names_at = {i: self.names[n] for i, n in self.number_at.items()}
        self.drafts, self.of = gather(self.words, self.names)
        self.labels: dict[int, str] = {}      # id(draft) -> name in words, for what has no name
        self.facts: dict[int, Source] = {}    # id(draft) -> the description that introduced it
        self.position = {id(d): n for n, d in enumerate(self.drafts)}
        self.regions = quoted_regions(article.text)
        self.sources = [read_source(self.words, q.source, self.names_at) for q in quotations]
        self.timeline = Timeline()
        self.speakers: list[Speaker | None] = [None] * len(quotations)
        self.of_speaker: list[Draft | None] = [None] * len(quotations)
        self.papers: list[tuple[int, Draft]] = []  # documents whose author is known, by position
        self.waiting: list[tuple[int, Source]] = []
        for number, name in enumerate(self.names):
            if number in self.of:
                self._mark(self.of[number], name.first, name.possessive)
        self._geometry()
        self._genders()
        if self.words.words:
            self._subjects()
            self._run()

    # --- what stands where

    def _mark(self, draft: Draft, at: int, possessive: bool = False, pronoun: bool = False) -> None:
        if id(draft) not in self.position:
            self.position[id(draft)] = len(self.drafts)
            self.drafts.append(draft)
        word = self.words[at]
        head = self.words.get(word.head)
        subject = word.subject or (word.deprel in ("flat", "compound", "nmod:desc", "appos") and head is not None and head.subject)
        self.timeline.add(Point(at, self.position[id(draft)], subject, possessive,
                                within(self.regions, word.start) is not None, pronoun))

    def _geometry(self) -> None:
        """For each quotation the smallest other one whose content holds its source (or, without one, its content)."""
        sizes = [sum(e - s for s, e in q.content) for q in self.quotations]
        pieces = sorted((s, e, n) for n, q in enumerate(self.quotations) for s, e in q.content)
        self.around: list[int | None] = []
        self.pieces = pieces
        self.sizes = sizes
        for n, q in enumerate(self.quotations):
            at = q.source[0] if q.source and q.source[0][1] > q.source[0][0] else (q.content[0] if q.content else None)
            self.around.append(None if at is None else self._enclosing(at[0], n, sizes[n]))
        self.order_key = [min((s for s, _ in (*q.content, *q.cue, *q.source)), default=0) for q in self.quotations]

    def _enclosing(self, offset: int, but: int = -1, larger: int = 0) -> int | None:
        hits = [(self.sizes[n], n) for s, e, n in self.pieces if s <= offset < e and n != but and self.sizes[n] > larger]
        return min(hits)[1] if hits else None

    def _genders(self) -> None:
        """What the pronouns tell of genders: expectation maximization over who each "he" and "she" may mean.

        Each pronoun of the narration is shared among the persons named before it, by their scores and by what is
        believed of their genders; then each person's gender is counted from its shares. Titles and roles stay as told.
        """
        rows = []
        for word in self.words.words:
            if word.lower in MALE | FEMALE and within(self.regions, word.start) is None:
                found = {k: pronouns.score(row) for k, row in self._candidates(word.index, {"person"}, None).items()}
                if found:
                    rows.append((word.lower in MALE, found))
        told = {k: {"m": 0.98, "f": 0.02}.get(self.drafts[k].gender, 0.5) for _, found in rows for k in found}
        male = dict(told)
        for _ in range(EM_ROUNDS):
            shares = {k: [EM_PRIOR, EM_PRIOR] for k in told}
            for is_male, found in rows:
                top = max(found.values())
                weights = {k: math.exp(v - top) * (male[k] if is_male else 1 - male[k]) for k, v in found.items()}
                rest = math.exp(min(SOMEBODY - top, 0.0)) * 0.5
                total = sum(weights.values()) + rest
                for k, weight in weights.items():
                    shares[k][not is_male] += weight / total
            male = {k: told[k] if told[k] != 0.5 else m / (m + f) for k, (m, f) in shares.items()}
        for k, value in male.items():
            self.drafts[k].likely = value

    # --- the run

    def _subjects(self) -> None:
        """Descriptions of persons that act are mentions too: they take up somebody or bring in somebody unnamed."""
        in_role = {i for name in self.names if name.kind == "person" for i in range(name.left, name.last)}
        spans = {i for q in self.quotations for s in q.source for i in self.words.inside(s)}
        for word in self.words.words:
            if word.upos == "NOUN" and word.subject and is_role(word.lower) and not is_plural(word.lower) \
                    and word.index not in in_role and word.index not in spans and word.index not in self.names_at:
                begin = word.index
                while begin and self.words[begin - 1].sentence == word.sentence and (
                        self.words[begin - 1].upos in ("ADJ", "NOUN", "PROPN", "DET", "NUM") or self.words[begin - 1].possessive
                        or self.words[begin - 1].lower in POSSESSIVE):
                    begin -= 1
                source = _phrase(self.words, list(range(begin, word.index + 1)), self.names_at)
                if source.form == "description" and source.head is not None:
                    self.waiting.append((word.index, source))

    def _run(self) -> None:
        """Everything in reading order, outer quotations before the ones inside them."""
        depth = [0] * len(self.quotations)
        for n in range(len(self.quotations)):
            m, seen = self.around[n], 0
            while m is not None and seen < 20:
                depth[n] += 1
                m, seen = self.around[m], seen + 1
        events: list[tuple[int, int, int, str, object]] = []
        source_words = set()
        for n, source in enumerate(self.sources):
            at = source.span[0] if source.form != "empty" else self.order_key[n]
            quoted = depth[n] > 0
            events.append((int(quoted), at, n, "quotation", n))
            if source.form == "pronoun":
                source_words |= set(self.words.inside(source.span))
        for index, source in self.waiting:
            events.append((int(within(self.regions, self.words[index].start) is not None), self.words[index].start, -1, "description", source))
        for word in self.words.words:
            if word.lower in MALE | FEMALE and word.index not in source_words:
                events.append((int(within(self.regions, word.start) is not None), word.start, -1, "pronoun", word.index))
        nested = sorted((e for e in events if e[0]), key=lambda e: (depth[e[2]] if e[2] >= 0 else 1, e[1]))
        for _, _, _, what, which in sorted((e for e in events if not e[0]), key=lambda e: (e[1], e[2])) + nested:
            if what == "quotation":
                self._speaker(which)
            elif what == "pronoun":
                self._third_person(which)
            else:
                self._description(which)

    def _set(self, n: int, draft: Draft | None, confidence: float, how: str, role: str | None = None) -> None:
        if draft is None:
            return
        self.of_speaker[n] = draft
        self.speakers[n] = (draft, round(confidence, 3), how, role)

    def _speaker(self, n: int) -> None:
        source = self.sources[n]
        if source.form == "empty":
            self._without_source(n)
            return
        draft, confidence, how = self._who(source, n)
        role = None
        if source.form == "name" and source.name.roles:
            role = source.name.roles[0].text
        elif source.form == "description" and draft is not None and is_role(source.noun):
            role = source.text
        self._set(n, draft, confidence, how, role)

    def _who(self, source: Source, n: int | None = None) -> tuple[Draft | None, float, str]:
        """The chain that a source mention means, with confidence and reason."""
        if source.form == "name":
            number = self.number_at[source.name.first]
            draft = as_actor(self.words, number, self.names, self.drafts, self.of) if number in self.of else None
            if draft is None:
                draft = self._group_of_people(source)
            self._register(draft)
            if draft.kind == "other":
                draft.kind = "organization"
            if source.name.first in draft.doubtful:
                return draft, 0.6, f'"{source.name.text}" could be several here; the one named last'
            return draft, 0.97, f'named "{source.name.text}"'
        if source.form == "pronoun":
            return self._pronoun(source, n)
        if source.form == "description":
            return self._description(source)
        if source.form == "joint":
            return self._joint(source, n)
        return None, 0.0, ""

    def _register(self, draft: Draft) -> None:
        if id(draft) not in self.position:
            if draft not in self.drafts:
                self.drafts.append(draft)
            self.position[id(draft)] = next(i for i, d in enumerate(self.drafts) if d is draft)

    def _group_of_people(self, source: Source) -> Draft:
        draft = Draft("group", names=[source.name])
        self.of[self.number_at[source.name.first]] = draft
        self._mark(draft, source.name.first)
        return draft

    # --- pronouns

    def _pronoun(self, source: Source, n: int | None) -> tuple[Draft | None, float, str]:
        at = self.words.inside(source.span).start
        word = source.text
        if word in FIRST:
            outer = self._enclosing(source.span[0], -1 if n is None else n, 0 if n is None else self.sizes[n])
            if outer is None or self.of_speaker[outer] is None:
                return None, 0.0, ""
            return self.of_speaker[outer], 0.93 * self.speakers[outer][1], f'"{word}" inside a quotation is its speaker'
        if word in MALE | FEMALE:
            found = self._third_person(at, n)
            return (None, 0.0, "") if found is None else (*found, f'"{word}": nearest fitting person')
        if word in RELATIVE:
            return self._relative(at, n)
        if word in NEUTER | PLURAL:
            return self._thing(at, word, n)
        return None, 0.0, ""

    def _candidates(self, at: int, kinds: set[str], n: int | None, gender: str | None = None) -> dict[int, dict[str, float]]:
        words, word = self.words, self.words[at]
        quoted = within(self.regions, word.start)
        size = self.sizes[n] if n is not None else 0
        outer = self._enclosing(word.start, -1 if n is None else n, size)
        speaker = self.of_speaker[outer] if outer is not None else None
        direct = quoted is not None and outer is not None
        points = defaultdict(list)
        for point in self.timeline.before(words, at):
            points[point.number].append(point)
        if speaker is not None and not direct and id(speaker) in self.position:
            points.setdefault(self.position[id(speaker)], [])
        governors = set()
        verb, steps = words.get(word.head), 0
        own_verb = verb
        while verb is not None and steps < 12:
            governors.add(verb.index)
            verb, steps = words.get(verb.head) if verb.head >= 0 else None, steps + 1
        previous = self._before(at)
        totals = defaultdict(int)
        for point in self.timeline.points:
            totals[point.number] += 1
        rows, nearest = {}, True
        for number, mine in sorted(points.items(), key=lambda kv: -(kv[1][0].at if kv[1] else 1 << 40)):
            draft = self.drafts[number]
            if draft.kind not in kinds:
                continue
            known = draft.gender
            if gender and known and known != gender:
                continue
            if direct and draft is speaker:
                continue
            if mine and own_verb is not None and word.subject is False and words[mine[0].at].subject \
                    and words[mine[0].at].head == own_verb.index and word.deprel in ("obj", "iobj", "obl"):
                continue  # "X told him": another one
            governor = any(p.subject and words[p.at].head in governors and words[p.at].head != word.head for p in mine)
            rows[number] = pronouns.features(words, at, draft, mine, nearest, governor=governor,
                                             around=draft is speaker, previous=previous is draft and quoted is None,
                                             quoted=quoted is not None, total=totals[number])
            nearest = False
        return rows

    def _before(self, at: int) -> Draft | None:
        """The speaker of the last quotation whose source stands before word ``at``, not inside another quotation."""
        best, draft = -1, None
        offset, sentence = self.words[at].start, self.words[at].sentence
        for n in range(len(self.quotations) - 1, -1, -1):
            where = self.sources[n].span[0] if self.sources[n].form != "empty" else self.order_key[n]
            if best < where < offset and self.around[n] is None and self.of_speaker[n] is not None \
                    and sentence - self.words.words[self.words.inside((where, where + 1)).start].sentence <= pronouns.REACH:
                best, draft = where, self.of_speaker[n]
        return draft

    def _third_person(self, at: int, n: int | None = None) -> tuple[Draft, float] | None:
        gender = "m" if self.words[at].lower in MALE else "f"
        rows = self._candidates(at, {"person", "unnamed"}, n, gender)
        rows = {k: r for k, r in rows.items() if self.drafts[k].kind == "person" or self._singular_person(self.drafts[k])}
        chosen = pronouns.choose({k: pronouns.score(r) for k, r in rows.items()})
        if chosen is None or chosen[1] < pronouns.SURE:
            return None
        draft, confidence = self.drafts[chosen[0]], chosen[1]
        draft.pronouns.append(at)
        self._mark(draft, at, self.words[at].deprel.endswith("poss"), True)
        return draft, 0.95 * confidence

    def _singular_person(self, draft: Draft) -> bool:
        fact = self.facts.get(id(draft))
        return fact is not None and not fact.plural and fact.noun not in INSTITUTIONS and fact.noun not in DOCUMENTS

    def _thing(self, at: int, word: str, n: int | None) -> tuple[Draft | None, float, str]:
        plural = word in PLURAL
        kinds = {"group", "organization", "unnamed"} if plural else {"organization", "country", "unnamed"}
        rows = self._candidates(at, kinds, n)
        scores = {}
        for number, row in rows.items():
            draft = self.drafts[number]
            fact = self.facts.get(id(draft))
            if draft.kind == "unnamed" and (fact is None or (plural != fact.plural and fact.noun not in INSTITUTIONS)):
                continue
            value = pronouns.score(row) + (1.0 if plural and draft.kind in ("group", "unnamed") else 0.0)
            # A thing is only taken up when it was the subject or speaks already: bodies are named in passing.
            if not (row.get("subject") or row["speaker around"] or row["governs"] or row["speaker before"]):
                continue
            scores[number] = value
        chosen = pronouns.choose(scores)
        if chosen is None or chosen[1] < pronouns.SURE:
            return None, 0.0, ""
        draft = self.drafts[chosen[0]]
        draft.pronouns.append(at)
        self._mark(draft, at, False, True)
        return draft, 0.85 * chosen[1], f'"{word}": the {"group" if plural else "body"} that acted last'

    def _relative(self, at: int, n: int | None) -> tuple[Draft | None, float, str]:
        words, who = self.words, self.words[at].lower in ("who", "whom")
        back = at - 1
        while back >= 0 and words[back].text in (",", "\u2013", "\u2014", ")") and words[back].sentence == words[at].sentence:
            back -= 1
        number = self.number_at.get(back)
        if number is not None and number in self.of and (not who or self.of[number].kind in ("person", "group")):
            return self._who(Source("name", words.span(self.names[number].first, self.names[number].last),
                                    name=self.names[number]), n)
        for name in reversed([x for x in self.names if x.last <= at and words[x.first].sentence == words[at].sentence]):
            if any(words[x].text == "," for x in (name.last,) if x < at) and name.kind == "person" and who and at - name.last < 16 \
                    and name.roles and words[at - 1].text in (",", "\u2013", "\u2014") \
                    and not any(words[i].upos in ("VERB", "AUX") for i in range(name.last, at)):
                return self._who(Source("name", words.span(name.first, name.last), name=name), n)
        # "leaders from France and Germany, who ...": the noun of people that the clause hangs on.
        for i in range(back, max(back - 20, -1), -1):
            word = words[i]
            if word.sentence != words[at].sentence or word.upos in ("VERB", "AUX") and i < back:
                break
            if word.upos == "NOUN" and (is_role(word.lower) or word.lower in PEOPLE) and i not in self.names_at:
                begin = i
                while begin and words[begin - 1].sentence == word.sentence and words[begin - 1].upos in ("ADJ", "NOUN", "PROPN", "DET", "NUM"):
                    begin -= 1
                source = read_source(words, (words.span(begin, back + 1),), self.names_at)
                return self._who(source, n) if source.form in ("description", "name") else (None, 0.0, "")
        return None, 0.0, ""

    # --- descriptions

    def _label(self, source: Source) -> str:
        text = source.text.rstrip(" ,;:")
        for ending in ("'s", "\u2019s", "'", "\u2019"):
            text = text.removesuffix(ending)
        first = text.split(" ")[0].lower() if text else ""
        if first in POSSESSIVE and first not in FIRST:
            at = self.words.inside(source.span).start
            found = self._third_person(at) if first in MALE | FEMALE else None
            if found is not None and found[0].names:
                return f"{found[0].name}'s {text.partition(' ')[2]}"
        return text[:1].lower() + text[1:] if text[:1].isupper() and text[1:2].islower() and first not in ("i",) and \
            self.words[self.words.inside(source.span).start].upos not in ("PROPN",) and countries.country_of(first) is None else text

    def _new(self, source: Source, kind: str) -> Draft:
        draft = Draft(kind)
        label = self._label(source)
        self.labels[id(draft)] = label if kind != "unnamed" else f"{label} (unnamed)"
        self.facts[id(draft)] = source
        draft.votes.update({g: 2 for g in [role_gender(source.noun)] if g and not source.plural})
        draft.descriptions.append(source)
        self._mark(draft, source.head.index if source.head is not None else self.words.inside(source.span).start)
        return draft

    def _take(self, draft: Draft, source: Source) -> None:
        draft.descriptions.append(source)
        self._mark(draft, source.head.index)

    def _description(self, source: Source) -> tuple[Draft | None, float, str]:
        noun = source.noun
        if not noun:
            return None, 0.0, ""
        if noun in DOCUMENTS:
            author = self._author(source)
            if author is not None:
                self.papers.append((source.head.index, author))
                return author, 0.75, f'the {noun} is theirs'
            if source.definite:
                known = [d for i, d in self.papers if i < source.head.index and source.head.sentence - self.words[i].sentence <= 6]
                if known:
                    return known[-1], 0.65, f'the {noun} named before is theirs'
            return self._again(source) or (self._new(source, "unnamed"), 0.8, f"a {noun} without an author named")
        if source.plural:
            return self._plural(source)
        if (noun in INSTITUTIONS or source.head.lower in INSTITUTIONS) and not is_role(source.head.lower):
            return self._institution(source)
        if source.definite:
            known = self._known_as(source)
            if known is not None:
                self._take(known[0], source)
                return known
        return self._again(source) if source.definite and self._again(source) else (
            self._new(source, "unnamed"), 0.85, "a source without a name")

    def _author(self, source: Source) -> Draft | None:
        """Whose a document is: its possessor, the body in front of it, or the name after by, from, of."""
        owner = source.owner
        if owner is None:
            covered = self.words.inside(source.span)
            for i in covered:
                name = self.names_at.get(i)
                if name is None or name.kind not in ("organization", "person", "country"):
                    continue
                before = self.words.get(name.left - 1) if name.left == name.first or name.kind == "person" else self.words.get(name.first - 1)
                if i < source.head.index or (before is not None and before.lower in ("by", "from", "of")
                                             or (before is not None and before.lower == "the"
                                                 and self.words[before.index - 1].lower in ("by", "from"))):
                    owner = name
                    break
        if owner is None or self.number_at[owner.first] not in self.of:
            return None
        draft = as_actor(self.words, self.number_at[owner.first], self.names, self.drafts, self.of)
        self._register(draft)
        return draft

    def _again(self, source: Source) -> tuple[Draft, float, str] | None:
        """The unnamed source before that this description takes up."""
        at, best = source.head.index, None
        mine = {m for m in source.modifiers if m not in _GENERAL and m.isalpha()} - {"the"}
        for point in self.timeline.before(self.words, at, 12):
            fact = self.facts.get(id(self.drafts[point.number]))
            if fact is None or fact.noun != source.noun or fact.plural != source.plural or fact.head.index >= at:
                continue
            theirs = set(fact.modifiers) | set(fact.text.lower().split())
            if mine <= theirs or not mine:
                best = self.drafts[point.number]
                break
        if best is None:
            return None
        self._take(best, source)
        return best, 0.88, f'takes up "{self.labels[id(best)]}"'

    def _known_as(self, source: Source) -> tuple[Draft, float, str] | None:
        """The named person whose role this definite description repeats ("the Ukrainian president")."""
        at, sentence = source.head.index, source.head.sentence
        wanted = {m for m in source.modifiers if m in ROLE_PARTS and m not in _GENERAL and m not in ("national", "first")}
        proper = {i for i in self.words.inside(source.span) if self.words[i].upos == "PROPN" and i != at}
        proper = {fold(self.words[i].text) for i in proper if not source.nations & {nation(self.words[i].text)}} - {""}
        owner = fold(source.owner.text).split() if source.owner is not None and source.owner.kind == "person" else []
        scores: dict[int, float] = {}
        gender = role_gender(source.noun)
        last = {}
        for point in self.timeline.points:
            if point.at < at:
                last[point.number] = point.at
        for number, draft in enumerate(self.drafts):
            if draft.kind != "person" or (gender and draft.gender and gender != draft.gender) or not draft.roles:
                continue
            best = None
            for role in draft.roles:
                hit = [k for k in role.heads if covers(source.noun, k)]
                if not hit:
                    continue
                text = set(fold(role.text).split())
                if (wanted and not wanted <= text) or (proper and not proper <= text) or (owner and owner[-1] not in text):
                    continue
                value = 1.0 if source.noun in role.heads else 0.7
                nations = draft.nations | role.nations
                if source.nations:
                    if source.nations & nations:
                        value += 1.5
                    elif nations or not self._touches(draft, source):
                        continue
                    else:
                        value -= 0.6
                elif "former" in text or "ex" in text:
                    value -= 0.4
                value += 0.5 * bool(wanted) + 0.5 * bool(proper) + 0.5 * bool(owner)
                best = value if best is None else max(best, value)
            if best is None:
                continue
            if number in last:
                best += 0.3 - 0.12 * min(sentence - self.words[last[number]].sentence, 8)
            else:
                best -= 0.7
            scores[number] = best
        unnamed = self._again_exact(source)
        chosen = pronouns.choose({k: 2 * v for k, v in scores.items()})
        if chosen is None or scores[chosen[0]] < 0.3 or chosen[1] < 0.6:
            return None
        draft = self.drafts[chosen[0]]
        if unnamed is not None and not source.nations and last.get(chosen[0], -1) < unnamed:
            return None
        strong = bool(source.nations & draft.nations) or bool(wanted or proper or owner)
        confidence = min(0.95, chosen[1]) * (0.97 if strong else 0.8)
        return draft, confidence, f'"{source.text}" is the role of {draft.name}'

    def _touches(self, draft: Draft, source: Source) -> bool:
        """Whether a person whose land is not told is named in one sentence with the land of a description, and not in
        the description's own sentence (there it would be somebody else)."""
        own = {self.words[name.first].sentence for name in draft.names}
        lands = {self.words[name.first].sentence for name in self.names if name.kind in LANDS and nation(name.text) in source.nations
                 and not source.span[0] <= self.words[name.first].start < source.span[1]}
        return bool(own & lands) and source.head.sentence not in own

    def _again_exact(self, source: Source) -> int | None:
        for point in self.timeline.before(self.words, source.head.index, 12):
            fact = self.facts.get(id(self.drafts[point.number]))
            if fact is not None and fact.noun == source.noun and not fact.plural:
                return point.at
        return None

    def _institution(self, source: Source) -> tuple[Draft | None, float, str]:
        noun, at = source.head.lower, source.head.index
        covered = set(self.words.inside(source.span))
        opening = self.words[self.words.inside(source.span).start].lower
        proper = source.owner is not None or source.nations or (opening in MALE | FEMALE and self._label(source)[:3].lower() not in ("his", "her")) or any(
            self.words[i].upos == "PROPN" or i in self.names_at for i in covered if i != at)
        key = fold(source.text)
        for number, draft in enumerate(self.drafts):
            label = self.labels.get(id(draft)) or (draft.name if draft.names else "")
            if draft.kind == "organization" and fold(label) == key:
                self._take(draft, source)
                return draft, 0.93, f'"{source.text}"'
        if proper:
            return self._new(source, "organization"), 0.88, "a body described by whose it is"
        if not source.definite:
            return self._new(source, "unnamed"), 0.8, "a body without a name"
        if noun in COUNTRY_NOUNS:
            return self._again(source) or (self._new(source, "unnamed"), 0.6, "a country not named here")
        known, fresh = [], []
        for point in self.timeline.before(self.words, at, 6):
            draft = self.drafts[point.number]
            if draft.kind != "organization" or not draft.names or draft in known or draft in fresh:
                continue
            back = source.head.sentence - self.words[point.at].sentence
            heads = {h for role in draft.roles for h in role.heads} | {fold(x.text).split()[-1] for x in draft.names if fold(x.text)}
            classes = heads & INSTITUTIONS
            if noun in heads or BODY_STANDS_FOR.get(noun, set()) & heads:
                known.append(draft)
            elif back <= 1 and (not classes or (noun in NEWS_NOUNS and classes <= NEWS_NOUNS)):
                fresh.append(draft)
        near = [d for d in known if any(abs(source.head.sentence - self.words[x.first].sentence) <= 2 for x in d.names)]
        pick = near or (fresh if len(fresh) == 1 else []) or known
        if pick:
            self._take(pick[0], source)
            return pick[0], 0.85 if pick[0] in known else 0.7, f'"the {noun}" is {pick[0].name}'
        return self._again(source) or (self._new(source, "unnamed"), 0.75, "a body without a name")

    def _plural(self, source: Source) -> tuple[Draft | None, float, str]:
        opening = {self.words[i].lower for i in self.words.inside(source.span)}
        covered = self.words.inside(source.span)
        if (opening & {"both"} or {"the", "two"} <= opening) and is_role(source.noun) and len(covered) <= 4:
            people = []
            for point in self.timeline.before(self.words, source.head.index, 6):
                draft = self.drafts[point.number]
                if draft.kind == "person" and not any(draft is d for d in people):
                    people.append(draft)
            if len(people) >= 2:
                pair = sorted(people[:2], key=lambda d: d.names[0].first if d.names else 0)
                return self._group([d.name for d in pair], source), 0.65, "the two persons named last"
        first, second = (self.words.get(covered.start), self.words.get(covered.start + 1))
        if first.lower in ("one", "another") and (second is None or second.lower == "of"):
            return self._one_of(source)
        if source.definite or not (opening & {"a", "some", "several", "other", "many"}):
            again = self._again(source)
            if again is not None and (source.definite or fold(again[0].descriptions[0].text) == fold(source.text)):
                return again
        named = source.nations or any(i in self.names_at for i in covered)
        noun = source.noun
        if named and noun not in ANONYMOUS:
            return self._new(source, "group"), 0.85, "a group described by whose it is"
        return self._new(source, "unnamed"), 0.85, "sources without names"

    def _one_of(self, source: Source) -> tuple[Draft | None, float, str]:
        """"one of the officials": one of the sources before, still without a name."""
        inner = [i for i in self.words.inside(source.span) if self.words[i].upos == "NOUN"]
        label = source.text
        if inner:
            noun = singular(self.words[inner[-1]].lower)
            label = noun
            for point in self.timeline.before(self.words, source.head.index, 12):
                fact = self.facts.get(id(self.drafts[point.number]))
                if fact is not None and fact.plural and fact.noun == noun:
                    words = [w for w in fact.text.split() if not w.isdigit() and w.lower() not in INDEFINITE]
                    label = " ".join(noun if singular(w.lower()) == noun else w for w in words)
                    break
        return self._new(dataclasses.replace(source, text=label, plural=False), "unnamed"), 0.8, "one of several without names"

    def _group(self, parts: list[str], source: Source) -> Draft:
        name = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
        for draft in self.drafts:
            if draft.kind == "group" and self.labels.get(id(draft)) == name:
                draft.descriptions.append(source)
                return draft
        draft = Draft("group")
        self.labels[id(draft)] = name
        self.facts[id(draft)] = source
        draft.descriptions.append(source)
        self._mark(draft, self.words.inside(source.span).start)
        return draft

    def _joint(self, source: Source, n: int | None) -> tuple[Draft | None, float, str]:
        parts, drafts, sure = [], [], 1.0
        for part in source.parts:
            if part.form == "name":
                draft, confidence, _ = self._who(part, n)
                drafts.append(draft)
                parts.append(self._written(draft))
            elif part.form == "pronoun":
                draft, confidence, _ = self._who(part, n)
                if draft is None:
                    return None, 0.0, ""
                parts.append(self._written(draft))
            else:
                parts.append(part.text)
                confidence = 0.9
            sure = min(sure, confidence)
        if not any(p.form == "name" for p in source.parts):
            whole = Source("description", source.span, source.text, head=source.parts[0].head, plural=True)
            return self._new(whole, "unnamed"), 0.8, "joint sources without names"
        return self._group(parts, source), 0.9 * sure, "joint sources"

    def _written(self, draft: Draft) -> str:
        if draft.code is not None:
            return countries.countries()[draft.code].name
        return self.labels.get(id(draft)) or draft.name

    # --- no source span

    def _without_source(self, n: int) -> None:
        """The speaker from what stands around: the cue's subject, a name before a colon, the quotation that goes on."""
        quotation = self.quotations[n]
        if not quotation.content:
            return
        found = self._cue_subject(n) or self._before_colon(n) or self._goes_on(n)
        if found is None and self._agentless(n):
            draft = Draft("unnamed")
            self.labels[id(draft)] = "unspecified source (unnamed)"
            found = draft, 0.7, "a passive or an adverb of hearsay without anybody"
        if found is not None:
            self._set(n, *found)

    def _agentless(self, n: int) -> bool:
        """Whether the cue reports without saying who ("was reported to", "reportedly", "is believed to")."""
        cue = [self.words[i] for s in self.quotations[n].cue for i in self.words.inside(s)]
        passive = any(w.lemma == "be" for w in cue) and any(w.upos == "VERB" and w.lower.endswith(("ed", "id", "ld", "wn", "en")) for w in cue)
        return passive or any(w.lower.endswith("edly") for w in cue)

    def _cue_subject(self, n: int) -> tuple[Draft, float, str] | None:
        cue = [i for s in self.quotations[n].cue for i in self.words.inside(s)]
        for i in cue:
            word = self.words[i]
            if word.upos not in ("VERB", "AUX", "NOUN"):
                continue
            for child in self.words.words[max(0, i - 40):i + 40]:
                if child.head == i and (child.deprel == "nsubj" or child.deprel == "obl:agent") and child.upos in ("PROPN", "PRON", "NOUN"):
                    passive = any(c.head == i and c.deprel == "aux:pass" for c in self.words.words[max(0, i - 8):i])
                    if passive and child.deprel == "nsubj":
                        continue
                    begin, end = child.index, child.index + 1
                    name = self.names_at.get(child.index)
                    if name is not None:
                        source = Source("name", self.words.span(name.first, name.last), name.text, name=name)
                    else:
                        while begin and self.words[begin - 1].head == child.index and self.words[begin - 1].upos in ("ADJ", "NOUN", "DET", "PROPN", "NUM"):
                            begin -= 1
                        source = read_source(self.words, (self.words.span(begin, end),), self.names_at)
                    if any(s <= child.start < e for s, e in self.quotations[n].content):
                        continue
                    draft, confidence, how = self._who(source, n)
                    if draft is not None:
                        return draft, 0.8 * confidence, "subject of the cue: " + how
        return None

    def _before_colon(self, n: int) -> tuple[Draft, float, str] | None:
        start = self.quotations[n].content[0][0]
        line = self.text.rfind("\n", 0, start) + 1
        head = self.text[line:start].rstrip()
        if not head.endswith(":") or len(head) > 90:
            return None
        source = read_source(self.words, ((line, line + len(head) - 1),), self.names_at)
        if source.form != "name":
            return None
        draft, confidence, how = self._who(source, n)
        return draft, 0.85 * confidence, "before the colon: " + how

    def _goes_on(self, n: int) -> tuple[Draft, float, str] | None:
        """A quotation of its own paragraph without cue continues the speaker of the paragraph before."""
        quotation = self.quotations[n]
        start, end = quotation.content[0][0], quotation.content[-1][1]
        line = self.text.rfind("\n", 0, start) + 1
        if self.text[line:start].strip() or self.text[start:start + 1] not in '"\u201c\u2018\'\u00ab':
            return None
        rest = self.text[end:(self.text.find("\n", end) + len(self.text) + 1) % (len(self.text) + 1)].strip()
        if len(rest) > 1:
            return None
        before = self.text[:line].rstrip()
        paragraph = before.rfind("\n") + 1
        best = None
        for m in range(len(self.quotations)):
            if m != n and self.around[m] is None and self.quotations[m].content and self.of_speaker[m] is not None \
                    and paragraph <= self.quotations[m].content[-1][1] <= len(before):
                if best is None or self.quotations[m].content[-1][1] > self.quotations[best].content[-1][1]:
                    best = m
        if best is None:
            return None
        return self.of_speaker[best], 0.75 * self.speakers[best][1], "goes on from the paragraph before"

    # --- results

    def result(self) -> tuple[tuple[Chain, ...], tuple[Speaker | None, ...]]:
        """Drafts as chains in reading order, speakers as records."""
        speaking = {id(d) for d in self.of_speaker if d is not None}
        made = [(d, self._mentions(d)) for d in self.drafts if d.kind != "unnamed" and (d.names or id(d) in speaking)]
        made = sorted(((d, m) for d, m in made if m), key=lambda pair: pair[1][0].span)
        index = {id(d): i for i, (d, _) in enumerate(made)}
        chains = tuple(Chain(self.labels.get(id(d)) or d.name, d.kind, m, d.gender if d.kind == "person" else None) for d, m in made)
        speakers = []
        for found in self.speakers:
            if found is None:
                speakers.append(None)
                continue
            draft, confidence, how, role = found
            chain = index.get(id(draft))
            role = role or next((r.text for r in draft.roles), None) if draft.kind == "person" else role
            speakers.append(Speaker(chain, self._written(draft), draft.kind, role, confidence, how))
        return chains, tuple(speakers)

    def _mentions(self, draft: Draft) -> tuple[Mention, ...]:
        found = {}
        for at in draft.pronouns:
            word = self.words[at]
            found[word.start, word.end] = Mention((word.start, word.end), word.text, "pronoun")
        for source in draft.descriptions:
            found[source.span] = Mention(source.span, self.text[slice(*source.span)], "description")
        for name in draft.names:
            span = self.words.span(name.first, name.last)
            found[span] = Mention(span, name.text, "name", name.roles[0].text if name.roles else None)
        return tuple(found[span] for span in sorted(found))
