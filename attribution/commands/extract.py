"""``attribution extract``: articles in, JSON out, no database."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from attribution.commands.common import FILE, FOLDER, bar, jobs_option, mapping, mapping_option, models_option, plain_errors
from attribution.project import here


@click.command()
@click.argument("sources", nargs=-1, metavar="[PATHS]...")
@click.option("--out", type=FILE, help="Write here instead of standard output.")
@click.option("--axes", type=FOLDER, help="Folder of axis files; default: db/axes of the project.")
@click.option("--entities", "curated", type=FILE, help="Curated entities; default: db/entities.csv of the project.")
@click.option("--no-stance", is_flag=True, help="Leave the axes out.")
@click.option("--text", "with_text", is_flag=True, help="Print each article's text too.")
@jobs_option
@mapping_option
@models_option
@plain_errors
def extract(sources: tuple[str, ...], out: Path | None, axes: Path | None, curated: Path | None, no_stance: bool,
            with_text: bool, jobs: int | None, pairs: tuple[str, ...], models: Path | None) -> None:
    """Print every attribution of the articles in PATHS as JSON, one object a line for each article.

    PATHS are files (text, Markdown, HTML, JSON Lines, CSV, feeds, WARC), folders, URLs, or - for standard input.
    Spans are [start, end) in characters of the article's text. Failed articles are named on standard error.

    \b
    attribution extract story.txt
    attribution extract articles/ --out attributions.jsonl
    attribution extract dump.csv --map text=body | jq .attributions
    """
    if not sources:
        raise click.UsageError("name at least one file, folder or URL (or - for standard input)")
    from attribution import documents, stance
    from attribution.extraction import extract as extract_rows
    from attribution.pipeline import Pipeline

    project = here()
    questions = () if no_stance else stance.load_axes(axes or project.axes)
    objects = {name: forms for axis in questions for name, forms in axis.objects.items()}
    articles = documents.read(sources, mapping=mapping(pairs))
    with bar() as shown:
        task = shown.add_task("reading", total=None, rate="")
        rows, failures = extract_rows(
            articles, Pipeline(objects, jobs, models), questions,
            curated or (project.entities if project.entities.exists() else None),
            progress=lambda: shown.advance(task), with_text=with_text)
    with open(out, "w", encoding="utf-8") if out else nullcontext(sys.stdout) as target:
        for row in rows:
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
    for failure in failures:
        click.echo(f"{failure.source}: {failure.stage}: {failure.error}", err=True)
    if failures and not rows:
        raise click.ClickException("no article could be read")
