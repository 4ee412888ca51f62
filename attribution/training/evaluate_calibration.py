"""How far confidences are off: the expected calibration error (Naeini et al. 2015)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over ``bins`` equal stretches of 0..1, weighted by how many
    examples fall in each; 0 without examples."""
    if not len(confidences):
        return 0.0
    confidence, hit = np.asarray(confidences, float), np.asarray(right, float)
    number = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gap = np.abs(np.bincount(number, confidence, bins) - np.bincount(number, hit, bins))
    return float(gap.sum() / len(confidence))
