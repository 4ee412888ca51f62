"""Who speaks where no source is given: what stands around a quotation tells it, or nobody does.

A cue has a grammatical subject, its own or that of the clause that it hangs on ("X said ..., adding that ...").
Direct speech without a cue goes on from the speaker before, in its paragraph or in the paragraph before; where two
speak in turns, it is the other one. A headline's words are those of whoever says them in the article.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable

from .chains import Draft
from .scene import Found, Scene
from .sources import Source, read_source
from .words import Word

Who = Callable[[Scene, Source, int | None], Found | None]

OPENS = "\"\u201c\u2018'\u00ab\u201e"
CLOSES = "\"\u201d\u2019'\u00bb"
DASHES = "\u2013\u2014-"
#: Verbs of asking: what is said next, in a paragraph of questions and answers, is somebody else's.
ASKING = {"ask", "wonder", "inquire", "enquire"}
#: Share of a headline's words that a quotation below must repeat.
REPEATED = 0.75


def without_source(scene: Scene, n: int, who: Who) -> Found | None:
    """The speaker of quotation ``n``, which has no source mention; ``who`` tells the chain of a source."""
    for way in (_cue_subject, _before_colon):
        found = way(scene, n, who)
        if found is not None:
            return found
    if scene.quotations[n].cue:
        return _same_clause(scene, n, who) or _hearsay(scene, n)
    return _goes_on(scene, n)


# --- a cue without a source


def _cue_words(scene: Scene, n: int) -> list[Word]:
    return [scene.words[i] for span in scene.quotations[n].cue for i in scene.words.inside(span)]


def _subject_of(scene: Scene, i: int, n: int, who: Who) -> Found | None:
    """Who the subject of the word ``i`` is; what stands inside the content of quotation ``n`` is none."""
    words = scene.words
    children = [w for w in words.words[max(0, i - 40) : i + 40] if w.head == i]
    passive = any(w.deprel == "aux:pass" for w in children)
    for child in children:
        if (
            child.upos not in ("PROPN", "PRON", "NOUN")
            or child.deprel != ("obl:agent" if passive else "nsubj")
            or any(s <= child.start < e for s, e in scene.quotations[n].content)
        ):
            continue
        name, begin = scene.names_at.get(child.index), child.index
        if name is not None:
            source = Source("name", words.span(name.first, name.last), name.text, name=name)
        else:
            while begin and words[begin - 1].head == child.index and words[begin - 1].upos in ("ADJ", "NOUN", "DET", "PROPN", "NUM"):
                begin -= 1
            source = read_source(words, (words.span(begin, child.index + 1),), scene.names_at)
        found = who(scene, source, n)
        if found is not None:
            return found
    return None


def _cue_subject(scene: Scene, n: int, who: Who) -> Found | None:
    """The grammatical subject of the cue."""
    for word in _cue_words(scene, n):
        if word.upos in ("VERB", "AUX", "NOUN"):
            found = _subject_of(scene, word.index, n, who)
            if found is not None:
                return found[0], 0.8 * found[1], "subject of the cue: " + found[2]
    return None


def _same_clause(scene: Scene, n: int, who: Who) -> Found | None:
    """A further verb of somebody who speaks in this sentence: "X said ..., adding that", "X said ... and demanded"."""
    cue = _cue_words(scene, n)
    verb = next((w for w in cue if w.upos == "VERB"), None)
    if verb is None or _passive(cue):
        return None
    before = scene.words.get(cue[0].index - 1)
    joined = verb.deprel == "conj" or before is not None and before.lower in ("and", "but", "then", "or")
    if not joined and not verb.lower.endswith("ing"):
        return None
    best = None
    for m, quotation in enumerate(scene.quotations):
        if m == n or scene.around[m] != scene.around[n] or not quotation.cue or quotation.cue[0][0] >= cue[0].start:
            continue
        if scene.words.sentence_of(quotation.cue[0][0]) == verb.sentence and (best is None or quotation.cue > scene.quotations[best].cue):
            best = m
    if best is not None:
        speaker = scene.speaking[best]
        return (speaker, 0.85 * scene.sure[best], "goes on in the same sentence") if speaker is not None else None
    above, steps = scene.words.get(verb.head), 0
    while above is not None and above.sentence == verb.sentence and steps < 3:
        found = _subject_of(scene, above.index, n, who)
        if found is not None:
            return found[0], 0.75 * found[1], "subject of the clause: " + found[2]
        above, steps = scene.words.get(above.head) if above.head >= 0 else None, steps + 1
    return None


def _passive(cue: list[Word]) -> bool:
    return any(w.lemma == "be" for w in cue) and any(w.upos == "VERB" and w.lower.endswith(("ed", "id", "ld", "wn", "en")) for w in cue)


def _hearsay(scene: Scene, n: int) -> Found | None:
    """Somebody unspecified, when the cue reports without saying who ("was reported to", "reportedly")."""
    cue = _cue_words(scene, n)
    if not _passive(cue) and not any(w.lower.endswith("edly") for w in cue):
        return None
    draft = Draft("unnamed")
    scene.labels[id(draft)] = "unspecified source (unnamed)"
    return draft, 0.7, "a passive or an adverb of hearsay without anybody"


# --- no cue


def _before_colon(scene: Scene, n: int, who: Who) -> Found | None:
    """A headline's "Name: what is said"."""
    start = scene.quotations[n].content[0][0]
    line = scene.text.rfind("\n", 0, start) + 1
    head = scene.text[line:start].rstrip()
    if not head.endswith(":") or len(head) > 90:
        return None
    source = read_source(scene.words, ((line, line + len(head) - 1),), scene.names_at)
    if source.form != "name":
        return None
    found = who(scene, source, n)
    return (found[0], 0.85 * found[1], "before the colon: " + found[2]) if found is not None else None


def _goes_on(scene: Scene, n: int) -> Found | None:
    """Direct speech without a cue: who spoke before in the paragraph, or in the paragraph before, or the other one
    of two who speak in turns."""
    start = scene.quotations[n].content[0][0]
    line = scene.text.rfind("\n", 0, start) + 1
    ahead = scene.text[line:start].strip()
    marked = scene.text[start : start + 1] in OPENS or ahead[-1:] in (*OPENS, *DASHES) and bool(ahead)
    if scene.around[n] is not None:
        return None
    if ahead.strip("".join((*OPENS, *DASHES, " "))):
        return _within_paragraph(scene, n, line, start)
    return _next_paragraph(scene, n, line) if marked else None


def _extent(scene: Scene, m: int) -> tuple[int, int]:
    quotation = scene.quotations[m]
    spans = (*quotation.content, *quotation.cue, *quotation.source)
    return min(s for s, _ in spans), max(e for _, e in spans)


def _outer(scene: Scene, n: int, first: int, last: int) -> list[tuple[int, int]]:
    """(end, number) of the quotations outside any other that lie between two offsets, in order."""
    found = []
    for m in range(len(scene.quotations)):
        if m != n and scene.around[m] is None and scene.quotations[m].content:
            start, end = _extent(scene, m)
            if first <= start and end <= last:
                found.append((end, m))
    return sorted(found)


def _within_paragraph(scene: Scene, n: int, line: int, start: int) -> Found | None:
    before = _outer(scene, n, line, start)
    if not before:
        return _acting(scene, line, start)
    end, m = before[-1]
    gap = scene.text[end:start].strip(" .,;:")
    if not gap and scene.text[:end].rstrip(CLOSES).endswith("?") and scene.quotations[m].kind == "direct":
        return _turn(scene, n, line) or _next_paragraph(scene, n, line)
    acting = _acting(scene, end, start, scene.words.sentence_of(end - 1) + 1)
    if acting is not None:
        return acting
    speaker = scene.speaking[m]
    if speaker is None or (scene.quotations[m].kind != "direct" and any(w.lemma in ASKING for w in _cue_words(scene, m))):
        return None
    near = scene.words.sentence_of(start) - scene.words.sentence_of(end - 1) <= 1
    return speaker, (0.92 if near else 0.8) * scene.sure[m], "goes on in the paragraph"


def _acting(scene: Scene, first: int, last: int, lowest: int = 0) -> Found | None:
    """The person who is the subject of the last sentence between two offsets ("Dr X smiled."): their words follow.
    The sentence's number is ``lowest`` or higher."""
    low, high = scene.words.inside((first, last)).start, scene.words.inside((first, last)).stop
    for index in range(bisect.bisect_left([p.at for p in scene.points], high) - 1, -1, -1):
        point = scene.points[index]
        if point.at < low:
            return None
        draft = scene.drafts[point.number]
        if point.subject and not point.quoted and draft.kind == "person":
            near = scene.words[point.at].sentence >= max(scene.words[high - 1].sentence, lowest)
            return (draft, 0.7, "acts in the sentence before") if near else None
    return None


def _next_paragraph(scene: Scene, n: int, line: int) -> Found | None:
    before, end = len(scene.text[:line].rstrip()), scene.quotations[n].content[-1][1]
    follows = scene.text[end : end + 2].strip()
    if not before or (follows and follows in OPENS and scene.text[:end].rstrip(CLOSES).endswith("?")):
        return None  # the question of somebody whom the article does not name, and its answer
    paragraph = scene.text.rfind("\n", 0, before) + 1
    ends = [(e, m) for e, m in _outer(scene, n, paragraph, before) if scene.speaking[m] is not None]
    if not ends or before - ends[-1][0] > 1 and not _turns(scene, n, line):
        return _turn(scene, n, line)
    m = ends[-1][1]
    open_still = scene.text[before - 1] not in CLOSES and scene.text[paragraph:before].count("\u201c") > scene.text[paragraph:before].count(
        "\u201d"
    )
    if open_still:
        return scene.speaking[m], 0.9 * scene.sure[m], "the quotation goes on in this paragraph"
    turn = _turn(scene, n, line)
    if turn is not None or scene.text[line] in DASHES:
        return turn
    return scene.speaking[m], 0.75 * scene.sure[m], "goes on from the paragraph before"


def _turns(scene: Scene, n: int, line: int) -> list[Draft | None]:
    """Who speaks each of the paragraphs of direct speech just before a line, the last first."""
    found: list[Draft | None] = []
    while True:
        before = len(scene.text[:line].rstrip())
        line = scene.text.rfind("\n", 0, before) + 1
        if not before or scene.text[line] not in OPENS + DASHES:
            return found
        said = [m for _, m in _outer(scene, n, line, before)]
        known = [scene.speaking[m] for m in said if scene.speaking[m] is not None]
        found.append(known[-1] if known else None)


def _turn(scene: Scene, n: int, line: int) -> Found | None:
    """The one of two speakers whose turn it is."""
    last = _turns(scene, n, line)[:2]
    if len(last) < 2 or last[1] is None or last[0] is last[1] or (last[0] is None and scene.text[line] not in DASHES):
        return None
    return last[1], 0.75, "answers in turn"


def said_below(scene: Scene, n: int) -> Found | None:
    """The speaker of a headline's words that a quotation below repeats: of those in quotation marks, if there are any."""
    start, end = scene.quotations[n].content[0][0], scene.quotations[n].content[-1][1]
    if "\n" in scene.text[:start].strip():
        return None
    words = [scene.words[i] for i in scene.words.inside((start, end)) if scene.words[i].text.isalnum()]
    mine = {w.lower for w in words if scene.quoted(w.start)} or {w.lower for w in words}
    if len(mine) < 3:
        return None
    for m, quotation in enumerate(scene.quotations):
        theirs = {scene.words[i].lower for span in quotation.content for i in scene.words.inside(span)}
        if m != n and scene.speaking[m] is not None and scene.around[m] is None and len(mine & theirs) >= REPEATED * len(mine):
            return scene.speaking[m], 0.8 * scene.sure[m], "says so below"
    return None
