"""The entry: files, folders, standard input and addresses in, articles and failures out."""

import gzip
import io
import json
import os
import sys
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.documents import SourceError, read
from attribution.records import Article, Failure, slices

TEXT = "The envoy of Lenta said that “nobody asked us” before the talks in Borsk."


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def only(items):
    (item,) = items
    return item


def ids(items):
    return [item.id for item in items if isinstance(item, Article)]


# Files


def test_the_text_of_a_plain_file_is_the_file(write):
    content = f"Talks fail\r\n\r\n{TEXT}\r\n"
    article = only(read([write("talks.v2.txt", content)]))
    assert article.text == content
    assert (article.id, article.title, article.language) == ("talks.v2", "Talks fail", "en")


def test_front_matter_and_mark_stay_in_the_text_as_furniture(write):
    head = """\ufeff---
title: Talks fail
outlet: The Borsk Courier
date: 9 March 2031
author: [Jana Novik, Jan Orel]
url: https://example.org/1
language: en-GB
id: talks
---"""
    path = write("a.txt", f"{head}\n{TEXT}\n")
    assert only(read([path])) == Article(
        id="talks",
        text=f"{head}\n{TEXT}\n",
        path=str(path),
        url="https://example.org/1",
        title="Talks fail",
        outlet="The Borsk Courier",
        byline="Jana Novik, Jan Orel",
        published="2031-03-09",
        language="en",
        furniture=((0, len(head)),),
    )


def test_markdown_headings_give_the_title(write):
    article = only(read([write("a.md", f"# Talks *fail*\n\n{TEXT}\n\n## What now\n\n{TEXT}\n")]))
    assert article.title == "Talks fail"
    assert slices(article.text, article.furniture) == ["# ", "## "]


def test_a_rule_at_the_top_is_not_front_matter(write):
    article = only(read([write("a.md", f"---\n{TEXT}\n---\n{TEXT}\n")]))
    assert slices(article.text, article.furniture) == ["---", "---"]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("title: Talks: the end", "line 2: front matter is not YAML"),
        ("title: [Talks", "front matter is not YAML"),
        ("a: &a [x, x]\nb: *a", "aliases"),
        ("title: " + "[" * 5000, "front matter is not YAML"),
        ("- a\n- b", "not a mapping"),
        ("[a, b]", "not a mapping"),
    ],
)
def test_bad_front_matter_is_a_failure_that_says_why(write, head, reason):
    failure = only(read([write("a.md", f"---\n{head}\n---\n{TEXT}\n")]))
    assert failure.source.endswith("a.md") and reason in failure.error and "\n" not in failure.error


def test_front_matter_makes_no_objects(write):
    head = "---\ntitle: !!python/object/apply:os.system ['exit 1']\nid: no\n---\n"
    article = only(read([write("a.md", head + TEXT)]))
    assert (article.id, article.title) == ("no", "exit 1")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n", "empty"),
        ("binary.txt", bytes(range(256)), "not a text file"),
        ("nul.txt", b"a\0b", "NUL"),
        ("report.pdf", b"%PDF-1.7", "a PDF file"),
        ("page.html", b"<html><body><script>document.write(1)</script></body></html>", "no article text"),
        ("feed.rss", b"<rss version='2.0'><channel><title>x</title></channel></rss>", "no entries"),
        ("feed.xml", b"hello", "no entries"),
        ("table.csv", b"", "empty"),
        ("rows.jsonl.gz", b"not gzip", "damaged gzip"),
        ("rows.jsonl.gz", gzip.compress(b'{"text": "x"}' * 50)[:-9], "damaged gzip"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_failure_and_the_rest_goes_on(write, name, content, reason):
    failure, article = read([write(name, content), write("good.txt", TEXT)])
    assert isinstance(failure, Failure) and failure.stage == "documents"
    assert name in failure.source and reason in failure.error and "\n" not in failure.error
    assert article.text == TEXT


def test_a_file_of_windows_is_read(write):
    assert only(read([write("old.txt", TEXT.encode("cp1252"))])).text == TEXT


def test_one_line_of_twenty_megabytes(write):
    text = "She said “no” again. " * 1_000_000
    assert only(read([write("long.txt", text)])).text == text


def test_a_file_without_known_suffix_is_told_by_its_first_bytes(write):
    assert only(read([write("article", TEXT)])).text == TEXT
    assert ids(read([write("rows.data", '{"text": "one"}\n{"text": "two"}\n')])) == ["rows-1", "rows-2"]


# JSON Lines


def test_rows_of_json_lines(write):
    rows = [
        {
            "id": "a",
            "text": TEXT,
            "title": "Talks fail",
            "outlet": "The Borsk Courier",
            "published": "9 March 2031",
            "url": "https://example.org/1",
            "byline": "Jana Novik",
            "language": "en",
        },
        {
            "Body": TEXT,
            "authors": ["Jana Novik", "Jan Orel"],
            "publisher": {"name": "LTA"},
            "date": 1930832525,
            "title": 2031,
        },
    ]
    path = write("rows.jsonl", "\n\n".join(json.dumps(row) for row in rows))
    first, second = read([path])
    assert first == Article(
        "a",
        TEXT,
        str(path),
        "https://example.org/1",
        "Talks fail",
        "The Borsk Courier",
        "Jana Novik",
        "2031-03-09",
        "en",
    )
    assert second == Article(
        "rows-3", TEXT, str(path), None, "2031", "LTA", "Jana Novik, Jan Orel", "2031-03-09T14:22:05Z", "en"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{bad", "not JSON"),
        ("[1]", "not an object"),
        ('"text"', "not an object"),
        ('{"title": "x", "story": "y"}', "found: title, story; say which one holds the text: --map text=FIELD"),
        ('{"text": 5}', "the text is int"),
        ('{"text": ""}', "no text"),
        ('{"text": "a\\u0000b"}', "NUL"),
        ('{"text": "\\ud800"}', "surrogate"),
        ('{"text": "x", "title": "\\ud800"}', "surrogate"),
        ('{"text": ' + "[" * 100_000, "recursion"),
        ("\udcff{", "not JSON"),
    ],
)
def test_a_bad_row_is_a_failure_with_its_line_and_the_rest_goes_on(write, line, reason):
    good = json.dumps({"text": TEXT})
    path = write("rows.jsonl", f"{good}\n{line}\n{good}\n".encode("utf-8", "surrogateescape"))
    first, failure, last = read([path])
    assert failure.source == f"{path}:2" and reason in failure.error
    assert [first.id, last.id] == ["rows-1", "rows-3"]


def test_mapping_names_the_fields(write):
    path = write("rows.jsonl", json.dumps({"text": "teaser", "story": TEXT, "paper": "LTA"}))
    article = only(read([path], mapping={"text": "story", "outlet": "Paper"}))
    assert (article.text, article.outlet) == (TEXT, "LTA")


def test_json_lines_compressed_and_in_utf16(write):
    row = json.dumps({"text": TEXT}, ensure_ascii=False)
    assert only(read([write("rows.jsonl.gz", gzip.compress(row.encode()))])).id == "rows-1"
    assert only(read([write("shell.jsonl", row.encode("utf-16"))])).text == TEXT


# CSV


def test_rows_of_csv(write):
    path = write("rows.csv", 'title,text,date\nTalks fail,"He said ""no"",\r\nand left.",2031-03-09\n,,\n,"Second",\n')
    first, second = read([path])
    assert (first.id, first.text, first.published) == ("rows-1", 'He said "no",\r\nand left.', "2031-03-09")
    assert (second.id, second.text, second.title) == ("rows-2", "Second", None)


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
def test_other_delimiters(write, name, delimiter):
    article = only(read([write(name, f'title{delimiter}text\nTalks{delimiter}"One, two; three"\n')]))
    assert (article.title, article.text) == ("Talks", "One, two; three")


def test_csv_as_excel_writes_it(write):
    assert only(read([write("a.csv", "\ufefftext,title\r\nOne,Talks\r\n")])).title == "Talks"
    assert only(read([write("b.csv", "text\ttitle\r\nOne\tTalks\r\n".encode("utf-16"))])).title == "Talks"
    assert only(read([write("c.csv", f'text,title\r\n"{TEXT}",Talks\r\n'.encode("cp1252"))])).text == TEXT


def test_csv_without_a_text_column(write):
    failure = only(read([write("a.csv", "headline,story\nx,y\n")]))
    assert "found: headline, story; say which one holds the text: --map text=COLUMN" in failure.error
    assert only(read([write("b.csv", "headline,story\nx,y\n")], mapping={"text": "story"})).text == "y"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("One", "row 2 has 1 columns, the header has 2"),
        ("One,two,three", "row 2 has 3 columns"),
        ('"One "two"",x', "not CSV"),
        (",title only", "no text"),
        ("a\0b,x", "NUL"),
    ],
)
def test_a_bad_csv_row_is_a_failure_and_the_rest_goes_on(write, row, reason):
    first, failure, last = read([write("a.csv", f"text,title\nFirst,x\n{row}\nLast,x\n")])
    assert failure.source.endswith("a.csv:3") and reason in failure.error
    assert (first.text, last.text, last.id) == ("First", "Last", "a-3")


def test_an_unclosed_quotation_mark_in_csv_is_said(write):
    first, failure = read([write("a.csv", 'text\nFirst\n"Second\nThird\n')])
    assert (first.text, failure.error) == ("First", "not CSV: unexpected end of data")


def test_a_huge_csv_field(write):
    assert len(only(read([write("a.csv", "text\n" + "x" * 5_000_000)])).text) == 5_000_000


# Folders, standard input, ids


def test_a_folder_is_read_in_order_without_what_is_no_article(write, tmp_path):
    for name in (
        "b.txt",
        "a.md",
        "sub/c.txt",
        "sub/.git/d.txt",
        ".e.txt",
        "README.md",
        "LICENSE.txt",
        "f.png",
        "index.html",
    ):
        write(name, TEXT)
    assert ids(read([tmp_path])) == ["a", "b", "c"]


def test_a_folder_without_articles_is_a_failure(tmp_path):
    assert "no file of a known suffix" in only(read([tmp_path])).error


def test_a_folder_with_a_pipe_and_a_dangling_link(write, tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "gone.txt")
    write("c.txt", TEXT)
    failure, article = read([tmp_path])
    assert failure.source.endswith("b.txt") and "No such file" in failure.error
    assert article.id == "c"


def test_standard_input(monkeypatch):
    def give(data):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(data))))

    give(TEXT.encode())
    article = only(read(["-"]))
    assert (article.id, article.text, article.path) == ("stdin", TEXT, None)
    give(b'{"text": "one"}\n{"text": "two"}\n{bad\n')
    *articles, failure = read(["-"])
    assert ids(articles) == ["stdin-1", "stdin-2"] and failure.source == "standard input:3"


def test_ids_are_unique_and_do_not_depend_on_what_else_is_read(write):
    same = [write(f"{folder}/talks.txt", f"{TEXT} {folder}") for folder in "abc"]
    first = ids(read(same))
    assert first[0] == "talks" and len(set(first)) == 3 and all(name.startswith("talks-") for name in first[1:])
    assert ids(read([same[0], same[2]])) == [first[0], first[2]]


def test_the_same_row_twice_has_two_ids(write):
    row = json.dumps({"id": "x", "text": TEXT})
    found = ids(read([write("rows.jsonl", f"{row}\n{row}\n{row}\n")]))
    assert len(set(found)) == 3 and found == ids(read([write("rows.jsonl", f"{row}\n{row}\n{row}\n")]))


def test_a_missing_path_is_said_at_once(write, tmp_path):
    with pytest.raises(SourceError, match="no such file or folder: .*gone.txt"):
        read([write("a.txt", TEXT), tmp_path / "gone.txt"])
    with pytest.raises(FileNotFoundError):
        read(["a\0b"])


def test_an_unknown_field_in_the_mapping_is_said_at_once(write):
    with pytest.raises(ValueError, match="unknown field body"):
        read([write("a.txt", TEXT)], mapping={"body": "text"})


def test_files_are_read_without_the_network(write, no_network):
    page = f"<html><head><link rel=canonical href='https://example.org/'></head><article><p>{TEXT * 5}</p></article>"
    assert only(read([write("a.html", page)])).text


def test_rows_are_read_one_by_one(write):
    """A reader that stops early has not gone through the file."""
    path = write("rows.jsonl", (json.dumps({"text": TEXT}) + "\n") * 3)
    items = read([path])
    assert next(items).id == "rows-1"
    path.write_text("")
    items.close()


def test_one_source_needs_no_list(write):
    path = write("a.txt", TEXT)
    assert only(read(path)) == only(read(str(path))) == only(read([path]))


def test_a_feed_cannot_name_a_file_to_open(write):
    other = write("secret.txt", "<rss><channel><item><description>A secret.</description></item></channel></rss>")
    assert "no entries" in only(read([write("a.rss", str(other))])).error


def test_a_headline_that_looks_like_furniture_is_the_article_if_the_source_says_so(write):
    title = "Read more: the minister's advice"
    article = only(read([write("a.jsonl", json.dumps({"title": title, "text": f"14:22\n{title}\n{TEXT}"}))]))
    assert slices(article.text, article.furniture) == ["14:22"]


# Any content


PARTS = [
    "---\n",
    "title: x\n",
    "text,title\n",
    '{"text": "x"}\n',
    '"',
    ",",
    "<html>",
    "<p>",
    "# ",
    "\r\n",
    "\ufeff",
    "“no,” he said.\n",
    "<rss>",
    "&amp;",
    "\0",
    "WARC/1.0\r\n",
]
CONTENT = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(PARTS), max_size=20).map(lambda parts: "".join(parts).encode()),
)


@pytest.mark.parametrize("suffix", ["txt", "md", "jsonl", "csv", "tsv", "html", "rss", "warc", "jsonl.gz", "unknown"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CONTENT)
def test_any_content_gives_articles_or_failures(tmp_path, suffix, content):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    for item in read([path]):
        assert isinstance(item, Article | Failure)
        if isinstance(item, Failure):
            assert item.error.strip() and "\n" not in item.error and str(path) in item.source
        else:
            assert item.text.strip() and all(0 <= s < e <= len(item.text) for s, e in item.furniture)
            item.text.encode("utf-8")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=300).filter(lambda text: "\0" not in text))
def test_the_text_is_unchanged_for_any_text(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    for item in read([path]):
        if isinstance(item, Article):
            assert item.text == text
