"""Which gender a given name makes likely: logistic regression over the letters of names, its weights as JSON.

    pip install faker
    python -m attribution.training.given_names

The names are those of Faker's locales (MIT licence), romanized; a name of both lists counts half for each. What the
model says is a guess to begin with: titles, nouns and pronouns of the article outweigh it
(:mod:`attribution.entities.pronouns`).
"""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import click

from attribution.entities.gender import WEIGHTS, features, likely_male
from attribution.entities.spelling import fold

LISTS = {"m": ("first_names_male", "first_romanized_names_male", "first_names_men"),
         "f": ("first_names_female", "first_romanized_names_female", "first_names_women")}
EPOCHS, RATE, DECAY = 30, 0.1, 0.002
COMMON = 6  # a feature of fewer names is left out: the file stays small and unseen names are judged as well without
LEAST = 0.1  # weights nearer to zero are left out


def collect() -> dict[str, float]:
    """Given names in lower-case ASCII with the share of the locales that have them as a man's name."""
    providers = importlib.import_module("faker.providers.person")
    votes: dict[str, Counter] = defaultdict(Counter)
    for module in pkgutil.iter_modules(providers.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for gender, lists in LISTS.items():
            for name in {fold(str(n)) for one in lists for n in getattr(provider, one, ())}:
                if name and " " not in name:
                    votes[name][gender] += 1
    return {name: count["m"] / count.total() for name, count in sorted(votes.items())}


def train(names: Mapping[str, float], seed: int = 0) -> dict[str, float]:
    """Weights by feature: stochastic gradient descent on the logistic loss (AdaGrad steps)."""
    rng = random.Random(seed)
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(float)
    counts = Counter(f for name in names for f in features(name))
    rows = [([f for f in features(name) if counts[f] >= COMMON], share) for name, share in names.items()]
    for _ in range(EPOCHS):
        rng.shuffle(rows)
        for found, share in rows:
            error = 1 / (1 + math.exp(-sum(weights[f] for f in found))) - share
            for f in found:
                step = error + DECAY * weights[f]
                squares[f] += step * step
                weights[f] -= RATE * step / (1e-4 + math.sqrt(squares[f]))
    return {f: round(w, 2) for f, w in sorted(weights.items()) if abs(w) >= LEAST}


def report(names: Mapping[str, float], weights: Mapping[str, float]) -> str:
    """How often the model is sure and right on names of one gender."""
    told = [(likely_male(name, weights), share) for name, share in names.items() if share in (0.0, 1.0)]
    sure = [(p, share) for p, share in told if max(p, 1 - p) >= 0.8]
    right = sum((p > 0.5) == (share > 0.5) for p, share in sure)
    return f"sure of {len(sure)} of {len(told)}, right {100 * right / len(sure):.1f} %"


@click.command()
def main() -> None:
    """Train on all names and write the weights; print what a model of nine tenths says of the last tenth."""
    names = collect()
    kept = {name for name in names if random.Random(name).random() < 0.1}
    held = train({name: share for name, share in names.items() if name not in kept})
    click.echo(f"{len(names)} names; unseen: {report({n: names[n] for n in kept}, held)}")
    weights = train(names)
    Path(WEIGHTS).write_text(json.dumps(weights, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    click.echo(f"{len(weights)} weights; seen: {report(names, weights)}")


if __name__ == "__main__":
    main()
