"""A published folder serves by plain datasette, without texts and without what only a build needs."""

import json
import sqlite3
from pathlib import Path

import pytest
from conftest import METADATA, Client
from datasette.app import Datasette

from attribution.site.publish import publish


def test_published_folder_serves(database, tmp_path):
    copy = publish(database, tmp_path / "out", metadata=METADATA)
    tables = {name for name, in sqlite3.connect(copy).execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "quotations" in tables and not {"article_texts", "article_texts_fts", "analyses", "chains"} & tables
    assert b"PORT LINDEN (LP)" not in copy.read_bytes()
    site = Datasette(config_dir=tmp_path / "out")
    assert not site.get_database("quotes").is_mutable
    client = Client(site)
    for path in ("/", "/quotes/quotations", "/-/article/article-0", "/-/speaker/mira-tolan", "/-/find?q=harbour",
                 "/quotes/doubtful"):
        assert client.get(path).status_code == 200, path
    assert "not published here" in client.get("/-/article/article-0").text


def test_texts_when_asked_for(database, tmp_path):
    copy = publish(database, tmp_path / "out", metadata=METADATA, texts=True)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM article_texts").fetchone()[0] == 8


def test_published_again_over_itself_but_not_over_others(database, tmp_path):
    publish(database, tmp_path / "out", metadata=METADATA)
    publish(database, tmp_path / "out", metadata=METADATA)
    assert json.loads((tmp_path / "out" / "inspect-data.json").read_text())["quotes"]["tables"]["quotations"]
    (tmp_path / "mine").mkdir()
    Path(tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        publish(database, tmp_path / "mine", metadata=METADATA)
    with pytest.raises(FileNotFoundError):
        publish(tmp_path / "none.db", tmp_path / "out", metadata=METADATA)
