"""The tokenizer's training text: news-like paragraphs whose tokens and sentence borders are known."""

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attribution.training.tokenizer import PaddedLSTM, spans
from attribution.training.tokenizer_augment import News
from attribution.training.tokenizer_text import DOUBLE, PLAIN, STYLES, cut, labelled, restyle, words

TEXT = [words("The ferry is late again_ ."), words("We don't know , and nobody told us_ ."), words("Is it safe_ ?"),
        words('She called it " a farce_ " in May_ .')]  # fmt: skip
SEEDS = st.integers(0, 10_000)


def written(paragraph):
    """A paragraph as the text that the model reads, and its labels."""
    characters = labelled(paragraph)
    return "".join(char for char, _ in characters), [label for _, label in characters]


@given(SEEDS)
def test_labels_give_back_the_tokens_and_sentences(seed):
    paragraph = News(["Velm", "Ann Lowe"], random.Random(seed)).paragraph(TEXT)
    text, labels = written(paragraph)
    tokens, sentences = spans(labels, text)
    assert [text[a : b + 1] for a, b in tokens] == [token for sentence in paragraph for token, _, _ in sentence]
    assert list(tokens.values()) == [multi for sentence in paragraph for _, _, multi in sentence]
    assert len(sentences) == len(paragraph)
    assert text == text.strip() and "  " not in text


@given(SEEDS)
def test_a_seed_makes_the_same_text_again(seed):
    made = [written(News(["Velm"], random.Random(seed)).paragraph(TEXT)) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("style", [style for _, style in STYLES])
def test_a_text_is_written_in_one_style_of_marks(style):
    text, _ = written(restyle([words("“_ They said ‘_ no_ ’ , didn't they_ ,_ ” he said_ .")], style))
    (open_, close), (inner_open, inner_close), apostrophe = style.outer, style.inner, style.apostrophe
    assert text == f"{open_}They said {inner_open}no{inner_close}, didn{apostrophe}t they,{close} he said."


def test_straight_marks_open_and_close_by_their_blanks():
    text, _ = written(restyle([words('He said_ : "_ We won_ ._ "'), words('"_ Again_ !_ " he said_ .')], PLAIN))
    assert text == "He said: “We won.” “Again!” he said."


def test_a_question_before_its_cue_ends_no_sentence():
    news = News(["Velm"], random.Random(1))
    made = [news.speech([words("Is it safe_ ?")]) for _ in range(300)]
    cued = [paragraph for paragraph in made if paragraph[0][-1][0] == "." and paragraph[0][0][0] in DOUBLE]
    assert cued and all(len(paragraph) == 1 for paragraph in cued)
    assert any(token == "?" for paragraph in cued for token, _, _ in paragraph[0])


@given(st.lists(st.sampled_from(TEXT), max_size=8), st.integers(1, 120))
def test_paragraphs_are_cut_at_sentences(paragraph, longest):
    runs = list(cut(paragraph, longest))
    assert [sentence for run in runs for sentence in run] == paragraph
    assert all(len(run) == 1 or len(written(run)[0]) <= longest for run in runs)


def test_the_padded_lstm_computes_what_torchs_does():
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(5, 4, bidirectional=True, batch_first=True)
    packed = pack_padded_sequence(torch.randn(3, 7, 5), [7, 4, 1], batch_first=True)
    expected = pad_packed_sequence(lstm(packed)[0], batch_first=True)[0]
    lstm.__class__ = PaddedLSTM
    torch.testing.assert_close(pad_packed_sequence(lstm(packed)[0], batch_first=True)[0], expected)
