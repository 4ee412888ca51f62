"""Which names are worth comparing: each name lies in blocks, and only names of one block are compared.

Names of persons that can be variants of each other share a block by the sorted sound skeletons of first and last
token, so that order and romanization do not matter; names with a like surname and a role of one land share another.
Bodies share one by their words, by an acronym that an article puts to a name, or because a person curated them as
one. Short forms are found by the sound of their surname. A block is a text, so that any store can index it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .bodies import body_key
from .facts import Node, Reader, Record, full
from .names import Name
from .spelling import fold, skeleton, skeletons

#: More names than this in one block are compared only with those that begin alike.
BLOCK = 200


def name_blocks(name: Name) -> set[str]:
    """The blocks of a full name by its sounds: its first token with its last one, with the one before it in a long
    name, and with the first part of a double surname."""
    tokens = name.tokens
    found = {_pair(first, last) for first in skeletons(tokens[0]) for last in skeletons(tokens[-1])}
    others = [tokens[-2]] if len(tokens) > 3 else []
    if "-" in (last := name.written.split()[-1]):
        others.append(fold(last.split("-")[0]))
    return found | {_pair(skeleton(tokens[0]), skeleton(other)) for other in others}


def _pair(first: str, second: str) -> str:
    return "name " + " ".join(sorted((first, second)))


def surname_block(tokens: Sequence[str]) -> str:
    """The block of full names with a surname of this sound."""
    return f"surname {skeleton(tokens[-1])}"


def short_block(surname: str) -> str:
    """The block of short forms whose surname has the sound of a block of full names."""
    return surname.replace("surname", "short", 1)


def spoken_block(tokens: Iterable[str]) -> str:
    """The block of short forms of just these tokens."""
    return "spoken " + " ".join(tokens)


def beside_block(tokens: Iterable[str]) -> str:
    """The block of full names beside which an article writes just these tokens."""
    return "beside " + " ".join(tokens)


def entity_block(entity: str) -> str:
    """The block of the names of an entity, short forms left out."""
    return f"entity {entity}"


def blocks(node: Node, record: Record, name: Name | None, reader: Reader) -> set[str]:
    """All blocks of a name; ``name`` is a person's, taken apart."""
    if node[0] == "short":
        return {short_block(surname_block(node[1])), spoken_block(node[1])}
    found = {f"curated {reader.curated[node]}"} if node in reader.curated else set()
    if full(node):
        surname = skeleton(node[1][-1])
        found |= name_blocks(name) | {surname_block(node[1])}
        found |= {f"role {surname} {land}" for _, land in record.roles}
        found |= {beside_block(tokens.split()) for tokens in record.beside}
    elif node[0] == "body":
        found |= {"body " + " ".join(body_key(spelling)) for spelling in reader.spellings(node, record)}
        found |= {f"acronym {acronym}" for acronym in (*record.acronyms, node[1])}
    return found


def parts(block: str, members: Sequence[Node]) -> list[Sequence[Node]]:
    """A block as it is compared: whole, or when it is too long the names that begin alike; ``members`` are sorted."""
    if len(members) <= BLOCK:
        return [members]
    if not block.startswith("name "):
        return [members[:BLOCK]]
    alike = defaultdict(list)
    for node in members:
        alike[node[1][0][:2], node[1][-1][:2]].append(node)
    return [part[: 4 * BLOCK] for part in alike.values()]


def compared(found: Iterable[str]) -> Iterator[str]:
    """Those of the blocks whose names are compared with each other."""
    return (block for block in found if block.split(" ", 1)[0] in ("name", "role", "body", "acronym", "curated"))
