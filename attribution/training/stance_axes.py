"""Axes made from held-out claims: what the head of the axes learns its weights from, and is chosen by.

A claim with enough texts for and against it becomes an axis: the claim (or a text for it) describes one pole,
its negation (or a text against it) the other, eight texts a side are the examples, the rest is scored. Neutral
statements come from the set of sentences that make no claim and from frames that report a question as open;
unrelated ones from other claims, half of them the nearest by sentence vectors. No claim here was trained on.
"""

from __future__ import annotations

import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from attribution.stance.axes import Axis, Pole
from attribution.stance.head import Weights, fit_gate, fit_weights
from attribution.stance.model import SUPPORTS, Loaded
from attribution.training.stance_data import CAPS, COMMON, NAKED, NLI, Wording, norm
from attribution.training.stance_statements import questions

SETS = ("debatepedia", "perspectrum", "valueeval", "ibm_args30k", "ibm_csc", "procon", "debatewise", "ibm_argkp",
        "arc_nyt", "iam_stance")
EXAMPLES = 8
# Not the frames of the training examples: the head must not learn to trust those.
UNDECIDED = ("Parliament will debate next week if {a}.", "The question is whether {a}.", "A new survey asks people if {a}.",
             "I have no opinion on whether {a}.", "Experts are divided over whether {a}.", "We are still weighing whether {a}.",
             "It depends on the details whether {a}.", "The report lists reasons for and against: {a}, and yet {b}.",
             "Half of the speakers held that {a}, the other half that {b}.", "Whether {a} is for the voters to decide.")
TURNED = ("That {a} is simply false.", "Our critics repeat that {a}; we see it the other way round.",
          "For years we were told that {a}. {B}.", "They will tell you that {a}, and they will be wrong.",
          "{B}, whatever is said about the idea that {a}.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An axis with statements to score and the index of each one's label in ``LABELS``."""

    axis: Axis
    texts: tuple[str, ...]
    labels: tuple[int, ...]
    fitting: bool  # for fitting the head; else for judging it


def made_axes(train: Sequence[Mapping], held: Sequence[Mapping], model: Loaded, draws: int = 2,
              seed: int = 1) -> list[Labelled]:
    """The axes that the held-out rows allow, ``draws`` with other examples of each."""
    known = {norm(row["claim"]) for row in train if row["dataset"] in CAPS}
    sides: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    open_texts = defaultdict(list)
    for row in held:
        if row["dataset"] in NLI or not 3 <= len(row["text"].split()) <= 45:
            continue
        if row["dataset"] == "iam_nonclaim":
            open_texts[row["claim"]].append(row["text"])
        elif row["dataset"] in SETS and row["label"] in (1, -1):
            if norm(row["claim"]) not in known or row["dataset"] == "iam_stance":
                sides[row["claim"]][row["label"] < 0].append(row["text"])
    claims = sorted(c for c, both in sides.items() if all(len(set(side)) >= EXAMPLES + 5 for side in both))
    wording = Wording(row["text"] for row in train)
    everything = [(text, claim) for claim in claims for side in sides[claim] for text in sorted(set(side))[:40]]
    vectors = model.vectors([text for text, _ in everything])
    result = []
    for claim in claims:
        fitting = zlib.crc32(norm(claim).encode()) % 2 == 0
        centre = vectors[[i for i, (_, c) in enumerate(everything) if c == claim]].mean(0)
        order = (vectors @ centre).argsort(descending=True).tolist()
        others = [everything[i][0] for i in order if everything[i][1] != claim]
        for draw in range(draws):
            rng = random.Random(f"{seed}/{draw}/{claim}")
            result.append(_axis(claim, sides[claim], open_texts[claim], others, wording, rng, fitting))
    return result


def _axis(claim: str, sides: tuple[list[str], list[str]], open_texts: list[str], others: list[str], wording: Wording,
          rng: random.Random, fitting: bool) -> Labelled:
    pro, con = (rng.sample(sorted(set(side)), min(len(set(side)), EXAMPLES + 2 + 24)) for side in sides)
    plain = NAKED.sub("", claim)
    for_it = pro.pop() if rng.random() < 0.2 else wording.claim(claim, (SUPPORTS,), False, rng)[0]
    against = con.pop() if rng.random() < 0.4 else wording.claim(claim, (SUPPORTS,), True, rng)[0]
    near, far = others[:60], others[60:]
    unrelated = rng.sample(near, 14) + rng.sample(far, 14)
    rng.shuffle(unrelated)
    inside = wording.inside

    def framed(frames: Sequence[str], first: str, second: str) -> str:
        b = inside(second)
        return rng.choice(frames).format(a=inside(first), b=b, B=b[:1].upper() + b[1:])

    neutral = rng.sample(open_texts, min(len(open_texts), 10))
    neutral += [framed(UNDECIDED, rng.choice(pro), rng.choice(con)) for _ in range(14 - len(neutral))]
    rng.shuffle(neutral)
    axis = Axis("made", plain, Pole("", against, tuple(con[:EXAMPLES])), Pole("", for_it, tuple(pro[:EXAMPLES])),
                tuple(neutral[:4]), tuple(unrelated[:5]), tuple((word, (word,)) for word in _terms(pro, con)))
    texts = [(text, 0) for text in con[EXAMPLES:]] + [(text, 2) for text in pro[EXAMPLES:]]
    turned = [(framed(TURNED, text, rng.choice(pro if label == 0 else con)), 2 - label)
              for text, label in texts if rng.random() < 0.2]
    texts += turned + [(text, 1) for text in neutral[4:]] + [(text, 3) for text in unrelated[5:]]
    return Labelled(axis, tuple(t for t, _ in texts), tuple(label for _, label in texts), fitting)


def _terms(pro: Sequence[str], con: Sequence[str]) -> list[str]:
    """The words that most examples of the poles have."""
    counts = Counter(word for text in [*pro[:EXAMPLES], *con[:EXAMPLES]] for word in set(norm(text).split())
                     if word not in COMMON and len(word) > 3)
    return [word for word, n in counts.most_common(4) if n > 1]


def fit_head(axes: Sequence[Labelled], scorer_of) -> Weights:
    """The head's weights from the axes for fitting. ``scorer_of(axis)`` gives a scorer (its weights are not used)."""
    sets, topics = [], []
    for made in axes:
        if made.fitting:
            scorer = scorer_of(made.axis)
            views, labels = scorer.views(list(made.texts)), torch.tensor(made.labels)
            sets.append((*scorer.head.features(views), labels))
            topics.append((scorer.head.topic(views.vectors, views.terms), labels))
    weights = fit_weights(sets)
    weights.state |= fit_gate(topics)
    return weights


def written_axes(draws: int = 4, seed: int = 1) -> list[Labelled]:
    """Axes of the written questions that were not trained on, each ``draws`` times with other examples."""
    result = []
    for question in questions():
        if question.trained:
            continue
        groups = [[text for text, found in (*question.said, *question.examples) if found == label] for label in range(4)]
        for draw in range(draws):
            rng = random.Random(f"{seed}/{draw}/{question.axis.id}")
            mixed = [rng.sample(texts, len(texts)) for texts in groups]
            own = question.axis
            counts = (len(own.negative.examples), len(own.neutral), len(own.positive.examples), len(own.unrelated))
            chosen = [tuple(texts[:n]) for texts, n in zip(mixed, counts)]
            axis = replace(own, negative=replace(own.negative, examples=chosen[0]), neutral=chosen[1],
                           positive=replace(own.positive, examples=chosen[2]), unrelated=chosen[3])
            rest = [(text, label) for label, (texts, n) in enumerate(zip(mixed, counts)) for text in texts[n:]]
            result.append(Labelled(axis, tuple(t for t, _ in rest), tuple(label for _, label in rest), True))
    return result
