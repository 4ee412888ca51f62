"""Countries: which country a name, a demonym or a capital belongs to; and lands that no list has.

``countries.csv`` holds one row a country (ISO 3166 code, plain English name, other names, demonyms and
the capital by which its government is called). It holds public geography, nothing of people. Two seats
are left out on purpose: Brussels (it speaks for the European Union as often as for Belgium) and capitals
named like their country.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Country:
    """One row of ``countries.csv``: ``demonyms`` are adjectives and nouns ("Swede", "Swedish")."""

    code: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]


@cache
def countries() -> dict[str, Country]:
    """All countries by code."""
    text = (resources.files(__package__) / "countries.csv").read_text(encoding="utf-8")
    parts = [
        (row, *(tuple(filter(None, row[key].split("|"))) for key in ("aliases", "demonyms", "capital")))
        for row in csv.DictReader(text.splitlines())
    ]
    return {row["code"]: Country(row["code"], row["name"], *rest) for row, *rest in parts}


def _plain(name: str) -> str:
    name = " ".join(name.replace("\u2019", "'").split())
    for ending in ("'s", "'"):
        name = name.removesuffix(ending)
    words = name.split(" ")
    if len(words) > 1 and words[0].lower() == "the":
        name = " ".join(words[1:])
    # Short codes are only codes in capitals: "us" is a pronoun, "US" is not.
    return name.replace(".", "") if len(name) <= 6 and name.isupper() else name.casefold()


@cache
def _index(field: str) -> dict[str, str]:
    index = {}
    for country in countries().values():
        for name in {
            "name": (country.name, *country.aliases),
            "demonym": country.demonyms,
            "capital": country.capitals,
        }[field]:
            index.setdefault(_plain(name), country.code)
    return index


def named(name: str) -> str | None:
    """Code of the country with this name ("the US", "Great Britain"), else None."""
    return _index("name").get(_plain(name))


def capital_of(name: str) -> str | None:
    """Code of the country whose government is called by this capital, else None."""
    return _index("capital").get(_plain(name))


def demonym(name: str) -> str | None:
    """Code of the country of this adjective or people ("Swedish", "Swedes"), else None."""
    return _index("demonym").get(_plain(name))


@lru_cache(maxsize=1 << 15)
def country_of(words: str) -> str | None:
    """Code of the country that a name, demonym or capital stands for, else None."""
    return named(words) or demonym(words) or capital_of(words)


_DEMONYM = re.compile("(?:ians?|eans?|ans?|ese|ish|ers?|ites?|is?|n|a|ia|os?)$")


@lru_cache(maxsize=1 << 14)
def nation(word: str) -> str:
    """A key for the land behind a name or a demonym: its country's code, for lands that the table does not know the
    stem ("Ruritania" and "Ruritanian" -> "~rurit")."""
    plain = word.strip("'\u2019").removesuffix("'s").removesuffix("\u2019s")
    stem = _DEMONYM.sub("", plain.lower())
    return country_of(plain) or "~" + (stem if len(stem) >= 4 else plain.lower())


def nations_in(words: list[str], lands: list[str] = ()) -> set[str]:
    """Keys of the lands that these words (and pairs of them) mention by name, demonym or capital; ``lands`` are names
    of places and peoples among them that the table of countries need not know."""
    found, skip = {nation(land) for land in lands}, False
    for i, word in enumerate(words):
        if skip:
            skip = False
            continue
        pair = country_of(f"{word} {words[i + 1]}") if i + 1 < len(words) else None
        code = pair or country_of(word)
        skip = pair is not None
        if code:
            found.add(code)
    return found


_LAND = re.compile("(?:ian|ean|ese)s?$")


def like_a_demonym(word: str) -> bool:
    """Whether a capitalized word is formed like a demonym."""
    return bool(_LAND.search(word.lower())) and len(word) > 5
