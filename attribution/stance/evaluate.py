"""How well a scorer does on labelled statements: macro-F1, confusion, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attribution.stance.head import LABELS
from attribution.stance.score import Scored

BINS = 10


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``macro_f1`` is the mean F1 of the four labels, ``poles_f1`` of the two poles (an answer of neutral or unrelated
    misses the pole); ``calibration_error`` is the expected one (Guo et al. 2017); ``confusion[i][j]`` counts statements
    of label i that came out as label j, in the order of ``LABELS``."""

    count: int
    macro_f1: float
    poles_f1: float
    accuracy: float
    calibration_error: float
    confusion: tuple[tuple[int, ...], ...]


def evaluate(gold: Sequence[str], scored: Sequence[Scored]) -> Evaluation:
    """Compares labels with what was scored. Raises ValueError for a label that is none, or nothing to compare."""
    if not gold:
        raise ValueError("no labelled statements")
    for label in gold:
        if label not in LABELS:
            raise ValueError(f"label {label!r} is none of {', '.join(LABELS)}")
    found = [s.label for s in scored]
    right = [g == f for g, f in zip(gold, found, strict=True)]
    return Evaluation(
        len(gold), macro_f1(gold, found, LABELS), macro_f1(gold, found, ("negative", "positive")), sum(right) / len(gold),
        calibration_error([s.confidence for s in scored], right),
        tuple(tuple(sum(g == row and f == column for g, f in zip(gold, found)) for column in LABELS) for row in LABELS))


def macro_f1(gold: Sequence, found: Sequence, classes: Sequence) -> float:
    """The mean F1 of the classes; one that neither side has counts 0."""
    scores = []
    for c in classes:
        hit = sum(g == f == c for g, f in zip(gold, found))
        scores.append(2 * hit / max(1, sum(g == c for g in gold) + sum(f == c for f in found)))
    return sum(scores) / len(scores)


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Mean gap between confidence and accuracy over equal bins of confidence, weighted by their size."""
    bins: list[list[int]] = [[] for _ in range(BINS)]
    for i, confidence in enumerate(confidences):
        bins[min(BINS - 1, int(confidence * BINS))].append(i)
    return sum(abs(sum(confidences[i] - right[i] for i in rows)) for rows in bins) / max(1, len(right))
