"""Charts: what is drawn is what is told and what is in the data, for any names and numbers."""

import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.site import charts

scores = st.floats(-1, 1)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
                max_size=40)
standing = st.fixed_dictionaries({"name": names, "mean": scores, "low": scores, "high": scores,
                                  "n": st.integers(1, 10**6), "url": st.just("/x?a=1&b=2")})
dated = st.fixed_dictionaries({"name": names, "mean": scores, "low": scores, "high": scores, "n": st.integers(1, 99),
                               "url": st.just("/x"), "month": st.dates().map(lambda d: d.strftime("%Y-%m").zfill(7))})


def inside(svg: str) -> None:
    """Well-formed, and every circle lies in the picture."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for circle in root.iter("circle"):
        assert 0 <= float(circle.get("cx")) <= width and 0 <= float(circle.get("cy")) <= height


@given(st.lists(standing, max_size=12))
def test_forest_stays_in_its_picture(rows):
    chart = charts.forest("a", "b", rows, "no <b>", 'yes "')
    inside(chart.svg)
    assert [row[1] for row in chart.rows] == sorted(row["mean"] for row in rows)
    assert chart.svg.count("<circle") == len(rows)


@given(st.lists(dated, max_size=30))
def test_timeline_stays_in_its_picture(rows):
    chart = charts.timeline("a", "b", sorted(rows, key=lambda row: row["month"]), "no", "yes")
    inside(chart.svg)
    assert len(chart.legend) <= charts.SERIES


@given(st.lists(dated, max_size=30))
def test_volume_stays_in_its_picture(rows):
    inside(charts.volume("a", "b", rows).svg)


@given(st.lists(st.fixed_dictionaries({"speaker": names, "target": names, "mean": scores, "n": st.integers(1, 99),
                                       "url": st.just("/x")}), max_size=20))
def test_matrix_stays_in_its_picture(rows):
    inside(charts.matrix("a", "b", rows).svg)


@pytest.mark.parametrize(("first", "last"), [("2031-01", "2031-01"), ("2031-01", "2031-05"), ("2021-01", "2031-12"),
                                             ("1900-01", "2031-12")])
def test_months_are_labelled_but_not_crowded(first, last):
    ticks = charts._ticks(charts._month(first), charts._month(last))
    assert 1 <= len(ticks) <= 9
    assert all(charts._month(first) <= month <= charts._month(last) for month, _ in ticks)


def test_what_is_no_month_is_left_out():
    rows = [{"name": "A", "month": month, "mean": 0.5, "low": 0, "high": 1, "n": 1, "url": "/"}
            for month in ("2031-02", "undated", "2031-13", "")]
    assert charts.timeline("a", "b", rows, "no", "yes").rows == (("A", "2031-02", 0.5, 0, 1, 1),)


def test_names_that_no_spreadsheet_runs():
    rows = [{"name": name, "mean": -0.5, "low": -1, "high": 0, "n": 1, "url": "/"}
            for name in ("=1+1", "@x", "-y", "Ann")]
    found = list(csv.reader(io.StringIO(charts.forest("a", "b", rows, "no", "yes").csv)))
    assert {row[0] for row in found[1:]} == {"'=1+1", "'@x", "'-y", "Ann"} and found[1][1] == "-0.5"


def test_wide_letters_count_double():
    assert charts._cut("漢字漢字漢字", 8) == "漢字漢字…" and charts._cut("Mira Tolan", 24) == "Mira Tolan"


def test_two_people_of_one_name_stay_two():
    from attribution.site.pages import _distinct
    rows = [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Ann"}, {"id": 1, "name": "Ann"}, {"id": 3, "name": "Bo"}]
    assert [row["name"] for row in _distinct(rows)] == ["Ann [1]", "Ann [2]", "Ann [1]", "Bo"]
