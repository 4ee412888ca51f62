"""A quotation as one text, and the way back to the article."""

from hypothesis import given
from hypothesis import strategies as st

from attribution.records import Quotation, slices
from attribution.stance.utterance import before, utterance

ARTICLE = ('The valley was quiet. "We will stay," said Ilva Torm, who keeps the mill. She had walked for two hours to '
           "reach the town hall, and the snow was deep on the road that day.\n\n\"And we will not sell.\" It was late.")  # fmt: skip


def spans(*pieces: str) -> tuple:
    return tuple((ARTICLE.index(p), ARTICLE.index(p) + len(p)) for p in pieces)


QUOTATION = Quotation("q1", "direct", spans('"We will stay,"', '"And we will not sell."'), spans("said"), spans("Ilva Torm"))


def test_near_parts_are_read_as_one_and_far_ones_joined():
    assert utterance(ARTICLE, QUOTATION).text == '"We will stay," said Ilva Torm "And we will not sell."'


def test_without_the_cue_only_what_was_said_is_read():
    """A cue between two pieces is left out with what stands around it; what is short and no cue stays."""
    said = utterance(ARTICLE, QUOTATION, cued=False)
    assert said.text == '"We will stay," "And we will not sell."'
    assert slices(ARTICLE, [span for _, span in said.parts]) == ['"We will stay,"', '"And we will not sell."']
    text = "Everything, he said, is fine, as far as we know, and open."
    between = Quotation("q1", "indirect", ((0, 11), (21, 28), (53, 57)), ((15, 19),), ((12, 14),))
    assert utterance(text, between, cued=False).text == "Everything, is fine, as far as we know, and open"


def test_spans_go_to_the_article_and_back():
    said = utterance(ARTICLE, QUOTATION)
    at = said.text.index("not sell")
    article = said.to_article((at, at + 8))
    assert slices(ARTICLE, article) == ["not sell"]
    assert said.from_article(article[0]) == ((at, at + 8),)


def test_words_before_are_whole_sentences():
    assert before(ARTICLE, ARTICLE.index('"We will')) == "The valley was quiet."


parts = st.lists(st.tuples(st.integers(0, 220), st.integers(1, 40)).map(lambda p: (p[0], p[0] + p[1])), max_size=3)


@given(st.text(min_size=1, max_size=300), parts, parts, st.tuples(st.integers(0, 300), st.integers(1, 50)), st.booleans())
def test_what_comes_back_reads_the_same_in_the_article(text, content, cue, piece, cued):
    inside = [tuple((s, min(e, len(text))) for s, e in group if s < len(text)) for group in (content, cue)]
    said = utterance(text, Quotation("q1", "direct", *inside, ()), cued)
    span = (piece[0], min(piece[0] + piece[1], len(said.text)))
    for start, end in said.to_article(span):
        assert text[start:end] in said.text[span[0]:span[1]]
    for words in said.sentences(5):
        assert 0 <= words[0] < words[1] <= len(said.text)
