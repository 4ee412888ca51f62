"""How a cue presents its content: with which attitude (says, thinks, wants), and affirmed, denied or doubted."""

from __future__ import annotations

from collections.abc import Sequence

from attribution.quotations import cues
from attribution.quotations.syntax import Syntax, Word

# Below the head of a cue these carry on its meaning: "expressed hope", "responded with a call", "went on to say".
COMPLEMENTS = {"obj", "xcomp", "ccomp", "obl", "nmod", "acl", "advcl", "nsubj", "conj"}
MODALS = {"would", "should", "'d", "’d"}
MODIFIERS = {"advmod", "det", "aux", "cc", "discourse", "amod"}


def main_words(syntax: Syntax, cue: Sequence[Word]) -> list[Word]:
    """The words of a cue that can carry its meaning, the most telling one first.

    The head of the cue is followed down to its complements, since "issued a call", "expressed a commitment" and
    "took to the stage to say" mean what their last word means; light verbs come last.
    """
    telling = [word for word in cue if word.upos in ("VERB", "NOUN", "ADJ", "AUX", "ADV", "PROPN", "X", "ADP")]
    if not telling:
        return list(cue)
    inside = {word.index for word in telling}
    chain: list[Word] = []
    for top in syntax.tops(telling):
        word: Word | None = top
        while word is not None and word not in chain:
            chain.insert(0, word)
            below = [child for child in syntax.children(word) if child.index in inside and child.base in COMPLEMENTS
                     and cues.attitude(child.lemma) is not None]
            word = below[0] if below else None
    ordered = chain + [word for word in telling if word not in chain]
    return sorted(ordered, key=lambda word: (cues.attitude(word.lemma) is None, word.lemma in cues.LIGHT,
                                             word.upos in ("ADV", "ADP", "AUX")))


def attitude(syntax: Syntax, cue: Sequence[Word], content: Sequence[Word], marked: bool) -> str:
    """``says``, ``thinks`` or ``wants``; ``marked``: some of the content stands in quotation marks.

    What the lexicon (:mod:`attribution.quotations.cues`) lacks is read off the content: an infinitive is wanted,
    quoted words and clauses are said.
    """
    infinitive = _infinitive(syntax, content)
    for word in main_words(syntax, cue):
        found = cues.attitude(word.lemma)
        lemma = cues.known(word.lemma)
        if lemma in cues.WANTS_TO and _asks(syntax, word, cue, content, infinitive):
            return "wants"
        if lemma in cues.LIKES and _conditional(syntax, word):
            return "wants"
        if lemma in cues.PERSUADES and not infinitive and _passive(syntax, word):
            return "thinks"
        if lemma in cues.JUDGING and _judged(content):
            return "says"
        if lemma in cues.COMMITS and not infinitive and _finite(syntax, content):
            return "says"
        if lemma == "know" and any(other.lemma in ("make", "let") for other in cue):
            return "says"
        if found == "says" and infinitive and lemma not in cues.RAISES and not _passive(syntax, word):
            return "wants"
        if found:
            return found
    if infinitive and not marked:
        return "wants"
    return "thinks" if cue and all(word.upos in ("ADJ", "AUX", "PART", "ADV") for word in cue) else "says"


def is_spoken(syntax: Syntax, cue: Sequence[Word], manner: str) -> bool:
    """Whether the attitude ``manner`` is put into words, so that there may be an addressee and a medium: speech
    and demands are, beliefs and plans are not."""
    words = main_words(syntax, cue)
    return manner == "says" or manner == "wants" and not (words and cues.known(words[0].lemma) in cues.PRIVATE)


def polarity(syntax: Syntax, cue: Sequence[Word], content: Sequence[Word]) -> str:
    """``affirmed``, ``denied`` ("denied that", "did not say") or ``doubted`` ("doubts that", "I don't think").

    A negated belief is a doubt, a negated doubt an affirmation; a denial that is itself negated leaves the
    content open, which is a doubt as well.
    """
    words = main_words(syntax, cue)
    if not words:
        return "affirmed"
    lemmas = {cues.known(word.lemma) for word in words}
    negated = is_negated(syntax, cue, content)
    if lemmas & cues.JUDGING and _judged(content):
        return "affirmed"  # "dismissed it as fiction": what is said is that it is fiction
    undone = lemmas & cues.UNDOING and len(lemmas - cues.LIGHT) == 1  # "declined", with what is declined as content
    if undone or lemmas & cues.DENYING - cues.UNDOING or _ruled_out(syntax, words):
        return "doubted" if negated else "denied"
    if any(cues.known(word.lemma) in cues.DOUBTING and not (word.lemma == "question" and word.upos == "NOUN")
           for word in words):
        return "affirmed" if negated else "doubted"
    if not negated:
        return "affirmed"
    return "doubted" if cues.attitude(words[0].lemma) == "thinks" else "denied"


def is_negated(syntax: Syntax, cue: Sequence[Word], content: Sequence[Word]) -> bool:
    """Whether the cue says that the act did not take place: "did not", "never", "refused to", "made no mention"."""
    inside = {word.index for word in content}
    for word in cue:
        if _negates(word, syntax):
            return True
        if word.upos in ("VERB", "NOUN", "ADJ", "AUX"):
            around = syntax.children(word) + [child for child in syntax.children(_governor(syntax, word))
                                              if word.base == "xcomp"]
            if any(_negates(child, syntax) for child in around
                   if child.index not in inside and child.base in MODIFIERS | {"nsubj"}):
                return True
        if cues.known(word.lemma) in cues.UNDOING and any(
                child.base == "xcomp" and child in cue for child in syntax.children(word)):
            return True
    return False


def _governor(syntax: Syntax, word: Word) -> Word:
    return word if word.head is None else syntax.words[word.head]


def _negates(word: Word, syntax: Syntax) -> bool:
    if word.lemma not in cues.NEGATIONS and word.text.lower() not in cues.NEGATIONS:
        return False
    return following(syntax, word) not in ("only", "just") and word.upos != "CCONJ" or word.lemma == "nor"


def is_pending(syntax: Syntax, cue: Sequence[Word]) -> bool:
    """Whether the act is still to come: "has yet to say"."""
    return any(word.lemma == "yet" and following(syntax, word) == "to" for word in cue)


def following(syntax: Syntax, word: Word) -> str:
    """The lemma of the next word, empty at the end."""
    return syntax.words[word.index + 1].lemma if word.index + 1 < len(syntax.words) else ""


def _infinitive(syntax: Syntax, content: Sequence[Word]) -> bool:
    """Whether the content is an infinitive clause: "to leave", "not to leave", "the envoys to leave"."""
    plain = [word for word in content if word.upos != "PUNCT"]
    if not plain:
        return False
    opening = [word.lemma for word in plain[:2]]
    if plain[0].lemma == "to" and len(plain) > 1 and plain[1].upos in ("VERB", "AUX", "ADV", "PART"):
        return plain[0].upos == "PART" or plain[1].upos in ("VERB", "AUX")
    if opening == ["not", "to"]:
        return True
    top = syntax.tops(plain)[0]
    if "VerbForm=Inf" not in top.feats:
        return False
    children = [child for child in syntax.children(top) if child.index < top.index]
    return (any(child.lemma == "to" and child.base == "mark" and child in content for child in children)
            and not any(child.base == "aux" for child in children))


def _passive(syntax: Syntax, word: Word) -> bool:
    """"was said to", "are alleged to", "is convinced"."""
    return any(child.relation in ("aux:pass", "cop") for child in syntax.children(word))


def _conditional(syntax: Syntax, word: Word) -> bool:
    """"would like", "should prefer"."""
    return any(child.base == "aux" and child.lemma in MODALS for child in syntax.children(word))


def _finite(syntax: Syntax, content: Sequence[Word]) -> bool:
    """Whether the content is a clause with a finite verb: "he would go"."""
    return any("VerbForm=Fin" in word.feats for top in syntax.tops(content) for word in (top, *syntax.children(top))
               if word in content)


def _judged(content: Sequence[Word]) -> bool:
    """Whether the content says what its object is taken for ("it as fiction"), and is no clause of its own."""
    return (any(word.lemma == "as" and word.upos in ("ADP", "SCONJ") for word in content[1:])
            and content[0].lemma not in ("that", "to"))


def _ruled_out(syntax: Syntax, words: Sequence[Word]) -> bool:
    return any(word.lemma == "rule" and following(syntax, word) == "out" for word in words)


def _asks(syntax: Syntax, word: Word, cue: Sequence[Word], content: Sequence[Word], infinitive: bool) -> bool:
    """Whether an infinitive, "for" or "on" turns what is said into what is asked for."""
    if infinitive or word.lemma == "ask" and content and content[0].lemma == "that":
        return True
    asking = cues.ASKING.get(cues.known(word.lemma), {"for"})
    beside = [other for other in cue if other.index > word.index] + list(syntax.words[word.index + 1:word.index + 2])
    return any(other.lemma in asking for other in beside)
