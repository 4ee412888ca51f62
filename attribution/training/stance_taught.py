"""What a larger model teaches the stance model: statements, claims and marked targets with its judgement of them.

The teachers are MPNet-base (:mod:`.mpnet`), one trained on claims and one on polarity. A *pool* is drawn once by a seed. Only
the teacher knows: statements against other statements on their question and against the claims of a near question, contents
of PolNeAR's training articles against the claims of near questions, the names in those contents with their source as holder,
and the names in those articles' sentences. Claims of the corpora have a label too. The teachers read the pool once; what the
small model learns is their chances, mixed with the label where there is one (Hinton et al. 2015).
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.language.encoder import fast_dtype
from attribution.records import Quotation, Span
from attribution.stance.model import OPPOSES, SUPPORTS, Loaded, StanceModel, model_of
from attribution.stance.pieces import Batch, Pieces, Reader, batches
from attribution.stance.utterance import utterance
from attribution.training import stance_data, stance_frames, stance_plain, stance_statements
from attribution.training.corpora import lines

TARGETS = {"PERSON", "ORGANIZATION"}
ANSWERED, NEAR, NEWS = 0.5, 0.25, 5000  # statements against statements, against a near question; contents of articles
UNHELD = 10000  # names in sentences without a holder
CLAIMS = 0.3  # of an epoch of the corpora's claims
LEAST = 5  # words of a content that is asked about
SHORTEST, LONGEST = 40, 500  # characters of a text with targets

Both = tuple[str, str]
Question = tuple[tuple[Sequence[str], Sequence[str]], Sequence[tuple[str, int]]]  # wordings of both claims; statements with their side


class Pool:
    """What is asked: ``pairs`` of a statement and the claims of two poles, ``singles`` with one claim and its labels, ``targets``
    whose label says nothing. ``model``: whose sentence vectors tell which questions are near."""

    def __init__(self, corpora: Path, model: Loaded, seed: int):
        rng = random.Random(seed)
        rows, _ = stance_data.split(corpora / "stance_pairs")
        maker = stance_data.Maker(rows)
        self.singles = maker.epoch(seed, CLAIMS)
        written = stance_statements.Statements(stance_statements.questions(), maker.wording).asked
        questions = [(q.claims, q.said) for q in stance_plain.Plain().asked] + [(q.claims, (*q.said, *q.examples)) for q in written]
        articles = [json.loads(line) for line in lines(corpora / "polnear" / "train.jsonl.gz")]
        layers = {row["id"]: row for row in map(json.loads, lines(corpora / "polnear" / "train.corenlp.jsonl.gz"))}
        quotations = [(article, quotation) for article in articles for quotation in _quotations(article)]
        contents = [utterance(article["text"], quotation, cued=False).text for article, quotation in quotations]
        self.pairs = [*among(questions, rng), *near(questions, contents, model, rng)]
        held = [m for article, quotation in quotations if article["id"] in layers
                for m in held_names(article["text"], quotation, layers[article["id"]])]
        unheld = [m for article in articles if article["id"] in layers for m in sentence_names(article["text"], layers[article["id"]])]
        self.targets = held + rng.sample(unheld, min(len(unheld), UNHELD))


def _quotations(article: dict) -> Iterator[Quotation]:
    for told in article["attributions"]:
        content, cue, source = (tuple(map(tuple, told.get(role) or ())) for role in ("content", "cue", "source"))
        if content and sum(len(article["text"][s:e].split()) for s, e in content) >= LEAST:
            yield Quotation(told["id"], "mixed", content, cue, source)


def among(questions: Sequence[Question], rng: random.Random) -> Iterator[tuple[str, Both]]:
    """Statements against two other statements on the question, as an axis' examples stand against one another."""
    for _, said in questions:
        no, yes = ([text for text, side in said if side == wanted] for wanted in (0, 2))
        for text, _ in said:
            if rng.random() < ANSWERED and no and yes:
                others = rng.choice(no), rng.choice(yes)
                if text not in others:
                    yield text, others if rng.random() < 0.5 else others[::-1]


def near(questions: Sequence[Question], contents: Sequence[str], model: Loaded, rng: random.Random) -> Iterator[tuple[str, Both]]:
    """Statements, and contents of quotations, against the claims of one of the questions whose vectors are nearest."""
    centres = model.vectors([side[0] for claims, _ in questions for side in claims]).view(len(questions), 2, -1).mean(1)
    texts = [(text, number) for number, (_, said) in enumerate(questions) for text, _ in said if rng.random() < NEAR]
    texts += [(text, None) for text in rng.sample(contents, min(len(contents), NEWS))]
    nearest = (model.vectors([text for text, _ in texts]) @ F.normalize(centres, dim=1).T).topk(6, dim=1).indices.tolist()
    for (text, own), found in zip(texts, nearest):
        other = rng.choice([number for number in found if number != own][: 2 if own is None else 5])
        claims = tuple(stance_frames.worded(list(ways), rng) for ways in questions[other][0])
        yield text, claims if rng.random() < 0.5 else claims[::-1]


def names(layer: dict, low: int, high: int) -> Iterator[Span]:
    """The spans of CoreNLP's persons and organizations among the tokens from ``low`` up to ``high``."""
    while low < high:
        kind, first = layer["ner"][low], low
        while low < high and layer["ner"][low] == kind:
            low += 1
        if kind in TARGETS:
            yield layer["begin"][first], layer["end"][low - 1]


def sentence_names(text: str, layer: dict) -> Iterator[stance_data.Marked]:
    """Each person and organization of each sentence, every mention in the same words marked."""
    borders = layer["sent_starts"]
    for low, high in zip(borders, borders[1:]):
        start, end = layer["begin"][low], layer["end"][high - 1]
        if SHORTEST <= end - start <= LONGEST:
            spans: dict[str, list[Span]] = {}
            for s, e in names(layer, low, high):
                spans.setdefault(text[s:e], []).append((s - start, e - start))
            yield from (stance_data.Marked(text[start:end], tuple(found), (), 0) for found in spans.values())


def held_names(text: str, quotation: Quotation, layer: dict) -> Iterator[stance_data.Marked]:
    """Each person and organization in a quotation's content, read with cue and source and the source as holder."""
    said = utterance(text, quotation)
    if len(said.text) > LONGEST:
        return
    holder = tuple(s for span in quotation.source for s in said.from_article(span))
    spans: dict[str, list[Span]] = {}
    for span in names(layer, 0, len(layer["ner"])):
        if any(start <= span[0] and span[1] <= end for start, end in quotation.content):
            spans.setdefault(text[slice(*span)], []).extend(said.from_article(span))
    yield from (stance_data.Marked(said.text, tuple(found), holder, 0) for found in spans.values() if found)


def teacher_of(checkpoint: Path) -> StanceModel:
    """The large model of a run's checkpoint, to be asked only."""
    model = model_of(torch.load(checkpoint, weights_only=True)["model"])
    return model.eval().requires_grad_(False).to(fast_dtype())


@torch.no_grad()
def judged(inputs: Sequence[Pieces], logits: Callable[[Batch], Tensor], said: Callable[[str], None] = print) -> Tensor:
    """The teacher's logits of each input, [n, 3 or 4]."""
    found, done = [], 0
    for batch in batches(inputs):
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_dtype() == torch.bfloat16):
            found.append((batch.rows, logits(batch).float()))
        if done * 10 // len(inputs) != (done := done + len(batch.rows)) * 10 // len(inputs):
            said(f"{done} of {len(inputs)} judged")
    result = torch.zeros(len(inputs), found[0][1].shape[1])
    for rows, told in found:
        result[list(rows)] = told
    return result


def goals(told: Tensor, allowed: Sequence[tuple[int, ...]], heed: float) -> Tensor:
    """The chances to be learned, [n, classes]: the teacher's (share ``heed``) mixed with the labels allowed; between several the
    teacher decides."""
    chances = told.softmax(1)
    mask = torch.zeros_like(chances)
    for i, labels in enumerate(allowed):
        mask[i, list(labels)] = 1
    right = chances * mask + 1e-6 * mask
    return heed * chances + (1 - heed) * right / right.sum(1, keepdim=True)


def side_goals(lean: Tensor, sides: Sequence[float | None], heed: float) -> Tensor:
    """The chance of the first side, [n], from the teacher's lean toward it and the side itself where it is known."""
    chances = lean.sigmoid()
    known = torch.tensor([float("nan") if side is None else side for side in sides])
    return torch.where(known.isnan(), chances, heed * chances + (1 - heed) * known)


def lean(logits: Tensor) -> Tensor:
    return logits[:, SUPPORTS] - logits[:, OPPOSES]


Lesson = tuple[tuple[Pieces, ...], tuple]  # the inputs of an example, and what is to be learned of it


def lessons(pool: Pool, claims: StanceModel, polarity: StanceModel, reader: Reader, longest: int, kept: Path,
            heed: float) -> dict[str, list[Lesson]]:
    """The pool with what the teachers say of it: "t" pairs, "s" single claims, "m" marked targets. ``kept``: a file that keeps the
    judgements; raises ValueError where it was made of another pool or by other teachers."""
    pairs = [tuple(reader.pairs([text] * 2, both, longest)) for text, both in pool.pairs]
    singles = reader.pairs([p.text for p in pool.singles], [p.claim for p in pool.singles], longest)
    marked = [reader.marked(m.text, m.target, m.holder, longest) for m in pool.targets]
    print(f"{len(pairs)} pairs, {len(singles)} single claims, {len(marked)} targets", flush=True)
    heads = [claims.claim.weight.flatten().tolist(), polarity.polarity.weight.flatten().tolist()]
    asked = [[p.ids for both in pairs for p in both], [p.ids for p in singles], [p.ids for p in marked]]
    asked = str(zlib.crc32(repr((asked, heads)).encode()))
    if not kept.exists():
        told = {"pairs": judged([p for both in pairs for p in both], claims.claim_logits),
                "singles": judged(singles, claims.claim_logits), "marked": judged(marked, polarity.polarity_logits)}
        safetensors.torch.save_file(told, str(kept), {"asked": asked})
    with safetensors.safe_open(str(kept), "pt") as file:
        if (file.metadata() or {}).get("asked") != asked:
            raise ValueError(f"{kept} has judgements of another pool or other teachers: remove it to ask anew")
        told = {name: file.get_tensor(name) for name in ("pairs", "singles", "marked")}
    first, second = told["pairs"][0::2], told["pairs"][1::2]
    labels = [p.labels for p in pool.singles]
    side = side_goals(lean(told["singles"]), [{(SUPPORTS,): 1.0, (OPPOSES,): 0.0}.get(allowed) for allowed in labels], heed)
    return {"t": list(zip(pairs, zip(first.softmax(1), second.softmax(1), (lean(second) - lean(first)).sigmoid()))),
            "s": [((p,), goal) for p, goal in zip(singles, zip(goals(told["singles"], labels, heed), side))],
            "m": [((p,), (goal,)) for p, goal in zip(marked, told["marked"].softmax(1))]}


def shuffled(items: Sequence[Lesson]) -> Callable[[int], list[Lesson]]:
    return lambda number: random.Random(number).sample(items, len(items))


def taught_loss(task: str, logits: Tensor, wanted: Sequence[tuple]) -> Tensor:
    """Cross-entropy to the chances, and for claims to the chance of the side that the difference of both poles (or support over
    opposition of one claim) shows. ``logits`` of "t": all first claims, then all second ones."""
    told = [torch.stack(column) for column in zip(*wanted)]
    if task == "m":
        return F.cross_entropy(logits, told[0])
    if task == "s":
        return F.cross_entropy(logits, told[0]) + F.binary_cross_entropy_with_logits(lean(logits), told[1])
    own = lean(logits)
    half = len(own) // 2
    return F.cross_entropy(logits, torch.cat(told[:2])) + F.binary_cross_entropy_with_logits(own[half:] - own[:half], told[2])
