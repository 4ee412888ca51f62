"""Dates as newsrooms write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.documents.dates import DATE, iso


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2031-03-09", "2031-03-09"),
        ("9 March 2031", "2031-03-09"),
        ("March 9, 2031", "2031-03-09"),
        ("Sept. 9th, 2031", "2031-09-09"),
        ("the 9th of March 2031", "2031-03-09"),
        ("Sunday 9 March 2031 14:22 BST", "2031-03-09T14:22:00+01:00"),
        ("Published: March 9, 2031 at 2:22 p.m.", "2031-03-09T14:22:00"),
        ("Sun, 09 Mar 2031 14:22:05 GMT", "2031-03-09T14:22:05Z"),
        ("Sun Mar 09 2031 14:22:05 GMT+0300", "2031-03-09T14:22:05+03:00"),
        ("2031-03-09T14:22:05.123Z", "2031-03-09T14:22:05Z"),
        ("2031-03-09 14:22 +0200", "2031-03-09T14:22:00+02:00"),
        ("31.03.2031", "2031-03-31"),
        ("03/31/2031", "2031-03-31"),
        ("20310309", "2031-03-09"),
        ("2031-03", "2031-03"),
        (1930832525, "2031-03-09T14:22:05Z"),
        (1930832525000, "2031-03-09T14:22:05Z"),
    ],
)
def test_a_date_becomes_iso_8601(written, expected):
    assert iso(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "03/09/2031",
        "9 March",
        "March 2031",
        "Sunday",
        "yesterday",
        "two hours ago",
        "2031",
        "14:22",
        "2031-13-40",
        "0000-00-00",
        "",
        None,
        True,
        "9" * 30,
        "soon " * 40,
    ],
)
def test_what_is_no_whole_date_or_could_be_two_is_none(written):
    assert iso(written) is None


def test_a_date_is_found_in_a_line():
    assert DATE.search("Updated on March 9, 2031 by the desk")[0] == "March 9, 2031"
    assert not DATE.search("On March 9 the talks went on, and 2031 people came")


@given(st.one_of(st.text(), st.integers(), st.floats(), st.dates().map(str), st.datetimes().map(str)))
def test_whatever_comes_in_the_answer_is_a_date_or_none(value):
    found = iso(value)
    assert found is None or DATE.match(found) or len(found) == 7


@given(st.dates())
def test_an_iso_date_stays(day):
    assert iso(day.isoformat()) == (day.isoformat() if 1500 <= day.year <= 2199 else None)
