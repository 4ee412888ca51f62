"""Quotation marks: which stretches of a text stand inside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.language.marks import CLOSE, INSIDE, OPEN, OUTSIDE, find_marked, states


def marked(text, paragraphs=None):
    return [text[r.start : r.end] for r in find_marked(text, paragraphs or [(0, len(text))])]


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("“We will not go,” she said. “Not now.”", ["“We will not go,”", "“Not now.”"]),
        ('"We will not go," she said. "Not now."', ['"We will not go,"', '"Not now."']),
        ("‘I don’t think the miners’ pay is enough,’ he said.", ["‘I don’t think the miners’ pay is enough,’"]),
        ("'I can't say it's the miners' fault,' she said.", ["'I can't say it's the miners' fault,'"]),
        ("The “so-called ‘peace’ plan” failed.", ["“so-called ‘peace’ plan”", "‘peace’"]),
        ("‘She told me “no”’, he said.", ["‘She told me “no”’", "“no”"]),
        ("He called it ‘very’ bad; ’tis the mood of the ’90s.", ["‘very’"]),
        ("Gov’t says ‘no’ to the ‘old guard’ again", ["‘no’", "‘old guard’"]),
        ("``We go,'' he said.", ["``We go,''"]),
        ("«We go», he said.", ["«We go»"]),
        ("It is 5'11\" tall.", []),
        ("It's the dogs' dinner.", []),
    ],
)
def test_styles(text, regions):
    assert marked(text) == regions


def test_an_apostrophe_is_no_mark():
    assert marked("Don’t touch the boys’ things, it’s Marlow’s.") == []


def test_a_doubled_opening_mark_does_not_swallow_the_sentence():
    assert marked("because “because “absolutely everything” depends on her.") == ["“absolutely everything”"]


def test_a_stray_mark_ends_with_its_paragraph():
    text = "“This never closes.\nThe next paragraph is plain.\n“This is,” she said."
    paragraphs = [(0, 19), (20, 48), (49, len(text))]
    first, second = find_marked(text, paragraphs)
    assert (first.end, first.closed, first.sound) == (19, False, False)
    assert text[second.start : second.end] == "“This is,”"


def test_speech_over_paragraphs_reopens_its_mark():
    text = "“One.\n“Two.\n“Three.” he said."
    regions = find_marked(text, [(0, 5), (6, 11), (12, len(text))])
    assert [(r.continued, r.closed) for r in regions] == [(True, False), (True, False), (False, True)]
    assert all(r.sound for r in regions)


def test_levels():
    text = "“A ‘b “c” d’ e”"
    assert [(text[r.start : r.end], r.level) for r in find_marked(text, [(0, len(text))])] == [
        ("“A ‘b “c” d’ e”", 0), ("‘b “c” d’", 1), ("“c”", 2)]  # fmt: skip


def test_states_of_words():
    text = "He “will not” go"
    spans = [(0, 2), (3, 4), (4, 8), (9, 12), (12, 13), (14, 16)]
    assert states(spans, find_marked(text, [(0, len(text))])) == [OUTSIDE, OPEN, INSIDE, INSIDE, CLOSE, OUTSIDE]


TEXTS = st.text(st.sampled_from("ab s.,“”‘’\"'`«»„\n—"), max_size=60)


@given(TEXTS)
def test_regions_stay_in_their_paragraph_and_nest(text):
    paragraphs, at = [], 0
    for line in text.split("\n"):
        paragraphs.append((at, at + len(line)))
        at += len(line) + 1
    regions = find_marked(text, paragraphs)
    for region in regions:
        assert any(s <= region.start < region.end <= e for s, e in paragraphs)
    for a in regions:
        for b in regions:
            assert a.end <= b.start or b.end <= a.start or (a.start <= b.start and b.end <= a.end) or (
                b.start <= a.start and a.end <= b.end)
