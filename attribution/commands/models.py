"""``attribution models``: what is bundled, is it whole, stanza's own models instead, training."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from attribution.commands.common import FOLDER, plain_errors

SENTENCE = "“We will come to the talks on Monday,” Foreign Minister Ines Marlow told reporters in Port Hollis."


@click.group()
def models() -> None:
    """The language models: bundled with the package, or stanza's official ones."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@plain_errors
def list_models(as_json: bool) -> None:
    """List the bundled model files with their sizes."""
    from attribution.language import bundle

    rows = [{"file": file.name, "bytes": file.size, "sha256": file.sha256} for file in bundle.files()]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        click.echo(f"{row['bytes'] / 1e6:8.2f} MB  {row['file']}")
    click.echo(f"{sum(row['bytes'] for row in rows) / 1e6:8.2f} MB  together")


@models.command()
@plain_errors
def verify() -> None:
    """Check every bundled file's SHA-256 and run a sentence through every processor."""
    from attribution import language, quotations  # noqa: F401 - quotations registers its processor
    from attribution.language import bundle
    from attribution.language.pipeline import load

    found = bundle.verify()
    click.echo(f"{len(found)} files whole, {sum(file.size for file in found) / 1e6:.1f} MB")
    began = time.perf_counter()
    pipeline = load()
    click.echo(f"processors {', '.join(pipeline.processors)} loaded in {time.perf_counter() - began:.1f} s")
    doc = language.annotate([SENTENCE], [((0, len(SENTENCE)),)])[0]
    words = [word for sentence in doc.sentences for word in sentence.words]
    checks = {
        "tokenize": bool(words), "mwt": all(word.text for word in words), "pos": all(word.upos for word in words),
        "lemma": all(word.lemma for word in words), "depparse": sum(word.head == 0 for word in words) >= 1,
        "ner": any(entity.type == "Person" for entity in doc.ents), "quote": bool(doc.relations),
    }  # fmt: skip
    for name, good in checks.items():
        click.echo(f"{name:10} {'ok' if good else 'FAILED'}")
    if not all(checks.values()):
        raise click.ClickException("a processor gave no result; install the package again")


@models.command()
@click.argument("folder", type=FOLDER)
@click.option("--url", default=None, help="Where stanza's resources lie (a mirror of your own); default: stanza's.")
@click.option("--processors", default="tokenize,mwt,pos,lemma,depparse,ner", show_default=True,
              help="Which to get; the bundled ones stand in for the rest.")
@plain_errors
def download(folder: Path, url: str | None, processors: str) -> None:
    """Get stanza's official English package into FOLDER (the only command that downloads models).

    \b
    attribution models download ~/stanza
    attribution models download ~/stanza --url http://mirror.example/stanza
    """
    import stanza

    options = {"resources_url": url} if url else {}
    try:
        stanza.download("en", model_dir=str(folder), processors=processors, **options)
    except Exception as error:
        raise click.ClickException(f"download failed ({error}); the bundled models go on working") from error
    click.echo(f"stanza's English package is in {folder}; use it with: attribution build --models {folder}")


@models.command()
@click.argument("what", type=click.Choice(["language", "stance", "tokenizer", "words"]))
@click.argument("rest", nargs=-1, type=click.UNPROCESSED)
def train(what: str, rest: tuple[str, ...]) -> None:
    """Train a bundled model anew from corpora on disk; REST goes to its training module.

    \b
    attribution models train language -- --corpora corpora --encoder minilm --out checkpoints/language
    """
    import runpy
    import sys

    sys.argv = [f"attribution.training.{what}", *rest]
    runpy.run_module(f"attribution.training.{what}", run_name="__main__")
