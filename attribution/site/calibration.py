"""How far an axis may be trusted: what the scorer says of statements that a person labelled to measure it.

The examples of the axis measure nothing, not even left out one by one: of so few, those that stay speak for the other
side (on the shipped axes 4 in 10 came out right in that way, and 6 in 10 of the statements written to measure).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .charts import Chart, reliability, wilson

LABELS = ("negative", "neutral", "positive", "unrelated")
GROUP = 8
"""Answers in one dot of the chart at least."""
MOST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class Trust:
    """``right`` of ``n`` answers are right, with the 95 % interval
    ``low``..``high``; ``macro_f1`` is the mean F1 of the four labels; ``labels`` has for each label how often it was
    ``said`` and then ``right``, and how many statements ``are`` it; ``chart`` is None for too few statements."""

    n: int
    right: int
    low: float
    high: float
    macro_f1: float
    labels: tuple[dict, ...]
    chart: Chart | None


def trust(statements: Sequence[dict]) -> Trust | None:
    """``statements``: label, found, confidence, purpose. None where nothing was labelled to measure."""
    counted = [s for s in statements if s["purpose"] == "check" and s["found"]]
    if not counted:
        return None
    right = sum(s["label"] == s["found"] for s in counted)
    labels = tuple({"label": label, "said": sum(s["found"] == label for s in counted),
                    "right": sum(s["label"] == s["found"] == label for s in counted),
                    "are": sum(s["label"] == label for s in counted)} for label in LABELS)
    f1 = [2 * row["right"] / max(1, row["said"] + row["are"]) for row in labels]
    groups = _groups(counted)
    chart = reliability("reliability", "How sure it was, and how often right", groups) if len(groups) > 1 else None
    return Trust(len(counted), right, *wilson(right, len(counted)), sum(f1) / len(f1), labels, chart)


def _groups(judged: Sequence[dict]) -> list[dict]:
    """Groups of like size by confidence, the least sure first."""
    ranked = sorted(judged, key=lambda s: s["confidence"])
    number = max(1, min(MOST_GROUPS, len(ranked) // GROUP))
    groups = []
    for i in range(number):
        group = ranked[i * len(ranked) // number:(i + 1) * len(ranked) // number]
        right = sum(s["label"] == s["found"] for s in group)
        low, high = wilson(right, len(group))
        groups.append({"confidence": sum(s["confidence"] for s in group) / len(group), "right": right / len(group),
                       "low": low, "high": high, "n": len(group)})
    return groups
