"""``attribution entities`` and ``correct``: what a person knows better, kept in files that every build reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from getpass import getuser
from pathlib import Path

import click

from attribution.commands.common import FILE, plain_errors
from attribution.project import here

DB = click.option("--db", "database", type=FILE, help="The database; default: db/quotes.db of the project.")
CURATED = click.option("--entities", "curated", type=FILE, help="Default: db/entities.csv of the project.")
NEXT = "run attribution build to apply it (nothing is parsed again)"


@click.group()
def entities() -> None:
    """Speakers and targets: look at them, merge, split and rename them (in db/entities.csv)."""


@contextmanager
def _reading(database: Path | None) -> Iterator:
    from attribution.database import connection

    db = connection.open_database(database or here().database)
    try:
        yield db
    finally:
        connection.close(db)


def _entity(db, uid: str):
    """The entity with all its written names; errors name what is like it."""
    from attribution.records import Entity

    row = next(iter(db["entities"].rows_where("uid = ? OR name = ?", [uid, uid])), None)
    if row is None:
        near = [r["uid"] for r in db["entities"].rows_where("name LIKE ?", [f"%{uid}%"], limit=5)]
        raise click.ClickException(f"no entity {uid!r}" + (f"; did you mean {', '.join(near)}?" if near else
                                                           "; attribution entities list shows them"))
    names = tuple((r["name"], r["n"]) for r in db["entity_names"].rows_where("entity = ?", [row["id"]], order_by="n desc"))
    return Entity(row["uid"], row["name"], row["kind"], names, row["wikidata"], row["description"])


@entities.command("list")
@click.argument("words", required=False, default="")
@click.option("--kind", help="Only this kind: person, organization, country, group, unnamed.")
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@DB
@plain_errors
def list_entities(words: str, kind: str | None, limit: int, as_json: bool, database: Path | None) -> None:
    """List entities with their written names, most quoted first; WORDS must stand in a name.

    \b
    attribution entities list
    attribution entities list marsh --kind person
    """
    with _reading(database) as db:
        where, values = ["name LIKE ?"], [f"%{words}%"]
        if kind:
            where.append("kind = ?")
            values.append(kind)
        rows = list(db["entities"].rows_where(" AND ".join(where), values, order_by="n_said DESC, n_targeted DESC",
                                              limit=limit))
        for row in rows:
            row["names"] = [r["name"] for r in db["entity_names"].rows_where("entity = ?", [row["id"]], order_by="n desc")]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        others = ", ".join(name for name in row["names"] if name != row["name"])
        click.echo(f"{row['uid']:32} {row['n_said']:5} said {row['n_targeted']:5} spoken of  {row['name']}"
                   + (f" ({others})" if others else ""))


def _change(curated: Path | None, change) -> None:
    from attribution.entities import Curation, read_curation, write_curation

    path = curated or here().entities
    before = read_curation(path) if path.exists() else Curation()
    write_curation(path, change(before))
    click.echo(f"{path}: changed; {NEXT}")


@entities.command()
@click.argument("keep")
@click.argument("others", nargs=-1, required=True)
@DB
@CURATED
@plain_errors
def merge(keep: str, others: tuple[str, ...], database: Path | None, curated: Path | None) -> None:
    """Make OTHERS the same entity as KEEP (ids or names).

    \b
    attribution entities merge helen-adeyemi helen-marsh
    """
    from attribution import entities as stage

    with _reading(database) as db:
        records = [_entity(db, uid) for uid in (keep, *others)]
    _change(curated, lambda before: stage.merge(before, *records))


@entities.command()
@click.argument("entity")
@click.argument("new_name")
@click.argument("names", nargs=-1)
@DB
@CURATED
@plain_errors
def split(entity: str, new_name: str, names: tuple[str, ...], database: Path | None, curated: Path | None) -> None:
    """Take NAMES (written forms) away from ENTITY and give them to a new one called NEW_NAME."""
    from attribution import entities as stage

    with _reading(database) as db:
        record = _entity(db, entity)
    _change(curated, lambda before: stage.split(before, record, names, new_name))


@entities.command()
@click.argument("entity")
@click.argument("name")
@DB
@CURATED
@plain_errors
def rename(entity: str, name: str, database: Path | None, curated: Path | None) -> None:
    """Show ENTITY under NAME; its id stays, so links and corrections go on working."""
    from attribution import entities as stage

    with _reading(database) as db:
        record = _entity(db, entity)
    _change(curated, lambda before: stage.rename(before, record, name))


@entities.command()
@click.argument("a")
@click.argument("b")
@DB
@plain_errors
def explain(a: str, b: str, database: Path | None) -> None:
    """Say why two entities (ids) or two names are one or not.

    \b
    attribution entities explain "Oleh Vereshynsky" "Vereshinskiy"
    """
    from attribution import entities as stage

    pair: list = [a, b]
    path = database or here().database
    if path.exists():
        with _reading(path) as db:
            for i, name in enumerate(pair):
                if next(iter(db["entities"].rows_where("uid = ?", [name])), None):
                    pair[i] = _entity(db, name)
    click.echo(str(stage.explain(*pair)))


@click.command()
@click.argument("quotation")
@click.argument("field")
@click.argument("value", default="")
@click.option("--why", default="", help="The reason, for those who come after you.")
@click.option("--who", default=None, help="Default: your user name.")
@click.option("--corrections", type=FILE, help="Default: db/corrections.csv of the project.")
@DB
@plain_errors
def correct(quotation: str, field: str, value: str, why: str, who: str | None, corrections: Path | None,
            database: Path | None) -> None:
    """Correct a FIELD of QUOTATION (its uid): speaker, target, polarity, kind, stance:AXIS or not_a_quotation.

    It is kept in db/corrections.csv, applied by the next build and found again by its words when the article changes
    a little.

    \b
    attribution correct 3f9a1c0b7d speaker "Ines Marlow" --why "the caption names her"
    attribution correct 3f9a1c0b7d stance:ceasefire_vs_talks 1
    attribution correct 3f9a1c0b7d not_a_quotation
    """
    from attribution.database.corrections import Correction, add_correction, check

    wanted = Correction(quotation, field, value, who or getuser(), date.today().isoformat(), why)
    with _reading(database) as db:
        wanted = check(db, wanted)
    path = corrections or here().corrections
    add_correction(path, wanted)
    click.echo(f"{path}: {field} of {quotation}; {NEXT}")
