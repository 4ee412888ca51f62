"""Charts: what is drawn is what is told and what is in the data, for any names and numbers."""

import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.site import charts, drawing, network

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
    assert chart.svg.count("<circle") == chart.narrow.count("<circle") == len(rows)
    inside(chart.narrow)


@given(st.lists(dated, max_size=30))
def test_timeline_stays_in_its_picture(rows):
    chart = charts.timeline("a", "b", sorted(rows, key=lambda row: row["month"]), "no", "yes")
    inside(chart.svg)
    inside(chart.narrow)
    assert len(chart.legend) <= charts.SERIES


@given(st.lists(dated, max_size=30))
def test_volume_stays_in_its_picture(rows):
    chart = charts.volume("a", "b", rows)
    inside(chart.svg)
    inside(chart.narrow)


@given(st.lists(st.fixed_dictionaries({"speaker": names, "target": names, "mean": scores, "n": st.integers(1, 99),
                                       "url": st.just("/x")}), max_size=20))
def test_matrix_stays_in_its_picture(rows):
    inside(charts.matrix("a", "b", rows).svg)


pair = st.fixed_dictionaries({"speaker": names, "target": names, "mean": scores, "n": st.integers(1, 99),
                              "url": st.just("/x"), "speaker_url": st.just("/s"), "target_url": st.just("/t")})


@given(st.lists(pair, max_size=40))
def test_graph_stays_in_its_picture_and_draws_every_pair(rows):
    chart = network.graph("a", "b", rows)
    inside(chart.svg)
    inside(chart.narrow)
    assert len(chart.rows) == len(rows)
    assert chart.svg.count('class="seen"') == len(network._busiest(rows, network.MOST))


def test_graph_is_the_same_for_the_same_pairs_and_tells_for_from_against():
    rows = [{"speaker": f"S{i}", "target": f"T{i % 3}", "mean": (i % 3 - 1) * 0.8, "n": i + 1, "url": f"/{i}",
             "speaker_url": "/s", "target_url": "/t"} for i in range(9)]
    first = network.graph("a", "b", rows)
    assert first.svg == network.graph("a", "b", rows).svg
    assert all(first.svg.count(f'class="tie {side}"') == 3 for side in ("negative", "neutral", "positive"))
    assert "Most often: S8 of T2 (9). Most against: S0 of T0 (−0.80). Most in favour: S2 of T2 (+0.80)." in first.summary


def test_names_of_a_graph_do_not_lie_on_each_other():
    rows = [{"speaker": f"Speaker {i}", "target": f"Speaker {j}", "mean": 0.5, "n": 1}
            for i in range(10) for j in range(10) if (i + j) % 3 == 0 and i != j]
    places = network.places_of(rows, network.WIDTH, network.HEIGHT)
    wide = 2 * network._half_width("Speaker 1")
    spots = list(places.values())
    assert all(abs(x1 - x2) > wide or abs(y1 - y2) > 20 for i, (x1, y1) in enumerate(spots) for x2, y2 in spots[i + 1:])


def test_reliability_tells_how_sure_and_how_right():
    low, high = charts.wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)  # Wilson 1927, as tables have it
    chart = charts.reliability("a", "b", [{"confidence": 0.9, "right": 0.8, "low": low, "high": high, "n": 10}])
    inside(chart.svg)
    assert chart.summary == "Of 10 answers that were 90% sure, 80% are right. Mean gap 10%."


@pytest.mark.parametrize(("first", "last"), [("2031-01", "2031-01"), ("2031-01", "2031-05"), ("2021-01", "2031-12"),
                                             ("1900-01", "2031-12")])
def test_months_are_labelled_but_not_crowded(first, last):
    ticks = drawing.ticks(drawing.month(first), drawing.month(last))
    assert 1 <= len(ticks) <= 9
    assert all(drawing.month(first) <= month <= drawing.month(last) for month, _ in ticks)


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
    assert drawing.cut("漢字漢字漢字", 8) == "漢字漢字…" and drawing.cut("Mira Tolan", 24) == "Mira Tolan"


def test_two_people_of_one_name_stay_two():
    from attribution.site.pages import _distinct
    rows = [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Ann"}, {"id": 1, "name": "Ann"}, {"id": 3, "name": "Bo"}]
    assert [row["name"] for row in _distinct(rows)] == ["Ann [1]", "Ann [2]", "Ann [1]", "Bo"]


def test_a_person_and_a_country_of_one_name_are_told_apart_by_what_they_are():
    from attribution.site.pages import _distinct
    rows = [{"id": 1, "name": "Ruvenia", "kind": "country"}, {"id": 2, "name": "Ruvenia", "kind": "person"}]
    assert [row["name"] for row in _distinct(rows)] == ["Ruvenia [country]", "Ruvenia [person]"]
