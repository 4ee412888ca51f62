"""The role that an article gives with a name: before it, behind a comma after it, or before a comma.

"EU foreign policy chief and former prime minister X", "X, the head of Y's office, said", "The foreign minister, X,
said". A person's name that stands inside somebody else's role ("Y's envoy X") is not taken along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .countries import nation, nations_in
from .titles import INSTITUTIONS, honorific, is_plural, is_role, role_gender, singular
from .words import Words

#: Words of roles that are written with a capital before a name and are not part of it.
ROLE_PARTS = set(
    "prime foreign deputy vice former acting interim assistant senior junior chief general state defence "
    "defense interior finance home health justice first second lady united independent retired late then ex "
    "vice-president incoming outgoing managing executive associate lead staff affairs policy security "
    "special national federal royal crown opposition majority minority house senate".split()
)
CALENDAR = set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december".split()
)
#: Kinds of names that tell a land.
LANDS = ("country", "place", "people")


@dataclass(slots=True)
class Role:
    """A role as written, the nouns that head it (singular) and the countries that it mentions."""

    text: str
    heads: set[str]
    nations: set[str]


@dataclass(slots=True)
class Name:
    """One name where it stands: words ``first`` to ``last`` (exclusive), title and possessive ending left out.
    ``kind`` is person|organization|country|place|people|other."""

    first: int
    last: int
    text: str
    kind: str
    gender: str | None = None
    honorific: bool = False
    nations: set[str] = field(default_factory=set)
    roles: list[Role] = field(default_factory=list)
    #: First word of the noun phrase: where the title or role before the name begins.
    left: int = -1
    #: The name has a possessive ending ("Ukraine's").
    possessive: bool = False


def nations_of(words: Words, first: int, last: int, names_at: dict[int, Name]) -> set[str]:
    """Keys of the lands that the words ``first`` to ``last`` (exclusive) mention."""
    lands = [names_at[i].text for i in range(first, last) if i in names_at and names_at[i].first == i and names_at[i].kind in LANDS]
    return nations_in([words[i].text for i in range(first, last)], lands)


def flat(words: Words, first: int, last: int) -> str:
    """The name as written, blanks and line ends made single blanks."""
    parts = []
    for i in range(first, last):
        if parts and words[i].start > words[i - 1].end:
            parts.append(" ")
        parts.append(words[i].text)
    return "".join(parts)


def read_before(words: Words, name: Name, names_at: dict[int, Name]) -> None:
    """Read the title and the role in front of a name: sets honorific, gender, nations, roles, left."""
    at = name.first
    sentence = words[at].sentence
    while at and words[at - 1].sentence == sentence and (told := honorific(words[at - 1].text)) is not None and words[at - 1].capital:
        name.honorific, name.gender = True, name.gender or told or None
        at -= 1
        if words[at].lower not in ("mr", "mrs", "ms", "miss", "dr") and len(words[at].text) > 3 and is_role(words[at].lower):
            name.roles.append(Role(words[at].text, {singular(words[at].lower)}, set()))
        if words[at - 1].text == "." and at:
            break
    name.left = at
    end, heads = at, set()
    institution = False
    while at and words[at - 1].sentence == sentence:
        word, previous = words[at - 1], words.get(at - 2)
        other = names_at.get(at - 1)
        if other is not None and other.kind == "person" and other is not name:
            if at < end and words[at].possessive:  # "Donald Trump's envoy X"
                at = other.first
                continue
            break
        if word.possessive:
            if at == end and name.kind == "person":  # "Ukraine's X"
                owner = names_at.get(at - 2)
                if owner is not None and owner.kind in LANDS:
                    name.nations.add(nation(owner.text))
                break
        elif word.upos == "DET" or word.lower in ("its", "their", "his", "her", "our", "my", "your"):
            if not (previous is not None and previous.lower in ("of", "for", "at") and previous.sentence == sentence):
                at -= 1
                break
        elif word.lower in ("of", "for", "at", "to"):
            if previous is None or not is_role(previous.lower):
                break
        elif word.upos == "CCONJ" or word.text == ",":
            # "policy chief and former prime minister X"; a comma parts more often than it joins.
            if word.text == "," or previous is None or not is_role(previous.lower) or at == end or is_plural(previous.lower):
                break
        elif word.text in ("-", "\u2013", "/") and previous is not None and previous.end == word.start:
            pass
        elif word.upos not in ("NOUN", "PROPN", "ADJ", "NUM", "X") and other is None and not is_role(word.lower):
            break
        elif word.lower in CALENDAR:
            break
        if is_role(word.lower):
            heads.add(singular(word.lower))
        institution = institution or (at == end and word.lower in INSTITUTIONS and not is_role(word.lower))
        at -= 1
    last = words[end - 1] if end else None
    if not heads or end == at or not (is_role(last.lower) or last.lower in INSTITUTIONS or last.lower in ("elect",)):
        if institution and name.kind in ("organization", "?", "person", "other") and last is not None:
            name.roles.append(Role(flat(words, at, end), {last.lower}, nations_of(words, at, end, names_at)))
            name.left = at
        return
    if is_plural(last.lower):  # "envoys X and Y": the role of each
        heads.add(singular(last.lower))
    name.left = at
    text = re.sub(r"^(?:the|a|an|its|their|his|her|our|my) ", "", flat(words, at, end), flags=re.I)
    possessed = re.split("['\u2019]s? ", text)[-1]
    name.roles.append(Role(text, heads, nations_of(words, at, end, names_at)))
    for head in {singular(w.lower()) for w in possessed.split()} & heads:
        name.gender = name.gender or role_gender(head)


_STOP = {",", ";", ":", ".", "\u2013", "\u2014", "-", "--", ")", "(", "?", "!", '"', "\u201c", "\u201d"}


def _past_the_body(words: Words, name: Name) -> int:
    """The word behind a name and, if one follows, behind the body that it belongs to ("X of the Institute, ...")."""
    at = name.last
    if at < len(words) and words[at].lower in ("of", "from", "at"):
        end = at + 1
        while end < min(at + 8, len(words)) and (words[end].upos in ("DET", "PROPN", "NOUN", "ADJ", "ADP") or words[end].possessive):
            end += 1
        if end < len(words) and words[end].text == ",":
            return end
    return at


def read_after(words: Words, name: Name, names_at: dict[int, Name]) -> None:
    """Read an apposition behind a name (", the head of X's office,") into its roles."""
    at = _past_the_body(words, name)
    mark = words.get(at)
    if mark is None or mark.text not in (",", "\u2013", "\u2014", "--", "(") or mark.sentence != words[name.first].sentence:
        return
    at += 1
    if at + 1 < len(words) and words[at].text.isdigit() and words[at + 1].text == ",":  # an age
        at += 2
    begin, head = at, None
    while at < len(words) and words[at].sentence == mark.sentence and words[at].text not in _STOP:
        word = words[at]
        if (
            word.upos in ("VERB", "AUX")
            and word.deprel not in ("amod", "compound")
            or word.lower in ("who", "whose", "which", "that", "and")
        ):
            break
        if head is None and is_role(word.lower) and word.upos in ("NOUN", "PROPN", "ADJ"):
            follows = words.get(at + 1)
            # Inside "foreign policy chief" the head comes last.
            if follows is None or not (is_role(follows.lower) or follows.upos in ("NOUN",)) or follows.sentence != mark.sentence:
                head = word
        if (
            head is None
            and word.lower in ("of", "for", "from", "in", "with", "on")
            or word.upos == "PRON"
            and word.deprel.startswith("nsubj")
        ):
            break
        at += 1
    if head is None or at == begin or at - begin > 16:
        return
    # "X, president Y and ..." is a list, no apposition.
    if any(
        names_at[i].kind == "person"
        and not names_at[i].possessive
        and words[i - 1].lower not in ("of", "to", "for", "by")
        and i > head.index
        for i in range(begin, at)
        if i in names_at
    ):
        return
    if is_plural(head.text) or head.lower == "one":
        return
    text = re.sub(r"^(?:the|a|an|its|their|his|her|our|my) ", "", flat(words, begin, at), flags=re.I)
    name.roles.append(Role(text, {singular(head.lower)}, nations_of(words, begin, at, names_at)))
    name.gender = name.gender or role_gender(head.lower)


def read_before_comma(words: Words, name: Name, names_at: dict[int, Name]) -> None:
    """ "The foreign minister, Andrii X, said": the phrase before the comma is the role."""
    comma, after = words.get(name.left - 1), words.get(name.last)
    if comma is None or comma.text != "," or comma.sentence != words[name.first].sentence or name.left != name.first:
        return
    if after is None or after.text not in (",", ".", "\u2013", "\u2014", ")"):
        return
    at = comma.index
    if not at or not is_role(words[at - 1].lower) and words[at - 1].lower not in INSTITUTIONS or is_plural(words[at - 1].lower):
        return
    begin = at
    while (
        begin
        and words[begin - 1].sentence == comma.sentence
        and (words[begin - 1].upos in ("NOUN", "PROPN", "ADJ", "DET", "ADP") or words[begin - 1].possessive)
        and words[begin - 1].text not in _STOP
    ):
        begin -= 1
        if words[begin].upos == "DET" and not (begin and words[begin - 1].lower in ("of", "for", "at")):
            break
    heads = {singular(words[i].lower) for i in range(begin, at) if is_role(words[i].lower)}
    if heads and words[begin].lower in ("the", "its", "his", "her", "their"):
        text = re.sub(r"^(?:the|a|an|its|their|his|her) ", "", flat(words, begin, at), flags=re.I)
        name.roles.append(Role(text, heads, nations_of(words, begin, at, names_at)))
