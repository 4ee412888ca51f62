"""metadata.yml describes what the schema has, and its queries run."""

import sqlite3
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml

METADATA = yaml.safe_load((Path(__file__).parents[2] / "metadata.yml").read_text(encoding="utf-8"))
ABOUT = METADATA["databases"]["quotes"]
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")


@pytest.fixture(scope="module")
def schema(database):
    """Columns of every table and view that is ours to describe."""
    connection = sqlite3.connect(database)
    names = [name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
             if "_fts" not in name and not name.startswith(("sqlite_", "_sqlite_"))]
    # table_xinfo lists generated columns too
    return {name: {row[1] for row in connection.execute(f'PRAGMA table_xinfo("{name}")')} for name in names}


def test_every_table_and_view_is_described(schema):
    assert {name for name in schema if not ABOUT["tables"].get(name, {}).get("description")} == set()


def test_every_column_is_described(schema):
    for name, columns in schema.items():
        described = ABOUT["tables"][name]["columns"]
        assert set(described) == columns, name
        assert all(isinstance(text, str) and len(text) > 5 for text in described.values()), name


def test_no_table_is_described_that_is_not_there(schema):
    assert {name for name in ABOUT["tables"] if "fts" not in name and not name.startswith(("sqlite_", "_sqlite_"))} \
        <= set(schema)


def test_facets_sort_and_label_columns_exist(schema):
    for name, about in ABOUT["tables"].items():
        for facet in about.get("facets", ()):
            column = facet if isinstance(facet, str) else next(iter(facet.values()))
            assert column in schema[name] or column == "targets", (name, column)
        for key in ("sort", "sort_desc", "label_column"):
            assert about.get(key) is None or about[key] in schema[name], (name, key)
        assert set(about.get("sortable_columns", ())) <= schema.get(name, set()), name


PARAMETERS = {"speaker": "Tolan", "target": "Lakeland", "words": "harbour treaty", "axis": "harbour", "at_least": "1",
              "from_date": "", "to_date": "", "since": "2031-01-01"}


def test_there_are_queries_for_a_journalist():
    assert len(ABOUT["queries"]) >= 12
    assert all(query.get("title") for query in ABOUT["queries"].values())


@pytest.mark.parametrize("name", sorted(ABOUT["queries"]))
def test_query_runs_and_finds_something(client, name):
    values = {key: PARAMETERS[key] for key in ABOUT["queries"][name].get("params", ())}
    if name == "outlets_of_statement":
        values["words"] = "no ship"
    found = client.json(f"/quotes/{name}.json?{urlencode({**values, '_shape': 'objects'})}")
    assert found["rows"], name


@pytest.mark.parametrize("name", sorted(ABOUT["queries"]))
def test_query_page_stands_empty_and_odd_parameters(client, name):
    for value in ("", "'\"--;%_", "\u202e<script>"):
        values = {key: value for key in ABOUT["queries"][name].get("params", ())}
        assert client.get(f"/quotes/{name}?{urlencode(values)}").status_code == 200


def test_changed_position_is_found(client):
    rows = client.json("/quotes/who_changed_position.json?axis=harbour&_shape=objects")["rows"]
    assert [(row["speaker"], row["change"] > 0) for row in rows][:1] == [("Mira Tolan", True)]
