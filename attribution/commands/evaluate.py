"""``attribution evaluate``: how good are the results, against annotated articles?"""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import click

from attribution.commands.common import FILE, bar, jobs_option, models_option, plain_errors
from attribution.project import here


@click.command()
@click.argument("gold", type=FILE)
@click.option("--pred", type=FILE, help="Evaluate this output of extract instead of running the pipeline.")
@click.option("--statements", type=FILE, help="Gold for repeated statements (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@jobs_option
@models_option
@plain_errors
def evaluate(gold: Path, pred: Path | None, statements: Path | None, as_json: bool, jobs: int | None,
             models: Path | None) -> None:
    """Compare with GOLD: annotated articles as JSON lines (PolNeAR's form, one annotator's, or a consensus).

    \b
    attribution evaluate tests/gold/sample.jsonl
    attribution evaluate dev.jsonl.gz --json
    attribution evaluate gold.jsonl --pred attributions.jsonl
    """
    from attribution.training import evaluate as evaluation
    from attribution.training.evaluate_gold import read_rows

    try:
        rows = read_rows(gold)
        predicted = read_rows(pred) if pred else predict(rows, jobs, models)
        repeated = json.loads(statements.read_text(encoding="utf-8")) if statements else None
        report = evaluation.evaluate(rows, predicted, repeated)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(evaluation.to_json(report), indent=1) if as_json else evaluation.render(report))


def predict(rows: list[dict], jobs: int | None = None, models: Path | None = None) -> list[dict]:
    """What the pipeline finds in the texts of gold ``rows``, with the project's axes and entities."""
    from attribution import stance
    from attribution.documents.articles import finish
    from attribution.documents.plain import read_text
    from attribution.extraction import extract
    from attribution.pipeline import Pipeline

    project = here()
    axes = stance.load_axes(project.axes) if project.axes.is_dir() else ()
    objects = {name: forms for axis in axes for name, forms in axis.objects.items()}
    with bar() as shown:
        task = shown.add_task("reading", total=len(rows), rate="")
        drafts = (draft for row in rows
                  for draft in read_text(BytesIO(row["text"].encode()), stem=row["id"], name=row["id"], path=None))
        articles = (replace(finish(draft), id=row["id"]) for row, draft in zip(rows, drafts))
        found, _ = extract(articles, Pipeline(objects, jobs, models), axes,
                           project.entities if project.entities.exists() else None,
                           progress=lambda: shown.advance(task), with_text=True)
    return found
