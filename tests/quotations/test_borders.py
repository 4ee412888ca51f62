"""Borders of direct speech: the quotation marks win; nothing leaves the article."""

import re

from hypothesis import given
from hypothesis import strategies as st

from attribution.language.marks import find_marked
from attribution.quotations.borders import mend
from attribution.records import Relation


def mended(text, content, cue=(), source=(), others=()):
    """The content of one relation, given by its words, after mending; a paragraph a line. ``others``: contents with a cue each."""
    def span(words):
        start = text.index(words)
        return start, start + len(words)

    paragraphs = tuple(m.span() for m in re.finditer(r"[^\n]+", text))
    relations = [Relation(tuple(map(span, content)), tuple(map(span, cue)), tuple(map(span, source)))]
    relations += [Relation((span(told),), (span(verb),)) for told, verb in others]
    found = mend(text, relations, find_marked(text, paragraphs), paragraphs)[0]
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


def test_what_others_are_told_to_say_in_it_does_not_end_a_speech():
    text = "“One day it ends,” he said.\n“I hope for rain. Two sides talk.\n“They want three.”\nThe end."
    inner = [("for rain", "hope"), ("three", "want")]
    assert mended(text, ["“I hope for rain."], ["said"], others=inner) == ["“I hope for rain. Two sides talk.", "“They want three.”"]


def test_speech_begins_or_ends_with_the_marks_unless_another_tells_the_rest():
    text = "She said: “We go. It is late, it is dark and it is cold.” “No,” he said."
    whole = ["“We go. It is late, it is dark and it is cold.”"]
    assert mended(text, ["“We go."], ["said"], ["She"]) == mended(text, ["it is cold.”"], ["said"], ["She"]) == whole
    assert mended(text, ["“We go."], ["said"], ["She"], [("it is cold.”", "he said")]) == ["“We go."]
    assert mended(text, ["It is late"], ["said"], ["She"]) == ["It is late"]


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
