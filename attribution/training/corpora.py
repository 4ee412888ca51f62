"""Reading the corpora that the bundled models are trained on, as words with labels.

The corpora lie in a folder of the user's (``--corpora``): Universal Dependencies treebanks as
``ud/<name>/{train,dev}.conllu.gz``, names as ``ner/<name>/{train,dev,test}.bioes.gz``, quotations as
``polnear/{train,dev}.jsonl.gz``. Only ``train`` files are ever trained on.
"""

from __future__ import annotations

import bisect
import csv
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attribution.language import marks
from attribution.language.windows import Words
from attribution.records import Span

Tokenize = Callable[[Sequence[str]], list[list[list[tuple[str, int, int]]]]]


@dataclass(frozen=True, slots=True)
class Tree:
    """A treebank document: words and, parallel to them, tags; ``heads`` count from 1 inside the sentence, 0 = root."""

    words: Words
    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    feats: tuple[str, ...]
    heads: tuple[int, ...]
    deprels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Words with BIOES name labels; None where the label is not known (silver data)."""

    words: Words
    names: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """An article's words with its attributions as lists of word numbers a role."""

    id: str
    text: str
    words: Words
    attributions: tuple[dict[str, tuple[tuple[int, int], ...]], ...]
    names: tuple[str | None, ...] = ()
    nested: bool = False  # attributions inside another's content are annotated too


def lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        yield from handle


def make_words(text: str, sentences: Sequence[Sequence[tuple[str, int, int]]], paragraphs: Sequence[Span]) -> Words:
    """Words from sentences of ``(form, start, end)`` in ``text``."""
    regions = marks.find_marked(text, paragraphs)
    starts = {start for start, _ in paragraphs}
    words, spans, numbers, places = [], [], [], []
    after = [start for start, _ in paragraphs] + [len(text) + 1]
    seen = 0
    for number, sentence in enumerate(sentences):
        for i, (form, start, end) in enumerate(sentence):
            new = start >= after[seen]
            while start >= after[seen]:
                seen += 1
            words.append(form)
            spans.append((start, end))
            numbers.append(number)
            places.append(2 if new or (i == 0 and start in starts) else 1 if i == 0 else 0)
    return Words(tuple(words), tuple(spans), tuple(numbers), tuple(places), tuple(marks.states(spans, regions)))


def treebank(path: Path, keep: Callable[[str], bool] = lambda document: True) -> Iterator[Tree]:
    """The documents of a CoNLL-U file whose name passes ``keep``."""
    document, text, sentences, paragraphs, rows = "", "", [], [], []
    block: list[str] = []
    new_paragraph = True

    def finish():
        if rows and keep(document):
            spans = [(a, b) for a, b in zip(paragraphs, paragraphs[1:] + [len(text)])]
            columns = list(zip(*rows))
            yield Tree(make_words(text, sentences, spans), *(tuple(c) for c in columns))

    for line in lines(path):
        line = line.rstrip("\n")
        if line.startswith("# newdoc"):
            yield from finish()
            document, text, sentences, paragraphs, rows, new_paragraph = line.split("=")[-1].strip(), "", [], [], [], True
        elif line.startswith("# newpar"):
            new_paragraph = True
        elif line and not line.startswith("#"):
            block.append(line)
        elif not line and block:
            if new_paragraph:
                paragraphs.append(len(text))
                new_paragraph = False
            text, sentence = _sentence(text, block, rows)
            sentences.append(sentence)
            block = []
    yield from finish()


def _sentence(text: str, block: list[str], rows: list) -> tuple[str, list[tuple[str, int, int]]]:
    words: list[tuple[str, int, int]] = []
    covered, span = 0, (0, 0)
    for line in block:
        cells = line.split("\t")
        space = "" if "SpaceAfter=No" in cells[9] else " "
        if "-" in cells[0]:
            first, last = map(int, cells[0].split("-"))
            covered, span, place = last, (len(text), len(text) + len(cells[1])), len(text)
            text += cells[1] + space
            continue
        if "." in cells[0]:
            continue
        if int(cells[0]) <= covered:
            at = text.find(cells[1], place, span[1])
            start, end = (at, at + len(cells[1])) if at >= 0 else span
            place = end if at >= 0 else place
        else:
            start, end = len(text), len(text) + len(cells[1])
            text += cells[1] + space
        words.append((cells[1], start, end))
        rows.append((cells[3], cells[4], cells[5], int(cells[6]), cells[7]))
    return text, words


def free_documents(table: Path) -> set[str]:
    """GUM documents whose text licence is not non-commercial, from its ``docs.tsv``."""
    with open(table, encoding="utf-8", newline="") as handle:
        return {row["doc"] for row in csv.DictReader(handle, delimiter="\t")
                if "NC" not in row["text_licence_per_LICENSE.txt"] and row["status"] == "kept"}


def names(path: Path, blocks: int = 8) -> Iterator[Named]:
    """Runs of ``blocks`` paragraphs of a BIOES file."""
    sentences, labels, text, paragraphs = [], [], "", []

    def finish():
        spans = [(a, b) for a, b in zip(paragraphs, paragraphs[1:] + [len(text)])]
        return Named(make_words(text, sentences, spans), tuple(labels))

    block: list[tuple[str, str]] = []
    for line in [*lines(path), "\n"]:
        if line.strip():
            word, tag = line.rstrip("\n").split("\t")
            block.append((word, tag))
        elif block:
            paragraphs.append(len(text))
            sentence = []
            for word, tag in block:
                sentence.append((word, len(text), len(text) + len(word)))
                labels.append(tag)
                text += word + " "
            sentences.append(sentence)
            block = []
            if len(sentences) == blocks:
                yield finish()
                sentences, labels, text, paragraphs = [], [], "", []
    if sentences:
        yield finish()


def text_paragraphs(text: str) -> list[Span]:
    """The non-empty lines of a corpus text."""
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            start = at + line.index(body)
            spans.append((start, start + len(body)))
        at += len(line)
    return spans


def quotations(path: Path, tokenize: Tokenize) -> list[Quoted]:
    """The articles of a PolNeAR file; ``tokenize`` maps paragraphs to sentences of ``(form, start, end)``."""
    return quoted([json.loads(line) for line in lines(path)], tokenize)


def quoted(rows: Sequence[dict], tokenize: Tokenize, nested: bool = False) -> list[Quoted]:
    """Articles with ``id``, ``text`` and ``attributions`` as in PolNeAR's files."""
    paragraphs = [text_paragraphs(row["text"]) for row in rows]
    flat = tokenize([row["text"][s:e] for row, spans in zip(rows, paragraphs) for s, e in spans])
    found, at = [], 0
    for row, spans in zip(rows, paragraphs):
        sentences = []
        for start, _ in spans:
            sentences += [[(form, start + a, start + b) for form, a, b in sentence] for sentence in flat[at]]
            at += 1
        words = make_words(row["text"], sentences, spans)
        found.append(Quoted(row["id"], row["text"], words, tuple(_roles(a, words) for a in row["attributions"]),
                            nested=nested))
    return found


def _roles(attribution: dict, words: Words) -> dict[str, tuple[tuple[int, int], ...]]:
    starts, ends = [s for s, _ in words.spans], [e for _, e in words.spans]
    roles = {}
    for role in ("content", "cue", "source"):
        spans = []
        for start, end in attribution.get(role) or []:
            low, high = bisect.bisect_right(ends, start), bisect.bisect_left(starts, end)
            if low < high:
                spans.append((low, high))
        roles[role] = tuple(spans)
    return roles


SILVER = {"PERSON": "Person", "ORGANIZATION": "Organization", "LOCATION": "Location"}


def silver_names(path: Path, articles: Sequence[Quoted]) -> list[Quoted]:
    """The articles with CoreNLP's automatic names as partial labels: a name of a trusted class is labelled,
    a lower-case word outside all names is ``O``, anything else stays unknown (None)."""
    layers = {row["id"]: row for row in map(json.loads, lines(path))}
    return [Quoted(a.id, a.text, a.words, a.attributions, _silver(a.words, layers[a.id])) if a.id in layers else a
            for a in articles]


def _silver(words: Words, layer: dict) -> tuple[str | None, ...]:
    classes = dict(zip(layer["begin"], layer["ner"]))
    found = [classes.get(start) for start, _ in words.spans]
    labels: list[str | None] = []
    for i, kind in enumerate(found):
        if kind in (None, "O"):
            labels.append("O" if kind == "O" and words.words[i][:1].islower() else None)
            continue
        before = i > 0 and found[i - 1] == kind and words.sentences[i - 1] == words.sentences[i]
        after = i + 1 < len(found) and found[i + 1] == kind and words.sentences[i + 1] == words.sentences[i]
        prefix = ("I" if before else "B") if after else ("E" if before else "S")
        labels.append(f"{prefix}-{SILVER[kind]}" if kind in SILVER else None)
    return tuple(labels)
