"""The main job from the command line, on real models: articles in, JSON or a database out; bad input in one line."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from click.testing import CliRunner

from attribution.cli import COMMANDS, main

STORY = """Marlow: We will not sign

PORT HOLLIS (Harbour Gazette) — Foreign Minister Ines Marlow rejected the draft on Tuesday.

“We will not sign a paper that leaves our towns under fire,” Marlow told reporters. “The guns must fall silent first.”

She said the delegation would leave on Friday. Her deputy, Tomas Reyk, believes the talks can be saved.
"""


def run(*arguments, **options):
    return CliRunner().invoke(main, [str(a) for a in arguments], **options)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of one's own with one story, built."""
    folder = tmp_path_factory.mktemp("mine") / "project"
    assert run("init", folder).exit_code == 0
    (folder / "db" / "articles" / "story.txt").write_text(STORY, encoding="utf-8")
    before = os.getcwd()
    os.chdir(folder)
    try:
        result = run("build", "--jobs", 1)
        assert result.exit_code == 0, result.output
        yield folder
    finally:
        os.chdir(before)


def test_extract_prints_the_contract(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    result = run("extract", path, "--jobs", 1)
    assert result.exit_code == 0, result.output
    row = json.loads(result.stdout)
    assert (row["id"], row["path"]) == ("story", str(path))
    assert set(row) == {"id", "path", "url", "title", "outlet", "byline", "published", "language", "furniture",
                        "attributions"}
    direct = next(a for a in row["attributions"] if a["kind"] == "direct")
    assert set(direct) >= {"id", "kind", "content", "cue", "source", "speaker", "speaker_type", "speaker_role", "addressee",
                           "medium", "attitude", "targets", "target_polarity", "stance", "confidence"}
    assert [STORY[s:e] for s, e in direct["content"]] == [
        "“We will not sign a paper that leaves our towns under fire,”", "“The guns must fall silent first.”"]
    assert direct["speaker"] == "Ines Marlow"
    assert direct["speaker_type"] == "person"
    assert direct["addressee"] == "reporters"
    assert set(direct["stance"]["ceasefire_vs_talks"]) == {"score", "label", "confidence", "evidence"}
    assert [a["speaker"] for a in row["attributions"] if "delegation" in STORY[a["content"][0][0] : a["content"][-1][1]]] \
        == ["Ines Marlow"]


def test_build_writes_what_extract_prints(project):
    rows = sqlite3.connect(project / "db" / "quotes.db").execute(
        "SELECT q.text, e.name, a.title FROM quotations q JOIN articles a ON a.id = q.article "
        "LEFT JOIN entities e ON e.id = q.speaker WHERE q.kind = 'direct'").fetchall()
    assert ("“We will not sign a paper that leaves our towns under fire,” … “The guns must fall silent first.”",
            "Ines Marlow", "Marlow: We will not sign") in rows


def test_an_unchanged_article_costs_nothing(project):
    result = run("build", "--json", "--jobs", 1)
    report = json.loads(result.stdout)
    assert (report["new"], report["changed"], report["unchanged"]) == (0, 0, 1)


def test_explain_export_entities_and_correct(project):
    database = sqlite3.connect(project / "db" / "quotes.db")
    uid = database.execute("SELECT uid FROM quotations WHERE kind = 'direct'").fetchone()[0]
    told = run("explain", uid).stdout
    assert "guns must fall silent" in told and "like 0." in told
    stance = next(s for s in json.loads(run("explain", uid, "--json").stdout)["stances"] if s["axis"] == "ceasefire_vs_talks")
    likeness = [near["similarity"] for near in stance["nearest"]]
    assert len(likeness) == 3 and likeness == sorted(likeness, reverse=True)
    assert {near["label"] for near in stance["nearest"]} <= {"negative", "neutral", "positive", "unrelated"}
    assert uid in run("export", "csv").stdout
    assert "Ines Marlow" in run("entities", "list").stdout
    assert run("correct", uid, "speaker", "Tomas Reyk", "--why", "a test").exit_code == 0
    assert run("build", "--quiet", "--jobs", 1).exit_code == 0
    assert database.execute("SELECT e.name FROM quotations q JOIN entities e ON e.id = q.speaker WHERE q.uid = ?",
                            (uid,)).fetchone() == ("Tomas Reyk",)
    (project / "db" / "corrections.csv").write_text("quotation,field,value,who,when,why\n")
    assert run("build", "--quiet", "--jobs", 1).exit_code == 0


@pytest.mark.parametrize("arguments", [["extract"], ["extract", "missing.txt"], ["build", "missing/"],
                                       ["build", "--db", "/proc/quotes.db"], ["explain", "nothing"],
                                       ["axis", "check", "missing.yml"], ["evaluate", "missing.jsonl"],
                                       ["entities", "rename", "nobody", "Somebody"], ["export", "graphml"]])
def test_mistakes_end_with_one_clear_line(arguments, project):
    result = run(*arguments)
    assert result.exit_code not in (0, None)
    assert not isinstance(result.exception, AssertionError)
    lines = [line for line in result.output.strip().splitlines() if line.startswith("Error")]
    assert len(lines) == 1, result.output
    assert "Traceback" not in result.output


def test_bad_articles_are_recorded_and_the_rest_goes_on(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text(STORY, encoding="utf-8")
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "nul.txt").write_bytes(b"A line.\x00\x00\x00 Another one, he said.")
    (folder / "latin.txt").write_bytes("The caf\xe9 is closed, he said.".encode("latin-1"))
    (folder / "open.txt").write_text("“This mark never closes\n\n" + STORY, encoding="utf-8")
    (folder / "long.txt").write_text("word " * 4_000_000)
    (folder / "table.csv").write_text("headline,words\nA,B\n")
    (folder / "page.html").write_text("<html><head><script>alert(1)</script></head><body><article><p>" + STORY * 3
                                      + "</p></article></body></html>", encoding="utf-8")
    result = run("build", folder, "--db", tmp_path / "q.db", "--json", "--jobs", 1)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    database = sqlite3.connect(tmp_path / "q.db")
    failed = {os.path.basename(source.split(":")[0]) for source, in database.execute("SELECT source FROM failures")}
    assert {"empty.txt", "binary.txt", "long.txt", "table.csv"} <= failed
    assert report["new"] >= 3 and report["failed"] == len(failed)
    assert database.execute("SELECT count(*) FROM quotations q JOIN articles a ON a.id = q.article "
                            "WHERE a.uid = 'open' AND q.kind = 'direct'").fetchone()[0] >= 1


def test_nothing_readable_is_a_failure(tmp_path):
    (tmp_path / "empty.txt").write_text("")
    result = run("build", tmp_path / "empty.txt", "--db", tmp_path / "q.db", "--jobs", 1)
    assert result.exit_code == 1 and "no article could be read" in result.output


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name)")
    other.commit()
    before = path.read_bytes()
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    result = run("build", tmp_path / "story.txt", "--db", path, "--jobs", 1)
    assert result.exit_code == 1 and len(result.output.strip().splitlines()) == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name):
    result = run(name, "--help")
    assert result.exit_code == 0 and len(result.output) > 60


def test_help_loads_no_model():
    code = "import sys; from attribution.cli import main\ntry: main(['--help'])\nfinally: print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip().endswith("False"), done.stdout[-300:] + done.stderr[-300:]
