"""Training the tokenizer and sentence splitter: stanza's own model, on treebank text made news-like.

    python -m attribution.training.tokenizer --corpora CORPORA --out checkpoints/tokenizer

trains on the ``train`` files of EWT and of GUM (documents with a non-commercial licence left out), each
epoch on the paragraphs as they are and on as many new ones made of them
(:mod:`attribution.training.tokenizer_augment`); the epoch to ship is chosen on EWT dev and on news-like
paragraphs made of it. A stopped training is picked up where its last epoch ended; ``--start MODEL.pt`` begins
with the weights of an earlier one. ``--pack`` writes the chosen epoch as
``attribution/language/weights/en/tokenize/compact.pt`` with the sums, and prints the rows for the card.

Model, features, update and file format are ``stanza.models.tokenization``'s. Its training loop is not used:
it puts sentences into a random order (what opens a quotation is then never seen with what closes it), keeps
its rate nearly constant, cannot start from saved weights (``--load_name`` raises in 1.15), and packs the
sequences, with which torch's LSTM trains a tenth as fast on a CPU (12,000 characters a second, padded
160,000, one thread).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import torch
from stanza.models import tokenizer as stanza_tokenizer
from stanza.models.common.utils import set_random_seed
from stanza.models.tokenization.data import SortedDataset, TokenizationDataset
from stanza.models.tokenization.trainer import Trainer
from stanza.models.tokenization.utils import predict
from stanza.models.tokenization.vocab import Vocab
from stanza.utils.training.run_tokenizer import default_feat_funcs
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from attribution.language import bundle
from attribution.training import corpora
from attribution.training.tokenizer_augment import News
from attribution.training.tokenizer_text import Paragraph, cut, ended, labelled, read

Labelled = list[tuple[str, int]]

BATCH = 32  # paragraphs when scoring and at run time; larger ones are slower on one thread
BUDGET = 8192  # characters a batch in training, padding counted
RATE = (1.5e-3, 3e-5)  # Adam's, by a cosine from the first to the last step
WARM_UP = 200  # steps
AVERAGE = 0.998  # the weights that ship are a moving average with this decay
RARE = 4  # characters seen fewer times are unknown ones
UNKNOWN = 0.1  # share of the characters hidden in training (stanza: 0.33; marks must be seen)
LONGEST = 1000  # characters read at a time when scoring, as at run time
TARGET = bundle.WEIGHTS / "en" / "tokenize" / "compact.pt"


class PaddedLSTM(torch.nn.LSTM):
    """A bidirectional LSTM of one layer that takes and gives packed sequences but computes on padded ones,
    which torch does much faster on a CPU; the backward direction reads each sequence reversed in its own
    length, so that the results are those of :class:`torch.nn.LSTM`."""

    def forward(self, packed: PackedSequence, hx=None):
        inputs, lengths = pad_packed_sequence(packed, batch_first=True)
        steps = torch.arange(inputs.shape[1])
        turned = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)[..., None]
        backward = inputs.gather(1, turned.expand(-1, -1, inputs.shape[2]))
        zeros = inputs.new_zeros(1, inputs.shape[0], self.hidden_size)
        outputs = [torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, self.training, False, True)[0]
                   for x, weights in zip((inputs, backward), self.all_weights)]
        outputs[1] = outputs[1].gather(1, turned.expand(-1, -1, self.hidden_size))
        return pack_padded_sequence(torch.cat(outputs, -1), lengths, batch_first=True), None


def pad_lstms(trainer: Trainer) -> None:
    """Makes the LSTMs of a stanza tokenizer padded ones, with the same weights."""
    for lstm in (trainer.model.rnn, trainer.model.rnn2):
        lstm.__class__ = PaddedLSTM


def settings(vocabulary: int, hidden: int) -> dict:
    """stanza's settings of a tokenizer, its features for English among them."""
    found = stanza_tokenizer.parse_args([
        "--lang", "en", "--shorthand", "en_news", "--hidden_dim", str(hidden), "--use_mwt", "--cpu",
        "--batch_size", str(BATCH), "--dropout", "0.25", "--lr0", str(RATE[0])])  # fmt: skip
    names = default_feat_funcs("en")
    return found | {"feat_funcs": names, "feat_dim": len(names), "num_dict_feat": 0, "vocab_size": vocabulary,
                    "device": "cpu", "save_dir": "", "save_name": ""}


def dataset(paragraphs: Iterable[Labelled], config: dict, vocab: Vocab) -> TokenizationDataset:
    """Labelled paragraphs as stanza's tokenizer reads them, each in one piece."""
    found = TokenizationDataset(config, input_text="", vocab=vocab, evaluation=True)
    found.data = list(paragraphs)
    return found


# -- scores ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scores:
    """F1 of exact tokens and exact sentences, in percent, and the accuracy of "is of several words"."""

    tokens: float
    sentences: float
    multi: float


def spans(labels: Sequence[int], text: Sequence[str]) -> tuple[dict[tuple[int, int], bool], set[tuple[int, int]]]:
    """Tokens (whether of several words) and sentences of labelled characters; leading blanks belong to neither."""
    tokens, sentences = {}, set()
    start = first = None
    for i, (label, char) in enumerate(zip(labels, text)):
        if start is None and char != " ":
            start = i
            first = i if first is None else first
        if label and start is not None:
            tokens[start, i] = label > 2
            start = None
            if label in (2, 4):
                sentences.add((first, i))
                first = None
    return tokens, sentences


def f1(right: int, found: int, gold: int) -> float:
    return 200 * right / (found + gold) if found + gold else 100.0


def score(trainer: Trainer, gold: TokenizationDataset) -> Scores:
    """Scores of the model on labelled paragraphs, read as stanza's processor reads text."""
    predicted, _ = predict(trainer, gold, BATCH, LONGEST, use_regex_tokens=True, num_workers=0)
    counts = np.zeros(8, dtype=int)
    for labels, paragraph in zip(predicted, gold.data):
        text = [char for char, _ in paragraph]
        found, found_sentences = spans(labels, text)
        real, real_sentences = spans([label for _, label in paragraph], text)
        both = found.keys() & real.keys()
        counts += (len(both), len(found), len(real), len(found_sentences & real_sentences), len(found_sentences),
                   len(real_sentences), sum(found[span] == real[span] for span in both), len(both))
    found = (f1(*counts[:3]), f1(*counts[3:6]), 100 * counts[6] / max(1, counts[7]))
    return Scores(*(round(float(share), 2) for share in found))


# -- training --------------------------------------------------------------------------------------------------


def batches(data: TokenizationDataset, rng: random.Random) -> list[list]:
    """Encoded paragraphs in batches of like lengths, longest first, in random order."""
    encoded = [data.para_to_sentences(paragraph) for paragraph in data.data]
    encoded.sort(key=lambda sample: len(sample[0][0]) * (1 + 0.1 * rng.random()), reverse=True)
    found: list[list] = []
    for sample in encoded:
        if not found or len(found[-1][0][0][0]) * 1.1 * (len(found[-1]) + 1) > BUDGET:
            found.append([])
        found[-1].append(sample)
    for batch in found:
        batch.sort(key=lambda sample: -len(sample[0][0]))
    rng.shuffle(found)
    return found


def epoch_text(documents: Sequence[Sequence[Paragraph]], news: News) -> list[Labelled]:
    """One epoch's paragraphs: each as it is (half of them in another style of marks) and as many new ones."""
    found = []
    for document in documents:
        for paragraph in document:
            for piece in cut(paragraph):
                found.append(news.surface(piece, news.style()) if news.chance(0.5) else piece)
        flat = [sentence for paragraph in document for sentence in paragraph if ended(sentence)]
        at = 0
        while at < len(flat):
            many = news.rng.randint(1, 6)
            found += cut(news.paragraph(flat[at : at + many]))
            at += many
    return [labels for labels in map(labelled, found) if labels]


def proper_names(path: Path) -> list[str]:
    """Runs of one or two proper nouns in a treebank, each once: names of persons, places and firms."""
    found = set()
    for tree in corpora.treebank(path):
        run: list[str] = []
        for word, tag in [*zip(tree.words.words, tree.upos), ("", "")]:
            if tag == "PROPN" and word.isalpha() and word[0].isupper() and word[1:].islower():
                run.append(word)
            else:
                if 1 <= len(run) <= 2:
                    found.add(" ".join(run))
                run = []
    return sorted(found)


def begin(text: Sequence[Labelled], hidden: int, start: Path | None) -> Trainer:
    """A new model for the characters of ``text``, or the one in ``start`` with rows for characters it lacks."""
    vocab = vocabulary(text)
    if start is None:
        trainer = Trainer(args=settings(len(vocab._id2unit), hidden), vocab=vocab, device="cpu")
    else:
        saved = torch.load(start, weights_only=True)
        known = Vocab.load_state_dict(saved["vocab"])
        for unit in vocab._id2unit:
            if unit not in known._unit2id:
                known.append(unit)
        trainer = Trainer(args=settings(len(known._id2unit), saved["config"]["hidden_dim"]), vocab=known, device="cpu")
        old = saved["model"]["embeddings.weight"]
        new = old[known.unit2id("<UNK>")].expand(len(known._id2unit) - len(old), -1)
        trainer.model.load_state_dict(saved["model"] | {"embeddings.weight": torch.cat((old, new))})
        trainer.args["load_name"] = start.name
    pad_lstms(trainer)
    return trainer


def train(folder: Path, out: Path, epochs: int, hidden: int, seed: int, start: Path | None = None) -> None:
    """Trains for ``epochs``, saving after each: ``last.pt`` to go on from, ``best.pt`` and ``log.jsonl``."""
    out.mkdir(parents=True, exist_ok=True)
    set_random_seed(seed)
    ewt, gum = folder / "ud" / "ewt", folder / "ud" / "gum"
    free = corpora.free_documents(gum / "docs.tsv")
    documents = read(ewt / "train.conllu.gz") + read(gum / "train.conllu.gz", free.__contains__)
    news = News(proper_names(ewt / "train.conllu.gz"), random.Random(seed))
    trainer = begin(epoch_text(documents, news), hidden, start)
    vocab, config = trainer.vocab, trainer.args
    plain = dataset((labelled(p) for document in read(ewt / "dev.conllu.gz") for p in document), config, vocab)
    dev_news = News(proper_names(ewt / "dev.conllu.gz"), random.Random(0))
    flat = [sentence for document in read(ewt / "dev.conllu.gz") for p in document for sentence in p if ended(sentence)]
    made = [labelled(dev_news.paragraph(flat[at : at + 4])) for at in range(0, len(flat), 4)]
    made = dataset((paragraph for paragraph in made if paragraph), config, vocab)
    average = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    half = torch.backends.cpu.get_cpu_capability() == "AVX512" and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    epoch, step, best, total = 0, 0, -1.0, 0
    if (out / "last.pt").exists():
        saved = torch.load(out / "last.pt", weights_only=True)
        trainer.model.load_state_dict(saved["model"])
        trainer.optimizer.load_state_dict(saved["optimizer"])
        average, epoch, step, best, total = (saved[k] for k in ("average", "epoch", "step", "best", "total"))
    while epoch < epochs:
        begun = time.process_time()
        news.rng.seed(seed * 1000 + epoch)
        data = dataset(epoch_text(documents, news), config, vocab)
        queue = batches(data, news.rng)
        total = total or len(queue) * epochs
        torch.manual_seed(seed * 1000 + epoch)
        losses = 0.0
        for samples in queue:
            rate = RATE[1] + (RATE[0] - RATE[1]) * (1 + math.cos(math.pi * min(1, step / total))) / 2
            trainer.change_lr(rate * min(1, (step + 1) / WARM_UP))
            batch = hide(SortedDataset.collate(SortedView(data), samples), vocab)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
                losses += trainer.update(batch)
            step += 1
            with torch.no_grad():
                keep = min(AVERAGE, (step + 1) / (step + 10))
                for name, value in trainer.model.state_dict().items():
                    average[name].lerp_(value, 1 - keep)
        epoch += 1
        current = {name: value.clone() for name, value in trainer.model.state_dict().items()}
        trainer.model.load_state_dict(average)
        scores = {"ewt dev": score(trainer, plain), "news-like dev": score(trainer, made)}
        worth = sum(s.tokens + s.sentences for s in scores.values())
        if worth > best:
            best = worth
            trainer.save(str(out / "best.pt"))
        trainer.model.load_state_dict(current)
        torch.save({"model": current, "average": average, "optimizer": trainer.optimizer.state_dict(), "epoch": epoch,
                    "step": step, "best": best, "total": total}, out / "last.pt")
        row = {"epoch": epoch, "step": step, "loss": round(losses / len(queue), 4), "best": worth == best,
               "characters": sum(map(len, data.data)), "cpu_seconds": round(time.process_time() - begun),
               **{name: asdict(s) for name, s in scores.items()}}
        with open(out / "log.jsonl", "a", encoding="utf-8") as handle:
            handle.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


class SortedView:
    """What stanza's ``SortedDataset.collate`` asks of its data set, without sorting it again."""

    def __init__(self, data: TokenizationDataset):
        self.dataset = data


def hide(batch: tuple, vocab: Vocab) -> tuple:
    """The batch with some of its characters unknown."""
    units, labels, features, raw = batch
    hidden = (torch.rand(units.shape) < UNKNOWN) & (units != vocab.unit2id("<PAD>"))
    return units.masked_fill(hidden, vocab.unit2id("<UNK>")), labels.long(), features, raw


def vocabulary(paragraphs: Sequence[Labelled]) -> Vocab:
    """The characters that are not rare."""
    counts: dict[str, int] = {}
    for paragraph in paragraphs:
        for char, _ in paragraph:
            counts[char] = counts.get(char, 0) + 1
    return Vocab(data=[[(char, 0)] for char, count in sorted(counts.items()) if count >= RARE], lang="en")


def pack(out: Path, target: Path) -> str:
    """Ships the best epoch, in half precision and with no path in its settings; gives the rows for the card."""
    saved = torch.load(out / "best.pt", weights_only=True)
    config = saved["config"]
    saved["config"] = {name: None if name.endswith(("_file", "_gold", "_dir")) else value
                       for name, value in config.items()} | {"save_name": target.name, "save_dir": ""}
    saved["model"] = {name: value.half() for name, value in saved["model"].items()}
    torch.save(saved, target.with_suffix(".new"), _use_new_zipfile_serialization=False)
    target.with_suffix(".new").replace(target)
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    best = [row for row in rows if row["best"]][-1]
    scores = "; ".join(f"{name}: tokens F1 {best[name]['tokens']}, sentences F1 {best[name]['sentences']}"
                       for name in ("ewt dev", "news-like dev"))
    return (f"| trained on | UD English-EWT train; UD English-GUM train without non-commercial documents; "
            f"as many news-like paragraphs made of them |\n"
            f"| recipe | `python -m attribution.training.tokenizer --corpora CORPORA --pack`, epoch {best['epoch']}, "
            f"{best['step']} steps, started from {config['load_name'] or 'nothing'} |\n"
            f"| scores | {scores} |\n| date | {date.today().isoformat()} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("checkpoints/tokenizer"))
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=Path, help="a trained tokenizer to start from (default: from nothing)")
    parser.add_argument("--pack", action="store_true", help="write the best epoch into the package")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    train(arguments.corpora, arguments.out, arguments.epochs, arguments.hidden, arguments.seed,
          arguments.start)
    if arguments.pack:
        print(pack(arguments.out, TARGET))
        bundle.write_sums(bundle.WEIGHTS)


if __name__ == "__main__":
    main()
