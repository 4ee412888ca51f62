"""Scoring statements on an axis with the shipped model: the contract, not the quality (see test_axes_gate.py)."""

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.records import Analysis, Article, Quotation, slices
from attribution.stance.apply import score_analyses, scorer_for
from attribution.stance.axes import Axis, Pole
from attribution.stance.score import SIDE, Scorer, balance, undecided

NEGATIVE = Pole("keep the market", "The old market hall should be kept.", (
    "Tear it down and you tear the heart out of this town.", "We will not let anyone touch the hall.",
    "The traders demanded that the hall be preserved.", "Not one brick of it may be removed, she said."))
POSITIVE = Pole("pull it down", "The old market hall should be pulled down.", (
    "That ruin has stood there long enough, bring in the excavators.", "We need the space for flats, so the hall must go.",
    "The mayor called for its demolition before winter.", "Nobody will miss that draughty shed."))
AXIS = Axis("market_hall", "Should the market hall be pulled down?", NEGATIVE, POSITIVE,
            ("The council will decide about the hall in June.", "There are good reasons to keep it and good reasons not to."),
            ("Apples were cheap on Saturday.", "The mayor flew to a conference.", "It rained all week."),
            (("market hall", ("market hall", "hall")),))
STATEMENTS = ("The market hall must be preserved at any price.", "Pull down the market hall and build flats.",
              "Whether the hall stays is for the council to say.", "The river froze in January.", "", "...", "\ud800 \x00")


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(AXIS)


def test_an_example_of_each_pole_comes_out_on_its_side(scorer):
    negative, positive = scorer.score([NEGATIVE.examples[2], POSITIVE.examples[2]])
    assert negative.score < 0 < positive.score


def test_score_label_and_evidence_agree(scorer):
    for text, scored in zip(STATEMENTS, scorer.score(STATEMENTS)):
        assert 0 <= scored.confidence <= 1
        if scored.label == "unrelated":
            assert scored.score is None and scored.evidence == ()
            continue
        side = {"negative": -1, "neutral": 0, "positive": 1}[scored.label]
        assert -1 <= scored.score <= 1
        assert (scored.score > 0) - (scored.score < 0) == side if side else abs(scored.score) < SIDE
        assert all(0 <= start < end <= len(text) for start, end in scored.evidence)
        assert list(scored.evidence) == sorted(scored.evidence)


chances = st.lists(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), min_size=1, max_size=5)


@given(chances, st.floats(0, 1))
def test_a_side_needs_the_balance_that_is_asked_for(rows, sure):
    """What is likeliest a side, nobody can say which, becomes unrelated with all their chances; the rest stays as it is."""
    before = torch.tensor(rows)
    before = before / before.sum(1, keepdim=True)
    after = undecided(before, sure)
    assert torch.allclose(after.sum(1), torch.ones(len(rows)))
    for old, new, lean in zip(before, after, balance(before).abs()):
        sided = int(old.argmax()) in (0, 2)
        if sided and lean < sure:
            assert int(new.argmax()) == 3 and new[0] == new[2] == 0 and new[1] == old[1]
        else:
            assert torch.equal(old, new)


def test_a_score_of_a_sure_side_is_the_same(scorer):
    for one, sure in zip(scorer.score(STATEMENTS), scorer.score(STATEMENTS, sure=SIDE)):
        assert sure == one or sure.score is None and abs(one.score) == SIDE, "only guesses are taken back"


def test_nothing_to_read_is_unrelated(scorer):
    assert [s.label for s in scorer.score(["", "...", "!?"])] == ["unrelated"] * 3
    assert scorer.score([]) == []


def test_the_far_topic_is_unrelated(scorer):
    assert scorer.score(["The river froze in January and the ferries stayed in port."])[0].score is None


def test_company_and_order_do_not_matter(scorer):
    alone = [scorer.score([text])[0] for text in STATEMENTS]
    together = scorer.score(list(reversed(STATEMENTS)))[::-1]
    assert [s.label for s in alone] == [s.label for s in together]
    for one, other in zip(alone, together):
        assert one.confidence == pytest.approx(other.confidence, abs=0.03)  # bfloat16 rounds by place in a batch


def test_swapped_poles_swap_the_scores(scorer):
    swapped = Scorer(Axis("market_hall", AXIS.question, POSITIVE, NEGATIVE, AXIS.neutral, AXIS.unrelated, AXIS.terms))
    for one, other in zip(scorer.probabilities(STATEMENTS[:4]), swapped.probabilities(STATEMENTS[:4])):
        assert one[[2, 1, 0, 3]].tolist() == pytest.approx(other.tolist(), abs=0.03)


def test_each_example_is_judged_by_the_others(scorer):
    found = scorer.left_out()
    assert [one.label for one in found] == ["negative"] * 4 + ["neutral"] * 2 + ["positive"] * 4 + ["unrelated"] * 3
    assert all(0 < one.confidence <= 1 for one in found)
    astray = "Drone footage showed the harbour on Monday."  # a pole's example under the other pole is not always told
    turned = Scorer(replace(AXIS, negative=replace(NEGATIVE, examples=(*NEGATIVE.examples, astray))))
    assert [(one.label, one.found) for one in turned.left_out() if one.text == astray] == [("negative", "unrelated")]


def test_an_axis_is_read_once_a_process():
    assert scorer_for(AXIS) is scorer_for(AXIS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_text_gets_an_answer(scorer, texts):
    assert len(scorer.score(texts, [None] * len(texts))) == len(texts)


TEXT = ("The council argued until midnight. \"The market hall must be preserved at any price,\" said Oda Brem. "
        "Jon Ferl denied that the hall should be pulled down. The plan met with a firm no from the traders.")


def span(piece: str) -> tuple:
    return ((TEXT.index(piece), TEXT.index(piece) + len(piece)),)


def test_evidence_of_a_quotation_lies_in_the_article():
    quotation = Quotation("q1", "direct", span('"The market hall must be preserved at any price,"'), span("said"), span("Oda Brem"))
    stances = score_analyses(AXIS, [Analysis(Article("a", TEXT), (quotation,), speakers=(None,), targets=((),))])
    stance = stances["a", "q1"]
    assert stance.axis == "market_hall"
    assert all(words and words in TEXT for words in slices(TEXT, stance.evidence))
    assert stance.label == "unrelated" or stance.evidence


def test_what_is_denied_gets_no_stance():
    denied = Quotation("q1", "indirect", span("the hall should be pulled down"), span("denied that"), span("Jon Ferl"),
                       cue_polarity="denied")
    stances = score_analyses(AXIS, [Analysis(Article("a", TEXT), (denied,), speakers=(None,), targets=((),))])
    assert stances["a", "q1"].score is None


def test_every_quotation_gets_an_answer_and_no_analysis_none():
    assert score_analyses(AXIS, []) == {}
    empty = Quotation("q1", "direct", (), (), ())
    stances = score_analyses(AXIS, [Analysis(Article("a", "…"), (empty,), speakers=(None,), targets=((),))])
    assert stances["a", "q1"].label == "unrelated"
