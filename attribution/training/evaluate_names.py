"""Whether two names mean the same speaker, and how well predicted entities and statements group what they should.

The comparison is deliberately not the one that links entities in the product: a scorer that shared its matcher
would forgive its mistakes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Sequence
from difflib import SequenceMatcher
from itertools import combinations

TITLES = {"the", "mr", "mrs", "ms", "dr", "sir", "dame", "lord", "lady", "president", "prime", "minister", "chancellor",
          "king", "queen", "prince", "princess", "general", "professor", "senator", "governor", "mayor"}
UNNAMED = re.compile(r"\(unnamed\)|\bunnamed\b", re.IGNORECASE)
FUNCTION = {"of", "the", "for", "and", "in"}
SPELLING = 0.8  # similarity of two spellings of one surname: Zelensky, Zelenskiy
GIVEN = 0.7  # of two spellings of one given name


def fold(name: str | None) -> tuple[str, ...]:
    """The words of a name in lower-case ASCII, without titles in front, possessive endings and remarks in brackets."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=\w)['\u2019]s\b", "", name or "")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9' -]", " ", re.sub(r"\(.*?\)", " ", plain)).replace("-", " ").split()
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return tuple(words)


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same: equal, or with surnames (and given names, where both have one) that differ
    in spelling only. A surname alone agrees with the full name."""
    some, others = fold(one), fold(other)
    if not some or not others:
        return False
    if some == others:
        return True
    if is_unnamed(one) or is_unnamed(other):
        return is_unnamed(one) == is_unnamed(other) and bool(set(some) & set(others))
    if min(len(some[-1]), len(others[-1])) > 3 and _similar(some[-1], others[-1]) >= SPELLING:
        if len(some) == 1 or len(others) == 1:
            return True
        return _similar(some[0], others[0]) >= GIVEN or bool(set(some[:-1]) & set(others[:-1]))
    some, others = set(some) - FUNCTION, set(others) - FUNCTION  # "Ruritania's justice ministry", "Justice Ministry of Ruritania"
    return min(len(some), len(others)) > 1 and len(some & others) / max(len(some), len(others)) >= 0.6


def is_unnamed(name: str | None) -> bool:
    """Whether a speaker is said to stay without a name: "senior official (unnamed)"."""
    return bool(UNNAMED.search(name or ""))


def _similar(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def b_cubed(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> tuple[float, float]:
    """Precision and recall of a grouping (Bagga and Baldwin 1998); the two sequences label the same items.

    An item's precision is the share of its predicted group that shares its gold group, recall the reverse; both are
    means over the items. (0, 0) without items.
    """
    if not gold:
        return 0.0, 0.0
    both = Counter(zip(gold, predicted))
    of_gold, of_predicted = Counter(gold), Counter(predicted)
    precision = sum(n * n / of_predicted[p] for (_, p), n in both.items()) / len(gold)
    recall = sum(n * n / of_gold[g] for (g, _), n in both.items()) / len(gold)
    return precision, recall


def pairwise(gold: Sequence[Hashable | None], predicted: Sequence[Hashable | None],
             unjudged: Collection[frozenset[int]] = ()) -> tuple[int, int, int]:
    """Pairs of items in one group: right ones, predicted ones, gold ones. None stands in no group; pairs of item
    numbers in ``unjudged`` do not count."""
    def pairs(labels: Sequence[Hashable | None]) -> set[tuple[int, int]]:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for index, label in enumerate(labels):
            if label is not None:
                groups[label].append(index)
        return {couple for members in groups.values() for couple in combinations(members, 2)
                if frozenset(couple) not in unjudged}

    wanted, found = pairs(gold), pairs(predicted)
    return len(wanted & found), len(found), len(wanted)
