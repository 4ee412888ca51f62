"""The small head that turns what the model says about a statement into a place on one axis.

Fitting it to an axis means two ridge regressions over the axis' own examples (closed form, milliseconds):
one over the vectors of statement and pole, one over sentence vectors. What they say, what the general
claim-stance model says of both poles, and how near the examples are, become a dozen numbers; a conditional
logit (McFadden 1974) over the four labels weighs them. Its weights were learned once over many axes made
from held-out claims (``attribution.training.stance_axes``) and are the same for every axis; both poles share
theirs, so that swapping the poles of an axis swaps the scores and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LABELS = ("negative", "neutral", "positive", "unrelated")
LOST = 0.005  # of the related statements that the gate may take for unrelated, where it is fitted
RIDGE = 0.3  # of the kernel's mean diagonal: chosen on axes made from development claims
CLIP = 5.0  # log-probabilities below exp(-5) say no more than that


@dataclass(frozen=True, slots=True)
class Views:
    """What the model says of n statements on one axis: log-probabilities [n, 4] and vectors [n, d] against the
    negative and the positive pole's description, sentence vectors [n, w], and 0/1 [n] whether a term occurs."""

    negative: Tensor
    positive: Tensor
    pairs: Tensor
    vectors: Tensor
    terms: Tensor

    def take(self, rows: Sequence[int]) -> Views:
        """The views of some of the statements."""
        at = list(rows)
        return Views(self.negative[at], self.positive[at], self.pairs[at], self.vectors[at], self.terms[at])


class Ridge:
    """Kernel ridge regression with a linear kernel on centred vectors of length 1."""

    def __init__(self, x: Tensor, y: Tensor, strength: float = RIDGE):
        self.centre = x.mean(0)
        self.x = F.normalize(x - self.centre, dim=1)
        self.offset = y.mean(0)
        kernel = self.x @ self.x.T
        kernel = kernel + strength * torch.eye(len(x)) * kernel.diagonal().mean().clamp(min=1e-6)
        self.weights = torch.linalg.solve(kernel, y - self.offset)

    def __call__(self, x: Tensor) -> Tensor:
        return F.normalize(x - self.centre, dim=1) @ self.x.T @ self.weights + self.offset


class AxisHead:
    """What an axis' examples say. ``examples``: the views of all examples; ``labels``: each one's index in
    :data:`LABELS`; ``poles``: sentence vectors [2, w] of the negative and positive description."""

    def __init__(self, examples: Views, labels: Sequence[int], poles: Tensor):
        kind = torch.tensor(labels)
        # towards which pole; whether it speaks to the question; whether it takes a side
        goals = torch.stack([(kind == 2).float() - (kind == 0).float(), (kind != 3).float(),
                             ((kind == 0) | (kind == 2)).float()], 1)
        self.kind, self.vectors, self.poles = kind, examples.vectors, poles
        self.pairs, self.sentences = Ridge(examples.pairs, goals), Ridge(examples.vectors, goals)

    def _near(self, vectors: Tensor, label: int, most: int) -> Tensor:
        """[n]: mean similarity to the ``most`` nearest examples of a label; 0 where it has none."""
        own = self.vectors[self.kind == label]
        if not len(own):
            return torch.zeros(len(vectors))
        return (vectors @ own.T).topk(min(most, len(own)), 1).values.mean(1)

    def topic(self, vectors: Tensor, terms: Tensor) -> Tensor:
        """[n, t]: how near statements are to the axis' subject, by sentence vectors [n, w] and terms [n] alone."""
        near = {(k, m): self._near(vectors, k, m) for k in (0, 1, 2, 3) for m in (1, 3)}
        sentences = self.sentences(vectors)
        return torch.stack([
            torch.maximum(near[0, 1], near[2, 1]), torch.maximum(near[0, 3], near[2, 3]), near[1, 1], near[3, 1],
            (vectors @ self.poles.T).amax(1), sentences[:, 1], sentences[:, 2], terms,
        ], 1)  # fmt: skip

    def features(self, views: Views) -> tuple[Tensor, Tensor]:
        """(directed [n, a], plain [n, b]): the first change sign when the poles are swapped, the second do not."""
        neg, pos = views.negative.clamp(min=-CLIP), views.positive.clamp(min=-CLIP)
        pairs, sentences = self.pairs(views.pairs), self.sentences(views.vectors)
        near = {m: self._near(views.vectors, 2, m) - self._near(views.vectors, 0, m) for m in (1, 3)}
        poles = views.vectors @ self.poles.T
        directed = torch.stack([
            (pos[:, 0] - pos[:, 1]) / 2, (neg[:, 1] - neg[:, 0]) / 2,
            pos.exp()[:, 0] - pos.exp()[:, 1] - neg.exp()[:, 0] + neg.exp()[:, 1],
            near[1], near[3], poles[:, 1] - poles[:, 0],
            pairs[:, 0], sentences[:, 0],
        ], 1)  # fmt: skip
        # the two poles' own claims are one feature: which description is the negation is the user's whim
        directed = torch.cat([directed[:, :2].mean(1, keepdim=True), directed[:, 2:]], 1)
        plain = torch.cat([torch.stack([
            (pos[:, 3] + neg[:, 3]) / 2, torch.maximum(pos[:, 3], neg[:, 3]), (pos[:, 2] + neg[:, 2]) / 2,
            pairs[:, 1], pairs[:, 2], directed[:, 0].abs(), pairs[:, 0].abs(), sentences[:, 0].abs(),
        ], 1), self.topic(views.vectors, views.terms)], 1)  # fmt: skip
        return directed, plain


class Weights:
    """The conditional logit: ``directed`` [a], ``pole``, ``neutral``, ``unrelated`` [b] and their biases; and the gate,
    a logistic regression on :meth:`AxisHead.topic` that tells plainly unrelated statements at a fraction of the cost."""

    def __init__(self, state: Mapping[str, Sequence]):
        self.state = {key: torch.tensor(value, dtype=torch.float32) for key, value in state.items()}

    def logits(self, directed: Tensor, plain: Tensor) -> Tensor:
        """[n, 4] over :data:`LABELS`."""
        s = self.state
        directed, plain = directed / s["directed_scale"], (plain - s["plain_mean"]) / s["plain_scale"]
        lean = directed @ s["directed"]
        pole, neutral, unrelated = (plain @ s[k] + s[k + "_bias"] for k in ("pole", "neutral", "unrelated"))
        return torch.stack([pole - lean, neutral, pole + lean, unrelated], 1)

    def related(self, topic: Tensor) -> tuple[Tensor, Tensor]:
        """[n]: the gate's probability that a statement speaks to the question, and whether it must be looked at."""
        if "gate" not in self.state:
            return torch.ones(len(topic)), torch.ones(len(topic), dtype=torch.bool)
        s = self.state
        chance = ((topic - s["gate_mean"]) / s["gate_scale"] @ s["gate"] + s["gate_bias"]).sigmoid()
        return chance, chance >= s["gate_least"]

    def to_lists(self) -> dict[str, list]:
        return {key: [round(v, 5) for v in value.tolist()] if value.dim() else round(value.item(), 5)
                for key, value in self.state.items()}


def fit_weights(sets: Sequence[tuple[Tensor, Tensor, Tensor]], decay: float = 0.003) -> Weights:
    """The weights with the least cross-entropy over (directed, plain, labels) of many axes, each axis counting the
    same, with an L2 penalty ``decay``."""
    directed, plain, labels = (torch.cat([s[i] for s in sets]) for i in range(3))
    share = torch.cat([torch.full((len(s[2]),), 1 / len(s[2])) for s in sets]) / len(sets)
    state = {
        "directed_scale": directed.std(0).clamp(min=1e-4), "plain_mean": plain.mean(0),
        "plain_scale": plain.std(0).clamp(min=1e-4),
    }  # fmt: skip
    free = {"directed": torch.zeros(directed.shape[1])}
    for key in ("pole", "neutral", "unrelated"):
        free |= {key: torch.zeros(plain.shape[1]), key + "_bias": torch.zeros(())}
    weights = Weights({})
    weights.state = state | {key: value.requires_grad_() for key, value in free.items()}
    optimizer = torch.optim.LBFGS(list(free.values()), max_iter=300, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (F.cross_entropy(weights.logits(directed, plain), labels, reduction="none") * share).sum()
        loss = loss + decay * sum(v.pow(2).sum() for k, v in free.items() if not k.endswith("bias"))
        loss.backward()
        return loss

    optimizer.step(closure)
    weights.state = {key: value.detach() for key, value in weights.state.items()}
    return weights


def fit_gate(sets: Sequence[tuple[Tensor, Tensor]], decay: float = 0.001) -> dict[str, Tensor]:
    """The gate's part of the weights from (topic [n, t], labels [n]) of many axes: least cross-entropy, and the
    probability under which only :data:`LOST` of the related statements lie."""
    topic, related = torch.cat([t for t, _ in sets]), torch.cat([(y != 3).float() for _, y in sets])
    average, scale = topic.mean(0), topic.std(0).clamp(min=1e-4)
    x = (topic - average) / scale
    weight, bias = torch.zeros(x.shape[1], requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(x @ weight + bias, related) + decay * weight.pow(2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    weight, bias = weight.detach(), bias.detach()
    chance = (x @ weight + bias).sigmoid()
    least = torch.quantile(chance[related > 0], LOST)
    return {"gate_mean": average, "gate_scale": scale, "gate": weight, "gate_bias": bias, "gate_least": least}
