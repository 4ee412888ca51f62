"""Which of the cues that the model sees are believed."""

from attribution.quotations import tagger
from attribution.quotations.tagger import CUE, INNER, UNTOLD, Cue
from attribution.records import Relation

OUTER = Relation(((0, 60),), ((61, 65),), ((66, 70),), 0.4)
WITHIN = Relation(((20, 60),), ((10, 19),), ((0, 9),), 0.3)
ELSEWHERE = Relation(((120, 160),), ((110, 119),), ((100, 109),), 0.3)


def trusted(*cues: Cue) -> list[Relation]:
    return tagger._trusted(cues)


def test_an_unsure_cue_counts_only_where_it_is_told_by_somebody():
    sure, faint = Cue(OUTER, CUE, True), (CUE + INNER) / 2
    assert trusted(sure, Cue(WITHIN, faint, True), Cue(ELSEWHERE, faint, True)) == [OUTER, WITHIN]
    assert trusted(Cue(OUTER, faint, True), Cue(WITHIN, faint, True)) == []


def test_a_content_that_had_to_be_asked_for_needs_a_surer_cue():
    assert trusted(Cue(OUTER, UNTOLD, False)) == [OUTER]
    assert trusted(Cue(OUTER, (CUE + UNTOLD) / 2, False)) == []
