"""What may be wrong with a database file is said in one line."""

import os
import sqlite3

import pytest
from plain_pipeline import Rules, corpus

from attribution.database.build import build
from attribution.database.connection import DatabaseError, open_database


@pytest.fixture
def path(tmp_path):
    return tmp_path / "quotes.db"


def message(path, write=True):
    with pytest.raises(DatabaseError) as caught:
        if write:
            build(corpus(1), path, Rules())
        else:
            open_database(path)
    text = str(caught.value)
    assert "\n" not in text and str(path) in text
    return text


def test_no_database_to_read(path):
    assert "attribution build" in message(path, write=False)
    assert not path.exists()


@pytest.mark.parametrize("write", [True, False])
def test_not_a_database(path, write):
    path.write_bytes(b"This is a letter and no database.\n" * 40)
    assert "not a database" in message(path, write)
    assert path.read_bytes().startswith(b"This is a letter")


@pytest.mark.parametrize("write", [True, False])
def test_another_programs_database(path, write):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    assert "another program" in message(path, write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_schema(path, write):
    build(corpus(1), path, Rules())
    with sqlite3.connect(path) as newer:
        newer.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('attribution', 'm999_moods')")
    assert "newer version" in message(path, write) and "m999_moods" in message(path, write)


def test_an_older_schema_is_upgraded_by_a_build_only(path):
    build(corpus(2), path, Rules())
    with sqlite3.connect(path) as older:
        for view, in older.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            older.execute(f"DROP VIEW {view}")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = 'm007_views'")
    assert "older version" in message(path, write=False)
    assert build(corpus(2), path, Rules()).unchanged == 2
    assert "who_about_whom" in open_database(path).view_names()


def test_a_damaged_database(path):
    build(corpus(5), path, Rules())
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    message(path)


def test_a_folder(path):
    path.mkdir()
    assert "folder" in message(path)


def test_a_path_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    message(tmp_path / "file" / "quotes.db")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="a superuser may write anything")
def test_no_permission(path):
    build(corpus(1), path, Rules())
    path.chmod(0o444)
    assert "permission" in message(path)


def test_an_empty_file_becomes_a_database(path):
    path.touch()
    assert build(corpus(1), path, Rules()).new == 1


def test_folders_on_the_way_are_made(tmp_path):
    assert build(corpus(1), tmp_path / "new" / "folder" / "quotes.db", Rules()).new == 1


def test_a_reader_cannot_write(path):
    build(corpus(1), path, Rules())
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        open_database(path).execute("DELETE FROM quotations")
