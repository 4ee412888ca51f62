"""Quotations without a source: who goes on speaking."""

from __future__ import annotations

from attribution import language
from attribution.documents import paragraphs
from attribution.training.annotated import parse
from attribution.training.evaluate_speakers import verdicts


def given(marked: str) -> list[str | None]:
    """The speakers of an annotated text, by number."""
    count = max(int(part[:1]) for part in marked.split("[")[1:])
    lines = "".join(f"\n{n} | none | direct | says | none" for n in range(1, count + 1))
    article = parse(marked + "\n----" + lines, "text.txt")
    [document] = language.annotate([article.text], [paragraphs(article.text, ())], language.load())
    return [verdict.given for verdict in verdicts(article, document)]


def test_direct_speech_goes_on_in_its_paragraph():
    text = "[1c|“The bridge is open,”] [1q|said] [1s|Anna Velikova]. [2c|“It will stay open.”]"
    assert given(text) == ["Anna Velikova", "Anna Velikova"]


def test_two_speak_in_turns():
    text = (
        "[1c|“You sold the port,”] [1q|said] [1s|Anna Velikova].\n\n[2c|“I leased it,”] [2q|answered] [2s|Martin Okafor].\n\n"
        "[3c|“A lease of ninety years is a sale.”]\n\n[4c|“A port without ships is a beach.”]"
    )
    assert given(text) == ["Anna Velikova", "Martin Okafor", "Anna Velikova", "Martin Okafor"]


def test_a_question_in_the_paragraph_is_not_answered_by_who_asks():
    text = "[1c|“And the bridge?”] [1q|asked] [1s|Anna Velikova]. Martin Okafor shrugged. [2c|“It is open.”]"
    assert given(text) == ["Anna Velikova", "Martin Okafor"]


def test_a_further_verb_has_the_speaker_of_the_sentence():
    text = "[1s|Anna Velikova] [1q|said] [1c|that the bridge was open], [2q|adding] [2c|that trains would run]."
    assert given(text) == ["Anna Velikova", "Anna Velikova"]


def test_the_words_of_a_headline_are_said_below():
    text = "[1c|“The bridge will stay open”]: a town waits\n\n[2c|“The bridge will stay open today,”] [2s|Anna Velikova] [2q|said]."
    assert given(text) == ["Anna Velikova", "Anna Velikova"]
