"""Statements written for training that a careful reader places at once, on very many questions.

``stance_plain/*.yml`` holds questions with the claims of those who say yes and of those who say no, and statements on
either side: said outright, by a reason, by an act; at least four of each side have a near twin on the other, so that no word
gives the side away, and in the files with twelve a side four more are negated, conditional, conceding, ironical or tell the other
side's view and reject it. A third of the questions are of choice or order. A part is never trained on.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from attribution.training.stance_data import content
from attribution.training.stance_frames import sided, worded
from attribution.training.stance_statements import UNRELATED_ONLY, UNSURE, Sided

FOLDER = Path(__file__).with_name("stance_plain")
KEPT_BACK = 8  # one question in so many is not trained on
UNRELATED = 0.2  # further uses of a statement, with another question's claims


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the ``claims`` of those who say no and of those who say yes, each in several wordings, and what is
    ``said`` with its side: 0 no, 1 neither, 2 yes."""

    question: str
    claims: tuple[tuple[str, ...], tuple[str, ...]]
    said: tuple[tuple[str, int], ...]

    @property
    def trained(self) -> bool:
        return zlib.crc32(self.question.encode()) % KEPT_BACK != 0


def asked(names: Collection[str] = ()) -> list[Asked]:
    """All questions, by file, or those of the files with these ``names``. Raises FileNotFoundError for a name that is none, KeyError
    for a question that lacks a part."""
    paths = [FOLDER / f"{name}.yml" for name in sorted(names)] or sorted(FOLDER.glob("*.yml"))
    return [Asked(item["question"], (tuple(item["no"]), tuple(item["yes"])),
                  tuple((" ".join(text.split()), side) for side, key in enumerate(("said_no", "said_neither", "said_yes"))
                        for text in item[key]))
            for path in paths for item in yaml.safe_load(path.read_text("utf-8"))]


class Plain:
    """What is trained on in one epoch, of the files with these ``names`` (none: all)."""

    def __init__(self, names: Collection[str] = ()):
        self.asked = [question for question in asked(names) if question.trained]

    @property
    def texts(self) -> list[str]:
        return [text for question in self.asked for text, _ in question.said]

    def epoch(self, seed: int) -> list[Sided]:
        rng = random.Random(seed)
        result = [one for question in self.asked for text, side in question.said for one in self._uses(question, text, side, rng)]
        rng.shuffle(result)
        return result

    def _uses(self, question: Asked, text: str, side: int, rng: random.Random) -> Iterator[Sided]:
        yield sided(text, self._claims(question, rng), side, rng)
        if rng.random() < UNRELATED and (other := rng.choice(self.asked)) is not question:
            claims = self._claims(other, rng)
            yield Sided(text, claims, UNSURE if len(content(" ".join(claims)) & content(text)) > 1 else UNRELATED_ONLY)

    def _claims(self, question: Asked, rng: random.Random) -> tuple[str, str]:
        no, yes = (worded(list(ways), rng) for ways in question.claims)
        return no, yes
