"""The schema of the quotation database, as sqlite-utils migrations: the one place where tables are declared.

Conventions
- A foreign key column has the name of what it points to (``quotations.speaker`` -> ``entities.id``), so that
  datasette shows the label and links it. Tables whose rows a person may cite have a stable text ``uid`` beside the
  integer ``id``; ``id`` is for joins, facets and order.
- ``quotations.id`` grows with age: ascending id is newest first (:mod:`attribution.database.keys`), so the first
  page, any later page and any filter of it come in order without sorting. Ids are not consecutive.
- Offsets (``start``, ``end``) are ``[start, end)`` in code points of ``article_texts.text``. JSON columns hold
  arrays: ``targets`` of names, ``evidence`` of ``[start, end]`` pairs.
- ``positions``, ``shifts``, ``outlet_standings`` and ``speaker_targets`` are summaries that every build writes anew; the views give them
  names. They are tables because an interval needs Student's t, which SQL has not, and because grouping a million
  rows for every reader would be too slow.
- Full-text tables have no triggers in the file (loading is three times as fast), see :mod:`attribution.database.search`.

A change of the schema is a new migration at the end; an applied one is never edited.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations
from sqlite_utils.db import ForeignKey

#: ``PRAGMA application_id`` of our files ("attr" in ASCII): tells them from another program's database.
APPLICATION_ID = int.from_bytes(b"attr", "big")

TOKENIZER = "porter unicode61 remove_diacritics 2"

migrations = Migrations("attribution")


def _create(db: Database, name: str, columns: dict, pk, keys: dict[str, str] | None = None, *,
            cascade: tuple[str, ...] = (), forget: tuple[str, ...] = (), not_null: set[str] = frozenset(),
            defaults: dict | None = None) -> None:
    """A strict table; ``keys`` maps a foreign key column to the table whose ``id`` it holds, ``cascade`` names
    those whose rows go when their parent goes, ``forget`` those that become NULL."""
    actions = dict.fromkeys(cascade, "CASCADE") | dict.fromkeys(forget, "SET NULL")
    foreign_keys = [ForeignKey(name, column, table, "id", on_delete=actions.get(column, "NO ACTION"))
                    for column, table in (keys or {}).items()]
    db.table(name).create(columns, pk=pk, foreign_keys=foreign_keys, not_null=not_null, defaults=defaults, strict=True)


@migrations()
def m001_articles(db: Database) -> None:
    """What was read: outlets, articles, their texts (apart, so that publishing them is a choice), the analyses."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _create(db, "outlets", {"id": int, "name": str, "domain": str, "n_articles": int, "n_quotations": int}, "id",
            not_null={"name"}, defaults={"n_articles": 0, "n_quotations": 0})
    _create(db, "articles", {
        "id": int, "uid": str, "title": str, "outlet": int, "byline": str, "published": str, "language": str,
        "url": str, "path": str, "characters": int, "n_quotations": int, "hash": str,
    }, "id", {"outlet": "outlets"}, not_null={"uid", "hash"}, defaults={"n_quotations": 0})
    _create(db, "article_texts", {"article": int, "text": str, "furniture": str}, "article", {"article": "articles"},
            cascade=("article",), not_null={"text"})
    _create(db, "analyses", {"article": int, "versions": str, "data": bytes}, "article", {"article": "articles"},
            cascade=("article",), not_null={"versions", "data"})
    db.table("outlets").create_index(["name"], unique=True)
    db.table("articles").create_index(["uid"], unique=True)
    db.table("articles").create_index(["outlet"])
    db.table("articles").create_index(["published"])


@migrations()
def m002_entities(db: Database) -> None:
    """Who speaks and is spoken of; ``chains`` are the mentions of one entity inside one article."""
    _create(db, "entities", {
        "id": int, "uid": str, "name": str, "kind": str, "description": str, "wikidata": str, "speaks_for": int,
        "n_said": int, "n_targeted": int,
    }, "id", {"speaks_for": "entities"}, not_null={"uid", "name", "kind"}, defaults={"n_said": 0, "n_targeted": 0})
    _create(db, "entity_names", {"entity": int, "name": str, "n": int}, ("entity", "name"), {"entity": "entities"},
            cascade=("entity",), not_null={"n"})
    _create(db, "chains", {
        "article": int, "number": int, "name": str, "kind": str, "gender": str, "entity": int, "mentions": str,
    }, ("article", "number"), {"article": "articles", "entity": "entities"}, cascade=("article",),
        not_null={"name", "kind", "mentions"})
    db.table("entities").create_index(["uid"], unique=True)
    db.table("entities").create_index(["name"])
    db.table("entities").create_index(["speaks_for"])
    db.table("entity_names").create_index(["name"])
    db.table("chains").create_index(["entity"])


@migrations()
def m003_quotations(db: Database) -> None:
    """The one wide relation that people browse, and what hangs on it."""
    _create(db, "axes", {
        "id": int, "uid": str, "question": str, "negative": str, "negative_description": str, "positive": str,
        "positive_description": str, "hash": str, "revision": int, "n_scored": int,
    }, "id", not_null={"uid", "question", "negative", "positive", "hash", "revision"}, defaults={"n_scored": 0})
    _create(db, "statements", {
        "id": int, "uid": str, "text": str, "speaker": int, "first_published": str, "last_published": str,
        "first_outlet": int, "n_quotations": int, "n_outlets": int, "n_variants": int,
    }, "id", {"speaker": "entities", "first_outlet": "outlets"}, not_null={"uid", "text", "n_quotations"})
    _create(db, "quotations", {
        "id": int, "uid": str, "published": str, "outlet": int, "article": int, "speaker": int, "speaker_name": str,
        "speaker_kind": str, "speaker_role": str, "source": str, "cue": str, "text": str, "kind": str,
        "attitude": str, "cue_polarity": str, "addressee": str, "medium": str, "targets": str, "axis": int,
        "stance": str, "score": float, "statement": int, "confidence": float, "speaker_confidence": float,
        "speaker_how": str, "reviewed": int, "start": int, "end": int, "context_start": int, "context_end": int,
        "number": int, "chain": int,
    }, "id", {"outlet": "outlets", "article": "articles", "speaker": "entities", "axis": "axes",
              "statement": "statements"},
        cascade=("article",),
        not_null={"uid", "article", "text", "kind", "attitude", "cue_polarity", "targets", "confidence", "start",
                  "end", "number"},
        defaults={"targets": "[]", "reviewed": 0})
    # sqlite-utils has no call for generated columns
    db.execute('ALTER TABLE "quotations" ADD COLUMN "month" TEXT GENERATED ALWAYS AS (substr("published", 1, 7)) '
               "VIRTUAL")
    _create(db, "spans", {"quotation": int, "role": str, "start": int, "end": int},
            ("quotation", "role", "start", "end"), {"quotation": "quotations"}, cascade=("quotation",))
    _create(db, "targets", {
        "quotation": int, "number": int, "entity": int, "name": str, "polarity": float, "confidence": float,
        "start": int, "end": int, "evidence": str, "chain": int,
    }, ("quotation", "number"), {"quotation": "quotations", "entity": "entities"}, cascade=("quotation",),
        not_null={"name"})
    _create(db, "stances", {
        "quotation": int, "axis": int, "score": float, "label": str, "confidence": float, "evidence": str,
    }, ("quotation", "axis"), {"quotation": "quotations", "axis": "axes"}, cascade=("quotation", "axis"),
        not_null={"label", "confidence"})
    # which articles were scored by which revision of an axis: a changed axis scores again, an unchanged one never
    _create(db, "scorings", {"article": int, "axis": int, "revision": int}, ("article", "axis"),
            {"article": "articles", "axis": "axes"}, cascade=("article", "axis"), not_null={"revision"})
    quotations = db.table("quotations")
    quotations.create_index(["uid"], unique=True)
    # one column each: SQLite appends the id, so every filter comes newest first without sorting
    for column in ("speaker", "outlet", "article", "statement", "kind", "stance", "month", "published", "score"):
        quotations.create_index([column])
    quotations.create_index(["axis", "score", "published"])
    db.table("targets").create_index(["entity"])
    db.table("stances").create_index(["axis", "score"])
    db.table("statements").create_index(["uid"], unique=True)
    db.table("statements").create_index(["speaker"])
    db.table("statements").create_index(["n_quotations"])
    db.table("axes").create_index(["uid"], unique=True)


@migrations()
def m004_runs(db: Database) -> None:
    """What people corrected, what failed, what was built when."""
    _create(db, "corrections", {
        "id": int, "uid": str, "field": str, "value": str, "old": str, "status": str, "note": str, "quotation": int,
        "article": int, "text": str, "who": str, "when": str, "why": str,
    }, "id", {"quotation": "quotations", "article": "articles"}, forget=("quotation", "article"),
        not_null={"uid", "field", "value", "status"})
    _create(db, "failures", {"id": int, "source": str, "stage": str, "error": str, "failed": str}, "id",
            not_null={"source", "stage", "error", "failed"})
    _create(db, "builds", {
        "id": int, "started": str, "finished": str, "status": str, "seconds": float, "n_new": int, "n_changed": int,
        "n_unchanged": int, "n_removed": int, "n_failed": int, "n_articles": int, "n_quotations": int,
        "versions": str, "timings": str,
    }, "id", not_null={"started", "status"})
    db.table("corrections").create_index(["quotation"])
    db.table("corrections").create_index(["article"])
    db.table("corrections").create_index(["status"])
    db.table("failures").create_index(["source", "stage"], unique=True)


@migrations()
def m005_summaries(db: Database) -> None:
    """Positions, their change, and who speaks of whom: written anew by every build. NULL in ``month`` or
    ``outlet`` means all of them together."""
    window = {"quotations": int, "statements": int, "mean": float, "low": float, "high": float}
    _create(db, "positions", {"id": int, "speaker": int, "axis": int, "month": str, "outlet": int, **window}, "id",
            {"speaker": "entities", "axis": "axes", "outlet": "outlets"}, not_null={"speaker", "axis", *window})
    _create(db, "shifts", {
        "speaker": int, "axis": int, "early_from": str, "early_to": str, "early_statements": int, "early_mean": float,
        "late_from": str, "late_to": str, "late_statements": int, "late_mean": float, "change": float, "low": float,
        "high": float, "significant": int,
    }, ("speaker", "axis"), {"speaker": "entities", "axis": "axes"})
    _create(db, "speaker_targets", {
        "speaker": int, "target": int, "quotations": int, "statements": int, "polarity": float,
        "first_published": str, "last_published": str,
    }, ("speaker", "target"), {"speaker": "entities", "target": "entities"}, not_null={"quotations", "statements"})
    db.table("positions").create_index(["speaker", "axis", "month"])
    db.table("positions").create_index(["axis", "month"])
    db.table("speaker_targets").create_index(["target"])
    db.table("speaker_targets").create_index(["quotations"])


@migrations()
def m006_search(db: Database) -> None:
    """Full-text search over quotations, headlines and article texts."""
    db.table("quotations").enable_fts(["text"], tokenize=TOKENIZER)
    db.table("articles").enable_fts(["title"], tokenize=TOKENIZER)
    db.table("article_texts").enable_fts(["text"], tokenize=TOKENIZER)


_POSITION = """SELECT e.name AS speaker, a.question AS axis,{column}
       p.mean, p.low, p.high, p.quotations, p.statements,
       CASE WHEN p.low > 0 THEN a.positive WHEN p.high < 0 THEN a.negative END AS leans_to,
       p.speaker AS speaker_id, p.axis AS axis_id
FROM positions p JOIN entities e ON e.id = p.speaker JOIN axes a ON a.id = p.axis{join}
WHERE {where}"""


@migrations()
def m007_views(db: Database) -> None:
    """Views for readers of SQL: names instead of keys."""
    db.create_view("speaker_positions", _POSITION.format(
        column=" p.month,", join="", where="p.month IS NOT NULL"))
    db.create_view("speaker_standings", _POSITION.format(
        column="", join="", where="p.month IS NULL AND p.outlet IS NULL"))
    db.create_view("outlet_positions", _POSITION.format(
        column=" o.name AS outlet, p.outlet AS outlet_id,", join=" JOIN outlets o ON o.id = p.outlet",
        where="p.outlet IS NOT NULL"))
    db.create_view("position_changes", """SELECT e.name AS speaker, a.question AS axis, s.early_from, s.early_to,
       s.early_statements, s.early_mean, s.late_from, s.late_to, s.late_statements, s.late_mean,
       s.change, s.low, s.high, s.significant,
       CASE WHEN s.change > 0 THEN a.positive WHEN s.change < 0 THEN a.negative END AS towards,
       s.speaker AS speaker_id, s.axis AS axis_id
FROM shifts s JOIN entities e ON e.id = s.speaker JOIN axes a ON a.id = s.axis""")
    db.create_view("who_about_whom", """SELECT e.name AS speaker, t.name AS target, r.quotations, r.statements,
       r.polarity, r.first_published, r.last_published, r.speaker AS speaker_id, r.target AS target_id
FROM speaker_targets r JOIN entities e ON e.id = r.speaker JOIN entities t ON t.id = r.target""")


@migrations()
def m008_axis_statements(db: Database) -> None:
    """What an axis is defined by and measured with, and indexes for the pages of speakers who say much."""
    _create(db, "axis_statements", {
        "axis": int, "number": int, "text": str, "label": str, "purpose": str, "found": str, "score": float,
        "confidence": float, "revision": int,
    }, ("axis", "number"), {"axis": "axes"}, cascade=("axis",), not_null={"text", "label", "purpose", "revision"})
    db.table("quotations").create_index(["speaker", "axis", "score"])
    db.table("quotations").create_index(["speaker", "speaker_role", "published"])
    db.table("statements").create_index(["speaker", "n_outlets"])
    db.table("positions").create_index(["axis", "month", "outlet", "statements"])
    db.execute('DROP INDEX "idx_positions_axis_month"')  # the one above begins in the same way
    db.execute('DROP INDEX "idx_statements_speaker"')


@migrations()
def m009_outlet_standings(db: Database) -> None:
    """What outlets carried on each axis, and indexes for the pages of those who are spoken of much."""
    figures = {"quotations": int, "speakers": int, "mean": float, "low": float, "high": float}
    _create(db, "outlet_standings", {"axis": int, "outlet": int, **figures}, ("axis", "outlet"),
            {"axis": "axes", "outlet": "outlets"}, not_null=set(figures))
    db.table("speaker_targets").create_index(["speaker", "quotations"])
    db.table("speaker_targets").create_index(["target", "quotations"])
    db.execute('DROP INDEX "idx_speaker_targets_target"')
    db.execute('DROP INDEX "idx_entities_speaks_for"')  # most speak for nobody: a whole index looks useless to the planner
    db.execute('CREATE INDEX "idx_entities_speaks_for" ON "entities" ("speaks_for") WHERE "speaks_for" IS NOT NULL')


@migrations()
def m010_linking(db: Database) -> None:
    """What the linker remembers between builds, see :mod:`attribution.database.memory`."""
    _create(db, "names", {"id": int, "node": str, "data": str, "entity": str}, "id", not_null={"node", "data"})
    _create(db, "name_blocks", {"block": str, "name": int}, ("block", "name"), {"name": "names"}, cascade=("name",))
    _create(db, "entity_forms", {"entity": str, "data": str}, "entity", not_null={"data"})
    _create(db, "stale_names", {"name": int}, "name")
    db.table("names").create_index(["node"], unique=True)
    db.table("name_blocks").create_index(["name"])
    db.execute('ALTER TABLE "chains" ADD COLUMN "node" INTEGER')
    db.table("chains").create_index(["node"])  # NULL: not linked yet
    db.execute("""CREATE TRIGGER "stale_names" AFTER DELETE ON "chains" WHEN old."node" > 0
        BEGIN INSERT OR IGNORE INTO "stale_names" VALUES (old."node"); END""")


@migrations()
def m011_statements(db: Database) -> None:
    """What the grouping of statements remembers between builds, see :mod:`attribution.database.statements`."""
    _create(db, "statement_words", {"word": str, "n": int}, "word", not_null={"n"})
    _create(db, "unnamed_words", {"quotation": int, "words": str}, "quotation", {"quotation": "quotations"},
            cascade=("quotation",), not_null={"words"})
    _create(db, "stale_statements", {"statement": int}, "statement")
    db.table("unnamed_words").create_index(["words"])
    for name, event in (("deleted", "DELETE"), ("changed", 'UPDATE OF "speaker", "kind"')):
        db.execute(f"""CREATE TRIGGER "statement_{name}" AFTER {event} ON "quotations" WHEN old."statement" IS NOT NULL
            BEGIN INSERT OR IGNORE INTO "stale_statements" VALUES (old."statement"); END""")


def create(db: Database) -> None:
    """Bring ``db`` to the present schema (nothing happens when it is there already)."""
    migrations.apply(db)


def names() -> set[str]:
    """The names of all migrations."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}


def schema_sql() -> str:
    """The whole schema as SQL text, as ``db/schema.sql`` holds it: tables in the order of their migrations, then
    indexes, views and triggers by name. SQLite's own tables and the shadow tables of full-text search are left out."""
    db = Database(memory=True)
    create(db)
    order = {"table": 0, "index": 1, "view": 2, "trigger": 3}
    rows = [row for row in db.query("SELECT type, name, sql, rowid FROM sqlite_master WHERE sql IS NOT NULL")
            if not _is_internal(row["name"])]
    rows.sort(key=lambda row: (order[row["type"]], row["rowid"] if row["type"] == "table" else row["name"]))
    header = ("-- The schema of quotes.db, generated from attribution/database/schema.py by\n"
              "-- python -m attribution.database > db/schema.sql\n")
    return header + "".join(f"\n{row['sql'].strip().rstrip(';')};\n" for row in rows)


def _is_internal(name: str) -> bool:
    shadows = tuple(f"_fts_{part}" for part in ("data", "idx", "content", "docsize", "config"))
    return name.startswith(("sqlite_", "_sqlite_", "idx__sqlite_")) or name.endswith(shadows)

