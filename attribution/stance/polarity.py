"""Polarity toward a target: is the holder for it, against it, or neither? Directed, calibrated, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attribution.records import Spans
from attribution.stance.evidence import polarity_evidence
from attribution.stance.model import Loaded, Told, load_model


@dataclass(frozen=True, slots=True)
class About:
    """A text, the spans in it that mention the target, and those of the holder of the opinion (may be empty: then
    the polarity is the text's own)."""

    text: str
    target: Spans
    holder: Spans = ()


@dataclass(frozen=True, slots=True)
class Polar:
    """``polarity`` -1..1 (the expected value), ``label`` -1|0|1, ``confidence`` the label's probability, ``evidence``
    the words that decided, in the text's code points; none for a neutral one."""

    polarity: float
    label: int
    confidence: float
    evidence: Spans = ()


class Polarity:
    """Scores polarities with the shipped model."""

    def __init__(self, model: Loaded | None = None):
        self.model = model or load_model()

    def score(self, items: Sequence[About]) -> list[Polar]:
        """The polarity of each item. An item whose target covers no word is neutral with confidence 0."""
        inputs = {}
        for i, item in enumerate(items):
            try:
                inputs[i] = self.model.reader.marked(item.text, item.target, item.holder)
            except ValueError:
                continue
        told: list[Told] = []
        rows = dict(zip(inputs, zip(self.model.polarities(list(inputs.values()), told), told))) if inputs else {}
        result = []
        for i in range(len(items)):
            if i not in rows:
                result.append(Polar(0.0, 0, 0.0))
                continue
            row, words = rows[i]
            label = int(row.argmax()) - 1
            result.append(Polar(round(float(row[2] - row[0]), 4), label, round(float(row.max()), 4),
                                polarity_evidence(items[i].text, words, label)))
        return result
