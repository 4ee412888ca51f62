"""Statements written for training: policy questions that no corpus has, in the form in which axes are scored.

``stance_written/*.yml`` holds, one file a question, an ``axis`` (as users write it, with further wordings of each
pole's description under ``also``) and other ``statements`` by label. They are what a newspaper would carry, most of
them hard: negation, conditions, concessions, the other side's view told and refused, irony, no key word. A part of
the questions is never trained on: the axes' head is fitted and checkpoints are chosen on those.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from attribution.stance.axes import Axis, parse_axis
from attribution.stance.head import LABELS
from attribution.stance.model import NEUTRAL, OPPOSES, SUPPORTS, UNRELATED
from attribution.training.stance_data import NEGATIONS, SAYING, SPEAKERS, Pair, Wording, content, turned

FOLDER = Path(__file__).with_name("stance_written")
KEPT_BACK = 7  # one question in so many is not trained on
UNRELATED_SHARE, EXAMPLE_SHARE = 0.4, 0.3  # further pairs a statement: with another question's claim, with an example as the claim


@dataclass(frozen=True, slots=True)
class Question:
    """A written axis: ``claims`` are the wordings of the negative and of the positive pole, ``said`` the statements
    with the index of each one's label in ``LABELS``."""

    axis: Axis
    claims: tuple[tuple[str, ...], tuple[str, ...]]
    said: tuple[tuple[str, int], ...]

    @property
    def trained(self) -> bool:
        return zlib.crc32(self.axis.id.encode()) % KEPT_BACK != 0

    @property
    def examples(self) -> tuple[tuple[str, int], ...]:
        groups = (self.axis.negative.examples, self.axis.neutral, self.axis.positive.examples, self.axis.unrelated)
        return tuple((text, label) for label, texts in enumerate(groups) for text in texts)


def questions(folder: Path = FOLDER) -> list[Question]:
    """All written questions, by file name. Raises AxisError or KeyError for a file that is not as described."""
    result = []
    for path in sorted(folder.glob("*.yml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        also = [data["axis"][pole].pop("also", ()) for pole in ("negative", "positive")]
        axis = parse_axis(data["axis"], path.name)
        claims = tuple((pole.description, pole.description, *more, pole.label)
                       for pole, more in zip((axis.negative, axis.positive), also))
        said = tuple((" ".join(text.split()), LABELS.index(label)) for label, texts in data["statements"].items() for text in texts)
        result.append(Question(axis, claims, said))
    return result


def stands(label: int, pole: int) -> int:
    """How a statement with a label stands to the claim of pole 0 (negative) or 1 (positive)."""
    if LABELS[label] in ("neutral", "unrelated"):
        return NEUTRAL if LABELS[label] == "neutral" else UNRELATED
    return SUPPORTS if label == 2 * pole else OPPOSES


class Statements:
    """The pairs of one epoch made of the questions that are trained on."""

    def __init__(self, asked: Sequence[Question], wording: Wording):
        self.asked, self.wording = [q for q in asked if q.trained], wording

    def epoch(self, seed: int) -> list[Pair]:
        rng = random.Random(seed)
        result = []
        for question in self.asked:
            for text, label in (*question.said, *question.examples):
                shown = self.shown(text, question, rng)
                for pole in (0, 1):
                    result.append(self.pair(shown, question.claims[pole], (stands(label, pole),), rng))
                if rng.random() < EXAMPLE_SHARE:
                    pole = rng.choice((0, 1))
                    other = rng.choice((question.axis.negative, question.axis.positive)[pole].examples)
                    if other != text:
                        result.append(Pair(shown, other, (stands(label, pole),)))
                if rng.random() < UNRELATED_SHARE:
                    claim = rng.choice(rng.choice(rng.choice(self.asked).claims))
                    shared = content(claim) & content(shown)
                    if claim not in question.claims[0] + question.claims[1]:
                        result.append(Pair(shown, claim, (NEUTRAL, UNRELATED) if len(shared) > 1 else (UNRELATED,)))
        rng.shuffle(result)
        return result

    def shown(self, text: str, question: Question, rng: random.Random) -> str:
        """The statement, now and then put into a speaker's mouth or after a sentence on something else."""
        draw = rng.random()
        if draw < 0.06 and text[0] not in "\"“'‘":
            return rng.choice(SAYING).format(rng.choice(SPEAKERS), self.wording.inside(text)) + "."
        if draw < 0.12 and question.axis.unrelated:
            return f"{rng.choice(question.axis.unrelated)} {text}"
        return text

    def pair(self, text: str, claims: Sequence[str], labels: tuple[int, ...], rng: random.Random) -> Pair:
        claim = rng.choice(claims)
        if rng.random() < 0.06 and len(claim.split()) > 5:
            return Pair(text, rng.choice(NEGATIONS).format(self.wording.inside(claim)), turned(labels))
        return Pair(text, claim, labels)
