"""The pages over HTTP: what a reader finds on them."""

import csv
import io
import re

import pytest

PAGES = ["/", "/quotes/quotations", "/-/speaker/mira-tolan", "/-/axis/harbour", "/-/network", "/-/find?q=treaty",
         "/-/article/article-0", "/-/compare?speaker=mira-tolan&speaker=ivo-brandt&axis=harbour", "/quotes",
         "/quotes/entities", "/quotes/articles", "/quotes/stances", "/quotes/doubtful",
         "/quotes/quotations?_search=ship"]


@pytest.fixture(scope="module")
def uid(client):
    return client.rows("SELECT uid FROM quotations WHERE text LIKE 'No ship will enter before%'")[0][0]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_there_with_its_policy_and_no_inline_script(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "'unsafe-inline'" not in response.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r"<script(?![^>]*\bsrc=)", response.text)
    assert not re.findall(r"<[^>]+\son\w+\s*=", response.text)
    assert '<html lang="en">' in response.text and response.text.count("<h1") == 1


def test_home_counts_and_places_speakers(client):
    page = client.get("/").text
    assert "<strong>23</strong> quotations" in page and "<strong>8</strong> articles" in page
    assert "14 January 2031" in page and "3 May 2031" in page
    assert "<svg" in page and "Mira Tolan" in page and "/-/axis/harbour" in page


def test_quotation_lights_content_cue_and_source(client, uid):
    page = client.get(f"/-/quotation/{uid}").text
    assert '<mark class="content">No ship will enter before both sides have signed a treaty</mark>' in page
    assert '<mark class="cue">said</mark>' in page
    assert '<mark class="source">Mira Tolan, the foreign minister of Ostrava Sound</mark>' in page
    assert '<mark class="furniture">Share this article</mark>' in page
    assert '<mark class="evidence">No</mark>' in page


def test_quotation_shows_other_reports_with_differences(client, uid):
    page = client.get(f"/-/quotation/{uid}").text
    assert "The same statement elsewhere" in page
    assert "<ins>the port</ins>" in page and "<del>will</del>" in page


def test_quotation_tells_how_it_was_decided(client, uid):
    page = client.get(f"/-/quotation/{uid}").text
    assert "the source names the speaker" in page and "characters 71 to 128" in page and uid in page


def test_a_link_out_is_marked_as_such(client, uid):
    page = client.get(f"/-/quotation/{uid}").text
    assert '<a href="https://lindenpost.example/2031/01/harbour" rel="noopener nofollow ugc"' in page


def test_unnamed_source_is_no_link(client):
    uid, = client.rows("SELECT uid FROM quotations WHERE speaker_kind = 'unnamed'")[0]
    page = client.get(f"/-/quotation/{uid}").text
    assert "senior official (unnamed)" in page and "/-/speaker/" not in page.split("<main")[1].split("</article>")[0]


def test_article_lights_each_speaker_in_a_colour(client):
    page = client.get("/-/article/article-0").text
    assert len(set(re.findall(r"said series-(\d)", page))) == 2
    assert page.count('class="said') == 3 and 'class="margin"' in page
    assert "Share this article</mark>" in page


def test_article_anchor_leads_to_the_quotation(client, uid):
    assert f'id="q-{uid}"' in client.get("/-/article/article-0").text


def test_speaker_page_shows_both_sides(client):
    page = client.get("/-/speaker/mira-tolan").text
    assert "On both sides" in page and "Today the harbour is open" in page and "No ship will enter" in page
    assert "foreign minister" in page and "Carried most widely" in page and "speaks for" in page


def test_axis_page_orders_speakers_and_shows_poles(client):
    page = client.get("/-/axis/harbour").text
    assert "−1 treaty first" in page and "+1 open first" in page
    assert page.index("Nearest each pole") < page.index("No ship will enter")


def test_compare_keeps_the_choice(client):
    page = client.get("/-/compare?speaker=mira-tolan&speaker=ivo-brandt&axis=harbour&from=2031-04").text
    assert page.count(" selected") == 3 and 'value="2031-04"' in page
    assert client.get("/-/compare?outlet=1&outlet=2&axis=harbour").status_code == 200
    assert client.get("/-/compare?speaker=nobody&axis=none&from=x&to=2031-99-99").status_code == 200


def test_a_charts_data_is_csv(client):
    response = client.get("/-/axis/harbour?_csv=spectrum")
    rows = list(csv.reader(io.StringIO(response.text)))
    assert response.headers["content-type"].startswith("text/csv")
    assert rows[0] == ["speaker", "mean", "low", "high", "quotations"]
    means = {row[0]: float(row[1]) for row in rows[1:]}
    assert means["Ivo Brandt"] > 0.5 and set(means) >= {"Mira Tolan", "Sena Okoye", "Dov Hale"}
    expected = client.rows("SELECT mean FROM speaker_standings WHERE speaker = 'Ivo Brandt' AND axis LIKE '%harbour%'")
    assert means["Ivo Brandt"] == expected[0][0]
    assert client.get("/-/axis/harbour?_csv=none").status_code == 404


def test_chart_data_of_the_compared_keeps_its_arguments(client):
    page = client.get("/-/compare?speaker=mira-tolan&axis=harbour").text
    link = re.search(r'href="(\?[^"]*_csv=positions)"', page)[1].replace("&amp;", "&")
    assert "Mira Tolan" in client.get("/-/compare" + link).text


def test_charts_link_to_what_they_show(client):
    page = client.get("/-/axis/harbour").text
    chart = page.split('class="drawn"')[1]
    assert '<a href="/-/speaker/ivo-brandt"' in chart and "<title>Ivo Brandt: +0.73 over 3 quotations" in chart


@pytest.mark.parametrize("kind", ["quotation", "article", "speaker", "axis"])
def test_what_is_not_there_is_404(client, kind):
    assert client.get(f"/-/{kind}/nothing").status_code == 404
    assert client.get(f"/-/{kind}/%3Cscript%3E", follow_redirects=True).status_code == 404


@pytest.mark.parametrize("words", ['"', "''", "cease-fire", "AND", "NEAR(", "a*", "col:x", "-", "(", "“No ship”",
                                   "\x00", "%", "_", "x" * 5000, "🙂", "\u202e"])
def test_search_takes_anything(client, words):
    assert client.get("/-/find", params={"q": words}).status_code == 200
    assert client.get("/quotes/quotations", params={"_search": words}).status_code == 200


def test_search_finds_quotations_speakers_and_articles(client):
    page = client.get("/-/find", params={"q": "Tolan"}).text
    assert "/-/speaker/mira-tolan" in page and "Tolan softens her line" in page
    page = client.get("/-/find", params={"q": '“no ship will enter”'}).text
    assert '<b class="hit">No</b>' in page or '<b class="hit">No ship will enter</b>' in page


def test_search_hits_are_lit_in_the_table(client):
    assert '<b class="hit">harbour</b>' in client.get("/quotes/quotations?_search=harbour").text


def test_texts_can_be_kept_back(database):
    from conftest import METADATA, Client

    from attribution.site.server import application
    site = application(database, metadata=METADATA)
    site._metadata_local["databases"]["quotes"]["tables"]["article_texts"]["allow"] = False
    hidden = Client(site)
    page = hidden.get("/-/article/article-0").text
    assert "The text of this article is not published here" in page and "PORT LINDEN (LP)" not in page
    uid, = hidden.rows("SELECT uid FROM quotations LIMIT 1")[0]
    assert '<mark class="content">' not in hidden.get(f"/-/quotation/{uid}").text
    assert hidden.get("/quotes/article_texts").status_code == 403


def test_a_private_database_has_private_pages(database):
    from conftest import METADATA, Client

    from attribution.site.server import application
    site = application(database, metadata=METADATA)
    site._metadata_local["databases"]["quotes"]["allow"] = {"id": "root"}
    private = Client(site)
    for path in ("/-/speaker/mira-tolan", "/-/find?q=x", "/-/article/article-0", "/"):
        assert private.get(path).status_code == 403


def test_sql_of_visitors_can_be_taken_away(database):
    from conftest import METADATA, Client

    from attribution.site.server import application
    closed = Client(application(database, metadata=METADATA, sql=False))
    assert closed.get("/quotes?sql=select+1").status_code == 403
    assert closed.get("/quotes/quotations").status_code == 200 and closed.get("/quotes/doubtful").status_code == 200


def test_plain_datasette_with_the_plugin(database, tmp_path):
    """``datasette quotes.db -m metadata.yml``: the same pages without ``serve``."""
    from conftest import METADATA, Client
    from datasette.app import Datasette
    from datasette.utils import parse_metadata

    plain = Client(Datasette([str(database)], metadata=parse_metadata(METADATA.read_text())))
    assert "Where they stand" in plain.get("/").text
    assert "facet-speaker" in plain.get("/quotes/quotations").text
    assert plain.json("/quotes/quotations.json?_shape=objects")["rows"]


def test_another_database_is_left_alone(tmp_path):
    import sqlite3

    from conftest import Client
    from datasette.app import Datasette
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE quotations (id integer primary key, text text)").connection.close()
    plain = Client(Datasette([str(other)]))
    assert plain.get("/").status_code == 200 and plain.get("/other/quotations").status_code == 200
    assert plain.get("/-/network").status_code == 404


def test_robots_may_read_pages_but_not_queries(client):
    assert "Disallow: /*?" in client.get("/robots.txt").text


def test_a_kept_page_follows_the_database(database, tmp_path):
    import shutil
    import sqlite3

    from conftest import METADATA, Client

    from attribution.site.server import application
    copy = shutil.copy(database, tmp_path / "copy.db")
    site = Client(application(copy, metadata=METADATA))
    assert site.get("/-/speaker/dov-hale").text == site.get("/-/speaker/dov-hale").text
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE entities SET name = 'Dov Q. Hale' WHERE uid = 'dov-hale'")
    connection.commit()
    assert "Dov Q. Hale" in site.get("/-/speaker/dov-hale").text


def test_axis_shows_its_examples_and_how_far_to_trust_it(client):
    page = client.get("/-/axis/harbour").text
    for example in ("First the treaty, then the ships.", "Ships now, papers later.", "Either order may work.", "The quay was painted."):
        assert example in page
    assert "Of 26 statements" in page and "<strong>20 came out right</strong>" in page  # every fourth is wrong
    assert ">13 of 13<" in page and ">7 of 7<" in page and ">7 of 13<" in page and "never said" in page  # the wrong ones are positive
    assert "The statements, one by one" in page
    lines = client.get("/-/axis/harbour?_csv=reliability").text.splitlines()
    assert lines[0] == "confidence,right,low,high,answers" and sum(int(line.split(",")[-1]) for line in lines[1:]) == 26


def test_an_axis_that_nobody_measured_says_so(client):
    page = client.get("/-/axis/quota").text
    assert "Nobody has labelled statements" in page and "db/axes/quota.jsonl" in page
    assert client.get("/-/axis/quota?_csv=reliability").status_code == 404


def test_outlets_are_compared_with_intervals(client):
    lines = [line.split(",") for line in client.get("/-/axis/harbour?_csv=outlets").text.splitlines()]
    assert lines[0] == ["outlet", "mean", "low", "high", "quotations"] and len(lines) == 6
    assert all(float(low) < float(mean) < float(high) for _, mean, low, high, _ in lines[1:])


def test_network_is_drawn_as_a_graph_with_links_and_data(client):
    page = client.get("/-/network").text
    assert page.count('class="tie negative"') > 2 and 'class="tie positive"' in page
    assert "Ivo Brandt of Mira Tolan: −0.15 over 2 quotations" in page  # -0.8 and +0.5
    pairs = client.get("/-/network?_csv=graph").text.splitlines()
    assert pairs[0] == "speaker,target,mean_polarity,quotations" and len(pairs) > 8
    around = client.get("/-/network?of=mira-tolan&_csv=graph").text.splitlines()[1:]
    assert around and all("Mira Tolan" in pair for pair in around)


def test_a_cue_without_letters_is_not_shown(client):
    has_letters = client.site.jinja_env.filters["has_letters"]
    assert has_letters("said") and not has_letters(":")
