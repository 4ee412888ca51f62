"""Corrections in the browser: who may, what is kept, what is shown at once."""

import csv
import re
import shutil

import pytest
from conftest import METADATA, Client

from attribution.site.server import application


@pytest.fixture
def copy(database, tmp_path):
    return shutil.copy(database, tmp_path / "quotes.db")


def editor(copy) -> tuple[Client, dict, str]:
    """A client, the cookies of a signed-in editor, and the uid of a quotation of Mira Tolan."""
    client = Client(application(copy, metadata=METADATA, edit=True))
    actor = client.site.sign({"a": {"id": "ann"}}, "actor")
    uid, = client.rows("SELECT uid FROM quotations WHERE text LIKE 'No ship will enter before%'")[0]
    return client, {"ds_actor": actor}, uid


def send(client, cookies, uid, **values):
    page = client.get(f"/-/correct/{uid}", cookies=cookies)
    token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    cookies = {**cookies, **dict(page.cookies)}
    return client.post(f"/-/correct/{uid}", data={**values, "csrftoken": token[1] if token else ""}, cookies=cookies)


def test_a_correction_is_kept_with_who_and_why_and_shown_at_once(copy, tmp_path):
    client, cookies, uid = editor(copy)
    response = send(client, cookies, uid, field="speaker", value="Dov Hale", why="the caption names him")
    assert response.status_code == 302 and response.headers["location"].endswith(uid)
    kept, = csv.DictReader(open(tmp_path / "corrections.csv", encoding="utf-8"))
    assert (kept["quotation"], kept["field"], kept["value"], kept["who"]) == (uid, "speaker", "Dov Hale", "ann")
    assert kept["why"] == "the caption names him" and re.fullmatch(r"\d{4}-\d\d-\d\d", kept["when"])
    page = client.get(f"/-/quotation/{uid}").text
    assert "/-/speaker/dov-hale" in page.split("</article>")[0] and "checked by hand" in page and "applied" in page
    facet = client.json("/quotes/quotations.json?_shape=objects")["facet_results"]["speaker"]["results"]
    assert {r["label"]: r["count"] for r in facet}["Dov Hale"] == 4


def test_a_stance_moves_the_position(copy):
    client, cookies, uid = editor(copy)
    position = "SELECT mean FROM speaker_standings WHERE speaker = 'Mira Tolan' AND axis LIKE '%harbour%'"
    before = client.rows(position)[0][0]
    send(client, cookies, uid, field="stance:harbour", value="positive")
    assert client.rows(position)[0][0] > before
    assert "+1.00" in client.get(f"/-/quotation/{uid}").text


def test_what_is_no_quotation_goes(copy):
    client, cookies, uid = editor(copy)
    response = send(client, cookies, uid, field="not_a_quotation", value="yes")
    assert response.headers["location"].startswith("/-/article/")
    assert client.get(f"/-/quotation/{uid}").status_code == 404
    assert client.get("/-/find?q=ship").status_code == 200


def test_nonsense_is_refused_with_a_reason(copy, tmp_path):
    client, cookies, uid = editor(copy)
    response = send(client, cookies, uid, field="stance:nothing", value="7")
    assert response.headers["location"].endswith(f"/-/correct/{uid}")
    shown = client.get(f"/-/correct/{uid}", cookies={**cookies, **dict(response.cookies)})
    assert "Not saved" in shown.text and not (tmp_path / "corrections.csv").exists()


def test_hostile_values_are_shown_as_they_are(copy):
    client, cookies, uid = editor(copy)
    send(client, cookies, uid, field="speaker", value="<script>alert(1)</script>", why='"><img src=x onerror=alert(1)>')
    page = client.get(f"/-/quotation/{uid}").text
    assert "<script>alert" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_nobody_else_may(copy, tmp_path):
    client, cookies, uid = editor(copy)
    page = client.get(f"/-/correct/{uid}")
    assert "<form class=\"correction\"" not in page.text and f"attribution correct {uid} speaker" in page.text
    assert client.post(f"/-/correct/{uid}", data={"field": "kind", "value": "mixed"}).status_code == 403
    closed = Client(application(copy, metadata=METADATA))
    signed_in = {"ds_actor": closed.site.sign({"a": {"id": "ann"}}, "actor")}
    assert "<form class=\"correction\"" not in closed.get(f"/-/correct/{uid}", cookies=signed_in).text
    assert not (tmp_path / "corrections.csv").exists()


def test_another_sites_form_is_refused(copy, tmp_path):
    client, cookies, uid = editor(copy)
    response = client.post(f"/-/correct/{uid}", data={"field": "kind", "value": "mixed"}, cookies=cookies)
    assert response.status_code == 403 and not (tmp_path / "corrections.csv").exists()
