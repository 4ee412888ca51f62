"""The gold files agree with the articles, with each other and with their own rules."""

import csv
import json
from itertools import combinations, pairwise
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ARTICLES = HERE.parent.parent / "db" / "articles"
GOLD = {row["id"]: row for row in map(json.loads, (HERE / "sample.jsonl").read_text(encoding="utf-8").splitlines())}
STATEMENTS = json.loads((HERE / "statements.json").read_text(encoding="utf-8"))


def article_texts():
    """Decoded text by article id, read without the package so that a fault there cannot hide one here."""
    texts = {}
    for path in ARTICLES.iterdir():
        raw = path.read_bytes().decode("utf-8")
        if path.suffix == ".jsonl":
            texts.update({row["id"]: row["text"] for row in map(json.loads, raw.splitlines())})
        elif path.suffix != ".html":
            texts[path.stem] = raw
    return texts


def test_every_article_is_annotated_on_its_own_text():
    assert {key: row["text"] for key, row in GOLD.items()} == article_texts()


@pytest.mark.parametrize("key", GOLD)
def test_spans_are_whole_words_in_order(key):
    text = GOLD[key]["text"]
    for attribution in GOLD[key]["attributions"]:
        for role in ("content", "cue", "source"):
            spans = attribution[role]
            assert spans == sorted(spans)
            assert all(a[1] <= b[0] for a, b in pairwise(spans))
            for start, end in spans:
                piece = text[start:end]
                assert piece and piece == piece.strip()
                assert not (piece[0].isalnum() and text[start - 1:start].isalnum())
                assert not (piece[-1].isalnum() and text[end:end + 1].isalnum())


@pytest.mark.parametrize("key", GOLD)
def test_kind_follows_from_the_quotation_marks(key):
    text = GOLD[key]["text"]
    for attribution in GOLD[key]["attributions"]:
        pieces = [text[start:end] for start, end in attribution["content"]]
        marked = any(mark in piece for piece in pieces for mark in '“"‘')
        assert marked == (attribution["kind"] != "indirect"), pieces
        if attribution["kind"] == "direct":
            assert all(piece[0] in '“"‘' for piece in pieces), pieces


@pytest.mark.parametrize("key", GOLD)
def test_speakers_targets_and_parents_exist(key):
    row = GOLD[key]
    ids = [a["id"] for a in row["attributions"]]
    assert len(set(ids)) == len(ids)
    names = {entity["name"] for entity in row["entities"]}
    for attribution in row["attributions"]:
        assert set(attribution["targets"]) == set(attribution["target_polarity"]) <= names
        assert attribution["nested_in"] in {None, *ids} - {attribution["id"]}
        assert (attribution["speaker_type"] == "unnamed") == attribution["speaker"].endswith("(unnamed)")
        if attribution["speaker_type"] != "unnamed":
            assert attribution["speaker"] in names or not attribution["source"]
    for entity in row["entities"]:
        assert all(mention in row["text"] for mention in entity["mentions"])


def test_no_forbidden_content_is_gold():
    for row in GOLD.values():
        contents = [attribution["content"] for attribution in row["attributions"]]
        assert not [spans for spans in row["forbidden"] if spans in contents]


def test_statements_refer_to_attributions_and_do_not_contradict_themselves():
    known = {(key, a["id"]) for key, row in GOLD.items() for a in row["attributions"]}
    same = [frozenset(pair) for group in STATEMENTS["same"]
            for pair in combinations(map(tuple, group["members"]), 2)]
    other = [frozenset(map(tuple, item["pair"])) for name in ("different", "unjudged") for item in STATEMENTS[name]]
    assert set().union(*same, *other) <= known
    assert not set(same) & set(other)
    assert len(set(same)) == len(same) >= 40


def test_name_pairs_are_complete():
    with (HERE / "names.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) >= 60
    assert all(row["same"] in "01" and all(row.values()) for row in rows)
    pairs = {frozenset((row["name_a"], row["name_b"])) for row in rows}
    assert len(pairs) == len(rows)
