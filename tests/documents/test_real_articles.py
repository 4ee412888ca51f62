"""Measured on real articles, where they lie beside the repository: furniture against two annotators, false alarms."""

import gzip
import json

import pytest

from attribution.documents import metadata, paragraphs, read
from attribution.documents.furniture import find, key
from attribution.documents.paragraphs import trim


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def seeds(shared):
    return [json.loads(line) for line in (shared / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines()]


def test_furniture_and_metadata_of_the_seeds(seeds, shared):
    found = {article.id: article for article in read([shared / "seeds"]) if not article.id.startswith("gold")}
    wanted = hits = marked = 0
    for seed in seeds:
        article = found[seed["id"]]
        assert article.text == seed["text"]
        gold = {trim(article.text, tuple(span)) for span in seed["article"]["A"]["furniture"]}
        mine = {trim(article.text, span) for span in article.furniture}
        wanted, hits, marked = wanted + len(gold), hits + len(gold & mine), marked + len(mine)
        assert article.title == seed["article"]["A"]["title"]
        assert article.outlet in (seed["article"]["A"]["outlet"], None)
        assert article.published in (seed["article"]["A"]["date"], None)
    assert hits >= 0.9 * wanted and hits >= 0.9 * marked


def test_quotations_of_annotated_articles_are_not_furniture(shared):
    """No content of an annotated quotation may be lost; embedded posts and bylines count as well."""
    lost = total = 0
    for article in rows(shared / "corpora" / "polnear" / "dev.jsonl.gz"):
        marks = find(article["text"])
        for attribution in article["attributions"]:
            total += 1
            lost += any(start < e and s < end for start, end in attribution["content"] for s, e in marks)
    assert lost <= 0.002 * total


def test_titles_of_annotated_articles(shared):
    """A title that is read is the title; none is better than a wrong one."""
    found = right = 0
    articles = rows(shared / "corpora" / "polnear" / "dev.jsonl.gz")
    for article in articles:
        title = metadata.read(article["text"], find(article["text"])).title
        found += title is not None
        right += title is not None and key(article["title"]).startswith(key(title))
    assert right >= 0.98 * found and found >= 0.35 * len(articles)


def test_body_paragraphs_are_hardly_ever_marked(shared):
    """Most paragraphs of these articles were cleaned by hand or by their publisher."""
    marked = total = 0
    for article in rows(shared / "corpora" / "ner" / "worldwide" / "articles.jsonl.gz"):
        spans = paragraphs(article["text"])
        total += len(spans)
        marked += len(spans) - len(paragraphs(article["text"], find(article["text"])))
    assert 0 < marked <= 0.005 * total
