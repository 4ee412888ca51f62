"""Treebank text as tokens with their blanks: read, cut, written in a style of marks, labelled for stanza.

A token is ``(text, blank, multi)``: its form, whether a blank follows, whether it is a token of several
words. A sentence is a list of tokens, a paragraph a list of sentences.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stanza.utils.conll import CoNLL

Token = tuple[str, bool, bool]
Sentence = list[Token]
Paragraph = list[Sentence]

LONGEST = 700  # characters of a paragraph in training; longer ones are cut at a sentence border


@dataclass(frozen=True, slots=True)
class Style:
    """Marks as an outlet writes them: the outer pair, the pair inside, the apostrophe."""

    outer: tuple[str, str]
    inner: tuple[str, str]
    apostrophe: str


STYLES = (
    (6, Style(("“", "”"), ("‘", "’"), "’")),
    (5, Style(('"', '"'), ("'", "'"), "'")),
    (3, Style(("‘", "’"), ("“", "”"), "’")),
    (2, Style(("'", "'"), ('"', '"'), "'")),
    (1, Style(("“", "”"), ("‘", "’"), "'")),
    (1, Style(('"', '"'), ("'", "'"), "’")),
    (1, Style(("``", "''"), ("`", "'"), "'")),
    (0.4, Style(("«", "»"), ("“", "”"), "’")),
    (0.3, Style(("„", "“"), ("‚", "‘"), "’")),
    (0.3, Style(("”", "”"), ("’", "’"), "’")),
)
PLAIN = STYLES[0][1]  # speech is made in these marks and written in the outlet's at the end
DOUBLE = {'"', "“", "”", "``", "''", "„", "«", "»", "’’", "‘’", "‘‘"}
SINGLE = {"'", "‘", "’", "`"}
FINAL = {".", "?", "!", "...", "…"}


def read(path: Path, keep: Callable[[str], bool] = lambda document: True) -> list[list[Paragraph]]:
    """The documents of a (gzipped) CoNLL-U file whose names pass ``keep``, as paragraphs."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        read_in = CoNLL.conll2doc(input_str=handle.read())
    documents: list[list[Paragraph]] = []
    kept = False
    for sentence in read_in.sentences:
        for comment in sentence.comments:
            if comment.startswith("# newdoc"):
                kept = keep(comment.split("=")[-1].strip())
                if kept:
                    documents.append([[]])
            elif comment.startswith("# newpar") and kept and documents[-1][-1]:
                documents[-1].append([])
        if kept:
            documents[-1][-1].append([(token.text, bool(token.spaces_after), len(token.id) > 1)
                                      for token in sentence.tokens])
    return documents


def cut(paragraph: Paragraph, longest: int = LONGEST) -> Iterator[Paragraph]:
    """The paragraph in runs of whole sentences of at most ``longest`` characters (one sentence at least)."""
    run: Paragraph = []
    size = 0
    for sentence in paragraph:
        length = sum(len(text) + blank for text, blank, _ in sentence)
        if run and size + length > longest:
            yield run
            run, size = [], 0
        run.append(sentence)
        size += length
    if run:
        yield run


def labelled(paragraph: Paragraph) -> list[tuple[str, int]]:
    """Characters with stanza's labels: 0 inside a token, 1 its end, 2 a sentence's, 3 and 4 the same for
    tokens of several words."""
    found: list[tuple[str, int]] = []
    for sentence in paragraph:
        for i, (text, blank, multi) in enumerate(sentence):
            label = (3 if multi else 1) + (i == len(sentence) - 1)
            found += [(char, 0) for char in text[:-1]] + [(text[-1], label)]
            if blank:
                found.append((" ", 0))
    while found and found[-1][0] == " ":
        found.pop()
    return found


def words(line: str) -> Sentence:
    """Tokens of a line in which blanks part tokens, "_" glues a token to the next and "+" is a blank inside
    a group; "," ":" and ")" lean left, "(" leans right. A token with an apostrophe inside is of two words."""
    parts = line.replace("+", " ").split()
    tokens: Sentence = []
    for part in parts:
        glued = part.endswith("_") and len(part) > 1
        part = part[:-1] if glued else part
        if part in (",", ":", ")", ";", "%") and tokens:
            tokens[-1] = (tokens[-1][0], False, tokens[-1][2])
        multi = bool(re.fullmatch(r"\w+['’](s|re|ve|ll|d|m)|\w+n['’]t|['’]tis|['’]twas|\w+s['’]", part, re.IGNORECASE))
        tokens.append((part, not glued and part not in ("(", "$", "£", "€"), multi))
    return tokens


def upper_first(sentence: Sentence) -> Sentence:
    text, blank, multi = sentence[0]
    return [(text[:1].upper() + text[1:], blank, multi), *sentence[1:]]


def lower_first(sentence: Sentence) -> Sentence:
    """The sentence with its first word in small letters, where that word is a common one."""
    text, blank, multi = sentence[0]
    common = text.lower() in {"the", "a", "an", "this", "that", "these", "we", "he", "she", "they", "it", "there",
                              "in", "on", "at", "my", "his", "her", "our", "their", "but", "and", "if", "when", "you"}
    return [(text.lower() if common else text, blank, multi), *sentence[1:]]


def lean(sentence: Sentence) -> Sentence:
    """The sentence with its last token ready for what follows: a comma leans against it, a word does not."""
    text, _, multi = sentence[-1]
    return [*sentence[:-1], (text, True, multi)]


def ended(sentence: Sentence) -> bool:
    """Whether a sentence looks like one of running text: from a capital, a digit or a mark to a final mark."""
    first, last = sentence[0][0], sentence[-1][0]
    return (len(sentence) >= 3 and (last in FINAL or last in DOUBLE and sentence[-2][0] in FINAL)
            and (first[:1].isupper() or first[:1].isdigit() or first in DOUBLE))


def sayable(sentence: Sentence) -> bool:
    """Whether a sentence can be put into marks: plain, ended, of a common length, without marks of its own."""
    return (3 <= len(sentence) <= 45 and sentence[-1][0] in FINAL and sentence[0][0][:1].isupper()
            and not any(text in DOUBLE or text in SINGLE for text, _, _ in sentence))


def restyle(paragraph: Paragraph, style: Style) -> Paragraph:
    """The paragraph with its quotation marks and apostrophes written in ``style``.

    A mark opens or closes by its form or its blanks; where neither tells, by whether one is open.
    """
    found = []
    is_open = {True: False, False: False}
    for sentence in paragraph:
        tokens: Sentence = []
        blank_before = True
        for i, (text, blank, multi) in enumerate(sentence):
            if text in DOUBLE or text in SINGLE and not after_plural(sentence, i):
                double = text in DOUBLE
                opens = opening(text, blank, blank_before, is_open[double], i == len(sentence) - 1)
                is_open[double] = opens
                pair = style.outer if double else style.inner
                text = pair[0] if opens else pair[1]
            elif len(text) > 1:
                text = re.sub("(?<=[^\\W\\d_])['’`](?=[^\\W\\d_])|^['’](?=[\\w])|(?<=s)['’]$", style.apostrophe, text)
            tokens.append((text, blank, multi))
            blank_before = blank
        found.append(tokens)
    return found


def after_plural(sentence: Sentence, i: int) -> bool:
    """Whether a lone mark is rather an apostrophe: after a digit (feet, minutes)."""
    return i > 0 and not sentence[i - 1][1] and sentence[i - 1][0][-1:].isdigit() and sentence[i][0] == "'"


def opening(text: str, blank: bool, blank_before: bool, is_open: bool, last: bool) -> bool:
    if text in {"“", "``", "„", "«", "‘", "`"}:
        return not (text == "“" and is_open and not blank_before)
    if text in {"”", "’’", "»", "’", "''"}:
        return False if text != "''" else blank_before and not is_open
    if last or blank == blank_before:
        return not is_open and not last
    return blank_before
