"""What a person types to search for, and which quotations have the commonest words.

SQLite takes a third of a second to tell the million quotations of ten that have a common word. So where there are very many, the
column store keeps for each such word a bit a row; all other searches are SQLite's.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

MANY = 2_000_000
"""Quotations from which the common words are kept."""
COMMON = 0.04
"""A word is common that stands in so large a part of the quotations."""
_SAMPLE = 5_000
_STRETCH = 1 << 20  # rows that are looked up together; whole bytes of bits
_TOKENIZER = "unicode61"  # FTS5's own, where a table names none


def terms(typed: str) -> list[str]:
    """The words and phrases of a search, at most 24: operators, hyphens, colons and stray quotation marks lose their meaning."""
    typed = re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', typed.replace("\x00", " "))[:400]
    found = [phrase or word for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', typed)]
    return [term for term in found if any(character.isalnum() for character in term)][:24]


def match_expression(typed: str) -> str | None:
    """What a person typed, as an FTS5 expression that cannot fail: every word must occur, quoted words as a phrase.
    None where nothing can be searched."""
    return " ".join(f'"{term}"' for term in terms(typed)) or None


@dataclass(frozen=True)
class CommonWords:
    """Line ``i`` of ``bits`` has a bit for each of the ``size`` rows of the column store: whether it has ``tokens[i]``, as the
    ``tokenizer`` of the search index writes the word."""

    tokens: tuple[str, ...]
    bits: np.ndarray
    size: int
    tokenizer: str

    def rows(self, typed: str) -> np.ndarray | None:
        """The rows that a search finds, ascending; None unless all that was typed are common words."""
        words = terms(typed) if self.tokens else []
        found = [_counted([word], self.tokenizer) for word in words]
        if not words or any([times for _, _, times in tokens] != [1] or tokens[0][0] not in self.tokens for tokens in found):
            return None  # a word of two tokens ("cease-fire", "so-so") is a phrase
        lines = self.bits[[self.tokens.index(token) for ((token, _, _),) in found]]
        return np.flatnonzero(np.unpackbits(np.bitwise_and.reduce(lines), count=self.size)).astype(np.int32)


NONE = CommonWords((), np.empty((0, 0), np.uint8), 0, _TOKENIZER)


def read(connection: sqlite3.Connection, ids: np.ndarray) -> CommonWords:
    """The common words of the quotations with these ``ids`` (ascending): those of a sample, each then looked up in the index
    (10 million quotations: a minute)."""
    if len(ids) < MANY or not (index := connection.execute("SELECT sql FROM sqlite_master WHERE name = 'quotations_fts'").fetchone()):
        return NONE
    tokenizer = (re.search(r"tokenize\s*=\s*'([\w ]+)'", index[0]) or [None, _TOKENIZER])[1]
    some = ids[np.linspace(0, len(ids) - 1, min(_SAMPLE, len(ids))).astype(np.int64)].tolist()
    texts = [connection.execute("SELECT text FROM quotations WHERE id = ?", [id]).fetchone()[0] for id in some]
    frequent = [token for token, having, _ in _counted(texts, tokenizer) if having >= COMMON * len(texts)]
    # a stem that has another stem ("univers" of "universe") cannot be asked for
    tokens = tuple(token for token in frequent if _counted([token], tokenizer) == [(token, 1, 1)])
    bits = np.zeros((len(tokens), (len(ids) + 7) // 8), np.uint8)
    for line, token in zip(bits, tokens):
        for start in range(0, len(ids), _STRETCH):
            line[start // 8:(start + _STRETCH) // 8] = np.packbits(_having(connection, token, ids[start:start + _STRETCH]))
    return CommonWords(tokens, bits, len(ids), tokenizer)


def _having(connection: sqlite3.Connection, token: str, ids: np.ndarray) -> np.ndarray:
    """A mask of the quotations with these ``ids`` that have the word."""
    # one string is three times as fast to fetch as rows
    found, = connection.execute("SELECT group_concat(rowid, ' ') FROM quotations_fts WHERE quotations_fts MATCH ?"
                                " AND rowid BETWEEN ? AND ?", [f'"{token}"', int(ids[0]), int(ids[-1])]).fetchone()
    wanted = np.fromstring(found or "", dtype=np.int64, sep=" ")
    rows = np.searchsorted(ids, wanted)
    mask = np.zeros(len(ids), bool)
    mask[rows[ids[rows] == wanted]] = True
    return mask


def _counted(texts: Iterable[str], tokenizer: str) -> list[tuple[str, int, int]]:
    """The tokens of ``texts``, as an index with this tokenizer has them, in how many of them each stands, and how often."""
    with contextlib.closing(sqlite3.connect(":memory:")) as index:
        index.execute(f"CREATE VIRTUAL TABLE said USING fts5(text, tokenize='{tokenizer}')")
        index.executemany("INSERT INTO said VALUES (?)", ((text,) for text in texts))
        index.execute("CREATE VIRTUAL TABLE words USING fts5vocab(said, row)")
        return index.execute("SELECT term, doc, cnt FROM words ORDER BY doc DESC, term").fetchall()
