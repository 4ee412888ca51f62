"""Who a third-person pronoun means: a linear score over few features of each candidate.

The features are the classic ones (recency, subject first, agreement, repetition: Lappin & Leass 1994; Mitkov
1998) and those of reported speech: inside a quotation "he" is not its speaker, in an indirect one it mostly
is, and "he said" mostly continues the speaker before. The weights are fitted by logistic regression on
GUM's coreference (benchmarks/entities.py); the sum of the best candidate against the next gives the confidence.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

from .chains import Draft
from .words import Words

#: Sentences back that a pronoun reaches.
REACH = 4
#: Below this confidence a pronoun names nobody: unknown is better than wrong.
SURE = 0.6
WEIGHTS = {"same sentence": 2.43, "one back": 1.09, "two back": 0.38, "subject": 0.68, "possessor": -0.44,
           "in quotation": -0.94, "governs": 0.74, "speaker around": 1.75, "speaker before": 1.0, "gender known": 1.02,
           "often": 0.59, "parallel": 0.71, "pronoun": 0.6, "nearest": 0.26, "unnamed": -0.29}


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A mention on the line of words: the index of its first word, its chain's number and how it stands."""

    at: int
    number: int
    subject: bool = False
    possessive: bool = False
    quoted: bool = False
    pronoun: bool = False


class Timeline:
    """All mentions so far, in reading order."""

    def __init__(self):
        self.points: list[Point] = []

    def add(self, point: Point) -> None:
        """Insert a mention at its place."""
        bisect.insort(self.points, point)

    def before(self, words: Words, at: int, reach: int = REACH) -> list[Point]:
        """Mentions before word ``at`` within ``reach`` sentences, the last first."""
        lowest = words[at].sentence - reach
        found = []
        for index in range(bisect.bisect_left(self.points, Point(at, -1)) - 1, -1, -1):
            if words[self.points[index].at].sentence < lowest:
                break
            found.append(self.points[index])
        return found


def features(words: Words, at: int, draft: Draft, points: list[Point], nearest: bool, *, governor: bool = False,
             around: bool = False, previous: bool = False, quoted: bool = False, total: int = 1) -> dict[str, float]:
    """The features of one candidate: ``points`` are its mentions before the pronoun at word ``at``, the last first."""
    row: dict[str, float] = {"often": math.log2(1 + total), "gender known": float(draft.gender is not None),
                             "governs": float(governor), "speaker around": float(around), "speaker before": float(previous),
                             "nearest": float(nearest), "unnamed": float(draft.kind == "unnamed")}
    if points:
        last = points[0]
        back = words[at].sentence - words[last.at].sentence
        same = [p for p in points if words[p.at].sentence == words[last.at].sentence]
        row |= {"same sentence": float(back == 0), "one back": float(back == 1), "two back": float(back == 2),
                "subject": float(any(p.subject for p in same)), "possessor": float(all(p.possessive for p in same)),
                "in quotation": float(all(p.quoted for p in points) and not quoted), "pronoun": float(last.pronoun),
                "parallel": float(words[at].subject and last.subject)}
    return row


def score(row: dict[str, float]) -> float:
    """The weighted sum of one candidate's features."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in row.items())


def choose(scores: dict[int, float]) -> tuple[int, float] | None:
    """The candidate with the highest score and how sure that is (softmax over all); None without candidates."""
    if not scores:
        return None
    best = max(scores, key=lambda k: (scores[k], -k))
    return best, 1 / sum(math.exp(min(value - scores[best], 0)) for value in scores.values())
