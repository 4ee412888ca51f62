"""Pages, feeds, crawls and addresses."""

import gzip
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from attribution.documents import read
from attribution.documents.pages import text_of
from attribution.records import Article, slices

SENTENCES = [
    "The foreign minister of Lenta said on Tuesday that his country would not go to the talks in Borsk this week.",
    "“Nobody has asked us,” he told reporters in the capital, and added that the mediators had sent no agenda.",
    "It was the third round that failed since the spring, and the mediators want to try again in another city.",
]
PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Lenta stays away | The Borsk Courier</title>
<meta property="og:title" content="Lenta stays away"><meta property="og:site_name" content="The Borsk Courier">
<meta name="author" content="Jana Novik"><meta property="article:published_time" content="2024-03-09T14:22:05Z">
<script>alert("not an article")</script><style>p {{ color: red }}</style></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Lenta stays away</h1><p>By Jana Novik</p>{"".join(f"<p>{sentence}</p>" for sentence in SENTENCES)}
<p>Sign up for our newsletter</p></article>
<aside>Most read</aside><footer>All rights reserved</footer></body></html>"""
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Borsk Courier</title>
<item><title>Lenta stays away</title><link>https://example.org/1</link><guid>tag:1</guid><author>Jana Novik</author>
<pubDate>Sat, 09 Mar 2024 14:22:05 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>One &amp; two.</p><ul><li>Three<script>x</script></li></ul>]]></content:encoded></item>
<item><title>Ferry strike</title><link>https://example.org/2</link>
<description>&lt;p&gt;Only a summary.&lt;/p&gt;</description></item>
<item><title>Empty</title></item></channel></rss>"""


def test_the_text_of_a_page_is_its_article(tmp_path):
    (tmp_path / "lenta.html").write_text(PAGE, encoding="utf-8")
    (article,) = read([tmp_path])
    assert (article.id, article.title, article.outlet, article.byline, article.published, article.language) == (
        "lenta",
        "Lenta stays away",
        "The Borsk Courier",
        "Jana Novik",
        "2024-03-09",
        "en",
    )
    assert all(sentence in article.text for sentence in SENTENCES)
    assert not any(part in article.text for part in ("alert", "color", "Home", "All rights reserved"))
    assert slices(article.text, article.furniture) == ["By Jana Novik", "Sign up for our newsletter"]


def test_a_page_in_its_declared_encoding(tmp_path):
    page = PAGE.replace("utf-8", "windows-1251").replace("Lenta", "Лента")
    (tmp_path / "a.html").write_bytes(page.encode("cp1251"))
    (article,) = read([tmp_path])
    assert "minister of Лента" in article.text and "“Nobody has asked us,”" in article.text


def test_the_entries_of_a_feed(tmp_path):
    (tmp_path / "courier.rss").write_text(FEED)
    first, second, failure = read([tmp_path])
    assert (first.text, first.title, first.outlet, first.byline, first.published, first.url) == (
        "One & two.\n\nThree",
        "Lenta stays away",
        "The Borsk Courier",
        "Jana Novik",
        "2024-03-09T14:22:05Z",
        "https://example.org/1",
    )
    assert second.text == "Only a summary." and failure.error.startswith("no text") and "entry 3" in failure.source
    new = "<item><title>New</title><description>News.</description></item>"
    (tmp_path / "courier.rss").write_text(FEED.replace("<item>", f"{new}<item>", 1))
    assert [item.id for item in read([tmp_path]) if isinstance(item, Article)][1:] == [first.id, second.id]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two <b>bold</b><br>line</p>", "One\n\nTwo bold\n\nline"),
        ("A &lt; B", "A < B"),
        ("<!-- no --><script>no</script>yes", "yes"),
        ("<p>unclosed <i>tags", "unclosed tags"),
        ("", ""),
    ],
)
def test_the_text_of_markup(markup, text):
    assert text_of(markup) == text


def crawl(*pages):
    """A WARC file with ``pages`` of (address, status, content type, body)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for url, status, kind, body in pages:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers))
    return out.getvalue()


def test_the_pages_of_a_crawl(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(
        crawl(
            ("https://example.org/1", "200 OK", "text/html; charset=utf-8", PAGE.encode()),
            ("https://example.org/2", "404 Not Found", "text/html", PAGE.encode()),
            ("https://example.org/3.png", "200 OK", "image/png", b"\x89PNG"),
            ("https://example.org/4", "200 OK", "text/html", b"<html></html>"),
        )
    )
    article, failure = read([path])
    assert (article.url, article.title) == ("https://example.org/1", "Lenta stays away")
    assert article.id.startswith("crawl-") and "https://example.org/4" in failure.source


def test_a_damaged_crawl_keeps_what_was_read(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    whole = crawl(*[("https://example.org/1", "200 OK", "text/html", PAGE.encode())] * 2)
    path.write_bytes(whole[:-300])
    article, failure = read([path])
    assert article.title == "Lenta stays away" and "ends inside this record" in failure.error


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"no archive")])
def test_what_is_no_crawl_is_a_failure(tmp_path, content):
    (tmp_path / "crawl.warc.gz").write_bytes(content)
    (failure,) = read([tmp_path])
    assert "\n" not in failure.error


def test_the_text_files_of_a_crawl(tmp_path):
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    payload = io.BytesIO(b"Some text.")
    writer.write_record(writer.create_warc_record("https://example.org/1", "conversion", payload=payload))
    (tmp_path / "crawl.warc.gz").write_bytes(out.getvalue())
    (article,) = read([tmp_path])
    assert (article.text, article.url) == ("Some text.", "https://example.org/1")


@pytest.fixture
def server():
    """A web server on this machine that answers with what ``pages`` holds: path -> (status, content type, body)."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, kind, body = pages.get(self.path, (404, "text/html", b"gone"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", body.decode())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        pages["base"] = f"http://127.0.0.1:{running.server_port}"
        yield pages
        running.shutdown()


def test_a_page_by_its_address(server):
    server["/news/lenta.html"] = (200, "text/html; charset=utf-8", PAGE.encode())
    server["/old"] = (302, "text/html", b"/news/lenta.html")
    (article,) = read([server["base"] + "/old"], private=True)
    assert (article.id, article.title, article.path) == ("lenta", "Lenta stays away", None)
    assert article.url == server["base"] + "/news/lenta.html"


def test_a_feed_by_its_address_does_not_fetch_its_links(server):
    server["/feed"] = (200, "application/rss+xml", FEED.encode())
    first, second, _ = read([server["base"] + "/feed"], private=True)
    assert (first.url, second.text) == ("https://example.org/1", "Only a summary.")


def test_an_address_that_gives_nothing_is_a_failure(server):
    (failure,) = read([server["base"] + "/gone"], private=True)
    assert failure.source.endswith("/gone") and "404" in failure.error
    (failure,) = read(["http://127.0.0.1:9/"], private=True)
    assert "no answer" in failure.error


def test_an_address_inside_the_own_network_is_refused(server):
    server["/news"] = (200, "text/html", PAGE.encode())
    (failure,) = read([server["base"] + "/news"])
    assert "private network" in failure.error


def test_fetching_can_be_switched_off(server, no_network):
    (failure,) = read([server["base"] + "/news"], fetch=False)
    assert "switched off" in failure.error
