"""What goes out is what is in the database."""

import csv
import dataclasses
import json
import sqlite3

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_pipeline import ORDER, Rules, article, corpus

from attribution.database import exports, networks
from attribution.database.build import build
from attribution.database.connection import DatabaseError, open_database
from attribution.records import Entity


class Spokespeople(Rules):
    """Mira Dell speaks for Tovia."""

    def link(self, *given, **options):
        linking = super().link(*given, **options)
        entities = {entity.id: entity for entity in linking.entities}
        speaker = entities["mira-dell"]
        entities["mira-dell"] = Entity(speaker.id, speaker.name, speaker.kind, speaker.names, speaks_for="tovia")
        return dataclasses.replace(linking, entities=tuple(entities.values()))


SAID = [article(1, 'Mira Dell said: "The guns, a truce." (of Tovia)', 'Oran Pask said: "To the table, talks."'),
        article(2, 'Tam Rusk said: "=A truce first, and guns."', 'Oran Pask said: "Wages will rise." (of Tovia)')]


@pytest.fixture
def db(tmp_path):
    build(SAID, tmp_path / "quotes.db", Spokespeople(), axes=[ORDER])
    db = open_database(tmp_path / "quotes.db")
    yield db
    db.conn.close()


def test_jsonl(db, tmp_path):
    out = tmp_path / "out.jsonl"
    assert exports.export_jsonl(db, out) == 4
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["published"] for line in lines] == sorted((line["published"] for line in lines), reverse=True)
    texts = {item.id: item.text for item in SAID}
    for line in lines:
        assert [texts[line["article"]][start:end] for start, end in line["spans"]["content"]] == [line["text"]]
    dell = next(line for line in lines if line["speaker"] == "mira-dell")
    assert dell["targets"] == [{"name": "Tovia", "entity": "tovia", "polarity": -0.5, "confidence": 1.0}]
    assert (dell["stance"]["order"]["label"], dell["stance"]["order"]["score"]) == ("positive", 1.0)


def test_csv(db, tmp_path):
    out = tmp_path / "out.csv"
    assert exports.export_csv(db, out) == 4
    with open(out, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["uid"] for row in rows] == [row["uid"] for row in exports.quotations(db)]
    dell = next(row for row in rows if row["speaker"] == "mira-dell")
    assert (dell["targets"], dell["score:order"], dell["stance:order"]) == ("Tovia: -0.5", "1.0", "positive")


def test_standard_output(db, capsys):
    exports.export_csv(db, None)
    assert capsys.readouterr().out.startswith("uid,published,outlet,")


def test_parquet(db, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "out.parquet"
    assert exports.export_parquet(db, out) == 4
    assert parquet.read_table(out).to_pylist() == list(exports.flat(db))


def test_parquet_without_pyarrow(db, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(DatabaseError, match="pip install pyarrow"):
        exports.export_parquet(db, tmp_path / "out.parquet")


def test_event_list_for_discourse_network_analyzer(db, tmp_path):
    out = tmp_path / "events.csv"
    exports.export_dna(db, out)
    with open(out, encoding="utf-8", newline="") as file:
        events = list(csv.DictReader(file))
    assert [(e["date"], e["speaker"], e["organization"], e["concept"], e["agreement"]) for e in events] == [
        ("2031-03-02", "Mira Dell", "Tovia", "Tovia", "0"),
        ("2031-03-02", "Mira Dell", "Tovia", "guns first", "1"),
        ("2031-03-02", "Oran Pask", "", "guns first", "0"),
        ("2031-03-03", "Tam Rusk", "", "guns first", "1"),
        ("2031-03-03", "Oran Pask", "", "Tovia", "0")]
    assert all(event["url"].startswith("https://") and event["text"] for event in events)


def test_actors_who_agree_and_who_do_not(db, tmp_path):
    graph = networks.actor_network(db)
    assert graph.edges["mira-dell", "tam-rusk"] == {"congruence": 1, "conflict": 0, "weight": 1, "balance": 1}
    assert graph.edges["mira-dell", "oran-pask"] == {"congruence": 1, "conflict": 1, "weight": 2, "balance": 0}
    assert graph.edges["oran-pask", "tam-rusk"] == {"congruence": 0, "conflict": 1, "weight": 1, "balance": -1}
    assert graph.nodes["oran-pask"] == {"label": "Oran Pask", "kind": "person", "quotations": 2}
    assert set(networks.actor_network(db, actors=1)) == {"oran-pask"}
    assert same(graph, round_trip(graph, tmp_path))


def test_who_speaks_of_whom(db, tmp_path):
    graph = networks.target_network(db)
    assert graph.edges["mira-dell", "tovia"] == {"weight": 1, "statements": 1, "polarity": -0.5}
    assert same(graph, round_trip(graph, tmp_path))


def same(one, other):
    return (one.is_directed(), dict(one.nodes.items()), dict(one.adj)) == (
        other.is_directed(), dict(other.nodes.items()), dict(other.adj))


def round_trip(graph, folder):
    assert networks.export_graphml(graph, folder / "graph.graphml") == len(graph)
    return nx.read_graphml(folder / "graph.graphml")


@settings(max_examples=30, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_survives_graphml(name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")

    class Renamed(Rules):
        def link(self, *given, **options):
            linking = super().link(*given, **options)
            return dataclasses.replace(linking, entities=tuple(Entity(e.id, name, e.kind) for e in linking.entities))
    build(SAID[:1], folder / "quotes.db", Renamed(), axes=[ORDER])
    db = open_database(folder / "quotes.db")
    graph = networks.actor_network(db)
    db.conn.close()
    read = round_trip(graph, folder)
    assert set(read) == set(graph)
    assert {read.nodes[node]["label"].split() == graph.nodes[node]["label"].split() for node in graph} == {True}


def test_an_export_that_fails_leaves_the_old_file(db, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    db.conn.close()
    with pytest.raises(DatabaseError):
        exports.export_jsonl(db, out)
    assert out.read_text() == "old" and list(tmp_path.glob("*.new")) == []


def test_an_export_to_a_missing_folder(db, tmp_path):
    with pytest.raises(DatabaseError, match="nowhere"):
        exports.export_csv(db, tmp_path / "nowhere" / "out.csv")


def test_a_copy_to_publish_holds_no_full_text(tmp_path):
    path, out = tmp_path / "quotes.db", tmp_path / "public.db"
    secret = "The whole story is for subscribers"
    build([*corpus(5), article(9, f"{secret}.", 'Mira Dell said: "Yes."')], path, Rules(), axes=[ORDER])
    exports.export_public(path, out)
    assert secret.encode() in path.read_bytes() and secret.encode() not in out.read_bytes()
    count = "SELECT (SELECT count(*) FROM quotations), (SELECT count(*) FROM stances), count(*) FROM speaker_positions"
    assert sqlite3.connect(out).execute(count).fetchone() == sqlite3.connect(path).execute(count).fetchone()
    open_database(out).conn.close()
