"""To whom something was said and where: the addressee ("told reporters") and the medium ("in a statement").

Both are read from the words around a cue, outside the content and the source. A dependency parse decides first;
since it is often wrong right where a long quotation ends, a medium may also simply stand next to the cue or source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from attribution.quotations import cues
from attribution.quotations.syntax import Syntax, Word

# Their object is the person spoken to. Where they ask for something, it is whom they ask.
TELL = frozenset("""
advise alert ask assure beg beseech brief caution challenge command counsel email exhort implore inform instruct invite
message notify order persuade phone press promise reassure remind tell text update urge warn
""".split())
# They name whom they speak to with "to".
SAY_TO = frozenset("""
admit announce appeal boast complain confess confide confirm convey declare deliver describe email explain express
indicate insist issue joke lie mention message offer plead present promise propose relate relay release remark repeat
reply report reveal say send shout signal speak state suggest talk testify text tweet whisper write
""".split())
RELAYING = frozenset("carry cite quote relay report".split())
CALL_ON = frozenset({"call"})
NOMINAL = {"DET", "ADJ", "NOUN", "PROPN", "NUM", "PART", "X"}
TOLD = frozenset("anecdote fib joke lie story tale truth".split())
NOBODY = frozenset("date money percent cardinal ordinal quantity facility".split())
ABSTRACT = ("tion", "sion", "ment", "ness", "ity", "ism", "ship", "ing", "ure")

# What speech and writing stand in.
MEDIA = frozenset("""
account ad address advert advertisement affidavit announcement appearance argument article audio autobiography ballad
biography blog book booklet brief briefing broadcast brochure bulletin call caption channel chat circular clip column
comment commentary communique complaint conference conversation court debate declaration deposition diary discussion
dispatch document documentary e-mail editorial email essay evidence exchange excerpt facebook feed filing film footage
forum handout hearing homily indictment instagram interview introduction inquiry journal keynote lawsuit leaflet
lecture letter magazine manifesto manuscript meeting memo memoir memorandum message monologue newsletter newspaper
note notice notification op-ed oration outlet pamphlet panel paper parliament petition phone placard podcast poem
post posting preface presentation press presser profile program programme proposal publication radio rally reading
readout recording release remark reply report resolution review ruling script seminar sermon show sign slogan social
speech statement stream study submission summary summit symposium talk telecast telegram telegraph telephone
television testimony text thread toast transcript tribute tv tweet twitter update verdict video videotape voicemail
warning webcast webinar website wire workshop youtube
""".split())
# "at" and "during" name an occasion, "by", "via" and "through" only what carries words ("by telephone").
PLACE = {"in", "on", "at", "during"}
CARRYING = {"by", "via", "through", "over"}
CARRIERS = frozenset("e-mail email letter message phone post radio telegram telephone television text video".split())
# What the speaker does beside speaking: "speaking at a rally", "writing in a column".
BESIDE = frozenset("address air appear give issue post publish release speak talk testify tweet write".split())
WRITE = frozenset("air broadcast post publish share tweet write release".split())

DAYTIME = {"night", "morning", "afternoon", "evening"}  # what a date leaves behind: "the Monday night debate"

LONGEST = 14  # words of a phrase; what is longer is a misparse that swallowed half the sentence
QUANTIFIERS = {"all", "both", "each", "every", "several", "some"}
MARKS = re.compile("[\"“”„«»]")
NEAR = 3  # words at most between a medium and the cue or source beside it
PARTS = {"compound", "flat", "amod", "nmod", "nummod", "fixed", "acl", "det", "case", "obl", "advmod", "conj", "cc",
         "punct", "obj", "appos", "goeswith"}


def addressee(syntax: Syntax, text: str, cue: Sequence[Word], source: Sequence[Word],
              taken: Set[int]) -> str | None:
    """Whom the cue says was spoken to, in the article's words without article ("reporters"); None when unsaid,
    and for a mere pronoun."""
    noun = _addressee(syntax, cue, source, taken)
    if noun is None:
        return None
    named = [child for child in syntax.children(noun) if child.base == "appos" and child.name == "person"]
    return _phrase(syntax, text, named[0] if named else noun, taken, {"of"})


def _addressee(syntax: Syntax, cue: Sequence[Word], source: Sequence[Word], taken: Set[int]) -> Word | None:
    for verb in _speaking(syntax, cue, taken):
        lemma = cues.known(verb.lemma)
        passive = any(child.relation == "aux:pass" for child in syntax.children(verb))
        for child in syntax.children(verb):
            if child.index in taken or child.upos not in ("NOUN", "PROPN") or child.name in NOBODY:
                continue
            cases = _cases(syntax, child)
            told = lemma in TELL and not cases and child.lemma not in TOLD
            if (child.base == "iobj"
                    or child.base == "obj" and told and not passive
                    or child.relation == "nsubj:pass" and told
                    or child.base in ("obl", "nmod") and cases == {"to"} and lemma in SAY_TO and _person(child)
                    or child.base == "obl" and cases & {"on", "upon"} and lemma in CALL_ON):
                return child
        if lemma in TELL and not passive and (noun := _after(syntax, verb, taken)):
            return noun
    noun = _medium(syntax, cue, source, taken)
    for child in syntax.children(noun) if noun else ():
        if child.base == "nmod" and child.index not in taken and _person(child):
            if _cases(syntax, child) == {"to"}:
                return child
    return None


def _after(syntax: Syntax, verb: Word, taken: Set[int]) -> Word | None:
    """The last word of the noun phrase right after "told", where the parse hangs it elsewhere."""
    noun = None
    for word in syntax.words[verb.index + 1:verb.index + 8]:
        if word.index in taken or word.number != verb.number or word.upos not in NOMINAL or word.lemma in TOLD:
            break
        if word.upos in ("NOUN", "PROPN") and word.name not in NOBODY:
            noun = word
    return noun


def medium(syntax: Syntax, text: str, cue: Sequence[Word], source: Sequence[Word],
           taken: Set[int]) -> str | None:
    """Where it was said or written, in the article's words without preposition and article ("video posted on
    Telegram"); None when unsaid."""
    noun = _medium(syntax, cue, source, taken)
    return _phrase(syntax, text, noun, taken) if noun else None


def relayed(syntax: Syntax, text: str, cue: Sequence[Word], taken: Set[int]) -> str | None:
    """Who passes on what was said: "quoted by the agency" for "was quoted by the agency as saying"."""
    for verb in cue:
        for child in syntax.children(verb):
            if (verb.lemma in RELAYING and child.base == "obl" and _cases(syntax, child) == {"by"}
                    and child.upos in ("NOUN", "PROPN") and child.index not in taken):
                phrase = _phrase(syntax, text, child, taken, {"of"})
                return phrase and f"{verb.text} by {phrase}"
    return None


def _speaking(syntax: Syntax, cue: Sequence[Word], taken: Set[int]) -> Iterator[Word]:
    """The verbs of the cue, then what the speaker does beside: "..., speaking to reporters"."""
    verbs = [word for word in cue if word.upos in ("VERB", "NOUN", "AUX")]
    yield from verbs
    for verb in verbs:
        for child in syntax.children(verb):
            if child.base in ("advcl", "xcomp") and child.index not in taken and child.lemma in BESIDE:
                yield child


def _medium(syntax: Syntax, cue: Sequence[Word], source: Sequence[Word], taken: Set[int]) -> Word | None:
    anchors = list(_speaking(syntax, cue, taken))
    hooks = {word.index for word in anchors} | {word.index for word in source}
    hooks |= {verb.head for verb in anchors if verb.base == "conj"}  # "In a letter she thanked ... and asked ..."
    writing = [word.index for word in anchors if word.lemma in WRITE]
    numbers = {word.number for word in (*cue, *source)}
    found: list[tuple[bool, int, Word]] = []
    for number in numbers:
        for word in syntax.sentence(number):
            if word.index in taken or word.upos not in ("NOUN", "PROPN") or not _carries(syntax, word, writing):
                continue
            hangs = word.head in hooks and word.base in ("obl", "nmod", "advmod")
            distance = _distance(syntax, word, cue, source)
            if hangs or distance <= NEAR:
                found.append((not hangs, distance, word))
    return min(found, key=lambda row: row[:2] + (row[2].index,))[2] if found else None


def _carries(syntax: Syntax, word: Word, writing: Sequence[int]) -> bool:
    """Whether preposition and noun name a medium; ``writing`` holds the verbs of publishing."""
    cases = _cases(syntax, word)
    if word.lemma in MEDIA:
        return bool(cases & PLACE or cases & CARRYING and word.lemma in CARRIERS)
    if word.name == "date":
        return False
    # Platforms and outlets need no list: what is said "on" a name is said there, what is written "in" one as well.
    outlet = word.name in ("organization", "product", "miscellaneous") or not word.name
    return word.upos == "PROPN" and outlet and ("on" in cases or "in" in cases and word.head in writing)


def _distance(syntax: Syntax, word: Word, cue: Sequence[Word], source: Sequence[Word]) -> int:
    """How many words stand between the phrase of ``word`` and the cue or source, or a large number when a verb or
    another sentence stands between."""
    phrase = [part for part in syntax.below(word, lambda child: child.index < word.index)] or [word]
    first, last = phrase[0].index, phrase[-1].index
    best = len(syntax.words)
    for anchor in (*cue, *source):
        if anchor.number != word.number:
            continue
        gap = range(last + 1, anchor.index) if anchor.index > last else range(anchor.index + 1, first)
        between = [syntax.words[index] for index in gap]
        if not any(other.upos in ("VERB", "CCONJ", "SCONJ") or other.text in "\"“”‘’«»;:" for other in between):
            best = min(best, len([other for other in between if other.name != "date"]))
    return best


def _person(word: Word) -> bool:
    """Whether "to" before this noun can mean people: names that are no dates or sums, nouns that are no abstracts."""
    if word.upos == "PROPN" or word.name:
        return word.name not in NOBODY
    return word.upos == "NOUN" and word.lemma not in MEDIA and not word.lemma.endswith(ABSTRACT)


def _cases(syntax: Syntax, word: Word) -> set[str]:
    return {child.lemma for child in syntax.children(word) if child.base == "case"}


def _phrase(syntax: Syntax, text: str, noun: Word, taken: Set[int], links: Set[str] = frozenset()) -> str | None:
    """The noun phrase around ``noun``: its modifiers, without preposition, article, relative clauses, dates.

    ``links`` are the prepositions that may go on with it, none given: all ("conference on democracy in Delft").
    """
    members = {word.index for word in syntax.below(noun, lambda child: _belongs(syntax, child, noun, taken, links))}
    following = syntax.words[noun.index + 1:noun.index + 2]
    if not links and following and "VerbForm=Part" in following[0].feats and following[0].index not in taken:
        members |= {word.index for word in syntax.below(following[0], lambda child: child.index not in taken
                                                        and child.name != "date" and child.index > noun.index)}
    first = last = noun.index
    while first - 1 in members or _continues(syntax, first - 1, noun, taken):
        first -= 1
    while last + 1 in members or _continues(syntax, last + 1, noun, taken):
        last += 1
    while first < noun.index and (syntax.words[first].upos in ("PUNCT", "CCONJ")
                                  or syntax.words[first].upos == "DET" and syntax.words[first].lemma not in QUANTIFIERS
                                  or syntax.words[first].lemma in DAYTIME):
        first += 1
    while last > noun.index and syntax.words[last].upos in ("PUNCT", "CCONJ", "SCONJ", "ADP", "VERB", "DET"):
        last -= 1
    if last - first >= LONGEST:
        return None
    phrase = text[syntax.words[first].start:syntax.words[last].end]
    return " ".join(MARKS.sub("", phrase).split()) or None


def _belongs(syntax: Syntax, child: Word, noun: Word, taken: Set[int], links: Set[str]) -> bool:
    """Whether a dependent inside the phrase of ``noun`` stays in it."""
    if child.index in taken or child.name == "date" or child.base not in PARTS:
        return False
    if child.head != noun.index:
        return True
    if child.base == "punct":
        return bool(MARKS.fullmatch(child.text))
    if child.base in ("case", "advmod", "obj", "obl") or child.relation == "acl:relcl":
        return False
    if child.base == "det":
        return child.lemma in QUANTIFIERS
    if child.base == "acl":
        return child.index > noun.index
    if child.base == "appos":
        return child.index == noun.index + 1
    return not (links and child.base == "nmod" and _cases(syntax, child) - links - {"'s", "’s", "'"})


def _continues(syntax: Syntax, index: int, noun: Word, taken: Set[int]) -> bool:
    """Whether the word beside a name is one more word of it, whatever the parse says."""
    if not 0 <= index < len(syntax.words) or index in taken:
        return False
    word = syntax.words[index]
    return (noun.text[0].isupper() and word.text[0].isupper() and word.number == noun.number
            and word.upos in ("PROPN", "NOUN") and not (word.name == "date" and word.upos == "PROPN"))
