"""Fits the reader of orders: ``python -m attribution.training.fit_order``, half a minute.

Its sentences are the frames of order and the statements on questions of order in ``stance_plain``. Ridge regression
with a cubic kernel, +1 and -1 for the order of the two things and 0 for frames that tell none. What a lean is worth is
measured on sentences that were left out: eight parts, with twins (two frames that differ in what turns one round) and
all statements on one question in the same part.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F
import yaml
from torch import Tensor

from attribution.stance.order import WEIGHTS, cubic, features, matcher, vector, words
from attribution.training import stance_plain
from attribution.training.stance_frames import FOLDER, frames

SLOTS = re.compile(r"(\{[A-Za-z]+2\})|(\{[A-Za-z]+1\})")
GOALS = {"1": 1.0, "2": -1.0, "0": 0.0}
RIDGE = 0.7  # of the kernel's mean diagonal
PARTS = 8
WAYS = 12  # sentences made of a frame with choices
LEAST = 2  # frames that a feature must occur in


def expanded(frame: str) -> list[str]:
    """All sentences of a frame with choices: "[We|They] must wait" -> "We must wait", "They must wait"."""
    parts = [part.split("|") if i % 2 else [part] for i, part in enumerate(re.split(r"\[([^\[\]]*)\]", frame))]
    return ["".join(way) for way in itertools.product(*parts)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to learn from: ``label`` as of a frame; ``things`` finds both things in it; ``kind``: frame, plain frame or
    statement; ``group``: what it is left out together with."""

    label: str
    text: str
    things: re.Pattern
    kind: str
    group: tuple


def sentences(folder: Path = FOLDER) -> Iterator[Sentence]:
    """The frames and claims of order, of a plain frame :data:`WAYS` sentences by chance, and the statements on those
    questions of order whose words are known."""
    rng = random.Random(1)
    for path in sorted(folder.glob("*_order*.txt")):
        plain = path.stem == "plain_order"
        for number, (label, frame) in enumerate(frames(path)):
            ways = expanded(frame)
            for way in rng.sample(ways, min(WAYS, len(ways))):
                yield Sentence(label, way, SLOTS, "plain frame" if plain else "frame", (path.stem, number if plain else number // 2))
    said = {entry["question"]: entry for entry in yaml.safe_load((stance_plain.FOLDER / "order2.yml").read_text("utf-8"))}
    for known in yaml.safe_load((folder / "order_questions.yml").read_text("utf-8")):
        things = matcher((known["no"], known["yes"]))
        for label, key in (("1", "said_yes"), ("2", "said_no")):
            for text in said[known["question"]][key]:
                yield Sentence(label, text, things, "statement", (known["question"],))


def examples(folder: Path = FOLDER) -> tuple[list[Sentence], list[dict[int, float]]]:
    """The sentences that mention both things, and their features."""
    read = [(sentence, vector(features(words(sentence.text, sentence.things)))) for sentence in sentences(folder)]
    told, vectors = zip(*((sentence, found) for sentence, found in read if found))
    return list(told), list(vectors)


def design(vectors: Sequence[Mapping[int, float]]) -> tuple[list[int], Tensor]:
    """(the buckets of the features that :data:`LEAST` sentences have, [n, features] with rows of length 1 at most)."""
    known = sorted(bucket for bucket, n in Counter(bucket for found in vectors for bucket in found).items() if n >= LEAST)
    column = {bucket: i for i, bucket in enumerate(known)}
    rows = torch.zeros(len(vectors), len(known))
    for row, found in zip(rows, vectors):
        for bucket in found.keys() & column.keys():
            row[column[bucket]] = found[bucket]
    return known, rows / rows.norm(dim=1, keepdim=True).clamp(min=1)


def solve(kernel: Tensor, goals: Tensor) -> Tensor:
    """The weights of the sentences."""
    return torch.linalg.solve(kernel + RIDGE * kernel.diagonal().mean() * torch.eye(len(kernel)), goals)


def parts_of(told: Sequence[Sentence]) -> Tensor:
    """[n]: the part that each sentence is in, all of a group in the same."""
    groups: dict[tuple, int] = {}
    return torch.tensor([groups.setdefault(sentence.group, len(groups)) % PARTS for sentence in told])


def left_out(kernel: Tensor, goals: Tensor, part: Tensor) -> Tensor:
    """[n]: the lean of each frame by the regression over the other parts."""
    result = torch.zeros(len(goals))
    for number in range(PARTS):
        own, others = part == number, part != number
        result[own] = kernel[own][:, others] @ solve(kernel[others][:, others], goals[others])
    return result


def logistic(x: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """The coefficients of the logistic regression on the columns of ``x`` [n, k]."""
    found = torch.zeros(x.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([found], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(x @ found, wanted, weight)
        loss.backward()
        return loss

    optimizer.step(closure)
    return found.detach()


def worth(leans: Tensor, goals: Tensor) -> Tensor:
    """Slope of the side's log-odds; base and rise of the log-likelihood ratio of taking a side against taking none."""
    sided = goals != 0
    side = logistic(leans[sided, None], (goals[sided] > 0).float(), torch.ones(int(sided.sum())))
    balanced = torch.where(sided, 1 / sided.float().mean(), 1 / (~sided).float().mean()) / 2
    taken = logistic(torch.stack([torch.ones(len(leans)), leans.abs()], 1), sided.float(), balanced)
    return torch.cat([side, taken])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    told, vectors = examples()
    goals = torch.tensor([GOALS[sentence.label] for sentence in told])
    known, rows = design(vectors)
    kernel = cubic(rows @ rows.T)
    leans = left_out(kernel, goals, parts_of(told))
    for kind in ("", "frame", "plain frame", "statement"):
        own = torch.tensor([kind in ("", sentence.kind) for sentence in told]) & (goals != 0)
        right = (leans * goals > 0)[own][leans[own].abs().argsort(descending=True)].float()
        shares = ", ".join(f"{100 * right[:int(len(right) * part)].mean():.1f} % of the surest {100 * part:.0f} %"
                           for part in (0.25, 0.5, 1))
        print(f"{kind or 'all'}: {len(right)} tell an order; left out, it is right in {shares}")
    odds = worth(leans, goals)
    print(f"sentences: {len(goals)}, features: {len(known)}; " + "slope {:.3f}, base {:.3f}, rise {:.3f}".format(*odds.tolist()))
    column, row = rows.T.nonzero(as_tuple=True)
    safetensors.torch.save_file({
        "known": torch.tensor(known, dtype=torch.int32),
        "starts": torch.searchsorted(column, torch.arange(len(known) + 1)).int(),
        "rows": row.short(), "values": rows[row, column].half(), "weights": solve(kernel, goals).contiguous(), "odds": odds}, args.out)


if __name__ == "__main__":
    main()
