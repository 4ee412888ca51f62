"""Facet counts are those of SQL, whatever the filters and the page; and they follow the database."""

import shutil
import sqlite3
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.site import columns

WHERE = {
    "speaker": ("speaker = ?", ["1", "2", "3", "99", "x", "2.0", ""]),
    "outlet__not": ("outlet <> ?", ["1", "2"]),
    "kind": ("kind = ?", ["direct", "mixed", "indirect", "DIRECT"]),
    "kind__contains": ("kind LIKE '%' || ? || '%'", ["direct", "x"]),
    "published__gte": ("published >= ?", ["2031-02", "2031-05-02", "9"]),
    "published__lt": ("published < ?", ["2031-03-03", "0"]),
    "month": ("month = ?", ["2031-01", "2031-05", "2031-13"]),
    "score__gt": ("score > CAST(? AS REAL)", ["0", "0.5", "-1"]),
    "score__lte": ("score <= CAST(? AS REAL)", ["0.8", "-0.1"]),
    "stance__isnull": ("stance IS NULL AND ? = ?1", ["1"]),
    "stance__notnull": ("stance IS NOT NULL AND ? = ?1", ["1"]),
    "text__contains": ("text LIKE '%' || ? || '%'", ["harbour", "%"]),
    "_search": ("id IN (SELECT rowid FROM quotations_fts WHERE quotations_fts MATCH '\"' || ? || '\"')",
                ["harbour", "treaty", "nothing"]),
    "_target": ("id IN (SELECT quotation FROM targets WHERE entity = CAST(? AS INTEGER))", ["1", "2", "50"]),
}
FACETS = ["speaker", "targets", "outlet", "stance", "axis", "kind", "attitude", "month", "reviewed"]


def expected(database, filters: list[tuple[str, str]], facet: str) -> dict:
    clauses = " AND ".join(WHERE[name][0].replace("?1", "'1'") for name, _ in filters) or "1"
    values = [value for _, value in filters]
    connection = sqlite3.connect(database)
    if facet == "targets":
        sql = (f"SELECT entity, count(DISTINCT quotation) FROM targets WHERE entity IS NOT NULL AND quotation IN"
               f" (SELECT id FROM quotations WHERE {clauses}) GROUP BY 1")
    else:
        sql = f"SELECT {facet}, count(*) FROM quotations WHERE {clauses} AND {facet} IS NOT NULL GROUP BY 1"
    return dict(connection.execute(sql, values))


def shown(client, filters, **more) -> dict:
    found = client.json("/quotes/quotations.json?" + urlencode([*filters, ("_shape", "objects"), ("_facet_size", "max"),
                                                               *more.items()]))
    return {name: {v["value"]: v["count"] for v in facet["results"]} for name, facet in found["facet_results"].items()}


filters = st.lists(st.sampled_from(sorted(WHERE)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(WHERE[name][1]))), max_size=3, unique_by=lambda f: f[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=filters)
def test_counts_are_those_of_sql(client, database, filters):
    facets = shown(client, filters)
    for facet in FACETS:
        assert facets[facet] == expected(database, filters, facet), (facet, filters)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=filters)
def test_counts_in_sql_are_the_same(client, database, filters):
    """While a large table is being read, facets count in SQL."""
    from attribution.site import facets as module

    kept, module._stores[str(database)] = module._stores[str(database)], _NoColumns()
    try:
        found = shown(client, filters)
    finally:
        module._stores[str(database)] = kept
    for facet in FACETS:
        assert found[facet] == expected(database, filters, facet), (facet, filters)


class _NoColumns:
    async def columns(self, size=None):
        return None


def test_counts_do_not_shrink_on_later_pages(client):
    first = client.json("/quotes/quotations.json?_size=5&_shape=objects")
    second = client.json(first["next_url"].replace("http://localhost", ""))
    assert first["facet_results"]["speaker"]["results"] == [
        {**result, "toggle_url": first["facet_results"]["speaker"]["results"][i]["toggle_url"]}
        for i, result in enumerate(second["facet_results"]["speaker"]["results"])]
    assert "_next" not in second["facet_results"]["speaker"]["results"][0]["toggle_url"]


def test_toggles_add_and_remove_a_filter(client):
    facet = client.json("/quotes/quotations.json?_shape=objects")["facet_results"]["targets"]
    value = facet["results"][0]
    path = value["toggle_url"].replace("http://localhost", "")
    on = client.json(path)
    assert len(on["rows"]) == value["count"]
    selected = next(r for r in on["facet_results"]["targets"]["results"] if r["value"] == value["value"])
    assert selected["selected"] and "_target" not in selected["toggle_url"]


def test_months_run_newest_first(client):
    results = client.json("/quotes/quotations.json?_shape=objects")["facet_results"]["month"]["results"]
    values = [result["value"] for result in results]
    assert values == sorted(values, reverse=True)


def test_speakers_and_targets_bear_names(client):
    facets = client.json("/quotes/quotations.json?_shape=objects")["facet_results"]
    assert "Mira Tolan" in [r["label"] for r in facets["speaker"]["results"]]
    assert "Ostrava Sound" in [r["label"] for r in facets["targets"]["results"]]


def test_wrong_target_is_refused(client):
    assert client.get("/quotes/quotations?_target=x").status_code == 400
    assert client.get("/quotes/quotations?_target=" + "9" * 40).status_code == 400


def test_a_rebuilt_database_is_noticed(database, tmp_path):
    from conftest import METADATA, Client

    from attribution.site.server import application
    copy = tmp_path / "copy.db"
    shutil.copy(database, copy)
    site = Client(application(copy, metadata=METADATA))
    before = shown(site, [])["kind"]
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE quotations SET kind = 'mixed' WHERE kind = 'direct'")
    connection.commit()
    after = shown(site, [])["kind"]
    assert "direct" in before and "direct" not in after and after["mixed"] == before["mixed"] + before["direct"]


def test_kept_columns_are_what_was_read(database, tmp_path):
    copy = tmp_path / "copy.db"
    shutil.copy(database, copy)
    read = columns.read(copy)
    columns.save(read, copy)
    loaded = columns.load(copy)
    assert loaded.values == read.values and np.array_equal(loaded.ids, read.ids)
    for name in columns.CODED:
        assert loaded.counts(name, None) == read.counts(name, None)
    sqlite3.connect(copy).executescript("DELETE FROM quotations WHERE id = (SELECT min(id) FROM quotations)")
    assert columns.load(copy) is None


def test_an_empty_database_has_pages(tmp_path):
    import corpus
    from conftest import METADATA, Client

    from attribution.site.server import application
    empty = Client(application(corpus.make(tmp_path / "empty.db", []), metadata=METADATA))
    for path in ("/", "/quotes/quotations", "/-/network", "/-/compare", "/-/find?q=x", "/-/axis/harbour"):
        assert empty.get(path).status_code == 200


@pytest.mark.parametrize("wal", [True, False])
def test_stamp_changes_with_the_database(tmp_path, wal):
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    before = columns.stamp(path)
    connection.execute("INSERT INTO t VALUES (1)")
    connection.commit()
    assert columns.stamp(path) != before


def test_the_count_is_there_and_no_link_tells_how(client):
    page = client.get("/quotes/quotations?kind=direct&_size=3").text
    direct, = client.rows("SELECT count(*) FROM quotations WHERE kind = 'direct'")[0]
    assert f"<strong>{direct}</strong> quotations" in page and "_nocount" not in page
    assert client.json("/quotes/quotations.json?kind=direct")["filtered_table_rows_count"] == direct
