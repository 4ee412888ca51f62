"""Gate: polarity toward matters that no axis names, read with the mention marked (measured: 0.82)."""

import json
from pathlib import Path

import pytest

from attribution.stance.evaluate import macro_f1
from attribution.stance.polarity import About, Polarity

ROWS = [json.loads(line) for line in (Path(__file__).parents[1] / "gold" / "matters.jsonl").read_text("utf-8").splitlines()]
FLOOR = 0.78  # processors round in other places


def span(row: dict, key: str) -> tuple[int, int]:
    start = row["text"].index(row[key])
    return start, start + len(row[key])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_names_its_target_and_holder_once(row):
    assert row["text"].count(row["target"]) == row["text"].count(row["holder"]) == 1 and row["polarity"] in (-1, 0, 1)


def test_the_sign_is_right_often_enough():
    found = Polarity().score([About(row["text"], (span(row, "target"),), (span(row, "holder"),)) for row in ROWS])
    gold = [row["polarity"] for row in ROWS]
    assert macro_f1(gold, [polar.label for polar in found], (-1, 0, 1)) >= FLOOR
    sure = [(g, polar.label) for g, polar in zip(gold, found) if polar.label and polar.confidence >= 0.9]
    assert len(sure) >= 10 and sum(g == label for g, label in sure) >= 0.8 * len(sure)
