"""Means over a window are those of the positions, count a statement once, and do not depend on where they come from."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.database.positions import mean_interval
from attribution.site import selection, windows

FIGURES = ("n", "statements", "mean", "low", "high")


def asked(client, column, ids, axis=1, first=None, last=None):
    db = client.site.get_database("quotes")
    members = [{"id": id, "name": f"member {id}"} for id in ids]
    return client.loop.run_until_complete(windows.window(db, axis, column, members, first, last))


class NoStore:
    async def columns(self):
        return None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 5), st.floats(-1, 1)), max_size=40))
def test_means_are_those_of_statements(said):
    found = dict(windows.means(*(np.array([row[i] for row in said], kind) for i, kind in enumerate((int, int, float)))))
    assert list(found) == sorted({group for group, *_ in said})
    for group, figures in found.items():
        own = [row for row in said if row[0] == group]
        scores = [np.mean([score for _, other, score in own if other == statement]) for statement in {row[1] for row in own}]
        wanted = mean_interval([float(score) for score in scores])
        assert (figures["n"], figures["statements"]) == (len(own), len(scores))
        assert [figures[k] for k in ("mean", "low", "high")] == pytest.approx([wanted.mean, wanted.low, wanted.high], abs=1e-6)


def test_all_of_the_time_is_the_position_of_the_whole(client, database):
    wanted = {row[0]: row[1:] for row in sqlite3.connect(database).execute(
        "SELECT speaker, quotations, statements, mean, low, high FROM positions WHERE axis = 1 AND month IS NULL AND outlet IS NULL")}
    overall, monthly = asked(client, "speaker", list(wanted))
    assert len(wanted) > 3 and {row["id"] for row in overall} == set(wanted)
    for row in overall:
        assert [row[k] for k in FIGURES] == pytest.approx(wanted[row["id"]], abs=1e-6)
    assert sum(row["statements"] for row in overall) < sum(row["n"] for row in overall)  # a statement was repeated
    months = {(row["id"], row["month"]): [row[k] for k in FIGURES] for row in monthly}
    for speaker, month, *figures in sqlite3.connect(database).execute(
            "SELECT speaker, month, quotations, statements, mean, low, high FROM positions WHERE axis = 1 AND month IS NOT NULL"):
        assert months.pop((speaker, month)) == pytest.approx(figures, abs=1e-6)
    assert not months


@pytest.mark.parametrize("column", ["speaker", "outlet"])
@pytest.mark.parametrize("first, last", [(None, None), ("2031-03", None), (None, "2031-02"), ("2031-02", "2031-04")])
def test_sql_gives_the_same(client, database, monkeypatch, column, first, last):
    ids = list(range(1, 7))
    found = asked(client, column, ids, first=first, last=last)
    monkeypatch.setitem(selection._stores, str(database), NoStore())
    again = asked(client, column, ids, first=first, last=last)
    assert found[0]
    for one, other in zip(found, again, strict=True):
        one, other = ({(row.get("month"), row["id"]): [row[k] for k in FIGURES] for row in rows} for rows in (one, other))
        assert one.keys() == other.keys()
        assert all(one[key] == pytest.approx(other[key], abs=1e-6) for key in one)


def test_a_window_leaves_out_what_lies_outside(client):
    overall, monthly = asked(client, "speaker", [1, 2, 3], first="2031-03", last="2031-04")
    assert monthly and all("2031-03" <= row["month"] <= "2031-04" for row in monthly)
    assert sum(row["n"] for row in overall) == sum(row["n"] for row in monthly)
    assert asked(client, "speaker", [1, 2, 3], first="2040-01") == ([], [])
    assert asked(client, "speaker", [99]) == ([], [])
