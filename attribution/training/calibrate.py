"""Fits the table that turns the tagger's raw scores into chances, and measures how far confidences are off.

Isotonic regression by pooling adjacent violators (Zadrozny and Elkan 2002); the error is the expected calibration
error (Naeini et al. 2015). Fit on articles that the tagger was not trained on:

    python -m attribution.training.calibrate GOLD.jsonl PREDICTED.jsonl TABLE.json
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from attribution.quotations.confidence import Calibration

BINS = 10
GROUPS = 20  # how many groups of scores the outcomes are averaged over: small enough a table, large enough a group


def fit(scores: Sequence[float], right: Sequence[bool], groups: int = GROUPS) -> Calibration:
    """The calibration that fits ``scores`` to whether they were ``right``.

    Scores are first gathered into at most ``groups`` groups of about equal size, which keeps the table small; each
    group counts half an example more of either outcome, which keeps small groups from claiming 0 or 1.
    ``ValueError`` without examples.
    """
    if not len(scores) or len(scores) != len(right):
        raise ValueError("calibration needs scores and as many outcomes")
    order = np.argsort(np.asarray(scores, float), kind="stable")
    x, y = np.asarray(scores, float)[order], np.asarray(right, float)[order]
    pooled: list[tuple[float, float, list[float]]] = []  # chance, weight, places
    for group in np.array_split(np.arange(len(x)), min(groups, len(x))):
        weight = len(group) + 1.0
        chance, places = (y[group].sum() + 0.5) / weight, [x[group].mean()]
        while pooled and pooled[-1][0] > chance:
            before, heavy, earlier = pooled.pop()
            chance = (before * heavy + chance * weight) / (heavy + weight)
            weight, places = heavy + weight, earlier + places
        pooled.append((chance, weight, places))
    table = {round(float(place), 6): round(float(chance), 4)
             for chance, _, places in pooled for place in (places[0], places[-1])}
    return Calibration(tuple(table), tuple(table.values()))


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over ``bins`` equal stretches of 0..1, weighted by how many
    examples fall in each; 0 without examples."""
    if not len(confidences):
        return 0.0
    confidence, hit = np.asarray(confidences, float), np.asarray(right, float)
    number = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gap = np.abs(np.bincount(number, confidence, bins) - np.bincount(number, hit, bins))
    return float(gap.sum() / len(confidence))


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("predicted", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
def main(gold: Path, predicted: Path, table: Path) -> None:
    """Fit TABLE from PREDICTED (as `attribution extract` prints them, with raw scores as confidence) and GOLD."""
    from attribution.training.evaluate import evaluate
    from attribution.training.evaluate_gold import read_rows

    outcomes = evaluate(read_rows(gold), read_rows(predicted)).confidences
    if not outcomes:
        raise click.ClickException(f"{predicted} has no confidence that the gold can judge")
    scores, right = zip(*outcomes)
    calibration = fit(scores, right)
    calibration.save(table)
    before = expected_calibration_error(scores, right)
    after = expected_calibration_error([calibration(score) for score in scores], right)
    click.echo(f"{len(scores)} relations, calibration error {before:.3f} before, {after:.3f} after: {table}")


if __name__ == "__main__":
    main()
