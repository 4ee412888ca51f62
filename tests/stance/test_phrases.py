"""Policy objects that no axis names: the noun phrases to which an article returns."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import language
from attribution.records import Article, Chain, Mention, Quotation
from attribution.stance import find_targets, with_polarity
from attribution.stance.phrases import pieces, returning, whole
from attribution.stance.words import Words

TEXT = ("The council wants a ferry toll. Islanders dislike the ferry toll. Last month the prices rose. Last month a boat sank. "
        "Last month it rained. The town mayor came. The town mayor left. The town mayor spoke. Mara Venn said that the new "
        "ferry toll was unfair and the last boat was late.")


@pytest.fixture(scope="module")
def doc():
    (document,) = language.annotate([TEXT], [[(0, len(TEXT))]], language.load())
    return document


def test_a_thing_that_returns_is_one_and_people_and_times_are_none(doc):
    found = returning(Words(doc), [])
    assert list(found) == ["ferry toll"]
    assert [TEXT[slice(*span)] for span in found["ferry toll"]] == ["ferry toll"] * 3


def test_what_a_name_holds_is_none(doc):
    at = TEXT.index("ferry toll")
    assert returning(Words(doc), [(at, at + 5)]) == {}  # two are left


def long_one(text: str) -> tuple[Words, dict]:
    (document,) = language.annotate([text], [[(0, len(text))]], language.load())
    words = Words(document)
    return words, returning(words, [])


def test_a_long_phrase_is_one_and_its_shorter_form_stands_for_it():
    text = ("The basin cut greenhouse gas emissions. Farmers fear greenhouse gas emissions. Nobody counts greenhouse gas emissions. "
            "The mill pays for its gas emissions.")
    _, found = long_one(text)
    assert list(found) == ["greenhouse gas emissions"]
    assert [text[slice(*span)] for span in found["greenhouse gas emissions"]] == ["greenhouse gas emissions"] * 3 + ["gas emissions"]


def test_a_kind_among_many_is_named_by_what_they_share():
    text = ("The council wants a city tax reform. Shops oppose tax reform. Bakers like tax reform. Brewers hate tax reform. "
            "They await the city tax reform. Nobody read the city tax reform.")
    _, found = long_one(text)
    assert list(found) == ["tax reform"] and len(found["tax reform"]) == 6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=2, max_size=5), min_size=1, max_size=14))
def test_no_phrase_is_a_part_of_another(runs):
    places, at = defaultdict(list), 0
    for run in runs:  # every stretch of a run is a phrase, as every stretch of modifiers before a noun is
        for size in range(2, min(len(run), 4) + 1):
            for low in range(len(run) - size + 1):
                places[tuple(run[low : low + size])].append(range(at + low, at + low + size))
        at += 10
    often = {key: found for key, found in places.items() if len(found) >= 2}
    kept = whole(often)
    assert not any(part in kept for key in kept for part in pieces(key))
    assert all(set(often[key]) <= set(found) and len(set(found)) == len(found) for key, found in kept.items())
    assert bool(kept) == bool(often)


def test_it_is_a_target_of_the_quotations_that_have_it(doc):
    def span(piece):
        return TEXT.index(piece), TEXT.index(piece) + len(piece)

    said = Quotation("q1", "indirect", (span("the new ferry toll was unfair and the last boat was late"),), (span("said that"),),
                     (span("Mara Venn"),))
    venn = Chain("Mara Venn", "person", (Mention(span("Mara Venn"), "Mara Venn", "name"),))
    ((draft,),) = find_targets(Article("a", TEXT), doc, [said], [venn], [None], {})
    assert (draft.name, draft.chain, TEXT[slice(*draft.span)]) == ("ferry toll", None, "ferry toll")
    assert draft.span[0] > TEXT.index("Mara Venn")
    ((target,),) = with_polarity([(draft,)])
    assert (target.name, target.polarity < 0, target.confidence > 0.5) == ("ferry toll", True, True)
    assert "unfair" in " ".join(TEXT[slice(*span)] for span in target.evidence)
    # an axis' own name for it goes before
    ((named,),) = find_targets(Article("a", TEXT), doc, [said], [venn], [None], {"toll": ["ferry toll", "toll"]})
    assert named.name == "toll" and named.about.policy == "toll" and draft.about.policy is None
