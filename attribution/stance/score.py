"""Scoring statements on an axis: ``Scorer(axis).score(texts)`` -> score, label, confidence, evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attribution.records import Spans
from attribution.stance.axes import Axis
from attribution.stance.evidence import claim_evidence
from attribution.stance.head import LABELS, AxisHead, Views, Weights
from attribution.stance.model import Loaded, load_model

VERSION = "3"
SIDE = 0.25  # scores nearer to 0 than this take no side: the border that the labels keep to
# Points back to what was said before; "it" and "they" are left out, since nearly every statement has them.
ANAPHOR = re.compile(r"\b(this|these|those|such|which|(?:do|does|did|doing|done) so|the (?:idea|proposal|plan|offer|demand|"
                     r"request|suggestion|condition|move|step|deal|initiative|call))\b", re.I)
CONTEXT_DISCOUNT = 0.8  # of the confidence of a score that needed the sentence before


@dataclass(frozen=True, slots=True)
class Scored:
    """Where a statement stands: ``score`` -1..1 or None where it does not speak to the question; ``label``
    negative|neutral|positive|unrelated; ``confidence`` the label's probability; ``evidence`` the words of the
    statement that decided (code points, end exclusive), empty for unrelated ones."""

    score: float | None
    label: str
    confidence: float
    evidence: Spans = ()


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
            r"\b(?:" + "|".join(re.escape(form) for form in forms) + r")(?:s|es|ed|d|ing|'s|’s)?\b", re.I) if forms else None
        examples = [(text, label) for label, texts in zip(range(4), (
            axis.negative.examples, axis.neutral, axis.positive.examples, axis.unrelated)) for text in texts]
        texts = [text for text, _ in examples]
        self.head = AxisHead(self.views(texts), [label for _, label in examples],
                             self.model.vectors([axis.negative.description, axis.positive.description]))

    def views(self, texts: Sequence[str]) -> Views:
        """What the model says of the statements."""
        n = len(texts)
        poles = [self.axis.negative.description] * n + [self.axis.positive.description] * n
        logp, vectors = self.model.claims([*texts, *texts], poles)
        terms = torch.tensor([float(bool(self.terms and self.terms.search(text))) for text in texts])
        return Views(logp[:n], logp[n:], torch.cat([vectors[:n], vectors[n:]], 1), self.model.vectors(texts), terms)

    def probabilities(self, texts: Sequence[str]) -> Tensor:
        """[n, 4] over negative, neutral, positive, unrelated."""
        return self.weights.logits(*self.head.features(self.views(texts))).softmax(1)

    def score(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[Scored]:
        """Scores each text. ``contexts``: the words before each text; they are read only where a text that points
        back ("such a pause", "this proposal") says nothing by itself. Empty texts are unrelated."""
        texts = list(texts)
        full = [i for i, text in enumerate(texts) if re.search(r"\w", text)]
        result = [Scored(None, "unrelated", 1.0)] * len(texts)
        if not full:
            return result
        rows = {i: row for i, row in zip(full, self.probabilities([texts[i] for i in full]))}
        starts = dict.fromkeys(full, 0)
        if contexts is not None:
            again = [i for i in full if contexts[i] and LABELS[int(rows[i].argmax())] == "unrelated"
                     and ANAPHOR.search(texts[i])]
            joined = {i: f"{contexts[i].strip()} {texts[i]}" for i in again}
            for i, row in zip(again, self.probabilities(list(joined.values())) if again else ()):
                if LABELS[int(row.argmax())] != "unrelated":
                    rows[i], starts[i], texts[i] = row, len(joined[i]) - len(texts[i]), joined[i]
        sided = [i for i in full if LABELS[int(rows[i].argmax())] != "unrelated"]
        evidence = dict(zip(sided, self._evidence([texts[i] for i in sided], [rows[i] for i in sided])))
        for i in full:
            spans = tuple((s - starts[i], e - starts[i]) for s, e in evidence.get(i, ()) if s >= starts[i])
            result[i] = scored(rows[i], spans, CONTEXT_DISCOUNT if starts[i] else 1.0)
        return result

    def _evidence(self, texts: Sequence[str], rows: Sequence[Tensor]) -> list[Spans]:
        """The deciding words, toward the pole that the statement supports or opposes more clearly."""
        if not texts:
            return []
        signs = [1 if row[2] >= row[0] else -1 for row in rows]
        return claim_evidence(self.model, texts, self.axis.negative.description, self.axis.positive.description, signs)


def scored(row: Tensor, evidence: Spans = (), discount: float = 1.0) -> Scored:
    """The outcome of one row of probabilities. The score is the balance of the poles among what is related, kept on
    its label's side of :data:`SIDE`."""
    negative, neutral, positive, _ = (float(p) for p in row)
    label = LABELS[int(row.argmax())]
    confidence = round(float(row.max()) * discount, 4)
    if label == "unrelated":
        return Scored(None, label, confidence)
    score = (positive - negative) / (positive + negative + neutral)
    if label == "neutral":
        score = max(-SIDE + 0.01, min(SIDE - 0.01, score))
    else:
        score = max(abs(score), SIDE) * (1 if label == "positive" else -1)
    return Scored(round(score, 4), label, confidence, evidence)

