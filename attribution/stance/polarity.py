"""Polarity toward a target: is the holder for it, against it, or neither? Directed, calibrated, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from attribution.records import Spans
from attribution.stance.evidence import claim_evidence, polarity_evidence
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED, Loaded, Told, load_model

POLICY = "We should have {}"  # the claim that stands for favouring a policy object


@dataclass(frozen=True, slots=True)
class About:
    """A text, the spans in it that mention the target, and those of the holder of the opinion (may be empty: then
    the polarity is the text's own). ``policy``: the target's name where it is a policy object of an axis: to favour it is to
    want it, whatever is thought of it, so the text is read against that claim."""

    text: str
    target: Spans
    holder: Spans = ()
    policy: str | None = None


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
        policies = [i for i, item in enumerate(items) if item.policy and any(item.text[s:e].strip() for s, e in item.target)]
        for i, item in enumerate(items):
            if item.policy is None:
                try:
                    inputs[i] = self.model.reader.marked(item.text, item.target, item.holder)
                except ValueError:
                    continue
        result = [Polar(0.0, 0, 0.0)] * len(items)
        told: list[Told] = []
        rows = self.model.polarities(list(inputs.values()), told) if inputs else ()
        for i, row, words in zip(inputs, rows, told):
            polar = _polar(row)
            result[i] = replace(polar, evidence=polarity_evidence(items[i].text, words, polar.label))
        for i, polar in zip(policies, self._policies([items[i] for i in policies])):
            result[i] = polar
        return result

    def _policies(self, items: Sequence[About]) -> list[Polar]:
        if not items:
            return []
        told: list[Told] = []
        chances = self.model.claims([item.text for item in items], [POLICY.format(item.policy) for item in items], told)[0].exp()
        rows = torch.stack([chances[:, OPPOSES], chances[:, NEUTRAL] + chances[:, UNRELATED], chances[:, SUPPORTS]], 1)
        polars = [_polar(row) for row in rows]
        return [replace(polar, evidence=claim_evidence(item.text, [(polar.label, words)]) if polar.label else ())
                for item, polar, words in zip(items, polars, told)]


def _polar(row: Tensor) -> Polar:
    """The polarity, without evidence, of a row of probabilities (negative, neutral, positive)."""
    return Polar(round(float(row[2] - row[0]), 4), int(row.argmax()) - 1, round(float(row.max()), 4))
