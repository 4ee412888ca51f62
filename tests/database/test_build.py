"""Building: what is written, what is left alone, what each change costs."""

import csv
import dataclasses
import json
import signal
import sqlite3

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from plain_pipeline import ORDER, Rules, analyse, article, corpus

from attribution.database import articles as stored
from attribution.database import exports
from attribution.database.build import build
from attribution.database.connection import DatabaseError, build_lock, open_database
from attribution.database.search import SEARCHED
from attribution.records import Article, Failure, Quotation

TRUCE = dataclasses.replace(ORDER, id="truce", question="Is there a truce?")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "quotes.db"


def rows(path, sql, *values):
    db = open_database(path)
    try:
        return db.conn.execute(sql, values).fetchall()
    finally:
        db.conn.close()


def search_is_true(path):
    """Raises sqlite3.DatabaseError where the search is not what the tables hold."""
    connection = sqlite3.connect(path)
    for table in SEARCHED:
        connection.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")
    connection.close()


def content(path):
    """All that a reader may see, without the record of the builds; the search is true, in whatever pieces it is kept."""
    db = open_database(path)
    try:
        names = [table.name for table in db.tables
                 if table.name not in ("builds", "_sqlite_migrations", "sqlite_stat1", "failures") and "_fts_" not in table.name]
        search_is_true(path)
        return {name: sorted(map(repr, db.conn.execute(f"SELECT * FROM {name}"))) for name in names}
    finally:
        db.conn.close()


def shown(path):
    """All that does not depend on the order in which things were first seen."""
    db = open_database(path)
    try:
        views = {name: sorted(repr(sorted((k, v) for k, v in row.items() if not k.endswith("_id")))
                              for row in db.query(f"SELECT * FROM {name}")) for name in db.view_names()}
        statements = sorted(map(repr, db.conn.execute("SELECT uid, text, n_quotations, n_variants FROM statements")))
        return {"quotations": sorted(map(repr, exports.quotations(db))), "statements": statements} | views
    finally:
        db.conn.close()


def test_an_article_becomes_rows(path):
    text = 'Foreign Minister Mira Dell said: "The guns come first." (of Tovia)'
    report = build([article(4, text)], path, Rules(), axes=[ORDER])
    assert (report.new, report.articles, report.quotations, report.statements, report.stances) == (1, 1, 1, 1, 1)
    db = open_database(path)
    [quotation] = db["quotations"].rows
    start, end = quotation["start"], quotation["end"]
    assert text[start:end] == quotation["text"] == "The guns come first."
    assert (quotation["speaker_name"], quotation["speaker_role"]) == ("Mira Dell", "Foreign Minister")
    assert (quotation["cue"], quotation["source"]) == ("said", "Foreign Minister Mira Dell")
    assert (quotation["month"], quotation["stance"], quotation["score"]) == ("2031-03", "guns first", 0.5)
    assert json.loads(quotation["targets"]) == ["Tovia"]
    assert {(row["role"], text[row["start"]:row["end"]]) for row in db["spans"].rows} == {
        ("content", "The guns come first."), ("cue", "said"), ("source", "Foreign Minister Mira Dell")}
    [target] = db["targets"].rows
    assert db["entities"].get(target["entity"])["name"] == "Tovia" and target["polarity"] == -0.5
    [stance] = db["stances"].rows
    assert json.loads(stance["evidence"]) == [[start, end]]
    assert [row["speaker"] for row in db.query("SELECT * FROM who_about_whom")] == ["Mira Dell"]
    assert db["entities"].get(quotation["speaker"])["n_said"] == 1
    assert [row["domain"] for row in db["outlets"].rows] == ["news0.example"]
    assert db["builds"].get(1)["status"] == "done"


def test_a_quotation_in_pieces_keeps_its_pieces(path):
    read = Article("a", '"We come," he said, "and we stay."', published="2031-03-01")
    pieces = Quotation("q", "direct", ((1, 9), (21, 33)), ((14, 18),), ())

    class Found(Rules):
        def analyse(self, articles):
            for item in articles:
                yield dataclasses.replace(analyse(item), quotations=(pieces,), speakers=(None,), targets=((),))
    build([read], path, Found())
    assert rows(path, "SELECT text, start, end FROM quotations") == [("We come, … and we stay.", 1, 33)]


def test_an_unnamed_source_is_no_entity(path):
    build([article(1, 'an official said: "We know nothing."')], path, Rules())
    assert rows(path, "SELECT speaker, speaker_name, speaker_kind FROM quotations") == [
        (None, "an official (unnamed)", "unnamed")]
    assert rows(path, "SELECT count(*) FROM entities") == [(0,)]


def test_who_is_not_linked_keeps_the_name_of_the_analysis(path):
    class Cautious(Rules):
        def analyse(self, articles):
            for analysis in super().analyse(articles):
                speakers = (dataclasses.replace(analysis.speakers[0], name="Dell (which one is not said)"),)
                yield dataclasses.replace(analysis, speakers=speakers)

        def link(self, *given, **options):
            linking = super().link(*given, **options)
            return dataclasses.replace(linking, entities=(), of={}, nodes={}) if self.versions["linking"] != "2" else linking
    speaker = "SELECT speaker IS NOT NULL, speaker_name FROM quotations"
    read, rules = [article(1, 'Dell said: "Yes."')], Cautious()
    build(read, path, rules)
    assert rows(path, speaker) == [(0, "Dell (which one is not said)")]
    rules.versions["linking"] = "2"
    build(read, path, rules)
    assert rows(path, speaker) == [(1, "Dell")]


def test_quotations_are_numbered_newest_first(path):
    build(corpus(60), path, Rules())
    dates = [date for date, in rows(path, "SELECT published FROM quotations ORDER BY id")]
    assert dates == sorted(dates, reverse=True)


def test_search_finds_quotations_headlines_and_texts(path):
    build(corpus(8), path, Rules())
    hits = rows(path, "SELECT count(*) FROM quotations WHERE id IN (SELECT rowid FROM quotations_fts "
                      "WHERE quotations_fts MATCH 'tables')")[0][0]
    assert hits == rows(path, "SELECT count(*) FROM quotations WHERE text LIKE '%table%'")[0][0] > 0
    assert rows(path, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'news'") == [(8,)]
    assert rows(path, "SELECT count(*) FROM article_texts_fts WHERE article_texts_fts MATCH 'dell'")[0][0] > 0


def test_a_second_build_asks_no_stage_for_anything(path):
    build(corpus(20), path, Rules(), axes=[ORDER])
    before, again = content(path), Rules()
    report = build(corpus(20), path, again, axes=[ORDER])
    assert (report.unchanged, report.new, report.quotations) == (20, 0, 60)
    assert not again.calls
    assert content(path) == before


def test_only_new_articles_are_analysed(path):
    build(corpus(10), path, Rules(), axes=[ORDER])
    more = Rules()
    report = build(corpus(13), path, more, axes=[ORDER])
    assert (report.new, report.unchanged, more.calls["analyse"]) == (3, 10, 3)


def test_articles_may_come_in_portions_and_in_any_order(path, tmp_path):
    whole = tmp_path / "whole.db"
    build(corpus(30), whole, Rules(), axes=[ORDER])
    for part in (corpus(30)[:7], corpus(30)[7:], corpus(30)):
        build(part, path, Rules(), axes=[ORDER])
    assert shown(path) == shown(whole)
    backwards = tmp_path / "backwards.db"
    build(corpus(30)[::-1], backwards, Rules(), axes=[ORDER])
    assert shown(backwards) == shown(whole)


def test_a_changed_axis_scores_again_and_parses_nothing(path):
    build(corpus(10), path, Rules(), axes=[ORDER])
    changed = dataclasses.replace(ORDER, hash="2", positive=dataclasses.replace(ORDER.positive, words=("wages",)))
    again = Rules()
    report = build(corpus(10), path, again, axes=[changed])
    assert set(again.calls) == {"stances order", "judge order"}
    assert report.stances == 30
    assert {text for text, in rows(path, "SELECT text FROM quotations WHERE score > 0")} == {
        text for text, in rows(path, "SELECT text FROM quotations WHERE text LIKE 'Wages%'")}


def test_a_new_axis_leaves_the_scores_of_the_other(path):
    build(corpus(10), path, Rules(), axes=[ORDER])
    before = rows(path, "SELECT * FROM stances ORDER BY quotation")
    again = Rules()
    build(corpus(10), path, again, axes=[ORDER, TRUCE])
    assert set(again.calls) == {"stances truce", "judge truce"}
    assert rows(path, "SELECT * FROM stances WHERE axis = 1 ORDER BY quotation") == before
    build(corpus(10), path, Rules(), axes=[TRUCE])
    assert rows(path, "SELECT DISTINCT question FROM stances s JOIN axes a ON a.id = s.axis") == [(TRUCE.question,)]
    assert rows(path, "SELECT DISTINCT axis FROM speaker_positions") == [(TRUCE.question,)]


def test_a_new_alias_links_again_and_parses_nothing(path, tmp_path):
    curated = tmp_path / "entities.csv"
    build(corpus(20), path, Rules(), axes=[ORDER], entities_csv=curated)
    unchanged = rows(path, "SELECT id, uid FROM quotations ORDER BY id")
    both = "SELECT name FROM entities WHERE name IN ('Mira Dell', 'Oran Pask') ORDER BY name"
    assert rows(path, both) == [("Mira Dell",), ("Oran Pask",)]
    curated.write_text("id,name,kind,aliases\nmira-dell,Mira Dell,person,Oran Pask\n", "utf-8")
    again = Rules()
    report = build(corpus(20), path, again, axes=[ORDER], entities_csv=curated)
    assert set(again.calls) == {"link", "statements"}
    assert rows(path, both) == [("Mira Dell",)]
    assert report.links == rows(path, "SELECT count(*) FROM chains WHERE name = 'Oran Pask'")[0][0]
    assert rows(path, "SELECT n_said FROM entities WHERE name = 'Mira Dell'") == rows(
        path, "SELECT count(*) FROM quotations WHERE speaker_name = 'Mira Dell' AND (source LIKE '%Dell' OR source LIKE '%Pask')")
    assert rows(path, "SELECT id, uid FROM quotations ORDER BY id") == unchanged
    curated.unlink()
    build(corpus(20), path, Rules(), axes=[ORDER], entities_csv=curated)
    assert rows(path, both) == [("Mira Dell",), ("Oran Pask",)]


def test_only_what_is_new_is_linked(path):
    rules = Rules()
    build(corpus(20), path, rules)
    assert len({article for article, _ in rules.linked}) == 20
    build([*corpus(20), article(77, 'Mira Dell said: "One thing more."')], path, rules)
    assert rules.linked == [("article-077", 0)]
    build([*corpus(20), article(77, 'Oran Pask said: "One thing more."')], path, rules)
    assert ("article-077", 0) in rules.linked  # and those of her whose facts were read from it
    assert rows(path, "SELECT speaker_name FROM quotations WHERE text LIKE 'One thing%'") == [("Oran Pask",)]


names = st.sampled_from(["Mira Dell", "Mirah Dell", "Dell", "Tam Dell", "an official", "Oran Pask", "Pask", "Orin Pask"])
told = st.lists(st.builds('{} said: "{}." (of {})'.format, names, st.sampled_from(["The guns come first", "Talks", "talks"]),
                          st.sampled_from(["Tovia", "Merro"])),
                min_size=1, max_size=3)


def test_only_what_is_new_is_grouped(path):
    rules = Rules()
    build(corpus(20), path, rules)
    assert len(rules.grouped) == rows(path, "SELECT count(*) FROM quotations")[0][0]
    more = article(77, 'Mira Dell said: "One thing more."', 'an official said: "Nobody asked."')
    build([*corpus(20), more], path, rules)
    speakers = "SELECT DISTINCT speaker_name FROM quotations WHERE uid IN (SELECT value FROM json_each(?)) AND speaker IS NOT NULL"
    assert rows(path, speakers.replace("?", f"'{json.dumps(rules.grouped)}'")) == [("Mira Dell",)]
    assert len(rules.grouped) == rows(path, "SELECT count(*) FROM quotations WHERE speaker_name = 'Mira Dell'")[0][0] + 1
    build([*corpus(20), article(77, 'Oran Pask said: "One thing more."')], path, rules)
    assert rows(path, "SELECT count(*) FROM statements s WHERE NOT EXISTS (SELECT 1 FROM quotations WHERE statement = s.id)") == [(0,)]
    assert rows(path, "SELECT text FROM statements WHERE text LIKE 'Nobody%'") == []
    build([*corpus(20), more, article(78, 'an official said: "Nobody asked"')], path, rules)
    assert rows(path, "SELECT n_quotations FROM statements WHERE text LIKE 'Nobody%'") == [(2,)]


@settings(max_examples=25, deadline=None)
@example([{2: [f'{name} said: "The guns come first." (of Tovia)' for name in ("Mira Dell", "Tam Dell", "Dell")]},
          {1: ['Dell said: "Talks." (of Tovia)']}])
@given(st.lists(st.dictionaries(st.integers(1, 5), told, min_size=1, max_size=2), min_size=2, max_size=4))
def test_portions_and_edits_give_the_rows_of_one_build(tmp_path_factory, portions):
    folder = tmp_path_factory.mktemp("portions")
    present: dict[int, list[str]] = {}
    for portion in portions:
        present |= portion
        build([article(n, *lines) for n, lines in portion.items()], folder / "parts.db", Rules(), axes=[ORDER])
    build([article(n, *lines) for n, lines in present.items()], folder / "whole.db", Rules(), axes=[ORDER])
    speakers = """SELECT a.uid, q.number, e.name, e.n_said, (SELECT json_group_array(json_array(name, n)) FROM (
            SELECT name, n FROM entity_names WHERE entity = e.id ORDER BY name)), q.targets
        FROM quotations q JOIN articles a ON a.id = q.article LEFT JOIN entities e ON e.id = q.speaker ORDER BY 1, 2"""
    search_is_true(folder / "parts.db")
    standings = """SELECT e.name, p.axis, p.month, p.outlet, p.quotations, p.statements, p.mean FROM positions p
        JOIN entities e ON e.id = p.speaker ORDER BY 1, 2, 3, 4, 5, 6, 7"""  # two may have one name
    spoken_of = "SELECT speaker, target, quotations, statements, polarity FROM who_about_whom ORDER BY 1, 2, 3, 4, 5"
    for query in (standings, spoken_of):
        assert rows(folder / "parts.db", query) == rows(folder / "whole.db", query)
    assert rows(folder / "parts.db", speakers) == rows(folder / "whole.db", speakers)
    for query in ("SELECT count(*) FROM entities", """SELECT q.uid, s.uid, s.text, s.n_quotations, s.n_variants FROM quotations q
            JOIN statements s ON s.id = q.statement ORDER BY 1"""):
        assert rows(folder / "parts.db", query) == rows(folder / "whole.db", query)


@pytest.mark.parametrize("stage, calls", [
    ("quotations", {"analyse", "stances order", "link", "statements"}),
    ("stance", {"stances order", "judge order"}),
    ("linking", {"link", "statements"}),
    ("statements", {"statements"}),
])
def test_a_new_version_of_a_stage_redoes_that_stage(path, stage, calls):
    build(corpus(6), path, Rules(), axes=[ORDER])
    before, again = content(path), Rules()
    again.versions[stage] = "2"
    build(corpus(6), path, again, axes=[ORDER])
    assert set(again.calls) == calls
    after = content(path)
    for table in ("analyses", "axes", "scorings", "axis_statements"):  # these name the version
        before.pop(table), after.pop(table)
    assert after == before


def test_an_edit_keeps_the_uids_and_ids_of_what_stayed(path):
    first = article(3, 'Mira Dell said: "The guns come first."', 'Oran Pask warned: "No truce, no talks."')
    build([first], path, Rules())
    before = dict(rows(path, "SELECT text, uid || id FROM quotations"))
    edited = article(3, "Corrected.", 'Mira Dell said: "The guns come first."', 'Oran Pask warned: "No truce."')
    report = build([edited], path, Rules())
    after = dict(rows(path, "SELECT text, uid || id FROM quotations"))
    assert report.changed == 1
    assert after["The guns come first."] == before["The guns come first."]
    assert set(after) == {"The guns come first.", "No truce."}


def test_what_is_gone_stays_unless_pruned(path):
    build(corpus(10), path, Rules(), axes=[ORDER])
    assert build(corpus(4), path, Rules(), axes=[ORDER]).articles == 10
    report = build(corpus(4), path, Rules(), axes=[ORDER], prune=True)
    search_is_true(path)
    assert (report.removed, report.articles, report.quotations) == (6, 4, 12)
    assert rows(path, "SELECT count(DISTINCT quotation) FROM spans") == [(12,)]
    assert rows(path, "SELECT count(*) FROM quotations_fts WHERE quotations_fts MATCH 'day'") == [(12,)]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_a_bad_article_is_a_row_in_failures(path):
    good, bad = corpus(2)
    unreadable = dataclasses.replace(bad, text="UNREADABLE", path="b.txt")
    report = build([Failure("c.txt", "documents", "empty file"), good, unreadable], path, Rules())
    assert (report.new, report.failed) == (1, 2)
    assert set(rows(path, "SELECT source, stage FROM failures")) == {("c.txt", "documents"),
                                                                     (unreadable.id, "quotations")}
    build([good, dataclasses.replace(bad, path="b.txt")], path, Rules())
    assert rows(path, "SELECT source FROM failures") == [("c.txt",)], "what reads well by now is no failure any more"


@pytest.mark.parametrize("change", [
    {"quotations": (Quotation("q", "direct", ((3, 9999),), (), ()),)},
    {"quotations": (Quotation("q", "direct", (), (), ()),)},
    {"quotations": (Quotation("q", "direct", ((0, 4),), (), ((7, 7),)),)},
    {"article": Article("article-000", "lone \ud800 surrogate")},
])
def test_an_analysis_that_cannot_be_true_is_a_failure(path, change):
    class Wrong(Rules):
        def analyse(self, articles):
            for n, analysis in enumerate(super().analyse(articles)):
                yield dataclasses.replace(analysis, **change) if n == 0 else analysis
    report = build(corpus(3), path, Wrong())
    assert (report.new, report.failed) == (2, 1)
    assert rows(path, "SELECT stage FROM failures") == [("database",)]


def test_two_articles_with_one_id_are_not_confused(path):
    one, other = article(1, 'Mira Dell said: "Yes."'), article(1, 'Mira Dell said: "No."', path="other/1.txt")
    report = build([one, one, other], path, Rules())
    assert (report.new, report.failed) == (1, 1)
    assert rows(path, "SELECT source FROM failures") == [("other/1.txt",)]
    assert rows(path, "SELECT text FROM quotations") == [("Yes.",)]


def test_a_lost_article_is_reported(path):
    class Forgetful(Rules):
        def analyse(self, articles):
            yield from list(super().analyse(articles))[1:]
    report = build(corpus(3), path, Forgetful())
    assert (report.new, report.failed) == (2, 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300), title=st.none() | st.text(max_size=20),
       url=st.none() | st.text(max_size=20), published=st.none() | st.text(max_size=20), data=st.data())
def test_any_text_survives_the_way_in_and_out(tmp_path_factory, text, title, url, published, data):
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted).map(tuple)
    quotations = [Quotation(str(n), "direct", (span,), (), ()) for n, span in
                  enumerate(data.draw(st.lists(spans.filter(lambda s: s[0] < s[1]), max_size=5)))]
    read = Article("a", text, title=title, url=url, published=published)

    class Given(Rules):
        def analyse(self, articles):
            for item in articles:
                yield dataclasses.replace(analyse(item), quotations=tuple(quotations), speakers=(), targets=(),
                                          contexts=())
    path = tmp_path_factory.mktemp("any") / "quotes.db"
    report = build([read], path, Given())
    encodable = all("\ud800" > c or c > "\udfff" for c in f"{title}{url}{published}")
    assert report.failed == (not encodable)
    if encodable:
        db = open_database(path)
        analysis = stored.read_analysis(db, db["articles"].get(1)["id"])
        assert analysis.article.text == text and analysis.quotations == tuple(quotations)
        found = [row["text"] for row in db.query("SELECT text FROM quotations ORDER BY number")]
        assert found == [text[slice(*quotation.content[0])] for quotation in quotations]
        db.conn.close()


def test_progress_says_how_far_it_is(path):
    seen = []
    build(corpus(5), path, Rules(), axes=[ORDER], progress=seen.append)
    articles = [step for step in seen if step.stage == "articles" and step.total]
    assert [step.done for step in articles][-1] == articles[-1].total == 5
    assert articles[-1].words == sum(len(item.text.split()) for item in corpus(5))
    assert {"linking", "statements", "summaries", "search"} <= {step.stage for step in seen}


def test_two_builds_do_not_mix(path):
    with build_lock(path), pytest.raises(DatabaseError, match="locked by another build"):
        build(corpus(1), path, Rules())
    assert build(corpus(1), path, Rules()).new == 1


def test_a_reader_may_read_while_a_build_writes(path):
    build(corpus(5), path, Rules(), axes=[ORDER])
    reader = open_database(path)
    seen = []
    build(corpus(9), path, Rules(), axes=[ORDER],
          progress=lambda step: seen.append(reader.execute("SELECT count(*) FROM quotations").fetchone()[0]))
    reader.conn.close()
    assert seen[0] >= 15 and seen[-1] == 27
    assert build(corpus(9), path, Rules(), axes=[ORDER]).unchanged == 9


def test_the_built_file_is_one_file(path):
    build(corpus(3), path, Rules())
    assert not path.with_name("quotes.db-wal").exists()
    assert rows(path, "PRAGMA journal_mode") == [("delete",)]


@pytest.fixture
def ctrl_c():
    """Ctrl-C raises KeyboardInterrupt, also where the tests are a shell's background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_loses_no_article_in_hand(path, ctrl_c):
    class Interrupted(Rules):
        def analyse(self, articles):
            for n, analysis in enumerate(super().analyse(articles)):
                if n == 3:
                    signal.raise_signal(signal.SIGINT)
                yield analysis
    with pytest.raises(KeyboardInterrupt):
        build(corpus(8), path, Interrupted(), axes=[ORDER])
    assert rows(path, "SELECT status, n_new FROM builds") == [("interrupted", 3)]
    report = build(corpus(8), path, Rules(), axes=[ORDER])
    assert (report.resumed, report.new, report.unchanged) == (True, 5, 3)


def test_a_stage_that_breaks_leaves_a_database_that_resumes(path, tmp_path):
    class Broken(Rules):
        def link(self, *given, **options):
            raise RuntimeError("no model")
    with pytest.raises(RuntimeError):
        build(corpus(4), path, Broken(), axes=[ORDER])
    assert rows(path, "SELECT status FROM builds") == [("failed",)]
    report = build(corpus(4), path, Rules(), axes=[ORDER])
    assert report.resumed and report.unchanged == 4
    whole = tmp_path / "whole.db"
    build(corpus(4), whole, Rules(), axes=[ORDER])
    assert content(path) == content(whole)


def test_an_article_that_breaks_the_scorer_is_tried_again(path):
    class Choking(Rules):
        def stances(self, axis, analyses):
            analyses = list(analyses)
            if any(analysis.article.id == "article-002" for analysis in analyses):
                raise RecursionError("too deep")
            return super().stances(axis, analyses)
    report = build(corpus(5), path, Choking(), axes=[ORDER])
    assert (report.stances, report.failed) == (12, 1)
    assert rows(path, "SELECT source, stage, error FROM failures") == [
        ("https://news0.example/2", "stance", "order: RecursionError: too deep")]
    again = Rules()
    assert build(corpus(5), path, again, axes=[ORDER]).stances == 3
    assert set(again.calls) == {"stances order"}
    assert rows(path, "SELECT count(*) FROM failures") == [(0,)]


def test_what_people_labelled_is_kept_with_what_the_scorer_says(path):
    build(corpus(2), path, Rules(), axes=[ORDER])
    kept = rows(path, "SELECT text, label, purpose, found, score FROM axis_statements ORDER BY number")
    assert kept == [("guns", "positive", "example", None, None), ("truce", "positive", "example", None, None),
                    ("The guns come first.", "positive", "check", "positive", 1.0),
                    ("Wages will rise.", "negative", "check", "unrelated", None)]

    class Dumb(Rules):
        def judge(self, axis, texts):
            raise RuntimeError("no model")
    changed = dataclasses.replace(ORDER, hash="2")
    report = build(corpus(2), path, Dumb(), axes=[changed])
    assert report.failed == 1 and report.stances == 6, "the articles are scored all the same"
    assert rows(path, "SELECT source, stage, error FROM failures") == [
        ("order", "stance", "its statements could not be scored: RuntimeError: no model")]
    again = Rules()
    build(corpus(2), path, again, axes=[changed])
    assert set(again.calls) == {"judge order"}
    assert rows(path, "SELECT text, label, purpose, found, score FROM axis_statements ORDER BY number") == kept
    assert rows(path, "SELECT count(*) FROM failures") == [(0,)]
    build(corpus(2), path, Rules(), axes=[])
    assert rows(path, "SELECT count(*) FROM axis_statements") == [(0,)]


def test_a_scorer_that_never_works_is_no_matter_of_articles(path):
    class Broken(Rules):
        def stances(self, axis, analyses):
            raise RuntimeError("no model")
    with pytest.raises(RuntimeError, match="no model"):
        build(corpus(5), path, Broken(), axes=[ORDER])


def test_repeats_are_one_statement(path):
    said = [article(n, 'Mira Dell said: "The guns come first."', outlet=f"Outlet {n}") for n in (1, 2, 3)]
    build([*said, article(9, 'Oran Pask said: "The guns come first."')], path, Rules(), axes=[ORDER])
    statements = rows(path, "SELECT s.n_quotations, s.n_outlets, s.first_published, o.name FROM statements s "
                            "JOIN outlets o ON o.id = s.first_outlet ORDER BY 1")
    assert statements == [(1, 1, "2031-03-10", "The Courier"), (3, 3, "2031-03-02", "Outlet 1")]
    assert rows(path, "SELECT quotations, statements FROM speaker_standings WHERE speaker = 'Mira Dell'") == [(3, 1)]


def test_a_change_of_position_shows(path):
    early = [article(n, f'Mira Dell said: "No talks, no table. Day {n}."') for n in range(5)]
    late = [article(n, f'Mira Dell said: "First a truce, the guns. Day {n}."') for n in range(20, 25)]
    build(early + late, path, Rules(), axes=[ORDER])
    [change] = rows(path, "SELECT towards, early_to, late_from, significant FROM position_changes")
    assert change == ("guns first", "2031-03-05", "2031-03-21", 1)


def test_corrections_file_that_is_unusable(path, tmp_path):
    wrong = tmp_path / "corrections.csv"
    with open(wrong, "w", newline="") as file:
        csv.writer(file).writerows([["a", "b"], ["1", "2"]])
    with pytest.raises(DatabaseError, match="no column"):
        build(corpus(1), path, Rules(), corrections_csv=wrong)
    assert not path.exists()
