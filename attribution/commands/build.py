"""``attribution build``, ``serve`` and ``demo``: the main job."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

import click

from attribution.commands.common import FILE, FOLDER, bar, jobs_option, mapping, mapping_option, models_option, plain_errors
from attribution.project import DEMO, Project, here, sample

COUNTED = 5000  # articles held in memory to know how many there are; of a longer stream the end is not known


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@click.option("--db", "database", type=FILE, help="The database to write; default: db/quotes.db of the project.")
@click.option("--axes", type=FOLDER, help="Folder of axis files; default: db/axes of the project.")
@click.option("--entities", "curated", type=FILE, help="Curated entities; default: db/entities.csv of the project.")
@click.option("--corrections", type=FILE, help="Corrections; default: db/corrections.csv of the project.")
@click.option("--prune", is_flag=True, help="Take out articles that are no longer among the sources.")
@click.option("--quiet", is_flag=True, help="No progress, only errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@jobs_option
@mapping_option
@models_option
@plain_errors
def build(sources: tuple[str, ...], database: Path | None, axes: Path | None, curated: Path | None,
          corrections: Path | None, prune: bool, quiet: bool, as_json: bool, jobs: int | None,
          pairs: tuple[str, ...], models: Path | None) -> None:
    """Read SOURCES, annotate them and write the database; with no source, the project's db/articles.

    SOURCES are files (text, Markdown, HTML, JSON Lines, CSV, feeds, WARC), folders, URLs, or -. Only what is new or
    changed is worked on: run it again after adding articles, editing an axis, or curating entities. A build that was
    stopped goes on where it was.

    \b
    attribution build
    attribution build ~/news/2031 --db 2031.db
    attribution build dump.csv --map text=body --map outlet=source
    """
    project = here()
    if project.root == DEMO:
        project = sample()
    report = run(project, sources or (str(project.articles),), database or project.database,
                 axes or project.axes, curated or project.entities, corrections or project.corrections,
                 prune=prune, quiet=quiet or as_json, jobs=jobs, columns=mapping(pairs), models=models)
    show(report, as_json, quiet)
    if report.failed and not report.articles:
        raise click.ClickException("no article could be read")


def run(project: Project, sources: tuple[str, ...], database: Path, axes: Path, curated: Path, corrections: Path, *,
        prune: bool = False, quiet: bool = False, jobs: int | None = None, columns: dict[str, str] | None = None,
        models: Path | None = None):
    """Builds the database and returns the report."""
    from attribution import documents, stance
    from attribution.database.build import build as build_database
    from attribution.pipeline import Pipeline

    questions = stance.load_axes(axes) if axes.is_dir() else ()
    objects = {name: forms for axis in questions for name, forms in axis.objects.items()}
    articles = _counted(documents.read(sources, mapping=columns or {}))
    with _progress(quiet) as progress:
        return build_database(articles, database, Pipeline(objects, jobs, models, axes), axes=questions,
                              entities_csv=curated if curated.exists() else None,
                              corrections_csv=corrections if corrections.exists() else None,
                              progress=progress, prune=prune)


def _counted(articles: Iterable) -> Iterable:
    """The articles as a list, so that the time left is known; a stream longer than ``COUNTED`` stays a stream."""
    articles = iter(articles)
    first = list(islice(articles, COUNTED))
    return first if len(first) < COUNTED else chain(first, articles)


@contextmanager
def _progress(quiet: bool):
    began, tasks = time.perf_counter(), {}
    with bar(quiet) as shown:
        def report(now) -> None:
            if now.stage not in tasks:
                tasks[now.stage] = shown.add_task(now.stage, total=now.total, rate="")
            rate = f"{now.words / max(time.perf_counter() - began, 0.1):,.0f} words/s" if now.words else ""
            shown.update(tasks[now.stage], completed=now.done, total=now.total, rate=rate)

        yield report


def show(report, as_json: bool = False, quiet: bool = False) -> None:
    """Prints what a build did; failures and corrections that no longer apply always go to standard error."""
    for failure in report.failures:
        click.echo(f"{failure.source}: {failure.stage}: {failure.error}", err=True)
    for outcome in report.unresolved:
        click.echo(f"correction of {outcome.correction.quotation} ({outcome.correction.field}): {outcome.status}", err=True)
    if as_json:
        counts = {key: value for key, value in vars(report).items() if isinstance(value, (int, float))}
        click.echo(json.dumps(counts | {"database": str(report.database), "timings": report.timings}, indent=1))
    elif not quiet:
        speed = f", {report.words / report.seconds:,.0f} words/s" if report.words and report.seconds else ""
        click.echo(f"{report.database}: {report.articles} articles, {report.quotations} quotations, "
                   f"{report.entities} entities, {report.statements} statements")
        click.echo(f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged, {report.removed} removed, "
                   f"{report.failed} failed in {report.seconds:.1f} s{speed}")


def serving_options(command):
    for option in (
        click.option("--open", "open_browser", is_flag=True, help="Open it in the browser."),
        click.option("--host", default="127.0.0.1", show_default=True),
        click.option("--port", default=8001, show_default=True, help="0 takes a free one."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--db", "database", type=FILE, help="The database; default: db/quotes.db of the project.")
@click.option("--metadata", type=FILE, help="metadata.yml; default: the one beside the database or above it.")
@click.option("--edit", is_flag=True, help="Let the local user correct quotations (saved to corrections.csv).")
@click.option("--no-sql", is_flag=True, help="Take the SQL of visitors away.")
@serving_options
@plain_errors
def serve(database: Path | None, metadata: Path | None, edit: bool, no_sql: bool, host: str, port: int,
          open_browser: bool) -> None:
    """Serve the database as a web site (datasette with this project's pages).

    \b
    attribution serve --open
    attribution serve --db 2031.db --port 8002
    """
    _serve(here(), database, metadata=metadata, edit=edit, sql=not no_sql, host=host, port=port,
           open_browser=open_browser)


def _serve(project: Project, database: Path | None, **options) -> None:
    from attribution.site.server import serve as serve_site

    if options.get("metadata") is None and database is None and project.metadata.exists():
        options["metadata"] = project.metadata
    try:
        serve_site(database or project.database, say=lambda address: click.echo(f"serving at {address} (Ctrl-C stops)"),
                   **options)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise click.ClickException(f"cannot serve at port {options['port']}: {error.strerror}; try --port 0") from error


@click.command()
@click.option("--no-serve", is_flag=True, help="Only build.")
@serving_options
@plain_errors
def demo(no_serve: bool, host: str, port: int, open_browser: bool) -> None:
    """Build the sample corpus (a fictional conflict and its talks) and serve it.

    In a clone of the repository this is the repository's own corpus; else a copy in the folder attribution-demo.

    \b
    attribution demo
    """
    project = sample()
    report = run(project, (str(project.articles),), project.database, project.axes, project.entities,
                 project.corrections, prune=True)
    show(report)
    if not no_serve:
        _serve(project, None, host=host, port=port, open_browser=open_browser)
