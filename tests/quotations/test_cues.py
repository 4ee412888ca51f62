"""The lexicon of reporting words."""

import re

import pytest

from attribution.quotations import cues

LISTS = ["SAYS", "THINKS", "WANTS", "WANTS_TO", "RAISES", "PRIVATE", "DENYING", "DOUBTING", "TOPICAL", "LIGHT"]


@pytest.mark.parametrize("lemma, attitude", [
    ("say", "says"), ("accuse", "says"), ("statement", "says"), ("ask", "says"),
    ("believe", "thinks"), ("doubt", "thinks"), ("confident", "thinks"),
    ("demand", "wants"), ("promise", "wants"), ("willing", "wants"),
    ("run", None),
])
def test_a_word_has_one_attitude(lemma, attitude):
    assert cues.attitude(lemma) == attitude


@pytest.mark.parametrize("british, american", [
    ("emphasise", "emphasize"), ("criticise", "criticize"), ("clamour", "clamor"), ("defence", "defense"),
    ("Emphasise", "emphasize"), ("advise", "advise"), ("practise", "practise"),
])
def test_british_spellings_are_looked_up_as_american(british, american):
    assert cues.known(british) == american


@pytest.mark.parametrize("inflected, base", [
    ("endorsed", "endorse"), ("tweeting", "tweet"), ("applaude", "applaud"), ("decries", "decry"), ("denied", "deny"),
    ("bragging", "brag"), ("warns", "warn"), ("bridge", "bridge"),
])
def test_forms_that_a_lemmatizer_left_are_looked_up_as_their_base(inflected, base):
    assert cues.known(inflected) == base


def test_no_word_stands_under_two_attitudes():
    assert not cues.SAYS & cues.THINKS and not cues.SAYS & cues.WANTS and not cues.THINKS & cues.WANTS


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_are_lower_case_words(name):
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)?", word) for word in getattr(cues, name))
