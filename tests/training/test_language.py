"""What the quotation head is taught: label rows that its CRF allows, and the word that an attribution is found by."""

from attribution.language.model import ROLES
from attribution.training.corpora import Quoted
from attribution.training.language import _roles, anchor_of, taught


def labels(attribution: dict, width: int) -> list[str]:
    return [ROLES[label] for label in _roles(attribution, 0, width, width)]


def test_a_cue_inside_the_content_leaves_two_pieces_that_both_begin():
    found = labels({"content": ((0, 6),), "source": ((2, 3),), "cue": ((3, 4),)}, 7)
    assert found == ["B-content", "I-content", "B-source", "B-cue", "B-content", "I-content", "O"]


def test_a_window_that_cuts_a_span_begins_it_anew():
    assert [ROLES[label] for label in _roles({"content": ((0, 9),), "source": (), "cue": ()}, 4, 8, 5)] == [
        "B-content", "I-content", "I-content", "I-content", "O"]


def test_spans_of_one_role_that_touch_are_one():
    assert labels({"content": ((2, 4), (4, 6)), "source": ((0, 1),), "cue": ((1, 2),)}, 6) == [
        "B-source", "B-cue", "B-content", "I-content", "I-content", "I-content"]


def test_an_attribution_without_a_cue_is_found_by_its_source_or_its_content():
    spans = {"content": ((4, 9),), "source": ((1, 2),), "cue": ((2, 3),)}
    assert anchor_of(spans) == 2 and anchor_of(spans | {"cue": ()}) == 1 and anchor_of(spans | {"cue": (), "source": ()}) == 4


def test_words_inside_a_content_teach_only_where_attributions_in_them_are_annotated():
    told = ({"content": ((2, 5),), "source": ((0, 1),), "cue": ((1, 2),)},)
    plain, nested = (Quoted("a", "", None, told, nested=nested) for nested in (False, True))
    whole = [(plain, 0, 7), (nested, 0, 7)]
    assert taught(whole, 7).int().tolist() == [[1, 1, 0, 0, 0, 1, 1], [1] * 7]
    assert taught(whole, 7, inner_only=True).int().tolist() == [[1, 1, 0, 0, 0, 1, 1], [0, 0, 1, 1, 1, 0, 0]]
    assert taught(whole, 7, closed=True).int().tolist() == [[1] * 7] * 2
    assert taught([(plain, 3, 6), (nested, 3, 6)], 3, inner_only=True).int().tolist() == [[0, 0, 1], [1, 1, 0]]
