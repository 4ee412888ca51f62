"""Names of bodies and lands compared: the same words in another order, spelling or form of the land's name.

"Ruritanian Ministry of Defence" and "Ruritania's defense ministry" are one, "Free Ruritania" and Ruritania are not.
"""

from __future__ import annotations

import re

from . import countries
from .countries import like_a_demonym, nation
from .curation import key
from .names import Explanation, Finding
from .spelling import fold, skeleton, variants
from .titles import INSTITUTIONS

_FUNCTION = set("of the for and in on at to de la le des du der die das".split())


def is_body(name: str) -> bool:
    """Whether a name shows by itself that it is a body or a country: a noun for bodies in it, or a land."""
    words = fold(name).split()
    return (
        any(w in INSTITUTIONS for w in words)
        or countries.named(name) is not None
        or countries.capital_of(name) is not None
        or (name.isupper() and len(words) == 1)
    )


def body_key(name: str) -> tuple[str, ...]:
    """A body's name without order and function words, lands by their key: "Ruritanian Ministry of Defence" and
    "Ruritania's defense ministry" share one."""
    tokens = []
    for word in re.sub(r"(?<=\w)['\u2019]s?(?=\s|$)", "", name).replace("-", " ").split():
        plain = fold(word)
        if plain and plain not in _FUNCTION:
            code = countries.country_of(word) if word[:1].isupper() else None
            tokens.append(code or (nation(word) if word[:1].isupper() and like_a_demonym(word) else _sound(plain)))
    return tuple(sorted(tokens))


def _sound(plain: str) -> str:
    """The sound skeleton of a word of four letters or more with its first letter, else the word itself."""
    return plain if len(plain) < 4 or plain.isdigit() else plain[0] + skeleton(plain)


def compare_bodies(a: str, b: str) -> Explanation:
    """Compare two names of bodies or lands: the same land, the same words in whatever order, or an acronym (open)."""
    lands = [countries.country_of(x) for x in (a, b)]
    if lands[0] and lands[0] == lands[1]:
        return Explanation(True, 0.95, (Finding("land", 0.95, "names of one country"),))
    if key(a) == key(b):
        return Explanation(True, 1.0, (Finding("spelling", 1.0, "the same name"),))
    if body_key(a) == body_key(b) and all(
        any(variants(x, y) or nation(x) == nation(y) for y in fold(b).split()) for x in fold(a).split() if x not in _FUNCTION
    ):
        return Explanation(True, 0.9, (Finding("words", 0.9, "the same words in another order or spelling"),))
    for short, long in ((a, b), (b, a)):
        letters = short.replace(".", "")
        if letters.isupper() and 2 <= len(letters) <= 6 and "".join(w[0] for w in long.split() if w[:1].isupper()) == letters:
            return Explanation(False, 0.6, (Finding("acronym", 0.6, "the initials fit; an article that has both decides"),))
    return Explanation(False, 0.0, (Finding("words", 0.0, "other words"),))
