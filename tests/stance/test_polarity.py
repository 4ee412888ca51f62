"""Polarity toward a marked target, with the shipped model."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.stance.polarity import About, Polarity


@pytest.fixture(scope="module")
def polarity() -> Polarity:
    return Polarity()


def about(text: str, target: str, holder: str = "") -> About:
    def spans(piece: str) -> tuple:
        return ((text.index(piece), text.index(piece) + len(piece)),) if piece else ()

    return About(text, spans(target), spans(holder))


@pytest.mark.parametrize(("text", "target", "holder", "sign"), [
    ("Velta Oru accused Marn Hesk of lying to the voters.", "Marn Hesk", "Velta Oru", -1),
    ("Velta Oru praised Marn Hesk for his courage.", "Marn Hesk", "Velta Oru", 1),
    ("The union condemned the ministry as corrupt and incompetent.", "the ministry", "The union", -1),
])  # fmt: skip
def test_plain_attitudes(polarity, text, target, holder, sign):
    found = polarity.score([about(text, target, holder)])[0]
    assert found.label == sign and found.polarity * sign > 0
    assert found.evidence and all(text[s:e].strip() for s, e in found.evidence)


@pytest.mark.parametrize(("text", "sign"), [
    ("The union demanded a ban on night flights.", 1),
    ("The union rejected the ban on night flights and called for its repeal.", -1),
])  # fmt: skip
def test_who_wants_a_policy_favours_it(polarity, text, sign):
    item = About(text, about(text, "ban on night flights").target, policy="ban on night flights")
    found = polarity.score([item, about("Velta Oru praised Marn Hesk.", "Marn Hesk", "Velta Oru"), item])
    assert [polar.label for polar in found] == [sign, 1, sign] and found[0] == found[2]
    assert found[0].evidence and all(0 <= s < e <= len(text) for s, e in found[0].evidence)


def test_who_listens_is_not_attacked(polarity):
    assert polarity.score([about("Velta Oru met Marn Hesk on Tuesday to discuss the harbour.", "Marn Hesk", "Velta Oru")])[0].label == 0


def test_evidence_is_neither_target_nor_holder(polarity):
    item = about("Velta Oru accused Marn Hesk of lying to the voters.", "Marn Hesk", "Velta Oru")
    for start, end in polarity.score([item])[0].evidence:
        for low, high in item.target + item.holder:
            assert end <= low or high <= start


def test_a_target_without_words_is_neutral(polarity):
    assert polarity.score([About("", ((0, 0),)), About("One two", ((3, 4),))])[0].label == 0
    assert polarity.score([About("", ((0, 0),), policy="a ban")])[0].confidence == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120), st.integers(0, 120), st.integers(0, 40))
def test_any_text_and_span_get_an_answer(polarity, text, start, length):
    found = polarity.score([About(text, ((start, start + length),))])[0]
    assert -1 <= found.polarity <= 1 and 0 <= found.confidence <= 1
    assert all(0 <= s < e <= len(text) for s, e in found.evidence)
