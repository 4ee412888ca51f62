"""The stanza pipeline: offline, from the models in the package, over many articles at once.

``stanza`` does the tokens, multi-word tokens and lemmas with models of its own kind; parts of speech,
dependencies, names and quotations come from one shared encoder (:mod:`attribution.language.shared`)
under stanza's names ``pos``, ``depparse``, ``ner`` and ``quote``. Nothing here touches the network.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import stanza
import torch
from stanza.models.common.doc import Document
from stanza.pipeline.registry import NAME_TO_PROCESSOR_CLASS

from attribution.language import processors
from attribution.language.bundle import WEIGHTS
from attribution.language.shared import SharedModel, shared_model, word_spans
from attribution.records import Span, Spans

LONGEST_TOKEN = 1000  # characters; above it stanza's tokenizer writes <UNK>
OFFLINE = {"download_method": None, "use_gpu": False, "logging_level": "ERROR", "tokenize_max_seqlen": LONGEST_TOKEN}
STANZA = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
OURS = {"pos": processors.PosProcessor, "depparse": processors.DepparseProcessor, "ner": processors.NerProcessor}
LATER = ("pos", "lemma", "depparse", "ner", "quote")
# the kinds of names of stanza's official models (OntoNotes) in the terms of ours
KINDS = {"PERSON": "Person", "PER": "Person", "ORG": "Organization", "GPE": "Location", "LOC": "Location",
         "FAC": "Facility", "DATE": "Date", "TIME": "Date", "MONEY": "Money", "PRODUCT": "Product"}  # fmt: skip


def load(folder: Path = WEIGHTS, shared: SharedModel | None = None) -> stanza.Pipeline:
    """A pipeline over the models in ``folder``: the bundled ones, or stanza's official English package as
    ``attribution models download`` puts it there. What a folder has no model for (in the bundled one: pos,
    depparse, ner) reads the shared encoder, and ``quote`` does so always, once it is registered
    (``import attribution.quotations``)."""
    shared = shared or shared_model()
    pipeline = _loaded(folder, shared)
    if "quote" in NAME_TO_PROCESSOR_CLASS:
        _add(pipeline, "quote", NAME_TO_PROCESSOR_CLASS["quote"], shared)
    return pipeline


@lru_cache(maxsize=2)
def _loaded(folder: Path, shared: SharedModel) -> stanza.Pipeline:
    torch.set_num_threads(1)
    listed = json.loads((Path(folder) / "resources.json").read_text(encoding="utf-8"))["en"]["default_processors"]
    pipeline = stanza.Pipeline(
        "en", model_dir=str(folder), package=None, processors={name: listed[name] for name in STANZA if name in listed},
        lemma_check_requirements=False, lemma_beam_size=1, depparse_check_requirements=False,
        **OFFLINE,
    )
    for name, kind in OURS.items():
        _add(pipeline, name, kind, shared)
    if folder == WEIGHTS:
        pipeline.processors["lemma"] = processors.DistinctLemmas(pipeline.processors["lemma"], pipeline)
    return pipeline


def _add(pipeline: stanza.Pipeline, name: str, kind: type, shared: SharedModel) -> None:
    if name not in pipeline.processors:
        config = {"lang": "en", "mode": "predict", "shared": shared, "check_requirements": False}
        pipeline.processors[name] = kind(config, pipeline, pipeline.device)


def documents(pipeline: stanza.Pipeline, texts: Sequence[str], paragraphs: Sequence[Spans]) -> list[Document]:
    """Tokenized documents, one a text; only the given paragraphs are read, each for itself, and every token
    carries its place in the unchanged text (``[start_char, end_char)``, code points)."""
    stretched, shifts = [], []
    for text, spans in zip(texts, paragraphs):
        moved, at = [], 0
        for start, end in spans:
            moved.append((at, start - at))
            at += end - start + 2
        stretched.append("\n\n".join(_plain(text[start:end]) for start, end in spans))
        shifts.append(moved)
    docs = [Document([], text=text) for text in stretched]
    filled = [doc for doc in docs if doc.text.strip()]
    if filled:
        pipeline.bulk_process(filled, processors="tokenize,mwt")
    for doc, text, spans, moved in zip(docs, texts, paragraphs, shifts):
        _shift(doc, moved)
        doc.text = text
        doc.paragraphs = tuple(spans)
    return docs


def _plain(text: str) -> str:
    """The text, same length, with what stanza would take for a paragraph's end or choke on made a blank."""
    return "".join(" " if char in "\n\r\x0b\x0c\x85\u2028\u2029\x00" else char for char in text)


def _shift(doc: Document, moved: Sequence[Span]) -> None:
    """Moves tokens from the joined paragraphs to their places in the text: ``moved`` are pairs of the place
    where a paragraph begins in the joined text and the distance to its place in the article."""
    number = 0
    for sentence in doc.sentences:
        for token in sentence.tokens:
            while number + 1 < len(moved) and moved[number + 1][0] <= token._start_char:
                number += 1
            distance = moved[number][1]
            token._start_char += distance
            token._end_char += distance
            for word in token.words:
                if word.start_char is not None:
                    word.start_char += distance
                    word.end_char += distance


def annotate(texts: Sequence[str], paragraphs: Sequence[Spans],
             pipeline: stanza.Pipeline | None = None) -> list[Document]:
    """Stanza documents with all annotation, one a text, batched together.

    ``paragraphs`` are the spans of each text that are article (furniture left out). The documents' ``text``
    is the text given, unchanged; all offsets are its code points.
    """
    pipeline = pipeline or load()
    docs = documents(pipeline, texts, paragraphs)
    filled = [doc for doc in docs if doc.sentences]
    if filled:
        pipeline.bulk_process(filled, processors=[name for name in LATER if name in pipeline.processors])
        for entity in (entity for doc in filled for entity in doc.ents):
            entity.type = KINDS.get(entity.type, entity.type)
        for processor in pipeline.processors.values():
            if isinstance(getattr(processor, "shared", None), SharedModel):
                processor.shared.forget()
    return docs


def tokenize(paragraphs: Sequence[str], batch: int = 2000) -> list[list[list[tuple[str, int, int]]]]:
    """Paragraphs as sentences of ``(form, start, end)``, by the bundled tokenizer (training reads corpora so)."""
    pipeline = stanza.Pipeline("en", model_dir=str(WEIGHTS), processors="tokenize,mwt", **OFFLINE)
    found = []
    for at in range(0, len(paragraphs), batch):
        texts = paragraphs[at : at + batch]
        for doc in documents(pipeline, texts, [((0, len(text)),) for text in texts]):
            forms = [[word.text for word in sentence.words] for sentence in doc.sentences]
            found.append([[(form, *span) for form, span in zip(*pair)] for pair in zip(forms, word_spans(doc))])
    return found
