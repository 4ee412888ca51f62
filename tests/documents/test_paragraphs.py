"""Lines and paragraphs: what ends a paragraph depends on how the document is laid out."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents.paragraphs import lines, merge, paragraphs, trim, without

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))), max_size=8)
LONG = (
    "The minister of the interior told the assembly on Monday that the bridge over the river would stay closed until "
    "the engineers had looked at every one of its pillars, which he expected to take about three weeks."
)
REPLY = (
    "“Nobody has asked the people who live on the other bank,” the mayor of the harbour district replied, and she "
    "added that a ferry once an hour was no help to those who had to be at work before seven."
)


def read(text, furniture=()):
    return [text[start:end] for start, end in paragraphs(text, furniture)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\n\n", "\r\n\r\n", "\n \t\n"])
def test_one_paragraph_a_line(end):
    assert read(f"Bridge stays closed{end}{LONG}{end}{REPLY}{end}") == ["Bridge stays closed", LONG, REPLY]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_hard_wrapped_text_is_joined(width):
    text = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in (LONG, REPLY, LONG))
    assert [" ".join(paragraph.split()) for paragraph in read(text)] == [LONG, REPLY, LONG]


def test_a_short_line_ends_a_wrapped_paragraph_without_a_blank_line():
    text = "\n".join([textwrap.fill(LONG, 70), textwrap.fill(REPLY, 70)])
    assert [" ".join(paragraph.split()) for paragraph in read(text)] == [LONG, REPLY]


def test_an_indented_line_begins_a_wrapped_paragraph():
    # The first paragraph ends on a full line, so only the indentation tells.
    text = """The engineers looked at the bridge over the river for three weeks,
and on Friday the council said that it could open again next year.
    The mayor of the harbour district did not answer questions about
the ferry, which will go on for now and for as long as needed, her
office said."""
    assert len(read(text)) == 2


def test_short_lines_that_are_sentences_stay_apart():
    text = "The talks failed.\nNobody was surprised.\nThe envoys went home on Monday."
    assert read(text) == text.split("\n")


def test_an_address_too_long_to_wrap_does_not_hide_the_layout():
    text = textwrap.fill(LONG, 70) + "\n\nhttps://example.org/" + "x" * 150 + "\n\n" + textwrap.fill(REPLY, 70)
    assert len(read(text)) == 3


def test_furniture_is_left_out_and_splits_its_line():
    text = "Bridge stays closed – The Harbour Post\nShare\n" + LONG
    furniture = [(text.index("Share"), text.index("Share") + 5), (19, 38)]
    assert read(text, furniture) == ["Bridge stays closed", LONG]


def test_invisible_characters_are_no_paragraph():
    assert read("\ufeff\n\u200b \u200d\n" + LONG + "\u200b") == [LONG]


def test_no_text_no_paragraphs():
    assert paragraphs("") == paragraphs(" \n\t\r\n ") == ()


@given(st.text(alphabet=st.sampled_from("aB.” \t\n\r\u2028\ufeff\x0b"), max_size=200), SPANS)
def test_paragraphs_slice_printed_text_in_order(text, furniture):
    furniture = [(start, end) for start, end in furniture if end <= len(text)]
    found = paragraphs(text, furniture)
    assert all(trim(text, span) == span and span[0] < span[1] for span in found)
    assert all(before[1] <= after[0] for before, after in zip(found, found[1:], strict=False))
    covered = {offset for span in furniture for offset in range(*span)}
    inside = {offset for span in found for offset in range(*span)}
    assert not inside & covered
    printed = {offset for offset, letter in enumerate(text) if letter not in " \t\n\r\u2028\ufeff\x0b"}
    assert printed - covered == inside & printed  # nothing printed is lost


@given(st.text(max_size=300))
def test_lines_are_the_text_without_line_ends(text):
    found = list(lines(text))
    assert all("\n" not in text[start:end] and "\r" not in text[start:end] for start, end in found)
    assert [start for start, _ in found] == sorted({start for start, _ in found})


@given(SPANS)
def test_merge_covers_the_same_offsets_with_separate_spans(spans):
    merged = merge(spans)
    assert {o for span in merged for o in range(*span)} == {o for span in spans for o in range(*span)}
    assert all(before[1] < after[0] for before, after in zip(merged, merged[1:], strict=False))


@given(st.integers(0, 30), st.integers(0, 30), SPANS)
def test_without_is_the_difference(start, length, holes):
    holes = merge(holes)
    rest = {o for span in without((start, start + length), holes) for o in range(*span)}
    assert rest == set(range(start, start + length)) - {o for span in holes for o in range(*span)}
