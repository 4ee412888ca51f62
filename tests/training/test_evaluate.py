"""Gold and predictions in, figures out."""

import gzip
import importlib.util
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.training.evaluate import evaluate, render, to_json
from attribution.training.evaluate_gold import read_rows
from attribution.training.evaluate_names import b_cubed, pairwise, same_name

TEXT = 'Mara Hale said the bridge was safe. "It will hold," she added. Orr doubts it.'
HALE, SAID, SAFE = [[0, 9]], [[10, 14]], [[15, 34]]
HOLD, SHE, ADDED = [[36, 51]], [[52, 55]], [[56, 61]]
ORR, DOUBTS, IT = [[63, 66]], [[67, 73]], [[74, 76]]


def attribution(content, cue=(), source=(), **fields):
    return {"content": content, "cue": list(cue), "source": list(source), **fields}


def article(*attributions, **more):
    return {"id": "a", "text": TEXT, "attributions": list(attributions), **more}


FIRST = attribution(SAFE, SAID, HALE, id="a1", kind="indirect", attitude="says", speaker="Mara Hale", addressee=None,
                    targets=["bridge"], target_polarity={"bridge": 1}, stance={"repairs": 1, "tolls": None})
SECOND = attribution(HOLD, ADDED, SHE, id="a2", kind="direct", attitude="says", speaker="Mara Hale", targets=[],
                     stance={}, addressee=None)
THIRD = attribution(IT, DOUBTS, ORR, id="a3", kind="indirect", attitude="thinks", speaker="Jon Orr", targets=[],
                    stance={})
GOLD = article(FIRST, SECOND, THIRD)


def test_predictions_that_equal_the_gold_are_perfect():
    report = evaluate([GOLD], [GOLD])
    assert all(score.f1 == 1 for score in report.scores.values() if score.actual)
    assert all(rate.share == (0 if name in ("speaker wrong", "speaker unknown", "side given, wrong") else 1)
               for name, rate in report.rates.items())
    assert report.entities == (1, 1) and report.worst == () and report.forbidden == 0


def test_no_predictions_find_nothing():
    report = evaluate([GOLD], [])
    assert report.scores["relation"].recall == 0 and report.scores["relation"].actual == 3
    assert report.worst[0].missed == ("the bridge was safe", '"It will hold,"', "it")


def test_a_wrong_source_costs_the_relation_but_not_the_content():
    report = evaluate([GOLD], [article(attribution(SAFE, SAID, ORR))])
    assert report.scores["content"].found == 1 and report.scores["relation"].found == 0
    assert report.rates["source given content"].share == 0


def test_figures_by_kind_and_place_of_the_source_and_for_pronouns():
    report = evaluate([GOLD], [article(SECOND, THIRD)])
    assert report.scores["direct relation"].f1 == 1
    assert report.scores["indirect relation"].recall == 0.5
    assert (report.rates["relation, source before"].right, report.rates["relation, source before"].total) == (1, 2)
    assert report.rates["relation, source after"].share == 1
    assert report.rates["relation, source a pronoun"].share == 1


def test_quoted_figures_leave_out_what_has_no_marks():
    report = evaluate([GOLD], [article(SECOND)])
    assert report.scores["quoted relation"].f1 == 1
    assert report.scores["relation"].recall == pytest.approx(1 / 3)


def test_an_unknown_speaker_is_not_a_wrong_one():
    predictions = article(FIRST | {"speaker": "Jon Orr"}, SECOND | {"speaker": None},
                          THIRD | {"speaker": "official (unnamed)"})
    rates = evaluate([GOLD], [predictions]).rates
    assert rates["speaker"].right == 0
    assert rates["speaker wrong"].right == 1
    assert rates["speaker unknown"].right == 2


def test_sides_that_are_given_are_right_wrong_or_none_was_taken():
    def sides(repairs, tolls):
        report = evaluate([GOLD], [article(FIRST | {"stance": {"repairs": {"score": repairs}, "tolls": {"score": tolls}}})])
        return [(report.rates[name].right, report.rates[name].total) for name in ("side given", "side given, wrong")]

    assert sides(0.9, None) == [(1, 1), (0, 1)]
    assert sides(-0.9, None) == [(0, 1), (1, 1)]
    assert sides(0.9, 0.9) == [(1, 2), (0, 2)]


def test_stance_and_targets():
    predictions = article(FIRST | {"stance": {"repairs": {"score": 0.1}, "tolls": {"score": None}},
                                   "targets": ["bridge", "river"], "target_polarity": {"bridge": -0.8}})
    report = evaluate([GOLD], [predictions])
    assert (report.rates["stance"].right, report.rates["stance"].total) == (1, 2)
    assert report.rates["stance taken"].share == 0
    assert "side given" not in report.rates
    assert (report.scores["targets"].precision, report.scores["targets"].recall) == (0.5, 1)
    assert report.rates["target polarity"].share == 0


def test_forbidden_content_is_counted_when_it_comes_out():
    gold = article(FIRST, forbidden=[[HOLD[0]]])
    assert evaluate([gold], [article(FIRST)]).forbidden == 0
    assert evaluate([gold], [article(FIRST, SECOND)]).forbidden == 1


def test_a_consensus_rewards_either_annotator_and_ignores_what_only_one_saw():
    gold = {"id": "a", "text": TEXT, "forbidden": [],
            "required": [{"alternatives": [attribution(SAFE, SAID, HALE), attribution([[10, 34]], [], HALE)],
                          "speaker": ["Mara Hale", "M. Hale"], "speaker_agreed": True, "kind": "indirect",
                          "attitude": None, "stance": {}, "targets": [], "polarity": {}}],
            "optional": [attribution(IT, DOUBTS, ORR)]}
    report = evaluate([gold], [article(attribution([[10, 34]], [], HALE, speaker="M. Hale", kind="direct"), THIRD)])
    assert report.scores["relation"].f1 == 1
    assert report.rates["kind"].share == 0 and report.rates["speaker"].share == 1
    assert "attitude" not in report.rates


def test_confidence_is_judged_by_how_often_it_is_right():
    sure = article(*(one | {"confidence": 1.0} for one in (FIRST, SECOND, THIRD)))
    assert evaluate([GOLD], [sure]).calibration_error == 0
    unsure = article(*(one | {"confidence": 0.25} for one in (FIRST, SECOND, THIRD)))
    assert evaluate([GOLD], [unsure]).calibration_error == pytest.approx(0.75)


def test_repeated_statements_are_judged_by_pairs():
    statements = {"same": [{"statement": "it holds", "members": [["a", "a1"], ["a", "a2"]]}],
                  "unjudged": [{"pair": [["a", "a2"], ["a", "a3"]]}]}
    predictions = article(FIRST | {"statement": 1}, SECOND | {"statement": 1}, THIRD | {"statement": 1})
    score = evaluate([GOLD], [predictions], statements).scores["statement pairs"]
    assert (score.right, score.predicted, score.actual) == (1, 2, 1)


def test_predictions_of_another_text_are_refused():
    with pytest.raises(ValueError, match="another text"):
        evaluate([GOLD], [GOLD | {"text": TEXT + " "}])


def test_rows_are_read_plain_and_gzipped_and_a_broken_line_is_named(tmp_path):
    plain, packed = tmp_path / "gold.jsonl", tmp_path / "gold.jsonl.gz"
    plain.write_text(json.dumps(GOLD) + "\n\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_rows(plain) == read_rows(packed) == [GOLD]
    plain.write_text(json.dumps(GOLD) + "\n{\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_rows(plain)
    plain.write_text('{"title": "no id"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match='line 1: an article needs "id"'):
        read_rows(plain)


def test_gold_needs_its_text_and_predictions_do_not():
    without = {key: value for key, value in GOLD.items() if key != "text"}
    assert evaluate([GOLD], [without]).scores["relation"].f1 == 1
    with pytest.raises(ValueError, match="gold without its text"):
        evaluate([without], [GOLD])


def test_the_report_prints_and_serialises():
    report = evaluate([GOLD], [article(SECOND, THIRD | {"speaker": "Ada Lund"})])
    table = render(report)
    assert "relation" in table and "worst articles" in table
    data = json.loads(json.dumps(to_json(report)))
    assert data["scores"]["relation"]["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert data["rates"]["speaker wrong"]["right"] == 1


@pytest.mark.parametrize("one, other, same", [
    ("Mara Hale", "Mara Hale", True),
    ("Mara Hale", "Hale", True),
    ("President Danylo Veresh", "Veresh", True),
    ("Volodar Melensky", "Volodar Melenskyy", True),
    ("Jürgen Kästner", "Jurgen Kastner", True),
    ("Mara Hale", "Jon Hale", False),
    ("Mara Hale", "Mara Orr", False),
    ("senior official (unnamed)", "official (unnamed)", True),
    ("senior official (unnamed)", "Senior Official Orr", False),
    ("Delta Port Authority", "Port Authority of Delta", True),
    ("Mara Hale", None, False),
])
def test_names_agree_over_spellings_and_titles_only(one, other, same):
    assert same_name(one, other) is same and same_name(other, one) is same


def test_b_cubed_by_the_textbook_example():
    """Two groups of gold, {1,2,3} and {4,5}; predicted {1,2} and {3,4,5}."""
    precision, recall = b_cubed("aaabb", "xxyyy")
    assert precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_grouping_figures_are_symmetric_and_perfect_only_for_equal_groups(pairs):
    gold, predicted = zip(*pairs)
    precision, recall = b_cubed(gold, predicted)
    assert b_cubed(predicted, gold) == pytest.approx((recall, precision))
    assert 0 < precision <= 1 and 0 < recall <= 1
    hits, found, wanted = pairwise(gold, predicted)
    assert pairwise(predicted, gold) == (hits, wanted, found)
    assert b_cubed(gold, gold) == (1, 1) and pairwise(gold, gold) == (wanted, wanted, wanted)


spans = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)).map(sorted), max_size=3)
rows = st.lists(st.builds(attribution, spans, spans, spans), max_size=5)


@settings(max_examples=60, deadline=None)
@given(rows, rows)
def test_figures_stay_between_nothing_and_all(gold, predicted):
    report = evaluate([article(*gold)], [article(*predicted)])
    assert all(0 <= score.right <= score.predicted and 0 <= score.found <= score.actual or "overlap" in name
               for name, score in report.scores.items())
    assert all(0 <= number <= 1 for number in report.figures().values())


def disturbed(rows, rng):
    """The gold with relations dropped, doubled, moved and emptied, as a poor system would find it."""
    for row in rows:
        found = []
        for one in row["attributions"]:
            spans = {role: [list(span) for span in one[role]] for role in ("content", "cue", "source")}
            for role in spans:
                if spans[role] and rng.random() < 0.3:
                    start, end = (max(0, place + rng.randint(-30, 30)) for place in spans[role][0])
                    spans[role][0] = [min(start, end), max(start, end)]
                if rng.random() < 0.1:
                    spans[role] = []
            found += [spans] * rng.choice([0, 1, 1, 1, 2])
        yield {"id": row["id"], "text": row["text"], "attributions": found}


def test_relation_figures_are_those_of_the_outside_scorer(shared):
    path = shared / "tools" / "score_attributions.py"
    if not path.is_file():
        pytest.skip(f"no scorer at {path}")
    spec = importlib.util.spec_from_file_location("score_attributions", path)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold = read_rows(shared / "corpora" / "polnear" / "dev.jsonl.gz")[:20]
    predicted = list(disturbed(gold, random.Random(7)))
    report = evaluate(gold, predicted)
    names = {"AR (content+source)": "relation", "content matched": "content"}
    for label, row in scorer.score({r["id"]: r for r in gold}, {r["id"]: r for r in predicted}).items():
        subset, name = label.split(" ", 1)
        mine = ("quoted " if subset == "quoted" else "") + names.get(name, name)
        if name == "source given content":
            assert (report.rates[mine].right, report.rates[mine].total) == (row["hit"], row["gold"]), mine
        else:
            score = report.scores[mine]
            assert (score.right, score.predicted, score.actual) == (row["hit"], row["pred"], row["gold"]), mine
