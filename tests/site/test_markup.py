"""Lit text, links and differences for any input."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from attribution.site.markup import Lit, differences, gauge, light, outside_link, web_address
from attribution.site.words import match_expression

words = st.text(max_size=60)
spans = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(["content", "cue", "said x"])),
                 max_size=8)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


@given(words, spans)
def test_lit_text_is_the_text(text, marks):
    """Whatever is lit, what a reader reads is the text, escaped, once and in order."""
    html = light(text, [Lit(s, e, c, href="/x", anchor=f"a{i}") for i, (s, e, c) in enumerate(marks)])
    assert text_of(html) == escape(text)


@given(words, spans)
def test_every_lit_character_has_its_class(text, marks):
    html = light(text, [Lit(s, e, c) for s, e, c in marks])
    at, active = 0, set()
    for piece in re.findall(r"<[^>]*>|&[^;]*;|.", html, re.S):
        if piece.startswith("<mark"):
            active = set(re.search(r'class="([^"]*)"', piece)[1].split())
        elif piece == "</mark>":
            active = set()
        elif not piece.startswith("<"):
            assert active == {name for s, e, c in marks if s <= at < e for name in c.split()}
            at += 1
    assert at == len(text)


def test_an_anchor_stands_once_and_links_go_to_the_innermost():
    html = light("he said she said no", [Lit(0, 19, "said", "/outer", anchor="o"),
                                         Lit(8, 19, "said", "/inner", anchor="i")])
    assert html.count('id="o"') == 1 and html.count('id="i"') == 1
    assert '<a href="/inner">she said no</a>' in html


def test_part_of_a_text():
    assert light("one two three", [Lit(0, 7, "content")], 4, 13) == '<mark class="content">two</mark> three'


def test_only_web_addresses_are_followed():
    for bad in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "http://",
                "https:x", " javascript:alert(1)", "java\nscript:alert(1)", "http://a b", "file:///etc/passwd",
                "http://[::1", "",
                None, 5, "vbscript:x", "ftp://a.example/"):
        assert web_address(bad) is None
        assert "<a " not in outside_link(bad)
    assert 'href="https://a.example/?q=1&amp;x=%22"' in outside_link("https://a.example/?q=1&x=%22")


@given(st.text())
def test_outside_link_never_opens_an_attribute(url):
    html = str(outside_link(url))
    assert "<a " not in html or re.fullmatch(r'<a href="[^"<>]*" rel="[^"]*" referrerpolicy="[^"]*">[^<>]*</a>', html)


@given(st.text(max_size=80), st.text(max_size=80))
def test_differences_hold_both_texts(first, other):
    sides = differences(first, other)
    for text, side in zip((first, other), sides or ()):
        assert text_of(str(side)).split() == str(escape(" ".join(text.split()))).split()


def test_differences_show_what_changed():
    here, there = differences("No ship will enter", "“No ship would enter”")
    assert here == "No ship <del>will</del> enter" and there == "“No ship <ins>would</ins> enter”"


def test_a_paraphrase_is_not_marked_all_over():
    assert differences("No ship will enter", "A harbour that stays shut") is None


def test_gauge_tells_its_number_and_poles():
    html = gauge(-0.4, "<a>", "b")
    assert "−0.40 (−1 &lt;a&gt;, +1 b)" in html and 'class="gauge negative"' in html
    assert gauge(None) == "" and "0.00" in gauge(-0.001)


@given(st.text())
def test_any_search_is_a_valid_expression(typed):
    import sqlite3
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(t)")
    if match := match_expression(typed):
        connection.execute("SELECT * FROM f WHERE f MATCH ?", (match,)).fetchall()


def test_search_expression_keeps_phrases():
    assert match_expression('cease-fire “no ship” OR x') == '"cease-fire" "no ship" "OR" "x"'
    assert match_expression('-- "" “” !') is None
