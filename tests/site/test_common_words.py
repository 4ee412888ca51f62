"""The common words of a large table, and searches for them."""

import sqlite3

import corpus
import numpy as np
import pytest
from conftest import METADATA, Client
from hypothesis import example, given
from hypothesis import strategies as st

from attribution.site import columns, selection, words
from attribution.site.server import application


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A database whose common words are kept, as of one with millions of rows; its columns and its connection."""
    path = corpus.make(tmp_path_factory.mktemp("words") / "quotes.db", corpus.ARTICLES)
    connection = sqlite3.connect(path)
    ids = np.array([id for id, in connection.execute("SELECT id FROM quotations ORDER BY id")])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(words, "MANY", 1)
        patched.setattr(words, "_STRETCH", 16)
        return path, ids, words.read(connection, ids), connection


def test_a_small_table_keeps_no_words(large):
    _, ids, _, connection = large
    assert words.read(connection, ids) == words.NONE
    assert words.NONE.rows("the") is None


def test_the_common_words_are_kept_as_the_index_writes_them(large):
    _, ids, common, connection = large
    every = connection.execute("SELECT count(*) FROM quotations_fts WHERE quotations_fts MATCH 'the'").fetchone()[0]
    assert len(common.rows("the")) == len(common.rows("THE")) == every > words.COMMON * len(ids)
    assert all(line.any() for line in common.bits) and len(common.tokens) == len(common.bits) > 5
    assert common.rows("antidisestablishmentarianism") is None, "SQLite is asked"
    assert common.rows("") is None and common.rows("!?") is None


typed = st.one_of(st.text(max_size=12), st.lists(st.sampled_from(
    ["the", "The", "to", "is", "\"to the\"", "“the”", "it's", "un-to", "harbours", "harbour", "treaty", "thé", "OR", "*", "-"]),
    max_size=4).map(" ".join))


@given(typed=typed)
@example(typed="the:the")
@example(typed='"to to" the')
def test_a_search_finds_what_the_index_finds(large, typed):
    _, ids, common, connection = large
    found = common.rows(typed)
    if found is not None:
        wanted = connection.execute("SELECT rowid FROM quotations_fts WHERE quotations_fts MATCH ? ORDER BY rowid",
                                    [words.match_expression(typed)]).fetchall()
        assert ids[found].tolist() == [id for id, in wanted]


def test_the_words_are_kept_in_files_and_pages_come_from_them(large, monkeypatch):
    path, ids, common, connection = large
    monkeypatch.setattr(words, "MANY", 1)
    monkeypatch.setattr(columns, "KEPT", 1)
    columns.save(columns.read(path), path)
    kept = columns.load(path).words
    assert (kept.tokens, kept.size, kept.tokenizer) == (common.tokens, common.size, common.tokenizer)
    assert (kept.bits == common.bits).all()

    asked = []

    async def nothing(*arguments):
        asked.append(arguments)
        return np.empty(0, np.int32)
    client = Client(application(path, metadata=METADATA))
    monkeypatch.setattr(selection.Selection, "_rows", nothing)
    page = client.json("/quotes/quotations.json?_search=The&_shape=objects&_nocount=1&_size=max")
    assert [row["id"] for row in page["rows"]] == ids[common.rows("the")].tolist() and not asked
    assert not client.json("/quotes/quotations.json?_search=antidisestablishmentarianism&_shape=objects&_nocount=1")["rows"]
    assert asked, "SQLite is asked for other words"
