"""Trains the stance model: ``python -m attribution.training.stance CORPORA BASE`` from corpora to shipped files.

CORPORA holds ``stance_pairs/*.jsonl.gz`` and ``stance/{newsmtsc,dse}``; BASE holds MiniLM-L6 as
``model.safetensors`` and ``tokenizer.json``. One encoder learns three tasks in turn: claim stance, target
polarity, and staying close to BASE's sentence vectors. The word embeddings stay as they are: freezing them
halves the optimizer's work and the small sets cannot better them. Constant rate, then a linear fall over the
last part of ``--steps``, so that a run can be lengthened or cut short (``--steps``) as long as the fall has
not begun. Every step's randomness follows from the seed and the step: a resumed run goes where an unbroken
one would have gone.

``--large`` trains MPNet-base (:mod:`.mpnet`) in the place of MiniLM: whole as a teacher, or a few of its layers (``--layers``,
``--begin`` a teacher's checkpoint) that learn from two teachers (``--teach``, :mod:`.stance_taught`) beside the labels.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.language.encoder import Encoder, fast_dtype, from_huggingface, load_tokenizer, load_weights
from attribution.stance.model import OPPOSES, SUPPORTS, WEIGHTS, Loaded, StanceModel, model_of
from attribution.stance.pieces import Batch, Pieces, Reader, collate
from attribution.training import (
    mpnet,
    stance_data,
    stance_frames,
    stance_heard,
    stance_plain,
    stance_ship,
    stance_statements,
    stance_taught,
)
from attribution.training.rounding import round_fixed, rounded

RATE, HEADS_FASTER = 1.5e-4, 6.0
WARM, FALL = 200, 0.3  # steps of warming up; the part of all steps over which the rate falls
PIECES = 2560  # word pieces of a batch
CYCLE = "cpckcp"  # tasks in turn: claim stance of the corpora, polarity, keeping the sentence vectors,
# "w": claim stance of the statements written for it, "g": of those made of frames, "q": of plain ones on many questions
LONGEST = 112  # word pieces of one training input
POOL = 40  # batches' worth of inputs sorted by length together
SMOOTHING = 0.03  # labels of crowds are not certain


class Stream:
    """Endless batches of one task. ``epoch(seed)`` gives a list of (inputs, label) of one epoch: one input, or
    one for each of two claims."""

    def __init__(self, epoch, seed: int):
        self.epoch, self.seed = epoch, seed
        self.items = self._items()

    def _items(self) -> Iterator[tuple[list[Pieces], list]]:
        number = 0
        while True:
            rng = random.Random(f"{self.seed}/{number}")
            examples = [(inputs, label, sum(len(p.ids) for p in inputs)) for inputs, label in self.epoch(self.seed * 1000 + number)]
            size = int(POOL * PIECES * len(examples) / sum(length for *_, length in examples))
            groups = []
            for at in range(0, len(examples), size):
                pool = sorted(examples[at:at + size], key=lambda e: e[2])
                while pool:
                    take = max(1, PIECES // pool[-1][2])
                    groups.append(pool[-take:])
                    del pool[-take:]
            rng.shuffle(groups)
            for group in groups:
                yield [p for column in zip(*(inputs for inputs, *_ in group)) for p in column], [label for _, label, _ in group]
            number += 1

    def next(self) -> tuple[list[Pieces], list]:
        """The inputs, those of all first claims before those of all second ones, and the labels."""
        return next(self.items)


def partial_loss(logits: Tensor, labels: Sequence[Sequence[int]]) -> Tensor:
    """Minus the log of the probability that goes to the labels allowed, with a little smoothing."""
    allowed = torch.zeros_like(logits, dtype=torch.bool)
    for i, row in enumerate(labels):
        allowed[i, list(row)] = True
    logp = logits.log_softmax(1)
    hard = -logp.masked_fill(~allowed, -torch.inf).logsumexp(1)
    return ((1 - SMOOTHING) * hard - SMOOTHING * logp.mean(1)).mean()


def claim_loss(logits: Tensor, labels: Sequence[Sequence[int]]) -> Tensor:
    """:func:`partial_loss` of statements against one claim each, and the cross-entropy of support against opposition
    where it is one of the two."""
    taken = [i for i, row in enumerate(labels) if tuple(row) in ((SUPPORTS,), (OPPOSES,))]
    loss = partial_loss(logits, labels)
    if taken:
        lean = logits[taken, SUPPORTS] - logits[taken, OPPOSES]
        wanted = torch.tensor([float(labels[i][0] == SUPPORTS) for i in taken])
        loss = loss + F.binary_cross_entropy_with_logits(lean, wanted * (1 - 2 * SMOOTHING) + SMOOTHING)
    return loss


def sided_loss(logits: Tensor, labels: Sequence[Sequence[int]]) -> Tensor:
    """Of statements against the claims of two poles (``logits``: all first claims, then all second ones; ``labels``:
    indices of ``LABELS`` allowed): :func:`partial_loss` of each, and the cross-entropy of the side that the
    difference of the two shows. Without the second term the sides are learnt last, if at all: every claim's own
    words tell more of it than which way the statement leans."""
    pairs = [tuple(stance_statements.stands(label, pole) for label in row) for pole in (0, 1) for row in labels]
    lean = logits[:, SUPPORTS] - logits[:, OPPOSES]
    lean = lean[len(labels):] - lean[:len(labels)]
    sides = [i for i, row in enumerate(labels) if row in ((0,), (2,))]
    loss = partial_loss(logits, pairs)
    if sides:
        wanted = torch.tensor([labels[i][0] / 2 for i in sides])
        loss = loss + F.binary_cross_entropy_with_logits(lean[sides], wanted * (1 - 2 * SMOOTHING) + SMOOTHING)
    return loss


def rate_at(step: int, steps: int, warm: int = WARM) -> float:
    """The share of the full rate at a step; it rises over the first ``warm``."""
    fall = steps * (1 - FALL)
    return min((step + 1) / warm, 1.0) * (1.0 if step < fall else max(0.0, (steps - step) / (steps - fall)))


def streams(corpora: Path, reader: Reader, seed: int, questions: Sequence[str] = (), cut: float = 0.0,
            kept: Path | None = None, frames: Sequence[str] = ()) -> dict[str, Stream]:
    """The batches of the tasks: c, p, k, w, g, q; the last of the files of ``stance_plain`` that are named (none: all).
    ``cut``: the share of the statements of w and q that are shown as they are read in news (:mod:`.stance_heard`, kept in ``kept``).
    ``frames``: the files of ``stance_frames`` that g is made of (none: all)."""
    rows, _ = stance_data.split(corpora / "stance_pairs")
    maker = stance_data.Maker(rows)
    polarities = stance_data.Polarities(corpora / "stance", rows)
    written = stance_statements.Statements(stance_statements.questions(), maker.wording)
    made = stance_frames.Frames(names=frames)
    plain = stance_plain.Plain(questions)
    heard = stance_heard.heard([*written.texts, *plain.texts], kept) if cut else {}

    def statements(told: Sequence[stance_statements.Sided], number: int = 0):
        rng = random.Random(number)
        texts = [heard.get(s.text, s.text) if rng.random() < cut else s.text for s in told]
        inputs = [reader.pairs(texts, [s.claims[pole] for s in told], LONGEST) for pole in (0, 1)]
        return [(both, s.labels) for both, s in zip(zip(*inputs), told)]

    def claims(number: int):
        pairs = maker.epoch(number)
        inputs = reader.pairs([p.text for p in pairs], [p.claim for p in pairs], LONGEST)
        return [((i,), p.labels) for i, p in zip(inputs, pairs)]

    def marked(number: int):
        return [((reader.marked(m.text, m.target, m.holder, LONGEST),), m.label + 1) for m in polarities.epoch(number)]

    def lone(number: int):
        pairs = maker.epoch(number, 0.3)
        texts = [p.text for p in pairs] + sorted({p.claim for p in pairs})
        random.Random(number).shuffle(texts)
        return [((i,), None) for i in reader.lone(texts, LONGEST)]

    return {"c": Stream(claims, seed), "p": Stream(marked, seed + 1), "k": Stream(lone, seed + 2),
            "w": Stream(lambda number: statements(written.epoch(number), number), seed + 3),
            "g": Stream(lambda number: statements(made.epoch(number)), seed + 4),
            "q": Stream(lambda number: statements(plain.epoch(number), number), seed + 5)}


def base_encoder(base: Path) -> Encoder:
    encoder = Encoder()
    encoder.load_state_dict(from_huggingface(safetensors.torch.load_file(str(base / "model.safetensors"))))
    return encoder


def train(corpora: Path, base: Path, work: Path, steps: int, seed: int, cycle: str = CYCLE, rate: float = RATE,
          begin: Path | None = None, questions: Sequence[str] = (), cut: float = 0.0,
          frames: Sequence[str] = (), large: Large | None = None, taught: Taught | None = None, warm: int = WARM,
          bits: int = 8) -> StanceModel:
    """Trains (or goes on from ``work/checkpoint.pt``) and returns the model; ``work/log.jsonl`` tells the story.
    ``begin``: the weights of an earlier run, packed or as a checkpoint; ``questions``, ``cut``, ``frames``: as in :func:`streams`;
    ``large``: what to train in place of the small encoder; ``taught``: who teaches t, s and m; ``bits`` under 8: with the weights as
    they will be stored, see :mod:`.rounding`."""
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model = StanceModel(large.encoder() if large else base_encoder(base))
    teacher = copy.deepcopy(model).eval().requires_grad_(False).to(fast_dtype())
    if begin is not None:
        model = model_of(state_of(begin))
    if large and large.layers:
        model.encoder = mpnet.thinned(model.encoder, large.layers, large.apart)
    model.encoder.words.requires_grad_(False)
    if large:
        large.freeze(model)
    heads = [*model.claim.parameters(), *model.polarity.parameters(), *model.marks.parameters()]
    body = [p for p in model.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": body, "rate": rate}, {"params": heads, "rate": rate * HEADS_FASTER}],
                                  weight_decay=0.01, betas=(0.9, 0.98))
    start, checkpoint = 0, work / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start = saved["step"]
    if bits < 8:
        round_fixed(model, bits)
    feeds = streams(corpora, Reader(load_tokenizer(base / "tokenizer.json")), seed, questions, cut, work / "heard.json", frames)
    if taught:
        feeds |= taught.streams(corpora, base, work, seed)
    for step in range(start):  # resumed: the same inputs as an unbroken run
        feeds[cycle[step % len(cycle)]].next()
    model.train()
    began, seen, sums = time.time(), 0, {}
    with (work / "log.jsonl").open("a") as log:
        for step in range(start, steps):
            torch.manual_seed(seed * 1_000_003 + step)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * rate_at(step, steps, warm)
            task = cycle[step % len(cycle)]
            inputs, labels = feeds[task].next()
            batch = collate(inputs)
            with rounded(model, bits) if bits < 8 else nullcontext():
                with torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype() == torch.bfloat16):
                    loss = task_loss(task, model, teacher, batch, labels)
                loss.backward()
            torch.nn.utils.clip_grad_norm_(body + heads, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            model.marks.weight.data[0] = 0
            seen += batch.ids.numel()
            total, count = sums.get(task, (0.0, 0))
            sums[task] = total + loss.item(), count + 1
            if (step + 1) % 100 == 0 or step + 1 == steps:
                line = {"step": step + 1, "rate": round(rate_at(step, steps, warm), 4),
                        "pieces_per_second": round(seen / (time.time() - began)),
                        **{k: round(s / n, 4) for k, (s, n) in sums.items()}}
                print(json.dumps(line), file=log, flush=True)
                sums = {}
            if (step + 1) % 300 == 0 or step + 1 == steps:
                state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}
                torch.save(state, checkpoint.with_suffix(".new"))
                checkpoint.with_suffix(".new").replace(checkpoint)
    return model


@dataclass(frozen=True)
class Large:
    """A larger encoder to train: MPNet's folder, how many of its layers stay as they are (the embeddings with them), which
    layers are kept (none: all), and how many of these read statement and claim apart."""

    folder: Path
    frozen: int = 0
    layers: tuple[int, ...] = ()
    apart: int = 0

    def encoder(self) -> Encoder:
        return mpnet.load(self.folder)

    def freeze(self, model: StanceModel) -> None:
        """Called with the weights that training begins with."""
        if self.frozen:
            encoder = model.encoder
            for part in (encoder.places, encoder.segments, encoder.norm, model.marks, *encoder.layers[: self.frozen]):
                part.requires_grad_(False)


@dataclass(frozen=True)
class Taught:
    """The checkpoints of the teachers of claims and of polarity, their share of what is learned where there is a label, and the
    seed of what they are asked."""

    claims: Path
    polarity: Path
    heed: float = 0.6
    seed: int = 61

    def streams(self, corpora: Path, base: Path, work: Path, seed: int) -> dict[str, Stream]:
        """The batches of t, s and m (:mod:`.stance_taught`); what the teachers say is kept in ``work/judged.safetensors``."""
        reader = Reader(load_tokenizer(base / "tokenizer.json"))
        near = Loaded(StanceModel(base_encoder(base)).eval(), reader)
        told = stance_taught.lessons(stance_taught.Pool(corpora, near, self.seed), *map(stance_taught.teacher_of, (
            self.claims, self.polarity)), reader, LONGEST, work / "judged.safetensors", self.heed)
        return {task: Stream(stance_taught.shuffled(items), seed + 6 + i) for i, (task, items) in enumerate(told.items())}


def task_loss(task: str, model: StanceModel, teacher: StanceModel, batch: Batch, labels: list) -> Tensor:
    if task in "cwgq":
        return (claim_loss if task == "c" else sided_loss)(model.claim_logits(batch), labels)
    if task == "p":
        return F.cross_entropy(model.polarity_logits(batch), torch.tensor(labels), label_smoothing=SMOOTHING)
    if task in "tsm":
        logits = model.polarity_logits(batch) if task == "m" else model.claim_logits(batch)
        return stance_taught.taught_loss(task, logits, labels)
    with torch.no_grad():
        goal = teacher.sentence_vectors(batch)
    return 5 * (1 - (model.sentence_vectors(batch) * goal).sum(1)).mean()


def state_of(path: Path) -> dict[str, Tensor]:
    """The weights of an earlier run, packed (``.safetensors``) or as a checkpoint."""
    return load_weights(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)["model"]


def mean_of(checkpoints: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the weights of runs that began from one another: as good as the best at each, and better on claims that
    neither learned (Wortsman et al. 2022, Model soups)."""
    models = [state_of(path) for path in checkpoints]
    return {name: sum(model[name].float() for model in models) / len(models) if value.is_floating_point() else value
            for name, value in models[0].items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("--work", type=Path, default=Path("stance-training"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cycle", default=CYCLE, help="tasks in turn: c claims of corpora, w written statements, g statements "
                        "made of frames, q plain statements on many questions, p polarity, k keep the sentence vectors; with --teach "
                        "t statements against both poles, s against one claim, m marked targets")
    parser.add_argument("--warm", type=int, default=WARM, help="steps over which the rate rises")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--begin", type=Path, help="weights of an earlier run to begin with")
    parser.add_argument("--plain", nargs="*", default=[], metavar="NAME",
                        help="files of stance_plain that q learns from, without their ending; default: all")
    parser.add_argument("--frames", nargs="*", default=[], metavar="NAME",
                        help="files of stance_frames that g is made of (frames_logic, claims_order…); default: all")
    parser.add_argument("--cut", type=float, default=0.0, metavar="SHARE",
                        help="share of the statements of w and q that are shown as the pipeline cuts them: without cue and source")
    parser.add_argument("--large", type=Path, metavar="MPNET", help="train MPNet-base from this folder in place of the small encoder")
    parser.add_argument("--frozen", type=int, default=0, metavar="N", help="with --large: its lowest N layers stay as they are")
    parser.add_argument("--layers", type=int, nargs="*", default=[], metavar="N",
                        help="with --large: the layers (from 0) that are kept of it")
    parser.add_argument("--apart", type=int, default=0, metavar="N",
                        help="with --layers: the lowest N of them read statement and claim apart")
    parser.add_argument("--teach", type=Path, nargs=2, metavar=("CLAIMS", "POLARITY"), help="checkpoints of two runs with --large "
                        "to learn from")
    parser.add_argument("--heed", type=float, default=0.6, help="the teachers' share where there is a label, 0 to 1")
    parser.add_argument("--pool", type=int, default=61, metavar="SEED", help="with --teach: the seed of what the teachers are asked")
    parser.add_argument("--bits", type=int, default=8, choices=[3, 4, 8],
                        help="bits of a weight as shipped; with 3 or 4 they are trained so")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-ship", action="store_true", help="train only")
    parser.add_argument("--ship-only", action="store_true", help="ship the last checkpoint without training")
    parser.add_argument("--mean-with", type=Path, nargs="*", default=[], metavar="CHECKPOINT",
                        help="with --ship-only: ship the mean of the last checkpoint and these, packed weights too; one that is "
                        "given twice counts twice")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.ship_only:
        model = model_of(mean_of([args.work / "checkpoint.pt", *args.mean_with]))
    else:
        model = train(args.corpora, args.base, args.work, args.steps, args.seed, args.cycle, args.rate, args.begin, args.plain,
                      args.cut, args.frames, Large(args.large, args.frozen, tuple(args.layers), args.apart) if args.large else None,
                      Taught(*args.teach, args.heed, args.pool) if args.teach else None, args.warm, args.bits)
    if not args.no_ship and (args.layers or not args.large):  # a whole MPNet is a teacher
        stance_ship.ship(model, args.corpora, args.base, args.out, args.bits)


if __name__ == "__main__":
    main()
