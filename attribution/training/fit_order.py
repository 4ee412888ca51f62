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
from collections.abc import Iterator
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


def sentences(folder: Path = FOLDER) -> Iterator[tuple[str, str, re.Pattern, object]]:
    """(label as of a frame, sentence, what finds both things in it, what it is left out together with): of a plain frame
    :data:`WAYS` sentences by chance, and the statements on the questions of order whose words are known."""
    rng = random.Random(1)
    for path in sorted(folder.glob("*_order*.txt")):
        for number, (label, frame) in enumerate(frames(path)):
            ways = expanded(frame)
            for way in rng.sample(ways, min(WAYS, len(ways))):
                yield label, way, SLOTS, (path.stem, number if path.stem == "plain_order" else number // 2)
    said = {entry["question"]: entry for entry in yaml.safe_load((stance_plain.FOLDER / "order2.yml").read_text("utf-8"))}
    for known in yaml.safe_load((folder / "order_questions.yml").read_text("utf-8")):
        things = matcher((known["no"], known["yes"]))
        for label, key in (("1", "said_yes"), ("2", "said_no")):
            for statement in said[known["question"]][key]:
                yield label, statement, things, known["question"]


def examples(folder: Path = FOLDER) -> tuple[list[dict[int, float]], Tensor, Tensor]:
    """(features of each sentence that mentions both things, their goals [n], the part that each is in [n])."""
    vectors, goals, parts, groups = [], [], [], {}
    for label, sentence, things, together in sentences(folder):
        if found := vector(features(words(sentence, things))):
            vectors.append(found)
            goals.append(GOALS[label])
            parts.append(groups.setdefault(together, len(groups)) % PARTS)
    return vectors, torch.tensor(goals), torch.tensor(parts)


def solve(kernel: Tensor, goals: Tensor) -> Tensor:
    """The weights of the sentences."""
    return torch.linalg.solve(kernel + RIDGE * kernel.diagonal().mean() * torch.eye(len(kernel)), goals)


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
    vectors, goals, parts = examples()
    known = {bucket: i for i, bucket in enumerate(sorted(k for k, n in Counter(k for v in vectors for k in v).items() if n >= LEAST))}
    rows = torch.zeros(len(vectors), len(known))
    for row, found in zip(rows, vectors):
        for bucket in found.keys() & known.keys():
            row[known[bucket]] = found[bucket]
    rows /= rows.norm(dim=1, keepdim=True).clamp(min=1)
    kernel = cubic(rows @ rows.T)
    leans = left_out(kernel, goals, parts)
    sided = goals != 0
    right = (leans * goals > 0)[sided][leans[sided].abs().argsort(descending=True)].float()
    shares = ", ".join(f"{100 * right[:int(len(right) * part)].mean():.1f} % of the surest {100 * part:.0f} %" for part in (0.25, 0.5, 1))
    print(f"sentences: {len(goals)}, features: {len(known)}; left out, the order is right in {shares}")
    odds = worth(leans, goals)
    print("slope {:.3f}, base {:.3f}, rise {:.3f}".format(*odds.tolist()))
    column, row = rows.T.nonzero(as_tuple=True)
    safetensors.torch.save_file({
        "known": torch.tensor(list(known), dtype=torch.int32),
        "starts": torch.searchsorted(column, torch.arange(len(known) + 1)).int(),
        "rows": row.short(), "values": rows[row, column].half(), "weights": solve(kernel, goals).contiguous(), "odds": odds}, args.out)


if __name__ == "__main__":
    main()
