"""One encoder pass for all processors: the language model run over documents, its vectors kept for the next one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from stanza.models.common.doc import Document
from torch import Tensor

from attribution.language import marks, windows
from attribution.language.bundle import WEIGHTS
from attribution.language.encoder import fast_dtype, load_tokenizer, load_weights
from attribution.language.model import HeadSizes, Labels, LanguageModel
from attribution.records import Span, Spans

BATCH = 2048  # word pieces in a batch, padding included: larger ones leave the processor's cache


@dataclass(frozen=True, slots=True)
class Encoded:
    """Some windows of the documents with their word vectors [window, word, width]."""

    windows: tuple[windows.Window, ...]
    batch: windows.Batch
    vectors: Tensor


def paragraphs_of(doc: Document) -> Spans:
    """The paragraphs of a document: those it was given (``doc.paragraphs``), else its non-empty lines."""
    given = getattr(doc, "paragraphs", None)
    if given is not None:
        return given
    found, at = [], 0
    for line in (doc.text or "").splitlines(keepends=True):
        if line.strip():
            found.append((at, at + len(line.rstrip())))
        at += len(line)
    return tuple(found)


def word_spans(doc: Document) -> list[list[Span]]:
    """The span of every word, a list a sentence; a word without one of its own has its token's."""
    sentences = []
    for sentence in doc.sentences:
        spans = []
        for token in sentence.tokens:
            whole = (token.start_char, token.end_char)
            spans += [whole if word.start_char is None else (word.start_char, word.end_char) for word in token.words]
        sentences.append(spans)
    return sentences


def words_of(doc: Document) -> windows.Words:
    """A document's words as the language model reads them."""
    paragraphs = paragraphs_of(doc)
    regions = marks.find_marked(doc.text or "", paragraphs)
    words, spans, numbers, places, seen = [], [], [], [], 0
    for number, (sentence, places_of) in enumerate(zip(doc.sentences, word_spans(doc))):
        for i, (word, span) in enumerate(zip(sentence.words, places_of)):
            new = seen < len(paragraphs) and span[0] >= paragraphs[seen][0]
            while seen < len(paragraphs) and span[0] >= paragraphs[seen][0]:
                seen += 1
            words.append(word.text)
            spans.append(span)
            numbers.append(number)
            places.append(2 if new else 1 if i == 0 else 0)
    return windows.Words(tuple(words), tuple(spans), tuple(numbers), tuple(places),
                         tuple(marks.states(spans, regions)))


class SharedModel:
    """The language model with the documents that it read last.

    ``encode(documents)`` runs the encoder once; called again with the same documents (as the next processor
    does) it answers from memory. ``passes`` counts the windows that went through the encoder.
    """

    def __init__(self, model: LanguageModel, pieces: windows.Pieces):
        self.model, self.pieces, self.passes = model.eval(), pieces, 0
        self.dtype = fast_dtype()
        self.documents: list[Document] = []
        self.words: list[windows.Words] = []
        self.encoded: list[Encoded] = []

    @torch.inference_mode()
    def encode(self, documents: Sequence[Document]) -> list[Encoded]:
        """The encoded windows of ``documents``, whose cores tile all their words."""
        known = len(documents) == len(self.documents) and all(a is b for a, b in zip(documents, self.documents))
        if known and all(len(w) == d.num_words for w, d in zip(self.words, documents)):
            return self.encoded
        self.documents, self.encoded = list(documents), []
        self.words = [words_of(doc) for doc in documents]
        parts = [self.pieces(words.words) for words in self.words]
        planned = [window for number, (words, pieces) in enumerate(zip(self.words, parts))
                   for window in windows.plan(number, words, [len(p) for p in pieces])]
        for group in windows.by_length(planned, BATCH):
            batch = windows.collate([(self.words[w.text], w.low, w.high, parts[w.text][w.low:w.high]) for w in group])
            with self.arithmetic():
                vectors = self.model(batch)
            self.encoded.append(Encoded(tuple(group), batch, vectors))
            self.passes += len(group)
        return self.encoded

    def arithmetic(self) -> torch.autocast:
        """The context in which the model runs: bfloat16 where the processor has it."""
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.dtype == torch.bfloat16)

    def forget(self) -> None:
        """Lets go of the documents."""
        self.documents, self.words, self.encoded = [], [], []


@lru_cache(maxsize=2)
def shared_model(folder: Path = WEIGHTS / "en" / "language") -> SharedModel:
    """The bundled language model, loaded once a process."""
    labels = Labels.from_json(json.loads((folder / "labels.json").read_text(encoding="utf-8")))
    weights = load_weights(folder / "model.safetensors")
    model = LanguageModel(labels, sizes=HeadSizes.of(weights))
    model.load_state_dict(weights)
    return SharedModel(model, windows.Pieces(load_tokenizer(folder / "tokenizer.json")))
