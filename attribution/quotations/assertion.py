"""Whether an article asserts that something was said: what stands under a condition, in a question, in somebody's
wish or in the future was not said, and must not come out as a quotation.

Every rule reads the words above and around the cue. A cue inside somebody's direct speech is judged inside it: the
climb stops where it would enter the content that the cue itself introduces.
"""

from __future__ import annotations

from collections.abc import Sequence

from attribution.language.marks import MARK
from attribution.quotations import cues
from attribution.quotations.presentation import is_negated, is_pending, main_words
from attribution.quotations.syntax import Syntax, Word

CONDITIONS = {"if", "unless", "whether", "lest"}
MODALS = {"will", "would", "'ll", "’ll", "'d", "’d", "may", "might", "could", "can", "should", "shall", "must"}
# "may say", "might argue": possible, not reported. "would say" and "could say" narrate the past as often.
POSSIBLE = {"may", "might"}
FUTURE = {"will", "'ll", "’ll"}
FIRST_PERSON = {"i", "we"}
WITHHOLDING = {"decline", "refuse"}
# Done by saying so: "has not promised to pay" tells that nothing of the kind was said.
COMMITTING = {"threaten", "promise", "pledge", "vow", "offer", "suggest", "propose", "hint"}
NOBODY = {"neither", "no", "nobody", "none"}
INTERROGATIVE = {"whether", "if", "when", "where", "who", "why", "how", "what", "which"}
# Their infinitives are wished for or asked for: "wants him to say", "urged her to confirm".
UNREAL = frozenset("""
want hope wish expect urge ask need plan intend prepare require order encourage press demand call prefer
important necessary essential
""".split())


def unstated(syntax: Syntax, cue: Sequence[Word], content: Sequence[Word]) -> str | None:
    """Why the article does not assert that this was said or meant, or None when it does.

    The reasons: ``condition`` ("if he says ...", "if they refuse, it will show that they want ..."), ``question``
    ("did she say ...?"), ``wish`` ("wants him to say ..."), ``future`` ("will say ..."), ``possibility`` ("might
    say ..."), ``silence`` ("has not said whether ...", "declined to comment on ...").
    """
    inside = {word.index for word in content}
    verbs = [word for word in syntax.tops(cue) if word.upos in ("VERB", "AUX", "ADJ")]
    if not verbs:
        return None  # a noun presupposes what it names: "if he carries out his threat"
    top = verbs[0]
    path = _path(syntax, top, inside)
    if _conditional(syntax, path, inside):
        return "condition"
    if _asked(syntax, path, content):
        return "question"
    if _wished(syntax, path):
        return "wish"
    if _silent(syntax, cue, content):
        return "silence"
    spoken = [word for word in main_words(syntax, cue) if word.upos == "VERB"]
    if spoken and cues.attitude(spoken[0].lemma) == "says" and not _first_person(syntax, top):
        modals = {child.lemma for child in syntax.children(top) if child.base == "aux" and child.index not in inside}
        if modals & FUTURE or is_pending(syntax, cue):
            return "future"
        if modals & POSSIBLE:
            return "possibility"
    return None


def _path(syntax: Syntax, top: Word, inside: set[int]) -> list[Word]:
    """The words from the cue up to where its truth no longer hangs on what is above.

    A relative clause, a clause with "as" and a participle after the main clause ("..., warning that") report on
    their own account; so does a conjunct with a "that" of its own.
    """
    path: list[Word] = []
    for word in syntax.climb(top):
        if word.index in inside:
            break
        path.append(word)
        # "that" may be called a pronoun where it opens what a noun says: "a sign that they want"
        marks = {child.lemma for child in syntax.children(word) if child.base == "mark" or child.lemma == "that"}
        if (word.relation == "acl:relcl" and not marks or word.base == "parataxis" or "as" in marks
                or word.base == "conj" and "that" in marks
                or not marks and (_participle(syntax, word) or _relative(syntax, word))):
            break
    return path


def _relative(syntax: Syntax, word: Word) -> bool:
    """Whether a relative pronoun opens the clause of ``word``, whatever the parse calls it."""
    return any(child.base in ("nsubj", "obj", "obl") and child.index < word.index
               and ("PronType=Rel" in child.feats or child.lemma in ("which", "who", "what"))
               for child in syntax.children(word))


def _participle(syntax: Syntax, word: Word) -> bool:
    """Whether a participle is added after a comma or dash, whatever the parse hangs it on."""
    if word.upos != "VERB" or not ("VerbForm=Ger" in word.feats or "VerbForm=Part" in word.feats):
        return False
    if any(child.base in ("aux", "cop", "nsubj") for child in syntax.children(word)):
        return False
    return word.base == "advcl" or word.index > 0 and syntax.words[word.index - 1].upos == "PUNCT"


def _conditional(syntax: Syntax, path: Sequence[Word], inside: set[int]) -> bool:
    for word in path:
        children = [child for child in syntax.children(word) if child.index not in inside]
        if any(child.base == "nsubj" and child.lemma == "you" for child in children):
            return False  # "if you like ...": a way of speaking to the reader
        if any(child.base == "mark" and child.lemma in CONDITIONS and not _as_if(syntax, child) for child in children):
            return True
        modal = any(child.base == "aux" and child.lemma in MODALS for child in children) and not _wishes(word)
        if modal and any(clause.base == "advcl" and any(
                child.base == "mark" and child.lemma in ("if", "unless") and not _as_if(syntax, child)
                for child in syntax.children(clause)) for clause in children):
            return True
    return False


def _wishes(word: Word) -> bool:
    """"would like to", "would prefer" is a wish of today, whatever the condition."""
    return word.lemma in ("like", "love", "prefer", "want", "wish", "rather")


def _as_if(syntax: Syntax, word: Word) -> bool:
    """"as if" compares, "even if" concedes: neither makes a condition."""
    return word.index > 0 and syntax.words[word.index - 1].lemma in ("as", "even")


def _asked(syntax: Syntax, path: Sequence[Word], content: Sequence[Word]) -> bool:
    """A yes-no question: the auxiliary stands before the subject and a question mark ends the sentence. A question
    in marks of its own is what was said."""
    if not path:
        return False
    inside = {word.index for word in content}
    if path[0].lemma == "ask" and any(word.lemma in INTERROGATIVE and word.index - 1 not in inside for word in content):
        relations = {child.relation for child in syntax.children(path[0])}
        return "aux:pass" in relations and "obl:agent" not in relations  # "was asked whether": nobody named asked it
    sentence = syntax.sentence(path[0].number)
    own = any(word.upos == "PUNCT" and MARK.match(word.text) for word in content)
    marks = [word for word in sentence if word.text.endswith("?") and not (own and word.index in inside)]
    if not marks or marks[-1].index < path[0].index:
        return False
    for word in path:
        children = syntax.children(word)
        subjects = [child.index for child in children if child.base == "nsubj"]
        auxiliaries = [child.index for child in children if child.base in ("aux", "cop")]
        asked = any("PronType=Int" in below.feats for child in children if child.index < word.index
                    for below in syntax.below(child))
        if subjects and auxiliaries and auxiliaries[0] < subjects[0] and not asked:
            return True
    return False


def _wished(syntax: Syntax, path: Sequence[Word]) -> bool:
    for word, governor in zip(path, path[1:]):
        infinitive = any(child.base == "mark" and child.lemma == "to" for child in syntax.children(word))
        if infinitive and word.base in ("xcomp", "ccomp", "csubj", "acl") and governor.lemma in UNREAL:
            return True
    return False


def _silent(syntax: Syntax, cue: Sequence[Word], content: Sequence[Word]) -> bool:
    """Nothing was said: nobody spoke or thought so ("neither leader has said that ...", "nobody expected ..."), speech
    was withheld ("declined to comment on ...", "refused" to call it ...), not given ("has not promised to ...") or what was
    not said is an open question ("has not said whether ...")."""
    words = main_words(syntax, cue)
    inside = {word.index for word in content}
    plain = [word.lemma for word in content if word.upos != "PUNCT"]
    speech = [word for word in words if word.upos in ("VERB", "NOUN") and cues.attitude(word.lemma) == "says"]
    topical = [word for word in speech if word.lemma in cues.TOPICAL]
    if any(word.lemma in WITHHOLDING for word in words):
        return bool(topical) or len(plain) > 1 and plain[0] == "to" and plain[1] in cues.TOPICAL
    if any(_nobody(syntax, word, inside) for word in cue):
        return True
    if any(word.lemma in COMMITTING for word in words) and is_negated(syntax, cue, content):
        return True
    if not topical or not plain or plain[0] not in INTERROGATIVE:
        return False
    return is_negated(syntax, cue, content) or is_pending(syntax, cue)


def _nobody(syntax: Syntax, verb: Word, inside: set[int]) -> bool:
    """Whether the subject is nobody: "neither side", "no official"."""
    return any(child.base == "nsubj" and child.index not in inside and (child.lemma in NOBODY or any(
        word.lemma in NOBODY for word in syntax.children(child) if word.base in ("det", "cc:preconj", "advmod")))
        for child in syntax.children(verb))


def _first_person(syntax: Syntax, verb: Word) -> bool:
    return any(child.base == "nsubj" and child.lemma in FIRST_PERSON for child in syntax.children(verb))
