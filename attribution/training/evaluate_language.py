"""Measures the language models on treebanks and names, with gold tokens and from plain text.

    python -m attribution.training.evaluate_language --corpora CORPORA

prints, for EWT dev, UPOS, UAS and LAS on gold tokens; tokens, sentences, UPOS, lemmas, UAS and LAS from plain
text by the CoNLL 2018 scorer (udtools, which stanza depends on); and the F1 of names (exact span and kind) on the worldwide
newswire sets and UNER's EWT sets (which know persons, places and organizations only).
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import stanza
import torch
from stanza.models.common.doc import Document
from udtools.udeval import evaluate, load_conllu_file

from attribution.language import bundle, pipeline
from attribution.language.processors import DepparseProcessor, NerProcessor, PosProcessor
from attribution.language.shared import SharedModel, shared_model
from attribution.training import corpora

# UNER's three kinds in terms of ours; other kinds of ours are left out there
UNER = {"Person": "PER", "Organization": "ORG", "Location": "LOC"}


def gold_documents(path: Path) -> Iterator[tuple[Document, list]]:
    """Documents with gold tokens and nothing else, and their gold words."""
    for tree in corpora.treebank(path):
        words = tree.words
        sentences, gold = [], list(zip(tree.upos, tree.heads, tree.deprels))
        for i, (form, (start, end)) in enumerate(zip(words.words, words.spans)):
            if i == 0 or words.sentences[i] != words.sentences[i - 1]:
                sentences.append([])
            sentences[-1].append({"id": len(sentences[-1]) + 1, "text": form, "start_char": start, "end_char": end})
        length = max(end for _, end in words.spans)
        text = [" "] * length
        for form, (start, end) in zip(words.words, words.spans):
            text[start:end] = (form + " " * (end - start))[: end - start]
        doc = Document(sentences, text="".join(text))
        starts = [span[0] for span, place in zip(words.spans, words.places) if place == 2]
        doc.paragraphs = tuple(zip(starts, [*starts[1:], length]))
        yield doc, gold


def treebank_scores(path: Path, shared: SharedModel) -> dict[str, float]:
    """UPOS, UAS and LAS (all relations with subtypes, punctuation counted) on gold tokens, 0..100."""
    docs, golds = zip(*gold_documents(path))
    config = {"lang": "en", "shared": shared, "check_requirements": False}
    for kind in (PosProcessor, DepparseProcessor):
        kind(config, None, "cpu").bulk_process(list(docs))
    shared.forget()
    count = Counter()
    for doc, gold in zip(docs, golds):
        for word, (upos, head, deprel) in zip((w for s in doc.sentences for w in s.words), gold):
            count["words"] += 1
            count["UPOS"] += word.upos == upos
            count["UAS"] += word.head == head
            count["LAS"] += word.head == head and word.deprel == deprel
    return {name: round(100 * count[name] / count["words"], 2) for name in ("UPOS", "UAS", "LAS")}


def end_to_end(path: Path, pipe: stanza.Pipeline) -> dict[str, float]:
    """F1 of tokens, sentences and all annotation from plain text, by the CoNLL 2018 scorer, 0..100."""
    texts, paragraphs = [], []
    for block in _documents(path):
        text, spans = "", []
        for paragraph in block:
            spans.append((len(text), len(text) + len(paragraph)))
            text += paragraph + "\n\n"
        texts.append(text)
        paragraphs.append(tuple(spans))
    docs = pipeline.annotate(texts, paragraphs, pipe)
    with tempfile.TemporaryDirectory() as folder:
        gold, system = Path(folder) / "gold.conllu", Path(folder) / "system.conllu"
        gold.write_bytes(gzip.decompress(path.read_bytes()))
        with open(system, "w", encoding="utf-8") as handle:
            for doc in docs:
                doc.sentences and handle.write(f"{doc:C}\n\n")
        scores = evaluate(load_conllu_file(str(gold)), load_conllu_file(str(system)))
    return {name: round(100 * scores[name].f1, 2) for name in ("Tokens", "Sentences", "Words", "UPOS", "Lemmas", "UAS", "LAS")}


def _documents(path: Path) -> Iterator[list[str]]:
    """The raw text of a treebank's documents as lists of paragraphs."""
    document: list[str] = []
    for line in corpora.lines(path):
        if line.startswith("# newdoc") and document:
            yield document
            document = []
        elif line.startswith("# newpar"):
            document.append("")
        elif line.startswith("# text ="):
            if not document:
                document.append("")
            document[-1] += line.split("=", 1)[1].strip() + " "
    yield document


def name_scores(path: Path, shared: SharedModel, kinds: dict[str, str] | None = None,
                case: Callable[[str], str] = str) -> dict[str, float]:
    """F1 of names on a BIOES file, all together and by kind, 0..100; ``kinds`` maps ours to the file's, ``case`` is
    what every word is put through (``str.upper``: a text in capitals)."""
    processor = NerProcessor({"lang": "en", "shared": shared, "check_requirements": False}, None, "cpu")
    hit, predicted, actual = Counter(), Counter(), Counter()
    for item in corpora.names(path):
        words = item.words
        sentences: list[list[dict]] = []
        for i, (form, (start, end)) in enumerate(zip(words.words, words.spans)):
            if i == 0 or words.sentences[i] != words.sentences[i - 1]:
                sentences.append([])
            sentences[-1].append({"id": len(sentences[-1]) + 1, "text": case(form), "start_char": start, "end_char": end})
        doc = Document(sentences, text=" ".join(words.words))
        doc.paragraphs = tuple((s[0]["start_char"], s[-1]["end_char"]) for s in sentences)
        processor.bulk_process([doc])
        tags = [token.ner for sentence in doc.sentences for token in sentence.tokens]
        wanted, found = set(_spans(item.names)), set(_spans(tags))
        if kinds:
            found = {(s, e, kinds[k]) for s, e, k in found if k in kinds}
        for total, spans in ((hit, wanted & found), (predicted, found), (actual, wanted)):
            total.update(kind for *_, kind in spans)
    shared.forget()

    def f1(keys: Sequence[str]) -> float:
        h, p, a = (sum(counter[k] for k in keys) for counter in (hit, predicted, actual))
        return round(200 * h / max(p + a, 1), 2)

    return {"all": f1(list(actual | predicted))} | {kind: f1([kind]) for kind in sorted(actual)}


def _spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    start = None
    for i, tag in enumerate(tags):
        if tag[:2] in ("B-", "S-"):
            start = i
        if tag[:2] in ("E-", "S-") and start is not None:
            yield start, i + 1, tag[2:]
            start = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="folder of another packed language model than the bundled one")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    shared = shared_model(arguments.model) if arguments.model else shared_model()
    pipe = pipeline.load(shared=shared) if arguments.model else pipeline.load()
    folder = arguments.corpora
    newswire = folder / "ner/worldwide/dev.bioes.gz"
    report = {
        "version": str(arguments.model or bundle.version()),
        "EWT dev, gold tokens": treebank_scores(folder / "ud/ewt/dev.conllu.gz", shared),
        "EWT dev, plain text": end_to_end(folder / "ud/ewt/dev.conllu.gz", pipe),
        "worldwide newswire dev": name_scores(newswire, shared),
        "worldwide newswire dev, capitals": name_scores(newswire, shared, case=str.upper),
        "worldwide newswire dev, small letters": name_scores(newswire, shared, case=str.lower),
        "worldwide newswire test": name_scores(folder / "ner/worldwide/test.bioes.gz", shared),
        "UNER EWT dev": name_scores(folder / "ner/uner_ewt/dev.bioes.gz", shared, UNER),
        "UNER EWT test": name_scores(folder / "ner/uner_ewt/test.bioes.gz", shared, UNER),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
