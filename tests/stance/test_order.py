"""Which of two things a statement puts first, read from how it is built."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.stance.order import OrderReader, features, load_weights, matcher, vector, words

BRIDGE, FERRY = ("bridge", "span"), ("ferry", "boats")  # thing 0, thing 1


@pytest.fixture(scope="module")
def reader() -> OrderReader:
    return OrderReader((BRIDGE, FERRY))


@pytest.mark.parametrize(("text", "first"), [
    ("No bridge until the ferry runs again.", 1),
    ("We will open the bridge only after the boats are back.", 1),
    ("Without a ferry, a bridge makes no sense.", 1),
    ("The mayor made a new ferry the condition for the bridge.", 1),
    ("The bridge must wait for the ferry.", 1),
    ("The bridge must not wait for the ferry.", 0),
    ("We can build the bridge now, with or without the ferry.", 0),
    ("They rejected the demand for a ferry before the bridge.", 0),
    ("It would be wrong to insist on the ferry before the bridge.", 0),
    ("Nobody should believe that the ferry has to come before the bridge.", 0),
])  # fmt: skip
def test_plain_constructions_are_read(reader, text, first):
    order = reader.read([text])[0]
    assert (order.lean > 0) == first and (order.side > 0) == first
    assert all(0 <= start < end <= len(text) for start, end in order.words)


def test_the_words_that_decide_are_the_things_what_relates_them_and_what_turns_it_round(reader):
    text = "The bridge must not wait for the ferry."
    order = reader.read([text])[0]
    told = sorted(order.words, key=lambda span: order.words[span])[:5]
    assert {text[start:end] for start, end in told} == {"bridge", "not", "wait", "for", "ferry"}


def test_nothing_is_read_where_one_thing_is_missing(reader):
    assert reader.read(["No bridge until spring.", "", "\ud800", "The ferry, the boats, the ferry."]) == [None] * 4


WORDS = st.sampled_from(["bridge", "ferry", "the boats", "no", "not", "until", "before", "without", "wait for", "once", "rejected", "we",
                         "must", "first", "then", ",", ".", "?", "“", "don’t", "condition", "of", "and", "only", "even if", "n't", "é"])


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_turning_the_things_round_turns_the_lean_round(text):
    here, there = OrderReader((BRIDGE, FERRY)).read([text])[0], OrderReader((FERRY, BRIDGE)).read([text])[0]
    assert (here is None) == (there is None)
    if here is not None:
        assert here.lean == pytest.approx(-there.lean, abs=1e-4) and here.sided == pytest.approx(there.sided, abs=1e-4)


@settings(deadline=None)
@given(st.lists(WORDS | st.text(st.characters(), max_size=8), max_size=30).map(" ".join))
def test_any_text_can_be_read(text):
    order = OrderReader((BRIDGE, FERRY)).read([f"no bridge \ud800 {text} ferry"])[0]
    assert order is not None and abs(order.lean) < 5


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_is_cut_into_words_that_lie_in_it(text):
    said = words(text, matcher((("a",), ("b",))))
    assert all(0 <= word.span[0] < word.span[1] <= len(text) for word in said)
    assert [word.span for word in said] == sorted(word.span for word in said)
    assert all(-1 <= value <= 1 for value in vector(features(said)).values())


def test_a_word_may_end_with_a_dot():
    assert [m[0] for m in matcher((("u.n.",), ("c++",))).finditer("The U.N. met; C++, c++x and UN did not.")] == ["U.N.", "C++"]


def test_mentions_side_by_side_are_one():
    said = words("The old ferry boats, the bridge and a span.", matcher((BRIDGE, FERRY)))
    assert [word.text for word in said if word.thing is not None] == ["@1", "@0", "@0"]
    assert [word.text for word in words("They won't.", matcher((BRIDGE, FERRY)))] == ["they", "wo", "n't", "."]


def test_the_surest_leans_are_the_likeliest():
    slope, _, rise = load_weights().odds
    assert slope > 0 and rise > 0
