"""What a person labelled for an axis: its own examples, and statements to measure it with, in a file beside the axis
(``NAME.jsonl`` beside ``NAME.yml``: JSON lines with "text" and "label")."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from attribution.records import LabelledStatement
from attribution.stance.axes import Axis, AxisError
from attribution.stance.head import LABELS
from attribution.stance.model import load_model

EXAMPLE, CHECK = "example", "check"


def examples(axis: Axis) -> list[LabelledStatement]:
    """The examples of an axis file with the labels that their places give them."""
    lists = zip(LABELS, (axis.negative.examples, axis.neutral, axis.positive.examples, axis.unrelated))
    return [LabelledStatement(text, label, EXAMPLE) for label, texts in lists for text in texts]


def nearest(text: str, known: Sequence[LabelledStatement], most: int = 3) -> list[tuple[LabelledStatement, float]]:
    """The statements most like a text, with their similarity (cosine of sentence vectors, -1..1), most like first."""
    vectors = load_model().vectors([text, *(statement.text for statement in known)])
    likeness = (vectors[1:] @ vectors[0]).tolist()
    return sorted(zip(known, likeness), key=lambda pair: -pair[1])[:most]


def read_checks(axes: Path, axis: Axis) -> list[LabelledStatement]:
    """The labelled statements beside an axis of the folder ``axes``, none where there is no file. Raises
    :class:`AxisError` for a line that is not one."""
    path = Path(axes) / f"{axis.id}.jsonl"
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found.append(LabelledStatement(str(row["text"]), LABELS[LABELS.index(row["label"])], CHECK))
        except (ValueError, KeyError, TypeError) as error:
            raise AxisError(f'{path}:{number}: each line is {{"text": …, "label": …}} with a label of {", ".join(LABELS)}'
                            ) from error
    return found
