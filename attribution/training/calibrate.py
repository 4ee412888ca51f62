"""Fits the table that turns the tagger's raw scores into chances.

Isotonic regression by pooling adjacent violators (Zadrozny and Elkan 2002). After a new tagger, fit on articles that
it was not trained on:

    python -m attribution.training.calibrate CORPORA/polnear/dev.jsonl.gz
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np

from attribution.documents.paragraphs import paragraphs
from attribution.language import annotate
from attribution.pipeline import batches
from attribution.quotations import describe
from attribution.quotations.confidence import RAW, TABLE, Calibration
from attribution.records import Article
from attribution.training.evaluate import evaluate
from attribution.training.evaluate_calibration import expected_calibration_error
from attribution.training.evaluate_gold import read_rows

SPLITS = 10  # ways to halve the articles' relations
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


def outcomes(rows: Sequence[Mapping]) -> list[tuple[float, bool]]:
    """What the pipeline's quotations in gold ``rows`` score, uncalibrated, and whether each relation is right."""
    articles = [Article(row["id"], row["text"]) for row in rows]
    found = []
    for group in batches(articles):
        docs = annotate([article.text for article in group], [paragraphs(article.text) for article in group])
        for article, doc in zip(group, docs):
            quotations = describe(article, doc, doc.relations, calibration=RAW)
            found.append({"id": article.id, "attributions": [dataclasses.asdict(one) for one in quotations]})
    return list(evaluate(rows, found).confidences)


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", default=TABLE, type=click.Path(dir_okay=False, path_type=Path), help="Write the table here.")
def main(gold: Path, table: Path) -> None:
    """Run the pipeline over the articles of GOLD and fit the table of confidences to what was right."""
    rows = read_rows(gold)
    found = outcomes(rows)
    if not found:
        raise click.ClickException(f"nothing was found in {gold}")
    scores, right = zip(*found)
    errors = []
    for seed in range(SPLITS):  # each half judged by a table fitted to the other
        random.Random(seed).shuffle(found)
        halves = found[::2], found[1::2]
        errors += [expected_calibration_error([fit(*zip(*one))(score) for score, _ in other], [hit for _, hit in other])
                   for one, other in (halves, halves[::-1]) if one and other]
    fit(scores, right).save(table)
    click.echo(f"{len(found)} relations; calibration error {expected_calibration_error(scores, right):.3f} raw, "
               f"{sum(errors) / max(len(errors), 1):.3f} calibrated (each half by the other, mean of {SPLITS} ways to halve): {table}")


if __name__ == "__main__":
    main()
