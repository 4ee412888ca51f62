"""Words per CPU-second of every processor and stage, all articles together, beside the same models one article at a time.

    python benchmarks/language.py [--articles 84] [--folder FOLDER] [--peer MODELS]

reads PolNeAR dev where the corpora are (ATTRIBUTION_SHARED, or ``shared`` beside the repository), else the sample
corpus over and over. One thread. CPU time of this process, so that other work on the machine matters little.

``--peer``: a folder of models for stanza's own processors over a MiniLM (``en/backbone``, as ``shared/models``; needs
``transformers``), run as plain stanza runs them: one article at a time, the encoder anew for each processor.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import torch

from attribution import documents, entities, quotations, stance
from attribution.language import pipeline as language
from attribution.language.encoder import fast_dtype
from attribution.records import Article

ROOT = Path(__file__).resolve().parent.parent


def articles(count: int, folder: Path | None) -> list[Article]:
    shared = Path(os.environ.get("ATTRIBUTION_SHARED", ROOT.parent / "shared")) / "corpora/polnear/dev.jsonl.gz"
    if folder is None and shared.exists():
        with gzip.open(shared, "rt", encoding="utf-8") as handle:
            rows = [json.loads(line) for line in islice(handle, count)]
        return [Article(row["id"], row["text"]) for row in rows]
    found = [a for a in documents.read([folder or ROOT / "db/articles"]) if isinstance(a, Article)]
    return [Article(f"{a.id}-{i}", a.text, furniture=a.furniture) for i, a in enumerate(islice(cycle(found), count))]


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def plain_stanza(models: Path):
    """stanza's own pipeline over a folder of models, its encoder from ``en/backbone`` (int8 with a scale a row)."""
    import stanza
    from stanza.models.common.foundation_cache import BertRecord, FoundationCache
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = models / "en" / "backbone"
    packed = torch.load(folder / "weights.int8.pt", weights_only=True)
    encoder = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).eval().requires_grad_(False)
    encoder.load_state_dict({k: v["q"].float() * v["s"] if isinstance(v, dict) else v.float() for k, v in packed.items()})
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, model_max_length=512)
    cache = FoundationCache(local_files_only=True)
    cache.bert["minilm"] = BertRecord(encoder, tokenizer, {})
    return stanza.Pipeline("en", model_dir=str(models), package="default", processors="tokenize,mwt,pos,lemma,depparse,ner",
                           download_method=None, use_gpu=False, logging_level="ERROR", foundation_cache=cache)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=84)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peer", type=Path, help="models of plain stanza to compare with")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    read = articles(arguments.articles, arguments.folder)
    texts = [article.text for article in read]
    spans = [documents.paragraphs(article.text, article.furniture) for article in read]
    words = sum(len(text.split()) for text in texts)
    stanza = language.load()
    language.annotate(texts[:2], spans[:2], stanza)  # warm
    stance.Polarity()

    times: dict[str, float] = {}
    times["tokenize, mwt"], docs = seconds(lambda: language.documents(stanza, texts, spans))
    shared = stanza.processors["pos"].shared
    times["encoder"], _ = seconds(lambda: shared.encode(docs))
    for name in ("pos", "lemma", "depparse", "ner", "quote"):
        times[name], _ = seconds(lambda name=name: stanza.processors[name].bulk_process(docs))
    shared.forget()
    together = sum(times.values())
    apart, _ = seconds(lambda: [language.annotate([t], [s], stanza) for t, s in zip(texts, spans)])
    stages: dict[str, float] = {}
    stages["describe"], found = seconds(lambda: [quotations.describe(a, d, d.relations) for a, d in zip(read, docs)])
    stages["speakers"], who = seconds(lambda: [entities.resolve(a, d, q) for a, d, q in zip(read, docs, found)])
    stages["targets"], _ = seconds(lambda: stance.with_polarity([
        drafts for a, d, q, (c, s) in zip(read, docs, found, who) for drafts in stance.find_targets(a, d, q, c, s, {})]))

    print(f"{len(read)} articles, {words:,} words; {platform.processor() or platform.machine()}, one thread, "
          f"{str(fast_dtype()).removeprefix('torch.')}")
    print(f"{'step':24}{'CPU s':>8}{'words/s':>10}")
    for name, value in (times | stages).items():
        print(f"{name:24}{value:8.2f}{words / max(value, 1e-9):10,.0f}")
    print(f"{'language layer':24}{together:8.2f}{words / together:10,.0f}")
    print(f"{'one article at a time':24}{apart:8.2f}{words / apart:10,.0f}   ({apart / together:.2f} times the CPU time)")
    whole = together + sum(stages.values())
    print(f"{'all stages':24}{whole:8.2f}{words / whole:10,.0f}")
    if arguments.peer:
        other = plain_stanza(arguments.peer)
        other(texts[0])
        plain, _ = seconds(lambda: [other(text) for text in texts])
        print(f"{'plain stanza, one each':24}{plain:8.2f}{words / plain:10,.0f}   ({plain / together:.1f} times the language "
              f"layer's CPU time, {plain / whole:.1f} times that of all stages)")


if __name__ == "__main__":
    main()
