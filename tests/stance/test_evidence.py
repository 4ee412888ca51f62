"""The words named as evidence are those that the decision hangs on."""

import re

import pytest
import torch

from attribution.stance import Polarity, Scorer, load_axis
from attribution.stance.evidence import WORD, by_word, claim_evidence, strongest
from attribution.stance.pieces import Pieces
from attribution.stance.polarity import About

SENTENCES = (
    "The envoy praised the harbour board for its patience.", "She accused the harbour board of lying about the cranes.",
    "The dockers thanked the harbour board, whose help had been generous.", "The harbour board failed us, and shamefully, he said.",
    "A wonderful achievement of the harbour board, the mayor called it.",
    "The harbour board is corrupt to the bone, the letter said.", "He condemned the harbour board's cruel and reckless order.",
    "Nobody has done more for this town than the harbour board, she said warmly.")


def without(text, spans):
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + "it" + text[end:]
    return text


def about(text):
    at = re.search("harbour board", text)
    return About(text, (at.span(),))


def test_a_polarity_hangs_more_on_its_evidence_than_on_as_many_other_words():
    scorer = Polarity()
    evidence = lost = 0.0
    for text in SENTENCES:
        found = scorer.score([about(text)])[0]
        if not found.label:
            continue
        words = [m.span() for m in WORD.finditer(text) if m.group() not in ("harbour", "board", "board's")]
        told = [w for w in words if any(w[0] < e and s < w[1] for s, e in found.evidence)]
        others = [w for w in words if w not in told]
        assert told
        runs = [others[i : i + len(told)] for i in range(len(others) - len(told) + 1)]
        after, *instead = scorer.score([about(without(text, cut)) for cut in (told, *runs)])
        evidence += found.label * (found.polarity - after.polarity)
        lost += sum(found.label * (found.polarity - other.polarity) for other in instead) / len(runs)
    assert evidence > 1.5 * max(lost, 0.1)


def test_a_score_with_its_evidence_is_the_score_without(root):
    """Reading the last layer backwards must not change what it says."""
    scorer = Scorer(load_axis(root / "db" / "axes" / "ceasefire_vs_talks.yml"))
    texts = [text for text, _ in scorer.examples]
    readings = {}
    assert torch.allclose(scorer.probabilities(texts, readings), scorer.probabilities(texts), atol=0.01)  # kernels round
    assert readings and all(pieces.border == len(values) for reading in readings.values() for pieces, values in reading.poles)


def test_signs_tell_for_which_side_a_claim_speaks():
    text = "Open the gate now"
    pieces = Pieces((101, 1, 2, 3, 4, 102), (0,) * 6, (0,) * 6, ((0, 0), (0, 4), (5, 8), (9, 13), (14, 17), (0, 0)))
    for_it, against = torch.tensor([0, 3.0, 0, 0, -1, 0]), torch.tensor([0, -2.0, 0, 0, 1, 0])
    assert claim_evidence(text, [(1, (pieces, for_it)), (-1, (pieces, against))]) == ((0, 4),)
    assert claim_evidence(text, [(-1, (pieces, for_it)), (1, (pieces, against))]) == ((14, 17),)


@pytest.mark.parametrize(("values", "spans"), [
    ([2.0, 0, 0, 1], ((0, 4),)), ([1.0, 1, 0, 0], ((0, 8),)), ([1.0, 0, 0, 1], ((0, 4), (14, 17)))])  # fmt: skip
def test_the_fewest_words_that_carry_most_and_neighbours_as_one(values, spans):
    text = "Open the gate now"
    words = dict(zip(((0, 4), (5, 8), (9, 13), (14, 17)), values))
    assert strongest(text, words) == spans


def test_pieces_add_up_to_words():
    pieces = Pieces((101, 1, 2, 102), (0,) * 4, (0,) * 4, ((0, 0), (0, 3), (3, 6), (0, 0)))
    assert by_word("gating", (pieces, torch.tensor([9.0, 1.0, 2.0, 9.0]))) == {(0, 6): 3.0}
