"""Ids that run from the newest to the oldest, and uids that survive an edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from attribution.database import schema
from attribution.database.keys import UNDATED, first_id, free_ids, iso_date, quotation_uid

dates = st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes"))


@given(dates, dates)
def test_what_is_newer_has_the_smaller_id(one, other):
    newer, older = max(one, other), min(one, other)
    assert 0 <= first_id(newer) <= first_id(older) < UNDATED == first_id(None)


@given(st.text())
def test_any_date_gives_an_id_that_json_keeps_exact(published):
    assert 0 <= first_id(published) < 2**53
    assert iso_date(published) is None or first_id(published) < UNDATED


@pytest.mark.parametrize("published, kept", [
    ("2031-03-09", True), ("2031-03", True), ("2031", True), ("2031-03-09T10:15:00Z", True),
    ("2031-03-09 10:15+02:00", True), ("9 March 2031", False), ("2031-13-09", False), ("2031/03/09", False),
    ("", False), (None, False),
])
def test_only_iso_dates_are_kept(published, kept):
    assert (iso_date(published) is not None) == kept


def test_time_zones_count():
    assert first_id("2031-03-09T10:00+02:00") == first_id("2031-03-09T08:00Z") == first_id("2031-03-09T08:00")


def test_ids_are_unique_when_a_minute_is_full():
    db = Database(memory=True)
    schema.create(db)
    db["articles"].insert({"id": 1, "uid": "a", "hash": "-"})
    taken = set()
    for _ in range(5):
        ids = free_ids(db.conn, "2031-03-09", 3000)
        assert ids == sorted(set(ids)) and not taken & set(ids)
        taken |= set(ids)
        db.conn.executemany("INSERT INTO quotations (id, uid, article, text, kind, attitude, cue_polarity, confidence, "
                            "start, end, number) VALUES (?, ?, 1, '', '', '', '', 1, 0, 0, 0)",
                            [(i, str(i)) for i in ids])
    assert min(taken) == first_id("2031-03-09")


@given(st.text(min_size=1), st.text(min_size=1))
def test_white_space_does_not_change_a_uid(one, other):
    assert quotation_uid("a", f"{one}  \n{other}") == quotation_uid("a", f"{one} {other}\t")


def test_article_words_and_occurrence_change_a_uid():
    others = [("a", "No.", 0), ("b", "No.", 0), ("a", "Yes.", 0), ("a", "No.", 1)]
    assert len({quotation_uid(*other) for other in others}) == 4
