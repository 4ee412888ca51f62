"""Bytes to text, and what is refused."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents.decoding import DecodingError, check, decode

TEXT = "The envoy said: “We won’t go to Lübeck – not now.” It was the third time this week that he said so."


def test_utf8_comes_back_unchanged():
    assert decode(TEXT.encode(), name="a.txt") == TEXT


def test_a_utf8_mark_stays_so_that_offsets_agree_with_other_readers():
    data = b"\xef\xbb\xbf" + TEXT.encode()
    assert decode(data, name="a.txt") == data.decode("utf-8") == "\ufeff" + TEXT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_marked_utf16_file_is_read(encoding):
    assert decode(TEXT.encode(encoding), name="a.txt") == TEXT


def test_windows_quotation_marks_are_read_and_the_guess_is_said(caplog):
    with caplog.at_level(logging.WARNING):
        assert decode(TEXT.encode("cp1252"), name="old.txt") == TEXT
    assert "old.txt" in caplog.text and "cp1252" in caplog.text and "guess" in caplog.text


def test_a_declared_encoding_is_taken():
    greek = "Ο απεσταλμένος είπε ότι δεν θα πάει."
    assert decode(greek.encode("iso8859-7"), name="a.html", declared="iso-8859-7") == greek
    assert decode(TEXT.encode("cp1252"), name="a.html", declared="ISO-8859-1") == TEXT  # as browsers do
    assert decode(TEXT.encode(), name="a.html", declared="no-such-encoding") == TEXT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"abc\0def", "NUL byte at byte 3"),
        (b"%PDF-1.7 and so on", "a PDF file"),
        (b"PK\x03\x04 and so on", "ZIP or Office"),
        (b"{\\rtf1 text}", "RTF"),
        (b"\x01\x02\x03 text", "control characters"),
        ("Größe".encode("utf-16")[:-1], "not valid utf-16"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data, reason):
    with pytest.raises(DecodingError, match=reason):
        decode(data, name="a.txt")


def test_what_cannot_be_stored_is_refused():
    with pytest.raises(DecodingError, match="NUL"):
        check("a\0b")
    with pytest.raises(DecodingError, match="offset 1"):
        check("a\ud800")


@given(st.binary(max_size=400))
def test_any_bytes_give_storable_text_or_a_reason(data):
    try:
        text = decode(data, name="a.txt")
    except DecodingError as error:
        assert str(error)
    else:
        assert "\0" not in text
        text.encode("utf-8")
