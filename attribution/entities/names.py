"""Names of persons: taking them apart and telling whether two are one person's.

There is no list of names: two tokens are the same when only spelling habits lie between them
(:mod:`.spelling`).

Each predicate below is a small function over two :class:`Name`; :func:`compare` runs them all and
returns what each found, so that a decision can be explained.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from .spelling import VOWELS, canonical, distance, fold, variants
from .titles import ABBREVIATED, ROLES, honorific

#: Words that belong to the surname after them.
PARTICLES = set(
    "al el ul ad an ar as at az abd abdul abu ibn bin bint ben van von der den de del della di da dos das do du la "
    "le lo ter ten zu zur af av mac mc st san santa ould ag ap ab".split()
)
SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}

#: What all tokens of two names may cost together.
SLACK_ALL = 1.4
#: Jaro-Winkler similarity from which two given names are near: worth a look when roles agree, no more.
NEAR = 0.75


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. ``tokens`` are folded to plain lower-case letters, titles and suffix left out;
    ``surname`` holds how many tokens at the end make the surname (particles with it), in Western order."""

    written: str
    tokens: tuple[str, ...]
    surname: int
    suffix: str | None = None
    gender: str | None = None

    @property
    def single(self) -> bool:
        """Whether the name is a surname or a given name alone (particles belong to it)."""
        return self.surname >= len(self.tokens)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one predicate found: ``value`` 1 for it, 0 against it, None when it cannot tell."""

    predicate: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two names are one (``same``) or not: ``score`` 0..1 and the findings that decided, strongest first."""

    same: bool
    score: float
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        verdict = "same" if self.same else "not the same"
        return f"{verdict} ({self.score:.2f}): " + "; ".join(f"{f.predicate}: {f.text}" for f in self.findings)


@lru_cache(maxsize=1 << 17)
def parse(text: str) -> Name:
    """Take a person's name apart: "Gen. Anna van der Berg Jr." -> (anna, van, der, berg), surname 3, suffix jr."""
    gender = None
    words = [w for w in re.split(r"\s+", text.replace(",", " ").strip()) if w]
    while len(words) > 1 and (told := honorific(words[0])) is not None:
        gender = gender or told or None
        words = words[1:]
    while len(words) > 1 and (words[0].lower() in ROLES or words[0].rstrip(".").lower() in ABBREVIATED):
        words = words[1:]
    tokens = fold(" ".join(words)).split()
    suffix = None
    if len(tokens) > 1 and tokens[-1] in SUFFIXES:
        suffix = SUFFIXES[tokens.pop()]
    if len(tokens) > 1 and tokens[-1] == "s" and words[-1][-2:-1] in "'\u2019":
        tokens.pop()
    surname = min(1, len(tokens))
    while surname < len(tokens) and tokens[-surname - 1] in PARTICLES:
        surname += 1
    return Name(text, tuple(tokens), surname, suffix, gender)


def initial_of(a: str, b: str) -> bool:
    """Whether one token is the other's initial ("j", "john")."""
    return min(len(a), len(b)) == 1 and a[:1] == b[:1]


def _given(name: Name) -> tuple[str, ...]:
    return name.tokens[: len(name.tokens) - name.surname]


def _surname(name: Name) -> tuple[str, ...]:
    return name.tokens[len(name.tokens) - name.surname :]


def _aligned(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return len(a) == len(b) and all(map(variants, a, b)) and sum(map(distance, a, b)) <= SLACK_ALL


def _bare(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """A surname without its particles: many outlets drop the "al-" of al-Sudani."""
    rest = tuple(t for t in tokens if t not in PARTICLES)
    return rest or tokens


def same_tokens(a: Name, b: Name) -> Finding:
    """The same tokens, or variants of them, in the same or another order; "Jong-un" and "Jongun" too."""
    ta, tb = _bare(a.tokens), _bare(b.tokens)
    if _aligned(ta, tb):
        return Finding("spelling", 1.0, "the same name" if ta == tb else "spelling variants, token by token")
    if len(ta) == len(tb) > 1 and any(_aligned(ta[i:] + ta[:i], tb) for i in range(1, len(ta))):
        return Finding("name order", 1.0, "the same tokens in another order")
    if (
        len(ta) != len(tb)
        and len(a.tokens) > 1
        and len(b.tokens) > 1
        and len("".join(ta)) > 5
        and canonical("".join(ta)) == canonical("".join(tb))
    ):
        return Finding("spelling", 1.0, "the same letters, parted otherwise")
    return Finding("spelling", None, "other tokens")


def middle_names(a: Name, b: Name) -> Finding:
    """The same first name and surname, one with further names between them (middle name, patronymic, birth name)."""
    short, long = sorted((a, b), key=lambda n: len(_given(n)))
    gs, gl = _given(short), _given(long)
    if not gs or not _aligned(_bare(_surname(a)), _bare(_surname(b))):
        return Finding("middle names", None, "surnames differ or a given name is missing")
    if not variants(gs[0], gl[0]) or len(gs[0]) == 1:
        return Finding("middle names", None, "first names differ")
    joined = "".join(gs[1:]), "".join(gl[1:])
    if all(joined) and variants(*joined):  # "Abd al-Qadir", "Abdelkader"
        return Finding("middle names", 0.95, "first name and surname agree, the middle ones too when written together")
    for token, other in zip(gs[1:], gl[1:]):
        if not variants(token, other) and not initial_of(token, other):
            return Finding("middle names", 0.0, f"the middle name {token} is not {other}")
    return Finding("middle names", 0.95, "first name and surname agree, the middle ones do not contradict")


def last_names(a: Name, b: Name) -> Finding:
    """One has a name more at the end (a mother's surname, a grandfather's name): sure when three names agree."""
    short, long = sorted((a.tokens, b.tokens), key=len)
    if 2 <= len(short) < len(long) <= len(short) + 2 and len(short[0]) > 1 and _aligned(short, long[: len(short)]):
        return Finding("last names", 0.88 if len(short) > 2 else 0.6, "one has a name more at the end")
    return Finding("last names", None, "no name more at the end")


def joined_surname(a: Name, b: Name) -> Finding:
    """First names agree and one surname is a part of the other's, joined by a hyphen ("Novak-Lind" and "Novak")."""
    for x, y in ((a, b), (b, a)):
        last = re.split(r"\s+", x.written.strip())[-1]
        parts = fold(last.replace("-", " ")).split()
        gx, gy = tuple(t for t in x.tokens if t not in parts), _given(y)
        if (
            "-" in last
            and len(parts) > 1
            and gx
            and gy
            and _aligned(gx[:1], gy[:1])
            and len(y.tokens) >= 2
            and len(gx[0]) > 1
            and any(variants(p, y.tokens[-1]) for p in parts)
        ):
            return Finding("joined surname", 0.9, "one surname is part of the other's double name")
    return Finding("joined surname", None, "no double surname")


def initials(a: Name, b: Name) -> Finding:
    """Surnames agree and the given names are initials of each other ("J. Kovar", "Jana Kovar"): it may be."""
    ga, gb = _given(a), _given(b)
    if ga and gb and _aligned(_bare(_surname(a)), _bare(_surname(b))) and initial_of(ga[0], gb[0]):
        if len(ga) == len(gb) > 1 and all(map(initial_of, ga, gb)):
            return Finding("initials", 0.86, "two initials fit")
        return Finding("initials", 0.6, "the initial fits")
    return Finding("initials", None, "no initials")


def near_given(a: Name, b: Name) -> Finding:
    """Surnames agree and the first names are near in letters (Volodymyr, Vladimir) or shared but not the first one
    (Ana Maria, Maria): it may be. An ending that tells a gender keeps them apart."""
    ga, gb = _given(a), _given(b)
    if ga and gb and len(ga[0]) > 1 < len(gb[0]) and _aligned(_bare(_surname(a)), _bare(_surname(b))):
        if any(variants(x, y) and len(x) > 3 for x in ga for y in gb):
            return Finding("near given names", 0.7, "they share a first name, not the first one")
        x, y = canonical(ga[0]), canonical(gb[0])
        if (
            x[-1] not in VOWELS
            and y[-1] not in VOWELS
            and JaroWinkler.similarity(x, y) >= NEAR
            or x[-1] == y[-1]
            and JaroWinkler.similarity(x, y) >= NEAR
        ):
            return Finding("near given names", 0.6, f"{ga[0]} is near {gb[0]}")
    return Finding("near given names", None, "no near given names")


def generation(a: Name, b: Name) -> Finding:
    """Father and son: suffixes (Jr., Sr., III) that differ part two names; one missing suffix leaves it open."""
    if a.suffix != b.suffix and a.suffix and b.suffix:
        return Finding("generation", 0.0, f"{a.suffix} is not {b.suffix}")
    if a.suffix != b.suffix:
        return Finding("generation", 0.7, "one has a suffix, the other has none")
    return Finding("generation", None, "no suffix" if not a.suffix else "the same suffix")


def genders(a: str | None, b: str | None) -> Finding:
    """Two genders told by the text must agree."""
    if a and b and a != b:
        return Finding("gender", 0.0, "one is addressed as a man, the other as a woman")
    return Finding("gender", None, "no contradiction")


def surname_alone(a: Name, b: Name) -> Finding:
    """A shared surname and other given names is no evidence; two given names that differ speak against."""
    ga, gb = _given(a), _given(b)
    if ga and gb and _aligned(_bare(_surname(a)), _bare(_surname(b))) and not variants(ga[0], gb[0]) and not initial_of(ga[0], gb[0]):
        return Finding("given names", 0.0, f"{ga[0]} is not {gb[0]}")
    return Finding("given names", None, "no contradiction")


#: Two names are one from this score on.
SAME = 0.85


def compare(a: str | Name, b: str | Name, gender_a: str | None = None, gender_b: str | None = None) -> Explanation:
    """Compare two names of persons.

    ``score`` is the best of the predicates that speak for it, or 0 as soon as one speaks against it; from
    :data:`SAME` on the two are one person. Single names and initials never reach it: they are short forms.
    """
    a, b = (n if isinstance(n, Name) else parse(n) for n in (a, b))
    against = [f for f in (generation(a, b), genders(gender_a or a.gender, gender_b or b.gender)) if f.value is not None]
    found = [
        same_tokens(a, b),
        middle_names(a, b),
        last_names(a, b),
        joined_surname(a, b),
        initials(a, b),
        near_given(a, b),
    ]
    if not any(f.value for f in found):
        found.append(surname_alone(a, b))
    told = [f for f in found if f.value is not None]
    score = max((f.value for f in told), default=0.0)
    if any(f.value == 0 for f in told) and not any(f.value == 1 for f in told):
        score = 0.0
    for finding in against:
        score = min(score, finding.value)
    if not a.tokens or not b.tokens or ((a.single or b.single) and len(a.tokens) == 1 == len(b.tokens)):
        told.append(Finding("single name", 0.5, "a single name tells little"))
        score = min(score, 0.5)
    findings = sorted(told + against, key=lambda f: abs(f.value - 0.5), reverse=True)
    return Explanation(score >= SAME, round(score, 3), tuple(findings) or (Finding("spelling", 0.0, "nothing in common"),))


def short_form(short: Name, full: Name) -> bool:
    """Whether ``short`` can be a short form of ``full`` in one article: its surname (with or without particles), its
    last tokens, its first name alone, the name before the last, an initial and the surname, or a part of a double
    surname."""
    s, f = short.tokens, full.tokens
    if not s or len(s) > len(f) or (short.suffix and full.suffix and short.suffix != full.suffix):
        return False
    if len(s) == len(f):
        return len(s) > 1 and initials(short, full).value is not None
    bare_s, bare_f = _bare(s), _bare(f)
    if _aligned(bare_s, bare_f[-len(bare_s) :]) or _aligned(s, f[:1]):
        return True
    if len(s) == 1:
        # the last but one is a father's surname in Spain, a father's name or a middle surname elsewhere
        return any(variants(s[0], t) for t in (*_surname(full), *f[1:-1][-1:])) or ("-" in full.written and s[0] in f[1:])
    return initials(short, full).value is not None or middle_names(short, full).value == 0.95
