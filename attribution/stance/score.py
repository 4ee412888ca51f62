"""Scoring statements on an axis: ``Scorer(axis).score(texts)`` -> score, label, confidence, evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from attribution.records import Spans
from attribution.stance.axes import Axis
from attribution.stance.evidence import claim_evidence, strongest
from attribution.stance.head import LABELS, AxisHead, Views, Weights
from attribution.stance.model import Loaded, Told, load_model
from attribution.stance.order import ENDING, Order, OrderReader

VERSION = "12"
SIDE = 0.25  # scores nearer to 0 than this take no side: the border that the labels keep to
# Points back to what was said before; "it" and "they" are left out, since nearly every statement has them.
ANAPHOR = re.compile(r"\b(this|these|those|such|which|(?:do|does|did|doing|done) so|the (?:idea|proposal|plan|offer|demand|"
                     r"request|suggestion|condition|move|step|deal|initiative|call))\b", re.I)
CONTEXT_DISCOUNT = 0.8  # of the confidence of a score that needed the sentence before


@dataclass(frozen=True, slots=True)
class Scored:
    """Where a statement stands: ``score`` -1..1 or None where it does not speak to the question or its side cannot be
    told; ``label`` negative|neutral|positive|unrelated; ``confidence`` the label's probability; ``evidence`` the words
    of the statement that decided (code points, end exclusive), empty for unrelated ones."""

    score: float | None
    label: str
    confidence: float
    evidence: Spans = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a statement was read: against the negative and the positive pole, and for an order."""

    poles: tuple[Told, Told]
    order: Order | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An example of an axis: its text, its label, and what the axis without it says, with that label's probability."""

    text: str
    label: str
    found: str
    confidence: float


class Scorer:
    """Scores statements on one axis. Making one reads the axis' examples through the model once; the same axis and
    statements give the same scores, in other company up to rounding."""

    def __init__(self, axis: Axis, model: Loaded | None = None, weights: Weights | None = None):
        self.axis = axis
        self.model = model or load_model()
        self.weights = weights or Weights(self.model.head)
        forms = sorted({form for _, written in axis.terms for form in written}, key=len, reverse=True)
        # Inflection does not matter: a term may go on with a common ending.
        self.terms = re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(form) for form in forms) + f"){ENDING}(?!\\w)", re.I) if forms else None
        examples = [(text, label) for label, texts in zip(range(4), (
            axis.negative.examples, axis.neutral, axis.positive.examples, axis.unrelated)) for text in texts]
        self.examples = tuple(examples)
        self.order = OrderReader(axis.order) if axis.order else None
        self.poles = self.model.vectors([axis.negative.description, axis.positive.description])
        self.shown = self.views([text for text, _ in examples])
        self.head = AxisHead(self.shown, [label for _, label in examples], self.poles)

    def views(self, texts: Sequence[str]) -> Views:
        """What the model says of the statements."""
        return self._views(texts, self.model.vectors(texts), self._terms(texts))

    def _views(self, texts: Sequence[str], vectors: Tensor, terms: Tensor, told: list[Told] | None = None) -> Views:
        n = len(texts)
        negative, positive = self.axis.claims
        poles = [negative] * n + [positive] * n
        logp, pairs = self.model.claims([*texts, *texts], poles, told)
        return Views(logp[:n], logp[n:], torch.cat([pairs[:n], pairs[n:]], 1), vectors, terms)

    def _terms(self, texts: Sequence[str]) -> Tensor:
        return torch.tensor([float(bool(self.terms and self.terms.search(text))) for text in texts])

    def probabilities(self, texts: Sequence[str], readings: dict[int, Reading] | None = None) -> Tensor:
        """[n, 4] over negative, neutral, positive, unrelated. Statements that their sentence vectors tell to be plainly
        unrelated are not read against the poles; ``readings``, where given, takes those of the others, by index."""
        vectors, terms = self.model.vectors(texts), self._terms(texts)
        chance, look = self.weights.related(self.head.topic(vectors, terms))
        orders = self.order.read(texts) if self.order else [None] * len(texts)
        look |= torch.tensor([order is not None for order in orders])
        result = torch.stack([torch.zeros(len(texts)), chance, torch.zeros(len(texts)), 1 - chance], 1)
        if at := look.nonzero()[:, 0].tolist():
            told: list[Told] | None = None if readings is None else []
            views = self._views([texts[i] for i in at], vectors[at], terms[at], told)
            result[at] = (self.weights.logits(*self.head.features(views)) + likelihoods([orders[i] for i in at])).softmax(1)
            if readings is not None:
                readings.update((i, Reading(poles, orders[i])) for i, poles in zip(at, zip(told, told[len(at):])))
        return result

    def left_out(self) -> list[LeftOut]:
        """Each example as scored by the axis fitted to the other examples: how well the examples hold together."""
        labels, result = [label for _, label in self.examples], []
        for i, (text, label) in enumerate(self.examples):
            others = [j for j in range(len(labels)) if j != i]
            head = AxisHead(self.shown.take(others), [labels[j] for j in others], self.poles)
            orders = self.order.read([text]) if self.order else [None]
            row = (self.weights.logits(*head.features(self.shown.take([i]))) + likelihoods(orders)).softmax(1)[0]
            result.append(LeftOut(text, LABELS[label], LABELS[int(row.argmax())], round(float(row.max()), 4)))
        return result

    def score(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None,
              unrelated: float = 1.0, sure: float = 0.0) -> list[Scored]:
        """Scores each text. ``unrelated`` multiplies the odds of that label: above 1 where most texts will not speak to
        the question, as in news at large. ``sure`` is the balance of the poles, 0..1, that a side needs: where it is less,
        the text gets no score. ``contexts``: the words before each text; they are read only where a text that points
        back ("such a pause", "this proposal") says nothing by itself. Empty texts are unrelated."""
        texts = list(texts)
        full = [i for i, text in enumerate(texts) if re.search(r"\w", text)]
        result = [Scored(None, "unrelated", 1.0)] * len(texts)
        if not full:
            return result
        rows, read = self._rows(full, [texts[i] for i in full], unrelated, sure)
        starts = dict.fromkeys(full, 0)
        if contexts is not None:
            again = [i for i in full if contexts[i] and LABELS[int(rows[i].argmax())] == "unrelated"
                     and ANAPHOR.search(texts[i])]
            joined = {i: f"{contexts[i].strip()} {texts[i]}" for i in again}
            rows_joined, read_joined = self._rows(again, list(joined.values()), unrelated, sure)
            for i, row in rows_joined.items():
                if i in read_joined and LABELS[int(row.argmax())] != "unrelated":
                    starts[i] = len(joined[i]) - len(texts[i])
                    rows[i], texts[i], read[i] = row, joined[i], read_joined[i]
        for i in full:
            spans: Spans = ()
            if i in read and LABELS[int(rows[i].argmax())] != "unrelated":
                side = 1 if rows[i][2] >= rows[i][0] else -1
                spans = evidence(texts[i], side, read[i])
                spans = tuple((s - starts[i], e - starts[i]) for s, e in spans if s >= starts[i])
            result[i] = scored(rows[i], spans, CONTEXT_DISCOUNT if starts[i] else 1.0)
        return result

    def _rows(self, at: Sequence[int], texts: Sequence[str], unrelated: float, sure: float,
              ) -> tuple[dict[int, Tensor], dict[int, Reading]]:
        """Of each text, by the number it goes by: probabilities and, unless the gate passed over it, its reading."""
        readings: dict[int, Reading] = {}
        rows = undecided(weighed(self.probabilities(texts, readings), unrelated), sure) if texts else ()
        return dict(zip(at, rows)), {at[i]: reading for i, reading in readings.items()}


def evidence(text: str, side: int, reading: Reading) -> Spans:
    """The words that decided for a side (1 or -1): those that tell the order where one that says the same was read, else
    those that the poles were read by."""
    if reading.order and reading.order.lean * side > 0:
        return strongest(text, {word: side * value for word, value in reading.order.words.items()})
    return claim_evidence(text, zip((-side, side), reading.poles))


def likelihoods(orders: Sequence[Order | None]) -> Tensor:
    """[n, 4]: the log-likelihood of what each statement says of the order under each label, up to a constant: as good as
    independent of the model's view, which hardly ever knows the order. An unrelated one says as little of it as a neutral one."""
    result = torch.zeros(len(orders), len(LABELS))
    for row, order in zip(result, orders):
        if order is not None:
            sides = F.logsigmoid(torch.tensor([-order.side, order.side])) + math.log(2) + order.sided
            row[0], row[2] = sides
    return result


def weighed(rows: Tensor, unrelated: float) -> Tensor:
    """Probabilities [n, 4] for another share of unrelated statements: its odds times ``unrelated`` (Saerens et al. 2002)."""
    rows = rows * torch.tensor([1.0, 1.0, 1.0, unrelated])
    return rows / rows.sum(1, keepdim=True)


def balance(rows: Tensor) -> Tensor:
    """[n], -1..1: how far the positive pole outweighs the negative one among what is related, of probabilities [n, 4]."""
    return (rows[:, 2] - rows[:, 0]) / rows[:, :3].sum(1).clamp(min=1e-9)


def undecided(rows: Tensor, sure: float) -> Tensor:
    """Probabilities [n, 4] where a side that is likeliest with a balance under ``sure`` counts as unrelated: that somebody
    takes a side tells nothing as long as nobody knows which."""
    likeliest = rows.argmax(1)
    unsure = ((likeliest == 0) | (likeliest == 2)) & (balance(rows).abs() < sure)
    told = torch.stack([torch.zeros(len(rows)), rows[:, 1], torch.zeros(len(rows)), rows[:, 0] + rows[:, 2] + rows[:, 3]], 1)
    return torch.where(unsure[:, None], told, rows)


def scored(row: Tensor, evidence: Spans = (), discount: float = 1.0) -> Scored:
    """The outcome of one row of probabilities. The score is the balance of the poles among what is related, kept on
    its label's side of :data:`SIDE`."""
    label = LABELS[int(row.argmax())]
    confidence = round(float(row.max()) * discount, 4)
    if label == "unrelated":
        return Scored(None, label, confidence)
    score = float(balance(row[None])[0])
    if label == "neutral":
        score = max(-SIDE + 0.01, min(SIDE - 0.01, score))
    else:
        score = max(abs(score), SIDE) * (1 if label == "positive" else -1)
    return Scored(round(score, 4), label, confidence, evidence)

