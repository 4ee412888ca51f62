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
from attribution.training.stance_data import NEGATIONS, SAYING, SPEAKERS, Wording, content

FOLDER = Path(__file__).with_name("stance_written")
KEPT_BACK = 7  # one question in so many is not trained on
UNRELATED_SHARE, EXAMPLE_SHARE = 0.4, 0.3  # further uses of a statement: with another question's claims, with examples as claims
UNRELATED_ONLY = (LABELS.index("unrelated"),)
UNSURE = (LABELS.index("neutral"), LABELS.index("unrelated"))


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


@dataclass(frozen=True, slots=True)
class Sided:
    """A statement with a claim for each of two opposite poles, and which of ``LABELS`` are right (more than one
    where it cannot be told). Trained on together: what the two claims share cancels, which side remains."""

    text: str
    claims: tuple[str, str]
    labels: tuple[int, ...]


class Statements:
    """What is trained on in one epoch of the questions that are not kept back."""

    def __init__(self, asked: Sequence[Question], wording: Wording):
        self.asked, self.wording = [q for q in asked if q.trained], wording

    @property
    def texts(self) -> list[str]:
        return [text for question in self.asked for text, _ in (*question.said, *question.examples)]

    def epoch(self, seed: int) -> list[Sided]:
        rng = random.Random(seed)
        result = []
        for question in self.asked:
            negative, positive = question.axis.negative.examples, question.axis.positive.examples
            for text, label in (*question.said, *question.examples):
                shown = self.shown(text, question, rng)
                result.append(Sided(shown, self.worded(question.claims, rng), (label,)))
                if rng.random() < EXAMPLE_SHARE:
                    others = rng.choice(negative), rng.choice(positive)
                    if text not in others:
                        result.append(Sided(shown, others, (label,)))
                if rng.random() < UNRELATED_SHARE:
                    other = rng.choice(self.asked)
                    claims = self.worded(other.claims, rng)
                    if other is not question:
                        shared = content(" ".join(claims)) & content(shown)
                        result.append(Sided(shown, claims, UNSURE if len(shared) > 1 else UNRELATED_ONLY))
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

    def worded(self, claims: Sequence[Sequence[str]], rng: random.Random) -> tuple[str, str]:
        """One wording of each pole's claim; now and then the other pole's claim, denied."""
        chosen = [rng.choice(claims[0]), rng.choice(claims[1])]
        pole = rng.choice((0, 1))
        if rng.random() < 0.12 and len(chosen[1 - pole].split()) > 5:
            chosen[pole] = rng.choice(NEGATIONS).format(self.wording.inside(chosen[1 - pole]))
        return chosen[0], chosen[1]
