"""Title, outlet, byline, date and dateline, where the text gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents import dateline
from attribution.documents.furniture import find
from attribution.documents.metadata import Metadata, read, reads_as_headline

BODY = (
    "The foreign minister of Lenta said on Tuesday that his country would not go to the talks in Borsk this week, "
    "and that nobody had asked him.",
    "It was the third round that failed since the spring, and the mediators want to try again in another city.",
)


def metadata(*lines):
    text = "\n".join(lines)
    return read(text, find(text))


def test_a_first_line_that_reads_as_a_headline_is_the_title():
    assert metadata("Lenta: we will not go to Borsk", *BODY).title == "Lenta: we will not go to Borsk"


def test_a_first_paragraph_is_no_title():
    assert metadata(*BODY).title is None


def test_a_label_above_is_no_title():
    assert metadata("World", "Analysis", "Lenta will not go to Borsk", *BODY).title == "Lenta will not go to Borsk"
    assert metadata("World", *BODY).title is None


def test_furniture_above_is_no_title():
    found = metadata("Published 9 March 2031", "By Jana Novik", "Lenta will not go to Borsk", *BODY)
    assert found == Metadata("Lenta will not go to Borsk", None, "Jana Novik", "2031-03-09")


@pytest.mark.parametrize("line", ["Lenta will not go – The Borsk Courier", "Lenta will not go | The Borsk Courier"])
def test_the_tail_of_the_headline_is_the_outlet_at_the_top_or_the_bottom(line):
    others = ["The Borsk Courier has its office in the old harbour.", *BODY]
    for lines in ([line, *others], ["A standfirst that is not the headline", *others, line]):
        found = metadata(*lines)
        assert (found.title, found.outlet) == ("Lenta will not go", "The Borsk Courier")


def test_a_dash_in_a_headline_is_no_outlet():
    found = metadata("Lenta will not go – and nobody is surprised", *BODY)
    assert (found.title, found.outlet) == ("Lenta will not go – and nobody is surprised", None)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Jana Novik", "Jana Novik"),
        ("By Jana Novik and Jan Orel", "Jana Novik and Jan Orel"),
        ("BY JANA NOVIK", "JANA NOVIK"),
        ("By Jana Novik, diplomatic editor", "Jana Novik"),
        ("Jana Novik reports from Borsk:", "Jana Novik"),
    ],
)
def test_the_byline(line, name):
    assert metadata("Lenta will not go to Borsk", line, *BODY).byline == name


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["Tuesday 9 March 2031 14:22 GMT"], "2031-03-09T14:22:00Z"),
        (["Updated: 10 March 2031", "Published: 9 March 2031"], "2031-03-09"),
        (["9 March"], None),
        (["03/09/2031"], None),
    ],
)
def test_the_day(lines, day):
    assert metadata("Lenta will not go to Borsk", *lines, *BODY).published == day


def test_a_bare_date_at_the_end_is_not_the_day_of_the_article():
    body = [*BODY, *BODY, *BODY, *BODY]
    assert metadata("Lenta will not go", *body, "9 March 2031").published is None
    assert metadata("Lenta will not go", *body, "Published 9 March 2031").published == "2031-03-09"


@pytest.mark.parametrize(
    ("line", "outlet", "day"),
    [
        ("ANKARA (LENTA TV) —", "LENTA TV", None),
        ("KYIV, May 13 (Reuters) -", "Reuters", None),
        ("NAIROBI, 13 May 2031 (LTA) –", "LTA", "2031-05-13"),
        ("Nairobi (LTA) -", "LTA", None),
        ("WASHINGTON —", None, None),
        ("SANTA CRUZ, Calif. --", None, None),
        ("(Reuters) -", "Reuters", None),
        ("CAIRO – 26 July 2031:", None, "2031-07-26"),
    ],
)
def test_the_dateline(line, outlet, day):
    text = f"Lenta will not go to Borsk\n\n{line} {BODY[0]}\n"
    start, end = dateline(text)
    assert text[start:end] == line
    found = read(text, find(text))
    assert (found.title, found.outlet, found.published) == ("Lenta will not go to Borsk", outlet, day)


@pytest.mark.parametrize(
    "opening",
    ["The minister — who is 62 —", "EU", "Lenta - the smaller of the two -", "“NO — NEVER,” he said.", "A —"],
)
def test_what_is_no_dateline(opening):
    assert dateline(f"{opening} {BODY[0]}") is None


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Lenta: ‘We will not go’", True),
        ("Will Lenta Go to Borsk?", True),
        ("Lenta Walks Out of Borsk Talks.", True),  # some agencies put a full stop
        ("The minister of Lenta went home on Tuesday.", False),
        ("Lenta", False),
        ("BORSK (LTA) — Lenta went home", False),
        ("He said:", False),
    ],
)
def test_what_reads_as_a_headline(line, is_one):
    assert reads_as_headline(line) is is_one


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\n–—|-() BORSK")), max_size=300))
def test_any_text_gives_metadata_and_a_dateline_that_slices(text):
    found = read(text, find(text))
    assert found.title is None or found.title.strip()
    span = dateline(text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)
