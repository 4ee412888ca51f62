"""What a source mention is by its form: a pronoun, a name, a description, or several of them joined.

The words of the span decide, dependencies only help where they are safe: news phrases are regular
(determiner, modifiers, head, what belongs to it), and a parser's error must not turn "X's envoy Y" into X.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..records import Span, Spans
from .roles import Name, nations_of
from .titles import DOCUMENTS, INSTITUTIONS, PEOPLE, is_plural, is_role, singular
from .words import Word, Words

FIRST = {"i": 1, "me": 1, "my": 1, "mine": 1, "myself": 1, "we": 2, "us": 2, "our": 2, "ours": 2, "ourselves": 2}
MALE = {"he", "him", "his", "himself"}
FEMALE = {"she", "her", "hers", "herself"}
NEUTER = {"it", "its", "itself"}
PLURAL = {"they", "them", "their", "theirs", "themselves"}
REFLEXIVE = {"himself", "herself", "itself", "themselves"}
SECOND = {"you", "your", "yours", "yourself"}
RELATIVE = {"who", "whom", "whose", "which", "that"}
PRONOUNS = set(FIRST) | MALE | FEMALE | NEUTER | PLURAL | SECOND | RELATIVE
DEFINITE = {"the", "this", "that", "these", "those", "both", "said"}
POSSESSIVE = {"his", "her", "its", "their", "my", "our", "your"}
INDEFINITE = {
    "a",
    "an",
    "another",
    "one",
    "some",
    "any",
    "several",
    "many",
    "few",
    "most",
    "all",
    "every",
    "each",
    "no",
    "other",
    "more",
    "certain",
    "various",
    "two",
    "three",
    "four",
    "five",
    "multiple",
    "numerous",
}


def bare(word: str) -> str:
    """A word without the quotation mark that a tokenizer left on it."""
    return word.lstrip("\u2018\u2019'\u201c\"")


@dataclass(frozen=True, slots=True)
class Source:
    """One source mention. ``form`` is pronoun|name|description|joint|empty.

    name: ``name``. description: ``head`` (its noun), ``modifiers`` (the other words before or after it, lower case),
    ``nations``, ``definite``, ``plural``, ``owner`` (a name in front with 's). joint: ``parts``.
    """

    form: str
    span: Span
    text: str = ""
    name: Name | None = None
    head: Word | None = None
    modifiers: frozenset[str] = frozenset()
    nations: frozenset[str] = frozenset()
    definite: bool = False
    plural: bool = False
    owner: Name | None = None
    parts: tuple[Source, ...] = ()

    @property
    def noun(self) -> str:
        """The head noun of a description, singular, lower case."""
        return singular(self.head.lower) if self.head is not None else ""


def read_source(words: Words, spans: Spans, names_at: dict[int, Name]) -> Source:
    """The form of the source that these spans hold."""
    found = [i for span in spans for i in words.inside(span)]
    while found and not any(c.isalnum() for c in words[found[0]].text):
        found.pop(0)
    while found and (
        words[found[0]].upos in ("PUNCT", "SCONJ", "ADV", "CCONJ")
        and words[found[0]].lower not in PRONOUNS
        or words[found[0]].upos in ("ADP", "VERB")
        and found[0] not in names_at
        and words[found[0]].lower not in ("leading",)
        and len(found) > 1
        and words[found[0]].deprel != "amod"
    ):
        found.pop(0)
    cut = next(
        (
            at
            for at, i in enumerate(found)
            if at
            and (
                words[i].lower in ("including", "especially", "notably")
                or words[i].lower == "such"
                and i + 1 < len(words)
                and words[i + 1].lower == "as"
            )
        ),
        len(found),
    )
    found = found[:cut]  # "critics, including X": the critics
    if all(words[i].lower in ("the", "a", "an") for i in found):
        return Source("empty", (0, 0))
    while len(found) > 1 and words[found[-1]].lower in REFLEXIVE:  # "the institute itself"
        found.pop()
    while found and (words[found[-1]].upos == "PUNCT" and words[found[-1]].text != "." or words[found[-1]].possessive):
        found.pop()
    if not found:
        return Source("empty", (0, 0))
    if len(found) == 1 or all(bare(words[i].lower) in PRONOUNS for i in found):
        if bare(words[found[0]].lower) in PRONOUNS and not (
            found[0] in names_at and words[found[0]].text.isupper() and len(words[found[0]].text) > 1
        ):
            word = words[found[0]]
            return Source("pronoun", (word.start, word.end), bare(word.lower))
    return _joined(words, found, names_at)


def _piece(words: Words, found: Sequence[int]) -> str:
    text = words.text[words[found[0]].start : words[found[-1]].end]
    return " ".join(text.split())


def _joined(words: Words, found: list[int], names_at: dict[int, Name]) -> Source:
    start = found[0]
    content = found[1] if len(found) > 1 and words[start].upos == "DET" else start
    for i in found:  # a role before a name, however long and however joined, is that name's
        name = names_at.get(i)
        if name is not None and name.kind == "person" and name.left <= content and name.first == i and not _goes_on(words, name, found):
            return Source("name", words.span(name.left, name.last), name.text, name=name)
    pieces, separators = [[]], []
    for at, i in enumerate(found):
        word = words[i]
        if i in names_at and names_at[i].first != i:
            pieces[-1].append(i)
        elif word.text in (",", "\u2013", "\u2014", "--", "(") or word.lower in ("and", "or", "&") or (word.lower == "but" and at):
            if pieces[-1]:
                pieces.append([])
                separators.append(word.lower)
            else:
                separators[-1:] = [word.lower]
        elif word.upos == "PUNCT" and word.text in ('"', "\u201c", "\u201d", ")"):
            continue
        else:
            pieces[-1].append(i)
    if not pieces[-1]:
        pieces.pop()
        separators = separators[: len(pieces) - 1]
    if not pieces:
        return Source("empty", (0, 0))
    first = read_phrase(words, pieces[0], names_at)
    if len(pieces) == 1:
        return first
    joined = any(s in ("and", "or", "&") for s in separators)
    second = read_phrase(words, pieces[1], names_at)
    if words[pieces[1][0]].lower in RELATIVE or words[pieces[1][0]].upos in ("VERB", "AUX", "ADV", "SCONJ"):
        return first
    if separators[0] in (",", "\u2013", "\u2014", "--", "("):
        if first.form == "name" and second.form == "description":
            return first
        if first.form == "description" and not first.plural and second.form == "name" and (not joined or len(pieces) == 2):
            return second
        if not joined:
            return first
    if first.form == "description" and first.noun in DOCUMENTS:
        return _description(words, found, names_at, first)
    if (
        len(pieces) == 2
        and len(pieces[0]) == 1
        and second.form == "description"
        and second.plural
        and words[pieces[0][0]].upos in ("ADJ", "NOUN")
        and not is_plural(words[pieces[0][0]].lower)
        and pieces[0][0] not in names_at
    ):
        return _description(words, found, names_at, second)  # "state and local leaders"
    if first.form == "description" and separators[0] in ("and", "or", "&", ","):
        scope = any(words[i].upos == "ADP" for i in pieces[0])
        if (
            scope
            and first.plural
            and all(
                read_phrase(words, p, names_at).form == "name" and read_phrase(words, p, names_at).name.kind != "person" for p in pieces[1:]
            )
        ):
            return _description(words, found, names_at, first)
        if (
            not first.plural
            and second.form == "description"
            and not second.plural
            and words[pieces[1][0]].upos != "DET"
            and is_role(first.noun)
        ):
            return first
    parts = [first]
    for piece, separator in zip(pieces[1:], separators):
        part = read_phrase(words, piece, names_at)
        if (
            separator not in ("and", "or", "&")
            and first.form == "name"
            and first.name.kind == "person"
            and not (part.form == "name" and part.name.kind == "person")
        ):
            continue  # "X, R-Ohio, and Y, Republican of Iowa"
        if part.form in ("name", "description", "pronoun"):
            parts.append(part)
    if len(parts) == 1:
        return first
    return Source("joint", words.span(found[0], found[-1] + 1), _piece(words, found), plural=True, parts=tuple(parts))


def _goes_on(words: Words, name: Name, found: list[int]) -> bool:
    """Whether the name is only the beginning: a possessor, a modifier, or the first of several."""
    after = words.get(name.last)
    if after is None or after.index not in found:
        return False
    return (
        after.possessive
        or after.lower in ("and", "or", "&", ",")
        and _list_follows(words, name, found)
        or (after.upos in ("NOUN", "PROPN") and after.deprel != "appos")
        or (after.upos == "ADJ" and after.index + 1 in found and words[after.index + 1].upos in ("ADJ", "NOUN", "PROPN"))
    )


def _list_follows(words: Words, name: Name, found: list[int]) -> bool:
    return any(words[i].lower in ("and", "&", "or") for i in found if i >= name.last)


def read_phrase(words: Words, found: list[int], names_at: dict[int, Name]) -> Source:
    """One noun phrase: find its head from the left, past possessors, up to what follows it."""
    span = words.span(found[0], found[-1] + 1)
    if len(found) == 1 and words[found[0]].lower in PRONOUNS and found[0] not in names_at:
        return Source("pronoun", span, words[found[0]].lower)
    head, owner = None, None
    for at, i in enumerate(found):
        word = words[i]
        name = names_at.get(i)
        if word.possessive:
            if at + 1 < len(found):
                owner = names_at.get(found[at - 1]) if at else None
                head = None
            continue
        if name is not None:
            head = i
            continue
        if head is not None and (
            word.upos in ("ADP", "SCONJ", "AUX", "PART")
            or word.lower in RELATIVE
            or word.upos == "VERB"
            and word.deprel not in ("amod", "compound")
            or word.upos in ("ADJ", "ADV")
            and at + 1 < len(found)
            and words[found[at + 1]].upos in ("ADP", "SCONJ")
        ):
            break
        if (
            word.upos in ("NOUN", "PROPN", "X", "PRON", "SYM")
            or is_role(word.lower)
            or word.lower in PEOPLE
            or (word.upos in ("NUM", "DET", "ADJ") and at + 1 == len(found) and head is None)
        ):
            head = i
    if head is None:
        return Source("empty", span)
    name = names_at.get(head)
    if name is not None and name.kind != "people":
        return Source("name", span, name.text, name=name, owner=owner)
    if name is not None and words[head].upos == "ADJ" and len(found) == 1:
        return Source("name", span, name.text, name=name)
    opening = words[found[0]].lower
    base = _description(words, found, names_at, None, head, owner)
    if name is not None:  # a people: "the Europeans"
        return Source("name", span, name.text, name=name, plural=True)
    definite = (opening in DEFINITE or owner is not None or opening in POSSESSIVE) and opening not in INDEFINITE
    noun = words[head].lower
    plural = (
        is_plural(noun)
        or opening in ("these", "those", "both", "many", "some", "several", "two", "three", "few", "all")
        or (singular(noun) != noun and noun not in INSTITUTIONS)
    )
    return Source(
        "description",
        span,
        base.text,
        head=words[head],
        modifiers=base.modifiers,
        nations=base.nations,
        definite=definite,
        plural=plural,
        owner=owner,
    )


def _description(
    words: Words,
    found: list[int],
    names_at: dict[int, Name],
    like: Source | None,
    head: int | None = None,
    owner: Name | None = None,
) -> Source:
    """The description over all of ``found``: its text without article, its words and countries."""
    at = found
    while len(at) > 1 and words[at[0]].lower in ("a", "an", "the", "this", "that", "these", "those", "said"):
        at = at[1:]
    head = head if head is not None else like.head.index
    modifiers = frozenset(words[i].lower for i in found if i != head and words[i].upos in ("ADJ", "NOUN", "PROPN", "NUM", "X"))
    return Source(
        "description",
        words.span(found[0], found[-1] + 1),
        _piece(words, at),
        head=words[head],
        modifiers=modifiers,
        nations=frozenset(nations_of(words, found[0], found[-1] + 1, names_at)),
        definite=like.definite if like else False,
        plural=like.plural if like else False,
        owner=owner,
    )
