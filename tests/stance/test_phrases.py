"""Policy objects that no axis names: the noun phrases to which an article returns."""

import pytest

from attribution import language
from attribution.records import Article, Chain, Mention, Quotation
from attribution.stance import find_targets, with_polarity
from attribution.stance.phrases import returning
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
