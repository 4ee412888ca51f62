"""stanza processors ``pos``, ``depparse`` and ``ner`` that read the shared language model.

They stand under stanza's standard names and fill the standard fields (UPOS, XPOS, FEATS; HEAD, DEPREL;
BIOES tags and ``doc.ents``), so that whatever reads a stanza document reads theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from stanza.models.common.chuliu_edmonds import chuliu_edmonds
from stanza.models.common.doc import Document, Sentence, Word
from stanza.pipeline.processor import Processor
from torch import Tensor

from attribution.language.crf import bioes_steps, viterbi
from attribution.language.model import BARRED
from attribution.language.shared import SharedModel, shared_model


class SharedProcessor(Processor):
    """A processor whose annotation comes from the shared model; documents are always taken together."""

    def __init__(self, config: dict, pipeline, device):
        super().__init__(config, pipeline, device)
        self.shared: SharedModel = config.get("shared") or shared_model()

    def process(self, doc: Document) -> Document:
        self.bulk_process([doc])
        return doc

    def bulk_process(self, docs: list[Document]) -> list[Document]:
        with torch.inference_mode(), self.shared.arithmetic():
            self.annotate(docs)
        return docs

    def annotate(self, docs: list[Document]) -> None:
        raise NotImplementedError


def all_words(docs: list[Document]) -> list[list[Word]]:
    return [[word for sentence in doc.sentences for word in sentence.words] for doc in docs]


class PosProcessor(SharedProcessor):
    """Universal and Penn parts of speech and morphological features."""

    PROVIDES_DEFAULT = {"pos"}
    REQUIRES_DEFAULT = {"tokenize"}

    def annotate(self, docs: list[Document]) -> None:
        model, words = self.shared.model, all_words(docs)
        labels = model.labels
        for group in self.shared.encode(docs):
            tables = [head(group.vectors).argmax(-1).tolist() for head in (model.upos, model.xpos, model.feats)]
            for i, window in enumerate(group.windows):
                for at in range(window.core_low, window.core_high):
                    word, place = words[window.text][at], at - window.low
                    word.upos = labels.upos[tables[0][i][place]]
                    word.xpos = labels.xpos[tables[1][i][place]]
                    feats = labels.feats[tables[2][i][place]]
                    word.feats = None if feats == "_" else feats


class DepparseProcessor(SharedProcessor):
    """Universal dependencies: the best tree of each sentence."""

    PROVIDES_DEFAULT = {"depparse"}
    REQUIRES_DEFAULT = {"tokenize", "pos"}

    def annotate(self, docs: list[Document]) -> None:
        parser, words = self.shared.model.dependencies, all_words(docs)
        relations = self.shared.model.labels.deprel
        for group in self.shared.encode(docs):
            scores, rooted = parser(group.vectors, group.batch.sentences)
            heads = scores.argmax(-1)
            best = heads.tolist()
            for i, (low, high) in _sentence_runs(group.batch.sentences):
                if not _is_tree(best[i][low:high], low):
                    heads[i, low:high] = _best_tree(scores[i, low:high], low)
            names = parser.relations(group.vectors, rooted, heads).argmax(-1).tolist()
            table = heads.tolist()
            for i, window in enumerate(group.windows):
                numbers = self.shared.words[window.text].sentences
                for at in range(window.core_low, window.core_high):
                    head, place = table[i][at - window.low], at - window.low
                    word = words[window.text][at]
                    first = at - (word.id - 1)  # the sentence's first word in the document
                    word.head = 0 if head == 0 else window.low + head - 1 - first + 1
                    word.deprel = "root" if head == 0 else relations[names[i][place]]
                    if word.deprel == "root" and head:
                        word.deprel = "dep"
                    assert head == 0 or numbers[window.low + head - 1] == numbers[at]
        for doc in docs:
            for sentence in doc.sentences:
                _mend(sentence)
                sentence.build_dependencies()


def _sentence_runs(sentences: Tensor) -> Iterator[tuple[int, tuple[int, int]]]:
    for i, row in enumerate(sentences.tolist()):
        low = 0
        while low < len(row) and row[low] >= 0:
            high = low + 1
            while high < len(row) and row[high] == row[low]:
                high += 1
            yield i, (low, high)
            low = high


def _is_tree(heads: list[int], low: int) -> bool:
    """Whether heads (positions in the window, 1-based, 0 = root) form one tree with one root."""
    if heads.count(0) != 1:
        return False
    seen = [0] * len(heads)  # 1 = on the way, 2 = reaches the root
    for start in range(len(heads)):
        at, way = start, []
        while seen[at] == 0:
            seen[at] = 1
            way.append(at)
            if heads[at] == 0:
                break
            at = heads[at] - 1 - low
        else:
            if seen[at] == 1:
                return False
        for place in way:
            seen[place] = 2
    return True


def _best_tree(scores: Tensor, low: int) -> Tensor:
    """The heads of a sentence from its arc scores [words, window + 1] where the best arcs are no tree: the likeliest
    root alone, then the best arcs if they are a tree now, else the best tree (Chu and Liu 1965, Edmonds 1967)."""
    count = len(scores)
    inner = torch.cat([scores[:, :1], scores[:, low + 1 : low + 1 + count]], 1).log_softmax(-1)
    root = int(inner[:, 0].argmax())
    inner[:, 0] = BARRED
    inner[root, 0] = 0.0
    inner[root, 1:] = BARRED
    heads = inner.argmax(-1)
    if not _is_tree(heads.tolist(), 0):
        square = np.full((count + 1, count + 1), BARRED)
        square[1:] = inner.numpy()
        heads = torch.tensor(chuliu_edmonds(square)[1:])
    return torch.where(heads == 0, heads, heads + low)


def _mend(sentence: Sentence) -> None:
    """A sentence longer than a window has its halves parsed apart: all roots but the first hang on it."""
    roots = [word for word in sentence.words if word.head == 0]
    for word in roots[1:]:
        word.head, word.deprel = roots[0].id, "parataxis"
    heads = [word.head for word in sentence.words]
    if not roots or not _is_tree(heads, 0):
        top = roots[0] if roots else sentence.words[0]
        top.head, top.deprel = 0, "root"
        for word in sentence.words:
            at, steps = word, 0
            while at.head and steps <= len(heads):
                at, steps = sentence.words[at.head - 1], steps + 1
            if at.head:
                word.head, word.deprel = top.id, "dep"


def _trim_names(doc: Document, row: list[str]) -> None:
    """Takes the possessive off names: the last words of a token ("Smith's") that are no part of the name."""
    outside = {id(word) for word, tag in zip((w for s in doc.sentences for w in s.words), row) if tag == "O"}
    for entity in doc.ents:
        words = entity.tokens[-1].words
        while len(words) > 1 and id(words[-1]) in outside:
            words = words[:-1]
        if len(words) < len(entity.tokens[-1].words) and words[-1].end_char is not None:
            entity.end_char = words[-1].end_char
            entity.text = doc.text[entity.start_char : entity.end_char]


class NerProcessor(SharedProcessor):
    """Named entities, BIOES."""

    PROVIDES_DEFAULT = {"ner"}
    REQUIRES_DEFAULT = {"tokenize"}

    def __init__(self, config: dict, pipeline, device):
        super().__init__(config, pipeline, device)
        self.step, self.first = bioes_steps(list(self.shared.model.labels.ner))

    def annotate(self, docs: list[Document]) -> None:
        model = self.shared.model
        tags: list[list[str]] = [["O"] * doc.num_words for doc in docs]
        for group in self.shared.encode(docs):
            scores = model.names(group.vectors).float()
            best = viterbi(scores, self.step, scores[:, 0] + self.first, group.batch.real.sum(1))
            for i, window in enumerate(group.windows):
                for at in range(window.core_low, window.core_high):
                    tags[window.text][at] = model.labels.ner[best[i][at - window.low]]
        for doc, row in zip(docs, tags):
            at = 0
            for sentence in doc.sentences:
                for token in sentence.tokens:  # a token of two words ("she's") has the tag of its first
                    token.ner = row[at]
                    token.multi_ner = (row[at],)
                    at += len(token.words)
            doc.build_ents()
            _trim_names(doc, row)

    def get_known_tags(self, model_idx: int = 0) -> list[str]:
        """The kinds of names, as stanza's own processor lists them."""
        return sorted({label[2:] for label in self.shared.model.labels.ner if "-" in label})


class DistinctLemmas(Processor):
    """stanza's lemmatizer, asked once for each distinct pair of word and part of speech.

    Lemmas by table and by the sequence model depend on these two alone (a model with a contextual classifier must
    not be wrapped); news repeats its words, so most answers are remembered.
    """

    PROVIDES_DEFAULT = {"lemma"}
    REQUIRES_DEFAULT = {"tokenize"}
    LIMIT = 300_000  # remembered pairs

    def __init__(self, lemmatizer: Processor, pipeline):
        super().__init__({"check_requirements": False}, pipeline, None)
        self.lemmatizer = lemmatizer
        self.known: dict[tuple[str, str | None], str] = {}

    def process(self, doc: Document) -> Document:
        return self.bulk_process([doc])[0]

    def bulk_process(self, docs: list[Document]) -> list[Document]:
        if len(self.known) > self.LIMIT:
            self.known.clear()
        words = [word for doc in docs for sentence in doc.sentences for word in sentence.words]
        fresh = sorted({(word.text, word.upos or "X") for word in words} - self.known.keys())
        if fresh:
            asked = Document([[{"id": 1, "text": text, "upos": upos}] for text, upos in fresh])
            self.lemmatizer.process(asked)
            self.known |= {pair: sentence.words[0].lemma for pair, sentence in zip(fresh, asked.sentences)}
        for word in words:
            word.lemma = self.known[word.text, word.upos or "X"]
        return docs
