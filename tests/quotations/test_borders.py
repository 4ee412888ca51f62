"""Borders of direct speech: the quotation marks win; nothing leaves the article."""

import re

from hypothesis import given
from hypothesis import strategies as st

from attribution.language.marks import find_marked
from attribution.quotations.borders import mend
from attribution.records import Relation


def mended(text, content, cue=(), source=()):
    """The content of one relation, given by its words, after mending; a paragraph a line."""
    def span(words):
        start = text.index(words)
        return start, start + len(words)

    paragraphs = tuple(m.span() for m in re.finditer(r"[^\n]+", text))
    relation = Relation(tuple(map(span, content)), tuple(map(span, cue)), tuple(map(span, source)))
    found = mend(text, [relation], find_marked(text, paragraphs), paragraphs)[0]
    return [text[s:e] for s, e in found.content]


def test_content_grows_to_the_marks():
    assert mended("“We will go,” she said.", ["We will go"], ["said"], ["she"]) == ["“We will go,”"]


def test_what_is_told_inside_speech_does_not_grow_to_the_marks_of_that_speech():
    text = "“The board says that nothing has been decided about the new bridge,” she complained."
    assert mended(text, ["nothing has been decided about the new bridge,”"], ["says"]) == [
        "nothing has been decided about the new bridge,"]


def test_a_mark_caught_by_paraphrase_is_let_go():
    text = "She said it was late. “We will go,” he added."
    assert mended(text, ["it was late. “"], ["said"], ["She"]) == ["it was late."]


def test_speech_goes_on_in_the_next_paragraphs():
    text = "“One day it ends,” he said.\n“Two sides talk.\n“Three wait.”\nThe end."
    assert mended(text, ["“Two sides talk."], ["said"]) == ["“Two sides talk.", "“Three wait.”"]


def test_paraphrase_does_not_run_on_behind_a_headline():
    text = "Marlow: We will not sign\nBy Priya Raman\nA week after the talks, she left."
    assert mended(text, ["We will not sign\nBy Priya Raman\nA week"], [":"], ["Marlow"]) == ["We will not sign"]


def test_cue_and_source_are_never_swallowed():
    text = "“We will go to the talks, she said, at once.”"
    assert mended(text, ["We will go to the talks, she said, at once"], ["said"], ["she"]) == [
        "“We will go to the talks,", ", at once.”"]


@given(st.text(st.sampled_from("ab .,“”\"\n"), min_size=4, max_size=60), st.data())
def test_spans_stay_in_the_text_and_apart(text, data):
    paragraphs = tuple(m.span() for m in re.finditer(r"[^\n]+", text))
    points = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True)))
    spans = tuple((a, b) for a, b in zip(points[::2], points[1::2]) if a < b)
    found = mend(text, [Relation(spans)], find_marked(text, paragraphs), paragraphs)[0].content
    assert all(0 <= s < e <= len(text) for s, e in found)
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:]))
