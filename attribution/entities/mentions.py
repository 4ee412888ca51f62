"""Names in an article: where they stand, what they name, and the role that the article gives with them.

Input is stanza's words and name spans; both err, above all at possessives and on unfamiliar names. So the
spans are mended by spelling (capitals), and the kind of a name is voted on by all its occurrences in the
article together with what stands around them: a form of address or a role before it makes a person, a
definite article makes none, the table of countries decides on countries.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from ..records import Span
from . import countries
from .countries import like_a_demonym, nation
from .names import PARTICLES
from .roles import CALENDAR, ROLE_PARTS, Name, flat, read_after, read_before, read_before_comma
from .spelling import fold
from .titles import INSTITUTIONS, honorific, is_plural, is_role
from .words import Word, Words

PRONOUNS = set(
    "i you he she it we they me him her us them my your his its our their mine yours hers ours theirs this that "
    "these those who what which there here".split()
)
#: Prepositions after which a single name is a place's.
WITHIN = {"in", "across", "throughout", "inside", "outside"}
#: Words of names that are written short, with a full stop.
SHORTENED = {"inc.", "corp.", "ltd.", "bros.", "univ.", "dept.", "intl.", "assn.", "assoc.", "natl.", "govt.", "mount.", "messrs."}
_KINDS = {
    "Person": "person",
    "PERSON": "person",
    "PER": "person",
    "Organization": "organization",
    "ORG": "organization",
    "Location": "place",
    "LOC": "place",
    "GPE": "place",
    "Facility": "place",
    "FAC": "place",
    "NORP": "people",
}


def _spans(words: Words, doc) -> list[tuple[int, int, str]]:
    found = []
    for entity in doc.ents:
        kind = _KINDS.get(entity.type, "other")
        if entity.type.upper() in ("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY"):
            continue
        covered = words.inside((entity.start_char, entity.end_char))
        first, last = covered.start, covered.stop
        last = _end(words, first, last)
        if kind == "person":
            last = _person_end(words, first, last)
        start = first
        for i in range(first, last):  # "X's Office" is two names
            if words[i].possessive:
                if start < i:
                    found.append((start, i, kind if i + 1 >= last else "?"))
                start = i + 1
        if start < last:
            found.append((start, last, kind if start == first else "?"))
    return found


def _end(words: Words, first: int, last: int) -> int:
    """Where any name must end: at a full stop, if it is not an abbreviation's ("World Cup. Fine")."""
    for i in range(first + 1, last - 1):
        word = words[i].text
        if word.endswith(".") and words[i + 1].start > words[i].end and "." not in word[:-1] and word.lower() not in SHORTENED:
            if len(word) > 3 and honorific(word) is None or word == "." and len(words[i - 1].text) > 2:
                return i + (word != ".")
    return last


def _person_end(words: Words, first: int, last: int) -> int:
    """Where a person's name must end: at a line's end, a quotation mark, a word in lower case that is no particle."""
    for i in range(first + 1, last):
        if (
            words[i].sentence != words[first].sentence
            or words[i].text[0] in '\u201c\u201d"'
            or (
                words[i].text[0].islower()
                and words[i].lower not in PARTICLES
                and not words[i].possessive
                and words[i].end - words[i].start > 2
                and words[i - 1].text != "-"
            )
        ):
            return i
    return last


def _trim(words: Words, first: int, last: int) -> tuple[int, int]:
    """A name's words without articles, forms of address, role words in capitals and marks around; maybe none."""
    changed = True
    while changed and first < last:
        word, end = words[first], words[last - 1]
        changed = True
        if (
            word.lower in ("the", "a", "an")
            or word.lower in PRONOUNS
            and not (word.text.isupper() and len(word.text) > 1)
            or not any(c.isalnum() for c in word.text)
            or honorific(word.text) is not None
            and (last - first > 1 or word.text[-1:] == ".")
        ):
            first += 1
        elif end.possessive or not any(c.isalnum() for c in end.text):
            last -= 1
        elif (
            last - first > 1
            and word.capital
            and words[first + 1].capital
            and (is_role(word.lower) or word.lower in ROLE_PARTS)
            and any(is_role(words[i].lower) for i in range(first, last - 1))
        ):
            first += 1
        else:
            changed = False
    return first, last


def _nameable(word: Word) -> bool:
    """A word that can be part of a name although no name span covers it."""
    return (
        word.capital
        and any(c.islower() or c.isupper() for c in word.text)
        and word.upos in ("PROPN", "X")
        and word.lower not in CALENDAR
        and honorific(word.text) is None
        and not is_role(word.lower)
        and word.lower not in ROLE_PARTS
        and word.lower not in PRONOUNS | {"the"}
    )


def _capitals_around(words: Words, i: int) -> bool:
    """Whether the words around are capitalized too, as in a headline, so that a capital tells nothing."""
    near = [w for w in words.words[max(0, i - 6) : i + 7] if w.sentence == words[i].sentence and w.text.isalpha() and w.index != i]
    return sum(w.capital for w in near) * 2 > len(near)


def _halves(words: Words, spans: list[list]) -> list[list]:
    """Two words side by side that are each taken for a person are one person."""
    joined: list[list] = []
    for span in sorted(spans):
        last = joined[-1] if joined else None
        if (
            last
            and last[2] == span[2] == "person"
            and last[1] == span[0]
            and span[1] - span[0] == 1 == last[1] - last[0]
            and words[last[0]].sentence == words[span[0]].sentence
            and words[span[0]].start == words[last[0]].end + 1
        ):
            last[1] = span[1]
        else:
            joined.append(span)
    return joined


def _firms(words: Words, spans: list[list]) -> list[list]:
    """Names with an & between them are one body's ("Haldane & Rao")."""
    joined: list[list] = []
    for span in sorted(spans):
        last = joined[-1] if joined else None
        if last and span[0] == last[1] + 1 and words[last[1]].text == "&":
            last[1:] = [span[1], "organization"]
        else:
            joined.append(span)
    return joined


def _joined(words: Words, i: int) -> bool:
    """Whether the parser sees word ``i`` and the next one as parts of one name."""
    left, right = words[i], words[i + 1]
    return (
        right.head == i
        and right.deprel in ("flat", "compound", "appos")
        or left.head == i + 1
        and left.deprel in ("flat", "compound", "nmod:desc")
    )


def _candidates(words: Words, doc) -> list[tuple[int, int, str]]:
    taken: dict[int, int] = {}
    spans = []
    for first, last, kind in _spans(words, doc):
        first, last = _trim(words, first, last)
        if (
            first < last
            and not any(i in taken for i in range(first, last))
            and any(words[i].capital or not words[i].text.isascii() for i in range(first, last))
        ):
            taken.update(dict.fromkeys(range(first, last), len(spans)))
            spans.append([first, last, kind])

    def free(i: int) -> bool:
        if not 0 <= i < len(words) or i in taken:
            return False
        word = words[i]
        # "The Times": a capital after the article in a sentence that is not all capitals
        return _nameable(word) or (
            i > 0
            and word.upos == "NOUN"
            and word.capital
            and words[i - 1].lower == "the"
            and words[i - 1].sentence == word.sentence
            and not is_role(word.lower)
            and word.lower not in ROLE_PARTS | CALENDAR
            and not _capitals_around(words, i)
        )

    for number, span in enumerate(spans):
        if span[2] in ("person", "?") and span[1] - span[0] == 1:  # a name cut in half at a possessive
            if free(span[1]) and words[span[0]].sentence == words[span[1]].sentence:
                taken[span[1]] = number
                span[1] += 1
            elif (
                free(span[0] - 1)
                and words[span[0] - 1].sentence == words[span[0]].sentence
                and _joined(words, span[0] - 1)
                and nation(words[span[0] - 1].text).startswith("~")
                and countries.country_of(words[span[0] - 1].text) is None
            ):
                span[0] -= 1
                taken[span[0]] = number
    for span in spans:  # "NBC News": a capitalized noun for bodies behind a name belongs to it
        while (
            span[2] != "person"
            and span[1] < len(words)
            and span[1] not in taken
            and words[span[1]].capital
            and words[span[1]].lower in INSTITUTIONS
            and words[span[1]].sentence == words[span[0]].sentence
            and not _capitals_around(words, span[1])
        ):
            taken[span[1]] = -1
            span[1] += 1
    spans = _halves(words, spans)
    i = 0
    while i < len(words):
        if not free(i):
            i += 1
            continue
        last = i + 1
        while (
            last < len(words)
            and words[last].sentence == words[i].sentence
            and (free(last) or (words[last].lower in PARTICLES | {"of"} and last + 1 < len(words) and free(last + 1)))
        ):
            last += 1
        spans.append([i, last, "?"])
        i = last
    # A particle before a surname belongs to it ("bin Salman", "van Dijk").
    for span in spans:
        while (
            span[0]
            and words[span[0] - 1].lower in PARTICLES - {"the", "la", "do", "as", "an", "at", "ad", "so", "le", "st"}
            and words[span[0] - 1].sentence == words[span[0]].sentence
            and span[0] - 1 not in taken
            and span[2] in ("person", "?")
            and words[span[0] - 1].upos in ("PROPN", "X", "NOUN")
        ):
            span[0] -= 1
    return [tuple(span) for span in _firms(words, spans)]


def find_names(words: Words, doc) -> list[Name]:
    """All names of the document in reading order, with kind, gender, roles and nations as far as the text tells."""
    spans = _candidates(words, doc)
    votes: dict[str, Counter] = defaultdict(Counter)
    full_last, full_first = set(), set()
    names = []
    for first, last, kind in spans:
        text = flat(words, first, last)
        key = fold(text)
        if not key:
            continue
        after = words.get(last)
        names.append(Name(first, last, text, kind, possessive=after is not None and after.possessive, left=first))
        before = words.get(first - 1)
        if kind != "?":
            votes[key][kind] += 1
        if before is not None and before.sentence == words[first].sentence:
            told = honorific(before.text) is not None and before.capital
            if told or (is_role(before.lower) and not is_plural(before.lower)):
                votes[key]["person"] += 3
            elif (
                before.lower in INSTITUTIONS
                and before.upos in ("NOUN", "PROPN")
                and countries.country_of(text) is None
                and (kind != "person" or last - first == 1)
            ):
                votes[key]["organization"] += 3
            elif before.lower == "the" and last - first < 3:
                votes[key]["person"] -= 4
            elif before.lower in WITHIN and last - first == 1 and (after is None or not after.possessive):
                votes[key]["place"] += 2
        following = words.get(last)
        if last - first == 1 and (
            words[first].upos == "ADJ"
            or like_a_demonym(text)
            and following is not None
            and following.upos in ("NOUN", "ADJ")
            and not following.capital
            and following.sentence == words[first].sentence
        ):
            votes[key]["people"] += 2  # "Ruritanian delegates"
        if kind == "person" and len(key.split()) > 1:
            full_last.add(key.split()[-1])
            full_first.add(key.split()[0])
    for key in full_last & votes.keys():
        votes[key]["person"] += 1  # somebody named in full bears it
    peoples = {
        nation(name.text)
        for name in names
        if countries.demonym(name.text) or max(votes[fold(name.text)].items(), key=lambda v: v[1], default="?")[0] == "people"
    }
    # "Kestrian delegates": where there are Kestrians, Kestria is a land, unless somebody bears that name
    lands = peoples | {nation(w.text) for w in words.words if w.upos == "ADJ" and w.capital and like_a_demonym(w.text)}
    for name in names:
        key = fold(name.text)
        vote = votes[key]
        if " " not in key and len(key) > 3 and not vote["people"] and key not in full_last | full_first and nation(name.text) in lands:
            vote["place"] += max(0, vote["person"]) + 1
        if " " not in key and not vote["people"] and nation(name.text) in peoples and len(key) > 3:
            vote["place"] += 2  # where there are Ruritanians, Ruritania is a land
        tokens = key.split()
        best = max(vote, key=lambda k: (vote[k], k)) if vote and max(vote.values()) > 0 else None
        person_like = best == "person" and (vote["person"] >= 3 or tokens[-1] in full_last)
        if not person_like and countries.named(name.text):
            name.kind = "country"
        elif not person_like and countries.demonym(name.text) and len(tokens) < 3:
            name.kind = "people"
        elif countries.capital_of(name.text) and not (len(tokens) == 1 and tokens[0] in full_last):
            name.kind = "place"
        elif best:
            name.kind = best
        elif tokens[-1] in full_last or (len(tokens) == 1 and tokens[0] in full_first):
            name.kind = "person"
        elif set(t for t in tokens) & INSTITUTIONS:
            name.kind = "organization"
        else:
            name.kind = "organization" if vote else "other"
        if name.kind == "person" and tokens[-1] in INSTITUTIONS - {"house", "guard", "bank", "church", "club", "union"}:
            name.kind = "organization"
    names_at = {i: name for name in names for i in range(name.first, name.last)}
    for name in names:
        if name.kind in ("person", "organization", "other"):
            read_before(words, name, names_at)
        if name.kind == "person":
            read_after(words, name, names_at)
            read_before_comma(words, name, names_at)
            name.gender = name.gender or None
            for role in name.roles:
                name.nations |= role.nations
    return names


def span_of(words: Words, name: Name) -> Span:
    """Characters of a name."""
    return words.span(name.first, name.last)
