"""``attribution export``: the quotations for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from attribution.commands.common import FILE, FOLDER, plain_errors
from attribution.project import here


@click.command()
@click.argument("form", type=click.Choice(["csv", "jsonl", "parquet", "dna", "graphml", "public"]))
@click.option("--db", "database", type=FILE, help="The database; default: db/quotes.db of the project.")
@click.option("--out", type=FILE, help="File to write; default: standard output (csv, jsonl, dna).")
@click.option("--network", type=click.Choice(["actors", "targets"]), default="actors", show_default=True,
              help="graphml: who agrees with whom, or who speaks of whom.")
@plain_errors
def export(form: str, database: Path | None, out: Path | None, network: str) -> None:
    """Export the quotations.

    csv and jsonl are one row a quotation; parquet the same (needs pyarrow); dna an event list for Discourse Network
    Analyzer; graphml a network for Gephi, igraph or networkx; public a copy of the database without article texts.

    \b
    attribution export csv --out quotations.csv
    attribution export graphml --network targets --out targets.graphml
    """
    from attribution.database import connection, exports, networks

    path = database or here().database
    if out is None and form in ("parquet", "graphml", "public"):
        raise click.UsageError(f"{form} needs --out FILE")
    if form == "public":
        exports.export_public(path, out)
        return
    db = connection.open_database(path)
    try:
        if form == "graphml":
            graph = networks.actor_network(db) if network == "actors" else networks.target_network(db)
            networks.export_graphml(graph, out)
        else:
            getattr(exports, f"export_{form}")(db, out)
    finally:
        connection.close(db)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--db", "database", type=FILE, help="The database; default: db/quotes.db of the project.")
@click.option("--texts", is_flag=True, help="Publish the articles' full texts too (they are their publishers').")
@plain_errors
def publish(folder: Path, database: Path | None, texts: bool) -> None:
    """Write FOLDER with all that a public, read-only datasette needs: database, metadata, settings.

    \b
    attribution publish public && datasette public
    """
    from attribution.site.publish import publish as write

    project = here()
    click.echo(write(database or project.database, folder, metadata=project.metadata, texts=texts))
