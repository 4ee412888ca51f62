"""Confidence that means what it says: of relations with confidence 0.8, eight in ten should be right.

The tagger's raw scores become chances by a small table, fitted on data that the tagger was not trained on
(:mod:`attribution.training.calibrate`) and read by straight lines between its knots.
"""

from __future__ import annotations

import bisect
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A non-decreasing function from raw scores to chances: knots ``scores`` with their ``chances``; between knots
    it is linear, outside constant."""

    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def __call__(self, score: float) -> float:
        """The chance, 0..1, that a relation with this raw score is right."""
        at = bisect.bisect_right(self.scores, score)
        low, high = self.chances[max(at - 1, 0)], self.chances[min(at, len(self.chances) - 1)]
        return min(max(float(np.interp(score, self.scores, self.chances)), low), high)  # rounding may step over a knot

    def save(self, path: Path) -> None:
        """Writes the table as JSON."""
        path.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """The table that :meth:`save` wrote; ``ValueError`` when it is none."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            table = cls(tuple(map(float, data["scores"])), tuple(map(float, data["chances"])))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a calibration table: {error}") from error
        if not table.scores or len(table.scores) != len(table.chances) or list(table.scores) != sorted(table.scores):
            raise ValueError(f"{path} is not a calibration table: scores must ascend, one chance each")
        return table


RAW = Calibration((0.0, 1.0), (0.0, 1.0))  # leaves raw scores as they are


@lru_cache(maxsize=1)
def bundled() -> Calibration:
    """The table of the bundled tagger."""
    return Calibration.load(TABLE)
