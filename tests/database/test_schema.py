"""The schema: documented in db/schema.sql, strict, keyed, found by datasette."""

import sqlite3
from pathlib import Path

import pytest
from datasette.utils import detect_fts
from sqlite_utils import Database

from attribution.database import schema

SCHEMA_SQL = Path(__file__).resolve().parents[2] / "db" / "schema.sql"


@pytest.fixture
def db():
    db = Database(memory=True)
    schema.create(db)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def test_the_schema_file_is_true():
    assert SCHEMA_SQL.read_text("utf-8") == schema.schema_sql(), \
        "regenerate it: python -m attribution.database > db/schema.sql"


def test_the_schema_file_makes_the_same_database():
    made = sqlite3.connect(":memory:")
    made.executescript(SCHEMA_SQL.read_text("utf-8"))
    names = {name for name, in made.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert {"quotations", "quotations_fts", "speaker_positions", "who_about_whom", "position_changes"} <= names


def test_migrations_run_once(db):
    before = db.schema
    schema.create(db)
    assert db.schema == before
    assert not schema.migrations.pending(db)


def test_every_table_of_ours_is_strict(db):
    ours = [table for table in db.tables if "_fts" not in table.name and not table.name.startswith("_sqlite")]
    assert ours and all(table.strict for table in ours)


def test_every_foreign_key_can_be_followed_by_an_index(db):
    """Otherwise removing a row would read the whole table that points to it."""
    rare = {"entities", "outlets", "axes"}  # what is hardly ever removed may be searched for
    for table in db.tables:
        first = {index.columns[0] for index in table.indexes} | set(table.pks[:1])
        for key in table.foreign_keys:
            assert key.column in first or key.other_table in rare, f"{table.name}.{key.column}"


def test_datasette_finds_the_full_text_tables(db):
    for table in ("quotations", "articles", "article_texts"):
        assert detect_fts(db.conn, table) == f"{table}_fts"


def test_every_view_can_be_read(db):
    assert len(db.view_names()) == 5
    for name in db.view_names():
        assert db.execute(f"SELECT * FROM {name}").fetchall() == []


def test_the_month_of_a_quotation_is_generated(db):
    db["articles"].insert({"id": 1, "uid": "a", "hash": "-"})
    db["quotations"].insert({"id": 7, "uid": "q", "article": 1, "published": "2031-03-09T10:00", "text": "No.",
                             "kind": "direct", "attitude": "says", "cue_polarity": "affirmed", "confidence": 1.0,
                             "start": 0, "end": 3, "number": 0})
    assert db.execute("SELECT month FROM quotations").fetchone()[0] == "2031-03"


@pytest.mark.parametrize("where, columns", [
    ("speaker = 3 ORDER BY id", "idx_quotations_speaker"),
    ("month = '2031-03' ORDER BY id LIMIT 50", "idx_quotations_month"),
    ("id > 100 ORDER BY id LIMIT 50", "INTEGER PRIMARY KEY"),
])
def test_pages_come_newest_first_without_sorting(db, where, columns):
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM quotations WHERE {where}"))
    assert columns in plan
    assert "TEMP B-TREE" not in plan
