"""How alike two words of names are spelled, whatever alphabet they came from.

A word is folded to plain letters (anyascii); two are variants of each other when only spelling habits lie
between them: romanization (y/i/j, kh/h, w/v, sch/sh, g/h), doubled letters, mute h, a vowel inside. A
missing or different consonant is never a habit (Johnson is not Johnston), nor is a vowel at the end, which
tells a gender in many languages (Petrov, Petrova; Daniel, Daniela). The costs are a weighted edit distance
(Wagner & Fischer 1974); its constants were set on pairs made up for the purpose, see tests/entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

#: Cost of one spelling habit, of a vowel replaced inside a word, and of anything else.
HABIT, VOWEL, HARD = 0.35, 0.5, 3.0
#: What two tokens of a name may cost, by the length of the shorter canonical form: short names carry no slack.
SLACK = ((3, 0.0), (4, HABIT), (6, 0.7), (99, 1.05))
#: More edits than this cannot fit into the slack: a quick way out before the weighted distance.
MOST = int(SLACK[-1][1] / HABIT + 1e-9)

_DIGRAPHS = [
    (re.compile(pattern), to)
    for pattern, to in (
        ("shch|schtsch|stsch", "S"),
        ("tsch", "C"),
        ("sch|sh|sz", "S"),
        ("tch|ch|cz", "C"),
        ("dzh|dj", "J"),
        ("zh", "Z"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "d"),
        ("ck|cq|q", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("ts|tz", "c"),
        ("ou|oo", "u"),
        ("ee", "i"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("ij|iy|ii|yi|yy|yj|ie$", "i"),
        ("[yj]", "i"),
        ("ei$", "i"),
        (r"(.)\1+", r"\1"),
    )
]
_SOUND = {**dict.fromkeys("aeiouJ", "a"), **dict.fromkeys("vfb", "v"), **dict.fromkeys("kszcCSZ", "s")}
_CHEAP = {
    frozenset(pair) for pair in ("gh", "vf", "sz", "ks", "kC", "sC", "SC", "SZ", "JZ", "Zz", "Ss", "iJ", "cC", "cs", "Ch", "ck", "vb")
}
VOWELS = set("aeiou")
_NEAR_VOWELS = {frozenset(pair) for pair in ("ae", "ei", "ou", "ao")}


@lru_cache(maxsize=1 << 18)
def fold(text: str) -> str:
    """Lower-case ASCII letters and digits, words parted by single spaces; possessive endings go, hyphens part words."""
    text = re.sub(r"(?<=\w)['\u2019]s?(?=\s|$)", "", text)
    # An apostrophe inside a word is a sign of romanization (Kyiv's soft signs, O'Neill) and says nothing.
    text = re.sub(r"(?<=\w)['\u2019\u02bc\u02b9`](?=\w)", "", text)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", anyascii(text).lower()).split())


@lru_cache(maxsize=1 << 17)
def canonical(token: str) -> str:
    """One spelling for many: digraphs of romanization become one sign ("sch", "sh" -> S), doubled letters one."""
    for pattern, to in _DIGRAPHS:
        token = pattern.sub(to, token)
    return token


def _substitution(a: str, b: str, last: bool) -> float:
    if a == b:
        return 0.0
    if frozenset((a, b)) in _CHEAP:
        return HABIT
    return VOWEL if not last and frozenset((a, b)) in _NEAR_VOWELS else HARD


def _gap(letter: str, before: str, after: str) -> float:
    # A vowel beside a vowel (Andreev, Andreyev), a mute h and the t of "tch" come and go.
    if letter == "h" or (letter == "i" and (before in VOWELS or after in VOWELS)):
        return HABIT
    if letter in VOWELS and before in VOWELS and after:
        return VOWEL
    return HABIT if letter == "t" and after in "Cc" and after else HARD


@lru_cache(maxsize=1 << 18)
def distance(a: str, b: str) -> float:
    """Weighted edit distance of two folded tokens: the sum of spelling habits between them; 0 for the same sounds,
    :data:`HARD` for what is beyond every slack."""
    a, b = canonical(a), canonical(b)
    if a == b:
        return 0.0
    if Levenshtein.distance(a, b, score_cutoff=MOST) > MOST:
        return HARD
    if a[:1] != b[:1] and frozenset((a[:1], b[:1])) not in _CHEAP | _NEAR_VOWELS:
        return HARD
    row = [0.0]
    for j, y in enumerate(b):
        row.append(row[-1] + _gap(y, b[j - 1] if j else "", b[j + 1 : j + 2]))
    for i, x in enumerate(a):
        previous, row = row, [row[0] + _gap(x, a[i - 1] if i else "", a[i + 1 : i + 2])]
        for j, y in enumerate(b):
            last = i == len(a) - 1 and j == len(b) - 1
            row.append(
                min(
                    previous[j] + _substitution(x, y, last),
                    previous[j + 1] + _gap(x, a[i - 1] if i else "", a[i + 1 : i + 2]),
                    row[j] + _gap(y, b[j - 1] if j else "", b[j + 1 : j + 2]),
                )
            )
        if min(row) > SLACK[-1][1]:  # it only grows from here: no slack bears it
            return HARD
    return row[-1] if row[-1] <= SLACK[-1][1] else HARD


def slack(length: int) -> float:
    """What spelling habits may cost between two tokens, the shorter one of this many canonical letters."""
    return next((value for limit, value in SLACK if length <= limit), SLACK[-1][1])


def variants(a: str, b: str) -> bool:
    """Whether two folded tokens spell the same name."""
    if a == b:
        return True
    x, y = canonical(a), canonical(b)
    allowed = slack(min(len(x), len(y)))
    edits = int(allowed / HABIT + 1e-9)  # no more can fit: most names are told apart by this
    return Levenshtein.distance(x, y, score_cutoff=edits) <= edits and distance(a, b) <= allowed


def spelled_like(token: str, others: Iterable[str]) -> list[str]:
    """Those of ``others`` that spell the same name as ``token``, in their order: :func:`variants` of many at once."""
    mine, others = canonical(token), list(others)
    edits = int(slack(len(mine)) / HABIT + 1e-9)
    near = process.extract(mine, [canonical(other) for other in others], scorer=Levenshtein.distance, score_cutoff=edits, limit=None)
    return [others[i] for i in sorted(i for _, _, i in near) if variants(token, others[i])]


@lru_cache(maxsize=1 << 18)
def skeleton(token: str) -> str:
    """The sounds of a token that no spelling habit changes: consonants in classes, each run of vowels as one "a"."""
    sounds = "".join(_SOUND.get(c, c) for c in canonical(token) if c not in "hg").replace("ts", "s")
    return re.sub(r"(.)\1+", r"\1", sounds)


def skeletons(token: str) -> tuple[str, ...]:
    """The skeleton, and a second one where "ch" may be the sound of "kh" (Michail, Mikhail)."""
    first = skeleton(token)
    return (first, skeleton(token.replace("ch", "h"))) if "ch" in token else (first,)
