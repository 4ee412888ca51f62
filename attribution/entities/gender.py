"""Which gender a given name makes likely, from its letters: a guess to begin with, which any evidence outweighs.

The weights come from ``attribution/training/given_names.py``.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from pathlib import Path

from .spelling import fold

WEIGHTS = Path(__file__).with_name("given_names.json")
#: The guess stays away from certainty by this much: names cross borders.
DOUBT = 0.04


def features(name: str) -> list[str]:
    """The features of a given name: its endings and beginnings up to five letters, with marks where the name ends."""
    whole = f"^{name}$"
    return ["", *(whole[-n:] for n in range(2, min(len(whole), 7))), *(whole[:n] for n in range(3, min(len(whole), 7)))]


@functools.cache
def _weights() -> dict[str, float]:
    return json.loads(WEIGHTS.read_text(encoding="utf-8"))


def likely_male(given: str, weights: Mapping[str, float] | None = None) -> float:
    """How likely a given name is a man's, 0..1; 0.5 for nothing known."""
    name = fold(given).replace(" ", "")
    if len(name) < 2:
        return 0.5
    table = _weights() if weights is None else weights
    value = 1 / (1 + math.exp(-sum(table.get(f, 0.0) for f in features(name))))
    return min(max(value, DOUBT), 1 - DOUBT)
