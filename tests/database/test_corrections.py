"""Corrections: applied by every build, found again after an edit, never dropped silently."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_pipeline import ORDER, Rules, article

from attribution.database import corrections
from attribution.database.build import build
from attribution.database.connection import DatabaseError, open_database
from attribution.database.corrections import Correction

GUNS = "The guns come first and nothing else will do."
ARTICLES = [article(1, f'Mira Dell said: "{GUNS}" (of Tovia)', 'Oran Pask said: "We go to the table now."'),
            article(2, 'an official said: "Wages will rise."')]


class Project:
    """A database with its corrections.csv."""

    def __init__(self, folder):
        self.path, self.csv, self.rules = folder / "quotes.db", folder / "corrections.csv", Rules()

    def build(self, articles=ARTICLES, **changes):
        return build(articles, self.path, self.rules, axes=[ORDER], corrections_csv=self.csv, **changes)

    def uid(self, text):
        return self.rows("SELECT uid FROM quotations WHERE text = ?", text)[0][0]

    def correct(self, text, field, value=""):
        db = open_database(self.path)
        correction = Correction(self.uid(text), field, value, who="AB", when="2031-04-01", why="heard it")
        corrections.add_correction(self.csv, corrections.check(db, correction))
        db.conn.close()
        return self.build()

    def rows(self, sql, *values):
        db = open_database(self.path)
        try:
            return db.conn.execute(sql, values).fetchall()
        finally:
            db.conn.close()


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.build()
    return project


def speaker(project, text):
    return project.rows("SELECT e.uid, q.speaker_name, q.reviewed FROM quotations q LEFT JOIN entities e "
                        "ON e.id = q.speaker WHERE q.text = ?", text)[0]


def status(project):
    return [row[0] for row in project.rows("SELECT status FROM corrections ORDER BY id")]


@pytest.mark.parametrize("value", ["oran-pask", "Oran Pask"])
def test_another_speaker(project, value):
    project.correct(GUNS, "speaker", value)
    assert speaker(project, GUNS) == ("oran-pask", "Oran Pask", 1)
    assert project.rows("SELECT status, old, who, why FROM corrections") == [("applied", "mira-dell", "AB", "heard it")]
    assert project.rows("SELECT n_said FROM entities WHERE uid = 'oran-pask'") == [(2,)]
    assert project.rows("SELECT quotations FROM speaker_standings WHERE speaker = 'Oran Pask'") == [(2,)]


def test_a_speaker_whom_nobody_knows(project):
    project.correct("Wages will rise.", "speaker", "Lía Ortün")
    assert speaker(project, "Wages will rise.") == ("by-hand-lia-ortun", "Lía Ortün", 1)
    project.csv.unlink()
    project.build()
    assert speaker(project, "Wages will rise.") == (None, "an official (unnamed)", 0)
    assert project.rows("SELECT count(*) FROM entities WHERE uid LIKE 'by-hand%'") == [(0,)]


def test_a_speaker_that_is_unknown(project):
    project.correct(GUNS, "speaker", "")
    assert speaker(project, GUNS) == (None, None, 1)


def test_targets_and_polarity(project):
    project.correct(GUNS, "target", "Oran Pask; ceasefire; Tovia")
    assert project.rows("SELECT name, entity IS NOT NULL, polarity FROM targets ORDER BY number") == [
        ("Oran Pask", 1, None), ("ceasefire", 0, None), ("Tovia", 1, -0.5)]
    assert project.rows("SELECT targets FROM quotations WHERE text = ?", GUNS) == [
        ('["Oran Pask","ceasefire","Tovia"]',)]
    project.correct(GUNS, "polarity", "ceasefire: 0.75; Tovia: 0")
    assert project.rows("SELECT polarity FROM targets ORDER BY number") == [(None,), (0.75,), (0.0,)]


@pytest.mark.parametrize("value, label, score", [
    ("negative", "negative", -1.0), ("talks first", "negative", -1.0), ("Guns First", "positive", 1.0),
    ("0.25", "positive", 0.25), ("-0.25", "negative", -0.25), ("0", "neutral", 0.0), ("unrelated", "unrelated", None)])
def test_stance(project, value, label, score):
    project.correct(GUNS, "stance:order", value)
    assert project.rows("SELECT s.label, s.score FROM stances s JOIN quotations q ON q.id = s.quotation WHERE text = ?",
                        GUNS) == [(label, score)]
    assert project.rows("SELECT score FROM quotations WHERE text = ?", GUNS) == [(score,)]


def test_kind(project):
    project.correct(GUNS, "kind", "mixed")
    assert project.rows("SELECT kind FROM quotations WHERE text = ?", GUNS) == [("mixed",)]


def test_no_quotation_at_all(project):
    report = project.correct(GUNS, "not_a_quotation")
    assert (report.quotations, status(project)) == (2, ["applied"])
    assert project.rows("SELECT text FROM corrections") == [(GUNS,)]
    assert project.rows("SELECT count(*) FROM quotations_fts WHERE quotations_fts MATCH 'guns'") == [(0,)]
    report = project.build()
    assert (report.quotations, report.corrections[0].status) == (2, "applied")


@pytest.mark.parametrize("field, value", [("speaker", "Oran Pask"), ("target", "ceasefire"), ("polarity", "1"),
                                          ("stance:order", "negative"), ("kind", "mixed"), ("not_a_quotation", "")])
def test_a_correction_taken_back_is_gone(project, field, value):
    shown = ("SELECT q.uid, q.speaker_name, q.speaker, q.targets, q.kind, q.stance, q.score, q.reviewed, t.polarity "
             "FROM quotations q LEFT JOIN targets t ON t.quotation = q.id ORDER BY q.uid")
    before = project.rows(shown)
    project.correct(GUNS, field, value)
    assert project.rows(shown) != before
    project.csv.unlink()
    project.build()
    assert project.rows(shown) == before


@pytest.mark.parametrize("field, value", [("speaker", "Oran Pask"), ("target", "ceasefire"), ("polarity", "1"),
                                          ("stance:order", "negative"), ("kind", "mixed"), ("not_a_quotation", "")])
def test_a_rebuild_from_nothing_and_new_versions_keep_it(project, field, value):
    project.correct(GUNS, field, value)
    shown = ("SELECT q.uid, q.speaker_name, q.targets, q.kind, q.stance, q.score, q.reviewed, t.polarity "
             "FROM quotations q LEFT JOIN targets t ON t.quotation = q.id ORDER BY q.uid")
    corrected, table = project.rows(shown), project.rows("SELECT uid, field, value, old, status FROM corrections")
    for stage in (None, "linking", "stance", "quotations"):
        if stage:
            project.rules.versions[stage] = "2"
        project.build()
        assert (project.rows(shown), project.rows("SELECT uid, field, value, old, status FROM corrections")) == (
            corrected, table), stage
    project.path.unlink()
    project.build()
    assert project.rows(shown) == corrected


def test_a_small_edit_does_not_lose_it(project):
    project.correct(GUNS, "speaker", "Oran Pask")
    edited = GUNS.replace("nothing else", "nothing less")
    report = project.build([article(1, f'Mira Dell said: "{edited}"', 'Oran Pask said: "We go."'), ARTICLES[1]])
    assert [outcome.status for outcome in report.corrections] == ["moved"]
    assert project.uid(edited) in report.corrections[0].note
    assert speaker(project, edited)[1] == "Oran Pask"
    assert project.build([article(1, f'Mira Dell said: "{edited}"', 'Oran Pask said: "We go."'),
                          ARTICLES[1]]).corrections[0].status == "moved"


def test_a_line_written_by_hand_is_found_again_too(project):
    project.csv.write_text(f"quotation,field,value\n{project.uid(GUNS)},speaker,Oran Pask\n", "utf-8")
    project.build()
    edited = [article(1, f'Oran Pask said: "We go." Mira Dell said: "{GUNS[:-1]}, ever."'), ARTICLES[1]]

    class Broken(Rules):
        def link(self, *given, **options):
            raise RuntimeError
    project.rules = Broken()
    with pytest.raises(RuntimeError):
        project.build(edited)
    assert status(project) == ["waiting"]
    project.rules = Rules()
    assert [outcome.status for outcome in project.build(edited).corrections] == ["moved"]
    gone = [article(1, 'Mira Dell said: "I never spoke."'), ARTICLES[1]]
    for _ in range(2):
        assert [outcome.status for outcome in project.build(gone).corrections] == ["orphan"]
    assert [outcome.status for outcome in project.build(edited).corrections] == ["moved"]


def test_what_no_longer_applies_is_reported(project):
    project.correct(GUNS, "speaker", "Oran Pask")
    report = project.build([article(1, 'Mira Dell said: "I have never spoken of that."'), ARTICLES[1]])
    assert [outcome.correction.quotation for outcome in report.unresolved] == [
        row[0] for row in project.rows("SELECT uid FROM corrections WHERE status = 'orphan'")]
    assert speaker(project, "I have never spoken of that.")[1] == "Mira Dell"
    assert [outcome.status for outcome in project.build().corrections] == ["applied"], "it comes back with its article"


def test_a_correction_that_the_pipeline_agrees_with(project):
    project.correct(GUNS, "speaker", "Mira Dell")
    assert status(project) == ["agrees"]
    assert speaker(project, GUNS) == ("mira-dell", "Mira Dell", 1)


def test_the_later_line_counts(project):
    uid = project.uid(GUNS)
    corrections.write_corrections(project.csv, [Correction(uid, "kind", "mixed"), Correction(uid, "kind", "indirect")])
    report = project.build()
    assert sorted(outcome.status for outcome in report.corrections) == ["applied", "invalid"]
    assert project.rows("SELECT kind FROM quotations WHERE uid = ?", uid) == [("indirect",)]


@pytest.mark.parametrize("field, value, says", [
    ("kind", "oral", "direct, mixed, indirect"), ("mood", "good", "no such field"), ("stance:peace", "0", "order"),
    ("stance:order", "2", "between -1 and 1"), ("stance:order", "nan", "between -1 and 1"),
    ("stance:order", "maybe", "not a number"), ("polarity", "Rusk: 1", "not among the targets"),
])
def test_impossible_values(project, field, value, says):
    uid = project.uid(GUNS)
    db = open_database(project.path)
    with pytest.raises(DatabaseError, match=says):
        corrections.check(db, Correction(uid, field, value))
    db.conn.close()
    corrections.write_corrections(project.csv, [Correction(uid, field, value)])
    [outcome] = project.build().unresolved
    assert outcome.status == "invalid" and says in outcome.note


def test_an_ambiguous_name_asks_for_the_id(project, tmp_path):
    class Namesakes(Rules):
        def link(self, *given, **options):
            linking = super().link(*given, **options)
            return dataclasses.replace(linking, entities=tuple(
                dataclasses.replace(entity, name="Same Name") if entity.kind == "person" else entity
                for entity in linking.entities))
    project.rules = Namesakes()
    project.rules.versions["linking"] = "2"
    project.build()
    with pytest.raises(DatabaseError, match="mira-dell, oran-pask"):
        project.correct(GUNS, "speaker", "Same Name")


def test_no_such_quotation(project):
    db = open_database(project.path)
    with pytest.raises(DatabaseError, match="no quotation 0123"):
        corrections.check(db, Correction("0123", "kind", "mixed"))
    db.conn.close()
    corrections.write_corrections(project.csv, [Correction("0123", "kind", "mixed")])
    assert [outcome.status for outcome in project.build().unresolved] == ["orphan"]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip)


@given(st.lists(st.builds(Correction, cells.filter(bool), *[cells] * 7), max_size=5))
def test_the_file_keeps_what_is_written(tmp_path_factory, wanted):
    path = tmp_path_factory.mktemp("csv") / "corrections.csv"
    corrections.write_corrections(path, wanted)
    assert corrections.read_corrections(path) == wanted


def test_a_second_correction_of_a_field_replaces_the_first(tmp_path):
    path = tmp_path / "corrections.csv"
    for value in ("mixed", "indirect"):
        corrections.add_correction(path, Correction("u", "kind", value))
    corrections.add_correction(path, Correction("u", "speaker", "X"))
    assert [(c.field, c.value) for c in corrections.read_corrections(path)] == [("kind", "indirect"), ("speaker", "X")]


def test_a_file_that_is_no_csv(tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_bytes(b"quotation,field,value\n\xff\xfe,kind,mixed\n")
    with pytest.raises(DatabaseError, match="UTF-8"):
        corrections.read_corrections(path)


def test_the_order_of_lines_does_not_matter(project):
    uid = project.uid(GUNS)
    corrections.write_corrections(project.csv, [
        Correction(uid, "not_a_quotation"), Correction(uid, "polarity", "ceasefire: 1"),
        Correction(uid, "target", "ceasefire")])
    assert not project.build().unresolved


def test_taking_a_correction_back_analyses_nothing(project):
    undated = [dataclasses.replace(ARTICLES[0], published="in March", outlet=""), ARTICLES[1]]
    corrections.write_corrections(project.csv, [Correction(project.uid(GUNS), "kind", "mixed")])
    project.build(undated)
    project.csv.unlink()
    project.rules.calls.clear()
    project.build(undated)
    assert set(project.rules.calls) == {"stances order", "link", "statements"}
    assert project.rows("SELECT kind FROM quotations WHERE text = ?", GUNS) == [("direct",)]


def test_an_article_that_is_pruned_leaves_an_orphan(project):
    project.correct("Wages will rise.", "not_a_quotation")
    report = project.build(ARTICLES[:1], prune=True)
    assert [outcome.status for outcome in report.unresolved] == ["orphan"]
    project.csv.unlink()
    assert project.build(ARTICLES[:1]).corrections == []
