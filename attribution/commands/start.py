"""``attribution init`` and ``doctor``: a project of one's own; is everything in place?"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sqlite3
from pathlib import Path

import click

from attribution.commands.common import FOLDER, plain_errors
from attribution.project import SAMPLE, Project, here

HEADS = {"entities.csv": "id,name,kind,wikidata,aliases,speaks_for,note\n",
         "corrections.csv": "quotation,field,value,who,when,why\n"}  # fmt: skip


@click.command()
@click.argument("folder", type=FOLDER)
@plain_errors
def init(folder: Path) -> None:
    """Start a project of your own in FOLDER: db/ with axes, entities, corrections and a place for articles.

    \b
    attribution init my-project
    cp -r my-articles my-project/db/articles/ && cd my-project && attribution build && attribution serve
    """
    project, sample = Project(folder), Project(SAMPLE)
    if project.db.exists():
        raise click.ClickException(f"{project.db} is there already")
    project.articles.mkdir(parents=True)
    project.axes.mkdir()
    for name, head in HEADS.items():
        (project.db / name).write_text(head, encoding="utf-8")
    if sample.axes.is_dir():
        for path in (*sample.axes.glob("*.yml"), *sample.axes.glob("*.jsonl")):
            shutil.copy(path, project.axes)
    if sample.metadata.is_file():
        shutil.copy(sample.metadata, project.metadata)
    click.echo(f"{folder}: put articles into {project.articles}, then run attribution build there")


@click.command()
@plain_errors
def doctor() -> None:
    """Say what is installed, whether the models are whole and which project this folder is."""
    from attribution.language import bundle
    from attribution.language.encoder import fast_dtype

    project = here()
    click.echo(f"python       {platform.python_version()} on {platform.machine()}")
    for name in ("attribution", "stanza", "torch", "datasette", "sqlite-utils"):
        try:
            click.echo(f"{name:13}{importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            click.echo(f"{name:13}not installed")
    click.echo(f"sqlite       {sqlite3.sqlite_version}")
    click.echo(f"arithmetic   {str(fast_dtype()).removeprefix('torch.')}")
    click.echo(f"models       {sum(file.size for file in bundle.verify()) / 1e6:.1f} MB, whole")
    click.echo(f"project      {project.root}")
    click.echo(f"database     {project.database}{'' if project.database.exists() else ' (not built yet)'}")
