"""Facet counts are those of SQL, whatever the filters and the page; and they follow the database."""

import html
import re
import shutil
import sqlite3
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import corpus
import numpy as np
import pytest
from conftest import METADATA, Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from attribution.site import columns
from attribution.site.server import application

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
    from attribution.site import selection as module

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


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """The corpus ten times over, as one database with its client: many rows of one date and one score."""
    told = [replace(article, outlet=f"{article.outlet} {i}", url=None) for i in range(10) for article in corpus.ARTICLES]
    path = corpus.make(tmp_path_factory.mktemp("many") / "quotes.db", told)
    return path, Client(application(path, metadata=METADATA))


ORDERS = {"": "id", "_sort=id": "id", "_sort_desc=id": "id DESC", "_sort=published": "published, id", "_sort=score": "score, id"}


def expected_ids(database, filters, order) -> list[int]:
    clauses = " AND ".join(WHERE[name][0].replace("?1", "'1'") for name, _ in filters) or "1"
    return [row[0] for row in sqlite3.connect(database).execute(
        f"SELECT id FROM quotations WHERE {clauses} ORDER BY {order}", [value for _, value in filters])]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=filters, order=st.sampled_from(sorted(ORDERS)), size=st.integers(20, 90))
def test_pages_give_the_rows_of_sql_in_their_order(many, filters, order, size):
    """With ``_nocount``, as every page of the table has it, only the rows of the page are read."""
    # datasette's first page is in the order of the column alone: where SQLite walks an index of scores, as in a small table,
    # rows of one date come as their scores do, and its next page goes on from the wrong one. The site's own link to the
    # oldest goes by the key
    assume(not (order == "_sort=published" and any(name.startswith("score") for name, _ in filters)))
    database, client = many
    wanted = expected_ids(database, filters, ORDERS[order])
    found, path = [], f"/quotes/quotations.json?{order}&" + urlencode(
        [*filters, ("_shape", "objects"), ("_nofacet", 1), ("_nocount", 1), ("_size", size)])
    while path:
        page = client.json(path.replace("http://localhost", ""))
        found += [row["id"] for row in page["rows"]]
        assert len(found) <= len(wanted)
        path = page["next_url"]
    assert found == wanted


@pytest.mark.parametrize("parts", [2, 5])
@pytest.mark.parametrize("name", ["_search", "text__contains"])
@pytest.mark.parametrize("word", ["harbour", "the", "nowhere"])
def test_sql_asked_in_parts_finds_the_same(many, monkeypatch, parts, name, word):
    """A large table is asked in several threads, each for a stretch of the ids."""
    from attribution.site import selection as module

    database, client = many
    monkeypatch.setattr(module, "PART", 1)
    monkeypatch.setattr(module, "MOST_PARTS", parts)
    monkeypatch.setattr(module, "_selections", type(module._selections)())
    wanted = expected_ids(database, [(name, word)], "id")
    page = client.json(f"/quotes/quotations.json?{name}={word}&_shape=objects&_nofacet=1&_nocount=1&_size=max")
    assert [row["id"] for row in page["rows"]] == wanted
    assert bool(wanted) == (word != "nowhere")
    assert list(module._selections.values())[0].tolist() == np.searchsorted(columns.read(database).ids, wanted).tolist()


@given(order=st.sampled_from(["id", "published", "score", "confidence"]), descending=st.booleans(), size=st.integers(1, 60),
       speaker=st.integers(0, 5), at=st.integers(0, 200))
def test_the_rows_of_a_page_are_among_its_ids(many, order, descending, size, speaker, at):
    """For every order and depth: the next rows in the order of datasette's keys, few others, or None (SQLite decides)."""
    from datasette.utils import tilde_encode

    from attribution.site.paging import page_ids

    database, _ = many
    kept = columns.read(database)
    rows = sqlite3.connect(database).execute(
        f"SELECT id, {order} FROM quotations WHERE ? IN (0, speaker) ORDER BY {order} {'DESC' * descending}, id", [speaker]).fetchall()
    mask = np.flatnonzero(kept.matching("speaker", lambda values: values == speaker)) if speaker else None
    after = rows[at] if at < len(rows) else None
    if after and (after[1] is None or (order == "id" and descending and at == 0)):
        return
    page = page_ids(kept, mask, None if descending else order, order if descending else None,
                    after and (str(after[0]) if order == "id" else f"{tilde_encode(str(after[1]))},{after[0]}"), size)
    wanted = [row[0] for row in rows[at + 1 if after else 0:][:size + 1]]
    if page is None:
        assert (order == "id" and mask is None) or any(row[1] is None for row in rows)
    else:
        assert set(wanted) <= set(page.tolist())


@given(data=st.data(), share=st.sampled_from([0.01, 0.1, 0.5, 1.0]), column=st.sampled_from(["speaker", "month", "targets"]))
def test_counts_of_any_rows(many, data, share, column):
    """Few rows, many, side by side or scattered: each has a way of its own to be counted."""
    kept = columns.read(many[0])
    size = max(1, int(share * len(kept)))
    start = data.draw(st.integers(0, len(kept) - size))
    rows = np.arange(start, start + size)[::data.draw(st.sampled_from([1, 1, 2, 7]))]
    counted = {}
    for row in rows.tolist():
        targets = kept.target_entities[kept.target_rows == row].tolist()
        for value in targets if column == "targets" else [kept.values[column][kept.codes[column][row]]]:
            counted[value] = counted.get(value, 0) + (value is not None)
    assert kept.counts(column, rows) == {value: n for value, n in counted.items() if n}
    assert kept.counts(column, np.arange(len(kept))) == kept.counts(column, None)


def test_what_takes_too_long_is_asked_once(database):
    """Nine facets of one request do not wait nine times for the same filter."""
    from datasette.database import QueryInterrupted
    from datasette.utils.asgi import Request

    from attribution.site.selection import Selection

    client = Client(application(database, metadata=METADATA))
    endless = "id IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)"
    request = Request.fake("/quotes/quotations?" + urlencode({"_where": endless}))
    kept, errors = columns.read(database), []
    for _ in range(3):
        with pytest.raises(QueryInterrupted) as error:
            client.loop.run_until_complete(Selection(client.site, request, "quotes").rows(kept))
        errors.append(error.value)
    assert errors[0] is errors[1] is errors[2]


def test_only_pages_are_narrowed(client):
    """What datasette counts, streams or facets itself sees all rows."""
    assert client.json("/quotes/quotations.json?kind=direct&_size=2&_shape=objects")["filtered_table_rows_count"] > 3
    stock = client.json("/quotes/quotations.json?kind=direct&_size=2&_nocount=1&_facet=outlet&_shape=objects")
    assert sum(r["count"] for r in stock["facet_results"]["outlet"]["results"]) > 3
    lines = client.get("/quotes/quotations.csv?kind=direct&_size=2&_stream=on&_nocount=1").text.strip().splitlines()
    assert len(lines) > 4


def test_a_whole_table_streams_in_large_pages(many, monkeypatch):
    """Datasette alone reads the table's own page size again and again: a query and all that surrounds it for 50 rows."""
    database, client = many
    db, asked = client.site.get_database("quotes"), []
    execute = db.execute

    async def counted(sql, *args, **kwargs):
        asked.append(sql)
        return await execute(sql, *args, **kwargs)
    monkeypatch.setattr(db, "execute", counted)
    lines = client.get("/quotes/quotations.csv?_stream=on").text.strip().splitlines()
    ids = [int(line.partition(",")[0]) for line in lines[1:]]
    assert ids == expected_ids(database, [], "id") and len(ids) > 150
    reads = [sql for sql in asked if "from quotations" in sql and "limit" in sql]
    assert len(reads) == 1 + len(ids) // 1000
    asked.clear()
    assert len(client.get("/quotes/quotations.csv?_stream=on&_size=50").text.strip().splitlines()) == len(lines)
    assert len([sql for sql in asked if "from quotations" in sql and "limit" in sql]) == -(-len(ids) // 50)


def test_lines_of_a_csv_are_sent_together(many):
    """Datasette sends each by itself, and the network does not gather them."""
    from attribution.site.headers import CHUNK

    _, client = many
    app, path = client.site.app(), "/quotes/quotations.csv"
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event):
        sent.append(event)
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
             "query_string": b"_stream=on", "headers": []}
    client.loop.run_until_complete(app(scope, receive, send))
    start, *bodies = sent
    whole = b"".join(event["body"] for event in bodies)
    assert whole.decode() == client.get(path + "?_stream=on").text and start["status"] == 200
    assert len(whole) > CHUNK and len(bodies) <= 1 + len(whole) // CHUNK
    assert [event["more_body"] for event in bodies[:-1]] == [True] * (len(bodies) - 1) and not bodies[-1].get("more_body")


def test_the_sql_that_readers_take_along_gives_all_rows(client):
    import html
    import re
    (target, n), = client.rows("SELECT entity, count(*) FROM targets t JOIN quotations q ON q.id = t.quotation"
                               " WHERE kind = 'direct' GROUP BY 1 ORDER BY 2 DESC LIMIT 1")
    page = client.get(f"/quotes/quotations?kind=direct&_target={target}&_size=1").text
    sql = html.unescape(re.search(r'href="/quotes\?(sql=[^"]*)"', page)[1])
    assert "this+page" not in sql and "this%20page" not in sql
    assert len(client.json(f"/quotes.json?{sql.replace('limit+2', 'limit+99')}&_shape=array")) == n > 2


def test_a_page_of_a_search_does_not_search_again_and_its_sql_does(many):
    database, client = many
    found = client.json("/quotes/quotations.json?_search=harbour&_nocount=1&_size=3&_shape=objects")
    assert "1 /* for all of this page: rowid in (select" in found["query"]["sql"]
    assert "1 /*" not in client.json("/quotes/quotations.json?_search=harbour&_size=3&_shape=objects")["query"]["sql"]
    page = html.unescape(client.get("/quotes/quotations?_search=harbour&_size=1").text)
    link = re.search(r'href="/quotes\?(sql=[^"]*)"', page)[1]
    assert "this+page" not in link and "match+escape_fts" in link
    assert len(client.json(f"/quotes.json?{link.replace('limit+2', 'limit+999')}&_shape=array")) == len(
        expected_ids(database, [("_search", "harbour")], "id")) > 2


def test_a_page_reads_only_its_own_rows(database):
    """Whatever passes the filter, the ids of one page are few."""
    from attribution.site.paging import page_ids

    kept = columns.read(database)
    every = np.arange(len(kept))
    ids = kept.ids.tolist()
    assert page_ids(kept, every, None, None, None, 5).tolist() == ids[:6]
    assert page_ids(kept, every, "id", None, str(ids[5]), 5).tolist() == ids[6:12]
    assert page_ids(kept, every, None, "id", None, 5).tolist() == ids[-6:]
    assert 6 <= len(page_ids(kept, every, "published", None, None, 5)) < 12
    assert page_ids(kept, every, "text", None, None, 5) is None
    assert page_ids(kept, None, None, None, None, 5) is None  # SQLite is as fast


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


def test_toggles_keep_what_else_is_asked_for_but_the_depth(client):
    first, = client.rows("SELECT min(id) FROM quotations")[0]
    facets = client.json(f"/quotes/quotations.json?_shape=objects&kind=direct&text__not=a%26b+%25&_next={first - 1}")["facet_results"]
    kind = facets["kind"]["results"]
    assert [value["selected"] for value in kind] == [True] and "kind" not in parse_qs(urlsplit(kind[0]["toggle_url"]).query)
    for facet in facets.values():
        for value in facet["results"]:
            address = urlsplit(value["toggle_url"])
            pairs = parse_qs(address.query)
            assert (address.netloc, address.path) == ("localhost", "/quotes/quotations.json")
            assert pairs["text__not"] == ["a&b %"] and "_next" not in pairs


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


@pytest.mark.parametrize("asked", ["", "_sort=published", "_sort_desc=score&score__notnull=1", "_sort_desc=id", "_col=text"])
def test_a_page_reads_the_keys_alone_and_its_links_do_not_tell(many, asked):
    """Cards read what they show; what readers take with them has all columns, and nothing that only the page was told."""
    _, client = many
    page = html.unescape(client.get(f"/quotes/quotations?{asked}&_size=20").text)
    assert page.count("/-/quotation/") >= 20
    assert "_nocount" not in page and "_col=uid" not in page
    assert ("_col=text" in page) == (asked == "_col=text")
    sql = parse_qs(urlsplit(re.search(r'href="(/quotes\?sql=[^"]*)"', page)[1]).query)["sql"][0]
    assert sql.startswith("select id, text from" if asked == "_col=text" else "select * from")
    following = re.search(r'rel="next" href="([^"]*)"', page)[1]
    assert client.get(following.replace("http://localhost", "")).status_code == 200


@given(mask=st.lists(st.booleans(), max_size=12))
def test_rows_of_a_mask(mask):
    from attribution.site.selection import _marked

    rows = _marked(np.array(mask, bool))
    assert rows.tolist() == [i for i, marked in enumerate(mask) if marked] and rows.dtype == np.int32
